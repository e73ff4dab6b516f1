//! What differs between the engines: opening, transactions, binding, bulk load, locks.

pub mod postgres;
pub mod sqlite;
