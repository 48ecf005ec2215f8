//! Dates of deliveries as written on papers, where the day or even the month may be missing, so that
//! temporal order can be judged at the precision both sides share.

/// A calendar date of full, month or year precision, kept as the first and last day it may mean.
/// Days are numbers `yyyymmdd`; an absent month or day spans 00 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRange {
    /// Earliest day meant.
    pub first: u32,
    /// Latest day meant.
    pub last: u32,
}

/// Why a date was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date: write yyyy-mm-dd, yyyy-mm or yyyy")]
pub struct DateRefused(pub String);

impl DayRange {
    /// Reads `yyyy-mm-dd`, `yyyy-mm` or `yyyy` (ISO 8601 calendar dates); an empty text is no date.
    pub fn parse(text: &str) -> Result<Option<Self>, DateRefused> {
        if text.is_empty() {
            return Ok(None);
        }
        let refuse = || DateRefused(text.to_owned());
        let part = |value: &str, width: usize, low: u32, high: u32| -> Result<u32, DateRefused> {
            if value.len() != width || !value.bytes().all(|b| b.is_ascii_digit()) {
                return Err(refuse());
            }
            let number: u32 = value.parse().map_err(|_| refuse())?;
            if (low..=high).contains(&number) { Ok(number) } else { Err(refuse()) }
        };
        let mut pieces = text.split('-');
        let year = part(pieces.next().unwrap_or_default(), 4, 0, 9999)? * 10_000;
        let Some(month) = pieces.next() else {
            return Ok(Some(Self { first: year, last: year + 9999 }));
        };
        let month = year + part(month, 2, 1, 12)? * 100;
        let Some(day) = pieces.next() else {
            return Ok(Some(Self { first: month, last: month + 99 }));
        };
        let day = month + part(day, 2, 1, 31)?;
        if pieces.next().is_some() {
            return Err(refuse());
        }
        Ok(Some(Self { first: day, last: day }))
    }
}
