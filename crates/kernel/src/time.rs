//! Time and chance are arguments. The only reading of the machine's clock below the doors
//! is `Clock::System`; everything else is handed a `Timestamp`.

use jiff::civil::Date;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};
use uuid::Uuid;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// China keeps one civil time, UTC+8 without daylight saving since 1991.
const BUREAU_OFFSET: jiff::tz::Offset = jiff::tz::offset(8);

impl Timestamp {
    /// Microseconds in an hour.
    pub const HOUR: i64 = 3_600_000_000;
    /// Microseconds in a day.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// The civil date at the bureau (UTC+8).
    pub fn date(self) -> Date {
        self.civil().date()
    }

    /// The civil date and time at the bureau (UTC+8).
    pub fn civil(self) -> jiff::civil::DateTime {
        BUREAU_OFFSET.to_datetime(self.instant())
    }

    /// The start of a civil day at the bureau.
    pub fn start_of(date: Date) -> Timestamp {
        Self::at(date, 0, 0)
    }

    /// A civil date, hour and minute at the bureau.
    pub fn at(date: Date, hour: i8, minute: i8) -> Timestamp {
        let civil = date.at(hour, minute, 0, 0);
        BUREAU_OFFSET.to_timestamp(civil).map_or(Timestamp(0), |t| Timestamp(t.as_microsecond()))
    }

    /// The instant `hours` later.
    pub fn plus_hours(self, hours: i64) -> Timestamp {
        Timestamp(self.0 + hours * Self::HOUR)
    }

    /// RFC 3339 in UTC with exactly six decimals, as ledger lines carry it.
    pub fn rfc3339(self) -> String {
        let d = jiff::tz::Offset::UTC.to_datetime(self.instant());
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            d.year(),
            d.month(),
            d.day(),
            d.hour(),
            d.minute(),
            d.second(),
            d.subsec_nanosecond() / 1000
        )
    }

    /// Reads RFC 3339; `None` when it is not an instant.
    pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Timestamp(t.as_microsecond()))
    }

    /// The same instant as the calendar library has it.
    pub fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

/// Where "now" comes from: the machine in service, a settable value in the demonstration and in tests.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A simulated clock, moved by its owner.
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// A simulated clock that stands at `at`.
    pub fn simulated(at: Timestamp) -> Clock {
        Clock::Simulated(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present instant by this clock.
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            Clock::System => Timestamp(jiff::Timestamp::now().as_microsecond()),
            Clock::Simulated(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a simulated clock; the machine's clock is left alone.
    pub fn set(&self, at: Timestamp) {
        if let Clock::Simulated(cell) = self {
            cell.store(at.0, Ordering::SeqCst);
        }
    }
}

/// Where chance comes from: the operating system in service, a seed in the demonstration and in tests.
#[derive(Clone, Debug)]
pub struct Chance(Arc<Mutex<ChaCha12Rng>>);

impl Chance {
    /// Chance from the operating system.
    pub fn system() -> Chance {
        let mut seed = [0; 32];
        rand::rng().fill_bytes(&mut seed);
        Chance(Arc::new(Mutex::new(ChaCha12Rng::from_seed(seed))))
    }

    /// Repeatable chance.
    pub fn seeded(seed: u64) -> Chance {
        Chance(Arc::new(Mutex::new(ChaCha12Rng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(&mut out);
        out
    }

    /// A UUIDv7 made at `at` (RFC 9562, section 5.7).
    pub fn uuid(&self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.0 / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bureau_lives_eight_hours_ahead_of_utc() {
        let t = Timestamp::parse_rfc3339("2026-11-24T16:30:00Z").expect("an instant");
        assert_eq!(t.date(), jiff::civil::date(2026, 11, 25));
        assert_eq!(Timestamp::at(jiff::civil::date(2026, 11, 25), 0, 30), t);
        assert_eq!(t.rfc3339(), "2026-11-24T16:30:00.000000Z");
    }

    #[test]
    fn ids_sort_by_time() {
        let chance = Chance::seeded(1);
        let (a, b) = (chance.uuid(Timestamp(1_000_000_000)), chance.uuid(Timestamp(2_000_000_000)));
        assert!(a < b);
        assert_eq!(a.get_version_num(), 7);
    }
}
