//! The deeds on a brand: one page for each with its form, and the act behind it. Who may do what is decided by the
//! acts themselves; the page of a refused act shows the form again under the refusal.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{BrandId, Refusal};

use super::{brand_id, deed_acts, deed_forms, no_deed, one};
use crate::answer::{Answer, said};
use crate::guard::{BrandHands, Who};
use crate::look::{Crumb, t};
use crate::pages::indicators::catalogue;
use crate::pages::sheet::{Deed, Given, Sheet, conclude, draw};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/brands/{id}/do/{deed}", ask), post("/brands/{id}/do/{deed}", act)]
}

async fn ask(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
) -> Answer<Response> {
    form(&who, &web, brand_id(&id)?, &deed, None, None).await
}

async fn form(
    who: &Who<BrandHands>,
    web: &Web,
    id: BrandId,
    deed: &str,
    given: Option<Given>,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    if !deed_forms::DEEDS.contains(&deed) {
        return Err(no_deed(deed).into());
    }
    let mut tx = web.read().await?;
    let b = one::found(&mut tx, id).await?;
    let given = match given {
        Some(given) => given,
        None => deed_forms::opening(&mut tx, &b, deed).await?,
    };
    let sheet = Sheet { lang, given: &given, refusal };
    let c = catalogue()?;
    let fields = deed_forms::fields(&mut tx, &sheet, &c, (&who.actor(), &b), deed).await?;
    let (root, title) = (t(lang, "brands"), t(lang, &format!("deed-{deed}")));
    let (name, up) = (said(lang, &b.positioning.name), format!("/brands/{id}"));
    let crumbs = [
        Crumb { label: &root, href: Some("/brands") },
        Crumb { label: &name, href: Some(&up) },
        Crumb { label: &title, href: None },
    ];
    let action = format!("/brands/{id}/do/{deed}");
    let lede = t(lang, &format!("deed-{deed}-lede"));
    let question = t(lang, "deed-stop-question");
    let stop = ["close", "return", "withdraw", "title-withdraw"].contains(&deed).then_some(question.as_str());
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: &action,
        submit: &title,
        stop,
        ..Deed::default()
    };
    Ok(draw(who, web, &deed, refusal, fields))
}

async fn act(
    who: Who<BrandHands>,
    State(web): State<Web>,
    Path((id, deed)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (id, given, by) = (brand_id(&id)?, Given(sent), who.actor());
    let c = catalogue()?;
    let mut tx = web.begin().await?;
    let done = deed_acts::run(&mut tx, &c, &by, id, &deed, &given).await;
    match conclude(&web, &by, &id.subject(), tx, done).await? {
        Ok(()) => Ok(one::after(id)),
        Err(refusal) => form(&who, &web, id, &deed, Some(given), Some(&refusal)).await,
    }
}
