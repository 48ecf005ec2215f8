//! Reviews of decisions: asking for one, the dossier of the day of the decision, and the panel's finding.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{DecisionReviewId, Refusal, Role, SettlementId, bi};
use maud::{Markup, html};
use serde::Deserialize;
use supervision::accountability::{self, Dossier, FINDINGS, Finding, Review};
use supervision::{declaration, notification, release};

use crate::answer::Answer;
use crate::guard::{BrandHands, Page, Staff, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Empty, Field, FieldKind, Lang, Row, Sign, Tone, badge, button_link,
    button_link_secondary, button_row, definition_list, field, format, section, t,
};
use crate::pages::kit::{self, officer_name};
use crate::pages::sheet::{Deed, Given, Listing, Sheet, conclude, done, draw, listing, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Reviews on the list.
const MOST: i64 = 100;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/reviews", list),
        get("/reviews/new", ask),
        post("/reviews/new", open),
        get("/reviews/{id}", one),
        get("/reviews/{id}/find", finding),
        post("/reviews/{id}/find", find),
    ]
}

fn found(lang: Lang, r: &Review) -> Markup {
    match r.finding.as_str() {
        "" => badge(Tone::Plain, Sign::Half, &t(lang, "review-open")),
        "correct_on_evidence" => badge(Tone::Go, Sign::Check, &t(lang, "finding-correct_on_evidence")),
        other => badge(Tone::Loud, Sign::Warn, &t(lang, &format!("finding-{other}"))),
    }
}

async fn list(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let reviews = accountability::list(&mut tx, &who.actor(), MOST).await?;
    let rows = reviews.iter().map(|r| Row {
        href: Some(format!("/reviews/{}", r.id)),
        cells: vec![
            html! { (format::date_of(r.decided_at.instant())) },
            html! { (r.reason) },
            html! { (format::date_of(r.opened_at.instant())) },
            found(lang, r),
        ],
        ..Row::default()
    });
    let body = listing(Listing {
        lang,
        id: "reviews",
        caption: "reviews",
        heads: &["decided-on", "review-reason", "opened-on", "finding"],
        rows: rows.collect(),
        empty: ("no-reviews", "no-reviews-advice"),
        next: None,
        first: None,
        paged: false,
    });
    let (title, lede) = (t(lang, "reviews"), t(lang, "reviews-lede"));
    let may = who.actor().has(&[Role::Manager, Role::Auditor]);
    let actions = html! { @if may { (button_link(&t(lang, "ask-review"), "/reviews/new")) } };
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), actions, ..Page::default() }, body))
}

#[derive(Default, Deserialize)]
struct Of {
    #[serde(default)]
    declaration: String,
}

async fn ask(who: Who<BrandHands>, State(web): State<Web>, Query(of): Query<Of>) -> Answer<Response> {
    asking(&who, &web, &Given::default().with("declaration", of.declaration), None).await
}

/// First the number of the declaration, then which of its decisions.
async fn asking(
    who: &Who<BrandHands>,
    web: &Web,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let no = given.get("declaration").to_owned();
    let choices = decisions(&mut tx, who, &no).await?;
    let s = Sheet { lang, given, refusal };
    let (label, hint) = (t(lang, "declaration-number"), t(lang, "review-notification-hint"));
    let fields = html! {
        input type="hidden" name="declaration" value=(no);
        @if choices.is_empty() { p class="note" { (t(lang, "no-decisions")) } } @else {
            (s.radio("decision", "settlement", &choices)) (s.reason("review-reason", ""))
            (s.put("review-notification", Field { name: "notification", kind: FieldKind::Code, hint: &hint, width: look::Width::Twenty, ..Field::default() }))
        }
    };
    let (root, title, lede) = (t(lang, "reviews"), t(lang, "ask-review"), t(lang, "ask-review-lede"));
    let crumbs = [Crumb { label: &root, href: Some("/reviews") }, Crumb { label: &title, href: None }];
    if choices.is_empty() {
        let body = html! {
            form class="form" method="get" action="/reviews/new" {
                (field(&Field { lang, name: "declaration", label: &label, value: &no, kind: FieldKind::Code, required: true, ..Field::default() }))
                @if !no.is_empty() { p class="note" { (t(lang, "no-decisions")) } }
                (button_row(false, look::button(&t(lang, "continue"))))
            }
        };
        use axum::response::IntoResponse;
        return Ok(who
            .page(web, Page { title: &title, lede: Some(&lede), crumbs: &crumbs, ..Page::default() }, body)
            .into_response());
    }
    let action = "/reviews/new";
    let deed =
        Deed { title: &title, lede: Some(&lede), crumbs: &crumbs, action, submit: &title, ..Deed::default() };
    Ok(draw(who, web, &deed, refusal, fields))
}

/// The decisions on a declaration, for people to choose from.
async fn decisions(
    tx: &mut store::Tx,
    who: &Who<BrandHands>,
    no: &str,
) -> kernel::Result<Vec<(String, String)>> {
    let (lang, by) = (who.lang, who.actor());
    let Some(d) = declaration::by_no(tx, &by, no).await? else { return Ok(Vec::new()) };
    let Some(dossier) = release::dossier(tx, &by, d.id).await? else { return Ok(Vec::new()) };
    let all = dossier.lots.iter().flat_map(|l| l.settlements.iter().map(move |s| (l, s)));
    Ok(all
        .map(|(l, s)| {
            let what = t(lang, &format!("outcome-{}", s.outcome.code()));
            (s.id.to_string(), format!("{} · {what} · {}", l.no, format::date_time(s.at.instant())))
        })
        .collect())
}

async fn open(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let opened = async {
        let text = given.get("settlement");
        let settlement: SettlementId =
            text.parse().map_err(|_| wrong("settlement", text, bi("选择一项决定", "choose a decision")))?;
        let no = given.get("notification");
        let called = if no.is_empty() { None } else { notification::by_no(&mut tx, no).await?.map(|n| n.id) };
        if called.is_none() && !no.is_empty() {
            return Err(wrong("notification", no, bi("没有这份通报", "there is no such notification")));
        }
        accountability::open(&mut tx, &by, settlement, given.get("reason"), called).await
    }
    .await;
    match conclude(&web, &by, "decision_review/new", tx, opened).await? {
        Ok(id) => Ok(done(&format!("/reviews/{id}"))),
        Err(refusal) => asking(&who, &web, &given, Some(&refusal)).await,
    }
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let id: DecisionReviewId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let r = accountability::one(&mut tx, &who.actor(), id).await?;
    let d = accountability::dossier(&mut tx, &r).await?;
    let decided_by = match r.decided_by {
        Some(o) => officer_name(&mut tx, lang, o).await?,
        None => t(lang, "by-rule"),
    };
    let body = html! {
        (facts(lang, &r, &d, &decided_by))
        (section(&t(lang, "evidence-then"), Markup::default(), evidence(lang, &d)))
        (section(&t(lang, "overrides-then"), Markup::default(), html! {
            @if d.overrides.is_empty() { p class="quiet" { (t(lang, "no-overrides")) } }
            ul class="plain-list" { @for o in &d.overrides { li { (t(lang, &format!("override-{}", o.kind))) ": " (o.reason) " · " (format::date_time(o.at.instant())) } } }
        }))
        @if !r.finding.is_empty() { (section(&t(lang, "finding"), found(lang, &r), outcome(lang, &r))) }
    };
    let (root, title) = (t(lang, "reviews"), format!("{} {}", t(lang, "review"), d.no));
    let crumbs = [Crumb { label: &root, href: Some("/reviews") }, Crumb { label: &d.no, href: None }];
    let lede = t(lang, "review-lede");
    let finds = r.finding.is_empty() && who.actor().has(&[Role::Auditor]);
    let find = format!("/reviews/{id}/find");
    let actions = html! {
        @if finds { (button_link(&t(lang, "record-finding"), &find)) }
        (button_link_secondary(&t(lang, "declaration"), &format!("/declarations/{}", r.declaration)))
    };
    let page = Page {
        title: &title,
        lede: Some(&lede),
        status: found(lang, &r),
        crumbs: &crumbs,
        actions,
        ..Page::default()
    };
    Ok(who.page(&web, page, body))
}

fn facts(lang: Lang, r: &Review, d: &Dossier, decided_by: &str) -> Markup {
    let words = ["decided-by", "decided-on", "decision", "rule-version", "review-reason"].map(|k| t(lang, k));
    let what = t(lang, &format!("outcome-{}", d.outcome));
    definition_list(
        &[
            (&words[0], html! { (decided_by) }),
            (&words[1], html! { (format::date_time(r.decided_at.instant())) }),
            (&words[2], html! { (what) @if !d.note.is_empty() { " — " (d.note) } }),
            (&words[3], html! { (r.rule_version) }),
            (
                &words[4],
                html! { (r.reason) @if let Some(n) = r.notification { " · " a href={ "/notifications/" (n) } { (t(lang, "review-notification")) } } },
            ),
        ],
        true,
    )
}

fn evidence(lang: Lang, d: &Dossier) -> Markup {
    let heads = ["source", "evidence", "verdict", "time"].map(|k| t(lang, k));
    let rows = d.evidence.iter().map(|e| Row {
        cells: vec![
            html! { (e.kind) },
            html! { (e.what) },
            html! { (e.verdict) },
            html! { (format::date_time(e.at.instant())) },
        ],
        ..Row::default()
    });
    let none = t(lang, "no-evidence-then");
    look::data_table(&DataTable {
        lang,
        id: "evidence",
        caption: &t(lang, "evidence-then"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        empty: Empty { title: &none, ..Empty::default() },
        ..DataTable::default()
    })
}

fn outcome(lang: Lang, r: &Review) -> Markup {
    let words = ["grounds", "lesson"].map(|k| t(lang, k));
    definition_list(
        &[
            (&words[0], html! { (r.grounds) }),
            (
                &words[1],
                html! { @if r.lesson.is_empty() { (t(lang, "none-stated")) } @else { (r.lesson) @if !r.topic.is_empty() { " · " (r.topic) } } },
            ),
        ],
        false,
    )
}

async fn finding(who: Who<BrandHands>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    find_form(&who, &web, kit::id(&id)?, &Given::default(), None)
}

fn find_form(
    who: &Who<BrandHands>,
    web: &Web,
    id: DecisionReviewId,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let s = Sheet { lang, given, refusal };
    let findings: Vec<(String, String)> =
        FINDINGS.iter().map(|f| ((*f).to_owned(), t(lang, &format!("finding-{f}")))).collect();
    let topics: Vec<(String, String)> = ["", "evidence", "disposal", "separation"]
        .iter()
        .map(|k| ((*k).to_owned(), t(lang, &format!("topic-{}", if k.is_empty() { "none" } else { k }))))
        .collect();
    let long = |word: &str, name: &str, required: bool| {
        s.put(word, Field { name, kind: FieldKind::Lines(3), required, ..Field::default() })
    };
    let fields = html! {
        (s.radio("finding", "finding", &findings))
        (long("grounds", "grounds", true)) (long("lesson", "lesson", false))
        (s.select("lesson-topic", "topic", &topics))
    };
    let (root, title, lede) = (t(lang, "reviews"), t(lang, "record-finding"), t(lang, "record-finding-lede"));
    let up = format!("/reviews/{id}");
    let crumbs = [Crumb { label: &root, href: Some(&up) }, Crumb { label: &title, href: None }];
    let action = format!("/reviews/{id}/find");
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &title,
        ..Deed::default()
    };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn find(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (id, given, by) = (kit::id::<DecisionReviewId>(&id)?, Given(sent), who.actor());
    let text = |name: &str| given.get(name).to_owned();
    let f = Finding {
        finding: text("finding"),
        grounds: text("grounds"),
        topic: text("topic"),
        lesson: text("lesson"),
    };
    let mut tx = web.begin().await?;
    let recorded = accountability::find(&mut tx, &by, id, &f).await;
    match conclude(&web, &by, &id.subject(), tx, recorded).await? {
        Ok(()) => Ok(done(&format!("/reviews/{id}"))),
        Err(refusal) => find_form(&who, &web, id, &given, Some(&refusal)),
    }
}
