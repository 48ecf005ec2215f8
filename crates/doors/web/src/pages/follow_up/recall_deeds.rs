//! Opening a recall from the lots of a notification, and what is done about one, whole or line by line.
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kernel::{Actor, LotId, RecallId, RecallLineId, Refusal, Result, bi};
use maud::{Markup, html};
use serde::Deserialize;
use store::Tx;
use supervision::{
    notification::{self, Notification},
    recall::{self, Call, HOWS, Recall},
    traceback,
};

use super::form::{Ask, At, Spec, found, page, spec, stop};
use super::{list, lots, recall::sought};
use crate::answer::{Answer, said};
use crate::guard::{FollowUps, Who};
use crate::look::{self, Column, DataTable, Empty, Lang, Row, Sign, Tone, badge, t};
use crate::pages::sheet::{Given, conclude, done};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/recalls/new", ask_new),
        post("/recalls/new", open),
        get("/recalls/{id}/{deed}", ask),
        post("/recalls/{id}/{deed}", act),
    ]
}

const OPEN: Spec =
    stop("recall", &[Ask::One("class", &["1", "2", "3"]), Ask::Line("the-hazard"), Ask::Lines("reason", 4)]);
const SPECS: [Spec; 7] = [
    spec("start-recall", &[Ask::Lines("plan", 8)]),
    stop("close-recall", &[Ask::Lines("summary", 6)]),
    spec("tell", &[Ask::Maybe("consignee")]),
    spec("split", &[Ask::Line("consignee"), Ask::Amount("amount")]),
    spec(
        "account",
        &[Ask::One("how", &HOWS), Ask::Amount("amount"), Ask::Tick("estimated"), Ask::Lines("evidence", 3)],
    ),
    spec("check", &[Ask::One("effective", &["yes", "no"]), Ask::Lines("finding", 4)]),
    stop("free", &[Ask::Lines("reason", 3)]),
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Of {
    notification: String,
    line: String,
}

async fn ask_new(who: Who<FollowUps>, State(web): State<Web>, Query(of): Query<Of>) -> Answer<Response> {
    let mut tx = web.read().await?;
    let n = list::sought(&mut tx, &of.notification).await?;
    drop(tx);
    let given = Given::default().with("the-hazard", n.notice.hazard.clone());
    show_new(&who, &web, &n, &given, None).await
}

/// The lots that the notification is about, and all that its traces found beside them.
async fn candidates(tx: &mut Tx, n: &Notification) -> Result<Vec<LotId>> {
    let mut all = notification::attributed_lots(tx, n.id).await?;
    if all.is_empty() {
        all.extend(notification::candidates(tx, n.id).await?.into_iter().map(|c| c.lot));
    }
    for x in traceback::of_notification(tx, n.id).await? {
        if let Some(run) = traceback::latest(tx, x.id).await? {
            all.extend(run.found.consignments.into_iter().map(|c| c.lot));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|l| seen.insert(*l));
    Ok(all)
}

/// What a recall would take in: what has left is called back, what is here is held at once.
async fn scope(tx: &mut Tx, lang: Lang, n: &Notification) -> Result<Markup> {
    let ids = candidates(tx, n).await?;
    let named = notification::attributed_lots(tx, n.id).await?;
    let heads =
        ["lot", "quantity", "declaration-number", "fu-consignee", "fu-what-happens"].map(|k| t(lang, k));
    let rows: Vec<Row<'_>> = recall::preview(tx, &ids)
        .await?
        .into_iter()
        .map(|s| Row {
            href: None,
            cells: vec![
                html! { label class="choice" { input type="checkbox" name="lots" value=(s.lot) checked[named.is_empty() || named.contains(&s.lot)]; span { (s.lot_no) } } },
                html! { (s.quantity.number()) " " (said(lang, &s.quantity.unit.name())) },
                html! { a href={ "/declarations/" (s.declaration.0) } { (s.declaration.1) } },
                html! { (s.consignee) },
                html! {
                    @if s.left { (badge(Tone::Plain, Sign::Arrow, &t(lang, "fu-called-back"))) }
                    @else { (badge(Tone::Stop, Sign::Square, &t(lang, "fu-held-at-once"))) }
                },
            ],
            ..Row::default()
        })
        .collect();
    let mut columns: Vec<Column<'_>> = heads.iter().map(|h| Column::text(h)).collect();
    columns[1] = Column::figure(&heads[1], "");
    let (none, advice) = (t(lang, "fu-no-lots"), t(lang, "fu-no-lots-advice"));
    let table = look::data_table(&DataTable {
        lang,
        id: "scope",
        caption: &t(lang, "fu-scope"),
        columns,
        rows,
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        ..DataTable::default()
    });
    Ok(html! {
        input type="hidden" name="notification" value=(n.id);
        (look::section(&t(lang, "fu-scope"), html! {}, table))
    })
}

async fn show_new(
    who: &Who<FollowUps>,
    web: &Web,
    n: &Notification,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let own = scope(&mut tx, who.lang, n).await?;
    drop(tx);
    let matter = format!("/notifications/{}", n.id);
    let at =
        At { room: ("fu-notifications", "/notifications"), matter: (&n.no, &matter), action: "/recalls/new" };
    page(who, web, &OPEN, &at, (given, refusal), own)
}

async fn open(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let n = list::sought(&mut tx, given.get("notification")).await?;
    let chosen = lots(&given.all("lots"));
    let call = Call {
        notification: n.id,
        class: given.get("class").parse().unwrap_or(0),
        hazard: given.get("the-hazard"),
        reason: given.get("reason"),
        lots: &chosen,
    };
    let made = recall::open(&mut tx, &by, &call).await;
    match conclude(&web, &by, &n.id.subject(), tx, made).await? {
        Ok(id) => Ok(done(&format!("/recalls/{id}"))),
        Err(refusal) => show_new(&who, &web, &n, &given, Some(&refusal)).await,
    }
}

async fn show(
    who: &Who<FollowUps>,
    web: &Web,
    spec: &Spec,
    (r, line): (&Recall, &str),
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let lines = recall::lines(&mut tx, r.id).await?;
    drop(tx);
    let of = lines.iter().find(|l| l.id.to_string() == line);
    let own = html! {
        @if let Some(l) = of {
            input type="hidden" name="line" value=(l.id);
            p { b { (l.lot_no) } " · " (l.consignee) " · " (l.quantity.number()) " " (said(lang, &l.quantity.unit.name())) }
        }
    };
    let matter = format!("/recalls/{}", r.id);
    let action = format!("{matter}/{}", spec.key);
    let at = At { room: ("fu-recalls", "/recalls"), matter: (&r.no, &matter), action: &action };
    page(who, web, spec, &at, (given, refusal), own)
}

async fn ask(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
    Query(of): Query<Of>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let mut tx = web.read().await?;
    let r = sought(&mut tx, &id).await?;
    drop(tx);
    show(&who, &web, spec, (&r, &of.line), &Given::default(), None).await
}

async fn act(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let (given, by) = (Given(sent), who.actor());
    let mut tx = web.begin().await?;
    let r = sought(&mut tx, &id).await?;
    let made = deeds(&mut tx, &by, r.id, spec.key, &given).await;
    match conclude(&web, &by, &r.id.subject(), tx, made).await? {
        Ok(()) => Ok(done(&format!("/recalls/{}", r.id))),
        Err(refusal) => show(&who, &web, spec, (&r, given.get("line")), &given, Some(&refusal)).await,
    }
}

async fn deeds(tx: &mut Tx, by: &Actor, id: RecallId, key: &str, given: &Given) -> Result<()> {
    let text = |name: &str| given.get(name);
    match key {
        "start-recall" => return recall::start(tx, by, id, text("plan")).await,
        "close-recall" => return recall::close(tx, by, id, text("summary")).await,
        _ => {}
    }
    let none = || Refusal::new("recall.line", bi("本召回没有这一行", "the recall has no such line"));
    let line: RecallLineId = text("line").parse().map_err(|_| none())?;
    match key {
        "tell" => recall::tell(tx, by, id, line, text("consignee")).await,
        "split" => recall::split(tx, by, id, line, (text("consignee"), text("amount"))).await.map(drop),
        "account" => {
            let estimated = text("estimated") == "true";
            let told = (text("how"), text("amount"), estimated, text("evidence"));
            recall::account(tx, by, id, line, told).await
        }
        "check" => {
            let effective = text("effective") == "yes";
            recall::check(tx, by, id, line, (effective, text("finding"))).await
        }
        _ => recall::free(tx, by, id, line, text("reason")).await,
    }
}
