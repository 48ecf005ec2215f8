//! The door for programs: REST under `/api/v1`, described by OpenAPI 3.1, and EPCIS 2.0 under `/epcis`.
//!
//! Doors are thin: a handler parses, calls one act through the desk or one read, and shows what came of it. Its
//! first argument is its gate ([`guard::Caller`] or [`guard::Anyone`]); every "no" becomes a problem document
//! (RFC 9457) in [`answer`], and nowhere else; what a route takes and gives stands beside it in its
//! [`route::RouteSpec`], from which the router, the table of routes and the OpenAPI document are all made.

pub mod answer;
mod deed;
mod epcis;
pub mod guard;
pub mod intake;
mod openapi;
mod resources;
pub mod route;
mod server;

pub use openapi::document;
pub use server::{Api, route_table, router};
