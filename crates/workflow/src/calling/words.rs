//! The words of messages: the campaign's own, or the standard ones.

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::calling::{Purpose, Text};
use xinxiu_domain::id::CampaignId;
use xinxiu_store::{campaign, message_text};

use crate::app::{App, Done, View};
use crate::refusal::Refusal;

/// The words for one purpose.
#[derive(Debug, Clone)]
pub struct Words {
    /// The purpose.
    pub purpose: Purpose,
    /// The words, with their placeholders.
    pub text: String,
    /// Version of the campaign's own words; 0 where they are the standard ones.
    pub version: i64,
}

/// The words of the campaign under way, for every purpose.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn words(app: &App, actor: &Actor) -> Result<Vec<Words>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewCampaign, &Concerns::default())?;
        let Some(current) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
        Purpose::ALL.iter().map(|purpose| of(view, current.id, *purpose)).collect()
    })
}

/// The words of a campaign for one purpose.
pub(crate) fn of(view: &View<'_>, campaign: CampaignId, purpose: Purpose) -> Result<Words, Refusal> {
    let own = message_text::find(view.tx, campaign, purpose)?;
    let (text, version) = own.unwrap_or_else(|| (purpose.standard_text().to_owned(), 0));
    Ok(Words { purpose, text, version })
}

/// Gives the campaign under way its own words. `version` is the one that the form was filled from.
///
/// # Errors
/// [`Refusal::Invalid`] for a text that would go out wrong; [`Refusal::Forbidden`] for all but the city office; a conflict
/// where somebody else changed it meanwhile.
pub fn change_words(
    app: &App,
    actor: &Actor,
    purpose: Purpose,
    typed: &str,
    version: i64,
) -> Result<(), Refusal> {
    let text = Text::parse(typed).map_err(|fault| Refusal::invalid("text", fault.to_string()))?;
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let current = campaign::current(step.tx)?
            .ok_or_else(|| Refusal::invalid("text", "还没有进行中的年度行动，请先发布年度行动"))?;
        message_text::save(step.tx, (current.id, purpose), &text, version, (&actor.name, step.now))?;
        let summary = format!("修改短信模板「{purpose}」");
        let subject = ("campaign", current.id.0);
        let done = Done { action: "message.words", subject, enterprise: None, summary };
        step.record(done, serde_json::json!({ "purpose": purpose, "text": text.as_str() }))
    })
}
