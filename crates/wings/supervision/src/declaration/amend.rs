//! Amendment (更改): before acceptance by the party or for it at the window, after acceptance by an officer of
//! acceptance with a reason. Every amendment keeps what stood there before and raises the revision.
//!
//! Direction, branch and operator make the matter what it is; another one is lodged anew. After acceptance the
//! goods lines stay too, because samples, records and decisions hang on their lots; market, plant, origin, port
//! and mode can be corrected. When something changes that the lane depends on, the wiring targets again.

use super::{
    Change, Declaration, GoodsLine, Lodgement, LotEntry, Stage, act, advance,
    diff::{diff, plain},
    read, rules, sql,
};
use crate::competence::{Accept, Licensed, admit, note_step};
use kernel::{
    Actor, AuthorisationId, Bilingual, Decimal, DeclarationId, No, OfficerId, Quantity, Refusal, Result,
    Role, Timestamp, UnitCode, bi, supervision::Amended,
};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Tx, vals};
use uuid::Uuid;

/// Where the party may still amend.
const OPEN: [Stage; 2] = [Stage::Lodged, Stage::Returned];
/// Where an officer may still correct.
const ACCEPTED: [Stage; 4] = [Stage::Accepted, Stage::Inspecting, Stage::Testing, Stage::Deciding];

/// What is to stand there from now on.
#[derive(Clone, Debug)]
pub struct NewAmendment {
    /// The revision that the writer saw.
    pub revision: i64,
    /// The whole declaration as it is to be; its request key is not read.
    pub to: Lodgement,
    /// Why; needed after acceptance.
    pub reason: String,
}

/// An amendment that was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Amendment {
    /// The revision that it made.
    pub revision: i64,
    /// What it changed.
    pub changes: Vec<Change>,
    /// Why.
    pub reason: String,
    /// The officer, unless the party did it.
    pub officer: Option<OfficerId>,
    /// Who.
    pub by: Bilingual,
    /// When.
    pub at: Timestamp,
}

pub(super) fn none(id: DeclarationId) -> No {
    let what = bi("没有该报检单", "there is no such declaration");
    let needed = bi("从列表打开", "open it from the list");
    Refusal::new("declaration.not_found", what).missing("declaration", id, needed).into()
}

/// Those who may correct after acceptance, with an authorisation.
const CORRECTORS: [Role; 2] = [Role::Clerk, Role::Manager];

/// Amends before acceptance, corrects after it, whichever `d` asks for. Gives the new revision.
pub async fn revise(tx: &mut Tx, by: &Actor, d: &Declaration, new: &NewAmendment) -> Result<i64> {
    if OPEN.contains(&d.stage) {
        return amend(tx, by, d.id, new).await;
    }
    if !by.has(&CORRECTORS) {
        let what = bi("受理后只能由受理人员更改", "after acceptance only an officer of acceptance amends it");
        return Err(Refusal::new("access.amend", what).into());
    }
    let license = admit::<Accept>(tx, by, d.id).await?;
    correct(tx, &license, by, new).await
}

/// The party, or the window for it, amends before acceptance. Gives the new revision.
pub async fn amend(tx: &mut Tx, by: &Actor, id: DeclarationId, new: &NewAmendment) -> Result<i64> {
    let Some(d) = read::one(tx, by, id).await? else { return Err(none(id)) };
    advance(tx, id, &OPEN, d.stage, None).await?;
    change(tx, by, &d, new, None).await
}

/// An officer corrects after acceptance, with a reason, what the goods do not hang on. Gives the new revision.
pub async fn correct(tx: &mut Tx, license: &Licensed<Accept>, by: &Actor, new: &NewAmendment) -> Result<i64> {
    let id = license.declaration;
    let Some(d) = read::one(tx, by, id).await? else { return Err(none(id)) };
    advance(tx, id, &ACCEPTED, d.stage, None).await?;
    if new.reason.trim().is_empty() {
        let needed = bi("写明依据和理由", "say on what it rests and why");
        let what = bi("受理后更改须写明理由", "after acceptance an amendment needs its reason");
        return Err(Refusal::new("declaration.reason", what).missing("reason", "", needed).into());
    }
    note_step(tx, license).await?;
    change(tx, by, &d, new, Some(license.authorisation)).await
}

async fn change(
    tx: &mut Tx,
    by: &Actor,
    d: &Declaration,
    new: &NewAmendment,
    authorisation: Option<AuthorisationId>,
) -> Result<i64> {
    if new.revision != d.revision {
        return Err(stale(tx, d, new.revision).await?);
    }
    let checked = rules::checked_lines(&new.to)?;
    let (before, after) = (as_lodged(tx, d.id).await?, plain(&new.to, &checked));
    let changes = diff(&before, &after)?;
    refuse_fixed(&changes, authorisation.is_some())?;
    let known = act::look_up(tx, &after).await?;
    let fingerprint = rules::fingerprint(&after)?;
    act::refuse_twin(tx, fingerprint, Some(d.id)).await?;
    let goods = act::goods_of(&after);
    let row = vals![
        d.id,
        d.revision,
        known.plant,
        &after.market,
        &after.origin,
        &after.port,
        &after.mode,
        goods,
        known.risk,
        fingerprint
    ];
    if tx.exec(sql::AMEND, row).await? != 1 {
        return Err(stale(tx, d, new.revision).await?);
    }
    if changes.iter().any(|c| c.field.starts_with("lines")) {
        rewrite(tx, d.id, &after).await?;
    }
    let worth = changes.iter().any(|c| ["value", "currency"].contains(&c.field.as_str()));
    if worth {
        match rules::worth_of(&after) {
            Some((milli, currency)) => tx.exec(sql::WORTH, vals![d.id, milli, currency]).await?,
            None => tx.exec(sql::WORTH_CLEAR, vals![d.id]).await?,
        };
    }
    let lane = known.risk != d.risk || changes.iter().any(|c| ["market", "mode"].contains(&c.field.as_str()));
    let (revision, now, id) = (d.revision + 1, tx.now(), tx.id::<Uuid>());
    let reason = new.reason.trim();
    let row = vals![
        id,
        d.id,
        revision,
        serde_json::to_string(&changes)?,
        reason,
        by.officer,
        authorisation,
        &by.name.zh,
        &by.name.en,
        now
    ];
    tx.exec(sql::AMENDMENT_ADD, row).await?;
    let changed = changes.into_iter().map(|c| c.field).collect();
    let fact = Amended { declaration: d.id, revision, changed, lane };
    tx.append(d.id.subject(), by.officer, Some(d.branch), fact);
    if worth {
        act::tell_worth(tx, by, d.id, d.branch, &after);
    }
    Ok(revision)
}

fn refuse_fixed(changes: &[Change], accepted: bool) -> Result<()> {
    if changes.is_empty() {
        let what = bi("没有任何更改", "nothing was changed");
        let remedy = bi("更改后再提交", "Change something, or leave the page");
        return Err(Refusal::new("declaration.unchanged", what).remedy(remedy).into());
    }
    let fixed = |field: &str| {
        ["direction", "branch", "operator"].contains(&field) || accepted && field.starts_with("lines")
    };
    let mut no = Refusal::new("declaration.fixed", bi("有的内容不能更改", "some of this cannot be amended"));
    for c in changes.iter().filter(|c| fixed(&c.field)) {
        let needed = if c.field.starts_with("lines") {
            bi(
                "受理后货物项不能更改：样品和记录以其批次为准",
                "after acceptance the goods stay: samples and records hang on their lots",
            )
        } else {
            bi("另行报检", "lodge another declaration")
        };
        no = no.missing(&c.field, &c.to, needed);
    }
    if no.missing.is_empty() {
        return Ok(());
    }
    Err(no
        .remedy(bi("撤回后重新报检，或只更改其他内容", "Withdraw it and lodge anew, or change the rest only"))
        .into())
}

/// Somebody was faster: the refusal shows what changed since the writer looked.
async fn stale(tx: &mut Tx, d: &Declaration, seen: i64) -> Result<No> {
    let what = bi("您打开之后，报检内容已被更改", "the declaration was changed after you opened it");
    let needed = bi(format!("现为第 {} 版", d.revision), format!("it is at revision {} now", d.revision));
    let mut no = Refusal::new("declaration.stale", what).missing("revision", seen, needed);
    for a in amendments(tx, d.id, seen).await? {
        for c in a.changes {
            let needed = bi(
                format!("{} 改自“{}”", a.by.zh, c.from),
                format!("changed by {} from \"{}\"", a.by.en, c.from),
            );
            no = no.missing(c.field, c.to, needed);
        }
    }
    Ok(no
        .remedy(bi("核对上列更改，重新打开后再改", "Read the changes listed, open it again and amend then"))
        .into())
}

async fn rewrite(tx: &mut Tx, id: DeclarationId, l: &Lodgement) -> Result<()> {
    let mut kept = act::Kept::new();
    for r in tx.all(sql::LOT_ROWS, vals![id]).await? {
        kept.insert((r.get(0)?, r.get(2)?), r.get(1)?);
    }
    tx.exec(sql::LOTS_CLEAR, vals![id]).await?;
    tx.exec(sql::LINES_CLEAR, vals![id]).await?;
    let checked = rules::checked_lines(l)?;
    for (n, (line, checked)) in (1_i64..).zip(l.lines.iter().zip(&checked)) {
        act::add_line(tx, id, n, line, checked, &mut kept).await?;
    }
    Ok(())
}

/// A declaration as its party would lodge it now, in one spelling.
pub async fn as_lodged(tx: &mut Tx, id: DeclarationId) -> Result<Lodgement> {
    let mut lots: BTreeMap<i64, Vec<(String, i64)>> = BTreeMap::new();
    for r in tx.all(sql::LOT_ROWS, vals![id]).await? {
        lots.entry(r.get(0)?).or_default().push((r.get(2)?, r.get(3)?));
    }
    let mut lines = Vec::new();
    for r in tx.all(sql::LINES, vals![id]).await? {
        let (n, milli, unit): (i64, i64, UnitCode) = (r.get(1)?, r.get(4)?, r.get(5)?);
        let number = |milli| Quantity { milli, unit }.number();
        let own = lots.remove(&n).unwrap_or_default();
        // A line without lots of its own is one lot that bears its number.
        let whole = own.len() == 1 && own.first().is_some_and(|(no, m)| *no == n.to_string() && *m == milli);
        let own = if whole { Vec::new() } else { own };
        lines.push(GoodsLine {
            hs: r.get(2)?,
            name: r.get(3)?,
            quantity: number(milli),
            unit: unit.code().to_owned(),
            lots: own.into_iter().map(|(no, m)| LotEntry { no, quantity: number(m) }).collect(),
        });
    }
    let r = tx.one(sql::HEAD, vals![id]).await?;
    let worth: Option<i64> = r.get(8)?;
    Ok(Lodgement {
        value: worth.map(spelt),
        currency: r.get(9)?,
        direction: r.get(0)?,
        branch: r.get(1)?,
        operator: r.get(2)?,
        plant: r.get(3)?,
        market: r.get(4)?,
        origin: r.get(5)?,
        port: r.get(6)?,
        mode: r.get(7)?,
        lines,
        key: None,
    })
}

/// Thousandths as a decimal number without idle zeros.
pub(super) fn spelt(milli: i64) -> String {
    Decimal::new(milli, 3).normalize().to_string()
}

/// The amendments after a revision, the newest first; 0 for all.
pub async fn amendments(tx: &mut Tx, id: DeclarationId, after: i64) -> Result<Vec<Amendment>> {
    let rows = tx.all(sql::AMENDMENTS, vals![id, after]).await?;
    rows.iter()
        .map(|r| {
            let changes: String = r.get(1)?;
            Ok(Amendment {
                revision: r.get(0)?,
                changes: serde_json::from_str(&changes)?,
                reason: r.get(2)?,
                officer: r.get(3)?,
                by: bi(r.get::<String>(4)?, r.get::<String>(5)?),
                at: r.get(6)?,
            })
        })
        .collect()
}
