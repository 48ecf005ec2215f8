//! What happened to a consignment, as a timeline with names: who, at which post, of which unit, what and why.
use kernel::{Actor, Fact, OfficerId, Result, Scope, Supervision, UnitId, bi};
use maud::Markup;
use registry::{people, rules::Rules};
use std::collections::{BTreeMap, btree_map::Entry};
use store::{Tx, ledger::Stored};
use supervision::declaration::Declaration;
use supervision::worklist::knows_lane;

use super::parts::label_of;
use crate::answer::said;
use crate::look::{self, Cite, Event, EventKind, Lang, format, t, t_args};

/// A deficiency in words, with its code; a code that the rules no longer know stands alone.
pub(crate) fn deficiency(rules: &Rules, version: &str, code: &str, lang: Lang) -> String {
    let known = rules.by_label(version).and_then(|a| a.pack.deficiency.iter().find(|d| d.code == code));
    known.map_or_else(|| code.to_owned(), |d| format!("{code} {}", lang.pick(&d.zh, &d.en)))
}

/// Names of those who acted.
pub(crate) struct People {
    known: BTreeMap<OfficerId, (String, String, String)>,
}

impl People {
    /// Reads the officers named, each with post and unit.
    pub(crate) async fn load(
        tx: &mut Tx,
        lang: Lang,
        ids: impl Iterator<Item = OfficerId>,
    ) -> Result<People> {
        let posts = people::posts(tx).await?;
        let mut units: BTreeMap<UnitId, String> = BTreeMap::new();
        let mut known = BTreeMap::new();
        for id in ids.collect::<std::collections::BTreeSet<_>>() {
            let Some(o) = people::officer(tx, id).await? else { continue };
            if let Entry::Vacant(unknown) = units.entry(o.unit) {
                let name = people::unit(tx, o.unit).await?.map_or_else(String::new, |u| said(lang, &u.name));
                unknown.insert(name);
            }
            let post =
                posts.iter().find(|p| p.id == o.post).map_or_else(String::new, |p| said(lang, &p.name));
            let unit = units.get(&o.unit).cloned().unwrap_or_default();
            known.insert(id, (format!("{} {}", said(lang, &o.name), o.staff_no), post, unit));
        }
        Ok(People { known })
    }

    /// Name with staff number, post, unit.
    pub(crate) fn of(&self, id: OfficerId) -> (&str, &str, &str) {
        self.known.get(&id).map_or(("", "", ""), |(n, p, u)| (n.as_str(), p.as_str(), u.as_str()))
    }
}

/// Whether the actor may read a fact of the consignment: a party neither reads the lane before acceptance nor
/// what was refused to officers.
fn readable(by: &Actor, d: &Declaration, fact: &Fact) -> bool {
    if !matches!(by.scope, Scope::Operator(_)) {
        return true;
    }
    match fact {
        Fact::Supervision(Supervision::ActRefused(_)) => false,
        Fact::Supervision(Supervision::Targeted(_) | Supervision::CheckAdded(_)) => knows_lane(by, d),
        _ => true,
    }
}

/// Whose act it was when no officer did it: the party's own deeds, or the rule's.
fn by_party(fact: &Fact) -> bool {
    use Supervision::{Amended, Lodged, NoticeAnswered, Withdrawn};
    matches!(fact, Fact::Supervision(Lodged(_) | Amended(_) | NoticeAnswered(_) | Withdrawn(_)))
}

/// The timeline of a consignment; `party` names its operator.
pub(crate) async fn timeline(
    tx: &mut Tx,
    lang: Lang,
    by: &Actor,
    d: &Declaration,
    party: &str,
    facts: &[Stored],
) -> Result<Markup> {
    let officers = People::load(tx, lang, facts.iter().filter_map(|f| f.actor.map(OfficerId))).await?;
    let system = said(lang, &bi("系统", "System"));
    let rules = registry::rules::rules(tx).await?;
    let ledger = !matches!(by.scope, Scope::Operator(_));
    let mut told = Vec::new();
    for f in facts {
        let Some(fact) = Fact::decode(&f.kind, &f.body)? else { continue };
        if !readable(by, d, &fact) {
            continue;
        }
        let at = f.at.instant();
        let (who, post, unit) = match f.actor {
            Some(id) => officers.of(OfficerId(id)),
            None if by_party(&fact) => (party, "", ""),
            None => (system.as_str(), "", ""),
        };
        let what = t(lang, &format!("deed-{}", f.kind.replace(['.', '_'], "-")));
        let times = (format::date_time_seconds(at), format::machine_time(at));
        let (kind, note, rule) = tell(lang, (&rules, &d.rule_version), &fact, f.actor.is_some());
        told.push((what, times, (who, post, unit), kind, note, rule, f.seq));
    }
    let events: Vec<Event<'_>> = told
        .iter()
        .map(|(what, (at, machine_at), (who, post, unit), kind, note, rule, seq)| Event {
            at,
            machine_at,
            kind: *kind,
            what,
            who,
            post,
            unit,
            note: Some(note.as_str()).filter(|n| !n.is_empty()),
            rule: rule.as_deref().map(Cite::name),
            // Only officers may open the ledger.
            seq: u64::try_from(*seq).ok().filter(|_| ledger),
            ..Event::default()
        })
        .collect();
    Ok(look::timeline(lang, &events))
}

/// How loud a fact is, what it says beyond its name, and under which rules it was done.
fn tell(
    lang: Lang,
    (rules, version): (&Rules, &str),
    fact: &Fact,
    officer: bool,
) -> (EventKind, String, Option<String>) {
    use Supervision as S;
    let usual = if officer { EventKind::Act } else { EventKind::System };
    let Fact::Supervision(fact) = fact else { return (usual, String::new(), None) };
    match fact {
        S::Lodged(f) => (EventKind::Act, String::new(), Some(f.rule_version.clone())),
        S::Targeted(f) => {
            let chosen = t(lang, if f.selected { "selected" } else { "not-selected" });
            let lane = t(lang, &format!("lane-{}", f.lane));
            (EventKind::System, format!("{lane} · {chosen}"), Some(f.rule_version.clone()))
        }
        S::CheckAdded(f) => (EventKind::Override, f.reason.clone(), None),
        S::NoticeGiven(f) => {
            let names: Vec<String> = f.codes.iter().map(|c| deficiency(rules, version, c, lang)).collect();
            let breach = if f.breach { format!("{} · ", t(lang, "notice-breach")) } else { String::new() };
            (EventKind::Stop, format!("{breach}{}", names.join(lang.pick("；", "; "))), None)
        }
        S::Amended(f) => {
            let n = t_args(lang, "revision-n", &[("n", f.revision.into())]);
            let names: Vec<String> = f.changed.iter().map(|c| label_of(lang, c)).collect();
            (EventKind::Act, format!("{n} · {}", names.join(lang.pick("、", ", "))), None)
        }
        S::Withdrawn(f) => (EventKind::Act, f.reason.clone(), None),
        S::Accepted(f) if f.deemed => (EventKind::System, t(lang, "accepted-deemed"), None),
        S::Accepted(_) => (EventKind::Go, String::new(), None),
        S::ActRefused(f) => (EventKind::Stop, f.missing.join(" · "), f.clause.clone()),
        S::ClockSuspended(f) => {
            (usual, format!("{} · {}", t(lang, &format!("clock-{}", f.kind)), f.reason), None)
        }
        S::ClockResumed(f) => (usual, t_args(lang, "clock-stood", &[("n", f.working_days.into())]), None),
        S::ResultRecorded(f) if !f.conforming => (EventKind::Stop, f.findings.join(", "), None),
        S::Sampled(f) => (usual, f.no.clone(), None),
        S::TestRequested(f) => (usual, f.analytes.join(", "), None),
        S::TestResulted(f) if f.verdict == "fail" => (EventKind::Stop, f.analyte.clone(), None),
        S::TestResulted(f) => (usual, f.analyte.clone(), None),
        S::Settled(f) => {
            let kind = if f.outcome == "release" { EventKind::Go } else { EventKind::Stop };
            (kind, t(lang, &format!("outcome-{}", f.outcome)), Some(f.rule_version.clone()))
        }
        S::HoldLifted(f) => (EventKind::Go, f.reason.clone(), None),
        S::Certified(f) => (EventKind::Go, f.no.clone(), None),
        S::CertificateWithdrawn(f) => (EventKind::Stop, f.reason.clone(), None),
        S::Appointed(f) => (usual, format!("{} · {}", format::date_time(f.at.instant()), f.place), None),
        _ => (usual, String::new(), None),
    }
}
