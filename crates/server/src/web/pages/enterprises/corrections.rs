//! Putting right what a list says of a penalty: the form, what was put right, what a list says against it, and every
//! version (更正处罚信息, N08 N28).

use maud::{Markup, html};
use xinxiu_domain::correction::{FieldCorrection, PROCEDURES, PenaltyField};
use xinxiu_domain::id::PenaltyId;
use xinxiu_domain::penalty::StatedSeverity;
use xinxiu_workflow::enterprises::{self, PenaltyCard, PenaltyCorrection, Settlement};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "更正处罚信息";

pub(super) fn form(req: &Req) -> PageResult {
    let card = enterprises::penalty_card(&req.app, req.actor()?, req.id("id")?)?;
    if !card.may_correct {
        return Err(PageError::Denied);
    }
    let (penalty, stated) = (&card.penalty, card.penalty.stated());
    let values = PenaltyField::ALL.iter().fold(Form::default(), |form, field| {
        let value = stated.get(*field);
        let is_money = matches!(field, PenaltyField::Fine | PenaltyField::Confiscated);
        let typed = if is_money { field.shown(&value).replace('元', "") } else { value };
        form.with(field.code(), typed)
    });
    Ok(req.page(TITLE, body(req, &card, &values.with("version", penalty.version), &[])))
}

fn body(req: &Req, card: &PenaltyCard, values: &Form, errors: &[FieldError]) -> Markup {
    let id = card.penalty.id;
    html! {
        h1 { (TITLE) }
        p {
            a href={ "/penalties/" (id) } { (card.penalty.decision) } " "
            a href={ "/enterprises/" (card.enterprise.id) } { (card.enterprise.name) }
        }
        p { "更正名单写错或漏写的内容。原来的内容和名单原始行都保留，每次更正记下经办人、原因和依据；公示期、判定和材料随之重新计算。以后导入的名单不会改掉更正，名单有新内容时请您核对。" }
        (ui::errors(errors))
        (ui::form(req, &format!("/penalties/{id}/correct"), &html! {
            (ui::hidden("version", values.raw("version")))
            @for field in PenaltyField::ALL { (input(*field, values, errors)) }
            (ui::field(values, "source", "依据的文书或通知", "处罚机关的文书、来函或通知，例如：决定书原件；市生态环境局2022年9月来函", errors))
            (ui::area(values, "reason", "更正的原因", "例如：名单把罚款金额的单位写错", errors))
            (ui::button("保存更正"))
        }))
    }
}

fn input(field: PenaltyField, values: &Form, errors: &[FieldError]) -> Markup {
    let (name, label) = (field.code(), field.label());
    match field {
        PenaltyField::DecisionDate | PenaltyField::ValidUntil | PenaltyField::PublicityEnd => {
            ui::date_field(values, name, label, errors)
        }
        PenaltyField::Content | PenaltyField::Facts | PenaltyField::Basis => {
            ui::area(values, name, label, "", errors)
        }
        PenaltyField::Fine | PenaltyField::Confiscated => {
            ui::field(values, name, &format!("{label}（元）"), "没有可不填", errors)
        }
        PenaltyField::Severity => {
            let choices: Vec<_> =
                StatedSeverity::ALL.iter().map(|one| (one.code().to_owned(), one.to_string())).collect();
            ui::select(values, name, "处罚机关标注的严重程度（没有可不选）", &choices, errors)
        }
        PenaltyField::Procedure => {
            let choices: Vec<_> =
                PROCEDURES.iter().map(|(code, text)| ((*code).to_owned(), (*text).to_owned())).collect();
            ui::select(values, name, "处罚程序（不清楚可不选）", &choices, errors)
        }
        _ => ui::field(values, name, label, "", errors),
    }
}

pub(super) fn correct(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let actor = req.actor()?;
    let sent = |field: &&PenaltyField| req.form.0.iter().any(|(name, _)| name == field.code());
    let values = PenaltyField::ALL.iter().filter(sent);
    let command = PenaltyCorrection {
        values: values.map(|field| (*field, req.form.raw(field.code()).to_owned())).collect(),
        reason: req.form.text("reason"),
        source: req.form.text("source"),
        version: req.form.raw("version").parse().unwrap_or_default(),
    };
    match enterprises::correct_penalty(&req.app, actor, id, &command) {
        Ok(()) => Ok(req.see(format!("/penalties/{id}"), "已更正，原来的内容保留在版本里")),
        Err(Refusal::Invalid(errors)) => {
            let card = enterprises::penalty_card(&req.app, actor, id)?;
            Ok(req.again(TITLE, body(req, &card, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}

/// What asks for somebody: a list against a correction, a judgement on facts that are others now.
pub(super) fn alerts(req: &Req, card: &PenaltyCard, values: &Form, errors: &[FieldError]) -> Markup {
    let penalty = &card.penalty;
    let open: Vec<_> = card.corrections.iter().filter(|one| one.conflict.is_some()).collect();
    html! {
        @if !penalty.review_stale.is_empty() {
            p.warning role="status" {
                "人工认定之后，" (penalty.review_stale) "已有变化。认定仍然有效，请重新核对：再保存一次认定，或撤回认定。"
            }
        }
        @if !open.is_empty() {
            (ui::panel("名单与更正不一致", &html! {
                p { "更正之后，又有名单给出了新的内容。核对之前仍按更正计算。" }
                @for one in open { (conflict(req, card, one, values, errors)) }
            }))
        }
    }
}

fn conflict(
    req: &Req,
    card: &PenaltyCard,
    one: &FieldCorrection,
    values: &Form,
    errors: &[FieldError],
) -> Markup {
    let says = one.conflict.as_deref().unwrap_or_default();
    let is_asked = values.raw("field") == one.field.code();
    let (values, errors) = if is_asked { (values, errors) } else { (&Form::default(), &[][..]) };
    // The messages on top lead to the field that was refused.
    let place = if errors.is_empty() {
        format!("f-settle_reason-{}", one.field.code())
    } else {
        "f-settle_reason".into()
    };
    html! {
        h3 { (one.field) }
        (ui::facts(&[
            ("更正为", html! { (one.field.shown(&one.corrected)) }),
            ("名单新的内容", html! { (one.field.shown(says)) }),
            ("更正时名单所载", html! { (one.field.shown(&one.listed)) }),
        ]))
        @if card.may_correct {
            (ui::form(req, &format!("/penalties/{}/settle", card.penalty.id), &html! {
                (ui::hidden("version", card.penalty.version))
                (ui::hidden("field", one.field.code()))
                div.field.wrong[!errors.is_empty()] {
                    label for=(place) { "理由" }
                    @for error in errors { span.error id="e-settle_reason" { (error.message) } }
                    input id=(place) name="settle_reason" value=(values.raw("settle_reason"));
                }
                p.actions {
                    @for how in Settlement::ALL {
                        button type="submit" name="how" value=(how.code()) .primary[*how == Settlement::Keep] { (how) } " "
                    }
                }
            }))
        }
    }
}

/// What was put right, with the ways to put more right and to take it back.
pub(super) fn panel(req: &Req, card: &PenaltyCard, values: &Form, errors: &[FieldError]) -> Markup {
    let id = card.penalty.id;
    let rows: Vec<_> = card
        .corrections
        .iter()
        .map(|one| {
            vec![
                html! { (one.field) },
                html! { (one.field.shown(&one.listed)) },
                html! { (one.field.shown(&one.corrected)) },
            ]
        })
        .collect();
    let fields: Vec<_> =
        card.corrections.iter().map(|one| (one.field.code().to_owned(), one.field.to_string())).collect();
    let refused = errors.iter().any(|error| matches!(error.field.as_str(), "back" | "back_reason"))
        && !values.raw("version").is_empty();
    let chosen = if refused {
        values.clone()
    } else {
        Form(fields.iter().map(|(code, _)| ("back".to_owned(), code.clone())).collect())
    };
    html! {
        @if rows.is_empty() {
            p { "没有更正过，全部内容与名单一致。" }
        } @else {
            (ui::table("更正的内容", &["字段", "名单所载", "更正为"], &rows))
        }
        @if card.may_correct {
            p.actions { a.button href={ "/penalties/" (id) "/correct" } { "更正处罚信息" } }
            @if !rows.is_empty() {
                (ui::confirm_again(req, &format!("/penalties/{id}/correct-back"), "撤回更正", "撤回后按名单所载计算；版本仍然保留。", refused, &html! {
                    (ui::hidden("version", card.penalty.version))
                    (ui::checkboxes(&chosen, "back", "撤回哪些更正", &fields, errors))
                    (ui::field(&chosen, "back_reason", "撤回的原因", "", errors))
                }))
            }
        }
    }
}

/// Every version after the first.
pub(super) fn versions(card: &PenaltyCard) -> Markup {
    let rows: Vec<_> = card
        .versions
        .iter()
        .map(|version| {
            vec![
                html! { (ui::when(version.at)) br; span.hint { (version.actor) } },
                html! { (version.kind) },
                html! {
                    @for (field, old, new) in &version.changes { div { (field) "：「" (old) "」→「" (new) "」" } }
                },
                html! { (version.reason) },
                html! { (version.source) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return ui::empty(
            "只有最初导入的一版。",
            "更正或以后的名单改变内容后，每一版的改动、经办人和原因列在这里。",
        );
    }
    ui::table("版本", &["时间和经办", "怎样改变", "改动", "原因", "依据"], &rows)
}

pub(super) fn take_back(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let fields: Vec<_> =
        req.form.all("back").iter().filter_map(|code| PenaltyField::from_code(code)).collect();
    let version = req.form.raw("version").parse().unwrap_or_default();
    let reason = req.form.text("back_reason");
    let done = enterprises::take_back_correction(&req.app, req.actor()?, id, &fields, (&reason, version));
    super::penalty::after(req, id, done, "已撤回更正")
}

pub(super) fn settle(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let mut fields = req.fields();
    let field = fields.coded("field", "字段", PenaltyField::from_code);
    let how = fields.coded("how", "采用或保留", Settlement::from_code);
    let version = req.form.raw("version").parse().unwrap_or_default();
    let reason = req.form.text("settle_reason");
    let actor = req.actor()?;
    let done = fields.check().and_then(|()| {
        let chosen = field.zip(how).ok_or_else(|| Refusal::invalid("how", "请选择采用名单或保留更正"))?;
        enterprises::settle_correction(&req.app, actor, id, chosen, (&reason, version))
    });
    super::penalty::after(req, id, done, "已核对，改动记入版本")
}

pub(super) fn waiting(req: &Req) -> PageResult {
    let title = "更正后待核对的处罚记录";
    let rows: Vec<_> = enterprises::waiting_corrections(&req.app, req.actor()?)?
        .iter()
        .map(|one| {
            let fields: Vec<_> = one.fields.iter().map(|field| field.label()).collect();
            vec![
                html! { a href={ "/penalties/" (one.penalty) } { (one.decision) } br; (one.authority) },
                html! { (one.enterprise) },
                html! {
                    @if !fields.is_empty() { div { "名单与更正不一致：" (fields.join("、")) } }
                    @if !one.stale.is_empty() { div { "人工认定后有变化：" (one.stale) } }
                },
            ]
        })
        .collect();
    let body = html! {
        h1 { (title) }
        p { "更正过的处罚记录又有名单给出新内容的，或人工认定所依据的内容后来变化的，列在这里。" }
        @if rows.is_empty() {
            (ui::empty("没有待核对的记录。", "在处罚记录的页面可以更正处罚信息。"))
        } @else {
            p role="status" { "共" (rows.len()) "条" @if rows.len() >= 200 { "（只列前200条）" } }
            (ui::table(title, &["文号和机关", "企业", "需要核对"], &rows))
        }
    };
    Ok(req.page(title, body))
}
