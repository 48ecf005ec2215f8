//! The bureau's Ed25519 keys: one signs checkpoints of the ledger and official certificates.

use crate::{Tx, vals};
use ed25519_dalek::{SigningKey, VerifyingKey};
use kernel::{No, Result, Timestamp};

crate::statements! {
    KEY_CURRENT = "select secret from signing_key order by created_at desc, public_key limit 1";
    KEY_ADD = "insert into signing_key (public_key, secret, created_at) values ($1, $2, $3)";
    KEYS = "select public_key, created_at from signing_key order by created_at desc, public_key";
    KEY_KNOWN = "select created_at from signing_key where public_key = $1";
}

/// The key in use; the first use makes it.
pub async fn signer(tx: &mut Tx) -> Result<SigningKey> {
    if let Some(r) = tx.opt(KEY_CURRENT, vals![]).await? {
        let secret: Vec<u8> = r.get(0)?;
        let secret: [u8; 32] =
            secret.try_into().map_err(|_| No::fault("the signing key has a wrong length"))?;
        return Ok(SigningKey::from_bytes(&secret));
    }
    let key = SigningKey::from_bytes(&tx.chance().bytes());
    let now = tx.now();
    tx.exec(KEY_ADD, vals![key.verifying_key().to_bytes(), key.to_bytes(), now]).await?;
    Ok(key)
}

/// Whether this public key is or was the bureau's.
pub async fn is_ours(tx: &mut Tx, public_key: &[u8]) -> Result<bool> {
    Ok(tx.opt(KEY_KNOWN, vals![public_key.to_vec()]).await?.is_some())
}

/// Every public key that is or was the bureau's, the one in use first, with the time since when.
pub async fn published(tx: &mut Tx) -> Result<Vec<(Vec<u8>, Timestamp)>> {
    tx.all(KEYS, vals![]).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

/// A public key from its 32 bytes.
pub fn public(bytes: &[u8]) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()
}
