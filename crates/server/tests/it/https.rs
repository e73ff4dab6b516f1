//! HTTPS by the program itself: its certificate is shown, cookies say so, a wrong pair of files is named.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::server::{Server, free_port};

/// Made for these tests, for the name localhost alone; signs for nobody.
fn made(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls").join(name)
}

fn asks(listen: &str, request: &str) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(made("localhost.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(listen).unwrap());
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    // The server may end the connection without saying goodbye; what it said before counts.
    stream.read_to_string(&mut answer).ok();
    answer
}

#[test]
fn the_program_serves_https_itself() {
    let mut server = Server::idle(None);
    let (cert, key) =
        (made("localhost.pem").display().to_string(), made("localhost.key").display().to_string());
    server.serve_with(&["--tls-cert", &cert, "--tls-key", &key]);
    // Somebody who connects and never speaks holds up nobody.
    let _silent = TcpStream::connect(server.host()).unwrap();
    let page = asks(server.host(), "GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n");
    assert!(page.starts_with("HTTP/1.0 200") && page.ends_with("ok\n"), "{page}");
    let form = "login=nobody&password=none";
    let request = format!(
        "POST /sign-in HTTP/1.0\r\nHost: localhost\r\nOrigin: https://localhost\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
        form.len()
    );
    assert!(asks(server.host(), &request).contains("HTTP/1.0 422"));
    let report = server.run(&["doctor", "--tls-cert", &cert, "--tls-key", &key]);
    assert!(report.contains("√ HTTPS："), "{report}");
}

#[test]
fn a_pair_that_is_none_is_refused_with_its_name() {
    let data = tempfile::tempdir().unwrap();
    let tries = |cert: PathBuf, key: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_xinxiu"));
        program.args(["serve", "--listen", &format!("127.0.0.1:{}", free_port()), "--data"]).arg(data.path());
        let output = program.arg("--tls-cert").arg(cert).args(key).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let key = made("localhost.key").display().to_string();
    assert!(tries(made("nothing.pem"), &["--tls-key", &key]).contains("证书文件"));
    assert!(tries(made("localhost.key"), &["--tls-key", &key]).contains("没有证书"));
    assert!(tries(made("localhost.pem"), &[]).contains("--tls-key"));
}
