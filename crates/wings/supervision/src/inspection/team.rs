//! The team: assigned by the manager, or drawn at random from all who may inspect these goods.

use super::{InspectionTask, Member, State, check, read, rules, sql};
use crate::competence::{self, Inspect, Task, admit};
use kernel::{
    Actor, Bilingual, Helper, No, OfficerId, Refusal, Result, Scope, TaskId, bi, supervision::TeamAssigned,
};
use registry::rules as book;
use serde::{Deserialize, Serialize};
use store::{Tx, vals};

/// An officer with an interest in the party stands aside.
const RECUSED: &str = "行政处罚法 (2021) 第四十三条";
/// Officers named in a refusal.
const NAMED: usize = 20;

/// An officer who may not inspect this consignment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Barred {
    /// The officer.
    pub officer: OfficerId,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: Bilingual,
    /// `off_duty`, `interest`, `other_step` or `no_authorisation`.
    pub code: String,
    /// Why, in words.
    pub why: Bilingual,
}

/// Who may inspect a consignment, and who may not.
#[derive(Clone, Debug)]
pub struct Candidates {
    /// May be drawn, in the order of their staff numbers.
    pub able: Vec<Member>,
    /// May not, and why.
    pub barred: Vec<Barred>,
}

/// Everyone at the consignment's branch, parted into those who may inspect it and those who may not.
pub async fn candidates(tx: &mut Tx, by: &Actor, t: &InspectionTask) -> Result<Candidates> {
    let able = competence::colleagues(tx, by, t.declaration, Task::Inspect).await?;
    let rows = tx.all(sql::STANDING, vals![t.branch, t.operator, t.declaration]).await?;
    let mut found = Candidates { able: Vec::new(), barred: Vec::new() };
    for r in rows {
        let (officer, staff_no) = (r.get::<OfficerId>(0)?, r.get::<String>(1)?);
        let name = bi(r.get::<String>(2)?, r.get::<String>(3)?);
        if able.iter().any(|h| h.officer == officer) {
            found.able.push(Member { officer, staff_no, name });
            continue;
        }
        let (interest, step): (Option<String>, Option<String>) = (r.get(5)?, r.get(6)?);
        let (code, why) = if !r.get::<bool>(4)? {
            ("off_duty", bi("不在岗", "off duty"))
        } else if interest.is_some() {
            ("interest", bi("与该企业有利害关系，应当回避", "declared an interest in this operator"))
        } else if let Some(done) = step.as_deref().and_then(Task::parse) {
            let name = done.name();
            let why =
                bi(format!("已办理本批的{}", name.zh), format!("did the {} of this consignment", name.en));
            ("other_step", why)
        } else {
            (
                "no_authorisation",
                bi("没有对本批货物的有效检验检疫授权", "holds no valid authorisation for these goods"),
            )
        };
        found.barred.push(Barred { officer, staff_no, name, code: code.into(), why });
    }
    Ok(found)
}

/// Assigns the officers, the leader first. Refused for anyone who may not inspect these goods, with the
/// authorisation that is missing and the colleagues who hold it (M1-1).
pub async fn assign(
    tx: &mut Tx,
    by: &Actor,
    id: TaskId,
    version: i64,
    officers: &[OfficerId],
    reason: &str,
) -> Result<()> {
    check::officer(by)?;
    let t = check::seen(tx, by, id, version, &[State::Open, State::Assigned]).await?;
    refuse_silent_change(tx, &t, reason).await?;
    let mut wanted: Vec<OfficerId> = Vec::new();
    for officer in officers {
        if !wanted.contains(officer) {
            wanted.push(*officer);
        }
    }
    let pool = candidates(tx, by, &t).await?;
    for officer in &wanted {
        if !pool.able.iter().any(|m| m.officer == *officer) {
            return Err(not_assignable(tx, by, &t, &pool, *officer).await?);
        }
    }
    if (wanted.len() as i64) < t.team_min {
        let found = wanted.len().to_string();
        return Err(too_few(tx, &t, "competence.team_min", &found).await?.helpers(helpers(&pool)).into());
    }
    set_team(tx, by, &t, &wanted, false, reason).await
}

/// Draws a team of the rule's number from a fresh seed, or of `size` when that is more. Fails when too few may
/// inspect these goods, and says of each of the others why not (M1-5).
pub async fn draw_team(
    tx: &mut Tx,
    by: &Actor,
    id: TaskId,
    version: i64,
    size: i64,
    reason: &str,
) -> Result<Vec<OfficerId>> {
    check::officer(by)?;
    let t = check::seen(tx, by, id, version, &[State::Open, State::Assigned]).await?;
    refuse_silent_change(tx, &t, reason).await?;
    let size = size.max(t.team_min);
    let pool = candidates(tx, by, &t).await?;
    if (pool.able.len() as i64) < size {
        let mut no = too_few(tx, &t, "competence.team_draw", &pool.able.len().to_string()).await?;
        for b in pool.barred.iter().take(NAMED) {
            no = no.missing("officer", format!("{} {}", b.staff_no, b.name.zh), b.why.clone());
        }
        return Err(no.helpers(helpers(&pool)).into());
    }
    let n: i64 = tx.one(sql::DRAW_NEXT, vals![id]).await?.get(0)?;
    let seed: [u8; 32] = tx.chance().bytes();
    let text = rules::team_seed(&seed, &t.declaration_no, n);
    let picked = rules::pick(&text, &pool.able, u64::try_from(size).map_err(No::fault)?)?;
    let staff = |all: &[Member]| serde_json::to_string(&all.iter().map(|m| &m.staff_no).collect::<Vec<_>>());
    let now = tx.now();
    let barred = serde_json::to_string(&pool.barred)?;
    let row = vals![id, n, seed, staff(&pool.able)?, barred, size, staff(&picked)?, by.officer, now];
    tx.exec(sql::DRAW_ADD, row).await?;
    let officers: Vec<OfficerId> = picked.iter().map(|m| m.officer).collect();
    set_team(tx, by, &t, &officers, true, reason).await?;
    Ok(officers)
}

/// A team that is there already is replaced with a reason only, and the reason is on record.
async fn refuse_silent_change(tx: &mut Tx, t: &InspectionTask, reason: &str) -> Result<()> {
    if read::team(tx, t.id).await?.is_empty() || !reason.trim().is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "inspection.team_reason",
        bi("更换查验组须写明理由", "a team is replaced with a reason only"),
    )
    .missing("reason", "", bi("写明为何更换", "say why it is replaced"))
    .into())
}

async fn set_team(
    tx: &mut Tx,
    by: &Actor,
    t: &InspectionTask,
    officers: &[OfficerId],
    drawn: bool,
    reason: &str,
) -> Result<()> {
    check::touch(tx, t, by.officer, State::Assigned).await?;
    tx.exec(sql::TEAM_CLEAR, vals![t.id]).await?;
    for (position, officer) in (1_i64..).zip(officers) {
        tx.exec(sql::TEAM_ADD, vals![t.id, *officer, position]).await?;
    }
    let (declaration, officers) = (t.declaration, officers.to_vec());
    let fact = TeamAssigned { task: t.id, declaration, officers, drawn, reason: reason.trim().into() };
    tx.append(declaration.subject(), by.officer, Some(t.branch), fact);
    Ok(())
}

fn helpers(pool: &Candidates) -> Vec<Helper> {
    let name =
        |m: &Member| bi(format!("{} {}", m.staff_no, m.name.zh), format!("{} {}", m.staff_no, m.name.en));
    pool.able.iter().take(NAMED).map(|m| Helper { officer: m.officer, name: name(m) }).collect()
}

async fn too_few(tx: &mut Tx, t: &InspectionTask, code: &str, found: &str) -> Result<Refusal> {
    let rules = book::rules(tx).await?;
    let pack = rules.by_label(&t.rule_version).ok_or_else(|| No::fault("a pinned rule version is gone"))?;
    let clause = &pack.pack.number("inspection.team_min")?.citation;
    let n = t.team_min;
    let what =
        bi(format!("查验组不足 {n} 人，不能组成"), format!("there is no team: fewer than {n} officers"));
    let needed = bi(format!("至少 {n} 名检验检疫人员"), format!("at least {n} officers"));
    let remedy = bi(
        "请负责人安排有授权且无利害关系的人员到岗，或依规临时委派；人数要求不得放宽",
        "Have officers put on duty who are authorised and without interest, or delegate by rule; the number is not relaxed",
    );
    Ok(Refusal::new(code, what).clause(clause).missing("officers", found, needed).remedy(remedy))
}

async fn not_assignable(
    tx: &mut Tx,
    by: &Actor,
    t: &InspectionTask,
    pool: &Candidates,
    officer: OfficerId,
) -> Result<No> {
    let Some(b) = pool.barred.iter().find(|b| b.officer == officer) else {
        let what = bi("该人员不属于本单位", "this officer does not belong to the branch");
        let no = Refusal::new("competence.not_assignable", what).helpers(helpers(pool));
        return Ok(no
            .missing("officer", officer, bi("从所列人员中选派", "choose one of those named"))
            .into());
    };
    let what = bi(
        format!("不能派 {} {} 查验本批：{}", b.staff_no, b.name.zh, b.why.zh),
        format!("{} {} cannot inspect this consignment: {}", b.staff_no, b.name.en, b.why.en),
    );
    let mut no = Refusal::new(&format!("competence.{}", b.code), what)
        .missing("officer", &b.staff_no, b.why.clone())
        .remedy(bi("改派下列人员", "Assign one of the officers named"));
    if b.code == "interest" {
        no = no.clause(RECUSED);
    }
    // The gate itself names the clause and each authorisation that is missing.
    let scope = Scope::Branch(t.branch);
    let as_officer = Actor { officer: Some(officer), scope, ..by.clone() };
    if b.code != "off_duty"
        && let Err(gate) = admit::<Inspect>(tx, &as_officer, t.declaration).await
        && let Some(gate) = gate.refusal()
    {
        no.clause = gate.clause.clone();
        no.missing.extend(gate.missing.iter().filter(|m| m.field == "authorisation").cloned());
    }
    Ok(no.helpers(helpers(pool)).into())
}
