//! One version of a decision table: the rules as a table with their findings on the rows, its examples, its back-test,
//! its dates, and what may be done now.
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Result, Timestamp};
use maud::{Markup, html};
use risk::table::{Finding, Gravity, model::Table};
use store::Tx;
use supervision::risk_table::{self, State as Stands, Tried, Version};
use supervision::targeting::percent;
use supervision::what_if::Figures;

use super::{below, tables, what_if};
use crate::answer::{Answer, said};
use crate::guard::{Page, RiskApprovers, RoleSet, Staff, Who};
use crate::look::{
    self, Action, Cannot, Column, DataTable, Kind, Lane, Lang, Narrow, Row, Sign, Tone, badge, format,
    lane_badge, t, t_args,
};
use crate::pages::kit::officer_name;
use crate::server::Web;

pub(super) async fn show(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let v = tables::found(&mut tx, &id).await?;
    let now = tx.now();
    let (model, findings) = risk_table::read_body(&v.body)?;
    let tables_of = model.tables();
    let grid = tables_of.first().map(|(_, t)| rules(lang, t, &findings)).unwrap_or_default();
    let examples = risk_table::check_examples(&model, &v.examples);
    let all = risk_table::versions(&mut tx, v.table.id).await?;
    let main = html! {
        (life(&mut tx, lang, &v).await?)
        (whole_table(lang, &findings))
        (tables::section(lang, "table-examples", html! {
            @match &examples {
                Ok(tried) => (example_table(lang, tried)),
                Err(no) => p { (no.refusal().map_or_else(String::new, |r| said(lang, &r.what))) },
            }
        }))
        @if let Some((text, at)) = &v.backtest {
            (tables::section(lang, "back-test", html! {
                p class="quiet" { (format::date_time(at.instant())) }
                @if let Ok(f) = serde_json::from_str::<Figures>(text) { (what_if::figures(lang, &f)) }
            }))
        }
        (tables::section(lang, "versions", tables::list_of(lang, "versions", &all)))
    };
    let aside = may(&who, &v, &findings, now);
    let title = format!("{} {}", v.label(), said(lang, &v.table.title));
    let page = Page {
        title: &title,
        lede: Some(&v.note),
        status: tables::state_badge(lang, &v, now),
        ..Page::default()
    };
    let body = html! {
        (tables::section(lang, "table-rules", html! { div class="rules" { (grid) } }))
        (look::split(&t(lang, "may-do"), main, aside))
    };
    Ok(below(&who, &web, ("risk-tables", "/risk/tables"), page, body))
}

/// The table of rules: conditions to the left, what follows to the right, findings under the number of their row.
fn rules(lang: Lang, table: &Table, findings: &[Finding]) -> Markup {
    let mut heads = vec![t(lang, "lane-row")];
    let label = |l: &Option<String>, name: &str| {
        l.clone().filter(|l| !l.is_empty()).unwrap_or_else(|| name.to_owned())
    };
    heads.extend(table.inputs.iter().map(|c| label(&c.label, &c.expression.text)));
    heads.extend(
        (0..table.outputs.len())
            .map(|at| format!("→ {}", label(&table.outputs[at].label, &table.output_name(at)))),
    );
    heads.extend(table.annotations.iter().cloned());
    let rows = table.rules.iter().enumerate().map(|(n, rule)| {
        let here: Vec<&Finding> = findings.iter().filter(|f| f.rows.contains(&(n + 1))).collect();
        let grave = here.iter().any(|f| f.gravity == Gravity::Error);
        let mut cells = vec![html! {
            span id={ "row-" (n + 1) } { (n + 1) }
            @for f in &here { (finding(lang, f)) }
        }];
        cells.extend(rule.inputs.iter().map(|c| cell(lang, &c.text)));
        cells.extend(rule.outputs.iter().map(|c| output(lang, &c.text)));
        cells.extend(rule.annotations.iter().map(|c| html! { (c) }));
        cells.resize(heads.len(), Markup::default());
        let tone = if grave {
            Tone::Stop
        } else if here.is_empty() {
            Tone::Plain
        } else {
            Tone::Wait
        };
        Row { cells, tone, ..Row::default() }
    });
    let policy = format!("{:?}", table.policy).to_uppercase();
    html! {
        p class="quiet" { (t_args(lang, "table-policy", &[("policy", policy.into()), ("n", table.rules.len().into())])) }
        (look::data_table(&DataTable {
            lang,
            id: "rules",
            caption: &t(lang, "table-rules"),
            columns: heads.iter().map(|h| Column::text(h)).collect(),
            rows: rows.collect(),
            narrow: Narrow::Scroll,
            ..DataTable::default()
        }))
    }
}

/// An output; what is not said is a dash.
fn output(lang: Lang, text: &str) -> Markup {
    if ["", "-", "null"].contains(&text.trim()) {
        html! { "—" }
    } else {
        cell(lang, text)
    }
}

/// A cell as it is written; a lane by its sign, a dash for any value.
fn cell(lang: Lang, text: &str) -> Markup {
    let plain = text.trim().trim_matches('"');
    if let Some(lane) = Lane::from_code(plain) {
        return lane_badge(lang, lane);
    }
    if ["", "-"].contains(&plain) {
        return html! { span class="quiet" { (t(lang, "any")) } };
    }
    html! { code { (text) } }
}

fn finding(lang: Lang, f: &Finding) -> Markup {
    let (tone, sign) = match f.gravity {
        Gravity::Error => (Tone::Stop, Sign::Cross),
        Gravity::Warning => (Tone::Wait, Sign::Warn),
    };
    let word = t(lang, &format!("finding-{}", kind(f)));
    html! { span class="finding" { (badge(tone, sign, &word)) " " (lang.pick(&f.zh, &f.en)) } }
}

fn kind(f: &Finding) -> String {
    format!("{:?}", f.kind).to_lowercase()
}

/// Findings about the table as a whole: gaps, and what could not be checked.
fn whole_table(lang: Lang, findings: &[Finding]) -> Markup {
    let whole: Vec<&Finding> = findings.iter().filter(|f| f.rows.is_empty()).collect();
    if findings.is_empty() {
        return tables::section(
            lang,
            "findings",
            html! { p { (badge(Tone::Go, Sign::Check, &t(lang, "no-findings"))) } },
        );
    }
    if whole.is_empty() {
        return Markup::default();
    }
    tables::section(
        lang,
        "findings",
        html! {
            p class="quiet" { (t(lang, "gaps-fall-back")) }
            ul class="plain-list rules" { @for f in whole { li { (finding(lang, f)) } } }
        },
    )
}

fn example_table(lang: Lang, tried: &[Tried]) -> Markup {
    let heads = ["example-line", "example-inputs", "example-expected", "example-found", "example-verdict"]
        .map(|k| t(lang, k));
    let lane = |code: &str| {
        html! { @match Lane::from_code(code) { Some(l) => (lane_badge(lang, l)), None => span class="quiet" { (t(lang, "example-none")) } } }
    };
    let rate = |ppm: u64| format!(" {} %", percent(ppm));
    let row = |e: &Tried| Row {
        cells: vec![
            html! { (e.line) },
            html! { (e.inputs.iter().map(|(k, v)| format!("{k} {v}")).collect::<Vec<_>>().join(", ")) },
            html! { (lane(&e.expected.0)) (e.expected.1.map_or_else(String::new, rate)) },
            html! { (lane(&e.found.0)) (rate(e.found.1)) },
            if e.passes {
                badge(Tone::Go, Sign::Check, &t(lang, "example-passes"))
            } else {
                badge(Tone::Stop, Sign::Cross, &t(lang, "example-fails"))
            },
        ],
        tone: if e.passes { Tone::Plain } else { Tone::Stop },
        ..Row::default()
    };
    look::data_table(&DataTable {
        lang,
        id: "examples",
        caption: &t(lang, "table-examples"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: tried.iter().map(row).collect(),
        narrow: Narrow::Scroll,
        ..DataTable::default()
    })
}

/// Who did what with the version, and when.
async fn life(tx: &mut Tx, lang: Lang, v: &Version) -> Result<Markup> {
    let mut pairs: Vec<(String, Markup)> = Vec::new();
    let at = |at: Timestamp| format::date_time(at.instant());
    let drafter = match v.drafted.0 {
        Some(id) => officer_name(tx, lang, id).await?,
        None => String::new(),
    };
    pairs.push((t(lang, "drafted-by"), html! { (drafter) " · " (at(v.drafted.1)) }));
    if let Some(tested) = v.tested_at {
        pairs.push((t(lang, "tested-at"), html! { (at(tested)) }));
    }
    if let Some((officer, when)) = v.approved {
        let name = match officer {
            Some(id) => officer_name(tx, lang, id).await?,
            None => String::new(),
        };
        pairs.push((t(lang, "approved-by"), html! { (name) " · " (at(when)) }));
    }
    if let Some(from) = v.valid_from {
        pairs.push((t(lang, "valid-from"), html! { (at(from)) }));
    }
    if let Some(to) = v.valid_to {
        pairs.push((
            t(lang, "valid-to"),
            html! { (at(to)) @if let Some(why) = &v.closed_reason { " · " (why) } },
        ));
    }
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Ok(tables::section(lang, "table-life", look::definition_list(&pairs, false)))
}

fn may(who: &Who<Staff>, v: &Version, findings: &[Finding], now: Timestamp) -> Markup {
    let lang = who.lang;
    let writes = tables::writes(who);
    let approves = who.session.account.roles.iter().any(|r| RiskApprovers::ROLES.contains(r));
    let own = v.drafted.0.is_some() && v.drafted.0 == who.actor().officer;
    let path = |deed: &str| format!("/risk/tables/{}/{deed}", v.id);
    let open = matches!(v.state, Stands::Draft | Stands::Tested | Stands::Tried);
    let mut deeds: Vec<(&str, Kind)> = Vec::new();
    match v.state {
        Stands::Draft if writes => deeds.push(("test", Kind::Primary)),
        Stands::Tested if writes => deeds.push(("back-test", Kind::Primary)),
        Stands::Tried if approves && !own => deeds.push(("approve", Kind::Primary)),
        Stands::Approved if approves && v.valid_to.is_none_or(|to| to > now) => {
            deeds.push(("close", Kind::Danger))
        }
        _ => {}
    }
    if writes && v.state != Stands::Dropped {
        deeds.push(("edit", Kind::Secondary));
    }
    if writes && open {
        deeds.push(("drop", Kind::Secondary));
    }
    let words: Vec<(String, String, Kind)> =
        deeds.iter().map(|(deed, kind)| (t(lang, &format!("table-{deed}")), path(deed), *kind)).collect();
    let mut can: Vec<Action<'_>> = words
        .iter()
        .map(|(label, href, kind)| Action { label, href: Some(href), kind: *kind, ..Action::default() })
        .collect();
    let (sheet, model) = (t(lang, "table-csv"), t(lang, "table-dmn"));
    let (sheet_at, model_at) = (path("csv"), path("dmn"));
    can.push(Action { label: &sheet, href: Some(&sheet_at), kind: Kind::Secondary, ..Action::default() });
    can.push(Action { label: &model, href: Some(&model_at), kind: Kind::Secondary, ..Action::default() });
    let errors = findings.iter().filter(|f| f.gravity == Gravity::Error).count();
    let (approve, in_force) = (t(lang, "table-approve"), t(lang, "table-put-in-force"));
    let (own_why, error_why) = (t(lang, "table-own"), t_args(lang, "table-errors", &[("n", errors.into())]));
    let mut cannot = Vec::new();
    if v.state == Stands::Tried && own {
        cannot.push(Cannot { deed: &approve, why: &own_why, clause: None });
    }
    if open && errors > 0 {
        cannot.push(Cannot { deed: &in_force, why: &error_why, clause: None });
    }
    look::may_do(lang, &can, &cannot)
}

fn download(name: &str, kind: &'static str, text: String) -> Response {
    let place = format!("attachment; filename=\"{name}\"");
    let place = HeaderValue::from_str(&place).unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, place)], text)
        .into_response()
}

/// The version as a sheet.
pub(super) async fn csv(_: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let mut tx = web.read().await?;
    let v = tables::found(&mut tx, &id).await?;
    let name = format!("{}-{}.csv", v.table.code, v.version);
    Ok(download(&name, "text/csv; charset=utf-8", format!("\u{feff}{}", v.body)))
}

/// The version as DMN XML.
pub(super) async fn dmn(_: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let mut tx = web.read().await?;
    let v = tables::found(&mut tx, &id).await?;
    let (model, _) = risk_table::read_body(&v.body)?;
    let name = format!("{}-{}.dmn", v.table.code, v.version);
    Ok(download(&name, "application/xml", risk::table::dmn::write(&model)))
}
