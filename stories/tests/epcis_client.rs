//! A client's calls to the repository over a real socket, on SQLite and on PostgreSQL: capture, poll the capture,
//! query page by page, name a query, subscribe to it by socket and by webhook. What is new arrives once, what is old
//! does not.

use api::{Api, router};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use flow::{Worker, webhook::Targets};
use futures::StreamExt;
use kernel::{Actor, OperatorId, Role, Timestamp};
use registry::identity::{By, Cost, Hasher, NewAccount, issue_token, open_account};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stories::Bureau;
use supervision::epcis;
use testkit::{TestDb, on_both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

/// A client with a token, and the repository that it talks to.
struct Client {
    at: SocketAddr,
    token: String,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}{}", self.head, self.body))
    }

    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|l| l.split_once(':')).map_or("", |(_, v)| v.trim())
    }
}

impl Client {
    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.at).await.expect("a connection");
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.at);
        head += &format!("Authorization: Bearer {}\r\nContent-Length: {}\r\n", self.token, body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.get(9..12).and_then(|s| s.parse().ok()).expect("a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], "").await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &[("Content-Type", "application/json")], &body.to_string()).await
    }
}

/// Serves the repository of a bureau, and gives a client of the authority and one of the exporter.
async fn serve(b: &Bureau, targets: Targets) -> (Client, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let app = router(Api { desk: b.desk.clone() }).layer(axum::Extension(targets));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let officer = b.officer("E1", Role::Inspector, &[]).await;
    let authority = Client { at, token: token(b, Some(&officer), None).await };
    let exporter = Client { at, token: token(b, None, Some(b.exporter.id)).await };
    (authority, exporter)
}

async fn token(b: &Bureau, officer: Option<&Actor>, operator: Option<OperatorId>) -> String {
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let hashed = hasher.hash(&b.desk.chance, "four words joined up").await.expect("hashed");
    let system = Actor::system();
    let by = By { actor: &system, account: None };
    let new = NewAccount {
        login: if officer.is_some() { "client-officer".into() } else { "client-person".into() },
        officer: officer.and_then(|o| o.officer),
        operator,
        roles: vec![if officer.is_some() { Role::Inspector } else { Role::Declarant }],
        unit: officer.map(|_| b.unit.id),
        branch: None,
        name: kernel::bi("客户程序", "Client"),
        lang: "en".into(),
    };
    let mut tx = b.begin().await;
    let account = open_account(&mut tx, by, new, &hashed).await.expect("an account");
    let (_, token) = issue_token(&mut tx, by, account, "a program").await.expect("a token");
    b.desk.finish(tx).await.expect("commit");
    token
}

fn document(numbers: std::ops::Range<usize>) -> Value {
    let events: Vec<Value> = numbers
        .map(|n| {
            json!({"type": "ObjectEvent", "action": "OBSERVE", "bizStep": (["shipping", "receiving"][n % 2]),
                "eventTime": format!("2026-04-01T10:{:02}:00Z", n % 60), "eventTimeZoneOffset": "+00:00",
                "epcList": [format!("urn:epc:id:sgtin:0614141.107346.{n}")]})
        })
        .collect();
    json!({"@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-04-02T01:00:00Z", "epcisBody": {"eventList": events}})
}

/// The serial numbers of the events of a query document.
fn serials(told: &Value) -> Vec<usize> {
    let list = &told["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    let serial = |e: &Value| e["epcList"][0].as_str()?.rsplit('.').next()?.parse().ok();
    list.as_array().expect("a list").iter().map(|e| serial(e).expect("a serial number")).collect()
}

/// A receiver of webhooks: what it was sent, and how it answers.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn open() -> (Receiver, SocketAddr) {
        let receiver = Receiver::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let take = async |State(r): State<Receiver>, headers: HeaderMap, body: String| {
            let answer = r.answers.lock().expect("a lock").pop().unwrap_or(204);
            if answer < 300 {
                r.got.lock().expect("a lock").push((headers, body));
            }
            StatusCode::from_u16(answer).expect("a status")
        };
        let app = axum::Router::new().route("/call", axum::routing::post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, at)
    }

    /// What it got since the last time.
    fn take(&self) -> Vec<(HeaderMap, String)> {
        std::mem::take(&mut self.got.lock().expect("a lock"))
    }

    fn serials(&self) -> Vec<usize> {
        let told = |(_, body): (HeaderMap, String)| serials(&serde_json::from_str(&body).expect("json"));
        self.take().into_iter().flat_map(told).collect()
    }
}

/// Does every job that is due.
async fn work(b: &Bureau, targets: Targets) {
    let worker = Worker { desk: b.desk.clone(), targets };
    while worker.one().await.expect("worked") {}
}

on_both! {
    async fn m3_1_a_client_captures_polls_pages_names_and_subscribes_and_gets_what_is_new_once(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (client, exporter) = serve(&b, Targets::Private).await;
        let (receiver, at) = Receiver::open().await;

        // Capture, and poll the capture until it is over.
        let taken = client.post("/epcis/capture", &document(0..50)).await;
        assert_eq!(taken.status, 202, "{}", taken.body);
        let place = taken.header("location").to_owned();
        let job = client.get(&place).await.json();
        assert_eq!((job["running"].clone(), job["success"].clone(), job["captured"].clone()), (json!(false), json!(true), json!(50)));
        let again = client.post("/epcis/capture", &document(0..50)).await;
        let job = client.get(again.header("location")).await.json();
        assert_eq!((job["captured"].clone(), job["duplicates"].clone()), (json!(0), json!(50)), "sent twice, stored once");

        // Page by page, by the link alone.
        let (mut seen, mut path) = (Vec::new(), "/epcis/events?EQ_bizStep=shipping&perPage=10".to_owned());
        loop {
            let page = client.get(&path).await;
            assert_eq!((page.status, page.header("gs1-epcis-version")), (200, "2.0.0"));
            seen.extend(serials(&page.json()));
            let link = page.header("link");
            let Some(next) = link.split('<').nth(1).and_then(|l| l.split('>').next()) else { break };
            path = next.to_owned();
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..50).step_by(2).collect::<Vec<_>>());

        // A named query, a socket and a webhook on it.
        let named = json!({"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}});
        assert_eq!(client.post("/epcis/queries", &named).await.status, 201);
        let url = format!("ws://{}/epcis/queries/shipped/events?stream=true", client.at);
        let mut request = url.into_client_request().expect("a request");
        request.headers_mut().insert("authorization", format!("Bearer {}", client.token).parse().expect("a value"));
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("a socket");
        let hook = json!({"dest": format!("http://{at}/call"), "signatureToken": "13df38d8", "stream": true});
        let made = client.post("/epcis/queries/shipped/subscriptions", &hook).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert!(!made.body.contains("13df38d8"), "the token is not given back");
        let subscription = made.json()["subscriptionID"].as_str().expect("an id").to_owned();
        assert!(made.header("location").ends_with(&subscription));

        // What is old is not sent; what is new is, once, signed.
        work(&b, Targets::Private).await;
        assert_eq!(receiver.serials(), Vec::<usize>::new());
        client.post("/epcis/capture", &document(48..54)).await;
        work(&b, Targets::Private).await;
        let got = receiver.take();
        assert_eq!(got.len(), 1);
        let (headers, body) = &got[0];
        assert_eq!(headers["gs1-signature"], epcis::signature("13df38d8", body.as_bytes()).as_str());
        assert_eq!((headers["content-type"].as_bytes(), headers["gs1-epcis-version"].as_bytes()), (&b"application/json"[..], &b"2.0.0"[..]));
        let told: Value = serde_json::from_str(body).expect("json");
        assert_eq!(serials(&told), [50, 52]);
        assert_eq!(told["epcisBody"]["queryResults"]["subscriptionID"], subscription.as_str());
        let message = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("in time").expect("a message").expect("good");
        let Message::Text(text) = message else { panic!("no text") };
        assert_eq!(serials(&serde_json::from_str(&text).expect("json")), [50, 52]);
        work(&b, Targets::Private).await;
        assert_eq!(receiver.serials(), Vec::<usize>::new(), "nothing is sent twice");

        // Another party sees neither the query nor the subscription.
        assert_eq!(exporter.get("/epcis/queries/shipped/subscriptions").await.status, 404);
        assert_eq!(exporter.get(made.header("location")).await.status, 404);
        let list = client.get("/epcis/queries/shipped/subscriptions").await.json();
        assert_eq!((list.as_array().map(Vec::len), list[0]["stream"].clone()), (Some(1), json!(true)));
        assert!(list[0]["lastNotifiedAt"].is_string());

        // It ends with its query.
        assert_eq!(client.call("DELETE", "/epcis/queries/shipped", &[], "").await.status, 204);
        client.post("/epcis/capture", &document(54..60)).await;
        work(&b, Targets::Private).await;
        assert_eq!(receiver.serials(), Vec::<usize>::new());
    }

    async fn a_receiver_that_fails_is_tried_again_and_laid_aside_and_then_goes_on_where_it_stopped(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (client, _) = serve(&b, Targets::Private).await;
        let (receiver, at) = Receiver::open().await;
        client.post("/epcis/queries", &json!({"name": "all", "query": {}})).await;
        let hook = json!({"dest": format!("http://{at}/call"), "stream": true});
        assert_eq!(client.post("/epcis/queries/all/subscriptions", &hook).await.status, 201);
        *receiver.answers.lock().expect("a lock") = vec![503, 500];
        client.post("/epcis/capture", &document(0..3)).await;
        work(&b, Targets::Private).await;
        assert_eq!(receiver.serials(), Vec::<usize>::new());
        // More comes while it waits: it does not overtake.
        client.post("/epcis/capture", &document(3..5)).await;
        for _ in 0..2 {
            t.pass(10 * Timestamp::SECOND);
            work(&b, Targets::Private).await;
        }
        assert_eq!(receiver.serials(), [0, 1, 2, 3, 4], "after two refusals, in order, each once");

        // Told that a message is too large, it sends smaller ones.
        *receiver.answers.lock().expect("a lock") = vec![413];
        client.post("/epcis/capture", &document(5..9)).await;
        work(&b, Targets::Private).await;
        let parts: Vec<Vec<usize>> = receiver.take().iter().map(|(_, body)| serials(&serde_json::from_str(body).expect("json"))).collect();
        assert_eq!(parts, [vec![5, 6], vec![7, 8]]);

        // One that keeps failing is laid aside, and nothing is lost: put back, it goes on.
        *receiver.answers.lock().expect("a lock") = vec![500; 8];
        client.post("/epcis/capture", &document(9..10)).await;
        for _ in 0..9 {
            work(&b, Targets::Private).await;
            t.pass(400 * Timestamp::SECOND);
        }
        let dead = store::job::list(&mut b.read().await, "dead", 10).await.expect("jobs");
        assert_eq!(dead.len(), 1);
        assert!(dead[0].last_error.as_deref().is_some_and(|e| e.contains("500")), "{dead:?}");
        client.post("/epcis/capture", &document(10..12)).await;
        work(&b, Targets::Private).await;
        assert_eq!(receiver.serials(), Vec::<usize>::new(), "nothing overtakes what was laid aside");
        let mut tx = b.begin().await;
        assert!(store::job::again(&mut tx, dead[0].id).await.expect("put back"));
        b.desk.finish(tx).await.expect("commit");
        work(&b, Targets::Private).await;
        assert_eq!(receiver.serials(), [9, 10, 11]);
    }

    async fn a_scheduled_subscription_runs_at_its_hour_and_reports_even_nothing_when_asked(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (client, _) = serve(&b, Targets::Private).await;
        let (receiver, at) = Receiver::open().await;
        client.post("/epcis/queries", &json!({"name": "all", "query": {}})).await;
        let hook = json!({"dest": format!("http://{at}/call"), "schedule": {"minute": "0"}, "reportIfEmpty": true});
        assert_eq!(client.post("/epcis/queries/all/subscriptions", &hook).await.status, 201);
        client.post("/epcis/capture", &document(0..2)).await;
        work(&b, Targets::Private).await;
        assert_eq!(receiver.take().len(), 0, "not before its minute");
        t.pass(Timestamp::HOUR);
        work(&b, Targets::Private).await;
        assert_eq!(receiver.serials(), [0, 1]);
        t.pass(Timestamp::HOUR);
        work(&b, Targets::Private).await;
        let told = receiver.take();
        assert_eq!(told.len(), 1, "an empty report");
        assert_eq!(serials(&serde_json::from_str(&told[0].1).expect("json")), Vec::<usize>::new());
    }

    async fn a_subscription_into_the_house_is_refused_and_what_cannot_be_had_is_said(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (client, _) = serve(&b, Targets::Public).await;
        client.post("/epcis/queries", &json!({"name": "all", "query": {}})).await;
        let path = "/epcis/queries/all/subscriptions";
        for dest in ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://[::1]/", "http://localhost/", "file:///etc/passwd", "https://u:p@example.com/"] {
            let no = client.post(path, &json!({"dest": dest, "stream": true})).await;
            assert_eq!((no.status, no.json()["type"].clone()), (400, json!("epcisException:InvalidURIException")), "{dest}");
        }
        let public = "https://client.example.com/call";
        for (wanted, kind) in [
            (json!({"dest": public}), "SubscriptionControlsException"),
            (json!({"dest": public, "stream": true, "schedule": {"minute": "5"}}), "SubscriptionControlsException"),
            (json!({"dest": public, "schedule": {"minute": "77"}}), "SubscriptionControlsException"),
            (json!({"dest": public, "schedule": {"fortnight": "1"}}), "SubscriptionControlsException"),
            (json!({"stream": true}), "ValidationException"),
        ] {
            let no = client.post(path, &wanted).await;
            assert_eq!((no.status, no.json()["type"].clone()), (400, json!(format!("epcisException:{kind}"))), "{wanted}");
        }
        assert_eq!(client.post("/epcis/queries/none/subscriptions", &json!({"dest": public, "stream": true})).await.status, 404);
        let made = client.post(path, &json!({"dest": public, "stream": true})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        // A name that stands for the house is found out when something is sent.
        let mut tx = b.begin().await;
        tx.exec("update epcis_subscription set dest = 'http://127.0.0.1:9/call'", vec![]).await.expect("changed");
        b.desk.finish(tx).await.expect("commit");
        client.post("/epcis/capture", &document(0..1)).await;
        work(&b, Targets::Public).await;
        let waits = store::job::list(&mut b.read().await, "queued", 10).await.expect("jobs");
        let sending = waits.iter().find(|j| j.kind == epcis::WEBHOOK_JOB).expect("a job");
        assert!(sending.last_error.is_some() && sending.attempts == 1, "{sending:?}");
        assert_eq!(client.call("DELETE", made.header("location"), &[], "").await.status, 204);
        assert_eq!(client.call("DELETE", made.header("location"), &[], "").await.status, 404);
    }

    async fn the_headers_of_the_standard_are_read_on_every_resource(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (client, _) = serve(&b, Targets::Public).await;
        client.post("/epcis/queries", &json!({"name": "all", "query": {}})).await;
        let all = ["/epcis", "/epcis/events", "/epcis/capture", "/epcis/queries", "/epcis/queries/all", "/epcis/queries/all/subscriptions", "/epcis/eventTypes", "/epcis/bizSteps"];
        for path in all {
            for (name, value, status) in [
                ("GS1-EPCIS-Min", "2.1", 406),
                ("GS1-EPCIS-Max", "1.2", 406),
                ("GS1-CBV-Min", "3.0", 406),
                ("GS1-EPCIS-Version", "3.0", 406),
                ("GS1-EPC-Format", "Always_EPC_URN", 406),
                ("GS1-EPC-Format", "Sometimes", 406),
                ("GS1-CBV-XML-Format", "Sometimes", 406),
                ("GS1-Extensions", "nonsense", 406),
                ("Accept", "text/html", 406),
                ("GS1-EPCIS-Min", "1.2", 200),
                ("GS1-EPCIS-Version", "2.0.0", 200),
                ("GS1-Extensions", "fit=https://example.com/fit/", 200),
            ] {
                let answer = client.call("GET", path, &[(name, value)], "").await;
                assert_eq!(answer.status, status, "{path} {name}: {value}: {}", answer.body);
            }
            let told = client.call("OPTIONS", path, &[], "").await;
            assert_eq!((told.status, told.header("gs1-epcis-min"), told.header("gs1-cbv-max")), (204, "2.0.0", "2.0.0"), "{path}");
            assert!(told.header("allow").contains("OPTIONS") && !told.header("gs1-epc-format").is_empty());
            assert_eq!(client.call("OPTIONS", path, &[("GS1-EPCIS-Min", "2.1")], "").await.status, 406, "{path}");
        }
        let limits = client.call("OPTIONS", "/epcis/capture", &[], "").await;
        assert_eq!(limits.header("gs1-capture-error-behaviour"), "all");
        assert!(limits.header("gs1-epcis-capture-limit").parse::<u64>().is_ok_and(|n| n >= 100_000));
        assert_eq!(client.call("GET", "/epcis/queries", &[("Accept", "application/xml")], "").await.status, 406, "there is no XML of it");
        assert_eq!(client.call("GET", "/epcis/events", &[("Accept", "application/xml"), ("GS1-CBV-XML-Format", "Always_Web_URI")], "").await.status, 406);
        assert_eq!(client.call("DELETE", "/epcis/nextPageToken/1.2.3", &[], "").await.status, 501);
        let wrong = [("Content-Type", "application/json"), ("GS1-Capture-Error-Behaviour", "sometimes")];
        assert_eq!(client.call("POST", "/epcis/capture", &wrong, &document(0..1).to_string()).await.status, 400);
    }
}
