//! A bureau of four branches with years of daily work in its ledger, as the stories of brands need it.

mod circle;
mod endings;
mod flagship;
mod learning;
mod outside;
mod seen;

use excellence::brand::{self, Charter, Gate, GateInput, PlannedTask, Positioning, Proposed, Scores};
use excellence::indicator::{self, Catalogue};
use excellence::practice::Package;
use kernel::{
    Actor, BrandId, Date, DeclarationId, OfficerId, Refusal, Result, Role, Scope, Timestamp, UnitId, bi,
    supervision::{Accepted, NoticeGiven, Settled},
};
use registry::people::{self, Unit};
use std::ops::RangeInclusive;
use std::sync::Arc;
use store::Tx;
use stories::Bureau;
use testkit::TestDb;

/// Declarations of a branch in a month.
const MONTHLY: i64 = 20;

/// The bureau.
pub(crate) struct World {
    /// Where the stories play.
    pub(crate) b: Bureau,
    clock: kernel::Clock,
    /// The catalogue that ships.
    pub(crate) c: Arc<Catalogue>,
    /// Beilun, Zhenhai, and the others: Xiangshan, Yuyao.
    pub(crate) units: Vec<UnitId>,
    heads: Vec<Actor>,
    /// A section of Beilun.
    pub(crate) section: UnitId,
    /// One of the leading group.
    pub(crate) leader: Actor,
    /// The secretariat.
    pub(crate) secretary: Actor,
    /// The legal office.
    pub(crate) auditor: Actor,
}

/// Nine o'clock on a day.
pub(crate) fn day(year: i16, month: i8, day: i8) -> Timestamp {
    Timestamp::at(Date::new(year, month, day).expect("a day"), 9, 0)
}

/// The refusal that an act ended in.
pub(crate) fn refused<T: std::fmt::Debug>(done: Result<T>) -> Refusal {
    stories::refusal(done)
}

/// What Beilun proposes.
pub(crate) fn positioning(unit: UnitId) -> Positioning {
    Positioning {
        code: "BL-ONCE".into(),
        unit,
        family: "service".into(),
        mechanism: "M9".into(),
        name: bi("一次告知", "Told once"),
        problem: "Three visits for one set of papers".into(),
        beneficiary: "declarants".into(),
        core_work: "acceptance of declarations".into(),
        promise: "Every deficiency is told once, completely".into(),
        indicator: "SV03".into(),
        starts_on: Date::constant(2027, 1, 1),
        ends_on: Date::constant(2027, 12, 31),
    }
}

/// Its charter.
pub(crate) fn charter() -> Charter {
    let task = |q: &str| PlannedTask { quarter: q.into(), what: "go through every second notice".into() };
    Charter {
        measures: vec!["one list of deficiencies for all windows".into()],
        indicator: "SV03".into(),
        target_milli: Some(95_000),
        guards: vec!["SV02".into()],
        resources: "two clerks, half a day a week".into(),
        gate_on: Date::constant(2027, 7, 15),
        tasks: ["2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"].into_iter().map(task).collect(),
    }
}

/// What was learned.
pub(crate) fn package() -> Package {
    Package {
        preconditions: "one window for all papers".into(),
        steps: vec!["read everything".into(), "tell everything".into()],
        forms: vec!["list of deficiencies".into()],
        side_effects: "first answers come half a day later".into(),
        does_not_fit_if: "papers come in parts by law".into(),
    }
}

impl World {
    /// Opens the bureau of four branches at the end of 2025.
    pub(crate) async fn open(t: &TestDb) -> World {
        World::of(t, &["XS", "YY"]).await
    }

    /// Opens the bureau with Beilun, Zhenhai and these branches at the end of 2025.
    pub(crate) async fn of(t: &TestDb, more: &[&str]) -> World {
        t.clock.set(day(2025, 12, 20));
        let b = Bureau::open(t).await;
        let mut tx = b.begin().await;
        let by = Actor::system();
        let open = async |tx: &mut Tx, code: &str, kind: &str, above: &Unit| {
            people::open_unit(tx, &by, code, kind, bi(code, code), Some(above)).await.expect("a unit")
        };
        let mut branches = vec![b.beilun.clone(), b.zhenhai.clone()];
        for code in more {
            branches.push(open(&mut tx, code, "branch", &b.unit).await);
        }
        let section = open(&mut tx, "BL-S1", "section", &b.beilun).await.id;
        let mut heads = Vec::new();
        for u in &branches {
            heads.push(person(&mut tx, &b, u, Role::Manager, Scope::Branch(u.id)).await);
        }
        let leader = person(&mut tx, &b, &b.unit, Role::Manager, Scope::Bureau).await;
        let secretary = person(&mut tx, &b, &b.unit, Role::Registrar, Scope::Bureau).await;
        let auditor = person(&mut tx, &b, &b.unit, Role::Auditor, Scope::Bureau).await;
        b.desk.finish(tx).await.expect("commit");
        let units = branches.iter().map(|u| u.id).collect();
        let c = Catalogue::shipped().expect("a catalogue");
        World { b, clock: t.clock.clone(), c, units, heads, section, leader, secretary, auditor }
    }

    /// The head of a branch.
    pub(crate) fn head(&self, unit: usize) -> Actor {
        self.heads[unit].clone()
    }

    /// Folds what was done, and begins an act on a day.
    pub(crate) async fn at(&self, y: i16, m: i8, d: i8) -> Tx {
        self.clock.set(day(y, m, d));
        self.fold().await;
        self.b.begin().await
    }

    /// Ends an act with all that follows it.
    pub(crate) async fn finish(&self, tx: Tx) {
        self.b.desk.finish(tx).await.expect("commit");
    }

    /// Folds the ledger.
    pub(crate) async fn fold(&self) {
        let mut tx = self.b.begin().await;
        let done = indicator::fold(&mut tx, &self.c, 1_000_000).await.expect("folded");
        assert!(done.done);
        self.finish(tx).await;
    }

    /// Months of daily work: in each branch twenty declarations with a deficiency, of which so many were told it
    /// once only, and twenty promises, of which Beilun keeps `in_time` and the others all.
    pub(crate) async fn work(&self, year: i16, months: RangeInclusive<i8>, once: [i64; 4], in_time: i64) {
        for month in months {
            self.clock.set(day(year, month, 3));
            let mut tx = self.b.begin().await;
            for (unit, once) in self.units.iter().zip(once) {
                let kept = if *unit == self.units[0] { in_time } else { MONTHLY };
                for i in 0..MONTHLY {
                    one(&mut tx, *unit, i < once, i < kept);
                }
            }
            // Facts of another time: the consignments themselves are not played, so nothing follows them.
            tx.commit().await.expect("commit");
        }
    }

    /// A year of work, and the brand of Beilun before the leading group.
    pub(crate) async fn proposed(&self) -> BrandId {
        self.work(2026, 1..=12, [14; 4], 20).await;
        let mut tx = self.at(2027, 1, 4).await;
        let done = brand::propose(&mut tx, &self.c, &self.head(0), &positioning(self.units[0])).await;
        self.finish(tx).await;
        match done.expect("proposed") {
            Proposed::Brand(id) => id,
            Proposed::Activity(_) => panic!("a year is no activity"),
        }
    }

    /// The same with its charter.
    pub(crate) async fn chartered(&self) -> BrandId {
        let id = self.proposed().await;
        let mut tx = self.at(2027, 1, 6).await;
        let no = refused(brand::approve(&mut tx, &self.c, &self.head(0), id, &charter()).await);
        assert_eq!(no.code, "brand.decider", "a branch does not approve its own charter");
        brand::approve(&mut tx, &self.c, &self.leader, id, &charter()).await.expect("approved");
        self.finish(tx).await;
        id
    }

    /// The same half a year later, passed on 12 July 2027.
    pub(crate) async fn passed(&self) -> BrandId {
        let id = self.chartered().await;
        self.work(2027, 1..=6, [19, 14, 15, 13], 20).await;
        let mut tx = self.at(2027, 7, 12).await;
        self.gate(&mut tx, id, "pass").await.expect("passed");
        self.finish(tx).await;
        id
    }

    /// The latest record of a branch's daily work, by its number.
    pub(crate) async fn record(&self, tx: &mut Tx, unit: usize) -> i64 {
        let page = store::ledger::page(tx, i64::MAX, 1000, Some("release.settled")).await.expect("facts");
        page.iter().find(|f| f.unit == Some(self.units[unit].0)).expect("a record").seq
    }

    /// A gate with an independent reviewer.
    pub(crate) async fn gate(&self, tx: &mut Tx, id: BrandId, outcome: &str) -> Result<Gate> {
        self.gate_by(tx, id, outcome, self.auditor.officer.expect("an officer")).await
    }

    /// A gate with this reviewer.
    pub(crate) async fn gate_by(
        &self,
        tx: &mut Tx,
        id: BrandId,
        outcome: &str,
        reviewer: OfficerId,
    ) -> Result<Gate> {
        let scores = Scores { own_milli: 95_000, users_milli: 80_000, superior_milli: 70_000 };
        let input = GateInput {
            reviewers: vec![reviewer],
            scores,
            outcome: outcome.into(),
            note: "seen on the spot".into(),
        };
        brand::hold_gate(tx, &self.c, &self.secretary, id, &input).await
    }
}

async fn person(tx: &mut Tx, b: &Bureau, unit: &Unit, role: Role, scope: Scope) -> Actor {
    let staff_no = format!("{}-{}", unit.code, role.code());
    let name = bi(staff_no.as_str(), staff_no.as_str());
    let officer = people::post_officer(tx, &Actor::system(), &staff_no, &name, unit, b.post).await;
    Actor { officer: Some(officer.expect("an officer")), unit: Some(unit.id), name, roles: vec![role], scope }
}

/// One declaration of daily work, as its facts.
fn one(tx: &mut Tx, unit: UnitId, told_once: bool, in_time: bool) {
    let d = tx.id::<DeclarationId>();
    let at = tx.now();
    let due_at = Timestamp(at.0 + 5 * Timestamp::DAY);
    for ordinal in 1..=(if told_once { 1 } else { 2 }) {
        let (notice, breach) = (tx.id(), ordinal > 1);
        let fact = NoticeGiven {
            notice,
            declaration: d,
            codes: vec!["packing_list".into()],
            ordinal,
            breach,
            due_at,
        };
        tx.append(d.subject(), None, Some(unit), fact);
    }
    let due_at = if in_time { due_at } else { Timestamp(at.0 - 1) };
    let fact = Accepted { declaration: d, deemed: false, lodged_at: at, due_at };
    tx.append(d.subject(), None, Some(unit), fact);
    let fact = Settled {
        settlement: tx.id(),
        declaration: d,
        lot: tx.id(),
        outcome: "release".into(),
        basis: "conforming".into(),
        by_rule: true,
        complete: true,
        accepted_at: Some(at),
        rule_version: "CN-2026/1".into(),
    };
    tx.append(d.subject(), None, Some(unit), fact);
}
