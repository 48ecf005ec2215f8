//! Stories of certificates, each on SQLite and on PostgreSQL.

use flow::lots::{Lots, Part, Question, ask};
use kernel::{Actor, CertificateId, DeclarationId, No, Role, Timestamp};
use store::key;
use stories::{Bureau, refusal, spinach_lots};
use supervision::{
    certificate::{self, Certificate, Filled, Standing, Wrong},
    competence::{Accept, Certify, Task, admit},
    declaration::{self, Stage},
    release::Outcome,
    trail::{self, names},
};
use testkit::{TestDb, on_both};
use trace::genealogy::{EdgeKind, NodeKind};

struct Desk {
    b: Bureau,
    sun: Actor,
    zhou: Actor,
}

async fn desk(t: &TestDb) -> Desk {
    let b = Bureau::open(t).await;
    let sun = b.officer("R001", Role::Releaser, &[Task::Release, Task::Certify]).await;
    let zhou = b.officer("C001", Role::Certifier, &[Task::Certify]).await;
    Desk { b, sun, zhou }
}

impl Desk {
    /// A released export consignment with its draft.
    async fn released(&self, lots: &[&str]) -> (DeclarationId, CertificateId) {
        let id = self.b.desk.lodge(&Actor::system(), &spinach_lots(lots)).await.expect("lodged");
        self.b.to_release(id, true).await;
        let all = self.b.lots(id).await;
        self.b.settle(&self.sun, id, &all, Outcome::Release, "").await.expect("released");
        let drafts = self.of(id).await;
        assert_eq!(drafts.len(), 1);
        (id, drafts[0].id)
    }

    async fn of(&self, id: DeclarationId) -> Vec<Certificate> {
        let mut tx = self.b.read().await;
        certificate::of_declaration(&mut tx, id).await.expect("a list")
    }

    async fn one(&self, id: CertificateId) -> Certificate {
        let mut tx = self.b.read().await;
        certificate::one(&mut tx, &Actor::system(), id).await.expect("a reading").expect("a certificate")
    }

    async fn fill(&self, by: &Actor, id: CertificateId, consignee: &str) -> Result<(), No> {
        let declaration = self.one(id).await.declaration;
        let mut tx = self.b.begin().await;
        let filled = Filled { consignee: consignee.into(), transport: "sea".into(), ..Filled::default() };
        let done = async {
            let license = admit::<Certify>(&mut tx, by, declaration).await?;
            certificate::fill(&mut tx, &license, id, &filled).await
        }
        .await;
        self.b.desk.conclude(tx, by, &declaration.subject(), done).await
    }

    async fn sign(&self, by: &Actor, id: CertificateId) -> Result<String, No> {
        let declaration = self.one(id).await.declaration;
        let mut tx = self.b.begin().await;
        let done = async {
            let license = admit::<Certify>(&mut tx, by, declaration).await?;
            certificate::sign(&mut tx, &license, id).await
        }
        .await;
        self.b.desk.conclude(tx, by, &declaration.subject(), done).await
    }

    async fn signed(&self, lots: &[&str]) -> (DeclarationId, CertificateId) {
        let (id, draft) = self.released(lots).await;
        self.fill(&self.zhou, draft, "Nichirei Foods").await.expect("filled");
        self.sign(&self.zhou, draft).await.expect("signed");
        (id, draft)
    }
}

on_both! {
    async fn a_released_export_gets_its_draft_from_the_record(t: TestDb) {
        let d = desk(&t).await;
        let (id, draft) = d.released(&["A", "B"]).await;
        let c = d.one(draft).await;
        assert_eq!((c.kind.as_str(), c.standing), ("health", Standing::Draft), "frozen vegetables are food");
        let r = &c.record;
        assert_eq!((r.consignor.en.as_str(), r.destination.name.en.as_str()), ("Yongjiang Foods", "Japan"));
        assert_eq!(r.plant.as_ref().expect("a plant").number, "3300/00001");
        let g = &r.goods[0];
        assert_eq!((g.name.en.as_str(), g.quantity.as_str(), g.unit.as_str()), ("Frozen spinach", "2000", "KGM"));
        assert_eq!(g.lots, ["A", "B"]);
        assert_eq!(r.inspected.is_some(), d.b.declaration(id).await.selected);
        assert_eq!(r.statement.en.contains("not drawn for physical inspection"), r.inspected.is_none(), "nothing is attested that nobody looked at");
    }

    async fn only_released_lots_are_certified(t: TestDb) {
        let d = desk(&t).await;
        let id = d.b.desk.lodge(&Actor::system(), &spinach_lots(&["A", "B"])).await.expect("lodged");
        d.b.to_release(id, true).await;
        let lots = d.b.lots(id).await;
        d.b.settle(&d.sun, id, &lots[..1], Outcome::Destroy, "pest").await.expect("destroyed");
        assert!(d.of(id).await.is_empty());
        d.b.settle(&d.sun, id, &lots[1..], Outcome::Release, "").await.expect("released");
        assert_eq!(d.of(id).await[0].record.goods[0].lots, ["B"]);
    }

    async fn another_person_signs_and_the_consignment_is_certified(t: TestDb) {
        let d = desk(&t).await;
        let (id, draft) = d.released(&["A"]).await;
        assert_eq!(refusal(d.sign(&d.zhou, draft).await).missing[0].field, "consignee");
        d.fill(&d.zhou, draft, "Nichirei Foods").await.expect("filled");
        let no = refusal(d.sign(&d.sun, draft).await);
        assert_eq!(no.code, "competence.other_hands");
        assert_eq!(no.helpers.iter().map(|h| Some(h.officer)).collect::<Vec<_>>(), [d.zhou.officer]);
        assert_eq!(d.sign(&d.zhou, draft).await.expect("signed"), "BL2026C000001", "a refused act used no number");
        assert_eq!(d.b.declaration(id).await.stage, Stage::Certified);
        let c = d.one(draft).await;
        let s = c.signed.as_ref().expect("signed");
        let body = c.body().expect("a body").expect("signed");
        assert_eq!((body.officer.en.as_str(), body.number.as_str()), ("Officer C001", "BL2026C000001"));
        let json = certificate::json_file(s).expect("a file");
        let mut tx = d.b.read().await;
        let keys: Vec<_> = key::published(&mut tx).await.expect("keys").iter().filter_map(|k| key::public(&k.0)).collect();
        assert_eq!(certificate::verify(json.as_bytes(), &keys).wrong, None);
        assert_eq!(certificate::verify(json.replace("Nichirei", "Nichirai").as_bytes(), &keys).wrong, Some(Wrong::Body));
        let found = certificate::by_code(&mut tx, &s.code).await.expect("a reading").expect("found");
        assert_eq!(found.id, draft);
        assert_eq!(refusal(d.sign(&d.zhou, draft).await).code, "certificate.stale");
        assert_eq!(refusal(d.fill(&d.zhou, draft, "Another").await).code, "certificate.stale");
    }

    async fn m1_3_who_accepted_or_inspected_does_not_sign(t: TestDb) {
        let d = desk(&t).await;
        let wang = d.b.officer("B001", Role::Clerk, &[Task::Accept, Task::Certify]).await;
        let id = d.b.desk.lodge(&Actor::system(), &spinach_lots(&["A"])).await.expect("lodged");
        let mut tx = d.b.begin().await;
        let license = admit::<Accept>(&mut tx, &wang, id).await.expect("licensed");
        declaration::accept(&mut tx, &license).await.expect("accepted");
        d.b.desk.finish(tx).await.expect("commit");
        d.b.to_release(id, true).await;
        let lots = d.b.lots(id).await;
        d.b.settle(&d.sun, id, &lots, Outcome::Release, "").await.expect("released");
        let draft = d.of(id).await[0].id;
        d.fill(&d.zhou, draft, "Nichirei Foods").await.expect("filled");
        let no = refusal(d.sign(&wang, draft).await);
        assert_eq!(no.code, "competence.segregation");
        assert!(no.helpers.iter().any(|h| Some(h.officer) == d.zhou.officer), "who could sign is named");
    }

    async fn two_signatories_at_once_sign_once_and_numbers_have_no_gap(t: TestDb) {
        let d = desk(&t).await;
        let wu = d.b.officer("C002", Role::Certifier, &[Task::Certify]).await;
        let mut numbers = Vec::new();
        for n in 0..5 {
            let (_, draft) = d.released(&[&format!("A{n}")]).await;
            d.fill(&d.zhou, draft, "Nichirei Foods").await.expect("filled");
            let (one, two) = tokio::join!(d.sign(&d.zhou, draft), d.sign(&wu, draft));
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            let lost = if one.is_ok() { two.as_ref() } else { one.as_ref() };
            assert_eq!(lost.expect_err("lost").refusal().expect("a refusal").code, "certificate.stale");
            numbers.push(one.or(two).expect("a number"));
        }
        let expected: Vec<_> = (1..=5).map(|n| format!("BL2026C{n:06}")).collect();
        assert_eq!(numbers, expected);
        t.clock.set(Timestamp::at("2027-01-04".parse().expect("a day"), 9, 0));
        let (_, draft) = d.released(&["Z"]).await;
        d.fill(&d.zhou, draft, "Nichirei Foods").await.expect("filled");
        assert_eq!(d.sign(&d.zhou, draft).await.expect("signed"), "BL2027C000001", "each year counts anew");
    }

    async fn a_withdrawn_certificate_says_so_and_stays(t: TestDb) {
        let d = desk(&t).await;
        let (id, cert) = d.signed(&["A"]).await;
        let mut tx = d.b.begin().await;
        let license = admit::<Certify>(&mut tx, &d.zhou, id).await.expect("licensed");
        assert_eq!(refusal(certificate::withdraw(&mut tx, &license, cert, " ").await).code, "certificate.reason");
        certificate::withdraw(&mut tx, &license, cert, "the importer refused the goods").await.expect("withdrawn");
        let no = refusal(certificate::withdraw(&mut tx, &license, cert, "again").await);
        assert_eq!(no.code, "certificate.stale");
        assert_eq!(refusal(certificate::replace(&mut tx, &license, cert, "amend").await).code, "certificate.stale");
        d.b.desk.finish(tx).await.expect("commit");
        let c = d.one(cert).await;
        assert_eq!((c.standing, c.ended.as_ref().map(|e| e.reason.as_str())), (Standing::Withdrawn, Some("the importer refused the goods")));
        assert!(c.signed.is_some(), "what was signed is kept");
    }

    async fn m3_1_a_withdrawn_certificate_shows_in_the_trace_as_one_that_no_longer_holds(t: TestDb) {
        let d = desk(&t).await;
        let (id, cert) = d.signed(&["A"]).await;
        let no = d.one(cert).await.signed.expect("signed").no;
        let (consignment, paper) = (names::consignment(&d.b.declaration(id).await.no), names::certificate(&no));
        let kept = Lots::open(&d.b.desk, None).await.expect("opened");
        let found = async || {
            kept.turn(&d.b.desk).await.expect("a turn");
            let question = Question { lots: vec![consignment.clone()], with: vec![Part::Ended], ..Question::default() };
            ask(&kept, &question)
        };
        let before = found().await;
        assert!(before.items.iter().any(|i| i.name == paper) && before.ended.is_empty(), "{:?}", before.items);
        let mut tx = d.b.begin().await;
        let license = admit::<Certify>(&mut tx, &d.zhou, id).await.expect("licensed");
        certificate::withdraw(&mut tx, &license, cert, "the importer refused the goods").await.expect("withdrawn");
        d.b.desk.finish(tx).await.expect("commit");
        let after = found().await;
        assert!(!after.items.iter().any(|i| i.name == paper), "the trace does not follow a paper that no longer holds");
        let told: Vec<_> = after.ended.iter().map(|e| (e.from.as_str(), e.to.as_str(), e.kind)).collect();
        assert_eq!(told, [(consignment.as_str(), paper.as_str(), EdgeKind::Delisting)]);
        let mut tx = d.b.read().await;
        let known = trail::known(&mut tx, &[paper.as_str(), consignment.as_str()]).await.expect("a reading");
        let state = |name: &String| known.get(name).and_then(|k| k.state.clone()).unwrap_or_default();
        assert_eq!((state(&paper), state(&consignment)), ("withdrawn".to_owned(), "certified".to_owned()));
        let events = trail::told_by(&mut tx, &[after.ended[0].entry]).await.expect("a reading");
        let event = &events[&after.ended[0].entry];
        assert_eq!((&event["action"], &event["guomen:reason"]), (&"DELETE".into(), &"the importer refused the goods".into()));
    }

    async fn a_replaced_certificate_and_its_copy_name_each_other(t: TestDb) {
        let d = desk(&t).await;
        let (id, old) = d.signed(&["A"]).await;
        let mut tx = d.b.begin().await;
        let license = admit::<Certify>(&mut tx, &d.zhou, id).await.expect("licensed");
        let copy = certificate::replace(&mut tx, &license, old, "the consignee moved").await.expect("a copy");
        assert_eq!(certificate::replace(&mut tx, &license, old, "twice").await.expect("the same"), copy);
        d.b.desk.finish(tx).await.expect("commit");
        assert_eq!(d.one(old).await.standing, Standing::Valid, "it stands until the copy is signed");
        d.fill(&d.zhou, copy, "Maruha Foods").await.expect("filled");
        d.sign(&d.zhou, copy).await.expect("signed");
        let (before, after) = (d.one(old).await, d.one(copy).await);
        assert_eq!(before.standing, Standing::Replaced);
        assert_eq!(before.ended.expect("an end").replaced_by, Some(copy));
        let body = after.body().expect("a body").expect("signed");
        assert_eq!(body.replaces.as_deref(), Some("BL2026C000001"));
        assert_eq!(body.filled.consignee, "Maruha Foods");
        assert_eq!(d.b.declaration(id).await.stage, Stage::Certified);
        let mut tx = d.b.read().await;
        let facts = store::ledger::of_subject(&mut tx, &id.subject(), 2).await.expect("facts");
        assert_eq!(facts[0].kind, "certificate.replaced");
        drop(tx);
        let kept = Lots::open(&d.b.desk, None).await.expect("opened");
        kept.turn(&d.b.desk).await.expect("a turn");
        let consignment = names::consignment(&d.b.declaration(id).await.no);
        let found = ask(&kept, &Question { lots: vec![consignment], with: vec![Part::Ended], ..Question::default() });
        let papers: Vec<&str> = found.items.iter().filter(|i| i.kind == NodeKind::Document).map(|i| i.name.as_str()).collect();
        assert_eq!(papers, [names::certificate(&body.number)], "the trace names the copy");
        assert_eq!(found.ended[0].to, names::certificate("BL2026C000001"));
    }

    async fn a_dropped_draft_is_signed_no_more(t: TestDb) {
        let d = desk(&t).await;
        let (id, draft) = d.released(&["A"]).await;
        let mut tx = d.b.begin().await;
        let license = admit::<Certify>(&mut tx, &d.zhou, id).await.expect("licensed");
        certificate::drop_draft(&mut tx, &license, draft, "the buyer asks for none").await.expect("dropped");
        d.b.desk.finish(tx).await.expect("commit");
        assert_eq!(refusal(d.sign(&d.zhou, draft).await).code, "certificate.stale");
        assert_eq!(d.b.declaration(id).await.stage, Stage::Released);
    }

    async fn guessing_codes_is_slowed_for_its_own_address_only(t: TestDb) {
        let d = desk(&t).await;
        for _ in 0..20 {
            let mut tx = d.b.begin().await;
            certificate::throttled(&mut tx, "203.0.113.7").await.expect("not yet");
            certificate::note_miss(&mut tx, "203.0.113.7").await.expect("noted");
            d.b.desk.finish(tx).await.expect("commit");
        }
        let mut tx = d.b.read().await;
        assert_eq!(refusal(certificate::throttled(&mut tx, "203.0.113.7").await).code, "certificate.throttled");
        certificate::throttled(&mut tx, "203.0.113.8").await.expect("another address");
        drop(tx);
        t.pass(Timestamp::HOUR / 6 + 1);
        let mut tx = d.b.read().await;
        certificate::throttled(&mut tx, "203.0.113.7").await.expect("ten minutes later");
    }

    async fn certificates_are_seen_within_reach_only(t: TestDb) {
        let d = desk(&t).await;
        let (_, cert) = d.signed(&["A"]).await;
        let mut tx = d.b.read().await;
        let mut stranger = d.zhou.clone();
        stranger.scope = kernel::Scope::Branch(d.b.zhenhai.id);
        assert!(certificate::one(&mut tx, &stranger, cert).await.expect("a reading").is_none());
        assert!(certificate::list(&mut tx, &stranger, None, 10).await.expect("a list").is_empty());
        assert_eq!(certificate::list(&mut tx, &d.zhou, None, 10).await.expect("a list").len(), 1);
    }
}
