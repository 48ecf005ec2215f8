//! Browsing and verifying the ledger on the page, its checkpoints and export, and the jobs behind it.

use crate::house::House;
use flow::worker;
use kernel::{Role, Timestamp};
use store::job;

#[tokio::test]
async fn a_verification_runs_as_a_job_and_says_that_the_chain_is_whole() {
    let h = House::open().await;
    let auditor = h.enter("eye", Role::Auditor, &h.bureau).await;
    while worker::work_once(&h.desk).await.expect("a worker") {}
    h.get("/ledger/verify", &auditor).await.holds(&["Not verified here yet"]);
    for _ in 0..2 {
        assert_eq!(h.post("/ledger/verify", &auditor, &[]).await.place(), "/ledger/verify");
    }
    h.get("/ledger/verify", &auditor)
        .await
        .holds(&["Waiting for the worker", "hx-get"])
        .lacks(&["Verify now"]);
    h.get("/jobs", &auditor).await.holds(&["Verifying the ledger", "waiting"]);
    assert!(worker::work_once(&h.desk).await.expect("a worker"));
    assert!(!worker::work_once(&h.desk).await.expect("a worker"), "asked twice, done once");
    h.get("/ledger/verify", &auditor).await.holds(&["Chain whole", "Verify now"]);
    h.get("/ledger/verify/progress", &auditor).await.holds(&["Chain whole"]);
    h.get("/jobs?state=done", &auditor)
        .await
        .holds(&["Verifying the ledger", "Making the registry findable"]);
}

#[tokio::test]
async fn the_first_broken_fact_is_named_and_leads_to_its_page() {
    let h = House::open().await;
    let auditor = h.enter("eye", Role::Auditor, &h.bureau).await;
    while worker::work_once(&h.desk).await.expect("a worker") {}
    h.post("/ledger/verify", &auditor, &[]).await;
    let mut tx = h.desk.begin().await.expect("begin");
    let asked = job::lease(&mut tx).await.expect("a lease").expect("the job");
    let verdict = r#"{"facts":6,"head":9,"head_hash":"00","checkpoints":0,"broken":{"seq":7,"why":"its content does not give its hash"}}"#;
    job::done_with(&mut tx, asked.id, verdict).await.expect("done");
    tx.commit().await.expect("commit");
    h.get("/ledger/verify", &auditor).await.holds(&[
        "Chain broken",
        "href=\"/ledger/7\"",
        "its content does not give its hash",
    ]);
}

#[tokio::test]
async fn facts_are_browsed_by_kind_and_subject_and_lead_to_what_they_are_about() {
    let h = House::open().await;
    let auditor = h.enter("eye", Role::Auditor, &h.bureau).await;
    let operator = format!("/operators/{}", h.operator.id);
    let kind = h.get("/ledger?kind=registry.operator_listed", &auditor).await;
    kind.holds(&[&operator, "Operator listed"]).lacks(&["data-href=\"/ledger/1\""]);
    let about = format!("/ledger?subject=operator%2F{}", h.operator.id);
    let list = h.get(&about, &auditor).await;
    let fact = list
        .body
        .split_once("data-href=\"")
        .expect("a row")
        .1
        .split('"')
        .next()
        .expect("an address")
        .to_owned();
    h.get(&fact, &auditor).await.holds(&[
        &operator,
        "3302960001",
        "Next fact",
        "System",
        "Operator listed</h1>",
    ]);
    h.get(&operator, &auditor).await.holds(&["/ledger?subject=operator/"]);
    let export = h.get("/ledger/export", &auditor).await;
    let (last, lines) = (h.get("/ledger", &auditor).await, export.body.lines().count());
    assert!(lines > 10 && last.body.contains(&format!("data-href=\"/ledger/{lines}\"")), "{lines} lines");
    assert!(export.body.lines().all(|l| l.starts_with("{\"seq\":")));
    let admin = h.enter("root", Role::Admin, &h.bureau).await;
    assert_eq!(h.post("/ledger/checkpoints", &auditor, &[]).await.status, 403);
    h.post("/ledger/checkpoints", &admin, &[]).await;
    h.get("/ledger/checkpoints", &auditor).await.holds(&["Signature valid"]);
}

#[tokio::test]
async fn a_job_that_keeps_failing_is_laid_aside_with_its_reason_and_tried_again_by_an_administrator() {
    let h = House::open().await;
    let admin = h.enter("root", Role::Admin, &h.bureau).await;
    let auditor = h.enter("eye", Role::Auditor, &h.bureau).await;
    while worker::work_once(&h.desk).await.expect("a worker") {}
    let mut tx = h.desk.begin().await.expect("begin");
    let now = tx.now();
    job::add(&mut tx, "unheard.of", "1", "{}", now).await.expect("added");
    tx.commit().await.expect("commit");
    for _ in 0..8 {
        assert!(worker::work_once(&h.desk).await.expect("a worker"));
        h.desk.clock.set(Timestamp(h.desk.clock.now().0 + Timestamp::HOUR / 6));
        h.get("/jobs", &admin).await;
        h.get("/jobs", &auditor).await;
    }
    assert!(!worker::work_once(&h.desk).await.expect("a worker"));
    let page = h.get("/jobs?state=dead", &admin).await;
    page.holds(&["unheard.of", "laid aside", "nobody knows this kind of job", "Retry"]);
    h.get("/jobs?state=dead", &auditor).await.holds(&["unheard.of"]).lacks(&["Retry"]);
    let id = page.body.split_once("name=\"job\" value=\"").expect("a button").1[..36].to_owned();
    assert_eq!(h.post("/jobs/retry", &auditor, &[("job", &id)]).await.status, 403);
    assert_eq!(h.post("/jobs/retry", &admin, &[("job", &id)]).await.place(), "/jobs");
    h.get("/jobs", &admin).await.holds(&["unheard.of", "waiting"]);
    assert_eq!(
        h.post("/jobs/retry", &admin, &[("job", &id)]).await.status,
        422,
        "it is not laid aside any more"
    );
}
