//! The sampling calculator (抽样方案计算): useful to anyone, with or without a login. A plan of ISO 2859-1, a plan of
//! one's own, or the plan that two risks ask for; what it does stands beside it as a curve and in figures. Everything
//! is in the address, so that a plan can be sent to somebody else.
mod chart;
mod find;
mod variables;

use axum::extract::{Query, State};
use maud::{Markup, html};
use sampling::iso2859::{Aql, Level, PlanType, Severity};
use serde::Deserialize;

use crate::answer::Answer;
use crate::guard::{Anyone, Page, framed};
use crate::look::{
    self, Choice, Column, DataTable, Field, FieldKind, Lang, Narrow, Row, Tab, Width, button, format, t,
    t_args,
};
use crate::route::{RouteSpec, get};
use crate::server::Web;
use find::Found;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/sampling", show)]
}

/// What is asked for, as the address says it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    by: String,
    lot: String,
    level: String,
    aql: String,
    severity: String,
    kind: String,
    n: String,
    ac: String,
    good: String,
    alpha: String,
    bad: String,
    beta: String,
    method: String,
    sigma: String,
    lower: String,
    upper: String,
    values: String,
}

impl Asked {
    /// What was left out is what is usual.
    fn filled(mut self) -> Asked {
        let usual = |field: &mut String, value: &str| {
            if field.trim().is_empty() {
                value.clone_into(field);
            }
        };
        usual(&mut self.by, "standard");
        if ["standard", "variables"].contains(&self.by.as_str()) {
            usual(&mut self.lot, "1000");
        }
        usual(&mut self.level, "II");
        usual(&mut self.aql, "1.0");
        usual(&mut self.severity, "normal");
        usual(&mut self.kind, "single");
        usual(&mut self.method, "s");
        usual(&mut self.n, "80");
        usual(&mut self.ac, "2");
        usual(&mut self.good, "1");
        usual(&mut self.alpha, "5");
        usual(&mut self.bad, "8");
        usual(&mut self.beta, "10");
        self
    }
}

async fn show(who: Anyone, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let asked = asked.filled();
    let found = if asked.by == "variables" {
        variables::find(&asked).map(|found| variables::answer(lang, &found))
    } else {
        find::find(&asked).map(|found| answer(lang, &found))
    };
    let body = html! {
        (ways(lang, &asked))
        div class="sampling" {
            (question(lang, &asked, found.as_ref().err()))
            @match &found {
                Ok(answer) => div class="stack wide" { (answer) },
                Err(_) => p class="quiet" { (t(lang, "sampling-no-plan")) },
            }
        }
    };
    let title = t(lang, "sampling-plans");
    let lede = t(lang, "sampling-lede");
    let page = Page { title: &title, lede: Some(&lede), ..Page::default() };
    Ok(framed(&web, lang, &who.url, who.session.as_ref(), page, body))
}

fn ways(lang: Lang, asked: &Asked) -> Markup {
    let words =
        ["standard", "variables", "own", "design"].map(|by| (by, t(lang, &format!("sampling-by-{by}"))));
    let hrefs = words.each_ref().map(|(by, _)| format!("/sampling?by={by}"));
    let all: Vec<Tab<'_>> = words
        .iter()
        .zip(&hrefs)
        .map(|((by, label), href)| Tab { label, href, count: None, current: *by == asked.by })
        .collect();
    look::tabs(&t(lang, "sampling-ways"), &all)
}

/// The form: a GET, so that the answer has an address.
fn question(lang: Lang, asked: &Asked, wrong: Option<&sampling::Error>) -> Markup {
    let choices = |codes: &[String], word: &dyn Fn(&str) -> String| -> Vec<(String, String)> {
        codes.iter().map(|c| (c.clone(), word(c))).collect()
    };
    let plain = |c: &str| c.to_owned();
    let levels: Vec<String> = Level::ALL.iter().map(ToString::to_string).collect();
    let aqls: Vec<String> = Aql::all().map(|a| a.to_string()).collect();
    let severities: Vec<String> = Severity::ALL.iter().map(ToString::to_string).collect();
    let kinds = ["single", "double", "multiple"].map(str::to_owned);
    let severity_word = |c: &str| t(lang, &format!("severity-{c}"));
    let kind_word = |c: &str| t(lang, &format!("plan-{c}"));
    let select = |word: &str, name: &str, value: &str, all: &[(String, String)]| {
        let choices: Vec<Choice<'_>> =
            all.iter().map(|(value, label)| Choice { value, label, hint: "" }).collect();
        let kind = FieldKind::Select(&choices);
        put(
            lang,
            wrong,
            Field { name, value, kind, width: Width::Ten, required: true, ..Field::default() },
            word,
        )
    };
    let number = |word: &str, name: &str, value: &str, unit: &str, required: bool| {
        let kind = FieldKind::Number;
        put(
            lang,
            wrong,
            Field { name, value, unit, kind, width: Width::Ten, required, ..Field::default() },
            word,
        )
    };
    html! {
        form class="form" method="get" action="/sampling" {
            input type="hidden" name="by" value=(asked.by);
            @match asked.by.as_str() {
                "own" => {
                    (number("sample-size", "n", &asked.n, "", true))
                    (number("acceptance-number", "ac", &asked.ac, "", true))
                    (number("lot-size", "lot", &asked.lot, "", false))
                },
                "design" => {
                    (number("good-quality", "good", &asked.good, "%", true))
                    (number("producer-risk", "alpha", &asked.alpha, "%", true))
                    (number("bad-quality", "bad", &asked.bad, "%", true))
                    (number("consumer-risk", "beta", &asked.beta, "%", true))
                    (number("lot-size", "lot", &asked.lot, "", false))
                },
                way => {
                    (number("lot-size", "lot", &asked.lot, "", true))
                    (select("inspection-level", "level", &asked.level, &choices(&levels, &plain)))
                    (select("aql-percent", "aql", &asked.aql, &choices(&aqls, &plain)))
                    (select("severity", "severity", &asked.severity, &choices(&severities, &severity_word)))
                    @if way == "variables" {
                        (select("variables-method", "method", &asked.method, &choices(&["s", "sigma"].map(str::to_owned), &|c| t(lang, &format!("method-{c}")))))
                        @for (word, name, value) in [("limit-lower", "lower", &asked.lower), ("limit-upper", "upper", &asked.upper), ("known-sigma", "sigma", &asked.sigma)] {
                            (number(word, name, value, "", false))
                        }
                        (put(lang, wrong, Field { name: "values", value: &asked.values, kind: FieldKind::Lines(4), hint: &t(lang, "measurements-hint"), ..Field::default() }, "measurements"))
                    } @else {
                        (select("plan-type", "kind", &asked.kind, &choices(&kinds, &kind_word)))
                    }
                },
            }
            div class="buttons" { (button(&t(lang, "sampling-find"))) }
        }
    }
}

fn put(lang: Lang, wrong: Option<&sampling::Error>, f: Field<'_>, word: &str) -> Markup {
    let label = t(lang, word);
    let name = match f.name {
        "kind" => "type",
        "upper" => "limits",
        name => name,
    };
    let error = wrong.filter(|e| e.field() == name).map(|e| match lang {
        // The engine speaks one language; the other is told what fits.
        Lang::En => e.to_string(),
        Lang::ZhCn => t(lang, "sampling-wrong"),
    });
    look::field(&Field { lang, label: &label, error: error.as_deref(), ..f })
}

fn answer(lang: Lang, found: &Found) -> Markup {
    html! {
        (verdict(lang, found))
        (look::section(&t(lang, "oc-curve"), Markup::default(), html! {
            p class="quiet" { (t(lang, "oc-lede")) }
            (chart::curves(lang, &found.curves, &found.points, &found.aims))
        }))
        (look::section(&t(lang, "what-the-plan-does"), Markup::default(), figures(lang, found)))
    }
}

/// The plan in one glance.
fn verdict(lang: Lang, found: &Found) -> Markup {
    let stages = &found.stages;
    html! {
        section class="plan" {
            @if let Some(plan) = &found.plan {
                p class="quiet" {
                    (t_args(lang, "plan-letter", &[("letter", plan.letter.to_string().into())]))
                    @if plan.letter != plan.initial_letter { " · " (t_args(lang, "plan-arrow", &[("letter", plan.initial_letter.to_string().into())])) }
                    @if plan.plan_type != found.asked_type { " · " (t(lang, &format!("plan-only-{}", plan.plan_type))) }
                    @if found.plan.as_ref().is_some_and(|p| p.plan_type == PlanType::Single) && plan.whole_lot { " · " (t(lang, "plan-whole-lot")) }
                }
            }
            @if let [one] = stages.as_slice() {
                p class="plan-numbers" {
                    span { "n" b { (format::count(one.n)) } }
                    span { "Ac" b { (one.ac.unwrap_or(0)) } }
                    span { "Re" b { (one.re) } }
                }
                p { (t_args(lang, "plan-in-words", &[("n", format::count(one.n).into()), ("ac", one.ac.unwrap_or(0).into()), ("re", one.re.into())])) }
            } @else {
                (staged(lang, found))
            }
        }
    }
}

fn staged(lang: Lang, found: &Found) -> Markup {
    let heads = ["plan-stage", "stage-size", "stage-all", "stage-accept", "stage-reject"].map(|k| t(lang, k));
    let row = |(at, s): (usize, &sampling::iso2859::Stage)| Row {
        cells: vec![
            html! { (at + 1) },
            html! { (format::count(s.n)) },
            html! { (format::count(s.cumulative_n)) },
            html! { @match s.ac { Some(ac) => (ac), None => (t(lang, "stage-not-yet")) } },
            html! { (s.re) },
        ],
        ..Row::default()
    };
    look::data_table(&DataTable {
        lang,
        id: "stages",
        caption: &t(lang, "plan-stages"),
        columns: heads
            .iter()
            .enumerate()
            .map(|(at, h)| if at == 0 { Column::text(h) } else { Column::figure(h, "") })
            .collect(),
        rows: found.stages.iter().enumerate().map(row).collect(),
        narrow: Narrow::Scroll,
        ..DataTable::default()
    })
}

/// What the plan does, in figures.
fn figures(lang: Lang, found: &Found) -> Markup {
    let outgoing = found.outgoing.as_ref().map(|o| {
        t_args(
            lang,
            "aoql-told",
            &[("aoql", format::percent(o.aoql, 2).into()), ("at", format::percent(o.at_quality, 2).into())],
        )
    });
    html! {
        (points_table(lang, &found.points))
        @if let Some(text) = outgoing { p { (text) } }
        p class="note quiet" { (t(lang, &format!("oc-model-{}", found.model_word()))) }
    }
}

/// Qualities with the share of lots accepted at them.
fn points_table(lang: Lang, points: &[find::Point]) -> Markup {
    let heads = ["lots-accepted", "quality-percent", "asn"].map(|k| t(lang, k));
    let row = |p: &find::Point| Row {
        cells: vec![
            html! { (format::percent(p.accept, 1)) },
            html! { (format::percent(p.quality, 2)) },
            html! { (format!("{:.1}", p.asn)) },
        ],
        ..Row::default()
    };
    look::data_table(&DataTable {
        lang,
        id: "points",
        caption: &t(lang, "what-the-plan-does"),
        columns: heads.iter().map(|h| Column::figure(h, "")).collect(),
        rows: points.iter().map(row).collect(),
        narrow: Narrow::Scroll,
        ..DataTable::default()
    })
}
