//! The pages of a measured bureau, asked at the server without a network.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use flow::Desk;
use kernel::{Actor, Role, bi};
use registry::{
    identity::{By, Cost, Hasher, Lifetime, NewAccount, log_in, open_account},
    people,
};
use std::{sync::Arc, time::Instant};
use tower::ServiceExt;
use web::{Settings, Web, router};

/// Requests of one measured page.
const REQUESTS: usize = 400;

/// Opens a page many times and prints the row of its figures.
pub(crate) async fn timed(app: &Router, cookie: &str, name: &str, path: &str) {
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        let begun = Instant::now();
        get(app, path, cookie).await;
        times.push(begun.elapsed());
    }
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!("| {name}: p50 / p99 | {:.1} / {:.1} ms |", at(50), at(99));
}

/// An auditor of the bureau signs in; gives the server and the cookie.
pub(crate) async fn sign_in(d: &Desk, bureau: &people::Unit) -> (Router, String) {
    let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
    let hashed = hasher.hash(&d.chance, "four words joined up").await.expect("hashed");
    let by = Actor::system();
    let mut tx = d.begin().await.expect("begin");
    let post = people::define_post(&mut tx, &by, "AUDIT", bi("审计", "Audit"), &[]).await.expect("a post");
    let name = bi("审计员", "Auditor");
    let officer = people::post_officer(&mut tx, &by, "A1", &name, bureau, post).await.expect("an officer");
    let new = NewAccount {
        login: "auditor".into(),
        officer: Some(officer),
        operator: None,
        roles: vec![Role::Auditor],
        unit: Some(bureau.id),
        branch: None,
        name,
        lang: "en".into(),
    };
    open_account(&mut tx, By { actor: &by, account: None }, new, &hashed).await.expect("an account");
    d.finish(tx).await.expect("commit");
    let who = ("auditor", "four words joined up");
    let opened =
        log_in(&d.db, &d.clock, &d.chance, &hasher, who, Lifetime::default()).await.expect("logged in");
    let settings =
        Settings { bureau: bureau.name.clone(), secure_cookie: false, lifetime: Lifetime::default() };
    let (db, clock, chance) = (d.db.clone(), d.clock.clone(), d.chance.clone());
    (
        router(Web { db, clock, chance, hasher, settings: Arc::new(settings) }),
        format!("guomen={}", opened.token),
    )
}

/// Opens a page.
pub(crate) async fn get(app: &Router, path: &str, cookie: &str) -> String {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
    let answer = app.clone().oneshot(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    let bytes = to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}
