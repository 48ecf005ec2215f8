//! Registering a notification and finding the lots that it may be about.

use super::{Deed, More, Notice, Notification, Registered, Stage, read, rules, sql};
use kernel::{
    Actor, Bilingual, Date, DeclarationId, LotId, No, NotificationId, PlantId, Refusal, Result, Timestamp,
    bi,
    supervision::{LotsProposed, Notified},
};
use registry::rules as book;
use store::{Tx, vals};

/// Candidates that are kept.
const KEPT: usize = 20;
/// A whole certainty.
const SURE: i64 = 1_000_000;

/// Registers a notice; one that is known by its source and number is not registered again. The first report is due
/// by a clock of its class when the goods are our own.
pub async fn register(tx: &mut Tx, by: &Actor, notice: &Notice) -> Result<Registered> {
    let today = tx.now().date();
    rules::check(notice, today)?;
    if let Some(r) = tx.opt(sql::KNOWN, vals![&notice.source, &notice.reference]).await? {
        return Ok(Registered::Known(r.get(0)?));
    }
    let plant = plant_of(tx, notice.plant.as_deref()).await?;
    let own = rules::own(notice) || plant.is_some() || notice.source == "citizen";
    let rules = book::rules(tx).await?;
    let pack = book::adopted(&rules, today)?;
    let key = if notice.serious {
        "notification.serious_first_report_hours"
    } else {
        "notification.first_report_hours"
    };
    let due_at = tx.now().plus_hours(pack.pack.number(key)?.value);
    let id = tx.id::<NotificationId>();
    let year = today.year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("notification/{year}")]).await?.get(0)?;
    let no = format!("TB{year}{n:06}");
    let stage = if own { Stage::Received } else { Stage::Watching };
    let now = tx.now();
    let row = vals![
        id,
        &no,
        &notice.source,
        &notice.reference,
        &notice.kind,
        &notice.notified_on,
        &notice.notifier,
        notice.origin.join("; "),
        &notice.product,
        &notice.category,
        &notice.hazard,
        &notice.hazard_category,
        notice.serious,
        notice.market.clone(),
        notice.port.clone(),
        plant,
        notice.lot_no.clone(),
        own,
        stage.code(),
        pack.label(),
        now,
        due_at
    ];
    tx.exec(sql::ADD, row).await?;
    let fact = Notified {
        notification: id,
        no,
        source: notice.source.clone(),
        reference: notice.reference.clone(),
        category: notice.category.clone(),
        hazard_category: notice.hazard_category.clone(),
        serious: notice.serious,
        own,
        due_at,
    };
    tx.append(id.subject(), by.officer, None, fact);
    Ok(if own { Registered::FollowUp(id) } else { Registered::Watched(id) })
}

async fn plant_of(tx: &mut Tx, filing_no: Option<&str>) -> Result<Option<PlantId>> {
    let Some(no) = filing_no.filter(|n| !n.is_empty()) else { return Ok(None) };
    let found = tx.opt(sql::PLANT, vals![no]).await?.map(|r| r.get(0)).transpose()?;
    if found.is_some() {
        return Ok(found);
    }
    let what = bi("登记簿中没有该企业", "the registry does not know this plant");
    let needed = bi("核对备案号；不明时留空", "check the filing number; leave it empty when it is not known");
    Err(Refusal::new("notification.plant", what).missing("plant", no, needed).into())
}

/// What came in later: the lot, the plant, the port or the market; the lots are looked for again.
pub async fn supplement(tx: &mut Tx, by: &Actor, id: NotificationId, more: &More) -> Result<()> {
    let n = must(tx, id).await?;
    stands(&n, &[Stage::Received, Stage::Insufficient])?;
    let plant = plant_of(tx, more.plant.as_deref()).await?.or(n.plant);
    let lot_no = more.lot_no.clone().filter(|l| !l.is_empty()).or(n.notice.lot_no.clone());
    let port = more.port.clone().filter(|p| !p.is_empty()).or(n.notice.port.clone());
    let market = more.market.clone().filter(|m| !m.is_empty()).or(n.notice.market.clone());
    tx.exec(sql::SUPPLEMENT, vals![id, lot_no, plant, port, market]).await?;
    let told = more.clone();
    let deed =
        Deed::Supplemented { lot_no: told.lot_no, plant: told.plant, port: told.port, market: told.market };
    note(tx, by, id, &deed).await?;
    propose(tx, id).await
}

/// Looks for the lots: by number exactly, else by plant or market, goods, route and time. Without a lot number that
/// is known here the notification stands at *insufficient*, and a request to the authority is drafted.
pub async fn propose(tx: &mut Tx, id: NotificationId) -> Result<()> {
    let n = must(tx, id).await?;
    let day = n.notice.day().ok_or_else(|| No::fault("a registered notice has its day"))?;
    let mut found = exact(tx, &n).await?;
    let is_exact = !found.is_empty();
    if !is_exact {
        found = likely(tx, &n, day).await?;
    }
    tx.exec(sql::CANDIDATES_CLEAR, vals![id]).await?;
    for (lot, declaration, ppm, reasons) in &found {
        let reasons = serde_json::to_string(reasons)?;
        tx.exec(sql::CANDIDATE_ADD, vals![id, *lot, *declaration, *ppm, reasons]).await?;
    }
    if is_exact {
        set_stage(tx, &n, Stage::Received, n.due_at).await?;
    } else {
        set_stage(tx, &n, Stage::Insufficient, n.due_at).await?;
        if n.stage != Stage::Insufficient {
            let text = rules::request(&n.notice, &n.no);
            note(tx, &Actor::system(), id, &Deed::RequestDrafted { text }).await?;
        }
    }
    let best_ppm = found.first().map_or(0, |f| f.2);
    let lots = u32::try_from(found.len()).unwrap_or(u32::MAX);
    tx.append(id.subject(), None, None, LotsProposed { notification: id, lots, best_ppm, exact: is_exact });
    Ok(())
}

type Found = (LotId, DeclarationId, i64, Vec<Bilingual>);

async fn exact(tx: &mut Tx, n: &Notification) -> Result<Vec<Found>> {
    let Some(lot_no) = n.notice.lot_no.as_deref().filter(|l| !l.is_empty()) else { return Ok(vec![]) };
    let mut out = Vec::new();
    for r in tx.all(sql::EXACT, vals![lot_no]).await? {
        let plant: Option<PlantId> = r.get(2)?;
        if n.plant.is_none() || plant == n.plant {
            let why = bi(format!("批号 {lot_no} 相符"), format!("lot number {lot_no} agrees"));
            out.push((r.get(0)?, r.get(1)?, 0, vec![why]));
        }
    }
    // Several consignments with one lot number are equally likely until somebody tells them apart.
    let each = SURE / i64::try_from(out.len().max(1)).unwrap_or(1);
    for f in &mut out {
        f.2 = each;
    }
    Ok(out)
}

async fn likely(tx: &mut Tx, n: &Notification, notified: Date) -> Result<Vec<Found>> {
    let rules = book::rules(tx).await?;
    let pack = rules.pinned(&n.rule_version)?;
    let window = pack.pack.number("notification.window_days")?.value;
    let transit = pack.pack.number("notification.transit_days")?.value;
    let until = Timestamp::start_of(notified.tomorrow().unwrap_or(notified));
    let from = Timestamp(until.0 - window * Timestamp::DAY);
    let rows = match (n.plant, n.notice.market.as_deref()) {
        (Some(plant), _) => tx.all(sql::OF_PLANT, vals![plant, from, until]).await?,
        (None, Some(market)) => tx.all(sql::OF_MARKET, vals![market, from, until]).await?,
        (None, None) => return Ok(vec![]),
    };
    let mut weighed = Vec::new();
    for r in rows {
        let left: Timestamp = r.get(3)?;
        let (name, zh, en): (String, String, String) = (r.get(5)?, r.get(7)?, r.get(8)?);
        let shipped = rules::Shipped {
            hs: r.get(4)?,
            product: format!("{name} {zh} {en}"),
            port: r.get(6)?,
            plant_known: n.plant.is_some(),
            left_on: left.date(),
        };
        let (weight, reasons) = rules::weight(&n.notice, notified, &shipped, transit);
        if weight > 0.0 {
            weighed.push((r.get::<LotId>(0)?, r.get::<DeclarationId>(1)?, weight, reasons));
        }
    }
    weighed.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let weights: Vec<f64> = weighed.iter().map(|w| w.2).collect();
    let shares = rules::confidences(&weights);
    let found =
        weighed.into_iter().zip(shares).map(|((lot, declaration, _, why), ppm)| (lot, declaration, ppm, why));
    Ok(found.take(KEPT).collect())
}

/// The notification, or the refusal that says there is none.
pub(super) async fn must(tx: &mut Tx, id: NotificationId) -> Result<Notification> {
    read::one(tx, id).await?.ok_or_else(|| {
        Refusal::new("notification.none", bi("没有这份通报", "there is no such notification")).into()
    })
}

/// Refuses unless the notification stands at one of the stages.
pub(super) fn stands(n: &Notification, at: &[Stage]) -> Result<()> {
    if at.contains(&n.stage) {
        return Ok(());
    }
    let join = |pick: fn(&Bilingual) -> &str, with: &str| {
        at.iter().map(|s| pick(&s.name()).to_owned()).collect::<Vec<_>>().join(with)
    };
    let needed = bi(
        format!("应处于：{}", join(|b| &b.zh, "、")),
        format!("it would have to be: {}", join(|b| &b.en, ", ")),
    );
    let what = bi("该通报目前不能办理这一步", "this step is not open for the notification now");
    Err(Refusal::new("notification.stage", what).missing("stage", n.stage.code(), needed).into())
}

/// Moves a notification from where it was read to another stage; refused when somebody was faster.
pub(super) async fn set_stage(tx: &mut Tx, n: &Notification, to: Stage, due_at: Timestamp) -> Result<()> {
    if tx.exec(sql::SET_STAGE, vals![n.id, n.stage.code(), to.code(), due_at]).await? == 1 {
        return Ok(());
    }
    let what = bi("其他人刚刚办理了这份通报", "somebody else just acted on this notification");
    Err(Refusal::new("notification.moved", what).remedy(bi("刷新页面", "Reload the page")).into())
}

/// Notes a step.
pub(super) async fn note(tx: &mut Tx, by: &Actor, id: NotificationId, deed: &Deed) -> Result<()> {
    let (row, now) = (tx.id::<uuid::Uuid>(), tx.now());
    let body = serde_json::to_string(deed)?;
    tx.exec(sql::STEP_ADD, vals![row, id, deed.code(), body, by.officer, now]).await.map(drop)
}

/// Refuses a text that says nothing, or more than anyone reads.
pub(super) fn needs_text(field: &str, text: &str) -> Result<()> {
    if (1..=20_000).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    let what = bi("缺少说明", "an explanation is missing");
    let needed = bi("1 至 20000 字", "1 to 20,000 characters");
    Err(Refusal::new("notification.text", what).missing(field, text.chars().count(), needed).into())
}
