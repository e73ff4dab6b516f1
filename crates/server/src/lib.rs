//! 信修 Xinxiu as a library, so that its tests can walk the table of routes; the binary only calls
//! [`cli::run`].

pub mod cli;
pub mod config;
pub mod gateway;
pub mod table;
pub mod tls;
pub mod web;
