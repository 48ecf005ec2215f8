//! `xsd:dateTimeStamp` as EPCIS asks for it: strict in validation, exact in comparing and hashing.

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// Reads a date, time and zone; seconds' fractions beyond the millisecond are rounded half up.
/// `None` when the text is not of that form or the day is not in the calendar.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let b = text.as_bytes();
    if b.len() < 20 || b[4] != b'-' || b[7] != b'-' || b[10] != b'T' || b[13] != b':' || b[16] != b':' {
        return None;
    }
    let year = digits(b, 0, 4)?;
    let (month, day) = (digits(b, 5, 2)?, digits(b, 8, 2)?);
    let (hour, minute, second) = (digits(b, 11, 2)?, digits(b, 14, 2)?, digits(b, 17, 2)?);
    if !(1..=12).contains(&month)
        || day < 1
        || day > month_days(year, month)
        || hour > 23
        || minute > 59
        || second > 59
    {
        return None;
    }
    let mut at = 19;
    let mut millis = 0;
    if b[at] == b'.' {
        let start = at + 1;
        at = start;
        while b.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        if at == start {
            return None;
        }
        for i in 0..3 {
            let digit = if start + i < at { i64::from(b[start + i] - b'0') } else { 0 };
            millis = millis * 10 + digit;
        }
        millis += i64::from(at > start + 3 && b[start + 3] >= b'5');
    }
    let zone = offset_minutes(text.get(at..)?)?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - zone * 60;
    Some(seconds * 1000 + millis)
}

/// Reads a moment given to the minute, `2026-01-31T08:00Z`.
#[must_use]
pub fn parse_minutes(text: &str) -> Option<Millis> {
    let (head, zone) = (text.get(..16)?, text.get(16..)?);
    parse(&format!("{head}:00{zone}"))
}

/// The offset in minutes of `Z` or `±hh:mm` up to 14:00.
#[must_use]
pub fn offset_minutes(text: &str) -> Option<i64> {
    let b = text.as_bytes();
    if b == b"Z" {
        return Some(0);
    }
    if b.len() != 6 || b[3] != b':' || !matches!(b[0], b'+' | b'-') {
        return None;
    }
    let (hours, minutes) = (digits(b, 1, 2)?, digits(b, 4, 2)?);
    if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) {
        return None;
    }
    let total = hours * 60 + minutes;
    Some(if b[0] == b'-' { -total } else { total })
}

/// Writes a moment in UTC with milliseconds: `2026-01-31T08:00:00.000Z`.
pub fn write_utc(out: &mut String, millis: Millis) {
    let (seconds, ms) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    let (day_number, in_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(day_number);
    pad(out, year, 4);
    for (sep, value) in
        [('-', month), ('-', day), ('T', in_day / 3600), (':', in_day / 60 % 60), (':', in_day % 60)]
    {
        out.push(sep);
        pad(out, value, 2);
    }
    out.push('.');
    pad(out, ms, 3);
    out.push('Z');
}

fn pad(out: &mut String, value: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = value / 10_i64.pow(place) % 10;
        out.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

fn digits(b: &[u8], at: usize, len: usize) -> Option<i64> {
    b.get(at..at + len)?
        .iter()
        .try_fold(0, |sum, d| d.is_ascii_digit().then(|| sum * 10 + i64::from(d - b'0')))
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counting years from March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(day_number: i64) -> (i64, i64, i64) {
    let z = day_number + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<String> {
        parse(text).map(|m| {
            let mut out = String::new();
            write_utc(&mut out, m);
            out
        })
    }

    #[test]
    fn rounds_and_shifts() {
        assert_eq!(utc("2026-02-28T23:59:59.9996-01:00").as_deref(), Some("2026-03-01T01:00:00.000Z"));
        assert_eq!(utc("1969-12-31T23:59:59.5Z").as_deref(), Some("1969-12-31T23:59:59.500Z"));
        assert_eq!(utc("2024-02-29T00:00:00+14:00").as_deref(), Some("2024-02-28T10:00:00.000Z"));
        assert_eq!(utc("0001-01-01T00:00:00Z").as_deref(), Some("0001-01-01T00:00:00.000Z"));
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "22-07-2026",
            "2026-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+14:01",
            "2026-01-01 00:00:00Z",
            "2026-13-01T00:00:00Z",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
