//! The scorecard and the cases of a figure as files for spreadsheets.
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use excellence::indicator::{self, Figure};

use super::{Asked, both, catalogue, definition, month_of, state_word};
use crate::answer::Answer;
use crate::guard::{Staff, Who};
use crate::look::{Lang, t};
use crate::pages::csv_text::line;
use crate::server::Web;

/// Cases in one file; the next file begins after the last of them (`after`).
const MOST: usize = 10_000;

fn file(name: &str, body: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    // Spreadsheets tell UTF-8 by its mark.
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, format!("\u{feff}{body}")).into_response()
}

/// The heads of a figure's columns.
pub(super) fn figure_heads(lang: Lang) -> Vec<String> {
    ["state", "figure-value", "figure-low", "figure-high", "figure-n", "figure-above", "figure-below"]
        .iter()
        .map(|k| if *k == "figure-n" { "n".to_owned() } else { t(lang, k) })
        .collect()
}

/// A figure in columns.
pub(super) fn figure_cells(lang: Lang, f: &Figure) -> Vec<String> {
    let number = |v: Option<f64>| v.map(|v| format!("{v:.6}")).unwrap_or_default();
    vec![
        state_word(lang, f.state),
        number(f.value),
        number(f.interval.map(|i| i.0)),
        number(f.interval.map(|i| i.1)),
        f.n.to_string(),
        f.numerator.to_string(),
        f.denominator.to_string(),
    ]
}

pub(super) async fn scorecard(
    who: Who<Staff>,
    State(web): State<Web>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let lang = who.lang;
    let c = catalogue()?;
    let mut tx = web.read().await?;
    let unit = indicator::unit_within(&mut tx, &who.actor(), &asked.unit).await?;
    let mut heads = vec!["id".to_owned(), t(lang, "indicator"), t(lang, "unit"), t(lang, "period")];
    heads.extend(figure_heads(lang));
    heads.push(t(lang, "legend-baseline"));
    let mut out = line(&heads);
    let code = unit.as_ref().map_or_else(String::new, |u| u.code.clone());
    for s in indicator::scores(&mut tx, &c, unit.as_ref()).await? {
        let Some(card) = s.card else { continue };
        let mut cells = vec![
            s.definition.id.clone(),
            both(lang, &s.definition.name()),
            code.clone(),
            card.period.clone(),
        ];
        cells.extend(figure_cells(lang, &card.closed));
        cells.push(card.baseline.value.map(|v| format!("{v:.6}")).unwrap_or_default());
        out.push_str(&line(&cells));
    }
    Ok(file("scorecard", out))
}

pub(super) async fn facts(
    who: Who<Staff>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let lang = who.lang;
    let c = catalogue()?;
    let d = definition(&c, &id)?;
    let mut tx = web.read().await?;
    let unit = indicator::unit_within(&mut tx, &who.actor(), &asked.unit).await?;
    let month = month_of(&tx, d, &asked.period)?;
    let d = c.on(&d.id, indicator::period::first_day(month))?;
    let w = indicator::period::Window::of(d, month);
    let heads =
        ["sequence", "fact", "subject", "time", "figure-above", "figure-below", "figure-value", "facts"];
    let mut out = line(&heads.map(|k| t(lang, k)));
    let found = if d.works() {
        indicator::facts(&mut tx, &c, d, unit.map(|u| u.id), w, asked.after, MOST).await?.0
    } else {
        Vec::new()
    };
    for o in found {
        let facts: Vec<String> = o.facts.iter().map(ToString::to_string).collect();
        out.push_str(&line(&[
            o.seq.to_string(),
            o.kind,
            o.subject,
            o.at.rfc3339(),
            o.numerator.to_string(),
            o.denominator.to_string(),
            o.value.map(|v| v.to_string()).unwrap_or_default(),
            facts.join(" "),
        ]));
    }
    Ok(file(&format!("{}-{}", d.id, w.name(d.period)), out))
}
