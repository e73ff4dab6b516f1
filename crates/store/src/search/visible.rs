//! What an actor may see of what was found.

use xinxiu_domain::actor::{Action, Actor, Scope};

use super::index;
use super::sought::Sense;
use crate::concerns;
use crate::db::Tx;
use crate::engine::search::{self as engine, Parts, TermsWith};
use crate::error::StoreError;
use crate::value::{Row, Value};
use crate::{IntoValue, params};

/// What an actor may see: the condition that decides, and the parts that leave most of the rest out early.
pub(super) struct Visible {
    condition: String,
    parts: Option<Vec<String>>,
}

impl Visible {
    /// `None` where the actor sees nothing at all.
    pub fn of(tx: &Tx<'_>, actor: &Actor, action: Action) -> Result<Option<Self>, StoreError> {
        let condition = concerns::enterprise_filter(actor, action, "t.enterprise_id");
        let scopes = actor.scopes(action);
        if scopes.contains(&Scope::All) {
            return Ok(Some(Self { condition, parts: None }));
        }
        let Some(own) = actor.org else { return Ok(None) };
        let mut parts = Vec::new();
        for scope in scopes {
            match scope {
                Scope::County => parts.push(index::county(own)),
                Scope::Authority => parts.push(index::authority(own)),
                Scope::Agency => parts.extend(classes(tx, "agency_id", own.0)?),
                Scope::Organiser => parts.extend(classes(tx, "organiser_id", own.0)?),
                Scope::All | Scope::Own => {}
            }
        }
        Ok((!parts.is_empty()).then_some(Self { condition, parts: Some(parts) }))
    }

    /// The terms of a sense that the actor may see.
    pub fn rows<T>(
        &self,
        tx: &Tx<'_>,
        sense: &Sense,
        limit: i64,
        mut map: impl FnMut(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let parts = Parts { all: sense.parts.clone(), any: self.parts.clone().into_iter().collect() };
        let asked = if sense.range.is_some() || parts.is_empty() {
            vec![engine::every_term()]
        } else {
            engine::terms_with(tx, &parts, limit)?
        };
        let mut found = Vec::new();
        for terms in asked {
            let (sql, values) = self.statement(sense, terms, limit);
            found = tx.query(&sql, &values, &mut map)?;
            if i64::try_from(found.len()).is_ok_and(|found| found >= limit) {
                break;
            }
        }
        Ok(found)
    }

    fn statement(&self, sense: &Sense, (with, mut values): TermsWith, limit: i64) -> (String, Vec<Value>) {
        let mut mark = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut conditions = vec![format!("t.{}", sense.kinds.condition()), self.condition.clone()];
        if let Some((from, to)) = &sense.range {
            let (from, to) = (mark(from.into_value()), mark(to.into_value()));
            conditions.push(format!("t.key between {from} and {to}"));
        }
        if !sense.like.is_empty() {
            let like = mark((&sense.like).into_value());
            conditions.push(format!("t.key like {like}"));
        }
        let limit = mark(Value::Int(limit));
        let sql = format!(
            "{with} select t.enterprise_id, t.kind, t.shown, e.name, coalesce(e.uscc, '') as uscc \
             from t cross join enterprise e where e.id = t.enterprise_id and e.joined_into is null and {} limit {limit}",
            conditions.join(" and ")
        );
        (sql, values)
    }
}

fn classes(tx: &Tx<'_>, column: &str, own: i64) -> Result<Vec<String>, StoreError> {
    tx.query(&format!("select id from plan_item where {column} = $1"), params![own], |row| {
        Ok(index::plan_item(row.get("id")?))
    })
}
