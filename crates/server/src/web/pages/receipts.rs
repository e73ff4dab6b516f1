//! Receipts that a gateway brings to its secret address.

use serde_json::{Map, Value};
use xinxiu_workflow::messages;

use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::runner::BODY;

pub(super) fn routes(table: &mut Routes) {
    table.post("/receipts/{token}", Access::Receipt, take);
}

/// Takes one receipt or many. Those that change nothing are taken all the same, or the gateway would bring them for ever.
fn take(req: &Req) -> PageResult {
    let channel = messages::receives(&req.app, req.param("token"))?.ok_or(PageError::NotFound)?;
    let rules = req.gateways.as_ref().and_then(|gateways| gateways.receipt_rules(channel));
    let rules = rules.ok_or(PageError::NotFound)?;
    let mut changed = 0;
    for receipt in rules.read(&said(req)) {
        changed += usize::from(messages::receive(&req.app, channel, &receipt)?);
    }
    tracing::info!(changed, channel = channel.code(), "receipts taken");
    Ok(Reply::Text(rules.reply().to_owned(), "text/plain; charset=utf-8"))
}

/// What the gateway sent, as JSON or as a form.
fn said(req: &Req) -> Value {
    let body = req.form.raw(BODY);
    if body.is_empty() {
        let pairs = req.form.0.iter().map(|(name, value)| (name.clone(), Value::String(value.clone())));
        return Value::Object(pairs.collect::<Map<_, _>>());
    }
    serde_json::from_str(body).unwrap_or(Value::Null)
}
