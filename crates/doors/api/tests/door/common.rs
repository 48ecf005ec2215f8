//! A bureau with two branches, two operators and tokens, behind the real router of the API.

use api::{Api, router};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use flow::Desk;
use kernel::{Actor, Chance, Clock, OfficerId, OperatorId, Role, Timestamp, UnitId, bi};
use registry::identity::{By, Cost, Hasher, NewAccount, issue_token, open_account};
use registry::{people, trade};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) struct House {
    pub(crate) desk: Desk,
    pub(crate) bureau: people::Unit,
    pub(crate) beilun: UnitId,
    pub(crate) zhenhai: UnitId,
    pub(crate) yongjiang: OperatorId,
    pub(crate) other: OperatorId,
    pub(crate) app: axum::Router,
    hasher: Hasher,
    _folder: tempfile::TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

pub(crate) async fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("g.db").display());
    let clock = Clock::simulated(Timestamp::at("2026-11-24".parse().expect("a day"), 9, 0));
    let desk = Desk { db: store::Db::open(&url).await.expect("open"), clock, chance: Chance::seeded(7) };
    let by = Actor::system();
    let mut tx = desk.begin().await.expect("begin");
    let bureau = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
    let mut branches = Vec::new();
    for (code, zh, en) in [("BL", "北仑办事处", "Beilun Branch"), ("ZH", "镇海办事处", "Zhenhai Branch")]
    {
        let unit = people::open_unit(&mut tx, &by, code, "branch", bi(zh, en), Some(&bureau)).await;
        branches.push(unit.expect("a branch").id);
    }
    let mut operators = Vec::new();
    for code in ["OP1", "OP2"] {
        let name = bi("甬江食品", "Yongjiang Foods");
        operators.push(
            trade::list_operator(&mut tx, &by, code, "importer", name, 3).await.expect("an operator").id,
        );
    }
    trade::list_product(&mut tx, &by, "950300", bi("玩具", "Toys"), "low", false).await.expect("a product");
    desk.finish(tx).await.expect("commit");
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let app = router(Api { desk: desk.clone() });
    let (beilun, zhenhai, yongjiang, other) = (branches[0], branches[1], operators[0], operators[1]);
    House { desk, bureau, beilun, zhenhai, yongjiang, other, app, hasher, _folder: folder }
}

impl House {
    async fn token(&self, new: NewAccount) -> String {
        let by = Actor::system();
        let by = By { actor: &by, account: None };
        let hashed = self.hasher.hash(&self.desk.chance, "four words joined up").await.expect("hashed");
        let mut tx = self.desk.begin().await.expect("begin");
        let account = open_account(&mut tx, by, new, &hashed).await.expect("an account");
        let (_, token) = issue_token(&mut tx, by, account, "test").await.expect("a token");
        self.desk.finish(tx).await.expect("commit");
        token
    }

    /// A token of a new officer's login with one role, over one branch or over the whole bureau.
    pub(crate) async fn officer(&self, role: Role, branch: Option<UnitId>) -> String {
        let by = Actor::system();
        let mut tx = self.desk.begin().await.expect("begin");
        let code = format!("{}-{}", role.code(), hex(&self.desk.chance.bytes::<3>()));
        let name = bi(&*code, &*code);
        let post = people::define_post(&mut tx, &by, &code, name.clone(), &[]).await.expect("a post");
        let officer: OfficerId =
            people::post_officer(&mut tx, &by, &code, &name, &self.bureau, post).await.expect("an officer");
        self.desk.finish(tx).await.expect("commit");
        self.token(NewAccount {
            login: code,
            officer: Some(officer),
            operator: None,
            roles: vec![role],
            unit: Some(self.bureau.id),
            branch,
            name,
            lang: "en".into(),
        })
        .await
    }

    /// A token of an operator's person.
    pub(crate) async fn declarant(&self, operator: OperatorId) -> String {
        let login = format!("person-{}", hex(&self.desk.chance.bytes::<3>()));
        self.token(NewAccount {
            login,
            officer: None,
            operator: Some(operator),
            roles: vec![Role::Declarant],
            unit: None,
            branch: None,
            name: bi("报检员", "Declarant"),
            lang: "en".into(),
        })
        .await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.app.clone().oneshot(request).await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = to_bytes(answer.into_body(), 1 << 28).await.expect("a body");
        Answer { status, headers, text: String::from_utf8(bytes.to_vec()).expect("text") }
    }

    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        more: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "en");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if !body.is_empty() && !more.iter().any(|(n, _)| *n == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, token, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, token, &[], &body.to_string()).await
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A declaration of toys.
pub(crate) fn toys(branch: &str, operator: &str, lot: &str) -> Value {
    json!({
        "direction": "import", "branch": branch, "operator": operator, "market": "JP", "origin": "JP",
        "port": "CNNGB", "mode": "general",
        "lines": [{"hs": "950300", "name": "Toys", "quantity": "10", "unit": "H87",
            "lots": [{"no": lot, "quantity": "10"}]}],
    })
}
