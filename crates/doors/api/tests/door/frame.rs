//! The frame of the API over its real router: gates, problem documents, repeated requests, pages, description.
use crate::common::{house, toys};
use api::{document, route::Access, route_table};
use axum::http::{Method, StatusCode};
use kernel::Role;
use serde_json::json;

/// A path with something in place of what varies.
fn filled(path: &str) -> String {
    path.split('/').map(|s| if s.starts_with('{') { "none" } else { s }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_is_closed_without_a_token_and_to_the_wrong_role() {
    let h = house().await;
    let (declarant, auditor) = (h.declarant(h.yongjiang).await, h.officer(Role::Auditor, None).await);
    let mut closed = 0;
    for (method, path, access) in route_table() {
        let Access::Roles(roles) = access else { continue };
        for token in ["", "00", "not hex at all"] {
            let answer = h.call(method.clone(), &filled(path), token, &[], "").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} with {token:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
        for (role, token) in [(Role::Declarant, &declarant), (Role::Auditor, &auditor)] {
            let answer = h.call(method.clone(), &filled(path), token, &[], "").await;
            let refused = answer.status == StatusCode::FORBIDDEN && answer.text.contains("access.role");
            assert_eq!(
                refused,
                !roles.contains(&role),
                "{method} {path} as {}: {}",
                role.code(),
                answer.text
            );
        }
        closed += 1;
    }
    assert!(closed >= 4, "{closed} routes were attacked");
}

#[tokio::test]
async fn the_wrong_unit_sees_nothing_and_lodges_nothing() {
    let h = house().await;
    let (clerk, elsewhere) =
        (h.officer(Role::Clerk, Some(h.beilun)).await, h.officer(Role::Clerk, Some(h.zhenhai)).await);
    let lodged = h.post("/api/v1/declarations", &clerk, &toys("BL", "OP1", "L1")).await;
    assert_eq!(lodged.status, StatusCode::CREATED, "{}", lodged.text);
    let place = lodged.header("location").to_owned();
    assert_eq!(h.get(&place, &clerk).await.json()["no"], lodged.json()["no"]);
    assert_eq!(h.get(&place, &elsewhere).await.status, StatusCode::NOT_FOUND);
    assert_eq!(h.get("/api/v1/declarations", &elsewhere).await.json()["items"], json!([]));
    let other = h.post("/api/v1/declarations", &elsewhere, &toys("BL", "OP1", "L2")).await;
    assert_eq!((other.status, &other.json()["code"]), (StatusCode::FORBIDDEN, &json!("scope.declaration")));
    let stranger = h.declarant(h.other).await;
    assert_eq!(h.get(&place, &stranger).await.status, StatusCode::NOT_FOUND);
    let ledger = h.get("/api/v1/ledger", &clerk).await;
    assert_eq!((ledger.status, &ledger.json()["code"]), (StatusCode::FORBIDDEN, &json!("access.scope")));
}

#[tokio::test]
async fn the_same_request_lodges_once_and_keys_belong_to_their_login() {
    let h = house().await;
    let (a, b) = (h.declarant(h.yongjiang).await, h.declarant(h.other).await);
    let key = [("idempotency-key", "k-1")];
    let send = async |token: &str, operator: &str, lot: &str| {
        let body = toys("BL", operator, lot).to_string();
        h.call(Method::POST, "/api/v1/declarations", token, &key, &body).await
    };
    let first = send(&a, "OP1", "L1").await;
    let again = send(&a, "OP1", "L1").await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED), "{}", again.text);
    assert_eq!(first.json()["id"], again.json()["id"]);
    let other_goods = send(&a, "OP1", "L2").await;
    assert_eq!(other_goods.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other_goods.json()["code"], "declaration.key");
    let theirs = send(&b, "OP2", "L3").await;
    assert_eq!(theirs.status, StatusCode::CREATED, "{}", theirs.text);
    assert_ne!(theirs.json()["id"], first.json()["id"]);
    let body = toys("BL", "OP1", "L9").to_string();
    let bad = h.call(Method::POST, "/api/v1/declarations", &a, &[("idempotency-key", "a b")], &body).await;
    assert_eq!((bad.status, &bad.json()["code"]), (StatusCode::BAD_REQUEST, &json!("request.key")));
}

#[tokio::test]
async fn a_refusal_names_field_value_and_remedy_in_the_language_asked_for() {
    let h = house().await;
    let clerk = h.officer(Role::Clerk, None).await;
    let body = toys("BL", "nobody", "L1").to_string();
    let en = h.call(Method::POST, "/api/v1/declarations", &clerk, &[], &body).await;
    assert_eq!(en.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(en.header("content-type"), "application/problem+json");
    assert_eq!(en.header("content-language"), "en");
    let problem = en.json();
    assert_eq!(problem["type"], "urn:guomen:problem:declaration.codes");
    assert_eq!(
        (&problem["missing"][0]["field"], &problem["missing"][0]["value"]),
        (&json!("operator"), &json!("nobody"))
    );
    assert!(problem["remedy"].as_str().is_some_and(|r| r.starts_with("Mend")), "{problem}");
    let mut request = axum::http::Request::post("/api/v1/declarations")
        .header("authorization", format!("Bearer {clerk}"))
        .header("content-type", "application/json");
    request = request.header("accept-language", "zh-CN,en;q=0.3");
    let zh = h.send(request.body(body.into()).expect("a request")).await;
    assert_eq!(zh.header("content-language"), "zh-CN");
    assert!(zh.json()["title"].as_str().is_some_and(|t| t.contains("无法识别")), "{}", zh.text);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_as_such() {
    let h = house().await;
    let clerk = h.officer(Role::Clerk, None).await;
    let post = async |more: &[(&str, &str)], body: &str| {
        let a = h.call(Method::POST, "/api/v1/declarations", &clerk, more, body).await;
        (a.status.as_u16(), a.json()["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(post(&[], "{").await, (400, "request.body".into()));
    assert_eq!(post(&[], "{\"direction\": 7}").await, (400, "request.body".into()));
    assert_eq!(post(&[], "{\"surprise\": 1}").await, (400, "request.body".into()));
    assert_eq!(post(&[("content-type", "text/plain")], "{}").await, (415, "request.media_type".into()));
    let large = format!("{{\"direction\": \"{}\"}}", "x".repeat(3 << 20));
    assert_eq!(post(&[], &large).await, (413, "body.too_large".into()));
    for (path, status, code) in [
        ("/api/v1/declarations?before=x", 400, "request.page"),
        ("/api/v1/declarations?limit=many", 400, "request.query"),
        ("/api/v1/declarations/none", 404, "declaration.not_found"),
        ("/api/v1/nowhere", 404, "resource.not_found"),
    ] {
        let a = h.get(path, &clerk).await;
        assert_eq!((a.status.as_u16(), a.json()["code"].as_str()), (status, Some(code)), "{path}");
    }
    let wrong = h.call(Method::DELETE, "/api/v1/declarations", &clerk, &[], "").await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["code"]), (405, &json!("request.method")));
}

#[tokio::test]
async fn lists_lead_from_page_to_page_without_gap_or_double() {
    let h = house().await;
    let (clerk, auditor) = (h.officer(Role::Clerk, None).await, h.officer(Role::Auditor, None).await);
    for i in 0..7 {
        h.desk.clock.set(kernel::Timestamp(h.desk.clock.now().0 + 1_000_000));
        let lodged = h.post("/api/v1/declarations", &clerk, &toys("BL", "OP1", &format!("L{i}"))).await;
        assert_eq!(lodged.status, StatusCode::CREATED, "{}", lodged.text);
    }
    for (first, wanted) in
        [("/api/v1/declarations?limit=3", 7), ("/api/v1/ledger?limit=3&kind=declaration.lodged", 7)]
    {
        let (mut next, mut seen) = (Some(first.to_owned()), Vec::new());
        while let Some(path) = next {
            let page = h.get(&path, &auditor).await;
            let body = page.json();
            seen.extend(body["items"].as_array().expect("items").iter().map(|i| i["id"].clone()));
            next = body["next"].as_str().map(str::to_owned);
            assert_eq!(page.header("link").contains("rel=\"next\""), next.is_some());
        }
        let all = seen.len();
        seen.dedup();
        assert_eq!((all, seen.len()), (wanted, wanted), "{first}");
    }
}

#[tokio::test]
async fn the_description_is_public_and_names_every_route() {
    let h = house().await;
    let told = h.get("/api/v1/openapi.json", "").await;
    assert_eq!(told.status, StatusCode::OK);
    let told = told.json();
    assert!(told["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{}", told["openapi"]);
    for (method, path, _) in route_table() {
        let operation = &told["paths"][path][method.as_str().to_lowercase()];
        assert!(operation["summary"].is_string(), "{method} {path}");
    }
}

/// The description as it is kept. Renew it with `INSTA_UPDATE=always cargo nextest run -p api the_description`,
/// and look at the difference: other people's programs are built on it.
#[test]
fn the_description_is_the_one_agreed() {
    insta::assert_json_snapshot!("openapi", document());
}
