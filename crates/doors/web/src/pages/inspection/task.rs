//! The page of a task: what is to be done and by whom, the plan of each lot, the opening, the record, the proofs.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Role, TaskId, bi};
use maud::{Markup, html};
use supervision::competence::{Inspect, admit};
use supervision::inspection::{self, Basis, Record, State as TaskState, TaskLot};

use super::{View, accepted_badge, files, state_badge, team, visit};
use crate::answer::{Answer, said};
use crate::guard::{Inspectors, Page, Staff, Who};
use crate::look::{
    self, Action, Cannot, Column, Crumb, DataTable, Event, EventKind, Field, FieldKind, Kind, Lang, Row,
    Sign, Signature, Tone, Verdict, Width, badge, button_link_secondary, definition_list, field, format, t,
    t_args,
};
use crate::pages::kit::{self, Posted};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/inspections/{id}", show), post("/inspections/{id}/count", count)]
}

async fn show(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, actor) = (who.lang, who.actor());
    let id: TaskId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &actor, lang, id).await?;
    let inspector = actor.has(&[Role::Inspector, Role::Manager]);
    let body = html! {
        (look::split(
            &t(lang, "insp-may"),
            html! {
                (facts(lang, &v))
                (look::section(&t(lang, "sampling-plan"), html! {}, plans(&who, &v, inspector)))
            },
            may_do(lang, &v, &actor),
        ))
        @if let Some(record) = v.record() { (recorded(lang, &v, record)) }
        @for record in v.records.iter().filter(|r| r.state == "objected") { (objected(lang, &v, record)) }
        (visit::section(&who, &v, inspector))
        (team::section(lang, &v))
        (files::section(&who, &v, inspector))
        (samples(lang, &v))
    };
    let (list, no) = (t(lang, "inspections"), v.task.declaration_no.clone());
    let crumbs = [Crumb { label: &list, href: Some("/inspections") }, Crumb { label: &no, href: None }];
    let title = format!("{} {no}", t(lang, "inspection-task"));
    let status = state_badge(lang, v.task.state);
    Ok(who.page(&web, Page { title: &title, status, crumbs: &crumbs, ..Page::default() }, body))
}

fn may_do(lang: Lang, v: &View, actor: &kernel::Actor) -> Markup {
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    let words = [
        "insp-do-record",
        "insp-do-sign",
        "insp-do-team",
        "insp-do-sample",
        "insp-why-team",
        "insp-why-open",
        "insp-why-own",
    ]
    .map(|k| t(lang, k));
    let [record, sign, team, sample, why_team, why_open, why_own] = &words;
    let hrefs = ["/record", "/sign", "/team", "/samples"].map(|h| v.href(h));
    let mine = v.in_team(actor.officer);
    let link =
        |at: usize, label, kind| Action { label, href: Some(hrefs[at].as_str()), kind, ..Action::default() };
    let no = |deed, why| Cannot { deed, why, clause: None };
    match v.task.state {
        TaskState::Open => cannot.push(no(record, why_open)),
        TaskState::Assigned if mine => can.push(link(0, record, Kind::Primary)),
        TaskState::Assigned => cannot.push(no(record, why_team)),
        TaskState::Recorded if mine && v.record().is_some_and(|r| Some(r.recorder) != actor.officer) => {
            can.push(link(1, sign, Kind::Primary));
        }
        TaskState::Recorded if mine => cannot.push(no(sign, why_own)),
        TaskState::Recorded => cannot.push(no(sign, why_team)),
        TaskState::Done | TaskState::Cancelled => {}
    }
    if actor.has(&[Role::Manager]) && matches!(v.task.state, TaskState::Open | TaskState::Assigned) {
        let kind = if v.task.state == TaskState::Open { Kind::Primary } else { Kind::Secondary };
        can.push(link(2, team, kind));
    }
    if actor.has(&[Role::Inspector]) && v.task.state.is_live() {
        can.push(link(3, sample, Kind::Secondary));
    }
    look::may_do(lang, &can, &cannot)
}

fn facts(lang: Lang, v: &View) -> Markup {
    let task = &v.task;
    let w = |k: &str| t(lang, k);
    let basis = w(if task.basis == "check_added" { "check-added" } else { "selected" });
    let declaration = format!("/declarations/{}", task.declaration);
    let pairs = [
        (w("declaration-number"), html! { a href=(declaration) { (task.declaration_no) } }),
        (w("goods"), html! { (task.goods) }),
        (w("operator"), html! { (v.operator) }),
        (w("market"), html! { (task.market) }),
        (w("insp-basis"), html! { (basis) @if !task.reason.is_empty() { "：" (task.reason) } }),
        (w("deadline"), html! { (format::date_time(task.due_at.instant())) }),
        (w("rule-version"), html! { (task.rule_version) }),
    ];
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    definition_list(&pairs, false)
}

fn plans(who: &Who<Staff>, v: &View, inspector: bool) -> Markup {
    let lang = who.lang;
    html! {
        div class="stack" {
            @for (lot, same) in &v.lots { (plan(who, v, lot, *same, inspector)) }
            p class="note quiet" { (t(lang, "insp-plan-source")) " " span class="code" { (v.task.seed) } }
        }
    }
}

/// What a unit of the lot is, in words.
pub(super) fn unit_word(lang: Lang, lot: &TaskLot) -> String {
    match lot.plan.basis {
        Basis::Packages => said(lang, &lot.quantity.unit.name()),
        Basis::Measure => format!("1 {}", said(lang, &lot.quantity.unit.name())),
        Basis::Counted => t(lang, "insp-unit-counted"),
    }
}

/// The plan in one sentence.
pub(super) fn plan_line(lang: Lang, lot: &TaskLot) -> String {
    let p = &lot.plan;
    let unit = unit_word(lang, lot);
    t_args(
        lang,
        "insp-plan",
        &[
            ("n", format::count(p.sample_size).into()),
            ("size", format::count(p.lot_size).into()),
            ("unit", unit.into()),
            ("letter", p.letter.clone().into()),
            ("ac", p.accept.into()),
            ("re", p.reject.into()),
        ],
    )
}

/// A word on the severity when it is not the ordinary one.
fn severity(lang: Lang, lot: &TaskLot) -> Markup {
    let word = |code: &str| t(lang, &format!("insp-severity-{code}"));
    match lot.plan.severity.as_str() {
        "normal" => Markup::default(),
        code @ "reduced" => html! { p { (badge(Tone::Plain, Sign::Half, &word(code))) } },
        code @ "tightened" => html! { p { (badge(Tone::Wait, Sign::Warn, &word(code))) } },
        code => html! { p { (badge(Tone::Stop, Sign::Square, &word(code))) } },
    }
}

/// The numbers of the units to take.
pub(super) fn units(lang: Lang, lot: &TaskLot) -> Markup {
    let numbers: Vec<String> = lot.plan.units.iter().map(u64::to_string).collect();
    let title = t_args(lang, "insp-units", &[("n", numbers.len().into())]);
    html! { details { summary { (title) } p class="code" { (numbers.join(", ")) } } }
}

fn plan(who: &Who<Staff>, v: &View, lot: &TaskLot, same: bool, inspector: bool) -> Markup {
    let lang = who.lang;
    let countable = inspector
        && lot.plan.basis == Basis::Measure
        && matches!(v.task.state, TaskState::Open | TaskState::Assigned);
    let id = format!("count-{}", lot.ordinal);
    let action = v.href("/count");
    let form =
        look::Form { lang, id: &id, action: &action, csrf: Some(&who.session.csrf), ..look::Form::default() };
    let name = format!("packages-{}", lot.ordinal);
    html! {
        div {
            h3 { (t(lang, "lot")) " " (lot.no) }
            p { (plan_line(lang, lot)) }
            (severity(lang, lot))
            (units(lang, lot))
            p class="note" {
                @if same { (badge(Tone::Go, Sign::Check, &t(lang, "insp-replayed"))) }
                @else { (badge(Tone::Stop, Sign::Cross, &t(lang, "insp-replay-differs"))) }
            }
            @if countable {
                details { summary { (t(lang, "insp-count")) }
                    (look::form(&form, html! {
                        input type="hidden" name="version" value=(v.task.version);
                        input type="hidden" name="lot" value=(lot.lot);
                        (field(&Field { lang, name: &name, label: &t(lang, "insp-packages"), hint: &t(lang, "insp-count-hint"), kind: FieldKind::Number, required: true, width: Width::Ten, ..Field::default() }))
                        (look::button_secondary(&t(lang, "insp-count-do"), "ordinal", &lot.ordinal.to_string()))
                    }))
                }
            }
        }
    }
}

/// The packages of a lot were counted.
async fn count(
    who: Who<Inspectors>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: TaskId = kit::id(&id)?;
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let packages = posted.get(&format!("packages-{}", posted.get("ordinal"))).to_owned();
    let mut subject = id.subject();
    let done = async {
        let task = inspection::one(&mut tx, &actor, id).await?;
        subject = task.declaration.subject();
        let license = admit::<Inspect>(&mut tx, &actor, task.declaration).await?;
        let lot = posted.get("lot").parse().map_err(|_| {
            kernel::Refusal::new("inspection.count", bi("没有这一批次", "there is no such lot"))
        })?;
        inspection::count_packages(&mut tx, &license, &actor, id, posted.number("version"), lot, &packages)
            .await
    }
    .await;
    desk.conclude(tx, &actor, &subject, done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}

/// A record with its two signatures.
pub(super) fn recorded(lang: Lang, v: &View, r: &Record) -> Markup {
    let w = |k: &str| t(lang, k);
    let verdict = if r.conforming {
        badge(Tone::Go, Sign::Check, &w("insp-conforming"))
    } else {
        badge(Tone::Stop, Sign::Square, &w("insp-nonconforming"))
    };
    let pdf = v.href("/record.pdf");
    let aside = html! { @if r.state == "signed" { (button_link_secondary(&w("insp-print"), &pdf)) } };
    let at = format::date_time(r.written_at.instant());
    let signed = r.signed_at.map(|s| format::date_time(s.instant())).unwrap_or_default();
    let second = r.second.map_or_else(|| w("insp-second-open"), |o| v.name(o).to_owned());
    let (first_deed, second_deed) = (w("insp-recorder"), w("insp-second"));
    let sig = |deed, name, at, verdict| Signature { lang, deed, name, at, verdict, ..Signature::default() };
    let state = if r.signed_at.is_some() { Verdict::Valid } else { Verdict::Unsigned };
    look::section(
        &format!("{} {}", w("insp-record"), r.no),
        aside,
        html! {
            div class="stack" {
                p { (verdict) }
                (lot_results(lang, r))
                (item_results(lang, v, r))
                @if !r.witness.is_empty() { p { (w("insp-witness")) "：" (r.witness) } }
                @if !r.remarks.is_empty() { p { (w("insp-remarks")) "：" (r.remarks) } }
                div class="halves" {
                    (look::signature_block(&sig(&first_deed, v.name(r.recorder), &at, Verdict::Valid)))
                    (look::signature_block(&sig(&second_deed, &second, &signed, state)))
                }
            }
        },
    )
}

fn lot_results(lang: Lang, r: &Record) -> Markup {
    let heads = ["lot", "insp-inspected", "insp-bad", "insp-verdict"].map(|k| t(lang, k));
    let rows = r.lots.iter().map(|l| Row {
        cells: vec![
            html! { (l.no) },
            html! { (format::integer(l.inspected)) },
            html! { (format::integer(l.nonconforming)) },
            accepted_badge(lang, l.accepted),
        ],
        ..Row::default()
    });
    look::data_table(&DataTable {
        lang,
        id: "lot-results",
        caption: &t(lang, "lots"),
        columns: vec![
            Column::text(&heads[0]),
            Column::figure(&heads[1], ""),
            Column::figure(&heads[2], ""),
            Column::text(&heads[3]),
        ],
        rows: rows.collect(),
        ..DataTable::default()
    })
}

fn item_results(lang: Lang, v: &View, r: &Record) -> Markup {
    let heads = ["insp-item", "insp-verdict", "insp-value", "finding", "insp-note"].map(|k| t(lang, k));
    let rows = r.items.iter().map(|i| {
        let name = v.pack.item.iter().find(|p| p.code == i.code).map_or_else(|| i.code.clone(), |p| said(lang, &p.name()));
        let found = v.pack.finding.iter().find(|f| f.code == i.finding);
        let (tone, sign) = match i.verdict.as_str() {
            "conform" => (Tone::Go, Sign::Check),
            "nonconform" => (Tone::Stop, Sign::Square),
            _ => (Tone::Quiet, Sign::Dash),
        };
        Row {
            cells: vec![
                html! { (name) },
                badge(tone, sign, &t(lang, &format!("insp-{}", i.verdict.replace('_', "-")))),
                html! { @if !i.value.is_empty() { (i.value) "\u{a0}" (i.unit) } },
                html! { @if let Some(f) = found { (f.code) " " (said(lang, &f.name())) " " span class="note quiet" { (f.citation) } } },
                html! { (i.note) },
            ],
            ..Row::default()
        }
    });
    look::data_table(&DataTable {
        lang,
        id: "items",
        caption: &t(lang, "insp-items"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        ..DataTable::default()
    })
}

fn objected(lang: Lang, v: &View, r: &Record) -> Markup {
    let who = r.second.map(|o| v.name(o).to_owned()).unwrap_or_default();
    let what = format!("{} {} · {}", t(lang, "insp-record"), r.no, t(lang, "insp-objected"));
    let at = format::date_time(r.written_at.instant());
    let machine = format::machine_time(r.written_at.instant());
    let event = Event {
        at: &at,
        machine_at: &machine,
        kind: EventKind::Override,
        what: &what,
        who: &who,
        note: Some(&r.objection),
        ..Event::default()
    };
    look::timeline(lang, &[event])
}

fn samples(lang: Lang, v: &View) -> Markup {
    if v.samples.is_empty() {
        return html! {};
    }
    look::section(
        &t(lang, "lab-samples"),
        html! {},
        crate::pages::laboratory::table(lang, &v.samples, None, None),
    )
}
