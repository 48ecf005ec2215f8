//! The registry: who and what exists, who may do what, and under which rules. Officers read; registrars and
//! managers write, each within reach.
mod adopt;
mod authorisations;
mod authorise;
mod calendar;
mod officers;
mod operators;
mod pack_lists;
mod plants;
mod products;
mod renew;
mod rules;
mod units;

use kernel::{Bilingual, Role, Scope};
use maud::{Markup, html};
use registry::find::{self, Hit};
use serde::Deserialize;
use store::Tx;

use crate::answer::said;
use crate::guard::{Registrars, RoleSet, Who};
use crate::look::{self, Chosen, Field, FieldKind, FilterBar, Lang, button_link_secondary, t};
use crate::route::RouteSpec;
use crate::route::encoded;

pub(crate) fn routes() -> Vec<RouteSpec> {
    [
        units::routes(),
        officers::routes(),
        authorise::routes(),
        renew::routes(),
        authorisations::routes(),
        operators::routes(),
        plants::routes(),
        products::routes(),
        rules::routes(),
        adopt::routes(),
        calendar::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is found by letters, at most.
const FOUND: usize = 50;

/// The query of a list: the key after which it goes on, or letters to find by.
#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
    #[serde(default)]
    q: String,
}

impl Asked {
    /// The rows found by letters; none when the list was asked for.
    async fn hits(&self, tx: &mut Tx, noun: &str) -> kernel::Result<Option<Vec<Hit>>> {
        if self.q.trim().is_empty() {
            return Ok(None);
        }
        find::search(tx, noun, &self.q, FOUND).await.map(Some)
    }
}

/// The field above a list that finds in it by code, name or initials.
fn finder(lang: Lang, path: &str, q: &str) -> Markup {
    let (label, hint) = (t(lang, "find-in-list"), t(lang, "find-in-list-hint"));
    let field = Field {
        lang,
        name: "q",
        label: &label,
        hint: &hint,
        value: q,
        kind: FieldKind::Search,
        grow: true,
        readonly: false,
        required: true,
        ..Field::default()
    };
    let q = q.trim();
    let chosen = if q.is_empty() { vec![] } else { vec![Chosen { label: q, without: path }] };
    look::filter_bar(&FilterBar { lang, action: path, fields: vec![field], chosen, found: None })
}

/// Whether this login may change the registry.
fn writes<R: RoleSet>(who: &Who<R>) -> bool {
    who.session.account.roles.iter().any(|r| Registrars::ROLES.contains(r))
}

/// Whether this login acts for the whole bureau.
fn over_all<R: RoleSet>(who: &Who<R>) -> bool {
    who.actor().scope == Scope::Bureau
}

/// Whether this login may change rows of a branch.
fn writes_in<R: RoleSet>(who: &Who<R>, branch: Option<kernel::UnitId>) -> bool {
    writes(who) && registry::over_branch(&who.actor(), branch).is_ok()
}

/// Whether this login looks after officers and may see in which operators they have an interest.
fn sees_interests<R: RoleSet>(who: &Who<R>) -> bool {
    who.actor().has(&[Role::Manager, Role::Registrar, Role::Auditor])
}

/// A link to the facts about a row, for those who may read them.
fn facts_link<R: RoleSet>(who: &Who<R>, subject: &str) -> Markup {
    let href = format!("/ledger?subject={}", encoded(subject));
    html! { @if over_all(who) { (button_link_secondary(&t(who.lang, "facts-about"), &href)) } }
}

/// A name in both languages, that of the page first.
fn both(lang: Lang, name: &Bilingual) -> Markup {
    look::bilingual(lang, &name.zh, &name.en)
}

/// Choices from codes: the word of each is the key `prefix` followed by the code.
fn coded(lang: Lang, prefix: &str, codes: &[&str]) -> Vec<(String, String)> {
    codes.iter().map(|code| ((*code).to_owned(), t(lang, &format!("{prefix}{code}")))).collect()
}

/// Choices of units: identifier, code and name.
fn unit_choices(lang: Lang, units: &[registry::people::Unit]) -> Vec<(String, String)> {
    units.iter().map(|u| (u.id.to_string(), format!("{} · {}", u.code, said(lang, &u.name)))).collect()
}

/// A list of pairs with the words of their keys.
fn pairs(lang: Lang, all: &[(&str, Markup)]) -> Markup {
    let words: Vec<(String, Markup)> = all.iter().map(|(key, value)| (t(lang, key), value.clone())).collect();
    let pairs: Vec<(&str, Markup)> =
        words.iter().map(|(word, value)| (word.as_str(), value.clone())).collect();
    look::definition_list(&pairs, true)
}
