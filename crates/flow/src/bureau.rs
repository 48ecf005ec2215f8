//! Founding a bureau: the first unit, the rules that it ships with, and the calendar.

use kernel::{Actor, Bilingual, Result};
use registry::{people, people::Unit, rules};
use store::Tx;

/// Packs that the product ships; a bureau adopts newer versions as they come.
const PACKS: [&str; 5] = [
    include_str!("../../../rule-packs/CN-2011.toml"),
    include_str!("../../../rule-packs/CN-2026.toml"),
    include_str!("../../../rule-packs/EU.toml"),
    include_str!("../../../rule-packs/US.toml"),
    include_str!("../../../rule-packs/AU.toml"),
];
const CALENDAR: &str = include_str!("../../../rule-packs/calendar-CN.toml");

/// Founds a bureau, unless there is one; gives its unit.
pub async fn found(tx: &mut Tx, code: &str, name: Bilingual) -> Result<Unit> {
    crate::worker::ask_filling(tx).await?;
    if let Some(bureau) = people::units(tx).await?.into_iter().find(|u| u.kind == "bureau") {
        return Ok(bureau);
    }
    let by = Actor::system();
    for pack in PACKS {
        rules::adopt_pack(tx, &by, pack).await?;
    }
    rules::adopt_calendar(tx, CALENDAR).await?;
    people::open_unit(tx, &by, code, "bureau", name, None).await
}
