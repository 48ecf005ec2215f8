//! Webhooks over TLS, with the real program and a real TLS server: what is new is delivered, signed, to a receiver whose
//! certificate holds, and not a byte of it to one whose certificate is unknown or of another name.

use flow::Desk;
use kernel::{Actor, Chance, Clock, bi};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use store::Db;
use supervision::epcis::{self, Behaviour, NewSubscription};
use testkit::{TestDb, on_both};

/// How long the program may take to find what is due and send it.
const PATIENCE: Duration = Duration::from_secs(60);
const TOKEN: &str = "a token of the receiver";

/// A program that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port()
}

/// A certificate for a name, signed by itself, with its key.
fn certificate(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let (cert, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            &format!("/CN={name}"),
        ])
        .args(["-addext", &format!("subjectAltName=DNS:{name}")])
        .arg("-out")
        .arg(&cert)
        .arg("-keyout")
        .arg(&key)
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (cert, key)
}

/// Whether the bytes are a whole request, head and body.
fn whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    length.is_some_and(|n: usize| body.len() >= n)
}

/// A TLS server that takes one connection, answers one request, and tells what it read.
fn receiver(port: u16, (cert, key): &(PathBuf, PathBuf)) -> (Running, mpsc::Receiver<String>) {
    let mut child = Command::new("openssl")
        .args(["s_server", "-quiet", "-naccept", "1", "-accept", &port.to_string()])
        .arg("-cert")
        .arg(cert)
        .arg("-key")
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl runs");
    let (mut from, mut to) = (child.stdout.take().expect("a pipe"), child.stdin.take().expect("a pipe"));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        while let Ok(n @ 1..) = from.read(&mut part) {
            bytes.extend_from_slice(&part[..n]);
            if whole(&bytes) {
                let _ = to
                    .write_all(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                let _ = to.flush();
                break;
            }
        }
        let _ = tell.send(String::from_utf8_lossy(&bytes).into_owned());
        // The connection stays open until the program has read the answer.
        std::thread::sleep(Duration::from_secs(2));
    });
    (Running(child), told)
}

/// A bureau with a subscription to everything, and an event that is new to it.
async fn subscribed(db: Db, dest: &str) -> Desk {
    let desk = Desk { db, clock: Clock::System, chance: Chance::seeded(7) };
    let by = Actor::system();
    let mut tx = desk.begin().await.expect("begin");
    flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
    epcis::name_query(&mut tx, &by, "all", r#"{"name":"all","query":{"EQ_bizStep":["shipping"]}}"#)
        .await
        .expect("a query");
    let new = NewSubscription {
        query: "all".into(),
        dest: dest.into(),
        token: TOKEN.into(),
        ..NewSubscription::default()
    };
    epcis::subscribe(&mut tx, &by, &new, true).await.expect("subscribed");
    desk.finish(tx).await.expect("commit");
    let event = serde_json::json!({
        "@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-05-01T08:00:00Z", "epcisBody": {"eventList": [{
            "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping", "eventTime": "2026-05-01T08:00:00.000Z",
            "eventTimeZoneOffset": "+08:00", "epcList": ["urn:epc:id:sgtin:4012345.011111.77"]}]},
    });
    let bytes = event.to_string().into_bytes().into();
    let done = desk.capture(&by, Behaviour::Rollback, bytes).await.expect("captured");
    assert_eq!(done.tally.captured, 1, "{:?}", done.tally);
    desk
}

/// Serves the bureau; with the certificate as one that the system trusts, or without.
fn serve(url: &str, trusted: Option<&Path>) -> Running {
    let mut program = Command::new(env!("CARGO_BIN_EXE_guomen"));
    program
        .args(["--db", url, "serve", "--private-webhooks", "--listen", &format!("127.0.0.1:{}", free_port())])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match trusted {
        Some(file) => program.env("CURL_CA_BUNDLE", file),
        None => program.env_remove("CURL_CA_BUNDLE"),
    };
    Running(program.spawn().expect("the program runs"))
}

on_both! {
    async fn a_webhook_is_delivered_over_tls_to_a_receiver_whose_certificate_holds(t: TestDb) {
        let port = free_port();
        let made = certificate(t.folder(), "localhost");
        let (_server, told) = receiver(port, &made);
        let desk = subscribed((*t).clone(), &format!("https://localhost:{port}/call?x=1")).await;
        let _program = serve(t.url(), Some(&made.0));
        let got = told.recv_timeout(PATIENCE).expect("the receiver was called");
        let (head, body) = got.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("POST /call?x=1 HTTP/1.1"), "{head}");
        let signed = format!("GS1-Signature: {}", epcis::signature(TOKEN, body.as_bytes()));
        for line in ["Content-Type: application/json", "GS1-EPCIS-Version: 2.0.0", "Idempotency-Key: ", &signed] {
            assert!(head.lines().any(|l| l.starts_with(line)), "{line} in {head}");
        }
        let body: serde_json::Value = serde_json::from_str(body).expect("json");
        let event = &body["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0];
        assert_eq!(event["epcList"][0], "urn:epc:id:sgtin:4012345.011111.77", "{body}");
        // The answer was read: nothing waits to be sent again.
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let mut tx = desk.read().await.expect("a reading");
            let found = epcis::subscriptions(&mut tx, &Actor::system(), "all", kernel::SubscriptionId(kernel::MIN_UUID), 10).await;
            if found.expect("subscriptions")[0].notified_at.is_some() {
                return;
            }
        }
        panic!("the delivery was not noted");
    }
}

#[tokio::test]
async fn nothing_is_told_to_a_receiver_whose_certificate_is_unknown_or_of_another_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for (name, trusted) in [("localhost", false), ("elsewhere.test", true)] {
        let fresh = at.join(format!("{name}.db"));
        let port = free_port();
        let made = certificate(at, name);
        let (_server, told) = receiver(port, &made);
        // Each case has a bureau of its own, so that what one could not send is not sent to the other.
        let url = format!("sqlite://{}", fresh.display());
        let db = Db::open(&url).await.expect("open");
        subscribed(db, &format!("https://localhost:{port}/call")).await;
        let _program = serve(&url, trusted.then_some(made.0.as_path()));
        let got = told.recv_timeout(PATIENCE).expect("the receiver was connected to");
        assert_eq!(got, "", "{name}: nothing was told");
    }
}
