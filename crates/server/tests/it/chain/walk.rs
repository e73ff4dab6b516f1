//! Who is signed in, what is known so far, and where the pictures go.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::axe;
use crate::browser::{self, Browser, DESK, FilledForm, PHONE};
use crate::server::Server;

/// What everybody changes the given password to.
const OWN_PASSWORD: &str = "一句自己好记的长长的话";

/// The enterprise that is taken through the chain.
pub const ENTERPRISE: &str = "示例海安机械（虚构）有限公司";
/// An enterprise of the watch list, without a decision.
pub const LISTED: &str = "示例海安贸易（虚构）有限公司";
/// The authority that penalised it.
pub const AUTHORITY: &str = "海安市示例监管局（虚构）";

/// A walk through the pages.
pub struct Walk {
    pub browser: Browser,
    /// Addresses that later steps need, by name.
    pub known: HashMap<&'static str, String>,
    server: Server,
    engine: &'static str,
    pictures: usize,
    folder: tempfile::TempDir,
}

impl Walk {
    /// Makes the first account on the command line and opens a browser.
    pub async fn begin(engine: &'static str, mut server: Server) -> Self {
        let org = "南通市信用办";
        let printed =
            server.run(&["user", "add", "city", "--name", "示例甲", "--org", org, "--role", "city_office"]);
        let given = printed.trim().rsplit('\t').next().unwrap().to_owned();
        server.serve_on("2022-06-20");
        let browser = Browser::open(&server).await;
        let known = HashMap::from([("password of city", given)]);
        let folder = tempfile::tempdir().unwrap();
        Self { browser, known, server, engine, pictures: 0, folder }
    }

    /// The server is killed and starts on another business day.
    pub fn day(&mut self, day: &str) {
        self.server.serve_on(day);
    }

    /// Signs in as somebody, for the first time with the password that was handed out.
    pub async fn become_(&mut self, login: &'static str) {
        self.browser.size(DESK).await;
        match self.known.remove(format!("password of {login}").as_str()) {
            Some(given) => {
                self.browser.sign_in_first(login, &given, OWN_PASSWORD).await;
                self.known.insert(login, OWN_PASSWORD.to_owned());
            }
            None => self.browser.sign_in(login, OWN_PASSWORD).await,
        }
        self.picture(&format!("{login}-home")).await;
    }

    /// Takes the phone in hand: no account, the personal link alone.
    pub async fn phone(&mut self, step: &str) {
        self.browser.client.delete_all_cookies().await.unwrap();
        self.browser.size(PHONE).await;
        let link = self.known["link"].clone();
        self.browser.goto(&format!("{link}{step}")).await;
        assert!(!self.browser.overflows().await, "{step} 在360像素宽时超出屏幕");
    }

    pub async fn goto(&mut self, path: &str) {
        self.browser.goto(path).await;
    }

    pub async fn sees(&self, text: &str) {
        self.browser.sees(text).await;
    }

    pub fn form(&self, action: &str) -> FilledForm<'_> {
        self.browser.form(action)
    }

    /// Keeps a picture of the whole page and looks at it with axe; on one engine, for both show the same pages.
    pub async fn picture(&mut self, name: &str) {
        self.pictures += 1;
        let name = format!("chain-{}-{:03}-{name}", self.engine, self.pictures);
        self.browser.picture_whole(&name).await;
        if self.engine == "sqlite" {
            axe::clean(&self.browser).await;
        }
    }

    /// The last part of the window's address.
    pub async fn id(&self) -> String {
        self.browser.path().await.rsplit('/').next().unwrap().to_owned()
    }

    /// A file to upload.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// What a phone's camera would make of a paper: here a picture of the window.
    pub async fn photo(&self, name: &str) -> PathBuf {
        let png = self.browser.client.screenshot().await.unwrap();
        self.file(name, &png)
    }

    /// A file of the site begins as its kind does; it is kept beside the pictures.
    pub async fn downloads(&mut self, path: &str, begins: &[u8]) {
        let (status, kind, bytes) = self.browser.download(path).await;
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(800)]).into_owned();
        assert!(status == 200 && bytes.starts_with(begins), "{path}：{status} {kind}\n{text}");
        self.pictures += 1;
        let name = path.trim_start_matches('/').replace('/', "-");
        let name = format!("chain-{}-{:03}-{name}", self.engine, self.pictures);
        std::fs::write(browser::pictures().join(name), bytes).unwrap();
    }

    /// A paper of the site, printed, and scanned again.
    pub async fn scan(&mut self, path: &str, name: &str) -> PathBuf {
        let (status, _, pdf) = self.browser.download(path).await;
        assert_eq!(status, 200, "{path}");
        let (paper, page) = (self.file("paper.pdf", &pdf), self.folder.path().join(name));
        let draw = std::process::Command::new("pdftoppm")
            .args(["-jpeg", "-singlefile", "-r", "110"])
            .args([&paper, &page])
            .status()
            .expect("pdftoppm (poppler-utils) is needed");
        assert!(draw.success());
        page.with_extension("jpg")
    }

    pub async fn end(self) -> Server {
        self.browser.close().await;
        self.server
    }
}
