//! The monthly bulletin: the figures of a closed month as they were frozen, as a paper and as a workbook. Frozen
//! figures never change, so that asking again gives the same bytes.
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use excellence::indicator::{self, Catalogue, Definition, Sheet, period};
use kernel::{Date, Refusal, Result, Timestamp, bi};
use registry::people::Unit;
use serde_json::json;
use store::Tx;

use super::{Asked, catalogue, shown, state_word, whole};
use crate::answer::Answer;
use crate::guard::{Staff, Who};
use crate::look::Lang;
use crate::pages::press;
use crate::pages::workbook::{self, Cell};
use crate::server::Web;

/// One line of the bulletin.
struct Line<'c> {
    d: &'c Definition,
    sheet: Sheet,
}

/// A bulletin: its month, the day on which it was frozen, and its lines.
struct Bulletin<'c> {
    month: i32,
    frozen_on: Date,
    unit: Option<Unit>,
    lines: Vec<Line<'c>>,
}

impl Bulletin<'_> {
    fn period(&self) -> String {
        format!("{}-{:02}", self.month.div_euclid(12), self.month.rem_euclid(12) + 1)
    }

    fn number(&self) -> String {
        let unit = self.unit.as_ref().map_or("TB", |u| u.code.as_str());
        format!("{unit}-{}", self.period())
    }
}

/// The day on which the figures of a month are frozen.
fn frozen_on(c: &Catalogue, month: i32) -> Date {
    let at = Timestamp::start_of(period::first_day(month + 1)).0 + c.policy.close_after_days * Timestamp::DAY;
    Timestamp(at).date()
}

/// The month that is asked for, if it is closed; the last closed one when none is named.
fn closed(tx: &Tx, c: &Catalogue, asked: &str) -> Result<i32> {
    let now = tx.now();
    let last = period::month(Timestamp(now.0 - c.policy.close_after_days * Timestamp::DAY).date()) - 1;
    let month = if asked.is_empty() { last } else { period::parse(asked)? };
    if month > last {
        let day = frozen_on(c, month);
        let what = bi("该月尚未冻结", "the month is not frozen yet");
        let needed = bi(format!("{day} 冻结"), format!("it is frozen on {day}"));
        return Err(Refusal::new("indicator.open_month", what).missing("period", asked, needed).into());
    }
    Ok(month)
}

async fn read<'c>(tx: &mut Tx, c: &'c Catalogue, who: &Who<Staff>, asked: &Asked) -> Result<Bulletin<'c>> {
    let unit = indicator::unit_within(tx, &who.actor(), &asked.unit).await?;
    let month = closed(tx, c, &asked.period)?;
    let mut ids: Vec<&str> = c.definitions.iter().map(|d| d.id.as_str()).collect();
    ids.dedup();
    let mut lines = Vec::new();
    for id in ids {
        let d = c.on(id, period::first_day(month))?;
        if d.works() && period::Window::of(d, month).last == month {
            let sheet = indicator::sheet(tx, c, id, unit.as_ref(), month).await?;
            lines.push(Line { d, sheet });
        }
    }
    Ok(Bulletin { month, frozen_on: frozen_on(c, month), unit, lines })
}

/// Numerator and denominator, or the number of cases of a median.
fn counts(l: &Line<'_>) -> String {
    let f = l.sheet.frozen.as_ref().unwrap_or(&l.sheet.figure);
    if whole(l.d, f) { f.n.to_string() } else { format!("{} / {}", f.numerator, f.denominator) }
}

pub(super) async fn paper(
    who: Who<Staff>,
    State(web): State<Web>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let c = catalogue()?;
    let mut tx = web.read().await?;
    let b = read(&mut tx, &c, &who, &asked).await?;
    drop(tx);
    let rows: Vec<serde_json::Value> = b.lines.iter().map(row).collect();
    let unit = match &b.unit {
        Some(u) => json!({ "zh": u.name.zh, "en": u.name.en }),
        None => press::bureau(&web),
    };
    let values = json!({
        "bureau": press::bureau(&web),
        "number": b.number(),
        "unit": unit,
        "period": b.period(),
        "frozen_on": b.frozen_on.to_string(),
        "rows": rows,
    });
    Ok(press::print("bulletin", values, Timestamp::start_of(b.frozen_on), &b.number()).await?)
}

/// A line as the paper wants it: what is not there is left out.
fn row(l: &Line<'_>) -> serde_json::Value {
    let f = l.sheet.frozen.as_ref().unwrap_or(&l.sheet.figure);
    let of = |v: f64| shown(Lang::En, l.d, v);
    let value = f.value.map_or_else(|| state_word(Lang::ZhCn, f.state), of);
    let mut row =
        json!({ "id": l.d.id, "zh": l.d.name_zh, "en": l.d.name_en, "value": value, "counts": counts(l) });
    if let Some((low, high)) = f.interval {
        row["interval"] = json!(format!("{} – {}", of(low), of(high)));
    }
    #[expect(clippy::cast_precision_loss, reason = "targets are small")]
    if let Some(milli) = l.sheet.target_milli {
        row["target"] = json!(of(milli as f64 / 1000.0));
    }
    if let Some(v) = l.sheet.baseline_frozen.value {
        row["baseline"] = json!(of(v));
    }
    row
}

pub(super) async fn book(
    who: Who<Staff>,
    State(web): State<Web>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let c = catalogue()?;
    let mut tx = web.read().await?;
    let b = read(&mut tx, &c, &who, &asked).await?;
    let bytes = workbook::workbook(&b.period(), &cells(who.lang, &b))?;
    let heads = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned(),
        ),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.xlsx\"", b.number())),
    ];
    Ok((heads, bytes).into_response())
}

/// The cells of the workbook, the head first.
fn cells(lang: Lang, b: &Bulletin<'_>) -> Vec<Vec<Cell>> {
    let mut heads = vec!["id".to_owned(), crate::look::t(lang, "indicator"), crate::look::t(lang, "period")];
    heads.extend(super::csv::figure_heads(lang));
    let mut rows = vec![heads.into_iter().map(Cell::Text).collect::<Vec<Cell>>()];
    for l in &b.lines {
        let f = l.sheet.frozen.as_ref().unwrap_or(&l.sheet.figure);
        let number = |v: Option<f64>| v.map_or(Cell::Empty, Cell::Number);
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
        let count = |n: i64| Cell::Number(n as f64);
        rows.push(vec![
            Cell::Text(l.d.id.clone()),
            Cell::Text(lang.pick(&l.d.name_zh, &l.d.name_en).clone()),
            Cell::Text(l.sheet.period.clone()),
            Cell::Text(state_word(lang, f.state)),
            number(f.value),
            number(f.interval.map(|i| i.0)),
            number(f.interval.map(|i| i.1)),
            count(f.n),
            count(f.numerator),
            count(f.denominator),
        ]);
    }
    rows
}
