//! What logins promise, on SQLite.

use super::*;
use kernel::{Chance, Clock, Date, bi};
use store::Db;

const PASSWORD: &str = "four words joined up";

struct House {
    db: Db,
    clock: Clock,
    chance: Chance,
    hasher: Hasher,
    _dir: tempfile::TempDir,
}

impl House {
    async fn new() -> House {
        let dir = tempfile::tempdir().expect("a folder");
        let db = Db::open(&format!("sqlite://{}", dir.path().join("t.db").display())).await.expect("opens");
        let start = Timestamp::start_of(Date::constant(2026, 11, 24));
        let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
        House { db, clock: Clock::simulated(start), chance: Chance::seeded(3), hasher, _dir: dir }
    }

    async fn tx(&self) -> store::Tx {
        self.db.begin(&self.clock, &self.chance).await.expect("begins")
    }

    async fn account(&self, login: &str, roles: &[Role]) -> AccountId {
        let password = self.hasher.hash(&self.chance, PASSWORD).await.expect("hashes");
        let mut tx = self.tx().await;
        let new = new(login, roles, tx.id());
        let id = open_account(&mut tx, system(&Actor::system()), new, &password).await.expect("opens");
        tx.commit().await.expect("commits");
        id
    }

    async fn log_in(&self, login: &str, password: &str) -> kernel::Result<Opened> {
        let life = Lifetime::default();
        log_in(&self.db, &self.clock, &self.chance, &self.hasher, (login, password), life).await
    }

    async fn session(&self, token: &str) -> Option<Session> {
        let mut tx = self.db.read(&self.clock).await.expect("reads");
        by_session(&mut tx, token, Lifetime::default()).await.expect("reads")
    }

    fn pass(&self, minutes: i64) {
        self.clock.set(Timestamp(self.clock.now().0 + minutes * Timestamp::HOUR / 60));
    }
}

fn system(actor: &Actor) -> By<'_> {
    By { actor, account: None }
}

fn new(login: &str, roles: &[Role], officer: OfficerId) -> NewAccount {
    NewAccount {
        login: login.into(),
        officer: Some(officer),
        operator: None,
        roles: roles.to_vec(),
        unit: None,
        branch: None,
        name: bi("沈舟", "Shen Zhou"),
        lang: "zh-CN".into(),
    }
}

fn code(no: kernel::No) -> String {
    no.refusal().map_or_else(|| no.to_string(), |r| r.code.clone())
}

#[tokio::test]
async fn a_session_opens_with_the_password_and_ends_with_log_out() {
    let house = House::new().await;
    let id = house.account("shen.zhou", &[Role::Clerk]).await;
    let opened = house.log_in(" Shen.Zhou ", PASSWORD).await.expect("logs in");
    let session = house.session(&opened.token).await.expect("a session");
    assert_eq!(session.account.id, id);
    assert!(session.account.actor().has(&[Role::Clerk]));
    let mut tx = house.tx().await;
    log_out(&mut tx, &opened.token).await.expect("logs out");
    tx.commit().await.expect("commits");
    assert_eq!(house.session(&opened.token).await, None);
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_get_one_answer() {
    let house = House::new().await;
    house.account("shen.zhou", &[Role::Clerk]).await;
    let wrong = house.log_in("shen.zhou", "not this one").await.err().expect("refused");
    let unknown = house.log_in("nobody", PASSWORD).await.err().expect("refused");
    assert_eq!(wrong.refusal(), unknown.refusal());
    assert!(wrong.refusal().is_some());
}

#[tokio::test]
async fn after_five_failures_the_login_waits_a_quarter_of_an_hour() {
    let house = House::new().await;
    house.account("shen.zhou", &[Role::Clerk]).await;
    for _ in 0..FAILURES {
        assert_eq!(
            code(house.log_in("shen.zhou", "not this one").await.err().expect("no")),
            "identity.login"
        );
    }
    house.pass(3);
    let no = house.log_in("shen.zhou", PASSWORD).await.err().expect("waits");
    assert!(no.refusal().expect("a refusal").remedy.en.contains("12 minutes"), "{no}");
    assert_eq!(code(no), "identity.throttled");
    house.pass(12);
    house.log_in("shen.zhou", PASSWORD).await.expect("logs in after the wait");
}

#[tokio::test]
async fn a_session_ends_after_an_idle_hour_and_after_its_shift() {
    let house = House::new().await;
    house.account("shen.zhou", &[Role::Clerk]).await;
    let idle = house.log_in("shen.zhou", PASSWORD).await.expect("logs in");
    house.pass(59);
    assert!(house.session(&idle.token).await.is_some());
    house.pass(1);
    assert!(house.session(&idle.token).await.is_none());
    let busy = house.log_in("shen.zhou", PASSWORD).await.expect("logs in");
    for _ in 0..23 {
        house.pass(30);
        let mut tx = house.tx().await;
        touch(&mut tx, &busy.token).await.expect("notes");
        tx.commit().await.expect("commits");
        assert!(house.session(&busy.token).await.is_some());
    }
    house.pass(30);
    assert!(house.session(&busy.token).await.is_none());
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let house = House::new().await;
    let id = house.account("shen.zhou", &[Role::Clerk]).await;
    let opened = house.log_in("shen.zhou", PASSWORD).await.expect("logs in");
    let password = house.hasher.hash(&house.chance, "another long sentence").await.expect("hashes");
    let mut tx = house.tx().await;
    let actor = house.session(&opened.token).await.expect("a session").account.actor();
    set_password(&mut tx, By { actor: &actor, account: Some(id) }, id, &password).await.expect("sets");
    let facts = tx.commit().await.expect("commits");
    assert_eq!(facts[0].fact.kind(), "identity.password_changed");
    assert!(house.session(&opened.token).await.is_none());
    house.log_in("shen.zhou", "another long sentence").await.expect("logs in");
}

#[tokio::test]
async fn a_token_stands_for_its_login_until_it_is_revoked_or_the_login_closed() {
    let house = House::new().await;
    let id = house.account("shen.zhou", &[Role::Clerk]).await;
    let nobody = Actor::system();
    let mut tx = house.tx().await;
    let (token, secret) = issue_token(&mut tx, system(&nobody), id, "scales").await.expect("issues");
    let (_, other) = issue_token(&mut tx, system(&nobody), id, "gate").await.expect("issues");
    assert_eq!(by_token(&mut tx, &secret).await.expect("reads").map(|a| a.id), Some(id));
    revoke_token(&mut tx, system(&nobody), token).await.expect("revokes");
    assert_eq!(by_token(&mut tx, &secret).await.expect("reads"), None);
    close_account(&mut tx, system(&nobody), id, "left the bureau").await.expect("closes");
    assert_eq!(by_token(&mut tx, &other).await.expect("reads"), None);
    let kinds: Vec<&str> = tx.facts().iter().map(|f| f.fact.kind()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "identity.token_revoked").count(), 2);
    let kept = tokens(&mut tx, id).await.expect("lists");
    assert!(kept.len() == 2 && kept.iter().all(|t| t.revoked_at.is_some()));
}

#[tokio::test]
async fn only_administrators_open_accounts_and_the_last_one_stays() {
    let house = House::new().await;
    let clerk = house.account("clerk", &[Role::Clerk]).await;
    let admin = house.account("admin", &[Role::Admin]).await;
    let password = house.hasher.hash(&house.chance, PASSWORD).await.expect("hashes");
    let mut tx = house.tx().await;
    let actor = account(&mut tx, clerk).await.expect("reads").actor();
    let officer = tx.id();
    let by = By { actor: &actor, account: Some(clerk) };
    let no = open_account(&mut tx, by, new("third", &[Role::Clerk], officer), &password).await;
    assert_eq!(code(no.expect_err("refused")), "access.role");
    let no = set_password(&mut tx, by, admin, &password).await;
    assert_eq!(code(no.expect_err("refused")), "access.role");
    let no = close_account(&mut tx, system(&Actor::system()), admin, "tidying").await;
    assert_eq!(code(no.expect_err("refused")), "identity.last_admin");
    assert_eq!(accounts(&mut tx, "", 10).await.expect("lists").len(), 2);
    assert!(tx.facts().is_empty());
}

#[tokio::test]
async fn an_account_that_is_both_or_neither_is_refused_with_every_gap() {
    let house = House::new().await;
    let password = house.hasher.hash(&house.chance, PASSWORD).await.expect("hashes");
    let mut tx = house.tx().await;
    let mut wrong = new("A b", &[Role::Declarant], tx.id());
    wrong.operator = Some(tx.id());
    wrong.name.en.clear();
    wrong.roles.push(Role::Admin);
    let no = open_account(&mut tx, system(&Actor::system()), wrong, &password).await.expect_err("refused");
    let fields: Vec<&str> = no.refusal().expect("a refusal").missing.iter().map(|m| &*m.field).collect();
    assert_eq!(fields, ["login", "officer", "roles", "name"]);
    assert!(house.hasher.hash(&house.chance, "short").await.is_err());
}
