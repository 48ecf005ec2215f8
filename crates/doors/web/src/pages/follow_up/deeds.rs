//! What is done about a notification: each deed on a page of its own, with what it rests on before the eyes.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Actor, LotId, OfficerId, Refusal, Result};
use maud::{Markup, html};
use registry::people;
use store::Tx;
use supervision::{
    correction, declaration,
    notification::{self, CAUSES, Deed, More, Notification, Reach},
    recall, series,
};

use super::form::{Ask, At, Spec, found, page, spec, stop};
use super::{list::sought, lots, reach_badge};
use crate::answer::{Answer, said};
use crate::guard::{FollowUps, Who};
use crate::look::{self, Column, DataTable, Empty, Lang, Row, t, t_args};
use crate::pages::sheet::{Given, Sheet, conclude, done};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/notifications/{id}/{deed}", ask), post("/notifications/{id}/{deed}", act)]
}

const SPECS: [Spec; 11] = [
    spec("attribute", &[Ask::Lines("finding", 4)]),
    stop("not-attributable", &[Ask::Lines("reason", 4)]),
    spec(
        "supplement",
        &[Ask::Code("lot-no"), Ask::Code("plant-no"), Ask::Code("port"), Ask::Code("to-market")],
    ),
    stop("hold", &[]),
    spec("free", &[Ask::Lines("reason", 3)]),
    spec("cause", &[Ask::One("cause", &CAUSES), Ask::Lines("evidence", 5)]),
    spec("interview", &[Ask::Line("person"), Ask::Line("place"), Ask::Lines("minutes", 10)]),
    spec("report", &[Ask::Lines("text", 8)]),
    spec("final", &[Ask::Lines("text", 14)]),
    stop("close", &[Ask::Lines("reason", 3)]),
    stop("reopen", &[Ask::Lines("reason", 3)]),
];
/// Officers that a panel may be chosen from at once; others are named by their staff numbers.
const OFFERED: i64 = 200;

async fn ask(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
) -> Answer<Response> {
    let spec = found(&SPECS, &deed)?;
    let mut tx = web.read().await?;
    let n = sought(&mut tx, &id).await?;
    let given = match deed.as_str() {
        "final" => Given::default().with("text", draft(&mut tx, &n).await?),
        _ => Given::default(),
    };
    drop(tx);
    show(&who, &web, spec, &n, &given, None).await
}

async fn show(
    who: &Who<FollowUps>,
    web: &Web,
    spec: &Spec,
    n: &Notification,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    let sheet = Sheet { lang: who.lang, given, refusal };
    let own = match spec.key {
        "attribute" => attribution(&mut tx, &sheet, n).await?,
        "hold" => holding(&mut tx, who.lang, n).await?,
        "free" => freeing(&mut tx, &sheet, n).await?,
        _ => html! {},
    };
    drop(tx);
    let matter = format!("/notifications/{}", n.id);
    let action = format!("{matter}/{}", spec.key);
    let room = ("fu-notifications", "/notifications");
    page(who, web, spec, &At { room, matter: (&n.no, &matter), action: &action }, (given, refusal), own)
}

/// Lots to choose from, and officers who may sit on the panel: none of the branch that released the lots.
async fn attribution(tx: &mut Tx, sheet: &Sheet<'_>, n: &Notification) -> Result<Markup> {
    let lang = sheet.lang;
    let candidates = notification::candidates(tx, n.id).await?;
    let boxes: Vec<(String, String)> = candidates
        .iter()
        .map(|c| {
            let sure = super::share(c.confidence_ppm);
            (c.lot.to_string(), format!("{} · {} · {sure}", c.lot_no, c.declaration_no))
        })
        .collect();
    let own = match candidates.first() {
        Some(c) => declaration::one(tx, &Actor::system(), c.declaration).await?.map(|d| d.branch),
        None => None,
    };
    // Officers of the bureau itself come first: they are of no branch.
    let mut officers = people::officers(tx, "", OFFERED).await?;
    officers.sort_by_key(|o| o.branch.is_some());
    let panel: Vec<(String, String)> = officers
        .into_iter()
        .filter(|o| o.on_duty && (o.branch.is_none() || o.branch != own))
        .take(40)
        .map(|o| (o.id.to_string(), format!("{} {}", said(lang, &o.name), o.staff_no)))
        .collect();
    Ok(html! {
        @if boxes.is_empty() {
            p { (t(lang, "fu-no-lots")) " " a href={ "/notifications/" (n.id) "/supplement" } { (t(lang, "fu-do-supplement")) } }
        } @else { (sheet.boxes("lots", "lots", &boxes)) }
        (sheet.boxes("fu-panel", "panel", &panel))
        p class="hint" { (t(lang, "fu-panel-hint")) }
    })
}

/// The lots that a notification is about: those that the panel named, else the candidates.
pub(super) async fn about(tx: &mut Tx, n: &Notification) -> Result<Vec<Reach>> {
    let named = notification::attributed_lots(tx, n.id).await?;
    let ids: Vec<LotId> = if named.is_empty() {
        notification::candidates(tx, n.id).await?.into_iter().map(|c| c.lot).collect()
    } else {
        named
    };
    notification::reach(tx, &ids).await
}

fn reaches(lang: Lang, id: &str, title: &str, all: &[&Reach], boxed: bool) -> Markup {
    let heads =
        ["lot", "goods", "quantity", "declaration-number", "operator", "market", "stage"].map(|k| t(lang, k));
    let rows = all.iter().map(|r| Row {
        href: None,
        cells: vec![
            html! {
                @if boxed { label class="choice" { input type="checkbox" name="lots" value=(r.lot) checked; span { (r.lot_no) } } }
                @else { (r.lot_no) }
            },
            html! { (r.goods) },
            html! { (r.quantity.number()) " " (said(lang, &r.quantity.unit.name())) },
            html! { a href={ "/declarations/" (r.declaration) } { (r.declaration_no) } },
            html! { (said(lang, &r.operator)) },
            html! { (r.market) },
            reach_badge(lang, r),
        ],
        ..Row::default()
    });
    let mut columns: Vec<Column<'_>> = heads.iter().map(|h| Column::text(h)).collect();
    columns[2] = Column::figure(&heads[2], "");
    let (none, advice) = (t(lang, "fu-none-here"), t(lang, "fu-none-here-advice"));
    look::section(
        title,
        html! {},
        look::data_table(&DataTable {
            lang,
            id,
            caption: title,
            columns,
            rows: rows.collect(),
            empty: Empty { title: &none, advice: &advice, ..Empty::default() },
            ..DataTable::default()
        }),
    )
}

/// What a hold stops, and what is out of the gate already and stays for trace and recall.
async fn holding(tx: &mut Tx, lang: Lang, n: &Notification) -> Result<Markup> {
    let all = about(tx, n).await?;
    let (gone, here): (Vec<&Reach>, Vec<&Reach>) = all.iter().partition(|r| r.gone.is_some());
    let stops: Vec<&Reach> = here.into_iter().filter(|r| !r.held).collect();
    let title = t_args(lang, "fu-hold-stops", &[("n", stops.len().into())]);
    let left = t_args(lang, "fu-hold-gone", &[("n", gone.len().into())]);
    Ok(html! {
        (reaches(lang, "stops", &title, &stops, true))
        @if !gone.is_empty() {
            (reaches(lang, "gone", &left, &gone, false))
            p { (look::button_link_secondary(&t(lang, "fu-do-recall"), &format!("/recalls/new?notification={}", n.id))) }
        }
    })
}

async fn freeing(tx: &mut Tx, sheet: &Sheet<'_>, n: &Notification) -> Result<Markup> {
    let held = notification::held(tx, n.id).await?;
    let lots = notification::reach(tx, &held).await?;
    let boxes: Vec<(String, String)> = lots
        .into_iter()
        .map(|r| (r.lot.to_string(), format!("{} · {}", r.lot_no, r.declaration_no)))
        .collect();
    Ok(sheet.boxes("lots", "lots", &boxes))
}

/// The final reply as the record has it, to be looked over before it is sent.
async fn draft(tx: &mut Tx, n: &Notification) -> Result<String> {
    let steps = notification::steps(tx, n.id).await?;
    let mut text = vec![format!(
        "Re your notification {} of {} ({}; {}). Our reference: {}.",
        n.notice.reference, n.notice.notified_on, n.notice.product, n.notice.hazard_category, n.no
    )];
    for s in &steps {
        match &s.deed {
            Deed::Attributed { finding, lots, .. } => {
                let lots = notification::reach(tx, lots).await?;
                let numbers: Vec<String> = lots.into_iter().map(|r| r.lot_no).collect();
                text.push(format!("Lots concerned: {}. {finding}", numbers.join(", ")));
            }
            Deed::NotAttributable { reason } => {
                text.push(format!("The goods could not be identified: {reason}"));
            }
            Deed::Cause { category, evidence } => {
                let cause = super::cause(Lang::En, category);
                text.push(format!("Cause: {cause}. {evidence}"));
            }
            _ => {}
        }
    }
    for r in recall::of_notification(tx, n.id).await? {
        let state = r.state.name().en;
        text.push(format!("Recall {} (class {}), opened {}: {state}.", r.no, r.class, r.opened_at.date()));
    }
    for c in correction::of_notification(tx, n.id).await? {
        text.push(format!("Corrective action {}: {}. {}", c.no, c.state.name().en, c.plan));
    }
    for s in series::of_notification(tx, n.id).await? {
        text.push(format!(
            "Every consignment of the establishment under HS {} to {} has been inspected since {}.",
            s.heading,
            s.market,
            s.opened_at.date()
        ));
    }
    Ok(text.join("\n\n"))
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
    let n = sought(&mut tx, &id).await?;
    let made = deeds(&mut tx, &by, &n, spec.key, &given).await;
    match conclude(&web, &by, &n.id.subject(), tx, made).await? {
        Ok(()) => Ok(done(&format!("/notifications/{}", n.id))),
        Err(refusal) => show(&who, &web, spec, &n, &given, Some(&refusal)).await,
    }
}

async fn deeds(tx: &mut Tx, by: &Actor, n: &Notification, key: &str, given: &Given) -> Result<()> {
    let text = |name: &str| given.get(name);
    let maybe = |name: &str| Some(text(name).to_owned()).filter(|v| !v.is_empty());
    let chosen = lots(&given.all("lots"));
    match key {
        "attribute" => {
            let panel: Vec<OfficerId> = given.all("panel").iter().filter_map(|o| o.parse().ok()).collect();
            notification::attribute(tx, by, n.id, &chosen, &panel, text("finding")).await
        }
        "not-attributable" => notification::not_attributable(tx, by, n.id, text("reason")).await,
        "supplement" => {
            let more = More {
                lot_no: maybe("lot-no"),
                plant: maybe("plant-no"),
                port: maybe("port"),
                market: maybe("to-market").map(|m| m.to_uppercase()),
            };
            notification::supplement(tx, by, n.id, &more).await
        }
        "hold" => notification::hold(tx, by, n.id, &chosen).await.map(drop),
        "free" => notification::free(tx, by, n.id, &chosen, text("reason")).await.map(drop),
        "cause" => notification::find_cause(tx, by, n.id, text("cause"), text("evidence")).await,
        "interview" => {
            let told = (text("person"), text("place"), text("minutes"));
            notification::interview(tx, by, n.id, told).await
        }
        "report" => notification::reply(tx, by, n.id, text("text"), false).await,
        "final" => notification::reply(tx, by, n.id, text("text"), true).await,
        "close" => notification::close(tx, by, n.id, text("reason")).await.map(drop),
        _ => notification::reopen(tx, by, n.id, text("reason")).await,
    }
}
