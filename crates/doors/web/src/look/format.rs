//! Figures, dates and units as officers read them: one way each, the same on every page and in every table.
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{self, Offset};
use rust_decimal::Decimal;

use super::lang::{Lang, t};

/// China Standard Time. A fixed offset: the zone has had no other since 1991, and no tz database is needed.
const CHINA: Offset = tz::offset(8);

fn local(at: Timestamp) -> DateTime {
    CHINA.to_datetime(at)
}

/// `2026-11-24 14:05`, China Standard Time.
pub fn date_time(at: Timestamp) -> String {
    local(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `2026-11-24 14:05:09`, for ledgers and signatures where seconds matter.
pub fn date_time_seconds(at: Timestamp) -> String {
    local(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-11-24`, the day in China of an instant.
pub fn date_of(at: Timestamp) -> String {
    date(local(at).date())
}

/// `2026-11-24`, a civil day.
pub fn date(day: Date) -> String {
    day.strftime("%Y-%m-%d").to_string()
}

/// `11-24 14:05`, for narrow columns where the year is clear from the page.
pub fn short_date_time(at: Timestamp) -> String {
    local(at).strftime("%m-%d %H:%M").to_string()
}

/// RFC 3339 with offset, for `<time datetime>`.
pub fn machine_time(at: Timestamp) -> String {
    local(at).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// `37,215`: whole numbers with groups of three.
pub fn integer(value: i64) -> String {
    let sign = if value < 0 { "−" } else { "" };
    format!("{sign}{}", group(&value.unsigned_abs().to_string()))
}

/// `1,204,377`: counts of things and ledger numbers.
pub fn count(value: u64) -> String {
    group(&value.to_string())
}

/// `24,500.00`: a decimal rounded half-even to `places`, with groups of three and a true minus sign.
pub fn decimal(value: Decimal, places: u32) -> String {
    let rounded = value.round_dp(places);
    let text = format!("{:.*}", places as usize, rounded.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "−" } else { "" };
    match fraction {
        Some(fraction) => format!("{sign}{}.{fraction}", group(whole)),
        None => format!("{sign}{}", group(whole)),
    }
}

/// `24,500.5`: the decimal exactly as recorded, trailing zeros included, because they carry precision.
pub fn exact(value: Decimal) -> String {
    decimal(value, value.scale())
}

/// `24,500 kg`: a figure with its unit, joined by a space that does not break.
pub fn quantity(value: Decimal, unit: &str) -> String {
    format!("{}\u{a0}{unit}", exact(value))
}

/// `12.4 %` from a share of one; never shown without its n beside it.
pub fn percent(share: f64, places: usize) -> String {
    if share.is_finite() { format!("{:.places$}\u{a0}%", share * 100.0) } else { "—".to_owned() }
}

/// `1.4 MB`: sizes of documents, in decimal units.
pub fn bytes(count: u64) -> String {
    let steps = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match steps.into_iter().find(|(step, _)| count >= *step) {
        Some((step, unit)) => {
            let tenths = (u128::from(count) * 10 + u128::from(step) / 2) / u128::from(step);
            format!("{}.{}\u{a0}{unit}", tenths / 10, tenths % 10)
        }
        None => format!("{count}\u{a0}B"),
    }
}

/// `8F3K-2M9Q-XX71`: codes read aloud on a telephone, in groups of four.
pub fn code_groups(code: &str) -> String {
    let plain: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
    plain.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The words for a value that does not exist: never 0, never an empty cell.
pub fn no_data(lang: Lang) -> String {
    t(lang, "no-data")
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_shown_in_china_standard_time() {
        let at: Timestamp = "2026-11-24T06:05:09Z".parse().expect("instant");
        assert_eq!(date_time(at), "2026-11-24 14:05");
        assert_eq!(date_time_seconds(at), "2026-11-24 14:05:09");
        assert_eq!(short_date_time(at), "11-24 14:05");
        assert_eq!(machine_time(at), "2026-11-24T14:05:09+08:00");
        let late: Timestamp = "2026-11-24T16:00:00Z".parse().expect("instant");
        assert_eq!(date_of(late), "2026-11-25");
    }

    #[test]
    fn figures_are_grouped_and_keep_their_precision() {
        assert_eq!(integer(-1_234_567), "−1,234,567");
        assert_eq!(integer(999), "999");
        assert_eq!(exact("24500.50".parse().expect("decimal")), "24,500.50");
        assert_eq!(decimal("-0.004".parse().expect("decimal"), 2), "0.00");
        assert_eq!(decimal("1999.995".parse().expect("decimal"), 1), "2,000.0");
        assert_eq!(quantity("24500".parse().expect("decimal"), "kg"), "24,500\u{a0}kg");
        assert_eq!(percent(0.1236, 1), "12.4\u{a0}%");
        assert_eq!(percent(f64::NAN, 1), "—");
    }

    #[test]
    fn sizes_and_codes_read_well() {
        assert_eq!(bytes(999), "999\u{a0}B");
        assert_eq!(bytes(1_449_000), "1.4\u{a0}MB");
        assert_eq!(code_groups("8F3K2M9QXX71"), "8F3K-2M9Q-XX71");
    }
}
