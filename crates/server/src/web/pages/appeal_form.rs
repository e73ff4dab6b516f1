//! The forms with which an enterprise or its agency lodges an objection or appeal, adds papers to it and withdraws it (N27).

use maud::{Markup, html};
use xinxiu_domain::appeal::{AppealKind, AppealState, FILES, GROUNDS};
use xinxiu_domain::id::{AppealId, PenaltyId};
use xinxiu_store::appeal::Appeal;
use xinxiu_workflow::appeals::{Desk, Lodge, Opened};
use xinxiu_workflow::{FieldError, Refusal};

use super::papers;
use crate::web::request::{Form, Req};
use crate::web::routes::MIB;
use crate::web::ui;

/// What all papers of one sending may have together.
pub(super) const LIMIT: usize = FILES * papers::LIMIT + MIB;

const FILE_HINT: &str = "PDF 或照片（JPG、PNG），可以一次选多个，最多6个，每个不超过20MB";

/// A form that was refused: of which matter, and why.
pub(super) struct Refused<'a> {
    /// The matter; `None` for the form that lodges a new one.
    pub(super) of: Option<AppealId>,
    /// What is wrong.
    pub(super) errors: &'a [FieldError],
}

/// The number that the sender keeps.
pub(super) fn receipt(one: &Appeal) -> String {
    format!("YS-{}-{:04}", one.lodged.on.year(), one.id.0)
}

/// Who answers what, in two sentences.
pub(super) fn explained() -> Markup {
    html! {
        p { strong { "异议" } "：处罚信息本身不对的，例如当事人、文号、日期、金额登记错误，由市信用中心答复。" }
        p {
            strong { "申诉" } "：对申请被退回补正不服的，由市信用中心答复；对不同意修复的决定不服的，由作出处罚的机关答复。"
        }
    }
}

/// What follows from an answer, and who does it.
pub(super) fn follows(one: &Appeal) -> Markup {
    let who = match one.kind {
        AppealKind::Record => "市信用中心更正处罚信息",
        AppealKind::Review => "市信用中心窗口重新初审",
        AppealKind::Decision => "处罚机关重新作出修复决定",
    };
    html! {
        @match one.state {
            AppealState::Received => { "答复以前不影响办理其他事项。" }
            AppealState::Upheld if one.carried_out_on.is_none() => { "接下来由" (who) "，办好后本页显示结果，您不用再提出。" }
            AppealState::Upheld => { "已经落实：" (one.carried_out) @if let Some(day) = one.carried_out_on { "（" (day) "）" } }
            AppealState::Rejected => { "有新的事实或证据，可以重新提出。" }
            AppealState::Withdrawn => { (one.withdrawn_by) "撤回，原因：" (one.withdrawn_reason) @if let Some(day) = one.withdrawn_on { "（" (day) "）" } }
        }
    }
}

/// The fields with which something is lodged: record and kind in one choice, so that only what fits can be chosen.
pub(super) fn fields(req: &Req, desk: &Desk, values: &Form, errors: &[FieldError]) -> Markup {
    let all = desk.records.iter().flat_map(|(record, kinds)| {
        kinds.iter().map(|kind| ui::Card {
            value: format!("{}~{}", record.id, kind.code()),
            title: record.decision.to_string(),
            detail: kind.label().to_owned(),
        })
    });
    let cards: Vec<_> = all.collect();
    let hint = format!("写明哪里不对、依据是什么，至少{GROUNDS}个字");
    // A browser forgets the chosen files when a form comes back.
    let again = !errors.is_empty() && req.uploads_of("file").next().is_some();
    html! {
        (ui::cards(values, "about", "对哪条记录、什么事项", &cards, errors))
        (ui::area(values, "text", "事实和理由", &hint, errors))
        @if again { p.hint { "刚才选的文件没有保存，请重新选择。" } }
        (ui::uploads_field("file", "证明材料（可以不传）", FILE_HINT, papers::ACCEPT, errors))
        (ui::button("提交异议申诉"))
    }
}

/// Whether anything can be lodged now.
pub(super) fn has_matter(desk: &Desk) -> bool {
    desk.records.iter().any(|(_, kinds)| !kinds.is_empty())
}

/// Adding papers and withdrawing, for whoever lodged it; `at` is the address of the matter.
pub(super) fn own_steps(req: &Req, found: &Opened, at: &str, refused: &Refused<'_>) -> Markup {
    let one = &found.appeal;
    let mine = refused.of == Some(one.id);
    let errors = if mine { refused.errors } else { &[] };
    let version = ui::hidden("version", one.version);
    let open = |field: &str| errors.iter().any(|error| error.field == field);
    let values = if mine { req.form.clone() } else { Form::default() };
    let files = format!("{at}/files");
    let more = html! {
        (version)
        (ui::uploads_field("more", "补充的文件", FILE_HINT, papers::ACCEPT, errors))
        (ui::button("补充材料"))
    };
    let reason = html! {
        (version)
        (ui::field(&values, "withdraw_reason", "撤回的原因", "对方会看到", errors))
    };
    html! {
        @if found.may_withdraw {
            @if found.files.len() < FILES {
                details.return open[open("more")] {
                    summary { "补充证明材料" }
                    (ui::upload_form(req, &files, &ui::own_ids(&files, open("more"), &more)))
                }
            }
            (ui::confirm_again(req, &format!("{at}/withdraw"), "撤回", "撤回后不再答复，需要时可以重新提出。",
                open("withdraw_reason"), &reason))
        }
    }
}

/// What was sent with it; `at` is the address of the matter.
pub(super) fn sent(found: &Opened, at: &str) -> Markup {
    html! {
        @for (place, file) in found.files.iter().enumerate() {
            @if place > 0 { br; }
            a href={ (at) "/files/" (place) } { (file.name) }
        }
    }
}

/// The version that a form was filled from.
pub(super) fn version(req: &Req) -> Result<i64, crate::web::reply::PageError> {
    req.form.text("version").parse().map_err(|_| crate::web::reply::PageError::Stale)
}

/// What was chosen and typed; all that is wrong with it is said at once.
///
/// # Errors
/// The refusal of a form that names no record, says too little or brings files that cannot be taken.
pub(super) fn command(req: &Req) -> Result<(PenaltyId, Lodge), Refusal> {
    let mut errors = Vec::new();
    let mut fault = |field: &str, message: String| errors.push(FieldError { field: field.into(), message });
    let about = req.form.text("about");
    let chosen = about
        .split_once('~')
        .and_then(|(id, kind)| Some((PenaltyId(id.parse().ok()?), AppealKind::from_code(kind)?)));
    if chosen.is_none() {
        fault("about", "请选择对哪条记录、什么事项提出".into());
    }
    let text = req.form.raw("text").to_owned();
    if text.trim().chars().count() < GROUNDS {
        fault("text", format!("请写明事实和理由，至少{GROUNDS}个字"));
    }
    let files = papers::keep_each(req, "file", FILES);
    match (chosen, files) {
        (Some((id, kind)), Ok(files)) if errors.is_empty() => Ok((id, Lodge { kind, text, files })),
        (_, Err(refusal)) => {
            errors.extend(refusal.into_errors("file")?);
            Err(Refusal::Invalid(errors))
        }
        (_, Ok(_)) => Err(Refusal::Invalid(errors)),
    }
}

/// The further papers that were chosen.
///
/// # Errors
/// The refusal of files that cannot be taken.
pub(super) fn more(req: &Req) -> Result<Vec<papers::Paper>, Refusal> {
    papers::keep_each(req, "more", FILES)
}
