//! Requests that programs may send again: the first one with a key is done and its answer kept, the same one sent
//! again gets that answer. Both stand in the transaction of the act, so that a crash leaves neither alone.

use crate::{Tx, vals};
use kernel::{AccountId, Refusal, Result, Timestamp, bi};

crate::statements! {
    REQUEST_ADD = "insert into request_done (account, key, digest, answer, at) values ($1, $2, $3, '', $4) on conflict do nothing";
    REQUEST_ANSWER = "update request_done set answer = $3 where account = $1 and key = $2";
    REQUEST = "select digest, answer from request_done where account = $1 and key = $2";
    REQUEST_FORGET = "delete from request_done where at < $1";
}

/// How long answers are kept.
const KEPT: i64 = 30 * Timestamp::DAY;

/// Takes the key for this request; gives the answer of the same request if it was done before. `digest` tells
/// requests apart: another one under the same key is refused.
pub async fn begin(tx: &mut Tx, account: AccountId, key: &str, digest: &str) -> Result<Option<String>> {
    let now = tx.now();
    tx.exec(REQUEST_FORGET, vals![Timestamp(now.0 - KEPT)]).await?;
    // On PostgreSQL the second of two at once waits here for the first.
    if tx.exec(REQUEST_ADD, vals![account, key, digest, now]).await? == 1 {
        return Ok(None);
    }
    let r = tx.one(REQUEST, vals![account, key]).await?;
    let (before, answer): (String, String) = (r.get(0)?, r.get(1)?);
    if before == digest {
        return Ok(Some(answer));
    }
    let what = bi("该请求号已用于另一个请求", "this request key was used for another request");
    let needed = bi("为新的请求换一个请求号", "take a new key for a new request");
    Err(Refusal::new("idempotency.key", what).missing("Idempotency-Key", key, needed).into())
}

/// Keeps the answer of the request that took the key.
pub async fn answer(tx: &mut Tx, account: AccountId, key: &str, answer: &str) -> Result<()> {
    tx.exec(REQUEST_ANSWER, vals![account, key, answer]).await.map(drop)
}
