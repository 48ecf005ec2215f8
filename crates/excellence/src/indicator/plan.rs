//! The catalogue made ready for the fold: for each kind of fact, which fields to read, which cases it
//! touches, which marks it leaves there, and which indicators must be looked at anew.

use super::case::KEPT;
use super::definition::{Definition, Every, Measure};
use super::formula::{Amount, Claim, Condition, Of, Op, Selector, Term, Test, Value, Wrong};
use super::quick::Map;
use super::scan;
use kernel::{Date, Timestamp};
use std::collections::HashMap;

/// Where a case's key stands in a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Each fact is a case of its own.
    Own,
    Subject,
    Actor,
    Field(usize),
}

/// Cases of one sort: all indicators with the same key share their marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Space {
    pub(crate) key: Option<String>,
    pub(crate) each: Option<Every>,
}

#[derive(Debug)]
pub(crate) enum FieldTest {
    Int(usize, Op, i64),
    Moment(usize, Op),
    Code(usize, bool, Vec<Box<str>>),
    Set(usize, bool),
    ActorSet(bool),
    ActorHolds(String),
}

/// A mark that a fact of some kind may leave.
#[derive(Debug)]
pub(crate) struct Leaves {
    pub(crate) mark: u16,
    pub(crate) first: bool,
    pub(crate) tests: Vec<FieldTest>,
    pub(crate) keeps: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct InSpace {
    pub(crate) space: u16,
    pub(crate) key: Key,
    pub(crate) leaves: Vec<Leaves>,
}

#[derive(Debug, Default)]
pub(crate) struct KindPlan {
    pub(crate) fields: Vec<Box<str>>,
    pub(crate) spaces: Vec<InSpace>,
}

/// A thing of a mark, by numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) mark: u16,
    pub(crate) of: What,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    At,
    Actor,
    Kept(usize),
}

#[derive(Debug)]
pub(crate) enum Says {
    Is(u16, bool),
    Count(u16, Op, i64),
    Compare(At, Op, At, i64),
}

#[derive(Debug)]
pub(crate) enum Adds {
    Count(Vec<Vec<Says>>),
    Sum(At),
}

#[derive(Debug)]
pub(crate) enum Measures {
    Minutes(At, At),
    Points(At, At),
    Plain(At),
}

/// An indicator made ready.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) space: u16,
    pub(crate) marks: Vec<u16>,
    pub(crate) when: Option<At>,
    /// How long after that moment the case counts, microseconds.
    pub(crate) shift: i64,
    pub(crate) numerator: Option<Adds>,
    pub(crate) denominator: Option<Adds>,
    pub(crate) value: Option<Measures>,
    pub(crate) weight: Option<At>,
    pub(crate) group: Vec<At>,
    /// A numerator counts only within its denominator.
    pub(crate) share: bool,
}

/// The catalogue made ready.
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) kinds: Map<String, KindPlan>,
    pub(crate) spaces: Vec<Space>,
    pub(crate) ready: Vec<Ready>,
    /// The indicators that look at a mark.
    pub(crate) watchers: Vec<Vec<u16>>,
    /// Whether any indicator judges acts by the authorisations of the day.
    pub(crate) needs_grants: bool,
}

/// Marks while they are gathered: one for each space and selector.
#[derive(Default)]
struct Marks {
    all: Vec<(u16, Selector, Vec<String>)>,
}

impl Marks {
    fn number(&mut self, space: u16, s: &Selector, fields: &[&str]) -> Result<u16, Wrong> {
        let at = match self.all.iter().position(|(sp, sel, _)| *sp == space && sel == s) {
            Some(at) => at,
            None => {
                self.all.push((space, s.clone(), Vec::new()));
                self.all.len() - 1
            }
        };
        let kept = &mut self.all[at].2;
        for f in fields {
            if !kept.iter().any(|k| k == f) {
                kept.push((*f).to_owned());
            }
        }
        if kept.len() > KEPT {
            return Err(Wrong(format!("a mark keeps at most {KEPT} fields: {kept:?}")));
        }
        small(at)
    }

    fn at(&self, names: &HashMap<&str, u16>, t: &Term) -> Result<At, Wrong> {
        let mark = *names.get(t.mark.as_str()).ok_or_else(|| Wrong(format!("no mark {}", t.mark)))?;
        let of = match &t.of {
            Of::At => What::At,
            Of::Actor => What::Actor,
            Of::Field(f) => {
                let kept = &self.all[usize::from(mark)].2;
                What::Kept(kept.iter().position(|k| k == f).unwrap_or(0))
            }
        };
        Ok(At { mark, of })
    }

    fn says(&self, names: &HashMap<&str, u16>, c: &Condition) -> Result<Vec<Vec<Says>>, Wrong> {
        let of =
            |mark: &String| names.get(mark.as_str()).copied().ok_or_else(|| Wrong(format!("no mark {mark}")));
        let claim = |c: &Claim| {
            Ok(match c {
                Claim::Is(mark, there) => Says::Is(of(mark)?, *there),
                Claim::Count(mark, op, n) => Says::Count(of(mark)?, *op, *n),
                Claim::Compare(a, op, b, shift) => {
                    Says::Compare(self.at(names, a)?, *op, self.at(names, b)?, *shift)
                }
            })
        };
        c.iter().map(|all| all.iter().map(claim).collect()).collect()
    }

    fn adds(&self, names: &HashMap<&str, u16>, a: Option<&Amount>) -> Result<Option<Adds>, Wrong> {
        Ok(match a {
            None => None,
            Some(Amount::Count(c)) => Some(Adds::Count(self.says(names, c)?)),
            Some(Amount::Sum(t)) => Some(Adds::Sum(self.at(names, t)?)),
        })
    }
}

fn small(n: usize) -> Result<u16, Wrong> {
    u16::try_from(n).map_err(|_| Wrong("the catalogue is too large".into()))
}

impl Plan {
    /// Makes the working definitions ready.
    pub fn of(definitions: &[Definition]) -> Result<Plan, Wrong> {
        let mut plan = Plan::default();
        let mut marks = Marks::default();
        for d in definitions.iter().filter(|d| d.works()) {
            plan.add(d, &mut marks).map_err(|e| Wrong(format!("{}: {e}", d.id)))?;
        }
        plan.watchers = vec![Vec::new(); marks.all.len()];
        for (n, r) in plan.ready.iter().enumerate() {
            for m in &r.marks {
                plan.watchers[usize::from(*m)].push(small(n)?);
            }
        }
        for (n, (space, selector, keeps)) in marks.all.iter().enumerate() {
            plan.leave(small(n)?, *space, selector, keeps);
        }
        if let Some((kind, _)) = plan.kinds.iter().find(|(_, k)| k.fields.len() > scan::MOST) {
            return Err(Wrong(format!("more than {} fields are read of {kind}", scan::MOST)));
        }
        Ok(plan)
    }

    fn add(&mut self, d: &Definition, marks: &mut Marks) -> Result<(), Wrong> {
        let f = d.formula()?;
        let space = Space { key: f.key.clone(), each: d.each_period.then_some(d.period) };
        let at = match self.spaces.iter().position(|s| *s == space) {
            Some(at) => at,
            None => {
                self.spaces.push(space);
                self.spaces.len() - 1
            }
        };
        let space = small(at)?;
        let mut names = HashMap::new();
        for (name, selector) in &f.marks {
            names.insert(name.as_str(), marks.number(space, selector, &f.fields_of(name))?);
        }
        let terms = |of: &[Term]| of.iter().map(|t| marks.at(&names, t)).collect::<Result<Vec<_>, _>>();
        let one = |of: &Option<Term>| of.as_ref().map(|t| marks.at(&names, t)).transpose();
        let value = match &f.value {
            None => None,
            Some(Value::Minutes(a, b)) => Some(Measures::Minutes(marks.at(&names, a)?, marks.at(&names, b)?)),
            Some(Value::Points(a, b)) => Some(Measures::Points(marks.at(&names, a)?, marks.at(&names, b)?)),
            Some(Value::Plain(a)) => Some(Measures::Plain(marks.at(&names, a)?)),
        };
        let start = |d: Option<Date>, none| d.map_or(none, |d| Timestamp::start_of(d).0);
        let mut numbers: Vec<u16> = names.values().copied().collect();
        numbers.sort_unstable();
        self.ready.push(Ready {
            id: d.id.clone(),
            version: d.version,
            from: start(d.from, i64::MIN),
            to: start(d.to, i64::MAX),
            space,
            when: one(&f.when)?,
            shift: f.shift,
            numerator: marks.adds(&names, f.numerator.as_ref())?,
            denominator: marks.adds(&names, f.denominator.as_ref())?,
            value,
            weight: one(&f.weight)?,
            group: terms(&f.group)?,
            share: f.key.is_some() && !matches!(d.measure, Measure::Ratio | Measure::Count),
            marks: numbers,
        });
        Ok(())
    }

    /// Tells every kind of the selector that its facts may leave this mark.
    fn leave(&mut self, mark: u16, space: u16, selector: &Selector, keeps: &[String]) {
        let key = self.spaces[usize::from(space)].key.clone();
        for kind in &selector.kinds {
            let k = self.kinds.entry(kind.clone()).or_default();
            let key = match key.as_deref() {
                None => Key::Own,
                Some("@subject") => Key::Subject,
                Some("@actor") => Key::Actor,
                Some(field) => Key::Field(k.field(field)),
            };
            let tests = selector.tests.iter().map(|t| k.test(t)).collect();
            self.needs_grants |= selector.tests.iter().any(|t| matches!(t, Test::ActorHolds(_)));
            let keeps = keeps.iter().map(|f| k.field(f)).collect();
            let leaves = Leaves { mark, first: selector.first, tests, keeps };
            match k.spaces.iter_mut().find(|s| s.space == space) {
                Some(s) => s.leaves.push(leaves),
                None => k.spaces.push(InSpace { space, key, leaves: vec![leaves] }),
            }
        }
    }
}

impl KindPlan {
    fn field(&mut self, name: &str) -> usize {
        match self.fields.iter().position(|f| &**f == name) {
            Some(at) => at,
            None => {
                self.fields.push(name.into());
                self.fields.len() - 1
            }
        }
    }

    fn test(&mut self, t: &Test) -> FieldTest {
        match t {
            Test::Int(f, op, n) => FieldTest::Int(self.field(f), *op, *n),
            Test::Moment(f, op) => FieldTest::Moment(self.field(f), *op),
            Test::Code(f, within, codes) => {
                let codes = codes.iter().map(|c| c.as_str().into()).collect();
                FieldTest::Code(self.field(f), *within, codes)
            }
            Test::Set(f, there) if f == "@actor" => FieldTest::ActorSet(*there),
            Test::Set(f, there) => FieldTest::Set(self.field(f), *there),
            Test::ActorHolds(duty) => FieldTest::ActorHolds(duty.clone()),
        }
    }
}
