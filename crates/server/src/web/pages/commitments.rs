//! Commitments (annex 2): who still lacks signatures; prepare, print, sign with a scan, breach (N10 N26).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::commitment::{Clause, CommitmentAction, CommitmentState};
use xinxiu_domain::id::{CommitmentId, EnterpriseId, PlanItemId};
use xinxiu_domain::paper_code::ScanOutcome;
use xinxiu_store::commitment::{Commitment, Line, Owed, Show};
use xinxiu_store::penalty::Penalty;
use xinxiu_workflow::commitments::{self, Card, Choice, Folder};
use xinxiu_workflow::{FieldError, Refusal};

use super::applications::scan_check;
use super::papers;
use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

const PAGE: i64 = 50;
/// So many rows go into one export.
const EXPORT: i64 = 50_000;
/// Columns of the export.
const HEADS: [&str; 7] = ["企业", "属地", "培训班", "应签", "已准备", "已签章", "还缺"];
/// A scan and the rest of its form.
pub(super) const UPLOAD: usize = 21 * MIB;
/// What a camera and a scanner make.
pub(super) const ACCEPT: &str = ".pdf,.jpg,.jpeg,.png,image/jpeg,image/png,application/pdf";
/// What a scan should be like.
pub(super) const SCAN_HINT: &str =
    "有几页选几张，按顺序；文字、公章和右上角的二维码要拍全、拍清楚；jpg、png 或 pdf，合计不超过20MB";
const HANDLE: Access = Access::Staff(Action::HandleCommitment);
const VIEW: Access = Access::Staff(Action::ViewEnterprise);

pub(super) fn routes(table: &mut Routes) {
    table.get("/commitments", HANDLE, list);
    table.post("/classes/{id}/commitments", HANDLE, prepare_class);
    table.get("/enterprises/{id}/commitments", VIEW, folder);
    table.post("/enterprises/{id}/commitments", HANDLE, prepare);
    table.get("/commitments/{id}", VIEW, show);
    table.get("/commitments/{id}/paper.pdf", HANDLE, paper);
    table.get("/commitments/{id}/scan", VIEW, scan);
    table.get("/commitments/{id}/scans/{old}", VIEW, old_scan);
    table.upload("/commitments/{id}/sign", HANDLE, UPLOAD, sign);
    table.upload("/commitments/{id}/replace", HANDLE, UPLOAD, replace);
    table.post("/commitments/{id}/confirm-scan", Access::Staff(Action::ConfirmScan), confirm_scan);
    table.post("/commitments/{id}/breach", Access::Staff(Action::RecordBreach), breach);
}

fn list(req: &Req) -> PageResult {
    let skip: i64 = req.query.text("after").parse().unwrap_or(0);
    let choice = Choice {
        show: match req.query.raw("show") {
            "all" => Show::All,
            "done" => Show::Done,
            "unread" => Show::Unread,
            _ => Show::Open,
        },
        search: req.query.text("q"),
        class: req.query.text("class").parse().ok().map(PlanItemId),
        skip: skip.max(0),
        limit: PAGE + 1,
    };
    if !req.query.raw("format").is_empty() {
        let (all, _) =
            commitments::list(&req.app, req.actor()?, &Choice { skip: 0, limit: EXPORT, ..choice.clone() })?;
        return req.table("承诺书签署情况", &HEADS, &all.into_iter().map(cells).collect::<Vec<_>>());
    }
    let (mut lines, classes) = commitments::list(&req.app, req.actor()?, &choice)?;
    let is_more = lines.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    lines.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let rows: Vec<_> = lines.iter().map(line).collect();
    let classes: Vec<_> = classes.into_iter().map(|class| (class.id.to_string(), class.name)).collect();
    let shows =
        [("open", "还缺签章"), ("unread", "扫描件待人工核对"), ("done", "已全部签章"), ("all", "全部企业")]
            .map(|(code, label)| (code.to_owned(), label.to_owned()));
    let body = html! {
        h1 { "信用修复承诺书" }
        p { "每条公示中的处罚一份；只在名单中、没有处罚的企业一份。培训会前签完。处罚撤下公示后，签过的承诺书仍算已签。" }
        (ui::search_bar("/commitments", &html! {
            (ui::field(&req.query, "q", "企业名称", "", &[]))
            (ui::filter(&req.query, "class", "培训班", &classes))
            (ui::one_of(&req.query, "show", "签章情况", &shows))
        }))
        @if let Some(class) = choice.class {
            (ui::post_button(req, &format!("/classes/{class}/commitments"), "准备本班全部承诺书"))
        }
        @if rows.is_empty() {
            (ui::empty("没有符合条件的企业。", "默认只列出还缺签章的企业；想看全部，请在“签章情况”里选“全部企业”。"))
        } @else {
            (ui::table("承诺书签署情况", &["企业", "属地", "培训班", "#应签", "#已准备", "#已签章", "情况"], &rows))
            (ui::export_bar("/commitments", &req.query))
            (ui::pager("/commitments", &req.query, is_more.then(|| (choice.skip + PAGE).to_string()).as_deref()))
        }
    };
    Ok(req.page("信用修复承诺书", body))
}

fn cells(line: Line) -> Vec<String> {
    let open = line.owed.needed.saturating_sub(line.owed.signed);
    let owed = line.owed;
    let numbers =
        [owed.needed.to_string(), line.prepared.to_string(), owed.signed.to_string(), open.to_string()];
    [line.name, line.county, line.class].into_iter().chain(numbers).collect()
}

fn line(line: &Line) -> Vec<Markup> {
    let open = line.owed.needed.saturating_sub(line.owed.signed);
    vec![
        html! { a href={ "/enterprises/" (line.enterprise) "/commitments" } { (line.name) } },
        html! { (line.county) },
        html! { (line.class) },
        html! { (line.owed.needed) },
        html! { (line.prepared) },
        html! { (line.owed.signed) },
        match open {
            0 if line.owed.needed == 0 => ui::badge("plain", "无需签署"),
            0 => ui::badge("good", "已签完"),
            open => ui::badge("due", &format!("还缺{open}份")),
        },
    ]
}

fn folder(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let folder = commitments::folder(&req.app, req.actor()?, id, None)?;
    let rows: Vec<_> =
        folder.commitments.iter().map(|(one, about)| row(&folder, one, about.as_ref())).collect();
    let body = html! {
        h1 { "信用修复承诺书" }
        p { a href={ "/enterprises/" (id) } { (folder.enterprise.name) } }
        p { (owed(&folder)) }
        @if rows.is_empty() && folder.owed.needed > 0 {
            (ui::empty("这里列出本企业要签的承诺书。", "点“准备承诺书”，按公示中的处罚逐条生成；没有处罚、只在名单中的企业生成一份。"))
        } @else if !rows.is_empty() {
            (ui::table("承诺书", &["编号", "针对", "状态", "落款日期", "打印"], &rows))
        }
        @if folder.may_handle && folder.unprepared > 0 {
            (ui::post_button(req, &format!("/enterprises/{id}/commitments"), &format!("准备承诺书（{}份）", folder.unprepared)))
        }
    };
    Ok(req.page("信用修复承诺书", body))
}

fn owed(folder: &Folder) -> Markup {
    let owed = folder.owed;
    html! {
        (count(owed))
        @if owed.needed == 0 { " 本企业没有公示中的处罚，也不在名单中，不需要签承诺书。" }
    }
}

/// How many commitments an enterprise owes and has signed.
pub(super) fn count(owed: Owed) -> Markup {
    let tone = match owed.needed {
        0 => "plain",
        needed if owed.signed >= needed => "good",
        _ => "due",
    };
    ui::badge(tone, &format!("应签{}份，已签{}份", owed.needed, owed.signed))
}

fn row(folder: &Folder, one: &Commitment, about: Option<&Penalty>) -> Vec<Markup> {
    vec![
        html! { a href={ "/commitments/" (one.id) } { "承诺书 " (one.id) } },
        subject(about),
        html! { (state(one.state)) @if let Some(check) = folder.checks.get(&one.id) { br; (scan_check(check)) } },
        html! { @if let Some(day) = one.signed_on { (day) } },
        html! { a href={ "/commitments/" (one.id) "/paper.pdf" } { "打印承诺书" } },
    ]
}

/// What a commitment is about, in one line.
pub(super) fn subject(about: Option<&Penalty>) -> Markup {
    html! {
        @match about {
            Some(penalty) => {
                (penalty.decision) "（" (penalty.facts.authority) "，" (penalty.facts.decision_date) "）"
            }
            None => { "本企业被列入的名单" }
        }
    }
}

/// The state of a commitment.
pub(super) fn state(state: CommitmentState) -> Markup {
    let tone = match state {
        CommitmentState::Prepared | CommitmentState::Printed => "due",
        CommitmentState::Signed => "good",
        CommitmentState::Breached => "bad",
    };
    ui::badge(tone, state.label())
}

fn prepare(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let made = commitments::prepare(&req.app, req.actor()?, id, None)?;
    let message = if made == 0 {
        "承诺书已经齐备".to_owned()
    } else {
        format!("已准备{made}份承诺书，请打印签章")
    };
    Ok(req.see(format!("/enterprises/{id}/commitments"), message))
}

fn prepare_class(req: &Req) -> PageResult {
    let class: PlanItemId = req.id("id")?;
    let made = commitments::prepare_class(&req.app, req.actor()?, class)?;
    let message = match made {
        0 => "本班的承诺书已经齐备".to_owned(),
        made => format!("已为本班准备{made}份承诺书，请通知企业打印签章"),
    };
    Ok(req.see(format!("/commitments?class={class}"), message))
}

fn show(req: &Req) -> PageResult {
    let card = commitments::card(&req.app, req.actor()?, req.id("id")?)?;
    let values = Form::default().with("signed_on", card.today);
    Ok(req.page("信用修复承诺书", card_body(req, &card, &values, &[])))
}

fn card_body(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Markup {
    let one = &card.commitment;
    let address = |step: &str| format!("/commitments/{}/{step}", one.id);
    html! {
        h1 { "信用修复承诺书 " (one.id) }
        (ui::errors(errors))
        p { a href={ "/enterprises/" (one.enterprise) "/commitments" } { (card.enterprise.name) "的全部承诺书" } }
        (ui::facts(&[
            ("针对", subject(card.penalty.as_ref())),
            ("状态", state(one.state)),
            ("文本版本", html! { (xinxiu_documents::edition_name(&one.edition)) }),
            ("落款日期", html! { @if let Some(day) = one.signed_on { (day) } }),
            ("登记人", html! { (one.recorded_by) }),
            ("扫描件", html! {
                @for page in 1..=card.pages {
                    a href=(address(&format!("scan?page={page}"))) { @if card.pages == 1 { "查看扫描件" } @else { "查看第" (page) "页" } } " "
                }
            }),
            ("编号", html! { (card.number) }),
            ("扫码核对", check(card)),
            ("手写签名", html! {
                @if let Some(drawn) = &card.drawing { (drawn.signer) "（" (drawn.capacity) "），" (ui::when(drawn.at)) }
            }),
            ("违背情况", html! { (one.breach_note) @if card.may_record_breach && !one.breach_note.is_empty() { " " a href="/breaches" { "后果和办理" } } }),
        ]))
        @if card.may_confirm { (confirm_form(req, card)) }
        @if card.may_handle {
            p { a.button href=(address("paper.pdf")) { "打印承诺书" } }
            @if one.state.allows(CommitmentAction::Sign) {
                (ui::panel("登记签章", &ui::upload_form(req, &address("sign"), &html! {
                    (ui::date_field(values, "signed_on", "落款日期", errors))
                    (ui::uploads_field("scan", "盖章后的照片或扫描件", SCAN_HINT, ACCEPT, errors))
                    (ui::button("上传并登记签章"))
                })))
            }
            @if one.state.allows(CommitmentAction::Replace) { (replace_form(req, card, values, errors)) }
        }
        @if card.may_record_breach && one.state.allows(CommitmentAction::Breach) {
                (ui::confirm_again(req, &address("breach"), "登记违背承诺", "登记后不能撤销；相关处罚信息将按最长公示期公示，违背承诺的情况予以通报和公示。", req.path.ends_with("/breach"), &html! {
                    (ui::select(values, "clause", "违背了哪一条", &ui::choices(Clause::ALL), errors))
                    (ui::area(values, "note", "怎样违背、如何发现", "", errors))
                }))
        }
        (replaced(card))
    }
}

/// What the QR code on the scan said, and who answers for a scan without one.
pub(super) fn check(card: &Card) -> Markup {
    html! { @if let Some(check) = &card.check { (scan_check(check)) } }
}

fn confirm_form(req: &Req, card: &Card) -> Markup {
    let (Some(check), Some(scan)) = (&card.check, card.commitment.scan) else { return html! {} };
    if !check.is_open() {
        return html! {};
    }
    ui::panel(
        "人工核对扫描件",
        &html! {
            p {
                "照片上的二维码没有认出来。请打开扫描件，对照页角的编号 " strong { (card.number) } "、企业名称、处罚决定书文号和文本版本。"
                "不是这一份，或者看不清的，请更换扫描件。"
            }
            (ui::form(req, &format!("/commitments/{}/confirm-scan", card.commitment.id), &html! {
                (ui::hidden("scan", scan))
                (ui::button("已看过，是这一份"))
            }))
            p.hint { "核对人和时间将记录在案，初审窗口能看到。" }
        },
    )
}

fn replace_form(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Markup {
    if let Some(gap) = card.replace_gaps.first() {
        return html! { p.hint { (gap.message) } };
    }
    let open = req.path.ends_with("/replace");
    html! {
        details open[open] {
            summary { "更换扫描件" }
            (ui::upload_form(req, &format!("/commitments/{}/replace", card.commitment.id), &html! {
                p.hint { "上传错了才需要更换。原扫描件和更换原因会留在档案里。" }
                (replace_fields(values, errors))
            }))
        }
    }
}

/// Day, scan and reason of a replacement.
pub(super) fn replace_fields(values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        (ui::date_field(values, "signed_on", "落款日期", errors))
        (ui::uploads_field("scan", "正确的照片或扫描件", SCAN_HINT, ACCEPT, errors))
        (ui::field(values, "reason", "更换原因", "例如：上传了另一家企业的承诺书", errors))
        (ui::button("更换扫描件"))
    }
}

fn replaced(card: &Card) -> Markup {
    let rows: Vec<_> = card
        .replaced
        .iter()
        .map(|(old, pages)| {
            let address = format!("/commitments/{}/scans/{}", card.commitment.id, old.id);
            vec![
                html! {
                    a href=(address) { "查看原扫描件" }
                    @for page in 2..=*pages { " " a href={ (address) "?page=" (page) } { "第" (page) "页" } }
                },
                html! { @if let Some(day) = old.signed_on { (day) } },
                html! { (old.recorded_by) },
                html! { (ui::when(old.at)) " " (old.replaced_by) },
                html! { (old.reason) },
            ]
        })
        .collect();
    let heads = ["扫描件", "落款日期", "登记人", "更换", "更换原因"];
    html! { @if !rows.is_empty() { (ui::panel("已更换的扫描件", &ui::table("已更换的扫描件", &heads, &rows))) } }
}

fn paper(req: &Req) -> PageResult {
    let printed = commitments::pdf(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.file(printed.bytes, printed.name, "application/pdf"))
}

fn scan(req: &Req) -> PageResult {
    let page = req.query.text("page").parse().unwrap_or(1);
    papers::stored(req, commitments::page(&req.app, req.actor()?, req.id("id")?, page)?)
}

fn old_scan(req: &Req) -> PageResult {
    let page = req.query.text("page").parse().unwrap_or(1);
    papers::stored(
        req,
        commitments::replaced_scan(&req.app, req.actor()?, req.id("id")?, (req.id("old")?, page))?,
    )
}

fn sign(req: &Req) -> PageResult {
    let id: CommitmentId = req.id("id")?;
    let actor = req.actor()?;
    let card = commitments::card(&req.app, actor, id)?;
    let done = take_scan(req, actor, id).map(|outcome| format!("已登记签章；{outcome}"));
    after(req, &card, done)
}

fn replace(req: &Req) -> PageResult {
    let id: CommitmentId = req.id("id")?;
    let actor = req.actor()?;
    let card = commitments::card(&req.app, actor, id)?;
    let done = take_other_scan(req, actor, id);
    after(req, &card, done.map(|outcome| format!("已更换扫描件，原扫描件留在档案里；{outcome}")))
}

fn confirm_scan(req: &Req) -> PageResult {
    let id: CommitmentId = req.id("id")?;
    let actor = req.actor()?;
    let card = commitments::card(&req.app, actor, id)?;
    match commitments::confirm_scan(&req.app, actor, id, req.form.text("scan").parse().unwrap_or(0)) {
        Ok(()) => Ok(req.see(format!("/commitments/{id}"), "已记录人工核对")),
        Err(refusal) => {
            let errors = refusal.into_errors("scan")?;
            Ok(req.again("信用修复承诺书", card_body(req, &card, &req.form, &errors)))
        }
    }
}

/// Reads the day and the scan of a form and takes them in.
pub(super) fn take_scan(
    req: &Req,
    actor: &xinxiu_domain::actor::Actor,
    id: CommitmentId,
) -> Result<ScanOutcome, Refusal> {
    let day = read_scan(req, false)?;
    commitments::sign_pages(&req.app, actor, id, &req.keep_all("scan")?, day)
}

/// Reads another scan with its reason and puts it in the place of the one on record.
pub(super) fn take_other_scan(
    req: &Req,
    actor: &xinxiu_domain::actor::Actor,
    id: CommitmentId,
) -> Result<ScanOutcome, Refusal> {
    let day = read_scan(req, true)?;
    let sheets = req.keep_all("scan")?;
    commitments::replace_pages(&req.app, actor, id, &sheets, day, req.form.raw("reason"))
}

/// The day of a form with a scan, once it holds everything.
fn read_scan(req: &Req, replaces: bool) -> Result<jiff::civil::Date, Refusal> {
    let mut fields = req.fields();
    let day = fields.date("signed_on", "落款日期");
    if req.upload("scan").is_none() {
        fields.fault("scan", "请选择盖章后的照片或扫描件".into());
    }
    if replaces {
        fields.required("reason", "更换原因");
    }
    fields.check().map(|()| day)
}

fn breach(req: &Req) -> PageResult {
    let id: CommitmentId = req.id("id")?;
    let actor = req.actor()?;
    let card = commitments::card(&req.app, actor, id)?;
    let clause = Clause::from_code(req.form.raw("clause"));
    let done = clause.ok_or_else(|| Refusal::invalid("clause", "请选择违背了哪一条承诺"));
    let done = done.and_then(|clause| commitments::breach(&req.app, actor, id, clause, req.form.raw("note")));
    after(req, &card, done.map(|()| "已登记违背承诺".to_owned()))
}

fn after(
    req: &Req,
    card: &Card,
    done: Result<String, Refusal>,
) -> Result<Reply, crate::web::reply::PageError> {
    match done {
        Ok(message) => {
            Ok(req.see(format!("/enterprises/{}/commitments", card.commitment.enterprise), message))
        }
        Err(refusal) => {
            let errors = refusal.into_errors("scan")?;
            Ok(req.again("信用修复承诺书", card_body(req, card, &req.form, &errors)))
        }
    }
}
