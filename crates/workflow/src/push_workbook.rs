//! A pushed list as a spreadsheet (N15). Phones are masked and ID numbers left out (N21): a file travels
//! further than a page.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use xinxiu_domain::Uscc;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::PushId;
use xinxiu_domain::person::mask_phone;
use xinxiu_store::Vault;
use xinxiu_store::enterprise::{Enterprise, sealed};

use crate::app::App;
use crate::pushes::{PushedList, load};
use crate::refusal::Refusal;

const HEADS: [(&str, f64); 11] = [
    ("序号", 6.0),
    ("企业名称", 36.0),
    ("统一社会信用代码", 22.0),
    ("乡镇（街道）", 14.0),
    ("行业", 16.0),
    ("注册地址", 36.0),
    ("联系人", 10.0),
    ("联系电话", 14.0),
    ("公示中的处罚（条）", 10.0),
    ("其中可修复（条）", 10.0),
    ("名单认定（条）", 10.0),
];

/// A pushed list as a spreadsheet, with its file name.
///
/// # Errors
/// [`Refusal::Forbidden`] for all but the center and the county that received it.
pub fn workbook(app: &App, actor: &Actor, id: PushId) -> Result<(Vec<u8>, String), Refusal> {
    let list = app.view(actor, |view| load(view, id))?;
    let phones = list
        .enterprises
        .iter()
        .map(|enterprise| masked_phone(&app.store.vault, enterprise))
        .collect::<Result<Vec<_>, _>>()?;
    let bytes = write(&list, &phones).map_err(|error| Refusal::Document(error.to_string()))?;
    Ok((bytes, format!("{}推送名单第{}号.xlsx", list.push.county_name, list.push.id)))
}

/// An enterprise's phone as it may be shown.
///
/// # Errors
/// What the vault says.
pub fn masked_phone(vault: &Vault, enterprise: &Enterprise) -> Result<String, Refusal> {
    let phone = vault.open_text(sealed::CONTACT_PHONE, &enterprise.contact_phone_sealed)?;
    Ok(mask_phone(&phone))
}

fn write(list: &PushedList, phones: &[String]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    head(sheet)?;
    for (index, (enterprise, phone)) in list.enterprises.iter().zip(phones).enumerate() {
        line(sheet, index, enterprise, phone, list)?;
    }
    workbook.save_to_buffer()
}

fn head(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (column, (name, width)) in (0u16..).zip(HEADS) {
        sheet.set_column_width(column, width)?.write_string_with_format(0, column, name, &bold)?;
    }
    sheet
        .set_name("推送名单")?
        .set_freeze_panes(1, 0)?
        .set_landscape()
        .set_paper_size(9)
        .set_repeat_rows(0, 0)?;
    Ok(())
}

fn line(
    sheet: &mut Worksheet,
    index: usize,
    enterprise: &Enterprise,
    phone: &str,
    list: &PushedList,
) -> Result<(), XlsxError> {
    let row = u32::try_from(index + 1).unwrap_or(u32::MAX);
    sheet.write_number(row, 0, f64::from(row))?;
    let texts = [
        enterprise.name.as_str(),
        enterprise.uscc.as_ref().map_or("", Uscc::as_str),
        &enterprise.township,
        &enterprise.industry,
        &enterprise.address,
        &enterprise.contact_name,
        phone,
    ];
    // Always as strings: a name that begins with "=" is a name, not a formula.
    for (column, text) in (1u16..).zip(texts) {
        sheet.write_string(row, column, text)?;
    }
    let reason = list.reason(enterprise);
    let figures = reason.map_or([0; 3], |reason| [reason.penalties, reason.repairable, reason.listings]);
    for (column, figure) in (8u16..).zip(figures) {
        sheet.write_number(row, column, f64::from(figure))?;
    }
    Ok(())
}
