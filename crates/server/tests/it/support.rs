//! A served installation with the Nantong plan and one account per role, and a browser that is only HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;
use xinxiu::web::{self, Web};
use xinxiu_domain::actor::{Actor, OrganisationKind, Role};
use xinxiu_policy::Rules;
use xinxiu_store::organisation;
use xinxiu_store::testing::{self, TestStore};
use xinxiu_workflow::accounts::{self, CreateAccount};
use xinxiu_workflow::messages::Post;
use xinxiu_workflow::plan_file::CampaignFile;
use xinxiu_workflow::{App, Clock, campaigns};

/// Password of every test account.
pub const PASSWORD: &str = "一句只用于测试的长话";

/// A served installation.
pub struct Site {
    router: axum::Router,
    runtime: tokio::runtime::Runtime,
    app: Arc<App>,
    _store: Option<TestStore>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub cookie: String,
    pub body: String,
}

impl Site {
    /// On SQLite, with the plan published and an account for each role named after its code.
    pub fn new() -> Self {
        let store = testing::sqlite();
        let site = Self::over(&store);
        Self { _store: Some(store), ..site }
    }

    /// As [`Site::new`], with gateways for messages; nobody sends what is queued.
    pub fn posting() -> Self {
        let store = testing::sqlite();
        let post = Post { sms: true, email: true, origin: "https://example.invalid".into(), hours: None };
        let site = Self::with(&store, post);
        Self { _store: Some(store), ..site }
    }

    /// As [`Site::new`], on a store that the test holds.
    pub fn over(store: &TestStore) -> Self {
        Self::with(store, Post::default())
    }

    fn with(store: &TestStore, post: Post) -> Self {
        let clock = Clock::starting(jiff::civil::date(2022, 9, 15), jiff::Timestamp::now());
        let rules = Arc::new(Rules::embedded().unwrap());
        let app = Arc::new(App { store: store.store.clone(), rules, clock, post });
        let admin = operator();
        let file = CampaignFile::parse(include_str!("../../../../campaigns/nantong-2022.yaml")).unwrap();
        let city = Actor { role: Role::CityOffice, ..admin.clone() };
        let campaign = campaigns::open_from_file(&app, &city, &file).unwrap();
        campaigns::change_state(&app, &city, campaign, xinxiu_domain::campaign::CampaignAction::Publish)
            .unwrap();
        accounts::create_organisation(&app, &admin, OrganisationKind::Platform, "示例平台运维", "", "")
            .unwrap();
        for role in staff_roles() {
            account(&app, role);
        }
        let router = web::router(&Web::new(Arc::clone(&app), false, false));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { router, runtime, app, _store: None }
    }

    /// The installation behind the pages.
    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        self.send(request)
    }

    /// A header of the answer.
    pub fn header(&self, path: &str, cookie: &str, name: header::HeaderName) -> String {
        let mut request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo("127.0.0.1:9".parse::<SocketAddr>().unwrap()));
        let router = self.router.clone();
        let response = self.runtime.block_on(async move { router.oneshot(request).await.unwrap() });
        response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
    }

    pub fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.finish()))
            .unwrap();
        self.send(request)
    }

    /// Sends a form with files: a small PDF in each of the fields.
    pub fn post_files(&self, path: &str, cookie: &str, form: &[(&str, &str)], files: &[&str]) -> Answer {
        let part = |disposition: String, content: &str| {
            format!("--part\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
        };
        let mut body: String =
            form.iter().map(|(name, value)| part(format!("name=\"{name}\""), value)).collect();
        for name in files {
            body += &part(format!("name=\"{name}\"; filename=\"a.pdf\""), "%PDF-1.7 example");
        }
        body += "--part--\r\n";
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(Body::from(body))
            .unwrap();
        self.send(request)
    }

    /// Sends one file with a form's token: field, name and content of the file.
    pub fn post_file(&self, path: &str, cookie: &str, csrf: &str, file: (&str, &str, &str)) -> Answer {
        let (field, name, content) = file;
        let body = format!(
            "--part\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--part\r\n\
             Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n{content}\r\n--part--\r\n"
        );
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(Body::from(body))
            .unwrap();
        self.send(request)
    }

    fn send(&self, mut request: Request<Body>) -> Answer {
        let caller: SocketAddr = "127.0.0.1:9".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(caller));
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let text = |name| response.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
            let (location, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
            let status = response.status();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            Answer { status, location, cookie, body: String::from_utf8_lossy(&bytes).into_owned() }
        })
    }

    /// Signs in through the page and returns the cookie.
    pub fn sign_in(&self, login: &str) -> String {
        let answer = self.post("/sign-in", "", &[("login", login), ("password", PASSWORD)]);
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.cookie.split(';').next().unwrap().to_owned()
    }

    /// The token that the forms of a sign-in carry.
    pub fn csrf(&self, cookie: &str) -> String {
        let page = self.get("/", cookie).body;
        let rest = page.split("name=\"csrf\" value=\"").nth(1).expect("a form with a token");
        rest.split('"').next().unwrap().to_owned()
    }
}

/// Roles that have accounts.
pub fn staff_roles() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|role| *role != Role::Enterprise)
}

/// Sign-in name of a role's test account.
pub fn login(role: Role) -> String {
    role.code().replace('_', "-")
}

fn account(app: &App, role: Role) {
    let kind = OrganisationKind::ALL.iter().find(|kind| kind.roles().contains(&role)).unwrap();
    let org = app.store.db.read(|tx| organisation::of_kind(tx, *kind)).unwrap().remove(0);
    let login = login(role);
    let command =
        CreateAccount { org: org.id, login: &login, name: "示例", role, password: Some(PASSWORD) };
    accounts::create_account(app, &operator(), &command).unwrap();
}

/// The platform itself.
pub fn operator() -> Actor {
    Actor { account: None, name: "测试".into(), role: Role::Administrator, org: None, enterprise: None }
}
