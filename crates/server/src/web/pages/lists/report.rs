//! What the trial reading of a list found.

use maud::{Markup, html};
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::person::mask_numbers as shown_value;
use xinxiu_store::batch::Batch;
use xinxiu_workflow::lists::{Difference, Fate, Report, ReportLine};

use crate::web::ui;

/// How many rows give no county, and what becomes of them.
pub(super) fn places(batch: &Batch, report: &Report) -> Markup {
    html! {
        (ui::facts(&[
            ("没有填属地的行", html! { strong { (report.without_region) } }),
            ("属地不能识别的行", html! { strong { (report.unknown_region) } }),
            ("按代码登记地推测属地", html! { strong { (report.guessed) } }),
            ("属地仍不确定", html! { strong { (report.unplaced) } }),
        ]))
        p.hint { "推测的属地请核对：企业可能已迁出登记地。属地不确定的企业不分到任何县（区），请在名单中补上，或导入后在企业页面更正。" }
        @if !report.unplaceable.is_empty() {
            p.warning {
                "属地不能识别的" (report.unknown_region) "行" @if report.unknown_region > report.unplaceable.len() as u64 { "，下面是前" (report.unplaceable.len()) "行" }
                "；全部见变化的电子表格里“属地不能识别”一页。"
            }
            (ui::table("属地不能识别的行", &["工作表", "#行", "企业名称", "属地（原值）", "说明"], &unplaceable(batch, report)))
        }
        @if batch.state == BatchState::Imported && report.unplaced > 0 {
            p { a.button href="/enterprises?county=none&order=newest" { "查看属地不确定的企业" } }
        }
    }
}

fn unplaceable(batch: &Batch, report: &Report) -> Vec<Vec<Markup>> {
    let row = |line: &ReportLine| {
        vec![
            html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
            place(batch, &line.sheet, line.row),
            html! { (line.field) },
            html! { (shown_value(&line.value)) },
            html! { (line.message) },
        ]
    };
    report.unplaceable.iter().map(row).collect()
}

/// Authorities that are no organisation on the platform.
pub(super) fn authorities(report: &Report, may_assign: bool) -> Markup {
    let rows: Vec<_> = report
        .unknown_authorities
        .iter()
        .map(|(name, rows)| vec![html! { (name) }, html! { (rows) }])
        .collect();
    html! {
        p.warning {
            "有" (report.without_authority) "行的机关在平台上没有对应的单位。这些记录导入后没有单位能督促整改、作出修复决定，请在导入前后对应到单位；名称写错的，请在名单中改正。"
        }
        (ui::table("没有对应单位的机关", &["机关", "#行数"], &rows))
        @if may_assign { p.hint { "导入后在" a href="/authorities" { "处罚机关对应" } "中指定单位，以后的名单照此办理。" } }
        @else { p.hint { "导入后由市信用中心在“处罚机关对应”中指定单位。" } }
    }
}

/// Rows that name an enterprise otherwise than it is on file.
pub(super) fn renames(batch: &Batch, report: &Report) -> Markup {
    let rows: Vec<_> = report
        .renames
        .iter()
        .map(|line| {
            vec![
                html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
                place(batch, &line.sheet, line.row),
                html! { (ui::code(&line.field)) },
                html! { (line.value) },
                html! { (ui::badge("due", "提示")) " " (line.message) },
            ]
        })
        .collect();
    html! {
        p.warning {
            "有" (report.renamed) "行的统一社会信用代码在册，名称却不同。请核对代码和名称；导入不会改动在册名称。下面是前" (rows.len()) "行。"
        }
        (ui::table("名称与在册不同的行", &["工作表", "#行", "统一社会信用代码", "本行名称", "说明"], &rows))
    }
}

/// What the list has new, changed and no longer.
pub(super) fn differences(batch: &Batch, report: &Report) -> Markup {
    let count = |fate| match fate {
        Fate::New => report.created,
        Fate::Changed => report.changed,
        Fate::Gone => report.would_go,
    };
    html! {
        p {
            "与在册相比：新增" strong { (report.created) } "条、变化" strong { (report.changed) } "条、没有变化"
            (report.unchanged) "条；在列而文件里没有" strong { (report.would_go) } "条。导入只改动新增和变化的部分。"
        }
        @if batch.difference_file.is_some() {
            (ui::download_bar(&[(format!("/lists/{}/differences", batch.id), "下载全部变化（电子表格）")]))
        }
        @for fate in Fate::ALL {
            @let rows = of_fate(batch, report, *fate);
            @if !rows.is_empty() {
                details open[*fate == Fate::Changed] {
                    summary { (fate) (count(*fate)) "条" @if count(*fate) > rows.len() as u64 { "，下面是前" (rows.len()) "条" } }
                    (ui::table(fate.label(), &["企业名称", "统一社会信用代码", "文号或事由", "机关", "#行", "变化"], &rows))
                }
            }
        }
    }
}

/// The number of a row, the way to the row as received.
fn place(batch: &Batch, sheet: &str, row: u64) -> Markup {
    html! { a href=(super::rows::address(batch.id, sheet, row)) aria-label={ "第" (row) "行原始内容" } { (row) } }
}

fn of_fate(batch: &Batch, report: &Report, fate: Fate) -> Vec<Vec<Markup>> {
    let of_fate = report.differences.iter().filter(|found| found.fate == fate.code());
    let row = |found: &Difference| {
        vec![
            html! { (found.name) },
            html! { @if !found.uscc.is_empty() { (ui::code(&found.uscc)) } },
            html! { (found.what) },
            html! { (found.body) },
            html! { @if found.row > 0 { (place(batch, &found.sheet, found.row)) } },
            html! {
                @for (field, old, new) in &found.changes {
                    div { (field) "：「" (shown_value(old)) "」→「" (shown_value(new)) "」" }
                }
            },
        ]
    };
    of_fate.map(row).collect()
}

pub(super) fn report(batch: &Batch, report: &Report) -> Markup {
    let all: u64 = report.kinds.iter().map(|(_, count)| count).sum();
    let more = u64::try_from(report.first.len()).is_ok_and(|shown| shown < all);
    let rows: Vec<_> = report
        .first
        .iter()
        .map(|line| {
            vec![
                html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
                place(batch, &line.sheet, line.row),
                html! { @if line.rejected { (ui::badge("bad", "退回")) } @else { (ui::badge("due", "提示")) } },
                html! { (line.field) },
                html! { (shown_value(&line.value)) },
                html! { (line.message) },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p { @if report.renamed == 0 { "没有发现问题。" } @else { "没有其他问题。" } }
        } @else {
            p { "共 " @for (index, (kind, count)) in report.kinds.iter().enumerate() { @if index > 0 { "、" } (kind) " " (count) } "。" @if more { "下面是前 " (rows.len()) " 个。" } }
            (ui::table("试读发现的问题", &["工作表", "#行", "处理", "字段", "原值", "说明"], &rows))
        }
        @for (name, header) in report.sheets.iter().filter(|(name, _)| !name.is_empty()) {
            p.hint { "工作表「" (name) "」：" @match header { Some(row) => { "表头在第" (row) "行" }, None => { "没有名单的表头，已跳过" } } }
        }
    }
}
