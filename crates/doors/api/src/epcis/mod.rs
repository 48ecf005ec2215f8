//! EPCIS 2.0 over REST (GS1's OpenAPI of the standard): capture, events, words, named queries. `docs/epcis.md` says
//! what is served and argues every exception.
mod capture;
mod events;
mod headers;
mod queries;
mod soap;
mod stream;
mod subscriptions;
mod words;

pub(crate) use events::{encoded, pairs};
pub(crate) use headers::{exception, versions, wants_xml};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;

use crate::answer::Answer;
use crate::guard::{AnyRole, Caller};
use crate::route::{RouteSpec, options};

/// All routes, each path with OPTIONS beside its methods.
pub(crate) fn routes() -> Vec<RouteSpec> {
    let mut routes: Vec<RouteSpec> = [
        words::routes(),
        capture::routes(),
        events::routes(),
        queries::routes(),
        subscriptions::routes(),
        soap::routes(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut paths: Vec<&'static str> = routes.iter().map(|r| r.path).collect();
    paths.dedup();
    for path in paths {
        let mut methods: Vec<&str> =
            routes.iter().filter(|r| r.path == path).map(|r| r.method.as_str()).collect();
        methods.push("OPTIONS");
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        let allow = methods.join(", ");
        let captures = path == capture::PATH;
        let discover = move |_: Caller<AnyRole>| {
            let headers = discovered(&allow, captures);
            async move { (StatusCode::NO_CONTENT, headers).into_response() }
        };
        routes.push(options(
            path,
            "What this resource can do: versions, formats and limits in the headers",
            discover,
        ));
    }
    for route in &mut routes {
        let bare = std::mem::take(&mut route.serve);
        route.serve = bare.layer(from_fn(met));
    }
    routes
}

/// Every call says what it speaks and wants; what cannot be had is refused before anything is done.
async fn met(request: Request, next: Next) -> Answer {
    headers::met(request.headers())?;
    Ok(next.run(request).await)
}

/// What a resource can do (EPCIS 2.0, 12: discovery by OPTIONS).
fn discovered(allow: &str, captures: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.extend(HeaderValue::from_str(allow).ok().map(|v| (header::ALLOW, v)));
    headers::discovery(&mut headers, captures);
    headers
}
