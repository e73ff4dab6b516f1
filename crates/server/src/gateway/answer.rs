//! What a gateway answers and what its receipts say, as the configuration describes them: places in JSON (RFC 6901), and
//! which values mean what.

use serde::Deserialize;
use serde_json::Value;
use xinxiu_workflow::messages::{NotSent, Receipt};

/// How an answer says that the message was taken.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnswerRules {
    /// Where the code stands, for example `/code`; empty where the HTTP status says it all.
    pub ok: String,
    /// Codes of a message that was taken; `0` where none are given.
    pub ok_values: Vec<String>,
    /// Codes of a number that will never be reached.
    pub never_values: Vec<String>,
    /// Where the gateway's own id stands.
    pub id: String,
}

impl AnswerRules {
    /// What an answer means: the gateway's id, or why it did not take the message.
    ///
    /// # Errors
    /// [`NotSent`].
    pub fn read(&self, status: u16, body: &str) -> Result<String, NotSent> {
        let value: Value = serde_json::from_str(body).unwrap_or(Value::Null);
        let code = if self.ok.is_empty() { String::new() } else { text_at(&value, &self.ok) };
        if self.never_values.contains(&code) && !code.is_empty() {
            return Err(NotSent::Never(format!("网关拒绝该号码（{code}）")));
        }
        if !(200..300).contains(&status) {
            return Err(NotSent::Later(format!("网关回答 HTTP {status}")));
        }
        if !self.ok.is_empty() && !self.means_ok(&code) {
            let code = if code.is_empty() { "没有状态码".to_owned() } else { short(&code) };
            return Err(NotSent::Later(format!("网关没有接收（{code}）")));
        }
        Ok(if self.id.is_empty() { String::new() } else { short(&text_at(&value, &self.id)) })
    }

    fn means_ok(&self, code: &str) -> bool {
        if self.ok_values.is_empty() { code == "0" } else { self.ok_values.iter().any(|ok| ok == code) }
    }
}

/// How receipts are worded.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiptRules {
    /// Where the list of receipts stands; empty where the whole is one receipt, or a list of them.
    pub list: String,
    /// Where a receipt names its message: by our `{id}` or the gateway's own.
    pub name: String,
    /// Where its outcome stands.
    pub status: String,
    /// Outcomes that mean delivered.
    pub delivered: Vec<String>,
    /// Outcomes that mean that it will not be; all others are passed over.
    pub failed: Vec<String>,
    /// Where receipts can be asked for; empty where the gateway brings them.
    pub url: String,
    /// What the gateway wants to hear; `ok` where nothing is given.
    pub reply: String,
}

impl ReceiptRules {
    /// The receipts in what a gateway said.
    pub fn read(&self, said: &Value) -> Vec<Receipt> {
        let said = if self.list.is_empty() { said } else { said.pointer(&self.list).unwrap_or(&Value::Null) };
        match said {
            Value::Array(all) => all.iter().filter_map(|one| self.one(one)).collect(),
            one => self.one(one).into_iter().collect(),
        }
    }

    fn one(&self, one: &Value) -> Option<Receipt> {
        let (name, status) = (text_at(one, &self.name), text_at(one, &self.status));
        let is_delivered = self.delivered.contains(&status);
        let known = !name.is_empty() && (is_delivered || self.failed.contains(&status));
        let problem = if is_delivered { String::new() } else { format!("网关回执：{}", short(&status)) };
        known.then_some(Receipt { name, is_delivered, problem })
    }

    /// What the gateway wants to hear.
    pub fn reply(&self) -> &str {
        if self.reply.is_empty() { "ok" } else { &self.reply }
    }
}

/// The text at a place; numbers and truth values as they are written.
fn text_at(value: &Value, place: &str) -> String {
    match value.pointer(place) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(truth)) => truth.to_string(),
        _ => String::new(),
    }
}

/// What others wrote, short enough for a page and a log.
fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_code_and_else_by_its_status() {
        let by_code = AnswerRules {
            ok: "/code".into(),
            ok_values: vec!["0".into()],
            never_values: vec!["blacklist".into()],
            id: "/data/id".into(),
        };
        assert_eq!(by_code.read(200, r#"{"code":0,"data":{"id":77}}"#), Ok("77".into()));
        assert!(matches!(by_code.read(200, r#"{"code":"blacklist"}"#), Err(NotSent::Never(_))));
        assert!(matches!(by_code.read(200, r#"{"code":9}"#), Err(NotSent::Later(_))));
        assert!(matches!(by_code.read(200, "<html>"), Err(NotSent::Later(_))));
        assert!(matches!(by_code.read(503, r#"{"code":0}"#), Err(NotSent::Later(_))));
        let by_status = AnswerRules::default();
        assert_eq!(by_status.read(204, ""), Ok(String::new()));
        assert!(matches!(by_status.read(404, ""), Err(NotSent::Later(_))));
    }

    #[test]
    fn receipts_come_alone_or_in_lists_and_unknown_outcomes_are_passed_over() {
        let rules = ReceiptRules {
            list: "/reports".into(),
            name: "/id".into(),
            status: "/stat".into(),
            delivered: vec!["DELIVRD".into()],
            failed: vec!["UNDELIV".into()],
            ..ReceiptRules::default()
        };
        let said = serde_json::json!({"reports": [
            {"id": "a", "stat": "DELIVRD"}, {"id": 2, "stat": "UNDELIV"}, {"id": "c", "stat": "ACCEPTD"}, {"stat": "DELIVRD"}
        ]});
        let read = rules.read(&said);
        assert_eq!(
            read.iter().map(|one| (one.name.as_str(), one.is_delivered)).collect::<Vec<_>>(),
            [("a", true), ("2", false)]
        );
        let alone = ReceiptRules { list: String::new(), ..rules };
        assert_eq!(alone.read(&serde_json::json!({"id": "a", "stat": "DELIVRD"})).len(), 1);
        assert!(alone.read(&Value::Null).is_empty());
    }
}
