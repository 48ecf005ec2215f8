//! Stories of notifications, each on SQLite and on PostgreSQL.

use kernel::{Actor, NotificationId, Role, Scope, Timestamp};
use stories::{Bureau, refusal, spinach};
use supervision::{
    correction,
    notification::{self, Deed, Filter, More, Notice, Registered, Stage},
};
use testkit::{TestDb, on_both};

fn notice(lot_no: Option<&str>) -> Notice {
    Notice {
        source: "authority".into(),
        reference: "JP-2026-118".into(),
        kind: "border rejection".into(),
        notified_on: "2026-11-24".into(),
        notifier: "Japan".into(),
        origin: vec!["China".into()],
        product: "Frozen spinach".into(),
        category: "Fruits and vegetables".into(),
        hazard: "Chlorpyrifos".into(),
        hazard_category: "Pesticide residues".into(),
        serious: true,
        market: Some("JP".into()),
        lot_no: lot_no.map(str::to_owned),
        ..Notice::default()
    }
}

async fn registered(b: &Bureau, n: &Notice) -> NotificationId {
    let mut tx = b.begin().await;
    let done = notification::register(&mut tx, &Actor::system(), n).await.expect("registered");
    b.desk.finish(tx).await.expect("commit");
    match done {
        Registered::FollowUp(id) => id,
        other => panic!("a follow-up was expected: {other:?}"),
    }
}

async fn now(b: &Bureau, id: NotificationId) -> notification::Notification {
    notification::one(&mut b.read().await, id).await.expect("a reading").expect("a notification")
}

/// Three officers of another branch than the one that released the lots.
async fn panel(b: &Bureau) -> Vec<kernel::OfficerId> {
    let mut tx = b.begin().await;
    let mut out = Vec::new();
    for no in ["Z001", "Z002", "Z003"] {
        let name = kernel::bi(no, no);
        let by = Actor::system();
        out.push(
            registry::people::post_officer(&mut tx, &by, no, &name, &b.zhenhai, b.post)
                .await
                .expect("an officer"),
        );
    }
    b.desk.finish(tx).await.expect("commit");
    out
}

on_both! {
    async fn m3_1_a_lot_number_names_its_consignment_at_once_and_the_reply_clock_runs(t: TestDb) {
        let b = Bureau::open(&t).await;
        let declared = b.lodge("20260412-B").await;
        b.lodge("20260413-A").await;
        t.pass(20 * Timestamp::DAY);
        let mut n = notice(Some("20260412-B"));
        n.notified_on = "2026-12-14".into();
        let id = registered(&b, &n).await;
        let mut tx = b.read().await;
        let found = notification::candidates(&mut tx, id).await.expect("candidates");
        assert_eq!((found.len(), found[0].declaration, found[0].confidence_ppm), (1, declared, 1_000_000));
        let n = now(&b, id).await;
        assert_eq!(n.stage, Stage::Received);
        assert_eq!(n.due_at, n.received_at.plus_hours(24), "a serious notice asks for its first report within a day");
    }

    async fn m3_2_without_a_lot_number_lots_are_proposed_with_confidence_and_a_request_is_drafted(t: TestDb) {
        let b = Bureau::open(&t).await;
        for i in 0..3 {
            b.lodge(&format!("L{i}")).await;
            t.pass(10 * Timestamp::DAY);
        }
        let mut toys = spinach("TOYS");
        toys.lines[0].hs = "950300".into();
        toys.lines[0].name = "玩具".into();
        b.desk.lodge(&Actor::system(), &toys).await.expect("lodged");
        t.pass(10 * Timestamp::DAY);
        let mut n = notice(None);
        n.notified_on = t.clock.now().date().to_string();
        let id = registered(&b, &n).await;
        assert_eq!(now(&b, id).await.stage, Stage::Insufficient);
        let mut tx = b.read().await;
        let found = notification::candidates(&mut tx, id).await.expect("candidates");
        assert_eq!(found.len(), 3, "toys are no vegetables");
        let sum: i64 = found.iter().map(|c| c.confidence_ppm).sum();
        assert!(sum < 1_000_000 && found[0].confidence_ppm > found[2].confidence_ppm, "{found:?}");
        assert!(found.iter().all(|c| !c.reasons.is_empty()));
        let steps = notification::steps(&mut tx, id).await.expect("steps");
        assert!(matches!(&steps[0].deed, Deed::RequestDrafted { text } if text.en.contains("JP-2026-118")), "{steps:?}");
        drop(tx);
        let mut tx = b.begin().await;
        let more = More { lot_no: Some("L1".into()), ..More::default() };
        notification::supplement(&mut tx, &Actor::system(), id, &more).await.expect("supplemented");
        b.desk.finish(tx).await.expect("commit");
        assert_eq!(now(&b, id).await.stage, Stage::Received, "the lot is known now");
    }

    async fn a_panel_of_the_branch_that_released_the_lot_cannot_attribute_it(t: TestDb) {
        let b = Bureau::open(&t).await;
        b.lodge("L1").await;
        let id = registered(&b, &notice(Some("L1"))).await;
        let own = b.officer("B001", Role::Inspector, &[]).await;
        let others = panel(&b).await;
        let mut tx = b.begin().await;
        let lot = notification::candidates(&mut tx, id).await.expect("candidates")[0].lot;
        let biased = [others[0], others[1], own.officer.expect("an officer")];
        let no = refusal(notification::attribute(&mut tx, &own, id, &[lot], &biased, "same lot").await);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("notification.panel", "panel"));
        let no = refusal(notification::attribute(&mut tx, &own, id, &[lot], &others[..2], "same lot").await);
        assert_eq!(no.missing[0].value, "2", "two are too few");
        notification::attribute(&mut tx, &own, id, &[lot], &others, "same lot").await.expect("attributed");
        b.desk.finish(tx).await.expect("commit");
        assert_eq!(now(&b, id).await.stage, Stage::Attributed);
    }

    async fn nothing_closes_before_its_cause_its_final_report_and_its_year(t: TestDb) {
        let b = Bureau::open(&t).await;
        b.lodge("L1").await;
        let id = registered(&b, &notice(Some("L1"))).await;
        let others = panel(&b).await;
        let by = Actor { officer: Some(others[0]), unit: Some(b.zhenhai.id), scope: Scope::Bureau, ..Actor::system() };
        let mut tx = b.begin().await;
        let lot = notification::candidates(&mut tx, id).await.expect("candidates")[0].lot;
        notification::reply(&mut tx, &by, id, "We are looking into it.", false).await.expect("a first report");
        notification::attribute(&mut tx, &by, id, &[lot], &others, "same lot").await.expect("attributed");
        let no = refusal(notification::reply(&mut tx, &by, id, "done", true).await);
        assert_eq!(no.code, "notification.stage", "no final report without a cause");
        assert_eq!(refusal(notification::close(&mut tx, &by, id, "done").await).code, "notification.stage");
        assert_eq!(refusal(notification::find_cause(&mut tx, &by, id, "fate", "x").await).code, "notification.cause");
        notification::find_cause(&mut tx, &by, id, "farm_input", "spray record of field 3").await.expect("a cause");
        notification::reply(&mut tx, &by, id, "Cause and measures.", true).await.expect("a final report");
        b.desk.finish(tx).await.expect("commit");
        let mut tx = b.begin().await;
        let no = refusal(notification::close(&mut tx, &by, id, "done").await);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("notification.open", "correction"));
        let asked = correction::of_notification(&mut tx, id).await.expect("corrections");
        correction::plan(&mut tx, &by, asked[0].id, "washing, and a spray record for each field").await.expect("planned");
        correction::verify(&mut tx, &by, asked[0].id, true, "seen at work on two days").await.expect("verified");
        assert_eq!(notification::close(&mut tx, &by, id, "measures verified").await.expect("watched"), Stage::Monitored);
        let no = refusal(notification::close(&mut tx, &by, id, "enough").await);
        assert_eq!(no.code, "notification.monitoring");
        b.desk.finish(tx).await.expect("commit");
        t.pass(366 * Timestamp::DAY);
        let mut tx = b.begin().await;
        assert_eq!(notification::close(&mut tx, &by, id, "a clean year").await.expect("closed"), Stage::Closed);
        notification::reopen(&mut tx, &by, id, "the same hazard again").await.expect("reopened");
        b.desk.finish(tx).await.expect("commit");
        assert_eq!(now(&b, id).await.stage, Stage::Received);
        let mut tx = b.read().await;
        let due = notification::list(&mut tx, Filter::At(Stage::Received, None), 10).await.expect("a list");
        assert_eq!(due.len(), 1);
    }

    async fn others_goods_are_watched_and_a_notice_is_registered_once(t: TestDb) {
        let b = Bureau::open(&t).await;
        let mut n = notice(None);
        n.origin = vec!["Vietnam".into()];
        let mut tx = b.begin().await;
        let first = notification::register(&mut tx, &Actor::system(), &n).await.expect("registered");
        let again = notification::register(&mut tx, &Actor::system(), &n).await.expect("known");
        match (first, again) {
            (Registered::Watched(a), Registered::Known(b)) => assert_eq!(a, b),
            other => panic!("{other:?}"),
        }
    }
}
