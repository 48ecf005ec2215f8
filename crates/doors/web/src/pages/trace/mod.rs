//! Traces of lots: the question, the drawing with the table that says the same, where the record stops, what does
//! not add up, what several lots have in common, and files for other tools. A what-if is a link.
mod asked;
mod draw;
mod event;
mod sections;
mod sources;
mod stand;
mod tables;
mod view;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use flow::Lots;
use flow::lots;
use kernel::{Actor, No, Refusal, Result, Role, bi};
use maud::{Markup, html};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::Tx;
use supervision::declaration::{self, Declaration};
use supervision::trail::names;
use trace::genealogy::Station;

use self::asked::Asked;
use crate::answer::{Answer, Sorry};
use crate::guard::{AnyRole, Page, Who};
use crate::look::{self, Lang, t};
use crate::route::{RouteSpec, encoded, get};
use crate::server::Web;

/// Lots of a consignment that are linked one by one.
const MOST_LOTS: usize = 12;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/trace", page),
        get("/trace/{lot}", of_lot),
        get("/trace/export/{form}", export),
        get("/trace/event/{hash}", event::event),
    ]
}

/// The genealogy that the program keeps; a house without one builds it when it is asked.
pub(crate) struct Kept(Arc<Lots>);

impl FromRequestParts<Web> for Kept {
    type Rejection = Sorry;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> std::result::Result<Kept, Sorry> {
        if let Some(lots) = parts.extensions.get::<Arc<Lots>>() {
            return Ok(Kept(lots.clone()));
        }
        let desk = web.desk();
        let lots = Lots::open(&desk, None).await?;
        lots.turn(&desk).await?;
        Ok(Kept(lots))
    }
}

impl Kept {
    /// The genealogy with all events that were captured until now.
    pub(crate) async fn caught_up(&self, web: &Web) -> Result<&Lots> {
        self.0.catch_up(&web.desk()).await?;
        Ok(&self.0)
    }
}

type Pairs = Query<Vec<(String, String)>>;

async fn page(who: Who<AnyRole>, State(web): State<Web>, kept: Kept, Query(pairs): Pairs) -> Answer {
    shown(&who, &web, &kept, Asked::read(&pairs)).await
}

async fn of_lot(
    who: Who<AnyRole>,
    State(web): State<Web>,
    kept: Kept,
    Path(lot): Path<String>,
    Query(pairs): Pairs,
) -> Answer {
    let mut asked = Asked::read(&pairs);
    asked.lots.insert(0, lot);
    asked.lots.dedup();
    shown(&who, &web, &kept, asked).await
}

async fn shown(who: &Who<AnyRole>, web: &Web, kept: &Kept, asked: Asked) -> Answer {
    let lang = who.lang;
    let title = match asked.lots.as_slice() {
        [one] => format!("{} {}", t(lang, "trace"), lots::number(one)),
        _ => t(lang, "trace"),
    };
    let lede = t(lang, "trace-lede");
    let form = asked.form(lang);
    if asked.lots.is_empty() {
        return Ok(who.page(web, Page { title: &title, lede: Some(&lede), ..Page::default() }, form));
    }
    let mut tx = web.read().await?;
    let (names, declared) = lots::named(&mut tx, &who.actor(), &asked.lots).await?;
    let own = lots::own_names(&mut tx, &who.actor()).await?;
    let mut found = ask(kept, asked.question(names), own.as_ref()).await?;
    lots::add_filings(&mut tx, &mut found).await?;
    let result = view::result(&mut tx, lang, &asked, &found, &declared).await?;
    let body = html! { (result) (form) };
    let actions = html! {
        @for (form, word) in [("xlsx", "trace-xlsx"), ("foodchain-lab", "trace-foodchain-lab"), ("geojson", "trace-geojson")].into_iter().take(if own.is_some() { 1 } else { 3 }) {
            (look::button_link_secondary(&t(lang, word), &asked.address(&format!("/trace/export/{form}"), &[])))
        }
    };
    Ok(who.page(web, Page { title: &title, actions, ..Page::default() }, body))
}

/// Answers away from the threads that answer requests: the graph may be growing.
async fn ask(kept: &Kept, question: lots::Question, own: Option<&HashSet<String>>) -> Result<lots::Found> {
    let lots = kept.0.clone();
    let found = tokio::task::spawn_blocking(move || lots::ask(&lots, &question)).await.map_err(No::fault)?;
    Ok(match own {
        Some(own) => lots::only(found, own),
        None => found,
    })
}

async fn export(
    who: Who<AnyRole>,
    State(web): State<Web>,
    kept: Kept,
    Path(form): Path<String>,
    Query(pairs): Pairs,
) -> Answer<Response> {
    let asked = Asked::read(&pairs);
    let mut tx = web.read().await?;
    let (names, _) = lots::named(&mut tx, &who.actor(), &asked.lots).await?;
    let question = asked.question(names);
    let own = lots::own_names(&mut tx, &who.actor()).await?;
    if own.is_some() && form != "xlsx" {
        let what = bi("这种导出仅供检验检疫机构使用", "this form of export is the authority's");
        let remedy = bi("改用 xlsx 导出", "Take the workbook instead");
        return Err(Refusal::new("access.scope", what).remedy(remedy).into());
    }
    let (mime, file, bytes) = match form.as_str() {
        "xlsx" => {
            let found = ask(&kept, lots::Question { with: Vec::new(), ..question }, own.as_ref()).await?;
            let known = lots::Described::of(&mut tx, &found).await?;
            let write = move || lots::xlsx(&found, &known);
            let book = tokio::task::spawn_blocking(write).await.map_err(No::fault)??;
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "trace.xlsx", book)
        }
        "foodchain-lab" => {
            let write = lots::foodchain_lab;
            (
                "application/json",
                "trace-foodchain-lab.json",
                with_stations(&mut tx, &kept, question, write).await?,
            )
        }
        "geojson" => {
            let write = lots::geo_json;
            ("application/geo+json", "trace.geojson", with_stations(&mut tx, &kept, question, write).await?)
        }
        _ => {
            let what = bi("没有这种导出格式", "there is no such form of export");
            return Err(Refusal::new("page.not_found", what).into());
        }
    };
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")),
    ];
    Ok((headers, bytes).into_response())
}

type Writer = fn(&Lots, &lots::Question, &HashMap<String, Station>) -> String;

/// A file of another tool, with what is known of the stations in it.
async fn with_stations(tx: &mut Tx, kept: &Kept, question: lots::Question, write: Writer) -> Result<Vec<u8>> {
    let (lots, asked) = (kept.0.clone(), question.clone());
    let names =
        tokio::task::spawn_blocking(move || lots::stations(&lots, &asked)).await.map_err(No::fault)?;
    let known = lots::stations_known(tx, &names).await?;
    let lots = kept.0.clone();
    let text =
        tokio::task::spawn_blocking(move || write(&lots, &question, &known)).await.map_err(No::fault)?;
    Ok(text.into_bytes())
}

/// The address of the trace of a name.
pub(super) fn place(name: &str) -> String {
    format!("/trace/{}", encoded(name).replace('/', "%2F"))
}

/// The section of a consignment: its trace and those of its lots; for officers.
pub(super) async fn section(tx: &mut Tx, lang: Lang, by: &Actor, d: &Declaration) -> Result<Markup> {
    if by.roles.iter().all(|r| *r == Role::Declarant) {
        return Ok(html! {});
    }
    let lots = declaration::lots(tx, d.id).await?;
    let whole = place(&names::consignment(&d.no));
    Ok(look::section(
        &t(lang, "trace"),
        look::button_link_secondary(&t(lang, "trace-run"), &whole),
        html! {
            p class="cluster" {
                @for lot in lots.iter().take(MOST_LOTS) { a class="code" href=(place(&lot.no)) { (lot.no) } }
                @if lots.len() > MOST_LOTS { a href=(whole) { "+" (lots.len() - MOST_LOTS) } }
            }
        },
    ))
}
