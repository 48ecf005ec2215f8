//! Starting and ending a trace, and telling under which identifiers events name a lot.

use super::{Starts, read, sql};
use kernel::{
    Actor, LotId, NotificationId, PlantId, Refusal, Result, Timestamp, TracebackId, UnitId, bi,
    supervision::{TraceEnded, TraceStarted},
};
use registry::rules as book;
use store::{Tx, vals};
use trace::genealogy::key_of;

/// Lots and identifiers that one trace may start from.
const MOST: usize = 200;

/// Why a trace is started.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The notification that asks for it.
    pub notification: Option<NotificationId>,
    /// What it starts from.
    pub starts: Starts,
    /// The seed of the draw, hex, when it is a drill.
    pub seed: Option<String>,
}

/// Starts a trace; its clock runs.
pub async fn start(tx: &mut Tx, by: &Actor, from: &Start) -> Result<TracebackId> {
    let many = from.starts.lots.len() + from.starts.uris.len();
    let mut no = Refusal::new("traceback.start", bi("追溯无法开始", "the trace cannot be started"));
    if many == 0 || many > MOST {
        let needed = bi("1 至 200 个批次或标识", "1 to 200 lots or identifiers");
        no = no.missing("lots", many, needed);
    }
    for uri in &from.starts.uris {
        if !(3..=400).contains(&uri.trim().chars().count()) || uri.trim().contains(char::is_whitespace) {
            no = no.missing("uris", uri, bi("一行一个标识", "one identifier a line"));
        }
    }
    let (mut plant, mut branch): (Option<PlantId>, Option<UnitId>) = (None, None);
    for lot in from.starts.lots.iter().take(MOST) {
        match tx.opt(sql::LOT, vals![*lot]).await? {
            Some(r) => {
                plant = plant.or(r.get(8)?);
                branch = branch.or(Some(r.get(9)?));
            }
            None => no = no.missing("lots", lot, bi("没有这一批", "there is no such lot")),
        }
    }
    if let Some(plant) = plant {
        branch = Some(tx.one(sql::PLANT_BRANCH, vals![plant]).await?.get(0)?);
    }
    let Some(branch) = branch.or(by.unit).filter(|_| no.missing.is_empty()) else {
        if no.missing.is_empty() {
            no = no.missing("lots", "", bi("至少选一个本局批次", "choose at least one lot of the bureau"));
        }
        return Err(no.into());
    };
    registry::over_branch(by, Some(branch))?;
    let now = tx.now();
    let rules = book::rules(tx).await?;
    let pack = book::adopted(&rules, now.date())?;
    let due_at = now.plus_hours(pack.pack.number("traceback.hours")?.value);
    let kind = match (&from.seed, from.notification) {
        (Some(_), _) => "drill",
        (None, Some(_)) => "notification",
        (None, None) => "desk",
    };
    let id = tx.id::<TracebackId>();
    let year = now.date().year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("traceback/{year}")]).await?.get(0)?;
    let row = vals![
        id,
        format!("ZS{year}{n:06}"),
        kind,
        from.notification,
        plant,
        branch,
        serde_json::to_string(&from.starts)?,
        from.seed.clone(),
        pack.label(),
        by.officer,
        now,
        due_at
    ];
    tx.exec(sql::ADD, row).await?;
    let fact = TraceStarted {
        traceback: id,
        kind: kind.into(),
        notification: from.notification,
        plant,
        branch,
        due_at,
    };
    tx.append(id.subject(), by.officer, Some(branch), fact);
    Ok(id)
}

/// Ends a trace. It is complete when its last run was; or, because not every plant keeps events, when the officer
/// saw the records that the plant delivered and says that they name every raw lot, farm and consignee.
pub async fn end(tx: &mut Tx, by: &Actor, id: TracebackId, records_seen: bool, note: &str) -> Result<bool> {
    let t = read::must(tx, id).await?;
    registry::over_branch(by, Some(t.branch))?;
    if !(1..=20_000).contains(&note.trim().chars().count()) {
        let what = bi("缺少说明", "an explanation is missing");
        let needed = bi("写明追到哪里、依据什么", "say how far it came and what it rests on");
        return Err(Refusal::new("traceback.text", what).missing("note", "", needed).into());
    }
    let last = read::latest(tx, id).await?;
    let complete = records_seen || last.is_some_and(|r| r.found.complete());
    let now = tx.now();
    if tx.exec(sql::END, vals![id, now, by.officer, complete, note.trim()]).await? == 0 {
        let what = bi("追溯已结束", "the trace has ended");
        return Err(Refusal::new("traceback.ended", what).into());
    }
    let in_time = now <= t.due_at;
    let fact = TraceEnded {
        traceback: id,
        kind: t.kind,
        plant: t.plant,
        branch: t.branch,
        complete,
        in_time,
        met: complete && in_time,
        hours: (now.0 - t.started_at.0) / Timestamp::HOUR,
    };
    tx.append(id.subject(), by.officer, Some(t.branch), fact);
    Ok(complete && in_time)
}

/// Tells under which identifier events name a lot of the bureau.
pub async fn mark(tx: &mut Tx, by: &Actor, lot: LotId, uri: &str) -> Result<()> {
    let uri = uri.trim();
    if !(3..=400).contains(&uri.chars().count()) || uri.contains(char::is_whitespace) {
        let what = bi("标识不能用", "this identifier cannot be used");
        let needed = bi("如 urn:epc:class:lgtin:…", "such as urn:epc:class:lgtin:…");
        return Err(Refusal::new("traceback.mark", what).missing("uri", uri, needed).into());
    }
    let now = tx.now();
    tx.exec(sql::MARK_ADD, vals![key_of(uri), lot, by.officer, now]).await.map(drop)
}
