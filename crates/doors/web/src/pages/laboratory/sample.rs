//! The page of a sample: its custody as a timeline, its tests, their results and corrections, and what may be done.
use axum::extract::{Path, State};
use kernel::{OfficerId, Role, SampleId, TaskId};
use maud::{Markup, html};
use registry::rules::{self as book, Pack};
use std::collections::{BTreeMap, btree_map::Entry};
use supervision::inspection;
use supervision::laboratory::{self, Custody, LabResult, LabTest, Sample};

use super::{analyte, deeds, state_badge, verdict_badge};
use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Crumb, Event, EventKind, Lang, Sign, Tone, badge, button_link, button_link_secondary,
    definition_list, format, t,
};
use crate::pages::kit::{self, officer_name};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/samples/{id}", show)]
}

/// Everything that the page of a sample shows.
pub(super) struct View {
    pub(super) sample: Sample,
    pub(super) custody: Vec<Custody>,
    pub(super) tests: Vec<LabTest>,
    pub(super) pack: Pack,
    pub(super) names: BTreeMap<OfficerId, String>,
    /// The task of the consignment where a replacement would be taken.
    task: Option<TaskId>,
}

impl View {
    pub(super) async fn load(
        tx: &mut store::Tx,
        by: &kernel::Actor,
        lang: Lang,
        id: SampleId,
    ) -> kernel::Result<View> {
        let sample = laboratory::one(tx, by, id).await?;
        let custody = laboratory::custody(tx, id).await?;
        let tests = laboratory::tests(tx, id).await?;
        let rules = book::rules(tx).await?;
        let pack = rules.by_label(&sample.rule_version).map(|a| a.pack.clone());
        let mut names = BTreeMap::new();
        let mut officers = vec![sample.taken_by];
        officers.extend(custody.iter().map(|c| c.by));
        for test in &tests {
            officers.extend(test.results.iter().map(|r| r.tester));
        }
        for officer in officers {
            if let Entry::Vacant(unknown) = names.entry(officer) {
                unknown.insert(officer_name(tx, lang, officer).await?);
            }
        }
        let task = inspection::of_declaration(tx, sample.declaration).await?.first().map(|t| t.id);
        let pack = pack.ok_or_else(|| kernel::No::fault("a pinned rule version is gone"))?;
        Ok(View { sample, custody, tests, pack, names, task })
    }

    pub(super) fn name(&self, officer: OfficerId) -> &str {
        self.names.get(&officer).map_or("", String::as_str)
    }

    pub(super) fn href(&self, more: &str) -> String {
        format!("/samples/{}{more}", self.sample.id)
    }
}

async fn show(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, actor) = (who.lang, who.actor());
    let id: SampleId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &actor, lang, id).await?;
    let key = kit::one_use_key(&web);
    let void = v.sample.state == "void";
    let owed = v.tests.iter().any(|t| t.state == "void");
    let analyst = actor.has(&[Role::Laboratory]) && v.sample.state == "received";
    let hands = actor.has(&[Role::Inspector, Role::Laboratory, Role::Manager]);
    let replace = v.task.map(|task| format!("/inspections/{task}/samples?replaces={id}"));
    let body = html! {
        @if void { (void_alarm(lang, owed, replace.as_deref().filter(|_| actor.has(&[Role::Inspector])))) }
        (facts(lang, &v))
        (look::section(&t(lang, "lab-tests"), html! {}, html! {
            @if v.tests.is_empty() { p class="quiet" { (t(lang, "lab-no-tests")) } }
            @for test in &v.tests { (tested(&who, &v, test, &key, analyst)) }
        }))
        @if actor.has(&[Role::Inspector]) && !void { (deeds::request_form(&who, &v)) }
        (look::section(&t(lang, "chain-of-custody"), html! {}, html! {
            (chain(lang, &v))
            @if hands { (deeds::custody_form(&who, &v)) }
        }))
    };
    let (list, no) = (t(lang, "lab-samples"), v.sample.no.clone());
    let crumbs = [Crumb { label: &list, href: Some("/samples") }, Crumb { label: &no, href: None }];
    let title = format!("{} {no}", t(lang, "sample"));
    let actions = html! {
        (button_link_secondary(&t(lang, "lab-voucher"), &v.href("/voucher.pdf")))
        @if v.tests.iter().any(|t| t.valid().is_some()) { (button_link_secondary(&t(lang, "lab-report"), &v.href("/report.pdf"))) }
    };
    let status = state_badge(lang, &v.sample.state);
    Ok(who.page(&web, Page { title: &title, status, crumbs: &crumbs, actions, ..Page::default() }, body))
}

/// A void sample proves nothing, and says so before anything else.
fn void_alarm(lang: Lang, owed: bool, replace: Option<&str>) -> Markup {
    html! {
        section class="refusal" role="alert" {
            h2 { (look::sign(Sign::Square)) span { (t(lang, "lab-void-title")) } }
            p { (t(lang, if owed { "lab-void-owed" } else { "lab-void-done" })) }
            @if let Some(href) = replace.filter(|_| owed) { div class="buttons" { (button_link(&t(lang, "lab-replace"), href)) } }
        }
    }
}

fn facts(lang: Lang, v: &View) -> Markup {
    let s = &v.sample;
    let w = |k: &str| t(lang, k);
    let declaration = format!("/declarations/{}", s.declaration);
    let unit = s.unit_no.map_or_else(|| w("lab-mixed"), |n| n.to_string());
    let pairs = [
        (w("declaration-number"), html! { a href=(declaration) { (s.declaration_no) } }),
        (w("goods"), html! { (s.goods) " · HS " (s.hs) }),
        (w("lot"), html! { (s.lot_no) }),
        (w("lab-unit-no"), html! { (unit) }),
        (w("quantity"), html! { (s.quantity.number()) "\u{a0}" (said(lang, &s.quantity.unit.name())) }),
        (w("lab-seal"), html! { span class="code" { (s.seal) } }),
        (w("lab-place"), html! { (s.place) }),
        (w("lab-taken-by"), html! { (v.name(s.taken_by)) " · " (format::date_time(s.taken_at.instant())) }),
        (w("lab-holder"), html! { (s.holder) }),
        (w("market"), html! { (s.market) }),
    ];
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    definition_list(&pairs, true)
}

fn tested(who: &Who<Staff>, v: &View, test: &LabTest, key: &str, analyst: bool) -> Markup {
    let lang = who.lang;
    let name = said(lang, &analyte(&v.pack, &test.analyte));
    html! {
        div class="stack" {
            h3 { (name) " · " span class="quiet" { (test.method) } }
            @if let Some(r) = test.valid() {
                (result(lang, v, r))
                @for old in test.results.iter().rev().skip(1) {
                    p class="note quiet" { (t(lang, "lab-corrected")) "：" (figure(old)) " · " (v.name(old.tester)) " · " (format::date_time(old.at.instant())) }
                }
                @if analyst { details { summary { (t(lang, "lab-correct")) } (deeds::result_form(who, v, test, key, Some(r))) } }
            } @else if test.state == "requested" {
                p { (badge(Tone::Plain, Sign::Ring, &t(lang, "lab-requested"))) }
                @if analyst { (deeds::result_form(who, v, test, key, None)) }
            } @else {
                p { (badge(Tone::Stop, Sign::Cross, &t(lang, &format!("lab-test-{}", test.state)))) }
            }
        }
    }
}

/// A result with its unit, as it is read.
pub(super) fn figure(r: &LabResult) -> String {
    if r.below_loq { format!("< {} {}", r.loq, r.unit) } else { format!("{} {}", r.value, r.unit) }
}

fn result(lang: Lang, v: &View, r: &LabResult) -> Markup {
    let w = |k: &str| t(lang, k);
    let uncertainty = if r.uncertainty.is_empty() {
        String::new()
    } else {
        format!("± {} {} (k = 2)", r.uncertainty, r.unit)
    };
    let limit = if r.limit.is_empty() { w("lab-no-limit") } else { format!("{} {}", r.limit, r.unit) };
    let mut pairs = vec![
        (w("result"), html! { (figure(r)) " " (uncertainty) " " (verdict_badge(lang, &r.verdict)) }),
        (w("limit-of-quantification"), html! { (r.loq) "\u{a0}" (r.unit) }),
        (
            w("limit"),
            html! {
                (limit) @if !r.limit_citation.is_empty() { " · " (r.limit_citation) }
                @if r.limit_status == "unverified" { " " (badge(Tone::Loud, Sign::Warn, &w("lab-unverified"))) }
            },
        ),
        (w("lab-why"), html! { (said(lang, &r.reason)) }),
        (w("lab-tester"), html! { (v.name(r.tester)) " · " (format::date_time(r.at.instant())) }),
    ];
    if !r.correction.is_empty() {
        pairs.push((w("lab-correction"), html! { (r.correction) }));
    }
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    definition_list(&pairs, false)
}

fn chain(lang: Lang, v: &View) -> Markup {
    let s = &v.sample;
    let taken = (
        format!("{} · {} {}", t(lang, "lab-taken"), t(lang, "lab-seal"), s.seal),
        format::date_time(s.taken_at.instant()),
        format::machine_time(s.taken_at.instant()),
    );
    let told: Vec<(String, String, String, String, &Custody)> = v
        .custody
        .iter()
        .rev()
        .map(|c| {
            let seal = t(lang, if c.seal_intact { "lab-seal-whole" } else { "lab-seal-broken" });
            let what = format!("{} → {}", c.from, c.to);
            let note = format!("{seal} · {} {} {}", t(lang, "lab-seal-read"), c.seal_read, c.note);
            (what, note, format::date_time(c.at.instant()), format::machine_time(c.at.instant()), c)
        })
        .collect();
    let mut events: Vec<Event<'_>> = told
        .iter()
        .map(|(what, note, at, machine_at, c)| Event {
            at,
            machine_at,
            kind: if c.seal_intact { EventKind::Act } else { EventKind::Stop },
            what,
            note: Some(note),
            who: v.name(c.by),
            ..Event::default()
        })
        .collect();
    events.push(Event {
        at: &taken.1,
        machine_at: &taken.2,
        what: &taken.0,
        who: v.name(s.taken_by),
        ..Event::default()
    });
    look::timeline(lang, &events)
}
