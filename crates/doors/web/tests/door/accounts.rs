//! Logins: opened with their officer in one act, set, reset, closed; tokens; one's own password.

use crate::house::{House, PASSWORD};
use kernel::Role;
use registry::{identity, people};

async fn account(h: &House, login: &str) -> String {
    let mut tx = h.desk.read().await.expect("a reading");
    let all = identity::accounts(&mut tx, "", 100).await.expect("accounts");
    all.iter().find(|a| a.login == login).expect("the account").id.to_string()
}

#[tokio::test]
async fn an_administrator_opens_a_login_and_its_officer_in_one_act() {
    let h = House::open().await;
    let admin = h.enter("root", Role::Admin, &h.bureau).await;
    let unit = h.beilun.id.to_string();
    let form = [
        ("login", "li.min"),
        ("password", "several words joined"),
        ("roles", "inspector"),
        ("roles", "clerk"),
        ("code", "B007"),
        ("name_zh", "李敏"),
        ("name_en", "Li Min"),
        ("unit", &unit),
        ("post", "STAFF"),
    ];
    let short: Vec<_> = form.iter().map(|(k, v)| (*k, if *k == "password" { "short" } else { *v })).collect();
    let said = h.post("/accounts/new", &admin, &short).await;
    assert_eq!(said.status, 422);
    said.holds(&["12 to 128 characters", "value=\"李敏\""]).lacks(&["value=\"short\""]);
    let place = h.post("/accounts/new", &admin, &form).await.place();
    h.get(&place, &admin).await.holds(&[
        "li.min",
        "Li Min",
        "Beilun Branch",
        "Inspection officer",
        "Window clerk",
    ]);
    let mut tx = h.desk.read().await.expect("a reading");
    let officer = people::officer_by_no(&mut tx, "B007").await.expect("a reading").expect("posted");
    drop(tx);
    let li = h.sign_in("li.min", "several words joined", officer.id).await.expect("signs in");
    h.get("/declarations", &li).await.holds(&["李敏"]);
    let twice = h.post("/accounts/new", &admin, &form).await;
    assert_eq!(twice.status, 409);

    let person = [
        ("login", "agent"),
        ("password", "several words joined"),
        ("operator", "3302960001"),
        ("name_zh", "王"),
        ("name_en", "Wang"),
    ];
    let place = h.post("/accounts/new-person", &admin, &person).await.place();
    h.get(&place, &admin).await.holds(&["Declarant", "own operator"]);
    let wang = h.sign_in("agent", "several words joined", officer.id).await.expect("signs in");
    assert_eq!(h.get("/operators", &wang).await.status, 403);
    h.get("/palette?q=yong", &wang).await.lacks(&["Yongjiang Foods"]);
}

#[tokio::test]
async fn access_password_and_closing_end_what_was_open() {
    let h = House::open().await;
    let admin = h.enter("root", Role::Admin, &h.bureau).await;
    let li = h.enter("lim", Role::Inspector, &h.beilun).await;
    let place = format!("/accounts/{}", account(&h, "lim").await);
    let branch = h.zhenhai.id.to_string();
    let set = h.post(&format!("{place}/access"), &admin, &[("roles", "clerk"), ("branch", &branch)]).await;
    assert_eq!(set.status, 303, "{}", set.body);
    assert_eq!(h.last_fact().await.0, "identity.access_set");
    assert_eq!(h.get("/account", &li).await.place(), "/login?next=/account");
    let li = h.sign_in("lim", PASSWORD, li.officer).await.expect("signs in");
    h.get("/account", &li).await.holds(&["Window clerk", "Zhenhai Branch"]);
    assert_eq!(h.post(&format!("{place}/access"), &admin, &[("branch", "bureau")]).await.status, 422);

    h.post(&format!("{place}/password"), &admin, &[("password", "another set of words")]).await;
    assert!(h.sign_in("lim", PASSWORD, li.officer).await.is_none());
    assert!(h.sign_in("lim", "another set of words", li.officer).await.is_some());
    assert_eq!(h.post(&format!("{place}/close"), &admin, &[("reason", "")]).await.status, 422);
    assert_eq!(h.post(&format!("{place}/close"), &admin, &[("reason", "调离")]).await.place(), place);
    assert!(h.sign_in("lim", "another set of words", li.officer).await.is_none());
    let own = format!("/accounts/{}", account(&h, "root").await);
    let last = h.post(&format!("{own}/close"), &admin, &[("reason", "tired")]).await;
    last.holds(&["the last administrator"]);
    let last = h.post(&format!("{own}/access"), &admin, &[("roles", "auditor"), ("branch", "bureau")]).await;
    last.holds(&["the last administrator"]);
}

#[tokio::test]
async fn an_auditor_reads_logins_and_an_administrator_of_a_branch_keeps_none() {
    let h = House::open().await;
    h.enter("root", Role::Admin, &h.bureau).await;
    let (auditor, local) =
        (h.enter("eye", Role::Auditor, &h.bureau).await, h.enter("local", Role::Admin, &h.beilun).await);
    h.get("/accounts", &auditor).await.holds(&["root"]).lacks(&["/accounts/new"]);
    let place = format!("/accounts/{}", account(&h, "root").await);
    h.get(&place, &auditor).await.lacks(&["/close", "token-form"]);
    assert_eq!(h.get(&format!("{place}/close"), &auditor).await.status, 403);
    assert_eq!(h.post(&format!("{place}/tokens"), &auditor, &[("label", "x")]).await.status, 403);
    let own = format!("/accounts/{}", account(&h, "local").await);
    let wider = h.post(&format!("{own}/access"), &local, &[("roles", "admin"), ("branch", "bureau")]).await;
    assert_eq!(wider.status, 403, "{}", wider.body);
}

#[tokio::test]
async fn a_tokens_secret_is_shown_once_and_works_until_it_is_revoked() {
    let h = House::open().await;
    let li = h.enter("lim", Role::Inspector, &h.beilun).await;
    let issued = h.post("/account/tokens", &li, &[("label", "warehouse")]).await;
    assert_eq!(issued.status, 200, "{}", issued.body);
    let secret = issued.body.split_once("class=\"secret\">").expect("a secret").1[..64].to_owned();
    let page = h.get("/account", &li).await;
    page.holds(&["warehouse"]).lacks(&[&secret]);
    let mut tx = h.desk.read().await.expect("a reading");
    assert_eq!(identity::by_token(&mut tx, &secret).await.expect("a reading").expect("holds").login, "lim");
    drop(tx);
    let id = page.body.split_once("name=\"token\" value=\"").expect("a button").1[..36].to_owned();
    let wu = h.enter("wuh", Role::Inspector, &h.beilun).await;
    assert_eq!(h.post("/account/tokens/revoke", &wu, &[("token", &id)]).await.status, 403, "another's token");
    assert_eq!(h.post("/account/tokens/revoke", &li, &[("token", &id)]).await.place(), "/account");
    let mut tx = h.desk.read().await.expect("a reading");
    assert!(identity::by_token(&mut tx, &secret).await.expect("a reading").is_none());
}

#[tokio::test]
async fn ones_own_password_is_changed_by_showing_the_old_one() {
    let h = House::open().await;
    let li = h.enter("lim", Role::Inspector, &h.beilun).await;
    let new = ("password", "quite another password");
    let wrong = h.post("/account/password", &li, &[("old", "not this one"), new]).await;
    assert_eq!(wrong.status, 422);
    wrong.holds(&["the old password is not correct"]);
    assert_eq!(h.post("/account/password", &li, &[new]).await.status, 422);
    assert_eq!(h.post("/account/password", &li, &[("old", PASSWORD), new]).await.place(), "/login");
    assert!(h.sign_in("lim", PASSWORD, li.officer).await.is_none());
    let li = h.sign_in("lim", new.1, li.officer).await.expect("signs in");
    for _ in 0..5 {
        h.post("/account/password", &li, &[("old", "a guess"), new]).await;
    }
    let said = h.post("/account/password", &li, &[("old", new.1), new]).await;
    assert_eq!(said.status, 429, "guesses with a borrowed session are counted");
}
