//! The recognising authority's pages (N16): follow-up of its own enterprises, delisting applications.

mod delistings;
mod follow_up;
mod meetings;
mod rectifications;
mod together;

use crate::web::routes::Routes;

pub(super) fn routes(table: &mut Routes) {
    rectifications::routes(table);
    together::routes(table);
    follow_up::routes(table);
    delistings::routes(table);
}
