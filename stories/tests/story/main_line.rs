//! Stories of the first stations of the main line, each on SQLite and on PostgreSQL.

use flow::Desk;
use kernel::{Actor, DeclarationId, OperatorId, Scope, Timestamp};
use registry::rules;
use stories::{Bureau, spinach};
use supervision::{declaration, targeting};
use testkit::{TestDb, on_both};

async fn decision(d: &Desk, id: DeclarationId) -> targeting::Decision {
    let mut tx = d.read().await.expect("a reading");
    targeting::decision(&mut tx, id).await.expect("a reading").expect("a decision")
}

on_both! {
    async fn m5_1_selection_is_drawn_at_the_rate_of_the_rule_and_can_be_repeated(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let by = Actor::system();
        let mut selected = 0;
        for i in 0..60 {
            let id = d.lodge(&by, &spinach(&format!("L{i}"))).await.expect("lodged");
            let mut tx = d.read().await.expect("a reading");
            let replay = targeting::replay(&mut tx, id).await.expect("a reading").expect("a decision");
            assert!(replay.same, "the stored seed gives the same draw");
            let o = &replay.stored.outcome;
            assert_eq!((o.lane.as_str(), o.rate_ppm), ("sampling", 200_000), "class 1, high risk");
            assert_eq!(o.selected, o.draw_ppm < o.rate_ppm);
            assert_eq!((replay.stored.seed.len(), replay.stored.rule_version.as_str()), (64, "CN-2026/1"));
            selected += u32::from(o.selected);
        }
        assert!((1..40).contains(&selected), "{selected} of 60 at a rate of 20 %");
    }

    async fn m5_2_a_selection_is_never_removed_but_a_check_may_be_added(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let mut by = Actor::system();
        let id = d.lodge(&by, &spinach("L1")).await.expect("lodged");
        let mut tx = d.begin().await.expect("begin");
        let no = targeting::remove_check(&mut tx, id).await.expect_err("refused");
        assert_eq!(no.refusal().expect("a refusal").code, "targeting.not_removable");
        by.officer = Some(tx.id());
        let no = targeting::add_check(&mut tx, &by, id, " ").await.expect_err("a reason is missing");
        assert_eq!(no.refusal().expect("a refusal").code, "targeting.reason");
        targeting::add_check(&mut tx, &by, id, "seal number differs from the papers").await.expect("added");
        d.finish(tx).await.expect("commit");
        assert_eq!(decision(&d, id).await.added.as_deref(), Some("seal number differs from the papers"));
        let mut tx = d.read().await.expect("a reading");
        assert!(declaration::one(&mut tx, &by, id).await.expect("a reading").expect("it").selected);
    }

    async fn m5_8_a_declaration_is_judged_under_the_rules_of_the_day_it_was_lodged(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let by = Actor::system();
        t.clock.set(Timestamp::at("2027-06-30".parse().expect("a day"), 10, 0));
        let before = d.lodge(&by, &spinach("L1")).await.expect("lodged");
        let mut tx = d.begin().await.expect("begin");
        let text = include_str!("../../../rule-packs/CN-2026.toml")
            .replace("version = \"1\"", "version = \"2\"")
            .replace("effective_from = \"2018-04-20\"", "effective_from = \"2027-07-01\"")
            .replace("rate_ppm = 200000", "rate_ppm = 1000000");
        rules::adopt_pack(&mut tx, &by, &text).await.expect("adopted");
        d.finish(tx).await.expect("commit");
        t.clock.set(Timestamp::at("2027-07-03".parse().expect("a day"), 10, 0));
        let mut tx = d.begin().await.expect("begin");
        targeting::target(&mut tx, before).await.expect("targeted again");
        d.finish(tx).await.expect("commit");
        let old = decision(&d, before).await;
        assert_eq!((old.rule_version.as_str(), old.outcome.rate_ppm), ("CN-2026/1", 200_000));
        let after = d.lodge(&by, &spinach("L2")).await.expect("lodged");
        let new = decision(&d, after).await;
        assert_eq!((new.rule_version.as_str(), new.outcome.rate_ppm, new.outcome.selected), ("CN-2026/2", 1_000_000, true));
    }

    async fn the_same_request_twice_lodges_once_and_the_same_goods_are_refused(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let by = Actor::system();
        let mut l = spinach("L1");
        l.key = Some("req-1".into());
        let first = d.lodge(&by, &l).await.expect("lodged");
        assert_eq!(d.lodge(&by, &l).await.expect("the same"), first);
        let mut other = spinach("L2");
        other.key = Some("req-1".into());
        let no = d.lodge(&by, &other).await.expect_err("another content under the same key");
        assert_eq!(no.refusal().expect("a refusal").code, "declaration.key");
        let no = d.lodge(&by, &spinach("L1")).await.expect_err("the same goods");
        assert_eq!(no.refusal().expect("a refusal").code, "declaration.duplicate");
        t.pass(31 * Timestamp::DAY);
        d.lodge(&by, &spinach("L1")).await.expect("a month later they are other goods");
    }

    async fn the_same_request_twice_at_once_lodges_once(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let by = Actor::system();
        let mut l = spinach("L1");
        l.key = Some("req-1".into());
        let (a, b) = tokio::join!(d.lodge(&by, &l), d.lodge(&by, &l));
        assert!(a.is_ok() || b.is_ok());
        let mut tx = d.read().await.expect("a reading");
        assert_eq!(declaration::list(&mut tx, &by, None, 10).await.expect("a list").len(), 1);
    }

    async fn unknown_codes_are_named_all_at_once_and_nothing_is_written(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let by = Actor::system();
        let mut l = spinach("L1");
        l.operator = "nobody".into();
        l.lines[0].hs = "999999".into();
        let no = d.lodge(&by, &l).await.expect_err("refused");
        let fields: Vec<_> = no.refusal().expect("a refusal").missing.iter().map(|m| m.field.clone()).collect();
        assert_eq!(fields, ["operator", "plant", "lines[0].hs"]);
        let mut tx = d.read().await.expect("a reading");
        assert!(declaration::list(&mut tx, &by, None, 10).await.expect("a list").is_empty());
    }

    async fn export_food_needs_its_establishment(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let mut l = spinach("L1");
        l.plant = None;
        let no = d.lodge(&Actor::system(), &l).await.expect_err("refused");
        assert_eq!(no.refusal().expect("a refusal").missing[0].field, "plant");
    }

    async fn an_operator_neither_sees_nor_lodges_for_another(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let id = d.lodge(&Actor::system(), &spinach("L1")).await.expect("lodged");
        let mut stranger = Actor::system();
        let mut tx = d.begin().await.expect("begin");
        stranger.scope = Scope::Operator(tx.id::<OperatorId>());
        assert!(declaration::one(&mut tx, &stranger, id).await.expect("a reading").is_none());
        assert!(declaration::list(&mut tx, &stranger, None, 10).await.expect("a list").is_empty());
        let no = declaration::lodge(&mut tx, &stranger, &spinach("L2")).await.expect_err("refused");
        assert_eq!(no.refusal().expect("a refusal").code, "scope.declaration");
    }

    async fn the_notice_period_is_counted_on_the_official_calendar(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        // Wednesday 30 September 2026: seven days of holiday follow, and Saturday 10 October is worked.
        t.clock.set(Timestamp::at("2026-09-30".parse().expect("a day"), 10, 0));
        let id = d.lodge(&Actor::system(), &spinach("L1")).await.expect("lodged");
        let mut tx = d.read().await.expect("a reading");
        let found = declaration::one(&mut tx, &Actor::system(), id).await.expect("a reading").expect("it");
        // Working days: 8, 9, 10, 12, 13 October; the period ends with the last of them.
        assert_eq!(found.due_at, Timestamp::at("2026-10-14".parse().expect("a day"), 0, 0));
    }

    async fn lists_page_by_key_without_gap_or_double(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let by = Actor::system();
        let mut lodged = Vec::new();
        for i in 0..7 {
            t.pass(1_000_000);
            lodged.push(d.lodge(&by, &spinach(&format!("L{i}"))).await.expect("lodged"));
        }
        let mut tx = d.read().await.expect("a reading");
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = declaration::list(&mut tx, &by, before, 3).await.expect("a page");
            let Some(last) = page.last() else { break };
            before = Some((last.lodged_at, last.id));
            seen.extend(page.iter().map(|x| x.id));
        }
        lodged.reverse();
        assert_eq!(seen, lodged);
    }

    async fn every_statement_prepares(t: TestDb) {
        t.prepare_all(&[registry::statements(), supervision::statements()].concat()).await;
    }

    async fn the_ledger_tells_what_was_lodged_and_decided(t: TestDb) {
        let d = Bureau::open(&t).await.desk;
        let id = d.lodge(&Actor::system(), &spinach("L1")).await.expect("lodged");
        let mut tx = d.read().await.expect("a reading");
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 10).await.expect("facts");
        let kinds: Vec<_> = facts.iter().map(|f| f.kind.as_str()).collect();
        assert_eq!(kinds, ["targeting.targeted", "declaration.lodged"]);
        drop(tx);
        let verdict = store::ledger::verify(&t, &t.clock, |_, _| ()).await.expect("verified");
        assert_eq!(verdict.broken, None);
    }
}
