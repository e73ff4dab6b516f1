//! A real browser on a real server: Chromium through `ChromeDriver`, the binary in a process of its own. A
//! missing browser is a failure, never a skip.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use tempfile::TempDir;

/// Wide enough for a desk.
pub const DESK: (u32, u32) = (1280, 900);
/// A small phone.
pub const PHONE: (u32, u32) = (360, 740);

fn tool(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("测试需要浏览器：请用 cargo xtask test 运行（它会设置 {variable}）"))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The served binary.
pub struct Server {
    pub address: String,
    _process: Process,
    _data: TempDir,
}

impl Server {
    /// Starts the demo on a fresh folder and waits until it answers.
    pub fn demo() -> Self {
        let data = tempfile::tempdir().unwrap();
        let listen = format!("127.0.0.1:{}", free_port());
        let child = Command::new(env!("CARGO_BIN_EXE_xinxiu"))
            .args(["demo", "--listen", &listen, "--data"])
            .arg(data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { address: format!("http://{listen}"), _process: Process(child), _data: data };
        wait_for(&listen, Duration::from_mins(3));
        server
    }
}

fn wait_for(listen: &str, patience: Duration) {
    let begun = Instant::now();
    while std::net::TcpStream::connect(listen).is_err() || !answers(listen) {
        assert!(begun.elapsed() < patience, "{listen} 没有启动");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn answers(listen: &str) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = std::net::TcpStream::connect(listen) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let asked = stream.write_all(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n");
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.contains("200 OK")
}

/// A browser window.
pub struct Browser {
    pub client: Client,
    base: String,
    _driver: Process,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window on a server.
    pub async fn open(server: &Server) -> Self {
        let port = free_port();
        let driver = Command::new(tool("XINXIU_TEST_CHROMEDRIVER"))
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let driver = Process(driver);
        let profile = tempfile::tempdir().unwrap();
        let capabilities = json!({ "goog:chromeOptions": {
            "binary": tool("XINXIU_TEST_CHROMIUM"),
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", format!("--user-data-dir={}", profile.path().display()),
            ],
        }});
        let capabilities = capabilities.as_object().unwrap().clone();
        let begun = Instant::now();
        let client = loop {
            let opened = ClientBuilder::new(hyper_util_connector())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
            match opened {
                Ok(client) => break client,
                Err(error) => assert!(begun.elapsed() < Duration::from_secs(30), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        let browser = Self { client, base: server.address.clone(), _driver: driver, _profile: profile };
        browser.size(DESK).await;
        browser
    }

    pub async fn size(&self, (width, height): (u32, u32)) {
        self.client.set_window_size(width, height).await.unwrap();
    }

    pub async fn goto(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    pub async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    pub async fn fill(&self, name: &str, value: &str) {
        let field = self.client.find(Locator::Css(&format!("[name='{name}']"))).await.unwrap();
        field.clear().await.ok();
        field.send_keys(value).await.unwrap();
    }

    /// Presses the button with this text.
    pub async fn press(&self, text: &str) {
        let path = format!("//button[normalize-space(.)='{text}']");
        let button = self.client.find(Locator::XPath(&path)).await;
        button.unwrap_or_else(|error| panic!("没有按钮「{text}」：{error}")).click().await.unwrap();
    }

    /// The text that is seen. Read by a script: an element found before the page changed would be stale.
    pub async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        self.client.execute(script, vec![]).await.unwrap().as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the window stands at an address.
    pub async fn arrives_at(&self, path: &str) {
        let begun = Instant::now();
        while self.path().await != path {
            assert!(begun.elapsed() < Duration::from_secs(20), "{path}：{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn sign_in(&self, login: &str, password: &str) {
        self.client.delete_all_cookies().await.ok();
        self.goto("/sign-in").await;
        self.fill("login", login).await;
        self.fill("password", password).await;
        self.press("登录").await;
        self.arrives_at("/").await;
    }

    /// Keeps a picture of the page under `target/screenshots/`.
    pub async fn picture(&self, name: &str) {
        let folder = pictures();
        fs::create_dir_all(&folder).unwrap();
        let png = self.client.screenshot().await.unwrap();
        fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    /// Whether the page is wider than the window: on a phone it must not be.
    pub async fn overflows(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > window.innerWidth + 1";
        self.client.execute(script, vec![]).await.unwrap().as_bool().unwrap()
    }

    pub async fn close(self) {
        self.client.close().await.ok();
    }
}

fn hyper_util_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

/// Where pictures are kept.
pub fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots")
}
