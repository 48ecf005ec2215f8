//! A client of the repository over a real socket, and a receiver of webhooks.

use api::{Api, router};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use flow::{Worker, webhook::Targets};
use kernel::{Actor, OperatorId, Role};
use registry::identity::{By, Cost, Hasher, NewAccount, issue_token, open_account};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use stories::Bureau;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A client with a token, and the repository that it talks to.
pub(crate) struct Client {
    pub(crate) at: SocketAddr,
    pub(crate) token: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}{}", self.head, self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|l| l.split_once(':')).map_or("", |(_, v)| v.trim())
    }
}

impl Client {
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
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

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &[("Content-Type", "application/json")], &body.to_string()).await
    }
}

/// Serves the repository of a bureau, and gives a client of the authority and one of the exporter.
pub(crate) async fn serve(b: &Bureau, targets: Targets) -> (Client, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let app = router(Api { desk: b.desk.clone() }).layer(axum::Extension(targets));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let officer = b.officer("E1", Role::Inspector, &[]).await;
    let authority = Client { at, token: token(b, Some(&officer), None).await };
    let exporter = Client { at, token: token(b, None, Some(b.exporter.id)).await };
    (authority, exporter)
}

pub(crate) async fn token(b: &Bureau, officer: Option<&Actor>, operator: Option<OperatorId>) -> String {
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

pub(crate) fn document(numbers: std::ops::Range<usize>) -> Value {
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
pub(crate) fn serials(told: &Value) -> Vec<usize> {
    let list = &told["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    let serial = |e: &Value| e["epcList"][0].as_str()?.rsplit('.').next()?.parse().ok();
    list.as_array().expect("a list").iter().map(|e| serial(e).expect("a serial number")).collect()
}

/// A receiver of webhooks: what it was sent, and how it answers.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    pub(crate) got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    pub(crate) answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    pub(crate) async fn open() -> (Receiver, SocketAddr) {
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
    pub(crate) fn take(&self) -> Vec<(HeaderMap, String)> {
        std::mem::take(&mut self.got.lock().expect("a lock"))
    }

    pub(crate) fn serials(&self) -> Vec<usize> {
        let told = |(_, body): (HeaderMap, String)| serials(&serde_json::from_str(&body).expect("json"));
        self.take().into_iter().flat_map(told).collect()
    }
}

/// Does every job that is due.
pub(crate) async fn work(b: &Bureau, targets: Targets) {
    let worker = Worker { desk: b.desk.clone(), targets };
    while worker.one().await.expect("worked") {}
}
