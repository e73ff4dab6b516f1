//! Hand-in-hand days (手把手服务, N12): planned by the county, a queue at the counter.

mod day;
mod desk;
mod plan;
mod queue;

use xinxiu_domain::actor::Action;

use crate::web::routes::{Access, Routes};

const VIEW: Access = Access::Staff(Action::ViewClinic);
const ORGANISE: Access = Access::Staff(Action::OrganiseClinic);
const SERVE: Access = Access::Staff(Action::ServeQueue);

pub(super) fn routes(table: &mut Routes) {
    table.get("/clinics", VIEW, plan::list);
    table.get("/clinics/new", ORGANISE, plan::form);
    table.post("/clinics/new", ORGANISE, plan::plan);
    table.get("/clinics/{id}", VIEW, day::show);
    table.post("/clinics/{id}/open", ORGANISE, plan::open);
    table.post("/clinics/{id}/close", ORGANISE, plan::close);
    table.post("/clinics/{id}/cancel", ORGANISE, plan::cancel);
    table.get("/clinics/{id}/bring", VIEW, day::bring_all);
    table.post("/clinics/{id}/bring", Access::Staff(Action::Contact), day::send_lists);
    table.get("/clinics/{id}/bring/{enterprise}", VIEW, day::bring);
    table.get("/clinics/{id}/screen", VIEW, queue::screen);
    table.post("/clinics/{id}/tickets", SERVE, queue::take);
    table.post("/clinics/{id}/willing", SERVE, queue::willing);
    table.post("/clinics/{id}/call", SERVE, queue::call);
    table.get("/clinics/{id}/desk", SERVE, desk::show);
    table.post("/clinics/{id}/desk", SERVE, desk::mark);
    table.post("/clinics/{id}/desk/sync", SERVE, desk::sync);
    table.post("/clinics/{id}/desk/device", SERVE, desk::device);
    table.post("/tickets/{id}/pass_on", SERVE, queue::pass_on);
    table.post("/tickets/{id}/call", SERVE, queue::call_again);
    table.post("/tickets/{id}/finish", SERVE, queue::finish);
    table.post("/tickets/{id}/miss", SERVE, queue::miss);
}
