//! Reviews of a class: the list, one with what its decider needs to know, and the decision.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{Actor, ClassReviewId, OperatorId, Refusal, Result, Role};
use maud::{Markup, html};
use registry::trade;
use store::Tx;
use supervision::{
    class_review::{self, LOWEST, Outcome, Review},
    notification, series,
};

use super::form::{Ask, At, Spec, found, page, spec, stop};
use super::list::{Asked, rooms};
use super::{chip, follows, hazard, rule};
use crate::answer::{Answer, said};
use crate::guard::{FollowUps, Page, Staff, Who};
use crate::look::{
    self, Action, Cannot, Crumb, Kind, Lang, Row, Sign, Tone, badge, format, intensity_badge, t, t_args,
};
use crate::pages::kit::officer_name;
use crate::pages::parts::capital;
use crate::pages::sheet::{Given, Listing, PAGE, conclude, done, listing, nothing};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

const ROOM: &str = "/class-reviews";

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/class-reviews", list),
        get("/class-reviews/{id}", one),
        get("/class-reviews/{id}/{deed}", ask),
        post("/class-reviews/{id}/{deed}", act),
    ]
}

const SPECS: [Spec; 2] =
    [spec("keep-class", &[Ask::Lines("reason", 4)]), stop("lower-class", &[Ask::Lines("reason", 4)])];

/// What came of a review, as a word with its sign.
pub(super) fn state(lang: Lang, outcome: Outcome) -> Markup {
    let (tone, sign) = match outcome {
        Outcome::Open => (Tone::Wait, Sign::Warn),
        Outcome::Kept => (Tone::Go, Sign::Check),
        Outcome::Lowered => (Tone::Stop, Sign::Square),
        Outcome::Restored => (Tone::Quiet, Sign::Check),
    };
    badge(tone, sign, &capital(lang, &outcome.name()))
}

fn class(lang: Lang, class: i64) -> Markup {
    let word = t_args(lang, "class-n", &[("n", class.into())]);
    intensity_badge(&word, usize::try_from(class - 1).unwrap_or(0).min(4))
}

/// The class before and after: one of them when nothing changed.
fn classes(lang: Lang, r: &Review) -> Markup {
    match r.class_now.filter(|now| *now != r.class_was) {
        Some(now) => html! { (class(lang, r.class_was)) " → " (class(lang, now)) },
        None => class(lang, r.class_was),
    }
}

async fn operator(tx: &mut Tx, lang: Lang, id: OperatorId) -> Result<String> {
    Ok(trade::operator(tx, id).await?.map_or_else(String::new, |o| said(lang, &o.name)))
}

fn clock(lang: Lang, now: kernel::Timestamp, r: &Review, rule: &str) -> Markup {
    chip(lang, now, (r.opened_at, r.due_at), rule, r.decided.map(|(_, at)| at))
}

async fn row(tx: &mut Tx, lang: Lang, r: &Review) -> Result<Row<'static>> {
    let now = tx.now();
    let over = r.decided.is_none() && r.due_at < now;
    Ok(Row {
        href: Some(format!("{ROOM}/{}", r.id)),
        cells: vec![
            html! { (r.no) },
            state(lang, r.outcome),
            clock(lang, now, r, ""),
            html! { (operator(tx, lang, r.operator).await?) },
            classes(lang, r),
            html! { span class="nowrap" { (format::date_of(r.opened_at.instant())) } },
        ],
        tone: if over { Tone::Stop } else { Tone::Plain },
        ..Row::default()
    })
}

const HEADS: [&str; 6] = ["fu-number", "stage", "deadline", "operator", "enterprise-class", "fu-opened"];

async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let key = asked.key::<ClassReviewId>();
    let found = class_review::list(&mut tx, key, PAGE).await?;
    let next = asked.next(ROOM, found.last().map(|r| (r.opened_at, r.id.into())), found.len());
    let mut rows = Vec::with_capacity(found.len());
    for r in &found {
        rows.push(row(&mut tx, lang, r).await?);
    }
    let table = listing(Listing {
        lang,
        id: "class-reviews",
        caption: "fu-class-reviews",
        heads: &HEADS,
        rows,
        empty: ("fu-class-reviews-none", "fu-class-reviews-none-advice"),
        next,
        first: key.map(|_| ROOM),
        paged: true,
    });
    let (title, lede) = (t(lang, "fu-class-reviews"), t(lang, "fu-class-reviews-lede"));
    let body = html! { (rooms(lang, ROOM)) (table) };
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), ..Page::default() }, body))
}

/// The reviews of an operator, for its own page; nothing when there was none.
pub(crate) async fn of_operator(tx: &mut Tx, lang: Lang, id: OperatorId) -> Result<Markup> {
    let mut rows = Vec::new();
    for r in class_review::of_operator(tx, id).await? {
        rows.push(row(tx, lang, &r).await?);
    }
    if rows.is_empty() {
        return Ok(html! {});
    }
    let table = listing(Listing {
        lang,
        id: "class-reviews",
        caption: "fu-class-reviews",
        heads: &HEADS,
        rows,
        empty: ("fu-class-reviews-none", "fu-class-reviews-none-advice"),
        next: None,
        first: None,
        paged: false,
    });
    Ok(look::section(&t(lang, "fu-class-reviews"), html! {}, table))
}

async fn sought(tx: &mut Tx, id: &str) -> Answer<Review> {
    let found = match id.parse() {
        Ok(id) => class_review::one(tx, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| nothing(id))
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, by) = (who.lang, who.actor());
    let mut tx = web.read().await?;
    let r = sought(&mut tx, &id).await?;
    let rule = rule(&mut tx, lang, &r.rule_version, "class_review.working_days").await?;
    let status = html! { (state(lang, r.outcome)) (clock(lang, tx.now(), &r, &rule)) };
    let lede = operator(&mut tx, lang, r.operator).await?;
    let main = html! { (facts(&mut tx, lang, &r).await?) (running(&mut tx, lang, &r).await?) };
    let body = look::split(&t(lang, "may-do"), main, may_do(lang, &by, &r));
    let room = t(lang, "fu-class-reviews");
    let crumbs = [Crumb { label: &room, href: Some(ROOM) }, Crumb { label: &r.no, href: None }];
    let page = Page { title: &r.no, lede: Some(&lede), status, crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

async fn facts(tx: &mut Tx, lang: Lang, r: &Review) -> Result<Markup> {
    let n = notification::one(tx, r.notification).await?;
    let name = operator(tx, lang, r.operator).await?;
    let mut pairs = vec![
        ("operator", html! { a href={ "/operators/" (r.operator) } { (name) } }),
        ("enterprise-class", classes(lang, r)),
    ];
    if let Some(n) = &n {
        let about = format!("{} · {}", n.notice.product, hazard(lang, &n.notice.hazard_category));
        pairs.push((
            "fu-notification",
            html! { a href={ "/notifications/" (r.notification) } { (n.no) } " " (about) },
        ));
    }
    pairs.push(("fu-opened", html! { (format::date_time(r.opened_at.instant())) }));
    if let Some((officer, at)) = r.decided {
        let officer = officer_name(tx, lang, officer).await?;
        pairs.push(("fu-decided", html! { (officer) " · " (format::date_time(at.instant())) }));
    }
    if let Some(at) = r.restored_at {
        pairs.push(("fu-class-restored", html! { (format::date_of(at.instant())) }));
    } else if let Some(at) = r.back_at {
        let rule = rule(tx, lang, &r.rule_version, "class_review.lowered_days").await?;
        pairs.push((
            "fu-class-back",
            html! { (format::date_of(at.instant())) " " span class="quiet" { (rule) } },
        ));
    }
    let pairs: Vec<(String, Markup)> = pairs.into_iter().map(|(k, v)| (t(lang, k), v)).collect();
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Ok(html! {
        (look::definition_list(&pairs, true))
        @if !r.reason.is_empty() { (look::section(&t(lang, "reason"), html! {}, html! { p class="note" { (r.reason) } })) }
    })
}

/// The series of the notification: how the operator's consignments fare meanwhile.
async fn running(tx: &mut Tx, lang: Lang, r: &Review) -> Result<Markup> {
    let mut rows = Vec::new();
    for s in series::of_notification(tx, r.notification).await? {
        if s.operator != r.operator {
            continue;
        }
        let plant = trade::plant(tx, s.plant).await?.map_or_else(String::new, |p| said(lang, &p.name));
        rows.push(Row {
            href: Some(format!("/series/{}", s.id)),
            cells: vec![
                html! { (plant) },
                html! { (hazard(lang, &s.hazard)) },
                html! { (s.market) },
                html! { (s.clean) " / " (s.needed) },
                html! { (s.failures) },
                super::series::state(lang, &s),
            ],
            ..Row::default()
        });
    }
    let table = listing(Listing {
        lang,
        id: "series",
        caption: "fu-series",
        heads: &["plant", "fu-hazard", "market", "#fu-clean-run", "#fu-failures", "stage"],
        rows,
        empty: ("fu-series-none", "fu-series-none-advice"),
        next: None,
        first: None,
        paged: false,
    });
    Ok(look::section(&t(lang, "fu-series"), html! {}, table))
}

fn may_do(lang: Lang, by: &Actor, r: &Review) -> Markup {
    let words = ["keep-class", "lower-class", "raise-class"].map(|k| t(lang, &format!("fu-do-{k}")));
    let [keep, lower, raise] = &words;
    let reasons = ["fu-head-decides", "fu-class-other-person", "fu-class-lowest", "fu-class-by-rule"];
    let reasons = reasons.map(|k| t(lang, k));
    let [head, other, lowest, by_rule] = &reasons;
    let (to_keep, to_lower) = (format!("{ROOM}/{}/keep-class", r.id), format!("{ROOM}/{}/lower-class", r.id));
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    let why_not = match () {
        () if !follows(by) || !by.has(&[Role::Manager]) => Some(head),
        () if by.officer.is_some() && by.officer == r.asked_by => Some(other),
        () => None,
    };
    match (r.outcome, why_not) {
        (Outcome::Open, Some(why)) => {
            cannot.extend([keep, lower].map(|deed| Cannot { deed, why, clause: None }));
        }
        (Outcome::Open, None) => {
            can.push(Action { label: keep, href: Some(&to_keep), ..Action::default() });
            if r.class_was < LOWEST {
                let kind = Kind::Danger;
                can.push(Action { label: lower, href: Some(&to_lower), kind, ..Action::default() });
            } else {
                cannot.push(Cannot { deed: lower, why: lowest, clause: None });
            }
        }
        (Outcome::Lowered, _) => cannot.push(Cannot { deed: raise, why: by_rule, clause: None }),
        (Outcome::Kept | Outcome::Restored, _) => {}
    }
    look::may_do(lang, &can, &cannot)
}

fn show(
    who: &Who<FollowUps>,
    web: &Web,
    spec: &Spec,
    r: &Review,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let matter = format!("{ROOM}/{}", r.id);
    let action = format!("{matter}/{}", spec.key);
    let at = At { room: ("fu-class-reviews", ROOM), matter: (&r.no, &matter), action: &action };
    page(who, web, spec, &at, (given, refusal), html! {})
}

async fn ask(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let mut tx = web.read().await?;
    let r = sought(&mut tx, &id).await?;
    show(&who, &web, spec, &r, &Given::default(), None)
}

async fn act(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let r = sought(&mut tx, &id).await?;
    let lower = spec.key == "lower-class";
    let made = class_review::decide(&mut tx, &by, r.id, lower, given.get("reason")).await;
    match conclude(&web, &by, &r.id.subject(), tx, made).await? {
        Ok(_) => Ok(done(&format!("{ROOM}/{}", r.id))),
        Err(refusal) => show(&who, &web, spec, &r, &given, Some(&refusal)),
    }
}
