//! Stories of what follows a notification, each on SQLite and on PostgreSQL: traces, recalls, corrections,
//! intensified control and drills.

use kernel::{
    Actor, DeclarationId, Fact, LotId, NotificationId, OfficerId, RecallId, Role, Scope, Supervision,
    Timestamp,
};
use std::sync::Arc;
use stories::{Bureau, refusal, spinach, spinach_lots};
use supervision::{
    competence::{Release, Task, admit},
    correction,
    epcis::Behaviour,
    notification::{self, Notice, Registered, Stage},
    recall::{self, Call},
    release::{self, Order, Outcome},
    series,
    traceback::{self, Gap, Start, Starts},
};
use testkit::{TestDb, on_both};

fn notice(reference: &str, lot_no: Option<&str>, day: String) -> Notice {
    Notice {
        source: "rasff".into(),
        reference: reference.into(),
        kind: "border rejection".into(),
        notified_on: day,
        notifier: "Germany".into(),
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

/// The bureau with a risk analyst of its own and three officers of another branch.
struct Hall {
    b: Bureau,
    risk: Actor,
    head: Actor,
    releaser: Actor,
    panel: Vec<OfficerId>,
}

async fn hall(t: &TestDb) -> Hall {
    let b = Bureau::open(t).await;
    let mut risk = b.officer("R001", Role::Risk, &[]).await;
    risk.scope = Scope::Bureau;
    let head = b.officer("M001", Role::Manager, &[]).await;
    let releaser = b.officer("F001", Role::Releaser, &[Task::Release]).await;
    let mut tx = b.begin().await;
    let mut panel = Vec::new();
    for no in ["Z001", "Z002", "Z003"] {
        let name = kernel::bi(no, no);
        let by = Actor::system();
        let posted = registry::people::post_officer(&mut tx, &by, no, &name, &b.zhenhai, b.post).await;
        panel.push(posted.expect("an officer"));
    }
    b.desk.finish(tx).await.expect("commit");
    Hall { b, risk, head, releaser, panel }
}

impl Hall {
    async fn registered(&self, n: &Notice) -> NotificationId {
        let mut tx = self.b.begin().await;
        let done = notification::register(&mut tx, &self.risk, n).await.expect("registered");
        self.b.desk.finish(tx).await.expect("commit");
        match done {
            Registered::FollowUp(id) => id,
            other => panic!("a follow-up was expected: {other:?}"),
        }
    }

    async fn attributed(&self, id: NotificationId, lots: &[LotId]) {
        let mut tx = self.b.begin().await;
        notification::attribute(&mut tx, &self.risk, id, lots, &self.panel, "the lot number agrees")
            .await
            .expect("attributed");
        self.b.desk.finish(tx).await.expect("commit");
    }

    /// A lot that a panel attributed a notification to, out of the gate.
    async fn notified(&self, lot: &str, reference: &str) -> (NotificationId, DeclarationId, Vec<LotId>) {
        let d = self.b.lodge(lot).await;
        let lots = self.released(d).await;
        let today = self.b.read().await.now().date().to_string();
        let id = self.registered(&notice(reference, Some(lot), today)).await;
        self.attributed(id, &lots).await;
        (id, d, lots)
    }

    async fn released(&self, d: DeclarationId) -> Vec<LotId> {
        self.b.to_release(d, true).await;
        let lots = self.b.lots(d).await;
        self.b.settle(&self.releaser, d, &lots, Outcome::Release, "").await.expect("released");
        lots
    }

    /// The facts of a kind.
    async fn facts(&self, kind: &str) -> Vec<Supervision> {
        let mut tx = self.b.read().await;
        let stored = store::ledger::page(&mut tx, i64::MAX, 50, Some(kind)).await.expect("facts");
        let facts = stored.iter().filter_map(|f| Fact::decode(&f.kind, &f.body).expect("a fact"));
        facts.filter_map(|f| if let Fact::Supervision(s) = f { Some(s) } else { None }).collect()
    }

    async fn opened(&self, id: NotificationId, class: i64, lots: &[LotId]) -> RecallId {
        let mut tx = self.b.begin().await;
        let call = Call { notification: id, class, hazard: "Chlorpyrifos", reason: "above the limit", lots };
        let recall = recall::open(&mut tx, &self.risk, &call).await.expect("opened");
        self.b.desk.finish(tx).await.expect("commit");
        recall
    }

    async fn captured(&self, events: &str) {
        let text = format!(
            r#"{{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-24T00:00:00Z","epcisBody":{{"eventList":[{events}]}}}}"#
        );
        let bytes: Arc<[u8]> = text.into_bytes().into();
        let done = self.b.desk.capture(&Actor::system(), Behaviour::Rollback, bytes).await.expect("captured");
        assert_eq!(done.tally.rejected, 0, "{:?}", done.tally);
    }

    async fn traced(&self, starts: Starts, gaps: &[Gap]) -> (kernel::TracebackId, traceback::Found) {
        let mut tx = self.b.begin().await;
        let from = Start { notification: None, starts, seed: None };
        let id = traceback::start(&mut tx, &self.risk, &from).await.expect("started");
        let found = traceback::run(&mut tx, &self.risk, id, gaps).await.expect("run");
        self.b.desk.finish(tx).await.expect("commit");
        (id, found)
    }
}

const FARM: &str = "urn:epc:id:sgln:6912345.10001.0";
const PLANT: &str = "urn:epc:id:sgln:6912345.00001.0";
const BUYER: &str = "urn:epc:id:sgln:4098765.00001.0";

fn lgtin(lot: &str) -> String {
    format!("urn:epc:class:lgtin:6912345.100001.{lot}")
}

fn quantity(lot: &str, kg: u32) -> String {
    format!(r#"{{"epcClass":"{}","quantity":{kg},"uom":"KGM"}}"#, lgtin(lot))
}

/// A raw lot harvested at a farm.
fn harvest(lot: &str, farm: &str, time: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","eventTime":"{time}","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","bizLocation":{{"id":"{farm}"}},"quantityList":[{}]}}"#,
        quantity(lot, 5000)
    )
}

/// A process of its own for each time.
fn process(time: &str) -> String {
    let digits: String = time.chars().filter(char::is_ascii_digit).collect();
    format!("00000000-0000-4000-8000-{}", &digits[2..14])
}

/// Lots made from lots at the plant.
fn made(inputs: &[&str], outputs: &[&str], time: &str) -> String {
    let list = |lots: &[&str]| lots.iter().map(|l| quantity(l, 4000)).collect::<Vec<_>>().join(",");
    let inputs =
        if inputs.is_empty() { String::new() } else { format!(r#""inputQuantityList":[{}],"#, list(inputs)) };
    format!(
        r#"{{"type":"TransformationEvent","eventTime":"{time}","eventTimeZoneOffset":"+08:00","transformationID":"urn:uuid:{}","bizLocation":{{"id":"{PLANT}"}},{inputs}"outputQuantityList":[{}]}}"#,
        process(time),
        list(outputs)
    )
}

fn shipped(lot: &str, to: &str, time: &str) -> String {
    format!(
        r#"{{"type":"ObjectEvent","eventTime":"{time}","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"shipping","bizLocation":{{"id":"{PLANT}"}},"quantityList":[{}],"destinationList":[{{"type":"location","destination":"{to}"}}]}}"#,
        quantity(lot, 4000)
    )
}

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
        let mut tx = h.b.begin().await;
        traceback::mark(&mut tx, &h.risk, lots[0], &lgtin("20110412-B")).await.expect("marked");
        let from = Start { notification: Some(id), starts: Starts { lots, uris: vec![] }, seed: None };
        let trace = traceback::start(&mut tx, &h.risk, &from).await.expect("started");
        let found = traceback::run(&mut tx, &h.risk, trace, &[]).await.expect("run");
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
        let replay = traceback::replay(&mut tx, trace, 1).await.expect("replayed");
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

    async fn m3_5_control_steps_up_by_itself_and_comes_back_only_by_rule(t: TestDb) {
        let h = hall(&t).await;
        let pending = h.b.lodge("P0").await;
        let (id, _, _) = h.notified("L1", "2026.1").await;
        assert!(h.b.declaration(pending).await.selected, "what is pending is inspected too");
        let mut tx = h.b.begin().await;
        notification::find_cause(&mut tx, &h.risk, id, "farm_input", "spray record of field 3").await.expect("a cause");
        h.b.desk.finish(tx).await.expect("commit");
        let mut run = 0;
        for n in 0..7 {
            let d = h.b.lodge(&format!("N{n}")).await;
            assert!(h.b.declaration(d).await.selected, "100 % while the series runs");
            if n == 1 {
                h.b.to_release(d, false).await;
                let lots = h.b.lots(d).await;
                h.b.settle(&h.releaser, d, &lots, Outcome::Return, "nonconforming").await.expect("returned");
                run = 0;
            } else {
                h.released(d).await;
                run += 1;
            }
            let mut tx = h.b.read().await;
            let s = series::of_notification(&mut tx, id).await.expect("series").remove(0);
            assert_eq!((s.clean, s.ended_at), (run, None), "one failure begins the count anew; no correction yet");
        }
        let mut tx = h.b.begin().await;
        let asked = correction::of_notification(&mut tx, id).await.expect("corrections").remove(0);
        correction::plan(&mut tx, &h.risk, asked.id, "a spray record for each field").await.expect("planned");
        correction::verify(&mut tx, &h.head, asked.id, false, "two fields lack it").await.expect("looked at");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.begin().await;
        assert!(series::of_notification(&mut tx, id).await.expect("series")[0].ended_at.is_none());
        correction::plan(&mut tx, &h.risk, asked.id, "and a second reader").await.expect("planned again");
        correction::verify(&mut tx, &h.head, asked.id, true, "seen at work").await.expect("verified");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.read().await;
        assert!(series::of_notification(&mut tx, id).await.expect("series")[0].ended_at.is_some(), "five clean and verified");
    }

    async fn m3_6_the_third_of_a_kind_opens_a_demand_and_the_head_suspends_the_export(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, _) = h.notified("L1", "2026.1").await;
        let mut tx = h.b.begin().await;
        let s = series::of_notification(&mut tx, id).await.expect("series").remove(0);
        assert_eq!(refusal(series::suspend(&mut tx, &h.head, s.id, "x").await).code, "series.no_demand");
        drop(tx);
        for n in 0..3 {
            let d = h.b.lodge(&format!("F{n}")).await;
            h.b.to_release(d, false).await;
            let lots = h.b.lots(d).await;
            h.b.settle(&h.releaser, d, &lots, Outcome::Return, "nonconforming").await.expect("returned");
        }
        let pending = h.b.lodge("Q1").await;
        let mut tx = h.b.begin().await;
        let s = series::one(&mut tx, s.id).await.expect("read").expect("a series");
        assert!(s.failures == 3 && s.demanded.is_some(), "{s:?}");
        assert_eq!(refusal(series::suspend(&mut tx, &h.risk, s.id, "third of a kind").await).code, "access.role");
        series::suspend(&mut tx, &h.head, s.id, "third of a kind").await.expect("suspended");
        h.b.desk.finish(tx).await.expect("commit");
        let next = h.b.lodge("Q2").await;
        for d in [pending, next] {
            let mut tx = h.b.read().await;
            let file = release::dossier(&mut tx, &Actor::system(), d).await.expect("read").expect("a file");
            let held = file.lots[0].settlements.iter().any(|s| s.origin == "suspension" && s.ended.is_none());
            assert!(held, "what is pending and what comes is held");
        }
        let mut tx = h.b.begin().await;
        assert_eq!(refusal(series::resume(&mut tx, &h.head, s.id, "x").await).code, "series.unanswered");
        series::answer(&mut tx, &h.risk, s.id, "cause, plan and report").await.expect("answered");
        series::resume(&mut tx, &h.head, s.id, "the plan is sound").await.expect("resumed");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.read().await;
        let file = release::dossier(&mut tx, &Actor::system(), next).await.expect("read").expect("a file");
        assert!(file.lots[0].settlements.iter().all(|s| s.ended.is_some()), "the hold is lifted");
    }

    async fn m3_7_a_class_one_recall_starts_in_a_day_and_never_closes_on_an_unaccounted_quantity(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, mut lots) = h.notified("L1", "2026.1").await;
        let here = h.b.lodge("L2").await;
        lots.extend(h.b.lots(here).await);
        let at = h.b.read().await.now();
        for (class, hours) in [(1, 24), (2, 48), (3, 72)] {
            let r = h.opened(id, class, &lots).await;
            let r = recall::one(&mut h.b.read().await, r).await.expect("read").expect("a recall");
            assert_eq!(r.start_due_at, at.plus_hours(hours), "class {class}");
        }
        let mut tx = h.b.begin().await;
        let r = recall::of_notification(&mut tx, id).await.expect("recalls").remove(0);
        let lines = recall::lines(&mut tx, r.id).await.expect("lines");
        let (out, held) = (&lines[0], &lines[1]);
        assert!(!out.held && held.held && !held.settled, "what has not left is held at once: {lines:?}");
        assert_eq!(refusal(recall::close(&mut tx, &h.risk, r.id, "done").await).code, "recall.state");
        recall::start(&mut tx, &h.risk, r.id, "stop of sale, consignees told").await.expect("started");
        recall::tell(&mut tx, &h.risk, r.id, out.id, "Tokyo Foods").await.expect("told");
        let second = recall::split(&mut tx, &h.risk, r.id, out.id, ("Osaka Foods", "2000")).await.expect("split");
        let over = recall::account(&mut tx, &h.risk, r.id, out.id, ("recovered", "10000.001", false, "x")).await;
        assert_eq!(refusal(over).missing[0].field, "amount");
        recall::account(&mut tx, &h.risk, r.id, out.id, ("recovered", "9999.999", false, "weighing note")).await.expect("accounted");
        recall::account(&mut tx, &h.risk, r.id, second, ("consumed", "2000", true, "sales record")).await.expect("accounted");
        for line in [out.id, second] {
            recall::check(&mut tx, &h.risk, r.id, line, (true, "off sale")).await.expect("checked");
        }
        recall::free(&mut tx, &h.risk, r.id, held.id, "tested and sound").await.expect("freed");
        let no = refusal(recall::close(&mut tx, &h.risk, r.id, "done").await);
        assert_eq!((no.code.as_str(), no.missing.len()), ("recall.open", 1), "{no:?}");
        assert!(no.missing[0].value.contains("0.001"), "the last gram: {no:?}");
        recall::account(&mut tx, &h.risk, r.id, out.id, ("destroyed", "0.001", false, "note")).await.expect("accounted");
        recall::close(&mut tx, &h.risk, r.id, "accounted to zero").await.expect("closed");
        h.b.desk.finish(tx).await.expect("commit");
        let facts = h.facts("recall.closed").await;
        let closed = facts.iter().find_map(|f| if let Supervision::RecallClosed(c) = f { Some(c) } else { None }).expect("a fact");
        assert_eq!((closed.distributed["KGM"], closed.accounted["KGM"], closed.estimated["KGM"]), (12_000_000, 12_000_000, 2_000_000));
    }

    async fn a_notification_never_closes_while_a_recall_or_a_hold_is_open(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, lots) = h.notified("L1", "2026.1").await;
        let here = h.b.lodge("L2").await;
        let held = h.b.lots(here).await;
        let mut tx = h.b.begin().await;
        let all: Vec<LotId> = lots.iter().chain(&held).copied().collect();
        let gone = notification::hold(&mut tx, &h.risk, id, &all).await.expect("held");
        assert_eq!(gone.iter().map(|r| r.lot).collect::<Vec<_>>(), lots, "what has left is listed apart");
        h.b.desk.finish(tx).await.expect("commit");
        let recall = h.opened(id, 2, &lots).await;
        let mut tx = h.b.begin().await;
        notification::find_cause(&mut tx, &h.risk, id, "unknown", "nothing was found in a year of records").await.expect("a cause");
        notification::reply(&mut tx, &h.risk, id, "Report.", true).await.expect("replied");
        h.b.desk.finish(tx).await.expect("commit");
        let mut tx = h.b.begin().await;
        let no = refusal(notification::close(&mut tx, &h.risk, id, "done").await);
        let fields: Vec<_> = no.missing.iter().map(|m| m.field.as_str()).collect();
        assert_eq!((no.code.as_str(), fields), ("notification.open", vec!["recall", "holds"]));
        drop(tx);
        h.b.to_release(here, true).await;
        let refused = h.b.settle(&h.releaser, here, &held, Outcome::Release, "").await;
        assert!(refused.is_err(), "the release desk cannot release what is held from elsewhere");
        let mut tx = h.b.begin().await;
        notification::free(&mut tx, &h.risk, id, &held, "tested and sound").await.expect("freed");
        recall::start(&mut tx, &h.risk, recall, "plan").await.expect("started");
        let line = recall::lines(&mut tx, recall).await.expect("lines").remove(0);
        recall::tell(&mut tx, &h.risk, recall, line.id, "Tokyo Foods").await.expect("told");
        recall::account(&mut tx, &h.risk, recall, line.id, ("destroyed", "12000", false, "note")).await.expect("accounted");
        recall::check(&mut tx, &h.risk, recall, line.id, (true, "off sale")).await.expect("checked");
        recall::close(&mut tx, &h.risk, recall, "done").await.expect("closed");
        assert_eq!(notification::close(&mut tx, &h.risk, id, "done").await.expect("watched"), Stage::Monitored);
        h.b.desk.finish(tx).await.expect("commit");
        // Opened again it is attributed anew, and then closed at once when it cannot be.
        let mut tx = h.b.begin().await;
        notification::reopen(&mut tx, &h.risk, id, "the label was misread").await.expect("reopened");
        notification::not_attributable(&mut tx, &h.risk, id, "the number is of another plant abroad").await.expect("not ours");
        notification::reply(&mut tx, &h.risk, id, "Not ours.", true).await.expect("replied");
        assert_eq!(notification::close(&mut tx, &h.risk, id, "done").await.expect("closed"), Stage::Closed);
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

    async fn a_branch_does_not_act_beyond_its_reach(t: TestDb) {
        let h = hall(&t).await;
        let (id, _, lots) = h.notified("L1", "2026.1").await;
        let recall = h.opened(id, 2, &lots).await;
        let stranger = Actor { officer: Some(h.panel[0]), unit: Some(h.b.zhenhai.id), scope: Scope::Branch(h.b.zhenhai.id), roles: vec![Role::Manager], ..Actor::system() };
        let mut tx = h.b.begin().await;
        let s = series::of_notification(&mut tx, id).await.expect("series").remove(0);
        let call = Call { notification: id, class: 1, hazard: "x", reason: "x", lots: &lots };
        let starts = Starts { lots: lots.clone(), uris: vec![] };
        let start = Start { notification: None, starts, seed: None };
        for no in [
            refusal(recall::open(&mut tx, &stranger, &call).await),
            refusal(recall::start(&mut tx, &stranger, recall, "plan").await),
            refusal(series::answer(&mut tx, &stranger, s.id, "x").await),
            refusal(traceback::start(&mut tx, &stranger, &start).await),
        ] {
            assert_eq!(no.code, "access.scope");
        }
    }

    async fn a_new_filing_number_does_not_lead_out_of_intensified_control(t: TestDb) {
        let h = hall(&t).await;
        h.notified("L1", "2026.1").await;
        t.pass(Timestamp::DAY);
        let mut tx = h.b.begin().await;
        let name = kernel::bi("甬江食品二厂", "Yongjiang Foods No. 2");
        registry::trade::file_plant(&mut tx, &Actor::system(), "3300/00002", h.b.exporter.id, name, h.b.beilun.id).await.expect("filed");
        h.b.desk.finish(tx).await.expect("commit");
        let mut l = spinach("N1");
        l.plant = Some("3300/00002".into());
        let d = h.b.desk.lodge(&Actor::system(), &l).await.expect("lodged");
        let mut tx = h.b.read().await;
        assert_eq!(series::of_declaration(&mut tx, d).await.expect("series").len(), 1);
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
