//! The list of declarations: filters in the URL, pages by key, the same rows as a file, and finding by number.
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream::unfold;
use kernel::{Actor, DeclarationId, Refusal, Result, Scope, Timestamp, bi};
use maud::{Markup, html};
use registry::{people, trade};
use serde::Deserialize;
use store::Tx;
use supervision::declaration::{Stage, clock};
use supervision::worklist::{self, Filter, Listed};

use super::parts;
use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Lodgers, Page, RoleSet, Who};
use crate::look::{
    self, Choice, Chosen, Column, DataTable, Empty, Field, FieldKind, FilterBar, Lane, Lang, Pager, Row,
    format, t,
};
use crate::route::{RouteSpec, get, with_query};
use crate::server::Web;

/// Declarations on one page.
const PAGE: i64 = 50;
/// Rows read at a time for a file.
const BATCH: i64 = 500;
/// Operators offered while typing.
const OFFERED: i64 = 300;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/declarations", list), get("/declarations.csv", file)]
}

/// What the URL asks for.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    stage: String,
    lane: String,
    branch: String,
    operator: String,
    market: String,
    product: String,
    lot: String,
    no: String,
    from: String,
    to: String,
    at: Option<i64>,
    id: Option<DeclarationId>,
}

impl Asked {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("no", &self.no),
            ("stage", &self.stage),
            ("lane", &self.lane),
            ("branch", &self.branch),
            ("operator", &self.operator),
            ("market", &self.market),
            ("product", &self.product),
            ("lot", &self.lot),
            ("from", &self.from),
            ("to", &self.to),
        ];
        all.into_iter().map(|(k, v)| (k, v.trim().to_owned())).filter(|(_, v)| !v.is_empty()).collect()
    }

    /// The URL's words as a filter; a word that means nothing is refused by its field.
    async fn filter(&self, tx: &mut Tx) -> Result<Filter> {
        let mut gaps = Refusal::new("declaration.filter", bi("筛选条件有误", "a filter is wrong"));
        let mut wrong = |field: &str, value: &str, zh: &str, en: &str| {
            gaps = gaps.clone().missing(field, value, bi(zh, en));
        };
        let word = |s: &str| s.trim().to_owned();
        let mut f = Filter {
            lane: word(&self.lane),
            market: word(&self.market).to_uppercase(),
            product: word(&self.product),
            lot: word(&self.lot),
            no: word(&self.no).to_uppercase(),
            ..Filter::default()
        };
        if !self.stage.trim().is_empty() {
            f.stage = Stage::parse(self.stage.trim());
            if f.stage.is_none() {
                wrong("stage", &self.stage, "从列表中选择", "choose it from the list");
            }
        }
        if !self.branch.trim().is_empty() {
            let branches = people::branches(tx).await?;
            f.branch = branches.iter().find(|u| u.code == self.branch.trim()).map(|u| u.id);
            if f.branch.is_none() {
                wrong("branch", &self.branch, "没有这个办事处", "there is no such branch");
            }
        }
        if !self.operator.trim().is_empty() {
            f.operator = trade::operator_by_code(tx, self.operator.trim()).await?.map(|o| o.id);
            if f.operator.is_none() {
                wrong(
                    "operator",
                    &self.operator,
                    "登记簿中没有此代码",
                    "the registry does not know this code",
                );
            }
        }
        for (field, text, to) in [("from", &self.from, &mut f.from), ("to", &self.to, &mut f.to)] {
            if !text.trim().is_empty() {
                *to = text.trim().parse().ok();
                if to.is_none() {
                    wrong(field, text, "日期写作 2026-11-24", "write the day as 2026-11-24");
                }
            }
        }
        if gaps.missing.is_empty() { Ok(f) } else { Err(gaps.into()) }
    }
}

async fn list(who: Who<AnyRole>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let by = who.actor();
    let mut tx = web.read().await?;
    let filter = asked.filter(&mut tx).await?;
    let before = asked.at.zip(asked.id).map(|(at, id)| (Timestamp(at), id));
    let found = worklist::find(&mut tx, &by, &filter, before, PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let next = found.last().filter(|_| full).map(|l| {
        let mut pairs = asked.pairs();
        pairs.push(("at", l.declaration.lodged_at.0.to_string()));
        pairs.push(("id", l.declaration.id.to_string()));
        with_query("/declarations", &pairs)
    });
    let first = before.map(|_| with_query("/declarations", &asked.pairs()));
    let heads =
        ["declaration-number", "goods", "operator", "market", "lane", "stage", "deadline", "lodged-on"]
            .map(|k| t(lang, k));
    let (none, advice) = (t(lang, "no-declarations"), t(lang, "no-declarations-advice"));
    let mut rows = Vec::with_capacity(found.len());
    for l in &found {
        rows.push(row(&mut tx, lang, &by, l).await?);
    }
    let table = DataTable {
        lang,
        id: "declarations",
        caption: &t(lang, "declarations"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows,
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager { next: next.as_deref(), first: first.as_deref(), ..Pager::default() }),
        ..DataTable::default()
    };
    let bar = bar(&mut tx, lang, &by, &asked).await?;
    let title = t(lang, "declarations");
    let lodges = by.has(Lodgers::ROLES);
    let csv = with_query("/declarations.csv", &asked.pairs());
    let actions = html! {
        (look::button_link_secondary(&t(lang, "export-csv"), &csv))
        @if lodges {
            (look::button_link_secondary(&t(lang, "import-csv"), "/declarations/import"))
            (look::button_link(&t(lang, "new-declaration"), "/declarations/new"))
        }
    };
    let page = Page { title: &title, actions, ..Page::default() };
    Ok(who.page(&web, page, html! { (bar) (look::data_table(&table)) }))
}

async fn row(tx: &mut Tx, lang: Lang, by: &Actor, l: &Listed) -> Result<Row<'static>> {
    let d = &l.declaration;
    let reading = clock::brief(tx, d, l.suspended_since).await?;
    Ok(Row {
        href: Some(format!("/declarations/{}", d.id)),
        cells: vec![
            html! { (d.no) },
            html! { (d.goods) },
            html! { (said(lang, &l.operator)) },
            html! { (d.market) },
            parts::lane_brief(lang, by, d),
            parts::stage_badge(lang, d.stage),
            parts::clock(lang, reading.as_ref()),
            html! { span class="nowrap" { (format::short_date_time(d.lodged_at.instant())) } },
        ],
        ..Row::default()
    })
}

/// The filters: those that mean something within the actor's reach, and what is in force.
async fn bar(tx: &mut Tx, lang: Lang, by: &Actor, asked: &Asked) -> Result<Markup> {
    let all = t(lang, "filter-all");
    let stages: Vec<(String, String)> =
        Stage::ALL.iter().map(|s| (s.code().to_owned(), parts::capital(lang, &s.name()))).collect();
    let lanes: Vec<(String, String)> =
        Lane::ALL.iter().map(|l| (l.code().to_owned(), t(lang, &format!("lane-{}", l.code())))).collect();
    let units = people::branches(tx).await?;
    let units: Vec<(String, String)> = units.iter().map(|u| (u.code.clone(), said(lang, &u.name))).collect();
    let party = matches!(by.scope, Scope::Operator(_));
    let offers = if party { Vec::new() } else { operators(tx, lang).await? };
    let words = [
        "stage",
        "lane",
        "branch",
        "declaration-number",
        "operator",
        "market",
        "hs-code",
        "lot",
        "lodged-from",
        "lodged-to",
    ]
    .map(|k| t(lang, k));
    let [stage, lane, branch, no, operator, market, product, lot, from, to] = &words;
    let (stages, lanes, units) = (choices(&all, &stages), choices(&all, &lanes), choices(&all, &units));
    let text = |name, label, value, kind| Field { lang, name, label, value, kind, ..Field::default() };
    let mut fields = vec![
        text("no", no, asked.no.as_str(), FieldKind::Code),
        text("stage", stage, asked.stage.as_str(), FieldKind::Select(&stages)),
    ];
    if !party {
        fields.push(text("lane", lane, &asked.lane, FieldKind::Select(&lanes)));
        if by.scope == Scope::Bureau {
            fields.push(text("branch", branch, &asked.branch, FieldKind::Select(&units)));
        }
        let mut one = text("operator", operator, &asked.operator, FieldKind::Code);
        one.offers = Some("operators");
        fields.push(one);
    }
    fields.extend([
        text("market", market, &asked.market, FieldKind::Code),
        text("product", product, &asked.product, FieldKind::Code),
        text("lot", lot, &asked.lot, FieldKind::Code),
        text("from", from, &asked.from, FieldKind::Date),
        text("to", to, &asked.to, FieldKind::Date),
    ]);
    let told: Vec<(String, String)> = asked
        .pairs()
        .into_iter()
        .map(|(key, value)| {
            let label = fields.iter().find(|f| f.name == key).map_or(key, |f| f.label);
            let rest: Vec<_> = asked.pairs().into_iter().filter(|(k, _)| *k != key).collect();
            (format!("{label} {value}"), with_query("/declarations", &rest))
        })
        .collect();
    let chosen = told.iter().map(|(label, without)| Chosen { label, without }).collect();
    let bar = FilterBar { lang, action: "/declarations", fields, chosen, found: None };
    Ok(html! { (look::filter_bar(&bar)) (look::datalist("operators", &offers)) })
}

/// "All", then each code with its name.
fn choices<'a>(all: &'a str, known: &'a [(String, String)]) -> Vec<Choice<'a>> {
    let first = Choice { value: "", label: all, hint: "" };
    std::iter::once(first)
        .chain(known.iter().map(|(value, label)| Choice { value, label, hint: "" }))
        .collect()
}

/// Operators by code and name, for lists that offer them.
pub(crate) async fn operators(tx: &mut Tx, lang: Lang) -> Result<Vec<(String, String)>> {
    let found = trade::operators(tx, "", OFFERED).await?;
    Ok(found.into_iter().map(|o| (o.code, said(lang, &o.name))).collect())
}

/// The same rows as a file for spreadsheets, sent while they are read; as many as there are.
async fn file(who: Who<AnyRole>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer<Response> {
    let by = who.actor();
    let filter = {
        let mut tx = web.read().await?;
        asked.filter(&mut tx).await?
    };
    let lang = who.lang;
    // Spreadsheets take a file without this mark for the system's old encoding.
    let head = format!("\u{feff}{}", super::csv_text::line(&COLUMNS.map(str::to_owned)));
    let rows = unfold(Some(None), move |state: Option<Option<(Timestamp, DeclarationId)>>| {
        let (web, by, filter) = (web.clone(), by.clone(), filter.clone());
        async move {
            let before = state?;
            let (text, next) = match chunk(&web, lang, &by, &filter, before).await {
                Ok(chunk) => chunk,
                // Half a file must not look like a whole one: the connection breaks off.
                Err(no) => return Some((Err(std::io::Error::other(no.to_string())), None)),
            };
            Some((Ok(text), next.map(Some)))
        }
    });
    let first = futures::stream::once(async move { Ok::<_, std::io::Error>(head) });
    let body = Body::from_stream(futures::StreamExt::chain(first, rows));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"declarations.csv\""),
    ];
    Ok((headers, body).into_response())
}

const COLUMNS: [&str; 12] = [
    "declaration",
    "direction",
    "stage",
    "lane",
    "selected",
    "operator",
    "goods",
    "market",
    "mode",
    "lodged_at",
    "due_at",
    "rule_version",
];

type Chunk = (String, Option<(Timestamp, DeclarationId)>);

async fn chunk(
    web: &Web,
    lang: Lang,
    by: &Actor,
    filter: &Filter,
    before: Option<(Timestamp, DeclarationId)>,
) -> Result<Chunk> {
    let mut tx = web.read().await?;
    let rows = worklist::find(&mut tx, by, filter, before, BATCH).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == BATCH);
    let next = rows.last().filter(|_| full).map(|l| (l.declaration.lodged_at, l.declaration.id));
    let mut text = String::new();
    for l in rows {
        let (d, knows) = (&l.declaration, worklist::knows_lane(by, &l.declaration));
        let told = |s: &str| if knows { s.to_owned() } else { String::new() };
        text += &super::csv_text::line(&[
            d.no.clone(),
            d.direction.clone(),
            d.stage.code().to_owned(),
            told(&d.lane),
            told(if d.selected { "yes" } else { "no" }),
            said(lang, &l.operator),
            d.goods.clone(),
            d.market.clone(),
            d.mode.clone(),
            format::machine_time(d.lodged_at.instant()),
            format::machine_time(d.due_at.instant()),
            d.rule_version.clone(),
        ]);
    }
    Ok((text, next))
}
