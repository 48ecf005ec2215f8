//! A route with who may use it, what it takes and what it gives. The roles come from the handler's own first
//! argument and the schemas from the types themselves, so that neither the table of routes nor the OpenAPI
//! document can say anything else than what is kept.
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use kernel::Role;
use utoipa::ToSchema;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Ref, RefOr};

use crate::guard::{Anyone, Caller, RoleSet};
use crate::server::Api;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone, with or without a token.
    Everyone,
    /// A login with one of these roles.
    Roles(&'static [Role]),
}

/// An extractor that decides who comes in: [`Anyone`] or [`Caller`].
pub trait Gate {
    /// Who.
    const ACCESS: Access;
}

impl Gate for Anyone {
    const ACCESS: Access = Access::Everyone;
}

impl<R: RoleSet> Gate for Caller<R> {
    const ACCESS: Access = Access::Roles(R::ROLES);
}

/// The arguments of a handler whose first one is a gate.
pub trait Gated {
    /// Who may use it.
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
gated!(A, B, C, D, E);

/// A schema by its name, with all that it leans on.
#[derive(Clone)]
pub struct Shape {
    pub(crate) reference: RefOr<Schema>,
    pub(crate) parts: Vec<(String, RefOr<Schema>)>,
}

impl Shape {
    /// The schema of a type.
    pub fn of<T: ToSchema>() -> Shape {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        parts.push((T::name().into_owned(), T::schema()));
        Shape { reference: Ref::from_schema_name(T::name()).into(), parts }
    }
}

/// A parameter of a route, beside those in its path.
#[derive(Clone)]
pub struct Param {
    pub(crate) name: &'static str,
    pub(crate) place: utoipa::openapi::path::ParameterIn,
    pub(crate) says: &'static str,
}

/// One route.
#[derive(Clone)]
pub struct RouteSpec {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}` for what varies.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    pub(crate) serve: MethodRouter<Api>,
    pub(crate) says: &'static str,
    pub(crate) params: Vec<Param>,
    pub(crate) takes: Option<(&'static str, Shape)>,
    pub(crate) gives: Option<(u16, &'static str, Shape)>,
}

impl RouteSpec {
    fn new<H: Handler<T, Api>, T: Gated + 'static>(
        (method, filter): (Method, MethodFilter),
        path: &'static str,
        says: &'static str,
        handler: H,
    ) -> RouteSpec {
        RouteSpec {
            method,
            path,
            access: T::ACCESS,
            serve: on(filter, handler),
            says,
            params: Vec::new(),
            takes: None,
            gives: None,
        }
    }

    /// Names a parameter of the query.
    #[must_use]
    pub fn query(mut self, name: &'static str, says: &'static str) -> RouteSpec {
        self.params.push(Param { name, place: utoipa::openapi::path::ParameterIn::Query, says });
        self
    }

    /// Names a header that the route reads.
    #[must_use]
    pub fn header(mut self, name: &'static str, says: &'static str) -> RouteSpec {
        self.params.push(Param { name, place: utoipa::openapi::path::ParameterIn::Header, says });
        self
    }

    /// The route reads the key of a request that may be sent again.
    #[must_use]
    pub fn once(self) -> RouteSpec {
        self.header(
            "Idempotency-Key",
            "The caller's own key of this request: sent again, it gets the first answer",
        )
    }

    /// The route takes a body of another media type, as a schema says it.
    #[must_use]
    pub fn takes_media(mut self, media: &'static str, shape: Shape) -> RouteSpec {
        self.takes = Some((media, shape));
        self
    }

    /// The route takes a JSON body of this type.
    #[must_use]
    pub fn takes<T: ToSchema>(mut self) -> RouteSpec {
        self.takes = Some(("application/json", Shape::of::<T>()));
        self
    }

    /// The route answers with this status and a JSON body of this type.
    #[must_use]
    pub fn gives<T: ToSchema>(mut self, status: u16) -> RouteSpec {
        self.gives = Some((status, "application/json", Shape::of::<T>()));
        self
    }
}

/// A reading: `GET path`; HEAD is answered as well.
pub fn get<H: Handler<T, Api>, T: Gated + 'static>(
    path: &'static str,
    says: &'static str,
    handler: H,
) -> RouteSpec {
    RouteSpec::new((Method::GET, MethodFilter::GET), path, says, handler)
}

/// An act: `POST path`.
pub fn post<H: Handler<T, Api>, T: Gated + 'static>(
    path: &'static str,
    says: &'static str,
    handler: H,
) -> RouteSpec {
    RouteSpec::new((Method::POST, MethodFilter::POST), path, says, handler)
}

/// What a resource can do: `OPTIONS path`.
pub fn options<H: Handler<T, Api>, T: Gated + 'static>(
    path: &'static str,
    says: &'static str,
    handler: H,
) -> RouteSpec {
    RouteSpec::new((Method::OPTIONS, MethodFilter::OPTIONS), path, says, handler)
}

/// A removal: `DELETE path`.
pub fn delete<H: Handler<T, Api>, T: Gated + 'static>(
    path: &'static str,
    says: &'static str,
    handler: H,
) -> RouteSpec {
    RouteSpec::new((Method::DELETE, MethodFilter::DELETE), path, says, handler)
}
