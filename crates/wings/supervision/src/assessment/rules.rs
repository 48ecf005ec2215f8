//! The pass rules, from values alone.

use kernel::{Bilingual, Date, bi};

/// Numbers of the rule pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassRules {
    /// Least score of theory and of the witnessed task, percent.
    pub pass_mark: i64,
    /// Days until another attempt.
    pub retest_days: i64,
}

/// What a candidate has shown so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown<'a> {
    /// Theory, thousandths of 100.
    pub theory_milli: Option<i64>,
    /// The witnessed task, thousandths of 100.
    pub witness_milli: Option<i64>,
    /// Critical items that failed.
    pub critical_failed: &'a [String],
    /// Whether the records of work are sound.
    pub records_sound: Option<bool>,
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something is still to be shown.
    Open,
    /// The officer is authorised.
    Authorised,
    /// The officer is not, for these reasons, and may try again on a day.
    NotAuthorised {
        /// `theory`, `witness`, `critical` or `records`.
        failed: Vec<&'static str>,
        /// The first day of another attempt.
        retest_on: Date,
    },
}

/// Decides an assessment. A critical item that failed decides at once; everything else when all three parts are there.
pub fn outcome(s: &Shown<'_>, rules: PassRules, today: Date) -> Outcome {
    let mark = rules.pass_mark * 1000;
    let mut failed = Vec::new();
    if s.theory_milli.is_some_and(|m| m < mark) {
        failed.push("theory");
    }
    if s.witness_milli.is_some_and(|m| m < mark) {
        failed.push("witness");
    }
    if !s.critical_failed.is_empty() {
        failed.push("critical");
    }
    if s.records_sound == Some(false) {
        failed.push("records");
    }
    let complete = s.theory_milli.is_some() && s.witness_milli.is_some() && s.records_sound.is_some();
    if failed.is_empty() {
        return if complete { Outcome::Authorised } else { Outcome::Open };
    }
    if complete || !s.critical_failed.is_empty() || failed == ["theory"] {
        let retest_on = today.checked_add(jiff::Span::new().days(rules.retest_days)).unwrap_or(today);
        return Outcome::NotAuthorised { failed, retest_on };
    }
    Outcome::Open
}

/// What an assessment failed on, in words.
pub(super) fn reason(failed: &[&str]) -> Bilingual {
    let word = |f: &&str| match *f {
        "theory" => bi("理论考试未达合格分", "theory below the pass mark"),
        "witness" => bi("见证任务未达合格分", "witnessed task below the pass mark"),
        "critical" => bi("关键项目不合格", "a critical item failed"),
        _ => bi("办理记录有问题", "records of work not sound"),
    };
    let words: Vec<Bilingual> = failed.iter().map(word).collect();
    let join =
        |pick: fn(&Bilingual) -> &str, comma: &str| words.iter().map(pick).collect::<Vec<_>>().join(comma);
    bi(join(|b| &b.zh, "；"), join(|b| &b.en, "; "))
}
