//! One file per area; each adds its routes to the table.

mod accounts;
mod assets;
mod audit;
mod campaigns;
mod enterprises;
mod home;
mod link;
mod lists;
mod sessions;
mod sign_in;

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
    sessions::routes(table);
    link::routes(table);
    enterprises::routes(table);
}
