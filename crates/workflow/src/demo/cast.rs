//! Who acts in the demo: the people behind its accounts, and somebody of every other organisation.

use std::collections::HashMap;

use xinxiu_domain::actor::{Actor, OrganisationKind, Role};
use xinxiu_domain::id::OrgId;
use xinxiu_store::organisation::{self, Organisation};

use super::{ACCOUNTS, person, words};
use crate::app::App;
use crate::refusal::Refusal;

/// The people of the demo.
pub struct Cast {
    /// City office.
    pub city: Actor,
    /// Credit center.
    pub center: Actor,
    /// Its service window.
    pub window: Actor,
    all: Vec<Organisation>,
    people: HashMap<OrgId, Actor>,
}

impl Cast {
    /// Finds the people of all organisations. Who has no account acts all the same: the steps ask for role and
    /// organisation alone.
    pub fn gather(app: &App) -> Result<Self, Refusal> {
        let all = app.store.db.read(organisation::all)?;
        let mut people = HashMap::new();
        for org in &all {
            people.insert(org.id, somebody(app, org)?);
        }
        Ok(Self {
            city: person(app, "city")?,
            center: person(app, "center")?,
            window: person(app, "window")?,
            all,
            people,
        })
    }

    /// Somebody of an organisation.
    pub fn of(&self, org: OrgId) -> Result<Actor, Refusal> {
        self.people.get(&org).cloned().ok_or_else(|| Refusal::invalid("org", "演示里没有这个单位的人员"))
    }

    /// Somebody of an organisation by its name, with the organisation.
    pub fn named(&self, name: &str) -> Result<Actor, Refusal> {
        let found = self.all.iter().find(|org| org.name == name);
        found.map_or_else(|| Err(Refusal::invalid("org", name)), |org| self.of(org.id))
    }

    /// Organisations of one kind.
    pub fn kind(&self, kind: OrganisationKind) -> impl Iterator<Item = OrgId> + '_ {
        self.all.iter().filter(move |org| org.kind == kind).map(|org| org.id)
    }
}

fn somebody(app: &App, org: &Organisation) -> Result<Actor, Refusal> {
    let account = ACCOUNTS.iter().find(|(_, name, _)| *name == org.name);
    if let Some((login, ..)) = account {
        return person(app, login);
    }
    let role = org.kind.roles().first().copied().unwrap_or(Role::Administrator);
    let number = usize::try_from(org.id.0).unwrap_or_default();
    Ok(Actor {
        account: None,
        name: words::person(number).to_owned(),
        role,
        org: Some(org.id),
        enterprise: None,
    })
}
