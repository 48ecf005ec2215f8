//! What pages, API and the gate read of authorisations.

use super::{Authorisation, Basis, Task, rules, sql};
use kernel::{
    Actor, AuthorisationId, Bilingual, DeclarationId, No, OfficerId, Result, Scope, Timestamp, UnitId, bi,
};
use std::collections::BTreeSet;
use store::{Row, Tx, vals};

/// An authorisation with its holder.
#[derive(Clone, Debug)]
pub struct Held {
    /// The authorisation.
    pub authorisation: Authorisation,
    /// The holder's staff number.
    pub staff_no: String,
    /// The holder's name.
    pub name: Bilingual,
    /// The holder's branch; none for the bureau itself.
    pub branch: Option<UnitId>,
    /// Who granted it; none for the clockwork.
    pub granted_by: Option<OfficerId>,
    /// When it was granted.
    pub granted_at: Timestamp,
}

/// A duty on goods that one officer of a branch may do, and nobody else.
#[derive(Clone, Debug)]
pub struct Single {
    /// The branch; none for the bureau itself.
    pub branch: Option<UnitId>,
    /// Duty.
    pub duty: Task,
    /// Goods: an HS prefix, empty for all.
    pub hs_prefix: String,
    /// The officer.
    pub officer: OfficerId,
}

/// A station of a consignment that an officer did.
#[derive(Clone, Debug)]
pub struct Done {
    /// The consignment.
    pub declaration: DeclarationId,
    /// Its number.
    pub no: String,
    /// Duty.
    pub duty: Task,
    /// When.
    pub at: Timestamp,
}

/// Authorisations in force that are weighed for single-handed duties: a bureau of ten thousand officers with ten each.
const WEIGHED: i64 = 100_000;

fn read(r: &Row) -> Result<Authorisation> {
    let duty: String = r.get(2)?;
    let ended: Option<Timestamp> = r.get(8)?;
    let how: Option<String> = r.get(9)?;
    Ok(Authorisation {
        id: r.get(0)?,
        officer: r.get(1)?,
        duty: Task::parse(&duty).ok_or_else(|| No::fault(format!("no duty {duty}")))?,
        hs_prefix: r.get(3)?,
        valid_from: r.get(4)?,
        valid_to: r.get(5)?,
        emergency: r.get(6)?,
        reason: r.get(7)?,
        ended: ended.zip(how),
        basis: Basis::parse(r.text(10)?),
    })
}

/// One authorisation.
pub async fn one(tx: &mut Tx, id: AuthorisationId) -> Result<Option<Authorisation>> {
    tx.opt(sql::ONE, vals![id]).await?.map(|r| read(&r)).transpose()
}

/// All authorisations of an officer, also those that ended.
pub async fn of_officer(tx: &mut Tx, officer: OfficerId) -> Result<Vec<Authorisation>> {
    tx.all(sql::OF_OFFICER, vals![officer]).await?.iter().map(read).collect()
}

/// Authorisations of an officer for a duty that have not run out.
pub(super) async fn of_duty(tx: &mut Tx, officer: OfficerId, duty: Task) -> Result<Vec<Authorisation>> {
    let now = tx.now();
    tx.all(sql::OF_DUTY, vals![officer, duty.code(), now]).await?.iter().map(read).collect()
}

fn held(r: &Row) -> Result<Held> {
    Ok(Held {
        authorisation: read(r)?,
        staff_no: r.get(11)?,
        name: bi(r.get::<String>(12)?, r.get::<String>(13)?),
        branch: r.get(14)?,
        granted_by: r.get(15)?,
        granted_at: r.get(16)?,
    })
}

/// Authorisations that run out within `days`, the soonest first, behind `after`; those of the actor's own branch
/// unless the actor reaches the whole bureau.
pub async fn expiring(
    tx: &mut Tx,
    by: &Actor,
    days: i64,
    after: Option<(Timestamp, AuthorisationId)>,
    limit: i64,
) -> Result<Vec<Held>> {
    let now = tx.now();
    let (at, id) = after.unwrap_or((now, AuthorisationId::from(kernel::MAX_UUID)));
    let mut vals = vals![Timestamp(now.0 + days * Timestamp::DAY), at.max(now), id, limit];
    let statement = match by.scope {
        Scope::Bureau => sql::EXPIRING,
        Scope::Branch(branch) => {
            vals.push(branch.into());
            sql::EXPIRING_OF_BRANCH
        }
        Scope::Operator(_) => return Ok(Vec::new()),
    };
    tx.all(statement, vals).await?.iter().map(held).collect()
}

/// The emergency delegations granted in a period, as far as the actor reaches: the monthly override report.
pub async fn overrides(tx: &mut Tx, by: &Actor, from: Timestamp, to: Timestamp) -> Result<Vec<Held>> {
    let all: Vec<Held> =
        tx.all(sql::OVERRIDES, vals![from, to]).await?.iter().map(held).collect::<Result<_>>()?;
    Ok(all.into_iter().filter(|h| within(by, h.branch)).collect())
}

fn within(by: &Actor, branch: Option<UnitId>) -> bool {
    match by.scope {
        Scope::Bureau => true,
        Scope::Branch(own) => branch == Some(own),
        Scope::Operator(_) => false,
    }
}

/// Duties on goods that hang on a single officer of a branch, as far as the actor reaches.
pub async fn single_handed(tx: &mut Tx, by: &Actor) -> Result<Vec<Single>> {
    let now = tx.now();
    let mut held = Vec::new();
    for r in tx.all(sql::IN_FORCE, vals![now, WEIGHED]).await? {
        let duty: String = r.get(1)?;
        let duty = Task::parse(&duty).ok_or_else(|| No::fault(format!("no duty {duty}")))?;
        held.push(rules::InForce { branch: r.get(0)?, duty, hs_prefix: r.get(2)?, officer: r.get(3)? });
    }
    let branches: BTreeSet<Option<UnitId>> = held.iter().map(|h| h.branch).collect();
    let real: Vec<Option<UnitId>> = branches.iter().copied().filter(Option::is_some).collect();
    // A bureau without branches is weighed as a whole.
    let branches = if real.is_empty() { branches.into_iter().collect() } else { real };
    let found = rules::single_handed(&held, &branches).into_iter();
    Ok(found
        .filter(|(branch, ..)| within(by, *branch))
        .map(|(branch, duty, hs_prefix, officer)| Single { branch, duty, hs_prefix, officer })
        .collect())
}

/// The stations that an officer did since an instant, newest first.
pub async fn done_by(tx: &mut Tx, officer: OfficerId, since: Timestamp, limit: i64) -> Result<Vec<Done>> {
    let rows = tx.all(sql::DONE_BY, vals![officer, since, limit]).await?;
    rows.iter()
        .map(|r| {
            let duty: String = r.get(2)?;
            let duty = Task::parse(&duty).ok_or_else(|| No::fault(format!("no duty {duty}")))?;
            Ok(Done { declaration: r.get(0)?, no: r.get(1)?, duty, at: r.get(3)? })
        })
        .collect()
}
