//! Secrets: passwords by Argon2id (RFC 9106), session and API tokens by SHA-256 of 256 random bits.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};
use kernel::{Chance, No, Refusal, Result, bi};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Characters that a password has at least (OWASP ASVS 4.0.3, 2.1.1) and at most.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 12..=128;

/// Passwords hashed at one time: bounds the memory that a flood of log-ins can take.
const AT_ONCE: usize = 4;

/// How dear one guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes, one lane.
    Service,
    /// 64 KiB, one pass: for tests and the demonstration with its published passwords.
    Demonstration,
}

/// A password's hash as a PHC string; made by [`Hasher::hash`] only.
#[derive(Clone)]
pub struct Hashed(String);

impl Hashed {
    pub(super) fn phc(&self) -> &str {
        &self.0
    }
}

/// Hashes and checks passwords off the async threads, a few at a time.
#[derive(Clone)]
pub struct Hasher {
    argon: Argon2<'static>,
    gate: Arc<Semaphore>,
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher of this cost.
    pub fn new(cost: Cost) -> Result<Hasher> {
        let (memory_kib, passes, lanes) = match cost {
            Cost::Service => (19 * 1024, 2, 1),
            Cost::Demonstration => (64, 1, 1),
        };
        let params = Params::new(memory_kib, passes, lanes, None).map_err(No::fault)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // What an unknown login is checked against, so that it takes as long as a known one.
        let decoy = argon.hash_password_with_salt(b"nobody", &[0; 16]).map_err(No::fault)?;
        Ok(Hasher { argon, gate: Arc::new(Semaphore::new(AT_ONCE)), decoy: decoy.to_string().into() })
    }

    /// Hashes a new password; refuses one that is too short or too long.
    pub async fn hash(&self, chance: &Chance, password: &str) -> Result<Hashed> {
        let length = password.chars().count();
        if !PASSWORD_CHARS.contains(&length) {
            return Err(Refusal::new(
                "identity.password",
                bi("密码长度不符合要求", "the password has a wrong length"),
            )
            .missing("password", format!("{length}"), bi("12 至 128 个字符", "12 to 128 characters"))
            .remedy(bi("换一个较长的密码，例如几个词连写", "Choose a longer one, such as several words"))
            .into());
        }
        let (argon, salt, password) = (self.argon.clone(), chance.bytes::<16>(), password.to_owned());
        self.work(move || {
            argon.hash_password_with_salt(password.as_bytes(), &salt).map(|h| Hashed(h.to_string()))
        })
        .await?
        .map_err(No::fault)
    }

    /// Whether the password is the one of `phc`; without a `phc` the same work is done and the answer is no.
    pub(super) async fn holds(&self, phc: Option<String>, password: &str) -> Result<bool> {
        let known = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.to_string());
        let (argon, password) = (self.argon.clone(), password.to_owned());
        let answer = self
            .work(move || {
                let stored = PasswordHash::new(&phc)?;
                match argon.verify_password(password.as_bytes(), &stored) {
                    Ok(()) => Ok(true),
                    Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                    Err(e) => Err(e),
                }
            })
            .await?;
        Ok(answer.map_err(No::fault)? && known)
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _turn = self.gate.acquire().await.map_err(No::fault)?;
        tokio::task::spawn_blocking(job).await.map_err(No::fault)
    }
}

/// 256 random bits, hex.
pub(super) fn random(chance: &Chance) -> String {
    hex::encode(chance.bytes::<32>())
}

/// What is kept of a token: as random as its hash, it needs no slow one.
pub(super) fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
