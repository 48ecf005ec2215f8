//! Assessment of risk information: how grave what it tells of would be, how likely it is, and what
//! level of warning follows.
//!
//! Severity and likelihood are classes from 1 to 5. The matrix that joins them and the thresholds are
//! policy and come as arguments. Information that nobody has confirmed keeps its level but is
//! provisional: its first measure is to confirm it.

use serde::{Deserialize, Serialize};

use crate::estimate::wilson;

/// Classes of severity and of likelihood.
pub const CLASSES: usize = 5;

/// Level of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Kept on file.
    Low,
    /// Watched: more checks on documents, sampling as planned.
    Medium,
    /// Alert: more checks on goods.
    High,
    /// Rapid response: every consignment held and checked.
    Critical,
}

/// How sure the information is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Heard of once, no document.
    Rumour,
    /// Reported by one source that can be named.
    Reported,
    /// Notified by an authority.
    Official,
    /// Confirmed by an official laboratory.
    Confirmed,
}

/// Rules of assessment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// Level by severity (row) and likelihood (column).
    pub matrix: [[Level; CLASSES]; CLASSES],
    /// Weights of notices (see [`crate::watch`]) from which likelihood is 2, 3, 4 and 5.
    pub notices: [f64; CLASSES - 1],
    /// Shares of violations from which likelihood is 2, 3, 4 and 5.
    pub shares: [f64; CLASSES - 1],
    /// Information less certain than this is provisional.
    pub firm_from: Certainty,
    /// Width of the interval of a share in standard errors; its upper end is judged.
    pub z: f64,
}

impl Rules {
    /// Whether more severity or likelihood never leads to a lower level, and thresholds ascend.
    ///
    /// # Errors
    /// In words, with the place.
    pub fn check(&self) -> Result<(), String> {
        for s in 0..CLASSES {
            for l in 0..CLASSES {
                let here = self.matrix[s][l];
                let falls =
                    (s > 0 && self.matrix[s - 1][l] > here) || (l > 0 && self.matrix[s][l - 1] > here);
                if falls {
                    return Err(format!("the level falls at severity {} and likelihood {}", s + 1, l + 1));
                }
            }
        }
        for (name, t) in [("notices", &self.notices), ("shares", &self.shares)] {
            if t.iter().any(|x| x.is_nan() || *x < 0.0) || t.windows(2).any(|w| w[0] >= w[1]) {
                return Err(format!("the thresholds of {name} do not ascend"));
            }
        }
        Ok(())
    }
}

/// What is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Severity of the hazard, 1 (slight) to 5 (deaths, or a pest that could not be got rid of).
    pub severity: u8,
    /// Whether the goods are meant for infants, the sick or other vulnerable people: one class graver.
    pub vulnerable: bool,
    /// Weight of notices about the like goods and hazard.
    pub notices: f64,
    /// Own checks and violations among them, where there were any.
    pub checks: Option<(u64, u64)>,
    /// How sure it is.
    pub certainty: Certainty,
}

/// The outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Class of severity.
    pub severity: u8,
    /// Class of likelihood.
    pub likelihood: u8,
    /// Level of warning.
    pub level: Level,
    /// Whether it waits to be confirmed.
    pub provisional: bool,
    /// Why, in Chinese and English.
    pub reasons: Vec<(String, String)>,
}

/// Assesses a piece of risk information.
///
/// # Errors
/// In words, when the rules or the evidence are not sound.
pub fn assess(evidence: &Evidence, rules: &Rules) -> Result<Assessment, String> {
    rules.check()?;
    let e = evidence;
    if !(1..=5).contains(&e.severity) || e.notices.is_nan() || e.notices < 0.0 {
        return Err("severity is 1 to 5, and the weight of notices is not negative".to_owned());
    }
    if e.checks.is_some_and(|(n, bad)| n == 0 || bad > n) {
        return Err("there cannot be more violations than checks, and no checks are none".to_owned());
    }
    let mut reasons = Vec::new();
    let severity = if e.vulnerable { (e.severity + 1).min(5) } else { e.severity };
    let note = if e.vulnerable {
        ("（面向脆弱人群，提高一级）", " (raised for vulnerable people)")
    } else {
        ("", "")
    };
    reasons.push((format!("严重性 {severity} 级{}", note.0), format!("severity {severity}{}", note.1)));
    let by_notices = class(e.notices, &rules.notices);
    reasons.push((
        format!("通报加权 {:.2}：可能性 {by_notices} 级", e.notices),
        format!("notices weigh {:.2}: likelihood {by_notices}", e.notices),
    ));
    let by_checks = e.checks.map_or(1, |(n, bad)| {
        // Few checks prove little: the upper end of the interval is what may be feared. With nothing
        // found it is not held against the goods.
        let feared = if bad == 0 { 0.0 } else { wilson(bad as f64 / n as f64, n as f64, rules.z).high };
        let c = class(feared, &rules.shares);
        let percent = 100.0 * feared;
        reasons.push((
            format!("自查 {n} 批，{bad} 批不合格，上限 {percent:.1}%：可能性 {c} 级"),
            format!("{bad} violations in {n} own checks, at most {percent:.1} %: likelihood {c}"),
        ));
        c
    });
    let likelihood = by_notices.max(by_checks);
    let level = rules.matrix[usize::from(severity) - 1][usize::from(likelihood) - 1];
    let provisional = e.certainty < rules.firm_from;
    if provisional {
        reasons.push(("信息尚未核实：先行核实".to_owned(), "not yet confirmed: confirm it first".to_owned()));
    }
    Ok(Assessment { severity, likelihood, level, provisional, reasons })
}

/// The class of a value: 1 below the first threshold, 5 from the last.
fn class(x: f64, thresholds: &[f64; CLASSES - 1]) -> u8 {
    1 + thresholds.iter().filter(|t| x >= **t).count() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use Level::{Critical as C, High as H, Low as L, Medium as M};
    use proptest::prelude::*;

    fn rules() -> Rules {
        Rules {
            matrix: [[L, L, L, M, M], [L, L, M, M, H], [L, M, M, H, H], [M, M, H, H, C], [M, H, H, C, C]],
            notices: [0.5, 2.0, 5.0, 10.0],
            shares: [0.01, 0.03, 0.10, 0.30],
            firm_from: Certainty::Official,
            z: 1.96,
        }
    }

    fn evidence() -> Evidence {
        Evidence {
            severity: 4,
            vulnerable: false,
            notices: 3.0,
            checks: None,
            certainty: Certainty::Official,
        }
    }

    #[test]
    fn severity_and_likelihood_meet_in_the_matrix() {
        let of = |e: Evidence| assess(&e, &rules()).expect("an assessment");
        let a = of(evidence());
        assert_eq!((a.severity, a.likelihood, a.level, a.provisional), (4, 3, H, false));
        assert_eq!(of(Evidence { vulnerable: true, ..evidence() }).severity, 5);
        // 6 of 20 may be as many as half.
        let a = of(Evidence { checks: Some((20, 6)), ..evidence() });
        assert_eq!((a.likelihood, a.level, a.reasons.len()), (5, C, 3));
        assert_eq!(of(Evidence { checks: Some((20, 0)), ..evidence() }).likelihood, 3);
        let rumour = of(Evidence { certainty: Certainty::Rumour, ..evidence() });
        assert!(rumour.provisional && rumour.level == H && rumour.reasons[2].1.contains("confirm"));
    }

    #[test]
    fn rules_and_evidence_that_make_no_sense_are_refused() {
        let mut falling = rules();
        falling.matrix[2][2] = L;
        assert!(assess(&evidence(), &falling).expect_err("an error").contains("severity 3"));
        let mut crossed = rules();
        crossed.shares = [0.1, 0.05, 0.2, 0.3];
        assert!(crossed.check().is_err());
        for e in [
            Evidence { severity: 0, ..evidence() },
            Evidence { notices: -1.0, ..evidence() },
            Evidence { checks: Some((3, 4)), ..evidence() },
            Evidence { checks: Some((0, 0)), ..evidence() },
        ] {
            assert!(assess(&e, &rules()).is_err(), "{e:?}");
        }
    }

    proptest! {
        #[test]
        fn more_of_anything_never_lowers_the_level(
            severity in 1u8..=5, vulnerable in any::<bool>(), notices in 0.0f64..20.0, n in 1u64..200, bad in 0u64..200
        ) {
            let e = Evidence {
                severity, vulnerable, notices, checks: Some((n, bad.min(n))), certainty: Certainty::Confirmed,
            };
            let level = |e: Evidence| assess(&e, &rules()).expect("an assessment").level;
            let here = level(e);
            let more = [
                Evidence { severity: (severity + 1).min(5), ..e },
                Evidence { vulnerable: true, ..e },
                Evidence { notices: notices + 1.0, ..e },
                Evidence { checks: Some((n, (bad.min(n) + 1).min(n))), ..e },
            ];
            prop_assert!(more.into_iter().all(|m| level(m) >= here));
        }
    }
}
