//! Dates, times and durations of FEEL (DMN 1.3, 10.3.2.3): proleptic Gregorian, no clock, no zone names.
//!
//! Zone identifiers (`@Asia/Shanghai`) are refused, since their meaning depends on a data base that
//! changes; fixed offsets and `Z` are understood.

use std::fmt;

/// Nanoseconds in a day.
pub const DAY_NS: i64 = 86_400_000_000_000;
const SEC_NS: i64 = 1_000_000_000;

/// A calendar date, counted in days from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i64,
}

/// A time of day in nanoseconds, with the offset from UTC in seconds when one was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// Nanoseconds since midnight, in `0..DAY_NS`.
    pub nanos: i64,
    /// Offset from UTC in seconds, east positive.
    pub offset: Option<i32>,
}

/// A date with a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The calendar date.
    pub date: Date,
    /// The time of day and the offset.
    pub time: Time,
}

impl Date {
    /// Builds a date, or nothing when the day does not exist.
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        if !(-999_999_999..=999_999_999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        (1..=days_in_month(year, month))
            .contains(&day)
            .then(|| Self { days: days_from_civil(year, month, day) })
    }

    /// The date so many days after 1970-01-01.
    pub fn from_days(days: i64) -> Self {
        Self { days }
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        self.days
    }

    /// Year, month and day.
    pub fn ymd(self) -> (i64, i64, i64) {
        civil_from_days(self.days)
    }

    /// ISO weekday, Monday 1 to Sunday 7.
    pub fn weekday(self) -> i64 {
        (self.days + 3).rem_euclid(7) + 1
    }

    /// Adds months, keeping the day or taking the last of the month.
    pub fn add_months(self, months: i64) -> Option<Self> {
        let (y, m, d) = self.ymd();
        let total = y.checked_mul(12)?.checked_add(m - 1)?.checked_add(months)?;
        let (y, m) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        Self::new(y, m, d.min(days_in_month(y, m)))
    }

    /// Reads `YYYY-MM-DD`, the year with at least four digits and an optional minus sign.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, body) = text.strip_prefix('-').map_or((1, text), |b| (-1, b));
        let mut parts = body.split('-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        let padded = y.len() > 4 && y.starts_with('0');
        if parts.next().is_some() || !(4..=9).contains(&y.len()) || padded || m.len() != 2 || d.len() != 2 {
            return None;
        }
        Self::new(sign * digits(y)?, digits(m)?, digits(d)?)
    }
}

impl Time {
    /// Builds a time of day; `nanos` counts from midnight.
    pub fn new(nanos: i64, offset: Option<i32>) -> Option<Self> {
        let offset_ok = offset.is_none_or(|o| o.abs() <= 14 * 3600);
        ((0..DAY_NS).contains(&nanos) && offset_ok).then_some(Self { nanos, offset })
    }

    /// Reads `hh:mm:ss[.f][Z|±hh:mm[:ss]]`.
    pub fn parse(text: &str) -> Option<Self> {
        let at = text.find(['Z', '+', '-']).unwrap_or(text.len());
        let (clock, zone) = text.split_at(at);
        let offset = match zone {
            "" => None,
            "Z" => Some(0),
            z => Some(parse_offset(z)?),
        };
        let (whole, fraction) = match clock.split_once('.') {
            Some((w, f)) => (w, fraction_ns(f)?),
            None => (clock, 0),
        };
        let (h, m, s) = hms(whole)?;
        Self::new((h * 3600 + m * 60 + s) * SEC_NS + fraction, offset)
    }

    /// Nanoseconds on the UTC scale when an offset is known; may leave the day.
    pub fn utc_nanos(self) -> i64 {
        self.nanos - i64::from(self.offset.unwrap_or(0)) * SEC_NS
    }
}

impl DateTime {
    /// Reads a date, the letter `T` and a time.
    pub fn parse(text: &str) -> Option<Self> {
        let (d, t) = text.split_once('T')?;
        Some(Self { date: Date::parse(d)?, time: Time::parse(t)? })
    }

    /// Nanoseconds since 1970-01-01T00:00, on the UTC scale when an offset is known.
    pub fn instant(self) -> i128 {
        i128::from(self.date.days) * i128::from(DAY_NS) + i128::from(self.time.utc_nanos())
    }

    /// The moment so many nanoseconds later, with the same offset.
    pub fn add_nanos(self, nanos: i128) -> Option<Self> {
        let total = i128::from(self.date.days)
            .checked_mul(i128::from(DAY_NS))?
            .checked_add(i128::from(self.time.nanos))?
            .checked_add(nanos)?;
        let days = i64::try_from(total.div_euclid(i128::from(DAY_NS))).ok()?;
        let nanos = total.rem_euclid(i128::from(DAY_NS)) as i64;
        let (y, ..) = civil_from_days(days);
        let time = Time { nanos, offset: self.time.offset };
        (y.abs() <= 999_999_999).then_some(Self { date: Date { days }, time })
    }
}

/// Either family of durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duration {
    /// Years and months, in months.
    Months(i64),
    /// Days and time, in nanoseconds.
    Nanos(i128),
}

/// Reads an ISO 8601 duration of one family: `P1Y2M` or `P1DT2H3M4.5S`, with an optional minus sign.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let (sign, body) = text.strip_prefix('-').map_or((1i64, text), |b| (-1, b));
    let body = body.strip_prefix('P')?;
    let (date, time) = body.split_once('T').map_or((body, None), |(d, t)| (d, Some(t)));
    if date.is_empty() && time.is_none() || time == Some("") {
        return None;
    }
    let parts = designators(date, "YMD")?;
    let months = !parts.is_empty() && parts.iter().all(|(c, ..)| *c != 'D');
    if months {
        if time.is_some() || parts.iter().any(|(_, _, f)| *f != 0) {
            return None;
        }
        let total = parts.iter().try_fold(0i64, |sum, (c, n, _)| {
            sum.checked_add(n.checked_mul(if *c == 'Y' { 12 } else { 1 })?)
        })?;
        return Some(Duration::Months(sign * total));
    }
    if parts.iter().any(|(c, ..)| *c != 'D') {
        return None;
    }
    let mut total = 0i128;
    for (c, n, fraction) in parts.into_iter().chain(designators(time.unwrap_or(""), "HMS")?) {
        if fraction != 0 && c != 'S' {
            return None;
        }
        let unit = match c {
            'D' => 86_400,
            'H' => 3600,
            'M' => 60,
            _ => 1i128,
        };
        total += i128::from(n) * unit * i128::from(SEC_NS) + i128::from(fraction);
    }
    Some(Duration::Nanos(i128::from(sign) * total))
}

/// Numbers each followed by one of the given letters, in order; the third is a fraction in 10^-9.
fn designators(text: &str, order: &str) -> Option<Vec<(char, i64, i64)>> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut least = 0;
    while !rest.is_empty() {
        let at = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let letter = rest[at..].chars().next()?;
        let rank = order[least..].find(letter)? + least;
        least = rank + 1;
        let (whole, fraction) = match rest[..at].split_once('.') {
            Some((w, f)) => (w, fraction_ns(f)?),
            None => (&rest[..at], 0),
        };
        out.push((letter, digits(whole)?, fraction));
        rest = &rest[at + 1..];
    }
    Some(out)
}

fn parse_offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let body = &text[1..];
    let full = if body.len() == 5 { format!("{body}:00") } else { body.to_owned() };
    let (h, m, s) = hms(&full)?;
    i32::try_from(h * 3600 + m * 60 + s).ok().map(|o| sign * o)
}

fn hms(text: &str) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(':');
    let mut next = |top: i64| {
        let part = parts.next()?;
        let n = if part.len() == 2 { digits(part)? } else { return None };
        (n <= top).then_some(n)
    };
    let out = (next(23)?, next(59)?, next(59)?);
    parts.next().is_none().then_some(out)
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 15 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn fraction_ns(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    format!("{text:0<9}")[..9].parse().ok()
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// Both conversions count years from March, so that the leap day is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        let sign = if y < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{m:02}-{d:02}", y.abs())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.nanos / SEC_NS;
        write!(f, "{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)?;
        let fraction = self.nanos % SEC_NS;
        if fraction != 0 {
            write!(f, ".{}", format!("{fraction:09}").trim_end_matches('0'))?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(o) => {
                let (sign, a) = (if o < 0 { '-' } else { '+' }, o.abs());
                write!(f, "{sign}{:02}:{:02}", a / 3600, a / 60 % 60)?;
                if a % 60 != 0 { write!(f, ":{:02}", a % 60) } else { Ok(()) }
            }
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Duration::Months(0) => f.write_str("P0M"),
            Duration::Months(n) => {
                let (sign, a) = (if n < 0 { "-" } else { "" }, n.unsigned_abs());
                write!(f, "{sign}P")?;
                if a / 12 > 0 {
                    write!(f, "{}Y", a / 12)?;
                }
                if a % 12 > 0 { write!(f, "{}M", a % 12) } else { Ok(()) }
            }
            Duration::Nanos(0) => f.write_str("PT0S"),
            Duration::Nanos(n) => fmt_nanos(n, f),
        }
    }
}

fn fmt_nanos(n: i128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (sign, a) = (if n < 0 { "-" } else { "" }, n.unsigned_abs());
    let (secs, fraction) = (a / 1_000_000_000, a % 1_000_000_000);
    write!(f, "{sign}P")?;
    if secs / 86_400 > 0 {
        write!(f, "{}D", secs / 86_400)?;
    }
    if secs % 86_400 == 0 && fraction == 0 {
        return Ok(());
    }
    f.write_str("T")?;
    for (n, unit) in [(secs / 3600 % 24, 'H'), (secs / 60 % 60, 'M')] {
        if n > 0 {
            write!(f, "{n}{unit}")?;
        }
    }
    match (secs % 60, fraction) {
        (0, 0) => Ok(()),
        (s, 0) => write!(f, "{s}S"),
        (s, fr) => write!(f, "{s}.{}S", format!("{fr:09}").trim_end_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_round_trip_over_four_centuries() {
        for days in (-200_000..200_000).step_by(17) {
            let d = Date::from_days(days);
            assert_eq!(Date::parse(&d.to_string()), Some(d));
        }
        assert_eq!(Date::parse("2023-02-29"), None);
        assert_eq!(Date::parse("2024-02-29").and_then(|d| d.add_months(12)), Date::parse("2025-02-28"));
        assert_eq!(Date::parse("2026-10-26").map(Date::weekday), Some(1));
    }

    #[test]
    fn times_and_moments_are_read_and_written() {
        for t in ["00:00:00", "23:59:59.123", "12:00:00Z", "08:30:00+08:00", "08:30:00-05:30"] {
            assert_eq!(Time::parse(t).map(|x| x.to_string()).as_deref(), Some(t));
        }
        assert_eq!(Time::parse("24:00:00"), None);
        assert_eq!(Time::parse("12:00:00@Asia/Shanghai"), None);
        let a = DateTime::parse("2026-01-01T08:00:00+08:00").map(DateTime::instant);
        assert_eq!(a, DateTime::parse("2026-01-01T00:00:00Z").map(DateTime::instant));
    }

    #[test]
    fn durations_are_read_and_written() {
        for t in ["P1Y2M", "-P3M", "P1DT2H3M4.5S", "PT0S", "-PT90S", "P400D"] {
            let d = parse_duration(t).map(|d| d.to_string());
            let expected = if t == "-PT90S" { "-PT1M30S" } else { t };
            assert_eq!(d.as_deref(), Some(expected));
        }
        for t in ["P", "PT", "P1Y1D", "1D", "P1M1Y", "P1.5D", "P1YT1H"] {
            assert_eq!(parse_duration(t), None, "{t}");
        }
    }
}
