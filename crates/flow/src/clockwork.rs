//! The clockwork: what comes due by itself. It keeps no list of its own: it asks the indexes what is due, does
//! each in its own small transaction, and whoever else was faster is no error. So it may stop at any moment,
//! run twice at once, or be called by a story on a simulated clock.

use crate::Desk;
use crate::worker;
use excellence::{balance, indicator::Catalogue, standing_rule};
use kernel::{AlertId, DeclarationId, MIN_UUID, Result, Timestamp};
use supervision::{alert, alert::Did, assessment, class_review, declaration, traceback};

/// How many are asked for at a time.
const BATCH: i64 = 100;

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Declarations that count as accepted because nobody told a deficiency in time.
    pub deemed: u64,
    /// Alerts that began to act or ended, and consignments that an alert caught up with.
    pub alerts: u64,
    /// Trace drills drawn for the quarter.
    pub drills: u64,
    /// Lowered classes that came back.
    pub classes: u64,
    /// Left alone: another process was faster, or the bureau lacks a rule for it.
    pub left: u64,
}

/// Does all that is due by the desk's clock.
pub async fn run_due(desk: &Desk) -> Result<Swept> {
    let swept = sweep(desk).await?;
    take_roll(desk).await?;
    measure_again(desk).await?;
    measure_balance(desk).await?;
    Ok(swept)
}

/// Takes the roll of competence of the month that ended, once.
async fn take_roll(desk: &Desk) -> Result<()> {
    let due = assessment::roll_is_due(&mut desk.read().await?).await?;
    if due {
        let mut tx = desk.begin().await?;
        assessment::count_month(&mut tx).await?;
        desk.finish(tx).await?;
    }
    Ok(())
}

/// Measures adopters and standing rules again when their time has come.
async fn measure_again(desk: &Desk) -> Result<()> {
    let due = standing_rule::is_due(&mut desk.read().await?).await?;
    if due {
        let mut tx = desk.begin().await?;
        let catalogue = Catalogue::shipped()?;
        standing_rule::measure_due(&mut tx, &catalogue).await?;
        desk.finish(tx).await?;
    }
    Ok(())
}

/// Measures the balance of the half-year that ended, once.
async fn measure_balance(desk: &Desk) -> Result<()> {
    let catalogue = Catalogue::shipped()?;
    if balance::is_due(&mut desk.read().await?, &catalogue).await? {
        let mut tx = desk.begin().await?;
        balance::measure(&mut tx, &catalogue).await?;
        desk.finish(tx).await?;
    }
    Ok(())
}

async fn sweep(desk: &Desk) -> Result<Swept> {
    let mut swept =
        Swept { alerts: turn_alerts(desk).await?, drills: drills(desk).await?, ..Swept::default() };
    swept.classes = classes(desk).await?;
    ask_steps(desk).await?;
    worker::ask_score(desk).await?;
    let mut after = (Timestamp(i64::MIN), DeclarationId::from(MIN_UUID));
    loop {
        let due = {
            let mut tx = desk.read().await?;
            declaration::silent(&mut tx, after, BATCH).await?
        };
        let Some(last) = due.last() else { return Ok(swept) };
        after = *last;
        for (_, id) in due {
            if deem(desk, id).await? {
                swept.deemed += 1;
            } else {
                swept.left += 1;
            }
        }
    }
}

/// Draws the drills of the quarter, once.
async fn drills(desk: &Desk) -> Result<u64> {
    let mut tx = desk.read().await?;
    let (quarter, _, _) = traceback::quarter_of(tx.now().date());
    if traceback::drawn(&mut tx, &quarter).await? {
        return Ok(0);
    }
    drop(tx);
    let mut tx = desk.begin().await?;
    match traceback::draw(&mut tx).await {
        Ok(n) => desk.finish(tx).await.map(|()| n),
        Err(no) if no.refusal().is_some() => tx.rollback().await.map(|()| 0),
        Err(fault) => Err(fault),
    }
}

/// Lets lowered classes come back.
async fn classes(desk: &Desk) -> Result<u64> {
    if !class_review::is_due(&mut desk.read().await?).await? {
        return Ok(0);
    }
    let mut tx = desk.begin().await?;
    let back = class_review::back(&mut tx).await?;
    desk.finish(tx).await?;
    Ok(back)
}

/// Whether it was done; a refusal means that it is not due any more, or cannot be judged.
async fn deem(desk: &Desk, id: DeclarationId) -> Result<bool> {
    let mut tx = desk.begin().await?;
    match declaration::accept_silent(&mut tx, id).await {
        Ok(()) => desk.finish(tx).await.map(|()| true),
        Err(no) if no.refusal().is_some() => tx.rollback().await.map(|()| false),
        Err(fault) => Err(fault),
    }
}

/// Lets alerts act and end by their dates.
async fn turn_alerts(desk: &Desk) -> Result<u64> {
    let due = {
        let mut tx = desk.read().await?;
        alert::due(&mut tx, BATCH).await?
    };
    let mut done = 0;
    for id in due {
        done += turn_alert(desk, id).await?;
    }
    Ok(done)
}

async fn turn_alert(desk: &Desk, id: AlertId) -> Result<u64> {
    let mut tx = desk.begin().await?;
    let n = match alert::run(&mut tx, id).await? {
        Did::Turned => 1,
        Did::Caught(n) => u64::from(n),
    };
    if n == 0 {
        return tx.rollback().await.map(|()| 0);
    }
    desk.finish(tx).await.map(|()| n)
}

/// Asks once a month that the stepped rates be counted anew.
async fn ask_steps(desk: &Desk) -> Result<()> {
    let mut tx = desk.read().await?;
    if worker::steps_are_asked(&mut tx).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = desk.begin().await?;
    worker::ask_steps(&mut tx).await?;
    tx.commit().await.map(drop)
}
