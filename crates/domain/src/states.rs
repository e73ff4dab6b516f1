//! Every state machine, by the name of its diagram in `docs/states/`.

use crate::{
    account, appeal, application, archive, attendance, batch, campaign, clinic, commitment, job, push,
};
use crate::{filing, identity, lecturer, message, proposal, rectification, session, summary};

/// Name of the diagram, the noun in Chinese, and the diagram itself.
pub fn diagrams() -> Vec<(&'static str, &'static str, String)> {
    macro_rules! diagram {
        ($name:literal, $state:path) => {{
            use $state as State;
            ($name, State::NOUN, State::diagram())
        }};
    }
    vec![
        diagram!("account", account::AccountState),
        diagram!("appeal", appeal::AppealState),
        diagram!("application", application::ApplicationState),
        diagram!("application-item", application::ItemState),
        diagram!("attendance", attendance::AttendanceState),
        diagram!("batch", batch::BatchState),
        diagram!("campaign", campaign::CampaignState),
        diagram!("clinic", clinic::ClinicState),
        diagram!("commitment", commitment::CommitmentState),
        diagram!("delisting", rectification::DelistingState),
        diagram!("filing", filing::FilingState),
        diagram!("handover", archive::HandoverState),
        diagram!("job", job::JobState),
        diagram!("lecturer", lecturer::LecturerState),
        diagram!("likely-match", identity::MatchState),
        diagram!("message", message::MessageState),
        diagram!("penalty-record", batch::RecordState),
        diagram!("proposal", proposal::ProposalState),
        diagram!("push", push::PushState),
        diagram!("rectification", rectification::RectificationState),
        diagram!("session", session::SessionState),
        diagram!("summary", summary::SummaryState),
        diagram!("ticket", clinic::TicketState),
    ]
}
