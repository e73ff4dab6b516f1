//! Stored files under encryption (N21): lists and papers hold ID numbers. A file is sealed piece by piece, so
//! that it never stands in memory whole (STREAM over AES-256-GCM); pieces cannot be changed, left out,
//! repeated or put in another order, and a file that ends early does not open.
//!
//! Layout: a salt, from which and the installation's key the file's own key is made; a nonce; the pieces, each
//! with its tag, the last one marked as such inside the nonce.

use std::io::{self, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use aes_gcm::{Aes256Gcm, KeyInit};
use sha2::{Digest, Sha256};

use crate::Vault;
use crate::error::StoreError;
use crate::vault::random_bytes;

const SALT: usize = 16;
/// A nonce of the cipher, less what STREAM keeps for the number of the piece and the mark of the last.
const NONCE: usize = 7;
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "存储的文件已损坏或被改动，或密钥不符")
}

/// Seals what is written to it.
pub(crate) struct Sealer<W: Write> {
    out: W,
    stream: EncryptorBE32<Aes256Gcm>,
    piece: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] without a random source; what the disk says.
    pub(crate) fn new(vault: &Vault, mut out: W) -> Result<Self, StoreError> {
        let (salt, nonce) = (random_bytes::<SALT>()?, random_bytes::<NONCE>()?);
        let stream = EncryptorBE32::from_aead(cipher(vault, &salt)?, &nonce.into());
        let begun = out.write_all(&salt).and_then(|()| out.write_all(&nonce));
        begun.map_err(|error| StoreError::File("files".into(), error))?;
        Ok(Self { out, stream, piece: Vec::with_capacity(PIECE) })
    }

    /// Seals some more.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full piece waits until something comes behind it: only then it is not the last.
            if self.piece.len() == PIECE {
                let sealed = self.stream.encrypt_next(self.piece.as_slice()).map_err(|_| broken())?;
                self.out.write_all(&sealed)?;
                self.piece.clear();
            }
            let (now, rest) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = rest;
        }
        Ok(())
    }

    /// Seals the last piece and gives the file back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let sealed = self.stream.encrypt_last(self.piece.as_slice()).map_err(|_| broken())?;
        self.out.write_all(&sealed)?;
        Ok(self.out)
    }
}

/// Opens a sealed file as it is read, and holds the whole against its digest.
pub(crate) struct Opener<R: Read> {
    file: R,
    stream: Option<DecryptorBE32<Aes256Gcm>>,
    /// The sealed piece behind the open one: whether there is one tells whether the open one is the last.
    ahead: Vec<u8>,
    open: Vec<u8>,
    read: usize,
    digest: Sha256,
    sha256: String,
}

impl<R: Read> Opener<R> {
    /// Begins to open a file that should hold what has this digest.
    ///
    /// # Errors
    /// What the disk says; invalid data where the file is shorter than its head.
    pub(crate) fn new(vault: &Vault, mut file: R, sha256: &str) -> io::Result<Self> {
        let (mut salt, mut nonce) = ([0; SALT], [0; NONCE]);
        file.read_exact(&mut salt).and_then(|()| file.read_exact(&mut nonce)).map_err(|_| broken())?;
        let cipher = cipher(vault, &salt).map_err(|_| broken())?;
        let stream = Some(DecryptorBE32::from_aead(cipher, &nonce.into()));
        let ahead = piece(&mut file)?;
        Ok(Self {
            file,
            stream,
            ahead,
            open: Vec::new(),
            read: 0,
            digest: Sha256::new(),
            sha256: sha256.to_owned(),
        })
    }

    /// Opens the next piece; an empty one is the end.
    fn advance(&mut self) -> io::Result<()> {
        self.read = 0;
        self.open.clear();
        let Some(mut stream) = self.stream.take() else { return Ok(()) };
        let sealed = std::mem::replace(&mut self.ahead, piece(&mut self.file)?);
        if self.ahead.is_empty() {
            self.open = stream.decrypt_last(sealed.as_slice()).map_err(|_| broken())?;
            self.digest.update(&self.open);
            let found = hex::encode(self.digest.finalize_reset());
            // Another file of this installation, put into this one's place, opens well and is still wrong.
            return if found == self.sha256 { Ok(()) } else { Err(broken()) };
        }
        self.open = stream.decrypt_next(sealed.as_slice()).map_err(|_| broken())?;
        self.digest.update(&self.open);
        self.stream = Some(stream);
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.open.len() {
            self.advance()?;
        }
        let waiting = &self.open[self.read..];
        let taken = waiting.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&waiting[..taken]);
        self.read += taken;
        Ok(taken)
    }
}

/// A sealed piece; shorter only at the end of the file.
fn piece(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut sealed = Vec::with_capacity(PIECE + TAG);
    file.take((PIECE + TAG) as u64).read_to_end(&mut sealed)?;
    Ok(sealed)
}

fn cipher(vault: &Vault, salt: &[u8; SALT]) -> Result<Aes256Gcm, StoreError> {
    Ok(Aes256Gcm::new(&vault.file_key(salt)?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new([7; 32])
    }

    fn sealed(content: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(&vault(), Vec::new()).unwrap();
        for part in content.chunks(1000) {
            sealer.write(part).unwrap();
        }
        sealer.finish().unwrap()
    }

    fn opened(vault: &Vault, sealed: &[u8], content: &[u8]) -> io::Result<Vec<u8>> {
        let digest = hex::encode(Sha256::digest(content));
        let mut plain = Vec::new();
        Opener::new(vault, sealed, &digest)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    fn content(size: usize) -> Vec<u8> {
        (0..size).map(|index| u8::try_from(index % 251).unwrap()).collect()
    }

    #[test]
    fn every_size_around_a_piece_comes_back() {
        for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 17] {
            let content = content(size);
            let sealed = sealed(&content);
            assert_eq!(sealed.len(), SALT + NONCE + size + TAG * size.div_ceil(PIECE).max(1), "{size}");
            assert_eq!(opened(&vault(), &sealed, &content).unwrap(), content, "{size}");
        }
    }

    #[test]
    fn whatever_is_changed_left_out_or_put_elsewhere_does_not_open() {
        let content = content(3 * PIECE);
        let good = sealed(&content);
        let (head, whole) = (SALT + NONCE, PIECE + TAG);
        for place in [0, SALT, head, head + whole + 5, good.len() - 1] {
            let mut changed = good.clone();
            changed[place] ^= 1;
            assert!(opened(&vault(), &changed, &content).is_err(), "{place}");
        }
        for end in [head - 1, head, head + whole, head + 2 * whole, good.len() - 1] {
            assert!(opened(&vault(), &good[..end], &content).is_err(), "{end}");
        }
        let swapped = [
            &good[..head],
            &good[head + whole..head + 2 * whole],
            &good[head..head + whole],
            &good[head + 2 * whole..],
        ];
        assert!(opened(&vault(), &swapped.concat(), &content).is_err());
        assert!(opened(&Vault::new([8; 32]), &good, &content).is_err());
        assert!(opened(&vault(), &sealed(b"another file"), &content).is_err());
    }
}
