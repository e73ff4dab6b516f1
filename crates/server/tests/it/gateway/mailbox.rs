//! A server for mail that keeps what it gets: the protocol is mailin's, the sockets are ours.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use mailin::response::{AUTH_OK, INTERNAL_ERROR, INVALID_CREDENTIALS, NO_MAILBOX, OK};
use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder};

/// What it got.
#[derive(Clone, Default)]
struct Box_ {
    mails: Arc<Mutex<Vec<String>>>,
    mail: Vec<u8>,
}

impl Handler for Box_ {
    fn rcpt(&mut self, to: &str) -> Response {
        match to {
            "gone@example.invalid" => NO_MAILBOX,
            "busy@example.invalid" => INTERNAL_ERROR,
            _ => OK,
        }
    }

    fn data(&mut self, part: &[u8]) -> std::io::Result<()> {
        self.mail.extend_from_slice(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = String::from_utf8_lossy(&std::mem::take(&mut self.mail)).into_owned();
        self.mails.lock().unwrap().push(mail);
        OK
    }

    fn auth_plain(&mut self, _: &str, _: &str, password: &str) -> Response {
        if password == "示例口令" { AUTH_OK } else { INVALID_CREDENTIALS }
    }
}

/// A server on a port of its own.
pub struct Mailbox {
    pub port: u16,
    kept: Box_,
}

impl Mailbox {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Box_::default();
        let handler = kept.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, handler) = (stream.unwrap(), handler.clone());
                thread::spawn(move || talk(stream, handler));
            }
        });
        Self { port, kept }
    }

    pub fn mails(&self) -> Vec<String> {
        self.kept.mails.lock().unwrap().clone()
    }
}

fn talk(mut stream: TcpStream, handler: Box_) {
    let mut builder = SessionBuilder::new("mail.example.invalid");
    builder.enable_auth(AuthMechanism::Plain).insecure_enable_plaintext_auth();
    let mut session = builder.build(IpAddr::from([127, 0, 0, 1]), handler);
    session.greeting().write_to(&mut stream).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let response = session.process(&line);
        line.clear();
        if response.action == Action::NoReply {
            continue;
        }
        if response.write_to(&mut stream).and_then(|()| stream.flush()).is_err()
            || response.action == Action::Close
        {
            return;
        }
    }
}
