//! A client's calls on the EPCIS interfaces, over the real router: capture, poll, query, page, name, discover.
use crate::common::{Answer, House, house};
use axum::http::{Method, StatusCode};
use flow::Worker;
use kernel::Role;
use serde_json::{Value, json};

pub(crate) fn event(n: usize) -> Value {
    let step = ["shipping", "receiving"][n % 2];
    json!({
        "type": "ObjectEvent", "action": "OBSERVE", "bizStep": step,
        "disposition": "in_transit", "eventTime": format!("2026-11-20T10:{:02}:00.000+08:00", n % 60),
        "eventTimeZoneOffset": "+08:00", "epcList": [format!("urn:epc:id:sgtin:0614141.107346.{n}")],
        "readPoint": {"id": "urn:epc:id:sgln:0614141.00777.0"},
        "destinationList": [{"type": "owning_party", "destination": format!("urn:epc:id:pgln:400000{}.00001", n % 2)}],
        "ex:temperature": n,
    })
}

pub(crate) fn document(events: &[Value]) -> Value {
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"ex": "https://example.com/epcis/"}],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-24T01:00:00Z",
        "epcisBody": {"eventList": events},
    })
}

fn events_of(answer: &Answer) -> Vec<Value> {
    let list = &answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    list.as_array().unwrap_or_else(|| panic!("{}: {}", answer.status, answer.text)).clone()
}

/// Every event of a query, following the Link header.
pub(crate) async fn all(h: &House, path: &str, token: &str) -> Vec<Value> {
    let (mut next, mut found) = (Some(path.to_owned()), Vec::new());
    while let Some(path) = next {
        let page = h.get(&path, token).await;
        found.extend(events_of(&page));
        let link = page.header("link");
        next = link.strip_prefix('<').and_then(|l| l.strip_suffix(">; rel=\"next\"")).map(str::to_owned);
    }
    found
}

pub(crate) async fn filled(h: &House, n: usize) -> String {
    let token = h.officer(Role::Inspector, None).await;
    let sent = h.post("/epcis/capture", &token, &document(&(0..n).map(event).collect::<Vec<_>>())).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text);
    token
}

#[tokio::test]
async fn m3_1_a_client_captures_polls_queries_and_pages() {
    let h = house().await;
    let token = h.officer(Role::Inspector, None).await;
    let sent = h.post("/epcis/capture", &token, &document(&(0..25).map(event).collect::<Vec<_>>())).await;
    assert_eq!(
        (sent.status, sent.header("gs1-epcis-version")),
        (StatusCode::ACCEPTED, "2.0.0"),
        "{}",
        sent.text
    );
    let job = h.get(sent.header("location"), &token).await.json();
    assert_eq!(
        (&job["running"], &job["success"], &job["captured"]),
        (&json!(false), &json!(true), &json!(25)),
        "{job}"
    );
    assert_eq!((&job["captureErrorBehaviour"], &job["errors"]), (&json!("rollback"), &json!([])));
    let xml =
        h.call(Method::GET, sent.header("location"), &token, &[("accept", "application/xml")], "").await;
    assert!(
        xml.text.starts_with("<epcis:EPCISCaptureJob") && xml.text.contains("success=\"true\""),
        "{}",
        xml.text
    );

    assert_eq!(all(&h, "/epcis/events?perPage=4", &token).await.len(), 25);
    let shipped =
        all(&h, "/epcis/events?EQ_bizStep=shipping&orderBy=eventTime&orderDirection=ASC&perPage=5", &token)
            .await;
    assert_eq!(shipped.len(), 13);
    assert!(shipped.is_sorted_by_key(|e| e["eventTime"].as_str().map(str::to_owned)));
    let since = "/epcis/events?GE_eventTime=2026-11-20T10:20:00+08:00";
    assert_eq!(all(&h, since, &token).await.len(), 5, "a plus sign stands for itself");
    let named = h
        .call(
            Method::GET,
            "/epcis/events?GE_ex:temperature=20",
            &token,
            &[("gs1-extensions", "ex=https://example.com/epcis/")],
            "",
        )
        .await;
    assert_eq!(events_of(&named).len(), 5);
}

#[tokio::test]
async fn an_event_comes_back_by_its_id_in_the_format_and_syntax_asked_for() {
    let h = house().await;
    let token = filled(&h, 25).await;
    let shipped = all(&h, "/epcis/events?EQ_bizStep=shipping", &token).await;
    let one = &shipped[0];
    assert!(one["recordTime"].as_str().is_some_and(|t| t.starts_with("2026-11-24T01:00")), "{one}");
    let id =
        one["eventID"].as_str().expect("an id").replace('?', "%3F").replace('/', "%2F").replace(';', "%3B");
    let found = events_of(&h.get(&format!("/epcis/events/{id}"), &token).await);
    assert_eq!(found, std::slice::from_ref(one));
    let linked = h
        .call(
            Method::GET,
            &format!("/epcis/events/{id}"),
            &token,
            &[("gs1-epc-format", "Always_GS1_Digital_Link")],
            "",
        )
        .await;
    assert_eq!(events_of(&linked)[0]["epcList"], json!(["https://id.gs1.org/01/10614141073464/21/0"]));
    let xml =
        h.call(Method::GET, "/epcis/events?perPage=2", &token, &[("accept", "application/xml")], "").await;
    assert_eq!(xml.header("content-type"), "application/xml");
    let read =
        trace::epcis::parse(xml.text.as_bytes(), &trace::epcis::Limits::default()).expect("XML of EPCIS");
    assert_eq!((read.events.len(), trace::epcis::validate(&read)), (2, vec![]));
    let json = h.get("/epcis/events?perPage=20", &token).await;
    let read =
        trace::epcis::parse(json.text.as_bytes(), &trace::epcis::Limits::default()).expect("JSON of EPCIS");
    assert_eq!(trace::epcis::validate(&read), []);
}

#[tokio::test]
async fn a_single_event_is_captured_at_once_and_again_without_harm() {
    let h = house().await;
    let token = h.officer(Role::Inspector, None).await;
    let mut one = event(1);
    one["@context"] = json!(["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"ex": "https://example.com/epcis/"}]);
    for _ in 0..2 {
        let made = h.post("/epcis/events", &token, &one).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(events_of(&h.get(made.header("location"), &token).await).len(), 1);
    }
    assert_eq!(all(&h, "/epcis/events", &token).await.len(), 1);
    let several = h.post("/epcis/events", &token, &document(&[event(1), event(2)])).await;
    assert_eq!(several.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_large_document_becomes_a_job_that_tells_its_errors() {
    let h = house().await;
    let token = h.officer(Role::Inspector, None).await;
    let mut events: Vec<Value> = (0..2_500).map(event).collect();
    for e in &mut events {
        e["ex:note"] = json!("x".repeat(200));
    }
    events[7]["action"] = json!("LOOK");
    let body = document(&events).to_string();
    assert!(body.len() > flow::SMALL);
    for (behaviour, captured) in [("rollback", 0), ("proceed", 2_499)] {
        let more = [("gs1-capture-error-behaviour", behaviour)];
        let sent = h.call(Method::POST, "/epcis/capture", &token, &more, &body).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text);
        let place = sent.header("location");
        assert_eq!(h.get(place, &token).await.json()["running"], true);
        while (Worker { desk: h.desk.clone(), targets: flow::webhook::Targets::Public })
            .one()
            .await
            .expect("worked")
        {}
        let job = h.get(place, &token).await.json();
        assert_eq!(
            (&job["running"], &job["success"], &job["captured"]),
            (&json!(false), &json!(false), &json!(captured)),
            "{job}"
        );
        assert_eq!(job["errors"][0]["title"], "EPCIS-ACTION");
        assert_eq!(job["errors"][0]["instance"], "#/epcisBody/eventList/7/action");
    }
    let jobs = h.get("/epcis/capture?perPage=1", &token).await;
    assert!(jobs.header("link").contains("nextPageToken="), "{}", jobs.header("link"));
    assert_eq!(jobs.json().as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn queries_have_names_and_belong_to_their_owner() {
    let h = house().await;
    let token = filled(&h, 10).await;
    let theirs = h.declarant(h.yongjiang).await;
    let named = json!({"name": "shipped", "query": {
        "@context": {"e": "https://example.com/epcis/"}, "eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping"], "LT_e:temperature": 8}});
    let made = h.post("/epcis/queries", &token, &named).await;
    assert_eq!(
        (made.status, made.header("location")),
        (StatusCode::CREATED, "/epcis/queries/shipped"),
        "{}",
        made.text
    );
    assert_eq!(h.post("/epcis/queries", &token, &named).await.status, StatusCode::CONFLICT);
    assert_eq!(h.get("/epcis/queries/shipped", &token).await.json(), named);
    assert_eq!(h.get("/epcis/queries", &token).await.json(), json!([named]));
    assert_eq!(all(&h, "/epcis/queries/shipped/events?perPage=3", &token).await.len(), 4);
    assert_eq!(all(&h, "/epcis/queries/SimpleEventQuery/events?EQ_bizStep=receiving", &token).await.len(), 5);
    for path in ["/epcis/queries/shipped", "/epcis/queries/shipped/events"] {
        let no = h.get(path, &theirs).await;
        assert_eq!(
            (no.status, &no.json()["type"]),
            (StatusCode::NOT_FOUND, &json!("epcisException:NoSuchNameException"))
        );
    }
    let bad = json!({"name": "bad", "query": {"EQ_bizStep": ["flying"]}});
    let no = h.post("/epcis/queries", &token, &bad).await;
    assert_eq!(
        (no.status, &no.json()["type"]),
        (StatusCode::BAD_REQUEST, &json!("epcisException:QueryParameterException"))
    );
    let gone = h.call(Method::DELETE, "/epcis/queries/shipped", &token, &[], "").await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(h.get("/epcis/queries/shipped", &token).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn top_level_resources_lead_to_events() {
    let h = house().await;
    let token = filled(&h, 6).await;
    let members = async |path: &str| h.get(path, &token).await.json()["member"].clone();
    assert_eq!(members("/epcis").await.as_array().map(Vec::len), Some(9));
    assert_eq!(members("/epcis/eventTypes").await.as_array().map(Vec::len), Some(5));
    assert_eq!(members("/epcis/bizSteps").await, json!(["receiving", "shipping"]));
    assert_eq!(members("/epcis/bizSteps/shipping").await, json!(["events"]));
    assert_eq!(members("/epcis/readPoints").await, json!(["https://id.gs1.org/414/0614141007776"]));
    assert_eq!(members("/epcis/dispositions").await, json!(["in_transit"]));
    assert_eq!(members("/epcis/epcs?perPage=4").await.as_array().map(Vec::len), Some(4));
    for (path, wanted) in [
        ("/epcis/bizSteps/shipping/events", 3),
        ("/epcis/eventTypes/ObjectEvent/events?EQ_bizStep=receiving", 3),
        ("/epcis/eventTypes/AggregationEvent/events", 0),
        ("/epcis/epcs/urn:epc:id:sgtin:0614141.107346.3/events", 1),
        ("/epcis/epcs/https:%2F%2Fid.gs1.org%2F01%2F10614141073464%2F21%2F3/events", 1),
        ("/epcis/readPoints/urn:epc:id:sgln:0614141.00777.0/events?perPage=4", 6),
        ("/epcis/dispositions/in_transit/events", 6),
    ] {
        assert_eq!(all(&h, path, &token).await.len(), wanted, "{path}");
    }
    assert_eq!(h.get("/epcis/bizSteps/packing", &token).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_done_is_an_exception_of_the_standard() {
    let h = house().await;
    let token = filled(&h, 3).await;
    let auditor = h.officer(Role::Auditor, None).await;
    for (path, status, name) in [
        ("/epcis/events?EQ_bizStep=flying", 400, "QueryParameterException"),
        ("/epcis/events?EQ_colour=red", 400, "QueryParameterException"),
        ("/epcis/events?eventCountLimit=3", 400, "QueryParameterException"),
        ("/epcis/events?nextPageToken=x", 400, "QueryParameterException"),
        ("/epcis/events?GE_eventTime=yesterday", 400, "QueryParameterException"),
        ("/epcis/events?maxEventCount=2", 413, "QueryTooLargeException"),
        ("/epcis/events/urn:uuid:none", 404, "NoSuchResourceException"),
        ("/epcis/capture/none", 404, "NoSuchResourceException"),
        ("/epcis/queries/none/events", 404, "NoSuchNameException"),
        ("/epcis/nowhere", 404, "NoSuchResourceException"),
    ] {
        let no = h.get(path, &token).await;
        assert_eq!(
            (no.status.as_u16(), no.json()["type"].as_str()),
            (status, Some(&*format!("epcisException:{name}"))),
            "{path}: {}",
            no.text
        );
    }
    let long = h.get(&format!("/epcis/events?EQ_eventID={}", "x".repeat(20_000)), &token).await;
    assert_eq!(long.status, StatusCode::URI_TOO_LONG);
    let html = h.call(Method::GET, "/epcis/events", &token, &[("accept", "text/html")], "").await;
    assert_eq!(
        (html.status, &html.json()["type"]),
        (StatusCode::NOT_ACCEPTABLE, &json!("epcisException:NotAcceptableException"))
    );
    let urns =
        h.call(Method::GET, "/epcis/events", &token, &[("gs1-epc-format", "Always_EPC_URN")], "").await;
    assert_eq!(urns.status, StatusCode::NOT_ACCEPTABLE);
    let xml = h
        .call(Method::GET, "/epcis/events?EQ_bizStep=flying", &token, &[("accept", "application/xml")], "")
        .await;
    assert_eq!(xml.header("content-type"), "application/problem+xml");
    assert!(xml.text.contains("<type>epcisException:QueryParameterException</type>"), "{}", xml.text);
    let no = h.post("/epcis/capture", &auditor, &document(&[event(1)])).await;
    assert_eq!(
        (no.status, &no.json()["type"]),
        (StatusCode::FORBIDDEN, &json!("epcisException:SecurityException"))
    );
    let no = h.get("/epcis/events", "").await;
    assert_eq!(
        (no.status, &no.json()["type"]),
        (StatusCode::UNAUTHORIZED, &json!("epcisException:SecurityException"))
    );
}

#[tokio::test]
async fn resources_tell_what_they_can_do() {
    let h = house().await;
    let token = filled(&h, 1).await;
    let told = h.call(Method::OPTIONS, "/epcis/capture", &token, &[], "").await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    assert_eq!(told.header("allow"), "POST, GET, OPTIONS, HEAD");
    for (name, value) in [
        ("gs1-epcis-version", "2.0.0"),
        ("gs1-epcis-min", "2.0.0"),
        ("gs1-cbv-max", "2.0.0"),
        ("gs1-capture-error-behaviour", "all"),
        ("gs1-epcis-capture-limit", "500000"),
        ("gs1-epcis-capture-file-size-limit", "134217728"),
    ] {
        assert_eq!(told.header(name), value, "{name}");
    }
    assert!(told.header("gs1-vendor-version").starts_with("guomen/"));
    let told = h.call(Method::OPTIONS, "/epcis/queries/any", &token, &[], "").await;
    assert_eq!((told.status, told.header("allow")), (StatusCode::NO_CONTENT, "GET, DELETE, OPTIONS, HEAD"));
    let head = h.call(Method::HEAD, "/epcis/events", &token, &[], "").await;
    assert_eq!(
        (head.status, head.text.as_str(), head.header("content-type")),
        (StatusCode::OK, "", "application/json")
    );
    assert_eq!(h.call(Method::OPTIONS, "/epcis/capture", "", &[], "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn m3_1_an_operators_token_sees_one_step_up_and_down() {
    let h = house().await;
    let authority = filled(&h, 10).await;
    let (registrar, mine) = (h.officer(Role::Registrar, None).await, h.declarant(h.yongjiang).await);
    assert_eq!(all(&h, "/epcis/events", &mine).await.len(), 0);
    let path = "/api/v1/operators/OP1/identifiers";
    let uri = json!({"uri": "urn:epc:id:pgln:4000001.00001"});
    assert_eq!(h.post(path, &mine, &uri).await.status, StatusCode::FORBIDDEN);
    assert_eq!(h.post(path, &registrar, &uri).await.status, StatusCode::CREATED);
    assert_eq!(h.get(path, &registrar).await.json(), json!([uri]));
    assert_eq!(all(&h, "/epcis/events?perPage=2", &mine).await.len(), 5);
    assert_eq!(all(&h, "/epcis/events", &authority).await.len(), 10);
    let sent = h.post("/epcis/capture", &mine, &document(&[event(20)])).await;
    assert_eq!(all(&h, "/epcis/events", &mine).await.len(), 6, "what it captured itself");
    let stranger = h.declarant(h.other).await;
    assert_eq!(h.get(sent.header("location"), &stranger).await.status, StatusCode::NOT_FOUND);
    assert_eq!(h.get("/epcis/epcs", &stranger).await.json()["member"], json!([]));
}
