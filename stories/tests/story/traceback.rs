//! Stories of traces and drills, each on SQLite and on PostgreSQL.

use kernel::{Actor, DeclarationId, LotId, Supervision, Timestamp};
use stories::{
    abroad::{BUYER, FARM, hall, harvest, lgtin, made, notice, shipped},
    spinach, spinach_lots,
};
use supervision::{
    competence::{Release, admit},
    notification,
    release::{self, Order, Outcome},
    traceback::{self, Start, Starts},
};
use testkit::{TestDb, on_both};

on_both! {
    async fn m3_1_a_full_trace_shows_farms_upstream_and_every_consignment_and_consignee_downstream(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, lots) = h.notified("20110412-B", "2026.1").await;
        let other = h.b.lodge("20110412-C").await;
        let mut again = spinach("20110412-B");
        again.market = "KR".into();
        let second = h.b.desk.lodge(&Actor::system(), &again).await.expect("lodged");
        h.captured(&[
            harvest("R1", FARM, "2026-04-10T08:00:00+08:00"),
            harvest("R2", "urn:epc:id:sgln:6912345.10002.0", "2026-04-10T09:00:00+08:00"),
            made(&["R1", "R2"], &["20110412-B", "20110412-C"], "2026-04-12T10:00:00+08:00"),
            shipped("20110412-B", BUYER, "2026-04-20T10:00:00+08:00"),
        ].join(",")).await;
        let genealogy = h.genealogy().await;
        let mut tx = h.b.begin().await;
        traceback::mark(&mut tx, &h.risk, lots[0], &lgtin("20110412-B")).await.expect("marked");
        let from = Start { notification: Some(id), starts: Starts { lots, uris: vec![] }, seed: None };
        let trace = traceback::start(&mut tx, &h.risk, &from).await.expect("started");
        let found = traceback::run(&mut tx, &h.risk, &*genealogy, trace, &[]).await.expect("run");
        h.b.desk.finish(tx).await.expect("commit");
        assert_eq!(found.completeness(), (3, 3), "{found:?}");
        assert!(found.complete() && found.farms.len() == 2, "{found:?}");
        let of = |d: DeclarationId| found.consignments.iter().find(|c| c.declaration == d).map(|c| c.how.clone());
        assert_eq!(of(second).as_deref(), Some("same_number"), "{found:?}");
        assert_eq!(of(other).as_deref(), Some("downstream"), "made of the same ingredients: {found:?}");
        assert!(found.deliveries.iter().any(|d| d.to.contains("4098765")), "{found:?}");
        // The run is stored and gives the same again, whatever comes in later.
        h.captured(&harvest("R1", "urn:epc:id:sgln:6912345.10003.0", "2026-04-11T08:00:00+08:00")).await;
        let mut tx = h.b.begin().await;
        let genealogy = h.genealogy().await;
        let replay = traceback::replay(&mut tx, &*genealogy, trace, 1).await.expect("replayed");
        assert!(replay.same, "{:?}", replay.again);
        assert!(traceback::end(&mut tx, &h.risk, trace, false, "complete").await.expect("ended"));
        h.b.desk.finish(tx).await.expect("commit");
        let facts = h.facts("traceback.ended").await;
        assert!(facts.iter().any(|f| matches!(f, Supervision::TraceEnded(e) if e.met && e.kind == "notification")));
    }

    async fn m3_3_a_broken_trace_stops_raises_a_finding_and_puts_the_gap_in_scope(t: TestDb) {
        let h = hall(&t).await;
        let inside = h.b.lodge("B13").await;
        let outside = h.b.lodge("B20").await;
        h.captured(&[
            harvest("R0", FARM, "2026-04-08T08:00:00+08:00"),
            made(&["R0"], &["B11"], "2026-04-11T08:00:00+08:00"),
            made(&[], &["B12"], "2026-04-12T10:00:00+08:00"),
            made(&[], &["B13"], "2026-04-13T10:00:00+08:00"),
            made(&["R0"], &["B15"], "2026-04-15T10:00:00+08:00"),
            made(&["R0"], &["B20"], "2026-04-20T10:00:00+08:00"),
        ].join(",")).await;
        let lot = h.b.lots(inside).await[0];
        let mut tx = h.b.begin().await;
        traceback::mark(&mut tx, &h.risk, lot, &lgtin("B13")).await.expect("marked");
        h.b.desk.finish(tx).await.expect("commit");
        let starts = Starts { lots: h.b.lots(inside).await, uris: vec![lgtin("B12")] };
        let (_, found) = h.traced(starts, &[]).await;
        assert!(!found.complete() && !found.breaks.is_empty(), "{found:?}");
        let gap = found.breaks[0].gap.clone().expect("the break lies in a gap");
        assert!(gap.place.contains("414/"), "{gap:?}");
        for lot in ["B12", "B13"] {
            assert!(found.gap_lots.iter().any(|k| k.ends_with(lot)), "{lot} is in scope: {found:?}");
        }
        let how = |d| found.consignments.iter().find(|c| c.declaration == d).map(|c| c.how.clone());
        assert!(how(inside).is_some(), "{found:?}");
        assert_eq!(how(outside), None, "made after the records go on: {found:?}");
        let facts = h.facts("traceback.run").await;
        assert!(facts.iter().any(|f| matches!(f, Supervision::TraceRun(r) if r.breaks > 0 && r.known < r.lots)));
    }

    async fn m3_8_drills_are_drawn_each_quarter_and_one_of_31_hours_fails(t: TestDb) {
        let h = hall(&t).await;
        let mut tx = h.b.begin().await;
        assert_eq!(traceback::draw(&mut tx).await.expect("drawn"), 0, "nothing was released in the quarter before");
        h.b.desk.finish(tx).await.expect("commit");
        let mut l = spinach_lots(&["D1", "D2", "D3"]);
        l.key = None;
        let d = h.b.desk.lodge(&Actor::system(), &l).await.expect("lodged");
        h.b.to_release(d, true).await;
        let lots = h.b.lots(d).await;
        let mut tx = h.b.begin().await;
        let license = admit::<Release>(&mut tx, &h.releaser, d).await.expect("licensed");
        let order = Order { lots, outcome: Outcome::Release, reason: String::new(), note: String::new() };
        release::settle(&mut tx, &license, &order).await.expect("released");
        h.b.desk.finish(tx).await.expect("commit");
        t.pass(60 * Timestamp::DAY);
        let swept = flow::clockwork::run_due(&h.b.desk).await.expect("swept");
        assert_eq!(swept.drills, 1, "one lot of the one plant");
        assert_eq!(flow::clockwork::run_due(&h.b.desk).await.expect("swept").drills, 0, "once a quarter");
        let drill = traceback::open(&mut h.b.read().await, None, 10).await.expect("open").remove(0);
        assert!(drill.kind == "drill" && drill.seed.is_some() && drill.officer.is_none());
        t.pass(31 * Timestamp::HOUR);
        let mut tx = h.b.begin().await;
        let met = traceback::end(&mut tx, &h.risk, drill.id, true, "records delivered after 31 hours").await;
        assert!(!met.expect("ended"), "complete, but too late");
        h.b.desk.finish(tx).await.expect("commit");
        let facts = h.facts("traceback.ended").await;
        let ended = facts.iter().find_map(|f| if let Supervision::TraceEnded(e) = f { Some(e) } else { None }).expect("a fact");
        assert_eq!((ended.kind.as_str(), ended.complete, ended.in_time, ended.met, ended.hours), ("drill", true, false, false, 31));
    }

    async fn the_fenugreek_of_2011_is_traced_to_the_shared_lot(t: TestDb) {
        let h = hall(&t).await;
        let importer = "urn:epc:id:sgln:4012345.00001.0";
        let seed = |lot: &str| format!(r#"{{"epcClass":"urn:epc:class:lgtin:6223456.000001.{lot}","quantity":15000,"uom":"KGM"}}"#);
        let object = |time: &str, action: &str, step: &str, at: &str, lots: &str, to: &str| {
            let to = if to.is_empty() { String::new() } else { format!(r#","destinationList":[{{"type":"location","destination":"{to}"}}]"#) };
            format!(r#"{{"type":"ObjectEvent","eventTime":"{time}","eventTimeZoneOffset":"+00:00","action":"{action}","bizStep":"{step}","bizLocation":{{"id":"{at}"}},"quantityList":[{lots}]{to}}}"#)
        };
        let relotted = |time: &str, at: &str, from: &str, into: &str, n: u8| format!(
            r#"{{"type":"TransformationEvent","eventTime":"{time}","eventTimeZoneOffset":"+00:00","transformationID":"urn:uuid:00000000-0000-4000-8000-00000000000{n}","bizLocation":{{"id":"{at}"}},"inputQuantityList":[{from}],"outputQuantityList":[{into}]}}"#
        );
        let exporter = "urn:epc:id:sgln:6223456.00001.0";
        let (farm, garden) = ("urn:epc:id:sgln:4034567.00001.0", "urn:epc:id:sgln:3098765.00001.0");
        // Lot 48088 leaves Damietta, is re-lotted as 6832 by the importer, and goes on to a sprouting farm in
        // Lower Saxony and, by way of a firm in the United Kingdom, to a garden centre in Bègles.
        h.captured(&[
            object("2009-11-20T08:00:00Z", "ADD", "commissioning", exporter, &seed("48088"), ""),
            object("2009-11-24T08:00:00Z", "OBSERVE", "shipping", exporter, &seed("48088"), importer),
            relotted("2009-12-20T08:00:00Z", importer, &seed("48088"), &seed("6832"), 1),
            object("2010-10-01T08:00:00Z", "ADD", "commissioning", exporter, &seed("8266"), ""),
            object("2010-10-20T08:00:00Z", "OBSERVE", "shipping", exporter, &seed("8266"), importer),
            object("2011-01-10T08:00:00Z", "OBSERVE", "shipping", importer, &seed("6832"), farm),
            relotted("2011-04-20T08:00:00Z", farm, &seed("6832"), &seed("SPROUTS-DE"), 2),
            relotted("2011-01-20T08:00:00Z", "urn:epc:id:sgln:5012345.00001.0", &seed("6832"), &seed("UK-50G"), 3),
            object("2011-02-01T08:00:00Z", "OBSERVE", "shipping", "urn:epc:id:sgln:5012345.00001.0", &seed("UK-50G"), garden),
            relotted("2011-06-02T08:00:00Z", garden, &seed("UK-50G"), &seed("SPROUTS-FR"), 4),
        ].join(",")).await;
        let clusters = ["SPROUTS-DE", "SPROUTS-FR"].map(|l| format!("urn:epc:class:lgtin:6223456.000001.{l}"));
        let mut shared: Option<std::collections::BTreeSet<String>> = None;
        for cluster in &clusters {
            let (_, found) = h.traced(Starts { lots: vec![], uris: vec![cluster.clone()] }, &[]).await;
            assert!(found.complete(), "{found:?}");
            let lots = found.upstream.iter().map(|u| u.key.clone()).collect();
            shared = Some(match shared {
                None => lots,
                Some(before) => before.intersection(&lots).cloned().collect(),
            });
        }
        let shared = shared.expect("two traces");
        assert!(shared.iter().any(|k| k.ends_with("/10/48088")) && shared.iter().any(|k| k.ends_with("/10/6832")));
        assert!(!shared.iter().any(|k| k.ends_with("/10/8266")), "the second lot explains neither: {shared:?}");
        // Forward from the shared lot, both clusters and everyone who got of it are found.
        let root = "urn:epc:class:lgtin:6223456.000001.48088".to_owned();
        let (_, found) = h.traced(Starts { lots: vec![], uris: vec![root] }, &[]).await;
        for lot in ["SPROUTS-DE", "SPROUTS-FR", "6832"] {
            assert!(found.downstream.iter().any(|k| k.ends_with(lot)), "{lot}: {found:?}");
        }
        assert_eq!(found.deliveries.len(), 3, "{found:?}");
    }

    async fn missed_and_over_pulled_lots_are_told_for_each_kind_of_notice(t: TestDb) {
        let h = hall(&t).await;
        // Thirty days of one plant: three raw lots a day, the last of them goes on into the next day. Raw lot 12-2
        // is contaminated, so that what was made of it on days 12 and 13 is.
        let raw = |d: usize, n: usize| format!("R{d}-{n}");
        let lot = |d: usize| format!("SP{d}");
        let mut events = Vec::new();
        for d in 1..=30 {
            for n in 0..3 {
                events.push(harvest(&raw(d, n), &format!("urn:epc:id:sgln:6912345.1000{n}.0"), &format!("2026-04-{d:02}T06:00:00+08:00")));
            }
            // On days 20 to 22 nobody wrote down what went in.
            let time = format!("2026-04-{d:02}T10:00:00+08:00");
            let inputs: Vec<String> = if (20..=22).contains(&d) { vec![] } else { [raw(d, 0), raw(d, 1), raw(d, 2)].into_iter().chain((d > 1).then(|| raw(d - 1, 2))).collect() };
            let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
            events.push(made(&inputs, &[&lot(d)], &time));
        }
        h.captured(&events.join(",")).await;
        let mut lots = Vec::new();
        for d in 1..=30 {
            let declared = h.b.lodge(&lot(d)).await;
            let id = h.b.lots(declared).await[0];
            let mut tx = h.b.begin().await;
            traceback::mark(&mut tx, &h.risk, id, &lgtin(&lot(d))).await.expect("marked");
            h.b.desk.finish(tx).await.expect("commit");
            lots.push(id);
            t.pass(Timestamp::DAY);
        }
        let truth = [lots[11], lots[12]];
        let told = |kind: &str, pulled: &[LotId], truth: &[LotId]| {
            let missed = truth.iter().filter(|l| !pulled.contains(l)).count();
            let over = pulled.iter().filter(|l| !truth.contains(l)).count();
            println!("{kind}: {} pulled of 30, {missed} of {} missed, {over} too many", pulled.len(), truth.len());
            (missed, over)
        };
        let of = |found: &traceback::Found| found.consignments.iter().map(|c| c.lot).collect::<Vec<_>>();
        // The lot itself is named.
        let (_, found) = h.traced(Starts { lots: vec![lots[11]], uris: vec![] }, &[]).await;
        assert_eq!(told("exact lot", &of(&found), &truth), (0, 1), "beside it lies the lot of the day before");
        // Only product, plant and window are told.
        let mut n = notice("2026.9", None, h.b.read().await.now().date().to_string());
        n.plant = Some("3300/00001".into());
        let id = h.registered(&n).await;
        let found = notification::candidates(&mut h.b.read().await, id).await.expect("candidates");
        let pulled: Vec<LotId> = found.iter().map(|c| c.lot).collect();
        let (missed, over) = told("product, plant and window", &pulled, &truth);
        assert!(pulled.len() == 20 && over >= 18 && missed <= 2, "a window says little: {missed} missed, {over} too many");
        // The lot is named, but the records of its days are broken: the whole gap is in scope.
        let truth = [lots[20], lots[21]];
        let (_, found) = h.traced(Starts { lots: vec![lots[20]], uris: vec![] }, &[]).await;
        assert_eq!(told("broken records", &of(&found), &truth), (0, 1), "{found:?}");
    }
}
