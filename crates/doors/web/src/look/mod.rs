//! The visual language in code: every page is made of these functions and of nothing else.
//!
//! Plain structs in (most have `Default`: write `Field { lang, name, label, ..Default::default() }`), [`maud::Markup`] out.
//! No component reads a clock, a session or a database. `docs/look.md` says why things look as they do; the example
//! `gallery` shows all of them.
//!
//! # A page
//! ```
//! use maud::html;
//! use web::look::{Column, DataTable, Empty, Lang, NavGroup, Row, Shell, User, data_table, shell, t};
//!
//! fn lots(lang: Lang, url: &str, nav: &[NavGroup<'_>], user: User<'_>) -> maud::Markup {
//!     let title = t(lang, "lots");
//!     let table = DataTable {
//!         lang,
//!         id: "lots",
//!         caption: &title,
//!         columns: vec![Column::text("Lot"), Column::figure("Net weight", "kg")],
//!         rows: vec![Row {
//!             href: Some("/lots/12".into()),
//!             cells: vec![html! { "L-12" }, html! { "1,750" }],
//!             ..Default::default()
//!         }],
//!         empty: Empty { title: "No lots", advice: "Add one to the declaration.", ..Default::default() },
//!         ..Default::default()
//!     };
//!     let frame = Shell { lang, title: &title, url, nav, current: "/lots", user: Some(user), ..Default::default() };
//!     shell(&frame, data_table(&table))
//! }
//! # assert!(lots(Lang::En, "/lots", &[], User::default()).into_string().contains("L-12"));
//! ```
//!
//! # Frame
//! - [`shell`]`(&Shell, body)`, [`public_shell`]`(&Shell, body)`; [`Shell`] holds title, status, verdict, nav ([`NavGroup`],
//!   [`NavItem`]), [`Crumb`]s, [`Flash`]es, [`User`], csrf, actions. [`flash_line`]`(&Flash)`, [`csrf_field`]`(token)` (`_csrf`).
//! - [`section`]`(title, aside, body)`; [`split`]`(label, main, aside)`; [`tabs`]`(label, &[Tab])`.
//! - Layout classes a page may use: `stack`, `stack wide`, `cluster`, `halves`, `thirds`, `measure`, `quiet`, `note`, `code`,
//!   `nowrap`, `unseen`, `needs-js`.
//!
//! # Signs
//! - [`badge`]`(Tone, Sign, word)`, [`lane_badge`]`(lang, Lane)`, [`stage_badge`]`(lang, Stage)`,
//!   [`intensity_badge`]`(word, 0..=4)`; `Lane::from_code`, `Stage::from_code` read the codes of records.
//! - [`clock_chip`]`(&ClockChip)`: left, total, unit; amber at the last fifth, vermilion when over, grey when suspended.
//! - [`reason_line`]`(&Reason)`, [`reason_lines`]`(title, &[Reason])`, [`cite`]`(&Cite)` (`Cite::link`, `Cite::name`).
//! - [`stepper`]`(lang, label, &Track)`; [`timeline`]`(lang, &[Event])` newest first.
//! - [`time_chart`]`(&TimeChart)`, [`funnel_chart`]`(&FunnelChart)`; [`figure_bar`]`(&FigureBar)`, [`figure_legend`]`(lang)`, [`stats`]`(lang, &[Stat])`, [`stat`]`(lang, &Stat)`.
//! - [`signature_block`]`(&Signature)`, [`code_seal`]`(&CodeSeal)`, [`bilingual`]`(lang, zh, en)`,
//!   [`definition_list`]`(&[(term, Markup)], two_columns)`, [`progress`]`(&Progress)`, [`empty_state`]`(&Empty)`.
//!
//! - [`lineage`]`(&Lineage)`: columns of nodes with links between them, beside a table that says the same.
//!
//! # Deeds
//! - [`data_table`]`(&DataTable)` with `Column::text(head)`, `Column::figure(head, unit)`, `.sorted(href, order)`, [`Row`]
//!   (href, cells, tone, group), [`Pager`], [`Narrow`]; [`filter_bar`]`(&FilterBar)` with [`Chosen`].
//! - [`form`]`(&Form, body)`, [`field`]`(&Field)` with [`FieldKind`], [`error_summary`]`(lang, &[FieldError])`.
//! - [`button`]`(label)`, [`button_secondary`]`(label, name, value)`, [`danger`]`(label, confirm)`, [`button_link`]`(label, href)`,
//!   [`button_link_secondary`]`(label, href)`, [`button_row`]`(sticky, buttons)`; [`Action`]`.draw()` for the rest.
//! - [`may_do`]`(lang, &[Action], &[Cannot])`, [`decision`]`(question, evidence, buttons)`, [`refusal_panel`]`(&RefusalPanel)`.
//!
//! # What the router does
//! - `.route(ASSET_ROUTE, get(serve_asset))`; send [`CONTENT_SECURITY_POLICY`]; `.layer(from_fn(remember_lang))`.
//! - [`Lang`] is an extractor (`lang=` in the URL, cookie, Accept-Language). [`in_lang`]`(url, lang)` keeps the URL.
//! - `GET /palette?q=`: with the header `HX-Request` answer [`palette_results`]`(lang, &[Found])` alone, else inside [`shell`].
//! - Forms post `_csrf` (or the header `x-csrf-token`) and `_key` (with drafts also the header `idempotency-key`).
//! - A post that ended in a signed record answers [`signed_answer`]`(&headers, record, location)`; one that did not answers
//!   4xx with the whole page again (errors beside the fields). The key of a refused post comes again with the mended one:
//!   remember keys of signed records only.
//! - Page paths that the frame links to: `/`, `/palette`, `/verify`, `/promises`, `/ledger/{seq}`.
//!
//! # Words and figures
//! - [`t`]`(lang, "key")`, [`t_args`]`(lang, "key", &[("n", 3.into())])`; literal keys are checked by a test. Words of a room
//!   stand in `locales/{zh-CN,en}/{room}.ftl`; add a room by adding a file in both.
//! - [`mod@format`]: `date_time`, `date_time_seconds`, `short_date_time`, `date_of`, `date`, `machine_time`, `count`, `integer`, `decimal`,
//!   `exact`, `quantity`, `percent`, `bytes`, `code_groups`, `no_data`.
mod asset;
mod bits;
mod button;
mod chart;
mod clock;
mod field;
mod figure;
mod form;
pub mod format;
mod gallery;
mod lang;
mod lineage;
mod mark;
mod proof;
mod reason;
mod shell;
mod stepper;
mod table;
#[cfg(test)]
mod tests;
mod timeline;

pub use asset::{ASSET_ROUTE, CONTENT_SECURITY_POLICY, all_assets, asset_url, serve_asset};
pub use bits::{
    Empty, Lane, Progress, Stage, Stat, Tab, Tone, badge, bilingual, definition_list, empty_state,
    intensity_badge, lane_badge, progress, section, split, stage_badge, stat, stats, tabs,
};
pub use button::{
    Action, Kind, button, button_link, button_link_secondary, button_row, button_secondary, danger,
};
pub use chart::{FunnelChart, FunnelUnit, TimeChart, TimePoint, funnel_chart, time_chart};
pub use clock::{ClockChip, ClockState, ClockUnit, clock_chip};
pub use field::{Choice, Field, FieldKind, Width, datalist, field};
pub use figure::{FigureBar, FigureValue, figure_bar, figure_legend};
pub use form::{
    Chosen, DRAFT_HEADER, FilterBar, Form, Found, SIGNED_HEADER, filter_bar, form, palette_results,
    signed_answer,
};
pub use gallery::{gallery, public_gallery};
pub use lang::{FluentValue, Lang, in_lang, remember_lang, speak_neutrally, t, t_args};
pub use lineage::{Lineage, LineageColumn, LineageNode, lineage};
pub use mark::{Sign, mark, sign};
pub use proof::{CodeSeal, Signature, Verdict, code_seal, signature_block};
pub use reason::{
    Cannot, Cite, FieldError, Reason, RefusalPanel, cite, decision, error_summary, may_do, reason_line,
    reason_lines, refusal_panel,
};
pub use shell::{Crumb, Flash, NavGroup, NavItem, Shell, User, csrf_field, flash_line, public_shell, shell};
pub use stepper::{Step, StepState, Track, stepper};
pub use table::{Align, Column, DataTable, Narrow, Order, Pager, Row, data_table};
pub use timeline::{Event, EventKind, timeline};
