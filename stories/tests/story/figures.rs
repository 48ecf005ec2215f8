//! Figures that the work itself moves: hazards that come back, recalls accounted for, sources of released lots; on
//! SQLite and on PostgreSQL.

use excellence::indicator::{self, Catalogue, period};
use kernel::{Actor, NotificationId, Role, Supervision, Timestamp};
use stories::abroad::{Hall, hall};
use supervision::{
    competence::Task,
    correction,
    notification::{self, Stage},
    recall,
    supply::{self, ProductionEntry, RawEntry},
};
use testkit::{TestDb, on_both};

const PLANT: &str = "3300/00001";

/// Numerator and denominator of Beilun's figure in the period of an instant.
async fn figure(h: &Hall, id: &str, at: Timestamp) -> (i64, i64) {
    let c = Catalogue::shipped().expect("a catalogue");
    let mut tx = h.b.begin().await;
    indicator::fold(&mut tx, &c, 1_000_000).await.expect("folded");
    h.b.desk.finish(tx).await.expect("commit");
    let mut tx = h.b.read().await;
    let month = period::month(at.date());
    let s = indicator::sheet(&mut tx, &c, id, Some(&h.b.beilun), month).await.expect("a sheet");
    (s.figure.numerator, s.figure.denominator)
}

/// Brings a notification to its end, a clean year after its final report; gives when it was closed.
async fn closed(h: &Hall, t: &TestDb, id: NotificationId) -> Timestamp {
    let mut tx = h.b.begin().await;
    notification::find_cause(&mut tx, &h.risk, id, "farm_input", "spray record of field 3")
        .await
        .expect("a cause");
    notification::reply(&mut tx, &h.risk, id, "Cause and measures.", true).await.expect("replied");
    h.b.desk.finish(tx).await.expect("commit");
    let mut tx = h.b.begin().await;
    let asked = correction::of_notification(&mut tx, id).await.expect("corrections").remove(0);
    correction::plan(&mut tx, &h.risk, asked.id, "a spray record for each field").await.expect("planned");
    correction::verify(&mut tx, &h.head, asked.id, true, "seen at work").await.expect("verified");
    notification::close(&mut tx, &h.risk, id, "verified").await.expect("watched");
    h.b.desk.finish(tx).await.expect("commit");
    t.pass(366 * Timestamp::DAY);
    let mut tx = h.b.begin().await;
    assert_eq!(
        notification::close(&mut tx, &h.risk, id, "a clean year").await.expect("closed"),
        Stage::Closed
    );
    let at = tx.now();
    h.b.desk.finish(tx).await.expect("commit");
    at
}

async fn receive(h: &Hall, no: &str, farm: &str, kilograms: &str) {
    let mut tx = h.b.begin().await;
    let e = RawEntry {
        plant: PLANT.into(),
        no: no.into(),
        farm: farm.into(),
        proof_no: if farm.is_empty() { String::new() } else { format!("P-{no}") },
        field: "F1".into(),
        hs: "071030".into(),
        kilograms: kilograms.into(),
        harvested_on: "2026-04-11".into(),
        received_on: "2026-04-11".into(),
        known_early: false,
    };
    supply::receive(&mut tx, &Actor::system(), &e).await.expect("received");
    h.b.desk.finish(tx).await.expect("commit");
}

async fn build(h: &Hall, no: &str, inputs: &[(&str, &str)]) {
    let mut tx = h.b.begin().await;
    let e = ProductionEntry {
        plant: PLANT.into(),
        no: no.into(),
        hs: "071030".into(),
        kilograms: "12000".into(),
        made_on: "2026-04-12".into(),
        inputs: inputs.iter().map(|(no, kg)| ((*no).to_owned(), (*kg).to_owned())).collect(),
    };
    supply::build(&mut tx, &Actor::system(), &e).await.expect("built");
    h.b.desk.finish(tx).await.expect("commit");
}

on_both! {
    async fn a_hazard_that_comes_back_within_a_year_lowers_the_corrections_that_hold(t: TestDb) {
        let mut h = hall(&t).await;
        let (id, _, _) = h.notified("L1", "2026.1").await;
        let at = closed(&h, &t, id).await;
        let ripe = Timestamp(at.0 + 365 * Timestamp::DAY);
        assert_eq!(figure(&h, "RC16", ripe).await, (1, 1), "it is told a year after the closing");
        t.pass(100 * Timestamp::DAY);
        h.releaser = h.b.officer("F002", Role::Releaser, &[Task::Release]).await;
        let (again, _, _) = h.notified("L2", "2027.9").await;
        let facts = h.facts("notification.recurred").await;
        let Some(Supervision::Recurred(r)) = facts.first() else { panic!("it came back: {facts:?}") };
        assert_eq!((r.notification, r.by, r.days, facts.len()), (id, again, 100, 1));
        assert_eq!(figure(&h, "RC16", ripe).await, (0, 1));
        assert_eq!(figure(&h, "RC16", at).await, (0, 0), "nothing was a year old then");
    }

    async fn a_recall_counts_when_its_last_gram_is_accounted_for_by_its_day(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, lots) = h.notified("L1", "2026.1").await;
        let now = h.b.read().await.now();
        let (first, second) = (h.opened(id, 1, &lots).await, h.opened(id, 1, &lots).await);
        let mut tx = h.b.begin().await;
        for r in [first, second] {
            recall::start(&mut tx, &h.risk, r, "stop of sale").await.expect("started");
        }
        let line = recall::lines(&mut tx, first).await.expect("lines").remove(0);
        recall::account(&mut tx, &h.risk, first, line.id, ("recovered", "11999", false, "note")).await.expect("accounted");
        h.b.desk.finish(tx).await.expect("commit");
        let Supervision::RecallOpened(o) = h.facts("recall.opened").await.remove(0) else { panic!("an opening") };
        let due = o.account_due_at.expect("a day");
        assert!(due > now && o.out == 1, "ten working days of class 1: {o:?}");
        assert_eq!(figure(&h, "RC17", due).await, (0, 2), "a kilogram is missing");
        let mut tx = h.b.begin().await;
        recall::account(&mut tx, &h.risk, first, line.id, ("consumed", "1", true, "sales record")).await.expect("accounted");
        h.b.desk.finish(tx).await.expect("commit");
        assert_eq!(figure(&h, "RC17", due).await, (1, 2));
        t.pass(30 * Timestamp::DAY);
        let mut tx = h.b.begin().await;
        let line = recall::lines(&mut tx, second).await.expect("lines").remove(0);
        recall::account(&mut tx, &h.risk, second, line.id, ("destroyed", "12000", false, "note")).await.expect("accounted");
        h.b.desk.finish(tx).await.expect("commit");
        assert_eq!(h.facts("recall.balanced").await.len(), 2);
        assert_eq!(figure(&h, "RC17", due).await, (1, 2), "accounted for, but after its day");
    }

    async fn a_released_lot_shows_whether_every_raw_lot_in_it_is_proven(t: TestDb) {
        let h = hall(&t).await;
        let mut tx = h.b.begin().await;
        let plant = registry::trade::plant_by_no(&mut tx, PLANT).await.expect("a reading").expect("a plant");
        let name = kernel::bi("基地一", "Farm 1");
        registry::trade::file_farm(&mut tx, &Actor::system(), "NB01", &plant, &name, 20, 60_000).await.expect("filed");
        h.b.desk.finish(tx).await.expect("commit");
        receive(&h, "R1", "NB01", "13000").await;
        build(&h, "L1", &[("R1", "12500")]).await;
        // A second lot draws on raw material that is used up already.
        build(&h, "L3", &[("R1", "12500")]).await;
        for lot in ["L1", "L2", "L3"] {
            let d = h.b.lodge(lot).await;
            h.released(d).await;
        }
        let shown: Vec<_> = h.facts("supply.source_shown").await.into_iter().filter_map(|f| match f {
            Supervision::SourceShown(s) => Some((s.production.is_some(), s.raw_lots, s.unproven, s.over, s.sound)),
            _ => None,
        }).collect();
        assert_eq!(shown, [(true, 1, 0, 1, false), (false, 0, 0, 0, false), (true, 1, 0, 1, false)], "newest first");
        assert_eq!(figure(&h, "RC27", h.b.read().await.now()).await, (0, 3), "raw material for one lot went into two");
        receive(&h, "R4", "NB01", "13000").await;
        build(&h, "L4", &[("R4", "12500")]).await;
        let d = h.b.lodge("L4").await;
        h.released(d).await;
        assert_eq!(figure(&h, "RC27", h.b.read().await.now()).await, (1, 4));
    }
}
