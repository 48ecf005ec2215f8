//! What pages, API and the public read of certificates.

use super::{Certificate, End, Signed, Standing, sql};
use kernel::{Actor, CertificateId, DeclarationId, No, Refusal, Result, Scope, Timestamp, bi};
use sha2::{Digest, Sha256};
use store::{Row, Tx, vals};

/// Wrong codes that one address may try within [`WINDOW`].
const MISSES: i64 = 20;
/// How long wrong codes are remembered: ten minutes.
pub(super) const WINDOW: i64 = Timestamp::HOUR / 6;

fn signed(r: &Row) -> Result<Option<Signed>> {
    let at: Option<Timestamp> = r.get(17)?;
    let Some(at) = at else { return Ok(None) };
    Ok(Some(Signed {
        no: r.get(10)?,
        code: r.get(11)?,
        body: r.get(12)?,
        public_key: r.get(13)?,
        signature: r.get(14)?,
        officer: r.get(15)?,
        authorisation: r.get(16)?,
        at,
    }))
}

fn read(r: &Row) -> Result<Certificate> {
    let (record, filled): (String, String) = (r.get(5)?, r.get(6)?);
    let replaces: Option<CertificateId> = r.get(8)?;
    let signed = signed(r)?;
    let how: Option<String> = r.get(20)?;
    let standing = match (how.as_deref(), &signed) {
        (Some("withdrawn"), _) => Standing::Withdrawn,
        (Some("replaced"), _) => Standing::Replaced,
        (Some("dropped"), _) => Standing::Dropped,
        (Some(other), _) => return Err(No::fault(format!("no standing {other}"))),
        (None, Some(_)) => Standing::Valid,
        (None, None) => Standing::Draft,
    };
    let ended_at: Option<Timestamp> = r.get(18)?;
    let ended = match ended_at {
        Some(at) => Some(End { at, by: r.get(19)?, reason: r.get(21)?, replaced_by: r.get(22)? }),
        None => None,
    };
    Ok(Certificate {
        id: r.get(0)?,
        declaration: r.get(1)?,
        branch: r.get(2)?,
        operator: r.get(3)?,
        kind: r.get(4)?,
        record: serde_json::from_str(&record)?,
        filled: serde_json::from_str(&filled)?,
        drafted_at: r.get(7)?,
        replaces: match replaces {
            Some(id) => Some((id, r.get(9)?)),
            None => None,
        },
        signed,
        standing,
        ended,
    })
}

/// One certificate, if the actor may see it.
pub async fn one(tx: &mut Tx, by: &Actor, id: CertificateId) -> Result<Option<Certificate>> {
    let found = tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()?;
    Ok(found.filter(|c| by.reaches(c.branch, c.operator)))
}

/// The certificates of a declaration that the caller may see, oldest first.
pub async fn of_declaration(tx: &mut Tx, id: DeclarationId) -> Result<Vec<Certificate>> {
    tx.all(sql::OF_DECLARATION, vals![id]).await?.iter().map(read).collect()
}

/// Certificates within the actor's reach, newest first.
pub async fn list(
    tx: &mut Tx,
    by: &Actor,
    before: Option<(Timestamp, CertificateId)>,
    limit: i64,
) -> Result<Vec<Certificate>> {
    let (branch, operator) = match by.scope {
        Scope::Bureau => (None, None),
        Scope::Branch(b) => (Some(b), None),
        Scope::Operator(o) => (None, Some(o)),
    };
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), CertificateId::from(kernel::MAX_UUID)));
    let rows = tx.all(sql::LIST, vals![branch, operator, at, id, limit.clamp(1, 200)]).await?;
    rows.iter().map(read).collect()
}

/// The certificate of a code, for anyone who holds the paper.
pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Certificate>> {
    tx.opt(sql::BY_CODE, vals![code]).await?.map(|r| read(&r)).transpose()
}

/// An address as it is remembered: a digest, for ten minutes.
pub(super) fn source(address: &str) -> [u8; 32] {
    Sha256::digest(address.as_bytes()).into()
}

/// Refuses an address that tried too many wrong codes lately.
pub async fn throttled(tx: &mut Tx, address: &str) -> Result<()> {
    let since = Timestamp(tx.now().0 - WINDOW);
    let misses: i64 = tx.one(sql::MISSES, vals![source(address), since]).await?.get(0)?;
    if misses < MISSES {
        return Ok(());
    }
    let what = bi("核验次数过多", "too many codes were tried from this address");
    let remedy =
        bi("请十分钟后再试，或扫描证书上的二维码", "Try again in ten minutes, or scan the code on the paper");
    Err(Refusal::new("certificate.throttled", what).remedy(remedy).into())
}
