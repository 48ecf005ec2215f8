//! One alert: the information, its assessment, what it asks for, what it did, and what may be done now.
use axum::extract::{Path, Query, State};
use kernel::{Actor, AlertId, DeclarationId, LotId, MIN_UUID, Result, Timestamp};
use maud::{Markup, html};
use registry::trade;
use serde::Deserialize;
use store::Tx;
use supervision::alert::{self, Alert, Effect, Listed, SOURCES, State as Stands};
use supervision::declaration::Stage;

use super::{below, level_badge, measure_words, named, scope_words, state_badge, times};
use crate::answer::{Answer, said};
use crate::guard::{Page, RiskAnalysts, RiskApprovers, RoleSet, Staff, Who};
use crate::look::{
    self, Action, Cannot, Kind, Lane, Lang, Row, Sign, Tone, badge, format, lane_badge, t, t_args,
};
use crate::pages::kit::officer_name;
use crate::pages::parts::stage_badge;
use crate::pages::sheet::{Listing, PAGE, listing, nothing};
use crate::route::with_query;
use crate::server::Web;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    effect: String,
    held: String,
    let_go: String,
    released: String,
}

/// The page of one alert.
pub(super) async fn show(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let a = found(&mut tx, &id).await?;
    let main = html! {
        (told(&mut tx, lang, &a).await?)
        @if a.active_at.is_some() { (did(&mut tx, lang, &who.actor(), &a, &asked).await?) }
    };
    let aside = may(&who, &a);
    let body = look::split(&t(lang, "may-do"), main, aside);
    let title = format!("{} {}", a.no, a.title);
    let page = Page { title: &title, status: state_badge(lang, a.state), ..Page::default() };
    Ok(below(&who, &web, ("alerts", "/risk/alerts"), page, body))
}

/// The alert of an address.
pub(super) async fn found(tx: &mut Tx, id: &str) -> Answer<Alert> {
    let found = match id.parse::<AlertId>() {
        Ok(id) => alert::one(tx, id).await?,
        Err(_) => alert::by_no(tx, id).await?,
    };
    found.ok_or_else(|| nothing(id))
}

/// Codes and names of the parties in scope.
async fn parties(tx: &mut Tx, lang: Lang, a: &Alert) -> Result<Vec<String>> {
    let mut out = Vec::new();
    if let Some(id) = a.scope.operator
        && let Some(o) = trade::operator(tx, id).await?
    {
        out.push(format!("{} {}", said(lang, &o.name), o.code));
    }
    if let Some(id) = a.scope.plant
        && let Some(p) = trade::plant(tx, id).await?
    {
        out.push(format!("{} {}", said(lang, &p.name), p.filing_no));
    }
    Ok(out)
}

async fn person(
    tx: &mut Tx,
    lang: Lang,
    who: Option<(Option<kernel::OfficerId>, Timestamp)>,
) -> Result<Markup> {
    let Some((officer, at)) = who else { return Ok(html! { "—" }) };
    let name = match officer {
        Some(id) => officer_name(tx, lang, id).await?,
        None => t(lang, "the-system"),
    };
    Ok(html! { (name) " · " (format::date_time(at.instant())) })
}

async fn told(tx: &mut Tx, lang: Lang, a: &Alert) -> Result<Markup> {
    let parties = parties(tx, lang, a).await?;
    let informed = person(tx, lang, Some(a.informed)).await?;
    let proposed = person(tx, lang, a.proposed).await?;
    let approved = person(tx, lang, a.approved).await?;
    let list = |all: &[(&str, Markup)]| {
        let words: Vec<(String, Markup)> = all.iter().map(|(k, v)| (t(lang, k), v.clone())).collect();
        let pairs: Vec<(&str, Markup)> = words.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
        look::definition_list(&pairs, false)
    };
    let assessed = a.severity > 0;
    Ok(html! {
        (look::section(&t(lang, "alert-what"), html! {}, list(&[
            ("hazard", html! { (a.hazard) }),
            ("alert-scope", html! { (scope_words(lang, &a.scope, &parties)) }),
            ("alert-measures", html! { (measure_words(lang, &a.measures)) }),
            ("alert-times", html! { (times(lang, a)) }),
        ])))
        (look::section(&t(lang, "alert-why"), html! {}, list(&[
            ("information-source", html! {
                (named(lang, &SOURCES, &a.source))
                @if let Some(n) = a.notification { " · " code { (n) } }
            }),
            ("information", html! { (a.information) }),
            ("alert-level", html! {
                (level_badge(lang, &a.level))
                @if assessed { " " (t_args(lang, "severity-likelihood", &[("s", a.severity.into()), ("l", a.likelihood.into())])) }
            }),
            ("evidence", html! { @if assessed { (a.evidence) " · " (a.rule_version) } @else { "—" } }),
            ("informed-by", informed),
            ("proposed-by", proposed),
            ("approved-by", approved),
        ])))
        @if let Some(e) = &a.ended {
            p { (format::date_time(e.at.instant())) " · " (e.reason) }
        }
    })
}

/// What the alert did: consignments reached, lots held, let go and found released.
async fn did(tx: &mut Tx, lang: Lang, by: &Actor, a: &Alert, asked: &Asked) -> Result<Markup> {
    let after = asked.effect.parse().unwrap_or(DeclarationId::from(MIN_UUID));
    let (effects, reached, selected) = alert::effects(tx, by, a.id, after, PAGE).await?;
    let path = format!("/risk/alerts/{}", a.id);
    let next = effects
        .last()
        .filter(|_| effects.len() == 50)
        .map(|e| with_query(&path, &[("effect", e.declaration.to_string())]));
    let reached_table = listing(Listing {
        lang,
        id: "reached",
        caption: "alert-reached",
        heads: &["declaration-no", "goods-name", "stage", "lane", "selected-by-alert", "since"],
        rows: effects.iter().map(|e| effect_row(lang, e)).collect(),
        empty: ("none-reached", "none-reached-advice"),
        next,
        first: (!asked.effect.is_empty()).then_some(path.as_str()),
        paged: true,
    });
    let told = t_args(lang, "alert-reached-told", &[("n", reached.into()), ("selected", selected.into())]);
    let mut lots = Vec::new();
    for (how, word, key) in [
        ("held", "alert-held", &asked.held),
        ("let_go", "alert-let-go", &asked.let_go),
        ("released", "alert-released", &asked.released),
    ] {
        lots.push(lot_list(tx, (lang, by), a, (how, word), key).await?);
    }
    Ok(html! {
        (look::section(&t(lang, "alert-reached"), html! {}, html! { p class="quiet" { (told) } (reached_table) }))
        @for one in lots { (one) }
    })
}

fn effect_row(lang: Lang, e: &Effect) -> Row<'static> {
    Row {
        href: Some(format!("/declarations/{}", e.declaration)),
        cells: vec![
            html! { (e.no) },
            html! { (e.goods) },
            html! { @match Stage::parse(&e.stage) { Some(s) => (stage_badge(lang, s)), None => (e.stage) } },
            html! { @match Lane::from_code(&e.lane) { Some(l) => (lane_badge(lang, l)), None => (e.lane) } },
            html! { @if e.selected { (badge(Tone::Plain, Sign::Check, &t(lang, "selected"))) } @else { "—" } },
            html! { (format::short_date_time(e.at.instant())) },
        ],
        ..Row::default()
    }
}

async fn lot_list(
    tx: &mut Tx,
    (lang, by): (Lang, &Actor),
    a: &Alert,
    (how, word): (&str, &str),
    after: &str,
) -> Result<Markup> {
    let key = after.parse().unwrap_or(LotId::from(MIN_UUID));
    let (found, counts) = alert::lots(tx, by, a.id, how, key, PAGE).await?;
    let n = counts.iter().find(|c| c.0 == how).map_or(0, |c| c.1);
    if n == 0 {
        return Ok(Markup::default());
    }
    let path = format!("/risk/alerts/{}", a.id);
    let next =
        found.last().filter(|_| found.len() == 50).map(|l| with_query(&path, &[(how, l.lot.to_string())]));
    let row = |l: &Listed| Row {
        href: Some(format!("/declarations/{}", l.declaration)),
        cells: vec![
            html! { (l.lot_no) },
            html! { (l.no) },
            html! { (l.hs) " " (l.name) },
            html! { (l.market) },
            html! { (format::date_time(l.at.instant())) },
        ],
        ..Row::default()
    };
    let table = listing(Listing {
        lang,
        id: how,
        caption: word,
        heads: &["lot", "declaration-no", "goods-name", "market", "since"],
        rows: found.iter().map(row).collect(),
        empty: ("none-reached", "none-reached-advice"),
        next,
        first: (!after.is_empty()).then_some(path.as_str()),
        paged: true,
    });
    let title = format!("{} · {}", t(lang, word), format::integer(n));
    let lede = t(lang, &format!("{word}-lede"));
    Ok(look::section(&title, html! {}, html! { p class="quiet" { (lede) } (table) }))
}

/// What this officer may do with it now.
fn may(who: &Who<Staff>, a: &Alert) -> Markup {
    let lang = who.lang;
    let roles = &who.session.account.roles;
    let writes = roles.iter().any(|r| RiskAnalysts::ROLES.contains(r));
    let approves = roles.iter().any(|r| RiskApprovers::ROLES.contains(r));
    let own = a.proposed.and_then(|p| p.0).is_some_and(|o| who.actor().officer == Some(o));
    let path = |deed: &str| format!("/risk/alerts/{}/{deed}", a.id);
    let deeds: &[(&str, Kind)] = match a.state {
        Stands::Informed if writes => &[("propose", Kind::Primary), ("dismiss", Kind::Secondary)],
        Stands::Proposed if approves && !own => &[("approve", Kind::Primary), ("return", Kind::Secondary)],
        Stands::Proposed if approves => &[("return", Kind::Secondary)],
        Stands::Active if approves => &[("lift", Kind::Danger), ("review", Kind::Secondary)],
        _ => &[],
    };
    let words: Vec<(String, String, Kind)> =
        deeds.iter().map(|(deed, kind)| (t(lang, &format!("alert-{deed}")), path(deed), *kind)).collect();
    let can: Vec<Action<'_>> = words
        .iter()
        .map(|(label, href, kind)| Action { label, href: Some(href), kind: *kind, ..Action::default() })
        .collect();
    let (approve, why) = (t(lang, "alert-approve"), t(lang, "alert-own"));
    let cannot: Vec<Cannot<'_>> = (a.state == Stands::Proposed && own)
        .then_some(Cannot { deed: &approve, why: &why, clause: None })
        .into_iter()
        .collect();
    look::may_do(lang, &can, &cannot)
}
