//! The opening of the goods: one appointment, one opening, and a result of each authority that came (M6-6).

use super::{State, check, read, sql};
use kernel::{
    Actor, Refusal, Result, TaskId, Timestamp, bi,
    supervision::{Appointed, CustomsResulted, GoodsOpened},
};
use store::{Tx, vals};

/// States in which the goods may be appointed, opened and judged by customs.
const BEFORE_SIGNING: [State; 3] = [State::Open, State::Assigned, State::Recorded];
/// Longest text of a field.
const TEXT: usize = 200;
/// Most containers of one opening.
const CONTAINERS: usize = 100;

/// Appoints the opening with the party, or changes it. When customs selected the same goods, its number joins
/// this appointment: the goods are opened once.
pub async fn appoint(
    tx: &mut Tx,
    by: &Actor,
    id: TaskId,
    version: i64,
    (at, place, containers): (Timestamp, &str, &[String]),
    customs_ref: Option<&str>,
) -> Result<()> {
    let officer = check::officer(by)?;
    let t = check::seen(tx, by, id, version, &BEFORE_SIGNING).await?;
    let mut no =
        Refusal::new("inspection.appointment", bi("预约信息不完整", "the appointment is incomplete"));
    let place = place.trim();
    if place.is_empty() || place.chars().count() > TEXT {
        no = no.missing("place", place, bi("写明查验地点", "say where the goods are opened"));
    }
    if at < tx.now() {
        no = no.missing("at", at.rfc3339(), bi("时间不得早于现在", "the time must not be past"));
    }
    let containers: Vec<String> =
        containers.iter().map(|c| c.trim().to_uppercase()).filter(|c| !c.is_empty()).collect();
    if containers.len() > CONTAINERS || containers.iter().any(|c| c.chars().count() > 20) {
        let needed = bi("每行一个集装箱号，最多 100 个", "one container number a line, at most 100");
        no = no.missing("containers", containers.join(" "), needed);
    }
    let earlier = read::appointment(tx, id).await?;
    if earlier.as_ref().is_some_and(|a| a.opened_at.is_some()) {
        no = no.missing("at", "", bi("货物已开箱，不再改约", "the goods were opened already"));
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    check::touch(tx, &t, Some(officer), t.state).await?;
    let customs_ref = customs_ref.map(str::trim).filter(|c| !c.is_empty());
    let now = tx.now();
    let row = vals![
        id,
        at,
        place,
        serde_json::to_string(&containers)?,
        customs_ref.map(str::to_owned),
        officer,
        now
    ];
    tx.exec(sql::APPOINT, row).await?;
    let customs = customs_ref.is_some() || earlier.is_some_and(|a| a.customs_ref.is_some());
    let fact =
        Appointed { task: id, declaration: t.declaration, at, place: place.into(), containers, customs };
    tx.append(t.declaration.subject(), Some(officer), Some(t.branch), fact);
    Ok(())
}

/// The goods are opened. A second opening is refused: whoever comes now looks into the open container.
pub async fn open_goods(tx: &mut Tx, by: &Actor, id: TaskId, version: i64) -> Result<()> {
    let officer = check::officer(by)?;
    let t = check::seen(tx, by, id, version, &BEFORE_SIGNING).await?;
    check::touch(tx, &t, Some(officer), t.state).await?;
    let now = tx.now();
    if tx.exec(sql::OPENED, vals![id, now]).await? == 0 {
        return Err(Refusal::new(
            "inspection.opened",
            bi("不能再次开箱", "the goods are not opened a second time"),
        )
        .missing("opened", "", bi("尚未预约，或已开箱", "there is no appointment, or they are open already"))
        .remedy(bi(
            "先预约；已开箱的直接查验",
            "Appoint first; goods that are open are inspected as they are",
        ))
        .into());
    }
    tx.append(
        t.declaration.subject(),
        Some(officer),
        Some(t.branch),
        GoodsOpened { task: id, declaration: t.declaration },
    );
    Ok(())
}

/// Enters what customs found at the joint opening: the second result form of the one opening.
pub async fn customs_result(
    tx: &mut Tx,
    by: &Actor,
    id: TaskId,
    version: i64,
    conforming: bool,
    note: &str,
) -> Result<()> {
    let officer = check::officer(by)?;
    let t = check::seen(tx, by, id, version, &BEFORE_SIGNING).await?;
    check::touch(tx, &t, Some(officer), t.state).await?;
    let now = tx.now();
    let note: String = note.trim().chars().take(1000).collect();
    let reference =
        read::appointment(tx, id).await?.and_then(|a| a.customs_ref.filter(|_| a.opened_at.is_some()));
    let written = tx.exec(sql::CUSTOMS, vals![id, conforming, note, now]).await?;
    let (Some(reference), 1) = (reference, written) else {
        let what = bi("没有待填的海关查验结果", "no result of customs is awaited");
        let needed = bi(
            "海关须已加入预约、货物已开箱，且结果只填一次",
            "customs joined the appointment, the goods are open, and the result is given once",
        );
        return Err(Refusal::new("inspection.customs", what).missing("customs", "", needed).into());
    };
    let declaration = t.declaration;
    let fact = CustomsResulted { task: id, declaration, reference, conforming };
    tx.append(declaration.subject(), Some(officer), Some(t.branch), fact);
    Ok(())
}
