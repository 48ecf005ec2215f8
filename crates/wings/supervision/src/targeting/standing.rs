//! What stands beside the rule packs when a decision is taken: alerts, regimes and decision tables. They change
//! rarely and are asked at every lodging, so each process keeps them until their version number moves.

use super::{Measure, sql};
use crate::{alert, regime, risk_table, score};
use kernel::{OperatorId, PlantId, Result, Timestamp};
use registry::rules::Pack;
use std::sync::Arc;
use store::{Tx, vals};

/// What stands.
#[derive(Debug, Default)]
pub struct Standing {
    /// Alerts that are approved and not ended.
    pub alerts: Vec<alert::Live>,
    /// Regimes that ask for more than the ordinary rate.
    pub regimes: regime::Live,
    /// Every approved version of every decision table: old ones for replays.
    pub tables: risk_table::Tables,
    /// Learned scores in force now or later.
    pub scores: Vec<score::Live>,
}

/// A consignment as alerts and regimes look at it.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// `export` or `import`.
    pub direction: &'a str,
    /// The operator.
    pub operator: OperatorId,
    /// The plant.
    pub plant: Option<PlantId>,
    /// The country abroad.
    pub market: &'a str,
    /// HS codes of its lines.
    pub hs: &'a [String],
}

impl Standing {
    /// Whether nothing stands beside the packs.
    pub fn is_empty(&self) -> bool {
        self.alerts.is_empty() && self.regimes.is_empty() && self.tables.is_empty() && self.scores.is_empty()
    }

    /// The alerts and regimes that bear on a consignment at an instant: alerts first, each by its number.
    pub fn measures(&self, subject: &Subject<'_>, risk: &str, pack: &Pack, at: Timestamp) -> Vec<Measure> {
        let alerts = self.alerts.iter().filter(|a| a.acts_at(at) && a.scope.covers(subject));
        let mut out: Vec<Measure> = alerts.map(|a| a.measure.clone()).collect();
        out.extend(self.regimes.measures(subject, risk, pack));
        out
    }
}

/// What stands now.
pub async fn standing(tx: &mut Tx) -> Result<Arc<Standing>> {
    let version: i64 = tx.one(sql::VERSION, vals![]).await?.get(0)?;
    of_version(tx, version).await
}

/// As [`standing`], for a reader who has the version number already.
pub(super) async fn of_version(tx: &mut Tx, version: i64) -> Result<Arc<Standing>> {
    if let Some(kept) = tx.db().cached::<Standing>(version) {
        return Ok(kept);
    }
    let standing = Arc::new(Standing {
        alerts: alert::live(tx).await?,
        regimes: regime::live(tx).await?,
        tables: risk_table::approved(tx).await?,
        scores: score::live(tx).await?,
    });
    tx.db().cache(version, standing.clone());
    Ok(standing)
}

/// Moves the version that readers compare. It is drawn, not counted, so that the number of a change that was undone
/// never stands for other content.
pub async fn changed(tx: &mut Tx) -> Result<()> {
    let n = i64::from_be_bytes(tx.chance().bytes());
    tx.exec(sql::BUMP, vals![n]).await.map(drop)
}
