//! The steps of a campaign, one function each. Pages, API, command line and jobs all call these functions;
//! nothing else commits.
//!
//! A step opens [`App::step`], loads, asks [`Step::must`], asks the rules, lets the domain make the move,
//! saves with the version it read, and writes its audit entry, all in one transaction.

pub mod accounts;
pub mod agency_changes;
pub mod analysis;
pub mod app;
pub mod appeals;
pub mod applications;
pub mod archives;
pub mod authorities;
pub mod calling;
pub mod campaigns;
pub mod certificates;
pub mod clinics;
pub mod clock;
pub mod commitments;
pub mod credit_report;
pub mod deadlines;
pub mod delistings;
pub mod demo;
pub mod enterprises;
pub mod evaluations;
pub mod exam;
pub mod exam_blueprint;
pub mod feedback;
pub mod filings;
pub mod findings;
pub mod follow_ups;
pub mod free_of_charge;
pub mod guidance;
pub mod home;
pub mod identity;
pub mod invitations;
pub mod jobs;
pub mod lecturers;
pub mod lists;
pub mod messages;
pub mod paper_exams;
pub mod papers;
pub mod passport;
pub mod password;
pub mod photos;
pub mod plan_file;
pub mod plan_standing;
pub mod progress;
pub mod proposals;
pub mod push_reminders;
pub mod push_workbook;
pub mod pushes;
pub mod question_bank;
pub mod rectifications;
pub mod refusal;
pub mod roll_call;
pub mod scan_type;
pub mod sessions;
pub mod sign_in;
pub mod sitting;
pub mod summaries;
mod summary_paper;
pub mod summary_text;
mod token;

pub use app::{App, Step, View};
pub use clock::Clock;
pub use refusal::{FieldError, Refusal};
