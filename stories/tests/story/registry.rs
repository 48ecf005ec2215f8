//! Stories of the registry and of the installation, each on SQLite and on PostgreSQL.

use flow::{OfficerLogin, open_officer_login, worker};
use kernel::{Actor, Role, Timestamp, bi};
use registry::{
    find,
    identity::{By, Cost, Hasher},
    people, rules,
};
use store::{job, ledger};
use stories::{Bureau, authorise, refusal, spinach};
use supervision::{
    competence::{self, Task},
    declaration,
};
use testkit::{TestDb, on_both};

const HOME: &str = include_str!("../../../rule-packs/CN-2026.toml");

on_both! {
    async fn names_are_found_by_code_initials_and_words_of_either_language(t: TestDb) {
        let b = Bureau::open(&t).await;
        b.officer("B001", Role::Inspector, &[]).await;
        let mut tx = b.read().await;
        for (noun, letters, code) in [
            ("operator", "yjsp", "3302960001"),
            ("operator", "食品", "3302960001"),
            ("operator", "FOODS", "3302960001"),
            ("operator", "0001", "3302960001"),
            ("plant", "3300/", "3300/00001"),
            ("product", "ldbc", "071030"),
            ("officer", "zyb", "B001"),
            ("unit", "blbs", "BL"),
        ] {
            let hits = find::search(&mut tx, noun, letters, 5).await.expect("a search");
            assert_eq!(hits.iter().map(|h| h.code.as_str()).collect::<Vec<_>>(), [code], "{noun} {letters}");
        }
        for letters in ["", "zzz", "%", "'", "食品\u{10ffff}"] {
            assert!(find::search(&mut tx, "operator", letters, 5).await.expect("a search").is_empty(), "{letters}");
        }
    }

    async fn a_consignment_is_found_by_the_beginning_of_its_number_or_of_a_lot(t: TestDb) {
        let b = Bureau::open(&t).await;
        let by = Actor::system();
        for lot in ["批-1", "L-77a", "L-78"] {
            b.desk.lodge(&by, &spinach(lot)).await.expect("lodged");
        }
        let head = b.officer("B000", Role::Manager, &[]).await;
        let mut tx = b.read().await;
        for (begin, found) in [("bl2026", 3), ("BL20260000002", 1), ("2", 1), ("0000002", 1), ("ZH", 0), ("", 0)] {
            let hits = declaration::by_number(&mut tx, &head, begin, 9).await.expect("a search");
            assert_eq!(hits.len(), found, "{begin}");
        }
        for (begin, found) in [("L-7", 2), ("L-77", 1), ("批", 1), ("l-77", 0), ("", 0)] {
            let hits = declaration::by_lot_beginning(&mut tx, &head, begin, 9).await.expect("a search");
            assert_eq!(hits.len(), found, "{begin}");
        }
    }

    async fn what_runs_out_is_listed_page_by_page_and_within_reach(t: TestDb) {
        let b = Bureau::open(&t).await;
        let head = b.officer("B000", Role::Manager, &[]).await;
        for n in 1..=5 {
            b.officer(&format!("B{n:03}"), Role::Inspector, &[Task::Inspect]).await;
        }
        let mut tx = b.begin().await;
        let post = people::posts(&mut tx).await.expect("posts")[0].id;
        let away = people::post_officer(&mut tx, &Actor::system(), "Z001", &bi("吴", "Wu"), &b.zhenhai, post).await;
        authorise(&mut tx, away.expect("an officer"), Task::Test, "").await;
        b.desk.finish(tx).await.expect("commit");
        t.pass(300 * Timestamp::DAY);
        let mut tx = b.read().await;
        let (mut after, mut seen) = (None, 0);
        loop {
            let page = competence::expiring(&mut tx, &head, 90, after, 2).await.expect("a page");
            let Some(last) = page.last() else { break };
            seen += page.len();
            after = Some((last.authorisation.valid_to, last.authorisation.id));
        }
        assert_eq!(seen, 5, "each once, and only the own branch's");
        assert_eq!(competence::expiring(&mut tx, &Actor::system(), 90, None, 50).await.expect("a page").len(), 6);
        let single = competence::single_handed(&mut tx, &Actor::system()).await.expect("a list");
        assert_eq!(single.iter().map(|s| (s.branch, s.duty)).collect::<Vec<_>>(), [(Some(b.zhenhai.id), Task::Test)]);
        assert!(competence::single_handed(&mut tx, &head).await.expect("a list").is_empty());
    }

    async fn a_version_takes_effect_from_today_on_and_only_as_it_was_seen(t: TestDb) {
        let b = Bureau::open(&t).await;
        let by = Actor::system();
        let text = |version: &str, from: &str| {
            HOME.replace("version = \"1\"", &format!("version = \"{version}\"")).replace("2018-04-20", from)
        };
        let mut tx = b.begin().await;
        for (version, from, field) in [("2", "2026-11-23", "effective_from"), ("1", "2026-12-01", "version")] {
            let text = text(version, from);
            let agreed = rules::Agreed { sha256: &rules::digest(&text), unverified: true };
            let no = refusal(rules::adopt_version(&mut tx, &by, &text, agreed).await);
            assert_eq!(no.missing[0].field, field);
        }
        let good = text("2", "2026-11-24");
        let sha256 = rules::digest(&good);
        for (sha256, unverified) in [(sha256.as_str(), false), ("00", true)] {
            let no = refusal(rules::adopt_version(&mut tx, &by, &good, rules::Agreed { sha256, unverified }).await);
            assert_eq!(no.code, "rules.agree");
        }
        let agreed = rules::Agreed { sha256: &sha256, unverified: true };
        rules::adopt_version(&mut tx, &by, &good, agreed).await.expect("adopted");
        b.desk.finish(tx).await.expect("commit");
        let id = b.lodge("L1").await;
        assert_eq!(b.declaration(id).await.rule_version, "CN-2026/2");
    }

    async fn the_worker_makes_old_rows_findable_and_verifies_the_ledger(t: TestDb) {
        let b = Bureau::open(&t).await;
        let mut tx = b.begin().await;
        worker::ask_verification(&mut tx).await.expect("asked");
        worker::ask_verification(&mut tx).await.expect("asked");
        tx.commit().await.expect("commit");
        let mut done = 0;
        while worker::work_once(&b.desk).await.expect("work") {
            done += 1;
        }
        assert_eq!(done, 2, "one filling, one verification, however often they were asked for");
        let mut tx = b.read().await;
        let verified = job::newest(&mut tx, worker::VERIFY).await.expect("a job").expect("a job");
        let (head, _) = ledger::head(&mut tx).await.expect("a head");
        assert_eq!((verified.state.as_str(), verified.total, verified.progress), ("done", Some(head), Some(head)));
        assert!(verified.result.is_some_and(|r| r.contains("\"broken\":null")));
        let filled = job::newest(&mut tx, worker::FILL).await.expect("a job").expect("a job");
        assert!(filled.result.is_some_and(|r| r.contains("\"entered\":")), "{:?}", filled.last_error);
        assert_eq!(job::page(&mut tx, "done", None, 1).await.expect("a page").len(), 1);
        let (mut seq, mut lines) = (0, 0);
        while let Some((last, text)) = ledger::lines(&mut tx, seq, head).await.expect("lines") {
            (seq, lines) = (last, lines + text.iter().filter(|b| **b == b'\n').count());
        }
        assert_eq!(i64::try_from(lines).expect("a count"), head);
    }

    async fn a_login_is_opened_with_its_officer_or_not_at_all(t: TestDb) {
        let b = Bureau::open(&t).await;
        let hasher = Hasher::new(Cost::Demonstration).expect("a hasher");
        let hashed = hasher.hash(&t.chance, "four words joined up").await.expect("hashed");
        let by = Actor::system();
        let new = |login: &'static str, roles: Vec<Role>| OfficerLogin {
            login,
            staff_no: "B100",
            name: bi("李敏", "Li Min"),
            unit: &b.beilun,
            post: "WINDOW",
            post_name: bi("窗口", "Window"),
            roles,
            lang: "zh-CN",
        };
        let asker = By { actor: &by, account: None };
        let mut tx = b.begin().await;
        let done = open_officer_login(&mut tx, asker, new("li.min", vec![]), &hashed).await;
        let done = b.desk.conclude(tx, &by, "account/new", done).await;
        assert_eq!(refusal(done).code, "identity.account");
        let mut tx = b.begin().await;
        assert!(people::officer_by_no(&mut tx, "B100").await.expect("a reading").is_none(), "nothing half done");
        let (_, first) = open_officer_login(&mut tx, asker, new("li.min", vec![Role::Clerk]), &hashed).await.expect("opened");
        let (_, again) = open_officer_login(&mut tx, asker, new("li.min2", vec![Role::Clerk]), &hashed).await.expect("opened");
        assert_eq!(first, again, "the officer is entered once");
        b.desk.finish(tx).await.expect("commit");
    }
}
