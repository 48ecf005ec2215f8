//! The standing rules of a brand: what each changed in the rule pack, what became of its effect, and how it ended.
use excellence::brand::Brand;
use excellence::standing_rule::{self, Ending, PackChange};
use kernel::Result;
use maud::{Markup, html};
use store::Tx;

use crate::answer::{said, told};
use crate::look::{self, Lang, Sign, Tone, badge, definition_list, format, t, t_args};

/// The standing rules that came of it, each with the change of the rule pack.
pub(super) async fn rules(tx: &mut Tx, lang: Lang, b: &Brand) -> Result<Markup> {
    let rules = standing_rule::by_brand(tx, b.id).await?;
    if rules.is_empty() {
        return Ok(Markup::default());
    }
    let due = standing_rule::review_due(tx).await?;
    let mut again = Vec::new();
    for r in &rules {
        let is_due = due.iter().any(|d| d.id == r.id);
        again.push((
            standing_rule::measured(tx, r.id).await?,
            standing_rule::decisions(tx, r.id).await?,
            is_due,
        ));
    }
    let words = ["rule-number", "rule-text", "rule-change", "rule-opinion", "rule-days", "rule-version"]
        .map(|k| t(lang, k));
    let body = html! {
        @for (r, (again, decided, is_due)) in rules.iter().zip(&again) {
            h3 { (said(lang, &r.draft.title)) " " (badge(Tone::Plain, Sign::Dot, &t(lang, &format!("rule-stage-{}", r.stage)))) }
            (definition_list(
                &[
                    (&words[0], html! { (r.no.clone().unwrap_or_else(|| t(lang, "none-stated"))) }),
                    (&words[1], html! { (told(lang, &r.draft.body)) }),
                    (&words[2], html! { ul class="plain-list" { @for c in &r.draft.change { li { (change(lang, c)) } } } }),
                    (&words[3], html! { @if r.opinion.is_empty() { (t(lang, "none-stated")) } @else { (told(lang, &r.opinion)) } }),
                    (&words[4], html! { @if let (Some(from), Some(review)) = (r.effective_from, r.review_on) { (format::date(from)) " · " (t(lang, "rule-review")) " " (format::date(review)) } @else { (t(lang, "none-stated")) } }),
                    (&words[5], html! { @if r.rule_version.is_empty() { (t(lang, "none-stated")) } @else { a href="/rules" { (r.rule_version) } } }),
                ],
                false,
            ))
            @if let Some((at, held)) = again { p class="note" { (measured(lang, *held)) " · " (format::date_of(at.instant())) } }
            @if *is_due { p { (badge(Tone::Wait, Sign::Warn, &t(lang, "rule-due"))) } }
            @if !decided.is_empty() { ul class="plain-list" { @for d in decided { li { (ending(lang, d)) } } } }
            @if !r.ended_version.is_empty() { p class="quiet" { (t(lang, "rule-restored")) " " a href="/rules" { (r.ended_version) } } }
        }
    };
    Ok(
        html! { div id="standing-rule" { (look::section(&t(lang, "standing-rule"), Markup::default(), body)) } },
    )
}

/// What the measurement after a year says.
fn measured(lang: Lang, held: Option<bool>) -> String {
    t(
        lang,
        match held {
            Some(true) => "rule-held",
            Some(false) => "rule-not-held",
            None => "rule-held-unknown",
        },
    )
}

/// A decision of the leading group on a rule in force.
fn ending(lang: Lang, d: &Ending) -> String {
    let word = if d.kept { "rule-was-kept" } else { "rule-was-withdrawn" };
    let (at, day) = (format::date_of(d.at.instant()), format::date(d.day));
    let what = t_args(lang, word, &[("at", at.into()), ("day", day.into())]);
    format!("{what}{}{}", lang.pick("：", ": "), told(lang, &d.reason))
}

/// A change of the rule pack in words.
pub(super) fn change(lang: Lang, c: &PackChange) -> String {
    match c {
        PackChange::Number { key, value, unit } => t_args(
            lang,
            "change-number",
            &[("key", key.as_str().into()), ("value", (*value).into()), ("unit", unit.as_str().into())],
        ),
        PackChange::LaneRate { row, rate_ppm } => {
            #[expect(clippy::cast_precision_loss, reason = "at most a million")]
            let rate = format!("{:.1} %", *rate_ppm as f64 / 10_000.0);
            t_args(lang, "change-rate", &[("row", (*row).into()), ("rate", rate.into())])
        }
        PackChange::ItemAdded { code, zh, en, unit } => {
            let name = lang.pick(zh.as_str(), en.as_str());
            let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
            let name = format!("{name}{unit}");
            t_args(lang, "change-item-added", &[("code", code.as_str().into()), ("name", name.into())])
        }
        PackChange::ItemRemoved { code } => {
            t_args(lang, "change-item-removed", &[("code", code.as_str().into())])
        }
    }
}
