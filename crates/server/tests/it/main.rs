//! One binary of integration tests: every route, every role, both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod archive;
mod assess;
mod authorities;
mod backup;
mod browser;
mod chain;
mod corrections;
mod decisions;
mod doctor;
mod finder;
mod foreign;
mod garbage;
mod generated;
mod history;
mod home;
mod houses;
mod http;
mod identity;
mod jobs;
mod killed;
mod listing;
mod lists;
mod questions;
mod received;
mod routes;
mod rules;
mod server;
mod sessions;
mod sign_in;
mod stale;
mod support;
mod tour;
mod training;
mod two_servers;
