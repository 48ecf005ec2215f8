//! How the things of a trace stand today: tone, sign and word of each, and the legend of those that are shown.
use flow::lots::Item;
use kernel::Bilingual;
use maud::{Markup, html};
use std::collections::{BTreeMap, HashMap};
use supervision::declaration::Stage;
use supervision::trail::{Known, names};
use trace::genealogy::NodeKind;

use crate::look::{self, Lang, Sign, Tone, t};
use crate::pages::parts;

/// What is known of the names of a trace, and where its record stops.
pub(super) struct Stands {
    pub(super) known: HashMap<String, Known>,
    pub(super) broken: Vec<String>,
}

impl Stands {
    /// Tone, sign and word of an item; the word is empty where nothing is to be said.
    pub(super) fn of(&self, lang: Lang, item: &Item) -> (Tone, Sign, String) {
        let said = |tone, sign, key: &str| (tone, sign, t(lang, key));
        if self.broken.contains(&item.name) {
            return said(Tone::Stop, Sign::Warn, "trace-broken");
        }
        let known = self.known.get(&item.name).and_then(|k| k.state.as_deref());
        let kind = names::read(&item.name).map_or("", |(kind, _)| kind);
        match (item.kind, known) {
            (NodeKind::Process, _) => (Tone::Quiet, Sign::Half, String::new()),
            (_, Some(code)) if kind == "consignment" => stage(lang, code),
            (_, Some(code)) => state(lang, code),
            _ if kind == "consignee" => said(Tone::Quiet, Sign::Arrow, "trace-sent"),
            _ if item.asked => said(Tone::Plain, Sign::Lens, "trace-asked"),
            (NodeKind::Origin, _) => (Tone::Plain, Sign::Dot, String::new()),
            _ => (Tone::Plain, Sign::Ring, String::new()),
        }
    }

    /// What people call it, when it has a name beside its number.
    pub(super) fn name(&self, name: &str) -> Option<&Bilingual> {
        self.known.get(name)?.name.as_ref()
    }

    /// The signs that are shown, each with its word, once.
    pub(super) fn legend<'a>(&self, lang: Lang, items: impl Iterator<Item = &'a Item>) -> Markup {
        let mut words: BTreeMap<String, (Tone, Sign)> = BTreeMap::new();
        for (tone, sign, word) in
            items.map(|item| self.of(lang, item)).filter(|(_, _, word)| !word.is_empty())
        {
            words.insert(word, (tone, sign));
        }
        if words.is_empty() {
            return html! {};
        }
        html! {
            p class="cluster legend" {
                span class="quiet" { (t(lang, "trace-legend")) }
                @for (word, (tone, sign)) in &words { (look::badge(*tone, *sign, word)) }
            }
        }
    }
}

fn stage(lang: Lang, code: &str) -> (Tone, Sign, String) {
    let Some(stage) = Stage::parse(code) else { return (Tone::Plain, Sign::Ring, String::new()) };
    let (tone, sign) = parts::stage_look(stage);
    (tone, sign, parts::capital(lang, &stage.name()))
}

/// The outcome of a lot, the filing of a farm or plant, the validity of a certificate.
fn state(lang: Lang, code: &str) -> (Tone, Sign, String) {
    let (tone, sign, key) = match code {
        "release" => (Tone::Go, Sign::Check, "outcome-release"),
        "hold" => (Tone::Stop, Sign::Square, "outcome-hold"),
        "treat" => (Tone::Wait, Sign::Pause, "outcome-treat"),
        "return" => (Tone::Quiet, Sign::Dash, "outcome-return"),
        "destroy" => (Tone::Quiet, Sign::Cross, "outcome-destroy"),
        "unproven" => (Tone::Stop, Sign::Warn, "trace-unproven"),
        "filed" => (Tone::Go, Sign::Dot, "trace-filed"),
        "unfiled" => (Tone::Stop, Sign::Warn, "trace-unfiled"),
        "valid" => (Tone::Go, Sign::Check, "trace-valid"),
        "withdrawn" => (Tone::Stop, Sign::Cross, "trace-withdrawn"),
        "replaced" => (Tone::Quiet, Sign::Dash, "trace-replaced"),
        _ => return (Tone::Plain, Sign::Ring, String::new()),
    };
    (tone, sign, t(lang, key))
}
