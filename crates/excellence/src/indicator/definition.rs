//! A definition is data: one table of a TOML file in `indicators/`. This file reads and checks it.

use super::formula::{self, Amount, Claim, Condition, Of, Selector, Term, Value, Wrong};
use kernel::{Bilingual, Date, No, Refusal, Result, bi};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a figure is made from what was folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A share: numerator of denominator, both counts of cases.
    Rate,
    /// Numerator for so many of the denominator; may exceed it.
    Ratio,
    /// The numerator alone.
    Count,
    /// Median and 90th percentile of the value.
    Median,
    /// The rate of one group over the rate of another.
    RateRatio,
    /// The rate of one group minus the rate of another, in percentage points.
    RateDifference,
    /// The share of groups whose numerator fits the expected number, `weight` parts per million a case.
    InBand,
}

/// For how long facts are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// Half a year.
    HalfYear,
    /// A year.
    Year,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither: it is watched.
    Watch,
}

/// An indicator as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Stable id, such as `RC05`.
    pub id: String,
    /// Version of the formula, from 1.
    #[serde(default = "one")]
    pub version: i64,
    /// First day of this version.
    #[serde(default)]
    pub from: Option<Date>,
    /// First day of the next version.
    #[serde(default)]
    pub to: Option<Date>,
    /// Family: `regulatory`, `service`, `people`, `lifecycle` or `side`.
    pub family: String,
    /// Mechanism, such as `M1`, or `brand`.
    pub mechanism: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// The formula in words, in Chinese.
    pub says_zh: String,
    /// The formula in words, in English.
    pub says_en: String,
    /// How the figure is made.
    pub measure: Measure,
    /// A rate or a ratio is given for so many: 1, 100, 1000 or 10000.
    #[serde(default = "one")]
    pub per: i64,
    /// Unit of the value: `percent`, `per_1000`, `per_10000`, `ratio`, `count`, `hours`, `minutes`, `points`.
    pub unit: String,
    /// Period.
    pub period: Every,
    /// Months that a figure looks back over, when more than its period.
    #[serde(default)]
    pub rolling_months: Option<i32>,
    /// At which units it is read: `bureau`, `branch`, or another level.
    pub level: String,
    /// Which way is better.
    pub direction: Direction,
    /// It is watched, and never carries a target.
    #[serde(default)]
    pub watch_only: bool,
    /// It stands beside others and is never a brand's main indicator (publicity).
    #[serde(default)]
    pub side_information: bool,
    /// It counts money that the bureau takes: never a target, never a success.
    #[serde(default)]
    pub money: bool,
    /// The target that ships with it, thousandths of the unit.
    #[serde(default)]
    pub target_milli: Option<i64>,
    /// What keeps it honest, in Chinese.
    #[serde(default)]
    pub guard_zh: String,
    /// What keeps it honest, in English.
    #[serde(default)]
    pub guard_en: String,
    /// Indicators that are read beside it.
    #[serde(default)]
    pub guards: Vec<String>,
    /// Records that it rests on.
    pub sources: Vec<String>,
    /// Where its idea is from and how sure it is: `statute`, `practice` or `proposed`.
    pub status: String,
    /// Facts that it waits for, when its records are not kept yet, in English.
    #[serde(default)]
    pub waits_for: Vec<String>,
    /// The same in Chinese.
    #[serde(default)]
    pub waits_for_zh: Vec<String>,
    /// The body field that names the case, or `@subject`, `@actor`; none when each fact stands alone.
    #[serde(default)]
    pub key: Option<String>,
    /// A case counts once in each period, not once for ever.
    #[serde(default)]
    pub each_period: bool,
    /// Which facts leave which mark on a case.
    #[serde(default)]
    pub mark: BTreeMap<String, String>,
    /// The moment that puts a case into its period: `mark.at` or a field of it, or so long after it, such as
    /// `closed.at + 365d`; its mark also names the unit.
    #[serde(default)]
    pub when: Option<String>,
    /// Numerator.
    #[serde(default)]
    pub numerator: Option<String>,
    /// Denominator.
    #[serde(default)]
    pub denominator: Option<String>,
    /// Value of a case, for medians.
    #[serde(default)]
    pub value: Option<String>,
    /// What is added up beside the denominator.
    #[serde(default)]
    pub weight: Option<String>,
    /// Fields that split the cases into groups.
    #[serde(default)]
    pub group: Vec<String>,
    /// The groups above the line of a comparison.
    #[serde(default)]
    pub group_a: Vec<String>,
    /// The groups below the line of a comparison.
    #[serde(default)]
    pub group_b: Vec<String>,
}

fn one() -> i64 {
    1
}

/// A checked formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Formula {
    pub(crate) key: Option<String>,
    pub(crate) marks: Vec<(String, Selector)>,
    pub(crate) when: Option<Term>,
    /// How long after it the case counts, microseconds.
    pub(crate) shift: i64,
    pub(crate) numerator: Option<Amount>,
    pub(crate) denominator: Option<Amount>,
    pub(crate) value: Option<Value>,
    pub(crate) weight: Option<Term>,
    pub(crate) group: Vec<Term>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    indicator: Vec<Definition>,
}

impl Definition {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        bi(&self.name_zh, &self.name_en)
    }

    /// The formula in words.
    pub fn says(&self) -> Bilingual {
        bi(&self.says_zh, &self.says_en)
    }

    /// The facts that it waits for.
    pub fn waits(&self) -> Bilingual {
        bi(self.waits_for_zh.join("、"), self.waits_for.join(", "))
    }

    /// Whether its facts are kept, so that it gives figures.
    pub fn works(&self) -> bool {
        self.waits_for.is_empty()
    }

    /// Whether this version is in force on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.from.is_none_or(|f| f <= on) && self.to.is_none_or(|t| on < t)
    }

    /// The checked formula.
    pub(crate) fn formula(&self) -> std::result::Result<Formula, Wrong> {
        let term = |t: &Option<String>| t.as_deref().map(formula::term).transpose();
        let amount = |t: &Option<String>| t.as_deref().map(formula::amount).transpose();
        let marks = self.mark.iter().map(|(name, s)| Ok((name.clone(), formula::selector(s)?)));
        let when = self.when.as_deref().map(formula::moment).transpose()?;
        let f = Formula {
            key: self.key.clone(),
            marks: marks.collect::<std::result::Result<_, Wrong>>()?,
            shift: when.as_ref().map_or(0, |(_, shift)| *shift),
            when: when.map(|(term, _)| term),
            numerator: amount(&self.numerator)?,
            denominator: amount(&self.denominator)?,
            value: self.value.as_deref().map(formula::value).transpose()?,
            weight: term(&self.weight)?,
            group: self.group.iter().map(|g| formula::term(g)).collect::<std::result::Result<_, Wrong>>()?,
        };
        f.check(self)?;
        Ok(f)
    }
}

impl Formula {
    fn check(&self, d: &Definition) -> std::result::Result<(), Wrong> {
        let lacks = |what: &str| Err(Wrong(format!("{what} is missing")));
        if self.marks.is_empty() {
            return lacks("mark");
        }
        if self.key.is_some() && self.when.is_none() {
            return lacks("when");
        }
        let has = (self.numerator.is_some(), self.denominator.is_some(), self.value.is_some());
        match (d.measure, has) {
            (Measure::Median, (_, _, false)) => return lacks("value"),
            (Measure::Count, (false, _, _)) => return lacks("numerator"),
            (Measure::Median | Measure::Count, _) => {}
            (_, (false, _, _)) => return lacks("numerator"),
            (_, (_, false, _)) => return lacks("denominator"),
            _ => {}
        }
        let compares = matches!(d.measure, Measure::RateRatio | Measure::RateDifference);
        if compares && (self.group.is_empty() || d.group_a.is_empty() || d.group_b.is_empty()) {
            return lacks("group, group_a or group_b");
        }
        if d.measure == Measure::InBand && (self.weight.is_none() || self.group.is_empty()) {
            return lacks("weight or group");
        }
        for mark in self.named() {
            if !self.marks.iter().any(|(name, _)| name == mark) {
                return Err(Wrong(format!("there is no mark {mark:?}")));
            }
        }
        Ok(())
    }

    /// Every mark that the formula names.
    fn named(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.terms().iter().map(|t| t.mark.as_str()).collect();
        for c in self.conditions().into_iter().flatten().flatten() {
            if let Claim::Is(mark, _) | Claim::Count(mark, _, _) = c {
                names.push(mark);
            }
        }
        names
    }

    fn conditions(&self) -> Vec<&Condition> {
        let amounts = [&self.numerator, &self.denominator].into_iter().flatten();
        amounts.filter_map(|a| if let Amount::Count(c) = a { Some(c) } else { None }).collect()
    }

    /// Everything that it wants to know of its marks.
    pub(crate) fn terms(&self) -> Vec<&Term> {
        let mut terms: Vec<&Term> = self.when.iter().chain(&self.weight).chain(&self.group).collect();
        match &self.value {
            Some(Value::Minutes(a, b) | Value::Points(a, b)) => terms.extend([a, b]),
            Some(Value::Plain(a)) => terms.push(a),
            None => {}
        }
        for a in [&self.numerator, &self.denominator].into_iter().flatten() {
            if let Amount::Sum(t) = a {
                terms.push(t);
            }
        }
        for c in self.conditions().into_iter().flatten().flatten() {
            if let Claim::Compare(a, _, b, _) = c {
                terms.extend([a, b]);
            }
        }
        terms
    }

    /// Body fields of a mark that the formula wants.
    pub(crate) fn fields_of(&self, mark: &str) -> Vec<&str> {
        let mut fields = Vec::new();
        for t in self.terms() {
            if let Of::Field(f) = &t.of
                && t.mark == mark
            {
                fields.push(f.as_str());
            }
        }
        fields
    }
}

/// Reads the definitions of one file.
pub fn parse(file: &str, text: &str) -> Result<Vec<Definition>> {
    let refuse = |id: &str, e: String| {
        let no =
            Refusal::new("indicator.definition", bi("指标定义有误", "a definition of an indicator is wrong"));
        No::from(no.missing(format!("{file} {id}"), "", bi(e.clone(), e)))
    };
    let read: File = toml::from_str(text).map_err(|e| refuse("", e.to_string()))?;
    for d in &read.indicator {
        check(d).map_err(|e| refuse(&d.id, e.0))?;
    }
    Ok(read.indicator)
}

fn check(d: &Definition) -> std::result::Result<(), Wrong> {
    let wrong = |what: &str| Err(Wrong(what.to_owned()));
    if d.works() {
        d.formula()?;
    }
    if d.waits_for.len() != d.waits_for_zh.len() {
        return wrong("waits_for and waits_for_zh name the same facts");
    }
    if !["regulatory", "service", "people", "lifecycle", "side"].contains(&d.family.as_str()) {
        return wrong("family is regulatory, service, people, lifecycle or side");
    }
    if ![1, 100, 1000, 10_000].contains(&d.per) {
        return wrong("per is 1, 100, 1000 or 10000");
    }
    if d.target_milli.is_some() && (d.watch_only || d.direction == Direction::Watch || d.money) {
        return wrong("an indicator that is only watched carries no target");
    }
    if d.direction == Direction::Watch && !d.watch_only {
        return wrong("an indicator without a direction is watch_only");
    }
    if d.money && !d.watch_only || d.side_information && d.family != "side" {
        return wrong("money is watch_only, and side information stands in the family side");
    }
    Ok(())
}
