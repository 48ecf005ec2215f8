//! A certificate outside the house: as a JSON file and as a PDF that carry their own proof, and their check without
//! a network.
//!
//! The JSON file is the canonical form of `{certificate, public_key, signature}`. The PDF carries the same in
//! comment lines in front of its last `startxref`, where no reader looks, together with the digest of all its other
//! bytes and a signature over that: what the page shows is signed as well as what it means. Every byte of a file is
//! covered, so a changed byte anywhere makes it invalid.

use super::{Body, Certificate, FORM, Signed, Standing, canon::canonical};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use kernel::{Bilingual, No, Result, bi};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The first line of the proof in a PDF.
const MARK: &str = "%guomen-certificate/1\n";
/// Letters of the proof on one line.
const LINE: usize = 180;

/// What a file carries beside what it shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    /// The signed body, canonical.
    body: String,
    /// How the certificate stood when the paper was printed.
    standing: Standing,
    /// SHA-256 of the paper without its proof, hex.
    paper_sha256: String,
    /// Signature over the paper, hex.
    paper_signature: String,
    /// Public key, hex.
    public_key: String,
    /// Signature over the body, hex.
    signature: String,
}

/// Which file it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A printed paper.
    Pdf,
    /// The record.
    Json,
}

/// Why a file is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// It carries no proof of this program.
    NoCertificate,
    /// Its proof cannot be read, or is not in the one form it is written in.
    Damaged,
    /// The signature does not fit what the certificate says.
    Body,
    /// What the paper shows was changed after it was signed.
    Paper,
    /// The signature fits, but the key is not the bureau's.
    Key,
}

impl Wrong {
    /// The reason in words.
    pub fn say(self) -> Bilingual {
        match self {
            Wrong::NoCertificate => bi("文件中没有证书证明", "the file carries no certificate"),
            Wrong::Damaged => bi("证明部分已损坏或被改动", "its proof is damaged or was changed"),
            Wrong::Body => bi("证书内容与签名不符", "what it says does not fit its signature"),
            Wrong::Paper => bi("版面在签名后被改动", "the paper was changed after it was signed"),
            Wrong::Key => bi("签名所用公钥不是本局公钥", "it was signed with a key that is not the bureau's"),
        }
    }
}

/// What checking a file gave.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Which file it was.
    pub kind: Kind,
    /// What stands against it; none when it is valid.
    pub wrong: Option<Wrong>,
    /// What was signed, as far as it could be read.
    pub body: Option<Body>,
    /// How it stood when a paper was printed.
    pub printed_as: Option<Standing>,
    /// Public key in the file, hex.
    pub public_key: String,
}

fn hex_of(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

fn paper_message(standing: Standing, body: &str, paper: &[u8; 32]) -> String {
    let body = hex_of(&Sha256::digest(body.as_bytes()));
    format!("guomen-paper/1\n{}\n{body}\n{}", standing.code(), hex_of(paper))
}

/// The JSON file of a signed certificate.
pub fn json_file(signed: &Signed) -> Result<String> {
    let value = serde_json::json!({
        "certificate": serde_json::from_str::<serde_json::Value>(&signed.body)?,
        "public_key": hex_of(&signed.public_key),
        "signature": hex_of(&signed.signature),
    });
    canonical(&value)
}

/// Where the last `startxref` of a PDF begins, at the beginning of a line.
fn tail(pdf: &[u8]) -> Option<usize> {
    let word = b"startxref";
    let at = pdf.windows(word.len()).rposition(|w| w == word)?;
    matches!(pdf.get(at.checked_sub(1)?), Some(b'\n' | b'\r')).then_some(at)
}

fn block(proof: &Proof) -> Result<String> {
    let text = hex_of(canonical(&serde_json::to_value(proof)?)?.as_bytes());
    let mut out = String::from(MARK);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(LINE.min(rest.len()));
        out.push('%');
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    Ok(out)
}

fn digest_of(head: &[u8], tail: &[u8]) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(head);
    sha.update(tail);
    sha.finalize().into()
}

/// Puts the proof of a signed certificate into its printed paper, and signs the paper.
pub fn seal(pdf: &[u8], certificate: &Certificate, signer: &SigningKey) -> Result<Vec<u8>> {
    let signed = certificate.signed.as_ref().ok_or_else(|| No::fault("a draft has no proof"))?;
    let at = tail(pdf).ok_or_else(|| No::fault("the printed paper is no PDF"))?;
    let (head, end) = pdf.split_at(at);
    let paper = digest_of(head, end);
    let message = paper_message(certificate.standing, &signed.body, &paper);
    let proof = Proof {
        body: signed.body.clone(),
        standing: certificate.standing,
        paper_sha256: hex_of(&paper),
        paper_signature: hex_of(&signer.sign(message.as_bytes()).to_bytes()),
        public_key: hex_of(&signed.public_key),
        signature: hex_of(&signed.signature),
    };
    Ok([head, block(&proof)?.as_bytes(), end].concat())
}

/// Checks a file, PDF or JSON, against the keys of a bureau. A paper printed later may bear a later key of theirs.
pub fn verify(file: &[u8], keys: &[VerifyingKey]) -> Check {
    if file.starts_with(b"%PDF-") { verify_pdf(file, keys) } else { verify_json(file, keys) }
}

fn not(kind: Kind, wrong: Wrong) -> Check {
    Check { kind, wrong: Some(wrong), body: None, printed_as: None, public_key: String::new() }
}

/// Whether a signature in lower hex holds under one of the keys.
fn holds(key: &VerifyingKey, message: &[u8], signature: &str) -> bool {
    let bytes = hex::decode(signature).ok().filter(|b| hex_of(b) == signature);
    let signature = bytes.and_then(|b| Signature::from_slice(&b).ok());
    signature.is_some_and(|s| key.verify_strict(message, &s).is_ok() && key.verify(message, &s).is_ok())
}

/// Checks a body against its signature and the keys.
fn verify_body(kind: Kind, body: &str, public_key: &str, signature: &str, keys: &[VerifyingKey]) -> Check {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(body) else { return not(kind, Wrong::Damaged) };
    let read = serde_json::from_value::<Body>(value.clone()).ok().filter(|b| b.form == FORM);
    let whole = canonical(&value).is_ok_and(|c| c == body);
    let (Some(read), true) = (read, whole) else { return not(kind, Wrong::Damaged) };
    let stated = hex::decode(public_key).ok().and_then(|b| store::key::public(&b));
    let fits = stated.is_some_and(|k| holds(&k, body.as_bytes(), signature));
    let ours = stated.is_some_and(|k| keys.contains(&k));
    let wrong = match (fits && read.public_key == public_key, ours) {
        (false, _) => Some(Wrong::Body),
        (true, false) => Some(Wrong::Key),
        (true, true) => None,
    };
    Check { kind, wrong, body: Some(read), printed_as: None, public_key: public_key.to_owned() }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    certificate: serde_json::Value,
    public_key: String,
    signature: String,
}

fn verify_json(file: &[u8], keys: &[VerifyingKey]) -> Check {
    let Ok(text) = std::str::from_utf8(file) else { return not(Kind::Json, Wrong::NoCertificate) };
    let text = text.strip_suffix('\n').unwrap_or(text);
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
        return not(Kind::Json, Wrong::NoCertificate);
    };
    let canonical_file = canonical(&value).is_ok_and(|c| c == text);
    let Ok(f) = serde_json::from_value::<File>(value) else { return not(Kind::Json, Wrong::NoCertificate) };
    let Ok(body) = canonical(&f.certificate) else { return not(Kind::Json, Wrong::Damaged) };
    if !canonical_file {
        return not(Kind::Json, Wrong::Damaged);
    }
    verify_body(Kind::Json, &body, &f.public_key, &f.signature, keys)
}

/// Head, proof and tail of a sealed PDF, when the proof stands in the one form in which it is written.
fn parts(file: &[u8]) -> Option<(&[u8], Proof, &[u8])> {
    let mark = file.windows(MARK.len()).rposition(|w| w == MARK.as_bytes())?;
    let at = mark + tail(&file[mark..])?;
    let written = std::str::from_utf8(&file[mark..at]).ok()?;
    let lines: String =
        written.strip_prefix(MARK)?.lines().map(|l| l.strip_prefix('%').unwrap_or(l)).collect();
    let proof: Proof = serde_json::from_slice(&hex::decode(lines).ok()?).ok()?;
    (block(&proof).ok()? == written).then_some((&file[..mark], proof, &file[at..]))
}

fn verify_pdf(file: &[u8], keys: &[VerifyingKey]) -> Check {
    let marked = file.windows(MARK.len()).any(|w| w == MARK.as_bytes());
    let Some((head, proof, end)) = parts(file) else {
        return not(Kind::Pdf, if marked { Wrong::Damaged } else { Wrong::NoCertificate });
    };
    let mut check = verify_body(Kind::Pdf, &proof.body, &proof.public_key, &proof.signature, keys);
    check.printed_as = Some(proof.standing);
    if matches!(check.wrong, Some(Wrong::Body | Wrong::Damaged)) {
        return check;
    }
    let paper = digest_of(head, end);
    let message = paper_message(proof.standing, &proof.body, &paper);
    let stated = hex::decode(&proof.public_key).ok().and_then(|b| store::key::public(&b));
    // The paper may be printed under a later key than the certificate was signed with; both must be the bureau's.
    let signed = stated.iter().chain(keys).any(|k| holds(k, message.as_bytes(), &proof.paper_signature));
    if !signed || proof.paper_sha256 != hex_of(&paper) {
        check.wrong = Some(Wrong::Paper);
    }
    check
}
