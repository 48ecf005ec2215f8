//! A route with who may open it. The roles come from the handler's own first argument, so that the table of
//! routes cannot say anything else than what is kept.
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use kernel::Role;

use crate::guard::{Anyone, RoleSet, Who};
use crate::server::Web;

/// Who may open a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone, with or without a login.
    Everyone,
    /// A login with one of these roles.
    Roles(&'static [Role]),
}

/// An extractor that decides who comes in: [`Anyone`] or [`Who`].
pub trait Gate {
    /// Who.
    const ACCESS: Access;
}

impl Gate for Anyone {
    const ACCESS: Access = Access::Everyone;
}

impl<R: RoleSet> Gate for Who<R> {
    const ACCESS: Access = Access::Roles(R::ROLES);
}

/// The arguments of a handler whose first one is a gate.
pub trait Gated {
    /// Who may open it.
    const ACCESS: Access;
}

macro_rules! gated {
    ($($more:ident),*) => {
        impl<M, G: Gate, $($more),*> Gated for (M, G, $($more,)*) { const ACCESS: Access = G::ACCESS; }
    };
}
gated!();
gated!(A);
gated!(A, B);
gated!(A, B, C);
gated!(A, B, C, D);

/// One route.
pub struct RouteSpec {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}` for what varies.
    pub path: &'static str,
    /// Who may open it.
    pub access: Access,
    pub(crate) serve: MethodRouter<Web>,
}

/// A page: `GET path`.
pub fn get<H: Handler<T, Web>, T: Gated + 'static>(path: &'static str, handler: H) -> RouteSpec {
    RouteSpec { method: Method::GET, path, access: T::ACCESS, serve: on(MethodFilter::GET, handler) }
}

/// A deed: `POST path`.
pub fn post<H: Handler<T, Web>, T: Gated + 'static>(path: &'static str, handler: H) -> RouteSpec {
    RouteSpec { method: Method::POST, path, access: T::ACCESS, serve: on(MethodFilter::POST, handler) }
}

/// A value as it stands in a query: everything but letters, digits and `-._~/` as percent and hex.
pub(crate) fn encoded(value: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A path with the pairs of a query that have a value.
pub(crate) fn with_query(path: &str, pairs: &[(&str, String)]) -> String {
    let given = pairs.iter().filter(|(_, v)| !v.is_empty());
    let pairs: Vec<String> = given.map(|(k, v)| format!("{k}={}", encoded(v))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Whether a request changes nothing by its method (RFC 9110, 9.2.1).
pub(crate) fn is_safe(request: &Request) -> bool {
    request.method().is_safe()
}
