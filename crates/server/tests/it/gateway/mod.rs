//! Messages through real gateways: a server for mail and an HTTP gateway, both in this process, and the served binary that is
//! killed between sending and writing it down (N08).

mod mailbox;
pub mod phones;
mod whole;

use std::fs;

use xinxiu::gateway::{Gateways, Settings};
use xinxiu_domain::message::Channel;
use xinxiu_workflow::messages::{Gateway, NotSent, Outgoing};

use mailbox::Mailbox;
use phones::Phones;

fn gateways(configuration: &str) -> Gateways {
    let settings: Settings = toml::from_str(configuration).unwrap();
    settings.open("https://example.invalid/receipts/x").unwrap().unwrap()
}

fn message(channel: Channel, to: &str) -> Outgoing {
    Outgoing {
        channel,
        reference: "r-1".into(),
        to: to.into(),
        subject: "邀请参加：示例场次".into(),
        text: "示例公司：请打开\"链接\"答复\n{id}".into(),
    }
}

fn is_later(answer: &Result<String, NotSent>) -> bool {
    matches!(answer, Err(NotSent::Later(_)))
}

#[test]
fn mail_goes_out_with_the_same_id_each_time_and_refusals_are_told_apart() {
    let mailbox = Mailbox::open();
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    fs::write(&password, "示例口令\n").unwrap();
    let configuration = |password: &std::path::Path, port: u16| {
        format!(
            "[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"信用修复 <xinxiu@example.invalid>\"\n\
             user = \"xinxiu\"\npassword_file = {:?}\n",
            password.display().to_string()
        )
    };
    let gateways_here = gateways(&configuration(&password, mailbox.port));
    let to = |address| gateways_here.send(&message(Channel::Email, address));
    assert_eq!(to("good@example.invalid"), Ok(String::new()));
    assert_eq!(to("good@example.invalid"), Ok(String::new()));
    let mails = mailbox.mails();
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert!(mail.contains("Message-ID: <r-1@example.invalid>"), "{mail}");
        assert!(mail.contains("To: good@example.invalid"), "{mail}");
    }
    assert!(matches!(to("gone@example.invalid"), Err(NotSent::Never(_))));
    assert!(is_later(&to("busy@example.invalid")));
    fs::write(&password, "错误的口令").unwrap();
    let wrong = gateways(&configuration(&password, mailbox.port));
    let answer = wrong.send(&message(Channel::Email, "good@example.invalid"));
    assert!(is_later(&answer), "a wrong password is ours to mend: {answer:?}");
    let nobody = gateways(&configuration(&password, crate::server::free_port()));
    let answer = nobody.send(&message(Channel::Email, "good@example.invalid"));
    assert!(is_later(&answer) && !format!("{answer:?}").contains("good@"), "{answer:?}");
    assert!(is_later(&nobody.send(&message(Channel::Sms, "10000000001"))), "no gateway of that kind");
}

#[test]
fn an_http_gateway_is_spoken_to_in_its_own_words() {
    let phones = Phones::open();
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "example-key-1\n").unwrap();
    let json = gateways(&phones.configuration(&secret));
    let to = |number| json.send(&message(Channel::Sms, number));
    assert_eq!(to(phones::GOOD), Ok("g-10000000001-r-1".into()));
    let asked = phones.asked();
    assert_eq!(asked[0]["text"], message(Channel::Sms, "").text, "quotes and braces stay what they are");
    assert_eq!(asked[0]["id"], "r-1");
    assert_eq!(asked[0]["authorization"], "Bearer example-key-1");
    assert_eq!(asked[0]["callback"], "https://example.invalid/receipts/x");
    for number in [phones::BUSY, phones::SILENT, phones::BABBLE, phones::ELSEWHERE] {
        let answer = to(number);
        assert!(is_later(&answer), "{number}：{answer:?}");
        let said = format!("{answer:?}");
        assert!(!said.contains(number) && !said.contains("example-key"), "{said}");
    }
    assert!(matches!(to(phones::BLACKLISTED), Err(NotSent::Never(_))));
    let receipts = json.collect().unwrap();
    assert_eq!(receipts.len(), 2);
    assert!(receipts[0].1.is_delivered && !receipts[1].1.is_delivered);

    let form = format!(
        "[sms]\nurl = \"http://{}/form?key={{secret}}\"\nformat = \"form\"\nbody = \"mobile={{phone}}&content={{text}}\"\n\
         secret_file = {:?}\n",
        phones.host,
        secret.display().to_string()
    );
    assert_eq!(gateways(&form).send(&message(Channel::Sms, phones::GOOD)), Ok(String::new()));
    let asked = phones.asked();
    let last = asked.last().unwrap();
    assert_eq!((last["key"].as_str(), last["mobile"].as_str()), (Some("example-key-1"), Some(phones::GOOD)));
    assert_eq!(last["content"], message(Channel::Sms, "").text);
}

#[test]
fn a_configuration_that_would_send_nothing_is_refused_and_says_what_to_do() {
    let refused = |configuration: &str, wanted: &str| {
        let settings: Settings = toml::from_str(configuration).unwrap();
        let error = settings.open("").map(|_| ()).and_then(|()| settings.post().map(|_| ())).unwrap_err();
        let said = format!("{error:#}");
        assert!(said.contains(wanted), "{said}");
    };
    let sms = |rest: &str| format!("[sms]\nurl = \"http://localhost/\"\n{rest}");
    refused(&sms("body = '{\"to\":\"{phone}\"}'"), "{text}");
    refused(&sms("body = '{\"to\":\"{phon}\",\"t\":\"{text}{phone}\"}'"), "「{phon}」不是可用的占位词");
    refused(&sms("body = 'to={phone}{text}'"), "不是 JSON");
    refused(&sms("body = '[\"{phone}{text}\"]'"), "address");
    refused(
        &format!(
            "address = 'https://example.invalid'\n{}",
            sms("hours = '21:00-08:00'\nbody = '{\"to\":\"{phone}\",\"t\":\"{text}\"}'")
        ),
        "「21:00-08:00」",
    );
    refused("[smtp]\nhost = \"localhost\"\nfrom = \"谁\"", "from");
    refused("[smtp]\nhost = \"localhost\"\nfrom = \"a@example.invalid\"\nuser = \"a\"", "password_file");
    assert!(toml::from_str::<Settings>("[sms]\nurl = \"http://localhost/\"\nbodi = \"\"").is_err());
}
