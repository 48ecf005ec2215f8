//! Declarations from a spreadsheet: each goes through the same act as one that is typed, and what is refused comes
//! back by row and field. Sending the same file again lodges nothing twice.
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Response};
use kernel::{Missing, No, Refusal, Result, bi};
use maud::{Markup, html};
use supervision::declaration::{GoodsLine, Lodgement, LotEntry};

use super::{csv_text, parts::label_of};
use crate::answer::{Answer, panel, said, status_of};
use crate::guard::{Lodgers, Page, Who};
use crate::look::{
    self, Column, Crumb, DataTable, Field, FieldKind, Flash, Lang, Row, Tone, button, button_row, field, t,
    t_args,
};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

/// Most rows of one file: they are lodged while one waits.
const MAX_ROWS: usize = 2000;
/// The columns, in this order; a file with others is refused, because shifted columns would lodge nonsense.
const COLUMNS: [&str; 16] = [
    "ref",
    "direction",
    "branch",
    "operator",
    "plant",
    "market",
    "origin",
    "port",
    "mode",
    "hs",
    "name",
    "quantity",
    "unit",
    "lots",
    "value",
    "currency",
];
/// Columns without the last two: what the goods are worth need not be told.
const LEAST: usize = 14;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/declarations/import", show),
        post("/declarations/import", take),
        get("/declarations/template.csv", template),
    ]
}

/// A row that was not lodged.
struct Reject {
    row: usize,
    gaps: Vec<Missing>,
}

/// What came of a file.
#[derive(Default)]
struct Report {
    lodged: Vec<(String, String)>,
    rejects: Vec<Reject>,
}

/// A declaration of a file: the row where it begins, and what it says.
struct Entry {
    row: usize,
    reference: String,
    lodgement: Lodgement,
}

fn refuse(code: &str, zh: &str, en: &str) -> Refusal {
    Refusal::new(code, bi(zh, en))
        .remedy(bi("按模板改正后重新上传", "Mend it after the template and send it again"))
}

/// Reads a file into declarations: rows with the same `ref` next to each other are the goods lines of one.
fn entries(text: &str, report: &mut Report) -> Result<Vec<Entry>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heads = reader.headers().map(|h| h.iter().map(|c| c.trim().to_owned()).collect::<Vec<_>>());
    let heads = heads.unwrap_or_default();
    if heads != COLUMNS && heads != COLUMNS[..LEAST] {
        let needed =
            bi(format!("应为 {}", COLUMNS.join(",")), format!("they have to be {}", COLUMNS.join(",")));
        return Err(refuse("import.columns", "列名与模板不符", "the columns are not those of the template")
            .missing("header", heads.join(","), needed)
            .into());
    }
    let mut entries: Vec<Entry> = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let row = i + 2;
        if i >= MAX_ROWS {
            let needed = bi("不超过 2000 行，请分成几份", "at most 2000 rows; split it");
            return Err(refuse("import.too_large", "行数过多", "there are too many rows")
                .missing("rows", row, needed)
                .into());
        }
        let cells: Vec<String> = match record {
            Ok(r) => r.iter().map(unquoted).collect(),
            Err(e) => vec![e.to_string()],
        };
        if cells.len() != heads.len() {
            let needed = bi(
                "列数与表头不同：检查逗号和引号",
                "it has another number of cells than the head: look for commas and quotes",
            );
            report.rejects.push(Reject {
                row,
                gaps: vec![Missing { field: "row".into(), value: cells.len().to_string(), needed }],
            });
            continue;
        }
        add(&mut entries, row, &cells);
    }
    Ok(entries)
}

/// Our own export guards cells against formulas with an apostrophe; it is no part of the value.
fn unquoted(cell: &str) -> String {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

fn add(entries: &mut Vec<Entry>, row: usize, cells: &[String]) {
    let cell = |i: usize| cells.get(i).cloned().unwrap_or_default();
    let lots = cell(13);
    let lots = lots.split('|').map(str::trim).filter(|l| !l.is_empty()).map(|l| {
        let (no, quantity) = l.rsplit_once(':').unwrap_or((l, ""));
        LotEntry { no: no.trim().to_owned(), quantity: quantity.trim().to_owned() }
    });
    let line =
        GoodsLine { hs: cell(9), name: cell(10), quantity: cell(11), unit: cell(12), lots: lots.collect() };
    let head = Lodgement {
        direction: cell(1),
        branch: cell(2),
        operator: cell(3),
        plant: Some(cell(4)).filter(|p| !p.is_empty()),
        market: cell(5),
        origin: cell(6),
        port: cell(7),
        mode: cell(8),
        value: Some(cell(14)).filter(|v| !v.is_empty()),
        currency: Some(cell(15)).filter(|v| !v.is_empty()),
        lines: Vec::new(),
        key: None,
    };
    if let Some(last) = entries.last_mut().filter(|e| !cell(0).is_empty() && e.reference == cell(0)) {
        let same = Lodgement { lines: Vec::new(), key: None, ..last.lodgement.clone() } == head;
        if same {
            last.lodgement.lines.push(line);
            return;
        }
    }
    entries.push(Entry { row, reference: cell(0), lodgement: Lodgement { lines: vec![line], ..head } });
}

async fn show(who: Who<Lodgers>, State(web): State<Web>) -> Answer {
    Ok(draw(&who, &web, None, None))
}

fn draw(who: &Who<Lodgers>, web: &Web, report: Option<&Report>, refusal: Option<&Refusal>) -> Markup {
    let lang = who.lang;
    let (title, list) = (t(lang, "import-csv"), t(lang, "declarations"));
    let (label, hint) = (t(lang, "csv-file"), t(lang, "csv-hint"));
    let csrf = Some(who.session.csrf.as_str());
    let action = "/declarations/import";
    let form = look::Form { lang, id: "import-form", action, csrf, files: true, ..look::Form::default() };
    let body = html! {
        @if let Some(r) = refusal { (panel(lang, r, &[])) }
        @if let Some(r) = report { (reported(lang, r)) }
        (look::form(&form, html! {
            (field(&Field { lang, name: "file", label: &label, hint: &hint, required: true,
                kind: FieldKind::File { accept: ".csv,text/csv", multiple: false }, ..Field::default() }))
            p { a href="/declarations/template.csv" { (t(lang, "csv-template")) } }
            (button_row(false, button(&t(lang, "import-csv"))))
        }))
    };
    let crumbs = [Crumb { label: &list, href: Some("/declarations") }, Crumb { label: &title, href: None }];
    who.page(web, Page { title: &title, crumbs: &crumbs, ..Page::default() }, body)
}

fn reported(lang: Lang, report: &Report) -> Markup {
    let n = |k, n: usize| t_args(lang, k, &[("n", i64::try_from(n).unwrap_or(0).into())]);
    let (lodged, rejected) = (n("csv-lodged", report.lodged.len()), n("csv-rejected", report.rejects.len()));
    let heads = ["csv-row", "field", "value", "what-to-mend"].map(|k| t(lang, k));
    let rows = report.rejects.iter().flat_map(|r| {
        r.gaps.iter().map(|m| Row {
            cells: vec![
                html! { (r.row) },
                html! { (label_of(lang, &m.field)) },
                html! { (m.value) },
                html! { (said(lang, &m.needed)) },
            ],
            ..Row::default()
        })
    });
    let tone = if report.rejects.is_empty() { Tone::Go } else { Tone::Wait };
    html! {
        (look::flash_line(&Flash { tone, text: &lodged }))
        @if !report.lodged.is_empty() {
            p { @for (no, href) in report.lodged.iter().take(20) { a href=(href) { (no) } " " } }
        }
        @if !report.rejects.is_empty() {
            (look::section(&rejected, html! {}, look::data_table(&DataTable {
                lang,
                id: "rejects",
                caption: &rejected,
                columns: vec![Column::figure(&heads[0], ""), Column::text(&heads[1]), Column::text(&heads[2]), Column::text(&heads[3])],
                rows: rows.collect(),
                ..DataTable::default()
            })))
        }
    }
}

async fn take(who: Who<Lodgers>, State(web): State<Web>, mut parts: Multipart) -> Answer<Response> {
    let mut bytes = None;
    while let Some(part) = parts.next_field().await.map_err(No::fault)? {
        if part.name() == Some("file") {
            bytes = Some(part.bytes().await.map_err(No::fault)?);
        }
    }
    let mut report = Report::default();
    let read = csv_text::text(&bytes.unwrap_or_default()).and_then(|text| entries(&text, &mut report));
    let entries = match read {
        Ok(entries) => entries,
        Err(No::Refused(r)) => {
            let page = draw(&who, &web, None, Some(&r));
            return Ok((status_of(&r.code), page).into_response());
        }
        Err(fault) => return Err(fault.into()),
    };
    let (desk, by) = (web.desk(), who.actor());
    for entry in entries {
        let mut l = entry.lodgement;
        if !entry.reference.is_empty() {
            // A reference is unique for whoever wrote the file, not for everybody.
            l.key = Some(format!("csv/{}/{}", who.session.account.login, entry.reference));
        }
        match desk.lodge(&by, &l).await {
            Ok(id) => {
                let name = if entry.reference.is_empty() { entry.row.to_string() } else { entry.reference };
                report.lodged.push((name, format!("/declarations/{id}")));
            }
            Err(No::Refused(r)) => report.rejects.push(Reject { row: entry.row, gaps: gaps(&r) }),
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(draw(&who, &web, Some(&report), None).into_response())
}

/// The gaps of a refusal; one without gaps is told as a whole.
fn gaps(r: &Refusal) -> Vec<Missing> {
    if r.missing.is_empty() {
        return vec![Missing { field: r.code.clone(), value: String::new(), needed: r.what.clone() }];
    }
    r.missing.clone()
}

async fn template(_: Who<Lodgers>) -> Response {
    let example = [
        "2026-001",
        "export",
        "BL",
        "3302960000",
        "3300/01000",
        "JP",
        "CN",
        "CNNGB",
        "general",
        "071030",
        "冷冻菠菜",
        "12000",
        "KGM",
        "A-1:7000|A-2:5000",
        "84000.00",
        "CNY",
    ];
    let text = format!(
        "\u{feff}{}{}",
        csv_text::line(&COLUMNS.map(str::to_owned)),
        csv_text::line(&example.map(str::to_owned))
    );
    let headers = [
        ("content-type", "text/csv; charset=utf-8"),
        ("content-disposition", "attachment; filename=\"template.csv\""),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> (Vec<Entry>, Report) {
        let mut report = Report::default();
        let text = format!("{}\n{rows}", COLUMNS[..LEAST].join(","));
        let found = entries(&text, &mut report).expect("a file");
        (found, report)
    }

    #[test]
    fn rows_of_one_reference_are_one_declaration() {
        let (found, _) = read(
            "r1,export,BL,OP,,JP,CN,P,general,071030,菠菜,7,KGM,A:3|B:4\nr1,export,BL,OP,,JP,CN,P,general,950300,玩具,2,H87,\nr2,export,BL,OP,,JP,CN,P,general,950300,玩具,2,H87,\n",
        );
        let told: Vec<_> = found.iter().map(|e| (e.row, e.lodgement.lines.len())).collect();
        assert_eq!(told, [(2, 2), (4, 1)]);
        assert_eq!(found[0].lodgement.lines[0].lots[1], LotEntry { no: "B".into(), quantity: "4".into() });
    }

    #[test]
    fn shifted_and_strange_columns_are_refused_by_row() {
        let (found, report) = read("r1,export,BL,OP,JP,CN,P,general,071030,菠菜,7,KGM,\n");
        assert_eq!((found.len(), report.rejects[0].row), (0, 2));
        let no = entries("a;b;c\n1;2;3\n", &mut Report::default());
        assert_eq!(no.err().expect("refused").refusal().expect("a refusal").code, "import.columns");
        let many = "r,export,BL,OP,,JP,CN,P,general,071030,x,7,KGM,\n".repeat(MAX_ROWS + 1);
        let text = format!("{}\n{many}", COLUMNS[..LEAST].join(","));
        let no = entries(&text, &mut Report::default());
        assert_eq!(no.err().expect("refused").refusal().expect("a refusal").code, "import.too_large");
    }
}
