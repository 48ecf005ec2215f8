//! What every verb on a task checks first: that it stands where the verb needs it, and that nobody changed it
//! since the officer looked.

use super::{InspectionTask, State, read, sql};
use kernel::{Actor, OfficerId, Refusal, Result, TaskId, Timestamp, bi};
use store::{Tx, vals};

/// The officer who acts; the clockwork never does these things.
pub(super) fn officer(by: &Actor) -> Result<OfficerId> {
    by.officer.ok_or_else(|| {
        Refusal::new("inspection.officer", bi("只有检验检疫人员可以办理", "only an officer may do this"))
            .into()
    })
}

/// The task as the officer saw it, in one of the states that the verb needs.
pub(super) async fn seen(
    tx: &mut Tx,
    by: &Actor,
    id: TaskId,
    version: i64,
    needs: &[State],
) -> Result<InspectionTask> {
    let t = read::one(tx, by, id).await?;
    if t.version != version {
        return Err(stale(tx, &t).await?.into());
    }
    if needs.contains(&t.state) {
        return Ok(t);
    }
    let names =
        |pick: fn(&State) -> String, join: &str| needs.iter().map(pick).collect::<Vec<_>>().join(join);
    let needed = bi(
        format!("应处于：{}", names(|s| s.name().zh, "、")),
        format!("it would have to be: {}", names(|s| s.name().en, ", ")),
    );
    Err(Refusal::new(
        "inspection.state",
        bi("任务目前不能办理这一步", "this step is not open for the task now"),
    )
    .missing("state", t.state.code(), needed)
    .remedy(bi("刷新页面，看任务现在到了哪一步", "Reload the page and see where the task stands now"))
    .into())
}

/// Writes the change down; refused when another officer was faster in this very moment.
pub(super) async fn touch(tx: &mut Tx, t: &InspectionTask, by: Option<OfficerId>, to: State) -> Result<()> {
    let now = tx.now();
    let closed = if to.is_live() { Timestamp(0) } else { now };
    let row = vals![t.id, t.version, to.code(), to.is_live(), closed, by, now];
    if tx.exec(sql::TOUCH, row).await? == 1 {
        return Ok(());
    }
    let r = tx.one(sql::ONE, vals![t.id]).await?;
    let changed = InspectionTask { version: r.get(11)?, changed: (r.get(19)?, r.get(20)?), ..t.clone() };
    Err(stale(tx, &changed).await?.into())
}

async fn stale(tx: &mut Tx, t: &InspectionTask) -> Result<Refusal> {
    let mut name = bi("系统", "the system");
    if let Some(officer) = t.changed.0
        && let Some(r) = tx.opt(sql::OFFICER, vals![officer]).await?
    {
        let staff_no: String = r.get(0)?;
        name =
            bi(format!("{staff_no} {}", r.get::<String>(1)?), format!("{staff_no} {}", r.get::<String>(2)?));
    }
    let at = t.changed.1.civil().strftime("%Y-%m-%d %H:%M").to_string();
    let needed =
        bi(format!("{} 于 {at} 已先办理", name.zh), format!("{} acted on it first, at {at}", name.en));
    let what =
        bi("任务已被他人办理，您的提交没有写入", "another officer acted on the task; yours was not written");
    let remedy = bi(
        "您填写的内容仍在本页和本机草稿中；先看对方的记录，再决定是否提交",
        "What you entered is still on this page and in the draft on your device; look at the other entry, then decide",
    );
    Ok(Refusal::new("inspection.stale", what).missing("version", t.version, needed).remedy(remedy))
}
