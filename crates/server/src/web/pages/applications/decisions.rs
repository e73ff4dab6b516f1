//! The authority's decisions, and the removals that the center records.

use maud::{Markup, html};
use xinxiu_domain::application::{Grade, ItemState};
use xinxiu_domain::id::ItemId;
use xinxiu_store::files::Kept;
use xinxiu_store::item::ListedItem;
use xinxiu_workflow::applications::{self, CONFIRMED, Case, CaseItem, Decide, Paper};
use xinxiu_workflow::{FieldError, Refusal};

use super::back;
use super::prepare::version;
use super::show::{documents, item_state};
use crate::web::pages::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// Rows on one page.
const PAGE: u32 = 50;

fn page(req: &Req, state: ItemState) -> Result<(Vec<ListedItem>, Option<String>), PageError> {
    let after = req.query.text("after").parse().unwrap_or(ItemId(0));
    let found = applications::items(&req.app, req.actor()?, state, after, PAGE)?;
    let next = found.last().filter(|_| found.len() == PAGE as usize).map(|row| row.item.id.to_string());
    Ok((found, next))
}

pub(super) fn list(req: &Req) -> PageResult {
    let state = ItemState::from_code(&req.query.text("state")).unwrap_or(ItemState::Pending);
    let (found, next) = page(req, state)?;
    let rows: Vec<_> = found
        .iter()
        .map(|row| {
            vec![
                html! { a href={ "/applications/" (row.item.application) } { (row.enterprise_name) } },
                html! { (row.decision_number) },
                html! { @if let Some(day) = row.accepted_on { (day) } },
                html! { @if let Some(day) = row.item.decided_on { (day) } },
                html! {
                    @if row.item.state == ItemState::Pending {
                        a.button href={ "/items/" (row.item.id) "/decide" } { "作出决定" }
                    } @else {
                        (item_state(row.item.state))
                        @if row.item.decided_on.is_some() {
                            br;
                            a href={ "/items/" (row.item.id) "/decide" } {
                                @if row.item.decision_file.is_some() { "修复表" } @else { "打印修复表、附上盖章件" }
                            }
                        }
                    }
                },
            ]
        })
        .collect();
    let body = html! {
        h1 { "修复决定" }
        nav.tabs aria-label="按状态" {
            @for tab in ItemState::ALL {
                a href={ "/decisions?state=" (tab.code()) } aria-current=[(*tab == state).then_some("page")] { (tab) }
            }
        }
        @if rows.is_empty() {
            (ui::empty("这里会列出本部门的修复事项。", "服务窗口初审通过后，由本部门作出的处罚会转到这里等待决定。"))
        } @else {
            (ui::table("修复事项", &["企业", "处罚决定书文号", "初审通过", "决定日期", "办理"], &rows))
            (ui::pager("/decisions", &req.query, next.as_deref()))
        }
    };
    Ok(req.page("修复决定", body))
}

/// The application and the item that is to be decided.
fn found(req: &Req) -> Result<(Case, CaseItem), PageError> {
    let id: ItemId = req.id("id")?;
    let actor = req.actor()?;
    let application = applications::application_of(&req.app, actor, id)?;
    let (case, _) = applications::case(&req.app, actor, application)?;
    let item = case.items.iter().find(|item| item.item.id == id).cloned().ok_or(PageError::NotFound)?;
    Ok((case, item))
}

pub(super) fn form(req: &Req) -> PageResult {
    let (case, item) = found(req)?;
    let values = Form::default()
        .with("version", item.item.version)
        .with("decided_on", req.app.clock.today())
        .with("handler", req.signed_in.as_ref().map_or("", |person| person.name.as_str()));
    Ok(req.page(title(&item), form_body(req, &case, &item, &values, &[])))
}

/// What the page is for: to decide, or to print and attach what was decided.
fn title(item: &CaseItem) -> &'static str {
    if item.item.state == ItemState::Pending {
        "作出修复决定"
    } else {
        "修复决定和信用修复表"
    }
}

fn form_body(req: &Req, case: &Case, item: &CaseItem, values: &Form, errors: &[FieldError]) -> Markup {
    let grades = ui::choices(Grade::ALL);
    let yes_no =
        |yes: &str, no: &str| vec![("yes".to_owned(), yes.to_owned()), ("no".to_owned(), no.to_owned())];
    html! {
        h1 { (title(item)) }
        // To be asked once more is no fault.
        @if errors.iter().any(|error| error.field == CONFIRMED) {
            p.warning { "还没有作出决定。" a href={ "#f-" (CONFIRMED) } { "请核对所填内容，无误后确认" } "。" }
        } @else { (ui::errors(errors)) }
        (ui::facts(&[
            ("申请单位", html! { a href={ "/applications/" (case.application.id) } { (case.application.enterprise_name) } }),
            ("处罚决定书文号", html! { (item.penalty.decision) }),
            ("处罚日期", html! { (item.penalty.facts.decision_date) }),
            ("处罚内容", html! { (item.penalty.facts.content) }),
            ("违法事实", html! { (item.penalty.facts.facts) }),
            ("平台判定类别", html! { (item.penalty.assessment.class) "（" (ui::edition(&item.penalty.assessment.edition)) "）" }),
            ("最短公示期至", html! { @if let Some(day) = item.penalty.assessment.min_until { (day) } }),
            ("申请单位说明", html! { (item.item.statement) }),
            ("经办人", html! { (case.application.contact_name) " " (applications::masked_contact(&req.app, case).unwrap_or_default()) }),
            ("办理状态", item_state(item.item.state)),
        ]))
        @if let Ok(actor) = req.actor() { (back::changed(req, actor, case, item)) }
        (ui::panel("本条记录的材料", &documents(case, item)))
        @if item.item.state == ItemState::Pending {
            p.hint { "材料有问题、还不能决定的，可以在" a href={ "/applications/" (case.application.id) } { "申请页面" } "退回窗口重新初审。" }
            (ui::post_button(req, &format!("/items/{}/decided-form", item.item.id), "打印信用修复表（决定栏留空）"))
        }
        @if item.item.state == ItemState::Pending {
            (ui::upload_form(req, &format!("/items/{}/decide", item.item.id), &html! {
                (ui::hidden("version", values.raw("version")))
                (ui::select(values, "severity", "违法情节", &grades, errors))
                (ui::select(values, "conduct", "失信行为", &grades, errors))
                (ui::select(values, "duty", "已履行处罚规定义务、纠正失信行为、消除不良影响", &yes_no("是", "否"), errors))
                (ui::select(values, "agree", "修复决定", &yes_no("同意最短公示期满后撤下公示", "不同意信用修复"), errors))
                (ui::area(values, "opinion", "意见", "不同意时必须写明理由", errors))
                (ui::date_field(values, "decided_on", "决定日期", errors))
                (ui::field(values, "handler", "行政处罚机关经办人", "印在信用修复表上", errors))
                (ui::phone_field(values, "handler_phone", "经办人联系电话", "办公电话，印在信用修复表上；可以不填", errors))
                (ui::upload_field("file", "盖章的信用修复表（可以不传）", papers::HINT, papers::ACCEPT, errors))
                (held(req))
                (sealed(values, errors))
            }))
        } @else { (decided(req, case, item, values, errors)) }
    }
}

/// After the decision: the form with its blanks filled, and the way to attach it sealed.
fn decided(req: &Req, case: &Case, item: &CaseItem, values: &Form, errors: &[FieldError]) -> Markup {
    let id = item.item.id;
    html! {
        p { "该事项已经办理。决定：" (item_state(item.item.state)) @if let Some(day) = item.item.decided_on { " " (day) } }
        @if item.item.decided_on.is_some() {
            (ui::panel("盖章的信用修复表", &html! {
                @if item.item.decision_file.is_some() { p { a href={ "/items/" (id) "/decision" } { "查看已附上的修复表" } } }
                (ui::post_button(req, &format!("/items/{id}/decided-form"), "打印填好的信用修复表"))
                (ui::upload_form(req, &format!("/items/{id}/sealed-form"), &html! {
                    (ui::hidden("version", item.item.version))
                    (ui::upload_field("file", "盖章后的扫描件或照片", papers::HINT, papers::ACCEPT, errors))
                    @if !applications::carries_contact(&item.item, &case.application) {
                        (ui::phone_field(values, "form_contact", "修复表上的经办人联系方式", "这份表不是按现在的经办人打印的，请照表上所写填写，平台与申请登记的核对", errors))
                    }
                    (ui::button("附上盖章的修复表"))
                }))
            }))
        }
    }
}

pub(super) fn print_decided(req: &Req) -> PageResult {
    papers::made(req, applications::print_decided(&req.app, req.actor()?, req.id("id")?)?)
}

pub(super) fn attach_sealed(req: &Req) -> PageResult {
    let (id, version): (ItemId, _) = (req.id("id")?, version(req)?);
    let actor = req.actor()?;
    let contact = req.form.text("form_contact");
    let done = papers::keep(req, "file", "信用修复表")
        .and_then(|paper| applications::attach_sealed(&req.app, actor, id, (version, &paper, &contact)));
    if let Err(refusal) = done {
        let errors = refusal.into_errors("file")?;
        let (case, item) = found(req)?;
        return Ok(req.again("作出修复决定", form_body(req, &case, &item, &req.form, &errors)));
    }
    Ok(req.see(format!("/items/{id}/decide"), "已附上盖章的信用修复表"))
}

/// What was chosen, once nothing else is wrong, and the red button; before that the button that has it all checked.
fn sealed(values: &Form, errors: &[FieldError]) -> Markup {
    if !errors.iter().any(|error| error.field == CONFIRMED) {
        return ui::button("核对并作出决定");
    }
    let grade = |field: &str| Grade::from_code(values.raw(field)).map_or("", Grade::label);
    let yes =
        |field: &str, yes: &'static str, no: &'static str| if values.raw(field) == "yes" { yes } else { no };
    html! {
        section.panel id={ "f-" (CONFIRMED) } {
            h2 { "请再核对一遍" }
            (ui::facts(&[
                ("违法情节", html! { (grade("severity")) }),
                ("失信行为", html! { (grade("conduct")) }),
                ("已履行义务", html! { (yes("duty", "是", "否")) }),
                ("修复决定", html! { strong { (yes("agree", "同意最短公示期满后撤下公示", "不同意信用修复")) } }),
                ("意见", html! { (values.text("opinion")) }),
                ("决定日期", html! { (values.text("decided_on")) }),
            ]))
            p.warning { "决定作出后不能修改；确有错误的，只能写明原因撤销后重新决定，原决定仍然留存。" }
            (ui::hidden("seen", choices(values)))
            p.actions { button.danger type="submit" name=(CONFIRMED) value="yes" { "确认作出决定" } }
            p.hint { "改动上面的内容后再点，会请您重新核对。" }
        }
    }
}

/// Everything that was chosen, to know whether it is still what was looked at.
fn choices(values: &Form) -> String {
    ["severity", "conduct", "duty", "agree", "decided_on", "opinion"]
        .map(|field| values.text(field))
        .join(" ")
}

/// The sealed form that came before the confirmation: a browser does not send a chosen file twice.
fn held(req: &Req) -> Markup {
    let Ok(Some(paper)) = paper(req) else { return html! {} };
    let said = as_text(&paper);
    let Ok(tag) = req.app.store.vault.sign(HELD, &said) else { return html! {} };
    html! {
        (ui::hidden("held", &said))
        (ui::hidden("held_tag", tag))
        p.hint { "已收到：" (paper.1) "。要换一份的，重新选择即可。" }
    }
}

/// Purpose under which a paper between two pages is signed.
const HELD: &str = "decision-paper";

fn as_text((kept, name, media_type): &Paper) -> String {
    [&kept.sha256, &kept.size.to_string(), media_type, name].map(String::as_str).join("|")
}

/// The sealed form: sent with this page, or with the one before it.
fn paper(req: &Req) -> Result<Option<Paper>, Refusal> {
    if req.upload("file").is_some() {
        return Ok(Some(papers::keep(req, "file", "信用修复表")?));
    }
    let (said, tag) = (req.form.raw("held"), req.form.raw("held_tag"));
    if said.is_empty() || req.app.store.vault.sign(HELD, said)? != tag {
        return Ok(None);
    }
    let mut parts = said.splitn(4, '|').map(str::to_owned);
    let (Some(sha256), Some(size), Some(media_type), Some(name)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let kept = Kept { sha256, size: size.parse().unwrap_or_default() };
    Ok(Some((kept, name, media_type)))
}

pub(super) fn decide(req: &Req) -> PageResult {
    let (case, item) = found(req)?;
    let actor = req.actor()?;
    let step =
        command(req).and_then(|command| Ok(applications::decide(&req.app, actor, item.item.id, &command)?));
    match step {
        Ok(()) => {
            let message = "已作出决定。请在本页打印填好的信用修复表，盖章后附上";
            Ok(req.see(
                format!("/items/{}/decide", item.item.id),
                format!("{}：{message}", item.penalty.decision),
            ))
        }
        Err(PageError::Refused(refusal)) => {
            let mut errors = refusal.into_errors("opinion")?;
            for error in &mut errors {
                if matches!(error.field.as_str(), "future" | "before_penalty" | "before_review") {
                    "decided_on".clone_into(&mut error.field);
                }
            }
            Ok(req.again(title(&item), form_body(req, &case, &item, &req.form, &errors)))
        }
        Err(other) => Err(other),
    }
}

fn command(req: &Req) -> Result<Decide, PageError> {
    let mut fields = req.fields();
    let severity = fields.coded("severity", "违法情节", Grade::from_code);
    let conduct = fields.coded("conduct", "失信行为", Grade::from_code);
    let yes = |code: &str| match code {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let duty_performed = fields.coded("duty", "是否已履行义务", yes);
    let agree = fields.coded("agree", "修复决定", yes);
    let decided_on = fields.date("decided_on", "决定日期");
    fields.check()?;
    let file = paper(req)?;
    let (Some(severity), Some(conduct), Some(duty_performed), Some(agree)) =
        (severity, conduct, duty_performed, agree)
    else {
        return Err(PageError::Stale);
    };
    let opinion = req.form.raw("opinion").to_owned();
    let handler = (req.form.text("handler"), req.form.text("handler_phone"));
    let version = version(req)?;
    let seen = req.form.raw("seen");
    let is_confirmed = req.form.raw(CONFIRMED) == "yes" && (seen.is_empty() || seen == choices(&req.form));
    Ok(Decide {
        severity,
        conduct,
        duty_performed,
        agree,
        opinion,
        handler,
        decided_on,
        file,
        version,
        is_confirmed,
    })
}

pub(super) fn file(req: &Req) -> PageResult {
    papers::stored(req, applications::decision_file(&req.app, req.actor()?, req.id("id")?)?)
}

pub(super) fn removals(req: &Req) -> PageResult {
    Ok(req.page("撤下公示", removals_body(req, None, &[])?))
}

/// `refused` is the item whose form is shown again.
fn removals_body(req: &Req, refused: Option<ItemId>, errors: &[FieldError]) -> Result<Markup, PageError> {
    let state =
        if req.query.text("state") == "taken_down" { ItemState::TakenDown } else { ItemState::Agreed };
    let (found, next) = page(req, state)?;
    let today = Form::default().with("removed_on", req.app.clock.today());
    let rows: Vec<_> = found
        .iter()
        .map(|row| {
            let again = refused == Some(row.item.id);
            let (values, faults) = if again { (&req.form, errors) } else { (&today, &[][..]) };
            vec![
                html! { a href={ "/applications/" (row.item.application) } { (row.enterprise_name) } },
                html! { (row.decision_number) br; (row.authority) },
                html! { @if let Some(day) = row.item.decided_on { (day) } },
                html! { @if let Some(day) = row.min_until { (day) } },
                html! {
                    @if let Some(day) = row.item.taken_down_on { (day) }
                    @else {
                        (removal(req, row, values, faults, again))
                    }
                },
            ]
        })
        .collect();
    Ok(html! {
        h1 { "撤下公示" }
        (ui::errors(errors))
        nav.tabs aria-label="按状态" {
            a href="/removals" aria-current=[(state == ItemState::Agreed).then_some("page")] { "待登记撤下" }
            a href="/removals?state=taken_down" aria-current=[(state == ItemState::TakenDown).then_some("page")] { "已撤下公示" }
        }
        @if rows.is_empty() {
            (ui::empty("这里会列出处罚机关同意修复的记录。", "处罚机关作出同意的决定后，最短公示期满即可登记撤下。"))
        } @else {
            (ui::table("撤下公示", &["企业", "处罚决定书文号和机关", "决定日期", "最短公示期至", "撤下"], &rows))
            (ui::pager("/removals", &req.query, next.as_deref()))
        }
    })
}

/// The folded form of one removal: day, opinion, a picture of the page from which the record is gone.
fn removal(req: &Req, row: &ListedItem, values: &Form, faults: &[FieldError], again: bool) -> Markup {
    let address = format!("/items/{}/removal", row.item.id);
    html! {
        details.confirm open[again] {
            summary { "登记撤下公示" }
            (ui::upload_form(req, &address, &ui::own_ids(&address, again, &html! {
                (ui::hidden("version", row.item.version))
                p.warning { "登记后该记录不再计入公示中的处罚；登记有误的，可在申请页面写明原因撤销。" }
                (ui::date_field(values, "removed_on", "撤下日期", faults))
                (ui::field(values, "opinion", "说明（可以不填）", "", faults))
                (ui::upload_field("file", "附件（可以不传）", "例如撤下后的查询页面", papers::ACCEPT, faults))
                p.actions { button.danger type="submit" { "确认登记撤下公示" } }
            })))
        }
    }
}

pub(super) fn remove(req: &Req) -> PageResult {
    let (id, actor): (ItemId, _) = (req.id("id")?, req.actor()?);
    let version = version(req)?;
    let mut fields = req.fields();
    let day = fields.date("removed_on", "撤下日期");
    let done = fields.check().and_then(|()| {
        let opinion = req.form.text("opinion");
        let paper = back::paper(req, "附件")?;
        applications::record_removal_with(&req.app, actor, id, (day, version), (&opinion, paper.as_ref()))
    });
    let Err(refusal) = done else { return Ok(req.see("/removals", "已登记撤下公示")) };
    let mut errors = refusal.into_errors("removed_on")?;
    for error in &mut errors {
        // Whatever keeps the record public is said beside the day: the form asks for nothing else.
        "removed_on".clone_into(&mut error.field);
    }
    Ok(req.again("撤下公示", removals_body(req, Some(id), &errors)?))
}
