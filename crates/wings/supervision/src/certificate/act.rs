//! The verbs on certificates.

use super::{Body, Certificate, FORM, Filled, Standing, canon::canonical, code, compose, read, sql};
use crate::{
    competence::{self, Certify, Licensed, Task, note_step},
    declaration::{self, Stage},
    release::{self, Outcome},
};
use ed25519_dalek::Signer;
use kernel::{
    Actor, CertificateId, DeclarationId, No, OperatorId, Refusal, Result, Timestamp, UnitId, bi,
    supervision::{
        CertificateFilled, CertificateReplaced, CertificateWithdrawn, Certified, DraftDropped, Drafted,
    },
};
use registry::{people, rules as book};
use sha2::{Digest, Sha256};
use store::{Tx, key, ledger, vals};
use uuid::Uuid;

/// Longest field that is filled in.
const MAX_FIELD: usize = 300;
/// How far the clock may lie behind the newest fact of a consignment, in microseconds.
const TOLERANCE: i64 = 60_000_000;

/// Drafts the certificates of a released export consignment: one a kind that its goods and market need.
pub async fn draft(tx: &mut Tx, id: DeclarationId) -> Result<Vec<CertificateId>> {
    let d = release::dossier(tx, &Actor::system(), id).await?.ok_or_else(|| No::fault("no declaration"))?;
    if d.declaration.direction != "export" || d.declaration.stage != Stage::Released {
        return Ok(vec![]);
    }
    let r = tx.one(sql::SUBJECT, vals![id]).await?;
    let (origin, branch, operator): (String, UnitId, OperatorId) = (r.get(0)?, r.get(1)?, r.get(2)?);
    let rules = book::rules(tx).await?;
    let label = &d.declaration.rule_version;
    let pack = rules.by_label(label).ok_or_else(|| No::fault(format!("no rule version {label}")))?;
    let mut ids = Vec::new();
    for (row, lots) in compose::by_certificate(&d, &pack.pack.certificate) {
        let record = compose::record(tx, &d, &origin, row, &lots).await?;
        let mut filled = Filled::default();
        if let Some(s) = &d.stowage {
            filled.containers.clone_from(&s.container);
            filled.seals.clone_from(&s.seal);
        }
        let (cert, now) = (tx.id::<CertificateId>(), tx.now());
        let row_values = vals![
            cert,
            id,
            branch,
            operator,
            &row.kind,
            serde_json::to_string(&record)?,
            serde_json::to_string(&filled)?,
            now,
            None::<CertificateId>,
            ""
        ];
        tx.exec(sql::ADD, row_values).await?;
        let fact = Drafted { certificate: cert, declaration: id, kind: row.kind.clone() };
        tx.append(id.subject(), None, Some(branch), fact);
        ids.push(cert);
    }
    Ok(ids)
}

/// The certificate of this licence's consignment, in one of the standings.
async fn own(
    tx: &mut Tx,
    license: &Licensed<Certify>,
    id: CertificateId,
    needed: Standing,
) -> Result<Certificate> {
    let found = read::one(tx, &Actor::system(), id).await?.filter(|c| c.declaration == license.declaration);
    let Some(c) = found else {
        return Err(
            Refusal::new("certificate.not_found", bi("没有该证书", "there is no such certificate")).into()
        );
    };
    if c.standing == needed {
        return Ok(c);
    }
    let what = bi("该证书目前不能办理这一步", "this step is not open for the certificate now");
    let say = needed.name();
    let want = bi(format!("须为：{}", say.zh), format!("it would have to be: {}", say.en));
    Err(Refusal::new("certificate.stale", what)
        .missing("standing", c.standing.code(), want)
        .remedy(bi("刷新页面，看它现在的状态", "Reload the page and see how it stands now"))
        .into())
}

/// Fills in what the record lacks, on a draft.
pub async fn fill(
    tx: &mut Tx,
    license: &Licensed<Certify>,
    id: CertificateId,
    filled: &Filled,
) -> Result<()> {
    let c = own(tx, license, id, Standing::Draft).await?;
    let (before, mut after) = (serde_json::to_value(&c.filled)?, serde_json::to_value(filled)?);
    let mut no = Refusal::new("certificate.fields", bi("填写内容有误", "a field is wrong"));
    let mut changed = Vec::new();
    for (name, value) in after.as_object_mut().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default().trim().replace("\r\n", "\n");
        if text.chars().count() > MAX_FIELD || text.chars().any(|c| c.is_control() && c != '\n') {
            let needed = bi("最多 300 字，不含控制字符", "at most 300 characters, no control characters");
            no = no.missing(name.clone(), &text, needed);
        }
        *value = text.into();
        if before.get(name) != Some(value) {
            changed.push(name.clone());
        }
    }
    let transport = after["transport"].as_str().unwrap_or_default();
    if !["", "sea", "air", "rail", "road"].contains(&transport) {
        no = no.missing("transport", transport, bi("海运、空运、铁路或公路", "sea, air, rail or road"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    if changed.is_empty() {
        return Ok(());
    }
    tx.exec(sql::FILL, vals![id, after.to_string()]).await?;
    let fact = CertificateFilled { certificate: id, declaration: license.declaration, changed };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}

/// Signs a draft: number, code, canonical form, signature. Gives the number.
pub async fn sign(tx: &mut Tx, license: &Licensed<Certify>, id: CertificateId) -> Result<String> {
    let now = tx.now();
    // The number comes first: its row makes a second signatory wait, and an act undone gives it back.
    let unit = people::unit(tx, license.branch).await?.ok_or_else(|| No::fault("no branch"))?;
    let year = now.date().year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("certificate/{}/{year}", unit.code)]).await?.get(0)?;
    let no = format!("{}{year}C{n:06}", unit.code);
    let c = own(tx, license, id, Standing::Draft).await?;
    may_sign(tx, license, &c).await?;
    let replaces = match &c.replaces {
        Some((old, _)) => Some(own(tx, license, *old, Standing::Valid).await?),
        None => None,
    };
    let officer = people::officer(tx, license.officer).await?.ok_or_else(|| No::fault("no officer"))?;
    let signer = key::signer(tx).await?;
    let public_key = signer.verifying_key().to_bytes();
    let body = Body {
        form: FORM.into(),
        kind: c.kind.clone(),
        number: no.clone(),
        code: code::draw(tx.chance()),
        record: c.record.clone(),
        filled: c.filled.clone(),
        replaces: replaces.as_ref().and_then(|o| o.signed.as_ref()).map(|s| s.no.clone()),
        officer: officer.name,
        authority: short(license.authorisation.0),
        signed_at: now.rfc3339(),
        public_key: hex::encode(public_key),
    };
    let text = canonical(&serde_json::to_value(&body)?)?;
    let sha256: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let signature = signer.sign(text.as_bytes()).to_bytes().to_vec();
    let row = vals![
        id,
        &no,
        &body.code,
        text,
        sha256,
        public_key.to_vec(),
        signature,
        license.officer,
        license.authorisation,
        now
    ];
    if tx.exec(sql::SIGN, row).await? != 1 {
        return Err(No::fault("a draft was signed under its own lock"));
    }
    note_step(tx, license).await?;
    let declaration = license.declaration;
    let fact = Certified { certificate: id, declaration, no: no.clone(), sha256: hex::encode(sha256) };
    tx.append(declaration.subject(), Some(license.officer), Some(license.branch), fact);
    if let (Some(old), Some((_, why))) = (replaces, c.replaces) {
        tx.exec(sql::END, vals![old.id, now, license.officer, "replaced", &why, id]).await?;
        let fact = CertificateReplaced { certificate: old.id, by: id, declaration, reason: why };
        tx.append(declaration.subject(), Some(license.officer), Some(license.branch), fact);
    }
    let open: i64 = tx.one(sql::OPEN_DRAFTS, vals![declaration]).await?.get(0)?;
    let d = declaration::one(tx, &Actor::system(), declaration).await?;
    if open == 0 && d.is_some_and(|d| d.stage == Stage::Released) {
        declaration::advance(tx, declaration, &[Stage::Released], Stage::Certified, None).await?;
    }
    Ok(no)
}

/// The first eight digits of an authorisation's id, as papers print it.
pub(super) fn short(id: Uuid) -> String {
    // A UUIDv7 begins with its time: the last digits are the ones that tell two apart.
    let hex = id.simple().to_string();
    hex[hex.len() - 8..].to_uppercase()
}

async fn may_sign(tx: &mut Tx, license: &Licensed<Certify>, c: &Certificate) -> Result<()> {
    let declaration = license.declaration;
    let d = declaration::one(tx, &Actor::system(), declaration).await?;
    let d = d.ok_or_else(|| No::fault("no declaration"))?;
    let newest = ledger::last_at(tx, &declaration.subject()).await?;
    let mut no =
        Refusal::new("certificate.incomplete", bi("不能签发证书", "the certificate cannot be signed"));
    if !matches!(d.stage, Stage::Released | Stage::Certified) {
        let needed = bi("须已放行", "the consignment has to be released");
        no = no.missing("stage", d.stage.code(), needed);
    }
    if c.filled.consignee.trim().is_empty() {
        no = no.missing("consignee", "", bi("填写收货人", "fill in the consignee"));
    }
    if newest.is_some_and(|at| tx.now().0 + TOLERANCE < at.0) {
        let needed =
            bi("系统时钟早于本批最近的记录", "the clock lies before the newest record of this consignment");
        no = no.missing("clock", tx.now().rfc3339(), needed);
    }
    if !no.missing.is_empty() {
        return Err(no.remedy(bi("补齐所列各项后签发", "Complete the points listed, then sign")).into());
    }
    let rules = book::rules(tx).await?;
    let pack = rules.by_label(&d.rule_version);
    let other_hands = pack.and_then(|p| p.pack.number("certificate.other_hands").ok());
    let mut own_release = false;
    for r in tx.all(sql::SETTLED_BY, vals![declaration, license.officer]).await? {
        own_release |= r.get::<String>(0)? == Outcome::Release.code();
    }
    let Some(rule) = other_hands.filter(|p| p.value == 1 && own_release) else { return Ok(()) };
    let mut able = competence::colleagues(tx, &Actor::system(), declaration, Task::Certify).await?;
    able.retain(|h| h.officer != license.officer);
    able.truncate(5);
    let what =
        bi("您已放行本批，不能再签发其证书", "you released this consignment and do not sign its certificate");
    Err(Refusal::new("competence.other_hands", what)
        .clause(&rule.citation)
        .missing("officer", "release", bi("由另一位签证官签发", "another certifying officer signs"))
        .helpers(able)
        .remedy(bi("交由下列人员签发", "Pass it to one of the officers named"))
        .into())
}

fn reasoned(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MAX_FIELD || reason.chars().any(char::is_control) {
        let what = bi("须写明理由", "a reason is needed");
        let needed = bi("1 至 300 字", "1 to 300 characters");
        return Err(Refusal::new("certificate.reason", what).missing("reason", reason, needed).into());
    }
    Ok(reason.to_owned())
}

/// Withdraws a signed certificate: from now on its check says so.
pub async fn withdraw(
    tx: &mut Tx,
    license: &Licensed<Certify>,
    id: CertificateId,
    reason: &str,
) -> Result<()> {
    let reason = reasoned(reason)?;
    own(tx, license, id, Standing::Valid).await?;
    end(tx, license, id, "withdrawn", &reason).await?;
    note_step(tx, license).await?;
    let fact = CertificateWithdrawn { certificate: id, declaration: license.declaration, reason };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}

async fn end(
    tx: &mut Tx,
    license: &Licensed<Certify>,
    id: CertificateId,
    how: &str,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    let row = vals![id, now, license.officer, how, reason, None::<CertificateId>];
    if tx.exec(sql::END, row).await? == 1 {
        return Ok(());
    }
    Err(Refusal::new("certificate.stale", bi("该证书已失效", "the certificate has ended already")).into())
}

/// Begins an amended copy; the old certificate stands until the copy is signed.
pub async fn replace(
    tx: &mut Tx,
    license: &Licensed<Certify>,
    id: CertificateId,
    reason: &str,
) -> Result<CertificateId> {
    let reason = reasoned(reason)?;
    let old = own(tx, license, id, Standing::Valid).await?;
    let open = read::of_declaration(tx, license.declaration).await?;
    let copying =
        |c: &&Certificate| c.standing == Standing::Draft && c.replaces.as_ref().is_some_and(|r| r.0 == id);
    if let Some(c) = open.iter().find(copying) {
        return Ok(c.id);
    }
    let (copy, now) = (tx.id::<CertificateId>(), tx.now());
    let row = vals![
        copy,
        license.declaration,
        old.branch,
        old.operator,
        &old.kind,
        serde_json::to_string(&old.record)?,
        serde_json::to_string(&old.filled)?,
        now,
        id,
        reason
    ];
    tx.exec(sql::ADD, row).await?;
    let fact = Drafted { certificate: copy, declaration: license.declaration, kind: old.kind };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(copy)
}

/// Gives a draft up.
pub async fn drop_draft(
    tx: &mut Tx,
    license: &Licensed<Certify>,
    id: CertificateId,
    reason: &str,
) -> Result<()> {
    let reason = reasoned(reason)?;
    own(tx, license, id, Standing::Draft).await?;
    end(tx, license, id, "dropped", &reason).await?;
    let fact = DraftDropped { certificate: id, declaration: license.declaration, reason };
    tx.append(license.declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}

/// Remembers for ten minutes that an address tried a code that is none.
pub async fn note_miss(tx: &mut Tx, address: &str) -> Result<()> {
    let (id, now): (Uuid, _) = (tx.id(), tx.now());
    tx.exec(sql::MISS_FORGET, vals![Timestamp(now.0 - read::WINDOW)]).await?;
    tx.exec(sql::MISS_ADD, vals![id, read::source(address), now]).await.map(drop)
}
