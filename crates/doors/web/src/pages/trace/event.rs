//! One event of the repository, as it was captured: what a link of a trace rests on.
use axum::extract::{Path, State};
use flow::lots;
use kernel::{Refusal, Timestamp, bi};
use maud::html;
use serde_json::Value;
use supervision::epcis;

use crate::answer::Answer;
use crate::guard::{AnyRole, Page, Who};
use crate::look::{format, t, t_args};
use crate::server::Web;

/// Shows the event of a hash, with its declarations of error, to whoever may see it.
pub(super) async fn event(who: Who<AnyRole>, State(web): State<Web>, Path(hash): Path<String>) -> Answer {
    let lang = who.lang;
    let mut bytes = [0; 32];
    let known = hex::decode_to_slice(&hash, &mut bytes).is_ok();
    let id = lots::event_id(&bytes);
    let kept =
        if known { epcis::event(&mut web.read().await?, &who.actor(), &id).await? } else { Vec::new() };
    if kept.is_empty() {
        let what = bi("没有此事件", "there is no such event");
        return Err(Refusal::new("page.not_found", what).into());
    }
    let mut bodies = Vec::with_capacity(kept.len());
    for one in &kept {
        let body: Value = serde_json::from_str(&one.body).map_err(kernel::No::fault)?;
        let recorded = format::short_date_time(Timestamp(one.record_time.saturating_mul(1000)).instant());
        bodies.push((recorded, serde_json::to_string_pretty(&body).map_err(kernel::No::fault)?));
    }
    let body = html! {
        p class="code hash" { (id) }
        @for (recorded, text) in &bodies {
            p class="note" { (t_args(lang, "trace-event-recorded", &[("at", recorded.clone().into())])) }
            pre class="code event" tabindex="0" { (text) }
        }
    };
    let title = t(lang, "trace-event");
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, body))
}
