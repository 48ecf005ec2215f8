//! The window over the real router: lodging, amending, returning, answering, withdrawing and files, by hand as a
//! browser without scripts would do it; and every route of it without a login, with the wrong role and the wrong branch.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use flow::Desk;
use kernel::{Actor, Chance, Clock, OfficerId, OperatorId, Role, Timestamp, UnitId, bi};
use registry::identity::{By, Cost, Hasher, Lifetime, NewAccount, log_in, open_account};
use registry::{people, trade};
use std::sync::Arc;
use supervision::competence::{self, NewAuthorisation, Task};
use tower::ServiceExt;
use web::{Settings, Web, router};

const PASSWORD: &str = "four words joined up";

struct House {
    desk: Desk,
    hasher: Hasher,
    beilun: people::Unit,
    zhenhai: people::Unit,
    operator: OperatorId,
    app: axum::Router,
    _folder: tempfile::TempDir,
}

/// Who is at the browser: the session's cookie and the token of its forms.
struct Browser {
    cookie: String,
    csrf: String,
}

struct Said {
    status: StatusCode,
    place: String,
    body: String,
}

async fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("g.db").display());
    let clock = Clock::simulated(Timestamp::at("2026-11-24".parse().expect("a day"), 9, 0));
    let desk = Desk { db: store::Db::open(&url).await.expect("open"), clock, chance: Chance::seeded(7) };
    let by = Actor::system();
    let mut tx = desk.begin().await.expect("begin");
    let bureau = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
    let mut branches = Vec::new();
    for (code, zh, en) in [("BL", "北仑", "Beilun"), ("ZH", "镇海", "Zhenhai")] {
        let unit = people::open_unit(&mut tx, &by, code, "branch", bi(zh, en), Some(&bureau)).await;
        branches.push(unit.expect("a branch"));
    }
    let name = bi("甬江", "Yongjiang");
    let operator =
        trade::list_operator(&mut tx, &by, "OP1", "exporter", name, 1).await.expect("an operator").id;
    for (hs, zh, en) in [("950300", "玩具", "Toys"), ("611020", "毛衫", "Jerseys")] {
        trade::list_product(&mut tx, &by, hs, bi(zh, en), "low", false).await.expect("a product");
    }
    desk.finish(tx).await.expect("commit");
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let settings =
        Settings { bureau: bureau.name.clone(), secure_cookie: false, lifetime: Lifetime::default() };
    let (db, clock, chance) = (desk.db.clone(), desk.clock.clone(), desk.chance.clone());
    let app = router(Web { db, clock, chance, hasher: hasher.clone(), settings: Arc::new(settings) });
    let (zhenhai, beilun) = (branches.remove(1), branches.remove(0));
    House { desk, hasher, beilun, zhenhai, operator, app, _folder: folder }
}

impl House {
    async fn clerk(&self, login: &str, branch: &people::Unit) -> Browser {
        let by = Actor::system();
        let mut tx = self.desk.begin().await.expect("begin");
        let name = bi(login, login);
        let post = people::define_post(&mut tx, &by, login, name.clone(), &[]).await.expect("a post");
        let officer: OfficerId =
            people::post_officer(&mut tx, &by, login, &name, branch, post).await.expect("an officer");
        let now = tx.now();
        let grant = NewAuthorisation {
            officer,
            duty: Task::Accept,
            hs_prefix: String::new(),
            valid_from: now,
            valid_to: Timestamp(now.0 + 99 * Timestamp::DAY),
            reason: "assessed".into(),
        };
        competence::authorise(&mut tx, &by, grant).await.expect("authorised");
        self.desk.finish(tx).await.expect("commit");
        self.browser(login, Role::Clerk, Some(officer), Some(branch.id)).await
    }

    async fn party(&self) -> Browser {
        self.browser("party", Role::Declarant, None, None).await
    }

    async fn browser(
        &self,
        login: &str,
        role: Role,
        officer: Option<OfficerId>,
        branch: Option<UnitId>,
    ) -> Browser {
        let by = Actor::system();
        let hashed = self.hasher.hash(&self.desk.chance, PASSWORD).await.expect("hashed");
        let mut tx = self.desk.begin().await.expect("begin");
        let new = NewAccount {
            login: login.into(),
            officer,
            operator: officer.is_none().then_some(self.operator),
            roles: vec![role],
            unit: branch,
            branch,
            name: bi(login, login),
            lang: "en".into(),
        };
        open_account(&mut tx, By { actor: &by, account: None }, new, &hashed).await.expect("an account");
        self.desk.finish(tx).await.expect("commit");
        let (d, who) = (&self.desk, (login, PASSWORD));
        let opened = log_in(&d.db, &d.clock, &d.chance, &self.hasher, who, Lifetime::default()).await;
        let cookie = format!("guomen={}", opened.expect("logged in").token);
        let page = self.ask(Method::GET, "/account", &cookie, None).await;
        let csrf = page.body.split_once("name=\"_csrf\" value=\"").expect("a form").1;
        Browser { csrf: csrf.split('"').next().expect("a value").to_owned(), cookie }
    }

    async fn ask(&self, method: Method, path: &str, cookie: &str, form: Option<(&str, String)>) -> Said {
        let (kind, body) = form.unwrap_or(("application/x-www-form-urlencoded", String::new()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .expect("a request");
        let answer = self.app.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.expect("a body");
        let place = parts.headers.get(header::LOCATION).map_or("", |v| v.to_str().expect("text")).to_owned();
        Said { status: parts.status, place, body: String::from_utf8(bytes.to_vec()).expect("text") }
    }

    async fn get(&self, path: &str, b: &Browser) -> Said {
        self.ask(Method::GET, path, &b.cookie, None).await
    }

    async fn post(&self, path: &str, b: &Browser, fields: &[(&str, &str)]) -> Said {
        let mut body = format!("_csrf={}", b.csrf);
        for (name, value) in fields {
            let value: String = value.bytes().map(|c| format!("%{c:02X}")).collect();
            body += &format!("&{}={value}", name.replace('[', "%5B").replace(']', "%5D"));
        }
        self.ask(Method::POST, path, &b.cookie, Some(("application/x-www-form-urlencoded", body))).await
    }

    async fn upload(&self, b: &Browser, file: &str) -> Said {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n{}\r\n--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\ncontent-type: text/csv\r\n\r\n{file}\r\n--x--\r\n",
            b.csrf
        );
        let kind = "multipart/form-data; boundary=x";
        self.ask(Method::POST, "/declarations/import", &b.cookie, Some((kind, body))).await
    }

    /// Lodges toys by the form; gives the page of the declaration.
    async fn lodged(&self, b: &Browser, lot: &str) -> String {
        let lots = format!("{lot} 10");
        let said = self.post("/declarations/new", b, &toys(&lots)).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
        said.place
    }
}

fn toys(lots: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("direction", "export"),
        ("branch", "BL"),
        ("operator", "OP1"),
        ("plant", ""),
        ("market", "jp"),
        ("origin", "CN"),
        ("port", "CNNGB"),
        ("mode", "general"),
        ("lines[0].hs", "950300"),
        ("lines[0].name", "Toys"),
        ("lines[0].quantity", "10"),
        ("lines[0].unit", "H87"),
        ("lines[0].lots", lots),
    ]
}

#[tokio::test]
async fn a_form_keeps_what_was_typed_and_names_every_wrong_field() {
    let h = house().await;
    let party = h.party().await;
    let blank = h.get("/declarations/new", &party).await;
    for expected in ["id=\"lines[0].hs\"", "datalist id=\"products\"", "value=\"OP1\""] {
        assert!(blank.body.contains(expected), "{expected} in {}", blank.body);
    }
    let mut fields = toys("A 4\nB 5");
    fields.push(("do", "more"));
    let more = h.post("/declarations/new", &party, &fields).await;
    assert_eq!(more.status, StatusCode::OK);
    assert!(more.body.contains("id=\"lines[1].hs\"") && more.body.contains("A 4\nB 5"), "{}", more.body);
    fields.pop();
    fields[10] = ("lines[0].quantity", "12,5");
    let said = h.post("/declarations/new", &party, &fields).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    for expected in ["href=\"#lines[0].quantity\"", "12,5", "point as decimal sign", "A 4\nB 5"] {
        assert!(said.body.contains(expected), "{expected} in {}", said.body);
    }
}

#[tokio::test]
async fn the_same_form_sent_twice_lodges_once() {
    let h = house().await;
    let party = h.party().await;
    let mut fields = toys("A 10");
    fields.push(("_key", "0123456789"));
    let first = h.post("/declarations/new", &party, &fields).await;
    let again = h.post("/declarations/new", &party, &fields).await;
    assert_eq!((first.status, again.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(first.place, again.place);
}

#[tokio::test]
async fn m9_3_a_return_without_a_code_is_refused_on_the_page_and_a_second_one_is_told_as_a_breach() {
    let h = house().await;
    let (clerk, party) = (h.clerk("wang", &h.beilun).await, h.party().await);
    let place = h.lodged(&party, "A").await;
    let notice = format!("{place}/notice");
    let said = h.post(&notice, &clerk, &[("remarks", "please check")]).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said.body.contains("第三十二条") && said.body.contains("please check"), "{}", said.body);
    for round in 1..3 {
        let said = h.post(&notice, &clerk, &[("codes", "PAP-01"), ("remarks", "no packing list")]).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
        let page = h.get(&place, &party).await.body;
        assert!(page.contains("PAP-01") && page.contains("no packing list"), "{page}");
        assert_eq!(page.contains("breach of one-time notice"), round == 2);
        let answer = h.post(&format!("{place}/answer"), &party, &[("answer", "handed in")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    let said = h.post(&format!("{place}/accept"), &clerk, &[]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
}

#[tokio::test]
async fn an_amendment_shows_its_diff_and_a_stale_one_shows_what_changed() {
    let h = house().await;
    let party = h.party().await;
    let place = h.lodged(&party, "A").await;
    let amend = format!("{place}/amend");
    assert!(h.get(&amend, &party).await.body.contains("name=\"revision\" value=\"1\""));
    let mut fields = toys("A 10");
    fields[6] = ("port", "CNSHA");
    fields.push(("revision", "1"));
    assert_eq!(h.post(&amend, &party, &fields).await.status, StatusCode::SEE_OTHER);
    let page = h.get(&place, &party).await.body;
    assert!(page.contains("<del>CNNGB</del>") && page.contains("<ins>CNSHA</ins>"), "{page}");
    fields[6] = ("port", "CNTAO");
    let said = h.post(&amend, &party, &fields).await;
    assert_eq!(said.status, StatusCode::CONFLICT);
    assert!(said.body.contains("from &quot;CNNGB&quot;") && said.body.contains("CNTAO"), "{}", said.body);
}

#[tokio::test]
async fn a_withdrawal_asks_for_its_reason_and_then_nothing_is_open() {
    let h = house().await;
    let (clerk, party) = (h.clerk("wang", &h.beilun).await, h.party().await);
    let place = h.lodged(&party, "A").await;
    let withdraw = format!("{place}/withdraw");
    assert_eq!(h.post(&withdraw, &party, &[("reason", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        h.post(&withdraw, &party, &[("reason", "order cancelled")]).await.status,
        StatusCode::SEE_OTHER
    );
    let page = h.get(&place, &party).await.body;
    assert!(page.contains("order cancelled") && page.contains("Nothing"), "{page}");
    let said = h.post(&format!("{place}/accept"), &clerk, &[]).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said.body.contains("withdrawn"), "{}", said.body);
}

#[tokio::test]
async fn a_party_is_not_told_the_lane_before_acceptance() {
    let h = house().await;
    let (clerk, party) = (h.clerk("wang", &h.beilun).await, h.party().await);
    let place = h.lodged(&party, "A").await;
    for path in [place.as_str(), "/declarations", "/declarations?lane=conformity", "/", "/declarations.csv"] {
        let page = h.get(path, &party).await.body;
        assert!(
            !page.contains("Facilitated") && !page.contains("lane row") && !page.contains(",declaration,"),
            "{path}: {page}"
        );
    }
    assert!(h.get(&place, &clerk).await.body.contains("lane row"));
}

#[tokio::test]
async fn another_branch_neither_sees_nor_does_anything() {
    let h = house().await;
    let (other, party) = (h.clerk("chen", &h.zhenhai).await, h.party().await);
    let place = h.lodged(&party, "A").await;
    for (method, deed) in [
        (Method::GET, ""),
        (Method::POST, "/accept"),
        (Method::GET, "/notice"),
        (Method::POST, "/notice"),
        (Method::GET, "/amend"),
        (Method::POST, "/amend"),
        (Method::GET, "/answer"),
        (Method::POST, "/answer"),
        (Method::GET, "/withdraw"),
        (Method::POST, "/withdraw"),
    ] {
        let path = format!("{place}{deed}");
        let said = match method {
            Method::GET => h.get(&path, &other).await,
            _ => h.post(&path, &other, &[("codes", "PAP-01"), ("reason", "x"), ("answer", "x")]).await,
        };
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    assert!(!h.get("/declarations", &other).await.body.contains("Toys"));
    assert!(!h.get("/", &other).await.body.contains("Toys"));
    assert!(!h.get("/declarations.csv", &other).await.body.contains("Toys"));
    assert!(h.get("/declarations", &party).await.body.contains("Toys"));
}

#[tokio::test]
async fn my_work_shows_what_waits_by_its_deadline_and_nothing_to_others() {
    let h = house().await;
    let (clerk, party) = (h.clerk("wang", &h.beilun).await, h.party().await);
    let place = h.lodged(&party, "A").await;
    let page = h.get("/", &clerk).await.body;
    assert!(page.contains(&place) && page.contains("To accept") && page.contains("working days"), "{page}");
    assert_eq!(h.get("/?do=accept", &clerk).await.status, StatusCode::OK);
    assert_eq!(h.get("/?do=sign", &clerk).await.status, StatusCode::NOT_FOUND);
    let tester = h.browser("lab", Role::Laboratory, Some(OfficerId::from(kernel::MAX_UUID)), None).await;
    let page = h.get("/", &tester).await.body;
    assert!(!page.contains(&place) && page.contains("Nothing waits for you"), "{page}");
    assert!(page.contains("no valid authorisation"), "{page}");
}

#[tokio::test]
async fn files_are_lodged_row_by_row_and_rejected_by_row_and_field() {
    let h = house().await;
    let party = h.party().await;
    let head = "ref,direction,branch,operator,plant,market,origin,port,mode,hs,name,quantity,unit,lots";
    let row = |r: &str, q: &str| format!("{r},export,BL,OP1,,JP,CN,CNNGB,general,950300,=Toys {r},{q},H87,");
    let file =
        format!("\u{feff}{head}\r\n{}\r\n{}\r\n{}\r\n", row("a", "10"), row("b", "\"12,5\""), row("c", "7"));
    for _ in 0..2 {
        let said = h.upload(&party, &file).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.body);
        for expected in ["2 lodged", "1 rows rejected", "Goods line 1 · Quantity", "12,5"] {
            assert!(said.body.contains(expected), "{expected} in {}", said.body);
        }
    }
    let csv = h.get("/declarations.csv", &party).await.body;
    assert_eq!(csv.lines().count(), 3, "the same file lodges nothing twice: {csv}");
    assert!(csv.contains(",'=Toys a,"), "a formula in a cell does not run: {csv}");
    let (d, e) = (row("d", "1"), row("e", "1"));
    let worth = format!("{head},value,currency\r\n{d},12.50,CNY\r\n{e},12.50,\r\n");
    let said = h.upload(&party, &worth).await.body;
    let told = ["1 lodged", "1 rows rejected", "Currency"];
    assert!(told.iter().all(|t| said.contains(t)), "{said}");
    let said = h.upload(&party, "a;b\r\n1;2\r\n").await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(h.get("/declarations/template.csv", &party).await.body.lines().count(), 2);
}

#[tokio::test]
async fn filters_stand_in_the_url_and_a_wrong_one_is_named() {
    let h = house().await;
    let party = h.party().await;
    h.lodged(&party, "A").await;
    let page =
        h.get("/declarations?market=jp&lot=A&from=2026-11-24&to=2026-11-24&stage=lodged", &party).await;
    assert!(page.body.contains("Toys") && page.body.contains("Market jp"), "{}", page.body);
    assert!(!h.get("/declarations?market=US", &party).await.body.contains("Toys"));
    let said = h.get("/declarations?from=24.11.2026", &party).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said.body.contains("24.11.2026"), "{}", said.body);
    // What cannot be read at all gets our own page, too.
    let said = h.get("/declarations?at=yesterday", &party).await;
    assert_eq!(said.status, StatusCode::BAD_REQUEST);
    assert!(said.body.contains("incomplete or wrong") && said.body.contains("<html"), "{}", said.body);
}

#[tokio::test]
async fn log_in_leads_back_to_where_one_was_going_filters_included() {
    let h = house().await;
    let said = h.ask(Method::GET, "/declarations?market=JP&lot=A%26B", "", None).await;
    assert_eq!(said.place, "/login?next=/declarations%3Fmarket%3DJP%26lot%3DA%2526B");
    let page = h.ask(Method::GET, &said.place, "", None).await;
    assert!(
        page.body.contains("name=\"next\" value=\"/declarations?market=JP&amp;lot=A%26B\""),
        "{}",
        page.body
    );
}
