//! Release and certificates over the real router: what an officer does, what a buyer abroad sees, what a forger gets.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use flow::Desk;
use kernel::{Actor, Chance, Clock, DeclarationId, Role, Timestamp, UnitId, bi};
use registry::identity::{By, Cost, Hasher, Lifetime, NewAccount, log_in, open_account};
use registry::{people, trade};
use std::sync::Arc;
use store::key;
use supervision::certificate::{self, Certificate, Kind, Standing, Wrong};
use supervision::competence::{self, NewAuthorisation, Task};
use supervision::declaration::{self, GoodsLine, Lodgement, LotEntry, Stage};
use supervision::release;
use tower::ServiceExt;
use web::{Settings, Web, router};

const PASSWORD: &str = "four words joined up";

struct House {
    desk: Desk,
    hasher: Hasher,
    bureau: people::Unit,
    app: axum::Router,
    _folder: tempfile::TempDir,
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Said {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A login with the token of its forms.
struct Login {
    cookie: String,
    csrf: String,
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
    let name = bi("<b>甬江</b>食品", "<b>Yongjiang</b> Foods");
    let op = trade::list_operator(&mut tx, &by, "OP1", "exporter", name, 1).await.expect("an operator");
    let (plant, spinach) = (bi("一厂", "Plant 1"), bi("冷冻菠菜", "Frozen spinach"));
    trade::file_plant(&mut tx, &by, "3300/00001", op.id, plant, beilun).await.expect("a plant");
    trade::list_product(&mut tx, &by, "071030", spinach, "high", true).await.expect("a product");
    desk.finish(tx).await.expect("commit");
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let settings =
        Settings { bureau: bureau.name.clone(), secure_cookie: false, lifetime: Lifetime::default() };
    let (db, clock, chance) = (desk.db.clone(), desk.clock.clone(), desk.chance.clone());
    let app = router(Web { db, clock, chance, hasher: hasher.clone(), settings: Arc::new(settings) });
    House { desk, hasher, bureau, app, _folder: folder }
}

impl House {
    async fn login(&self, login: &str, role: Role, duties: &[Task], branch: Option<UnitId>) -> Login {
        let by = Actor::system();
        let hashed = self.hasher.hash(&self.desk.chance, PASSWORD).await.expect("hashed");
        let mut tx = self.desk.begin().await.expect("begin");
        let name = bi(login, login);
        let post = people::define_post(&mut tx, &by, login, name.clone(), &[]).await.expect("a post");
        let officer =
            people::post_officer(&mut tx, &by, login, &name, &self.bureau, post).await.expect("an officer");
        let now = tx.now();
        for duty in duties {
            let new = NewAuthorisation {
                officer,
                duty: *duty,
                hs_prefix: String::new(),
                valid_from: now,
                valid_to: Timestamp(now.0 + 365 * Timestamp::DAY),
                reason: "assessment".into(),
            };
            competence::authorise(&mut tx, &by, new).await.expect("authorised");
        }
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
        let cookie = format!("guomen={}", opened.expect("logged in").token);
        let page = self.get("/account", Some(&cookie)).await.text();
        let csrf = page.split_once("name=\"_csrf\" value=\"").expect("a form").1;
        let csrf = csrf.split('"').next().expect("a token").to_owned();
        Login { cookie, csrf }
    }

    async fn ask(&self, request: Request<Body>) -> Said {
        let answer = self.app.clone().oneshot(request).await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = to_bytes(answer.into_body(), 1 << 24).await.expect("a body").to_vec();
        Said { status, headers, bytes }
    }

    async fn get(&self, path: &str, cookie: Option<&str>) -> Said {
        let mut request = Request::get(path).header(header::ACCEPT_LANGUAGE, "en");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.ask(request.body(Body::empty()).expect("a request")).await
    }

    async fn post(&self, path: &str, who: &Login, form: &str) -> Said {
        let request = Request::post(path)
            .header(header::COOKIE, &who.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = format!("_csrf={}&{form}", who.csrf);
        self.ask(request.body(Body::from(body)).expect("a request")).await
    }

    /// A consignment at the release desk.
    async fn deciding(&self, lots: &[&str]) -> DeclarationId {
        let entries = lots.iter().map(|no| LotEntry { no: (*no).into(), quantity: "1000".into() }).collect();
        let line = GoodsLine {
            hs: "071030".into(),
            name: "冷冻菠菜".into(),
            quantity: (lots.len() * 1000).to_string(),
            unit: "KGM".into(),
            lots: entries,
        };
        let l = Lodgement {
            direction: "export".into(),
            branch: "BL".into(),
            operator: "OP1".into(),
            plant: Some("3300/00001".into()),
            market: "JP".into(),
            origin: "CN".into(),
            port: "CNNGB".into(),
            mode: "general".into(),
            lines: vec![line],
            ..Lodgement::default()
        };
        let id = self.desk.lodge(&Actor::system(), &l).await.expect("lodged");
        let mut tx = self.desk.begin().await.expect("begin");
        declaration::deem_accepted(&mut tx, id).await.expect("accepted");
        self.desk.finish(tx).await.expect("commit");
        let mut tx = self.desk.begin().await.expect("begin");
        let d = declaration::one(&mut tx, &Actor::system(), id).await.expect("a reading").expect("it");
        let fact = kernel::supervision::ResultRecorded {
            record: tx.id(),
            task: tx.id(),
            declaration: id,
            inspected: 13,
            nonconforming: 0,
            conforming: true,
            findings: vec![],
            officers: vec![],
        };
        let lots = declaration::lots(&mut tx, id).await.expect("lots");
        let lots: Vec<_> = lots.iter().map(|l| (l.id, true)).collect();
        release::note_record(&mut tx, &fact, &lots).await.expect("noted");
        if d.stage != Stage::Deciding {
            declaration::advance(&mut tx, id, &[d.stage], Stage::Deciding, None).await.expect("on its way");
        }
        self.desk.finish(tx).await.expect("commit");
        id
    }

    async fn lots(&self, id: DeclarationId) -> Vec<String> {
        let mut tx = self.desk.read().await.expect("a reading");
        declaration::lots(&mut tx, id).await.expect("lots").iter().map(|l| l.id.to_string()).collect()
    }

    async fn certificates(&self, id: DeclarationId) -> Vec<Certificate> {
        let mut tx = self.desk.read().await.expect("a reading");
        certificate::of_declaration(&mut tx, id).await.expect("a list")
    }

    /// A signed certificate, through the pages.
    async fn signed(&self, releaser: &Login, certifier: &Login) -> Certificate {
        let id = self.deciding(&["A"]).await;
        let lot = self.lots(id).await.remove(0);
        let said = self
            .post(&format!("/release/{id}/settle"), releaser, &format!("outcome=release&lot={lot}"))
            .await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
        let c = self.certificates(id).await.remove(0);
        let said = self
            .post(
                &format!("/certificates/{}/fill", c.id),
                certifier,
                "consignee=Nichirei+Foods&transport=sea",
            )
            .await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
        let said = self.post(&format!("/certificates/{}/sign", c.id), certifier, "").await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
        self.certificates(id).await.remove(0)
    }

    async fn keys(&self) -> Vec<ed25519_dalek::VerifyingKey> {
        let mut tx = self.desk.read().await.expect("a reading");
        key::published(&mut tx).await.expect("keys").iter().filter_map(|k| key::public(&k.0)).collect()
    }

    async fn two(&self) -> (Login, Login) {
        let releaser = self.login("sunli", Role::Releaser, &[Task::Release], None).await;
        (releaser, self.login("zhou", Role::Certifier, &[Task::Certify], None).await)
    }
}

#[tokio::test]
async fn the_release_desk_shows_its_evidence_and_keeps_what_must_not_go() {
    let h = house().await;
    let (sun, zhou) = h.two().await;
    let id = h.deciding(&["A", "B"]).await;
    let list = h.get("/release", Some(&sun.cookie)).await.text();
    assert!(list.contains(&format!("/release/{id}")), "{list}");
    let page = h.get(&format!("/release/{id}"), Some(&sun.cookie)).await.text();
    for expected in ["Are these lots to be released?", "conforms", "Release the chosen lots", "Inspection"] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    let others = h.get(&format!("/release/{id}"), Some(&zhou.cookie)).await.text();
    assert!(!others.contains("Release the chosen lots"), "only a release officer has the buttons");
    let lots = h.lots(id).await;
    let settle = format!("/release/{id}/settle");
    let said = h.post(&settle, &zhou, &format!("outcome=release&lot={}", lots[0])).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
    let said = h.post(&settle, &sun, &format!("outcome=destroy&lot={}", lots[0])).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said.text().contains("choose one of the reasons"), "{}", said.text());
    let said = h.post(&settle, &sun, "outcome=release").await;
    assert!(said.text().contains("choose at least one lot"), "{}", said.text());
    let form = format!("outcome=hold&reason=other&note=%3Cscript%3E&lot={}", lots[0]);
    assert_eq!(h.post(&settle, &sun, &form).await.status, StatusCode::SEE_OTHER);
    let page = h.get(&format!("/release/{id}"), Some(&sun.cookie)).await.text();
    assert!(page.contains("&lt;script&gt;") && page.contains("Lift the hold"), "{page}");
    let held = h.get("/release/held", Some(&sun.cookie)).await.text();
    assert!(held.contains("another reason"), "{held}");
    let said = h.post(&settle, &sun, &format!("outcome=release&lot={}", lots[1])).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let released = h.get("/release/released?hs=0710&market=jp", Some(&sun.cookie)).await.text();
    assert!(released.contains("1000") && released.contains("&lt;b&gt;Yongjiang"), "{released}");
    let consignment = h.get(&format!("/declarations/{id}"), Some(&sun.cookie)).await.text();
    assert!(consignment.contains("inspected or tested and conforming"), "{consignment}");
}

#[tokio::test]
async fn a_release_notice_is_printed() {
    let h = house().await;
    let (sun, _) = h.two().await;
    let id = h.deciding(&["A"]).await;
    let lot = h.lots(id).await.remove(0);
    h.post(&format!("/release/{id}/settle"), &sun, &format!("outcome=release&lot={lot}")).await;
    let page = h.get(&format!("/release/{id}"), Some(&sun.cookie)).await.text();
    let path = page.split_once("/release-notices/").expect("a link").1.split('"').next().expect("an id");
    let said = h.get(&format!("/release-notices/{path}"), Some(&sun.cookie)).await;
    assert_eq!(said.headers[header::CONTENT_TYPE], "application/pdf");
    assert!(said.bytes.starts_with(b"%PDF-"));
}

#[tokio::test]
async fn a_signed_paper_is_checked_without_a_network_and_any_change_shows() {
    let h = house().await;
    let (sun, zhou) = h.two().await;
    let c = h.signed(&sun, &zhou).await;
    let path = format!("/certificates/{}/paper", c.id);
    let paper = h.get(&path, Some(&zhou.cookie)).await.bytes;
    assert_eq!(h.get(&path, Some(&zhou.cookie)).await.bytes, paper, "everyone gets the same bytes");
    let keys = h.keys().await;
    let check = certificate::verify(&paper, &keys);
    assert_eq!((check.wrong, check.kind, check.printed_as), (None, Kind::Pdf, Some(Standing::Valid)));
    assert_eq!(check.body.expect("a body").filled.consignee, "Nichirei Foods");
    for n in 0..97 {
        let mut changed = paper.clone();
        let at = n * (paper.len() - 1) / 96;
        changed[at] ^= 1;
        assert!(certificate::verify(&changed, &keys).wrong.is_some(), "byte {at} of {}", paper.len());
    }
    let record = h.get(&format!("/certificates/{}/record", c.id), Some(&zhou.cookie)).await.bytes;
    assert_eq!(certificate::verify(&record, &keys).wrong, None);
    let forged = String::from_utf8(record).expect("text").replace("\"1000\"", "\"9000\"");
    assert_eq!(certificate::verify(forged.as_bytes(), &keys).wrong, Some(Wrong::Body));
    let published = h.get("/.well-known/guomen-key.json", None).await.text();
    assert!(published.contains(&check.public_key) && published.contains("\"OKP\""), "{published}");
}

#[tokio::test]
async fn a_buyer_abroad_sees_whether_the_paper_holds_and_no_more_than_that() {
    let h = house().await;
    let (sun, zhou) = h.two().await;
    let c = h.signed(&sun, &zhou).await;
    let code = c.signed.as_ref().expect("signed").code.to_lowercase();
    let said = h.get(&format!("/verify/{code}"), None).await;
    assert_eq!(said.status, StatusCode::OK);
    let page = said.text();
    for expected in
        ["Valid", "Frozen spinach", "1000 kg", "Japan", "BL2026C000001", "2026-11-24", "zhou", "&lt;b&gt;"]
    {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert!(!page.contains("Nichirei"), "the consignee is nobody else's business");
    let asked = h.get(&format!("/verify?code={}-{}", &code[..4], &code[4..]), None).await;
    assert_eq!(asked.headers[header::LOCATION], format!("/verify/{code}"));
    let said =
        h.post(&format!("/certificates/{}/withdraw", c.id), &zhou, "why-withdraw=a+private+reason").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let page = h.get(&format!("/verify/{code}"), None).await.text();
    assert!(page.contains("Withdrawn — not valid") && !page.contains("private reason"), "{page}");
    let paper = h.get(&format!("/certificates/{}/paper", c.id), Some(&zhou.cookie)).await.bytes;
    assert_eq!(certificate::verify(&paper, &h.keys().await).printed_as, Some(Standing::Withdrawn));
}

#[tokio::test]
async fn a_replaced_certificate_names_its_copy_to_the_buyer() {
    let h = house().await;
    let (sun, zhou) = h.two().await;
    let old = h.signed(&sun, &zhou).await;
    let said = h.post(&format!("/certificates/{}/replace", old.id), &zhou, "why-replace=new+vessel").await;
    let place = said.headers[header::LOCATION].to_str().expect("a place").to_owned();
    let copy = place.trim_start_matches("/certificates/").split('?').next().expect("an id").to_owned();
    let said = h.post(&format!("/certificates/{copy}/sign"), &zhou, "").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    let code = &old.signed.as_ref().expect("signed").code;
    let page = h.get(&format!("/verify/{code}"), None).await.text();
    assert!(page.contains("Replaced — not valid") && page.contains("BL2026C000002"), "{page}");
}

#[tokio::test]
async fn guesses_are_answered_alike_and_soon_not_at_all() {
    let h = house().await;
    for typed in ["ACEFHJKMNPRT", "nothing", "%27%3Bdrop", "%00", "x".repeat(2000).as_str()] {
        let said = h.get(&format!("/verify/{typed}"), None).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{typed}");
        assert!(said.text().contains("No such certificate"), "{typed}");
    }
    for _ in 0..15 {
        h.get("/verify/ACEFHJKMNPRT", None).await;
    }
    let said = h.get("/verify/ACEFHJKMNPRT", None).await;
    assert_eq!(said.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_cannot_be_printed_is_not_signed() {
    let h = house().await;
    let (sun, zhou) = h.two().await;
    let id = h.deciding(&["A"]).await;
    let lot = h.lots(id).await.remove(0);
    h.post(&format!("/release/{id}/settle"), &sun, &format!("outcome=release&lot={lot}")).await;
    let c = h.certificates(id).await.remove(0);
    // Cuneiform: no face of the house has it.
    let said = h.post(&format!("/certificates/{}/fill", c.id), &zhou, "consignee=%F0%92%80%80").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let said = h.post(&format!("/certificates/{}/sign", c.id), &zhou, "").await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said.text().contains("cannot be printed"), "{}", said.text());
    assert_eq!(h.certificates(id).await[0].standing, Standing::Draft);
}

#[tokio::test]
async fn another_branch_finds_no_certificate_and_a_stranger_no_page() {
    let h = house().await;
    let (sun, zhou) = h.two().await;
    let c = h.signed(&sun, &zhou).await;
    let mut tx = h.desk.begin().await.expect("begin");
    let name = bi("镇海", "Zhenhai");
    let other = people::open_unit(&mut tx, &Actor::system(), "ZH", "branch", name, Some(&h.bureau)).await;
    let other = other.expect("a branch").id;
    h.desk.finish(tx).await.expect("commit");
    let stranger = h.login("wuming", Role::Certifier, &[Task::Certify], Some(other)).await;
    for path in ["", "/paper", "/record"] {
        let path = format!("/certificates/{}{path}", c.id);
        assert_eq!(h.get(&path, Some(&stranger.cookie)).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(h.get(&path, None).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    let said = h.post(&format!("/certificates/{}/withdraw", c.id), &stranger, "why=x").await;
    assert_eq!(said.status, StatusCode::NOT_FOUND);
    let forged = Login { cookie: zhou.cookie.clone(), csrf: "0".repeat(64) };
    let said = h.post(&format!("/certificates/{}/withdraw", c.id), &forged, "why=x").await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
    for path in ["/certificates/none", "/release/none", "/release-notices/none"] {
        assert_eq!(h.get(path, Some(&zhou.cookie)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
