//! Whether two enterprises on record are one (企业身份核对, N08, N18). Pure: what two sheets say of each other, with
//! every reason. A name alone joins nothing; two codes that differ are two enterprises until a person finds
//! otherwise on better evidence than the name.

mod clue;
mod matching;
mod name;
mod pair;
#[cfg(test)]
mod tests;

pub use clue::Clue;
pub use matching::{Known, Row, without_code};
pub use name::NameParts;
pub use pair::{Judgement, Opinion, Shared, Sheet, compare};

state_machine! {
    /// What people found of a pair that may be one enterprise.
    states MatchState of "疑似同一企业" {
        Open = "open", "待核对";
        Same = "same", "相同";
        Different = "different", "不同";
        Unsure = "unsure", "存疑";
    }
    /// What people do with it.
    actions MatchAction {
        FindSame = "find_same", "认定相同": Open | Unsure => Same;
        FindDifferent = "find_different", "认定不同": Open | Unsure => Different;
        Doubt = "doubt", "标记存疑": Open => Unsure;
        Undo = "undo", "撤销认定": Same | Different | Unsure => Open;
    }
}
