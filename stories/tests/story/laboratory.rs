//! Stories of the laboratory, each on SQLite and on PostgreSQL.

use kernel::{Actor, DeclarationId, LotId, Result, ResultId, Role, SampleId, Timestamp};
use stories::{Bureau, refusal};
use supervision::competence::{self, Inspect, Sample, Task, Test, admit};
use supervision::declaration::{self, Stage};
use supervision::inspection::{self, Entry, ItemEntry};
use supervision::laboratory::{self, HandOver, NewResult, NewSample};
use supervision::targeting;
use testkit::{TestDb, on_both};

struct Play {
    b: Bureau,
    li: Actor,
    zhao: Actor,
    wu: Actor,
    id: DeclarationId,
    lot: LotId,
}

/// A consignment for `market` under inspection by Li and Zhao; Wu works in the laboratory.
async fn play(t: &TestDb, market: &str) -> Play {
    let b = Bureau::open(t).await;
    let clerk = b.officer("C001", Role::Clerk, &[Task::Accept]).await;
    let li = b.officer("B001", Role::Inspector, &[Task::Inspect, Task::Sample]).await;
    let zhao = b.officer("B002", Role::Inspector, &[Task::Inspect]).await;
    let wu = b.officer("L001", Role::Laboratory, &[Task::Test]).await;
    let mut l = stories::spinach("L1");
    l.market = market.into();
    let id = b.desk.lodge(&Actor::system(), &l).await.expect("lodged");
    let mut tx = b.begin().await;
    targeting::add_check(&mut tx, &clerk, id, "suspicion").await.expect("added");
    let license = admit::<competence::Accept>(&mut tx, &clerk, id).await.expect("licensed");
    declaration::accept(&mut tx, &license).await.expect("accepted");
    b.desk.finish(tx).await.expect("commit");
    let mut tx = b.begin().await;
    let task = inspection::of_declaration(&mut tx, id).await.expect("tasks").remove(0);
    let team = [li.officer.expect("an officer"), zhao.officer.expect("an officer")];
    inspection::assign(&mut tx, &li, task.id, task.version, &team, "").await.expect("assigned");
    let lot = declaration::lots(&mut tx, id).await.expect("lots")[0].id;
    b.desk.finish(tx).await.expect("commit");
    Play { b, li, zhao, wu, id, lot }
}

impl Play {
    fn new_sample(&self, key: &str, seal: &str, analytes: &[&str]) -> NewSample {
        NewSample {
            key: key.into(),
            lot: Some(self.lot),
            unit_no: "17".into(),
            quantity: "0.5".into(),
            unit: "KGM".into(),
            seal: seal.into(),
            place: "cold store 2".into(),
            tests: analytes.iter().map(|a| ((*a).to_owned(), String::new())).collect(),
            replaces: None,
        }
    }

    async fn take(&self, new: &NewSample) -> Result<SampleId> {
        let mut tx = self.b.begin().await;
        let done = async {
            let license = admit::<Sample>(&mut tx, &self.li, self.id).await?;
            laboratory::take(&mut tx, &license, new).await
        }
        .await;
        self.b.desk.conclude(tx, &self.li, &self.id.subject(), done).await
    }

    async fn hand(
        &self,
        sample: SampleId,
        seen: i64,
        seal: &str,
        intact: bool,
        laboratory: bool,
    ) -> Result<bool> {
        let h = HandOver {
            seen,
            to: "实验室 Laboratory".into(),
            laboratory,
            seal_read: seal.into(),
            intact,
            note: String::new(),
        };
        let mut tx = self.b.begin().await;
        let done = laboratory::hand_over(&mut tx, &self.wu, sample, &h).await;
        self.b.desk.conclude(tx, &self.wu, &self.id.subject(), done).await
    }

    async fn result(
        &self,
        sample: SampleId,
        at: usize,
        value: &str,
        loq: &str,
        key: &str,
    ) -> Result<ResultId> {
        let mut tx = self.b.begin().await;
        let test = laboratory::tests(&mut tx, sample).await.expect("tests")[at].id;
        let new = NewResult {
            key: key.into(),
            test: Some(test),
            below_loq: value.is_empty(),
            value: value.into(),
            unit: "mg/kg".into(),
            loq: loq.into(),
            uncertainty: String::new(),
        };
        let done = async {
            let license = admit::<Test>(&mut tx, &self.wu, self.id).await?;
            laboratory::record(&mut tx, &self.wu, &license, &new).await
        }
        .await;
        self.b.desk.conclude(tx, &self.wu, &self.id.subject(), done).await
    }

    /// The team records that everything conforms, and signs.
    async fn inspected(&self) {
        let mut tx = self.b.begin().await;
        let task = inspection::of_declaration(&mut tx, self.id).await.expect("tasks").remove(0);
        let rules = registry::rules::rules(&mut tx).await.expect("rules");
        let pack = &rules.by_label(&task.rule_version).expect("a pack").pack;
        let items = pack.item.iter().map(|i| ItemEntry {
            code: i.code.clone(),
            verdict: if i.unit.is_empty() { "conform".into() } else { "not_applicable".into() },
            ..ItemEntry::default()
        });
        let entry = Entry {
            key: "r1".into(),
            lots: vec![("315".into(), "0".into())],
            items: items.collect(),
            ..Entry::default()
        };
        let license = admit::<Inspect>(&mut tx, &self.li, self.id).await.expect("licensed");
        inspection::write(&mut tx, &self.li, &license, task.id, task.version, &entry).await.expect("written");
        let license = admit::<Inspect>(&mut tx, &self.zhao, self.id).await.expect("licensed");
        inspection::sign(&mut tx, &self.zhao, &license, task.id, task.version + 1).await.expect("signed");
        self.b.desk.finish(tx).await.expect("commit");
    }

    async fn stage(&self) -> Stage {
        self.b.declaration(self.id).await.stage
    }

    async fn verdict(&self, sample: SampleId, at: usize) -> (String, String) {
        let mut tx = self.b.read().await;
        let tests = laboratory::tests(&mut tx, sample).await.expect("tests");
        let valid = tests[at].valid().expect("a result");
        (valid.verdict.clone(), valid.reason.en.clone())
    }
}

on_both! {
    async fn the_last_result_sends_the_consignment_to_the_decision(t: TestDb) {
        let p = play(&t, "DE").await;
        let s = p.take(&p.new_sample("s1", "F10231", &["chlorpyrifos", "moisture"])).await.expect("taken");
        assert_eq!(p.take(&p.new_sample("s1", "F10231", &["chlorpyrifos"])).await.expect("sent again"), s);
        assert!(p.hand(s, 0, "F10231", true, true).await.expect("handed over"));
        p.inspected().await;
        assert_eq!(p.stage().await, Stage::Testing);
        p.result(s, 0, "0.02", "0.005", "t1").await.expect("a result");
        assert_eq!(p.stage().await, Stage::Testing, "one test is open");
        p.result(s, 1, "81.2", "0.1", "t2").await.expect("a result");
        assert_eq!(p.stage().await, Stage::Deciding);
        assert_eq!(p.verdict(s, 0).await.0, "fail", "0.02 mg/kg of chlorpyrifos, limit 0.01");
        assert_eq!(p.verdict(s, 1).await.0, "informative", "no limit of moisture");
        let mut tx = p.b.read().await;
        let failed = laboratory::failed_lots(&mut tx, p.id).await.expect("failed lots");
        assert_eq!(failed, [(p.lot, "chlorpyrifos".to_owned())]);
    }

    async fn m8_1_a_quantification_limit_above_the_market_limit_informs_only(t: TestDb) {
        let p = play(&t, "DE").await;
        let s = p.take(&p.new_sample("s1", "F1", &["chlorpyrifos"])).await.expect("taken");
        p.hand(s, 0, "F1", true, true).await.expect("handed over");
        p.result(s, 0, "", "0.05", "t1").await.expect("a result");
        let (verdict, reason) = p.verdict(s, 0).await;
        assert_eq!(verdict, "informative");
        assert!(reason.contains("0.05 mg/kg is above the limit 0.01 mg/kg"), "{reason}");
    }

    async fn a_broken_seal_makes_the_sample_void_and_another_one_carries_its_tests_on(t: TestDb) {
        let p = play(&t, "DE").await;
        let s = p.take(&p.new_sample("s1", "F1", &["chlorpyrifos"])).await.expect("taken");
        assert!(p.hand(s, 0, "F1", true, false).await.expect("a courier"));
        let no = refusal(p.result(s, 0, "", "0.005", "t0").await);
        assert_eq!(no.code, "laboratory.not_received");
        assert!(!p.hand(s, 1, "F1", false, true).await.expect("recorded, and void"));
        let no = refusal(p.result(s, 0, "", "0.005", "t1").await);
        assert!(no.missing[0].needed.en.contains("void"), "{:?}", no.missing);
        p.inspected().await;
        assert_eq!(p.stage().await, Stage::Testing, "the test is owed, the consignment waits");
        let no = refusal(p.take(&p.new_sample("s2", "F2", &[])).await);
        assert_eq!(no.code, "laboratory.stage", "only a replacement is taken now");
        let again = NewSample { replaces: Some(s), ..p.new_sample("s3", "F3", &[]) };
        let s2 = p.take(&again).await.expect("taken in its place");
        let no = refusal(p.take(&NewSample { replaces: Some(s), ..p.new_sample("s4", "F4", &[]) }).await);
        assert_eq!(no.code, "store.duplicate", "a void sample is replaced once");
        p.hand(s2, 0, "F3", true, true).await.expect("handed over");
        p.result(s2, 0, "", "0.005", "t2").await.expect("a result");
        assert_eq!((p.stage().await, p.verdict(s2, 0).await.0), (Stage::Deciding, "pass".to_owned()));
        let mut tx = p.b.read().await;
        let custody = laboratory::custody(&mut tx, s).await.expect("custody");
        assert_eq!(custody.iter().map(|c| c.seal_intact).collect::<Vec<_>>(), [true, false]);
    }

    async fn another_number_on_the_seal_is_a_broken_seal(t: TestDb) {
        let p = play(&t, "DE").await;
        let s = p.take(&p.new_sample("s1", "F1", &["chlorpyrifos"])).await.expect("taken");
        assert!(!p.hand(s, 0, "F7", true, true).await.expect("recorded, and void"));
        let no = refusal(p.hand(s, 0, "F1", true, true).await);
        assert_eq!(no.code, "laboratory.stale", "two hand-overs at once: the second is told");
        let no = refusal(p.take(&p.new_sample("s2", "F1", &[])).await);
        assert_eq!(no.missing[0].field, "seal", "a seal is used once");
    }

    async fn a_result_is_corrected_by_a_new_one_and_never_overwritten(t: TestDb) {
        let p = play(&t, "DE").await;
        let s = p.take(&p.new_sample("s1", "F1", &["chlorpyrifos"])).await.expect("taken");
        p.hand(s, 0, "F1", true, true).await.expect("handed over");
        let first = p.result(s, 0, "0.02", "0.005", "t1").await.expect("a result");
        let no = refusal(p.result(s, 0, "0.01", "0.005", "t2").await);
        assert_eq!(no.code, "laboratory.resulted");
        let mut tx = p.b.begin().await;
        let license = admit::<Test>(&mut tx, &p.wu, p.id).await.expect("licensed");
        let test = laboratory::tests(&mut tx, s).await.expect("tests").remove(0);
        let mut new = NewResult {
            key: "t3".into(),
            test: Some(test.id),
            value: "0.008".into(),
            unit: "mg/kg".into(),
            loq: "0.005".into(),
            ..NewResult::default()
        };
        let no = laboratory::correct(&mut tx, &p.wu, &license, first, &new, "").await;
        assert_eq!(refusal(no).missing[0].field, "reason");
        let second = laboratory::correct(&mut tx, &p.wu, &license, first, &new, "dilution factor").await.expect("corrected");
        new.key = "t4".into();
        let no = laboratory::correct(&mut tx, &p.wu, &license, first, &new, "again").await;
        assert_eq!(refusal(no).missing[0].field, "result", "only the result that counts is corrected");
        p.b.desk.finish(tx).await.expect("commit");
        let mut tx = p.b.read().await;
        let all = laboratory::tests(&mut tx, s).await.expect("tests").remove(0).results;
        assert_eq!(all.iter().map(|r| (r.id, r.value.as_str())).collect::<Vec<_>>(), [(first, "0.02"), (second, "0.008")]);
        assert_eq!((all[1].verdict.as_str(), all[1].correction.as_str()), ("pass", "dilution factor"));
        assert!(laboratory::failed_lots(&mut tx, p.id).await.expect("failed lots").is_empty(), "the first no longer counts");
    }

    async fn m9_2_laboratory_time_is_outside_the_promised_time(t: TestDb) {
        let p = play(&t, "DE").await;
        let promised = p.b.declaration(p.id).await.due_at;
        assert_eq!(promised.date().to_string(), "2026-12-04", "seven working days after Tuesday 24 November");
        let s = p.take(&p.new_sample("s1", "F1", &["chlorpyrifos"])).await.expect("taken");
        p.hand(s, 0, "F1", true, true).await.expect("handed over");
        t.pass(2 * Timestamp::DAY);
        p.inspected().await;
        let d = p.b.declaration(p.id).await;
        let mut tx = p.b.read().await;
        let stands = declaration::clock::reading(&mut tx, &d).await.expect("read").expect("a clock");
        drop(tx);
        assert_eq!(stands.suspended.map(|s| s.kind).as_deref(), Some("laboratory"));
        assert_eq!(stands.tests_due_at.map(|at| at.date().to_string()).as_deref(), Some("2026-12-04"), "five working days of the laboratory");
        t.pass(18 * Timestamp::DAY);
        p.result(s, 0, "", "0.005", "t1").await.expect("a result");
        let d = p.b.declaration(p.id).await;
        assert_eq!(d.due_at.date().to_string(), "2026-12-22", "the five days that were left run on from 14 December");
        let mut tx = p.b.read().await;
        let stood = declaration::clock::suspensions(&mut tx, p.id).await.expect("read");
        assert_eq!((stood.len(), stood[0].until.is_some()), (1, true));
    }

    async fn without_the_duty_nothing_is_sampled_or_tested(t: TestDb) {
        let p = play(&t, "DE").await;
        let mut tx = p.b.begin().await;
        assert_eq!(refusal(admit::<Sample>(&mut tx, &p.zhao, p.id).await.map(drop)).code, "competence.no_authorisation");
        assert_eq!(refusal(admit::<Test>(&mut tx, &p.li, p.id).await.map(drop)).code, "competence.no_authorisation");
    }
}
