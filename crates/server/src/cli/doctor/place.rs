//! Where the installation stands: its folder, its address, its key file.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use xinxiu_domain::trouble::trouble;

use super::Found;

const PATIENCE: Duration = Duration::from_secs(2);
/// The bits of a file's mode that let others than its owner in.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Whether the data folder, or the place where it will be made, can be written.
pub(super) fn folder(data: &Path) -> Found {
    let standing = data.ancestors().find(|place| place.exists() || place.as_os_str().is_empty());
    let place = standing.filter(|place| !place.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    // A nameless file: gone by itself, and nothing is left where the folder is read-only.
    match tempfile::tempfile_in(place) {
        Ok(_) if data.exists() => Found::Good("可以写入".into()),
        Ok(_) => Found::Good("尚未建立，首次启动时建立".into()),
        Err(error) => Found::Bad(format!("{} 不能写入：{}", place.display(), trouble(&error))),
    }
}

/// Whether the address is free, ours, or taken by another program.
pub(super) fn address(listen: &str, speaks_tls: bool) -> Found {
    let Ok(address) = listen.parse::<SocketAddr>() else {
        return Found::Bad(format!("「{listen}」应为 IP:端口"));
    };
    match TcpListener::bind(address) {
        Ok(_) => Found::Good("没有被占用；服务没有在这里运行".into()),
        Err(_) if is_ours(address).unwrap_or(false) => Found::Good("信修正在这里运行".into()),
        // Asking over HTTPS would need the certificate's name; a server that is not ours says so at start.
        Err(error) if error.kind() == ErrorKind::AddrInUse && speaks_tls => {
            Found::Note(format!("{address} 已有程序在用；使用 HTTPS 时不核对是不是信修"))
        }
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let free = TcpListener::bind((address.ip(), 0)).and_then(|probe| probe.local_addr());
            let advice = free.map_or_else(|_| String::new(), |free| format!("；可以改用 --listen {free}"));
            Found::Bad(format!("{address} 已被其他程序占用{advice}"))
        }
        Err(error) => Found::Bad(format!("{address} 不能使用：{}", trouble(&error))),
    }
}

fn is_ours(address: SocketAddr) -> Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.0 200") && answer.ends_with("\r\nok\n"))
}

/// Whether only its owner can read the key file.
pub(super) fn key_is_private(key: &Path) -> Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(key).with_context(|| key.display().to_string())?.permissions().mode();
        Ok(mode & OTHERS == 0)
    }
    #[cfg(not(unix))]
    std::fs::metadata(key).map(|_| true).with_context(|| key.display().to_string())
}
