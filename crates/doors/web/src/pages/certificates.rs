//! Certificates: the list, one paper with its preview and its signature, and its files.
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{CertificateId, DeclarationId, No, Refusal, Result, Role, Timestamp, bi};
use maud::{Markup, html};
use registry::people;
use serde::Deserialize;
use store::{Tx, key};
use supervision::certificate::{self, Certificate, Standing};

use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, RoleSet, Who};
use crate::look::{
    self, CodeSeal, Column, Crumb, DataTable, Empty, Flash, Lang, Pager, Row, Sign, Signature, Tone, Verdict,
    badge, format, t,
};
use crate::outside::Outside;
use crate::pages::certificate_deeds::deeds;
use crate::pages::release_lists::pdf_answer;
use crate::paper;
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Certificates on one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/certificates", list),
        get("/certificates/{id}", show),
        get("/certificates/{id}/paper", pdf),
        get("/certificates/{id}/record", json),
    ]
}

#[derive(Deserialize)]
struct Before {
    at: Option<i64>,
    id: Option<CertificateId>,
}

/// The standing as a word with its sign.
pub(crate) fn standing(lang: Lang, s: Standing) -> Markup {
    let (tone, sign) = match s {
        Standing::Draft => (Tone::Plain, Sign::Ring),
        Standing::Valid => (Tone::Go, Sign::Check),
        Standing::Withdrawn => (Tone::Stop, Sign::Cross),
        Standing::Replaced => (Tone::Loud, Sign::Arrow),
        Standing::Dropped => (Tone::Quiet, Sign::Dash),
    };
    badge(tone, sign, &said(lang, &s.name()))
}

fn number(lang: Lang, c: &Certificate) -> String {
    c.signed.as_ref().map_or_else(|| t(lang, "certificate-draft"), |s| s.no.clone())
}

async fn list(who: Who<AnyRole>, State(web): State<Web>, Query(before): Query<Before>) -> Answer {
    let lang = who.lang;
    let key = before.at.map(Timestamp).zip(before.id);
    let mut tx = web.read().await?;
    let found = certificate::list(&mut tx, &who.actor(), key, PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == PAGE);
    let next =
        found.last().filter(|_| full).map(|c| format!("/certificates?at={}&id={}", c.drafted_at.0, c.id));
    let heads = [
        "certificate-number",
        "certificate-kind",
        "goods",
        "market",
        "certificate-standing",
        "declaration-number",
        "drafted-on",
    ]
    .map(|k| t(lang, k));
    let rows = found.iter().map(|c| Row {
        href: Some(format!("/certificates/{}", c.id)),
        cells: vec![
            html! { (number(lang, c)) },
            html! { (said(lang, &c.record.title)) },
            html! { (goods_line(lang, c)) },
            html! { (said(lang, &c.record.destination.name)) },
            standing(lang, c.standing),
            html! { (c.record.declaration) },
            html! { (format::date_time(c.drafted_at.instant())) },
        ],
        ..Row::default()
    });
    let (none, advice) = (t(lang, "certificates-none"), t(lang, "certificates-none-advice"));
    let table = DataTable {
        lang,
        id: "certificates",
        caption: &t(lang, "certificates"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager { next: next.as_deref(), first: key.map(|_| "/certificates"), ..Pager::default() }),
        ..DataTable::default()
    };
    let title = t(lang, "certificates");
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, look::data_table(&table)))
}

/// The first goods of a certificate and how many more there are.
fn goods_line(lang: Lang, c: &Certificate) -> String {
    let first = c.record.goods.first().map_or_else(String::new, |g| said(lang, &g.name));
    match c.record.goods.len() {
        0 | 1 => first,
        n => format!("{first} +{}", n - 1),
    }
}

pub(crate) fn not_found(id: &str) -> No {
    Refusal::new("certificate.not_found", bi("没有该证书", "there is no such certificate"))
        .missing("certificate", id, bi("从列表打开", "open it from the list"))
        .into()
}

pub(crate) async fn find<R: RoleSet>(who: &Who<R>, web: &Web, id: &str) -> Result<Certificate> {
    let parsed = id.parse().map_err(|_| not_found(id))?;
    let mut tx = web.read().await?;
    certificate::one(&mut tx, &who.actor(), parsed).await?.ok_or_else(|| not_found(id))
}

#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

async fn show(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(q): Query<Done>,
    outside: Outside,
) -> Answer {
    let c = find(&who, &web, &id).await?;
    let told = match q.done.as_str() {
        "filled" => Some(t(who.lang, "certificate-done-filled")),
        "signed" => Some(t(who.lang, "certificate-done-signed")),
        "ended" => Some(t(who.lang, "certificate-done-ended")),
        "copied" => Some(t(who.lang, "certificate-done-copied")),
        _ => None,
    };
    let flashes: Vec<Flash<'_>> = told.iter().map(|text| Flash { tone: Tone::Go, text }).collect();
    Ok(draw(&who, &web, &c, &outside, &flashes, html! {}).await?)
}

/// The page of one certificate, with a refusal above it when there is one.
pub(crate) async fn draw<R: RoleSet>(
    who: &Who<R>,
    web: &Web,
    c: &Certificate,
    outside: &Outside,
    flashes: &[Flash<'_>],
    above: Markup,
) -> Result<Markup> {
    let lang = who.lang;
    let may = who.session.account.roles.contains(&Role::Certifier);
    let mut tx = web.read().await?;
    let signature = signature(lang, &mut tx, web, who, c).await?;
    drop(tx);
    let list = t(lang, "certificates");
    let title = number(lang, c);
    let crumbs = [Crumb { label: &list, href: Some("/certificates") }, Crumb { label: &title, href: None }];
    let paper = t(lang, if c.signed.is_some() { "certificate-pdf" } else { "certificate-preview-pdf" });
    let body = html! {
        (above)
        (preview(lang, c))
        @if let Some(s) = &c.signed { (seal(lang, outside, &s.code)) }
        (signature)
        @if may { (deeds(lang, c, &who.session.csrf)) }
    };
    let page = Page {
        title: &title,
        lede: Some(&said(lang, &c.record.title)),
        status: standing(lang, c.standing),
        crumbs: &crumbs,
        flashes,
        actions: html! {
            (look::button_link_secondary(&paper, &format!("/certificates/{}/paper", c.id)))
            @if c.signed.is_some() { (look::button_link_secondary(&t(lang, "certificate-json"), &format!("/certificates/{}/record", c.id))) }
            (look::button_link_secondary(&t(lang, "consignment"), &format!("/declarations/{}", c.declaration)))
        },
        ..Page::default()
    };
    Ok(who.page(web, page, body))
}

/// What the paper says, both languages as it will be printed.
fn preview(lang: Lang, c: &Certificate) -> Markup {
    let (r, f) = (&c.record, &c.filled);
    let words = |k: &str| t(lang, k);
    let both = |b: &kernel::Bilingual| look::bilingual(lang, &b.zh, &b.en);
    let open = html! { span class="quiet" { (words("certificate-to-fill")) } };
    let filled = |text: &str| {
        if text.is_empty() {
            open.clone()
        } else {
            html! { (text) }
        }
    };
    let mut pairs = vec![
        (words("consignor"), both(&r.consignor)),
        (
            words("consignee"),
            html! { (filled(&f.consignee)) @if !f.consignee_address.is_empty() { br; (f.consignee_address) } },
        ),
        (words("origin"), both(&r.origin.name)),
        (words("destination"), both(&r.destination.name)),
    ];
    if let Some(p) = &r.plant {
        pairs.push((words("plant"), html! { (p.number) " " (both(&p.name)) }));
    }
    let carried = [&f.conveyance, &f.containers, &f.seals].map(String::as_str).join(" ");
    if !carried.trim().is_empty() {
        pairs.push((words("conveyance"), html! { (carried) }));
    }
    for (key, text) in [("packages", &f.packages), ("remarks", &f.remarks)] {
        if !text.is_empty() {
            pairs.push((words(key), html! { (text) }));
        }
    }
    pairs.push((words("declaration-number"), html! { (r.declaration) }));
    pairs.push((words("attested"), both(&r.statement)));
    pairs.push((words("basis"), both(&r.basis)));
    let pairs: Vec<(&str, Markup)> = pairs.iter().map(|(k, m)| (k.as_str(), m.clone())).collect();
    let heads = ["goods", "hs-code", "lots", "quantity"].map(|k| t(lang, k));
    let rows = r.goods.iter().map(|g| Row {
        cells: vec![
            both(&g.name),
            html! { (g.hs) },
            html! { (g.lots.join(", ")) },
            html! { (g.quantity) " " (paper::unit(&g.unit)) },
        ],
        ..Row::default()
    });
    let goods = look::data_table(&DataTable {
        lang,
        id: "goods",
        caption: &t(lang, "goods"),
        columns: vec![
            Column::text(&heads[0]),
            Column::text(&heads[1]),
            Column::text(&heads[2]),
            Column::figure(&heads[3], ""),
        ],
        rows: rows.collect(),
        ..DataTable::default()
    });
    html! { (look::definition_list(&pairs, false)) (look::section(&t(lang, "goods"), html! {}, goods)) }
}

/// A QR code as SVG, runs of dark modules in one path.
pub(crate) fn qr(text: &str) -> Markup {
    let Ok(code) = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build() else { return html! {} };
    let side = code.size + 8;
    let mut path = String::new();
    for row in 0..code.size {
        for col in (0..code.size).filter(|col| code[row][*col].value()) {
            path.push_str(&format!("M{} {}h1v1h-1z", col + 4, row + 4));
        }
    }
    html! {
        svg viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" aria-hidden="true" focusable="false" {
            rect width=(side) height=(side) fill="#fff" {}
            path fill="#000" d=(path) {}
        }
    }
}

fn seal(lang: Lang, outside: &Outside, code: &str) -> Markup {
    let address = format!("{}/verify/{}", outside.public_url, format::code_groups(code));
    let shown = outside.public_url.split("://").last().unwrap_or_default();
    let shown = format!("{shown}/verify");
    look::section(
        &t(lang, "verification-code"),
        html! {},
        look::code_seal(&CodeSeal { lang, qr: qr(&address), code, address: &shown }),
    )
}

/// Who signed, with which key, and whether that holds now; or who would sign.
async fn signature<R: RoleSet>(
    lang: Lang,
    tx: &mut Tx,
    _web: &Web,
    who: &Who<R>,
    c: &Certificate,
) -> Result<Markup> {
    let deed = t(lang, "certifying-officer");
    let Some(s) = &c.signed else {
        let may = who.session.account.roles.contains(&Role::Certifier);
        let name = if may { said(lang, &who.session.account.name) } else { t(lang, "certifying-officer") };
        let open = Signature { lang, deed: &deed, name: &name, ..Signature::default() };
        return Ok(if c.standing == Standing::Draft {
            look::signature_block(&open)
        } else {
            html! {}
        });
    };
    let keys: Vec<_> = key::published(tx).await?.iter().filter_map(|(k, _)| key::public(k)).collect();
    let check = certificate::verify(certificate::json_file(s)?.as_bytes(), &keys);
    let officer = people::officer(tx, s.officer).await?;
    let name = officer.map_or_else(String::new, |o| format!("{} {}", o.name.zh, o.name.en));
    let authority = check.body.as_ref().map_or_else(String::new, |b| b.authority.clone());
    let print = hex::encode(&s.public_key[..s.public_key.len().min(8)]);
    let at = format::date_time_seconds(s.at.instant());
    let (verdict, alarm) = match (check.wrong, &c.ended) {
        (Some(wrong), _) => (Verdict::Broken, Some(said(lang, &wrong.say()))),
        (None, Some(end)) => {
            let day = format::date_time(end.at.instant());
            (Verdict::Withdrawn, Some(format!("{} · {day} · {}", said(lang, &c.standing.name()), end.reason)))
        }
        (None, None) => (Verdict::Valid, None),
    };
    Ok(look::signature_block(&Signature {
        lang,
        deed: &deed,
        name: &name,
        authorisation: &authority,
        at: &at,
        key: &print,
        verdict,
        alarm: alarm.as_deref(),
    }))
}

async fn pdf(
    who: Who<AnyRole>,
    State(web): State<Web>,
    Path(id): Path<String>,
    outside: Outside,
) -> Answer<Response> {
    let c = find(&who, &web, &id).await?;
    let name = c.signed.as_ref().map_or("draft", |s| s.no.as_str());
    let paper = paper::certificate_paper(&web, &c, &outside.public_url).await?;
    Ok(pdf_answer(&format!("{name}.pdf"), paper))
}

async fn json(who: Who<AnyRole>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let c = find(&who, &web, &id).await?;
    let Some(s) = &c.signed else {
        let what = bi("草稿没有签名文件", "a draft has no signed file");
        return Err(Refusal::new("certificate.not_found", what).into());
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.json\"", s.no)),
    ];
    Ok((headers, certificate::json_file(s)?).into_response())
}

/// On the page of a consignment: its certificates.
pub(crate) async fn section(lang: Lang, tx: &mut Tx, id: DeclarationId) -> Result<Markup> {
    let all = certificate::of_declaration(tx, id).await?;
    if all.is_empty() {
        return Ok(html! {});
    }
    let rows = all.iter().map(|c| Row {
        href: Some(format!("/certificates/{}", c.id)),
        cells: vec![
            html! { (number(lang, c)) },
            html! { (said(lang, &c.record.title)) },
            standing(lang, c.standing),
        ],
        ..Row::default()
    });
    let heads = ["certificate-number", "certificate-kind", "certificate-standing"].map(|k| t(lang, k));
    let table = look::data_table(&DataTable {
        lang,
        id: "certificates",
        caption: &t(lang, "certificates"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        ..DataTable::default()
    });
    Ok(look::section(&t(lang, "certificates"), html! {}, table))
}
