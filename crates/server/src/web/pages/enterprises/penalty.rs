//! The page of one penalty record: what the decision says, what the rules make of it and why, and a
//! reviewer's own finding (N24 N28).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::PenaltyId;
use xinxiu_domain::penalty::{PenaltyClass, Reason, procedure};
use xinxiu_policy::EditionRole;
use xinxiu_workflow::applications::{self, Withdrawal};
use xinxiu_workflow::certificates::Serving;
use xinxiu_workflow::enterprises::{self, Attached, PenaltyCard};
use xinxiu_workflow::{FieldError, Refusal};

use super::corrections;
use super::show::{refused, verdict};
use crate::web::pages::papers;
use crate::web::pages::passport;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) fn show(req: &Req) -> PageResult {
    let card = enterprises::penalty_card(&req.app, req.actor()?, req.id("id")?)?;
    let title = card.penalty.decision.to_string();
    Ok(req.page(&title, body(req, &card, &Form::default(), &[])?))
}

fn body(req: &Req, card: &PenaltyCard, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let passport = xinxiu_workflow::passport::of_penalty(&req.app, req.actor()?, card.penalty.id)?;
    let penalty = &card.penalty;
    let facts = &penalty.facts;
    Ok(html! {
        h1 { (penalty.decision) }
        p {
            a href={ "/enterprises/" (card.enterprise.id) } { (card.enterprise.name) } " "
            (verdict(penalty, card.today))
            (refused(card.refused_on))
            @if !card.corrections.is_empty() { " " (ui::badge("plain", "已更正")) }
            @if let Some(since) = penalty.gone_since { " " (ui::badge("plain", "不再列名")) " 自" (since) }
        }
        (ui::errors(errors))
        (corrections::alerts(req, card, values, errors))
        (passport::panel(&passport))
        @if let Some(item) = passport.decided.filter(|_| req.actor().is_ok_and(|actor| actor.has(Action::DecideRepair) && actor.org == penalty.authority)) {
            p.actions { a.button href={ "/items/" (item) "/decide" } { "打印填好的信用修复表、附上盖章件" } }
        }
        @if penalty.state == RecordState::TakenDown && req.actor()?.has(Action::FollowUp) {
            p.actions { a.button href={ "/penalties/" (penalty.id) "/follow-up" } { "登记其他平台是否更新" } }
        }
        (ui::panel("判定", &assessment(req, card)))
        (ui::panel("决定内容", &ui::facts(&[
            ("处罚机关", html! { (facts.authority) }),
            ("处罚决定日期", html! { (facts.decision_date) }),
            ("处罚类别", html! { (facts.kinds) }),
            ("处罚内容", html! { span.received { (facts.content) } }),
            ("违法行为类型", html! { (facts.violation) }),
            ("违法事实", html! { (facts.facts) }),
            ("处罚依据", html! { (facts.basis) }),
            ("罚款金额", html! { @if let Some(fen) = facts.fine_fen { (yuan(fen)) } }),
            ("没收金额", html! { @if let Some(fen) = facts.confiscated_fen { (yuan(fen)) } }),
            ("处罚程序", html! { (procedure(facts.summary_procedure)) }),
            ("名单标注的严重程度", html! { @if let Some(severity) = facts.stated_severity { (severity) } }),
            ("处罚有效期", html! { @if let Some(until) = penalty.valid_until { (until) } }),
            ("名单所载公示截止期", html! { @if let Some(until) = penalty.stated_publicity_end { (until) } }),
            ("数据来源单位", html! { (penalty.source_unit) }),
            ("备注", html! { (penalty.remark) }),
        ])))
        @if !card.certificates.is_empty() {
            (ui::panel("培训证明", &html! {
                p { "下列培训证明可用作本条修复申请的材料。" (ui::basis("N11")) }
                ul { @for one in &card.certificates { li { (certificate(one)) } } }
            }))
        }
        (ui::panel("更正", &corrections::panel(req, card, values, errors)))
        @if card.may_correct && penalty.state != RecordState::Withdrawn {
            (ui::panel("处罚决定撤销", &withdrawal(req, card, values, errors)))
        }
        @if card.may_review {
            (ui::panel("人工认定", &review_forms(req, card, values, errors)))
            (ui::panel("规则版本", &edition_forms(req, card, values, errors)))
        }
        (ui::panel("版本", &corrections::versions(card)))
        (ui::panel("来源", &origins(card)))
        (ui::panel("办理历史", &history(card)))
    })
}

/// A certificate by its number, as a link for those who see the session that it comes from.
fn certificate(serving: &Serving) -> Markup {
    let one = &serving.certificate;
    html! {
        @if serving.may_open { a href={ "/attendances/" (one.attendance) "/certificate" } { (one.number) } } @else { (one.number) }
        "，" (one.completed_on) "结业"
    }
}

fn yuan(fen: i64) -> String {
    let whole = (fen / 100).to_string();
    let groups: Vec<&str> = whole
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    format!("{}.{:02} 元", groups.join(","), fen % 100)
}

fn assessment(req: &Req, card: &PenaltyCard) -> Markup {
    let (penalty, answer) = (&card.penalty, &card.penalty.assessment);
    let materials: Vec<_> = answer.materials.iter().map(|material| material.label()).collect();
    let known = |date| html! { (answer.verdict.day_text(date)) };
    html! {
        (ui::facts(&[
            ("失信类别", html! { (answer.class) @if penalty.review_class.is_some() { "（人工认定）" } }),
            ("可修复起始日", known(answer.repairable_from)),
            ("最短公示期至", known(answer.min_until)),
            ("最长公示期至", known(answer.max_until)),
            ("修复渠道", html! { (answer.lane) }),
            ("申请材料", html! { (materials.join("、")) }),
            ("规则版本", html! { (ui::edition(&answer.edition)) "，判定日 " (penalty.assessed_on) }),
        ]))
        @if !answer.questions.is_empty() {
            p.warning { "名单没有写明、需要向认定机关提出的问题：" }
            ul.missing { @for question in &answer.questions { li { (question) } } }
        }
        @if let Some(class) = penalty.review_class {
            p { "人工认定为" (class) "：" (penalty.review_reason) "（" (penalty.review_by) "）" }
        }
        @if let Some(named) = &card.named_edition {
            p { "指定按" (ui::edition(&named.edition)) "判定：" (named.reason) "（" (named.by) "，" (ui::when(named.at)) "）" }
        }
        details {
            summary { "判定理由（" (answer.reasons.len()) "条，含规则、来源和把握程度）" }
            (reasons(req, &answer.reasons))
        }
    }
}

fn edition_forms(req: &Req, card: &PenaltyCard, values: &Form, errors: &[FieldError]) -> Markup {
    let id = card.penalty.id;
    let editions: Vec<_> = req
        .app
        .rules
        .editions()
        .iter()
        .filter(|edition| edition.role == EditionRole::Filing)
        .map(|edition| (edition.id.to_string(), format!("{}（{}）", edition.title, edition.id)))
        .collect();
    html! {
        p.hint { "一般按申请日自动选择版本。新旧规定衔接有争议、主管部门另有答复的，可为本条指定版本；以后导入名单、逐日重算都按指定的版本，可以撤回。" }
        (ui::form(req, &format!("/penalties/{id}/edition"), &html! {
            (ui::select(values, "edition", "按哪个版本", &editions, errors))
            (ui::area(values, "edition_reason", "指定的理由和依据", "例如：省中心某年某月某日答复", errors))
            (ui::button("指定规则版本"))
        }))
        @if card.named_edition.is_some() {
            (ui::confirm(req, &format!("/penalties/{id}/edition-back"), "撤回指定的版本", "撤回后按本年度行动的版本重新计算。", &html! {
                (ui::field(&Form::default(), "back_reason", "撤回的理由", "", &[]))
            }))
        }
    }
}

fn reasons(req: &Req, reasons: &[Reason]) -> Markup {
    let rows: Vec<_> = reasons
        .iter()
        .map(|reason| {
            let source = req.app.rules.source(&reason.source);
            vec![
                html! { (reason.note) br; code { (reason.rule) } },
                html! { @if !reason.matched.is_empty() { (reason.field) "：「" (reason.matched) "」" } },
                html! { (source.map_or(reason.source.as_str(), |source| source.title.as_str())) },
                html! { (reason.certainty) },
            ]
        })
        .collect();
    ui::table("判定理由", &["规则", "依据的文字", "来源", "把握程度"], &rows)
}

fn review_forms(req: &Req, card: &PenaltyCard, values: &Form, errors: &[FieldError]) -> Markup {
    let id = card.penalty.id;
    let classes: Vec<_> = PenaltyClass::ALL
        .iter()
        .filter(|class| class.as_stated().is_some())
        .map(|class| (class.code().to_owned(), class.to_string()))
        .collect();
    html! {
        p.hint { "认定优先于规则对文字的判读，公示期、判定和材料随之重新计算；以后导入名单不会改变认定。" }
        (ui::form(req, &format!("/penalties/{id}/review"), &html! {
            (ui::select(values, "class", "认定为", &classes, errors))
            (ui::area(values, "reason", "理由和依据", "例如：处罚机关来函、裁量基准条款", errors))
            (ui::button("保存认定"))
        }))
        @if card.penalty.review_class.is_some() {
            (ui::confirm(req, &format!("/penalties/{id}/review-back"), "撤回人工认定", "撤回后按规则对文字的判读重新计算。", &html! {
                (ui::field(&Form::default(), "back_reason", "撤回的理由", "", &[]))
            }))
        }
    }
}

/// The authority's own withdrawal of its decision; what is under way over it ends.
fn withdrawal(req: &Req, card: &PenaltyCard, values: &Form, errors: &[FieldError]) -> Markup {
    let of = |name: &&str| errors.iter().any(|error| error.field == *name);
    let refused = ["withdraw_reason", "withdraw_source", "file"].iter().any(of);
    html! {
        p.hint { "处罚机关自行撤销，或者经复议、诉讼被撤销的，在这里登记。登记后该记录不再计入公示，办理中的修复事项随之终止，历史保留。" }
        details.confirm open[refused] {
            summary { "登记决定撤销" }
            (ui::upload_form(req, &format!("/penalties/{}/withdraw", card.penalty.id), &html! {
                (ui::hidden("version", card.penalty.version))
                (ui::area(values, "withdraw_reason", "撤销的原因", "", errors))
                (ui::field(values, "withdraw_source", "依据的文书", "例如：撤销决定书及文号", errors))
                (ui::upload_field("file", "文书（可以不传）", papers::HINT, papers::ACCEPT, errors))
                p.actions { button.danger type="submit" { "确认登记决定撤销" } }
            }))
        }
    }
}

pub(super) fn withdraw(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let actor = req.actor()?;
    let version = req.form.text("version").parse().map_err(|_| PageError::Stale)?;
    let keep = || {
        if req.upload("file").is_some() { papers::keep(req, "file", "文书").map(Some) } else { Ok(None) }
    };
    let done = keep().and_then(|file| {
        let (reason, source) = (req.form.text("withdraw_reason"), req.form.text("withdraw_source"));
        applications::withdraw_decision(&req.app, actor, id, &Withdrawal { reason, source, file, version })
    });
    let message = match done {
        Ok(0) | Err(_) => "已登记决定撤销".to_owned(),
        Ok(n) => format!("已登记决定撤销，{n}个修复事项终止办理"),
    };
    after(req, id, done.map(|_| ()), &message)
}

fn origins(card: &PenaltyCard) -> Markup {
    let rows: Vec<_> = card
        .origins
        .iter()
        .map(|origin| {
            vec![
                html! { (origin.list) },
                html! { (origin.file_name) @if !origin.sheet.is_empty() { " · " (origin.sheet) } },
                html! { a href={ "/rows/" (origin.id) } aria-label={ "第" (origin.row) "行原始内容" } { (origin.row) } },
                html! { (origin.notes) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return ui::empty("没有来源记录。", "由名单导入的记录在这里列出文件和行号。");
    }
    ui::table("来源", &["名单", "文件", "#行", "提示"], &rows)
}

fn history(card: &PenaltyCard) -> Markup {
    if card.history.is_empty() {
        return ui::empty(
            "还没有办理记录。",
            "人工认定、申请、初审、决定、撤下、异议和对外申报都会按时间记在这里。",
        );
    }
    html! {
        ol.timeline {
            @for event in card.history.iter().rev() {
                li {
                    (ui::when(event.at))
                    span.what {
                        (event.what)
                        @if !event.why.is_empty() { "：" (event.why) }
                        @if let Some(paper) = event.paper { " " a href=(address(paper)) { "查看附件" } }
                    }
                    span.by { (event.by) (ui::entered(event.at)) }
                }
            }
        }
    }
}

/// Where the paper of an event can be looked at.
fn address(paper: Attached) -> String {
    match paper {
        Attached::Fact(id) => format!("/facts/{id}/file"),
        Attached::Review(id) => format!("/reviews/{id}/file"),
        Attached::Appeal(id) => format!("/appeals/{id}/files/0"),
        Attached::Answer(id) => format!("/appeals/{id}/answer/file"),
    }
}

pub(super) fn review(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let class = fields.coded("class", "认定的类别", PenaltyClass::from_code);
    let reason = fields.required("reason", "理由和依据");
    let done = fields.check().and_then(|()| {
        let class = class.ok_or_else(|| Refusal::invalid("class", "请选择认定的类别"))?;
        enterprises::review_class(&req.app, actor, id, class, &reason)
    });
    after(req, id, done, "已保存认定")
}

pub(super) fn take_back(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let reason = req.form.text("back_reason");
    let done = enterprises::take_back_review(&req.app, req.actor()?, id, &reason);
    after(req, id, done, "已撤回人工认定")
}

pub(super) fn after(req: &Req, id: PenaltyId, done: Result<(), Refusal>, message: &str) -> PageResult {
    match done {
        Ok(()) => Ok(req.see(format!("/penalties/{id}"), message)),
        Err(Refusal::Invalid(errors)) => {
            let card = enterprises::penalty_card(&req.app, req.actor()?, id)?;
            Ok(req.again(&card.penalty.decision.to_string(), body(req, &card, &req.form, &errors)?))
        }
        Err(other) => Err(PageError::from(other)),
    }
}

pub(super) fn name_edition(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let edition = fields.required("edition", "规则版本");
    let reason = fields.required("edition_reason", "指定的理由和依据");
    let done =
        fields.check().and_then(|()| enterprises::name_edition(&req.app, actor, id, &edition, &reason));
    after(req, id, done, "已指定规则版本")
}

pub(super) fn take_back_edition(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let reason = req.form.text("back_reason");
    let done = enterprises::take_back_edition(&req.app, req.actor()?, id, &reason);
    after(req, id, done, "已撤回指定的规则版本")
}
