//! A consignment by the API alone, from the declaration to the signed certificate, on SQLite and on PostgreSQL: each
//! step by the token of the person whose work it is, each act done once however often it is sent.

use api::{Api, router};
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use kernel::{Actor, Role};
use registry::identity::{By, Cost, Hasher, NewAccount, issue_token, open_account};
use registry::rules;
use serde_json::{Value, json};
use stories::{Bureau, spinach};
use supervision::competence::Task;
use testkit::{TestDb, on_both};
use tower::ServiceExt;

pub(crate) struct Door {
    pub(crate) b: Bureau,
    app: axum::Router,
    hasher: Hasher,
}

impl Door {
    pub(crate) async fn open(t: &TestDb) -> Door {
        let b = Bureau::open(t).await;
        let app = router(Api { desk: b.desk.clone() });
        Door { b, app, hasher: Hasher::new(Cost::Demonstration).expect("a hasher") }
    }

    /// An officer of Beilun branch with one role and its duties; gives the officer's id and a token.
    pub(crate) async fn officer(&self, no: &str, role: Role, duties: &[Task]) -> (String, String) {
        let actor = self.b.officer(no, role, duties).await;
        let branch = self.b.beilun.id;
        (actor.officer.expect("an officer").to_string(), self.token(no, &actor, branch).await)
    }

    pub(crate) async fn token(&self, login: &str, actor: &Actor, branch: kernel::UnitId) -> String {
        let hashed = self.hasher.hash(&self.b.desk.chance, "four words joined up").await.expect("hashed");
        let system = Actor::system();
        let by = By { actor: &system, account: None };
        let new = NewAccount {
            login: format!("officer-{}", login.to_lowercase()),
            officer: actor.officer,
            operator: None,
            roles: actor.roles.clone(),
            unit: Some(branch),
            branch: Some(branch),
            name: actor.name.clone(),
            lang: "en".into(),
        };
        let mut tx = self.b.begin().await;
        let account = open_account(&mut tx, by, new, &hashed).await.expect("an account");
        let (_, token) = issue_token(&mut tx, by, account, "a program").await.expect("a token");
        self.b.desk.finish(tx).await.expect("commit");
        token
    }

    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        key: &str,
        body: &Value,
    ) -> (u16, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, "en")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Body::from(body.to_string())).expect("a request");
        let answer = self.app.clone().oneshot(request).await.expect("an answer");
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{e}: {bytes:?}")))
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Value {
        let (status, answer) = self.call(Method::GET, path, token, "", &Value::Null).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, token, "", &body).await;
        assert!((200..300).contains(&status), "{path}: {answer}");
        answer
    }

    async fn version(&self, task: &str, token: &str) -> Value {
        self.get(task, token).await["task"]["version"].clone()
    }

    /// Record of a task with everything conforming.
    async fn record(&self, task: &str, token: &str) -> Value {
        let read = self.get(task, token).await;
        let lots = read["lots"].as_array().expect("lots");
        let lots: Vec<_> = lots
            .iter()
            .map(|l| json!({ "inspected": l["plan"]["sample_size"], "nonconforming": 0 }))
            .collect();
        let mut tx = self.b.read().await;
        let rules = rules::rules(&mut tx).await.expect("rules");
        let pack = &rules::adopted(&rules, tx.now().date()).expect("a pack").pack;
        let measured = |unit: &str| match unit {
            "" => "",
            "°C" => "-19.4",
            _ => "10.02",
        };
        let items: Vec<_> = pack
            .item
            .iter()
            .map(|i| json!({ "code": i.code, "verdict": "conform", "value": measured(&i.unit) }))
            .collect();
        json!({ "version": read["task"]["version"], "lots": lots, "items": items, "witness": "Wang" })
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

on_both! {
    async fn m1_1_a_consignment_goes_from_declaration_to_certificate_by_the_api_alone(t: TestDb) {
        let d = Door::open(&t).await;
        let (_, clerk) = d.officer("C1", Role::Clerk, &[Task::Accept]).await;
        let (_, manager) = d.officer("M1", Role::Manager, &[]).await;
        let (li, inspector) = d.officer("I1", Role::Inspector, &[Task::Inspect, Task::Sample]).await;
        let (zhao, second) = d.officer("I2", Role::Inspector, &[Task::Inspect]).await;
        let (_, analyst) = d.officer("L1", Role::Laboratory, &[Task::Test]).await;
        let (_, releaser) = d.officer("R1", Role::Releaser, &[Task::Release]).await;
        let (_, certifier) = d.officer("S1", Role::Certifier, &[Task::Certify]).await;

        let lodged = d.post("/api/v1/declarations", &clerk, serde_json::to_value(spinach("L1")).expect("json")).await;
        let place = format!("/api/v1/declarations/{}", text(&lodged["id"]));
        d.post(&format!("{place}/check"), &clerk, json!({ "reason": "seal number differs from the papers" })).await;
        let waits = d.get("/api/v1/work?queue=lodged", &clerk).await;
        assert_eq!(waits["items"][0]["no"], lodged["no"]);
        d.post(&format!("{place}/acceptance"), &clerk, json!(null)).await;

        let tasks = d.get(&format!("{place}/inspections"), &manager).await;
        let task = format!("/api/v1/inspections/{}", text(&tasks[0]["id"]));
        let version = d.version(&task, &manager).await;
        d.post(&format!("{task}/team"), &manager, json!({ "version": version, "officers": [li, zhao] })).await;
        let version = d.version(&task, &inspector).await;
        let when = json!({ "version": version, "at": "2026-11-25T09:30:00+08:00", "place": "cold store 2" });
        d.post(&format!("{task}/appointment"), &inspector, when).await;
        let version = d.version(&task, &inspector).await;
        d.post(&format!("{task}/opening"), &inspector, json!({ "version": version })).await;
        let lot = d.get(&task, &inspector).await["lots"][0]["lot"].clone();
        let sample = json!({
            "lot": lot, "quantity": "0.5", "unit": "KGM", "seal": "F1", "place": "cold store 2",
            "tests": [{ "analyte": "chlorpyrifos" }],
        });
        let sample = text(&d.post(&format!("{task}/samples"), &inspector, sample).await["see"]).to_owned();
        let record = d.record(&task, &inspector).await;
        d.post(&format!("{task}/record"), &inspector, record).await;
        let version = d.version(&task, &second).await;
        d.post(&format!("{task}/signature"), &second, json!({ "version": version })).await;

        let hand = json!({ "seen": 0, "to": "Laboratory", "laboratory": true, "seal_read": "F1", "intact": true });
        d.post(&format!("{sample}/custody"), &analyst, hand).await;
        let read = d.get(&sample, &analyst).await;
        assert!(text(&read["sample"]["taken_at"]).starts_with("20"), "instants are RFC 3339: {read}");
        assert_eq!(read["sample"]["quantity"], json!({ "value": "0.5", "unit": "KGM" }));
        let result = json!({ "test": read["tests"][0]["id"], "value": "0.004", "unit": "mg/kg", "loq": "0.002" });
        d.post(&format!("{sample}/results"), &analyst, result).await;

        let settle = json!({ "lots": [lot], "outcome": "release" });
        d.post(&format!("{place}/settlements"), &releaser, settle).await;
        let drafts = d.get(&format!("{place}/certificates"), &certifier).await;
        for draft in drafts.as_array().expect("drafts") {
            let c = format!("/api/v1/certificates/{}", text(&draft["id"]));
            d.post(&format!("{c}/fields"), &certifier, json!({ "consignee": "Kita Foods K.K." })).await;
            d.post(&format!("{c}/signature"), &certifier, json!(null)).await;
            let signed = d.get(&c, &certifier).await;
            assert_eq!(signed["standing"], "valid");
            assert_eq!(text(&signed["signed"]["signature"]).len(), 128, "Ed25519 in hex");
        }
        assert!(!drafts.as_array().expect("drafts").is_empty());
        assert_eq!(d.get(&place, &clerk).await["stage"], "certified");
    }

    async fn an_act_sent_again_is_done_once_and_a_key_is_not_used_for_another(t: TestDb) {
        let d = Door::open(&t).await;
        let (_, clerk) = d.officer("C1", Role::Clerk, &[Task::Accept]).await;
        let id = d.b.lodge("L1").await;
        let place = format!("/api/v1/declarations/{id}/notice");
        let notice = json!({ "codes": ["D01"], "remarks": "the contract is missing" });
        let mut tx = d.b.read().await;
        let rules = rules::rules(&mut tx).await.expect("rules");
        let code = rules::adopted(&rules, tx.now().date()).expect("a pack").pack.deficiency[0].code.clone();
        drop(tx);
        let notice = json!({ "codes": [code], "remarks": notice["remarks"] });
        let send = || d.call(Method::POST, &place, &clerk, "n-1", &notice);
        let (first, second) = tokio::join!(send(), send());
        let answered: Vec<_> = [&first, &second].into_iter().filter(|(status, _)| *status == 200).collect();
        assert!(!answered.is_empty(), "{first:?} {second:?}");
        let (status, again) = send().await;
        assert_eq!((status, &again), (200, &answered[0].1), "the first answer again");
        let mut tx = d.b.read().await;
        assert_eq!(supervision::declaration::notices(&mut tx, id).await.expect("notices").len(), 1);
        drop(tx);
        let other = json!({ "codes": [code], "remarks": "something else" });
        let (status, no) = d.call(Method::POST, &place, &clerk, "n-1", &other).await;
        assert_eq!((status, &no["code"]), (422, &json!("idempotency.key")));
    }

    async fn a_refused_gate_is_recorded_and_another_branch_reaches_nothing(t: TestDb) {
        let d = Door::open(&t).await;
        let (_, unauthorised) = d.officer("C1", Role::Clerk, &[]).await;
        let id = d.b.lodge("L1").await;
        let place = format!("/api/v1/declarations/{id}/acceptance");
        let (status, no) = d.call(Method::POST, &place, &unauthorised, "a-1", &Value::Null).await;
        assert_eq!((status, &no["code"]), (403, &json!("competence.no_authorisation")), "{no}");
        let mut tx = d.b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 10).await.expect("facts");
        assert!(facts.iter().any(|f| f.kind == "act.refused" || f.kind.ends_with("refused")), "{facts:?}");
        drop(tx);
        let actor = d.b.officer("Z1", Role::Clerk, &[Task::Accept]).await;
        let elsewhere = d.token("z1", &actor, d.b.zhenhai.id).await;
        for (method, path) in [(Method::POST, place), (Method::GET, format!("/api/v1/declarations/{id}/release"))] {
            let (status, no) = d.call(method, &path, &elsewhere, "", &Value::Null).await;
            assert_eq!((status, &no["code"]), (404, &json!("declaration.not_found")), "{path}");
        }
        for queue in ["lodged", "deciding", "sign"] {
            let waits = d.get(&format!("/api/v1/work?queue={queue}"), &elsewhere).await;
            assert_eq!(waits["items"], json!([]), "{queue}");
        }
        let (status, no) = d.call(Method::GET, "/api/v1/work?queue=nothing", &elsewhere, "", &Value::Null).await;
        assert_eq!((status, &no["code"]), (400, &json!("request.queue")));
    }
}
