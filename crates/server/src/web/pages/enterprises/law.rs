//! What became of an enterprise in law: the form, and the standing changes on its page (N18 N29).

use maud::{Markup, html};
use xinxiu_domain::actor::OrganisationKind;
use xinxiu_domain::change::ChangeKind;
use xinxiu_domain::id::{ChangeId, EnterpriseId};
use xinxiu_store::law_change::LawChange;
use xinxiu_workflow::enterprises::{self, Card, LawCommand, law_change_gaps};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "登记企业变更";

pub(super) fn form(req: &Req) -> PageResult {
    let card = enterprises::card(&req.app, req.actor()?, req.id("id")?)?;
    if !card.may_change {
        return Err(PageError::Denied);
    }
    let values = Form::default().with("happened_on", card.today);
    Ok(req.page(TITLE, body(req, &card, &values, &[])?))
}

fn body(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let enterprise = &card.enterprise;
    let kinds: Vec<_> =
        ChangeKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.to_string())).collect();
    let choices = enterprises::choices(&req.app, req.actor()?)?;
    let places = [OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee];
    let counties: Vec<_> = choices
        .organisations
        .iter()
        .filter(|org| places.contains(&org.kind))
        .map(|org| (org.id.to_string(), org.short_name.clone()))
        .collect();
    Ok(html! {
        h1 { (TITLE) }
        p { a href={ "/enterprises/" (enterprise.id) } { (enterprise.name) } }
        (ui::errors(errors))
        p.hint { "变更后历史和记录都保留在本企业名下。注销和被吸收合并的，不再邀请参训；属地变更的，案件和查看权限随企业转到新的属地。重复登记的同一企业，请在“企业身份核对”合并，不在这里登记。" }
        (ui::form(req, &format!("/enterprises/{}/change", enterprise.id), &html! {
            (ui::select(values, "change", "变更", &kinds, errors))
            (ui::date_field(values, "happened_on", "生效日期", errors))
            (ui::field(values, "name", "新的企业名称", "只在更名时填写", errors))
            (ui::select(values, "county", "迁入的属地（只在属地变更时选择）", &counties, errors))
            (ui::field(values, "successor", "承继企业的统一社会信用代码", "只在被吸收合并、分立时填写", errors))
            (ui::field(values, "reason", "依据", "例如：登记机关准予注销通知书", errors))
            (ui::button("登记变更"))
        }))
    })
}

pub(super) fn record(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let kind = fields.coded("change", "变更", ChangeKind::from_code);
    let happened_on = fields.date("happened_on", "生效日期");
    let (name, successor) = (fields.text("name"), fields.text("successor"));
    let county = fields.ids("county").first().copied();
    let reason = fields.required("reason", "依据");
    let done = fields.check().and_then(|()| {
        let kind = kind.ok_or_else(|| Refusal::invalid("change", "请选择变更"))?;
        let command = LawCommand { kind, happened_on, name, county, successor, reason };
        enterprises::record_change(&req.app, actor, id, &command)?;
        Ok(kind)
    });
    match done {
        // Whoever gave it away to another county sees it no more.
        Ok(ChangeKind::Moved) => match enterprises::card(&req.app, actor, id) {
            Ok(_) => Ok(req.see(format!("/enterprises/{id}"), "已登记属地变更")),
            Err(_) => Ok(req.see("/enterprises", "已登记属地变更，企业已转到新的属地")),
        },
        Ok(kind) => Ok(req.see(format!("/enterprises/{id}"), format!("已登记{kind}"))),
        Err(Refusal::Invalid(errors)) => {
            let card = enterprises::card(&req.app, actor, id)?;
            Ok(req.again(TITLE, body(req, &card, &req.form, &errors)?))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) fn undo(req: &Req) -> PageResult {
    let id: ChangeId = req.id("id")?;
    let enterprise = enterprises::undo_change(&req.app, req.actor()?, id, &req.form.text("reason"))?;
    Ok(req.see(format!("/enterprises/{enterprise}"), "已撤销变更登记，原来的内容恢复"))
}

/// What became of the enterprise, each with its way back where there is one.
pub(super) fn changes(req: &Req, card: &Card) -> Markup {
    if card.law_changes.is_empty() {
        return ui::empty("没有登记过变更。", "注销、吊销、更名、吸收合并、分立和属地变更登记后列在这里。");
    }
    let rows: Vec<_> = card.law_changes.iter().rev().map(|change| row(req, card, change)).collect();
    ui::table("企业变更", &["生效日期", "变更", "依据", "经办", "现状"], &rows)
}

fn row(req: &Req, card: &Card, change: &LawChange) -> Vec<Markup> {
    let own = change.enterprise == card.enterprise.id;
    let other = match (own, change.successor) {
        (true, Some(id)) => Some((id, change.successor_name.as_str(), "承继企业")),
        (false, _) => Some((change.enterprise, change.enterprise_name.as_str(), "承继自")),
        (true, None) => None,
    };
    let undoable = own && card.may_change && change.undone.is_none();
    vec![
        html! { (change.happened_on) },
        html! {
            (change.kind)
            @if change.kind == ChangeKind::Renamed { "：「" (change.old) "」→「" (change.new) "」" }
            @if let Some((id, name, word)) = other { br; (word) "：" a href={ "/enterprises/" (id) } { (name) } }
        },
        html! { (change.reason) },
        html! { (change.actor) br; (ui::when(change.at)) },
        html! {
            @match &change.undone {
                Some((by, why, at)) => { (ui::badge("plain", "已撤销")) " " (by) "：" (why) "（" (ui::when(*at)) "）" },
                None => { "有效" },
            }
            @if undoable && law_change_gaps(&card.enterprise, change).is_empty() {
                (ui::confirm(req, &format!("/changes/{}/undo", change.id), "撤销变更登记", "撤销后恢复登记前的内容，登记本身留在历史里。", &html! {
                    (ui::field(&Form::default(), "reason", "撤销的理由", "", &[]))
                }))
            }
        },
    ]
}
