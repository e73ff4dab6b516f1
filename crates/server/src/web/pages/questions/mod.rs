//! The question bank of the installation: found by module, word and kind, taken along, added to (N09 N11).

mod edit;
mod list;
mod statistics;
mod take_in;

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::question::letters;
use xinxiu_workflow::question_bank::{Entry, Origin};

use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

const VIEW: Access = Access::Staff(Action::ViewQuestions);
const EDIT: Access = Access::Staff(Action::EditQuestions);

pub(super) fn routes(table: &mut Routes) {
    table.get("/questions", VIEW, list::show);
    table.get("/questions/new", EDIT, edit::new);
    table.post("/questions/new", EDIT, edit::add);
    table.upload("/questions/import", EDIT, 8 * MIB, take_in::take_in);
    table.get("/questions/statistics", VIEW, statistics::show);
    table.get("/questions/{code}", VIEW, edit::show);
    table.post("/questions/{code}", EDIT, edit::save);
    table.post("/questions/{code}/use", EDIT, edit::set_in_force);
}

/// Whether a question is asked, and where it comes from, in a word.
fn state(entry: &Entry) -> Markup {
    if !entry.in_force {
        return ui::badge("quiet", "已停用");
    }
    match entry.origin {
        Origin::BuiltIn => ui::badge("good", "内置"),
        Origin::Changed => ui::badge("due", "已修改"),
        Origin::Own => ui::badge("good", "本市新增"),
    }
}

/// The choices with their letters; the right ones are said to be right, not only coloured.
fn choices(entry: &Entry) -> Markup {
    let question = &entry.question;
    html! {
        ul.plain {
            @for (index, choice) in question.choices.iter().enumerate() {
                li {
                    (letters(&[index])) ". " (choice)
                    @if question.answer.contains(&index) { " " (ui::badge("good", "正确答案")) }
                }
            }
        }
    }
}
