//! One file per area; each adds its routes to the table.

mod accounts;
mod analysis;
mod applications;
mod archives;
mod assets;
mod audit;
mod authorities;
mod authority;
mod basis;
mod campaigns;
mod classes;
mod clinics;
mod commitments;
mod enterprises;
mod evaluations;
mod exams;
mod findings;
mod guidance;
mod home;
mod identity;
mod jobs;
mod link;
mod link_commitment;
mod link_exam;
mod link_profile;
mod link_report;
mod lists;
mod papers;
mod progress;
mod proposals;
mod pushes;
mod questions;
mod sessions;
mod sign_in;
mod style;
mod summaries;

pub(super) use enterprises::finder;

use super::routes::Routes;

/// Every area's routes.
pub fn routes(table: &mut Routes) {
    assets::routes(table);
    basis::routes(table);
    home::routes(table);
    jobs::routes(table);
    sign_in::routes(table);
    style::routes(table);
    accounts::routes(table);
    campaigns::routes(table);
    classes::routes(table);
    audit::routes(table);
    lists::routes(table);
    sessions::routes(table);
    link::routes(table);
    enterprises::routes(table);
    identity::routes(table);
    commitments::routes(table);
    exams::routes(table);
    questions::routes(table);
    guidance::routes(table);
    link_commitment::routes(table);
    link_exam::routes(table);
    link_profile::routes(table);
    link_report::routes(table);
    authorities::routes(table);
    pushes::routes(table);
    findings::routes(table);
    analysis::routes(table);
    proposals::routes(table);
    authority::routes(table);
    evaluations::routes(table);
    progress::routes(table);
    summaries::routes(table);
    applications::routes(table);
    clinics::routes(table);
    archives::routes(table);
}
