//! What was found of a pair, and the way back: what returns, and what came since and whose that is.

use maud::{Markup, html};
use xinxiu_domain::id::{EnterpriseId, MatchId};
use xinxiu_domain::identity::MatchState;
use xinxiu_store::join_since::{Later, Since};
use xinxiu_workflow::identity::{self, PairCard};
use xinxiu_workflow::{FieldError, Refusal};

use super::compare::{TITLE, body, open};
use super::queue::state;
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

/// What was found, what may be found, and the way back.
pub(super) fn verdict(req: &Req, card: &PairCard, values: &Form, errors: &[FieldError]) -> Markup {
    let found = &card.found;
    html! {
        @if !found.decided_by.is_empty() {
            p { (state(found.state)) " " (found.decided_by) "：" (found.reason)
                @if let Some(at) = found.decided_at { "（" (ui::when(at)) "）" }
            }
        }
        @if let Some(join) = &card.join {
            p { "「" (join.joined_name) "」的记录已并入「" a href={ "/enterprises/" (join.kept) } { (join.kept_name) } "」。" }
        }
        @if matches!(found.state, MatchState::Open | MatchState::Unsure) { (open(req, card, values, errors)) }
        @if found.state != MatchState::Open {
            (ui::form(req, &format!("/identity/{}/undo", found.id), &html! {
                @if found.state == MatchState::Same { (what_goes_where(card, values, errors)) }
                @if matches!(found.state, MatchState::Same | MatchState::Different) {
                    (ui::field(values, "reason", "撤销的理由", "撤销合并时，并入的记录原样退回", errors))
                } @else {
                    (ui::hidden("reason", "重新核对"))
                }
                p.actions { button type="submit" data-key="u" { "撤销认定" } span.hint { "快捷键 U" } }
            }))
        }
    }
}

/// What returns by itself, and a choice over each thing that came after the joining; none of it goes unless chosen.
fn what_goes_where(card: &PairCard, values: &Form, errors: &[FieldError]) -> Markup {
    let Some(join) = &card.join else { return html! {} };
    let back: Vec<_> = card.goes_back.iter().map(|(kind, count)| format!("{kind}{count}")).collect();
    let (may_go, stay): (Vec<&Since>, Vec<&Since>) = card.since.iter().partition(|one| one.kind.may_go());
    let choices: Vec<_> = may_go.iter().map(|one| (key(one), spoken(one))).collect();
    let (joined, kept) = (called(card, join.joined), called(card, join.kept));
    let label = format!("合并后发生的事项：勾选的退回{joined}，其余留在{kept}");
    html! {
        p.hint {
            "撤销后，合并时并入的记录"
            @if !back.is_empty() { "（" (back.join("、")) "）" }
            "连同合并后登记在这些记录上的承诺、申诉、失信原因和移出申请，退回" (joined) "。"
            @if card.since.is_empty() { "合并后没有发生其他事项。" }
        }
        @if !choices.is_empty() { (ui::checkboxes(values, "along", &label, &choices, errors)) }
        @if !stay.is_empty() {
            p.hint { "以下留在" (kept) "：" (stay.iter().map(|one| spoken(one)).collect::<Vec<_>>().join("；")) "。" }
        }
    }
}

/// A side by its name and code: both often have one name.
fn called(card: &PairCard, id: EnterpriseId) -> String {
    let side = if card.found.one == id { &card.one } else { &card.other };
    format!("「{}」（{}）", side.enterprise.name, identity::code(&side.enterprise))
}

fn key(one: &Since) -> String {
    format!("{}-{}", one.kind.code(), one.id)
}

fn spoken(one: &Since) -> String {
    let day = one.on.map_or_else(|| "尚无日期".to_owned(), |day| day.to_string());
    format!("{day} {}「{}」", one.kind, one.what)
}

fn chosen(req: &Req) -> Result<Vec<(Later, i64)>, Refusal> {
    let read = |text: &str| {
        let (kind, id) = text.rsplit_once('-')?;
        Some((Later::from_code(kind)?, id.parse().ok()?))
    };
    let all = req.form.all("along").into_iter().map(|text| {
        read(&text).ok_or_else(|| Refusal::invalid("along", format!("没有「{text}」这个事项，请重新勾选")))
    });
    all.collect()
}

pub(super) fn undo(req: &Req) -> PageResult {
    let id: MatchId = req.id("id")?;
    let actor = req.actor()?;
    let done =
        chosen(req).and_then(|along| identity::undo(&req.app, actor, id, (&req.form.text("reason"), &along)));
    match done {
        Ok(()) => Ok(req.see(format!("/identity/{id}"), "已撤销，请重新认定")),
        Err(Refusal::Invalid(errors)) => {
            let card = identity::pair(&req.app, actor, id)?;
            Ok(req.again(TITLE, body(req, &card, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
