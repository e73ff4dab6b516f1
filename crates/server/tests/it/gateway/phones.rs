//! A gateway for short messages over HTTP that answers by the number: it takes, is busy, is silent, babbles, sends elsewhere.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

pub const GOOD: &str = "10000000001";
pub const BUSY: &str = "10000000002";
pub const SILENT: &str = "10000000003";
pub const BABBLE: &str = "10000000004";
pub const ELSEWHERE: &str = "10000000005";
pub const BLACKLISTED: &str = "10000000006";

#[derive(Default)]
struct Kept {
    asked: Mutex<Vec<Value>>,
    held: Mutex<bool>,
    freed: Condvar,
}

/// A gateway on a port of its own.
pub struct Phones {
    pub host: String,
    kept: Arc<Kept>,
    _runtime: tokio::runtime::Runtime,
}

impl Phones {
    pub fn open() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let kept = Arc::new(Kept::default());
        let router = Router::new()
            .route("/send", post(send))
            .route("/form", post(form))
            .route("/reports", get(reports))
            .with_state(Arc::clone(&kept));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { host, kept, _runtime: runtime }
    }

    /// As an installation's configuration describes it.
    pub fn configuration(&self, secret: &Path) -> String {
        format!(
            r#"
address = "https://example.invalid"
[sms]
url = "http://{host}/send"
headers = {{ Authorization = "Bearer {{secret}}" }}
body = '{{"mobile":"{{phone}}","text":"{{text}}","id":"{{id}}","callback":"{{receipt}}"}}'
secret_file = {secret:?}
hours = "00:00-24:00"
timeout = 1
answer = {{ ok = "/code", ok_values = ["0"], never_values = ["BLACKLIST"], id = "/data/id" }}
[sms.receipt]
list = "/reports"
name = "/id"
status = "/stat"
delivered = ["DELIVRD"]
failed = ["UNDELIV"]
url = "http://{host}/reports"
"#,
            host = self.host,
            secret = secret.display().to_string(),
        )
    }

    /// What it was asked, first to last.
    pub fn asked(&self) -> Vec<Value> {
        self.kept.asked.lock().unwrap().clone()
    }

    /// From now on it takes what it is given, and answers when it is let go.
    pub fn hold(&self, hold: bool) {
        *self.kept.held.lock().unwrap() = hold;
        self.kept.freed.notify_all();
    }
}

async fn send(State(kept): State<Arc<Kept>>, headers: HeaderMap, Json(mut body): Json<Value>) -> Response {
    let authorization =
        headers.get("authorization").map_or("", |value| std::str::from_utf8(value.as_bytes()).unwrap());
    body["authorization"] = json!(authorization);
    let (number, id) = (body["mobile"].as_str().unwrap().to_owned(), body["id"].as_str().unwrap().to_owned());
    kept.asked.lock().unwrap().push(body);
    let waiting = Arc::clone(&kept);
    tokio::task::spawn_blocking(move || {
        let held = waiting.held.lock().unwrap();
        let patience = Duration::from_secs(30);
        drop(waiting.freed.wait_timeout_while(held, patience, |held| *held).unwrap());
    })
    .await
    .unwrap();
    match number.as_str() {
        BUSY => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        SILENT => {
            tokio::time::sleep(Duration::from_secs(5)).await;
            StatusCode::OK.into_response()
        }
        BABBLE => "<html>".into_response(),
        ELSEWHERE => Redirect::temporary("http://127.0.0.1:9/").into_response(),
        BLACKLISTED => Json(json!({ "code": "BLACKLIST" })).into_response(),
        _ => Json(json!({ "code": 0, "data": { "id": format!("g-{number}-{id}") } })).into_response(),
    }
}

async fn form(State(kept): State<Arc<Kept>>, RawQuery(query): RawQuery, body: String) -> StatusCode {
    let whole = format!("{}&{body}", query.unwrap_or_default());
    let pairs = form_urlencoded::parse(whole.as_bytes()).into_owned();
    let pairs: Map<String, Value> = pairs.map(|(name, value)| (name, Value::String(value))).collect();
    kept.asked.lock().unwrap().push(Value::Object(pairs));
    StatusCode::OK
}

async fn reports() -> Json<Value> {
    Json(json!({ "reports": [
        { "id": "a", "stat": "DELIVRD" }, { "id": "b", "stat": "UNDELIV" }, { "id": "c", "stat": "ACCEPTD" }
    ] }))
}
