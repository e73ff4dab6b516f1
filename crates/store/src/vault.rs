//! Encryption at rest of what identifies a natural person (N21): AES-256-GCM, one key file per installation.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::StoreError;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// Marks the format, so that another cipher (SM4) can stand beside this one later.
const FORMAT: &str = "a1:";

/// Seals and opens text with the installation's key.
#[derive(Clone)]
pub struct Vault {
    cipher: Arc<Aes256Gcm>,
    key: Arc<[u8; KEY_BYTES]>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// A vault with the given key.
    pub fn new(key: [u8; KEY_BYTES]) -> Self {
        Self { cipher: Arc::new(Aes256Gcm::new(&key.into())), key: Arc::new(key) }
    }

    /// Reads the key file, or makes one that only its owner can read.
    ///
    /// # Errors
    /// [`StoreError::File`] where the file cannot be read or made, or is no key.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let fault = |error| StoreError::File(path.display().to_string(), error);
        if path.exists() {
            let text = fs::read_to_string(path).map_err(fault)?;
            let bytes = hex::decode(text.trim()).unwrap_or_default();
            let key = <[u8; KEY_BYTES]>::try_from(bytes)
                .map_err(|_| fault(std::io::Error::other("不是本系统的密钥文件（应为64位十六进制）")))?;
            return Ok(Self::new(key));
        }
        let key: [u8; KEY_BYTES] = random_bytes()?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(fault)?;
        file.write_all(hex::encode(key).as_bytes()).and_then(|()| file.sync_all()).map_err(fault)?;
        Ok(Self::new(key))
    }

    /// Seals a text for one purpose, for example `enterprise.contact_phone`. Empty text stays empty, so
    /// that "nothing on file" can be told apart without the key.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] where the cipher or the random source fails.
    pub fn seal(&self, purpose: &'static str, text: &str) -> Result<String, StoreError> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let nonce: [u8; NONCE_BYTES] = random_bytes()?;
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: text.as_bytes(), aad: purpose.as_bytes() })
            .map_err(|_| StoreError::Sealed(purpose))?;
        Ok(format!("{FORMAT}{}{}", hex::encode(nonce), hex::encode(sealed)))
    }

    /// Opens what [`seal`](Self::seal) closed for the same purpose.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] for another key, another purpose or a changed text.
    pub fn open_text(&self, purpose: &'static str, sealed: &str) -> Result<String, StoreError> {
        if sealed.is_empty() {
            return Ok(String::new());
        }
        let fault = || StoreError::Sealed(purpose);
        let bytes = sealed.strip_prefix(FORMAT).and_then(|text| hex::decode(text).ok()).ok_or_else(fault)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(fault)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).map_err(|_| fault())?;
        let plain = self
            .cipher
            .decrypt(&Nonce::from(nonce), Payload { msg: body, aad: purpose.as_bytes() })
            .map_err(|_| fault())?;
        String::from_utf8(plain).map_err(|_| fault())
    }

    /// The key of one stored file, made from its salt: no two files share one.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] where the key does not fit, which the type rules out.
    pub(crate) fn file_key(&self, salt: &[u8]) -> Result<[u8; KEY_BYTES], StoreError> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.as_slice()).map_err(|_| StoreError::Sealed("文件"))?;
        mac.update(b"stored_file\0");
        mac.update(salt);
        Ok(mac.finalize().into_bytes().into())
    }

    /// A keyed digest, for signing personal links: whoever lacks the key cannot make one.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] where the key does not fit, which the type rules out.
    pub fn sign(&self, purpose: &'static str, text: &str) -> Result<String, StoreError> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.as_slice()).map_err(|_| StoreError::Sealed(purpose))?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        Ok(hex::encode(mac.finalize().into_bytes()))
    }
}

/// Bytes from the system's random source.
///
/// # Errors
/// [`StoreError::Sealed`] where the system has none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Sealed("随机数"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_for_its_purpose_and_key() {
        let vault = Vault::new([7; KEY_BYTES]);
        let sealed = vault.seal("a", "示例号码").unwrap();
        assert!(!sealed.contains("示例"));
        assert_eq!(vault.open_text("a", &sealed).unwrap(), "示例号码");
        assert!(vault.open_text("b", &sealed).is_err());
        assert!(Vault::new([8; KEY_BYTES]).open_text("a", &sealed).is_err());
        assert_ne!(vault.seal("a", "示例号码").unwrap(), sealed);
    }
}
