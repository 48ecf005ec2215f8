//! Registering what somebody abroad tells.
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use kernel::Refusal;
use maud::{Markup, html};
use supervision::notification::{self, Notice, Registered};

use crate::answer::Answer;
use crate::guard::{FollowUps, Who};
use crate::look::{Crumb, Field, FieldKind, Width, t};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/notifications/new", ask), post("/notifications/new", register)]
}

async fn ask(who: Who<FollowUps>, State(web): State<Web>) -> Answer<Response> {
    let given = Given::default().with("source", "authority").with("origin", "China");
    Ok(form(&who, &web, &given, None))
}

/// Field names that take a code and may stay empty.
const CODES: [&str; 4] = ["lot_no", "plant", "port", "market"];

fn fields(sheet: &Sheet<'_>) -> Markup {
    let lang = sheet.lang;
    let sources = ["authority", "rasff", "fda", "partner", "citizen"]
        .map(|s| (s.to_owned(), t(lang, &format!("fu-source-{s}"))));
    let day = Field {
        name: "notified_on",
        kind: FieldKind::Date,
        required: true,
        width: Width::Ten,
        ..Field::default()
    };
    let may = |name: &'static str| Field { name, ..Field::default() };
    let hint = t(lang, "fu-product-hint");
    let product = Field { name: "product", hint: &hint, required: true, ..Field::default() };
    html! {
        (sheet.radio("fu-source", "source", &sources))
        (sheet.line("fu-reference", "reference"))
        (sheet.put("fu-notified-on", day))
        (sheet.put("fu-notifier", Field { name: "notifier", ..Field::default() }))
        (sheet.put("fu-kind", may("kind")))
        (sheet.put("fu-product", product))
        (sheet.put("fu-category", may("category")))
        (sheet.put("fu-origin", may("origin")))
        (sheet.put("fu-hazard", may("hazard")))
        (sheet.put("fu-hazard-category", may("hazard_category")))
        (sheet.put("fu-serious", Field { name: "serious", kind: FieldKind::Check, ..Field::default() }))
        @for name in CODES {
            @let hint = t(lang, &format!("fu-{}-hint", name.replace('_', "-")));
            (sheet.put(&format!("fu-{}", name.replace('_', "-")), Field { name, hint: &hint, kind: FieldKind::Code, width: Width::Twenty, ..Field::default() }))
        }
    }
}

fn form(who: &Who<FollowUps>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let (room, title, lede) =
        (t(lang, "fu-notifications"), t(lang, "fu-register"), t(lang, "fu-register-lede"));
    let crumbs = [Crumb { label: &room, href: Some("/notifications") }, Crumb { label: &title, href: None }];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: "/notifications/new",
        submit: &title,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields(&sheet))
}

async fn register(
    who: Who<FollowUps>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let text = |name: &str| given.get(name).to_owned();
    let maybe = |name: &str| Some(text(name)).filter(|v| !v.is_empty());
    let notice = Notice {
        source: text("source"),
        reference: text("reference"),
        kind: text("kind"),
        notified_on: text("notified_on"),
        notifier: text("notifier"),
        origin: given.get("origin").split([';', '；', ',', '，']).map(|o| o.trim().to_owned()).collect(),
        product: text("product"),
        category: text("category"),
        hazard: text("hazard"),
        hazard_category: text("hazard_category"),
        serious: given.get("serious") == "true",
        market: maybe("market").map(|m| m.to_uppercase()),
        port: maybe("port").map(|m| m.to_uppercase()),
        plant: maybe("plant"),
        lot_no: maybe("lot_no"),
    };
    let mut tx = web.begin().await?;
    let made = notification::register(&mut tx, &by, &notice).await;
    match conclude(&web, &by, "notification/new", tx, made).await? {
        Ok(Registered::FollowUp(id) | Registered::Watched(id) | Registered::Known(id)) => {
            Ok(done(&format!("/notifications/{id}")))
        }
        Err(refusal) => Ok(form(&who, &web, &given, Some(&refusal))),
    }
}
