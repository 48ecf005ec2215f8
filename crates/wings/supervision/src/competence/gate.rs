//! The gate: an officer gets a [`Licensed`] for one duty on one consignment, or a refusal that names the
//! clause, what is missing, and who could do it instead.

use super::{Duty, Task, read, rules, sql};
use kernel::{
    Actor, AuthorisationId, DeclarationId, Helper, No, OfficerId, OperatorId, Refusal, Result, Timestamp,
    UnitId, bi,
};
use registry::people;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use store::{Tx, vals};

/// Staff take up a post only after passing their assessment.
const QUALIFIED: &str = "进出口商品检验法 (2021) 第二十九条";
/// Accepting, inspecting, and certifying and releasing are kept apart.
const APART: &str = "进出口商品检验法 (2021) 第三十条";
/// An officer with an interest in the party stands aside.
const RECUSED: &str = "行政处罚法 (2021) 第四十三条";
/// Colleagues that a refusal names.
const NAMED: usize = 5;

/// The proof that an officer may do a duty on a consignment at this moment.
#[derive(Clone, Debug)]
pub struct Licensed<D: Duty> {
    /// The officer.
    pub officer: OfficerId,
    /// The consignment.
    pub declaration: DeclarationId,
    /// The branch whose work it is.
    pub branch: UnitId,
    /// The operator.
    pub operator: OperatorId,
    /// The authorisation that was used; the row keeps it.
    pub authorisation: AuthorisationId,
    /// When the gate was passed.
    pub at: Timestamp,
    duty: PhantomData<D>,
}

/// What an act is about, as far as the gate needs it.
struct Matter {
    declaration: DeclarationId,
    branch: UnitId,
    operator: OperatorId,
    hs: Vec<String>,
}

async fn matter(tx: &mut Tx, by: &Actor, declaration: DeclarationId) -> Result<Matter> {
    let none =
        || No::from(Refusal::new("declaration.none", bi("没有这份报检", "there is no such declaration")));
    let goods = tx.all(sql::MATTER, vals![declaration]).await?;
    let r = goods.first().ok_or_else(none)?;
    let (branch, operator) = (r.get(0)?, r.get(1)?);
    if !by.reaches(branch, operator) {
        return Err(none());
    }
    let hs = goods.iter().map(|r| r.get(2)).collect::<Result<_>>()?;
    Ok(Matter { declaration, branch, operator, hs })
}

/// Lets an officer through to a duty on a consignment: no interest in its operator, no station of another
/// group done on it, and a valid authorisation for every product in it.
pub async fn admit<D: Duty>(tx: &mut Tx, by: &Actor, declaration: DeclarationId) -> Result<Licensed<D>> {
    let duty = D::TASK;
    let m = matter(tx, by, declaration).await?;
    let Some(officer) = by.officer else {
        let what = bi("只有检验检疫人员可以办理", "only an officer may do this");
        return Err(refused(tx, by, "competence.officer", what, duty, &m).await?.into());
    };
    if let Some(r) = tx.opt(sql::INTEREST, vals![officer, m.operator]).await? {
        let reason: String = r.get(0)?;
        let what =
            bi("您与该企业有利害关系，应当回避", "you declared an interest in this operator and stand aside");
        let no = refused(tx, by, "competence.recused", what, duty, &m).await?.clause(RECUSED);
        return Err(no.missing("interest", reason, bi("由其他人员办理", "another officer does it")).into());
    }
    let done = steps(tx, declaration, officer).await?;
    if let Some(before) = rules::incompatible(&done, duty) {
        let what = bi(
            format!("您已办理本批的{}，不能再办理{}", before.name().zh, duty.name().zh),
            format!(
                "you did the {} of this consignment and cannot do its {}",
                before.name().en,
                duty.name().en
            ),
        );
        let no = refused(tx, by, "competence.segregation", what, duty, &m).await?.clause(APART);
        let needed = bi(
            "受理、检验、出证放行相互分离",
            "accepting, inspecting, and certifying and releasing are kept apart",
        );
        return Err(no.missing("officer", before.code(), needed).into());
    }
    let now = tx.now();
    let held = read::of_duty(tx, officer, duty).await?;
    let usable: Vec<_> = held.iter().filter(|a| rules::usable(a, duty, now)).collect();
    let lacking = rules::uncovered(&usable, &m.hs);
    let Some(first) = usable.first().filter(|_| lacking.is_empty()) else {
        return Err(unauthorised(tx, by, duty, &m, &lacking).await?.into());
    };
    let authorisation = usable
        .iter()
        .find(|a| m.hs.iter().any(|hs| hs.starts_with(a.hs_prefix.as_str())))
        .unwrap_or(first)
        .id;
    let (branch, operator, at) = (m.branch, m.operator, tx.now());
    Ok(Licensed { officer, declaration, branch, operator, authorisation, at, duty: PhantomData })
}

async fn unauthorised(tx: &mut Tx, by: &Actor, duty: Task, m: &Matter, lacking: &[&str]) -> Result<Refusal> {
    let name = duty.name();
    let what = bi(
        format!("您没有有效的{}授权", name.zh),
        format!("you hold no valid authorisation for {}", name.en),
    );
    let mut no = refused(tx, by, "competence.no_authorisation", what, duty, m).await?.clause(QUALIFIED);
    for hs in lacking {
        let needed =
            bi(format!("需要 {}：HS {hs}", name.zh), format!("{} of goods under HS {hs} is needed", name.en));
        no = no.missing("authorisation", format!("{}/{hs}", duty.code()), needed);
    }
    Ok(no)
}

/// A refusal of the gate with the colleagues who could do it.
async fn refused(
    tx: &mut Tx,
    by: &Actor,
    code: &str,
    what: kernel::Bilingual,
    duty: Task,
    m: &Matter,
) -> Result<Refusal> {
    let helpers = able(tx, by, duty, m).await?;
    let remedy = if helpers.is_empty() {
        bi(
            "本单位目前没有可办理的人员；请负责人授权或临时委派",
            "Nobody here can do it at present; ask the branch head to authorise or delegate",
        )
    } else {
        bi("交由下列人员办理", "Pass it to one of the officers named")
    };
    Ok(Refusal::new(code, what).helpers(helpers).remedy(remedy))
}

/// Officers on duty at the consignment's branch (or the bureau) who may do a duty on it, by staff number.
pub async fn colleagues(
    tx: &mut Tx,
    by: &Actor,
    declaration: DeclarationId,
    duty: Task,
) -> Result<Vec<Helper>> {
    let m = matter(tx, by, declaration).await?;
    everyone_able(tx, None, duty, &m).await
}

async fn able(tx: &mut Tx, by: &Actor, duty: Task, m: &Matter) -> Result<Vec<Helper>> {
    let mut found = everyone_able(tx, Some(by), duty, m).await?;
    found.truncate(NAMED);
    Ok(found)
}

/// How near a colleague is to whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    /// Of the same section.
    Section,
    /// Of the branch whose consignment it is.
    Branch,
    /// Of the bureau itself.
    Bureau,
}

/// Those who are able, by staff number; for an asker those of the own section first, then of the branch, then of the
/// bureau. A list that somebody is drawn from knows no asker.
async fn everyone_able(tx: &mut Tx, asker: Option<&Actor>, duty: Task, m: &Matter) -> Result<Vec<Helper>> {
    let same: Vec<&str> =
        Task::ALL.into_iter().filter(|t| t.group() == duty.group()).map(Task::code).collect();
    let nth = |i: usize| *same.get(i).unwrap_or(&same[0]);
    let section = match asker {
        Some(by) => own_unit(tx, by).await?,
        None => None,
    };
    let now = tx.now();
    let row = vals![m.branch, duty.code(), now, m.operator, m.declaration, nth(0), nth(1), nth(2)];
    let mut nearest: BTreeMap<(Near, String), (Helper, Vec<String>)> = BTreeMap::new();
    for r in tx.all(sql::COLLEAGUES, row).await? {
        let staff_no: String = r.get(1)?;
        let (zh, en): (String, String) = (r.get(2)?, r.get(3)?);
        let name = bi(format!("{staff_no} {zh}"), format!("{staff_no} {en}"));
        let helper = Helper { officer: r.get(0)?, name };
        let (unit, branch): (UnitId, Option<UnitId>) = (r.get(5)?, r.get(6)?);
        let near = match branch {
            _ if asker.is_none() => Near::Branch,
            _ if section == Some(unit) => Near::Section,
            Some(_) => Near::Branch,
            None => Near::Bureau,
        };
        nearest.entry((near, staff_no)).or_insert((helper, vec![])).1.push(r.get(4)?);
    }
    let covers =
        |prefixes: &[String]| m.hs.iter().all(|hs| prefixes.iter().any(|p| hs.starts_with(p.as_str())));
    Ok(nearest.into_values().filter(|(_, p)| covers(p)).map(|(h, _)| h).collect())
}

/// The unit that the asker is posted to; that of the login where no officer stands behind it.
async fn own_unit(tx: &mut Tx, by: &Actor) -> Result<Option<UnitId>> {
    let Some(officer) = by.officer else { return Ok(by.unit) };
    Ok(people::officer(tx, officer).await?.map(|o| o.unit).or(by.unit))
}

async fn steps(tx: &mut Tx, declaration: DeclarationId, officer: OfficerId) -> Result<Vec<Task>> {
    let rows = tx.all(sql::STEPS, vals![declaration, officer]).await?;
    let mut done = Vec::new();
    for r in rows {
        let code: String = r.get(0)?;
        done.extend(Task::parse(&code));
    }
    Ok(done)
}

/// Notes that the officer did this duty on the consignment, so that the posts stay apart.
pub async fn note_step<D: Duty>(tx: &mut Tx, license: &Licensed<D>) -> Result<()> {
    let row = vals![license.declaration, D::TASK.code(), license.officer, license.at];
    tx.exec(sql::STEP_ADD, row).await.map(drop)
}
