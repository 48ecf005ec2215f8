//! The fold: facts in, changes of cells out. It knows no database; the driver in `act.rs` loads cases
//! before a fact needs them and stores what changed.
//!
//! A case contributes to at most one cell of an indicator: unit, month and group. When a fact changes a
//! case, its old contribution is taken out and its new one put in, so a late or corrected fact revises the
//! month it belongs to, and the order of batches never matters.

use super::case::{Case, Fields, Grant, Kept, Mark, Spread, Texts};
use super::judge::{add, look, measure};
use super::months::{first_month, month_of};
use super::plan::{At, FieldTest, Key, Leaves, Plan, Ready};
use super::quick::Map;
use super::scan::{self, Found};

/// A fact as the ledger stores it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its number.
    pub seq: i64,
    /// When, microseconds.
    pub at: i64,
    /// Kind.
    pub kind: &'a str,
    /// Subject.
    pub subject: &'a str,
    /// Who acted; 0 for nobody.
    pub actor: u128,
    /// The branch; 0 for none.
    pub unit: u128,
    /// Body, compact JSON.
    pub body: &'a str,
}

/// One case among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CaseKey {
    pub(crate) space: u16,
    /// First month of the period, when the case counts once in each; else 0.
    pub(crate) month: i32,
    pub(crate) key: u128,
}

/// One cell: an indicator's unit, month and group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CellKey {
    pub(crate) ready: u16,
    pub(crate) month: i32,
    pub(crate) unit: u128,
    pub(crate) group: u32,
}

/// What changed in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) num: i64,
    pub(crate) den: i64,
    pub(crate) weight: i64,
    pub(crate) spread: Spread,
}

impl Change {
    fn add(&mut self, c: &Contribution, sign: i64) {
        self.num += sign * c.num;
        self.den += sign * c.den;
        self.weight += sign * c.weight;
        if let Some(v) = c.value {
            *self.spread.entry(v).or_default() += sign;
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Contribution {
    pub(crate) cell: CellKey,
    pub(crate) num: i64,
    pub(crate) den: i64,
    pub(crate) weight: i64,
    pub(crate) value: Option<i64>,
}

/// Folds facts into cells.
pub struct Fold<'p> {
    plan: &'p Plan,
    pub(crate) cases: Map<CaseKey, Case>,
    pub(crate) changes: Map<CellKey, Change>,
    pub(crate) grants: Map<u128, Vec<Grant>>,
    pub(crate) changed_officers: Vec<u128>,
    pub(crate) texts: Texts,
    // Buffers that are used again from fact to fact.
    left: Vec<Left>,
    own: Case,
    moved: Vec<(u16, Option<Contribution>)>,
}

/// A mark that a fact leaves.
struct Left {
    first: bool,
    mark: Mark,
}

impl<'p> Fold<'p> {
    /// A fold from nothing.
    pub fn new(plan: &'p Plan) -> Fold<'p> {
        Fold {
            plan,
            cases: Map::default(),
            changes: Map::default(),
            grants: Map::default(),
            changed_officers: Vec::new(),
            texts: Texts::new(),
            left: Vec::new(),
            own: Case::default(),
            moved: Vec::new(),
        }
    }

    /// How many cells and cases changed since they were stored.
    pub fn size(&self) -> (usize, usize) {
        (self.changes.len(), self.cases.len())
    }

    /// The stored cases that a fact may touch, so that they can be loaded before `take`.
    pub(crate) fn cases_of(&self, line: &Line<'_>, into: &mut Vec<CaseKey>) {
        let Some(kind) = self.plan.kinds.get(line.kind) else { return };
        let found = scan::fields(line.body.as_bytes(), &kind.fields);
        for s in kind.spaces.iter().filter(|s| s.key != Key::Own) {
            let key = self.case_key(s.space, &s.key, line, &found);
            into.extend(key.filter(|k| !self.cases.contains_key(k)));
        }
    }

    fn case_key(&self, space: u16, key: &Key, line: &Line<'_>, found: &Found<'_>) -> Option<CaseKey> {
        let id = match key {
            Key::Own => return None,
            Key::Subject => scan::uuid_of(line.subject.rsplit('/').next()?.as_bytes())?,
            Key::Actor => (line.actor != 0).then_some(line.actor)?,
            Key::Field(at) => scan::id(found.get(*at).copied().flatten()?)?,
        };
        let each = self.plan.spaces[usize::from(space)].each;
        let month = each.map_or(0, |e| first_month(month_of(line.at), e));
        Some(CaseKey { space, month, key: id })
    }

    /// Takes a fact in. Facts come in the order of their numbers.
    pub fn take(&mut self, line: &Line<'_>) {
        if self.plan.needs_grants {
            self.note_grant(line);
        }
        let Some(kind) = self.plan.kinds.get(line.kind) else { return };
        let found = scan::fields(line.body.as_bytes(), &kind.fields);
        let blank = self.blank(line);
        let mut left = std::mem::take(&mut self.left);
        for s in &kind.spaces {
            left.clear();
            for l in &s.leaves {
                if self.holds(l, line, &found) {
                    left.push(Left { first: l.first, mark: self.mark(l, blank, &found) });
                }
            }
            if left.is_empty() {
                continue;
            }
            if s.key == Key::Own {
                let mut own = std::mem::take(&mut self.own);
                own.marks.clear();
                self.touch(&mut own, &left);
                self.own = own;
            } else if let Some(key) = self.case_key(s.space, &s.key, line, &found) {
                let mut cases = std::mem::take(&mut self.cases);
                self.touch(cases.entry(key).or_default(), &left);
                self.cases = cases;
            }
        }
        self.left = left;
    }

    /// Leaves marks on a case, and moves what it gives to every indicator that looks at one of them.
    fn touch(&mut self, case: &mut Case, left: &[Left]) {
        let plan = self.plan;
        let mut moved = std::mem::take(&mut self.moved);
        moved.clear();
        for l in left {
            for n in &plan.watchers[usize::from(l.mark.number)] {
                if !moved.iter().any(|(m, _)| m == n) {
                    let gave = if case.marks.is_empty() { None } else { self.contribution(*n, case) };
                    moved.push((*n, gave));
                }
            }
        }
        for l in left {
            case.leave(&l.mark, l.first);
        }
        for (n, gave) in &moved {
            let gives = self.contribution(*n, case);
            if *gave != gives {
                self.change(gave.as_ref(), gives.as_ref());
            }
        }
        self.moved = moved;
    }

    /// The case that a fact makes by itself, in a space where each fact stands alone.
    pub(crate) fn alone(&mut self, line: &Line<'_>, space: u16) -> Case {
        let mut case = Case::default();
        let Some(kind) = self.plan.kinds.get(line.kind) else { return case };
        let found = scan::fields(line.body.as_bytes(), &kind.fields);
        let blank = self.blank(line);
        for l in kind.spaces.iter().filter(|s| s.space == space).flat_map(|s| &s.leaves) {
            if self.holds(l, line, &found) {
                let mark = self.mark(l, blank, &found);
                case.leave(&mark, l.first);
            }
        }
        case
    }

    fn holds(&self, l: &Leaves, line: &Line<'_>, found: &Found<'_>) -> bool {
        let raw = |at: &usize| found.get(*at).copied().flatten();
        l.tests.iter().all(|t| match t {
            FieldTest::Int(f, op, n) => raw(f).and_then(scan::int).is_some_and(|v| op.holds(&v, n)),
            FieldTest::Moment(f, op) => raw(f).and_then(scan::int).is_some_and(|v| op.holds(&v, &line.at)),
            FieldTest::Code(f, within, codes) => {
                raw(f).and_then(scan::text).is_some_and(|v| codes.iter().any(|c| &**c == v) == *within)
            }
            FieldTest::Set(f, there) => raw(f).is_some_and(|v| v != b"null") == *there,
            FieldTest::ActorSet(there) => (line.actor != 0) == *there,
            FieldTest::ActorHolds(duty) => self.grants.get(&line.actor).is_some_and(|grants| {
                grants
                    .iter()
                    .any(|g| g.duty == *duty && g.seq < line.seq && g.from <= line.at && line.at <= g.to)
            }),
        })
    }

    /// What every mark of a fact has alike.
    fn blank(&mut self, line: &Line<'_>) -> Mark {
        let (unit, actor) = (self.texts.small(line.unit), self.texts.small(line.actor));
        Mark { number: 0, count: 1, unit, actor, seq: line.seq, at: line.at, kept: Fields::default() }
    }

    fn mark(&mut self, l: &Leaves, blank: Mark, found: &Found<'_>) -> Mark {
        let mut mark = Mark { number: l.mark, ..blank };
        for (slot, f) in l.keeps.iter().enumerate() {
            let Some(raw) = found.get(*f).copied().flatten() else { continue };
            let field = match scan::int(raw) {
                Some(n) => Kept::Int(n),
                None => scan::text(raw).map_or(Kept::Nothing, |t| Kept::Text(self.texts.id(t))),
            };
            mark.kept.set(slot, field);
        }
        mark
    }

    /// Keeps who holds which authorisation, so that acts are judged by the log and not by what they say.
    fn note_grant(&mut self, line: &Line<'_>) {
        let names: &[&str] = match line.kind {
            "competence.authorised" => &["authorisation", "officer", "duty", "valid_from", "valid_to"],
            "competence.authorisation_ended" => &["authorisation", "officer"],
            _ => return,
        };
        let names: Vec<Box<str>> = names.iter().map(|n| (*n).into()).collect();
        let f = scan::fields(line.body.as_bytes(), &names);
        let id = |at: usize| f.get(at).copied().flatten().and_then(scan::id);
        let (Some(grant), Some(officer)) = (id(0), id(1)) else { return };
        let held = self.grants.entry(officer).or_default();
        match f.get(2..5).filter(|_| names.len() == 5) {
            None => {
                if let Some(g) = held.iter_mut().find(|g| g.id == grant) {
                    g.to = g.to.min(line.at);
                }
            }
            Some(rest) => {
                let int = |at: usize| rest[at].and_then(scan::int).unwrap_or_default();
                let duty = rest[0].and_then(scan::text).unwrap_or_default().to_owned();
                // What was entered later does not cover what was done before.
                let (seq, from, to) = (line.seq, int(1).max(line.at), int(2));
                held.push(Grant { seq, id: grant, duty, from, to });
            }
        }
        self.changed_officers.push(officer);
    }

    pub(crate) fn contribution(&mut self, n: u16, case: &Case) -> Option<Contribution> {
        let plan = self.plan;
        let r = &plan.ready[usize::from(n)];
        let (mark, moment) = match r.when {
            Some(at) => {
                let Kept::Int(moment) = look(case, at)? else { return None };
                (case.mark(at.mark)?, moment.saturating_add(r.shift))
            }
            None => {
                let first = case.marks.iter().find(|m| r.marks.contains(&m.number))?;
                (first, first.at)
            }
        };
        if moment < r.from || moment >= r.to {
            return None;
        }
        let value = r.value.as_ref().and_then(|v| measure(case, v));
        let den = match &r.denominator {
            Some(a) => add(case, a),
            None => i64::from(value.is_some()),
        };
        let mut num = r.numerator.as_ref().map_or(0, |a| add(case, a));
        let value = value.filter(|_| den > 0);
        if r.share && den == 0 {
            num = 0;
        }
        if num == 0 && den == 0 && value.is_none() {
            return None;
        }
        let weight = match r.weight.and_then(|w| look(case, w)) {
            Some(Kept::Int(w)) if den > 0 => w,
            _ => 0,
        };
        let (month, unit) = (month_of(moment), self.texts.whole(mark.unit));
        let group = self.group(r, case);
        Some(Contribution { cell: CellKey { ready: n, month, unit, group }, num, den, weight, value })
    }

    fn group(&mut self, r: &Ready, case: &Case) -> u32 {
        match r.group[..] {
            [] => 0,
            [one] => match look(case, one) {
                Some(Kept::Text(t)) => t,
                Some(Kept::Int(n)) => self.texts.id(&n.to_string()),
                _ => 0,
            },
            ref several => {
                let part = |at: &At| match look(case, *at) {
                    Some(Kept::Text(t)) => self.texts.text(t).to_owned(),
                    Some(Kept::Int(n)) => n.to_string(),
                    _ => String::new(),
                };
                let joined = several.iter().map(part).collect::<Vec<_>>().join("|");
                self.texts.id(&joined)
            }
        }
    }

    /// Takes the old contribution out of its cell and puts the new one in; most often it is the same cell.
    fn change(&mut self, gave: Option<&Contribution>, gives: Option<&Contribution>) {
        match (gave, gives) {
            (Some(old), Some(new)) if old.cell == new.cell => {
                let cell = self.changes.entry(new.cell).or_default();
                cell.add(old, -1);
                cell.add(new, 1);
            }
            _ => {
                for (c, sign) in [(gave, -1), (gives, 1)] {
                    if let Some(c) = c {
                        self.changes.entry(c.cell).or_default().add(c, sign);
                    }
                }
            }
        }
    }
}
