//! The fields of every deed on a brand. Long texts are written a line each where the act wants a list.
use excellence::brand::{self, Brand};
use excellence::indicator::Catalogue;
use excellence::practice;
use kernel::{Actor, Date, Result, Scope, UnitId};
use maud::{Markup, html};
use registry::people;
use store::Tx;

use super::evidence::unit_choices;
use super::name_of;
use crate::answer::told;
use crate::look::{Field, FieldKind, Width, format, t};
use crate::pages::ledger::kind_word;
use crate::pages::sheet::{Given, Sheet};

/// Records of its own work that a unit is offered as evidence.
const RECORDS: usize = 20;

/// Every deed that has a page.
pub(super) const DEEDS: [&str; 20] = [
    "approve",
    "return",
    "join",
    "task",
    "gate",
    "package",
    "offer",
    "answer",
    "draft",
    "review",
    "decide",
    "verify",
    "prolong",
    "keep",
    "withdraw",
    "title",
    "title-keep",
    "title-withdraw",
    "close",
    "endorsement",
];

/// What a form opens with.
pub(super) async fn opening(tx: &mut Tx, b: &Brand, deed: &str) -> Result<Given> {
    let given = Given::default();
    Ok(match deed {
        "approve" => {
            let last = brand::charter(tx, b.id).await?.map(|(_, charter, _, _)| charter);
            let gate = half_way(b.positioning.starts_on, b.positioning.ends_on);
            match last {
                Some(c) => given
                    .with("measures", c.measures.join("\n"))
                    .with("target", c.target_milli.map(milli).unwrap_or_default())
                    .with("guards", c.guards.join(" "))
                    .with("resources", c.resources)
                    .with("gate_on", c.gate_on.to_string())
                    .with("tasks", lines(c.tasks.iter().map(|t| format!("{} {}", t.quarter, t.what)))),
                None => given
                    .with("gate_on", gate.to_string())
                    .with("tasks", lines(quarters(b).into_iter().map(|q| format!("{q} ")))),
            }
        }
        "decide" => {
            let today = tx.now().date();
            let later = |months: i32| today.checked_add(jiff::Span::new().months(months)).unwrap_or(today);
            given.with("effective_from", later(1).to_string()).with("review_on", later(13).to_string())
        }
        "withdraw" => given.with("from", tx.now().date().tomorrow().unwrap_or_default().to_string()),
        _ => given,
    })
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join("\n")
}

fn milli(value: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "targets are small")]
    let value = value as f64 / 1000.0;
    format!("{value}")
}

fn half_way(from: Date, to: Date) -> Date {
    let days = from.until(to).map_or(0, |s| s.get_days()) / 2;
    from.checked_add(jiff::Span::new().days(i64::from(days))).unwrap_or(to)
}

/// The quarters of a brand, by name.
fn quarters(b: &Brand) -> Vec<String> {
    let (mut day, to) = (b.positioning.starts_on, b.positioning.ends_on);
    let mut all: Vec<String> = Vec::new();
    while day <= to {
        let name = format!("{}-Q{}", day.year(), (day.month() - 1) / 3 + 1);
        if all.last() != Some(&name) {
            all.push(name);
        }
        let Ok(next) = day.checked_add(jiff::Span::new().months(1)) else { break };
        day = next;
    }
    all
}

fn many(s: &Sheet<'_>, word: &str, name: &str, hint: &str) -> Markup {
    let hint = t(s.lang, hint);
    s.put(word, Field { name, hint: &hint, kind: FieldKind::Lines(4), required: true, ..Field::default() })
}

fn day(s: &Sheet<'_>, word: &str, name: &str) -> Markup {
    s.put(
        word,
        Field { name, kind: FieldKind::Date, required: true, width: Width::Twenty, ..Field::default() },
    )
}

fn number(s: &Sheet<'_>, word: &str, name: &str, required: bool) -> Markup {
    s.put(word, Field { name, kind: FieldKind::Number, required, width: Width::Ten, ..Field::default() })
}

/// The fields of a deed.
pub(super) async fn fields(
    tx: &mut Tx,
    s: &Sheet<'_>,
    c: &Catalogue,
    (by, b): (&Actor, &Brand),
    deed: &str,
) -> Result<Markup> {
    Ok(match deed {
        "approve" => charter(s, c, b),
        "task" => task(tx, s, c, b).await?,
        "gate" => gate(tx, s, b).await?,
        "package" => html! {
            (many(s, "practice-preconditions", "preconditions", "hint-plain"))
            (many(s, "practice-steps", "steps", "hint-lines"))
            (many(s, "practice-forms", "forms", "hint-lines"))
            (many(s, "practice-side-effects", "side_effects", "hint-plain"))
            (many(s, "practice-not-if", "does_not_fit_if", "hint-plain"))
        },
        "answer" => answer(tx, s, by, b).await?,
        "draft" => html! {
            (s.line("title-zh", "title_zh")) (s.line("title-en", "title_en"))
            (many(s, "rule-text", "body", "hint-plain"))
            (many(s, "rule-change", "change", "hint-change"))
        },
        "review" => html! {
            (s.radio("rule-lawful", "lawful", &[("yes".into(), t(s.lang, "lawful")), ("no".into(), t(s.lang, "unlawful"))]))
            (many(s, "rule-opinion", "opinion", "hint-plain"))
        },
        "decide" => html! {
            (s.line("rule-number", "no")) (s.line("rule-minutes", "minutes"))
            (day(s, "rule-effective", "effective_from")) (day(s, "rule-review", "review_on"))
        },
        "verify" => verify(tx, s, b).await?,
        "withdraw" => html! { (day(s, "rule-withdraw-from", "from")) (s.reason("reason", "")) },
        "return" | "prolong" | "close" | "keep" | "title-keep" | "title-withdraw" => s.reason("reason", ""),
        "endorsement" => s.line("endorsement-by", "asked_by"),
        // To join, to offer and to award the title ask for nothing but the press of the button.
        _ => Markup::default(),
    })
}

fn charter(s: &Sheet<'_>, c: &Catalogue, b: &Brand) -> Markup {
    let main = &b.positioning.indicator;
    let guards: Vec<String> =
        c.definitions.iter().filter(|d| d.works() && d.id != *main).map(|d| d.id.clone()).collect();
    let hint = format!("{} {}", t(s.lang, "hint-guards"), guards.join(" "));
    html! {
        (many(s, "charter-measures", "measures", "hint-lines"))
        (number(s, "charter-target", "target", false))
        (s.put("guard-metrics", Field { name: "guards", hint: &hint, required: true, ..Field::default() }))
        (s.line("charter-resources", "resources"))
        (day(s, "next-gate", "gate_on"))
        (many(s, "brand-tasks", "tasks", "hint-tasks"))
    }
}

async fn task(tx: &mut Tx, s: &Sheet<'_>, c: &Catalogue, b: &Brand) -> Result<Markup> {
    let open: Vec<(String, String)> = brand::tasks(tx, b.id)
        .await?
        .into_iter()
        .filter(|t| t.reported_at.is_none())
        .map(|t| (t.no.to_string(), format!("{} {}", t.planned.quarter, t.planned.what)))
        .collect();
    let evidence = own_records(tx, s, c, &b.positioning.indicator, b.positioning.unit).await?;
    Ok(html! {
        (s.select("task", "no", &open))
        (many(s, "note", "note", "hint-plain"))
        (evidence)
    })
}

/// What proves something: the latest records of the unit's own work to tick, and a field for the numbers of others.
async fn own_records(
    tx: &mut Tx,
    s: &Sheet<'_>,
    c: &Catalogue,
    indicator: &str,
    unit: UnitId,
) -> Result<Markup> {
    let found = brand::recent(tx, c, indicator, unit, RECORDS).await?;
    let choices: Vec<(String, String)> = found
        .iter()
        .map(|f| {
            let at = format::date_time(f.at.instant());
            let label = format!("#{} · {} · {at} · {}", f.seq, kind_word(s.lang, &f.kind), f.subject);
            (f.seq.to_string(), label)
        })
        .collect();
    let hint = t(s.lang, "hint-facts");
    Ok(html! {
        @if choices.is_empty() { p class="quiet" { (t(s.lang, "own-records-none")) } }
        @else { (s.boxes("own-records", "chosen", &choices)) }
        (s.put("other-records", Field { name: "facts", hint: &hint, ..Field::default() }))
    })
}

/// The steps of the practice, to be ticked where they are seen at work in a unit that adopted it.
async fn verify(tx: &mut Tx, s: &Sheet<'_>, b: &Brand) -> Result<Markup> {
    let Some(p) = practice::by_brand(tx, b.id).await? else { return Ok(Markup::default()) };
    let units = people::units(tx).await?;
    let mut open: Vec<(String, String)> = Vec::new();
    for o in practice::offers(tx, p.id).await?.iter().filter(|o| o.adopted()) {
        if practice::checks(tx, o.id).await?.iter().all(|c| !c.operating) {
            open.push((o.id.to_string(), name_of(s.lang, &units, o.unit)));
        }
    }
    let steps = p.body["package"]["steps"].as_array().into_iter().flatten();
    let steps: Vec<(String, String)> = (1..)
        .zip(steps)
        .map(|(n, step)| {
            let step = told(s.lang, step.as_str().unwrap_or_default());
            (n.to_string(), format!("{n}. {step}"))
        })
        .collect();
    let hint = t(s.lang, "hint-verify-note");
    Ok(html! {
        (s.select("unit", "offer", &open))
        (s.boxes("steps-seen", "seen", &steps))
        (s.put("note", Field { name: "note", hint: &hint, kind: FieldKind::Lines(3), ..Field::default() }))
    })
}

async fn gate(tx: &mut Tx, s: &Sheet<'_>, b: &Brand) -> Result<Markup> {
    let rules = registry::rules::rules(tx).await?;
    let pack = registry::rules::adopted(&rules, tx.now().date())?;
    let weight = |key: &str| pack.pack.number(key).map(|n| n.value).unwrap_or_default();
    let hint = format!(
        "{} {} / {} / {} · {}",
        t(s.lang, "gate-weights"),
        weight("gate.weight_own"),
        weight("gate.weight_users"),
        weight("gate.weight_superior"),
        pack.label()
    );
    let reviewer = t(s.lang, "hint-reviewer");
    // At its end a brand does not go on by a gate.
    let over = tx.now().date() > b.ends_on();
    let open: &[&str] = if over { &["stop", "pass"] } else { &["continue", "adjust", "stop", "pass"] };
    let outcomes: Vec<(String, String)> =
        open.iter().map(|o| ((*o).to_owned(), t(s.lang, &format!("outcome-{o}")))).collect();
    Ok(html! {
        (s.put("gate-reviewers", Field { name: "reviewers", hint: &reviewer, kind: FieldKind::Code, required: true, ..Field::default() }))
        @if over { p class="note" { (t(s.lang, "gate-at-end")) } }
        p class="quiet" { (hint) }
        (number(s, "view-own", "own", true)) (number(s, "view-users", "users", true)) (number(s, "view-superior", "superior", true))
        (s.radio("gate-outcome", "outcome", &outcomes))
        (many(s, "note", "note", "hint-plain"))
    })
}

/// A branch answers its own offer; whoever acts for the whole bureau sees all that are open.
async fn answer(tx: &mut Tx, s: &Sheet<'_>, by: &Actor, b: &Brand) -> Result<Markup> {
    let offers = match practice::by_brand(tx, b.id).await? {
        Some(p) => practice::offers(tx, p.id).await?,
        None => Vec::new(),
    };
    let units = people::units(tx).await?;
    let choices = unit_choices(s.lang, &units, None);
    let open: Vec<(String, String)> = offers
        .iter()
        .filter(|o| o.answer.is_none() && !matches!(by.scope, Scope::Branch(own) if own != o.unit))
        .map(|o| {
            let unit = choices.iter().find(|c| c.0 == o.unit.to_string());
            (o.id.to_string(), unit.map(|c| c.1.clone()).unwrap_or_default())
        })
        .collect();
    let answers: Vec<(String, String)> =
        ["adopt", "adapt", "decline"].map(|a| (a.to_owned(), t(s.lang, &format!("answer-{a}")))).to_vec();
    Ok(html! {
        (s.select("unit", "offer", &open))
        (s.radio("answer", "answer", &answers))
        (s.put("reason", Field { name: "reason", kind: FieldKind::Lines(3), ..Field::default() }))
        p class="quiet" { (t(s.lang, "decline-is-an-answer")) }
    })
}
