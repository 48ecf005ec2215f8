//! The release desk of one consignment: all evidence on one page, one question, and the lots it is asked about.
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, DeclarationId, LotId, No, Refusal, Result, Role, bi};
use maud::{Markup, html};
use registry::rules as book;
use serde::Deserialize;
use store::Tx;
use supervision::{
    declaration::{Declaration, Stage, clock},
    release::{self, Dossier, LotFile, Outcome, REASONS, Settlement},
};

use crate::answer::{Answer, panel, said, status_of};
use crate::guard::{Page, Releasers, Staff, Who};
use crate::look::{
    self, Choice, Column, Crumb, DataTable, Field, FieldKind, Flash, Lang, Row, Sign, Tone, Width, badge,
    format, t,
};
use crate::pages::laboratory::analyte;
use crate::pages::release_deeds::{container_section, open_settlements};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/release/{id}", desk)]
}

#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

pub(crate) fn declaration_id(id: &str) -> Result<DeclarationId> {
    id.parse().map_err(|_| not_found(id))
}

fn not_found(id: &str) -> No {
    Refusal::new("declaration.not_found", bi("没有该报检单", "there is no such declaration"))
        .missing("declaration", id, bi("从列表打开", "open it from the list"))
        .into()
}

/// The dossier, with analytes by their names.
async fn dossier(web: &Web, by: &Actor, lang: Lang, id: DeclarationId) -> Result<Dossier> {
    let mut tx = web.read().await?;
    let found = release::dossier(&mut tx, by, id).await?;
    let mut d = found.ok_or_else(|| not_found(&id.to_string()))?;
    let rules = book::rules(&mut tx).await?;
    let pack = clock::pinned(&rules, &d.declaration.rule_version, tx.now().date())?;
    for e in d.evidence.iter_mut().filter(|e| e.kind != "inspection") {
        e.what = said(lang, &analyte(pack, &e.what));
    }
    Ok(d)
}

async fn desk(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(q): Query<Done>,
) -> Answer {
    let d = dossier(&web, &who.actor(), who.lang, declaration_id(&id)?).await?;
    let may = who.session.account.roles.contains(&Role::Releaser);
    let csrf = who.session.csrf.clone();
    let told = match q.done.as_str() {
        "settled" => Some(t(who.lang, "release-done-settled")),
        "ended" => Some(t(who.lang, "release-done-ended")),
        "stowed" => Some(t(who.lang, "release-done-stowed")),
        "removed" => Some(t(who.lang, "release-done-removed")),
        _ => None,
    };
    let flashes: Vec<Flash<'_>> = told.iter().map(|text| Flash { tone: Tone::Go, text }).collect();
    Ok(draw(&who, &web, &d, may.then_some(csrf.as_str()), &flashes, html! {}))
}

/// The page again with the refusal above it.
pub(super) async fn refused(who: &Who<Releasers>, web: &Web, id: DeclarationId, no: No) -> Answer<Response> {
    let No::Refused(refusal) = no else { return Err(no.into()) };
    let d = dossier(web, &who.actor(), who.lang, id).await?;
    let above = panel(who.lang, &refusal, &[]);
    let page = draw(who, web, &d, Some(who.session.csrf.as_str()), &[], above);
    Ok((status_of(&refusal.code), page).into_response())
}

fn draw<R: crate::guard::RoleSet>(
    who: &Who<R>,
    web: &Web,
    d: &Dossier,
    csrf: Option<&str>,
    flashes: &[Flash<'_>],
    above: Markup,
) -> Markup {
    let lang = who.lang;
    let now = web.clock.now();
    let list = t(lang, "release-desk");
    let crumbs =
        [Crumb { label: &list, href: Some("/release") }, Crumb { label: &d.declaration.no, href: None }];
    let stage = said(lang, &d.declaration.stage.name());
    let tone = if d.declaration.stage == Stage::Deciding { Tone::Wait } else { Tone::Plain };
    let sign = if d.declaration.stage == Stage::Deciding { Sign::Half } else { Sign::Dot };
    let open = d.declaration.stage == Stage::Deciding && csrf.is_some();
    let body = html! {
        (above)
        (facts(lang, d))
        (look::section(&t(lang, "evidence"), html! {}, evidence(lang, d)))
        @if open { (question(lang, d, now, csrf)) } @else {
            (look::section(&t(lang, "lots"), html! {}, lots(lang, d, now, false)))
            @if d.declaration.stage == Stage::Deciding { p class="note" { (t(lang, "release-who-decides")) } }
        }
        @if let Some(csrf) = csrf { (open_settlements(lang, d, csrf)) (container_section(lang, d, csrf)) }
    };
    let page = Page {
        title: &d.declaration.no,
        crumbs: &crumbs,
        flashes,
        status: badge(tone, sign, &stage),
        lede: Some(&d.declaration.goods),
        actions: look::button_link_secondary(
            &t(lang, "consignment"),
            &format!("/declarations/{}", d.declaration.id),
        ),
        ..Page::default()
    };
    who.page(web, page, body)
}

fn facts(lang: Lang, d: &Dossier) -> Markup {
    let words = |k: &str| t(lang, k);
    let c = &d.declaration;
    let drawn = if c.selected { words("selected") } else { words("not-selected") };
    let mut pairs = vec![
        (words("market"), html! { (c.market) }),
        (words("lane"), html! { (words(&format!("lane-{}", c.lane))) " · " (drawn) }),
        (words("risk-level"), html! { (words(&format!("risk-{}", c.risk))) }),
        (words("deadline"), html! { (format::date_time(c.due_at.instant())) }),
        (words("rule-version"), html! { (c.rule_version) }),
    ];
    if let Some(s) = &d.stowage {
        pairs.push((words("container"), html! { span class="code" { (s.container) } " · " (words("seal")) " " span class="code" { (s.seal) } }));
    }
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    look::definition_list(&pairs, true)
}

/// Verdict of a record or result, as a word with its sign.
fn verdict(lang: Lang, code: &str) -> Markup {
    match code {
        "pass" => badge(Tone::Go, Sign::Check, &t(lang, "verdict-pass")),
        "fail" => badge(Tone::Stop, Sign::Cross, &t(lang, "verdict-fail")),
        _ => badge(Tone::Quiet, Sign::Dash, &t(lang, "verdict-informative")),
    }
}

fn evidence(lang: Lang, d: &Dossier) -> Markup {
    let lot = |id: Option<LotId>| {
        let found = id.and_then(|id| d.lots.iter().find(|l| l.id == id));
        found.map_or_else(|| t(lang, "whole-consignment"), |l| l.no.clone())
    };
    let what = |e: &release::Evidence| {
        if e.kind == "inspection" { t(lang, "inspection") } else { e.what.clone() }
    };
    let heads = ["evidence", "lot", "result", "time"].map(|k| t(lang, k));
    let rows = d.evidence.iter().map(|e| Row {
        cells: vec![
            html! { (what(e)) },
            html! { (lot(e.lot)) },
            verdict(lang, &e.verdict),
            html! { (format::date_time(e.at.instant())) },
        ],
        tone: if e.verdict == "fail" { Tone::Stop } else { Tone::Plain },
        ..Row::default()
    });
    let (none, advice) = (t(lang, "no-evidence"), t(lang, "no-evidence-advice"));
    look::data_table(&DataTable {
        lang,
        id: "evidence",
        caption: &t(lang, "evidence"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        empty: look::Empty { title: &none, advice: &advice, ..look::Empty::default() },
        ..DataTable::default()
    })
}

/// A settlement as a word with its sign.
pub(crate) fn outcome_badge(lang: Lang, s: Option<&Settlement>) -> Markup {
    let Some(s) = s else { return badge(Tone::Plain, Sign::Ring, &t(lang, "outcome-waiting")) };
    let (tone, sign) = match s.outcome {
        Outcome::Release => (Tone::Go, Sign::Check),
        Outcome::Hold => (Tone::Stop, Sign::Square),
        Outcome::Treat => (Tone::Wait, Sign::Half),
        Outcome::Return | Outcome::Destroy => (Tone::Stop, Sign::Cross),
    };
    badge(tone, sign, &t(lang, &format!("outcome-{}", s.outcome.code())))
}

/// The reason of a settlement in words.
pub(crate) fn reason(lang: Lang, code: &str) -> String {
    let known = REASONS
        .iter()
        .chain(&release::REASONS_ELSEWHERE)
        .find(|r| r.0 == code)
        .map(|r| lang.pick(r.1, r.2).to_owned());
    known.unwrap_or_else(|| match code {
        "conforming" => t(lang, "ground-conforming"),
        "papers" => t(lang, "ground-papers"),
        "treated" => t(lang, "ground-treated"),
        "retested" => t(lang, "ground-retested"),
        "by_rule" => t(lang, "ground-by-rule"),
        "notification" => t(lang, "fu-held-for-notification"),
        "recall" => t(lang, "fu-held-for-recall"),
        "suspension" => t(lang, "fu-held-for-suspension"),
        other => other.to_owned(),
    })
}

fn lots(lang: Lang, d: &Dossier, now: kernel::Timestamp, choose: bool) -> Markup {
    let heads = ["lot", "goods", "quantity", "outcome", "against-release"].map(|k| t(lang, k));
    let rows = d.lots.iter().map(|l| {
        let state = release::state(l);
        let closed = state.is_some_and(|s| s.outcome.is_final());
        let against = if closed { vec![] } else { release::against(d, l, now) };
        Row {
            cells: vec![
                name(l, choose && !closed, against.is_empty()),
                html! { span { (l.name) " " span class="quiet" { (l.hs) } } },
                html! { (l.quantity.number()) " " (said(lang, &l.quantity.unit.name())) },
                html! { span {
                    (outcome_badge(lang, state))
                    @if let Some(s) = state { " " span class="quiet" { (reason(lang, &s.reason)) }
                        @if s.outcome.is_final() { " " a href={ "/release-notices/" (s.id) } { (t(lang, "release-notice")) } } }
                    @if l.removed.is_some() { " " (badge(Tone::Plain, Sign::Arrow, &t(lang, "lot-removed"))) }
                } },
                html! {
                    @if closed { span class="quiet" { "—" } }
                    @else if against.is_empty() { (badge(Tone::Go, Sign::Check, &t(lang, "against-nothing"))) }
                    @else { ul class="plain-list" { @for m in &against { li { (said(lang, &m.needed)) " " span class="quiet" { (m.value) } } } } }
                },
            ],
            tone: if !closed && !against.is_empty() { Tone::Stop } else { Tone::Plain },
            ..Row::default()
        }
    });
    look::data_table(&DataTable {
        lang,
        id: "lots",
        caption: &t(lang, "lots"),
        columns: vec![
            Column::text(&heads[0]),
            Column::text(&heads[1]),
            Column::figure(&heads[2], ""),
            Column::text(&heads[3]),
            Column::text(&heads[4]),
        ],
        rows: rows.collect(),
        ..DataTable::default()
    })
}

/// The lot's name, with a box to choose it; what may go is chosen already.
fn name(l: &LotFile, choose: bool, free: bool) -> Markup {
    html! {
        @if choose {
            label class="choice" { input type="checkbox" name="lot" value=(l.id) form="settle" checked[free]; span { (l.no) } }
        } @else { (l.no) }
    }
}

fn reasons(lang: Lang) -> Vec<Choice<'static>> {
    let mut all = vec![Choice {
        value: "",
        label: lang.pick("（放行无须选择）", "(none needed to release)"),
        hint: "",
    }];
    all.extend(REASONS.iter().map(|r| Choice { value: r.0, label: lang.pick(r.1, r.2), hint: "" }));
    all
}

fn question(lang: Lang, d: &Dossier, now: kernel::Timestamp, csrf: Option<&str>) -> Markup {
    let choices = reasons(lang);
    let (why, note) = (t(lang, "reason"), t(lang, "note"));
    let hint = t(lang, "release-reason-hint");
    let action = format!("/release/{}/settle", d.declaration.id);
    let evidence = html! {
        div class="stack" {
            (look::field(&Field { lang, name: "reason", label: &why, hint: &hint, kind: FieldKind::Select(&choices), width: Width::Twenty, ..Field::default() }))
            (look::field(&Field { lang, name: "note", label: &note, kind: FieldKind::Lines(2), ..Field::default() }))
        }
    };
    let press = |outcome: Outcome, kind: look::Kind, confirm: Option<&str>| {
        let label = t(lang, &format!("outcome-do-{}", outcome.code()));
        look::Action {
            label: &label,
            kind,
            name: Some(("outcome", outcome.code())),
            confirm,
            ..look::Action::default()
        }
        .draw()
    };
    let sure = t(lang, "release-sure");
    let buttons = html! {
        (press(Outcome::Release, look::Kind::Primary, None))
        (press(Outcome::Hold, look::Kind::Secondary, None))
        (press(Outcome::Treat, look::Kind::Secondary, None))
        (press(Outcome::Return, look::Kind::Danger, Some(&sure)))
        (press(Outcome::Destroy, look::Kind::Danger, Some(&sure)))
    };
    let form = look::Form { lang, id: "settle", action: &action, csrf, ..look::Form::default() };
    // The table stands at full width; its boxes belong to the form below by their attribute.
    html! {
        (look::section(&t(lang, "lots"), html! {}, lots(lang, d, now, true)))
        (look::form(&form, look::decision(&t(lang, "release-question"), evidence, buttons)))
    }
}

/// On the page of a consignment: how each lot was settled, and the way to the desk.
pub(crate) async fn section(lang: Lang, tx: &mut Tx, by: &Actor, c: &Declaration) -> Result<Markup> {
    let Some(d) = release::dossier(tx, by, c.id).await? else { return Ok(html! {}) };
    let begun = d.lots.iter().any(|l| !l.settlements.is_empty()) || c.stage == Stage::Deciding;
    if !begun {
        return Ok(html! {});
    }
    let heads = ["lot", "outcome", "reason", "time"].map(|k| t(lang, k));
    let rows = d.lots.iter().map(|l| {
        let s = release::state(l);
        Row {
            cells: vec![
                html! { (l.no) },
                outcome_badge(lang, s),
                html! { @if let Some(s) = s { (reason(lang, &s.reason)) } },
                html! { @if let Some(s) = s { (format::date_time(s.at.instant())) } },
            ],
            ..Row::default()
        }
    });
    let table = look::data_table(&DataTable {
        lang,
        id: "release",
        caption: &t(lang, "release"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        ..DataTable::default()
    });
    let way = look::button_link_secondary(&t(lang, "release-desk"), &format!("/release/{}", c.id));
    let way = if matches!(by.scope, kernel::Scope::Operator(_)) {
        html! {}
    } else {
        way
    };
    Ok(look::section(&t(lang, "release"), way, table))
}
