//! The visual language in code: every page is made of these functions and of nothing else.
mod asset;
mod bits;
mod button;
mod clock;
mod field;
mod figure;
mod form;
pub mod format;
mod gallery;
mod lang;
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
    intensity_badge, lane_badge, progress, section, stage_badge, stat, stats, tabs,
};
pub use button::{
    Action, Kind, button, button_link, button_link_secondary, button_row, button_secondary, danger,
};
pub use clock::{ClockChip, ClockState, ClockUnit, clock_chip};
pub use field::{Choice, Field, FieldKind, Width, field};
pub use figure::{FigureBar, FigureValue, figure_bar, figure_legend};
pub use form::{
    Chosen, DRAFT_HEADER, FilterBar, Form, Found, SIGNED_HEADER, filter_bar, form, palette_results,
    signed_answer,
};
pub use gallery::{gallery, public_gallery};
pub use lang::{FluentValue, Lang, in_lang, remember_lang, t, t_args};
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
