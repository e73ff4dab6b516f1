//! Values as they cross the door, the same for both engines.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::id;

use crate::error::StoreError;

/// One value in a column. Dates and times travel as ISO text, flags as 0 and 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL null.
    Null,
    /// `bigint`.
    Int(i64),
    /// `text`.
    Text(String),
}

/// Something that can be bound to a parameter.
pub trait IntoValue {
    /// The value to bind.
    fn into_value(self) -> Value;
}

/// Something that can be read from a column.
pub trait FromValue: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// What is wrong with it, for the message that names the column.
    fn from_value(value: &Value) -> Result<Self, String>;
}

/// A row of a result.
#[derive(Debug, Clone)]
pub struct Row {
    pub(crate) columns: Arc<[String]>,
    pub(crate) values: Vec<Value>,
}

impl Row {
    /// The value of a column by its name.
    ///
    /// # Errors
    /// [`StoreError::Column`] where there is no such column or its content does not fit the type.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StoreError> {
        let fault = |problem: String| StoreError::Column { column: column.to_owned(), problem };
        let position =
            self.columns.iter().position(|name| name == column).ok_or_else(|| fault("没有这一列".into()))?;
        T::from_value(&self.values[position]).map_err(fault)
    }

    /// The value of a column that holds a code of one of the domain's value lists.
    ///
    /// # Errors
    /// [`StoreError::Column`] where the code is unknown.
    pub fn coded<T>(&self, column: &str, from_code: fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let code: String = self.get(column)?;
        from_code(&code).ok_or_else(|| StoreError::Column {
            column: column.to_owned(),
            problem: format!("未知代码 {code}"),
        })
    }

    /// [`coded`](Self::coded) for a column that may be null.
    ///
    /// # Errors
    /// [`StoreError::Column`] where the code is unknown.
    pub fn coded_opt<T>(
        &self,
        column: &str,
        from_code: fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        match self.get::<Option<String>>(column)? {
            None => Ok(None),
            Some(_) => self.coded(column, from_code).map(Some),
        }
    }

    /// A column that holds JSON.
    ///
    /// # Errors
    /// [`StoreError::Column`] where the text is not the JSON of `T`.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text)
            .map_err(|error| StoreError::Column { column: column.to_owned(), problem: error.to_string() })
    }
}

/// A value as the JSON text of a column; [`Row::json`] reads it again.
///
/// # Errors
/// [`StoreError::Column`] where it cannot be written.
pub(crate) fn to_json<T: serde::Serialize + ?Sized>(column: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Column { column: column.to_owned(), problem: error.to_string() })
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for i64 {
    fn into_value(self) -> Value {
        Value::Int(self)
    }
}

impl IntoValue for u32 {
    fn into_value(self) -> Value {
        Value::Int(self.into())
    }
}

impl IntoValue for usize {
    fn into_value(self) -> Value {
        Value::Int(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Int(self.into())
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for &String {
    fn into_value(self) -> Value {
        Value::Text(self.clone())
    }
}

impl IntoValue for Date {
    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl IntoValue for Timestamp {
    fn into_value(self) -> Value {
        // Fixed width, so that text order is time order.
        Value::Text(self.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, IntoValue::into_value)
    }
}

macro_rules! id_values {
    ($($name:ident)+) => {$(
        impl IntoValue for id::$name {
            fn into_value(self) -> Value {
                Value::Int(self.0)
            }
        }

        impl FromValue for id::$name {
            fn from_value(value: &Value) -> Result<Self, String> {
                i64::from_value(value).map(Self)
            }
        }
    )+};
}

id_values! {
    OrgId AccountId CampaignId PlanItemId BatchId RowId MappingId EnterpriseId PenaltyId ListingId PushId RectificationId
    DelistingId SessionId AgendaId MatchingSlotId LecturerId AttendanceId CertificateId CommitmentId ApplicationId ItemId AppealId FilingId ClinicId TicketId HandoverId
    SummaryId FileId JobId MessageId ProposalId MatchId JoinId ChangeId
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Int(number) => Ok(*number),
            other => Err(format!("应为整数，实为{other:?}")),
        }
    }
}

impl FromValue for u32 {
    fn from_value(value: &Value) -> Result<Self, String> {
        i64::from_value(value).and_then(|number| Self::try_from(number).map_err(|error| error.to_string()))
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<Self, String> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            other => Err(format!("应为文字，实为{other:?}")),
        }
    }
}

impl FromValue for Date {
    fn from_value(value: &Value) -> Result<Self, String> {
        String::from_value(value)
            .and_then(|text| text.parse().map_err(|error: jiff::Error| error.to_string()))
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Result<Self, String> {
        String::from_value(value)
            .and_then(|text| text.parse().map_err(|error: jiff::Error| error.to_string()))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// The parameters of a statement, each turned into a [`Value`].
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::value::IntoValue::into_value($value)),*] as &[$crate::value::Value] };
}
