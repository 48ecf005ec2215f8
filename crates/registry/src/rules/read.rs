//! Reading the rules. They change rarely and are asked at every act, so each process keeps
//! them until their version number moves.

use super::{Adopted, Calendar, Pack, Rules, sql};
use kernel::{Date, Refusal, Result, bi};
use std::sync::Arc;
use store::{Tx, vals};

/// All adopted rules.
pub async fn rules(tx: &mut Tx) -> Result<Arc<Rules>> {
    if let Some(kept) = tx.kept::<Rules>() {
        return Ok(kept);
    }
    let version: i64 = tx.one(sql::VERSION, vals![]).await?.get(0)?;
    if let Some(kept) = tx.db().cached::<Rules>(version) {
        tx.keep(Some(kept.clone()));
        return Ok(kept);
    }
    let mut rules = Rules::default();
    for r in tx.all(sql::PACKS, vals![]).await? {
        let body: String = r.get(1)?;
        rules.adopted.push(Adopted {
            id: r.get(0)?,
            pack: Pack::parse(&body)?,
            effective_from: r.get(2)?,
            sha256: r.get(3)?,
            adopted_at: r.get(4)?,
        });
    }
    let mut calendar = Calendar::default();
    for r in tx.all(sql::DAYS, vals![]).await? {
        calendar.exceptions.insert(r.get(0)?, r.get(1)?);
    }
    rules.calendar = calendar;
    let rules = Arc::new(rules);
    tx.db().cache(version, rules.clone());
    tx.keep(Some(rules.clone()));
    Ok(rules)
}

/// The pack in force on a day, or the refusal that says there is none.
pub fn adopted(rules: &Rules, on: Date) -> Result<&Adopted> {
    rules.in_force(on).ok_or_else(|| {
        Refusal::new("rules.none", bi("该日没有生效的规则包", "no rule pack is in force on that day"))
            .missing("date", on, bi("请质量管理员采用一个规则包", "the quality manager adopts a rule pack"))
            .into()
    })
}
