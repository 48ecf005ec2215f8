//! Adopting a version of a rule pack in two steps: upload it and see what changes and what nobody has verified;
//! then agree. Nothing is kept between the steps: the text travels with the second form, and its hash proves it.
use axum::Form;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Response};
use kernel::{Refusal, bi};
use maud::{Markup, html};
use registry::rules::{self as book, Adopted, Agreed, Pack, Rules, Status};

use super::rules::{content, differences, named};
use crate::answer::{Answer, panel, status_of};
use crate::guard::{Page, Registrars, Who};
use crate::look::{
    self, Crumb, Field, FieldKind, Tone, button, button_link_secondary, button_row, flash_line, t, t_args,
};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![get("/rules/adopt", upload), post("/rules/adopt", check), post("/rules/adopt/agree", agree)]
}

/// The largest text of a pack, in bytes.
const LARGEST: usize = 512 * 1024;

async fn upload(who: Who<Registrars>, State(web): State<Web>) -> Answer<Response> {
    registry::over_bureau(&who.actor())?;
    Ok(upload_form(&who, &web, None))
}

fn upload_form(who: &Who<Registrars>, web: &Web, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let given = Given::default();
    let sheet = Sheet { lang, given: &given, refusal };
    let hint = t(lang, "pack-file-hint");
    let kind = FieldKind::File { accept: ".toml,text/plain", multiple: false };
    let fields = html! {
        (sheet.put("pack-file", Field { name: "toml", hint: &hint, kind, required: true, ..Field::default() }))
    };
    let (root, title, submit) = (t(lang, "rule-packs"), t(lang, "adopt-version"), t(lang, "show-changes"));
    let lede = t(lang, "adopt-lede");
    let crumbs = [Crumb { label: &root, href: Some("/rules") }, Crumb { label: &title, href: None }];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action: "/rules/adopt",
        submit: &submit,
        files: true,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

/// The text of the uploaded file.
async fn text_of(parts: &mut Multipart) -> kernel::Result<String> {
    let needed = || {
        bi(
            "选择规则包文件（UTF-8 的 TOML，不超过 512 kB）",
            "choose a rule pack: TOML in UTF-8, at most 512 kB",
        )
    };
    let unread = |_| wrong("toml", "", needed());
    while let Some(part) = parts.next_field().await.map_err(unread)? {
        if part.name() == Some("toml") {
            let bytes = part.bytes().await.map_err(unread)?;
            // Line ends are made plain, so that the text is the same after it has travelled through a form.
            let text = String::from_utf8(bytes.to_vec()).ok().map(|text| text.replace("\r\n", "\n"));
            return text
                .filter(|text| !text.trim().is_empty() && text.len() <= LARGEST)
                .ok_or_else(|| wrong("toml", "", needed()));
        }
    }
    Err(wrong("toml", "", needed()))
}

async fn check(who: Who<Registrars>, State(web): State<Web>, mut parts: Multipart) -> Answer<Response> {
    let mut tx = web.read().await?;
    let read = async {
        let text = text_of(&mut parts).await?;
        let pack = Pack::parse(&text)?;
        book::check_version(&mut tx, &who.actor(), &pack).await?;
        Ok((text, pack))
    }
    .await;
    match read {
        Ok((text, pack)) => Ok(agree_page(&who, &web, &text, &pack, None).await?.into_response()),
        Err(kernel::No::Refused(refusal)) => Ok(upload_form(&who, &web, Some(&refusal))),
        Err(fault) => Err(fault.into()),
    }
}

/// The version that a new one takes the place of: the last of its code, else the last of its authority.
fn before<'a>(rules: &'a Rules, pack: &Pack) -> Option<&'a Adopted> {
    let same = rules.adopted.iter().rev().find(|a| a.pack.code == pack.code);
    same.or_else(|| rules.adopted.iter().rev().find(|a| a.pack.authority == pack.authority))
}

async fn agree_page(
    who: &Who<Registrars>,
    web: &Web,
    text: &str,
    pack: &Pack,
    refusal: Option<&Refusal>,
) -> Answer<Markup> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let rules = book::rules(&mut tx).await?;
    let older = before(&rules, pack);
    let open = pack.count(Status::Unverified);
    let label = format!("{}/{}", pack.code, pack.version);
    let csrf = Some(who.session.csrf.as_str());
    let frame = look::Form { lang, id: "agree", action: "/rules/adopt/agree", csrf, ..look::Form::default() };
    let n = i64::try_from(open).unwrap_or(i64::MAX);
    let (warn, tick) = (t_args(lang, "unverified-n", &[("n", n.into())]), t(lang, "agree-unverified"));
    let asked = t_args(
        lang,
        "adopt-question",
        &[("label", label.clone().into()), ("day", pack.effective_from.to_string().into())],
    );
    let given = Given::default();
    let sheet = Sheet { lang, given: &given, refusal };
    let form = look::form(
        &frame,
        html! {
            input type="hidden" name="text" value=(text);
            input type="hidden" name="sha256" value=(book::digest(text));
            @if open > 0 {
                (flash_line(&look::Flash { tone: Tone::Wait, text: &warn }))
                (sheet.put("agree-unverified", Field { name: "unverified", kind: FieldKind::Check, required: true, ..Field::default() }))
            }
            (button_row(false, html! { (button(&t(lang, "adopt-now"))) (button_link_secondary(&t(lang, "cancel"), "/rules")) }))
        },
    );
    let compared = match older {
        Some(older) => {
            let title = t_args(lang, "changes-from", &[("label", named(lang, older).into())]);
            look::section(&title, Markup::default(), differences(lang, &book::compare(&older.pack, pack)))
        }
        None => Markup::default(),
    };
    let body = html! {
        @if let Some(refusal) = refusal { (panel(lang, refusal, &[])) }
        (compared)
        (content(lang, pack))
        (look::decision(&asked, html! { p class="quiet" { (tick) } }, form))
    };
    let (root, title) = (t(lang, "rule-packs"), t(lang, "adopt-version"));
    let crumbs = [
        Crumb { label: &root, href: Some("/rules") },
        Crumb { label: &title, href: Some("/rules/adopt") },
        Crumb { label: &label, href: None },
    ];
    Ok(who.page(web, Page { title: &format!("{title} · {label}"), crumbs: &crumbs, ..Page::default() }, body))
}

async fn agree(
    who: Who<Registrars>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let by = who.actor();
    let given = Given(sent);
    // The text is taken as it was sent, line ends made plain again: browsers post them as CR LF.
    let text =
        given.0.iter().find(|(key, _)| key == "text").map_or(String::new(), |(_, v)| v.replace("\r\n", "\n"));
    let agreed = Agreed { sha256: given.get("sha256"), unverified: given.get("unverified") == "true" };
    let mut tx = web.begin().await?;
    let adopted = book::adopt_version(&mut tx, &by, &text, agreed).await;
    match conclude(&web, &by, "rule_pack/new", tx, adopted).await? {
        Ok(id) => Ok(done(&format!("/rules/{id}"))),
        Err(refusal) => match Pack::parse(&text) {
            Ok(pack) => {
                let page = agree_page(&who, &web, &text, &pack, Some(&refusal)).await?;
                Ok((status_of(&refusal.code), page).into_response())
            }
            Err(_) => Ok(upload_form(&who, &web, Some(&refusal))),
        },
    }
}
