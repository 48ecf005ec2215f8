//! Stories of traceability, each on SQLite and on PostgreSQL: farms and plants feed the record, and a trace runs
//! from the field to the consignee.

use flow::lots::{Found, Lots, Part, Question, Way, ask};
use kernel::{Actor, Role, Timestamp};
use std::sync::Arc;
use stories::{Bureau, refusal, spinach};
use supervision::{
    competence::Task,
    declaration::Stage,
    notification::{self, Notice, Registered},
    release::Outcome,
    supply::{self, Flaw, ProductionEntry, RawEntry, SprayEntry},
    trail::names,
};
use testkit::{TestDb, on_both};
use trace::genealogy::{Finding, NodeKind};

const PLANT: &str = "3300/00001";

/// A farm of 20 mu filed for the plant, 60 t a month at most.
async fn farm(b: &Bureau, no: &str) {
    let mut tx = b.begin().await;
    let plant = registry::trade::plant_by_no(&mut tx, PLANT).await.expect("a reading").expect("a plant");
    let name = kernel::bi(format!("基地{no}"), format!("Farm {no}"));
    registry::trade::file_farm(&mut tx, &Actor::system(), no, &plant, &name, 20, 60_000)
        .await
        .expect("filed");
    b.desk.finish(tx).await.expect("commit");
}

fn raw(no: &str, farm: &str, kilograms: &str) -> RawEntry {
    RawEntry {
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
    }
}

fn made(no: &str, inputs: &[(&str, &str)]) -> ProductionEntry {
    ProductionEntry {
        plant: PLANT.into(),
        no: no.into(),
        hs: "071030".into(),
        kilograms: "12000".into(),
        made_on: "2026-04-12".into(),
        inputs: inputs.iter().map(|(no, kg)| ((*no).to_owned(), (*kg).to_owned())).collect(),
    }
}

async fn receive(b: &Bureau, e: &RawEntry) {
    let mut tx = b.begin().await;
    supply::receive(&mut tx, &Actor::system(), e).await.expect("received");
    b.desk.finish(tx).await.expect("commit");
}

async fn build(b: &Bureau, e: &ProductionEntry) -> Vec<Flaw> {
    let mut tx = b.begin().await;
    let (_, flaws) = supply::build(&mut tx, &Actor::system(), e).await.expect("built");
    b.desk.finish(tx).await.expect("commit");
    flaws
}

async fn spray(b: &Bureau, farm: &str, applied_on: &str) {
    let mut tx = b.begin().await;
    let e = SprayEntry {
        farm: farm.into(),
        field: "F1".into(),
        product: "chlorpyrifos".into(),
        interval_days: 7,
        applied_on: applied_on.into(),
    };
    supply::record_spray(&mut tx, &Actor::system(), &e).await.expect("recorded");
    b.desk.finish(tx).await.expect("commit");
}

/// All that was recorded, told as events and read into the genealogy.
async fn lots(b: &Bureau) -> Arc<Lots> {
    let lots = Lots::open(&b.desk, None).await.expect("opened");
    lots.turn(&b.desk).await.expect("a turn");
    lots
}

fn trace(lots: &Lots, name: &str, way: Way) -> Found {
    ask(lots, &Question { lots: vec![name.into()], way, with: vec![Part::Gaps], ..Question::default() })
}

fn has(found: &Found, kind: NodeKind, name: &str) -> bool {
    found.items.iter().any(|i| i.kind == kind && i.name == name)
}

on_both! {
    async fn m3_1_a_trace_runs_from_the_lot_back_to_fields_and_sprays_and_forward_to_all_consignments(t: TestDb) {
        let b = Bureau::open(&t).await;
        farm(&b, "NB01").await;
        farm(&b, "NB02").await;
        spray(&b, "NB01", "2026-03-20").await;
        receive(&b, &raw("R1", "NB01", "8000")).await;
        receive(&b, &raw("R2", "NB02", "7000")).await;
        build(&b, &made("20110412-B", &[("R1", "8000"), ("R2", "6000")])).await;
        build(&b, &made("20110413-A", &[("R2", "1000")])).await;
        let complained = b.lodge("20110412-B").await;
        let other = b.lodge("20110413-A").await;
        let sun = b.officer("R001", Role::Releaser, &[Task::Release]).await;
        b.to_release(other, true).await;
        let of = b.lots(other).await;
        b.settle(&sun, other, &of, Outcome::Release, "").await.expect("released");
        let lots = lots(&b).await;

        let lot = names::lot(PLANT, "20110412-B");
        let back = trace(&lots, &lot, Way::Back);
        for (kind, name) in [
            (NodeKind::Lot, names::raw(PLANT, "R1")),
            (NodeKind::Lot, names::raw(PLANT, "R2")),
            (NodeKind::Origin, names::farm("NB01")),
            (NodeKind::Origin, names::farm("NB02")),
        ] {
            assert!(has(&back, kind, &name), "{name} upstream");
        }
        assert_eq!(back.stops, [], "every raw lot has its farm");
        let harvest = back.items.iter().find(|i| i.name == names::raw(PLANT, "R1")).expect("a raw lot");
        let id = format!("ni:///sha-256;{}?ver=CBV2.0", hex::encode(harvest.entry.expect("an entry")));
        let mut tx = b.read().await;
        let event = supervision::epcis::event(&mut tx, &Actor::system(), &id).await.expect("a reading");
        let body = &event[0].body;
        assert!(body.contains("chlorpyrifos 2026-03-20 (7 d)") && body.contains("\"F1\""), "{body}");

        let no = |d: &supervision::declaration::Declaration| names::consignment(&d.no);
        let (mine, others) = (b.declaration(complained).await, b.declaration(other).await);
        let farm_forward = trace(&lots, &names::farm("NB02"), Way::Forward);
        assert!(has(&farm_forward, NodeKind::Lot, &no(&mine)) && has(&farm_forward, NodeKind::Lot, &no(&others)));
        assert!(!has(&trace(&lots, &names::farm("NB01"), Way::Forward), NodeKind::Lot, &no(&others)));
        let notice = Notice {
            source: "authority".into(), reference: "EU-1".into(), kind: "border rejection".into(),
            notified_on: "2026-11-24".into(), notifier: "Germany".into(), origin: vec!["China".into()],
            product: "Frozen spinach".into(), category: "Fruits and vegetables".into(), hazard: "Chlorpyrifos".into(),
            hazard_category: "Pesticide residues".into(), serious: true, lot_no: Some("20110412-B".into()),
            ..Notice::default()
        };
        drop(tx);
        let mut tx = b.begin().await;
        let registered = notification::register(&mut tx, &Actor::system(), &notice).await.expect("registered");
        b.desk.finish(tx).await.expect("commit");
        let Registered::FollowUp(id) = registered else { panic!("{registered:?}") };
        let n = notification::one(&mut b.read().await, id).await.expect("a reading").expect("a notification");
        assert_eq!(n.due_at, n.received_at.plus_hours(24), "the reply clock runs");
    }

    async fn m3_3_a_trace_stops_at_the_break_and_every_lot_of_the_gap_is_in_scope(t: TestDb) {
        let b = Bureau::open(&t).await;
        farm(&b, "NB01").await;
        let ago = |days: i64| Timestamp(t.clock.now().0 - days * Timestamp::DAY).date();
        for no in ["R1", "R2"] {
            let day = ago(3).to_string();
            receive(&b, &RawEntry { harvested_on: day.clone(), received_on: day, ..raw(no, "NB01", "8000") }).await;
        }
        // The plant cannot show what went into the lot that it declared; another lot of those days it can.
        let shown = ProductionEntry { made_on: ago(2).to_string(), ..made("SHOWN", &[("R1", "8000")]) };
        build(&b, &shown).await;
        let silent = b.desk.lodge(&Actor::system(), &spinach("SILENT")).await.expect("lodged");
        assert_eq!(b.declaration(silent).await.stage, Stage::Lodged);
        let lots = lots(&b).await;
        let found = trace(&lots, &names::lot(PLANT, "SILENT"), Way::Back);
        assert_eq!(found.stops.len(), 1, "{:?}", found.stops);
        let stop = &found.stops[0];
        assert!(matches!(stop.finding, Finding::LotWithoutInputs | Finding::LotWithoutOrigin), "{stop:?}");
        let (place, period) = stop.gap.clone().expect("a gap");
        assert_eq!(place, names::plant(PLANT));
        let complete = Timestamp::at(ago(2), 17, 0).0 / 1000;
        assert!(period.start > complete, "the gap begins after the last complete record: {period:?}");
        let scope: Vec<&str> = found.scope.iter().map(|(lot, ..)| lot.as_str()).collect();
        for lot in [names::lot(PLANT, "SILENT"), names::raw(PLANT, "R2")] {
            assert!(scope.contains(&lot.as_str()), "{lot} in {scope:?}");
        }
        assert!(trace(&lots, &names::lot(PLANT, "SHOWN"), Way::Back).stops.is_empty());
    }

    async fn m5_3_one_raw_lot_without_the_proof_of_a_registered_farm_holds_the_whole_lot(t: TestDb) {
        let b = Bureau::open(&t).await;
        farm(&b, "NB01").await;
        for no in ["R1", "R2", "R3", "R4"] {
            receive(&b, &raw(no, "NB01", "3000")).await;
        }
        receive(&b, &raw("R5", "", "3000")).await;
        let inputs = ["R1", "R2", "R3", "R4", "R5"].map(|no| (no, "2600"));
        let flaws = build(&b, &made("L1", &inputs)).await;
        assert_eq!(flaws, [Flaw::Unproven { raw: "R5".into() }]);
        let sun = b.officer("R001", Role::Releaser, &[Task::Release]).await;
        let id = b.lodge("L1").await;
        b.to_release(id, true).await;
        let of = b.lots(id).await;
        let no = refusal(b.settle(&sun, id, &of, Outcome::Release, "").await);
        assert_eq!(no.code, "release.against");
        assert!(no.missing.iter().any(|m| m.needed.en.contains("raw lot R5")), "{:?}", no.missing);
        let unfiled = RawEntry { farm: "NB99".into(), proof_no: "P-9".into(), ..raw("R6", "", "10") };
        let mut tx = b.begin().await;
        let no = refusal(supply::receive(&mut tx, &Actor::system(), &unfiled).await);
        assert_eq!((no.missing[0].field.as_str(), no.missing[0].value.as_str()), ("farm", "NB99"));
        drop(tx);
        let lots = lots(&b).await;
        let found = trace(&lots, &names::lot(PLANT, "L1"), Way::Back);
        let stopped: Vec<&str> = found.stops.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(stopped, [names::raw(PLANT, "R5")], "the trace stops at the raw lot that came from nowhere");
    }

    async fn m5_4_a_farm_over_its_filed_maximum_opens_an_alert_and_rejects_nothing(t: TestDb) {
        let b = Bureau::open(&t).await;
        farm(&b, "NB01").await;
        receive(&b, &raw("R1", "NB01", "50000")).await;
        assert_eq!(supply::alerts(&mut b.read().await, 10).await.expect("alerts"), []);
        receive(&b, &raw("R2", "NB01", "40000")).await;
        receive(&b, &raw("R3", "NB01", "1000")).await;
        let alerts = supply::alerts(&mut b.read().await, 10).await.expect("alerts");
        assert_eq!(alerts.len(), 1, "one alert a month");
        assert_eq!((alerts[0].month.as_str(), alerts[0].delivered, alerts[0].maximum_kg), ("2026-04", 91_000_000, 60_000));
        let mut tx = b.read().await;
        let facts = store::ledger::page(&mut tx, i64::MAX, 50, Some("supply.exceeded")).await.expect("facts");
        assert_eq!(facts.len(), 1);
        drop(tx);
        assert_eq!(build(&b, &made("L1", &[("R1", "12500")])).await, []);
        let sun = b.officer("R001", Role::Releaser, &[Task::Release]).await;
        let id = b.lodge("L1").await;
        b.to_release(id, true).await;
        let of = b.lots(id).await;
        b.settle(&sun, id, &of, Outcome::Release, "").await.expect("the lot is not rejected");
    }

    async fn m5_5_a_harvest_within_the_interval_holds_the_lot_and_orders_a_targeted_test(t: TestDb) {
        let b = Bureau::open(&t).await;
        farm(&b, "NB01").await;
        spray(&b, "NB01", "2026-04-07").await;
        let mut tx = b.begin().await;
        let no = refusal(supply::receive(&mut tx, &Actor::system(), &raw("R1", "NB01", "13000")).await);
        drop(tx);
        assert_eq!((no.code.as_str(), no.missing[0].field.as_str()), ("supply.early_harvest", "harvested_on"));
        assert!(no.clause.as_deref().is_some_and(|c| c.contains("第四十九条")) && no.missing[0].needed.en.contains("2026-04-14"), "{no:?}");
        // It is in the plant already: entered knowingly, it is entered as it was.
        receive(&b, &RawEntry { known_early: true, ..raw("R1", "NB01", "13000") }).await;
        // Declared first, built afterwards: the hold meets it all the same.
        let before = b.lodge("L1").await;
        let flaws = build(&b, &made("L1", &[("R1", "12500")])).await;
        assert_eq!(flaws, [Flaw::Interval { raw: "R1".into(), product: "chlorpyrifos".into(), interval_days: 7, waited_days: 4 }]);
        let made = supply::production_by_no(&mut b.read().await, "L1").await.expect("a reading");
        assert_eq!(made[0].tests, ["chlorpyrifos"]);
        let mut tx = b.read().await;
        let held = supervision::release::dossier(&mut tx, &Actor::system(), before).await.expect("a reading").expect("a dossier");
        assert_eq!(held.lots[0].settlements[0].reason, "harvest_interval");
        let decided = supervision::targeting::decision(&mut tx, before).await.expect("a reading").expect("a decision");
        assert!(decided.added.as_deref().is_some_and(|r| r.contains("chlorpyrifos")), "{decided:?}");
        assert!(held.declaration.selected);
    }

    async fn a_plant_sees_its_own_links_one_up_and_one_down_and_the_authority_sees_all(t: TestDb) {
        let b = Bureau::open(&t).await;
        farm(&b, "NB01").await;
        spray(&b, "NB01", "2026-03-20").await;
        receive(&b, &raw("R1", "NB01", "13000")).await;
        build(&b, &made("L1", &[("R1", "12500")])).await;
        b.lodge("L1").await;
        let mut tx = b.begin().await;
        let name = kernel::bi("他厂", "Another");
        let other = registry::trade::list_operator(&mut tx, &Actor::system(), "3302960002", "exporter", name, 1).await.expect("listed");
        b.desk.finish(tx).await.expect("commit");
        lots(&b).await;
        let seen = async |by: Actor| {
            let page = supervision::epcis::events(&mut b.read().await, &by, &trace::epcis::Query::default()).await.expect("a page");
            page.events.len()
        };
        let of = |id| Actor { scope: kernel::Scope::Operator(id), roles: vec![Role::Declarant], ..Actor::system() };
        assert_eq!(seen(Actor::system()).await, 6, "spray, harvest, shipping, receiving, making, packing");
        assert_eq!(seen(of(b.exporter.id)).await, 4, "one up is what came to it; the field's own record is the farm's");
        assert_eq!(seen(of(other.id)).await, 0);
    }

    async fn an_amended_or_withdrawn_declaration_declares_its_packing_an_error(t: TestDb) {
        let b = Bureau::open(&t).await;
        let id = b.lodge("L1").await;
        let lots = lots(&b).await;
        let d = b.declaration(id).await;
        let lot = names::lot(PLANT, "L1");
        assert!(has(&trace(&lots, &lot, Way::Forward), NodeKind::Lot, &names::consignment(&d.no)));
        let declarant = Actor { scope: kernel::Scope::Operator(b.exporter.id), roles: vec![Role::Declarant], ..Actor::system() };
        let mut tx = b.begin().await;
        supervision::declaration::withdraw(&mut tx, &declarant, id, "sent by mistake").await.expect("withdrawn");
        b.desk.finish(tx).await.expect("commit");
        lots.turn(&b.desk).await.expect("a turn");
        assert!(!has(&trace(&lots, &lot, Way::Forward), NodeKind::Lot, &names::consignment(&d.no)));
        assert_eq!(lots.turn(&b.desk).await.expect("a turn"), 0, "nothing is told twice");
    }
}
