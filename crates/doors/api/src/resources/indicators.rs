//! Indicators: the scorecard of a unit, one figure with what stands behind it, and the facts it was counted from.
use axum::Json;
use axum::extract::{Path, State};
use excellence::indicator::{self, Catalogue, Definition, Figure};
use kernel::{Date, Quantity, Refusal, Result, bi};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::deed::{Done, act};
use crate::guard::{Caller, Managers, Staff};
use crate::intake::{Asked, RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const PATH: &str = "/api/v1/indicators";
/// Cases on one page.
const PAGE: usize = 100;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let unit = "Code of a unit; a branch sees its own, the bureau every unit, and itself when none is given";
    let period = "Period by name: 2026-11, 2026-Q4, 2026-H2 or 2026; the last that ended if not given";
    vec![
        get(
            PATH,
            "Every indicator with the last closed period of a unit; what waits for facts says for which",
            list,
        )
        .query("unit", unit)
        .gives::<Vec<IndicatorView>>(200),
        get("/api/v1/indicators/{id}", "One figure beside its peers, its baseline and its frozen value", one)
            .query("unit", unit)
            .query("period", period)
            .gives::<IndicatorSheet>(200),
        get(
            "/api/v1/indicators/{id}/facts",
            "The cases that a figure was counted from, with their facts",
            facts,
        )
        .query("unit", unit)
        .query("period", period)
        .query("after", "Where the last page ended; take it from `next`")
        .gives::<CasePage>(200),
        post(
            "/api/v1/indicators/{id}/targets",
            "Set a target from a day that has not passed; for the leading group",
            set_target,
        )
        .once()
        .takes::<NewTarget>()
        .gives::<Done>(200),
    ]
}

/// A target to be set.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTarget {
    /// The value in the indicator's unit, as a decimal number of at most three places.
    value: String,
    /// Its first day; not in the past.
    from: String,
    /// Why it is this value.
    reason: String,
}

/// What a request asks for.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wanted {
    unit: String,
    period: String,
    after: i64,
}

/// A figure.
#[derive(Serialize, ToSchema)]
struct FigureView {
    /// `scored`, `insufficient`, `no_data`, `stale` or `waiting`.
    state: String,
    /// Value in the indicator's unit.
    value: Option<f64>,
    /// 90th percentile, for medians.
    p90: Option<f64>,
    /// Lower end of the 95 % interval of the 90th percentile.
    p90_low: Option<f64>,
    /// Upper end of the 95 % interval of the 90th percentile.
    p90_high: Option<f64>,
    /// Lower end of the 95 % interval.
    low: Option<f64>,
    /// Upper end of the 95 % interval.
    high: Option<f64>,
    /// Cases.
    n: i64,
    /// Numerator.
    numerator: i64,
    /// Denominator.
    denominator: i64,
}

fn view(f: &Figure) -> FigureView {
    let state = serde_json::to_value(f.state).ok().and_then(|v| v.as_str().map(str::to_owned));
    FigureView {
        state: state.unwrap_or_default(),
        value: f.value,
        p90: f.p90,
        p90_low: f.p90_interval.map(|i| i.0),
        p90_high: f.p90_interval.map(|i| i.1),
        low: f.interval.map(|i| i.0),
        high: f.interval.map(|i| i.1),
        n: f.n,
        numerator: f.numerator,
        denominator: f.denominator,
    }
}

/// An indicator with a unit's last closed period.
#[derive(Serialize, ToSchema)]
struct IndicatorView {
    /// Its id.
    id: String,
    /// Version of its formula.
    version: i64,
    /// Name in Chinese.
    name_zh: String,
    /// Name in English.
    name_en: String,
    /// Formula in words, in English.
    says_en: String,
    /// `regulatory`, `service`, `people`, `lifecycle` or `side`.
    family: String,
    /// Unit of the value.
    unit: String,
    /// Whether it never carries a target.
    watch_only: bool,
    /// Facts that it waits for, in Chinese; empty when it works.
    waits_for_zh: Vec<String>,
    /// The same in English.
    waits_for_en: Vec<String>,
    /// Target in force, thousandths of the unit.
    target_milli: Option<i64>,
    /// Name of the last closed period.
    period: Option<String>,
    /// Its figure.
    figure: Option<FigureView>,
    /// The unit's twelve months before.
    baseline: Option<FigureView>,
    /// Values of its peers with enough cases.
    peers: Vec<f64>,
}

async fn list(
    caller: Caller<Staff>,
    State(api): State<Api>,
    Asked(wanted): Asked<Wanted>,
) -> Answer<Json<Vec<IndicatorView>>> {
    let c = Catalogue::shipped()?;
    let mut tx = api.desk.read().await?;
    let unit = indicator::unit_within(&mut tx, &caller.actor(), &wanted.unit).await?;
    let scores = indicator::scores(&mut tx, &c, unit.as_ref()).await?;
    let row = |s: indicator::Score<'_>| {
        let d = s.definition;
        IndicatorView {
            id: d.id.clone(),
            version: d.version,
            name_zh: d.name_zh.clone(),
            name_en: d.name_en.clone(),
            says_en: d.says_en.clone(),
            family: d.family.clone(),
            unit: d.unit.clone(),
            watch_only: d.watch_only,
            waits_for_zh: d.waits_for_zh.clone(),
            waits_for_en: d.waits_for.clone(),
            target_milli: s.target_milli,
            period: s.card.as_ref().map(|c| c.period.clone()),
            figure: s.card.as_ref().map(|c| view(&c.closed)),
            baseline: s.card.as_ref().map(|c| view(&c.baseline)),
            peers: s.peers,
        }
    };
    Ok(Json(scores.into_iter().map(row).collect()))
}

/// A unit among its peers.
#[derive(Serialize, ToSchema)]
struct PeerView {
    /// Code of the unit.
    unit: String,
    /// Its figure.
    figure: FigureView,
}

/// A group of an indicator's cases.
#[derive(Serialize, ToSchema)]
struct GroupView {
    /// The group, such as a lane; several parts are parted by `|`.
    group: String,
    /// Its figure.
    figure: FigureView,
    /// Whether its value is a share in percent, and not in the indicator's unit.
    share: bool,
}

fn group(g: &indicator::GroupLine) -> GroupView {
    GroupView { group: g.group.clone(), figure: view(&g.figure), share: g.share }
}

/// One figure with what stands behind it.
#[derive(Serialize, ToSchema)]
struct IndicatorSheet {
    /// Indicator.
    id: String,
    /// Version of its formula in that period.
    version: i64,
    /// Code of the unit; none for the whole bureau.
    unit: Option<String>,
    /// Period by name.
    period: String,
    /// The figure as it is known now.
    figure: FigureView,
    /// Whether the period is still running or within its days of grace.
    open: bool,
    /// The figure as it was frozen.
    frozen: Option<FigureView>,
    /// Whether what came later changed it.
    revised: bool,
    /// Target in force, thousandths of the unit.
    target_milli: Option<i64>,
    /// The unit's twelve months before.
    baseline: FigureView,
    /// Its group with itself; a branch sees the first five and its own neighbours.
    peers: Vec<PeerView>,
    /// Values of the others, in order.
    unnamed: Vec<f64>,
    /// The figure group by group, where the indicator has groups, such as lanes.
    groups: Vec<GroupView>,
    /// `rising`, `falling` or `none` over twelve periods.
    trend: Option<String>,
}

fn definition<'c>(c: &'c Catalogue, id: &str) -> Result<&'c Definition> {
    c.newest(id).map_err(|_| {
        Refusal::new("indicator.not_found", bi("没有这个指标", "there is no such indicator"))
            .missing("indicator", id, bi("见指标目录", "see the list of indicators"))
            .into()
    })
}

fn month(tx: &Tx, d: &Definition, period: &str) -> Result<i32> {
    if !period.is_empty() {
        return indicator::period::parse(period);
    }
    let today = indicator::period::month(tx.now().date());
    Ok(indicator::period::Window::of(d, today).back(d, 1).last)
}

async fn one(
    caller: Caller<Staff>,
    State(api): State<Api>,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Answer<Json<IndicatorSheet>> {
    let c = Catalogue::shipped()?;
    let d = definition(&c, &id)?;
    let mut tx = api.desk.read().await?;
    let unit = indicator::unit_within(&mut tx, &caller.actor(), &wanted.unit).await?;
    let month = month(&tx, d, &wanted.period)?;
    let s = indicator::sheet(&mut tx, &c, &d.id, unit.as_ref(), month).await?;
    let d = c.on(&d.id, indicator::period::first_day(month))?;
    let s = s.seen_by(d, &caller.actor());
    let unnamed = s.peers.iter().flat_map(|p| &p.unnamed).copied().collect();
    let peers = s.peers.iter().flat_map(|p| &p.peers);
    let peers = peers.map(|p| PeerView { unit: p.unit.clone(), figure: view(&p.figure) }).collect();
    Ok(Json(IndicatorSheet {
        id: s.indicator,
        version: s.version,
        unit: s.unit,
        period: s.period,
        figure: view(&s.figure),
        open: s.open,
        frozen: s.frozen.as_ref().map(view),
        revised: s.revised,
        target_milli: s.target_milli,
        baseline: view(&s.baseline),
        peers,
        unnamed,
        groups: s.groups.iter().map(group).collect(),
        trend: s.trend.map(str::to_owned),
    }))
}

async fn set_target(
    caller: Caller<Managers>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<NewTarget>,
) -> Answer<Json<Done>> {
    let c = Catalogue::shipped()?;
    let d = definition(&c, &id)?;
    let subject = format!("indicator/{}", d.id);
    act(&api, &caller, key, ("target", &subject, &sent), async |tx, by| {
        let mut no = Refusal::new("indicator.target", bi("不能设定该目标", "this target cannot be set"));
        let (milli, from) = (Quantity::parse_milli(&sent.value), sent.from.parse::<Date>());
        if milli.is_none() {
            let needed = bi("十进制数，至多三位小数", "a decimal number of at most three places");
            no = no.missing("value", &sent.value, needed);
        }
        if from.is_err() {
            no = no.missing("from", &sent.from, bi("写作 2027-01-01", "write it as 2027-01-01"));
        }
        let (Some(milli), Ok(from)) = (milli, from) else { return Err(no.into()) };
        indicator::set_target(tx, &c, by, &d.id, milli, from, &sent.reason).await?;
        Ok(Done::new(&d.id, format!("{PATH}/{}", d.id)))
    })
    .await
}

/// A case that was counted.
#[derive(Serialize, ToSchema)]
struct CaseView {
    /// The fact that put it into the period.
    seq: i64,
    /// Kind of that fact.
    kind: String,
    /// What it is about.
    subject: String,
    /// When, RFC 3339.
    at: String,
    /// Counted in the numerator.
    numerator: i64,
    /// Counted in the denominator.
    denominator: i64,
    /// Its value, for medians: minutes, or the field itself.
    value: Option<i64>,
    /// Every fact that it rests on.
    facts: Vec<i64>,
}

/// A page of cases.
#[derive(Serialize, ToSchema)]
struct CasePage {
    /// The cases.
    items: Vec<CaseView>,
    /// The next page; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

async fn facts(
    caller: Caller<Staff>,
    State(api): State<Api>,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Answer<Json<CasePage>> {
    let c = Catalogue::shipped()?;
    let d = definition(&c, &id)?;
    let mut tx = api.desk.read().await?;
    let unit = indicator::unit_within(&mut tx, &caller.actor(), &wanted.unit).await?;
    let month = month(&tx, d, &wanted.period)?;
    let d = c.on(&d.id, indicator::period::first_day(month))?;
    if !d.works() {
        return Ok(Json(CasePage { items: Vec::new(), next: None }));
    }
    let w = indicator::period::Window::of(d, month);
    let own = unit.map(|u| u.id);
    let (found, next) = indicator::facts(&mut tx, &c, d, own, w, wanted.after, PAGE).await?;
    let row = |o: indicator::Opened| CaseView {
        seq: o.seq,
        kind: o.kind,
        subject: o.subject,
        at: o.at.rfc3339(),
        numerator: o.numerator,
        denominator: o.denominator,
        value: o.value,
        facts: o.facts,
    };
    Ok(Json(CasePage { items: found.into_iter().map(row).collect(), next }))
}
