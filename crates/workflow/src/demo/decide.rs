//! What authorities and center do with accepted applications, and commitments that were broken.

use jiff::civil::date;
use xinxiu_domain::application::{ApplicationState, Grade, ItemState};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::commitment::{Clause, CommitmentState};
use xinxiu_domain::id::{CommitmentId, ItemId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::{application, commitment, item, penalty};

use super::course::{Course, Task};
use super::repair::{Fate, RepairStep};
use super::sample;
use crate::applications::{self, Decide};
use crate::commitments;
use crate::refusal::Refusal;

type Outcome = Result<(), Refusal>;

/// The authority decides on a record; a few it refuses.
pub fn decide(course: &mut Course<'_>, id: ItemId) -> Outcome {
    let db = &course.app.store.db;
    let found = db.read(|tx| item::load(tx, id))?;
    let record = db.read(|tx| penalty::load(tx, found.penalty))?;
    // The window or the authority may have sent the application back meanwhile.
    let state = db.read(|tx| application::load(tx, found.application))?.state;
    let waits = state == ApplicationState::Accepted && found.state == ItemState::Pending;
    let Some(authority) = record.authority.filter(|_| waits) else {
        return Ok(());
    };
    let agree = !course.dice.chance(6);
    let serious = record.assessment.class == PenaltyClass::Serious;
    let opinion =
        if agree { "义务已履行，同意修复" } else { "整改尚未完成，暂不同意修复" };
    let scan = if course.dice.chance(30) {
        let name = "信用修复表（已盖章，演示）.png".to_owned();
        Some((sample::form(course.app, id)?, name, "image/png".to_owned()))
    } else {
        None
    };
    let command = Decide {
        severity: Grade::General,
        conduct: if serious { Grade::Serious } else { Grade::General },
        duty_performed: agree,
        agree,
        opinion: opinion.into(),
        handler: (String::new(), String::new()),
        decided_on: course.today(),
        file: scan,
        is_confirmed: true,
        version: found.version,
    };
    applications::decide(course.app, &course.cast.of(authority)?, id, &command)?;
    if agree {
        let days = 1 + course.dice.below(3);
        course.after(days, Task::Repair(RepairStep::TakeDown(id), Fate::Through));
    }
    Ok(())
}

/// The center records the removal, once the minimum publicity period is over.
pub fn take_down(course: &mut Course<'_>, id: ItemId) -> Outcome {
    let db = &course.app.store.db;
    let found = db.read(|tx| item::load(tx, id))?;
    let record = db.read(|tx| penalty::load(tx, found.penalty))?;
    let waits = record.assessment.min_until.is_some_and(|day| day > course.today());
    if waits || found.state != ItemState::Agreed || record.state != RecordState::Public {
        return Ok(());
    }
    applications::record_removal(course.app, &course.cast.center, id, course.today(), found.version)?;
    course.tally.taken_down += 1;
    Ok(())
}

/// Three commitments of three counties were broken.
pub fn breach(course: &mut Course<'_>) -> Outcome {
    let today = date(2022, 8, 1);
    for class in [0, 3, 7] {
        let item = course.classes[class].id;
        let signed = course.app.store.db.read(|tx| {
            tx.query(
                "select k.id from commitment k join member m on m.enterprise_id = k.enterprise_id \
                 and m.campaign_id = k.campaign_id where m.plan_item_id = $1 and k.state = $2 \
                 and k.signed_on < $3 order by k.id limit 1",
                xinxiu_store::params![item, CommitmentState::Signed.code(), today],
                |row| row.get::<CommitmentId>("id"),
            )
        })?;
        for id in signed {
            let of = course.app.store.db.read(|tx| commitment::load(tx, id))?.enterprise;
            let county = course.app.store.db.read(|tx| xinxiu_store::enterprise::load(tx, of))?.county;
            let Some(county) = county else { continue };
            let note = "承诺后再次因同类行为被立案，由处罚机关通报发现";
            commitments::breach(course.app, &course.cast.of(county)?, id, Clause::Corrected, note)?;
        }
    }
    Ok(())
}
