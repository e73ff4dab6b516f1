//! The passport of a penalty record as paper: one page to hand over or to hang up (N12 N16 N18).

use xinxiu_documents::{PassportMaterial, PenaltyPassport};
use xinxiu_domain::actor::{Actor, OrganisationKind};
use xinxiu_domain::id::PenaltyId;
use xinxiu_domain::passport::Acts;
use xinxiu_store::{enterprise, organisation};

use crate::app::App;
use crate::papers;
use crate::passport::{self, Due, Standing};
use crate::refusal::Refusal;

impl Due {
    /// Until when, in words.
    pub fn words(&self) -> String {
        let days = self.working_days;
        let day = self.day;
        let mut said = match (self.is_from, self.is_late, days) {
            (true, _, 0) => format!("{day}起可以办理"),
            (true, ..) => format!("{day}起可以办理，还有{days}个工作日"),
            (_, true, _) => format!("已逾期{days}个工作日，应在{day}前办完"),
            (.., 0) => format!("今天到期（{day}）"),
            _ => format!("{day}前，还有{days}个工作日"),
        };
        if self.is_provisional {
            said.push_str("（放假安排未公布，日期可能变动）");
        }
        said
    }
}

impl Standing {
    /// How a document stands, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Have => "已有",
            Self::Missing => "还缺",
            Self::Stale => "旧版文本，请重新打印后签字盖章",
            Self::Unread => "已有，二维码没认出来，待人工核对",
        }
    }
}

/// The words of a decision as far as they leave room for the rest of the page.
fn within_a_page(content: &str) -> String {
    const MOST: usize = 240;
    if content.chars().count() <= MOST {
        return content.to_owned();
    }
    content.chars().take(MOST).chain("……（全文见处罚决定书）".chars()).collect()
}

/// Prints the passport of a record as it stands today, with its file name.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who may not see its enterprise; [`Refusal::Document`].
pub fn pdf(app: &App, actor: &Actor, id: PenaltyId) -> Result<(Vec<u8>, String), Refusal> {
    let page = passport::of_penalty(app, actor, id)?;
    let (of, issuer, today) = app.view(actor, |view| {
        let centers = organisation::of_kind(view.tx, OrganisationKind::CreditCenter)?;
        let issuer = centers.into_iter().next().map_or_else(String::new, |center| center.name);
        Ok((enterprise::load(view.tx, page.penalty.enterprise)?, issuer, view.today))
    })?;
    let (penalty, said) = (&page.penalty, &page.passport);
    let answer = &penalty.assessment;
    let material = |(material, standing): &(_, Standing)| PassportMaterial {
        material: *material,
        is_there: matches!(standing, Standing::Have | Standing::Unread),
        standing: standing.words().to_owned(),
    };
    let paper = PenaltyPassport {
        number: format!("HZ-{:06}", id.0),
        enterprise: of.name,
        uscc: of.uscc,
        decision_number: penalty.decision.to_string(),
        authority: penalty.facts.authority.clone(),
        decided_on: penalty.facts.decision_date,
        content: within_a_page(&penalty.facts.content),
        class: answer.class,
        rules: answer.edition.clone(),
        repairable_from: answer.verdict.day_text(answer.repairable_from),
        public_until: answer.verdict.day_text(answer.max_until),
        stage: said.stage.label().to_owned(),
        sentence: said.sentence.clone(),
        who: if said.acts == Acts::Nobody { String::new() } else { said.who.clone() },
        due: page.due.as_ref().map_or_else(String::new, Due::words),
        materials: page.materials.iter().map(material).collect(),
        application: page.application.map_or_else(String::new, |id| format!("第{id}号申请")),
        issuer,
        issued_on: today,
    };
    Ok((papers::pdf(&paper)?, format!("修复护照-{}.pdf", penalty.decision)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_decision_is_cut_and_says_so() {
        assert_eq!(within_a_page("罚款"), "罚款");
        let cut = within_a_page(&"罚".repeat(400));
        assert!(cut.starts_with(&"罚".repeat(240)) && cut.ends_with("……（全文见处罚决定书）"));
    }

    #[test]
    fn a_limit_is_said_in_words() {
        let day = jiff::civil::date(2022, 7, 6);
        let due = Due { day, working_days: 3, is_late: false, is_from: false, is_provisional: false };
        assert_eq!(due.words(), "2022-07-06前，还有3个工作日");
        assert_eq!(Due { is_late: true, ..due }.words(), "已逾期3个工作日，应在2022-07-06前办完");
        assert_eq!(Due { working_days: 0, ..due }.words(), "今天到期（2022-07-06）");
        let opens = Due { is_from: true, is_provisional: true, ..due };
        assert_eq!(opens.words(), "2022-07-06起可以办理，还有3个工作日（放假安排未公布，日期可能变动）");
    }
}
