//! How a list is sorted: the column asked for, and the page that follows a row of it.
//!
//! An address names a column by its code; what enters SQL is the text that this crate holds for it.

use crate::value::{IntoValue, Value};

/// A column by which a list can be sorted.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name in the address.
    pub code: &'static str,
    /// Its SQL, never null.
    pub sql: &'static str,
    /// Whether it is a `bigint`, and not a text.
    pub is_number: bool,
}

impl Key {
    /// A column of texts.
    pub const fn text(code: &'static str, sql: &'static str) -> Self {
        Self { code, sql, is_number: false }
    }

    /// A column of numbers.
    pub const fn number(code: &'static str, sql: &'static str) -> Self {
        Self { code, sql, is_number: true }
    }
}

/// A column and a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub key: &'static Key,
    /// The greatest first.
    pub descending: bool,
}

impl Sort {
    /// The order that an address asks for: the code of one of the columns, with `-` before it for descending.
    pub fn parse(keys: &'static [Key], text: &str) -> Option<Self> {
        let (code, descending) = text.strip_prefix('-').map_or((text, false), |code| (code, true));
        keys.iter().find(|key| key.code == code).map(|key| Self { key, descending })
    }

    /// What follows `order by`; rows that are alike stand by `id`, so that pages fit together.
    pub fn order(self, id: &str) -> String {
        let direction = if self.descending { " desc" } else { "" };
        format!("{}{direction}, {id}{direction}", self.key.sql)
    }

    /// The condition for what stands behind a row; `value` and `row` are the parameters that hold its value
    /// and id.
    pub fn behind(self, id: &str, value: &str, row: &str) -> String {
        let (sql, than) = (self.key.sql, if self.descending { "<" } else { ">" });
        format!("({sql} {than} {value} or ({sql} = {value} and {id} {than} {row}))")
    }

    /// A row's value as it travelled in an address, ready to be bound.
    pub fn value(self, text: &str) -> Value {
        // A number that is none begins the list anew.
        if self.key.is_number {
            text.parse::<i64>().unwrap_or(i64::MIN).into_value()
        } else {
            text.into_value()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static KEYS: [Key; 2] = [Key::text("name", "e.name"), Key::number("records", "n.records")];

    #[test]
    fn only_the_columns_of_a_list_are_understood() {
        assert_eq!(Sort::parse(&KEYS, "name").map(|sort| sort.order("e.id")), Some("e.name, e.id".into()));
        let down = Sort::parse(&KEYS, "-records").unwrap();
        assert_eq!(down.order("e.id"), "n.records desc, e.id desc");
        assert_eq!(down.behind("e.id", "$1", "$2"), "(n.records < $1 or (n.records = $1 and e.id < $2))");
        for other in ["", "-", "id; drop table enterprise", "--name"] {
            assert_eq!(Sort::parse(&KEYS, other), None, "{other}");
        }
    }
}
