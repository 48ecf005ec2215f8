//! A bureau with two branches, and browsers that sign in to it.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use flow::{Desk, OfficerLogin, open_officer_login};
use kernel::{Actor, Chance, Clock, OfficerId, Role, Timestamp, bi};
use registry::identity::{By, Cost, Hasher, Lifetime, by_session, log_in};
use registry::{people, trade};
use std::sync::Arc;
use tower::ServiceExt;
use web::{Settings, Web, router};

pub(crate) const PASSWORD: &str = "four words joined up";

pub(crate) struct House {
    pub(crate) desk: Desk,
    pub(crate) hasher: Hasher,
    pub(crate) bureau: people::Unit,
    pub(crate) beilun: people::Unit,
    pub(crate) zhenhai: people::Unit,
    pub(crate) operator: trade::Operator,
    app: axum::Router,
    _folder: tempfile::TempDir,
}

/// A signed-in browser.
pub(crate) struct Browser {
    cookie: String,
    csrf: String,
    pub(crate) officer: OfficerId,
}

pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Said {
    /// Where the browser is sent, without the mark that a deed is done.
    pub(crate) fn place(&self) -> String {
        let place = self.headers.get(header::LOCATION).map_or("", |v| v.to_str().expect("text"));
        place.replace("?done=1", "").replace("&done=1", "")
    }

    #[track_caller]
    pub(crate) fn holds(&self, words: &[&str]) -> &Said {
        for word in words {
            assert!(self.body.contains(word), "{word} in {} {}", self.status, self.body);
        }
        self
    }

    #[track_caller]
    pub(crate) fn lacks(&self, words: &[&str]) -> &Said {
        for word in words {
            assert!(!self.body.contains(word), "{word} should not be in {}", self.body);
        }
        self
    }
}

impl House {
    pub(crate) async fn open() -> House {
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
            let branch = people::open_unit(&mut tx, &by, code, "branch", bi(zh, en), Some(&bureau)).await;
            branches.push(branch.expect("a branch"));
        }
        let name = bi("甬江食品", "Yongjiang Foods");
        let operator =
            trade::list_operator(&mut tx, &by, "3302960001", "exporter", name, 3).await.expect("an operator");
        desk.finish(tx).await.expect("commit");
        let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
        let settings =
            Settings { bureau: bureau.name.clone(), secure_cookie: false, lifetime: Lifetime::default() };
        let (db, clock, chance) = (desk.db.clone(), desk.clock.clone(), desk.chance.clone());
        let app = router(Web { db, clock, chance, hasher: hasher.clone(), settings: Arc::new(settings) });
        let (zhenhai, beilun) = (branches.remove(1), branches.remove(0));
        House { desk, hasher, bureau, beilun, zhenhai, operator, app, _folder: folder }
    }

    /// A browser of a new officer of a unit with one role.
    pub(crate) async fn enter(&self, login: &str, role: Role, unit: &people::Unit) -> Browser {
        let by = Actor::system();
        let hashed = self.hasher.hash(&self.desk.chance, PASSWORD).await.expect("hashed");
        let mut tx = self.desk.begin().await.expect("begin");
        let new = OfficerLogin {
            login,
            staff_no: login,
            name: bi(format!("人员{login}"), format!("Officer {login}")),
            unit,
            post: "STAFF",
            post_name: bi("职员", "Staff"),
            roles: vec![role],
            lang: "en",
        };
        let by = By { actor: &by, account: None };
        let (_, officer) = open_officer_login(&mut tx, by, new, &hashed).await.expect("a login");
        self.desk.finish(tx).await.expect("commit");
        self.sign_in(login, PASSWORD, officer).await.expect("signed in")
    }

    /// Signs in; none when it is refused.
    pub(crate) async fn sign_in(&self, login: &str, password: &str, officer: OfficerId) -> Option<Browser> {
        let (d, life) = (&self.desk, Lifetime::default());
        let opened = log_in(&d.db, &d.clock, &d.chance, &self.hasher, (login, password), life).await.ok()?;
        let mut tx = d.read().await.expect("a reading");
        let session = by_session(&mut tx, &opened.token, life).await.expect("a reading").expect("a session");
        Some(Browser { cookie: format!("guomen={}", opened.token), csrf: session.csrf, officer })
    }

    async fn ask(&self, method: Method, path: &str, who: &Browser, kind: &str, body: Vec<u8>) -> Said {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &who.cookie)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .expect("a request");
        let answer = self.app.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, 1 << 24).await.expect("a body");
        // A workbook is no text; its status is looked at.
        let body = String::from_utf8_lossy(&body).into_owned();
        Said { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str, who: &Browser) -> Said {
        self.ask(Method::GET, path, who, "text/plain", Vec::new()).await
    }

    /// Posts a form with the token of the session.
    pub(crate) async fn post(&self, path: &str, who: &Browser, fields: &[(&str, &str)]) -> Said {
        let mut form = format!("_csrf={}", who.csrf);
        for (key, value) in fields {
            form.push_str(&format!("&{key}={}", encoded(value)));
        }
        self.ask(Method::POST, path, who, "application/x-www-form-urlencoded", form.into_bytes()).await
    }

    /// Posts a file in the field `toml`.
    pub(crate) async fn upload(&self, path: &str, who: &Browser, text: &str) -> Said {
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{}\r\n--edge\r\nContent-Disposition: \
             form-data; name=\"toml\"; filename=\"p.toml\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--edge--\r\n",
            who.csrf
        );
        self.ask(Method::POST, path, who, "multipart/form-data; boundary=edge", body.into_bytes()).await
    }

    /// Posts fields as a form with files has them.
    pub(crate) async fn upload_form(&self, path: &str, who: &Browser, fields: &[(&str, &str)]) -> Said {
        let part = |(name, value): (&str, &str)| {
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body = part(("_csrf", &who.csrf));
        fields.iter().for_each(|f| body.push_str(&part(*f)));
        body.push_str("--edge--\r\n");
        self.ask(Method::POST, path, who, "multipart/form-data; boundary=edge", body.into_bytes()).await
    }

    /// A page without a login.
    pub(crate) async fn public(&self, path: &str) -> Said {
        let nobody = Browser {
            cookie: String::new(),
            csrf: String::new(),
            officer: OfficerId::from(kernel::MAX_UUID),
        };
        self.get(path, &nobody).await
    }

    /// The newest fact of the ledger.
    pub(crate) async fn last_fact(&self) -> (String, String) {
        let mut tx = self.desk.read().await.expect("a reading");
        let facts = store::ledger::page(&mut tx, i64::MAX, 1, None).await.expect("facts");
        (facts[0].kind.clone(), facts[0].body.clone())
    }
}

pub(crate) fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
