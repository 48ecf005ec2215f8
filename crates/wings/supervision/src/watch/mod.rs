//! The watch list (监测清单): which product from which origin with which hazard is likely to be notified next.
//!
//! Every notice of the last two years weighs one on its day and half as much after each six months. The list is
//! worth what it would have caught: each of the last twelve months is ranked from what was known before it, and the
//! share of its notices that stood among the first fifty is told beside the list.

mod sql;

pub use sql::STATEMENTS;

use kernel::{No, Result, Timestamp};
use risk::table::temporal::Date as Day;
use risk::watch::{
    Grain, Line, Notice,
    backtest::{self, Backtest},
    rank,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Tx, vals};

/// Days of notices that are looked at.
const DAYS: i64 = 731;
/// Notices looked at, at most.
const MOST: i64 = 40_000;
/// Months after which a notice weighs half.
pub const HALF_LIFE: f64 = 6.0;
/// Lines of the list.
pub const TOP: usize = 50;

/// The list of a day.
#[derive(Debug)]
pub struct Watch {
    /// The first lines.
    pub lines: Vec<Line>,
    /// Notices behind it.
    pub notices: usize,
    /// What such lists would have caught; none while there are not enough months.
    pub backtest: Option<Backtest>,
}

/// The list of today; kept until a day or the number of notices moves.
pub async fn list(tx: &mut Tx) -> Result<Arc<Watch>> {
    let today = tx.now().date();
    let since = Timestamp(tx.now().0 - DAYS * Timestamp::DAY).date();
    let n: i64 = tx.one(sql::COUNT, vals![since, today]).await?.get(0)?;
    let day = Day::parse(&today.to_string()).ok_or_else(|| No::fault("a day of the calendar"))?.days();
    let version = day * 1_000_000 + n;
    if let Some(kept) = tx.db().cached::<Watch>(version) {
        return Ok(kept);
    }
    let mut notices = Vec::new();
    for r in tx.all(sql::NOTICES, vals![since, today, MOST]).await? {
        let (on, origins, hazards): (String, String, String) = (r.get(1)?, r.get(3)?, r.get(4)?);
        let Some(day) = Day::parse(&on) else { continue };
        let parts = |text: &str| -> BTreeSet<String> {
            text.split([';', ',']).map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
        };
        notices.push(Notice {
            reference: r.get(0)?,
            day: day.days(),
            product: r.get::<String>(2)?.to_lowercase(),
            origins: parts(&origins),
            hazards: parts(&hazards.to_lowercase()),
        });
    }
    let mut lines = rank(&notices, day, HALF_LIFE, Grain::ProductOriginHazard);
    lines.truncate(TOP);
    let backtest = backtest::run(&notices, HALF_LIFE, Grain::ProductOriginHazard, TOP, 12);
    let watch = Arc::new(Watch { lines, notices: notices.len(), backtest });
    tx.db().cache(version, watch.clone());
    Ok(watch)
}
