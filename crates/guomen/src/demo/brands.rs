//! The brands of the demonstration: proposed, chartered, proved and judged through the acts on the days of the played
//! year. The figures are those of the year, so that a gate passes what gained on its peers, and nothing else.

use super::brand_ideas::{IDEAS, Idea, charter, months_on};
use super::cast::Cast;
use excellence::brand::{self, GateInput, Grade, HelpPlan, Positioning, Proposed, Scores};
use excellence::indicator::Catalogue;
use excellence::practice::{self, Package};
use excellence::standing_rule::{self, Decision, Draft, PackChange};
use flow::{Desk, figures};
use kernel::{Actor, BrandId, Date, No, Result, Role, Scope, Timestamp, bi};
use registry::{people, rules};
use store::Tx;

/// Facts folded in one transaction.
const AT_ONCE: i64 = 50_000;
/// Months of baseline in the first year of the records.
const FIRST_BASELINE: i64 = 3;

/// What is done, on which day of the year.
const STEPS: [(i64, Step); 11] = [
    (0, Step::Found),
    (95, Step::Propose),
    (103, Step::Approve),
    (196, Step::Report),
    (258, Step::Gate),
    (265, Step::Offer),
    (284, Step::Answer),
    (300, Step::Grade),
    (348, Step::Rule),
    (352, Step::Verify),
    (358, Step::ProposeLast),
];

#[derive(Clone, Copy, Debug)]
enum Step {
    Found,
    Propose,
    Approve,
    Report,
    Gate,
    Offer,
    Answer,
    Verify,
    Grade,
    Rule,
    ProposeLast,
}

/// The season of brands.
pub(super) struct Season {
    first: Timestamp,
    next: usize,
    brands: Vec<BrandId>,
    leader: Option<Actor>,
}

impl Season {
    /// A season of the year that begins at an instant.
    pub(super) fn new(first: Timestamp) -> Season {
        Season { first, next: 0, brands: Vec::new(), leader: None }
    }

    /// When the next step is taken; far away after the last.
    pub(super) fn next_at(&self) -> Timestamp {
        let at = |day: i64| Timestamp(self.first.0 + day * Timestamp::DAY + 9 * Timestamp::HOUR);
        STEPS.get(self.next).map_or(Timestamp(i64::MAX), |step| at(step.0))
    }

    /// Does what is due by an instant of the year.
    pub(super) async fn turn(&mut self, desk: &Desk, cast: &Cast, now: Timestamp) -> Result<()> {
        while let Some((_, step)) = STEPS.get(self.next).copied() {
            let at = self.next_at();
            if at > now {
                return Ok(());
            }
            self.next += 1;
            let c = Catalogue::shipped()?;
            figures::fold_all(desk, &c, AT_ONCE).await?;
            let mut tx = desk.begin().await?;
            tx.set_now(at);
            self.step(&mut tx, &c, cast, step).await?;
            desk.finish(tx).await?;
        }
        Ok(())
    }

    async fn step(&mut self, tx: &mut Tx, c: &Catalogue, cast: &Cast, step: Step) -> Result<()> {
        match step {
            Step::Found => self.found(tx).await,
            Step::Propose => {
                for idea in &IDEAS[..5] {
                    self.propose(tx, c, cast, idea).await?;
                }
                Ok(())
            }
            Step::ProposeLast => self.propose(tx, c, cast, &IDEAS[5]).await,
            Step::Approve => self.approve(tx, c).await,
            Step::Report => self.report(tx, cast).await,
            Step::Gate => self.gate(tx, c, cast).await,
            Step::Offer => self.offer(tx, cast).await,
            Step::Answer => self.answer(tx, cast).await,
            Step::Verify => self.verify(tx, cast).await,
            Step::Grade => self.grade(tx, cast).await,
            Step::Rule => self.rule(tx, c, cast).await,
        }
    }

    /// The leading group takes its seat, and the first year asks for a shorter baseline: there are no older records.
    async fn found(&mut self, tx: &mut Tx) -> Result<()> {
        let by = Actor::system();
        let all = rules::rules(tx).await?;
        let mut pack = rules::adopted(&all, tx.now().date())?.pack.clone();
        let known: Vec<i64> = all
            .adopted
            .iter()
            .filter(|a| a.pack.code == pack.code)
            .filter_map(|a| a.pack.version.parse().ok())
            .collect();
        pack.version = (known.into_iter().max().unwrap_or(0) + 1).to_string();
        pack.effective_from = tx.now().date();
        for p in pack.parameter.iter_mut().filter(|p| p.key == "brand.baseline_months") {
            p.value = FIRST_BASELINE;
            p.citation = "建账首年过渡规定 (transitional, first year of the records)".into();
        }
        let text = toml::to_string(&pack).map_err(No::fault)?;
        rules::adopt_pack(tx, &by, &text).await?;
        let posts = people::posts(tx).await?;
        let post =
            posts.iter().find(|p| p.code == Role::Manager.code()).ok_or_else(|| No::fault("no post"))?;
        let units = people::units(tx).await?;
        let bureau = units.iter().find(|u| u.kind == "bureau").ok_or_else(|| No::fault("no bureau"))?;
        let name = bi("沈望舒", "Shen Wangshu");
        let officer = people::post_officer(tx, &by, "YM001", &name, bureau, post.id).await?;
        let roles = vec![Role::Manager];
        self.leader =
            Some(Actor { officer: Some(officer), unit: Some(bureau.id), name, roles, scope: Scope::Bureau });
        Ok(())
    }

    fn leader(&self) -> Result<&Actor> {
        self.leader.as_ref().ok_or_else(|| No::fault("no leading group"))
    }

    async fn propose(&mut self, tx: &mut Tx, c: &Catalogue, cast: &Cast, idea: &Idea) -> Result<()> {
        let Some(unit) = cast.branches.iter().find(|b| b.code == idea.branch) else { return Ok(()) };
        let Some(head) = cast.holders(Some(unit.id), Role::Manager).first().copied() else { return Ok(()) };
        let starts_on = first_of_next(tx.now().date());
        let p = Positioning {
            code: idea.code.into(),
            unit: unit.id,
            family: if ["M1", "M3", "M5"].contains(&idea.mechanism) { "regulatory" } else { "service" }
                .into(),
            mechanism: idea.mechanism.into(),
            name: bi(idea.name.0, idea.name.1),
            problem: idea.problem.into(),
            beneficiary: idea.beneficiary.into(),
            core_work: "报检、查验与放行 / acceptance, inspection and release".into(),
            promise: idea.promise.into(),
            indicator: idea.indicator.into(),
            starts_on,
            ends_on: months_on(starts_on, 12).yesterday().unwrap_or(starts_on),
        };
        if let Some(Proposed::Brand(id)) = tried(brand::propose(tx, c, head, &p).await)? {
            self.brands.push(id);
        }
        Ok(())
    }

    /// All but the last proposal are approved; the last goes back, because counting alone is no measure.
    async fn approve(&self, tx: &mut Tx, c: &Catalogue) -> Result<()> {
        let last = self.brands.last();
        for id in &self.brands {
            let b = brand::one(tx, *id).await?;
            if self.brands.len() > 1 && Some(id) == last {
                let why =
                    "措施只有统计，请补充如何防止岗位重叠 / Say how overlaps are prevented, not only counted";
                tried(brand::give_back(tx, self.leader()?, *id, why).await)?;
                continue;
            }
            let guard = IDEAS.iter().find(|i| i.code == b.positioning.code).map_or("RC06", |i| i.guard);
            tried(brand::approve(tx, c, self.leader()?, *id, &charter(&b, guard)).await)?;
        }
        Ok(())
    }

    /// Each unit reports its first task with the latest record of its own work.
    async fn report(&self, tx: &mut Tx, cast: &Cast) -> Result<()> {
        for id in &self.brands {
            let b = brand::one(tx, *id).await?;
            let unit = b.positioning.unit;
            let Some(head) = cast.holders(Some(unit), Role::Manager).first().copied() else { continue };
            let latest = store::ledger::page(tx, i64::MAX, 400, None).await?;
            let own: Vec<i64> =
                latest.iter().filter(|f| f.unit == Some(unit.0)).map(|f| f.seq).take(3).collect();
            tried(brand::report_task(tx, head, *id, 1, "首季完成 / Done in the first quarter", &own).await)?;
        }
        Ok(())
    }

    async fn gate(&self, tx: &mut Tx, c: &Catalogue, cast: &Cast) -> Result<()> {
        let (secretary, auditor) =
            (bureau_holder(cast, Role::Registrar)?, bureau_holder(cast, Role::Auditor)?);
        let reviewer = auditor.officer.ok_or_else(|| No::fault("an auditor who is no officer"))?;
        for (n, id) in (0_i64..).zip(&self.brands) {
            for outcome in ["pass", "continue"] {
                let scores = Scores {
                    own_milli: 92_000 - n * 1_500,
                    users_milli: 84_000 + n * 2_000,
                    superior_milli: 80_000 + n * 1_000,
                };
                let note = "现场查看记录与窗口 / Records and window seen on the spot".to_owned();
                let input = GateInput { reviewers: vec![reviewer], scores, outcome: outcome.into(), note };
                if tried(brand::hold_gate(tx, c, secretary, *id, &input).await)?.is_some() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The practice of each brand that passed is packaged and offered to the peers.
    async fn offer(&self, tx: &mut Tx, cast: &Cast) -> Result<()> {
        let secretary = bureau_holder(cast, Role::Registrar)?;
        let package = Package {
            preconditions: "一个窗口收齐全部单证 / One window takes all papers".into(),
            steps: vec![
                "到货前一天核对单证 / Papers are gone through a day ahead".into(),
                "查验结束即录入 / The record is written on the spot".into(),
                "当日集中放行 / Releases are settled twice a day".into(),
            ],
            forms: vec!["单证核对表 / checklist of papers".into()],
            side_effects: "早班增加一人 / One more hand on the early shift".into(),
            does_not_fit_if: "货物须送实验室检测 / Goods that need the laboratory".into(),
        };
        for id in &self.brands {
            if let Some(practice) = tried(practice::package(tx, secretary, *id, &package).await)? {
                tried(practice::offer(tx, secretary, practice).await)?;
            }
        }
        Ok(())
    }

    /// The peers answer for themselves; the first branch, where visitors work, has not answered yet.
    async fn answer(&self, tx: &mut Tx, cast: &Cast) -> Result<()> {
        let visited = cast.branches.first().map(|b| b.id);
        for id in &self.brands {
            let Some(p) = practice::by_brand(tx, *id).await? else { continue };
            for (n, o) in
                practice::offers(tx, p.id).await?.into_iter().filter(|o| Some(o.unit) != visited).enumerate()
            {
                let Some(head) = cast.holders(Some(o.unit), Role::Manager).first().copied() else { continue };
                let (answer, reason) = [
                    ("adopt", ""),
                    ("adapt", "放行改为每日三次 / Releases three times a day"),
                    ("decline", "本单位以实验室检测货物为主 / Most of our goods need the laboratory"),
                    ("adopt", ""),
                ][n % 4];
                tried(practice::answer(tx, head, o.id, answer, reason).await)?;
            }
        }
        Ok(())
    }

    /// The secretariat goes to the adopters and sees every step at work; the last one it has not visited yet.
    async fn verify(&self, tx: &mut Tx, cast: &Cast) -> Result<()> {
        let secretary = bureau_holder(cast, Role::Registrar)?;
        for id in &self.brands {
            let Some(p) = practice::by_brand(tx, *id).await? else { continue };
            let steps = p.body["package"]["steps"].as_array().map_or(0, Vec::len);
            let seen: Vec<usize> = (1..=steps).collect();
            let offers = practice::offers(tx, p.id).await?;
            let adopted: Vec<_> = offers.iter().filter(|o| o.adopted()).collect();
            for o in adopted.iter().rev().skip(1) {
                tried(practice::verify(tx, secretary, o.id, &seen, "").await)?;
            }
        }
        Ok(())
    }

    async fn grade(&self, tx: &mut Tx, cast: &Cast) -> Result<()> {
        let secretary = bureau_holder(cast, Role::Registrar)?;
        let of = |code: &str| cast.branches.iter().find(|b| b.code == code).map(|b| b.id);
        let (Some(good), Some(poor)) = (of("ZH"), of("CX")) else { return Ok(()) };
        for (unit, grade) in [(good, "good"), (poor, "poor")] {
            let g = Grade {
                unit,
                mechanism: "M9".into(),
                grade: grade.into(),
                evidence: "SV01 与同类单位比较 / SV01 beside the peers".into(),
                view: "同意 / Agreed".into(),
            };
            tried(brand::grade(tx, secretary, &g).await)?;
        }
        let plan = HelpPlan {
            unit: poor,
            helper: good,
            mechanism: "M9".into(),
            causes: "早班人手不足 / Too few hands on the early shift".into(),
            actions: "互派两人，每周一天 / Two officers change places one day a week".into(),
            regrade_on: months_on(tx.now().date(), 6),
            unit_view: "愿意接受 / Welcome".into(),
        };
        tried(brand::help(tx, self.leader()?, &plan).await).map(drop)
    }

    /// What held in half of the adopters becomes a rule, and the rule changes a number.
    async fn rule(&self, tx: &mut Tx, c: &Catalogue, cast: &Cast) -> Result<()> {
        let (secretary, auditor) =
            (bureau_holder(cast, Role::Registrar)?, bureau_holder(cast, Role::Auditor)?);
        let draft = Draft {
            title: bi("当日放行工作规定", "Rule on release within the day"),
            body: "查验结束的货物当日提交放行；典型经验推广的答复期限缩短为二十日。 / Goods go before the release desk on the day their inspection ends; offers of a practice are answered within twenty days.".into(),
            change: vec![PackChange::Number { key: "practice.answer_days".into(), value: 20, unit: "day".into() }],
        };
        for id in &self.brands {
            let Some(rule) = tried(standing_rule::draft(tx, c, secretary, *id, &draft).await)? else {
                continue;
            };
            tried(
                standing_rule::review(
                    tx,
                    auditor,
                    rule,
                    true,
                    "符合上位法 / In keeping with the law above it",
                )
                .await,
            )?;
            let from = tx.now().date().tomorrow().unwrap_or_default();
            let decision = Decision {
                no: format!("甬门检综〔{}〕7号", from.year()),
                minutes: "局务会纪要第11期 / Minutes of the bureau meeting, No. 11".into(),
                effective_from: from,
                review_on: months_on(from, 12),
            };
            tried(standing_rule::decide(tx, self.leader()?, rule, &decision).await)?;
            tried(brand::award_title(tx, self.leader()?, *id).await)?;
            return Ok(());
        }
        Ok(())
    }
}

/// A refusal is an answer like any other: what the year does not bear out is not done.
fn tried<T>(done: Result<T>) -> Result<Option<T>> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(No::Refused(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn bureau_holder(cast: &Cast, role: Role) -> Result<&Actor> {
    cast.holders(None, role).first().copied().ok_or_else(|| No::fault(format!("nobody is {}", role.code())))
}

fn first_of_next(day: Date) -> Date {
    months_on(Date::new(day.year(), day.month(), 1).unwrap_or(day), 1)
}
