//! Declarations: lodge one, list those within reach newest first, read one with its lots and the reasons of its lane.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Actor, Refusal, Timestamp, bi};
use serde::{Deserialize, Serialize};
use store::Tx;
use supervision::{
    declaration::{self, Declaration, Lodgement},
    targeting,
};
use utoipa::ToSchema;

use crate::answer::{Answer, Sorry};
use crate::guard::{AnyRole, Caller, Lodgers};
use crate::intake::{Asked, RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

const PATH: &str = "/api/v1/declarations";
/// Declarations on one page, unless the caller asks for another number.
const PAGE: i64 = 50;

pub(crate) fn routes() -> Vec<RouteSpec> {
    vec![
        get(PATH, "Declarations within reach, newest first", list)
            .query("limit", "Most declarations on the page, 1 to 200; 50 if not given")
            .query("before", "Where the last page ended; take it from `next`")
            .gives::<DeclarationPage>(200),
        post(PATH, "Lodge a declaration; its lane is decided in the same transaction", lodge)
            .header(
                "Idempotency-Key",
                "The caller's own key of this request: sent again, it lodges nothing twice",
            )
            .takes::<Lodgement>()
            .gives::<DeclarationView>(201),
        get("/api/v1/declarations/{id}", "One declaration, by its id or its number", one)
            .gives::<DeclarationView>(200),
    ]
}

/// A page of declarations.
#[derive(Serialize, ToSchema)]
struct DeclarationPage {
    /// The declarations.
    items: Vec<DeclarationRow>,
    /// The next page; none when this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A declaration as lists show it.
#[derive(Serialize, ToSchema)]
struct DeclarationRow {
    /// Its id.
    id: String,
    /// Its number.
    no: String,
    /// The branch that handles it.
    branch: String,
    /// `export` or `import`.
    direction: String,
    /// The operator's id.
    operator: String,
    /// The plant's id, for export food.
    #[serde(skip_serializing_if = "Option::is_none")]
    plant: Option<String>,
    /// Country of destination, or of departure for imports.
    market: String,
    /// Logistics mode.
    mode: String,
    /// Goods in short.
    goods: String,
    /// Highest risk level of its products.
    risk: String,
    /// Where it stands.
    stage: String,
    /// Lane; empty until it is decided.
    lane: String,
    /// Whether it is to be inspected.
    selected: bool,
    /// Rule version in force on the day of lodging.
    rule_version: String,
    /// When it was lodged, RFC 3339.
    lodged_at: String,
    /// Until when a deficiency must have been told, RFC 3339.
    due_at: String,
}

/// A declaration with its lots and the reasons of its lane.
#[derive(Serialize, ToSchema)]
struct DeclarationView {
    #[serde(flatten)]
    row: DeclarationRow,
    /// Its lots.
    lots: Vec<LotView>,
    /// Why it got its lane, in Chinese and in English.
    reasons: Vec<ReasonView>,
}

/// A lot of a declaration.
#[derive(Serialize, ToSchema)]
struct LotView {
    /// Its id.
    id: String,
    /// Its number as the plant prints it.
    no: String,
    /// HS code of its line.
    hs: String,
    /// Decimal number of at most three places.
    quantity: String,
    /// UN/ECE rec 20 code.
    unit: String,
}

/// A reason in both languages.
#[derive(Serialize, ToSchema)]
struct ReasonView {
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
}

impl From<Declaration> for DeclarationRow {
    fn from(d: Declaration) -> DeclarationRow {
        DeclarationRow {
            id: d.id.to_string(),
            no: d.no,
            branch: d.branch.to_string(),
            direction: d.direction,
            operator: d.operator.to_string(),
            plant: d.plant.map(|p| p.to_string()),
            market: d.market,
            mode: d.mode,
            goods: d.goods,
            risk: d.risk,
            stage: d.stage.code().to_owned(),
            lane: d.lane,
            selected: d.selected,
            rule_version: d.rule_version,
            lodged_at: d.lodged_at.rfc3339(),
            due_at: d.due_at.rfc3339(),
        }
    }
}

#[derive(Deserialize)]
struct Turn {
    limit: Option<i64>,
    before: Option<String>,
}

async fn list(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Asked(turn): Asked<Turn>,
) -> Answer<(HeaderMap, Json<DeclarationPage>)> {
    let limit = turn.limit.unwrap_or(PAGE).clamp(1, 200);
    let before = turn.before.as_deref().map(place).transpose()?;
    let mut tx = api.desk.read().await?;
    let found = declaration::list(&mut tx, &caller.actor(), before, limit).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == limit);
    let next = found
        .last()
        .filter(|_| full)
        .map(|d| format!("{PATH}?limit={limit}&before={}~{}", d.lodged_at.0, d.id));
    let page = DeclarationPage { items: found.into_iter().map(Into::into).collect(), next };
    Ok((links(page.next.as_deref()), Json(page)))
}

/// The header that names the next page (RFC 8288).
pub(crate) fn links(next: Option<&str>) -> HeaderMap {
    let link = next.and_then(|n| HeaderValue::from_str(&format!("<{n}>; rel=\"next\"")).ok());
    link.into_iter().map(|l| (header::LINK, l)).collect()
}

/// The last row of a page, as `next` writes it.
pub(crate) fn place<T: std::str::FromStr>(text: &str) -> Result<(Timestamp, T), Sorry> {
    let read = || {
        let (at, id) = text.split_once('~')?;
        Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
    };
    read().ok_or_else(|| {
        let needed = bi("照抄上一页的 next", "take it from `next` of the page before");
        let what = bi("页码不能识别", "this page cannot be found");
        Refusal::new("request.page", what).missing("before", text, needed).into()
    })
}

async fn lodge(
    caller: Caller<Lodgers>,
    State(api): State<Api>,
    RepeatKey(key): RepeatKey,
    Sent(mut lodgement): Sent<Lodgement>,
) -> Answer<(StatusCode, HeaderMap, Json<DeclarationView>)> {
    // Keys of one login say nothing about the keys of another.
    let key = key.or(lodgement.key.take());
    lodgement.key = key.map(|key| format!("{}/{key}", caller.account.id));
    let by = caller.actor();
    let id = api.desk.lodge(&by, &lodgement).await?;
    let view = view(&api, &by, &id.to_string()).await?;
    let place = HeaderValue::from_str(&format!("{PATH}/{id}")).map_err(kernel::No::fault)?;
    let headers = [(header::LOCATION, place)].into_iter().collect();
    Ok((StatusCode::CREATED, headers, Json(view)))
}

async fn one(
    caller: Caller<AnyRole>,
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Answer<Json<DeclarationView>> {
    Ok(Json(view(&api, &caller.actor(), &id).await?))
}

/// A declaration within reach, by its id or its number.
pub(crate) async fn found(tx: &mut Tx, by: &Actor, id: &str) -> Answer<Declaration> {
    let found = match id.parse() {
        Ok(id) => declaration::one(tx, by, id).await?,
        Err(_) => declaration::by_no(tx, by, id).await?,
    };
    Ok(found.ok_or_else(|| {
        let what = bi("没有该报检单", "there is no such declaration");
        let needed = bi("给出报检单号或其标识", "give a declaration's number or id");
        Refusal::new("declaration.not_found", what).missing("id", id, needed)
    })?)
}

async fn view(api: &Api, by: &Actor, id: &str) -> Answer<DeclarationView> {
    let mut tx = api.desk.read().await?;
    let d = found(&mut tx, by, id).await?;
    let lots = declaration::lots(&mut tx, d.id).await?;
    let decision = targeting::decision(&mut tx, d.id).await?;
    let reasons = decision.map(|x| x.outcome.reasons).unwrap_or_default();
    Ok(DeclarationView {
        row: d.into(),
        lots: lots
            .into_iter()
            .map(|l| LotView {
                id: l.id.to_string(),
                no: l.no,
                hs: l.hs,
                quantity: l.quantity.number(),
                unit: l.quantity.unit.code().to_owned(),
            })
            .collect(),
        reasons: reasons.into_iter().map(|r| ReasonView { zh: r.zh, en: r.en }).collect(),
    })
}
