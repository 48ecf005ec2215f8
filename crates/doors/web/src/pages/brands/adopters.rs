//! The practice of a brand, how each peer answered, and what was found in those that took it up.
use excellence::brand::Brand;
use excellence::indicator::Definition;
use excellence::practice::{self, Offer};
use excellence::standing_rule::{self, Gain};
use kernel::Result;
use maud::{Markup, html};
use registry::people::Unit;
use store::Tx;

use super::name_of;
use crate::answer::told;
use crate::look::{self, Event, EventKind, Lang, definition_list, format, t, t_args, timeline};
use crate::pages::indicators::shown;

/// The practice package, and how each peer answered its offer.
pub(super) async fn practice(
    tx: &mut Tx,
    lang: Lang,
    d: &Definition,
    b: &Brand,
    units: &[Unit],
) -> Result<Markup> {
    let Some(p) = practice::by_brand(tx, b.id).await? else { return Ok(Markup::default()) };
    let offers = practice::offers(tx, p.id).await?;
    let text = |key: &str| told(lang, p.body["package"][key].as_str().unwrap_or_default()).to_owned();
    let list = |key: &str| -> Vec<String> {
        let all = p.body["package"][key].as_array().into_iter().flatten();
        all.filter_map(|s| s.as_str().map(|s| told(lang, s).to_owned())).collect()
    };
    let words = [
        "practice-preconditions",
        "practice-steps",
        "practice-forms",
        "practice-side-effects",
        "practice-not-if",
        "charter-hash",
    ]
    .map(|k| t(lang, k));
    let package = definition_list(
        &[
            (&words[0], html! { (text("preconditions")) }),
            (&words[1], html! { ol { @for s in list("steps") { li { (s) } } } }),
            (&words[2], html! { (list("forms").join(lang.pick("、", ", "))) }),
            (&words[3], html! { (text("side_effects")) }),
            (&words[4], html! { (text("does_not_fit_if")) }),
            (&words[5], html! { code { (p.sha256) } }),
        ],
        false,
    );
    let adopters = adopters(tx, lang, d, &offers, units).await?;
    Ok(html! {
        (look::section(&t(lang, "practice"), Markup::default(), package))
        @if !offers.is_empty() { div id="adopters" { (look::section(&t(lang, "adopters"), Markup::default(), adopters)) } }
    })
}

/// What was found in an adopter: whether the practice was seen at work there, and what it gained.
async fn found(tx: &mut Tx, lang: Lang, d: &Definition, o: &Offer) -> Result<Vec<String>> {
    let mut all = Vec::new();
    if !o.reason.is_empty() {
        all.push(told(lang, &o.reason).to_owned());
    }
    if o.late {
        all.push(t(lang, "answer-late"));
    }
    if !o.adopted() {
        return Ok(all);
    }
    for c in practice::checks(tx, o.id).await? {
        let word = if c.operating { "seen-operating" } else { "seen-not-operating" };
        let on = format::date_of(c.at.instant());
        let n = c.seen.len();
        let mut line = t_args(lang, word, &[("day", on.into()), ("n", n.into())]);
        if !c.note.is_empty() {
            line = format!("{line}{}{}", lang.pick("：", ": "), told(lang, &c.note));
        }
        all.push(line);
    }
    if let Some(g) = standing_rule::gain_of(tx, o.id).await? {
        all.push(gain(lang, d, &g));
    }
    Ok(all)
}

/// A gain in words: value, interval, and whether the effect was found again.
fn gain(lang: Lang, d: &Definition, g: &Gain) -> String {
    #[expect(clippy::cast_precision_loss, reason = "an effect in millionths is far below 2^53")]
    let of = |micro: i64| micro as f64 / 1_000_000.0;
    let signed = |micro: i64| format!("{}{}", if micro > 0 { "+" } else { "" }, shown(lang, d, of(micro)));
    let word = match g.replicated {
        Some(true) => "gain-replicated",
        Some(false) => "gain-not-replicated",
        None => "gain-unknown",
    };
    let mut parts = vec![t_args(lang, "gain-measured", &[("day", format::date_of(g.at.instant()).into())])];
    if let Some(net) = g.net_micro {
        let interval = g.interval.map(|(low, high)| format!(" [{}; {}]", signed(low), signed(high)));
        parts.push(format!("{}{}", signed(net), interval.unwrap_or_default()));
    }
    parts.push(t(lang, word));
    parts.join(" · ")
}

/// The answers of the peers, newest first; those who have not answered yet stand at the end as gaps.
async fn adopters(
    tx: &mut Tx,
    lang: Lang,
    d: &Definition,
    offers: &[Offer],
    units: &[Unit],
) -> Result<Markup> {
    struct Told {
        at: String,
        machine: String,
        what: String,
        unit: String,
        kind: EventKind,
        note: String,
    }
    let mut sorted: Vec<&Offer> = offers.iter().collect();
    sorted.sort_by_key(|o| std::cmp::Reverse(o.answered_at));
    let mut answers: Vec<Told> = Vec::new();
    for o in sorted {
        let (at, kind) = match (o.answered_at, o.answer.as_deref()) {
            (Some(at), Some("decline")) => (at, EventKind::Act),
            (Some(at), _) => (at, EventKind::Go),
            (None, _) => (o.due_at, EventKind::Gap),
        };
        let key = o.answer.as_deref().map_or("answer-none".to_owned(), |a| format!("answer-{a}"));
        answers.push(Told {
            at: format::date_of(at.instant()),
            machine: format::machine_time(at.instant()),
            what: t(lang, &key),
            unit: name_of(lang, units, o.unit),
            kind,
            note: found(tx, lang, d, o).await?.join(lang.pick("；", "; ")),
        });
    }
    let events: Vec<Event<'_>> = answers
        .iter()
        .map(|e| Event {
            at: &e.at,
            machine_at: &e.machine,
            kind: e.kind,
            what: &e.what,
            unit: &e.unit,
            note: Some(e.note.as_str()).filter(|n| !n.is_empty()),
            ..Event::default()
        })
        .collect();
    Ok(timeline(lang, &events))
}
