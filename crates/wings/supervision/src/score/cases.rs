//! A declaration as the score looks at it.

use kernel::{DeclarationId, Result, Timestamp};
use risk::score::record::Case;
use store::Row;

/// Days since 1970 at the bureau.
pub(super) fn day(at: Timestamp) -> i64 {
    let date = at.date();
    Timestamp::start_of(date).0.div_euclid(Timestamp::DAY) + 1
}

/// The columns of `case!`.
pub(super) fn case(r: &Row) -> Result<(DeclarationId, Case)> {
    let at: Timestamp = r.get(1)?;
    let (direction, risk): (String, String) = (r.get(7)?, r.get(9)?);
    let hs: Option<String> = r.get(10)?;
    let texts = [r.get(2)?, r.get(3)?, hs.unwrap_or_default(), r.get(4)?, r.get(5)?, r.get(6)?];
    let case = Case {
        day: day(at),
        month: i64::from(at.date().month()),
        texts,
        import: direction == "import",
        class: r.get(8)?,
        risk: 1 + i64::from(risk != "low") + i64::from(risk == "high"),
        lines: r.get(11)?,
        // Thousandths of a kilogram.
        grams: r.get(12)?,
        value: r.get(13)?,
    };
    Ok((r.get(0)?, case))
}
