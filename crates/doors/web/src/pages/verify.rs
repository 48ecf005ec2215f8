//! The public check of a certificate, and the keys with which anyone checks its file: no login, no personal data
//! beyond the signatory's printed name.
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use kernel::Result;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use store::key;
use supervision::certificate::{self, Certificate, Standing};

use crate::answer::{Answer, said};
use crate::guard::{Anyone, Page, framed};
use crate::look::{self, Field, FieldKind, Lang, Tone, Width, button, button_row, field, format, t, t_args};
use crate::outside::Caller;
use crate::paper;
use crate::route::{RouteSpec, get};
use crate::server::Web;
use crate::session::go;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![get("/verify", ask), get("/verify/{code}", check), get("/.well-known/guomen-key.json", keys)]
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    code: String,
}

async fn ask(who: Anyone, State(web): State<Web>, Query(asked): Query<Asked>) -> Response {
    // The address bar then shows what the QR code holds.
    let typed: String = asked.code.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    if !typed.is_empty() {
        return go(&format!("/verify/{typed}"), &[]);
    }
    let lang = who.lang;
    let (title, lede) = (t(lang, "verify-title"), t(lang, "verify-lede"));
    let page = Page { title: &title, lede: Some(&lede), ..Page::default() };
    public(&web, &who, page, form(lang, "")).into_response()
}

/// Always the public frame: an officer sees what a buyer sees.
fn public(web: &Web, who: &Anyone, page: Page<'_>, body: Markup) -> Markup {
    framed(web, who.lang, &who.url, None, page, body)
}

fn form(lang: Lang, typed: &str) -> Markup {
    let (label, hint) = (t(lang, "verification-code"), t(lang, "verify-hint"));
    html! {
        form class="form" method="get" action="/verify" {
            (field(&Field { lang, name: "code", label: &label, hint: &hint, value: typed, kind: FieldKind::Code, width: Width::Twenty,
                required: true, autocomplete: Some("off"), ..Field::default() }))
            (button_row(false, button(&t(lang, "verify-do"))))
        }
    }
}

async fn check(
    who: Anyone,
    State(web): State<Web>,
    Path(typed): Path<String>,
    caller: Caller,
) -> Answer<Response> {
    let mut tx = web.read().await?;
    certificate::throttled(&mut tx, &caller.0).await?;
    let found = match certificate::plain_code(&typed) {
        Some(code) => certificate::by_code(&mut tx, &code).await?,
        None => None,
    };
    let Some(c) = found else {
        drop(tx);
        let mut tx = web.begin().await?;
        certificate::note_miss(&mut tx, &caller.0).await?;
        web.desk().finish(tx).await?;
        return Ok(unknown(&web, &who, &typed));
    };
    let replaced_by = match c.ended.as_ref().and_then(|e| e.replaced_by) {
        Some(id) => {
            let by = certificate::one(&mut tx, &kernel::Actor::system(), id).await?;
            by.and_then(|c| c.signed).map(|s| s.no)
        }
        None => None,
    };
    drop(tx);
    Ok(answer(&web, &who, &c, replaced_by.as_deref())?.into_response())
}

fn unknown(web: &Web, who: &Anyone, typed: &str) -> Response {
    let lang = who.lang;
    let (title, lede) = (t(lang, "verify-unknown"), t(lang, "verify-unknown-lede"));
    let page = Page { title: &title, lede: Some(&lede), verdict: Some(Tone::Stop), ..Page::default() };
    let shown: String = typed.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    (StatusCode::NOT_FOUND, public(web, who, page, form(lang, &shown))).into_response()
}

fn answer(web: &Web, who: &Anyone, c: &Certificate, replaced_by: Option<&str>) -> Result<Markup> {
    let lang = who.lang;
    let no = c.signed.as_ref().map_or("", |s| s.no.as_str());
    let bureau = said(lang, &c.record.bureau);
    let day = c.ended.as_ref().map_or_else(String::new, |e| format::date_of(e.at.instant()));
    let by = replaced_by.unwrap_or_default();
    let (tone, title, lede) = match c.standing {
        Standing::Withdrawn => (
            Tone::Stop,
            t(lang, "verify-withdrawn"),
            t_args(lang, "verify-withdrawn-lede", &[("no", no.into()), ("day", day.into())]),
        ),
        Standing::Replaced => (
            Tone::Loud,
            t(lang, "verify-replaced"),
            t_args(
                lang,
                "verify-replaced-lede",
                &[("no", no.into()), ("day", day.into()), ("by", by.into())],
            ),
        ),
        _ => (
            Tone::Go,
            t(lang, "verify-valid"),
            t_args(lang, "verify-valid-lede", &[("no", no.into()), ("bureau", bureau.into())]),
        ),
    };
    let page = Page { title: &title, lede: Some(&lede), verdict: Some(tone), ..Page::default() };
    let body = html! {
        (what(lang, c)?)
        p class="note" { (t(lang, "verify-compare")) }
        (look::section(&t(lang, "verify-another"), html! {}, form(lang, "")))
    };
    Ok(public(web, who, page, body))
}

/// What the certificate is about, from its signed body alone.
fn what(lang: Lang, c: &Certificate) -> Result<Markup> {
    let Some(body) = c.body()? else { return Ok(html! {}) };
    let r = &body.record;
    let words = |k: &str| t(lang, k);
    let goods = html! {
        ul class="plain-list" { @for g in &r.goods {
            li { (said(lang, &g.name)) " — " b class="nowrap" { (g.quantity) " " (paper::unit(&g.unit)) } " " span class="quiet" { (words("lots")) " " (g.lots.join(", ")) } }
        } }
    };
    let at = c.signed.as_ref().map(|s| format::date_of(s.at.instant())).unwrap_or_default();
    let mut pairs = vec![
        (words("goods"), goods),
        (words("verify-from"), html! { (said(lang, &r.consignor)) ", " (said(lang, &r.origin.name)) }),
        (words("verify-to"), html! { (said(lang, &r.destination.name)) }),
        (words("certificate-kind"), html! { (said(lang, &r.title)) }),
        (words("certificate-number"), html! { (body.number) }),
        (words("verify-signed"), html! { (at) " · " (said(lang, &body.officer)) }),
        (words("verify-issuer"), html! { (said(lang, &r.bureau)) " · " (said(lang, &r.place)) }),
    ];
    if let Some(old) = &body.replaces {
        pairs.push((words("verify-replaces"), html! { (old) }));
    }
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    Ok(look::definition_list(&pairs, false))
}

/// The bureau's public keys as a JSON Web Key Set (RFC 8037), the one in use first.
async fn keys(_: Anyone, State(web): State<Web>) -> Answer<Response> {
    let mut tx = web.read().await?;
    let known = key::published(&mut tx).await?;
    let one = |(bytes, since): &(Vec<u8>, kernel::Timestamp)| {
        let x = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "x": x, "hex": hex::encode(bytes), "since": since.rfc3339() })
    };
    let keys: Vec<_> = known.iter().map(one).collect();
    let bureau = json!({ "zh": web.settings.bureau.zh, "en": web.settings.bureau.en });
    let headers =
        [(header::CACHE_CONTROL, "public, max-age=300"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    Ok((headers, Json(json!({ "bureau": bureau, "keys": keys }))).into_response())
}
