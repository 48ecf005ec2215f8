//! The ledger: append-only, gap-free, chained by SHA-256, with signed checkpoints.
//!
//! The hash of a fact is `SHA-256(previous hash as hex ‖ LF ‖ seq ‖ LF ‖ at in microseconds ‖ LF ‖
//! id ‖ LF ‖ kind ‖ LF ‖ subject ‖ LF ‖ actor or empty ‖ LF ‖ unit or empty ‖ LF ‖ body)`;
//! the first fact follows 64 zeros. Anyone with an export can repeat it with a few lines of script.

use crate::{Db, Row, Tx, key, vals};
use ed25519_dalek::{Signature, Verifier};
use kernel::{Clock, Envelope, No, Result, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use uuid::Uuid;

pub use crate::browse::{checkpoints, head, last_at, last_checkpoint, of_subject, of_subject_before, page};
pub use crate::export::{export, lines};

crate::statements! {
    /// Last number, its hash and its time; the row lock orders writers on PostgreSQL.
    HEAD_FOR_UPDATE = "update ledger_head set seq = seq + $1 where one = 1 returning seq, hash, at";
    HEAD_SET = "update ledger_head set hash = $1, at = $2 where one = 1";
    HEAD = "select seq, hash, at from ledger_head where one = 1";
    PAGE = "select seq, id, at, kind, subject, actor, unit, body, hash from ledger where seq > $1 and seq <= $2 order by seq";
    BEFORE = "select seq, id, at, kind, subject, actor, unit, body, hash from ledger where seq < $1 order by seq desc limit $2";
    BEFORE_OF_KIND = "select seq, id, at, kind, subject, actor, unit, body, hash from ledger where kind = $3 and seq < $1 order by seq desc limit $2";
    OF_SUBJECT = "select seq, id, at, kind, subject, actor, unit, body, hash from ledger where subject = $1 order by seq desc limit $2";
    LAST_AT = "select at from ledger where subject = $1 order by seq desc limit 1";
    OF_SUBJECT_BEFORE = "select seq, id, at, kind, subject, actor, unit, body, hash from ledger where subject = $3 and seq < $1 order by seq desc limit $2";
    /// A number that the head does not cover: no act put it there.
    STRAY = "select seq from ledger where seq < 1 or seq > $1 order by seq limit 1";
    HASH_AT = "select hash from ledger where seq = $1";
    CHECKPOINT_ADD = "insert into checkpoint (seq, hash, at, public_key, signature) values ($1, $2, $3, $4, $5) on conflict do nothing";
    CHECKPOINTS = "select seq, hash, at, public_key, signature from checkpoint order by seq";
    CHECKPOINTS_BEFORE = "select seq, hash, at, public_key, signature from checkpoint where seq < $1 order by seq desc limit $2";
    CHECKPOINT_LAST = "select seq, hash, at, public_key, signature from checkpoint order by seq desc limit 1";
}

/// What the first fact follows.
const GENESIS: [u8; 32] = [0; 32];

/// Facts of one multi-row insert: 9 values each, well under both engines' limits.
const BATCH: usize = 64;

/// A stored fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its number, from 1 without gaps.
    pub seq: i64,
    /// Its id.
    pub id: Uuid,
    /// When it happened; never before the fact in front of it.
    pub at: Timestamp,
    /// What kind it is.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// The officer who acted.
    pub actor: Option<Uuid>,
    /// The branch whose work it is.
    pub unit: Option<Uuid>,
    /// Its body, the exact JSON text that was hashed.
    pub body: String,
    /// Its hash.
    pub hash: Vec<u8>,
}

impl Stored {
    pub(crate) fn read(r: &Row) -> Result<Stored> {
        Ok(Stored {
            seq: r.get(0)?,
            id: r.get(1)?,
            at: r.get(2)?,
            kind: r.get(3)?,
            subject: r.get(4)?,
            actor: r.get(5)?,
            unit: r.get(6)?,
            body: r.get(7)?,
            hash: r.get(8)?,
        })
    }

    fn expected(&self, previous: &[u8], line: &mut String) -> [u8; 32] {
        chain(previous, self.seq, self, line)
    }
}

/// What the hash covers, apart from the number and the previous hash.
trait Line {
    fn write(&self, line: &mut String);
}

impl Line for Stored {
    fn write(&self, line: &mut String) {
        let hex = |u: Option<Uuid>| u.map(|u| u.to_string()).unwrap_or_default();
        let _ = write!(
            line,
            "{}\n{}\n{}\n{}\n{}\n{}\n{}",
            self.at.0,
            self.id,
            self.kind,
            self.subject,
            hex(self.actor),
            hex(self.unit),
            self.body
        );
    }
}

fn chain(previous: &[u8], seq: i64, fact: &impl Line, line: &mut String) -> [u8; 32] {
    line.clear();
    let mut hex_prev = [0u8; 64];
    let _ = hex::encode_to_slice(previous, &mut hex_prev);
    line.push_str(std::str::from_utf8(&hex_prev).unwrap_or_default());
    let _ = write!(line, "\n{seq}\n");
    fact.write(line);
    Sha256::digest(line.as_bytes()).into()
}

/// Numbers, chains and stores the facts of one act.
pub(crate) async fn append(tx: &mut Tx, facts: &[Envelope]) -> Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(facts.len()).map_err(No::fault)?;
    let head = tx.one(HEAD_FOR_UPDATE, vals![count]).await?;
    let last: i64 = head.get(0)?;
    let mut hash = head.get::<Option<Vec<u8>>>(1)?.unwrap_or_else(|| GENESIS.to_vec());
    // A clock that jumps back must not put a fact in front of its past.
    let mut at: Timestamp = head.get(2)?;
    let mut line = String::with_capacity(1024);
    let mut stored = Vec::with_capacity(facts.len());
    for (seq, f) in (last - count + 1..).zip(facts) {
        at = at.max(f.at);
        let mut s = Stored {
            seq,
            id: f.id.0,
            at,
            kind: f.fact.kind().to_owned(),
            subject: f.subject.clone(),
            actor: f.actor.map(|a| a.0),
            unit: f.unit.map(|u| u.0),
            body: f.fact.body()?,
            hash: Vec::new(),
        };
        hash = s.expected(&hash, &mut line).to_vec();
        s.hash.clone_from(&hash);
        stored.push(s);
    }
    for batch in stored.chunks(BATCH) {
        insert(tx, batch).await?;
    }
    tx.exec(HEAD_SET, vals![hash, at]).await?;
    Ok(())
}

async fn insert(tx: &mut Tx, batch: &[Stored]) -> Result<()> {
    let mut sql =
        String::from("insert into ledger (seq, id, at, kind, subject, actor, unit, body, hash) values ");
    let mut values = Vec::with_capacity(batch.len() * 9);
    for (i, s) in batch.iter().enumerate() {
        let n = i * 9;
        let _ = write!(
            sql,
            "{}(${},${},${},${},${},${},${},${},${})",
            if i == 0 { "" } else { "," },
            n + 1,
            n + 2,
            n + 3,
            n + 4,
            n + 5,
            n + 6,
            n + 7,
            n + 8,
            n + 9
        );
        values.extend(vals![
            s.seq,
            s.id,
            s.at,
            &s.kind,
            &s.subject,
            s.actor,
            s.unit,
            &s.body,
            s.hash.clone()
        ]);
    }
    tx.exec(&sql, values).await?;
    Ok(())
}

/// What verification found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Facts read.
    pub facts: i64,
    /// The last number.
    pub head: i64,
    /// The last hash, hex.
    pub head_hash: String,
    /// Checkpoints whose signature and hash hold.
    pub checkpoints: i64,
    /// The first broken place, if any.
    pub broken: Option<Broken>,
}

/// The first place where the ledger does not hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Broken {
    /// The number of the fact.
    pub seq: i64,
    /// What is wrong there.
    pub why: String,
}

/// Facts read at a time while verifying or exporting.
pub(crate) const PAGE_SIZE: i64 = 4096;

/// Re-computes the whole chain and checks every checkpoint. `progress` hears the last number read.
pub async fn verify(db: &Db, clock: &Clock, mut progress: impl FnMut(i64, i64)) -> Result<Verdict> {
    let mut tx = db.read(clock).await?;
    let head = tx.one(HEAD, vals![]).await?;
    let last: i64 = head.get(0)?;
    let head_hash = head.get::<Option<Vec<u8>>>(1)?.unwrap_or_else(|| GENESIS.to_vec());
    let mut verdict =
        Verdict { facts: 0, head: last, head_hash: hex::encode(&head_hash), checkpoints: 0, broken: None };
    let mut hash = GENESIS.to_vec();
    let mut line = String::with_capacity(1024);
    let mut seq = 0;
    while seq < last && verdict.broken.is_none() {
        let rows = tx.all(PAGE, vals![seq, (seq + PAGE_SIZE).min(last)]).await?;
        let expected_end = (seq + PAGE_SIZE).min(last);
        for r in &rows {
            let s = Stored::read(r)?;
            if let Some(why) = fault_of(&s, seq, &hash, &mut line) {
                verdict.broken = Some(Broken { seq: s.seq.min(seq + 1), why });
                break;
            }
            seq = s.seq;
            hash = s.hash;
            verdict.facts += 1;
        }
        if verdict.broken.is_none() && seq < expected_end {
            verdict.broken = Some(Broken { seq: seq + 1, why: "the fact is missing".into() });
        }
        progress(seq, last);
    }
    if verdict.broken.is_none() && hash != head_hash {
        verdict.broken = Some(Broken { seq: last, why: "the head does not carry the last hash".into() });
    }
    if verdict.broken.is_none()
        && let Some(r) = tx.opt(STRAY, vals![last]).await?
    {
        verdict.broken = Some(Broken { seq: r.get(0)?, why: "no act put this fact here".into() });
    }
    if verdict.broken.is_none() {
        check_checkpoints(&mut tx, &mut verdict).await?;
    }
    Ok(verdict)
}

fn fault_of(s: &Stored, before: i64, previous: &[u8], line: &mut String) -> Option<String> {
    if s.seq != before + 1 {
        return Some(format!("fact {} is missing", before + 1));
    }
    if s.expected(previous, line)[..] != s.hash[..] {
        return Some("its content does not give its hash".into());
    }
    None
}

async fn check_checkpoints(tx: &mut Tx, verdict: &mut Verdict) -> Result<()> {
    for r in tx.all(CHECKPOINTS, vals![]).await? {
        let c = Checkpoint::read(&r)?;
        let stored: Option<Vec<u8>> = tx.opt(HASH_AT, vals![c.seq]).await?.map(|r| r.get(0)).transpose()?;
        if stored.as_deref() != Some(&c.hash[..]) {
            let why = "a signed checkpoint carries another hash for this fact: history was rewritten".into();
            verdict.broken = Some(Broken { seq: c.seq, why });
            return Ok(());
        }
        if !c.holds() {
            verdict.broken =
                Some(Broken { seq: c.seq, why: "the signature of its checkpoint does not hold".into() });
            return Ok(());
        }
        verdict.checkpoints += 1;
    }
    Ok(())
}

/// A signed statement that the ledger had this hash at this number.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The number of the fact.
    pub seq: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// When it was signed.
    pub at: Timestamp,
    /// Ed25519 public key.
    pub public_key: Vec<u8>,
    /// Ed25519 signature over `seq ‖ LF ‖ hash hex ‖ LF ‖ at`.
    pub signature: Vec<u8>,
}

impl Checkpoint {
    pub(crate) fn read(r: &Row) -> Result<Checkpoint> {
        Ok(Checkpoint {
            seq: r.get(0)?,
            hash: r.get(1)?,
            at: r.get(2)?,
            public_key: r.get(3)?,
            signature: r.get(4)?,
        })
    }

    fn message(&self) -> String {
        format!("{}\n{}\n{}", self.seq, hex::encode(&self.hash), self.at.0)
    }

    /// Whether the signature holds.
    pub fn holds(&self) -> bool {
        let key = key::public(&self.public_key);
        let signature = Signature::from_slice(&self.signature).ok();
        matches!((key, signature), (Some(k), Some(s)) if k.verify(self.message().as_bytes(), &s).is_ok())
    }
}

/// Signs the present head. Does nothing when the head is signed already.
pub async fn checkpoint(tx: &mut Tx) -> Result<Option<Checkpoint>> {
    let head = tx.one(HEAD, vals![]).await?;
    let seq: i64 = head.get(0)?;
    let last: Option<i64> = tx.opt(CHECKPOINT_LAST, vals![]).await?.map(|r| r.get(0)).transpose()?;
    if seq == 0 || last == Some(seq) {
        return Ok(None);
    }
    let signer = key::signer(tx).await?;
    let mut c = Checkpoint {
        seq,
        hash: head.get(1)?,
        at: tx.now(),
        public_key: signer.verifying_key().to_bytes().to_vec(),
        signature: Vec::new(),
    };
    c.signature = ed25519_dalek::Signer::sign(&signer, c.message().as_bytes()).to_bytes().to_vec();
    let vals = vals![c.seq, c.hash.clone(), c.at, c.public_key.clone(), c.signature.clone()];
    tx.exec(CHECKPOINT_ADD, vals).await?;
    Ok(Some(c))
}
