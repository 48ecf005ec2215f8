//! The deeds on a certificate: filling in, signing, withdrawing, replacing, giving a draft up.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::{No, Result};
use maud::{Markup, html};
use serde::Deserialize;
use store::Tx;
use supervision::{
    certificate::{self, Certificate, Filled, Standing},
    competence::{Certify, Licensed, admit},
};

use crate::answer::{Answer, panel, status_of};
use crate::guard::{Certifiers, Who};
use crate::look::{self, Choice, Field, FieldKind, Kind, Lang, t};
use crate::outside::Outside;
use crate::pages::certificates::{draw, find};
use crate::paper;
use crate::route::{RouteSpec, post};
use crate::server::Web;
use crate::session::go;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        post("/certificates/{id}/fill", fill),
        post("/certificates/{id}/sign", sign),
        post("/certificates/{id}/withdraw", withdraw),
        post("/certificates/{id}/replace", replace),
        post("/certificates/{id}/drop", drop_draft),
    ]
}

/// What a certifying officer may do with the certificate as it stands.
pub(crate) fn deeds(lang: Lang, c: &Certificate, csrf: &str) -> Markup {
    match c.standing {
        Standing::Draft => {
            html! { (fields(lang, c, csrf)) (signing(lang, c, csrf)) (reasoned(lang, c, csrf, "drop")) }
        }
        Standing::Valid => {
            html! { (reasoned(lang, c, csrf, "replace")) (reasoned(lang, c, csrf, "withdraw")) }
        }
        Standing::Withdrawn | Standing::Replaced | Standing::Dropped => html! {},
    }
}

fn fields(lang: Lang, c: &Certificate, csrf: &str) -> Markup {
    let f = &c.filled;
    let words = [
        "consignee",
        "consignee-address",
        "transport",
        "vessel",
        "containers",
        "seals",
        "packages",
        "remarks",
    ]
    .map(|k| t(lang, k));
    let by = ["transport-sea", "transport-air", "transport-rail", "transport-road"].map(|k| t(lang, k));
    let mut choices = vec![Choice { value: "", label: "—", hint: "" }];
    choices.extend(["sea", "air", "rail", "road"].iter().zip(&by).map(|(value, label)| Choice {
        value,
        label,
        hint: "",
    }));
    let line = |name, label, value| Field { lang, name, label, value, ..Field::default() };
    let action = format!("/certificates/{}/fill", c.id);
    let form = look::Form {
        lang,
        id: "fill",
        action: &action,
        csrf: Some(csrf),
        grid: true,
        ..look::Form::default()
    };
    let body = html! {
        (look::field(&Field { required: true, ..line("consignee", &words[0], &f.consignee) }))
        (look::field(&line("consignee_address", &words[1], &f.consignee_address)))
        (look::field(&Field { kind: FieldKind::Select(&choices), ..line("transport", &words[2], &f.transport) }))
        (look::field(&line("conveyance", &words[3], &f.conveyance)))
        (look::field(&line("containers", &words[4], &f.containers)))
        (look::field(&line("seals", &words[5], &f.seals)))
        (look::field(&line("packages", &words[6], &f.packages)))
        (look::field(&Field { kind: FieldKind::Lines(2), ..line("remarks", &words[7], &f.remarks) }))
        (look::button_row(false, look::Action { label: &t(lang, "save"), kind: Kind::Secondary, ..look::Action::default() }.draw()))
    };
    look::section(
        &t(lang, "certificate-fields"),
        html! {},
        html! {
            p class="note" { (t(lang, "certificate-fields-note")) }
            (look::form(&form, body))
        },
    )
}

fn signing(lang: Lang, c: &Certificate, csrf: &str) -> Markup {
    let action = format!("/certificates/{}/sign", c.id);
    let form = look::Form { lang, id: "sign", action: &action, csrf: Some(csrf), ..look::Form::default() };
    let replaces = c.replaces.as_ref().map(|(_, why)| format!("{} {why}", t(lang, "certificate-amends")));
    let evidence = html! {
        p { (t(lang, "certificate-sign-means")) }
        @if let Some(text) = replaces { p { (text) } }
    };
    let buttons = look::button(&t(lang, "sign-certificate"));
    look::form(&form, look::decision(&t(lang, "certificate-sign-question"), evidence, buttons))
}

/// A deed that needs a reason.
fn reasoned(lang: Lang, c: &Certificate, csrf: &str, deed: &str) -> Markup {
    let action = format!("/certificates/{}/{deed}", c.id);
    let name = format!("why-{deed}");
    let (title, label) = (t(lang, &format!("certificate-{deed}")), t(lang, "reason"));
    let hint = t(lang, &format!("certificate-{deed}-hint"));
    let form = look::Form { lang, id: deed, action: &action, csrf: Some(csrf), ..look::Form::default() };
    let sure = t(lang, "certificate-sure");
    let button = match deed {
        "withdraw" => look::danger(&title, &sure),
        _ => look::Action { label: &title, kind: Kind::Secondary, ..look::Action::default() }.draw(),
    };
    look::section(
        &title,
        html! {},
        look::form(
            &form,
            html! {
                (look::field(&Field { lang, name: &name, label: &label, hint: &hint, required: true, ..Field::default() }))
                (look::button_row(false, button))
            },
        ),
    )
}

/// Runs a deed on a certificate: gate, verb, and all that follows, in one act.
async fn deed<T, F>(web: &Web, who: &Who<Certifiers>, c: &Certificate, verb: F) -> Result<T>
where
    F: AsyncFnOnce(&mut Tx, &Licensed<Certify>) -> Result<T>,
{
    let (desk, by) = (web.desk(), who.actor());
    let mut tx = desk.begin().await?;
    let done = async {
        let license = admit::<Certify>(&mut tx, &by, c.declaration).await?;
        verb(&mut tx, &license).await
    }
    .await;
    desk.conclude(tx, &by, &c.declaration.subject(), done).await
}

/// The page again with the refusal above it.
async fn refused(
    who: &Who<Certifiers>,
    web: &Web,
    outside: &Outside,
    c: &Certificate,
    no: No,
) -> Answer<Response> {
    let No::Refused(refusal) = no else { return Err(no.into()) };
    let above = panel(who.lang, &refusal, &[]);
    let page = draw(who, web, c, outside, &[], above).await?;
    Ok((status_of(&refusal.code), page).into_response())
}

async fn fill(
    who: Who<Certifiers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    outside: Outside,
    Form(filled): Form<Filled>,
) -> Answer<Response> {
    let mut c = find(&who, &web, &id).await?;
    let verb = async |tx: &mut Tx, l: &Licensed<Certify>| certificate::fill(tx, l, c.id, &filled).await;
    match deed(&web, &who, &c, verb).await {
        Ok(()) => Ok(go(&format!("/certificates/{}?done=filled", c.id), &[])),
        Err(no) => {
            c.filled = filled;
            refused(&who, &web, &outside, &c, no).await
        }
    }
}

async fn sign(
    who: Who<Certifiers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    outside: Outside,
) -> Answer<Response> {
    let c = find(&who, &web, &id).await?;
    // What cannot be printed must not be signed: the paper would never come.
    if let Err(no) = paper::preview(&c, &outside.public_url).await {
        return refused(&who, &web, &outside, &c, no).await;
    }
    match deed(&web, &who, &c, async |tx, l| certificate::sign(tx, l, c.id).await).await {
        Ok(_) => Ok(go(&format!("/certificates/{}?done=signed", c.id), &[])),
        Err(no) => refused(&who, &web, &outside, &c, no).await,
    }
}

#[derive(Deserialize)]
struct Why {
    #[serde(default, alias = "why-withdraw", alias = "why-replace", alias = "why-drop")]
    why: String,
}

async fn withdraw(
    who: Who<Certifiers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    outside: Outside,
    Form(f): Form<Why>,
) -> Answer<Response> {
    let c = find(&who, &web, &id).await?;
    match deed(&web, &who, &c, async |tx, l| certificate::withdraw(tx, l, c.id, &f.why).await).await {
        Ok(()) => Ok(go(&format!("/certificates/{}?done=ended", c.id), &[])),
        Err(no) => refused(&who, &web, &outside, &c, no).await,
    }
}

async fn replace(
    who: Who<Certifiers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    outside: Outside,
    Form(f): Form<Why>,
) -> Answer<Response> {
    let c = find(&who, &web, &id).await?;
    match deed(&web, &who, &c, async |tx, l| certificate::replace(tx, l, c.id, &f.why).await).await {
        Ok(copy) => Ok(go(&format!("/certificates/{copy}?done=copied"), &[])),
        Err(no) => refused(&who, &web, &outside, &c, no).await,
    }
}

async fn drop_draft(
    who: Who<Certifiers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    outside: Outside,
    Form(f): Form<Why>,
) -> Answer<Response> {
    let c = find(&who, &web, &id).await?;
    match deed(&web, &who, &c, async |tx, l| certificate::drop_draft(tx, l, c.id, &f.why).await).await {
        Ok(()) => Ok(go(&format!("/certificates/{}?done=ended", c.id), &[])),
        Err(no) => refused(&who, &web, &outside, &c, no).await,
    }
}
