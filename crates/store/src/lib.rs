//! One door to SQLite and PostgreSQL, and beside it the files, the keys and the audit chain.
//!
//! Every query is written once, in SQL that both engines understand, with `$n` for its parameters. What
//! truly differs stands in [`engine`] and nowhere else.

pub mod account;
pub mod agency_change;
pub mod agenda;
pub mod analysis;
pub mod appeal;
pub mod application;
mod application_material;
pub mod archive;
pub mod attendance;
pub mod audit;
pub mod authorisation;
pub mod authority_name;
pub mod batch;
pub mod batch_row;
pub mod breach;
pub mod calendar_feed;
pub mod campaign;
pub mod candidate;
pub mod certificate;
pub mod clinic;
pub mod clinic_mark;
pub mod column_mapping;
pub mod commitment;
pub mod commitment_drawing;
pub mod commitment_scan;
pub mod concerns;
pub mod contact;
pub mod content_check;
pub mod db;
pub mod deadline;
pub mod delisting;
pub mod engine;
pub mod enterprise;
pub mod enterprise_change;
pub mod enterprise_join;
mod enterprise_line;
pub mod enterprise_search;
pub mod error;
pub mod exam;
pub mod exam_answer;
pub mod exam_blueprint;
pub mod exchange_key;
pub mod feedback;
pub mod files;
pub mod filing;
pub mod finding;
pub mod follow_up;
pub mod free_confirmation;
pub mod guidance;
pub mod handover;
pub mod health;
pub mod heartbeat;
pub mod identity_key;
pub mod item;
pub mod job;
pub mod join_obstacle;
mod join_rows;
pub mod join_since;
pub mod known_name;
pub mod law_change;
pub mod lecturer;
pub mod ledger;
pub mod likely_match;
pub mod list_entry;
pub mod listing;
pub mod matching;
pub mod message;
mod message_line;
pub mod message_text;
pub mod migrate;
pub mod moment;
pub mod organisation;
pub mod paper_check;
mod part;
pub mod penalty;
pub mod penalty_correction;
pub mod penalty_edition;
pub mod penalty_version;
pub mod plan_standing;
pub mod progress;
mod progress_members;
pub mod proposal;
pub mod push;
pub mod push_reminder;
pub mod question;
mod queue;
pub mod received_row;
pub mod rectification;
pub mod remark;
pub mod repair_fact;
pub mod report;
pub mod review;
pub mod roll;
pub mod row_correction;
mod sealed_file;
pub mod search;
pub mod session;
pub mod session_change;
pub mod session_conflict;
pub mod session_group;
pub mod session_material;
pub mod sort;
pub mod staff_message;
pub mod summary;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ticket;
pub mod value;
pub mod vault;
pub mod waiting;
pub mod waiting_scan;
pub mod wrong_password;

pub use db::{Db, Tx};
pub use error::StoreError;
pub use files::Files;
pub use moment::Moment;
pub use part::Part;
pub use sort::{Key, Sort};
pub use value::{FromValue, IntoValue, Row, Value};
pub use vault::Vault;

/// Database, keys and files of one installation.
#[derive(Debug, Clone)]
pub struct Store {
    /// The database.
    pub db: Db,
    /// Seals and opens what identifies a person.
    pub vault: Vault,
    /// Uploaded and produced files, by their digest.
    pub files: Files,
}
