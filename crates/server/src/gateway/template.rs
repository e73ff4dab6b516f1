//! Requests to a gateway as the configuration words them, with placeholders. What fills one is escaped as the place needs,
//! so that no message changes the request around it.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What may stand in braces.
pub const PLACEHOLDERS: [&str; 5] = ["{phone}", "{text}", "{id}", "{secret}", "{receipt}"];

/// What fills the placeholders, in their order.
pub type Filling<'a> = [&'a str; 5];

/// A text with placeholders.
#[derive(Debug, Clone)]
pub enum Template {
    /// JSON, with placeholders inside its texts.
    Json(Value),
    /// Names and values as in a query, with placeholders among the values.
    Form(String),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// JSON that is none; a placeholder that stands for nothing.
    pub fn json(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).context("body 不是 JSON")?;
        known(text)?;
        Ok(Self::Json(value))
    }

    /// Reads a template of a query or a form.
    ///
    /// # Errors
    /// A placeholder that stands for nothing.
    pub fn form(text: &str) -> Result<Self> {
        known(text)?;
        Ok(Self::Form(text.to_owned()))
    }

    /// The text with its placeholders filled.
    pub fn filled(&self, with: &Filling<'_>) -> String {
        match self {
            Self::Json(value) => filled_json(value, with).to_string(),
            Self::Form(text) => {
                filled(text, with, &|word| form_urlencoded::byte_serialize(word.as_bytes()).collect())
            }
        }
    }
}

/// A header's value: its placeholders are filled as they are.
pub fn plain(text: &str, with: &Filling<'_>) -> String {
    filled(text, with, &str::to_owned)
}

/// Refuses a word in braces that is no placeholder, such as a slip of the pen.
///
/// # Errors
/// The word, and those that there are.
pub fn known(text: &str) -> Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        rest = &rest[at..];
        let word = rest[1..].split(|letter: char| !letter.is_ascii_lowercase()).next().unwrap_or_default();
        let closed = rest[1 + word.len()..].starts_with('}');
        if closed && !word.is_empty() && !PLACEHOLDERS.iter().any(|known| rest.starts_with(known)) {
            bail!("「{{{word}}}」不是可用的占位词，可用的有{}", PLACEHOLDERS.join("、"));
        }
        rest = &rest[1..];
    }
    Ok(())
}

/// Fills each placeholder once; what fills one is never read as another.
fn filled(text: &str, with: &Filling<'_>, escape: &dyn Fn(&str) -> String) -> String {
    let mut done = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        done.push_str(&rest[..at]);
        let from = &rest[at..];
        let known = PLACEHOLDERS.iter().zip(with).find(|(word, _)| from.starts_with(**word));
        if let Some((word, by)) = known {
            done.push_str(&escape(by));
            rest = &from[word.len()..];
        } else {
            done.push('{');
            rest = &from[1..];
        }
    }
    done.push_str(rest);
    done
}

fn filled_json(value: &Value, with: &Filling<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(plain(text, with)),
        Value::Array(all) => Value::Array(all.iter().map(|one| filled_json(one, with)).collect()),
        Value::Object(all) => {
            Value::Object(all.iter().map(|(name, one)| (name.clone(), filled_json(one, with))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH: Filling<'_> = ["10000000001", "示例\"{id}\"&mobile=1", "r-1", "s", ""];

    #[test]
    fn no_message_changes_the_request_around_it() {
        let json = Template::json(r#"{"to":["{phone}"],"text":"{text}","ref":"x-{id}","n":1}"#).unwrap();
        let read: Value = serde_json::from_str(&json.filled(&WITH)).unwrap();
        assert_eq!(read["text"], WITH[1]);
        assert_eq!((read["to"][0].as_str(), read["ref"].as_str()), (Some("10000000001"), Some("x-r-1")));
        let form = Template::form("mobile={phone}&content={text}&id={id}").unwrap().filled(&WITH);
        let pairs: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        assert_eq!(pairs[1].1, WITH[1]);
        assert_eq!(pairs.len(), 3);
    }

    #[test]
    fn a_slip_of_the_pen_is_refused() {
        let error = Template::form("mobile={phon}").unwrap_err().to_string();
        assert!(error.contains("{phon}") && error.contains("{phone}"), "{error}");
        assert!(Template::json("{phone}").is_err());
        assert!(Template::json(r#"{"a":{"b":"{phone}"}}"#).is_ok());
    }
}
