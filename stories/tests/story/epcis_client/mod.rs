//! A client's calls to the repository over a real socket, on SQLite and on PostgreSQL: capture, poll the capture,
//! query page by page, name a query, subscribe to it by socket and by webhook. What is new arrives once, what is old
//! does not.

mod soap;
mod sql;
mod supply;
mod traces;
mod world;

use self::world::{Receiver, document, serials, serve, work};
use flow::webhook::Targets;
use futures::StreamExt;
use kernel::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;
use stories::Bureau;
use supervision::epcis;
use testkit::{TestDb, on_both};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

/// The serial numbers of all pages from one on, each found by the link of the one before.
async fn pages(client: &world::Client, first: &str) -> Vec<usize> {
    let (mut seen, mut path) = (Vec::new(), first.to_owned());
    loop {
        let page = client.get(&path).await;
        assert_eq!((page.status, page.header("gs1-epcis-version")), (200, "2.0.0"));
        seen.extend(serials(&page.json()));
        let link = page.header("link");
        let Some(next) = link.split('<').nth(1).and_then(|l| l.split('>').next()) else { return seen };
        path = next.to_owned();
    }
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
        let mut seen = pages(&client, "/epcis/events?EQ_bizStep=shipping&perPage=10").await;
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
            t.pass(Timestamp::HOUR / 360);
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
            t.pass(Timestamp::HOUR / 9);
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
        tx.exec(sql::INTO_THE_HOUSE, vec![]).await.expect("changed");
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
