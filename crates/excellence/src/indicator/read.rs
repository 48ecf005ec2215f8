//! Reading figures: one unit in one period with its interval, its peers, its own past, its charts.

use super::catalogue::Catalogue;
use super::chart::{self, ControlChart, Funnel, InTime};
use super::definition::{Definition, Measure};
use super::figure::{Figure, State, Sums, figure, is_share, keeps, of_group};
use super::period::Window;
use super::sql;
use super::target::target;
use kernel::{Bilingual, Refusal, Result, Timestamp, UnitId, bi};
use registry::people::{self, Unit};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Tx, ledger, vals};
use uuid::Uuid;

/// Periods behind a figure that charts and trends look at.
const PAST: i32 = 24;

/// A unit beside others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Peer {
    /// Unit code.
    pub unit: String,
    /// Unit name.
    pub name: Bilingual,
    /// Its figure.
    pub figure: Figure,
}

/// The peers' values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// The group.
    pub group: String,
    /// Its units that are named to the reader, by code.
    pub peers: Vec<Peer>,
    /// The values of those that are not named to the reader, in order.
    pub unnamed: Vec<f64>,
    /// Least, first quartile, median, third quartile, greatest of those with enough cases.
    pub five: Option<[f64; 5]>,
}

/// One group of an indicator's cases.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupLine {
    /// The group, such as a lane; several parts are parted by `|`.
    pub group: String,
    /// Its figure.
    pub figure: Figure,
    /// Whether its value is a share in percent, and not in the indicator's unit.
    pub share: bool,
}

/// Everything about one unit's figure.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    /// Indicator.
    pub indicator: String,
    /// Version of its formula.
    pub version: i64,
    /// Unit code; none for the whole bureau.
    pub unit: Option<String>,
    /// Period by name.
    pub period: String,
    /// Its months.
    pub window: Window,
    /// The figure as it is known now.
    pub figure: Figure,
    /// Whether the period is still running or within its days of grace.
    pub open: bool,
    /// The figure as it was frozen, when its months are closed.
    pub frozen: Option<Figure>,
    /// Whether what came later changed it.
    pub revised: bool,
    /// Target in force, thousandths of the unit.
    pub target_milli: Option<i64>,
    /// Whether it is kept.
    pub keeps_target: Option<bool>,
    /// The same unit in the twelve months before.
    pub baseline: Figure,
    /// The baseline from the same months as they were frozen.
    pub baseline_frozen: Figure,
    /// The figure group by group, where the indicator has groups.
    pub groups: Vec<GroupLine>,
    /// The peers; none for the whole bureau.
    pub peers: Option<Distribution>,
    /// `rising`, `falling` or `none` over twelve periods.
    pub trend: Option<&'static str>,
    /// Control chart over the last periods.
    pub control: Option<ControlChart>,
    /// Funnel over the peers.
    pub funnel: Option<Funnel>,
    /// Facts folded, and facts in the ledger.
    pub folded: (i64, i64),
}

/// Cells of an indicator in some months.
#[derive(Default)]
pub(crate) struct Cells {
    rows: Vec<Cell>,
}

struct Cell {
    month: i32,
    unit: Uuid,
    group: String,
    now: (i64, i64, i64, Vec<u8>),
    frozen: Option<(i64, i64, i64, Vec<u8>)>,
}

impl Cells {
    /// Reads the cells of an indicator from `first` to `last`, with the versions in force in them.
    pub(crate) async fn read(tx: &mut Tx, c: &Catalogue, id: &str, first: i32, last: i32) -> Result<Cells> {
        let mut rows = Vec::new();
        for d in c.definitions.iter().filter(|d| d.id == id && d.works()) {
            for r in tx.all(sql::CELLS, vals![id, d.version, first, last]).await? {
                let frozen: bool = r.get(7)?;
                let month: i64 = r.get(0)?;
                rows.push(Cell {
                    month: i32::try_from(month).unwrap_or(0),
                    unit: r.get(1)?,
                    group: r.get(2)?,
                    now: (r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?),
                    frozen: if frozen { Some((r.get(8)?, r.get(9)?, r.get(10)?, r.get(11)?)) } else { None },
                });
            }
        }
        Ok(Cells { rows })
    }

    /// The units that have cells.
    pub(crate) fn units(&self) -> Vec<Uuid> {
        let mut units: Vec<Uuid> = self.rows.iter().map(|r| r.unit).filter(|u| !u.is_nil()).collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// The numerators of a unit in a window, group by group.
    pub(crate) fn groups(&self, w: Window, unit: UnitId) -> BTreeMap<String, i64> {
        let mut all: BTreeMap<String, i64> = BTreeMap::new();
        for r in self.rows.iter().filter(|r| (w.first..=w.last).contains(&r.month) && r.unit == unit.0) {
            *all.entry(r.group.clone()).or_default() += r.now.0;
        }
        all.retain(|_, n| *n > 0);
        all
    }

    /// The sums of some units (none for all) in a window, as known now or as frozen.
    pub(crate) fn sums(&self, w: Window, of: impl Fn(Uuid) -> bool, frozen: bool) -> Result<Sums> {
        let mut sums = Sums::default();
        for r in self.rows.iter().filter(|r| (w.first..=w.last).contains(&r.month) && of(r.unit)) {
            let (num, den, weight, spread) = match &r.frozen {
                Some(f) if frozen => f,
                _ => &r.now,
            };
            // An empty cell came after its month was frozen, or was emptied again: it says nothing.
            if (*num, *den, *weight) == (0, 0, 0) && spread.is_empty() {
                continue;
            }
            sums.add(&r.group, *num, *den, *weight, spread)?;
        }
        Ok(sums)
    }
}

/// How far the ledger was folded, and how far it goes.
pub async fn folded(tx: &mut Tx) -> Result<(i64, i64)> {
    let seq: i64 = tx.one(sql::CURSOR, vals![]).await?.get(0)?;
    Ok((seq, ledger::head(tx).await?.0))
}

/// The unit of a code.
pub async fn unit(tx: &mut Tx, code: &str) -> Result<Unit> {
    people::units(tx).await?.into_iter().find(|u| u.code == code).ok_or_else(|| {
        let what = bi("没有这个单位", "there is no such unit");
        let needed = bi("写单位代码", "give the code of a unit");
        Refusal::new("indicator.unit", what).missing("unit", code, needed).into()
    })
}

/// The group of a unit, and its peers with itself: those put into the same group, else all of its kind. A unit without
/// its like stands beside all of its kind, because beside itself alone no effect could be told.
pub async fn peers(tx: &mut Tx, unit: &Unit) -> Result<(String, Vec<Unit>)> {
    let named: BTreeMap<Uuid, String> = tx
        .all(sql::PEERS, vals![])
        .await?
        .iter()
        .map(|r| Ok((r.get(0)?, r.get(1)?)))
        .collect::<Result<_>>()?;
    let group = named.get(&unit.id.0);
    let all: Vec<Unit> = people::units(tx).await?.into_iter().filter(|u| u.kind == unit.kind).collect();
    let same: Vec<Unit> = all.iter().filter(|u| named.get(&u.id.0) == group).cloned().collect();
    let kind = || unit.kind.clone();
    Ok(if same.len() > 1 { (group.cloned().unwrap_or_else(kind), same) } else { (kind(), all) })
}

/// Whether figures of a unit are those of the whole bureau.
fn whole(unit: Option<&Unit>) -> bool {
    unit.is_none_or(|u| u.kind == "bureau")
}

/// The figure of a unit in a window.
pub(crate) fn of_unit(
    c: &Catalogue,
    d: &Definition,
    cells: &Cells,
    unit: Option<UnitId>,
    w: Window,
) -> Result<Figure> {
    Ok(figure(d, &c.policy, &cells.sums(w, |u| unit.is_none_or(|own| own.0 == u), false)?))
}

/// Everything about the figure of a unit (none for the whole bureau) in the period of a month.
pub async fn sheet(tx: &mut Tx, c: &Catalogue, id: &str, unit: Option<&Unit>, month: i32) -> Result<Sheet> {
    let d = c.on(id, super::period::first_day(month))?;
    let w = Window::of(d, month);
    let back = w.back(d, PAST);
    let cells = Cells::read(tx, c, id, back.first.min(w.first - 12), w.last).await?;
    let own = unit.filter(|u| u.kind != "bureau").map(|u| u.id);
    let mine = |u: Uuid| own.is_none_or(|o| o.0 == u);
    let mut now = of_unit(c, d, &cells, own, w)?;
    let now_at = tx.now().0;
    let grace = c.policy.close_after_days * Timestamp::DAY;
    let open = now_at < w.ends().0 + grace;
    let as_frozen = |w: Window| -> Result<Figure> { Ok(figure(d, &c.policy, &cells.sums(w, mine, true)?)) };
    let frozen = as_frozen(w)?;
    let revised = !open && frozen != now;
    let folded = folded(tx).await?;
    if folded.0 < folded.1 && d.works() {
        now.state = State::Stale;
    }
    let target_milli = target(tx, d, w).await?;
    let past = series(c, d, &cells, own, w)?;
    let values: Vec<f64> = past.iter().rev().take(12).rev().map(|p| p.value).collect();
    let peers = match unit {
        Some(u) if !whole(unit) => Some(distribution(tx, c, d, &cells, u, w).await?),
        _ => None,
    };
    Ok(Sheet {
        indicator: id.to_owned(),
        version: d.version,
        unit: unit.map(|u| u.code.clone()),
        period: w.name(d.period),
        window: w,
        keeps_target: keeps(d, now.value, target_milli),
        figure: now,
        open,
        frozen: (!open).then_some(frozen),
        revised,
        target_milli,
        baseline: of_unit(c, d, &cells, own, w.year_before())?,
        baseline_frozen: as_frozen(w.year_before())?,
        groups: groups(c, d, &cells.sums(w, mine, false)?),
        trend: chart::trend(&values),
        control: control(d, &past),
        funnel: peers.as_ref().filter(|_| d.measure == Measure::Rate).and_then(funnel),
        peers,
        folded,
    })
}

fn groups(c: &Catalogue, d: &Definition, sums: &Sums) -> Vec<GroupLine> {
    if d.group.is_empty() {
        return Vec::new();
    }
    let line = |(group, of): (&str, Sums)| GroupLine {
        group: group.to_owned(),
        figure: of_group(d, &c.policy, &of),
        share: is_share(d),
    };
    sums.each().map(line).collect()
}

/// The last periods with enough cases, oldest first.
fn series(
    c: &Catalogue,
    d: &Definition,
    cells: &Cells,
    own: Option<UnitId>,
    w: Window,
) -> Result<Vec<InTime>> {
    let mut points = Vec::new();
    for i in (0..PAST).rev() {
        let w = w.back(d, i);
        let f = of_unit(c, d, cells, own, w)?;
        let Some(value) = f.value else { continue };
        // A share is kept as a share, so that limits can be drawn from its counts.
        let value = if d.measure == Measure::Rate { value / per(d) } else { value };
        points.push(InTime { period: w.name(d.period), n: f.n, num: f.numerator, value });
    }
    Ok(points)
}

#[expect(clippy::cast_precision_loss, reason = "1 to 10000")]
fn per(d: &Definition) -> f64 {
    d.per as f64
}

fn control(d: &Definition, past: &[InTime]) -> Option<ControlChart> {
    match d.measure {
        Measure::Rate => chart::p_chart(past),
        _ => chart::xmr_chart(past),
    }
}

async fn distribution(
    tx: &mut Tx,
    c: &Catalogue,
    d: &Definition,
    cells: &Cells,
    unit: &Unit,
    w: Window,
) -> Result<Distribution> {
    let (group, units) = peers(tx, unit).await?;
    let mut peers = Vec::new();
    for u in units {
        let figure = of_unit(c, d, cells, Some(u.id), w)?;
        let own = u.id == unit.id;
        let figure = if own { figure } else { figure.hidden_below(c.policy.least_for_group) };
        peers.push(Peer { unit: u.code, name: u.name, figure });
    }
    let mut values: Vec<f64> = peers.iter().filter_map(|p| p.figure.value).collect();
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values[(values.len() - 1) * share / 4];
    let five = (values.len() >= 2).then(|| [at(0), at(1), at(2), at(3), at(4)]);
    Ok(Distribution { group, peers, unnamed: Vec::new(), five })
}

fn funnel(d: &Distribution) -> Option<Funnel> {
    // Units with too few cases say nothing, and a funnel of two or of noughts alone is an empty picture.
    let units = d.peers.iter().filter(|p| p.figure.value.is_some());
    let units: Vec<(String, i64, i64)> =
        units.map(|p| (p.unit.clone(), p.figure.numerator, p.figure.denominator)).collect();
    let speaks = units.len() > 2 && units.iter().any(|u| u.1 > 0);
    chart::funnel(&units).filter(|_| speaks)
}

/// Months in front of `month` in which the unit's denominator or value has cases, counted backwards without a gap.
pub async fn months_of_baseline(
    tx: &mut Tx,
    c: &Catalogue,
    id: &str,
    unit: UnitId,
    month: i32,
) -> Result<i64> {
    let d = c.newest(id)?;
    let cells = Cells::read(tx, c, id, month - 24, month - 1).await?;
    let mut n = 0;
    for m in (month - 24..month).rev() {
        let f = of_unit(c, d, &cells, Some(unit), Window { first: m, last: m })?;
        if f.n == 0 {
            break;
        }
        n += 1;
    }
    Ok(n)
}
