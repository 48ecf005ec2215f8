//! The demonstration's risk desk: some alerts in the course of the year, one that awaits its approval, one case that
//! nobody has assessed yet, and a decision table on its way.

use super::cast::Cast;
use kernel::{Actor, AlertId, No, Result, Role, Timestamp, bi};
use store::Tx;
use supervision::{
    alert::{self, Information, Measures, Proposal, Scope},
    risk_table::{self, Draft},
    what_if,
};

/// What an alert of the demonstration is about.
struct Story {
    title: &'static str,
    hazard: &'static str,
    source: &'static str,
    information: &'static str,
    hs: &'static str,
    direction: &'static str,
    market: &'static str,
    class: (i64, i64),
    rate_ppm: u64,
    hold: bool,
    days: i64,
}

const STORIES: [Story; 5] = [
    Story {
        title: "冻虾仁 硝基呋喃代谢物 日本",
        hazard: "硝基呋喃代谢物",
        source: "notification",
        information: "日方通报：一批冻虾仁检出 AOZ 0.9 µg/kg；同月另一企业一批自检不合格。",
        hs: "030617",
        direction: "export",
        market: "JP",
        class: (4, 3),
        rate_ppm: 1_000_000,
        hold: false,
        days: 60,
    },
    Story {
        title: "冷冻菠菜 毒死蜱 德国",
        hazard: "毒死蜱",
        source: "notification",
        information: "RASFF 信息通报：毒死蜱 0.03 mg/kg，超出 0.01 mg/kg。",
        hs: "071030",
        direction: "export",
        market: "DE",
        class: (3, 3),
        rate_ppm: 500_000,
        hold: false,
        days: 120,
    },
    Story {
        title: "活鳗鱼 孔雀石绿",
        hazard: "孔雀石绿",
        source: "laboratory",
        information: "本局实验室一个月内检出三批隐色孔雀石绿，来自两个养殖场。",
        hs: "030192",
        direction: "export",
        market: "",
        class: (4, 4),
        rate_ppm: 1_000_000,
        hold: true,
        days: 90,
    },
    Story {
        title: "烤花生仁 黄曲霉毒素 B1",
        hazard: "黄曲霉毒素 B1",
        source: "watch",
        information: "监测清单前十：六个月内对同类产品的通报九份。",
        hs: "200819",
        direction: "export",
        market: "",
        class: (5, 3),
        rate_ppm: 600_000,
        hold: false,
        days: 90,
    },
    Story {
        title: "进口葡萄酒 二氧化硫 智利",
        hazard: "二氧化硫",
        source: "inspection",
        information: "两个口岸各有一批标签未标示二氧化硫。",
        hs: "220421",
        direction: "import",
        market: "CL",
        class: (2, 3),
        rate_ppm: 0,
        hold: false,
        days: 0,
    },
];

#[derive(Clone, Copy)]
enum Step {
    Issue(usize),
    Propose(usize),
    Inform(usize),
    Lift(usize),
    Expire(usize),
    Table,
}

/// What happens when in the year, in parts per thousand of it.
const STEPS: [(i64, Step); 8] = [
    (150, Step::Issue(0)),
    (320, Step::Expire(0)),
    (450, Step::Issue(1)),
    (600, Step::Lift(1)),
    (950, Step::Table),
    (970, Step::Issue(2)),
    (985, Step::Propose(3)),
    (992, Step::Inform(4)),
];

/// The desk's year, played alongside the others'.
pub(super) struct Alerts {
    first: Timestamp,
    now: Timestamp,
    next: usize,
    ids: [Option<AlertId>; STORIES.len()],
}

impl Alerts {
    /// A year between two instants.
    pub(super) fn new(first: Timestamp, now: Timestamp) -> Alerts {
        Alerts { first, now, next: 0, ids: [None; STORIES.len()] }
    }

    /// Does what is due by the instant of the transaction.
    pub(super) async fn play(&mut self, tx: &mut Tx, cast: &Cast) -> Result<()> {
        while let Some((share, step)) = STEPS.get(self.next) {
            if tx.now().0 < self.first.0 + (self.now.0 - self.first.0) / 1000 * share {
                return Ok(());
            }
            self.next += 1;
            self.step(tx, cast, *step).await?;
        }
        Ok(())
    }

    async fn step(&mut self, tx: &mut Tx, cast: &Cast, step: Step) -> Result<()> {
        let (analyst, other) = (person(cast, Role::Risk)?, person(cast, Role::Registrar)?);
        match step {
            Step::Inform(n) | Step::Propose(n) | Step::Issue(n) => {
                let id = alert::inform(tx, analyst, &information(&STORIES[n])).await?;
                self.ids[n] = Some(id);
                if !matches!(step, Step::Inform(_)) {
                    alert::propose(tx, analyst, id, &proposal(tx, &STORIES[n])).await?;
                }
                if matches!(step, Step::Issue(_)) {
                    alert::approve(tx, other, id).await?;
                }
            }
            Step::Lift(n) => {
                if let Some(id) = self.ids[n] {
                    alert::lift(tx, other, id, "连续三十批检测合格，输入国已取消加严").await?;
                }
            }
            Step::Expire(n) => {
                if let Some(id) = self.ids[n] {
                    alert::run(tx, id).await?;
                }
            }
            Step::Table => table(tx, analyst).await?,
        }
        Ok(())
    }
}

fn person(cast: &Cast, role: Role) -> Result<&Actor> {
    cast.holders(None, role).into_iter().next().ok_or_else(|| No::fault(format!("nobody is {}", role.code())))
}

fn scope(s: &Story) -> Scope {
    Scope { direction: s.direction.into(), hs: s.hs.into(), market: s.market.into(), ..Scope::default() }
}

fn information(s: &Story) -> Information {
    Information {
        title: s.title.into(),
        hazard: s.hazard.into(),
        source: s.source.into(),
        information: s.information.into(),
        scope: scope(s),
    }
}

fn proposal(tx: &Tx, s: &Story) -> Proposal {
    Proposal {
        title: s.title.into(),
        hazard: s.hazard.into(),
        severity: s.class.0,
        likelihood: s.class.1,
        evidence: s.information.into(),
        scope: scope(s),
        measures: Measures {
            lane: if s.rate_ppm >= 1_000_000 { "conformity".into() } else { "sampling".into() },
            rate_ppm: s.rate_ppm,
            hold: s.hold,
            tests: vec![],
        },
        starts_at: None,
        ends_at: Some(Timestamp(tx.now().0 + s.days * Timestamp::DAY)),
        review_at: None,
    }
}

/// A table that is written and tested, and asked to be back-tested: it waits for somebody's approval then.
async fn table(tx: &mut Tx, by: &Actor) -> Result<()> {
    let draft = Draft {
        code: "FRUIT-VEG".into(),
        title: bi("果蔬加严", "Fruit and vegetables"),
        body: include_str!("table.csv").into(),
        examples: include_str!("table_examples.csv").into(),
        note: "近三个月果蔬通报增多：日本、德国单列".into(),
    };
    let version = risk_table::draft(tx, by, &draft).await?;
    risk_table::test(tx, by, version).await?;
    what_if::ask(tx, by, &what_if::Change { version: Some(version), rates: vec![] }).await.map(drop)
}
