//! The nouns of a credit-repair campaign (信用修复) and the moves each of them allows.
//!
//! Pure: no SQL, no HTTP, no clock and no randomness. One file per noun. Every state machine is declared
//! with [`state_machine!`], which also draws it, so that the diagram in `docs/states/` cannot drift from
//! the code.

#[macro_use]
mod macros;

pub mod account;
pub mod actor;
pub mod agenda;
pub mod analysis;
pub mod appeal;
pub mod application;
pub mod archive;
pub mod attendance;
pub mod batch;
pub mod blueprint;
pub mod calling;
pub mod campaign;
pub mod certificate;
pub mod change;
pub mod clinic;
pub mod commitment;
pub mod content;
pub mod correction;
pub mod date;
pub mod deadline;
pub mod decision_number;
pub mod exam;
pub mod feedback;
pub mod filing;
pub mod finding;
pub mod follow_up;
pub mod free_of_charge;
pub mod id;
pub mod identity;
pub mod item_statistics;
pub mod job;
pub mod lanes;
pub mod lecturer;
pub mod list;
pub mod matching;
pub mod message;
pub mod missing;
pub mod paper_code;
pub mod passport;
pub mod penalty;
pub mod person;
pub mod presence;
pub mod procedure;
pub mod progress;
pub mod proposal;
pub mod push;
pub mod question;
pub mod rectification;
pub mod registration_number;
pub mod repair_fact;
pub mod requirement;
pub mod sending_hours;
pub mod session;
pub mod signature;
pub mod standing;
pub mod states;
pub mod summary;
pub mod text;
pub mod trouble;
pub mod uscc;

pub use decision_number::DecisionNumber;
pub use list::ListKind;
pub use macros::{Coded, IllegalMove};
pub use missing::Missing;
pub use registration_number::RegistrationNumber;
pub use uscc::Uscc;
