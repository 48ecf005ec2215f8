//! The working-day calendar of a year, month by month; a sign tells a holiday and a working weekend day.
use axum::extract::{Query, State};
use kernel::Date;
use maud::{Markup, html};
use registry::rules::{self as book, Calendar};
use serde::Deserialize;

use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{self, Crumb, Lang, Tone, button_link_secondary, flash_line, t, t_args};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/calendar", year)]
}

#[derive(Deserialize)]
struct Year {
    year: Option<i16>,
}

async fn year(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Year>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let year = asked.year.unwrap_or(tx.now().date().year()).clamp(2000, 2100);
    let today = tx.now().date();
    let working = (1..=12).flat_map(|m| days(year, m)).filter(|d| rules.calendar.is_working(*d)).count();
    let published = rules.calendar.knows(year);
    let body = html! {
        @if !published { (flash_line(&look::Flash { tone: Tone::Wait, text: &t_args(lang, "calendar-unpublished", &[("year", i64::from(year).to_string().into())]) })) }
        p class="quiet" { (t_args(lang, "working-days-in-year", &[("n", working.to_string().into())])) }
        ul class="calendar-key" aria-label=(t(lang, "calendar-key")) {
            li { span class="day off" { "休" } (t(lang, "day-holiday")) }
            li { span class="day on" { "班" } (t(lang, "day-working-weekend")) }
            li { span class="day weekend" { "6" } (t(lang, "day-weekend")) }
        }
        div class="calendar" { @for m in 1..=12 { (month(lang, &rules.calendar, (year, m), today)) } }
    };
    let (root, title) = (t(lang, "rule-packs"), format!("{} {year}", t(lang, "working-day-calendar")));
    let label = t(lang, "working-day-calendar");
    let crumbs = [Crumb { label: &root, href: Some("/rules") }, Crumb { label: &label, href: None }];
    let link = |y: i16| button_link_secondary(&y.to_string(), &format!("/calendar?year={y}"));
    let actions = html! { (link(year - 1)) (link(year + 1)) };
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, actions, ..Page::default() }, body))
}

/// The days of a month.
fn days(year: i16, month: i8) -> Vec<Date> {
    let Ok(first) = Date::new(year, month, 1) else { return Vec::new() };
    first.series(jiff::ToSpan::days(1)).take_while(|d| d.month() == month).collect()
}

fn month(lang: Lang, calendar: &Calendar, (year, month): (i16, i8), today: Date) -> Markup {
    let all = days(year, month);
    let lead = all.first().map_or(0, |d| d.weekday().to_monday_zero_offset());
    let mut cells: Vec<Option<Date>> = (0..lead).map(|_| None).collect();
    cells.extend(all.into_iter().map(Some));
    let name = t(lang, &format!("month-{month}"));
    html! {
        table {
            caption { (name) }
            thead { tr { @for w in 1..=7 { th scope="col" { (t(lang, &format!("weekday-{w}"))) } } } }
            tbody { @for week in cells.chunks(7) { tr {
                @for at in 0..7 { td { @if let Some(Some(day)) = week.get(at) { (cell(lang, calendar, *day, today)) } } }
            } } }
        }
    }
}

/// A day: its number, and under an exception of the calendar a sign and the word for those who do not see it.
fn cell(lang: Lang, calendar: &Calendar, day: Date, today: Date) -> Markup {
    let (class, sign, word) = match calendar.exceptions.get(&day) {
        Some(false) => ("day off", "休", "day-holiday"),
        Some(true) => ("day on", "班", "day-working-weekend"),
        None if !calendar.is_working(day) => ("day weekend", "", "day-weekend"),
        None => ("day", "", ""),
    };
    html! {
        span class=(class) aria-current=[(day == today).then_some("date")] {
            (day.day())
            @if !sign.is_empty() { small aria-hidden="true" { (sign) } }
            @if !word.is_empty() { span class="unseen" { " " (t(lang, word)) } }
        }
    }
}
