//! The steps of a campaign, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod analysis;
mod archives;
mod authorities;
mod authority;
mod calendar;
mod calling;
mod campaigns;
mod certificates;
mod clinics;
mod commitments;
mod corrections;
mod demo;
mod enterprises;
mod exam;
mod group;
mod history;
mod identity;
mod lists;
mod mapping;
mod messages;
mod progress;
mod proposals;
mod pushes;
mod questions;
mod received;
mod repair;
mod reporting;
mod roll;
mod search;
mod session_changes;
mod sessions;
mod standing;
mod support;
mod waiting;
