//! Reads the evidence of a brand, criterion by criterion, from what its life left in the record.

use super::{Criterion, Evidence, Followed, Phase, enabler, names, results};
use crate::brand::{self, Brand, Charter, Held, Task};
use crate::indicator::{self, Catalogue, Direction, Score};
use crate::practice::{self, Offer};
use crate::standing_rule::{self, StandingRule};
use kernel::{Bilingual, Result, bi};
use registry::people::{self, Unit};
use store::Tx;

/// Staff who took part in a challenge, and what brands cost in paper.
const STAFF: [&str; 2] = ["PC08", "PC10"];

/// Everything that a brand left in the record.
struct Life<'c> {
    b: Brand,
    charter: Option<Charter>,
    tasks: Vec<Task>,
    gates: Vec<Held>,
    packaged: bool,
    offers: Vec<Offer>,
    joined: usize,
    rules: Vec<StandingRule>,
    /// Whether the effect of its rule was measured again, and held.
    held: Option<bool>,
    measured_again: bool,
    main: Option<Score<'c>>,
    guards: Vec<Score<'c>>,
    staff: Vec<Score<'c>>,
    effect_better: Option<bool>,
}

async fn life<'c>(tx: &mut Tx, c: &'c Catalogue, b: &Brand) -> Result<Life<'c>> {
    let charter = brand::charter(tx, b.id).await?.map(|(_, charter, _, _)| charter);
    let p = practice::by_brand(tx, b.id).await?;
    let offers = match &p {
        Some(p) => practice::offers(tx, p.id).await?,
        None => Vec::new(),
    };
    let rules = standing_rule::by_brand(tx, b.id).await?;
    let mut again = None;
    for r in &rules {
        again = again.or(standing_rule::measured(tx, r.id).await?);
    }
    let unit = people::unit(tx, b.positioning.unit).await?;
    let guards = charter.as_ref().map(|c| c.guards.clone()).unwrap_or_default();
    let main = scored(tx, c, &[&b.positioning.indicator], unit.as_ref()).await?.pop();
    let ids: Vec<&str> = guards.iter().map(String::as_str).collect();
    let effect_better = match b.revision {
        0 => None,
        _ => brand::effect_of(tx, c, b).await?.better,
    };
    Ok(Life {
        tasks: brand::tasks(tx, b.id).await?,
        gates: brand::gates(tx, b.id).await?,
        joined: brand::peers_of(tx, b.id).await?.len(),
        guards: scored(tx, c, &ids, unit.as_ref()).await?,
        staff: scored(tx, c, &STAFF, unit.as_ref()).await?,
        b: b.clone(),
        charter,
        packaged: p.is_some(),
        offers,
        rules,
        held: again.and_then(|(_, held)| held),
        measured_again: again.is_some(),
        main,
        effect_better,
    })
}

async fn scored<'c>(
    tx: &mut Tx,
    c: &'c Catalogue,
    ids: &[&str],
    unit: Option<&Unit>,
) -> Result<Vec<Score<'c>>> {
    let mut all = Vec::new();
    for id in ids {
        if c.newest(id).is_ok() {
            all.push(indicator::score(tx, c, id, unit).await?);
        }
    }
    Ok(all)
}

/// The nine criteria of a brand, each with the floor that its evidence shows.
pub async fn assess(tx: &mut Tx, c: &Catalogue, b: &Brand) -> Result<Vec<Criterion>> {
    let l = life(tx, c, b).await?;
    let enablers = [l.leadership(), l.strategy(), l.people(), l.partners(), l.processes()];
    let followed = [l.citizens(), l.staff_results(), l.society(), l.performance()];
    let mut all = Vec::new();
    for (evidence, name) in enablers.into_iter().zip(names()) {
        let band = enabler(&evidence);
        all.push(Criterion { no: all.len() + 1, name, band, evidence, followed: Vec::new() });
    }
    for (followed, name) in followed.into_iter().zip(names().into_iter().skip(5)) {
        let band = results(&followed, l.held == Some(true));
        all.push(Criterion { no: all.len() + 1, name, band, evidence: Vec::new(), followed });
    }
    Ok(all)
}

fn piece(phase: Phase, there: bool, what: Bilingual) -> Evidence {
    Evidence { phase, what, there, indicator: None }
}

/// Evidence that an indicator shows.
fn figure(
    phase: Phase,
    s: Option<&Score<'_>>,
    there: impl Fn(&Score<'_>) -> bool,
    what: Bilingual,
) -> Evidence {
    let indicator = s.map(|s| s.definition.id.clone());
    Evidence { phase, what, there: s.is_some_and(there), indicator }
}

/// Cases that a card knows of, closed or running.
fn cases(s: &Score<'_>) -> i64 {
    s.card.as_ref().map_or(0, |c| c.closed.n.max(c.running.n))
}

fn above(s: &Score<'_>) -> i64 {
    s.card.as_ref().map_or(0, |c| c.closed.numerator.max(c.running.numerator))
}

fn goes(d: Direction, from: f64, to: f64) -> Option<bool> {
    match d {
        Direction::Up => Some(to > from),
        Direction::Down => Some(to < from),
        Direction::Watch => None,
    }
}

fn keeps(s: &Score<'_>) -> Option<bool> {
    let value = s.card.as_ref()?.closed.value?;
    #[expect(clippy::cast_precision_loss, reason = "targets are small")]
    let target = s.target_milli? as f64 / 1000.0;
    goes(s.definition.direction, target, value).map(|beyond| beyond || (value - target).abs() < f64::EPSILON)
}

/// A figure as a result that is followed.
fn result(s: &Score<'_>) -> Followed {
    let d = s.definition;
    let closed = s.card.as_ref().map(|c| &c.closed);
    let value = closed.and_then(|f| f.value);
    let before = s.card.as_ref().and_then(|c| c.baseline.value);
    let mut peers = s.peers.clone();
    peers.sort_by(f64::total_cmp);
    let middle = peers.get(peers.len() / 2).copied();
    Followed {
        what: d.name(),
        indicator: Some(d.id.clone()),
        measured: value.is_some(),
        keeps: keeps(s),
        better: value.zip(before).and_then(|(v, b)| goes(d.direction, b, v)),
        above_peers: value
            .zip(middle)
            .and_then(|(v, m)| goes(d.direction, m, v).map(|beyond| beyond || v == m)),
    }
}

impl Life<'_> {
    fn reported(&self) -> bool {
        self.tasks.iter().any(|t| t.reported_at.is_some() && !t.facts.is_empty())
    }

    fn stage(&self, of: &[&str]) -> bool {
        of.contains(&self.b.stage.as_str())
    }

    fn leadership(&self) -> Vec<Evidence> {
        let p = &self.b.positioning;
        vec![
            piece(
                Phase::Plan,
                !p.promise.is_empty(),
                bi("写明承诺与受益者", "promise and beneficiary are written"),
            ),
            piece(Phase::Plan, self.charter.is_some(), bi("章程已获批准", "a charter was approved")),
            piece(
                Phase::Do,
                self.reported(),
                bi("季度任务凭记录报告", "quarterly tasks are reported with their facts"),
            ),
            piece(
                Phase::Check,
                !self.gates.is_empty(),
                bi("阶段评估含上级评价", "a gate with the superior's view was held"),
            ),
            piece(
                Phase::Act,
                self.stage(&["stopped", "passed", "ruled", "closed"]),
                bi("评估后作出决定", "the gate led to a decision"),
            ),
            piece(
                Phase::Learn,
                self.b.title,
                bi("帮扶后进后授牌", "the title was awarded after neighbours were helped"),
            ),
        ]
    }

    fn strategy(&self) -> Vec<Evidence> {
        let planned = self.charter.as_ref().is_some_and(|c| !c.tasks.is_empty() && !c.guards.is_empty());
        let decided = self.rules.iter().any(|r| r.review_on.is_some());
        vec![
            piece(
                Phase::Plan,
                planned,
                bi("章程有季度任务和护栏", "the charter has tasks by quarter, and guards"),
            ),
            piece(Phase::Do, self.reported(), bi("任务按季度报告", "tasks are reported")),
            piece(
                Phase::Check,
                self.gates.iter().any(|g| !g.effect["net"].is_null()),
                bi("评估净效果", "the effect net of the peers was judged"),
            ),
            piece(
                Phase::Act,
                self.b.revision > 1 || !self.rules.is_empty(),
                bi("修订章程或起草制度", "the charter was revised, or a rule drafted"),
            ),
            piece(Phase::Learn, decided, bi("制度有复审日期", "the rule has its day of review")),
        ]
    }

    fn people(&self) -> Vec<Evidence> {
        let [took, paper] = [self.staff.first(), self.staff.get(1)];
        let named = self.charter.as_ref().is_some_and(|c| !c.resources.trim().is_empty());
        vec![
            piece(Phase::Plan, named, bi("章程写明人力", "the charter names people and time")),
            figure(
                Phase::Do,
                took,
                |s| above(s) > 0,
                bi("人员参加学习竞赛", "staff took part in a challenge"),
            ),
            figure(
                Phase::Check,
                paper,
                |s| cases(s) > 0,
                bi("抽样资料负担", "working time on forms was sampled"),
            ),
            figure(
                Phase::Act,
                paper,
                |s| keeps(s) == Some(true),
                bi("资料负担在限内", "the burden of forms is within its limit"),
            ),
            piece(Phase::Learn, self.joined > 0, bi("其他单位加入", "another unit joined")),
        ]
    }

    fn partners(&self) -> Vec<Evidence> {
        let p = &self.b.positioning;
        let answered =
            |of: &[&str]| self.offers.iter().any(|o| o.answer.as_deref().is_some_and(|a| of.contains(&a)));
        vec![
            piece(Phase::Plan, !p.beneficiary.is_empty(), bi("写明受益者", "the beneficiary is named")),
            piece(
                Phase::Do,
                self.joined > 0 || !self.offers.is_empty(),
                bi("与同类单位共享", "it is shared with peers"),
            ),
            piece(
                Phase::Check,
                !self.gates.is_empty(),
                bi("评估含服务对象评价", "a gate heard members and users"),
            ),
            piece(Phase::Act, self.packaged, bi("编制典型经验", "the practice was packaged")),
            piece(Phase::Learn, answered(&["adopt", "adapt"]), bi("同类单位采纳", "a peer adopted it")),
        ]
    }

    fn processes(&self) -> Vec<Evidence> {
        let guarded = self.gates.iter().any(|g| g.guards.as_array().is_some_and(|of| !of.is_empty()));
        vec![
            piece(
                Phase::Plan,
                self.b.baseline_months >= 12,
                bi("主指标有 12 个月基线", "the main indicator has a baseline of twelve months"),
            ),
            figure(
                Phase::Do,
                self.main.as_ref(),
                |s| cases(s) > 0,
                bi("主指标由日常记录得出", "daily work moves the main indicator"),
            ),
            piece(Phase::Check, guarded, bi("评估看护栏指标", "a gate looked at the guards")),
            piece(Phase::Act, self.stage(&["ruled"]), bi("制度改变规则包", "a rule changed the rule pack")),
            piece(
                Phase::Learn,
                self.measured_again,
                bi("一年后再测", "the effect was measured again a year later"),
            ),
        ]
    }

    fn of_family(&self, service: bool) -> Vec<Followed> {
        let all = self.main.iter().chain(&self.guards);
        all.filter(|s| (s.definition.family == "service") == service).map(result).collect()
    }

    fn citizens(&self) -> Vec<Followed> {
        let views: Vec<i64> = self.gates.iter().map(|g| g.scores.users_milli).collect();
        let mut all = vec![Followed {
            what: bi("评估中服务对象的评价", "the view of members and users at the gates"),
            indicator: None,
            measured: !views.is_empty(),
            keeps: None,
            better: (views.len() > 1).then(|| views.last() > views.first()),
            above_peers: None,
        }];
        all.extend(self.of_family(true));
        all
    }

    fn staff_results(&self) -> Vec<Followed> {
        self.staff.iter().map(result).collect()
    }

    /// What the brand must not cost others: its guards beyond the counter.
    fn society(&self) -> Vec<Followed> {
        self.guards.iter().filter(|s| s.definition.family != "service").map(result).collect()
    }

    fn performance(&self) -> Vec<Followed> {
        let mut all: Vec<Followed> = self.main.iter().map(result).collect();
        all.push(Followed {
            what: bi("相对同类单位的净效果", "the effect net of the peers"),
            indicator: Some(self.b.positioning.indicator.clone()),
            measured: self.effect_better.is_some(),
            keeps: None,
            better: self.effect_better,
            above_peers: self.effect_better,
        });
        all
    }
}
