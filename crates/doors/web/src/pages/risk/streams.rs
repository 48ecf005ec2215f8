//! Product streams: how strictly an operator's goods of a heading are sampled, why, and what an officer decides
//! between lots.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{OperatorId, Refusal, Timestamp};
use maud::{Markup, html};
use sampling::iso2859::switching::Phase;
use serde::Deserialize;
use store::Tx;
use supervision::stream::{self, Finding, Move, Stream};

use super::{DeskDeed, below, room};
use crate::answer::{Answer, said};
use crate::guard::{Page, RiskApprovers, RoleSet, Staff, Who};
use crate::look::{self, Lang, Row, Sign, Tab, Tone, badge, button_link, definition_list, format, t, t_args};
use crate::pages::kit::officer_name;
use crate::pages::sheet::{Given, Listing, PAGE, Sheet, conclude, done, listing, nothing};
use crate::route::{RouteSpec, get, post, with_query};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/risk/streams", streams),
        get("/risk/streams/{operator}/{heading}", one),
        get("/risk/streams/{operator}/{heading}/{deed}", ask),
        post("/risk/streams/{operator}/{heading}/{deed}", act),
    ]
}

/// The phases, the strictest first, as the list is narrowed by.
const PHASES: [Phase; 4] = [Phase::Discontinued, Phase::Tightened, Phase::Normal, Phase::Reduced];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    phase: String,
    after: String,
}

fn phase_badge(lang: Lang, phase: Phase) -> Markup {
    let (tone, sign) = match phase {
        Phase::Normal => (Tone::Quiet, Sign::Check),
        Phase::Reduced => (Tone::Plain, Sign::Half),
        Phase::Tightened => (Tone::Wait, Sign::Warn),
        Phase::Discontinued => (Tone::Stop, Sign::Square),
    };
    badge(tone, sign, &said(lang, &stream::name(stream::code(phase))))
}

/// The last lots, the oldest first.
fn recent(lang: Lang, s: &Stream) -> Markup {
    html! {
        @if s.switching.recent.is_empty() { "—" }
        @for accepted in &s.switching.recent {
            (if *accepted { badge(Tone::Quiet, Sign::Check, &t(lang, "lot-accepted")) } else { badge(Tone::Wait, Sign::Warn, &t(lang, "lot-not-accepted")) }) " "
        }
    }
}

fn href(s: &Stream) -> String {
    format!("/risk/streams/{}/{}", s.operator, s.heading)
}

fn after(text: &str) -> Option<stream::Key> {
    let mut parts = text.splitn(3, '.');
    let at = Timestamp(parts.next()?.parse().ok()?);
    Some((at, parts.next()?.parse().ok()?, parts.next()?.to_owned()))
}

async fn streams(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let found = stream::list(&mut tx, &asked.phase, after(&asked.after), PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n >= PAGE);
    let next = found.last().filter(|_| full).map(|s| {
        let key = format!("{}.{}.{}", s.changed_at.0, s.operator, s.heading);
        with_query("/risk/streams", &[("phase", asked.phase.clone()), ("after", key)])
    });
    let mut words = vec![(t(lang, "all-phases"), String::new())];
    words.extend(PHASES.map(|p| (said(lang, &stream::name(stream::code(p))), stream::code(p).to_owned())));
    let places: Vec<(&str, String, bool)> = words
        .iter()
        .map(|(w, c)| (w.as_str(), with_query("/risk/streams", &[("phase", c.clone())]), asked.phase == *c))
        .collect();
    let tabs: Vec<Tab<'_>> = places
        .iter()
        .map(|(label, href, current)| Tab { label, href, count: None, current: *current })
        .collect();
    let row = |s: &Stream| Row {
        href: Some(href(s)),
        cells: vec![
            html! { (said(lang, &s.party.1)) " " span class="second" { (s.party.0) } },
            html! { (s.heading) },
            phase_badge(lang, s.switching.phase),
            html! { (s.switching.score) },
            html! { (format::integer(s.lots)) },
            html! { (format::date_of(s.changed_at.instant())) },
        ],
        ..Row::default()
    };
    let body = html! {
        p class="measure quiet" { (t(lang, "streams-lede")) }
        (look::tabs(&t(lang, "severity"), &tabs))
        (listing(Listing {
            lang,
            id: "streams",
            caption: "risk-streams",
            heads: &["operator", "heading", "severity", "#switching-score", "#stream-lots", "stream-changed"],
            rows: found.iter().map(row).collect(),
            empty: ("no-streams", "no-streams-advice"),
            next,
            first: (!asked.after.is_empty()).then_some("/risk/streams"),
            paged: true,
        }))
    };
    Ok(room(&who, &web, "/risk/streams", Markup::default(), body))
}

async fn found(tx: &mut Tx, operator: &str, heading: &str) -> Answer<Stream> {
    let operator: OperatorId = operator.parse().map_err(|_| nothing(operator))?;
    Ok(stream::one(tx, operator, heading).await?)
}

/// The finding of a deed; every other word has no page.
fn finding(deed: &str) -> Answer<Finding> {
    match deed {
        "reduce" => Ok(Finding::Steady),
        "irregular" => Ok(Finding::Irregular),
        "effective" => Ok(Finding::Effective),
        _ => Err(nothing(deed)),
    }
}

/// The deed that is open at a phase, when one is.
fn open_deed(s: &Stream) -> Option<&'static str> {
    match s.switching.phase {
        Phase::Normal => s.switching.reduced_possible().then_some("reduce"),
        Phase::Reduced => Some("irregular"),
        Phase::Discontinued => Some("effective"),
        Phase::Tightened => None,
    }
}

async fn one(
    who: Who<Staff>,
    State(web): State<Web>,
    Path((operator, heading)): Path<(String, String)>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let s = found(&mut tx, &operator, &heading).await?;
    let mut moves = Vec::new();
    for m in stream::moves(&mut tx, s.operator, &s.heading).await? {
        let by = match m.by {
            Some(id) => officer_name(&mut tx, lang, id).await?,
            None => t(lang, "by-result"),
        };
        moves.push(move_row(lang, &m, &by));
    }
    let decides = who.session.account.roles.iter().any(|r| RiskApprovers::ROLES.contains(r));
    let actions = match open_deed(&s).filter(|_| decides) {
        Some(deed) => button_link(&t(lang, &format!("stream-{deed}")), &format!("{}/{deed}", href(&s))),
        None => Markup::default(),
    };
    let pairs = [
        (t(lang, "severity"), phase_badge(lang, s.switching.phase)),
        (t(lang, "last-lots"), recent(lang, &s)),
        (t(lang, "switching-score"), html! { (s.switching.score) " / 30" }),
        (t(lang, "stream-lots"), html! { (format::integer(s.lots)) }),
        (t(lang, "stream-changed"), html! { (format::date_time(s.changed_at.instant())) }),
    ];
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    let body = html! {
        p class="measure" { (t(lang, &format!("phase-{}-means", stream::code(s.switching.phase)))) }
        (definition_list(&pairs, false))
        (look::section(&t(lang, "stream-moves"), Markup::default(), listing(Listing {
            lang,
            id: "moves",
            caption: "stream-moves",
            heads: &["since", "severity", "reason", "stream-basis"],
            rows: moves,
            empty: ("no-stream-moves", "no-stream-moves-advice"),
            next: None,
            first: None,
            paged: false,
        })))
    };
    let name = said(lang, &s.party.1);
    let title =
        t_args(lang, "stream-title", &[("operator", name.into()), ("heading", s.heading.clone().into())]);
    let page =
        Page { title: &title, status: phase_badge(lang, s.switching.phase), actions, ..Page::default() };
    Ok(below(&who, &web, ("risk-streams", "/risk/streams"), page, body))
}

fn move_row(lang: Lang, m: &Move, by: &str) -> Row<'static> {
    let name = |code: &str| said(lang, &stream::name(code));
    Row {
        cells: vec![
            html! { (format::date_time(m.at.instant())) },
            html! { (name(&m.from)) " → " b { (name(&m.to)) } },
            html! { (said(lang, &stream::reason_name(&m.reason))) @if !m.note.is_empty() { br; span class="quiet" { (m.note) } } },
            html! { @match &m.declaration { Some((no, id)) => { a href={ "/declarations/" (id) } { (no) } }, None => (by) } },
        ],
        ..Row::default()
    }
}

/// The form of a deed.
fn form<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    s: &Stream,
    deed: &str,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        input type="hidden" name="version" value=(s.version);
        p { (phase_badge(lang, s.switching.phase)) " " (t(lang, "switching-score")) " " (s.switching.score) " / 30 · " (recent(lang, s)) }
        (sheet.reason("reason", &t(lang, "stream-reason-hint")))
    };
    let (own, matter) = (href(s), format!("{} {}", s.party.0, s.heading));
    let of = DeskDeed {
        family: "stream",
        deed,
        at: deed,
        list: ("risk-streams", "/risk/streams"),
        matter: (&matter, &own),
        stops: "",
    };
    of.page(who, web, refusal, fields)
}

type Place = Path<(String, String, String)>;

async fn ask(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path((operator, heading, deed)): Place,
) -> Answer<Response> {
    finding(&deed)?;
    let mut tx = web.read().await?;
    let s = found(&mut tx, &operator, &heading).await?;
    Ok(form(&who, &web, &s, &deed, &Given::default(), None))
}

async fn act(
    who: Who<RiskApprovers>,
    State(web): State<Web>,
    Path((operator, heading, deed)): Place,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by, found_so) = (Given(sent), who.actor(), finding(&deed)?);
    let mut tx = web.begin().await?;
    let s = found(&mut tx, &operator, &heading).await?;
    let of = (s.operator, s.heading.as_str());
    let acted = async {
        stream::decide(&mut tx, &by, of, given.number("version")?, given.get("reason"), found_so).await
    }
    .await;
    match conclude(&web, &by, &s.operator.subject(), tx, acted).await? {
        Ok(()) => Ok(done(&href(&s))),
        Err(refusal) => Ok(form(&who, &web, &s, &deed, &given, Some(&refusal))),
    }
}
