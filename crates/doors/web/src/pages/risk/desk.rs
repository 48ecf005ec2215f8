//! The desk as it stands today: what waits for a second person, which alerts act, which rates moved.
use axum::extract::State;
use maud::{Markup, html};
use supervision::alert::{self, Alert, State as Stands};
use supervision::regime;
use supervision::risk_table::{self, State as Version};

use super::{level_badge, measure_words, rates, room, scope_words, state_badge, tables, times};
use crate::answer::Answer;
use crate::guard::{RiskAnalysts, RoleSet, Staff, Who};
use crate::look::{self, Lang, Row, Stat, button_link, button_link_secondary, format, t};
use crate::pages::sheet::{Listing, listing};
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Rows of each list.
const FEW: i64 = 10;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/risk", desk)]
}

async fn desk(who: Who<Staff>, State(web): State<Web>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let counts = alert::counts(&mut tx).await?;
    let mut waiting = alert::list(&mut tx, Some(Stands::Proposed), None, FEW).await?;
    waiting.extend(alert::list(&mut tx, Some(Stands::Informed), None, FEW).await?);
    let acting = alert::list(&mut tx, Some(Stands::Active), None, FEW).await?;
    let all_tables = risk_table::list(&mut tx).await?;
    let moves = regime::moves(&mut tx, None, FEW).await?;
    let raised = regime::list(&mut tx, ("", ""), 200).await?;
    let open: Vec<_> = all_tables.iter().filter(|v| v.state == Version::Tried).cloned().collect();
    let body = html! {
        (figures(lang, &counts, &all_tables, raised.len()))
        @if !waiting.is_empty() || !open.is_empty() {
            (look::section(&t(lang, "risk-waits"), Markup::default(), html! {
                @if !waiting.is_empty() { h3 { (t(lang, "alerts")) } (alert_table(lang, "waiting", &waiting)) }
                @if !open.is_empty() { h3 { (t(lang, "risk-tables")) } (tables::list_of(lang, "open-tables", &open)) }
            }))
        }
        (look::section(&t(lang, "alerts-acting"), button_link_secondary(&t(lang, "all-alerts"), "/risk/alerts"), alert_table(lang, "acting", &acting)))
        (look::section(&t(lang, "rate-moves"), button_link_secondary(&t(lang, "all-rates"), "/risk/rates"), html! {
            @if moves.is_empty() { p class="quiet" { (t(lang, "no-moves")) " " (t(lang, "no-moves-advice")) } } @else { (rates::move_table(lang, &moves)) }
        }))
    };
    let may = who.session.account.roles.iter().any(|r| RiskAnalysts::ROLES.contains(r));
    let actions = if may { button_link(&t(lang, "inform"), "/risk/alerts/new") } else { Markup::default() };
    Ok(room(&who, &web, "/risk", actions, body))
}

fn figures(lang: Lang, counts: &[(Stands, i64)], tables: &[risk_table::Version], raised: usize) -> Markup {
    let of = |s: Stands| counts.iter().find(|c| c.0 == s).map_or(0, |c| c.1);
    let values = [
        ("alerts-acting", of(Stands::Active), "/risk/alerts?state=active"),
        ("alerts-waiting", of(Stands::Proposed), "/risk/alerts?state=proposed"),
        ("alerts-informed", of(Stands::Informed), "/risk/alerts?state=informed"),
        (
            "tables-in-force",
            i64::try_from(
                tables.iter().filter(|v| v.state == Version::Approved && v.valid_to.is_none()).count(),
            )
            .unwrap_or(0),
            "/risk/tables",
        ),
        ("rates-raised", i64::try_from(raised).unwrap_or(0), "/risk/rates"),
    ];
    let words: Vec<(String, String, &str)> =
        values.iter().map(|(word, n, href)| (t(lang, word), format::integer(*n), *href)).collect();
    let all: Vec<Stat<'_>> = words
        .iter()
        .map(|(name, value, href)| Stat { name, value: Some(value), href: Some(href), ..Stat::default() })
        .collect();
    look::stats(lang, &all)
}

/// Alerts as a table, each leading to its page.
pub(super) fn alert_table(lang: Lang, id: &str, all: &[Alert]) -> Markup {
    listing(Listing {
        lang,
        id,
        caption: "alerts",
        heads: &[
            "alert-no",
            "alert-title",
            "alert-scope",
            "alert-level",
            "alert-measures",
            "alert-times",
            "alert-state",
        ],
        rows: all.iter().map(|a| alert_row(lang, a)).collect(),
        empty: ("no-alerts", "no-alerts-advice"),
        next: None,
        first: None,
        paged: false,
    })
}

pub(super) fn alert_row(lang: Lang, a: &Alert) -> Row<'static> {
    Row {
        href: Some(format!("/risk/alerts/{}", a.id)),
        cells: vec![
            html! { (a.no) },
            html! { (a.title) },
            html! { (scope_words(lang, &a.scope, &[])) },
            level_badge(lang, &a.level),
            html! { (measure_words(lang, &a.measures)) },
            html! { (times(lang, a)) },
            state_badge(lang, a.state),
        ],
        ..Row::default()
    }
}
