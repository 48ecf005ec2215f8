//! What of brands, practices and standing rules waits for a person: on the page of one's own work.
use excellence::brand::{self, Due};
use kernel::{Actor, Result, Timestamp};
use maud::{Markup, html};
use registry::people;
use store::Tx;

use super::{BRAND_HANDS, name_of};
use crate::look::{self, Lang, Row, Sign, Tone, badge, format, t};
use crate::pages::sheet::{Listing, listing};

/// Where a thing is done, and where nothing is opened for it yet.
fn place(d: &Due) -> String {
    let deed = match d.what {
        "gate" => "gate",
        "answer" => "answer",
        "verify" => "verify",
        "regrade" => return "/brands/balance/grade".to_owned(),
        "help" => return "/brands/balance/help".to_owned(),
        // What the leading group chooses among stands on the brand's own page.
        _ => return d.brand.map_or_else(|| "/brands/balance".to_owned(), |id| format!("/brands/{id}")),
    };
    d.brand.map_or_else(|| "/brands".to_owned(), |id| format!("/brands/{id}/do/{deed}"))
}

/// What waits for a person, the soonest due first; nothing for those whose roles decide nothing of brands.
pub(crate) async fn waiting(tx: &mut Tx, lang: Lang, by: &Actor) -> Result<Markup> {
    if !by.has(BRAND_HANDS) {
        return Ok(Markup::default());
    }
    let all = brand::due(tx, by).await?;
    if all.is_empty() {
        return Ok(Markup::default());
    }
    let (units, now) = (people::units(tx).await?, tx.now());
    let rows = all.iter().map(|d| {
        let late = d.due_at < now;
        let day = format::date(Timestamp(d.due_at.0 - 1).date());
        Row {
            href: Some(place(d)),
            cells: vec![
                html! { (d.code) },
                html! { (t(lang, &format!("brand-owed-{}", d.what))) },
                html! { span class="nowrap" { (day) } @if late { " " (badge(Tone::Wait, Sign::Warn, &t(lang, "overdue"))) } },
                html! { (name_of(lang, &units, d.unit)) },
            ],
            tone: if late { Tone::Wait } else { Tone::Plain },
            ..Row::default()
        }
    });
    let table = listing(Listing {
        lang,
        id: "brand-work",
        caption: "brand-work",
        heads: &["brand", "fu-next-step", "deadline", "unit"],
        rows: rows.collect(),
        empty: ("no-brands", "no-brands-advice"),
        next: None,
        first: None,
        paged: false,
    });
    Ok(look::section(&t(lang, "brand-work"), Markup::default(), table))
}
