//! The pages as a browser without scripts uses them: a page is opened by somebody who signed in, its form is filled in
//! where it has such fields, sent with all else that the form held, and the page that it leads to is opened.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use kernel::{Actor, Scope};
use registry::identity::{By, Cost, Hasher, Lifetime, NewAccount, log_in, open_account};
use std::fmt::Write as _;
use std::sync::Arc;
use stories::Bureau;
use tower::ServiceExt;
use web::{Settings, Web, router};

const PASSWORD: &str = "four words joined up";

/// The bureau's pages.
pub(crate) struct Pages {
    b: Bureau,
    hasher: Hasher,
    app: axum::Router,
}

/// A page as it was shown.
pub(crate) struct Shown {
    /// Its address.
    pub(crate) place: String,
    /// Its text.
    pub(crate) body: String,
}

impl Shown {
    /// It says all of this.
    #[track_caller]
    pub(crate) fn says(&self, words: &[&str]) -> &Shown {
        for word in words {
            assert!(self.body.contains(word), "{word} is not on {}: {}", self.place, self.body);
        }
        self
    }

    /// It links there.
    #[track_caller]
    pub(crate) fn leads(&self, place: &str) -> &Shown {
        self.says(&[&format!("href=\"{place}\"")])
    }

    /// The first address on it that begins so.
    #[track_caller]
    pub(crate) fn link(&self, begins: &str) -> String {
        let at = format!("href=\"{begins}");
        let from = self.body.find(&at).unwrap_or_else(|| panic!("no {at} on {}", self.place)) + 6;
        plain(self.body[from..].split('"').next().unwrap_or_default())
    }

    /// The id that its address ends with.
    pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(&self) -> T {
        self.place.rsplit('/').next().unwrap_or_default().parse().expect("an id")
    }
}

impl Pages {
    pub(crate) async fn of(b: &Bureau) -> Pages {
        let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
        let settings =
            Settings { bureau: b.unit.name.clone(), secure_cookie: false, lifetime: Lifetime::default() };
        let (db, clock, chance) = (b.desk.db.clone(), b.desk.clock.clone(), b.desk.chance.clone());
        let app = router(Web { db, clock, chance, hasher: hasher.clone(), settings: Arc::new(settings) });
        // The program keeps one genealogy for all who ask.
        let lots = flow::Lots::open(&b.desk, None).await.expect("a genealogy");
        let app = app.layer(axum::Extension(lots));
        Pages { b: b.clone(), hasher, app }
    }

    /// Opens a login for each of these officers.
    pub(crate) async fn logins(&self, officers: &[&Actor]) {
        let hashed = self.hasher.hash(&self.b.desk.chance, PASSWORD).await.expect("hashed");
        let system = Actor::system();
        let mut tx = self.b.begin().await;
        for officer in officers {
            let branch = if let Scope::Branch(own) = officer.scope { Some(own) } else { None };
            let new = NewAccount {
                login: login(officer),
                officer: officer.officer,
                operator: None,
                roles: officer.roles.clone(),
                unit: officer.unit,
                branch,
                name: officer.name.clone(),
                lang: "en".into(),
            };
            let by = By { actor: &system, account: None };
            open_account(&mut tx, by, new, &hashed).await.expect("an account");
        }
        self.b.desk.finish(tx).await.expect("commit");
    }

    /// Signs in for one page or one form: months lie between the deeds of a story.
    async fn cookie(&self, who: &Actor) -> String {
        let (d, name) = (&self.b.desk, login(who));
        let opened =
            log_in(&d.db, &d.clock, &d.chance, &self.hasher, (&name, PASSWORD), Lifetime::default()).await;
        format!("guomen={}", opened.expect("signed in").token)
    }

    async fn ask(&self, method: Method, place: &str, cookie: &str, form: String) -> (u16, String, String) {
        let request = Request::builder()
            .method(method)
            .uri(place)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .expect("a request");
        let (parts, body) = self.app.clone().oneshot(request).await.expect("an answer").into_parts();
        let body = to_bytes(body, 1 << 24).await.expect("a body");
        let led = parts.headers.get(header::LOCATION).map_or("", |v| v.to_str().expect("text")).to_owned();
        (parts.status.as_u16(), led, String::from_utf8_lossy(&body).into_owned())
    }

    async fn shown(&self, cookie: &str, place: &str) -> Shown {
        let (status, _, body) = self.ask(Method::GET, place, cookie, String::new()).await;
        assert_eq!(status, 200, "{place}: {body}");
        Shown { place: place.split('?').next().unwrap_or_default().to_owned(), body }
    }

    /// Opens a page.
    pub(crate) async fn open(&self, who: &Actor, place: &str) -> Shown {
        self.shown(&self.cookie(who).await, place).await
    }

    /// Opens a page, fills in the form that has these fields, sends it, and opens the page that it leads to.
    pub(crate) async fn fill(&self, who: &Actor, place: &str, fields: &[(&str, &str)]) -> Shown {
        let cookie = self.cookie(who).await;
        let page = self.shown(&cookie, place).await;
        let (action, sent) = filled(&page, fields);
        let (status, led, body) = self.ask(Method::POST, &action, &cookie, sent).await;
        assert_eq!(status, 303, "{action}: {body}");
        self.shown(&cookie, &led).await
    }
}

impl Pages {
    /// Fills in and sends a form that is refused; gives the page that says why.
    pub(crate) async fn refused(&self, who: &Actor, place: &str, fields: &[(&str, &str)]) -> Shown {
        let cookie = self.cookie(who).await;
        let page = self.shown(&cookie, place).await;
        let (action, sent) = filled(&page, fields);
        let (status, _, body) = self.ask(Method::POST, &action, &cookie, sent).await;
        assert!((400..500).contains(&status), "{action} was not refused but {status}: {body}");
        Shown { place: action, body }
    }

    /// Opens a page without a login.
    pub(crate) async fn public(&self, place: &str) -> Shown {
        self.shown("", place).await
    }

    /// The bytes of a file.
    pub(crate) async fn file(&self, who: &Actor, place: &str) -> Vec<u8> {
        let request = Request::get(place).header(header::COOKIE, self.cookie(who).await);
        let request = request.body(Body::empty()).expect("a request");
        let answer = self.app.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{place}");
        to_bytes(answer.into_body(), 1 << 24).await.expect("a body").to_vec()
    }
}

fn login(who: &Actor) -> String {
    who.officer.map_or_else(String::new, |o| o.to_string())
}

/// Where the form with these fields goes, and what is sent: what was filled in, and all else as it stood.
fn filled(page: &Shown, fields: &[(&str, &str)]) -> (String, String) {
    let has = |form: &&str| fields.iter().all(|(name, _)| form.contains(&format!("name=\"{name}\"")));
    let forms = page.body.split("<form").skip(1).map(|f| f.split("</form>").next().unwrap_or_default());
    let mut forms =
        forms.filter(|f| f.contains("name=\"_csrf\"") && !f.contains("action=\"/logout\"")).filter(has);
    let form =
        forms.next().unwrap_or_else(|| panic!("no form with {fields:?} on {}: {}", page.place, page.body));
    let action = attribute(form.split('>').next().unwrap_or_default(), "action");
    let mut sent = String::new();
    let mut put = |name: &str, value: &str| {
        let _ =
            write!(sent, "{}{}={}", if sent.is_empty() { "" } else { "&" }, encoded(name), encoded(value));
    };
    for (name, value) in held(form).iter().filter(|(name, _)| !fields.iter().any(|(f, _)| f == name)) {
        put(name, value);
    }
    fields.iter().for_each(|(name, value)| put(name, value));
    (action.unwrap_or_else(|| page.place.clone()), sent)
}

/// What a form holds before anything is filled in, as a browser would send it.
fn held(form: &str) -> Vec<(String, String)> {
    let (mut all, mut list) = (Vec::new(), None::<(String, Option<String>)>);
    for part in form.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = attribute(tag, "name");
        let value = attribute(tag, "value").unwrap_or_default();
        match (tag.split_whitespace().next().unwrap_or_default(), name) {
            ("input", Some(name)) => {
                let chosen = matches!(attribute(tag, "type").as_deref(), Some("checkbox" | "radio"));
                if !chosen || tag.contains(" checked") {
                    all.push((name, value));
                }
            }
            ("textarea", Some(name)) => all.push((name, plain(text))),
            ("select", Some(name)) => list = Some((name, None)),
            ("option", _) => {
                if let Some((_, chosen)) = &mut list
                    && (chosen.is_none() || tag.contains(" selected"))
                {
                    *chosen = Some(value);
                }
            }
            ("/select", _) => {
                all.extend(list.take().map(|(name, chosen)| (name, chosen.unwrap_or_default())));
            }
            _ => {}
        }
    }
    all
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(plain(rest.split('"').next()?))
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn encoded(value: &str) -> String {
    let byte = |b: u8| {
        if b.is_ascii_alphanumeric() || b"-._*".contains(&b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        }
    };
    value.bytes().map(byte).collect()
}
