//! The doors attacked: without a login, with the wrong role, with a forged form, with an old session.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use kernel::{Actor, Chance, Clock, Date, OfficerId, Role, Timestamp, bi};
use registry::identity::{By, Cost, Hasher, Lifetime, NewAccount, open_account};
use store::Db;
use tower::ServiceExt;
use web::route::Access;
use web::{Settings, Web, route_table, router};

const PASSWORD: &str = "four words joined up";

struct House {
    web: Web,
    app: Router,
    _dir: tempfile::TempDir,
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Said {
    fn place(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |v| v.to_str().expect("text"))
    }

    /// The cookies that this answer sets, as a browser would send them back.
    fn cookies(&self) -> String {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs = lines.filter_map(|l| l.to_str().expect("text").split(';').next().map(str::to_owned));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn csrf(&self) -> String {
        let rest = self.body.split_once("name=\"_csrf\" value=\"").expect("a form with its token").1;
        rest.split('"').next().expect("a value").to_owned()
    }
}

impl House {
    async fn new() -> House {
        let dir = tempfile::tempdir().expect("a folder");
        let db = Db::open(&format!("sqlite://{}", dir.path().join("t.db").display())).await.expect("opens");
        let clock = Clock::simulated(Timestamp::start_of(Date::constant(2026, 11, 24)));
        let settings =
            Settings { bureau: bi("海关", "Customs"), secure_cookie: false, lifetime: Lifetime::default() };
        let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
        let web = Web { db, clock, chance: Chance::seeded(5), hasher, settings: Arc::new(settings) };
        let house = House { app: router(web.clone()), web, _dir: dir };
        for role in Role::ALL {
            house.open(role).await;
        }
        house
    }

    async fn open(&self, role: Role) {
        let password = self.web.hasher.hash(&self.web.chance, PASSWORD).await.expect("hashes");
        let mut tx = self.web.begin().await.expect("begins");
        let declarant = role == Role::Declarant;
        let new = NewAccount {
            login: role.code().into(),
            officer: (!declarant).then(|| tx.id::<OfficerId>()),
            operator: declarant.then(|| tx.id()),
            roles: vec![role],
            unit: None,
            branch: None,
            name: role.name(),
            lang: "en".into(),
        };
        let system = Actor::system();
        open_account(&mut tx, By { actor: &system, account: None }, new, &password).await.expect("opens");
        tx.commit().await.expect("commits");
    }

    async fn ask(&self, method: Method, path: &str, cookies: &str, form: &str) -> Said {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .expect("a request");
        let response = self.app.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 24).await.expect("a body");
        let body = String::from_utf8(body.to_vec()).expect("text");
        Said { status: parts.status, headers: parts.headers, body }
    }

    async fn enter(&self, login: &str, password: &str) -> Said {
        let page = self.ask(Method::GET, "/login?lang=en", "", "").await;
        let form = format!("_csrf={}&login={login}&password={}", page.csrf(), password.replace(' ', "+"));
        self.ask(Method::POST, "/login?lang=en", &page.cookies(), &form).await
    }

    /// The cookies of a browser that has signed in.
    async fn session(&self, role: Role) -> String {
        let said = self.enter(role.code(), PASSWORD).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
        said.cookies().split("; ").find(|c| c.starts_with("guomen=")).expect("a session").to_owned()
    }
}

fn filled(path: &str) -> String {
    let parts =
        path.split('/').map(|p| if p.starts_with('{') { "01900000-0000-7000-8000-000000000000" } else { p });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn one_signs_in_sees_the_own_page_and_signs_out() {
    let house = House::new().await;
    let cookies = house.session(Role::Clerk).await;
    let page = house.ask(Method::GET, "/account", &cookies, "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Window clerk"));
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"));
    let out = house.ask(Method::POST, "/logout", &cookies, &format!("_csrf={}", page.csrf())).await;
    assert_eq!((out.status, out.place()), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(house.ask(Method::GET, "/account", &cookies, "").await.place(), "/login?next=/account");
}

#[tokio::test]
async fn wrong_passwords_are_refused_and_then_the_login_waits() {
    let house = House::new().await;
    for _ in 0..5 {
        let said = house.enter("clerk", "not this one at all").await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let said = house.enter("clerk", PASSWORD).await;
    assert_eq!(said.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(said.body.contains("15 minutes"), "{}", said.body);
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let house = House::new().await;
    let cookies = house.session(Role::Clerk).await;
    for form in ["", "_csrf=", "_csrf=0000"] {
        let said = house.ask(Method::POST, "/logout", &cookies, form).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(house.ask(Method::GET, "/account", &cookies, "").await.status, StatusCode::OK);
    let form = "login=clerk&password=four+words+joined+up";
    assert_eq!(house.ask(Method::POST, "/login", "", form).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_session_is_over_after_an_idle_hour() {
    let house = House::new().await;
    let cookies = house.session(Role::Clerk).await;
    house.web.clock.set(house.web.clock.now().plus_hours(1));
    let said = house.ask(Method::GET, "/account", &cookies, "").await;
    assert_eq!((said.status, said.place()), (StatusCode::SEE_OTHER, "/login?next=/account"));
}

#[tokio::test]
async fn without_a_login_every_guarded_route_leads_to_the_log_in_page() {
    let house = House::new().await;
    for (method, path, access) in route_table() {
        if let Access::Roles(_) = access {
            let said = house.ask(method.clone(), &filled(path), "", "").await;
            assert_eq!(said.status, StatusCode::SEE_OTHER, "{method} {path}");
            assert!(said.place().starts_with("/login"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn with_another_role_every_guarded_route_says_who_may() {
    let house = House::new().await;
    let mut refused = 0;
    for role in Role::ALL {
        let cookies = house.session(role).await;
        for (method, path, access) in route_table() {
            let Access::Roles(allowed) = access else { continue };
            if allowed.contains(&role) {
                continue;
            }
            let said = house.ask(method.clone(), &filled(path), &cookies, "").await;
            assert_eq!(said.status, StatusCode::FORBIDDEN, "{method} {path} as {}", role.code());
            assert!(said.body.contains(&allowed[0].name().en), "{method} {path} as {}", role.code());
            refused += 1;
        }
    }
    assert!(refused > 0);
}

#[tokio::test]
async fn an_unknown_page_is_not_found_in_the_language_asked_for() {
    let house = House::new().await;
    let said = house.ask(Method::GET, "/nowhere?lang=en", "", "").await;
    assert_eq!(said.status, StatusCode::NOT_FOUND);
    assert!(said.body.contains("there is no such page"));
    assert!(said.headers.contains_key("x-request-id"));
}
