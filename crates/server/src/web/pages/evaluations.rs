//! Supervision and evaluation of the service agencies (N14, N19, N20).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::{OrgId, SessionId};
use xinxiu_domain::summary::RemarkKind;
use xinxiu_store::remark::AgencyScore;
use xinxiu_store::review::FirstPass;
use xinxiu_workflow::evaluations::{self, Evaluations, RecordRemark};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    // An agency sees its evaluations here, though it records none.
    table.get("/evaluations", Access::Staff(Action::ViewCampaign), show);
    table.post("/evaluations", Access::Staff(Action::EvaluateAgency), record);
}

fn show(req: &Req) -> PageResult {
    Ok(req.page("机构考评", body(req, &Form::default(), &[])?))
}

fn body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let board = evaluations::board(&req.app, req.actor()?)?;
    let records = !board.agencies.is_empty();
    // What enterprises report goes to those who supervise, never to the agency itself.
    let supervises = req.actor()?.has(Action::EvaluateAgency);
    let mut heads = vec![
        "服务机构",
        "#收取费用",
        "#商业宣传",
        "#安排无关内容",
        "#考评次数",
        "#平均得分",
        "#初审一次通过率",
        "退回原因",
    ];
    heads.extend(supervises.then_some("#企业反映"));
    Ok(html! {
        h1 { "服务机构监督考评" }
        (ui::errors(errors))
        (ui::table(
            "各机构",
            &heads,
            &board
                .scores
                .iter()
                .map(|one| score(one, board.first_pass.get(&one.agency), supervises))
                .collect::<Vec<_>>(),
        ))
        @if supervises { p { a href="/agency-reports" { "企业反映和核实结果" } } }
        @if records { (ui::panel("登记违规情况或考评意见", &form(req, &board, values, errors))) }
        (ui::panel("登记记录", &remarks(&board)))
    })
}

fn score(one: &AgencyScore, pass: Option<&FirstPass>, supervises: bool) -> Vec<Markup> {
    let breach =
        |count: u32| html! { @if count > 0 { (ui::badge("bad", &format!("{count}次"))) } @else { "0" } };
    let mut cells = vec![
        html! { (one.name) },
        breach(one.charging),
        breach(one.advertising),
        breach(one.off_subject),
        html! { (one.evaluations) },
        html! { @if let Some(mean) = one.mean_score { (mean) } @else { "—" } },
        html! {
            @if let Some((found, rate)) = pass.and_then(|found| Some((found, found.rate()?))) {
                (rate) "%" br; (found.passed) "/" (found.reviewed) "件"
            } @else { "—" }
        },
        html! {
            @for (place, (reason, count)) in pass.iter().flat_map(|found| found.reasons.iter().take(3)).enumerate() {
                @if place > 0 { br; }
                (reason) (count) "次"
            }
        },
    ];
    cells.extend(supervises.then(
        || html! { @if one.reports > 0 { (ui::badge("due", &format!("{}条", one.reports))) } @else { "0" } },
    ));
    cells
}

fn form(req: &Req, board: &Evaluations, values: &Form, errors: &[FieldError]) -> Markup {
    let agencies: Vec<_> = board.agencies.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let sessions: Vec<_> = board.sessions.iter().map(|one| (one.id.to_string(), one.label.clone())).collect();
    let kinds = ui::choices(RemarkKind::ALL);
    ui::form(
        req,
        "/evaluations",
        &html! {
            (ui::select(values, "agency", "服务机构", &agencies, errors))
            (ui::select(values, "kind", "类别", &kinds, errors))
            @if !sessions.is_empty() { (ui::select(values, "session", "培训场次（不针对场次的不选）", &sessions, errors)) }
            (ui::field(values, "score", "得分", "考评意见填0到100；违规情况不填", errors))
            (ui::area(values, "text", "具体情况", "", errors))
            (ui::button("登记考评"))
        },
    )
}

fn remarks(board: &Evaluations) -> Markup {
    let rows: Vec<_> = board
        .remarks
        .iter()
        .map(|one| {
            let tone = if one.kind == RemarkKind::Evaluation { "plain" } else { "bad" };
            vec![
                html! { (ui::when(one.at)) },
                html! { (one.agency_name) },
                ui::badge(tone, one.kind.label()),
                html! { @if let Some(score) = one.score { (score) } },
                html! { (one.text) },
                html! { (one.session_title) },
                html! {
                    @if let Some(enterprise) = one.enterprise {
                        (ui::badge("due", "企业反映")) " " a href={ "/enterprises/" (enterprise) } { (one.recorded_by) }
                        "，由" (one.org_name) "核实"
                    } @else if one.reported {
                        (ui::badge("due", "企业反映")) " 未留名称，由" (one.org_name) "核实"
                    } @else { (one.org_name) " " (one.recorded_by) }
                },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            (ui::empty("这里会列出登记过的违规情况和考评意见。", "属地信用办、行业牵头部门和市信用办在上面登记。"))
        } @else {
            (ui::table("登记记录", &["时间", "服务机构", "类别", "#得分", "具体情况", "场次", "登记人"], &rows))
        }
    }
}

fn record(req: &Req) -> PageResult {
    let read = || {
        let mut fields = req.fields();
        let agency: Option<OrgId> = fields.id("agency", "服务机构");
        let kind = fields.coded("kind", "类别", RemarkKind::from_code);
        let session: Option<SessionId> = fields.ids("session").first().copied();
        let score =
            if fields.text("score").is_empty() { None } else { Some(fields.number("score", "得分")) };
        let text = fields.required("text", "具体情况");
        fields.check()?;
        let kind = kind.unwrap_or(RemarkKind::Evaluation);
        Ok(RecordRemark { agency: agency.unwrap_or(OrgId(0)), session, kind, score, text })
    };
    let actor = req.actor()?;
    match read().and_then(|command| evaluations::record(&req.app, actor, &command)) {
        Ok(()) => Ok(req.see("/evaluations", "已登记")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("机构考评", body(req, &req.form, &errors)?)),
        Err(other) => Err(other.into()),
    }
}
