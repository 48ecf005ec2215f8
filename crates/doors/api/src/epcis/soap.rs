//! The query interface over SOAP, for clients of EPCIS 1.x and for those of 2.0 that speak no REST: one resource, one
//! call a request. A refusal is a fault of the standard in the envelope of the call; what comes before the call can be
//! read, such as a missing token, is a problem document as everywhere.
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, No, Refusal, SubscriptionId, bi};
use supervision::epcis::{self, DOCUMENT_LIMITS, query_document};
use trace::epcis::soap::{self, Call, Manner, Operation};
use trace::epcis::{Limits, read_query};

use super::events::bad_query;
use super::queries::{STANDARD, asked, unknown};
use crate::answer::{Answer, Lang, Sorry};
use crate::guard::{AnyRole, Caller};
use crate::intake::too_large;
use crate::route::{RouteSpec, post};
use crate::server::Api;

/// How large a call may be: 1 MiB, 32 levels.
const CALL: Limits = Limits { max_bytes: 1 << 20, max_depth: 32, max_events: 1 };
/// Events of an answer: the interface has no pages.
const MOST: usize = 1_000;
/// The query of master data.
const MASTER: &str = "SimpleMasterDataQuery";
/// Names of an answer.
const NAMES: i64 = 1_000;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![post("/epcis/soap", "The query interface of EPCIS 1.2 and 2.0 over SOAP 1.1 and 1.2", serve)]
}

async fn serve(caller: Caller<AnyRole>, State(api): State<Api>, request: Request) -> Answer {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !["text/xml", "application/soap+xml", "application/xml"].contains(&media.as_str()) {
        let what = bi("请求内容的类型不接受", "this media type is not taken");
        let needed = bi("text/xml 或 application/soap+xml", "text/xml or application/soap+xml");
        return Err(Refusal::new("request.media_type", what).missing("Content-Type", media, needed).into());
    }
    let bytes = to_bytes(request.into_body(), CALL.max_bytes).await.map_err(|_| too_large(CALL.max_bytes))?;
    let call = match soap::read_call(&bytes, &CALL) {
        Ok(call) => call,
        Err(found) => {
            let reason: Vec<String> = found.iter().map(ToString::to_string).collect();
            let soap12 = media == "application/soap+xml";
            return Ok(fault(Manner { soap12, old: true }, "ValidationException", &reason.join("; "), None));
        }
    };
    match answer(&api, &caller.actor(), &call).await {
        Ok(text) => Ok(enveloped(StatusCode::OK, call.manner, text)),
        Err(sorry) => Ok(refused(&call, &sorry)),
    }
}

fn enveloped(status: StatusCode, manner: Manner, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(manner.media()))], text).into_response()
}

/// A fault is a 500 in SOAP 1.1; SOAP 1.2 tells the caller's own by 400 (its part 2, 7.5.2.2).
fn fault(manner: Manner, exception: &str, reason: &str, query: Option<&str>) -> Response {
    let own = exception != "ImplementationException" && manner.soap12;
    let status = if own { StatusCode::BAD_REQUEST } else { StatusCode::INTERNAL_SERVER_ERROR };
    enveloped(status, manner, soap::fault(manner, exception, reason, query))
}

fn refused(call: &Call, sorry: &Sorry) -> Response {
    let mut problem = sorry.draw(Lang::En, "");
    super::headers::exception(&mut problem, true);
    let kind = problem.kind.strip_prefix("epcisException:").unwrap_or_default();
    // The exceptions of the WSDL are fewer than those of REST.
    let exception = match (problem.code.as_deref(), kind) {
        (Some("subscription.not_found"), _) => "NoSuchSubscriptionException",
        (Some("epcis.subscribe_elsewhere"), _) => "SubscribeNotPermittedException",
        (
            _,
            known @ ("QueryParameterException"
            | "QueryTooLargeException"
            | "QueryTooComplexException"
            | "NoSuchNameException"
            | "SecurityException"
            | "ImplementationException"),
        ) => known,
        _ => "ValidationException",
    };
    let mut reason = problem.title.clone();
    for gap in &problem.missing {
        reason += &format!("; {} = {:?}: {}", gap.field, gap.value, gap.needed);
    }
    if !problem.remedy.is_empty() {
        reason += &format!("; {}", problem.remedy);
    }
    let query = match &call.operation {
        Operation::Poll(name, _) => Some(name.as_str()),
        _ => None,
    };
    fault(call.manner, exception, &reason, query)
}

async fn answer(api: &Api, by: &Actor, call: &Call) -> Result<String, Sorry> {
    let manner = call.manner;
    Ok(match &call.operation {
        Operation::QueryNames => {
            let mut tx = api.desk.read().await?;
            let own = epcis::queries(&mut tx, by, "", NAMES).await?;
            let mut names = vec![STANDARD.to_owned(), MASTER.to_owned()];
            names.extend(own.into_iter().map(|q| q.name));
            soap::list_answer(manner, "GetQueryNamesResult", &names)
        }
        Operation::StandardVersion => {
            let version = if manner.old { "1.2" } else { "2.0" };
            soap::text_answer(manner, "GetStandardVersionResult", Some(version))
        }
        Operation::VendorVersion => {
            let version = concat!("guomen/", env!("CARGO_PKG_VERSION"));
            soap::text_answer(manner, "GetVendorVersionResult", Some(version))
        }
        Operation::SubscriptionIds(name) => {
            let ids = subscription_ids(api, by, name).await?;
            soap::list_answer(manner, "GetSubscriptionIDsResult", &ids)
        }
        Operation::Subscribe(_) => {
            let what = bi("不能用 SOAP 订阅", "a subscription cannot be made over SOAP");
            let remedy = bi(
                "用 REST 为查询命名并订阅：POST /epcis/queries/{queryName}/subscriptions",
                "Name the query and subscribe over REST: POST /epcis/queries/{queryName}/subscriptions",
            );
            return Err(Refusal::new("epcis.subscribe_elsewhere", what).remedy(remedy).into());
        }
        Operation::Unsubscribe(id) => {
            unsubscribe(api, by, id).await?;
            soap::text_answer(manner, "UnsubscribeResult", None)
        }
        Operation::Poll(name, params) if name == MASTER => {
            let mut tx = api.desk.read().await?;
            let found = epcis::master_data(&mut tx, by, params).await?;
            soap::master_answer(manner, name, &found)
        }
        Operation::Poll(name, params) => {
            let mut tx = api.desk.read().await?;
            let mut query = match name == STANDARD {
                true => read_query(params.clone(), &call.scope).map_err(bad_query)?,
                false if params.is_empty() => asked(&mut tx, by, name).await?,
                false => return Err(no_parameters(name).into()),
            };
            query.per_page = Some(MOST);
            let page = epcis::events(&mut tx, by, &query).await?;
            if page.next.is_some() {
                return Err(too_many().into());
            }
            let text = query_document(&page.events, name, None, false, tx.now())?;
            let read = trace::epcis::parse(text.as_bytes(), &DOCUMENT_LIMITS);
            let read = read.map_err(|p| No::fault(format!("{p:?}")))?;
            soap::events_answer(manner, name, &read.events)
        }
    })
}

fn no_parameters(name: &str) -> Refusal {
    let what = bi("命名查询不接受参数", "a named query takes no parameters");
    let needed = bi("用 SimpleEventQuery 带参数查询", "ask SimpleEventQuery with parameters");
    Refusal::new("epcis.query_parameter", what).missing("queryName", name, needed)
}

fn too_many() -> Refusal {
    let what = bi("符合查询的事件太多", "more events match than an answer may hold");
    let needed = bi("缩小查询范围，或用 REST 分页", "ask for less, or page over REST");
    Refusal::new("epcis.query_too_large", what).missing("events", MOST, needed)
}

async fn subscription_ids(api: &Api, by: &Actor, name: &str) -> Result<Vec<String>, Sorry> {
    if [STANDARD, MASTER].contains(&name) {
        return Ok(Vec::new());
    }
    let mut tx = api.desk.read().await?;
    if epcis::named(&mut tx, by, name).await?.is_none() {
        return Err(unknown(name).into());
    }
    let first = SubscriptionId(kernel::MIN_UUID);
    let found = epcis::subscriptions(&mut tx, by, name, first, NAMES).await?;
    Ok(found.into_iter().map(|s| s.id.to_string()).collect())
}

async fn unsubscribe(api: &Api, by: &Actor, id: &str) -> Result<(), Sorry> {
    let missing = || {
        let what = bi("没有这个订阅", "there is no such subscription");
        let needed = bi("见 GetSubscriptionIDs", "see GetSubscriptionIDs");
        Refusal::new("subscription.not_found", what).missing("subscriptionID", id, needed)
    };
    if by.has(&[kernel::Role::Auditor]) && by.roles.len() == 1 {
        let what = bi("审计员只能查看", "auditors look only");
        return Err(Refusal::new("access.role", what).into());
    }
    let mut tx = api.desk.begin().await?;
    let row = id.parse::<SubscriptionId>().map_err(|_| missing())?;
    if !epcis::unsubscribe(&mut tx, by, row).await? {
        return Err(missing().into());
    }
    api.desk.finish(tx).await?;
    Ok(())
}
