//! HTTPS without a proxy in front: certificate and key from files, handshakes beside each other.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// A peer that takes longer to shake hands is dropped.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes at a time: a hall of phones, and no more memory than that for whoever only knocks.
const AT_A_TIME: usize = 512;
/// Pause after the system refused a connection, for example for want of file handles.
const PAUSE: Duration = Duration::from_millis(200);

/// Reads certificate chain and key (PEM).
///
/// # Errors
/// A file that cannot be read, holds no certificate or key, or two that do not belong together.
pub fn read(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>> {
    let unusable = |what: &str, path: &Path| format!("{what} {} 不能使用", path.display());
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| unusable("证书文件", cert))?;
    anyhow::ensure!(!chain.is_empty(), "证书文件 {} 里没有证书，应为 PEM 格式", cert.display());
    let private = PrivateKeyDer::from_pem_file(key).with_context(|| unusable("证书私钥文件", key))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .context("证书和私钥不是一对，或格式不被支持")?;
    Ok(Arc::new(config))
}

/// Takes connections, and hands them on once the handshake is done. One that never speaks holds up nobody.
pub struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    /// Listens on a bound address until it is dropped.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(listener: TcpListener, config: Arc<ServerConfig>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (send, ready) = mpsc::channel(AT_A_TIME);
        tokio::spawn(shake_hands(listener, TlsAcceptor::from(config), send));
        Ok(Self { ready, address })
    }
}

async fn shake_hands(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    send: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = send.closed() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let (acceptor, send) = (acceptor.clone(), send.clone());
        tokio::spawn(async move {
            match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => drop(send.send((stream, peer)).await),
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
            drop(place);
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // The task ends only with this value.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}
