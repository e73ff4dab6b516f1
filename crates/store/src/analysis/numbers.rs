//! The numbers of a campaign: in all, by one dimension, by two.

use xinxiu_domain::analysis::{Condition, Dimension};

use super::base::{Query, value_of};
use super::{Filter, Scope};
use crate::db::Tx;
use crate::error::StoreError;
use crate::value::Row;

/// Values of a dimension that free text fills: so many of the commonest are shown.
pub const COMMONEST: usize = 20;
/// Values of any other dimension, and cells of two dimensions: bounds that nobody reaches.
const MOST_VALUES: usize = 1_000;
const MOST_CELLS: usize = 20_000;

/// One number: enterprises that have these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Value in the first dimension, as in [`Filter::values`].
    pub value: String,
    /// Value in the second dimension; empty where there is none.
    pub across: String,
    /// Enterprises.
    pub count: i64,
}

/// How many members are left, and how many of them meet each condition for repair.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Members.
    pub members: i64,
    /// Of these, by condition, in the order of [`Condition::ALL`].
    pub met: Vec<i64>,
}

/// Every number of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    /// In all.
    pub totals: Totals,
    /// By each dimension asked for; values in the order of their numbers.
    pub counts: Vec<(Dimension, Vec<Count>)>,
    /// By two dimensions at once, where asked for.
    pub cells: Vec<Count>,
}

/// Which number a row of the statement is.
const IN_ALL: &str = "in all";
const CELLS: &str = "cells";

/// The members that a filter leaves, in all, by each of `dimensions`, and by the `pair` at once. One statement, so
/// that the members are looked up once, however many numbers are asked for.
///
/// # Errors
/// What the engine says.
pub fn numbers(
    tx: &Tx<'_>,
    scope: &Scope<'_>,
    filter: &Filter,
    dimensions: &[Dimension],
    pair: Option<(Dimension, Dimension)>,
) -> Result<Numbers, StoreError> {
    let query = Query::new(tx, scope, filter);
    let mut parts = vec![in_all(&query)];
    parts.extend(dimensions.iter().map(|one| by_one(tx, &query, *one)));
    parts.extend(pair.map(|pair| by_two(tx, &query, pair)));
    let sql = format!("{}{}", query.with(scope.visible), parts.join(" union all "));
    let rows = tx.query(&sql, &query.params, |row| Ok((row.get::<String>("number_of")?, count(row)?)))?;
    let of = |name: &str| -> Vec<Count> {
        rows.iter().filter(|(of, _)| of == name).map(|(_, count)| count.clone()).collect()
    };
    Ok(Numbers {
        totals: totals(&of(IN_ALL)),
        counts: dimensions.iter().map(|one| (*one, of(one.code()))).collect(),
        cells: of(CELLS),
    })
}

/// Members by which conditions they meet: a digit for each, 1 where it is met.
fn in_all(query: &Query) -> String {
    let digits: Vec<String> =
        Condition::ALL.iter().map(|one| format!("cast(b.{} as text)", one.code())).collect();
    let digits = digits.join(" || ");
    let from = query.from(false);
    format!(
        "select '{IN_ALL}' as number_of, {digits} as value, '' as across, count(*) as number {from} group by {digits}"
    )
}

fn totals(by_conditions: &[Count]) -> Totals {
    let mut totals = Totals { members: 0, met: vec![0; Condition::ALL.len()] };
    for Count { value, count, .. } in by_conditions {
        totals.members += count;
        for (met, digit) in totals.met.iter_mut().zip(value.bytes()) {
            *met += i64::from(digit == b'1') * count;
        }
    }
    totals
}

fn by_one(tx: &Tx<'_>, query: &Query, one: Dimension) -> String {
    let (value, from) = (value_of(tx, one, "r"), query.from(one.of_records()));
    let code = one.code();
    format!(
        "select * from (select '{code}' as number_of, {value} as value, '' as across, {} as number \
         {from} group by {value} order by number desc, value limit {}) as part_{code}",
        counted(&[one]),
        if one.of_records() { COMMONEST } else { MOST_VALUES },
    )
}

fn by_two(tx: &Tx<'_>, query: &Query, (down, across): (Dimension, Dimension)) -> String {
    let (value, other) = (value_of(tx, down, "r"), value_of(tx, across, "r"));
    format!(
        "select * from (select '{CELLS}' as number_of, {value} as value, {other} as across, {} as number \
         {} group by {value}, {other} order by number desc, value, across limit {MOST_CELLS}) as part_cells",
        counted(&[down, across]),
        query.from(down.of_records() || across.of_records())
    )
}

fn counted(dimensions: &[Dimension]) -> &'static str {
    if dimensions.iter().any(|one| one.of_records()) { "count(distinct b.enterprise_id)" } else { "count(*)" }
}

fn count(row: &Row) -> Result<Count, StoreError> {
    Ok(Count { value: row.get("value")?, across: row.get("across")?, count: row.get("number")? })
}
