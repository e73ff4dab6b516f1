//! What becomes of an enterprise in law (企业变更, N18, N29): it ends, takes another name, is taken over, moves. Its
//! history stays with it in every case.

use crate::archive::SurvivalState;

coded! {
    /// Kind of a change in law.
    pub enum ChangeKind {
        Cancelled = "cancelled", "注销";
        Revoked = "revoked", "吊销";
        Renamed = "renamed", "更名";
        Absorbed = "absorbed", "被吸收合并";
        Divided = "divided", "分立";
        Moved = "moved", "属地变更";
    }
}

impl ChangeKind {
    /// The survival that the change brings; `None` where it goes on as before.
    pub const fn survival(self) -> Option<SurvivalState> {
        match self {
            Self::Cancelled => Some(SurvivalState::Cancelled),
            Self::Revoked => Some(SurvivalState::Revoked),
            Self::Absorbed => Some(SurvivalState::Absorbed),
            Self::Renamed | Self::Divided | Self::Moved => None,
        }
    }

    /// Whether the change names another enterprise: the one that took it over, or that was made of a part of it.
    pub const fn has_successor(self) -> bool {
        matches!(self, Self::Absorbed | Self::Divided)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_an_enterprise_is_over_and_a_revoked_licence_is_not() {
        let over = |kind: &&ChangeKind| kind.survival().is_some_and(SurvivalState::is_over);
        let ends: Vec<_> = ChangeKind::ALL.iter().filter(over).collect();
        assert_eq!(ends, [&ChangeKind::Cancelled, &ChangeKind::Absorbed]);
    }
}
