//! Chinese words of the coded values, so that templates print words while the data keep codes.

use serde_json::{Map, Value, json};
use xinxiu_domain::penalty::{Certainty, Lane, Material, PenaltyClass, VerdictKind};

macro_rules! table {
    ($kind:ty) => {
        Value::Object(
            <$kind>::ALL.iter().map(|value| (value.code().to_owned(), json!(value.label()))).collect(),
        )
    };
}

/// Code → word for every coded value that a template prints.
pub(crate) fn labels() -> Value {
    let mut all = Map::new();
    all.insert("certainty".to_owned(), table!(Certainty));
    all.insert("class".to_owned(), table!(PenaltyClass));
    all.insert("lane".to_owned(), table!(Lane));
    all.insert("material".to_owned(), table!(Material));
    all.insert("verdict".to_owned(), table!(VerdictKind));
    Value::Object(all)
}
