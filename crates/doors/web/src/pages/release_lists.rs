//! What waits for its release, what is held, what was released, and the printed notice of one decision.
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{DeclarationId, No, Refusal, SettlementId, Timestamp, bi};
use maud::{Markup, html};
use registry::{people, trade};
use serde::Deserialize;
use serde_json::json;
use supervision::{
    declaration,
    release::{self, Outcome, Sought},
};

use crate::answer::{Answer, said};
use crate::guard::{AnyRole, Page, Staff, Who};
use crate::look::{
    self, Column, DataTable, Empty, Field, FieldKind, FilterBar, Lang, Pager, Row, Tab, Tone, Width, format,
    t,
};
use crate::pages::release::reason;
use crate::paper;
use crate::route::{RouteSpec, get};
use crate::server::Web;

/// Rows on one page.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/release", waiting),
        get("/release/held", held),
        get("/release/released", released),
        get("/release-notices/{id}", notice),
    ]
}

#[derive(Deserialize)]
struct After {
    at: Option<i64>,
    id: Option<uuid::Uuid>,
}

impl After {
    fn key<T: From<uuid::Uuid>>(&self) -> Option<(Timestamp, T)> {
        self.at.map(Timestamp).zip(self.id.map(T::from))
    }
}

fn rooms(lang: Lang, current: &str) -> Markup {
    let words = [
        ("/release", "release-waiting"),
        ("/release/held", "release-held"),
        ("/release/released", "release-released"),
    ]
    .map(|(href, key)| (href, t(lang, key)));
    let all: Vec<Tab<'_>> = words
        .iter()
        .map(|(href, label)| Tab { label, href, current: *href == current, ..Tab::default() })
        .collect();
    look::tabs(&t(lang, "release-desk"), &all)
}

fn full<T>(rows: &[T]) -> bool {
    i64::try_from(rows.len()).is_ok_and(|n| n == PAGE)
}

async fn waiting(who: Who<Staff>, State(web): State<Web>, Query(after): Query<After>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let key = after.key::<DeclarationId>();
    let found = release::waiting(&mut tx, &who.actor(), key, PAGE).await?;
    let now = web.clock.now();
    let next =
        found.last().filter(|_| full(&found)).map(|w| format!("/release?at={}&id={}", w.due_at.0, w.id));
    let heads = ["declaration-number", "goods", "market", "deadline"].map(|k| t(lang, k));
    let rows = found.iter().map(|w| {
        let over = w.due_at < now;
        Row {
            href: Some(format!("/release/{}", w.id)),
            cells: vec![
                html! { (w.no) },
                html! { (w.goods) },
                html! { (w.market) },
                html! { span { (format::date_time(w.due_at.instant())) @if over { " " (look::badge(Tone::Stop, look::Sign::Warn, &t(lang, "overdue"))) } } },
            ],
            tone: if over { Tone::Stop } else { Tone::Plain },
            ..Row::default()
        }
    });
    let (none, advice) = (t(lang, "release-none"), t(lang, "release-none-advice"));
    let table = DataTable {
        lang,
        id: "waiting",
        caption: &t(lang, "release-waiting"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager { next: next.as_deref(), first: key.map(|_| "/release"), ..Pager::default() }),
        ..DataTable::default()
    };
    let body = html! { (rooms(lang, "/release")) (look::data_table(&table)) };
    let title = t(lang, "release-desk");
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, body))
}

async fn held(who: Who<Staff>, State(web): State<Web>, Query(after): Query<After>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let key = after.key::<SettlementId>();
    let found = release::holds(&mut tx, &who.actor(), key, PAGE).await?;
    let next =
        found.last().filter(|_| full(&found)).map(|h| format!("/release/held?at={}&id={}", h.at.0, h.id));
    let heads = ["lot", "goods", "declaration-number", "held-by", "reason", "held-since"].map(|k| t(lang, k));
    let rows = found.iter().map(|h| Row {
        href: Some(format!("/release/{}", h.declaration)),
        cells: vec![
            html! { (h.lot_no) },
            html! { (h.goods) },
            html! { (h.no) },
            html! { @if h.origin == release::DESK { (t(lang, "release-desk")) } @else { (reason(lang, &h.origin)) } },
            html! { span { (reason(lang, &h.reason)) @if !h.note.is_empty() { " " span class="quiet" { (h.note) } } } },
            html! { (format::date_time(h.at.instant())) },
        ],
        ..Row::default()
    });
    let (none, advice) = (t(lang, "held-none"), t(lang, "held-none-advice"));
    let table = DataTable {
        lang,
        id: "held",
        caption: &t(lang, "release-held"),
        columns: heads.iter().map(|h| Column::text(h)).collect(),
        rows: rows.collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager { next: next.as_deref(), first: key.map(|_| "/release/held"), ..Pager::default() }),
        ..DataTable::default()
    };
    let body = html! { (rooms(lang, "/release/held")) (look::data_table(&table)) };
    let title = t(lang, "release-held");
    Ok(who.page(&web, Page { title: &title, ..Page::default() }, body))
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    hs: String,
    #[serde(default)]
    market: String,
    #[serde(default)]
    operator: String,
    #[serde(default)]
    since: String,
    at: Option<i64>,
    id: Option<uuid::Uuid>,
}

impl Filter {
    /// The filters as a query; only letters and digits of the codes survive, so nothing needs escaping.
    fn query(&self) -> String {
        let plain =
            |s: &str| s.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>();
        format!(
            "hs={}&market={}&operator={}&since={}",
            plain(&self.hs),
            plain(&self.market),
            plain(&self.operator),
            plain(&self.since)
        )
    }
}

async fn released(who: Who<Staff>, State(web): State<Web>, Query(f): Query<Filter>) -> Answer {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let since = f.since.parse().ok().map(Timestamp::start_of);
    let (hs, market) = (f.hs.trim().to_owned(), f.market.trim().to_uppercase());
    let sought = Sought { hs, market, operator: f.operator.trim().to_owned(), since };
    let key = f.at.map(Timestamp).zip(f.id.map(SettlementId::from));
    let found = release::released(&mut tx, &who.actor(), &sought, key, PAGE).await?;
    let query = f.query();
    let next = found
        .last()
        .filter(|_| full(&found))
        .map(|l| format!("/release/released?{query}&at={}&id={}", l.at.0, l.settlement));
    let first = format!("/release/released?{query}");
    let heads = ["lot", "goods", "quantity", "market", "operator", "declaration-number", "released-on"]
        .map(|k| t(lang, k));
    let rows = found.iter().map(|l| Row {
        href: Some(format!("/declarations/{}", l.declaration)),
        cells: vec![
            html! { (l.lot_no) },
            html! { span { (l.name) " " span class="quiet" { (l.hs) } } },
            html! { (l.quantity.number()) " " (said(lang, &l.quantity.unit.name())) },
            html! { (l.market) },
            html! { (said(lang, &l.operator)) },
            html! { (l.no) },
            html! { (format::date_time(l.at.instant())) },
        ],
        ..Row::default()
    });
    let (none, advice) = (t(lang, "released-none"), t(lang, "released-none-advice"));
    let mut columns: Vec<Column<'_>> = heads.iter().map(|h| Column::text(h)).collect();
    columns[2] = Column::figure(&heads[2], "");
    let table = DataTable {
        lang,
        id: "released",
        caption: &t(lang, "release-released"),
        columns,
        rows: rows.collect(),
        empty: Empty { title: &none, advice: &advice, ..Empty::default() },
        pager: Some(Pager { next: next.as_deref(), first: key.map(|_| first.as_str()), ..Pager::default() }),
        ..DataTable::default()
    };
    let body = html! { (rooms(lang, "/release/released")) (filters(lang, &f)) (look::data_table(&table)) };
    let (title, lede) = (t(lang, "release-released"), t(lang, "released-lede"));
    Ok(who.page(&web, Page { title: &title, lede: Some(&lede), ..Page::default() }, body))
}

fn filters(lang: Lang, f: &Filter) -> Markup {
    let words = ["hs-prefix", "market", "operator-code", "released-since"].map(|k| t(lang, k));
    let code = |name, label, value| Field {
        lang,
        name,
        label,
        value,
        kind: FieldKind::Code,
        width: Width::Ten,
        ..Field::default()
    };
    let since = Field {
        lang,
        name: "since",
        label: &words[3],
        value: &f.since,
        kind: FieldKind::Date,
        ..Field::default()
    };
    look::filter_bar(&FilterBar {
        lang,
        action: "/release/released",
        fields: vec![
            code("hs", &words[0], &f.hs),
            code("market", &words[1], &f.market),
            code("operator", &words[2], &f.operator),
            since,
        ],
        ..FilterBar::default()
    })
}

/// The printed notice of a decision: release, or hold and disposal.
async fn notice(who: Who<AnyRole>, State(web): State<Web>, Path(id): Path<String>) -> Answer<Response> {
    let none = || {
        No::from(Refusal::new("release.not_found", bi("没有该处置", "there is no such settlement")).missing(
            "settlement",
            &id,
            bi("从放行页面打开", "open it from the release desk"),
        ))
    };
    let by = who.actor();
    let mut tx = web.read().await?;
    let settlement = id.parse().map_err(|_| none())?;
    let s = release::settlement(&mut tx, &by, settlement).await?.ok_or_else(none)?;
    let d = release::dossier(&mut tx, &by, s.declaration).await?.ok_or_else(none)?;
    let c = declaration::one(&mut tx, &by, s.declaration).await?.ok_or_else(none)?;
    let lot = d.lots.iter().find(|l| l.id == s.lot).ok_or_else(none)?;
    let operator = trade::operator(&mut tx, c.operator).await?.ok_or_else(none)?;
    let officer = match s.officer {
        Some(id) => people::officer(&mut tx, id).await?.map(|o| format!("{} {}", o.name.zh, o.name.en)),
        None => None,
    };
    drop(tx);
    let decision = match s.outcome {
        Outcome::Release => "release",
        Outcome::Hold => "hold",
        Outcome::Treat => "treatment",
        Outcome::Return => "return",
        Outcome::Destroy => "destruction",
    };
    let evidence: Vec<String> =
        s.evidence.iter().map(|e| format!("{} {} {} {}", e.kind, e.what, e.verdict, e.at.date())).collect();
    let (zh, en) = (reason(Lang::ZhCn, &s.reason), reason(Lang::En, &s.reason));
    let note = if s.note.is_empty() { String::new() } else { format!("\n{}", s.note) };
    let rule = "按规则 By rule";
    let mut values = json!({
        "bureau": { "zh": web.settings.bureau.zh, "en": web.settings.bureau.en },
        "decision": decision,
        "number": format!("{}-{}", c.no, lot.no),
        "declaration": c.no,
        "declarant": format!("{} {}", operator.name.zh, operator.name.en),
        "goods": [{ "hs": lot.hs, "name": lot.name, "lots": [lot.no], "quantity": lot.quantity.number(), "unit": lot.quantity.unit.name().en }],
        "reason": format!("{zh} {en}{note}"),
        "evidence": evidence,
        "rule_version": s.rule_version,
        "officer": { "name": officer.unwrap_or_else(|| rule.into()) },
        "issued_on": s.at.date().to_string(),
    });
    if let Some(w) = &d.stowage {
        values["conveyance"] = json!(format!("{} / {}", w.container, w.seal));
    }
    if s.outcome != Outcome::Release {
        values["remedy"] = json!(
            "对本决定不服的，可依法申请复验、行政复议。 The party may ask for re-inspection or reconsideration as the law provides."
        );
    }
    let pdf = paper::print("release_notice", values, s.at).await?;
    Ok(pdf_answer(&format!("{}-{}.pdf", c.no, "notice"), pdf))
}

/// A PDF to be shown by the browser under a name of letters and digits.
pub(crate) fn pdf_answer(name: &str, pdf: Vec<u8>) -> Response {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
    ];
    (headers, pdf).into_response()
}
