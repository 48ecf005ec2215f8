//! Documents: attachments named by the SHA-256 of their content, so that one file is kept once
//! and a changed file is another file.

use crate::{Tx, vals};
use kernel::{AttachmentId, OfficerId, Refusal, Result, Timestamp, bi};
use sha2::{Digest, Sha256};

crate::statements! {
    DOC_ADD = "insert into document (sha256, media_type, size, bytes, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing";
    ATTACH = "insert into attachment (id, subject, sha256, name, note, by_officer, at) values ($1, $2, $3, $4, $5, $6, $7)";
    OF_SUBJECT = "select a.id, a.sha256, a.name, a.note, d.media_type, d.size, a.at from attachment a join document d on d.sha256 = a.sha256 where a.subject = $1 order by a.at, a.id limit 200";
    ONE = "select a.subject, a.name, d.media_type, d.bytes from attachment a join document d on d.sha256 = a.sha256 where a.id = $1";
    KEPT = "select bytes from document where sha256 = $1";
}

/// The largest attachment, in bytes.
pub const MAX_SIZE: usize = 10 * 1024 * 1024;

/// Media types that are taken in, each with the first bytes that prove it.
const TYPES: &[(&str, &[u8])] = &[
    ("application/pdf", b"%PDF-"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/webp", b"RIFF"),
];

/// The media type that the content proves. A RIFF container may also be sound: byte 8 tells.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let (media_type, _) = TYPES.iter().find(|(_, magic)| bytes.starts_with(magic))?;
    (*media_type != "image/webp" || bytes.get(8..12) == Some(b"WEBP")).then_some(media_type)
}

/// A file attached to a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Its row.
    pub id: AttachmentId,
    /// SHA-256 of its content.
    pub sha256: Vec<u8>,
    /// File name as given.
    pub name: String,
    /// What it shows.
    pub note: String,
    /// Media type, proven from its first bytes.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// When it was attached.
    pub at: Timestamp,
}

/// Attaches a file to a row. The type is read from the content, never believed from the name.
pub async fn attach(
    tx: &mut Tx,
    subject: &str,
    name: &str,
    note: &str,
    bytes: Vec<u8>,
    by: Option<OfficerId>,
) -> Result<AttachmentId> {
    let size = bytes.len();
    if size == 0 || size > MAX_SIZE {
        return Err(Refusal::new(
            "document.size",
            bi("附件大小不符合要求", "the attachment's size is not acceptable"),
        )
        .missing(name, size, bi("1 字节至 10 MiB", "1 byte to 10 MiB"))
        .into());
    }
    let Some(media_type) = media_type(&bytes) else {
        return Err(Refusal::new(
            "document.type",
            bi("附件类型不接受", "this type of attachment is not taken in"),
        )
        .missing(name, "", bi("请上传 PDF、JPEG、PNG 或 WebP", "send PDF, JPEG, PNG or WebP"))
        .into());
    };
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let now = tx.now();
    let len = i64::try_from(size).unwrap_or(i64::MAX);
    tx.exec(DOC_ADD, vals![sha256, media_type, len, bytes, now]).await?;
    let id = tx.id::<AttachmentId>();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    tx.exec(ATTACH, vals![id, subject, sha256, name, note, by, now]).await?;
    Ok(id)
}

/// Keeps what the program itself reads again, such as a trained model; gives its SHA-256.
pub async fn keep(tx: &mut Tx, media_type: &str, bytes: Vec<u8>) -> Result<[u8; 32]> {
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let (now, len) = (tx.now(), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    tx.exec(DOC_ADD, vals![sha256, media_type, len, bytes, now]).await?;
    Ok(sha256)
}

/// The content of this SHA-256; none when it is not kept here.
pub async fn kept(tx: &mut Tx, sha256: &[u8]) -> Result<Option<Vec<u8>>> {
    tx.opt(KEPT, vals![sha256.to_vec()]).await?.map(|r| r.get(0)).transpose()
}

/// The attachments of a row, oldest first.
pub async fn list(tx: &mut Tx, subject: &str) -> Result<Vec<Attachment>> {
    let rows = tx.all(OF_SUBJECT, vals![subject]).await?;
    rows.iter()
        .map(|r| {
            Ok(Attachment {
                id: r.get(0)?,
                sha256: r.get(1)?,
                name: r.get(2)?,
                note: r.get(3)?,
                media_type: r.get(4)?,
                size: r.get(5)?,
                at: r.get(6)?,
            })
        })
        .collect()
}

/// The subject, name, media type and content of an attachment.
pub async fn content(tx: &mut Tx, id: AttachmentId) -> Result<Option<(String, String, String, Vec<u8>)>> {
    let Some(r) = tx.opt(ONE, vals![id]).await? else { return Ok(None) };
    Ok(Some((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
}
