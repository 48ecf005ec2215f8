//! Twelve months of work, in the order of time, in transactions of some hundred deeds; and the days after.

use super::{alerts::Alerts, brands::Season, cast, cast::Cast, dice::Dice, hours, play};
use flow::Desk;
use kernel::{Actor, Clock, DeclarationId, Result, Timestamp, bi};
use registry::{identity::Hasher, rules, rules::Calendar};
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    time::{Duration, Instant},
};
use store::ledger;
use supervision::declaration;

/// The same seed gives the same year.
const SEED: u64 = 2011;
/// Deeds of one transaction.
const BATCH: usize = 400;
/// Days behind the present.
const DAYS: i64 = 365;
/// Between two deeds of the living day.
const PAUSE: Duration = Duration::from_secs(20);

/// What came of making the year.
struct Year {
    /// Declarations lodged.
    lodged: usize,
    /// Deeds done.
    deeds: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Lodge(usize),
    Next(DeclarationId),
}

/// Opens the demonstration in an empty database: founds the bureau a year ago, enters the cast and plays the year;
/// then opens the visitors' logins. A database with records is left as it is.
pub(crate) async fn open(desk: &Desk, hasher: &Hasher, declarations: usize) -> Result<()> {
    let mut tx = desk.read().await?;
    let empty = ledger::head(&mut tx).await?.0 == 0;
    drop(tx);
    if empty {
        let begun = Instant::now();
        let year = found_and_play(desk, declarations).await?;
        let seconds = begun.elapsed().as_secs_f64();
        tokio::spawn(super::chain::grow(desk.clone()));
        println!("demonstration: {} declarations, {} deeds in {seconds:.1} s", year.lodged, year.deeds);
    }
    super::logins::open(desk, hasher).await
}

async fn found_and_play(desk: &Desk, declarations: usize) -> Result<Year> {
    let now = desk.clock.now();
    let first = Timestamp(now.0 - DAYS * Timestamp::DAY);
    // The ledger never goes back in time, so that the bureau is founded before its year.
    let past = Desk { clock: Clock::simulated(Timestamp(first.0 - Timestamp::DAY)), ..desk.clone() };
    let mut dice = Dice::new(SEED);
    let mut tx = past.begin().await?;
    let name = bi("甬门检验检疫局", "Yongmen Inspection and Quarantine Bureau");
    let bureau = flow::found(&mut tx, "YM", name).await?;
    cast::enter(&mut tx, &bureau, &mut dice).await?;
    let cast = Cast::load(&mut tx).await?;
    let calendar = rules::rules(&mut tx).await?.calendar.clone();
    past.finish(tx).await?;
    play_year(&past, &cast, &calendar, dice, (first, now), declarations).await
}

async fn play_year(
    desk: &Desk,
    cast: &Cast,
    calendar: &Calendar,
    mut dice: Dice,
    (first, now): (Timestamp, Timestamp),
    declarations: usize,
) -> Result<Year> {
    let mut queue = BinaryHeap::new();
    for i in 0..declarations {
        let at = Timestamp(first.0 + dice.between(0, now.0 - first.0 - 1));
        let at = hours::later(calendar, at, dice.between(0, 240));
        queue.push(Reverse((at, Deed::Lodge(i))));
    }
    let mut year = Year { lodged: 0, deeds: 0 };
    let mut season = Season::new(first);
    let mut alerts = Alerts::new(first, now);
    let mut abroad = super::abroad::Abroad::new(desk, first, now).await?;
    while queue.peek().is_some_and(|Reverse((at, _))| *at < now) {
        if let Some(Reverse((at, _))) = queue.peek() {
            season.turn(desk, cast, *at).await?;
        }
        let mut tx = desk.begin().await?;
        let mut followed = 0;
        for _ in 0..BATCH {
            let Some(Reverse((at, deed))) = queue.pop() else { break };
            // The season's days cut the work, so that what is decided on a day knows that day's work and no later.
            if at >= now || at >= season.next_at() {
                queue.push(Reverse((at, deed)));
                break;
            }
            followed = abroad.play(desk, &mut tx, cast, at, followed).await?;
            tx.set_now(at);
            alerts.play(&mut tx, cast).await?;
            year.deeds += 1;
            let next = match deed {
                Deed::Lodge(i) => {
                    year.lodged += 1;
                    Some((play::lodge(&mut tx, cast, &mut dice, i).await?, dice.between(10, 300)))
                }
                Deed::Next(id) => play::next(&mut tx, cast, &mut dice, id).await?.map(|wait| (id, wait)),
            };
            followed = desk.follow(&mut tx, followed).await?;
            if let Some((id, wait)) = next {
                queue.push(Reverse((hours::later(calendar, at, wait), Deed::Next(id))));
            }
        }
        tx.commit().await?;
    }
    let mut tx = desk.begin().await?;
    abroad.play(desk, &mut tx, cast, Timestamp(now.0 - 1), 0).await?;
    tx.commit().await?;
    Ok(year)
}

/// The day goes on: now and then something is lodged, and other branches than the one that visitors work in go on
/// with theirs.
pub(crate) async fn live(desk: Desk) {
    let mut dice = Dice::new(u64::from_le_bytes(desk.chance.bytes()));
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(no) = deed(&desk, &mut dice).await {
            // A visitor was faster, or the act is not open at this hour: the day goes on.
            eprintln!("demonstration: {no}");
        }
    }
}

async fn deed(desk: &Desk, dice: &mut Dice) -> Result<()> {
    let mut tx = desk.begin().await?;
    let cast = Cast::load(&mut tx).await?;
    if dice.happens(400) {
        let n = usize::try_from(tx.now().0 / 1_000_000).unwrap_or(0);
        play::lodge(&mut tx, &cast, dice, n).await?;
        return desk.finish(tx).await;
    }
    let visited = cast.branches.first().map(|b| b.id);
    let open = declaration::list(&mut tx, &Actor::system(), None, 200).await?;
    let open: Vec<_> = open.into_iter().filter(|d| Some(d.branch) != visited && play::goes_on(d)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let id = dice.pick(&open).id;
    play::next(&mut tx, &cast, dice, id).await?;
    desk.finish(tx).await
}
