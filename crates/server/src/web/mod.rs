//! Pages: the router, and how one request is answered.
#![allow(clippy::unnecessary_wraps, reason = "every handler has the type that the table of routes asks for")]

pub mod ics;
pub mod layout;
pub mod limiter;
pub mod menu;
pub mod pages;
pub mod reply;
pub mod request;
pub mod routes;
pub mod runner;
pub mod stale;
pub mod stream;
pub mod stylesheet;
pub mod ui;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use xinxiu_workflow::App;

use crate::gateway::Gateways;
use limiter::Limiter;
use routes::Routes;

/// What every request needs.
#[derive(Debug, Clone)]
pub struct Web {
    /// The installation.
    pub app: Arc<App>,
    /// Whether the demo is running.
    pub demo: bool,
    /// Whether browsers come over HTTPS, so that cookies may say so.
    pub secure: bool,
    /// Whether a proxy in front says where a caller comes from.
    pub behind_proxy: bool,
    /// Slows down guessing.
    pub limiter: Arc<Limiter>,
    /// Knows forms that are sent twice.
    pub taken: Arc<stale::Taken>,
    /// The gateways for messages, whose receipts come in here.
    pub gateways: Option<Arc<Gateways>>,
}

impl Web {
    /// A web side on an installation.
    pub fn new(app: Arc<App>, demo: bool, secure: bool) -> Self {
        Self {
            app,
            demo,
            secure,
            behind_proxy: secure,
            limiter: Arc::new(Limiter::new()),
            taken: Arc::default(),
            gateways: None,
        }
    }
}

/// The table of every route.
pub fn routes() -> Routes {
    let mut table = Routes::default();
    pages::routes(&mut table);
    table
}

/// The router, built from [`routes()`].
pub fn router(web: &Web) -> Router {
    let mut router = Router::new();
    for route in routes().all() {
        router = router.route(route.path, runner::answers(web.clone(), route.clone()));
    }
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .fallback(runner::nothing_here(web.clone()))
        .method_not_allowed_fallback(runner::nothing_here(web.clone()))
        .layer(DefaultBodyLimit::disable())
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(runner::after_panic))
        .layer(set(
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ))
        .layer(set(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(X_FRAME_OPTIONS, "DENY"))
        .layer(set(REFERRER_POLICY, "no-referrer"))
        .layer(set(CACHE_CONTROL, "no-store"))
}
