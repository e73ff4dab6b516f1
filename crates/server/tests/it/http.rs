//! A browser that is only HTTP, for a server in a process of its own; what it uploads may be made on the way.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use crate::server::Server;
use crate::support::PASSWORD;

const BOUNDARY: &str = "a-boundary-of-the-tests";

/// Somebody who is signed in.
pub struct Client {
    host: String,
    cookie: String,
    csrf: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
    cookie: String,
}

impl Client {
    /// Makes an account on the command line and signs in with a password of one's own.
    pub fn new(server: &Server, login: &str, role: &str, org: &str) -> Self {
        let line = server.run(&["user", "add", "--name", "示例", "--org", org, "--role", role, login]);
        let first = line.trim().split('\t').nth(1).expect("a password").to_owned();
        let mut client = Self { host: server.host().to_owned(), cookie: String::new(), csrf: String::new() };
        client.sign_in(login, &first);
        let fields = [("old_password", first.as_str()), ("password", PASSWORD), ("again", PASSWORD)];
        let changed = client.post("/password", &fields);
        assert_eq!(changed.status, 303, "{}", changed.body);
        client.sign_in(login, PASSWORD);
        client
    }

    /// Signs in, as after a change of password.
    fn sign_in(&mut self, login: &str, password: &str) {
        self.csrf.clear();
        let answer = self.post("/sign-in", &[("login", login), ("password", password)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
        let page = self.get("/password").body;
        let rest = page.split("name=\"csrf\" value=\"").nth(1).expect("a form with a token");
        rest.split('"').next().unwrap().clone_into(&mut self.csrf);
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(&self.head("GET", path, ""), &mut io::empty())
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields).append_pair("csrf", &self.csrf);
        let body = body.finish();
        let more =
            format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
        self.send(&self.head("POST", path, &more), &mut body.as_bytes())
    }

    /// Sends a form with one file, whose content is read while it is sent.
    pub fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        (content, size): (&mut dyn Read, u64),
    ) -> Answer {
        let mut before = String::new();
        for (field, value) in fields.iter().chain(&[("csrf", self.csrf.as_str())]) {
            before += &format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
        }
        before += &format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let after = format!("\r\n--{BOUNDARY}--\r\n");
        let length = (before.len() + after.len()) as u64 + size;
        let more =
            format!("Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n");
        let mut body = before.as_bytes().chain(content.take(size)).chain(after.as_bytes());
        self.send(&self.head("POST", path, &more), &mut body)
    }

    fn head(&self, method: &str, path: &str, more: &str) -> String {
        // The older protocol has no chunks in its answers.
        format!("{method} {path} HTTP/1.0\r\nHost: {}\r\nCookie: {}\r\n{more}\r\n", self.host, self.cookie)
    }

    fn send(&self, head: &str, body: &mut dyn Read) -> Answer {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        io::copy(body, &mut stream).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
        let header = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
            found.next().unwrap_or_default().to_owned()
        };
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            location: header("location"),
            cookie: header("set-cookie"),
            body: body.to_owned(),
        }
    }
}

/// Opens the campaign of the plan file through the page and returns the person of the credit center.
pub fn center_of_a_campaign(server: &Server) -> Client {
    let city = Client::new(server, "city", "city_office", "南通市信用办");
    let plan = include_bytes!("../../../../campaigns/nantong-2022.yaml");
    let opened = city.upload("/campaigns", &[], "plan.yaml", (&mut &plan[..], plan.len() as u64));
    assert_eq!((opened.status, opened.location.as_str()), (303, "/campaigns/1"), "{}", opened.body);
    let published = city.post("/campaigns/1/publish", &[("version", "1")]);
    assert_eq!(published.status, 303, "{}", published.body);
    Client::new(server, "center", "credit_center", "南通市公共信用信息中心")
}
