//! One file per area; each adds its routes to the table.

mod accounts;
mod assets;
mod audit;
mod authority;
mod campaigns;
mod enterprises;
mod evaluations;
mod findings;
mod home;
mod lists;
mod progress;
mod pushes;
mod sign_in;
mod summaries;

use super::routes::Routes;

/// Every area's routes.
pub fn routes(table: &mut Routes) {
    assets::routes(table);
    home::routes(table);
    sign_in::routes(table);
    accounts::routes(table);
    campaigns::routes(table);
    audit::routes(table);
    lists::routes(table);
    enterprises::routes(table);
    pushes::routes(table);
    findings::routes(table);
    authority::routes(table);
    evaluations::routes(table);
    progress::routes(table);
    summaries::routes(table);
}
