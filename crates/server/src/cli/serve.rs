//! `xinxiu serve`: pages and jobs until told to stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use axum::serve::ListenerExt;
use clap::Args;
use tokio_rustls::rustls::ServerConfig;
use xinxiu_domain::trouble::trouble;
use xinxiu_workflow::{App, jobs, messages};

use super::{Common, DONE, Tls, log};
use crate::gateway::Gateways;
use crate::tls::{self, TlsListener};
use crate::web::{self, Web};

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    common: Common,
    /// 监听地址 / address to listen on [默认 127.0.0.1:8080]
    #[arg(long)]
    listen: Option<String>,
    #[command(flatten)]
    tls: Tls,
}

/// How pages are served.
pub struct Serving {
    /// Whether it is the demo.
    pub demo: bool,
    /// Whether browsers come over HTTPS.
    pub secure: bool,
    /// Certificate and key, where the program speaks HTTPS itself.
    pub tls: Option<Arc<ServerConfig>>,
    /// The gateways for messages.
    pub gateways: Option<Arc<Gateways>>,
}

/// Serves the installation.
///
/// # Errors
/// What is missing or broken, named.
pub fn run(args: &ServeArgs) -> Result<u8> {
    let config = args.common.load_with(args.listen.clone(), &args.tls)?;
    // A wrong certificate is said before anything is opened.
    let tls = config.tls.as_ref().map(|(cert, key)| tls::read(cert, key)).transpose()?;
    let _held = config.hold()?;
    let app = Arc::new(config.open()?);
    let listener = bind(&config.listen)?;
    let gateways = config.gateways(&app)?;
    serve(&app, listener, Serving { demo: false, secure: config.https, tls, gateways })?;
    Ok(DONE)
}

/// Takes the address, or says which one is free.
///
/// # Errors
/// An address that is none, or is taken.
pub fn bind(listen: &str) -> Result<TcpListener> {
    let address: SocketAddr = listen.parse().with_context(|| format!("监听地址「{listen}」应为 IP:端口"))?;
    match TcpListener::bind(address) {
        Ok(listener) => Ok(listener),
        Err(error) => {
            let free = TcpListener::bind((address.ip(), 0)).and_then(|probe| probe.local_addr());
            let advice = free.map_or_else(|_| String::new(), |free| format!("；可以改用 --listen {free}"));
            tracing::debug!(%error, %address, "cannot listen");
            bail!("地址 {address} 不能使用：{}{advice}", trouble(&error))
        }
    }
}

/// Serves pages on a bound address until Ctrl-C or SIGTERM; requests under way are finished.
///
/// # Errors
/// What the system says.
pub fn serve(app: &Arc<App>, listener: TcpListener, how: Serving) -> Result<()> {
    log("info,typst=error");
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let worker = jobs::Worker::start(App::clone(app))?;
    let sender = how.gateways.clone().map(|gateways| messages::Sender::start(App::clone(app), gateways));
    let mut web = Web::new(Arc::clone(app), how.demo, how.secure);
    web.gateways = how.gateways;
    // Nobody stands between, so nobody's word counts for where a caller comes from.
    web.behind_proxy = how.secure && how.tls.is_none();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let service = web::router(&web).into_make_service_with_connect_info::<SocketAddr>();
        let Some(config) = how.tls else {
            eprintln!("信修已启动：http://{address}/");
            return axum::serve(listener, service).with_graceful_shutdown(stopped()).await;
        };
        eprintln!("信修已启动：https://{address}/");
        // The tap does nothing; with it axum knows the address of a caller behind any listener.
        let listener = TlsListener::new(listener, config)?.tap_io(|_| {});
        axum::serve(listener, service).with_graceful_shutdown(stopped()).await
    });
    // The pool's connections must not end on a runtime's thread.
    drop(runtime);
    drop(worker);
    drop(sender);
    Ok(served?)
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            return;
        }
    }
    interrupted.await.ok();
}
