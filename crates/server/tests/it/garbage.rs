//! Files that are no lists, through the page of a served process: each gets a Chinese sentence that says what
//! is wrong with it, nothing of it stays, and the process does not grow with it (N08).

use std::io::Read;
use std::path::Path;

use xinxiu_store::Db;

use crate::http::{Answer, Client, center_of_a_campaign};
use crate::server::Server;

const MIB: u64 = 1024 * 1024;
const SIZE: u64 = 200 * MIB;
/// Generous: the unoptimised server with its typesetting data is at some 100 MB, and 200 MB held as a whole
/// would go beyond.
const BOUND_KIB: u64 = 280 * 1024;
const DAY: &str = "2022-06-20";
const HEAD: &str =
    "行政相对人名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚机关,处罚类别,处罚内容,所属县区\n";

/// A text again and again: made while it is sent.
struct Endless {
    block: Vec<u8>,
    at: usize,
}

impl Endless {
    /// The text so often that it comes near to the size, and that number of bytes.
    fn of(text: &str) -> (Self, u64) {
        let size = SIZE / text.len() as u64 * text.len() as u64;
        (Self { block: text.repeat(1 + 65_536 / text.len()).into_bytes(), at: 0 }, size)
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = (&self.block[self.at..]).read(buffer)?;
        self.at = (self.at + length) % self.block.len();
        Ok(length)
    }
}

/// The most memory that the process has held, in KiB.
fn high_water(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("VmHWM");
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What a refused list must not have changed.
fn taken(db: &Db) -> [i64; 5] {
    ["enterprise", "penalty", "listing", "batch_row", "job where kind = 'list.import'"]
        .map(|table| db.read(|tx| tx.number(&format!("select count(*) from {table}"), &[])).unwrap())
}

/// Bytes in the folder of files.
fn kept(server: &Server) -> u64 {
    let mut bytes = 0;
    for shelf in std::fs::read_dir(server.data().join("files")).unwrap().flatten() {
        for file in std::fs::read_dir(shelf.path()).unwrap().flatten() {
            bytes += file.metadata().unwrap().len();
        }
    }
    bytes
}

fn upload(center: &Client, name: &str, content: &mut dyn Read, size: u64) -> Answer {
    let fields = [("list", "repairable-penalty"), ("campaign", "1")];
    center.upload("/lists", &fields, name, (content, size))
}

fn must_say(answer: &Answer, name: &str, words: &str) {
    let main = answer.body.split("<main").nth(1).unwrap_or(&answer.body);
    assert_eq!(answer.status, 422, "{name}：{main}");
    assert!(main.contains(words), "{name}：{main}");
    assert!(main.contains("名单文件"), "{name}：{main}");
}

#[test]
fn two_hundred_megabytes_of_garbage_are_refused_in_bounded_memory() {
    let mut server = Server::idle(None);
    server.serve_on(DAY);
    let center = center_of_a_campaign(&server);
    let before = taken(&server.database());
    for (name, text, words) in [
        ("words.csv", "乱写,的,东西,没有,表头,0123456789\n", "没有找到能识别的表头"),
        ("one-line.csv", "没有换行的一大块文字", "单行内容过长"),
        ("bytes.csv", "\u{0}\u{1}\u{7f}", "内容是二进制数据"),
    ] {
        let (mut content, size) = Endless::of(text);
        must_say(&upload(&center, name, &mut content, size), name, words);
        let peak = high_water(&server);
        assert!(peak < BOUND_KIB, "{name}：{peak} KiB");
        assert_eq!(taken(&server.database()), before, "{name}");
        // Not a byte of it was kept.
        assert_eq!(kept(&server), 0, "{name}");
    }
    server.run(&["audit", "verify"]);
}

#[test]
fn every_broken_file_is_refused_on_the_page_for_its_own_reason() {
    let mut server = Server::idle(None);
    server.serve_on(DAY);
    let center = center_of_a_campaign(&server);
    let before = taken(&server.database());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/broken");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let words = match name.as_str() {
            "empty.xlsx" => "空",
            "truncated.xlsx" => "不完整",
            "zip-bomb.xlsx" => "压缩",
            "encrypted.xlsx" => "密码",
            "unknown-header.csv" => "表头",
            "entities.xlsx" => "实体",
            "document.xlsx" | "binary.csv" | "page.xls" => "不是",
            other => panic!("{other}：说明应当怎样拒绝"),
        };
        let content = std::fs::read(entry.path()).unwrap();
        let answer = upload(&center, &name, &mut content.as_slice(), content.len() as u64);
        must_say(&answer, &name, words);
        assert_eq!(taken(&server.database()), before, "{name}");
        seen += 1;
    }
    assert!(seen >= 9, "{seen}");
    assert_eq!(kept(&server), 0);
    let nothing = upload(&center, "空.csv", &mut std::io::empty(), 0);
    must_say(&nothing, "空.csv", "空文件不能导入");
}

/// A real header above garbage is a list: every row comes back with its reasons, and nothing can be imported.
#[test]
fn garbage_under_a_header_comes_back_row_by_row() {
    let mut server = Server::idle(None);
    server.serve_on(DAY);
    let center = center_of_a_campaign(&server);
    let before = taken(&server.database());
    let text = HEAD.to_owned() + &"乱写,的,东西,没有一行能用\n".repeat(20_000);
    let answer = upload(&center, "headed.csv", &mut text.as_bytes(), text.len() as u64);
    assert_eq!((answer.status, answer.location.as_str()), (303, "/lists/1"), "{}", answer.body);
    let page = center.get("/lists/1").body;
    assert!(page.contains("没有可以导入的记录") && page.contains("20000"), "{page}");
    assert_eq!(center.post("/lists/1/confirm", &[("extent", "whole")]).status, 409);
    assert_eq!(taken(&server.database()), before);
    let peak = high_water(&server);
    assert!(peak < BOUND_KIB, "{peak} KiB");
}
