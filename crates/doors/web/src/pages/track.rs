//! Where a consignment stands, as a line of steps that tells the truth: what was skipped, what is held, and where
//! lots go different ways.
use kernel::{Actor, Fact, LotId, Supervision};
use maud::Markup;
use std::collections::BTreeMap;
use supervision::declaration::{Declaration, Stage, clock::Reading};
use supervision::worklist::knows_lane;

use crate::look::{self, Lang, Step, StepState, Track, format, t, t_args};

/// What the facts say about the stations, the oldest fact first.
#[derive(Default)]
struct Told {
    deemed: bool,
    inspected: Option<bool>,
    task: bool,
    tested: Option<bool>,
    sampled: bool,
    /// The last outcome of each lot.
    outcomes: BTreeMap<LotId, String>,
    drafted: bool,
}

fn told(facts: &[Fact]) -> Told {
    let mut told = Told::default();
    for fact in facts {
        let Fact::Supervision(fact) = fact else { continue };
        match fact {
            Supervision::Accepted(f) => told.deemed = f.deemed,
            Supervision::TaskOpened(_) => told.task = true,
            Supervision::ResultRecorded(f) => told.inspected = Some(f.conforming),
            Supervision::Sampled(_) | Supervision::TestRequested(_) => told.sampled = true,
            Supervision::TestResulted(f) => {
                told.tested = Some(told.tested.unwrap_or(true) && f.verdict != "fail");
            }
            Supervision::Settled(f) => {
                told.outcomes.insert(f.lot, f.outcome.clone());
            }
            Supervision::HoldLifted(f) => {
                told.outcomes.remove(&f.lot);
            }
            Supervision::Drafted(_) => told.drafted = true,
            _ => {}
        }
    }
    told
}

/// How far along the main line a stage is; a withdrawn consignment is judged by what was done.
fn rank(d: &Declaration) -> usize {
    match d.stage {
        Stage::Lodged | Stage::Returned => 0,
        Stage::Accepted => 1,
        Stage::Inspecting => 2,
        Stage::Testing => 3,
        Stage::Deciding => 4,
        Stage::Released | Stage::Disposed => 5,
        Stage::Certified => 6,
        Stage::Withdrawn => usize::from(d.accepted_at.is_some()),
    }
}

/// The state of a station that may be left out: done with a result, under way, waiting, or not needed.
fn optional(at: usize, own: usize, begun: bool, result: Option<bool>, needed: Option<bool>) -> StepState {
    match (at.cmp(&own), result) {
        (std::cmp::Ordering::Equal, _) => StepState::Now,
        (_, Some(false)) => StepState::Refused,
        (_, Some(true)) => StepState::Done,
        (std::cmp::Ordering::Greater, None) if begun => StepState::Done,
        (std::cmp::Ordering::Greater, None) => StepState::Skipped,
        (std::cmp::Ordering::Less, None) if needed == Some(false) => StepState::Skipped,
        (std::cmp::Ordering::Less, None) => StepState::Waiting,
    }
}

/// The step of acceptance, and why it stands as it does.
fn accepted_step<'a>(
    d: &Declaration,
    silent: bool,
    (deemed, returned): (&'a str, &'a str),
) -> (StepState, &'a str) {
    let state = match d.stage {
        Stage::Lodged => StepState::Now,
        Stage::Returned => StepState::Suspended,
        _ if d.accepted_at.is_some() => StepState::Done,
        _ => StepState::Waiting,
    };
    let more = match d.stage {
        Stage::Returned => returned,
        _ if silent => deemed,
        _ => "",
    };
    (state, more)
}

fn certificate_state(stage: Stage) -> StepState {
    match stage {
        Stage::Certified => StepState::Done,
        Stage::Released => StepState::Now,
        Stage::Disposed => StepState::Skipped,
        _ => StepState::Waiting,
    }
}

/// Draws where the consignment stands.
pub(crate) fn track(
    lang: Lang,
    by: &Actor,
    d: &Declaration,
    facts: &[Fact],
    clock: Option<&Reading>,
) -> Markup {
    let told = told(facts);
    let at = rank(d);
    let withdrawn = d.stage == Stage::Withdrawn;
    let names = ["step-lodged", "step-accepted", "inspection", "laboratory", "step-release", "certificate"]
        .map(|k| t(lang, k));
    let lodged = format::short_date_time(d.lodged_at.instant());
    let accepted = d.accepted_at.map_or_else(String::new, |a| format::short_date_time(a.instant()));
    let (deemed, returned) = (t(lang, "step-deemed"), t(lang, "step-returned"));
    let stop = |state: StepState| {
        if withdrawn && matches!(state, StepState::Waiting | StepState::Now) {
            StepState::Skipped
        } else {
            state
        }
    };
    let needed = knows_lane(by, d).then_some(d.selected);
    let suspended = clock.is_some_and(|c| c.suspended.is_some());
    let lab = match optional(at, 3, told.sampled, told.tested, needed) {
        StepState::Now if suspended => StepState::Suspended,
        other => other,
    };
    let held = told.outcomes.values().any(|o| o == "hold");
    let release = match at {
        4 if held => StepState::Held,
        4 => StepState::Now,
        5 if d.stage == Stage::Disposed => StepState::Refused,
        5 | 6 => StepState::Done,
        _ => StepState::Waiting,
    };
    let step =
        |i: usize, state, when, more| Step { name: &names[i], state: stop(state), when, more, href: None };
    let (accept, more) = accepted_step(d, told.deemed, (&deemed, &returned));
    let mut steps = vec![
        step(0, StepState::Done, lodged.as_str(), ""),
        step(1, accept, accepted.as_str(), more),
        step(2, optional(at, 2, told.task, told.inspected, needed), "", ""),
        step(3, lab, "", ""),
    ];
    let ways = ways(lang, &told);
    let certificate = certificate_state(d.stage);
    let mut branches = Vec::new();
    if ways.len() > 1 {
        for (name, outcome, state) in &ways {
            let mut way = vec![Step { name: outcome, state: *state, ..Step::default() }];
            if *state == StepState::Done && d.direction == "export" {
                way.push(step(5, certificate, "", ""));
            }
            branches.push((name.as_str(), Track { steps: way, branches: Vec::new() }));
        }
    } else {
        steps.push(step(4, release, "", ""));
        if d.direction == "export" {
            steps.push(step(5, certificate, "", ""));
        }
    }
    let gone = t(lang, "step-withdrawn");
    if withdrawn {
        steps.push(Step { name: &gone, state: StepState::Refused, ..Step::default() });
    }
    look::stepper(lang, &t(lang, "where-it-stands"), &Track { steps, branches })
}

/// The ways that lots go: how many, the outcome in words, and its state.
fn ways(lang: Lang, told: &Told) -> Vec<(String, String, StepState)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for outcome in told.outcomes.values() {
        *counts.entry(outcome).or_default() += 1;
    }
    let way = |(outcome, n): (&str, u64)| {
        let state = match outcome {
            "release" => StepState::Done,
            "hold" => StepState::Held,
            "treat" => StepState::Now,
            _ => StepState::Refused,
        };
        (t_args(lang, "lots-n", &[("n", n.into())]), t(lang, &format!("outcome-{outcome}")), state)
    };
    counts.into_iter().map(way).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_that_was_never_needed_is_told_as_skipped() {
        assert_eq!(optional(4, 2, false, None, Some(false)), StepState::Skipped);
        assert_eq!(optional(1, 2, false, None, Some(false)), StepState::Skipped);
        assert_eq!(optional(1, 2, false, None, Some(true)), StepState::Waiting);
        assert_eq!(optional(2, 2, true, None, Some(true)), StepState::Now);
        assert_eq!(optional(4, 2, true, Some(false), Some(true)), StepState::Refused);
    }
}
