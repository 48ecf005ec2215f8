//! The calls of a client of EPCIS 1.2 over SOAP, and of one of 2.0.

use super::world::{Answer, Client, document, serve};
use flow::webhook::Targets;
use kernel::{Actor, bi};
use serde_json::json;
use stories::Bureau;
use supervision::supply::{self, RawEntry};
use testkit::{TestDb, on_both};

const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

fn envelope(soap: &str, version: u8, call: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"{soap}\" xmlns:q=\"urn:epcglobal:epcis-query:xsd:{version}\"><s:Body>{call}</s:Body></s:Envelope>"
    )
}

async fn send(c: &Client, media: &str, text: &str) -> Answer {
    c.call("POST", "/epcis/soap", &[("Content-Type", media)], text).await
}

async fn old(c: &Client, call: &str) -> Answer {
    send(c, "text/xml", &envelope(SOAP11, 1, call)).await
}

fn poll(query: &str, params: &[(&str, &[&str])]) -> String {
    let value = |values: &[&str]| match values {
        [one] => (*one).to_owned(),
        many => many.iter().map(|v| format!("<string>{v}</string>")).collect(),
    };
    let params: String = params
        .iter()
        .map(|(name, values)| format!("<param><name>{name}</name><value>{}</value></param>", value(values)))
        .collect();
    format!("<q:Poll><queryName>{query}</queryName><params>{params}</params></q:Poll>")
}

on_both! {
    async fn m3_1_a_client_of_epcis_1_2_asks_by_soap_and_is_answered_as_its_schema_has_it(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (client, _) = serve(&b, Targets::Public).await;
        client.post("/epcis/capture", &document(0..6)).await;
        let quantity = json!({"@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "type": "EPCISDocument",
            "schemaVersion": "2.0", "creationDate": "2026-04-02T01:00:00Z", "epcisBody": {"eventList": [
            {"type": "TransformationEvent", "eventTime": "2026-04-03T10:00:00Z", "eventTimeZoneOffset": "+00:00", "bizStep": "commissioning",
             "inputEPCList": ["urn:epc:id:sgtin:0614141.107346.1"], "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": 5, "uom": "KGM"}]}]}});
        assert_eq!(client.post("/epcis/capture", &quantity).await.status, 202);

        let names = old(&client, "<q:GetQueryNames/>").await;
        assert_eq!((names.status, names.header("content-type")), (200, "text/xml; charset=utf-8"));
        assert!(names.body.contains("<string>SimpleEventQuery</string>") && names.body.contains("<string>SimpleMasterDataQuery</string>"));
        assert!(old(&client, "<q:GetStandardVersion/>").await.body.contains(">1.2<"));
        assert!(old(&client, "<q:GetVendorVersion/>").await.body.contains(">guomen/"));
        let new = send(&client, "application/soap+xml", &envelope(SOAP12, 2, "<q:GetStandardVersion/>")).await;
        assert!(new.body.contains(">2.0<") && new.body.contains(SOAP12), "{}", new.body);
        assert!(new.header("content-type").starts_with("application/soap+xml"));

        let found = old(&client, &poll("SimpleEventQuery", &[("EQ_bizStep", &["urn:epcglobal:cbv:bizstep:shipping"]), ("eventType", &["ObjectEvent", "TransformationEvent"])])).await;
        assert_eq!(found.status, 200, "{}", found.body);
        assert_eq!(found.body.matches("<ObjectEvent").count(), 3);
        assert!(found.body.contains("<baseExtension>") && found.body.contains("<queryName>SimpleEventQuery</queryName>"));
        assert!(found.body.contains("urn:epcglobal:epcis-query:xsd:1"));
        let made = old(&client, &poll("SimpleEventQuery", &[("eventType", &["TransformationEvent"])])).await;
        let at = made.body.find("<TransformationEvent").expect("an event");
        assert!(made.body[..at].trim_end().ends_with("<extension>"), "1.2 has it within an extension");
        let made = send(&client, "text/xml", &envelope(SOAP11, 2, &poll("SimpleEventQuery", &[("eventType", &["TransformationEvent"])]))).await;
        assert!(!made.body.contains("<extension>") && made.body.contains("<TransformationEvent"), "2.0 has not");

        // A named query by its name; subscriptions are told and ended, not made.
        client.post("/epcis/queries", &json!({"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}})).await;
        assert_eq!(old(&client, &poll("shipped", &[])).await.body.matches("<ObjectEvent").count(), 3);
        let hook = json!({"dest": "https://client.example.com/", "stream": true});
        let id = client.post("/epcis/queries/shipped/subscriptions", &hook).await.json()["subscriptionID"].as_str().expect("an id").to_owned();
        let ids = old(&client, "<q:GetSubscriptionIDs><queryName>shipped</queryName></q:GetSubscriptionIDs>").await;
        assert!(ids.body.contains(&id));
        let end = format!("<q:Unsubscribe><subscriptionID>{id}</subscriptionID></q:Unsubscribe>");
        assert_eq!(old(&client, &end).await.status, 200);
        for (call, exception) in [
            (end.as_str(), "NoSuchSubscriptionException"),
            ("<q:Subscribe><queryName>shipped</queryName><params/></q:Subscribe>", "SubscribeNotPermittedException"),
            (&poll("none", &[]), "NoSuchNameException"),
            (&poll("SimpleEventQuery", &[("EQ_color", &["red"])]), "QueryParameterException"),
            (&poll("SimpleEventQuery", &[("maxEventCount", &["1"])]), "QueryTooLargeException"),
            ("<q:Dance/>", "ValidationException"),
            ("<q:GetQueryNames/><q:GetQueryNames/>", "ValidationException"),
        ] {
            let no = old(&client, call).await;
            assert!(no.status >= 400 && no.body.contains(exception), "{call}: {} {}", no.status, no.body);
            assert!(no.body.contains("Fault"), "{}", no.body);
        }
    }

    async fn hostile_envelopes_are_refused_before_anything_is_believed(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (client, _) = serve(&b, Targets::Public).await;
        let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
        let entity = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
        let good = envelope(SOAP11, 1, "<q:GetQueryNames/>");
        for text in [
            envelope(SOAP11, 1, &deep),
            good.replace("<s:Envelope", &format!("{entity}<s:Envelope")),
            good.replace("<q:GetQueryNames/>", "<q:GetQueryNames>&e;</q:GetQueryNames>"),
            good.replace(SOAP11, "urn:none"),
            good.replace("xsd:1", "xsd:9"),
            good.replace("</s:Body>", ""),
            String::new(),
        ] {
            let no = send(&client, "text/xml", &text).await;
            assert!(no.body.contains("ValidationException"), "{text}: {}", no.body);
        }
        let large = envelope(SOAP11, 1, &format!("<q:GetQueryNames>{}</q:GetQueryNames>", " ".repeat(2 << 20)));
        assert_eq!(send(&client, "text/xml", &large).await.status, 413);
        assert_eq!(send(&client, "application/json", "{}").await.status, 415);
        let nobody = Client { at: client.at, token: "00".into() };
        assert_eq!(send(&nobody, "text/xml", &good).await.status, 401);
    }

    async fn master_data_of_the_registry_is_asked_for_and_each_sees_its_own(t: TestDb) {
        let b = Bureau::open(&t).await;
        let (authority, exporter) = serve(&b, Targets::Public).await;
        let by = Actor::system();
        let mut tx = b.begin().await;
        let plant = registry::trade::plant_by_no(&mut tx, "3300/00001").await.expect("read").expect("a plant");
        registry::trade::file_farm(&mut tx, &by, "NB01", &plant, &bi("基地", "Farm One"), 20, 60_000).await.expect("a farm");
        registry::trade::list_operator(&mut tx, &by, "3302960002", "exporter", bi("他厂", "Another"), 1).await.expect("an operator");
        let raw = RawEntry {
            plant: "3300/00001".into(), no: "R1".into(), farm: "NB01".into(), proof_no: "P1".into(), field: "F1".into(), hs: "071030".into(),
            kilograms: "100".into(), harvested_on: "2026-04-01".into(), received_on: "2026-04-01".into(), ..RawEntry::default()
        };
        supply::receive(&mut tx, &by, &raw).await.expect("received");
        b.desk.finish(tx).await.expect("commit");
        let both: [(&str, &[&str]); 2] = [("includeAttributes", &["true"]), ("includeChildren", &["true"])];
        let asked = |more: &[(&'static str, &'static [&'static str])]| poll("SimpleMasterDataQuery", &[&both[..], more].concat());
        let all = old(&authority, &asked(&[])).await;
        assert_eq!(all.status, 200, "{}", all.body);
        for name in ["urn:guomen:operator:3302960001", "urn:guomen:operator:3302960002", "urn:guomen:plant:3300/00001", "urn:guomen:farm:NB01", "urn:guomen:branch:BL"] {
            assert!(all.body.contains(&format!("<VocabularyElement id=\"{name}\"")), "{name}: {}", all.body);
        }
        assert!(all.body.contains("Farm One"));
        let own = old(&exporter, &asked(&[])).await;
        assert!(own.body.contains("urn:guomen:operator:3302960001") && !own.body.contains("urn:guomen:operator:3302960002"));
        let one = old(&authority, &asked(&[("EQ_name", &["urn:guomen:farm:NB01"])])).await;
        assert_eq!(one.body.matches("<VocabularyElement ").count(), 1);
        let below = old(&authority, &asked(&[("WD_name", &["urn:guomen:plant:3300/00001"])])).await;
        assert_eq!(below.body.matches("<VocabularyElement ").count(), 2, "{}", below.body);
        let parties = old(&authority, &asked(&[("vocabularyName", &["urn:epcglobal:epcis:vtype:SourceDest"])])).await;
        assert!(!parties.body.contains("VocabularyElement id=\"urn:guomen:plant"));
        let no = old(&authority, &poll("SimpleMasterDataQuery", &both[..1])).await;
        assert!(no.body.contains("QueryParameterException"));
        let no = old(&authority, &asked(&[("maxElementCount", &["1"])])).await;
        assert!(no.body.contains("QueryTooLargeException"));
    }
}
