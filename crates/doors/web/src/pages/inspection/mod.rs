//! Inspection: the list of tasks, the page of one, its team, its opening, and the record on the quay.
mod files;
mod list;
mod paper;
mod record;
mod section;
mod task;
mod team;
mod visit;

use kernel::{Actor, OfficerId, Result, TaskId};
use maud::Markup;
use registry::rules::{self as book, Pack};
use registry::trade;
use std::collections::BTreeMap;
use store::{Tx, document};
use supervision::inspection::{self, Appointment, InspectionTask, Member, Record, State, TaskLot, TeamDraw};
use supervision::laboratory::{self, Sample};

use crate::answer::said;
use crate::look::{Lang, Sign, Tone, badge, t};
use crate::pages::kit::officer_name;
use crate::route::RouteSpec;

pub(crate) use section::section;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        list::routes(),
        task::routes(),
        team::routes(),
        visit::routes(),
        record::routes(),
        files::routes(),
        paper::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Everything that the page of a task shows.
struct View {
    task: InspectionTask,
    operator: String,
    /// Lots with their plans, and whether the draw of units gives the same again.
    lots: Vec<(TaskLot, bool)>,
    team: Vec<Member>,
    appointment: Option<Appointment>,
    records: Vec<Record>,
    draws: Vec<TeamDraw>,
    files: Vec<document::Attachment>,
    samples: Vec<Sample>,
    pack: Pack,
    names: BTreeMap<OfficerId, String>,
}

impl View {
    async fn load(tx: &mut Tx, by: &Actor, lang: Lang, id: TaskId) -> Result<View> {
        let task = inspection::one(tx, by, id).await?;
        let operator = trade::operator(tx, task.operator).await?;
        let records = inspection::records(tx, id).await?;
        let mut names = BTreeMap::new();
        let mut signers: Vec<OfficerId> = records.iter().map(|r| r.recorder).collect();
        signers.extend(records.iter().filter_map(|r| r.second));
        for officer in signers {
            names.insert(officer, officer_name(tx, lang, officer).await?);
        }
        let rules = book::rules(tx).await?;
        let pack = rules.by_label(&task.rule_version).map(|a| a.pack.clone());
        Ok(View {
            operator: operator.map_or_else(String::new, |o| said(lang, &o.name)),
            lots: inspection::replay(tx, by, id).await?,
            team: inspection::team(tx, id).await?,
            appointment: inspection::appointment(tx, id).await?,
            draws: inspection::draws(tx, &task).await?,
            files: document::list(tx, &id.subject()).await?,
            samples: laboratory::of_declaration(tx, task.declaration).await?,
            pack: pack.ok_or_else(|| kernel::No::fault("a pinned rule version is gone"))?,
            records,
            names,
            task,
        })
    }

    /// The record that counts or waits; none while the team has still to write one.
    fn record(&self) -> Option<&Record> {
        self.records.iter().find(|r| r.state != "objected")
    }

    fn in_team(&self, officer: Option<OfficerId>) -> bool {
        self.team.iter().any(|m| Some(m.officer) == officer)
    }

    fn name(&self, officer: OfficerId) -> &str {
        self.names.get(&officer).map_or("", String::as_str)
    }

    fn href(&self, more: &str) -> String {
        format!("/inspections/{}{more}", self.task.id)
    }
}

/// The state as a word with its sign.
fn state_badge(lang: Lang, state: State) -> Markup {
    let (tone, sign) = match state {
        State::Open => (Tone::Wait, Sign::Warn),
        State::Assigned => (Tone::Plain, Sign::Ring),
        State::Recorded => (Tone::Wait, Sign::Half),
        State::Done => (Tone::Go, Sign::Check),
        State::Cancelled => (Tone::Quiet, Sign::Dash),
    };
    badge(tone, sign, &said(lang, &state.name()))
}

/// A lot's verdict as a word with its sign.
fn accepted_badge(lang: Lang, accepted: bool) -> Markup {
    if accepted {
        badge(Tone::Go, Sign::Check, &t(lang, "insp-accepted"))
    } else {
        badge(Tone::Stop, Sign::Square, &t(lang, "insp-rejected"))
    }
}
