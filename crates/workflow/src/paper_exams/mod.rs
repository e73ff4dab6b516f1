//! Exams that were written on paper in the hall (纸质考试, N11), entered for a whole session: in a table, or from a
//! spreadsheet that fills the table.

mod enter;
mod sheet;

pub(crate) use enter::enter_one;
pub use enter::{Score, enter_scores};
pub use sheet::{FilledIn, Reject, read, workbook};

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::{AttendanceState, exam_gaps};
use xinxiu_domain::blueprint::Blueprint;
use xinxiu_domain::id::SessionId;
use xinxiu_store::attendance::{self, RosterLine};
use xinxiu_store::exam::{self, Tally};
use xinxiu_store::session::{self, Session};
use xinxiu_store::{campaign, concerns};

use crate::app::App;
use crate::exam_blueprint;
use crate::refusal::Refusal;

/// An enterprise of the session and how far its exam is.
#[derive(Debug, Clone)]
pub struct Sitter {
    /// Its line of the roll.
    pub line: RosterLine,
    /// Its papers so far.
    pub tally: Tally,
    /// Why no result can be entered; empty where one can.
    pub gap: String,
}

/// The enterprises of a session for the results of their papers.
#[derive(Debug, Clone)]
pub struct Sitters {
    /// The session.
    pub session: Session,
    /// How its exam is put together.
    pub blueprint: Blueprint,
    /// Everybody who was invited, by county, township and name.
    pub lines: Vec<Sitter>,
}

impl Sitters {
    /// Those of whom a result can be entered.
    pub fn enterable(&self) -> impl Iterator<Item = &Sitter> {
        self.lines.iter().filter(|sitter| sitter.gap.is_empty())
    }
}

/// Who sits the exam of a session.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who do not run the session.
pub fn sitters(app: &App, actor: &Actor, id: SessionId) -> Result<Sitters, Refusal> {
    app.view(actor, |view| {
        view.must(Action::RunSession, &concerns::of_session(view.tx, id)?)?;
        let session = session::load(view.tx, id)?;
        let campaign = campaign::load_item(view.tx, session.plan_item)?.campaign;
        let blueprint = exam_blueprint::of_campaign(view.tx, campaign)?.0;
        let tallies = exam::tallies(view.tx, id)?;
        let lines = attendance::roster(view.tx, campaign, id)?.into_iter().map(|line| {
            let tally = tallies.get(&line.attendance.id).copied().unwrap_or_default();
            let gap = gap(line.attendance.state, &blueprint, tally);
            Sitter { line, tally, gap }
        });
        Ok(Sitters { lines: lines.collect(), session, blueprint })
    })
}

/// What keeps a result from being entered; empty where nothing does.
fn gap(state: AttendanceState, blueprint: &Blueprint, tally: Tally) -> String {
    if let Some(missing) = exam_gaps(state).first() {
        return missing.message.clone();
    }
    if tally.open {
        return "在手机上开始的考试还没有交卷，交卷后才能录入".into();
    }
    if blueprint.left(tally.papers) == Some(0) {
        return format!("已经考了{}次，按规定不能再考", tally.papers);
    }
    String::new()
}
