//! The second half of an import: a declaration that targeting selected is accepted, inspected by two and decided, with
//! what the file says was found there. The others are not looked at, so that the bureau's record holds nothing that
//! nobody found; what passed unseen is told in the command's summary only.

use kernel::{Actor, DeclarationId, No, PostId, Result, Role, Scope, Timestamp, bi};
use registry::{people, people::Unit, rules};
use serde::Serialize;
use std::collections::BTreeMap;
use store::Tx;
use supervision::{
    competence::{self, Accept, Inspect, NewAuthorisation, Release, Task, admit},
    declaration::{self, Declaration, Stage},
    inspection::{self, Entry, InspectionTask, ItemEntry, State},
    release::{self, Order, Outcome},
};

/// The post of the officers who stand for an office's people.
const POST: &str = "KR-OFFICE";
/// The item of the rule pack's list under which goods and papers are compared, and the finding when they differ.
const COMPARED: (&str, &str) = ("MARK", "D1");
/// How long their authorisations run: longer than a file.
const YEARS: i64 = 3;

/// What the file says about a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcomes {
    /// Whether goods and papers differed.
    pub(crate) fraud: bool,
    /// The data set's degree, 0 to 2.
    pub(crate) critical: u8,
}

/// What came of the results of a file.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Counts {
    /// Inspected by this run.
    inspected: u64,
    /// Of these, found not to conform.
    found: u64,
    /// Released lots.
    released: u64,
    /// Lots on hold.
    held: u64,
    /// Frauds of the file that were not selected: the file knows, the bureau does not.
    passed_unseen: u64,
}

/// The people of one office.
struct Office {
    clerk: Actor,
    manager: Actor,
    inspectors: Vec<Actor>,
    releaser: Actor,
}

/// Carries the results of a file through the acts.
#[derive(Default)]
pub(crate) struct Results {
    offices: BTreeMap<String, Office>,
    post: Option<PostId>,
    pub(crate) counts: Counts,
}

impl Results {
    /// The people of an office: entered and authorised when the registry does not have them yet.
    async fn office(&mut self, tx: &mut Tx, code: &str) -> Result<&Office> {
        if !self.offices.contains_key(code) {
            let office = self.enter(tx, code).await?;
            self.offices.insert(code.to_owned(), office);
        }
        self.offices.get(code).ok_or_else(|| No::fault("an office is gone"))
    }

    async fn enter(&mut self, tx: &mut Tx, code: &str) -> Result<Office> {
        let units = people::branches(tx).await?;
        let unit = units.into_iter().find(|u| u.code == code).ok_or_else(|| No::fault("no such office"))?;
        let post = match self.post {
            Some(post) => post,
            None => post(tx).await?,
        };
        self.post = Some(post);
        let person = async |tx: &mut Tx, n: u8, role: Role, duty: Option<Task>| {
            officer(tx, &unit, post, &format!("{code}-{n}"), role, duty).await
        };
        Ok(Office {
            clerk: person(tx, 1, Role::Clerk, Some(Task::Accept)).await?,
            manager: person(tx, 2, Role::Manager, None).await?,
            inspectors: vec![
                person(tx, 3, Role::Inspector, Some(Task::Inspect)).await?,
                person(tx, 4, Role::Inspector, Some(Task::Inspect)).await?,
            ],
            releaser: person(tx, 5, Role::Releaser, Some(Task::Release)).await?,
        })
    }
}

async fn post(tx: &mut Tx) -> Result<PostId> {
    if let Some(known) = people::posts(tx).await?.into_iter().find(|p| p.code == POST) {
        return Ok(known.id);
    }
    let name = bi("数据集办事处人员", "Person of an office of the data set");
    people::define_post(tx, &Actor::system(), POST, name, &[]).await
}

async fn officer(
    tx: &mut Tx,
    unit: &Unit,
    post: PostId,
    staff_no: &str,
    role: Role,
    duty: Option<Task>,
) -> Result<Actor> {
    let by = Actor::system();
    let name = bi(format!("职员 {staff_no}"), format!("Officer {staff_no}"));
    let id = match people::officer_by_no(tx, staff_no).await? {
        Some(known) => known.id,
        None => {
            let id = people::post_officer(tx, &by, staff_no, &name, unit, post).await?;
            let from = tx.now().0 - Timestamp::DAY;
            if let Some(duty) = duty {
                let new = NewAuthorisation {
                    officer: id,
                    duty,
                    hs_prefix: String::new(),
                    valid_from: Timestamp(from),
                    valid_to: Timestamp(from + YEARS * 365 * Timestamp::DAY),
                    reason: "import of the data set".into(),
                };
                competence::authorise(tx, &by, new).await?;
            }
            id
        }
    };
    let scope = unit.branch.map_or(Scope::Bureau, Scope::Branch);
    Ok(Actor { officer: Some(id), unit: Some(unit.id), name, roles: vec![role], scope })
}

/// A step on a declaration's way: what is done now, in the order of the main line.
pub(crate) enum Step {
    /// Something was done; what follows it is to be followed.
    Done,
    /// Nothing is left to do.
    Nothing,
}

impl Results {
    /// Does the next act on a declaration; the caller follows its facts and asks again.
    pub(crate) async fn next(
        &mut self,
        tx: &mut Tx,
        id: DeclarationId,
        branch: &str,
        says: Outcomes,
    ) -> Result<Step> {
        let found = declaration::one(tx, &Actor::system(), id).await?;
        let d = found.ok_or_else(|| No::fault(format!("no {}", id.subject())))?;
        if !d.selected {
            return Ok(Step::Nothing);
        }
        match d.stage {
            Stage::Lodged => {
                let office = self.office(tx, branch).await?;
                let license = admit::<Accept>(tx, &office.clerk, id).await?;
                declaration::accept(tx, &license).await?;
                Ok(Step::Done)
            }
            Stage::Inspecting => self.inspect(tx, &d, branch, says).await,
            Stage::Deciding => self.decide(tx, &d, branch, says).await,
            _ => Ok(Step::Nothing),
        }
    }

    async fn inspect(&mut self, tx: &mut Tx, d: &Declaration, branch: &str, says: Outcomes) -> Result<Step> {
        let tasks = inspection::of_declaration(tx, d.id).await?;
        let t = tasks.into_iter().find(|t| t.state.is_live()).ok_or_else(|| No::fault("no task"))?;
        let office = self.office(tx, branch).await?;
        let team = inspection::team(tx, t.id).await?;
        let member = |nth: usize| {
            let officer = team.get(nth).map(|m| m.officer);
            let found = office.inspectors.iter().find(|a| a.officer == officer);
            found.ok_or_else(|| No::fault("a team of strangers"))
        };
        match t.state {
            State::Open => {
                inspection::draw_team(tx, &office.manager, t.id, t.version, t.team_min, "").await?;
            }
            State::Assigned => {
                let leader = member(0)?;
                let entry = entry(tx, &t, says).await?;
                let license = admit::<Inspect>(tx, leader, d.id).await?;
                inspection::write(tx, leader, &license, t.id, t.version, &entry).await?;
            }
            _ => {
                let second = member(1)?;
                let license = admit::<Inspect>(tx, second, d.id).await?;
                inspection::sign(tx, second, &license, t.id, t.version).await?;
                self.counts.inspected += 1;
                self.counts.found += u64::from(says.fraud);
            }
        }
        Ok(Step::Done)
    }

    async fn decide(&mut self, tx: &mut Tx, d: &Declaration, branch: &str, says: Outcomes) -> Result<Step> {
        let lots = declaration::lots(tx, d.id).await?;
        let (outcome, reason) =
            if says.fraud { (Outcome::Hold, "papers_mismatch") } else { (Outcome::Release, "") };
        let dossier = release::dossier(tx, &Actor::system(), d.id).await?;
        let held = |l: &release::LotFile| l.settlements.iter().any(|s| s.ended.is_none());
        if dossier.is_some_and(|f| f.lots.iter().any(held)) {
            return Ok(Step::Nothing);
        }
        let order = Order {
            lots: lots.iter().map(|l| l.id).collect(),
            outcome,
            reason: reason.into(),
            note: String::new(),
        };
        let office = self.office(tx, branch).await?;
        let license = admit::<Release>(tx, &office.releaser, d.id).await?;
        let settled = release::settle(tx, &license, &order).await?.len() as u64;
        if says.fraud {
            self.counts.held += settled;
        } else {
            self.counts.released += settled;
        }
        Ok(Step::Done)
    }

    /// Counts a declaration that nobody will look at.
    pub(crate) fn unseen(&mut self, says: Outcomes) {
        self.counts.passed_unseen += u64::from(says.fraud);
    }
}

/// The record of an inspection: goods compared with their papers, which is what the file speaks about.
async fn entry(tx: &mut Tx, t: &InspectionTask, says: Outcomes) -> Result<Entry> {
    let lots = inspection::lots(tx, t.id).await?;
    let rules = rules::rules(tx).await?;
    let pack = rules.by_label(&t.rule_version).ok_or_else(|| No::fault("a rule version is gone"))?;
    let items = pack.pack.item.iter().map(|i| {
        let (verdict, finding) = match (i.code == COMPARED.0, says.fraud) {
            (true, true) => ("nonconform", COMPARED.1),
            (true, false) => ("conform", ""),
            (false, _) => ("not_applicable", ""),
        };
        ItemEntry {
            code: i.code.clone(),
            verdict: verdict.into(),
            finding: finding.into(),
            ..ItemEntry::default()
        }
    });
    let remarks = if says.fraud { format!("Critical Fraud {}", says.critical) } else { String::new() };
    Ok(Entry {
        key: format!("kr-customs/{}", t.id),
        lots: lots.iter().map(|l| (l.plan.sample_size.to_string(), "0".to_owned())).collect(),
        items: items.collect(),
        witness: String::new(),
        remarks,
    })
}
