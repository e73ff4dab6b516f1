//! How one request is answered: who asks, may they, what did they send, then the handler; in that order.

use std::any::Any;
use std::collections::HashMap;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Multipart, RawPathParams, Request};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use subtle::ConstantTimeEq;
use tempfile::NamedTempFile;
use xinxiu_domain::actor::Action;
use xinxiu_workflow::{Refusal, sign_in};

use super::reply::{FLASH, OWN_LINK, PageError, Reply};
use super::request::{Form, Req, SignedIn, Upload};
use super::routes::{Access, Handler, MIB, Route};
use super::{Web, layout, stale};

/// Under this name a body that is no form stands in the form.
pub const BODY: &str = "(body)";

/// Name of the cookie that carries a sign-in.
pub const COOKIE_NAME: &str = "xinxiu";

/// The axum side of a route.
pub fn answers(web: Web, route: Route) -> MethodRouter {
    let filter = if route.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
    on(filter, move |request: Request| {
        let (web, route) = (web.clone(), route.clone());
        async move { answer(web, route, request).await }
    })
}

/// Pages that do not exist: whoever is signed in keeps the menu.
pub fn nothing_here(web: Web) -> impl Fn(Request) -> Answering + Clone + Send + Sync + 'static {
    let handler: Handler = |_| Err(PageError::NotFound);
    let route = Route { method: Method::GET, path: "", access: Access::Public, handler, limit: 0 };
    move |request: Request| Box::pin(answer(web.clone(), route.clone(), request))
}

/// An answer under way.
type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The page after a panic: it says that nothing was saved, and shows no internals.
pub fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("?"), "a request panicked");
    let error = PageError::Refused(Refusal::Upload(
        "系统内部出错，您的操作没有保存，请稍后再试或联系系统管理员".into(),
    ));
    (StatusCode::INTERNAL_SERVER_ERROR, layout::error(None, &error)).into_response()
}

/// Whose address a request counts for. Where a proxy ends HTTPS, everybody connects from the proxy, and the
/// last entry of `X-Forwarded-For` is the one that it wrote itself; what stands before can be invented.
fn caller(connected: Option<String>, headers: &HeaderMap, behind_proxy: bool) -> String {
    let forwarded = headers.get("x-forwarded-for").filter(|_| behind_proxy);
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    let last = last.map(str::trim).filter(|address| address.parse::<IpAddr>().is_ok());
    last.map(str::to_owned).or(connected).unwrap_or_else(|| "-".to_owned())
}

async fn answer(web: Web, route: Route, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let params = RawPathParams::from_request_parts(&mut parts, &()).await;
    let params: HashMap<String, String> =
        params.map(|raw| raw.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()).unwrap_or_default();
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    let address = caller(connected, &parts.headers, web.behind_proxy);
    let mut req = Req {
        app: web.app.clone(),
        signed_in: None,
        path: parts.uri.path().to_owned(),
        params,
        query: parse_pairs(parts.uri.query().unwrap_or_default()),
        form: Form::default(),
        uploads: Vec::new(),
        flash: cookie(&parts.headers, FLASH)
            .and_then(|text| hex::decode(text).ok())
            .map_or_else(String::new, |bytes| String::from_utf8_lossy(&bytes).into_owned()),
        demo: web.demo,
        own_link: cookie(&parts.headers, OWN_LINK).unwrap_or_default(),
        gateways: web.gateways.clone(),
        origin: origin(&parts.headers, web.secure),
    };
    let headers = parts.headers.clone();
    let token = cookie(&headers, COOKIE_NAME);
    let admitted = blocking({
        let route = route.clone();
        let (app, limiter) = (web.app.clone(), web.limiter.clone());
        let headers = headers.clone();
        let link = req.param("token").to_owned();
        move || {
            let signed_in = signed_in(&app, token)?;
            let within = match route.access {
                Access::Link => limiter.link(&address, &link),
                Access::Public if route.method == Method::POST => limiter.sign_in(&address),
                _ => true,
            };
            Ok((signed_in.clone(), admit(&route, signed_in.as_ref(), &headers, within)))
        }
    })
    .await;
    match admitted {
        Ok((signed_in, verdict)) => {
            req.signed_in = signed_in;
            if let Err(error) = verdict {
                return refuse(&req, error);
            }
        }
        Err(error) => return refuse(&req, error),
    }
    if route.method == Method::POST {
        match read_body(Request::from_parts(parts, body), &headers, route.limit).await {
            Ok((form, uploads)) => (req.form, req.uploads) = (form, uploads),
            Err(error) => return refuse(&req, error),
        }
    }
    finish(route, req, web).await
}

async fn finish(route: Route, req: Req, web: Web) -> Response {
    let done = tokio::task::spawn_blocking(move || {
        let checked = if route.method == Method::POST { check_token(&req) } else { Ok(()) };
        match checked.and_then(|()| stale::handled(&req, &route, &web.taken)) {
            Ok(reply) => {
                if route.access == Access::Link && !req.param("token").is_empty() {
                    web.limiter.note_good(req.param("token"));
                }
                reply.into_response()
            }
            Err(error) if stale::is_late(&error) => stale::page(&req, &route, &error),
            Err(error) => refuse(&req, error),
        }
    });
    match done.await {
        Ok(response) => response,
        Err(failed) if failed.is_panic() => after_panic(failed.into_panic()),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PageError> + Send + 'static,
) -> Result<T, PageError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "a request was cut off");
        Err(PageError::Refused(Refusal::Upload("系统忙，请稍后再试".to_owned())))
    })
}

fn signed_in(app: &xinxiu_workflow::App, token: Option<String>) -> Result<Option<SignedIn>, PageError> {
    let Some(token) = token else {
        return Ok(None);
    };
    Ok(sign_in::of_token(app, &token)?.map(|found| SignedIn {
        actor: sign_in::actor_of(&found.account),
        name: found.account.name.clone(),
        org_name: found.account.org_name.clone(),
        csrf: found.csrf,
        must_change: found.account.must_change,
        token,
    }))
}

/// Whether the caller may come to the address at all; denied unless the table says otherwise.
fn admit(
    route: &Route,
    signed_in: Option<&SignedIn>,
    headers: &HeaderMap,
    within: bool,
) -> Result<(), PageError> {
    if !within {
        return Err(PageError::TooMany);
    }
    if route.method == Method::POST && !same_origin(headers) {
        return Err(PageError::Stale);
    }
    match route.access {
        Access::Public | Access::Link | Access::Receipt => Ok(()),
        Access::SignedIn => signed_in.map(drop).ok_or(PageError::SignInFirst),
        Access::Staff(_) | Access::Either(_) => {
            let signed_in = signed_in.ok_or(PageError::SignInFirst)?;
            if signed_in.must_change {
                return Err(PageError::MustChange);
            }
            let has = |action: &Action| signed_in.actor.has(*action);
            if route.access.actions().iter().any(has) { Ok(()) } else { Err(PageError::Denied) }
        }
    }
}

/// Browsers say from where a form comes; one that comes from elsewhere is not ours.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (Some("null") | None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, rest)| rest == host),
        (Some(_), None) => false,
    }
}

fn check_token(req: &Req) -> Result<(), PageError> {
    let Some(signed_in) = &req.signed_in else {
        return Ok(());
    };
    let given = req.form.raw("csrf").as_bytes();
    // A sign-in form and a personal link's form are made for nobody in particular and carry no token.
    let carries_none =
        req.path == "/sign-in" || req.path.starts_with("/l/") || req.path.starts_with("/receipts/");
    if carries_none || bool::from(given.ct_eq(signed_in.csrf.as_bytes())) {
        Ok(())
    } else {
        Err(PageError::Stale)
    }
}

async fn read_body(
    request: Request<Body>,
    headers: &HeaderMap,
    limit: usize,
) -> Result<(Form, Vec<Upload>), PageError> {
    let too_large = || PageError::TooLarge(limit / MIB);
    let announced = headers.get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(too_large());
    }
    let multipart = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if multipart {
        return read_multipart(request, limit).await;
    }
    let bytes = axum::body::to_bytes(request.into_body(), limit).await.map_err(|_| too_large())?;
    let text = String::from_utf8_lossy(&bytes);
    if is_json(headers) {
        return Ok((Form(vec![(BODY.to_owned(), text.into_owned())]), Vec::new()));
    }
    Ok((parse_pairs(&text), Vec::new()))
}

/// Programs send JSON, browsers' forms do not.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| matches!(kind.trim(), "application/json" | "text/json"))
}

async fn read_multipart(request: Request<Body>, limit: usize) -> Result<(Form, Vec<Upload>), PageError> {
    let broken = |error: String| {
        tracing::warn!(error, "an upload broke off");
        PageError::Refused(Refusal::Upload("上传中断，请重新上传".to_owned()))
    };
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|error| broken(error.to_string()))?;
    let (mut form, mut uploads, mut left) = (Form::default(), Vec::new(), limit);
    while let Some(mut field) = multipart.next_field().await.map_err(|error| broken(error.to_string()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let mut spool = NamedTempFile::new().map_err(|error| broken(error.to_string()))?;
        let (mut text, mut size) = (Vec::new(), 0);
        while let Some(chunk) = field.chunk().await.map_err(|error| broken(error.to_string()))? {
            left = left.checked_sub(chunk.len()).ok_or(PageError::TooLarge(limit / MIB))?;
            size += chunk.len() as u64;
            if file_name.is_some() {
                spool.write_all(&chunk).map_err(|error| broken(error.to_string()))?;
            } else {
                text.extend_from_slice(&chunk);
            }
        }
        match file_name {
            Some(file_name) => uploads.push(Upload { field: name, file_name, content: spool, size }),
            None => form.0.push((name, String::from_utf8_lossy(&text).into_owned())),
        }
    }
    Ok((form, uploads))
}

fn parse_pairs(text: &str) -> Form {
    Form(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn origin(headers: &HeaderMap, secure: bool) -> String {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}", if secure { "https" } else { "http" })
}

fn refuse(req: &Req, error: PageError) -> Response {
    if matches!(error, PageError::SignInFirst) && req.form.0.is_empty() {
        let back: String = form_urlencoded::byte_serialize(req.path.as_bytes()).collect();
        return Reply::See(format!("/sign-in?back={back}"), String::new()).into_response();
    }
    if matches!(error, PageError::MustChange) {
        return Reply::See("/password".into(), error.to_string()).into_response();
    }
    error_page(Some(req), &error)
}

fn error_page(req: Option<&Req>, error: &PageError) -> Response {
    let status = error.status();
    if status.is_server_error() {
        tracing::error!(%error, path = req.map(|req| req.path.as_str()), "a step failed");
    }
    (status, layout::error(req, error)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_proxy_its_own_entry_counts_and_otherwise_none() {
        let forwarded = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", text.parse().unwrap());
            headers
        };
        let proxy = || Some("127.0.0.1".to_owned());
        assert_eq!(caller(proxy(), &forwarded("10.0.0.9, 10.0.0.7"), true), "10.0.0.7");
        assert_eq!(caller(proxy(), &forwarded("10.0.0.7"), false), "127.0.0.1");
        assert_eq!(caller(proxy(), &forwarded("unknown"), true), "127.0.0.1");
        assert_eq!(caller(None, &HeaderMap::new(), true), "-");
    }
}
