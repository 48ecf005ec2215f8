//! Standing queries over a real socket: each new event once, none of the old ones, and the end with the token.
use crate::common::{House, house};
use futures::StreamExt;
use kernel::{Actor, Role, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::{Error, Message, client::IntoClientRequest};

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

fn document(numbers: std::ops::Range<usize>) -> Value {
    let events: Vec<Value> = numbers
        .map(|n| {
            let step = ["shipping", "receiving"][n % 2];
            json!({"type": "ObjectEvent", "action": "OBSERVE", "bizStep": step,
                "eventTime": "2026-11-20T10:00:00Z", "eventTimeZoneOffset": "+00:00",
                "epcList": [format!("urn:epc:id:sgtin:0614141.107346.{n}")]})
        })
        .collect();
    json!({"@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-11-24T01:00:00Z", "epcisBody": {"eventList": events}})
}

async fn serve(h: &House) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = h.app.clone();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn connect(address: std::net::SocketAddr, controls: &str, token: &str) -> Result<Socket, Error> {
    let url = format!("ws://{address}/epcis/queries/shipped/events?{controls}");
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a value"));
    tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
}

/// The serial numbers of the next message; none when the socket closes.
async fn next(socket: &mut Socket) -> Option<Vec<String>> {
    let message = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("in time")?;
    let Ok(Message::Text(text)) = message else { return None };
    let told: Value = serde_json::from_str(&text).expect("json");
    let list =
        told["epcisBody"]["queryResults"]["resultsBody"]["eventList"].as_array().expect("a list").clone();
    let serial = |e: &Value| {
        e["epcList"][0].as_str().and_then(|s| s.rsplit('.').next()).unwrap_or_default().to_owned()
    };
    Some(list.iter().map(serial).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_tells_each_new_event_once() {
    let h = house().await;
    let token = h.officer(Role::Inspector, None).await;
    h.post("/epcis/capture", &token, &document(0..4)).await;
    let named = json!({"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}});
    assert_eq!(h.post("/epcis/queries", &token, &named).await.status, 201);
    let address = serve(&h).await;
    let mut socket = connect(address, "stream=true", &token).await.expect("a socket");
    h.post("/epcis/capture", &token, &document(4..8)).await;
    assert_eq!(next(&mut socket).await.expect("a message"), ["4", "6"]);
    h.post("/epcis/capture", &token, &document(4..10)).await;
    assert_eq!(next(&mut socket).await.expect("a message"), ["8"]);
    // One who comes back says since when: nothing is lost between.
    let mut from_start = connect(address, "stream=true&initialRecordTime=2026-11-24T00:00:00Z", &token)
        .await
        .expect("a socket");
    assert_eq!(next(&mut from_start).await.expect("a message"), ["0", "2", "4", "6", "8"]);
    for controls in ["", "stream=true&minute=5", "minute=77", "stream=true&initialRecordTime=yesterday"] {
        let Err(Error::Http(no)) = connect(address, controls, &token).await else {
            panic!("{controls} was taken")
        };
        assert_eq!(no.status(), 400, "{controls}");
    }
    let Err(Error::Http(no)) = connect(address, "stream=true", "00").await else {
        panic!("a wrong token was taken")
    };
    assert_eq!(no.status(), 401);
    let other = h.officer(Role::Inspector, None).await;
    connect(address, "stream=true", &other).await.expect("the authority's queries are the authority's");
    let stranger = h.declarant(h.other).await;
    let Err(Error::Http(no)) = connect(address, "stream=true", &stranger).await else { panic!("not theirs") };
    assert_eq!(no.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduled_socket_waits_for_its_hour_and_reports_even_nothing_when_asked() {
    let h = house().await;
    let token = h.officer(Role::Inspector, None).await;
    let named = json!({"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}});
    h.post("/epcis/queries", &token, &named).await;
    let address = serve(&h).await;
    let mut socket = connect(address, "hour=10&minute=0&reportIfEmpty=true", &token).await.expect("a socket");
    h.post("/epcis/capture", &token, &document(0..2)).await;
    // The first tick sets the time from which runs are counted.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let day = "2026-11-24".parse().expect("a day");
    h.desk.clock.set(Timestamp::at(day, 10, 0));
    assert_eq!(next(&mut socket).await.expect("a message"), ["0"]);
    h.desk.clock.set(Timestamp::at("2026-11-25".parse().expect("a day"), 10, 30));
    assert_eq!(next(&mut socket).await.expect("a message"), Vec::<String>::new());
    let mut tx = h.desk.read().await.expect("a reading");
    assert_eq!(supervision::epcis::newest_number(&mut tx, None).await.expect("read"), 2);
    let by = Actor::system();
    assert_eq!(supervision::epcis::queries(&mut tx, &by, "", 10).await.expect("read").len(), 1);
}
