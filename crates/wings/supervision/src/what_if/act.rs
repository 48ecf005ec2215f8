//! Asking for a what-if, and doing it as a job.

use super::{Change, DAYS, Figures, JOB, rules::Found, rules::Tally, sql};
use crate::{
    risk_table::{self, Pinned, Tables},
    targeting::{self, Goods, Inputs, Outcome},
};
use kernel::{Actor, DeclarationId, No, Refusal, Result, Timestamp, bi};
use registry::rules::{self as book, Pack, Rules};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::job::{self, Job};
use store::{Row, Tx, vals};

/// Decisions read at a time.
const PAGE: i64 = 1000;

/// What a job is asked for.
#[derive(Serialize, Deserialize)]
struct Payload {
    change: Change,
    /// When the version was written: a changed one has another back-test.
    drafted_at: Option<Timestamp>,
}

/// A what-if that somebody asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The job.
    pub job: Job,
    /// What would be otherwise.
    pub change: Change,
    /// Its figures, once it is done.
    pub figures: Option<Figures>,
}

impl Asked {
    fn read(job: Job) -> Result<Asked> {
        let payload: Payload = serde_json::from_str(&job.payload)?;
        let figures = job.result.as_deref().map(serde_json::from_str).transpose()?;
        Ok(Asked { job, change: payload.change, figures })
    }
}

/// Names every rate that is about no row of the pack, or is no share.
fn known_rows(pack: &Pack, change: &Change, mut no: Refusal) -> Refusal {
    for (row, ppm) in &change.rates {
        if *ppm > risk::draw::PPM || !pack.lane.iter().any(|r| r.row == *row) {
            let needed = bi("现行规则包的行号，比例 0 至 100%", "a row of the pack in force, and 0 to 100 %");
            no = no.missing(format!("row {row}"), ppm, needed);
        }
    }
    no
}

/// Asks for a what-if; the same question within a day is asked once. Gives the key of its job.
pub async fn ask(tx: &mut Tx, by: &Actor, change: &Change) -> Result<String> {
    let what = bi("不能试算", "there is nothing to try");
    let mut no = Refusal::new("what_if.change", what);
    if by.officer.is_none() {
        no = no.missing("officer", "", bi("须由检验检疫人员提出", "an officer has to ask"));
    }
    if change.version.is_none() && change.rates.is_empty() {
        no = no.missing("change", "", bi("改一条规则或一个比例", "change a rule or a rate"));
    }
    let now = tx.now();
    let all = book::rules(tx).await?;
    let pack = book::adopted(&all, now.date())?;
    no = known_rows(&pack.pack, change, no);
    let drafted_at = match change.version {
        Some(id) => match risk_table::one(tx, id).await? {
            Some(v) => Some(v.drafted.1),
            None => {
                no = no.missing("version", id, bi("没有这个版本", "there is no such version"));
                None
            }
        },
        None => None,
    };
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let payload = serde_json::to_string(&Payload { change: change.clone(), drafted_at })?;
    let key = format!("{}-{}", now.date(), &book::digest(&payload)[..16]);
    job::add(tx, JOB, &key, &payload, now).await?;
    Ok(key)
}

/// What-ifs asked for, the newest first.
pub async fn recent(tx: &mut Tx, limit: i64) -> Result<Vec<Asked>> {
    job::of_kind(tx, JOB, limit).await?.into_iter().map(Asked::read).collect()
}

/// The what-if of a job's key.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<Asked>> {
    job::by_key(tx, JOB, key).await?.map(Asked::read).transpose()
}

/// How the world would be: packs with other rates, tables with another version.
struct World {
    packs: BTreeMap<String, Pack>,
    tables: Tables,
    /// Code of the table that is changed, and the label that takes its place.
    swap: Option<(String, String)>,
}

async fn world(tx: &mut Tx, change: &Change) -> Result<World> {
    let rules: &Rules = &*book::rules(tx).await?;
    let now = tx.now();
    let home = book::adopted(rules, now.date())?.label();
    let mut packs: BTreeMap<String, Pack> =
        rules.adopted.iter().map(|a| (a.label(), a.pack.clone())).collect();
    if let Some(pack) = packs.get_mut(&home) {
        for row in &mut pack.lane {
            if let Some((_, ppm)) = change.rates.iter().find(|(n, _)| *n == row.row) {
                row.rate_ppm = *ppm;
            }
        }
    }
    let mut tables = targeting::standing(tx).await?.tables.clone();
    let mut swap = None;
    if let Some(id) = change.version {
        let v = risk_table::one(tx, id).await?.ok_or_else(|| No::fault("a version is gone"))?;
        let (model, _) = risk_table::read_body(&v.body)?;
        tables.add(Pinned::new(&v.label(), v.table.title.clone(), &model, None)?);
        swap = Some((format!("{}/", v.table.code), v.label()));
    }
    Ok(World { packs, tables, swap })
}

/// One decision with what is needed to take it again.
struct Case {
    key: (Timestamp, DeclarationId),
    inputs: Inputs,
    before: Outcome,
    seed: [u8; 32],
    version: String,
    goods: Goods,
    found: Option<Found>,
}

fn case(r: &Row) -> Result<Case> {
    let n = |at: usize| -> Result<u64> { u64::try_from(r.get::<i64>(at)?).map_err(No::fault) };
    let (inputs, seed): (String, Vec<u8>) = (r.get(7)?, r.get(8)?);
    let before = Outcome {
        lane: r.get(2)?,
        rate_ppm: n(3)?,
        draw_ppm: n(4)?,
        selected: r.get(5)?,
        basis: r.get(6)?,
        reasons: Vec::new(),
    };
    let (failed, milli): (Option<i64>, Option<i64>) = (r.get(14)?, r.get(15)?);
    #[expect(clippy::cast_precision_loss, reason = "an estimate in tonnes")]
    let tonnes = milli.map_or(0.0, |m| m as f64 / 1e6);
    let (value, currency): (Option<i64>, Option<String>) = (r.get(16)?, r.get(17)?);
    #[expect(clippy::cast_precision_loss, reason = "an estimate in whole units of a currency")]
    let worth = value.map(|v| v as f64 / 1e3).zip(currency);
    Ok(Case {
        key: (r.get(0)?, r.get(1)?),
        inputs: serde_json::from_str(&inputs)?,
        before,
        seed: seed.try_into().map_err(|_| No::fault("the stored seed is not 32 bytes"))?,
        version: r.get(9)?,
        goods: Goods {
            origin: r.get(10)?,
            port: r.get(11)?,
            operator: r.get(12)?,
            plant: r.get(13)?,
            hs: vec![],
        },
        found: failed.map(|f| Found { nonconforming: f > 0, tonnes, worth }),
    })
}

fn again(world: &World, c: &mut Case) -> Result<Outcome> {
    if let Some((code, label)) = &world.swap {
        c.inputs.order = 1;
        c.inputs.tables.retain(|t| !t.starts_with(code.as_str()));
        c.inputs.tables.push(label.clone());
        c.inputs.goods.get_or_insert_with(|| std::mem::take(&mut c.goods));
    }
    let pack = world.packs.get(&c.version);
    let pack = pack.ok_or_else(|| No::fault(format!("no rule version {}", c.version)))?;
    Ok(targeting::decide(&c.inputs, pack, &world.tables, &c.seed))
}

/// Takes the decisions of the last year again. `tell` hears how many of how many are done; each page is one reading,
/// so that nobody waits.
pub async fn run<F, Fut, R, RFut>(payload: &str, read: R, tell: F) -> Result<Figures>
where
    F: Fn(i64, i64) -> Fut,
    Fut: Future<Output = Result<()>>,
    R: Fn() -> RFut,
    RFut: Future<Output = Result<Tx>>,
{
    let asked: Payload = serde_json::from_str(payload)?;
    year(&asked.change, None, read, tell).await
}

/// Takes the decisions of the year up to a day again with other rates, for somebody who waits for it.
pub async fn try_rates<R, RFut>(change: &Change, until: Option<kernel::Date>, read: R) -> Result<Figures>
where
    R: Fn() -> RFut,
    RFut: Future<Output = Result<Tx>>,
{
    let mut tx = read().await?;
    let rules = book::rules(&mut tx).await?;
    let no = Refusal::new("what_if.change", bi("不能试算", "there is nothing to try"));
    let no = known_rows(&book::adopted(&rules, tx.now().date())?.pack, change, no);
    drop(tx);
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let end = until.map(|day| Timestamp(Timestamp::start_of(day).0 + Timestamp::DAY));
    year(change, end, read, |_, _| std::future::ready(Ok(()))).await
}

async fn year<F, Fut, R, RFut>(change: &Change, end: Option<Timestamp>, read: R, tell: F) -> Result<Figures>
where
    F: Fn(i64, i64) -> Fut,
    Fut: Future<Output = Result<()>>,
    R: Fn() -> RFut,
    RFut: Future<Output = Result<Tx>>,
{
    let mut tx = read().await?;
    let until = end.unwrap_or(tx.now());
    let world = world(&mut tx, change).await?;
    let since = Timestamp(until.0 - DAYS * Timestamp::DAY);
    let total: i64 = tx.one(sql::COUNT, vals![since, until]).await?.get(0)?;
    let mut after = (Timestamp(since.0 - 1), DeclarationId::from(kernel::MAX_UUID));
    let (mut tally, mut done) = (Tally::default(), 0);
    loop {
        let rows = tx.all(sql::PAGE, vals![after.0, after.1, until, PAGE]).await?;
        let mut cases = rows.iter().map(case).collect::<Result<Vec<_>>>()?;
        let Some(last) = cases.last().map(|c| c.key) else { break };
        if world.swap.is_some() {
            let mut hs: HashMap<DeclarationId, Vec<String>> = HashMap::new();
            for r in tx.all(sql::HS, vals![after.0, after.1, last.0, last.1]).await? {
                hs.entry(r.get(0)?).or_default().push(r.get(1)?);
            }
            for c in &mut cases {
                c.goods.hs = hs.remove(&c.key.1).unwrap_or_default();
                c.goods.hs.dedup();
            }
        }
        for c in &mut cases {
            let outcome = again(&world, c)?;
            tally.add(&c.before, &outcome, c.found.take());
        }
        after = last;
        done += i64::try_from(cases.len()).map_err(No::fault)?;
        drop(tx);
        tell(done, total.max(done)).await?;
        tx = read().await?;
    }
    Ok(tally.figures())
}

impl Change {
    /// Notes the figures of a draft's back-test with it.
    pub async fn note(tx: &mut Tx, payload: &str, figures: &Figures) -> Result<()> {
        let asked: Payload = serde_json::from_str(payload)?;
        if let (Some(version), Some(drafted_at)) = (asked.change.version, asked.drafted_at) {
            risk_table::tried(tx, version, drafted_at, &serde_json::to_string(figures)?).await?;
        }
        Ok(())
    }
}
