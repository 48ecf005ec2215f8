//! The OpenAPI 3.1 document, made from the routes themselves.
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, RefOr, Required,
    ResponseBuilder,
};

use crate::answer::Problem;
use crate::resources;
use crate::route::{Access, Param, RouteSpec, Shape};

const TOKEN: &str = "token";
const ABOUT: &str = "Records and acts of the bureau. A token stands for a login, with its roles and its reach. \
    Refusals are problem documents (RFC 9457) in Chinese or in English by Accept-Language.";

/// The description of all resources.
pub fn document() -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new();
    let mut add = |shape: &Shape| {
        let mut parts = shape.parts.clone();
        parts.sort_by(|a, b| a.0.cmp(&b.0));
        let built = std::mem::take(&mut components);
        components = parts.into_iter().fold(built, |c, (name, schema)| c.schema(name, schema));
    };
    let problem = Shape::of::<Problem>();
    add(&problem);
    for route in resources::routes() {
        route.takes.iter().for_each(|(_, shape)| add(shape));
        route.gives.iter().for_each(|(_, _, shape)| add(shape));
        paths = paths.path(route.path, PathItem::new(method(&route), operation(&route, &problem)));
    }
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let info = InfoBuilder::new()
        .title("Guomen")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components.security_scheme(TOKEN, bearer).build()))
        .build()
}

fn method(route: &RouteSpec) -> HttpMethod {
    match route.method.as_str() {
        "POST" => HttpMethod::Post,
        "DELETE" => HttpMethod::Delete,
        "OPTIONS" => HttpMethod::Options,
        _ => HttpMethod::Get,
    }
}

fn operation(route: &RouteSpec, problem: &Shape) -> Operation {
    let tag = route.path.split('/').find(|s| !["", "api", "v1"].contains(s)).unwrap_or_default();
    let mut operation = OperationBuilder::new().tag(tag).summary(Some(route.says));
    for name in route.path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}')) {
        let in_path = parameter(name, ParameterIn::Path, None).required(Required::True);
        operation = operation.parameter(in_path);
    }
    for Param { name, place, says } in &route.params {
        operation = operation.parameter(parameter(name, place.clone(), Some(says)).required(Required::False));
    }
    if let Some((media, shape)) = &route.takes {
        let content = ContentBuilder::new().schema(Some(shape.reference.clone())).build();
        let body = RequestBodyBuilder::new().content(*media, content).required(Some(Required::True)).build();
        operation = operation.request_body(Some(body));
    }
    operation = match &route.gives {
        Some((status, media, shape)) => {
            let content = ContentBuilder::new().schema(Some(shape.reference.clone())).build();
            let response = ResponseBuilder::new().description("Done").content(*media, content).build();
            operation.response(status.to_string(), response)
        }
        None => operation.response("200", ResponseBuilder::new().description("Done").build()),
    };
    let refused = ContentBuilder::new().schema(Some(problem.reference.clone())).build();
    let refused =
        ResponseBuilder::new().description("Refused, or failed").content("application/problem+json", refused);
    operation = operation.response("default", refused.build());
    if let Access::Roles(roles) = route.access {
        let codes = roles.iter().map(|r| r.code()).collect::<Vec<_>>().join(", ");
        operation = operation
            .description(Some(format!("Roles: {codes}.")))
            .security(SecurityRequirement::new(TOKEN, Vec::<String>::new()));
    }
    operation.build()
}

fn parameter(name: &str, place: ParameterIn, says: Option<&str>) -> ParameterBuilder {
    let text: RefOr<Schema> = Schema::Object(ObjectBuilder::new().schema_type(Type::String).build()).into();
    ParameterBuilder::new().name(name).parameter_in(place).description(says).schema(Some(text))
}
