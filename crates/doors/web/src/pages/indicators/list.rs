//! The scorecard: every indicator of the catalogue with the last closed period of a unit, beside its peers and its
//! own year before; what waits for facts says for which.
use axum::extract::{Query, State};
use excellence::indicator::{self, Catalogue, Score};
use kernel::Scope;
use maud::{Markup, html};
use registry::people;

use super::{Asked, Bar, bar, both, catalogue, state_word, target_badge, unit_name};
use crate::answer::Answer;
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Choice, Field, FieldKind, FilterBar, Lang, Sign, Tone, badge, button_link_secondary, figure_legend,
    t, t_args,
};
use crate::route::with_query;
use crate::server::Web;

/// Families in the order of the house.
pub(super) const FAMILIES: [&str; 5] = ["regulatory", "service", "people", "lifecycle", "side"];

pub(super) async fn list(who: Who<Staff>, State(web): State<Web>, Query(asked): Query<Asked>) -> Answer {
    let lang = who.lang;
    let by = who.actor();
    let c = catalogue()?;
    let mut tx = web.read().await?;
    let unit = indicator::unit_within(&mut tx, &by, &asked.unit).await?;
    let scores = indicator::scores(&mut tx, &c, unit.as_ref()).await?;
    let (folded, head) = indicator::folded(&mut tx).await?;
    let units = if by.scope == Scope::Bureau { people::branches(&mut tx).await? } else { Vec::new() };
    let codes: Vec<(String, String)> =
        units.iter().map(|u| (u.code.clone(), unit_name(lang, Some(u)))).collect();
    let body = html! {
        (filters(lang, &asked, &codes))
        @if folded < head { p class="note" { (t_args(lang, "figures-behind", &[("n", (head - folded).into())])) } }
        @for family in FAMILIES.iter().filter(|f| asked.family.is_empty() || asked.family == **f) {
            @let of: Vec<&Score<'_>> = scores.iter().filter(|s| s.definition.family == *family).collect();
            @if !of.is_empty() { (group(lang, &c, &asked, family, &of)) }
        }
        (figure_legend(lang))
    };
    let (title, name) = (t(lang, "indicators"), unit_name(lang, unit.as_ref()));
    let lede = t_args(lang, "indicators-lede", &[("unit", name.into())]);
    let of = |path: &str| with_query(path, &[("unit", asked.unit.clone())]);
    let actions = html! {
        (button_link_secondary(&t(lang, "bulletin"), &of("/indicators/bulletin")))
        (button_link_secondary(&t(lang, "bulletin-xlsx"), &of("/indicators/bulletin/xlsx")))
        (button_link_secondary("CSV", &with_query("/indicators/csv", &[("unit", asked.unit.clone())])))
    };
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), actions, ..Page::default() }, body))
}

fn filters(lang: Lang, asked: &Asked, units: &[(String, String)]) -> Markup {
    let (all, every) = (t(lang, "whole-bureau"), t(lang, "all-families"));
    let (unit, family) = (t(lang, "unit"), t(lang, "family"));
    let words: Vec<(&str, String)> = FAMILIES.iter().map(|f| (*f, t(lang, &format!("family-{f}")))).collect();
    let mut of_unit = vec![Choice { value: "", label: &all, hint: "" }];
    of_unit.extend(units.iter().map(|(value, label)| Choice { value, label, hint: "" }));
    let mut of_family = vec![Choice { value: "", label: &every, hint: "" }];
    of_family.extend(words.iter().map(|(value, label)| Choice { value, label, hint: "" }));
    let mut fields = Vec::new();
    if !units.is_empty() {
        let kind = FieldKind::Select(&of_unit);
        fields.push(Field {
            lang,
            name: "unit",
            label: &unit,
            value: &asked.unit,
            kind,
            required: true,
            ..Field::default()
        });
    }
    let kind = FieldKind::Select(&of_family);
    fields.push(Field {
        lang,
        name: "family",
        label: &family,
        value: &asked.family,
        kind,
        required: true,
        ..Field::default()
    });
    look::filter_bar(&FilterBar { lang, action: "/indicators", fields, ..FilterBar::default() })
}

/// A family: those with figures as rows, those that wait folded away below them.
fn group(lang: Lang, c: &Catalogue, asked: &Asked, family: &str, scores: &[&Score<'_>]) -> Markup {
    let (live, waiting): (Vec<&Score<'_>>, Vec<&Score<'_>>) = scores.iter().partition(|s| s.card.is_some());
    let title = t(lang, &format!("family-{family}"));
    let more = t_args(lang, "figures-waiting", &[("n", waiting.len().into())]);
    look::section(
        &title,
        Markup::default(),
        html! {
            @for s in &live { (row(lang, c, asked, s)) }
            @if !waiting.is_empty() {
                details {
                    summary { (more) }
                    ul class="plain-list" {
                        @for s in &waiting {
                            li {
                                a href={ "/indicators/" (s.definition.id) } { (s.definition.id) " " (both(lang, &s.definition.name())) }
                                " · " span class="quiet" { (t_args(lang, "waits-for", &[("facts", both(lang, &s.definition.waits()).into())])) }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn row(lang: Lang, c: &Catalogue, asked: &Asked, s: &Score<'_>) -> Markup {
    let Some(card) = &s.card else { return Markup::default() };
    let d = s.definition;
    let href = asked.href(&format!("/indicators/{}", d.id));
    let label = format!("{} {} · {}", d.id, both(lang, &d.name()), card.period);
    let b = Bar {
        d,
        label: &label,
        figure: &card.closed,
        peers: &s.peers,
        baseline: card.baseline.value,
        href: &href,
        need: c.policy.least_for_rate,
    };
    let stale = card.closed.state == indicator::State::Stale;
    html! {
        (bar(lang, &b))
        @if stale { p { (badge(Tone::Wait, Sign::Warn, &state_word(lang, indicator::State::Stale))) } }
        @if s.target_milli.is_some() { p { (target_badge(lang, d, &card.closed, s.target_milli)) } }
    }
}
