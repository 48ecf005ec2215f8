//! How a series goes on after a clean consignment or a failure: from values alone.

use risk::bands::{Check, Series as Run, SeriesRule};

/// What a count leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Clean ones in a row.
    pub(super) clean: i64,
    /// Failures within the series.
    pub(super) failures: i64,
    /// Enough clean ones in a row.
    pub(super) enough: bool,
    /// Enough failures to ask the plant to explain itself.
    pub(super) stop: bool,
}

/// Counts one consignment or notification.
pub(super) fn after(clean: i64, failures: i64, needed: i64, stop_at: i64, is_clean: bool) -> Counted {
    let small = |n: i64| u32::try_from(n.max(0)).unwrap_or(u32::MAX);
    let rule = SeriesRule {
        failures_to_start: 1,
        passes_to_end: small(needed).max(1),
        rate_ppm: 1_000_000,
        failures_to_stop: Some(small(stop_at).max(1)),
    };
    let run = Run::Running { passes: small(clean), failures: small(failures) };
    let check = if is_clean { Check::Pass } else { Check::Fail };
    match run.after(&rule, check) {
        Run::Running { passes, failures } => {
            Counted { clean: passes.into(), failures: failures.into(), enough: false, stop: false }
        }
        Run::Stopped => Counted { clean: 0, failures: failures + 1, enough: false, stop: true },
        Run::Idle | Run::Watching { .. } => Counted { clean: clean + 1, failures, enough: true, stop: false },
    }
}

/// The heading of an HS code.
pub(super) fn heading(hs: &str) -> String {
    hs.chars().take(4).collect()
}
