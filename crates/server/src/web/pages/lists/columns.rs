//! Columns of a list whose header nobody knows: a person says what they mean, with samples before the eyes.

use maud::{Markup, html};
use xinxiu_domain::id::{BatchId, MappingId};
use xinxiu_domain::person::mask_numbers as shown_value;
use xinxiu_intake::{Column, Field, PreviewSheet};
use xinxiu_workflow::lists::{self, Board, MapColumns};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "对应各列";
/// Value of a choice that leaves a column out.
const LEFT_OUT: &str = "-";

pub(super) fn show(req: &Req) -> PageResult {
    let board = lists::board(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.page(TITLE, body(req, &board, &req.query, &[])?))
}

/// The sheet and header row that the page is about: those asked for, or the likeliest.
fn place<'a>(board: &'a Board, asked: &Form) -> Option<(&'a PreviewSheet, u64)> {
    let named = board
        .sheets
        .iter()
        .find(|sheet| asked.0.iter().any(|(key, value)| key == "sheet" && *value == sheet.name));
    let known = || board.sheets.iter().find(|sheet| sheet.header_row.is_some());
    let fullest = || board.sheets.iter().max_by_key(|sheet| sheet.rows.len());
    let sheet = named.or_else(known).or_else(fullest)?;
    let row = asked.raw("header_row").parse().ok();
    let row = row.or(sheet.header_row).or_else(|| sheet.likely_header_row()).unwrap_or(0);
    Some((sheet, row))
}

fn body(req: &Req, board: &Board, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let id = board.batch.id;
    let Some((sheet, row)) = place(board, values) else { return Err(PageError::NotFound) };
    let columns = sheet.columns(row, &board.mapping);
    let needs = if board.batch.list.holds_listings() {
        "至少要有企业名称；有处罚决定的行还要有决定书文号和处罚决定日期。"
    } else {
        "必须有企业名称、行政处罚决定书文号和处罚决定日期三列。"
    };
    let address = format!("/lists/{id}/columns");
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        p { a href={ "/lists/" (id) } { (board.batch.file_name) } " " (board.batch.list) }
        p { "请说明文件里各列是什么内容。" (needs) "没有选的列不读取，但每一行原样保留。" }
        (ui::panel("表头在哪一行", &header_choice(&address, board, sheet, row)))
        (ui::form(req, &address, &html! {
            (ui::hidden("sheet", &sheet.name))
            (ui::hidden("header_row", row))
            (table(&columns, values))
            (ui::field(values, "source", "这类文件来自", "例如某县信用办、某局，便于以后认出，可不填", errors))
            label.choice {
                input type="checkbox" name="remember" value="1" checked[values.raw("sheet").is_empty() || values.ticked("remember")];
                " 记住：以后同类名单的表头与这一行相同时，按同样的对应读取"
            }
            (ui::button("保存对应并试读名单"))
        }))
    })
}

/// A form of its own that shows the same page for another sheet or row; works without a script.
fn header_choice(address: &str, board: &Board, sheet: &PreviewSheet, row: u64) -> Markup {
    let words = |cells: &xinxiu_intake::Cells| {
        let filled: Vec<_> =
            cells.iter().map(str::trim).filter(|cell| !cell.is_empty()).map(shown_value).collect();
        let text = filled.join(" │ ");
        if text.chars().count() > 60 { text.chars().take(60).collect::<String>() + "…" } else { text }
    };
    html! {
        form method="get" action=(address) {
            @if board.sheets.len() > 1 {
                div.field {
                    label for="f-sheet" { "工作表" }
                    select id="f-sheet" name="sheet" {
                        @for other in &board.sheets {
                            option value=(other.name) selected[other.name == sheet.name] { (other.name) }
                        }
                    }
                }
            } @else { (ui::hidden("sheet", &sheet.name)) }
            div.field {
                label for="f-header_row" { "表头" }
                select id="f-header_row" name="header_row" {
                    option value="0" selected[row == 0] { "没有表头，第一行就是记录" }
                    @for (number, cells) in &sheet.rows {
                        option value=(number) selected[*number == row] { "第" (number) "行：" (words(cells)) }
                    }
                }
            }
            (ui::button("按这一行显示各列"))
        }
    }
}

fn table(columns: &[Column], values: &Form) -> Markup {
    let rows: Vec<_> = columns.iter().enumerate().map(|(index, column)| row(index, column, values)).collect();
    if rows.is_empty() {
        return ui::empty("这一行下面没有内容。", "请在上面另选表头所在的行。");
    }
    html! { div id="f-columns" { (ui::table("各列", &["文件里的列", "前几个值", "是什么内容"], &rows)) } }
}

fn row(index: usize, column: &Column, values: &Form) -> Vec<Markup> {
    let name = format!("field{index}");
    let typed = values.0.iter().any(|(key, _)| *key == name).then(|| values.raw(&name).to_owned());
    let known = column.field.or(if column.is_mapped { None } else { column.suggestion });
    let chosen = typed.unwrap_or_else(|| known.map_or(LEFT_OUT, Field::code).to_owned());
    let is_guess = column.field.is_none() && !column.is_mapped && column.suggestion.is_some();
    // What identifies a person is masked even where it does not look so.
    let is_personal = matches!(known, Some(Field::LegalRepId | Field::PersonNo | Field::Phone));
    let sample = |value: &String| {
        if is_personal { xinxiu_domain::person::mask_id_number(value) } else { shown_value(value) }
    };
    let samples: Vec<String> = column.samples.iter().map(sample).collect();
    vec![
        html! { strong { (column.key) } (ui::hidden(&format!("key{index}"), &column.key)) },
        html! { @for sample in &samples { div { (sample) } } @if samples.is_empty() { span.hint { "（空）" } } },
        html! {
            select name=(name) aria-label={ "「" (column.key) "」是" } {
                option value=(LEFT_OUT) selected[chosen == LEFT_OUT] { "不读取" }
                @for field in Field::ALL {
                    option value=(field.code()) selected[field.code() == chosen] {
                        (field) @if is_guess && Some(*field) == column.suggestion { "（推测）" }
                    }
                }
            }
            @if is_guess { span.hint { " 推测，请核对" } }
        },
    ]
}

/// What the form says.
fn command(form: &Form) -> Result<MapColumns, Refusal> {
    let mut command = MapColumns {
        sheet: form.raw("sheet").to_owned(),
        header_row: form.raw("header_row").parse().unwrap_or(0),
        source: form.text("source"),
        remember: form.ticked("remember"),
        ..MapColumns::default()
    };
    for (name, key) in &form.0 {
        let Some(index) = name.strip_prefix("key") else { continue };
        let field = match form.raw(&format!("field{index}")) {
            LEFT_OUT | "" => None,
            code => Some(
                Field::from_code(code).ok_or_else(|| Refusal::invalid("columns", "请重新选择各列的内容"))?,
            ),
        };
        command.columns.insert(key.clone(), field);
    }
    Ok(command)
}

pub(super) fn save(req: &Req) -> PageResult {
    let id: BatchId = req.id("id")?;
    let actor = req.actor()?;
    let mapped = command(&req.form).and_then(|command| lists::map(&req.app, actor, id, &command));
    let read = mapped.and_then(|()| lists::queue_or_read(&req.app, actor, id));
    match read.map_err(|refusal| refusal.into_errors("columns")) {
        Ok(()) => Ok(req.see(format!("/lists/{id}"), "已按您的对应试读，请核对结果后确认导入")),
        Err(Ok(errors)) => {
            let board = lists::board(&req.app, actor, id)?;
            Ok(req.again(TITLE, body(req, &board, &req.form, &errors)?))
        }
        Err(Err(other)) => Err(other.into()),
    }
}

pub(super) fn remembered(req: &Req) -> PageResult {
    let title = "记住的列对应";
    let rows: Vec<_> = lists::remembered(&req.app, req.actor()?)?
        .iter()
        .map(|known| {
            vec![
                html! { (known.list) },
                html! { (if known.source.is_empty() { "—" } else { &known.source }) },
                html! { (known.headers) },
                html! { (known.used) },
                html! { (ui::when(known.made_at)) br; span.hint { (known.made_by) } },
                ui::post_button(req, &format!("/lists/mappings/{}/forget", known.id), "删除对应"),
            ]
        })
        .collect();
    let body = html! {
        h1 { (title) }
        p { "同类名单的表头与这里的一行相同时，按记住的对应读取，不再询问。同样的表头重新对应后，以新的为准。" }
        @if rows.is_empty() {
            (ui::empty("还没有记住的列对应。", "上传表头不能识别的名单、对应各列并选择记住后，列在这里。"))
        } @else {
            (ui::table(title, &["名单", "来源", "表头", "#已用于", "设定", ""], &rows))
        }
        p { a href="/lists" { "回到名单导入" } }
    };
    Ok(req.page(title, body))
}

pub(super) fn forget(req: &Req) -> PageResult {
    let id: MappingId = req.id("mapping")?;
    lists::forget(&req.app, req.actor()?, id)?;
    Ok(req.see("/lists/mappings", "已删除，以后同样的表头会再次询问"))
}
