//! Summaries of the campaign by county, authority and city (N23).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::{PlanItemId, SummaryId};
use xinxiu_domain::progress::{Measure, rate, rate_in_words};
use xinxiu_domain::summary::{SummaryAction, SummaryState};
use xinxiu_store::progress::ProgressRow;
use xinxiu_workflow::summaries::{self, Draft, Reported, SaveSummary};
use xinxiu_workflow::{FieldError, Refusal, summary_text};

use super::progress::member_table;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const WRITE: Access = Access::Staff(Action::WriteSummary);
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

pub(super) fn routes(table: &mut Routes) {
    table.get("/summaries", WRITE, list);
    table.get("/summaries/own", WRITE, own);
    table.post("/summaries/own", WRITE, save);
    table.post("/summaries/own/redraft", WRITE, redraft);
    table.get("/summaries/own/enterprises", WRITE, members);
    table.get("/summaries/{id}", WRITE, show);
    table.post("/summaries/{id}/submit", WRITE, submit);
    table.post("/summaries/{id}/reopen", WRITE, reopen);
    table.get("/summaries/{id}/summary.pdf", WRITE, pdf);
    table.get("/summaries/{id}/summary.docx", WRITE, docx);
}

fn state(state: Option<SummaryState>) -> Markup {
    match state {
        None => ui::badge("due", "未开始"),
        Some(SummaryState::Draft) => ui::badge("due", SummaryState::Draft.label()),
        Some(SummaryState::Submitted) => ui::badge("good", SummaryState::Submitted.label()),
    }
}

fn list(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let all = summaries::list(&req.app, actor)?;
    let submitted = all
        .iter()
        .filter(|one| matches!(&one.summary, Some(found) if found.state == SummaryState::Submitted));
    let count = submitted.count();
    let drafts = req.query.raw("state") == "draft";
    let own = |one: &Reported| actor.org == Some(one.org.id);
    let is_draft =
        |one: &Reported| one.summary.as_ref().is_some_and(|found| found.state == SummaryState::Draft);
    let shown = all.iter().filter(|one| !drafts || (own(one) && is_draft(one)));
    let rows: Vec<_> = shown.map(|one| reported(one, own(one))).collect();
    Ok(req.page(
        "培训总结",
        html! {
            h1 { "培训总结" }
            p { a.button href="/summaries/own" { "撰写本单位总结" } }
            @if drafts { (ui::narrowed("只列出本单位还没有报送的总结。", "/summaries")) }
            @else { p { "应报送" (all.len()) "个单位，已报送" (count) "个。" } }
            (ui::table("各单位总结", &["单位", "类别", "状态", "最近修改"], &rows))
        },
    ))
}

fn reported(one: &Reported, own: bool) -> Vec<Markup> {
    let found = one.summary.as_ref();
    let open = found.filter(|found| own || found.state == SummaryState::Submitted);
    vec![
        html! {
            @if let Some(found) = open { a href={ "/summaries/" (found.id) } { (one.org.name) } }
            @else { (one.org.name) }
        },
        html! { (one.org.kind) },
        state(found.map(|found| found.state)),
        html! { @if let Some(found) = found { (ui::when(found.updated_at)) " " (found.written_by) } },
    ]
}

fn own(req: &Req) -> PageResult {
    let draft = summaries::draft(&req.app, req.actor()?)?;
    if draft.summary.state == SummaryState::Submitted {
        return Ok(req.see(format!("/summaries/{}", draft.summary.id), "总结已报送；要修改请先撤回"));
    }
    let values = Form::default()
        .with("results", &draft.summary.results)
        .with("features", &draft.summary.features)
        .with("problems", &draft.summary.problems)
        .with("version", draft.summary.version);
    Ok(req.page("撰写培训总结", write_body(req, &draft, &values, &[])))
}

fn write_body(req: &Req, draft: &Draft, values: &Form, errors: &[FieldError]) -> Markup {
    let hint = "每行一段";
    html! {
        h1 { "撰写培训总结：" (draft.org.name) }
        (ui::errors(errors))
        p { (state(draft.saved.then_some(draft.summary.state))) }
        (basis(draft))
        (numbers(draft, true))
        (ui::form(req, "/summaries/own", &html! {
            @if !draft.saved { p.hint { "下面的文字由平台按数据起草，请核对修改后保存。" } }
            (ui::hidden("version", values.raw("version")))
            (ui::area(values, "results", "取得成果", hint, errors))
            (ui::area(values, "features", "工作特色", hint, errors))
            (ui::area(values, "problems", "存在问题", hint, errors))
            @if !draft.changed.is_empty() {
                (ui::tick(values, "numbers_checked", "文字里的数字已经按今天的数据改好", errors))
            }
            (ui::button("保存总结"))
        }))
        @if draft.saved {
            (ui::confirm(req, "/summaries/own/redraft", "按今天的数据重新起草", "取得成果、工作特色和存在问题三栏已写的文字都会被替换，不能恢复。", &ui::hidden("version", draft.summary.version)))
        }
        @if draft.saved { p { a.button href={ "/summaries/" (draft.summary.id) } { "预览和报送" } } }
    }
}

/// The day of the numbers in the text, and a warning where they have changed since.
fn basis(draft: &Draft) -> Markup {
    html! {
        @if draft.changed.is_empty() {
            p { "文字里的数字取自" (draft.drafted_on) "的数据，与今天的数据一致。" }
        } @else {
            div.warning role="note" {
                p { "文字里的数字取自" (draft.drafted_on) "的数据，此后数据有变化，下面的文字和表格对不上：" }
                ul {
                    @for (measure, then, now) in &draft.changed {
                        li { (measure) "：" (then) "家变为" (now) "家" }
                    }
                }
            }
        }
    }
}

/// The numbers behind the text; for the writer each leads to its list.
fn numbers(draft: &Draft, linked: bool) -> Markup {
    let shown = || Measure::HEADLINE.into_iter().chain([Measure::RepairBase, Measure::Repaired]);
    let heads: Vec<String> = shown().map(|measure| format!("#{}", measure.label())).collect();
    let heads: Vec<&str> =
        ["培训班"].into_iter().chain(heads.iter().map(String::as_str)).chain(["#修复率"]).collect();
    let row = |row: &ProgressRow| {
        let class = row.plan_item.map_or_else(String::new, |id| format!("&class={id}"));
        let figures = shown().map(|measure| {
            let number = row.figure(measure);
            let whole = row.plan_item.is_some() || row.name == draft.total.name;
            html! {
                @if linked && whole && number > 0 {
                    a href={ "/summaries/own/enterprises?measure=" (measure.code()) (maud::PreEscaped(&class)) } { (number) }
                } @else { (number) }
            }
        });
        let rate = html! { (rate(row.repaired, row.repair_base)) };
        [html! { (row.name) }].into_iter().chain(figures).chain([rate]).collect::<Vec<_>>()
    };
    let rows: Vec<_> = draft.rows.iter().chain([&draft.total]).map(row).collect();
    ui::panel(
        "数据（截至今天，家）",
        &html! {
            p { (rate_in_words(draft.total.repaired, draft.total.repair_base)) "。目标" (draft.campaign.targets.repair_rate_percent) "%。" }
            (ui::table("各培训班数据", &heads, &rows))
        },
    )
}

fn save(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let mut fields = req.fields();
    let version = fields.number("version", "版本").into();
    // Lines matter here, so the text is taken as typed.
    let text = |name: &str| req.form.raw(name).to_owned();
    let command = SaveSummary {
        results: text("results"),
        features: text("features"),
        problems: text("problems"),
        numbers_checked: req.form.ticked("numbers_checked"),
        version,
    };
    match fields.check().and_then(|()| summaries::save(&req.app, actor, &command)) {
        Ok(id) => Ok(req.see(format!("/summaries/{id}"), "已保存总结，核对后报送")),
        Err(Refusal::Invalid(errors)) => {
            let draft = summaries::draft(&req.app, actor)?;
            Ok(req.again("撰写培训总结", write_body(req, &draft, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}

fn redraft(req: &Req) -> PageResult {
    let version = req.form.text("version").parse().unwrap_or(0);
    summaries::redraft(&req.app, req.actor()?, version)?;
    Ok(req.see("/summaries/own", "已按今天的数据重新起草，请核对后保存"))
}

fn members(req: &Req) -> PageResult {
    let measure = Measure::from_code(&req.query.text("measure")).ok_or(PageError::NotFound)?;
    let class: Option<PlanItemId> = req.query.text("class").parse().ok();
    let found = summaries::members(&req.app, req.actor()?, measure, class)?;
    Ok(req.page(
        measure.label(),
        html! {
            h1 { (measure) "：" (found.len()) "家" }
            p { (measure.meaning()) "。" }
            (member_table(&found))
            p { a href="/summaries/own" { "返回总结" } }
        },
    ))
}

fn show(req: &Req) -> PageResult {
    let (id, actor): (SummaryId, _) = (req.id("id")?, req.actor()?);
    let draft = summaries::show(&req.app, actor, id)?;
    let own = actor.org == Some(draft.org.id);
    let submitted = draft.summary.state == SummaryState::Submitted;
    let paragraphs = |title: &str, text: &str| {
        ui::panel(
            title,
            &html! {
                @if text.is_empty() { p.quiet { "（未填写）" } }
                @for line in summary_text::lines(text) { p { (line) } }
            },
        )
    };
    let address = |step: &str| format!("/summaries/{id}/{step}");
    let body = html! {
        h1 { (draft.org.name) "培训总结" }
        p { (state(Some(draft.summary.state))) }
        (ui::download_bar(&[(address("summary.pdf"), "下载 PDF"), (address("summary.docx"), "下载 Word")]))
        (basis(&draft))
        (numbers(&draft, own))
        (paragraphs("取得成果", &draft.summary.results))
        (paragraphs("工作特色", &draft.summary.features))
        (paragraphs("存在问题", &draft.summary.problems))
        @if own && submitted { (ui::post_button(req, &address("reopen"), "撤回修改")) }
        @if own && !submitted {
            p.actions {
                (ui::post_button(req, &address("submit"), "报送总结"))
                a.button href="/summaries/own" { "修改总结" }
            }
        }
        p { a href="/summaries" { "返回全部总结" } }
    };
    Ok(req.page("培训总结", body))
}

fn submit(req: &Req) -> PageResult {
    change(req, SummaryAction::Submit)
}

fn reopen(req: &Req) -> PageResult {
    change(req, SummaryAction::Reopen)
}

fn change(req: &Req, action: SummaryAction) -> PageResult {
    let id: SummaryId = req.id("id")?;
    summaries::change_state(&req.app, req.actor()?, id, action)?;
    Ok(req.see(format!("/summaries/{id}"), format!("已{action}")))
}

fn pdf(req: &Req) -> PageResult {
    let draft = summaries::show(&req.app, req.actor()?, req.id("id")?)?;
    let bytes = summaries::pdf(&summaries::paper(&draft, req.app.clock.today()))?;
    Ok(req.file(bytes, format!("{}培训总结.pdf", draft.org.name), "application/pdf"))
}

fn docx(req: &Req) -> PageResult {
    let draft = summaries::show(&req.app, req.actor()?, req.id("id")?)?;
    let bytes = summaries::docx(&summaries::paper(&draft, req.app.clock.today()))?;
    Ok(req.file(bytes, format!("{}培训总结.docx", draft.org.name), DOCX))
}
