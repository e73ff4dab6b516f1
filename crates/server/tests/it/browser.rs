//! A real browser: Chromium through `ChromeDriver`. A missing browser is a failure, never a skip.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use tempfile::TempDir;

use crate::server::{Process, Server, free_port};

/// Wide enough for a desk.
pub const DESK: (u32, u32) = (1280, 900);
/// How long a page may take; passed only where something is wrong, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);
/// A small phone.
pub const PHONE: (u32, u32) = (360, 740);

/// What `cargo xtask test` has put in place for the tests, by the variable that names it.
pub fn tool(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("测试需要浏览器：请用 cargo xtask test 运行（它会设置 {variable}）"))
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
                "--disable-dev-shm-usage", "--lang=zh-CN", format!("--user-data-dir={}", profile.path().display()),
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
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.client.goto(&address).await.unwrap();
    }

    /// Follows the first link with this text.
    pub async fn follow(&self, text: &str) {
        let path = format!("//a[normalize-space(.)='{text}']");
        let link = self.client.find(Locator::XPath(&path)).await;
        let Ok(link) = link else { panic!("没有链接「{text}」：{}", self.text().await) };
        link.click().await.unwrap();
    }

    /// Waits until a text is seen.
    pub async fn sees(&self, text: &str) {
        let begun = Instant::now();
        loop {
            let seen = self.text().await;
            if seen.contains(text) {
                return;
            }
            let path = self.path().await;
            assert!(begun.elapsed() < PATIENCE, "{path} 上没有「{text}」：\n{seen}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until what was typed is noted.
    pub async fn kept(&self, text: &str) {
        let script = "return sessionStorage.getItem('draft') || ''";
        let begun = Instant::now();
        while !self.client.execute(script, vec![]).await.unwrap().as_str().unwrap().contains(text) {
            assert!(begun.elapsed() < PATIENCE, "没有留下「{text}」");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The form of the page that is sent to an address ending so.
    pub fn form(&self, action: &str) -> FilledForm<'_> {
        let length = action.chars().count() - 1;
        let path = "substring-before(concat(@action, '?'), '?')";
        let xpath = format!("//form[substring({path}, string-length({path}) - {length}) = '{action}']");
        FilledForm { browser: self, xpath }
    }

    /// What the browser gets from an address of the site: status, media type, bytes.
    pub async fn download(&self, path: &str) -> (u64, String, Vec<u8>) {
        let script = "const [path, done] = arguments; \
            fetch(path).then(async answer => { \
                const bytes = new Uint8Array(await answer.arrayBuffer()); \
                done([answer.status, answer.headers.get('content-type') || '', Array.from(bytes)]); \
            }).catch(error => done([0, String(error), []]));";
        let answer = self.client.execute_async(script, vec![json!(path)]).await.unwrap();
        let bytes = answer[2].as_array().unwrap().iter();
        let bytes = bytes.map(|byte| u8::try_from(byte.as_u64().unwrap()).unwrap()).collect();
        (answer[0].as_u64().unwrap(), answer[1].as_str().unwrap().to_owned(), bytes)
    }

    pub async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    pub async fn fill(&self, name: &str, value: &str) {
        let field = self.client.find(Locator::Css(&format!("[name='{name}']"))).await.unwrap();
        field.clear().await.ok();
        field.send_keys(value).await.unwrap();
    }

    /// Presses the button with this text, as soon as there is one: the page before may still be there.
    pub async fn press(&self, text: &str) {
        let path = format!("//button[normalize-space(.)='{text}']");
        let button = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        button.unwrap_or_else(|error| panic!("没有按钮「{text}」：{error}")).click().await.unwrap();
    }

    /// The text that is seen. Read by a script: an element found before the page changed would be stale.
    /// The code on the hall's screen.
    pub async fn hall_code(&self) -> String {
        let code = self.client.find(Locator::Css(".hall-code")).await.unwrap().text().await.unwrap();
        code.chars().filter(char::is_ascii_digit).collect()
    }

    pub async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        self.client.execute(script, vec![]).await.unwrap().as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the window stands at an address.
    pub async fn arrives_at(&self, path: &str) {
        let begun = Instant::now();
        while self.path().await != path {
            assert!(begun.elapsed() < PATIENCE, "{path}：{}", self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The first sign-in with a password that somebody else has set: it must be changed at once.
    pub async fn sign_in_first(&self, login: &str, given: &str, own: &str) {
        self.client.delete_all_cookies().await.ok();
        self.goto("/sign-in").await;
        self.fill("login", login).await;
        self.fill("password", given).await;
        self.press("登录").await;
        self.arrives_at("/password").await;
        self.fill("old_password", given).await;
        self.fill("password", own).await;
        self.fill("again", own).await;
        self.press("修改密码").await;
        self.sees("密码已修改").await;
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

    /// Keeps a picture of the whole page, below the fold too.
    pub async fn picture_whole(&self, name: &str) {
        let script = "return [window.innerWidth, document.documentElement.scrollHeight]";
        let answer = self.client.execute(script, vec![]).await.unwrap();
        let pixels = |index: usize| u32::try_from(answer[index].as_u64().unwrap()).unwrap();
        let (width, height) = (pixels(0), pixels(1));
        self.size((width, (height + 140).clamp(600, 5000))).await;
        self.picture(name).await;
        self.size(if width < 600 { PHONE } else { DESK }).await;
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

/// One form of the page in the window.
pub struct FilledForm<'a> {
    browser: &'a Browser,
    xpath: String,
}

impl FilledForm<'_> {
    /// An element of the form, brought to light where it is folded away.
    async fn element(&self, below: &str) -> fantoccini::elements::Element {
        let xpath = format!("{}{below}", self.xpath);
        let folded = format!("{xpath}/ancestor::details[not(@open)]/summary");
        if let Ok(summary) = self.browser.client.find(Locator::XPath(&folded)).await {
            summary.click().await.unwrap();
        }
        match self.browser.client.find(Locator::XPath(&xpath)).await {
            Ok(found) => found,
            Err(error) => panic!("{xpath}：{error}\n{}", self.browser.text().await),
        }
    }

    pub async fn fill(&self, name: &str, value: &str) -> &Self {
        let below = format!("//*[@name='{name}']");
        let field = self.element(&below).await;
        if field.attr("type").await.unwrap().as_deref() == Some("date") {
            // How a date is typed depends on the language of the browser; what is sent does not.
            let script = "document.evaluate(arguments[0], document, null, 9, null).singleNodeValue.value = arguments[1]";
            let given = vec![json!(format!("{}{below}", self.xpath)), json!(value)];
            self.browser.client.execute(script, given).await.unwrap();
        } else {
            field.clear().await.unwrap();
            field.send_keys(value).await.unwrap();
        }
        self
    }

    /// Chooses the first option that has this code or holds this text.
    pub async fn choose(&self, name: &str, text: &str) -> &Self {
        let option = self
            .element(&format!("//select[@name='{name}']/option[@value='{text}' or contains(., '{text}')]"))
            .await;
        option.click().await.unwrap();
        self
    }

    /// Ticks the box or the round button whose label holds this text.
    pub async fn tick(&self, text: &str) -> &Self {
        let below = format!(
            "//label[contains(normalize-space(.), '{text}')]//input[@type='checkbox' or @type='radio']"
        );
        let field = self.element(&below).await;
        if !field.is_selected().await.unwrap() {
            field.click().await.unwrap();
        }
        self
    }

    /// Ticks the box with this value.
    pub async fn tick_value(&self, name: &str, value: &str) -> &Self {
        let field = self.element(&format!("//input[@name='{name}' and @value='{value}']")).await;
        if !field.is_selected().await.unwrap() {
            field.click().await.unwrap();
        }
        self
    }

    pub async fn upload(&self, name: &str, file: &Path) -> &Self {
        let field = self.element(&format!("//input[@type='file' and @name='{name}']")).await;
        field.send_keys(file.to_str().unwrap()).await.unwrap();
        self
    }

    /// Presses the form's first button.
    pub async fn send(&self) {
        self.element("//button[@type='submit']").await.click().await.unwrap();
    }
}

fn hyper_util_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

/// Where pictures are kept.
pub fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots")
}
