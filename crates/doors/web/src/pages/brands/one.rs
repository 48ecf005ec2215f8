//! One brand: what it promises and why, its charter, its indicators live with their guards beside them; at the right
//! what one may do now, and why not the rest.
use axum::extract::{Path, State};
use axum::response::Response;
use excellence::brand::{self, Brand, Charter};
use excellence::indicator::{self, Catalogue};
use kernel::{Actor, BrandId, Refusal};
use maud::{Markup, html};
use registry::people::{self, Unit};
use store::Tx;

use super::{adopters, brand_id, evidence, name_of, next_date, rules, stage_badge, unit_of};
use crate::answer::{Answer, said, told};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Action, Cannot, Crumb, Kind, Lang, Sign, Tone, badge, definition_list, figure_legend, format, t,
};
use crate::pages::indicators::{Bar, bar, catalogue, shown};
use crate::route::{RouteSpec, get};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/brands/{id}", page)]
}

async fn page(who: Who<Staff>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let id = brand_id(&id)?;
    let mut tx = web.read().await?;
    draw(&who, &web, &mut tx, id).await
}

async fn draw(who: &Who<Staff>, web: &Web, tx: &mut Tx, id: BrandId) -> Answer {
    let lang = who.lang;
    let c = catalogue()?;
    let b = found(tx, id).await?;
    let units = people::units(tx).await?;
    let charter = brand::charter(tx, id).await?;
    let main = html! {
        (figures(tx, lang, &c, &b, unit_of(&units, &b), charter.as_ref().map(|c| &c.1)).await?)
        (evidence::effect(tx, lang, &c, &b).await?)
        (positioning(lang, &b))
        @if let Some((revision, charter, sha256, at)) = &charter {
            (charter_section(lang, *revision, charter, sha256, &format::date_of(at.instant())))
        }
        (evidence::tasks(tx, lang, &b).await?)
        (evidence::gates(tx, lang, &b).await?)
        (adopters::practice(tx, lang, c.newest(&b.positioning.indicator)?, &b, &units).await?)
        (rules::rules(tx, lang, &b).await?)
        (evidence::story(tx, lang, &b).await?)
    };
    let aside = html! {
        (deeds(tx, lang, &who.actor(), &b).await?)
        (side_facts(lang, &b, &name_of(lang, &units, b.positioning.unit)))
    };
    let body = look::split(&t(lang, "may-do"), main, aside);
    let (root, title) = (t(lang, "brands"), said(lang, &b.positioning.name));
    let crumbs =
        [Crumb { label: &root, href: Some("/brands") }, Crumb { label: &b.positioning.code, href: None }];
    let status = html! {
        (stage_badge(lang, &b.stage))
        @if b.title { " " (badge(Tone::Go, Sign::Check, &t(lang, "title-awarded"))) }
    };
    let lede = Some(told(lang, &b.positioning.promise));
    let actions = look::button_link_secondary(&t(lang, "caf"), &format!("/brands/{}/caf", b.id));
    Ok(who.page(web, Page { title: &title, lede, status, crumbs: &crumbs, actions, ..Page::default() }, body))
}

/// The brand, or the page that says there is none.
pub(super) async fn found(tx: &mut Tx, id: BrandId) -> kernel::Result<Brand> {
    brand::one(tx, id).await.map_err(|no| match no.refusal() {
        Some(r) => Refusal { code: "brand.not_found".into(), ..r.clone() }.into(),
        None => no,
    })
}

/// What this login may do now, and why not the rest.
async fn deeds(tx: &mut Tx, lang: Lang, by: &Actor, b: &Brand) -> kernel::Result<Markup> {
    let all = brand::may(tx, by, b).await?;
    let words: Vec<String> = all.iter().map(|m| t(lang, &format!("deed-{}", m.deed))).collect();
    let places: Vec<String> = all.iter().map(|m| format!("/brands/{}/do/{}", b.id, m.deed)).collect();
    let whys: Vec<String> =
        all.iter().map(|m| m.why_not.as_ref().map(|r| why(lang, r)).unwrap_or_default()).collect();
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    for (i, m) in all.iter().enumerate() {
        if m.why_not.is_some() {
            cannot.push(Cannot { deed: &words[i], why: &whys[i], clause: None });
        } else {
            let kind = match m.deed {
                "close" | "return" | "withdraw" | "title-withdraw" => Kind::Danger,
                _ if can.is_empty() => Kind::Primary,
                _ => Kind::Secondary,
            };
            can.push(Action { label: &words[i], href: Some(&places[i]), kind, ..Action::default() });
        }
    }
    Ok(look::may_do(lang, &can, &cannot))
}

/// Why a deed is not open, in one sentence.
fn why(lang: Lang, r: &Refusal) -> String {
    let needed: Vec<String> = r
        .missing
        .iter()
        .filter(|m| m.field == "stage")
        .map(|m| t(lang, &format!("brand-stage-{}", m.value)))
        .collect();
    let what = said(lang, &r.what);
    if needed.is_empty() { what } else { format!("{what} ({})", needed.join(", ")) }
}

fn side_facts(lang: Lang, b: &Brand, unit: &str) -> Markup {
    let p = &b.positioning;
    let words = ["unit", "family", "brand-horizon", "next-date", "reason"].map(|k| t(lang, k));
    let next =
        next_date(lang, b).map_or_else(|| t(lang, "none-stated"), |(what, day)| format!("{what} {day}"));
    definition_list(
        &[
            (&words[0], html! { a href={ "/units/" (p.unit) } { (unit) } }),
            (
                &words[1],
                html! { (t(lang, &format!("brand-family-{}", p.family))) " · " (t(lang, &format!("mechanism-{}", p.mechanism.to_lowercase()))) },
            ),
            (&words[2], html! { (format::date(p.starts_on)) " – " (format::date(b.ends_on())) }),
            (
                &words[3],
                html! {
                    (next) @if b.prolonged { " · " (t(lang, "prolonged")) }
                    @if let Some(day) = b.title_review_on { br; (t(lang, "title-review")) " " (format::date(day)) }
                },
            ),
            (
                &words[4],
                html! { @if b.reason.is_empty() { (t(lang, "none-stated")) } @else { (told(lang, &b.reason)) } },
            ),
        ],
        false,
    )
}

/// The main indicator and the guards, live.
async fn figures(
    tx: &mut Tx,
    lang: Lang,
    c: &Catalogue,
    b: &Brand,
    unit: Option<&Unit>,
    charter: Option<&Charter>,
) -> kernel::Result<Markup> {
    let main = b.positioning.indicator.clone();
    let guards = charter.map(|c| c.guards.clone()).unwrap_or_default();
    let code = unit.map_or_else(String::new, |u| u.code.clone());
    let mut rows = Vec::new();
    // What forms cost in working time stands beside the guards of every brand.
    let common = guards.iter().all(|g| g != brand::EVERY_BRAND).then(|| brand::EVERY_BRAND.to_owned());
    let all = [(main, "main-indicator")]
        .into_iter()
        .chain(guards.into_iter().map(|g| (g, "guard-metric")))
        .chain(common.map(|g| (g, "guard-every-brand")));
    for (id, role) in all {
        let Ok(s) = indicator::score(tx, c, &id, unit).await else { continue };
        let d = s.definition;
        let href = crate::route::with_query(&format!("/indicators/{id}"), &[("unit", code.clone())]);
        rows.push(match &s.card {
            Some(card) => {
                let label = format!("{} · {} {} · {}", t(lang, role), d.id, said(lang, &d.name()), card.period);
                let need = c.policy.least_for_rate;
                let (figure, baseline) = (&card.closed, card.baseline.value);
                bar(lang, &Bar { d, label: &label, figure, peers: &s.peers, baseline, href: &href, need })
            }
            None => html! { p { (t(lang, role)) " · " a href=(href) { (d.id) " " (said(lang, &d.name())) } " · " (t(lang, "state-waiting")) } },
        });
    }
    let target = charter.and_then(|c| c.target_milli);
    let d = c.newest(&b.positioning.indicator).ok();
    #[expect(clippy::cast_precision_loss, reason = "targets are small")]
    let target = target.zip(d).map(|(milli, d)| shown(lang, d, milli as f64 / 1000.0));
    Ok(look::section(
        &t(lang, "live-figures"),
        html! { @if let Some(target) = target { span class="quiet" { (t(lang, "charter-target")) " " (target) } } },
        html! { @for row in rows { (row) } (figure_legend(lang)) },
    ))
}

fn positioning(lang: Lang, b: &Brand) -> Markup {
    let p = &b.positioning;
    let words =
        ["brand-problem", "brand-beneficiary", "brand-core-work", "brand-baseline"].map(|k| t(lang, k));
    look::section(
        &t(lang, "positioning"),
        Markup::default(),
        definition_list(
            &[
                (&words[0], html! { (told(lang, &p.problem)) }),
                (&words[1], html! { (told(lang, &p.beneficiary)) }),
                (&words[2], html! { (told(lang, &p.core_work)) }),
                (&words[3], html! { (b.baseline_months) " " (t(lang, "months")) }),
            ],
            false,
        ),
    )
}

fn charter_section(lang: Lang, revision: i64, c: &Charter, sha256: &str, at: &str) -> Markup {
    let words = ["charter-measures", "guard-metrics", "charter-resources", "next-gate", "charter-hash"]
        .map(|k| t(lang, k));
    look::section(
        &t(lang, "charter"),
        html! { span class="quiet" { (t(lang, "charter-revision")) " " (revision) " · " (at) } },
        definition_list(
            &[
                (
                    &words[0],
                    html! { ul class="plain-list" { @for m in &c.measures { li { (told(lang, m)) } } } },
                ),
                (&words[1], html! { @for g in &c.guards { a href={ "/indicators/" (g) } { (g) } " " } }),
                (&words[2], html! { (told(lang, &c.resources)) }),
                (&words[3], html! { (format::date(c.gate_on)) }),
                (&words[4], html! { code { (sha256) } }),
            ],
            false,
        ),
    )
}

/// The brand's page, reached after a deed.
pub(super) fn after(id: BrandId) -> Response {
    crate::pages::sheet::done(&format!("/brands/{id}"))
}
