//! Starting a trace, running it again, telling under which identifiers events name its lots, and ending it.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use flow::Lots;
use kernel::{Actor, Refusal, Result, Timestamp, bi};
use maud::html;
use serde::Deserialize;
use store::Tx;
use supervision::{
    notification,
    traceback::{self, Gap, Start, Starts, Traceback},
};

use super::form::{Ask, At, Spec, found, page, spec};
use super::{list, lots, trace::sought};
use crate::answer::Answer;
use crate::guard::{FollowUps, Who};
use crate::pages::sheet::{Given, Sheet, conclude, done};
use crate::pages::trace::Kept;
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/tracebacks/new", ask_new),
        post("/tracebacks/new", start),
        get("/tracebacks/{id}/{deed}", ask),
        post("/tracebacks/{id}/{deed}", act),
    ]
}

const NEW: Spec = spec("trace", &[Ask::Maybe("uri")]);
const SPECS: [Spec; 3] = [
    spec("run", &[Ask::Maybe("gap-place"), Ask::Maybe("gap-from"), Ask::Maybe("gap-to")]),
    spec("end-trace", &[Ask::Tick("records-seen"), Ask::Lines("reason", 4)]),
    spec("mark", &[Ask::Line("uri")]),
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Of {
    notification: String,
    lot: String,
}

async fn ask_new(who: Who<FollowUps>, State(web): State<Web>, Query(of): Query<Of>) -> Answer<Response> {
    let given = Given::default().with("notification", of.notification).with("lot", of.lot);
    show_new(&who, &web, &given, None).await
}

async fn show_new(
    who: &Who<FollowUps>,
    web: &Web,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let sheet = Sheet { lang: who.lang, given, refusal };
    let mut tx = web.read().await?;
    let about = given.get("notification");
    let (mut boxes, mut matter) = (Vec::new(), (String::new(), "/tracebacks".to_owned()));
    if about.is_empty() {
        let lot: Vec<_> = lots(&[given.get("lot")]);
        for r in notification::reach(&mut tx, &lot).await? {
            boxes.push((r.lot.to_string(), format!("{} · {}", r.lot_no, r.declaration_no)));
        }
    } else {
        let n = list::sought(&mut tx, about).await?;
        let named = notification::attributed_lots(&mut tx, n.id).await?;
        let candidates = notification::candidates(&mut tx, n.id).await?;
        let ids: Vec<_> = if named.is_empty() { candidates.iter().map(|c| c.lot).collect() } else { named };
        for r in notification::reach(&mut tx, &ids).await? {
            boxes.push((r.lot.to_string(), format!("{} · {}", r.lot_no, r.declaration_no)));
        }
        matter = (n.no, format!("/notifications/{}", n.id));
    }
    drop(tx);
    let own = html! {
        input type="hidden" name="notification" value=(about);
        @if !boxes.is_empty() { (sheet.boxes("lots", "lots", &boxes)) }
    };
    let at =
        At { room: ("fu-traces", "/tracebacks"), matter: (&matter.0, &matter.1), action: "/tracebacks/new" };
    page(who, web, &NEW, &at, (given, refusal), own)
}

async fn start(
    who: Who<FollowUps>,
    State(web): State<Web>,
    kept: Kept,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let genealogy = kept.caught_up(&web).await?;
    let mut tx = web.begin().await?;
    let made = started(&mut tx, &by, genealogy, &given).await;
    match conclude(&web, &by, "traceback/new", tx, made).await? {
        Ok(id) => Ok(done(&format!("/tracebacks/{id}"))),
        Err(refusal) => show_new(&who, &web, &given, Some(&refusal)).await,
    }
}

/// Starts a trace and runs it at once.
async fn started(tx: &mut Tx, by: &Actor, genealogy: &Lots, given: &Given) -> Result<kernel::TracebackId> {
    let about = given.get("notification");
    let notification = if about.is_empty() { None } else { Some(list::sought(tx, about).await?.id) };
    let uris = given.get("uri").split([' ', ',', '，']).filter(|u| !u.is_empty()).map(str::to_owned);
    let starts = Starts { lots: lots(&given.all("lots")), uris: uris.collect() };
    let id = traceback::start(tx, by, &Start { notification, starts, seed: None }).await?;
    traceback::run(tx, by, genealogy, id, &[]).await?;
    Ok(id)
}

fn show(
    who: &Who<FollowUps>,
    web: &Web,
    spec: &Spec,
    x: &Traceback,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let matter = format!("/tracebacks/{}", x.id);
    let action = format!("{matter}/{}", spec.key);
    let at = At { room: ("fu-traces", "/tracebacks"), matter: (&x.no, &matter), action: &action };
    page(who, web, spec, &at, (given, refusal), html! {})
}

async fn ask(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let mut tx = web.read().await?;
    let x = sought(&mut tx, &id).await?;
    show(&who, &web, spec, &x, &Given::default(), None)
}

async fn act(
    who: Who<FollowUps>,
    State(web): State<Web>,
    kept: Kept,
    Path((id, deed)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let (given, by) = (Given(sent), who.actor());
    let genealogy = kept.caught_up(&web).await?;
    let mut tx = web.begin().await?;
    let x = sought(&mut tx, &id).await?;
    let made = deeds(&mut tx, &by, genealogy, &x, (spec.key, &given)).await;
    match conclude(&web, &by, &x.id.subject(), tx, made).await? {
        Ok(()) => Ok(done(&format!("/tracebacks/{}", x.id))),
        Err(refusal) => show(&who, &web, spec, &x, &given, Some(&refusal)),
    }
}

/// The gap that an officer found on the spot, when one was written down.
fn gap(given: &Given) -> Result<Vec<Gap>> {
    let place = given.get("gap-place");
    if place.is_empty() {
        return Ok(Vec::new());
    }
    let day = |name: &str| {
        given.get(name).parse::<kernel::Date>().map_err(|_| {
            let what = bi("缺口填写有误", "a gap is not right");
            let needed = bi("日期写作 2026-11-24", "write the day as 2026-11-24");
            kernel::No::from(Refusal::new("traceback.gap", what).missing(name, given.get(name), needed))
        })
    };
    let millis = |at: Timestamp| at.0 / 1000;
    let (from, to) = (day("gap-from")?, day("gap-to")?);
    let end = to.tomorrow().unwrap_or(to);
    let (from, to) = (millis(Timestamp::start_of(from)), millis(Timestamp::start_of(end)));
    Ok(vec![Gap { place: place.to_owned(), from, to }])
}

async fn deeds(
    tx: &mut Tx,
    by: &Actor,
    genealogy: &Lots,
    x: &Traceback,
    (key, given): (&str, &Given),
) -> Result<()> {
    match key {
        "run" => traceback::run(tx, by, genealogy, x.id, &gap(given)?).await.map(drop),
        "mark" => {
            for lot in &x.starts.lots {
                traceback::mark(tx, by, *lot, given.get("uri")).await?;
            }
            traceback::run(tx, by, genealogy, x.id, &[]).await.map(drop)
        }
        _ => {
            let seen = given.get("records-seen") == "true";
            traceback::end(tx, by, x.id, seen, given.get("reason")).await.map(drop)
        }
    }
}
