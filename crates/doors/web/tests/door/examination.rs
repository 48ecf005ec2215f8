//! The pages of inspection and laboratory over the real router: the walk of a consignment in forms as browsers send
//! them, and the routes attacked.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use flow::Desk;
use kernel::{Actor, Chance, Clock, DeclarationId, OfficerId, Role, Timestamp, bi};
use registry::identity::{By, Cost, Hasher, Lifetime, NewAccount, log_in, open_account};
use registry::{people, trade};
use std::sync::Arc;
use supervision::competence::{self, NewAuthorisation, Task};
use supervision::declaration::{self, GoodsLine, Lodgement};
use supervision::{inspection, targeting};
use tower::ServiceExt;
use web::{Settings, Web, router};

const PASSWORD: &str = "four words joined up";
/// The smallest JPEG that the store takes: its first bytes say what it is.
const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a photograph of the door";

struct House {
    desk: Desk,
    hasher: Hasher,
    beilun: people::Unit,
    zhenhai: people::Unit,
    app: axum::Router,
    _folder: tempfile::TempDir,
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Said {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn place(&self) -> String {
        self.headers.get(header::LOCATION).map_or(String::new(), |v| v.to_str().expect("text").to_owned())
    }

    /// The value of the first hidden field of a name.
    fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let rest = text
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("{name} in {text}"))
            .1;
        rest.split('"').next().expect("a value").to_owned()
    }
}

async fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("g.db").display());
    let clock = Clock::simulated(Timestamp::at("2026-11-24".parse().expect("a day"), 9, 0));
    let desk = Desk { db: store::Db::open(&url).await.expect("open"), clock, chance: Chance::seeded(7) };
    let by = Actor::system();
    let mut tx = desk.begin().await.expect("begin");
    let bureau = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
    let mut units = Vec::new();
    for code in ["BL", "ZH"] {
        let unit = people::open_unit(&mut tx, &by, code, "branch", bi(code, code), Some(&bureau)).await;
        units.push(unit.expect("a branch"));
    }
    trade::list_operator(&mut tx, &by, "OP1", "importer", bi("企业", "Firm"), 3).await.expect("an operator");
    trade::list_product(&mut tx, &by, "071030", bi("菠菜", "Spinach"), "low", true).await.expect("a product");
    desk.finish(tx).await.expect("commit");
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let settings =
        Settings { bureau: bureau.name.clone(), secure_cookie: false, lifetime: Lifetime::default() };
    let (db, clock, chance) = (desk.db.clone(), desk.clock.clone(), desk.chance.clone());
    let app = router(Web { db, clock, chance, hasher: hasher.clone(), settings: Arc::new(settings) });
    let (zhenhai, beilun) = (units.remove(1), units.remove(0));
    House { desk, hasher, beilun, zhenhai, app, _folder: folder }
}

impl House {
    /// A session of a new officer of a branch, authorised for duties on all goods.
    async fn session(
        &self,
        login: &str,
        role: Role,
        unit: &people::Unit,
        duties: &[Task],
    ) -> (String, OfficerId) {
        let by = Actor::system();
        let hashed = self.hasher.hash(&self.desk.chance, PASSWORD).await.expect("hashed");
        let mut tx = self.desk.begin().await.expect("begin");
        let name = bi(login, login);
        let post = people::define_post(&mut tx, &by, login, name.clone(), &[]).await.expect("a post");
        let officer = people::post_officer(&mut tx, &by, login, &name, unit, post).await.expect("an officer");
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
            unit: Some(unit.id),
            branch: Some(unit.id),
            name,
            lang: "en".into(),
        };
        open_account(&mut tx, By { actor: &by, account: None }, new, &hashed).await.expect("an account");
        self.desk.finish(tx).await.expect("commit");
        let (d, who) = (&self.desk, (login, PASSWORD));
        let opened = log_in(&d.db, &d.clock, &d.chance, &self.hasher, who, Lifetime::default()).await;
        (format!("guomen={}", opened.expect("logged in").token), officer)
    }

    /// A consignment of 90 cartons of Beilun, selected and deemed accepted; its task's page.
    async fn task(&self) -> (DeclarationId, String) {
        let line = GoodsLine {
            hs: "071030".into(),
            name: "<script>菠菜</script>".into(),
            quantity: "90".into(),
            unit: "CT".into(),
            lots: vec![],
        };
        let lodgement = Lodgement {
            direction: "import".into(),
            branch: "BL".into(),
            operator: "OP1".into(),
            plant: None,
            market: "JP".into(),
            origin: "JP".into(),
            port: "CNNGB".into(),
            mode: "general".into(),
            lines: vec![line],
            ..Lodgement::default()
        };
        let id = self.desk.lodge(&Actor::system(), &lodgement).await.expect("lodged");
        let mut tx = self.desk.begin().await.expect("begin");
        let officer = people::officers(&mut tx, "", 1).await.expect("officers")[0].id;
        let by = Actor { officer: Some(officer), ..Actor::system() };
        targeting::add_check(&mut tx, &by, id, "suspicion").await.expect("added");
        declaration::deem_accepted(&mut tx, id).await.expect("accepted");
        self.desk.finish(tx).await.expect("commit");
        let mut tx = self.desk.read().await.expect("a reading");
        let task = inspection::of_declaration(&mut tx, id).await.expect("tasks").remove(0);
        (id, format!("/inspections/{}", task.id))
    }

    async fn send(&self, request: Request<Body>) -> Said {
        let answer = self.app.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, 1 << 24).await.expect("a body").to_vec();
        Said { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str, cookie: &str) -> Said {
        let request =
            Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    /// Posts a form with the token of a page that the same session opened.
    async fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Said {
        let token = self.get("/account", cookie).await.hidden("_csrf");
        let mut form = format!("_csrf={token}");
        for (name, value) in fields {
            let value: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
            form.push_str(&format!("&{name}={value}"));
        }
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form));
        self.send(request.expect("a request")).await
    }

    /// Posts a form with a photograph.
    async fn post_files(&self, path: &str, cookie: &str, fields: &[(String, String)], file: &[u8]) -> Said {
        let token = self.get("/account", cookie).await.hidden("_csrf");
        let mut body = Vec::new();
        let all = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain([("_csrf", token.as_str())]);
        for (name, value) in all {
            body.extend_from_slice(
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        body.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"door.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// A task with a team of two inspectors: their sessions and its page.
    async fn with_team(&self) -> (DeclarationId, String, String, String) {
        let all = [Task::Inspect, Task::Sample];
        let (head, _) = self.session("mgr1", Role::Manager, &self.beilun, &[]).await;
        let (li, li_id) = self.session("insp1", Role::Inspector, &self.beilun, &all).await;
        let (zhao, zhao_id) = self.session("insp2", Role::Inspector, &self.beilun, &all).await;
        let (id, page) = self.task().await;
        let said = self.get(&format!("{page}/team"), &head).await;
        let (a, b) = (li_id.to_string(), zhao_id.to_string());
        let fields = [("version", said.hidden("version")), ("officer", a), ("officer", b)];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let said = self.post(&format!("{page}/team"), &head, &fields).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
        (id, page, li, zhao)
    }
}

/// A complete entry of the record form.
fn entry(form: &Said, inspected: &str, bad: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> =
        ["version", "_key"].map(|n| (n.to_owned(), form.hidden(n))).to_vec();
    for (name, value) in [
        ("inspected-1", inspected),
        ("nonconforming-1", bad),
        ("witness", "王守成"),
        ("value-TEMP", "-19.4"),
        ("value-NET", "10.02"),
    ] {
        fields.push((name.into(), value.into()));
    }
    for code in ["SEAL", "TEMP", "PACK", "MARK", "SENSE", "PEST", "WOOD", "NET"] {
        fields.push((format!("verdict-{code}"), "conform".into()));
    }
    fields
}

#[tokio::test]
async fn a_consignment_is_inspected_sampled_and_tested_in_forms() {
    let h = house().await;
    let (_, page, li, zhao) = h.with_team().await;
    let said = h.get(&page, &li).await;
    let text = said.text();
    assert!(text.contains("Record the result") && text.contains("&lt;script&gt;"), "{text}");
    // A sample first.
    let form = h.get(&format!("{page}/samples"), &li).await;
    let text = form.text();
    let lot = text.split("<option value=\"").nth(1).and_then(|t| t.split('"').next()).expect("a lot");
    let key = form.hidden("_key");
    let fields =
        [("_key", key.as_str()), ("lot", lot), ("unit_no", "3"), ("quantity", "0.5"), ("unit", "KGM")];
    let fields = [&fields[..], &[("seal", "F1"), ("place", "store 2"), ("analyte", "lead")]].concat();
    let taken = h.post(&format!("{page}/samples"), &li, &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let sample = taken.place();
    // The record with a photograph, and the second signature.
    let form = h.get(&format!("{page}/record"), &li).await;
    let text = form.text();
    assert!(text.contains("capture=\"environment\"") && text.contains("data-draft"), "{text}");
    let written = h.post_files(&format!("{page}/record"), &li, &entry(&form, "20", "0"), PHOTO).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text());
    assert!(h.get(&page, &li).await.text().contains("door.jpg"));
    let review = h.get(&format!("{page}/sign"), &zhao).await;
    let version = review.hidden("version");
    let signed = h.post(&format!("{page}/sign"), &zhao, &[("version", &version)]).await;
    assert_eq!((signed.status, signed.place()), (StatusCode::SEE_OTHER, page.clone()), "{}", signed.text());
    for path in [format!("{page}/record.pdf"), format!("{sample}/voucher.pdf")] {
        let pdf = h.get(&path, &li).await;
        assert_eq!(pdf.status, StatusCode::OK, "{path}: {}", pdf.text());
        assert!(pdf.body.starts_with(b"%PDF-"), "{path}");
    }
    // The laboratory: hand-over and result.
    let (wu, _) = h.session("lab1", Role::Laboratory, &h.beilun, &[Task::Test]).await;
    let fields =
        [("seen", "0"), ("to", "Laboratory"), ("laboratory", "true"), ("seal_read", "F1"), ("intact", "yes")];
    assert_eq!(h.post(&format!("{sample}/custody"), &wu, &fields).await.status, StatusCode::SEE_OTHER);
    let form = h.get(&sample, &wu).await;
    let (test, key) = (form.hidden("test"), form.hidden("_key"));
    let fields = [
        ("test", test.as_str()),
        ("_key", &key),
        ("analyte", "lead"),
        ("value-lead", "0.4"),
        ("unit-lead", "mg/kg"),
        ("loq-lead", "0.02"),
    ];
    let result = h.post(&format!("{sample}/results"), &wu, &fields).await;
    assert_eq!(result.status, StatusCode::SEE_OTHER, "{}", result.text());
    let shown = h.get(&sample, &wu).await.text();
    assert!(shown.contains("0.4 mg/kg is above the limit 0.3 mg/kg"), "{shown}");
    let pdf = h.get(&format!("{sample}/report.pdf"), &wu).await;
    assert!(pdf.body.starts_with(b"%PDF-"), "{}", pdf.text());
}

#[tokio::test]
async fn an_incomplete_record_comes_back_whole_with_its_errors_beside_the_fields() {
    let h = house().await;
    let (_, page, li, _) = h.with_team().await;
    let form = h.get(&format!("{page}/record"), &li).await;
    let key = form.hidden("_key");
    let said = h.post_files(&format!("{page}/record"), &li, &entry(&form, "1", "0"), PHOTO).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = said.text();
    assert!(text.contains("id=\"inspected-1-error\"") && text.contains("王守成"), "{text}");
    assert_eq!(said.hidden("_key"), key, "the same key is sent again with the mended entry");
    let said =
        h.post_files(&format!("{page}/record"), &li, &entry(&form, "20", "0"), b"MZ not a picture").await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "a file is what its bytes say");
    assert!(h.get(&format!("{page}/record"), &li).await.status.is_success(), "nothing was written");
}

#[tokio::test]
async fn the_second_of_two_writers_gets_the_page_back_and_a_conflict() {
    let h = house().await;
    let (_, page, li, zhao) = h.with_team().await;
    let (one, two) =
        (h.get(&format!("{page}/record"), &li).await, h.get(&format!("{page}/record"), &zhao).await);
    let path = format!("{page}/record");
    assert_eq!(h.post_files(&path, &li, &entry(&one, "20", "0"), PHOTO).await.status, StatusCode::SEE_OTHER);
    let said = h.post_files(&path, &zhao, &entry(&two, "20", "1"), PHOTO).await;
    assert_eq!(said.status, StatusCode::CONFLICT);
    assert!(said.text().contains("王守成") && said.text().contains("insp1"), "{}", said.text());
}

#[tokio::test]
async fn other_branches_and_other_roles_reach_nothing() {
    let h = house().await;
    let (_, page, li, _) = h.with_team().await;
    let (other, _) = h.session("oth1", Role::Manager, &h.zhenhai, &[Task::Inspect]).await;
    for path in ["", "/team", "/record", "/sign", "/samples", "/record.pdf"] {
        let said = h.get(&format!("{page}{path}"), &other).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/team", "/draw", "/opening", "/customs", "/sign", "/objection", "/samples"] {
        let fields = [("version", "2"), ("size", "2"), ("conforming", "yes"), ("reason", "x")];
        let said = h.post(&format!("{page}{path}"), &other, &fields).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{path}: {}", said.text());
    }
    let said = h.post(&format!("{page}/draw"), &li, &[("version", "2")]).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN, "an inspector draws no team");
    let (wu, _) = h.session("lab1", Role::Laboratory, &h.beilun, &[Task::Test]).await;
    assert_eq!(h.get(&format!("{page}/record"), &wu).await.status, StatusCode::FORBIDDEN);
    let (list, _) = h.session("oth2", Role::Inspector, &h.zhenhai, &[]).await;
    assert!(!h.get("/inspections", &list).await.text().contains(&page), "lists are of one's own branch");
}

#[tokio::test]
async fn a_photograph_is_served_under_its_own_task_only() {
    let h = house().await;
    let (_, page, li, _) = h.with_team().await;
    let said = h.post_files(&format!("{page}/files"), &li, &[], PHOTO).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    let text = h.get(&page, &li).await.text();
    let file = text
        .split_once(&format!("{page}/files/"))
        .expect("a link")
        .1
        .split('"')
        .next()
        .expect("an id")
        .to_owned();
    let photo = h.get(&format!("{page}/files/{file}"), &li).await;
    assert_eq!((photo.status, photo.body.as_slice()), (StatusCode::OK, PHOTO));
    assert_eq!(photo.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let task = page.rsplit('/').next().expect("an id");
    let elsewhere = page.replace(task, "01900000-0000-7000-8000-000000000000");
    assert_eq!(h.get(&format!("{elsewhere}/files/{file}"), &li).await.status, StatusCode::NOT_FOUND);
    let (other, _) = h.session("oth1", Role::Inspector, &h.zhenhai, &[]).await;
    assert_eq!(h.get(&format!("{page}/files/{file}"), &other).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn addresses_and_fields_that_are_nonsense_are_refused_in_words() {
    let h = house().await;
    let (_, page, li, _) = h.with_team().await;
    for path in [
        "/inspections/x",
        "/samples/x",
        "/samples/01900000-0000-7000-8000-000000000000",
        "/inspections/x/files/y",
    ] {
        let said = h.get(path, &li).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{path}");
        assert!(said.text().contains("<main"), "{path}");
    }
    for at in ["", "yesterday", "2026-11-24T25:00", "2026-11-24T1", "2020-01-01T10:00"] {
        let fields = [("version", "2"), ("at", at), ("place", "quay")];
        let said = h.post(&format!("{page}/appointment"), &li, &fields).await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}: {}", said.text());
    }
    let fields = [("version", "99999999999999999999"), ("at", "2026-11-25T10:00"), ("place", "quay")];
    assert_eq!(h.post(&format!("{page}/appointment"), &li, &fields).await.status, StatusCode::CONFLICT);
}
