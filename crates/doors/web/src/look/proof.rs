//! Proof: who signed, with which key, and the code by which anyone may check a paper.
use maud::{Markup, html};

use super::format::code_groups;
use super::lang::{Lang, t};
use super::mark::{Sign, sign};

/// What checking a signature gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// Not yet signed.
    #[default]
    Unsigned,
    /// The signature holds.
    Valid,
    /// The signature or the chain does not hold.
    Broken,
    /// Signed, later withdrawn or replaced.
    Withdrawn,
}

/// A signature as it stands under a record.
#[derive(Debug, Clone, Default)]
pub struct Signature<'a> {
    /// Language.
    pub lang: Lang,
    /// The act: "检验检疫", "签证".
    pub deed: &'a str,
    /// Name of the signatory, or who is to sign.
    pub name: &'a str,
    /// Authorisation number and scope.
    pub authorisation: &'a str,
    /// Time, formatted.
    pub at: &'a str,
    /// Fingerprint of the key.
    pub key: &'a str,
    /// Result of the check.
    pub verdict: Verdict,
    /// For a broken or withdrawn one: what happened, one sentence.
    pub alarm: Option<&'a str>,
}

/// The block: name, authorisation, time, key; a broken chain is loud.
pub fn signature_block(signature: &Signature<'_>) -> Markup {
    let lang = signature.lang;
    let (class, mark, word) = match signature.verdict {
        Verdict::Unsigned => ("signature open", Sign::Ring, t(lang, "signature-open")),
        Verdict::Valid => ("signature", Sign::Check, t(lang, "signature-valid")),
        Verdict::Broken => ("signature broken", Sign::Cross, t(lang, "signature-broken")),
        Verdict::Withdrawn => ("signature broken", Sign::Dash, t(lang, "signature-withdrawn")),
    };
    let rows = [
        ("signature-authorisation", signature.authorisation, ""),
        ("signature-time", signature.at, ""),
        ("signature-key", signature.key, "code"),
    ];
    html! {
        div class=(class) {
            div { p class="role" { (signature.deed) } p class="name" { (signature.name) } }
            span class="verdict" { (sign(mark)) (word) }
            dl { @for (key, value, class) in rows { @if !value.is_empty() { dt { (t(lang, key)) } dd class=(class) { (value) } } } }
            @if let Some(alarm) = signature.alarm { p class="alarm" { (alarm) } }
        }
    }
}

/// The seal of a paper: QR (an SVG drawn elsewhere), its code in groups of four and where to check it.
#[derive(Debug, Clone, Default)]
pub struct CodeSeal<'a> {
    /// Language.
    pub lang: Lang,
    /// QR code as SVG, dark on white.
    pub qr: Markup,
    /// Verification code.
    pub code: &'a str,
    /// Address without scheme, as printed.
    pub address: &'a str,
}

/// Draws the seal.
pub fn code_seal(seal: &CodeSeal<'_>) -> Markup {
    let lang = seal.lang;
    html! {
        div class="seal" {
            div class="qr" role="img" aria-label=(t(lang, "seal-qr")) { (seal.qr) }
            div {
                p { (t(lang, "seal-code")) }
                p class="number" { (code_groups(seal.code)) }
                p { (t(lang, "seal-how")) " " span class="code" { (seal.address) } }
            }
        }
    }
}
