//! Brands: the wall of the three families, one brand with everything that proves it, every deed of its life, and the
//! balance of the whole portfolio.
mod adopters;
mod balance;
mod burden;
mod caf;
mod deed_acts;
mod deed_forms;
mod deeds;
mod evidence;
mod new;
mod one;
mod rules;
mod wall;
mod work;

use excellence::brand::Brand;
use kernel::{BrandId, Refusal, Result, bi};
use maud::Markup;
use registry::people::Unit;

use crate::answer::said;
use crate::guard::{BrandHands, RoleSet};
use crate::look::{Lang, Sign, Tone, badge, format, t};
use crate::pages::kit;
use crate::route::RouteSpec;

pub(crate) use deed_acts::facts;
pub(crate) use work::waiting;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        wall::routes(),
        one::routes(),
        deeds::routes(),
        new::routes(),
        balance::routes(),
        burden::routes(),
        caf::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Roles that decide something of brands.
const BRAND_HANDS: &[kernel::Role] = <BrandHands as RoleSet>::ROLES;

/// The stage of a brand as a word with its sign.
pub(crate) fn stage_badge(lang: Lang, stage: &str) -> Markup {
    let (tone, sign) = match stage {
        "proposed" => (Tone::Plain, Sign::Ring),
        "creating" => (Tone::Plain, Sign::Half),
        "passed" | "ruled" => (Tone::Go, Sign::Check),
        "stopped" | "returned" => (Tone::Quiet, Sign::Cross),
        _ => (Tone::Quiet, Sign::Dash),
    };
    badge(tone, sign, &t(lang, &format!("brand-stage-{stage}")))
}

/// The next day that matters, and what falls on it.
fn next_date(lang: Lang, b: &Brand) -> Option<(String, String)> {
    let day = |at: kernel::Timestamp| format::date(kernel::Timestamp(at.0 - 1).date());
    match b.stage.as_str() {
        "creating" if b.gate_due.is_none_or(|at| at.date() > b.ends_on()) => {
            Some((t(lang, "last-day"), format::date(b.ends_on())))
        }
        "creating" => b.gate_due.map(|at| (t(lang, "next-gate"), day(at))),
        "passed" => b.decide_due.map(|at| (t(lang, "decide-by"), day(at))),
        "ruled" => None,
        _ => Some((t(lang, "first-day"), format::date(b.positioning.starts_on))),
    }
}

/// The brand of an address.
fn brand_id(text: &str) -> Result<BrandId> {
    kit::id(text)
}

/// The unit of a brand among all units.
fn unit_of<'u>(units: &'u [Unit], b: &Brand) -> Option<&'u Unit> {
    units.iter().find(|u| u.id == b.positioning.unit)
}

/// The name of a unit among all units; empty where there is none.
fn name_of(lang: Lang, units: &[Unit], id: kernel::UnitId) -> String {
    units.iter().find(|u| u.id == id).map(|u| said(lang, &u.name)).unwrap_or_default()
}

/// Points of a hundred as they are written.
fn points(milli: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "at most a hundred thousand")]
    let points = milli as f64 / 1000.0;
    format!("{points:.1}")
}

/// The refusal of an address that names no deed.
fn no_deed(deed: &str) -> kernel::No {
    Refusal::new("brand.not_found", bi("没有这一步", "there is no such step"))
        .missing("deed", deed, bi("从品牌页打开", "open it from the page of the brand"))
        .into()
}
