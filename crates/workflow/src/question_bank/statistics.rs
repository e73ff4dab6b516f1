//! What the answers of a campaign say of its questions (N11).

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::item_statistics::{Item, Items};
use xinxiu_store::{campaign, exam};

use crate::app::App;
use crate::refusal::Refusal;

/// The questions of the campaign under way that were answered on first papers: whoever sits again has seen the explanations.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn statistics(app: &App, actor: &Actor) -> Result<Vec<Item>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewQuestions, &Concerns::default())?;
        let mut items = Items::default();
        if let Some(current) = campaign::current(view.tx)? {
            for paper in exam::first_papers(view.tx, current.id)? {
                items.add(paper.questions, &paper.answers);
            }
        }
        Ok(items.finish())
    })
}
