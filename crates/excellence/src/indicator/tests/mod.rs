//! The fold against a plain count over the same facts, on both engines; replay; late facts; opening; targets.

use super::*;
use kernel::{
    Actor, Date, DeclarationId, LotId, NoticeId, OfficerId, Role, Scope, SettlementId, Timestamp, UnitId, bi,
    supervision::{Accepted, Authorised, NoticeGiven, ResultRecorded, Settled, Targeted},
};
use registry::people;
use store::Tx;
use testkit::{TestDb, on_both};
use uuid::Uuid;

mod groups;
mod properties;
mod replay;

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n))
}

fn day(month: i8, day: i8) -> Timestamp {
    Timestamp::at(Date::new(2026, month, day).expect("a day"), 10, 0)
}

fn unit(n: u128) -> UnitId {
    id(n + 1)
}

fn append(
    tx: &mut Tx,
    at: Timestamp,
    of: UnitId,
    who: Option<OfficerId>,
    d: u128,
    f: impl Into<kernel::Fact>,
) {
    tx.set_now(at);
    tx.append(id::<DeclarationId>(d).subject(), who, Some(of), f);
}

fn accepted(d: u128, at: Timestamp) -> Accepted {
    Accepted {
        declaration: id(d),
        deemed: false,
        lodged_at: at,
        due_at: Timestamp(at.0 + 10 * Timestamp::DAY),
    }
}

fn settled(d: u128) -> Settled {
    Settled {
        settlement: id::<SettlementId>(d),
        declaration: id(d),
        lot: id::<LotId>(d),
        outcome: "release".into(),
        basis: "ok".into(),
        by_rule: false,
        complete: true,
        accepted_at: None,
        rule_version: "CN-2026/1".into(),
    }
}

fn recorded(d: u128, conforming: bool) -> ResultRecorded {
    ResultRecorded {
        record: id(d),
        task: id(d),
        declaration: id(d),
        inspected: 10,
        nonconforming: u64::from(!conforming),
        conforming,
        findings: vec!["mould \"on\" leaves".into()],
        officers: vec![],
    }
}

fn targeted(d: u128, lane: &str, basis: &str) -> Targeted {
    Targeted {
        decision: id(d),
        declaration: id(d),
        lane: lane.into(),
        rate_ppm: 200_000,
        draw_ppm: 1,
        selected: !basis.is_empty(),
        basis: basis.into(),
        rule_version: "CN-2026/1".into(),
    }
}

async fn fold_all(t: &TestDb, most: i64) {
    let c = Catalogue::shipped().expect("a catalogue");
    loop {
        let mut tx = t.tx().await;
        let done = fold(&mut tx, &c, most).await.expect("folded").done;
        tx.commit().await.expect("commit");
        if done {
            return;
        }
    }
}

/// Opens two branches, BL and ZH.
async fn units(t: &TestDb) -> [UnitId; 2] {
    let mut tx = t.tx().await;
    // The ledger never goes back in time: what the tests do lies later.
    tx.set_now(day(1, 1));
    let mut opened = Vec::new();
    for code in ["BL", "ZH"] {
        let unit = people::open_unit(&mut tx, &Actor::system(), code, "branch", bi(code, code), None).await;
        opened.push(unit.expect("a unit").id);
    }
    tx.commit().await.expect("commit");
    [opened[0], opened[1]]
}

async fn show(t: &TestDb, id: &str, code: Option<&str>, period: &str) -> Sheet {
    let c = Catalogue::shipped().expect("a catalogue");
    let mut tx = t.reading().await;
    let u = match code {
        Some(code) => Some(super::unit(&mut tx, code).await.expect("a unit")),
        None => None,
    };
    sheet(&mut tx, &c, id, u.as_ref(), period::parse(period).expect("a period")).await.expect("a sheet")
}

#[test]
fn the_whole_catalogue_is_loaded_and_the_others_say_what_they_wait_for() {
    let c = Catalogue::shipped().expect("a catalogue");
    let of = |family: &str| c.definitions.iter().filter(|d| d.family == family).count();
    assert_eq!((of("regulatory"), of("service"), of("people"), of("lifecycle")), (28, 15, 10, 8));
    let works: Vec<&str> = c.definitions.iter().filter(|d| d.works()).map(|d| d.id.as_str()).collect();
    assert_eq!(
        works,
        [
            "LC01", "LC02", "LC03", "LC04", "LC05", "LC06", "LC07", "LC08", "PC08", "PC09", "PC10", "RC01",
            "RC02", "RC03", "RC04", "RC05", "RC06", "RC12", "RC13", "RC14", "RC15", "RC16", "RC17", "RC18",
            "RC23", "RC24", "RC25", "RC26", "RC27", "RC28", "SI03", "SV01", "SV02", "SV03", "SV07", "SV08"
        ]
    );
    for d in &c.definitions {
        assert!(d.works() != d.mark.is_empty(), "{}: either a formula or what it waits for", d.id);
        assert!(!d.says_zh.is_empty() && !d.says_en.is_empty() && !d.sources.is_empty(), "{}", d.id);
    }
}

#[test]
fn a_definition_that_is_wrong_names_what_it_lacks() {
    let base = include_str!("../../../../../indicators/side.toml");
    for (from, to, says) in [
        ("money = true", "money = true\ntarget_milli = 1", "no target"),
        (
            "waits_for = [\"a fine was paid\"]\nwaits_for_zh = [\"罚款缴纳\"]",
            "mark.a = \"no.such_fact\"\nnumerator = \"a\"",
            "no.such_fact",
        ),
        (
            "waits_for = [\"a fine was paid\"]\nwaits_for_zh = [\"罚款缴纳\"]",
            "mark.a = \"declaration.lodged\"\nnumerator = \"b\"",
            "\"b\"",
        ),
        (
            "waits_for = [\"a fine was paid\"]\nwaits_for_zh = [\"罚款缴纳\"]",
            "mark.a = \"declaration.lodged\"",
            "numerator",
        ),
    ] {
        let text = base.replacen(from, to, 1);
        assert_ne!(text, base);
        let no = parse("side.toml", &text).expect_err("refused");
        assert!(no.to_string().contains(says), "{no}");
    }
}

on_both! {
    async fn a_release_time_is_the_median_with_its_p90_and_its_exact_interval(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        for d in 0..20 {
            append(&mut tx, day(9, 1), u[0], None, d, targeted(d, "sampling", ""));
            append(&mut tx, day(9, 2), u[0], None, d, accepted(d, day(9, 2)));
        }
        for d in 0..20_u128 {
            let hours = i64::try_from(d).expect("small") + 1;
            append(&mut tx, day(9, 2).plus_hours(hours), u[0], None, d, settled(d));
        }
        tx.commit().await.expect("commit");
        fold_all(&t, 1_000_000).await;
        let s = show(&t, "SV01", Some("BL"), "2026-09").await;
        assert_eq!(s.figure.state, State::Scored);
        assert_eq!((s.figure.n, s.figure.value, s.figure.p90), (20, Some(10.0), Some(18.0)));
        assert_eq!(s.figure.interval, Some((6.0, 15.0)));
        let s = show(&t, "SV01", Some("ZH"), "2026-09").await;
        assert_eq!(s.figure.state, State::NoData);
        let s = show(&t, "SV02", None, "2026-09").await;
        assert_eq!((s.figure.numerator, s.figure.denominator, s.keeps_target), (20, 20, Some(true)));
        let s = show(&t, "RC20", Some("BL"), "2026-09").await;
        assert_eq!(s.figure.state, State::Waiting);
    }

    async fn under_ten_no_rate_but_the_counts(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        for d in 0..9 {
            append(&mut tx, day(9, 2), u[0], None, d, recorded(d, d > 1));
        }
        for d in 20..23 {
            append(&mut tx, day(9, 3), u[1], None, d, recorded(d, true));
        }
        tx.commit().await.expect("commit");
        fold_all(&t, 1_000_000).await;
        let s = show(&t, "RC23", Some("BL"), "2026-09").await;
        assert_eq!((s.figure.state, s.figure.value), (State::Insufficient, None));
        assert_eq!((s.figure.numerator, s.figure.denominator), (2, 9));
        let peers = s.peers.expect("peers");
        let zh = peers.peers.iter().find(|p| p.unit == "ZH").expect("a peer");
        assert_eq!(zh.figure.n, 0, "fewer than five cases of another unit are not told: {zh:?}");
        let s = show(&t, "RC23", None, "2026-09").await;
        assert_eq!((s.figure.state, s.figure.denominator), (State::Scored, 12));
    }

    async fn a_late_fact_revises_beside_the_frozen_figure(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        for d in 0..20 {
            append(&mut tx, day(7, 2), u[0], None, d, NoticeGiven {
                notice: id::<NoticeId>(d), declaration: id(d), codes: vec![], ordinal: 1, breach: false, due_at: day(7, 9),
            });
        }
        // The month ends, its ten days of grace too; then a second notice of a declaration told in July.
        append(&mut tx, day(8, 20), u[0], None, 3, NoticeGiven {
            notice: id::<NoticeId>(99), declaration: id(3), codes: vec![], ordinal: 2, breach: true, due_at: day(8, 27),
        });
        tx.commit().await.expect("commit");
        fold_all(&t, 1_000_000).await;
        let s = show(&t, "SV03", Some("BL"), "2026-07").await;
        assert_eq!((s.figure.numerator, s.figure.denominator), (19, 20));
        let frozen = s.frozen.expect("closed");
        assert_eq!((frozen.numerator, frozen.denominator, s.revised, s.open), (20, 20, true, false));
        assert_eq!(s.keeps_target, Some(false));
        let s = show(&t, "SV03", Some("BL"), "2026-08").await;
        assert_eq!(s.figure.state, State::NoData, "the second notice belongs to the case of July");
    }

    async fn an_act_without_an_authorisation_at_that_moment_lowers_rc01(t: TestDb) {
        let u = units(&t).await;
        let li: OfficerId = id(7);
        let mut tx = t.tx().await;
        append(&mut tx, day(9, 1), u[0], Some(li), 1, accepted(1, day(9, 1)));
        tx.set_now(day(9, 2));
        tx.append(li.subject(), None, None, Authorised {
            authorisation: id(1), officer: li, duty: "accept".into(), hs_prefix: String::new(),
            // A date set back in time does not cover what was done before it was entered.
            valid_from: day(8, 1), valid_to: day(9, 10), emergency: false, reason: "assessed".into(), basis: "assessment".into(),
        });
        for d in 2..12 {
            append(&mut tx, day(9, 3), u[0], Some(li), d, accepted(d, day(9, 3)));
        }
        append(&mut tx, day(9, 11), u[0], Some(li), 12, accepted(12, day(9, 11)));
        append(&mut tx, day(9, 11), u[0], None, 13, accepted(13, day(9, 11)));
        tx.commit().await.expect("commit");
        fold_all(&t, 3).await;
        let s = show(&t, "RC01", Some("BL"), "2026-09").await;
        assert_eq!((s.figure.numerator, s.figure.denominator), (10, 12), "before, after and by nobody");
        assert_eq!(s.keeps_target, Some(false));
    }

    async fn one_person_on_both_sides_of_a_consignment_is_counted(t: TestDb) {
        let u = units(&t).await;
        let (li, zhao): (OfficerId, OfficerId) = (id(7), id(8));
        let mut tx = t.tx().await;
        append(&mut tx, day(9, 1), u[0], Some(li), 1, accepted(1, day(9, 1)));
        append(&mut tx, day(9, 2), u[0], Some(zhao), 1, settled(1));
        append(&mut tx, day(9, 3), u[0], Some(li), 2, accepted(2, day(9, 3)));
        append(&mut tx, day(9, 4), u[0], Some(li), 2, settled(2));
        tx.commit().await.expect("commit");
        fold_all(&t, 1_000_000).await;
        let s = show(&t, "RC06", Some("BL"), "2026-09").await;
        assert_eq!((s.figure.value, s.figure.denominator, s.keeps_target), (Some(1.0), 2, Some(false)));
        let c = Catalogue::shipped().expect("a catalogue");
        let mut tx = t.reading().await;
        let d = c.newest("RC06").expect("a definition");
        let (open, next) = facts(&mut tx, &c, d, Some(u[0]), s.window, 0, 10).await.expect("facts");
        let breach: Vec<_> = open.iter().filter(|o| o.numerator == 1).collect();
        assert_eq!((open.len(), breach.len(), next), (2, 1, None));
        assert_eq!(breach[0].facts, [5, 6], "two branches were opened first");
    }

    async fn a_figure_opens_to_its_facts_page_by_page(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        for d in 0..25 {
            append(&mut tx, day(9, 2), u[usize::from(d % 2 == 1)], None, d, targeted(d, "sampling", "draw"));
            append(&mut tx, day(9, 3), u[usize::from(d % 2 == 1)], None, d, recorded(d, d % 5 != 0));
        }
        tx.commit().await.expect("commit");
        fold_all(&t, 1_000_000).await;
        let c = Catalogue::shipped().expect("a catalogue");
        let d = c.newest("RC23").expect("a definition");
        let s = show(&t, "RC23", Some("BL"), "2026-09").await;
        let mut tx = t.reading().await;
        let (mut after, mut all) = (0, Vec::new());
        loop {
            let (page, next) = facts(&mut tx, &c, d, Some(u[0]), s.window, after, 4).await.expect("facts");
            assert!(page.len() <= 4);
            all.extend(page);
            match next {
                Some(n) => after = n,
                None => break,
            }
        }
        let sums = all.iter().fold((0, 0), |(n, d), o| (n + o.numerator, d + o.denominator));
        assert_eq!(sums, (s.figure.numerator, s.figure.denominator), "the facts add up to the figure");
        assert!(all.windows(2).all(|w| w[0].seq < w[1].seq));
    }

    async fn what_a_challenge_taught_is_the_test_after_it_less_the_one_before(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        for o in 0..12_u128 {
            let officer = id::<OfficerId>(o + 50);
            let marked = |score_milli, duty: &str| kernel::supervision::TheoryMarked {
                assessment: id(o), officer, duty: duty.into(), right: 1, questions: 1, score_milli, in_time: true,
            };
            append(&mut tx, day(7, 1), u[0], None, o, marked(60_000, "inspect"));
            if o != 1 {
                append(&mut tx, day(7, 20), u[0], None, o, kernel::excellence::ChallengeTaken { challenge: id(1), officer });
            }
            // One sat another duty's test afterwards, and one took no part: neither tells what was learned.
            append(&mut tx, day(9, 1), u[0], None, o, marked(72_500, if o == 0 { "sample" } else { "inspect" }));
        }
        tx.commit().await.expect("commit");
        fold_all(&t, 5).await;
        let s = show(&t, "PC09", Some("BL"), "2026-H2").await;
        assert_eq!((s.figure.n, s.figure.value), (10, Some(13.0)), "{:?}", s.figure);
    }

    async fn r1_3_a_target_on_money_or_on_what_is_only_watched_is_refused(t: TestDb) {
        let c = Catalogue::shipped().expect("a catalogue");
        let by = Actor { officer: Some(id(1)), unit: None, name: bi("", ""), roles: vec![Role::Manager], scope: Scope::Bureau };
        let mut tx = t.tx().await;
        let from = Date::constant(2027, 1, 1);
        for (which, code) in [("SI02", "indicator.money"), ("SI01", "indicator.side_information"), ("RC23", "indicator.watch_only")] {
            let no = set_target(&mut tx, &c, &by, which, 1000, from, "wanted").await.expect_err("refused");
            assert_eq!(no.refusal().map(|r| r.code.as_str()), Some(code));
        }
        set_target(&mut tx, &c, &by, "SV02", 97_000, from, "a new window").await.expect("set");
        let d = c.newest("SV02").expect("a definition");
        let w = period::Window::of(d, 2027 * 12 + 5);
        assert_eq!(target(&mut tx, d, w).await.expect("read"), Some(97_000));
        assert_eq!(target(&mut tx, d, w.back(d, 12)).await.expect("read"), Some(99_000), "not before its day");
        let late = from.checked_sub(jiff::Span::new().years(2)).expect("a day");
        let no = set_target(&mut tx, &c, &by, "SV02", 101_000, late, " ").await.expect_err("refused");
        let fields: Vec<&str> = no.refusal().iter().flat_map(|r| &r.missing).map(|m| m.field.as_str()).collect();
        assert_eq!(fields, ["value", "from", "reason"], "no rate beyond the whole, no target that looks back");
        let set = targets_of(&mut tx, "SV02").await.expect("read");
        assert_eq!(set.iter().map(|t| (t.from, t.milli)).collect::<Vec<_>>(), [(from, 97_000)]);
        let head = Actor { scope: Scope::Branch(unit(0)), ..by };
        let no = set_target(&mut tx, &c, &head, "SV02", 1, from, "easier").await.expect_err("refused");
        assert_eq!(no.refusal().map(|r| r.code.as_str()), Some("brand.decider"));
    }

    async fn every_statement_prepares(t: TestDb) {
        t.prepare_all(&crate::statements()).await;
    }
}
