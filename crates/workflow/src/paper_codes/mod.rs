//! Codes on papers (文书二维码, ADR 19): printed with them, looked for on the photographs that come back, and held against the
//! paper that is asked for.

mod look;
mod pictures;
mod read;
#[cfg(test)]
mod tests;

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{CommitmentId, ItemId};
use xinxiu_domain::paper_code::{PaperCode, PaperKind, ScanOutcome};
use xinxiu_store::files::Kept;
use xinxiu_store::paper_check::{self, PaperCheck};
use xinxiu_store::{
    StoreError, Tx, Vault, application, campaign, commitment, concerns, enterprise, item, penalty,
};

use crate::app::{App, Step};
use crate::commitments;
use crate::refusal::Refusal;

/// A file of a paper that was handed in, with the name that its owner gave it.
pub type Sheet = (Kept, String);

/// The code of a paper, tagged by this installation: nobody else makes one that fits.
///
/// # Errors
/// What the vault says.
pub fn code(vault: &Vault, kind: PaperKind, record: i64, edition: &str) -> Result<PaperCode, StoreError> {
    let code = PaperCode::untagged(kind, record, edition);
    let digest = vault.sign("paper-code", &code.tagged_text())?;
    Ok(code.with_tag(&digest))
}

fn is_ours(vault: &Vault, found: &PaperCode) -> Result<bool, StoreError> {
    let digest = vault.sign("paper-code", &found.tagged_text())?;
    Ok(found.clone().with_tag(&digest).tag == found.tag)
}

/// What was read on each file of a paper.
pub(crate) struct Readings(Vec<(String, Vec<PaperCode>)>);

/// Looks for codes on every file; done before a step, so that nobody waits for it. Where a file cannot be read, or the time for
/// all of them is over, nothing was read.
///
/// # Errors
/// What the disk says.
pub(crate) fn read(app: &App, sheets: &[Sheet]) -> Result<Readings, Refusal> {
    let mut budget = read::Budget::start();
    let mut all = Vec::new();
    for (place, (kept, name)) in (1..).zip(sheets) {
        let said = match name.as_str() {
            "" => format!("第{place}个文件"),
            name => format!("第{place}个文件“{name}”"),
        };
        all.push((said, read::codes(&app.store.files.read(&kept.sha256)?, &mut budget)));
    }
    Ok(Readings(all))
}

/// What the codes came to: matched with the file and the code, or unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub outcome: ScanOutcome,
    /// The code that was read; empty where none was.
    pub code: String,
    /// Which file had it, from 1; 0 where none had.
    pub page: usize,
}

/// Holds what was read against the paper that is asked for: one good page is enough, and one page of another paper is too many.
///
/// # Errors
/// [`Refusal::Invalid`] for the field where a page belongs to another paper or has words no longer in force, saying which file,
/// what it is as far as the actor may know, and what to do.
pub(crate) fn judge(
    step: &Step<'_>,
    field: &str,
    readings: &Readings,
    wanted: (PaperKind, &[i64]),
) -> Result<Found, Refusal> {
    let mut found = Found { outcome: ScanOutcome::Unread, code: String::new(), page: 0 };
    for (page, (file, codes)) in (1..).zip(&readings.0) {
        for code in codes {
            if let Some(wrong) = fault(step, code, wanted)? {
                return Err(Refusal::invalid(field, format!("{file}{wrong}")));
            }
            if found.outcome == ScanOutcome::Unread {
                found = Found { outcome: ScanOutcome::Matched, code: code.text(), page };
            }
        }
    }
    Ok(found)
}

/// What is wrong with a code where another paper is wanted.
fn fault(step: &Step<'_>, code: &PaperCode, wanted: (PaperKind, &[i64])) -> Result<Option<String>, Refusal> {
    let (kind, records) = wanted;
    if !is_ours(&step.app.store.vault, code)? {
        let what = format!("上的二维码不是本平台打印的{kind}。请从本平台重新打印{kind}，签章后再拍照上传");
        return Ok(Some(what));
    }
    if code.kind != kind || !records.contains(&code.record) {
        let what = describe(step.tx, step.actor, code)?;
        return Ok(Some(format!("是{what}，不是要上传的这一份{kind}。请换成正确的再上传")));
    }
    let old = || format!("是旧版文本的{kind}。请重新打印现行文本，签章后再拍照上传");
    Ok((!code.has_current_words()).then(old))
}

/// Which paper a code belongs to, as far as the actor may know.
fn describe(tx: &Tx<'_>, actor: &Actor, code: &PaperCode) -> Result<String, Refusal> {
    let found = match code.kind {
        PaperKind::Commitment => commitment_of(tx, code.record),
        PaperKind::RectificationForm => form_of(tx, code.record),
    };
    let (whose, about, number) = match found {
        Ok(found) => found,
        Err(StoreError::NotFound(..)) => return Ok(format!("一份已不在平台上的{}", code.kind)),
        Err(error) => return Err(error.into()),
    };
    if !actor.may(Action::ViewEnterprise, &concerns::of_enterprise(tx, whose)?) {
        return Ok(format!("另一家企业的{}", code.kind));
    }
    let name = enterprise::load(tx, whose)?.name;
    Ok(format!("「{name}」{about}的{}（编号{number}）", code.kind))
}

/// Enterprise, subject and number of a paper.
type Owner = (xinxiu_domain::id::EnterpriseId, String, String);

fn commitment_of(tx: &Tx<'_>, id: i64) -> Result<Owner, StoreError> {
    let found = commitment::load(tx, CommitmentId(id))?;
    let about = match found.penalty {
        Some(penalty) => format!("关于{}", penalty::load(tx, penalty)?.decision),
        None => "关于列入名单".to_owned(),
    };
    let year = campaign::load(tx, found.campaign)?.year;
    Ok((found.enterprise, about, commitments::number(year, found.id)))
}

fn form_of(tx: &Tx<'_>, id: i64) -> Result<Owner, StoreError> {
    let found = item::load(tx, ItemId(id))?;
    let whose = application::load(tx, found.application)?.enterprise;
    Ok((whose, format!("关于{}", penalty::load(tx, found.penalty)?.decision), format!("{id:06}")))
}

/// Keeps the outcome with the scan.
pub(crate) fn keep(
    step: &Step<'_>,
    file: xinxiu_domain::id::FileId,
    (paper, record): (PaperKind, i64),
    found: &Found,
) -> Result<(), Refusal> {
    let check = PaperCheck {
        file,
        paper,
        record,
        outcome: found.outcome,
        code: found.code.clone(),
        page: i64::try_from(found.page).unwrap_or(0),
        by: step.actor.name.clone(),
        at: step.moment(),
        confirmed: None,
    };
    Ok(paper_check::insert(step.tx, &check)?)
}
