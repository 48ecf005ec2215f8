//! Editing the rows of a version on the page: every cell a field, three empty rows below, saved as a draft.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Refusal, Result};
use maud::{Markup, html};
use supervision::risk_table::{self, Version};

use super::tables;
use crate::answer::Answer;
use crate::guard::{RiskAnalysts, Who};
use crate::look::{Crumb, Field, FieldKind, Lang, t};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Empty rows offered below the last.
const MORE: usize = 3;
/// Most rows and columns that a form is read for.
const MOST: usize = 2000;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/risk/tables/{id}/edit", ask), post("/risk/tables/{id}/edit", save)]
}

/// The heads of the columns, the identity of a row first.
fn heads(lang: Lang, v: &Version) -> Result<Vec<String>> {
    let (model, _) = risk_table::read_body(&v.body)?;
    let mut out = vec![t(lang, "lane-row")];
    if let Some((_, table)) = model.tables().first() {
        out.extend(table.inputs.iter().map(|c| c.expression.text.clone()));
        out.extend((0..table.outputs.len()).map(|at| format!("→ {}", table.output_name(at))));
        out.extend(table.annotations.iter().cloned());
    }
    Ok(out)
}

async fn ask(who: Who<RiskAnalysts>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let mut tx = web.read().await?;
    let v = tables::found(&mut tx, &id).await?;
    let given = Given::default().with("note", &v.note).with("examples", &v.examples);
    let rows = risk_table::cells(&v.body)?;
    Ok(form(&who, &web, &v, rows, &given, None)?)
}

fn form(
    who: &Who<RiskAnalysts>,
    web: &Web,
    v: &Version,
    rows: Vec<Vec<String>>,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let lang = who.lang;
    let heads = heads(lang, v)?;
    let sheet = Sheet { lang, given, refusal };
    let hint = t(lang, "table-examples-hint");
    let lines =
        |name, n, hint| Field { name, hint, kind: FieldKind::Lines(n), required: true, ..Field::default() };
    let fields = html! {
        (grid(lang, &heads, rows))
        (sheet.put("table-note", lines("note", 2, "")))
        (sheet.put("table-examples", lines("examples", 6, hint.as_str())))
        (tables::vocabulary(lang))
    };
    let (desk, list, title, submit) =
        (t(lang, "risk-desk"), t(lang, "risk-tables"), t(lang, "table-edit"), t(lang, "save-draft"));
    let (own, label) = (format!("/risk/tables/{}", v.id), v.label());
    let crumbs = [
        Crumb { label: &desk, href: Some("/risk") },
        Crumb { label: &list, href: Some("/risk/tables") },
        Crumb { label: &label, href: Some(&own) },
        Crumb { label: &title, href: None },
    ];
    let (action, lede) = (format!("{own}/edit"), t(lang, "table-edit-lede"));
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &submit,
        ..Deed::default()
    };
    Ok(draw(who, web, &deed, refusal, fields))
}

/// The cells as fields, each with its place as its name.
fn grid(lang: Lang, heads: &[String], mut rows: Vec<Vec<String>>) -> Markup {
    let filled = rows.len();
    rows.resize_with(filled + MORE, || vec![String::new(); heads.len()]);
    html! {
        div class="scroller rules" role="region" aria-label=(t(lang, "table-rules")) tabindex="0" {
            table class="table" {
                caption class="unseen" { (t(lang, "table-rules")) }
                thead { tr { @for h in heads { th scope="col" { (h) } } } }
                tbody { @for (r, row) in rows.iter().enumerate() {
                    tr {
                        th scope="row" {
                            @if r < filled { (r + 1) } @else { "+" }
                            input type="hidden" name={ "c" (r) "-0" } value=(row.first().map_or("", String::as_str));
                        }
                        @for (c, h) in heads.iter().enumerate().skip(1) {
                            td { input class="input" type="text" spellcheck="false" autocomplete="off" name={ "c" (r) "-" (c) } value=(row.get(c).map_or("", String::as_str)) aria-label={ (h) " " (r + 1) }; }
                        }
                    }
                } }
            }
        }
    }
}

/// The rows that a form sent.
fn sent_rows(given: &Given) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (name, value) in &given.0 {
        let place = name.strip_prefix('c').and_then(|p| p.split_once('-'));
        let Some((r, c)) =
            place.and_then(|(r, c)| Some((r.parse::<usize>().ok()?, c.parse::<usize>().ok()?)))
        else {
            continue;
        };
        if r >= MOST || c >= 200 {
            continue;
        }
        if rows.len() <= r {
            rows.resize_with(r + 1, Vec::new);
        }
        if rows[r].len() <= c {
            rows[r].resize_with(c + 1, String::new);
        }
        rows[r][c] = value.trim().to_owned();
    }
    rows
}

async fn save(
    who: Who<RiskAnalysts>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let rows = sent_rows(&given);
    let mut tx = web.begin().await?;
    let v = tables::found(&mut tx, &id).await?;
    let edited =
        risk_table::edit_rows(&mut tx, &by, v.id, &rows, given.get("examples"), given.get("note")).await;
    match conclude(&web, &by, &v.table.id.subject(), tx, edited).await? {
        Ok(id) => Ok(done(&format!("/risk/tables/{id}"))),
        Err(refusal) => Ok(form(&who, &web, &v, rows, &given, Some(&refusal))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_their_places_and_absurd_places_make_no_absurd_table() {
        let given = Given::default()
            .with("c0-0", "1")
            .with("c0-2", " \"JP\" ")
            .with("c999999999-1", "x")
            .with("c1-99999", "x")
            .with("note", "n");
        assert_eq!(sent_rows(&given), [vec!["1".to_owned(), String::new(), "\"JP\"".to_owned()]]);
    }
}
