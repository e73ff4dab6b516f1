//! Passwords: Argon2id hashes, and the length that OWASP ASVS asks for.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Argon2, Params};

use crate::refusal::Refusal;

/// Shortest password a person may choose.
pub const MIN_LENGTH: usize = 10;

/// Hashes a password with a fresh salt; 19 MiB and two passes, as OWASP recommends.
///
/// # Errors
/// [`Refusal::Store`] where the random source fails.
pub fn hash(password: &str) -> Result<String, Refusal> {
    let salt: [u8; 16] = xinxiu_store::vault::random_bytes()?;
    let hashed = hasher().hash_password_with_salt(password.as_bytes(), &salt);
    hashed.map(|hash| hash.to_string()).map_err(|error| Refusal::Upload(format!("密码处理失败：{error}")))
}

/// Whether the password is the one behind the hash.
pub fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|parsed| hasher().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// Refuses what is too short, or contains the sign-in name.
///
/// # Errors
/// [`Refusal::Invalid`] for the field `password`.
pub fn check(password: &str, login: &str) -> Result<(), Refusal> {
    if password.chars().count() < MIN_LENGTH {
        return Err(Refusal::invalid("password", format!("密码至少{MIN_LENGTH}位，可以用一句好记的话")));
    }
    if password.to_lowercase().contains(&login.to_lowercase()) {
        return Err(Refusal::invalid("password", "密码不能包含登录名"));
    }
    Ok(())
}

/// A readable first password that its owner must change.
///
/// # Errors
/// [`Refusal::Store`] where the random source fails.
pub fn first_password() -> Result<String, Refusal> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let bytes: [u8; 12] = xinxiu_store::vault::random_bytes()?;
    let letters: Vec<char> = bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect();
    Ok(letters.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

fn hasher() -> Argon2<'static> {
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_matches() {
        let hashed = hash("一句好记又足够长的话").unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(matches("一句好记又足够长的话", &hashed));
        assert!(!matches("一句好记又足够长的画", &hashed));
        assert!(!matches("", "不是哈希"));
    }

    #[test]
    fn short_passwords_and_those_with_the_login_are_refused() {
        assert!(check("short", "center").is_err());
        assert!(check("my-center-2022", "center").is_err());
        assert!(check("一句好记又足够长的话", "center").is_ok());
    }
}
