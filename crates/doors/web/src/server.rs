//! The state of the pages and their router.
//!
//! To add a page: write `src/pages/NAME.rs` with `pub(crate) fn routes() -> Vec<RouteSpec>`, made of
//! [`crate::route::get`] and [`crate::route::post`]; name it in `src/pages/mod.rs`. The first argument of every
//! handler is its gate, [`crate::guard::Who`] or [`crate::guard::Anyone`] (else it does not compile); the handler
//! gives [`crate::answer::Answer`], so that `?` turns every "no" of an act or a read into its page.
use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::{Bilingual, Chance, Clock, Fault, No, Refusal, Result, bi};
use registry::identity::{Hasher, Lifetime};
use store::{Db, Tx};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use crate::answer::Sorry;
use crate::look::{ASSET_ROUTE, CONTENT_SECURITY_POLICY, remember_lang, serve_asset};
use crate::pages;
use crate::route::Access;
use crate::session::meet;

/// The largest body that is read, in bytes.
pub const BODY_LIMIT: usize = 12 * 1024 * 1024;
/// The longest time that a handler may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the installation decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the bureau.
    pub bureau: Bilingual,
    /// Whether pages are reached by HTTPS only, so that cookies may not travel otherwise.
    pub secure_cookie: bool,
    /// How long a session lives.
    pub lifetime: Lifetime,
}

impl Settings {
    pub(crate) fn session_cookie(&self) -> &'static str {
        if self.secure_cookie { "__Host-guomen" } else { "guomen" }
    }

    pub(crate) fn visitor_cookie(&self) -> &'static str {
        if self.secure_cookie { "__Host-guomen-visitor" } else { "guomen-visitor" }
    }
}

/// What every handler may reach.
#[derive(Clone)]
pub struct Web {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// What the installation decides.
    pub settings: Arc<Settings>,
}

impl Web {
    /// The desk: where acts are done together with all that follows them.
    pub fn desk(&self) -> flow::Desk {
        flow::Desk { db: self.db.clone(), clock: self.clock.clone(), chance: self.chance.clone() }
    }

    /// Begins an act.
    pub async fn begin(&self) -> Result<Tx> {
        self.db.begin(&self.clock, &self.chance).await
    }

    /// Begins a reading.
    pub async fn read(&self) -> Result<Tx> {
        self.db.read(&self.clock).await
    }
}

/// The id of a request: in the log, in its answer, and on the page of a fault.
#[derive(Clone, Default)]
pub(crate) struct RequestName(pub(crate) String);

/// Every route with its method and who may open it.
pub fn route_table() -> Vec<(Method, &'static str, Access)> {
    pages::routes().into_iter().map(|r| (r.method, r.path, r.access)).collect()
}

/// All pages.
pub fn router(web: Web) -> Router {
    let mut router = Router::new();
    for route in pages::routes() {
        router = router.route(route.path, route.serve);
    }
    router
        .fallback(|| async {
            let what = bi("没有这个页面", "there is no such page");
            Sorry::from(Refusal::new("page.not_found", what).remedy(bi("核对网址", "Check the address")))
        })
        .method_not_allowed_fallback(|| async {
            Sorry::from(Refusal::new(
                "page.method",
                bi("本页不能这样提交", "this page does not take that method"),
            ))
        })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(patience))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(web.clone(), meet))
        .layer(from_fn(remember_lang))
        .route(ASSET_ROUTE, get(serve_asset))
        // Cookies do not travel with requests that other sites start, so page secrets cannot be guessed by size.
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(web.clone(), observe))
        .with_state(web)
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("unknown cause");
    Sorry::from(No::fault(format!("panic: {text}"))).into_response()
}

async fn patience(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = format!("no answer within {} s", PATIENCE.as_secs());
            Sorry::from(Fault { message, retry: true }).into_response()
        }
    }
}

/// Names the request, logs it by path (never by query, form or cookie), and adds the headers of safety.
async fn observe(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id = web.chance.uuid(web.clock.now()).to_string();
    request.extensions_mut().insert(RequestName(id.clone()));
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        tracing::info!(
            status = response.status().as_u16(),
            ms = begun.elapsed().as_millis() as u64,
            "answered"
        );
    });
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(self), microphone=()");
    set(header::CACHE_CONTROL, "no-store");
    if web.settings.secure_cookie {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    response
}
