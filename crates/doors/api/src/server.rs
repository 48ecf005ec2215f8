//! The state of the API and its router.
//!
//! To add a resource: write `src/resources/NAME.rs` with `pub(crate) fn routes() -> Vec<RouteSpec>`, made of
//! [`crate::route::get`] and its sisters; name it in `src/resources/mod.rs`. The first argument of every handler
//! is its gate (else it does not compile); the handler gives [`crate::answer::Answer`], so that `?` turns every
//! "no" of an act or a read into its problem document.
use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use flow::Desk;
use kernel::{Fault, No, Refusal, bi};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use crate::answer::{Asked, Lang, Sorry, written};
use crate::route::Access;
use crate::{epcis, resources};

/// The largest JSON body that is read, in bytes.
pub(crate) const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// The longest time that a handler may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What every handler may reach.
#[derive(Clone)]
pub struct Api {
    /// Where acts are done.
    pub desk: Desk,
}

/// Every route with its method and who may use it.
pub fn route_table() -> Vec<(Method, &'static str, Access)> {
    resources::routes().into_iter().map(|r| (r.method, r.path, r.access)).collect()
}

/// All resources, by their full paths; what lies outside `/api` is left to a fallback that the caller adds.
pub fn router(api: Api) -> Router {
    let mut router = Router::new();
    for route in resources::routes() {
        router = router.route(route.path, route.serve);
    }
    router
        .route("/api", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .route("/epcis/{*rest}", any(unknown))
        .method_not_allowed_fallback(|| async {
            let what = bi("此接口不接受这种方法", "this resource does not take that method");
            Sorry::from(
                Refusal::new("request.method", what).remedy(bi("见 Allow 头", "See the Allow header")),
            )
        })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(patience))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(api.clone(), observe))
        .with_state(api)
}

async fn unknown() -> Sorry {
    let what = bi("没有这个接口", "there is no such resource");
    let remedy = bi("见 /api/v1/openapi.json", "See /api/v1/openapi.json");
    Refusal::new("resource.not_found", what).remedy(remedy).into()
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("unknown cause");
    Sorry::from(No::fault(format!("panic: {text}"))).into_response()
}

async fn patience(request: Request, next: Next) -> Response {
    // A large document takes its time on the way.
    let captures = request.uri().path() == "/epcis/capture";
    let patience = if captures { PATIENCE * 10 } else { PATIENCE };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = format!("no answer within {} s", patience.as_secs());
            Sorry::from(Fault { message, retry: true }).into_response()
        }
    }
}

/// Names the request, logs it by path (never by query, body or token), and writes down a "no".
async fn observe(State(api): State<Api>, request: Request, next: Next) -> Response {
    let id = api.desk.chance.uuid(api.desk.clock.now()).to_string();
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let asked = Asked {
        lang: Lang::negotiate(accept),
        epcis: request.uri().path().starts_with("/epcis"),
        xml: epcis::wants_xml(request.headers()),
    };
    let span = tracing::info_span!("api", id, method = %request.method(), path = request.uri().path());
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), ms, "answered");
        if let Some(sorry) = response.extensions().get::<Sorry>().cloned() {
            let bare = std::mem::take(&mut response);
            response = written(&sorry, &asked, &id, bare);
        }
    });
    let headers = response.headers_mut();
    if asked.epcis {
        epcis::versions(headers);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CACHE_CONTROL, "no-store");
    set(header::VARY, "accept, accept-language, authorization");
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    response
}
