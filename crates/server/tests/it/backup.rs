//! `xinxiu backup` and `restore`: an installation whose database and key lie outside its data folder comes back
//! elsewhere, and what was sealed can be read there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::Timestamp;
use tempfile::TempDir;
use xinxiu_store::enterprise::sealed;
use xinxiu_store::{Db, Files, StoreError, Vault, files, params};

const PHONE: &str = "0513-00001234";
const PAPER: &[u8] = b"%PDF-1.7 example";

/// A place with data folder, database and key apart from each other, and a configuration that says so.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["secrets", "disk"] {
            fs::create_dir(place.at(name)).unwrap();
        }
        let text = format!(
            "data = \"{}\"\ndatabase = \"sqlite:{}\"\nkey_file = \"{}\"\n",
            place.at("data").display(),
            place.database().display(),
            place.key().display()
        );
        fs::write(place.at("xinxiu.toml"), text).unwrap();
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn database(&self) -> PathBuf {
        self.at("disk/campaign.db")
    }

    fn key(&self) -> PathBuf {
        self.at("secrets/city.key")
    }

    fn run(&self, args: &[&str]) -> Output {
        let config = self.at("xinxiu.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_xinxiu"));
        command.args(args).args(["--config", config.to_str().unwrap()]).output().unwrap()
    }

    fn must(&self, args: &[&str]) {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}：{}", said(&output));
    }

    fn open(&self) -> (Db, Vault, Files) {
        let db = Db::open(&format!("sqlite:{}", self.database().display())).unwrap();
        let vault = Vault::open(&self.key()).unwrap();
        let files = Files::open(&self.at("data/files"), vault.clone()).unwrap();
        (db, vault, files)
    }

    /// An account, an enterprise with a sealed phone, and a kept paper.
    fn furnished() -> Self {
        let place = Self::new();
        let args = ["--name", "示例", "--org", "南通市信用办", "--role", "city_office", "city"];
        place.must(&[&["user", "add"], &args[..]].concat());
        let (db, vault, kept) = place.open();
        let phone = vault.seal(sealed::CONTACT_PHONE, PHONE).unwrap();
        let paper = kept.keep(PAPER).unwrap();
        db.write(|tx| {
            tx.execute(
                "insert into enterprise (name, name_key, subject_kind, contact_phone_sealed, created_at) \
                 values ('示例公司', '示例公司', 'legal_person', $1, $2)",
                params![phone, Timestamp::UNIX_EPOCH],
            )?;
            files::record(tx, &paper, "示例.pdf", "application/pdf", Timestamp::UNIX_EPOCH)
        })
        .unwrap();
        place
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(3), "{}", said(output));
    assert!(said(output).contains(words), "{}", said(output));
}

fn backup_of(place: &Place, file: &Path) {
    place.must(&["backup", file.to_str().unwrap()]);
}

/// Without its key for filing outward, or with another, an installation says so and files nothing.
fn exchange_key_is_watched(place: &Place) {
    let (key, aside) = (place.at("data/exchange.key"), place.at("aside.key"));
    let export = |more: &[&str]| {
        let folder = place.at("parcels");
        let args = ["exchange", "export", "--folder", folder.to_str().unwrap(), "--as", "city"];
        said(&place.run(&[&args[..], more].concat()))
    };
    let report = || String::from_utf8_lossy(&place.run(&["doctor"]).stdout).into_owned();
    assert!(report().contains("√ 申报交换密钥："), "{}", report());
    fs::rename(&key, &aside).unwrap();
    assert!(report().contains("× 申报交换密钥：没有找到"), "{}", report());
    assert!(export(&[]).contains("没有找到此前使用的密钥文件") && !key.exists());
    Vault::open(&key).unwrap();
    assert!(report().contains("不是此前使用的密钥"), "{}", report());
    assert!(export(&[]).contains("不是此前使用的密钥"));
    export(&["--new-key"]);
    assert!(report().contains("√ 申报交换密钥："), "{}", report());
    fs::rename(&aside, &key).unwrap();
    export(&["--new-key"]);
}

#[test]
fn what_was_sealed_can_be_read_after_a_restore_elsewhere() {
    let (old, new, shelf) = (Place::furnished(), Place::new(), tempfile::tempdir().unwrap());
    let file = shelf.path().join("备份.zip");
    let exchange = ["exchange", "export", "--folder", old.folder.path().to_str().unwrap(), "--as", "city"];
    // The city may not file, but the key of its installation is made and remembered.
    old.run(&exchange);
    assert!(old.at("data/exchange.key").exists());
    backup_of(&old, &file);
    assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 1);
    new.must(&["restore", file.to_str().unwrap()]);
    let kept = |place: &Place| fs::read(place.at("data/exchange.key")).unwrap();
    assert_eq!(kept(&new), kept(&old));
    exchange_key_is_watched(&new);
    assert_eq!(fs::read(new.key()).unwrap(), fs::read(old.key()).unwrap());
    let (db, vault, kept) = new.open();
    let (phone, digest) = db
        .read(|tx| {
            let phone: String = tx
                .query_one("select contact_phone_sealed from enterprise", &[])?
                .get("contact_phone_sealed")?;
            let digest: String = tx.query_one("select sha256 from stored_file", &[])?.get("sha256")?;
            Ok::<_, StoreError>((phone, digest))
        })
        .unwrap();
    assert_eq!(vault.open_text(sealed::CONTACT_PHONE, &phone).unwrap(), PHONE);
    assert_eq!(kept.read(&digest).unwrap(), PAPER);
    new.must(&["audit", "verify"]);
    let doctor = new.run(&["doctor"]);
    let text = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(text.contains("√ 密钥：与数据相符"), "{text}");
    // Neither over a backup nor over an installation.
    refused(&old.run(&["backup", file.to_str().unwrap()]), "已存在");
    refused(&old.run(&["restore", file.to_str().unwrap()]), "恢复不覆盖已有数据");
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let (old, shelf) = (Place::furnished(), tempfile::tempdir().unwrap());
    let file = shelf.path().join("备份.zip");
    backup_of(&old, &file);
    let bytes = fs::read(&file).unwrap();
    let broken = shelf.path().join("损坏.zip");
    for (name, content) in [
        ("cut short", bytes[..bytes.len() / 2].to_vec()),
        ("no ZIP", b"not a backup".to_vec()),
        ("a byte changed", {
            let mut changed = bytes.clone();
            changed[bytes.len() / 2] ^= 1;
            changed
        }),
        ("something else", packed(&[("evil.sh", b"x")])),
        ("pointing outside", packed(&[("../outside", b"x")])),
        ("without a key", packed(&[("xinxiu.db", b"x")])),
    ] {
        fs::write(&broken, content).unwrap();
        let new = Place::new();
        refused(&new.run(&["restore", broken.to_str().unwrap()]), "没有恢复");
        assert!(!new.key().exists() && !new.database().exists(), "{name}");
        assert_eq!(fs::read_dir(new.at("data")).unwrap().count(), 0, "{name}");
    }
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A file that is changed inside a ZIP that is whole in itself is found by what it holds; one that was lost
/// before is named.
#[test]
fn every_file_on_record_is_looked_for() {
    let (old, shelf) = (Place::furnished(), tempfile::tempdir().unwrap());
    let file = shelf.path().join("备份.zip");
    let (_, _, kept) = old.open();
    let paper = kept.keep(PAPER).unwrap();
    let path = kept.path(&paper.sha256);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    backup_of(&old, &file);
    let new = Place::new();
    refused(&new.run(&["restore", file.to_str().unwrap()]), &paper.sha256);
    assert!(!new.database().exists());
    fs::remove_file(path).unwrap();
    let incomplete = shelf.path().join("缺文件.zip");
    for output in [
        old.run(&["backup", incomplete.to_str().unwrap()]),
        new.run(&["restore", incomplete.to_str().unwrap()]),
    ] {
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains(&paper.sha256), "{}", said(&output));
    }
}

#[test]
fn what_cannot_be_backed_up_says_why() {
    let shelf = tempfile::tempdir().unwrap();
    let file = shelf.path().join("备份.zip");
    let name = file.to_str().unwrap();
    refused(&Place::new().run(&["backup", name]), "没有找到数据库");
    let server = ["--database", "postgres://postgres@127.0.0.1:1/none"];
    refused(&Place::new().run(&[&["backup", name], &server[..]].concat()), "pg_dump");
    refused(&Place::new().run(&[&["restore", name], &server[..]].concat()), "pg_restore");
    let place = Place::furnished();
    fs::remove_file(place.key()).unwrap();
    refused(&place.run(&["backup", name]), "没有找到密钥文件");
    // Nor does anything else make a new key beside data that the old one sealed.
    refused(&place.run(&["user", "reset", "city"]), "没有找到密钥文件");
    assert!(!place.key().exists());
    fs::write(place.key(), "02".repeat(32)).unwrap();
    refused(&place.run(&["backup", name]), "不是这个数据库的密钥");
    assert!(!file.exists());
}
