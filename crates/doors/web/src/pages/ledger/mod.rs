//! The ledger: its facts newest first, by kind or by what they are about; one fact with its exact text and hash.
mod checkpoints;
mod verify;

use axum::extract::{Path, Query, State};
use kernel::{Actor, KINDS, OfficerId, Refusal, Scope, UnitId, bi};
use maud::{Markup, html};
use registry::people;
use serde::Deserialize;
use store::ledger::{self, Stored};

use crate::answer::{Answer, said};
use crate::guard::{Page, Staff, Who};
use crate::look::{
    self, Choice, Chosen, Column, Crumb, DataTable, Empty, Field, FieldKind, FilterBar, Lang, Pager, Row,
    button_link_secondary, format, t,
};
use crate::route::encoded;
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Facts on one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let own = vec![get("/ledger", list), get("/ledger/{seq}", one)];
    [own, verify::routes(), checkpoints::routes()].into_iter().flatten().collect()
}

/// The whole ledger is for those who oversee the bureau; a branch sees the facts of its own work.
fn within_reach(by: &Actor, unit: Option<UnitId>) -> kernel::Result<()> {
    match by.scope {
        Scope::Bureau => Ok(()),
        Scope::Branch(own) if unit == Some(own) => Ok(()),
        Scope::Branch(_) | Scope::Operator(_) => {
            let way = bi(
                "从报检单的经过打开本部门的事实",
                "Open your own branch's facts from a declaration's timeline",
            );
            Err(Refusal::new("access.scope", bi("不在您的业务范围", "this is outside your reach"))
                .remedy(way)
                .into())
        }
    }
}

/// A kind of fact in the field's words; one without words of its own is shown as the ledger names it.
pub(crate) fn kind_word(lang: Lang, kind: &str) -> String {
    let key = format!("fact-{}", kind.replace(['.', '_'], "-"));
    let word = t(lang, &key);
    if word == key { kind.to_owned() } else { word }
}

/// The page of what a fact is about; none where there is no such page.
pub(crate) fn place(subject: &str) -> Option<String> {
    let (noun, id) = subject.split_once('/')?;
    let room = match noun {
        "unit" => "units",
        "officer" => "officers",
        "account" => "accounts",
        "operator" => "operators",
        "plant" => "plants",
        "farm" => "farms",
        "product" => "products",
        "rule_pack" => "rules",
        "declaration" => "declarations",
        "post" => return Some(format!("/posts#post-{id}")),
        _ => return None,
    };
    Some(format!("/{room}/{id}"))
}

#[derive(Default, Deserialize)]
struct Asked {
    before: Option<i64>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    subject: String,
}

impl Asked {
    /// The same list, further back.
    fn from(&self, before: i64) -> String {
        let mut query = format!("/ledger?before={before}");
        for (key, value) in [("kind", &self.kind), ("subject", &self.subject)] {
            if !value.is_empty() {
                query.push_str(&format!("&{key}={}", encoded(value)));
            }
        }
        query
    }
}

async fn list(who: Who<Staff>, State(web): State<Web>, Query(q): Query<Asked>) -> Answer {
    let lang = who.lang;
    within_reach(&who.actor(), None)?;
    let mut tx = web.read().await?;
    let before = q.before.unwrap_or(i64::MAX);
    let facts = if q.subject.is_empty() {
        ledger::page(&mut tx, before, PAGE, Some(q.kind.as_str()).filter(|k| !k.is_empty())).await?
    } else {
        ledger::of_subject_before(&mut tx, &q.subject, before, PAGE).await?
    };
    let full = i64::try_from(facts.len()).is_ok_and(|n| n == PAGE);
    let next = facts.last().filter(|f| full && f.seq > 1).map(|f| q.from(f.seq));
    let heads = ["sequence", "fact", "subject", "time"].map(|k| t(lang, k));
    let none = t(lang, "no-facts");
    let table = DataTable {
        lang,
        id: "facts",
        caption: &t(lang, "facts"),
        columns: vec![
            Column::figure(&heads[0], ""),
            Column::text(&heads[1]),
            Column::text(&heads[2]),
            Column::text(&heads[3]),
        ],
        rows: facts.iter().map(|f| row(lang, f)).collect(),
        empty: Empty { title: &none, ..Empty::default() },
        pager: Some(Pager { next: next.as_deref(), first: q.before.map(|_| "/ledger"), ..Pager::default() }),
        ..DataTable::default()
    };
    let title = t(lang, "ledger");
    let actions = html! {
        (button_link_secondary(&t(lang, "ledger-verify"), "/ledger/verify"))
        (button_link_secondary(&t(lang, "checkpoints"), "/ledger/checkpoints"))
        (button_link_secondary(&t(lang, "export"), "/ledger/export"))
    };
    let body = html! { (filters(lang, &q)) (look::data_table(&table)) };
    Ok(who.page(&web, Page { title: &title, actions, ..Page::default() }, body))
}

fn row(lang: Lang, f: &Stored) -> Row<'static> {
    Row {
        href: Some(format!("/ledger/{}", f.seq)),
        cells: vec![
            html! { (f.seq) },
            html! { (kind_word(lang, &f.kind)) },
            html! { @match place(&f.subject) { Some(place) => a class="code" href=(place) { (f.subject) }, None => span class="code" { (f.subject) } } },
            html! { (format::date_time_seconds(f.at.instant())) },
        ],
        ..Row::default()
    }
}

fn filters(lang: Lang, q: &Asked) -> Markup {
    let all = t(lang, "all-kinds");
    let words: Vec<(&str, String)> =
        KINDS.iter().flat_map(|wing| wing.iter()).map(|kind| (*kind, kind_word(lang, kind))).collect();
    let mut choices = vec![Choice { value: "", label: &all, hint: "" }];
    choices.extend(words.iter().map(|(value, label)| Choice { value, label, hint: "" }));
    let label = t(lang, "fact-kind");
    let kind = FieldKind::Select(&choices);
    let field =
        Field { lang, name: "kind", label: &label, value: &q.kind, kind, required: true, ..Field::default() };
    let shown = kind_word(lang, &q.kind);
    let chosen = [(&q.kind, shown.as_str()), (&q.subject, q.subject.as_str())];
    let chosen = chosen.iter().filter(|(value, _)| !value.is_empty());
    look::filter_bar(&FilterBar {
        lang,
        action: "/ledger",
        fields: vec![field],
        chosen: chosen.map(|(_, label)| Chosen { label, without: "/ledger" }).collect(),
        found: None,
    })
}

async fn one(who: Who<Staff>, State(web): State<Web>, Path(seq): Path<String>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let before = seq.parse::<i64>().unwrap_or(0).saturating_add(1);
    let found = ledger::page(&mut tx, before, 1, None).await?.into_iter().find(|f| f.seq + 1 == before);
    let Some(f) = found else {
        return Err(Refusal::new("ledger.not_found", bi("总账中没有该事实", "the ledger has no such fact"))
            .missing("seq", seq, bi("从总账列表打开", "open it from the ledger's list"))
            .into());
    };
    within_reach(&who.actor(), f.unit.map(UnitId))?;
    let actor = match f.actor {
        Some(id) => people::officer(&mut tx, id.into()).await?,
        None => None,
    };
    let unit = match f.unit {
        Some(id) => people::unit(&mut tx, id.into()).await?,
        None => None,
    };
    let (head, _) = ledger::head(&mut tx).await?;
    let hash: String = f.hash.iter().map(|b| format!("{b:02x}")).collect();
    let words = ["fact", "subject", "time", "who-acted", "unit", "hash"].map(|k| t(lang, k));
    let values = [
        html! { (kind_word(lang, &f.kind)) " " code class="quiet" { (f.kind) } },
        html! { @match place(&f.subject) { Some(place) => a class="code" href=(place) { (f.subject) }, None => span class="code" { (f.subject) } } },
        html! { (format::date_time_seconds(f.at.instant())) },
        html! { @match (&actor, f.actor) {
            (Some(o), _) => a href={ "/officers/" (o.id) } { (o.staff_no) " " (said(lang, &o.name)) },
            (None, Some(id)) => code { (id) },
            (None, None) => (said(lang, &bi("系统", "System"))),
        } },
        html! { @match &unit { Some(u) => a href={ "/units/" (u.id) } { (said(lang, &u.name)) }, None => (t(lang, "no-data")) } },
        html! { code { (hash) } },
    ];
    let pairs: Vec<(&str, Markup)> = words.iter().map(String::as_str).zip(values).collect();
    let body = html! {
        (look::definition_list(&pairs, false))
        (look::section(&t(lang, "content"), Markup::default(), content(&f.body)))
        div class="buttons section" {
            @if f.seq > 1 { (button_link_secondary(&t(lang, "fact-before"), &format!("/ledger/{}", f.seq - 1))) }
            @if f.seq < head { (button_link_secondary(&t(lang, "fact-after"), &format!("/ledger/{}", f.seq + 1))) }
            (button_link_secondary(&t(lang, "facts-about"), &format!("/ledger?subject={}", encoded(&f.subject))))
        }
    };
    let (list, number) = (t(lang, "ledger"), format!("#{}", f.seq));
    let title = format!("{number} · {}", kind_word(lang, &f.kind));
    let crumbs = [Crumb { label: &list, href: Some("/ledger") }, Crumb { label: &number, href: None }];
    Ok(who.page(&web, Page { title: &title, crumbs: &crumbs, ..Page::default() }, body))
}

/// The body field by field, and under it the exact text that was hashed.
fn content(body: &str) -> Markup {
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(body).unwrap_or_default();
    let shown = |key: &str, value: &serde_json::Value| match value {
        serde_json::Value::String(text) => {
            // An identifier under the noun of its kind leads to its page.
            let place = place(&format!("{key}/{text}")).filter(|_| text.parse::<OfficerId>().is_ok());
            html! { @match place { Some(place) => a class="code" href=(place) { (text) }, None => (text) } }
        }
        other => html! { (other.to_string()) },
    };
    let pairs: Vec<(&str, Markup)> =
        fields.iter().map(|(key, value)| (key.as_str(), shown(key, value))).collect();
    html! { (look::definition_list(&pairs, false)) p class="note section" { code { (body) } } }
}
