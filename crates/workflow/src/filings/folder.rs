//! Parcels as folders (ADR 18), for networks that do not meet: what is carried on a disk or through a gateway of files. A parcel is
//! a folder with a manifest that names every file by its SHA-256, and a signature over the manifest.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use xinxiu_domain::filing::{FilingAnswer, ParcelOutcome};
use xinxiu_store::Vault;
use xinxiu_store::vault::random_bytes;

use super::exchange::{Outbound, Outward, Received};
use crate::refusal::Refusal;

const FORMAT: &str = "xinxiu-exchange-1";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";
/// Largest manifest that is read; a parcel of an answer holds little.
const LARGEST: u64 = 1024 * 1024;
/// What a signature is for: one way cannot be sent back as the other.
const OUT: &str = "exchange.out";
const BACK: &str = "exchange.back";

/// What is written into every parcel.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: String,
    /// Name of the parcel, made once by its sender.
    message: String,
    reference: String,
    /// Lane of a filing; empty in an answer.
    #[serde(default)]
    lane: String,
    #[serde(default)]
    files: Vec<Named>,
    #[serde(default)]
    answer: Option<Answer>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {
    name: String,
    bytes: u64,
    sha256: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answer {
    number: String,
    #[serde(default)]
    granted: Option<bool>,
    #[serde(default)]
    on: Option<Date>,
    #[serde(default)]
    note: String,
}

/// The key that both sides hold; it is none of the installation's own.
#[derive(Debug, Clone)]
pub struct ExchangeKey(Vault);

impl ExchangeKey {
    /// Reads the key file, or makes one that only its owner can read.
    ///
    /// # Errors
    /// What the disk says; a file that is no key.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        Ok(Self(Vault::open(path)?))
    }

    /// What tells this key from another, and gives nothing of it away.
    ///
    /// # Errors
    /// What the vault says.
    pub fn mark(&self) -> Result<String, Refusal> {
        self.sign("exchange.mark", FORMAT)
    }

    fn sign(&self, purpose: &'static str, manifest: &str) -> Result<String, Refusal> {
        Ok(self.0.sign(purpose, manifest)?)
    }

    fn has_signed(&self, purpose: &'static str, manifest: &str, signature: &str) -> Result<bool, Refusal> {
        let own = self.sign(purpose, manifest)?;
        Ok(own.as_bytes().ct_eq(signature.trim().as_bytes()).into())
    }
}

/// Folders for parcels out and in, under one key.
#[derive(Debug, Clone)]
pub struct FileExchange {
    /// Where filings are put.
    pub out: PathBuf,
    /// Where answers are found.
    pub back: PathBuf,
    /// The key.
    pub key: ExchangeKey,
}

fn fault(path: &Path, error: &io::Error) -> Refusal {
    Refusal::Upload(format!("{}：{}", path.display(), xinxiu_domain::trouble::trouble(error)))
}

/// Writes a parcel beside its place and moves it there whole: whoever watches the folder never finds half of one.
fn write(
    folder: &Path,
    key: &ExchangeKey,
    purpose: &'static str,
    (manifest, files): (&Manifest, &[(&str, &[u8])]),
) -> Result<(), Refusal> {
    let target = folder.join(&manifest.message);
    if target.exists() {
        return Ok(());
    }
    let text =
        serde_json::to_string_pretty(manifest).map_err(|error| Refusal::Document(error.to_string()))?;
    let signature = key.sign(purpose, &text)?;
    let partial = folder.join(format!(".partial-{}", hex::encode(random_bytes::<8>()?)));
    let written = || -> io::Result<()> {
        fs::create_dir_all(&partial)?;
        for (name, content) in files {
            fs::write(partial.join(name), content)?;
        }
        fs::write(partial.join(MANIFEST), &text)?;
        fs::write(partial.join(SIGNATURE), &signature)?;
        fs::rename(&partial, &target)
    };
    written().map_err(|error| {
        fs::remove_dir_all(&partial).ok();
        fault(&target, &error)
    })
}

impl Outward for FileExchange {
    fn send(&self, parcel: &Outbound) -> Result<(), Refusal> {
        let file = "package.zip";
        let manifest = Manifest {
            format: FORMAT.into(),
            message: parcel.reference.clone(),
            reference: parcel.reference.clone(),
            lane: parcel.lane.into(),
            files: vec![Named {
                name: file.into(),
                bytes: parcel.package.len() as u64,
                sha256: hex::encode(Sha256::digest(&parcel.package)),
            }],
            answer: None,
        };
        write(&self.out, &self.key, OUT, (&manifest, &[(file, &parcel.package)]))
    }

    fn received(&self) -> Result<Vec<Received>, Refusal> {
        let listed = fs::read_dir(&self.back).map_err(|error| fault(&self.back, &error))?;
        let mut places: Vec<PathBuf> = Vec::new();
        for entry in listed {
            let entry = entry.map_err(|error| fault(&self.back, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !name.starts_with('.') && !matches!(name.as_str(), DONE | REFUSED) {
                places.push(entry.path());
            }
        }
        places.sort();
        places.iter().map(|place| self.read(place)).collect()
    }

    fn put_away(&self, parcel: &Received, outcome: ParcelOutcome, note: &str) -> Result<(), Refusal> {
        let place = PathBuf::from(&parcel.place);
        let kept_in = self.back.join(if outcome == ParcelOutcome::Taken { DONE } else { REFUSED });
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let moved = || -> io::Result<()> {
            fs::create_dir_all(&kept_in)?;
            // The same name may have been put away before.
            let free = (0u32..).map(|n| if n == 0 { name.clone() } else { format!("{name}-{n}") });
            let target = free.map(|name| kept_in.join(name)).find(|path| !path.exists());
            let target = target.ok_or_else(|| io::Error::other("没有可用的文件名"))?;
            fs::rename(&place, &target)?;
            fs::write(target.join("outcome.txt"), format!("{outcome}：{note}\n"))
        };
        moved().map_err(|error| fault(&place, &error))
    }
}

/// Where parcels lie that were taken, and those that were refused.
const DONE: &str = "done";
const REFUSED: &str = "refused";

impl FileExchange {
    fn read(&self, place: &Path) -> Result<Received, Refusal> {
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut found = Received {
            message: name,
            reference: String::new(),
            content: Err((ParcelOutcome::Tampered, String::new())),
            place: place.display().to_string(),
        };
        let refused = |outcome, note: &str| Err((outcome, note.to_owned()));
        let Some((text, signature)) = both(place) else {
            found.content = refused(ParcelOutcome::Tampered, "没有清单或签名，或清单过大");
            return Ok(found);
        };
        if !self.key.has_signed(BACK, &text, &signature)? {
            // A parcel of ours that was carried back is not tampered with; it is just no answer.
            let ours = self.key.has_signed(OUT, &text, &signature)?;
            found.content = if ours {
                refused(ParcelOutcome::Foreign, "这是本平台报出的申报，不是答复")
            } else {
                refused(ParcelOutcome::Tampered, "清单的签名与约定的密钥不符")
            };
            return Ok(found);
        }
        let Ok(manifest) = serde_json::from_str::<Manifest>(&text) else {
            found.content = refused(ParcelOutcome::Foreign, "清单的格式不是约定的格式");
            return Ok(found);
        };
        found.message.clone_from(&manifest.message);
        found.reference.clone_from(&manifest.reference);
        found.content = answer(place, manifest);
        Ok(found)
    }
}

/// Manifest and signature, where both are there and no larger than they may be.
fn both(place: &Path) -> Option<(String, String)> {
    let small = |name: &str| {
        let path = place.join(name);
        let size = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?.len();
        if size > LARGEST { None } else { fs::read_to_string(path).ok() }
    };
    Some((small(MANIFEST)?, small(SIGNATURE)?))
}

/// What a signed manifest answers, once the files that it names are as it names them.
fn answer(place: &Path, manifest: Manifest) -> Result<FilingAnswer, (ParcelOutcome, String)> {
    if manifest.format != FORMAT {
        return Err((ParcelOutcome::Foreign, format!("清单的格式是「{}」，不是约定的格式", manifest.format)));
    }
    for file in &manifest.files {
        let plain = !file.name.is_empty() && !file.name.contains(['/', '\\', '\0']) && file.name != "..";
        let same = plain
            && fs::read(place.join(&file.name)).is_ok_and(|content| {
                content.len() as u64 == file.bytes && hex::encode(Sha256::digest(&content)) == file.sha256
            });
        if !same {
            return Err((ParcelOutcome::Tampered, format!("文件「{}」与清单不符", file.name)));
        }
    }
    let Some(answer) = manifest.answer else {
        return Err((ParcelOutcome::Foreign, "清单里没有答复".to_owned()));
    };
    let Answer { number, granted, on, note } = answer;
    Ok(FilingAnswer { number, granted, on, note })
}

/// Writes an answer as the other side does it: for whoever receives filings with this program, and for trying the way back.
///
/// # Errors
/// What the disk says.
pub fn reply(
    folder: &Path,
    key: &ExchangeKey,
    reference: &str,
    answer: &FilingAnswer,
) -> Result<String, Refusal> {
    let message = format!("{reference}-{}", hex::encode(random_bytes::<6>()?));
    let manifest = Manifest {
        format: FORMAT.into(),
        message: message.clone(),
        reference: reference.into(),
        lane: String::new(),
        files: Vec::new(),
        answer: Some(Answer {
            number: answer.number.clone(),
            granted: answer.granted,
            on: answer.on,
            note: answer.note.clone(),
        }),
    };
    write(folder, key, BACK, (&manifest, &[]))?;
    Ok(message)
}
