//! One assessment: its three parts, and what this person may do in it now.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{AssessmentId, Refusal};
use maud::{Markup, html};
use supervision::assessment::{self, Assessment, Bank};

use super::{matter, standing};
use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Action, Cannot, Crumb, Kind, Lang, button_link_secondary, definition_list, form, format, t, t_args,
};
use crate::pages::kit::{self, officer_name};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/assessments/{id}", page), post("/assessments/{id}/begin", begin)]
}

/// Candidate, assessor and those who look after officers read an assessment; others do not.
pub(super) fn may_read(who: &Who<Staff>, a: &Assessment) -> kernel::Result<()> {
    use kernel::{Role, bi};
    let by = who.actor();
    let own = by.officer == Some(a.officer) || by.officer == Some(a.assessor);
    if own || by.has(&[Role::Manager, Role::Registrar, Role::Auditor]) {
        return Ok(());
    }
    Err(Refusal::new(
        "access.scope",
        bi(
            "考核只供本人、考评员和管理人员查看",
            "an assessment is read by the candidate, the assessor and those who look after officers",
        ),
    )
    .into())
}

async fn page(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let id: AssessmentId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let a = assessment::one(&mut tx, id).await?;
    may_read(&who, &a)?;
    let (candidate, assessor) =
        (officer_name(&mut tx, lang, a.officer).await?, officer_name(&mut tx, lang, a.assessor).await?);
    let failed = critical(&mut tx, lang, &a).await?;
    let main = html! { (parts(lang, &a)) @if !a.critical_failed.is_empty() { (failed) } };
    let aside = html! { (deeds(&who, &a)) (people(lang, &a, &candidate, &assessor)) };
    let body = look::split(&t(lang, "may-do"), main, aside);
    let (root, title) = (t(lang, "assessments"), matter(lang, &a));
    let crumbs =
        [Crumb { label: &root, href: Some("/assessments") }, Crumb { label: &candidate, href: None }];
    let status = standing(lang, &a);
    let actions = button_link_secondary(&t(lang, "officer"), &format!("/officers/{}", a.officer));
    Ok(who.page(&web, Page { title: &title, status, crumbs: &crumbs, actions, ..Page::default() }, body))
}

fn people(lang: Lang, a: &Assessment, candidate: &str, assessor: &str) -> Markup {
    let words =
        ["candidate", "assessor", "opened-on", "bank-version", "seed", "rule-version"].map(|k| t(lang, k));
    definition_list(
        &[
            (&words[0], html! { (candidate) }),
            (&words[1], html! { (assessor) }),
            (&words[2], html! { (format::date_of(a.opened_at.instant())) }),
            (&words[3], html! { (a.bank) }),
            (&words[4], html! { code { (a.seed) } }),
            (&words[5], html! { (a.rule_version) }),
        ],
        false,
    )
}

fn points(milli: Option<i64>) -> Option<String> {
    milli.map(|m| format!("{}.{}", m / 1000, m % 1000 / 100))
}

fn parts(lang: Lang, a: &Assessment) -> Markup {
    let words = ["theory-test", "witnessed-task", "records-review", "outcome"].map(|k| t(lang, k));
    let score = |m: Option<i64>| html! { @match points(m) { Some(p) => { (p) " / 100" }, None => span class="quiet" { (t(lang, "not-yet")) } } };
    let records = match a.records_sound {
        Some(true) => t(lang, "records-sound"),
        Some(false) => t(lang, "records-not-sound"),
        None => t(lang, "not-yet"),
    };
    look::section(
        &t(lang, "assessment-parts"),
        Markup::default(),
        definition_list(
            &[
                (
                    &words[0],
                    html! { (score(a.theory_milli)) @if let (Some((_, due)), None) = (a.theory_began, a.theory_milli) { " · " (t_args(lang, "hand-in-by", &[("time", format::date_time(due.instant()).into())])) } },
                ),
                (&words[1], score(a.witness_milli)),
                (&words[2], html! { (records) }),
                (
                    &words[3],
                    html! { (standing(lang, a)) @if let Some(day) = a.retest_on { " · " (t_args(lang, "retest-from", &[("day", format::date(day).into())])) } },
                ),
            ],
            false,
        ),
    )
}

async fn critical(tx: &mut store::Tx, lang: Lang, a: &Assessment) -> kernel::Result<Markup> {
    let bank = Bank::of_version(tx, a.bank).await?;
    let failed = bank.items(a.duty).filter(|i| a.critical_failed.contains(&i.code));
    Ok(
        html! { p class="note" { (t(lang, "critical-failed")) ": " @for i in failed { b { (lang.pick(&i.zh, &i.en)) } " " } } },
    )
}

fn deeds(who: &Who<Staff>, a: &Assessment) -> Markup {
    let lang = who.lang;
    let own = who.actor().officer;
    let words = ["sit-theory", "witness-task", "review-records", "begin-theory"].map(|k| t(lang, k));
    let places = ["sit", "witness", "records"].map(|k| format!("/assessments/{}/{k}", a.id));
    let not_you = t(lang, "not-your-part");
    let mut can = Vec::new();
    let mut cannot = Vec::new();
    if a.decided() {
        return look::may_do(lang, &[], &[]);
    }
    let candidate = own == Some(a.officer);
    if candidate && a.theory_milli.is_none() && a.theory_began.is_some() {
        can.push(Action { label: &words[0], href: Some(&places[0]), ..Action::default() });
    }
    for (label, place, open) in [
        (&words[1], &places[1], a.witness_milli.is_none()),
        (&words[2], &places[2], a.records_sound.is_none()),
    ] {
        if open && own == Some(a.assessor) {
            let kind = if can.is_empty() { Kind::Primary } else { Kind::Secondary };
            can.push(Action { label, href: Some(place), kind, ..Action::default() });
        } else if open {
            cannot.push(Cannot { deed: label, why: &not_you, clause: None });
        }
    }
    let starts = candidate && a.theory_began.is_none();
    let action = format!("/assessments/{}/begin", a.id);
    let frame = look::Form {
        lang,
        id: "begin",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    html! {
        @if starts {
            (form(&frame, html! { p class="quiet" { (t(lang, "begin-theory-lede")) } (look::button(&words[3])) }))
        }
        (look::may_do(lang, &can, &cannot))
    }
}

async fn begin(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let id: AssessmentId = kit::id(&id)?;
    let by = who.actor();
    let mut tx = web.begin().await?;
    let begun = assessment::begin(&mut tx, &by, id).await;
    web.desk().conclude(tx, &by, &id.subject(), begun).await?;
    Ok(go(&format!("/assessments/{id}/sit"), &[]))
}
