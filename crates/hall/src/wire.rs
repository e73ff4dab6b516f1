//! HTTP as a phone speaks it: one connection that is kept, forms, no redirects followed.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, LOCATION, ORIGIN};
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// What came back.
pub(crate) struct Answer {
    /// Status.
    pub(crate) status: u16,
    /// Where a redirect leads.
    pub(crate) location: String,
    /// The page.
    pub(crate) body: String,
    /// From asking to the last byte.
    pub(crate) took: Duration,
}

/// A connection to the server.
pub(crate) struct Wire {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
}

impl Wire {
    /// To a server, `http://host:port`.
    pub(crate) fn to(base: &str) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), base: base.to_owned() }
    }

    /// Asks for a page.
    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        let request = Request::get(format!("{}{path}", self.base)).body(Full::default())?;
        self.ask(request).await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(String, String)]) -> Result<Answer> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.base)
            .body(Full::from(form))?;
        self.ask(request).await
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Answer> {
        let begun = Instant::now();
        timeout(PATIENCE, async {
            let answer = self.client.request(request).await?;
            let status = answer.status().as_u16();
            let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let location = location.unwrap_or_default().to_owned();
            let body = answer.into_body().collect().await?.to_bytes();
            let body = String::from_utf8_lossy(&body).into_owned();
            Ok(Answer { status, location, body, took: begun.elapsed() })
        })
        .await
        .context("no answer in two minutes")?
    }
}
