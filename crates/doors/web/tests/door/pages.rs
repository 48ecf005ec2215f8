//! The first pages over the real router: what they show, to whom, and what they refuse.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use flow::Desk;
use kernel::{Actor, Chance, Clock, OfficerId, Role, Timestamp, UnitId, bi};
use registry::identity::{By, Cost, Hasher, Lifetime, NewAccount, log_in, open_account};
use registry::{people, trade};
use std::sync::Arc;
use supervision::declaration::{GoodsLine, Lodgement};
use tower::ServiceExt;
use web::{Settings, Web, router};

const PASSWORD: &str = "four words joined up";

struct House {
    desk: Desk,
    hasher: Hasher,
    bureau: people::Unit,
    beilun: UnitId,
    app: axum::Router,
    _folder: tempfile::TempDir,
}

async fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("g.db").display());
    let clock = Clock::simulated(Timestamp::at("2026-11-24".parse().expect("a day"), 9, 0));
    let desk = Desk { db: store::Db::open(&url).await.expect("open"), clock, chance: Chance::seeded(7) };
    let by = Actor::system();
    let mut tx = desk.begin().await.expect("begin");
    let bureau = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
    let name = bi("北仑办事处", "Beilun Branch");
    let beilun =
        people::open_unit(&mut tx, &by, "BL", "branch", name, Some(&bureau)).await.expect("a branch").id;
    let name = bi("镇海办事处", "Zhenhai Branch");
    people::open_unit(&mut tx, &by, "ZH", "branch", name, Some(&bureau)).await.expect("a branch");
    let name = bi("<b>甬江</b>", "<b>Yongjiang</b>");
    trade::list_operator(&mut tx, &by, "OP1", "importer", name, 3).await.expect("an operator");
    trade::list_product(&mut tx, &by, "950300", bi("玩具", "Toys"), "low", false).await.expect("a product");
    desk.finish(tx).await.expect("commit");
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let settings =
        Settings { bureau: bureau.name.clone(), secure_cookie: false, lifetime: Lifetime::default() };
    let (db, clock, chance) = (desk.db.clone(), desk.clock.clone(), desk.chance.clone());
    let app = router(Web { db, clock, chance, hasher: hasher.clone(), settings: Arc::new(settings) });
    House { desk, hasher, bureau, beilun, app, _folder: folder }
}

impl House {
    /// A session of a new login with one role, over one branch or over the whole bureau.
    async fn session(&self, login: &str, role: Role, branch: Option<UnitId>) -> String {
        let by = Actor::system();
        let hashed = self.hasher.hash(&self.desk.chance, PASSWORD).await.expect("hashed");
        let mut tx = self.desk.begin().await.expect("begin");
        let name = bi(login, login);
        let post = people::define_post(&mut tx, &by, login, name.clone(), &[]).await.expect("a post");
        let officer: OfficerId =
            people::post_officer(&mut tx, &by, login, &name, &self.bureau, post).await.expect("an officer");
        let new = NewAccount {
            login: login.into(),
            officer: Some(officer),
            operator: None,
            roles: vec![role],
            unit: Some(self.bureau.id),
            branch,
            name,
            lang: "en".into(),
        };
        open_account(&mut tx, By { actor: &by, account: None }, new, &hashed).await.expect("an account");
        self.desk.finish(tx).await.expect("commit");
        let (d, who) = (&self.desk, (login, PASSWORD));
        let opened = log_in(&d.db, &d.clock, &d.chance, &self.hasher, who, Lifetime::default()).await;
        format!("guomen={}", opened.expect("logged in").token)
    }

    async fn lodge(&self, branch: &str, name: &str) -> String {
        let line = GoodsLine {
            hs: "950300".into(),
            name: name.into(),
            quantity: "10".into(),
            unit: "H87".into(),
            lots: vec![],
        };
        let lodgement = Lodgement {
            direction: "import".into(),
            branch: branch.into(),
            operator: "OP1".into(),
            plant: None,
            market: "JP".into(),
            origin: "JP".into(),
            port: "CNNGB".into(),
            mode: "general".into(),
            lines: vec![line],
            ..Lodgement::default()
        };
        self.desk.lodge(&Actor::system(), &lodgement).await.expect("lodged").to_string()
    }

    async fn get(&self, path: &str, cookie: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, cookie).header(header::ACCEPT_LANGUAGE, "en");
        let answer = self
            .app
            .clone()
            .oneshot(request.body(Body::empty()).expect("a request"))
            .await
            .expect("an answer");
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        (status, String::from_utf8(bytes.to_vec()).expect("text"))
    }
}

#[tokio::test]
async fn a_consignment_shows_why_it_got_its_lane_and_escapes_what_others_wrote() {
    let h = house().await;
    let id = h.lodge("BL", "<script>alert(1)</script>").await;
    let auditor = h.session("auditor", Role::Auditor, None).await;
    let (status, page) = h.get(&format!("/declarations/{id}"), &auditor).await;
    assert_eq!(status, StatusCode::OK);
    for expected in ["lane row", "CN-2026/1", "rate 5 %", "&lt;script&gt;", "&lt;b&gt;"] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert!(!page.contains("<script>alert"));
}

#[tokio::test]
async fn a_branch_sees_its_own_declarations_and_facts_only() {
    let h = house().await;
    let (own, other) = (h.lodge("BL", "Toys for Beilun").await, h.lodge("ZH", "Toys for Zhenhai").await);
    let officer = h.session("officer", Role::Inspector, Some(h.beilun)).await;
    let (_, list) = h.get("/declarations", &officer).await;
    assert!(list.contains("Toys for Beilun") && !list.contains("Toys for Zhenhai"), "{list}");
    assert_eq!(h.get(&format!("/declarations/{own}"), &officer).await.0, StatusCode::OK);
    assert_eq!(h.get(&format!("/declarations/{other}"), &officer).await.0, StatusCode::NOT_FOUND);
    assert_eq!(h.get("/ledger", &officer).await.0, StatusCode::FORBIDDEN);
    assert_eq!(h.get("/ledger/1", &officer).await.0, StatusCode::FORBIDDEN);
    let auditor = h.session("auditor", Role::Auditor, None).await;
    assert_eq!(h.get("/ledger", &auditor).await.0, StatusCode::OK);
    assert_eq!(h.get("/ledger/1", &auditor).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_palette_finds_a_declaration_by_its_number() {
    let h = house().await;
    let id = h.lodge("BL", "Toys").await;
    let auditor = h.session("auditor", Role::Auditor, None).await;
    let (status, page) = h.get("/palette?q=BL20260000001", &auditor).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains(&format!("/declarations/{id}")), "{page}");
    let (_, none) = h.get("/palette?q=%27%3B+drop+table", &auditor).await;
    assert!(none.contains("Nothing found"), "{none}");
}

#[tokio::test]
async fn addresses_that_name_nothing_answer_with_a_page() {
    let h = house().await;
    let auditor = h.session("auditor", Role::Auditor, None).await;
    for path in ["/declarations/none", "/ledger/0", "/ledger/-5", "/ledger/99999999999999999999", "/ledger/x"]
    {
        let (status, page) = h.get(path, &auditor).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.contains("<main"), "{path}");
    }
}
