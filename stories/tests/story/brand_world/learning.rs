//! Peer learning on the same four branches: criteria first, fair ranks, pairs that end in a plan, and the workload guard.

use super::{World, day, refused};
use excellence::brand;
use excellence::challenge::{self, Proposal, RedLine, TieRule};
use excellence::indicator;
use kernel::{
    ChallengeId, Date, DeclarationId, OfficerId, UnitId, bi,
    supervision::{DecisionFound, Lodged},
};
use registry::people;
use testkit::{TestDb, on_both};

fn proposal(code: &str) -> Proposal {
    Proposal {
        code: code.into(),
        name: bi("一次告知比学", "Learning to tell once"),
        indicator: "SV03".into(),
        starts_on: Date::constant(2027, 7, 1),
        ends_on: Date::constant(2027, 9, 30),
        units: Vec::new(),
        tie_rule: TieRule::GreaterGain,
        red_lines: RedLine::ALL.to_vec(),
    }
}

async fn propose(w: &World, code: &str) -> ChallengeId {
    let mut tx = w.at(2027, 6, 18).await;
    let id = challenge::propose(&mut tx, &w.c, &w.secretary, &proposal(code)).await.expect("proposed");
    w.finish(tx).await;
    id
}

/// A challenge of the third quarter, scored on 11 October 2027.
async fn scored(w: &World) -> ChallengeId {
    w.work(2026, 7..=12, [14; 4], 20).await;
    w.work(2027, 1..=5, [14, 15, 14, 9], 20).await;
    let id = propose(w, "ONCE").await;
    let mut tx = w.at(2027, 6, 20).await;
    challenge::publish(&mut tx, &w.c, &w.secretary, id).await.expect("published");
    w.finish(tx).await;
    w.work(2027, 7..=9, [19, 14, 15, 8], 20).await;
    let mut tx = w.at(2027, 10, 11).await;
    challenge::score(&mut tx, &w.c, &w.secretary, id).await.expect("scored");
    w.finish(tx).await;
    id
}

/// A month in which each branch takes twenty declarations of goods of one chapter.
async fn lodged(w: &World, month: i8, chapters: [&str; 4]) {
    let mut tx = w.at(2027, month, 3).await;
    for (unit, chapter) in w.units.iter().zip(chapters) {
        for n in 0..20 {
            let declaration = tx.id::<DeclarationId>();
            let fact = Lodged {
                declaration,
                no: format!("{n}"),
                direction: "export".into(),
                operator: w.b.exporter.id,
                plant: None,
                hs: vec![format!("{chapter}0000")],
                market: "JP".into(),
                mode: "general".into(),
                lots: 1,
                rule_version: "CN-2026/1".into(),
                chapter: chapter.into(),
            };
            tx.append(declaration.subject(), None, Some(*unit), fact);
        }
    }
    tx.commit().await.expect("commit");
}

/// The units of the group that a branch is compared within, in order.
async fn group_of(w: &World, unit: usize) -> Vec<UnitId> {
    let mut tx = w.b.read().await;
    let own = people::unit(&mut tx, w.units[unit]).await.expect("read").expect("a unit");
    let (_, group) = indicator::peers(&mut tx, &own).await.expect("peers");
    let mut units: Vec<UnitId> = group.into_iter().map(|u| u.id).collect();
    units.sort();
    units
}

/// The only officer of a branch who left facts in four weeks is drawn, and answers once.
async fn sampled(w: &World, head: OfficerId) {
    let mut tx = w.at(2027, 6, 20).await;
    assert_eq!(
        refused(challenge::draw_burden(&mut tx, &w.secretary).await).missing[0].field,
        "record",
        "not today"
    );
    drop(tx);
    let mut tx = w.at(2027, 6, 21).await;
    assert_eq!(refused(challenge::draw_burden(&mut tx, &w.head(0)).await).code, "brand.decider");
    let sample = challenge::draw_burden(&mut tx, &w.secretary).await.expect("drawn");
    let s = challenge::open_sample(&mut tx).await.expect("read").expect("an open one");
    assert_eq!((s.id, s.officer, s.day), (sample, head, Date::constant(2027, 6, 20)));
    assert_eq!((s.unit, s.candidates, s.seed.len()), (Some(w.units[0]), 1, 64));
    let again = refused(challenge::draw_burden(&mut tx, &w.secretary).await);
    assert_eq!(again.missing[0].field, "sample", "nobody draws until the answer suits");
    let no = refused(challenge::note_burden(&mut tx, &w.secretary, sample, 500, 480).await);
    assert_eq!(no.missing[0].field, "forms");
    challenge::note_burden(&mut tx, &w.secretary, sample, 6, 480).await.expect("noted");
    let no = refused(challenge::note_burden(&mut tx, &w.secretary, sample, 0, 480).await);
    assert_eq!(no.missing[0].field, "sample", "the first answer stands");
    w.finish(tx).await;
}

on_both! {
    async fn like_is_put_with_like_and_stays_there_until_it_is_matched_anew(t: TestDb) {
        let w = World::open(&t).await;
        for month in 1..=3 {
            lodged(&w, month, ["07", "84", "07", "95"]).await;
        }
        assert_eq!(group_of(&w, 0).await.len(), 4, "nobody matched them yet");
        let mut tx = w.at(2027, 4, 2).await;
        assert_eq!(refused(challenge::adopt_groups(&mut tx, &w.c, &w.head(0)).await).code, "brand.decider");
        let groups = challenge::adopt_groups(&mut tx, &w.c, &w.secretary).await.expect("matched");
        assert_eq!(groups.len(), 3);
        w.finish(tx).await;
        let mut like = vec![w.units[0], w.units[2]];
        like.sort();
        assert_eq!(group_of(&w, 0).await, like, "vegetables beside vegetables, machines and toys apart");
        assert_eq!(group_of(&w, 1).await.len(), 4, "without its like it stands beside all");
        for month in 5..=12 {
            lodged(&w, month, ["07"; 4]).await;
        }
        assert_eq!(group_of(&w, 2).await, like, "a group does not move by itself");
        let mut tx = w.at(2027, 12, 31).await;
        let groups = challenge::adopt_groups(&mut tx, &w.c, &w.secretary).await.expect("matched");
        assert_eq!(groups.len(), 1, "three quarters of all their goods are the same by now");
    }

    async fn m12_1_indicator_group_baseline_and_tie_rule_are_frozen_ten_days_before(t: TestDb) {
        let w = World::open(&t).await;
        w.work(2026, 7..=12, [14; 4], 20).await;
        w.work(2027, 1..=5, [14, 15, 14, 13], 20).await;
        let (late, id) = (propose(&w, "LATE").await, propose(&w, "ONCE").await);
        let mut tx = w.at(2027, 6, 20).await;
        let criteria = challenge::publish(&mut tx, &w.c, &w.secretary, id).await.expect("published");
        assert_eq!((criteria.indicator.as_str(), criteria.groups.len(), criteria.baseline.len()), ("SV03", 1, 4));
        assert!(criteria.baseline.iter().all(|(_, v)| v.is_some()), "{:?}", criteria.baseline);
        let c = challenge::one(&mut tx, id).await.expect("a challenge");
        assert_eq!((c.stage.as_str(), c.sha256.len(), c.criteria.as_ref()), ("published", 64, Some(&criteria)));
        let no = refused(challenge::publish(&mut tx, &w.c, &w.secretary, id).await);
        assert_eq!(no.code, "challenge.stage", "what is frozen is not published again");
        w.finish(tx).await;
        let mut tx = w.at(2027, 6, 25).await;
        let no = refused(challenge::publish(&mut tx, &w.c, &w.secretary, late).await);
        assert_eq!(no.code, "challenge.criteria_first");
        let no = refused(challenge::score(&mut tx, &w.c, &w.secretary, id).await);
        assert_eq!(no.code, "challenge.running");
    }

    async fn m12_2_ranks_carry_intervals_and_a_branch_sees_the_top_and_its_neighbours(t: TestDb) {
        let w = World::open(&t).await;
        let id = scored(&w).await;
        let mut tx = w.at(2027, 10, 12).await;
        let c = challenge::one(&mut tx, id).await.expect("a challenge");
        let first = &c.standings[0];
        assert_eq!((first.unit, first.level_place, first.n), (w.units[0], Some(1), 60));
        let (low, high) = first.interval.expect("an interval");
        assert!(low < 95.0 && 95.0 < high, "{low} {high}");
        let seen = challenge::seen_by(&c, &w.head(3));
        assert_eq!(seen.len(), 4, "four units are all within the first five");
        let no = refused(challenge::award(&mut tx, &w.c, &w.leader, id, w.units[3]).await);
        assert_eq!(no.missing[0].field, "unit", "the last is not awarded");
        challenge::object(&mut tx, &w.head(3), id, w.units[3], "papers of a strike were counted").await.expect("objected");
        let no = refused(challenge::award(&mut tx, &w.c, &w.leader, id, w.units[0]).await);
        assert_eq!(no.missing[0].field, "objections");
        challenge::answer(&mut tx, &w.auditor, id, w.units[3], false, "they were not").await.expect("answered");
        challenge::award(&mut tx, &w.c, &w.leader, id, w.units[0]).await.expect("awarded");
    }

    async fn m12_3_a_visit_counts_as_learning_only_with_an_adoption_plan_and_its_date(t: TestDb) {
        let w = World::open(&t).await;
        let id = scored(&w).await;
        let mut tx = w.at(2027, 10, 12).await;
        let no = refused(challenge::pair(&mut tx, &w.secretary, id, w.units[0], w.units[3]).await);
        assert_eq!(no.missing[0].field, "teacher", "one learns from who does better");
        let pair = challenge::pair(&mut tx, &w.secretary, id, w.units[3], w.units[0]).await.expect("paired");
        let other = challenge::pair(&mut tx, &w.secretary, id, w.units[1], w.units[0]).await.expect("paired");
        assert!(!challenge::visited(&mut tx, &w.head(1), other, "it was interesting", None).await.expect("noted"));
        let check_on = Date::constant(2027, 12, 1);
        assert!(challenge::visited(&mut tx, &w.head(3), pair, "one list for all windows", Some(check_on)).await.expect("noted"));
        let no = refused(challenge::check(&mut tx, &w.secretary, other, true, &[1]).await);
        assert_eq!(no.missing[0].field, "plan");
        let no = refused(challenge::check(&mut tx, &w.secretary, pair, true, &[1]).await);
        assert_eq!(no.missing[0].field, "check_on", "later");
        w.finish(tx).await;
        let mut tx = w.at(2027, 12, 2).await;
        let no = refused(challenge::check(&mut tx, &w.secretary, pair, true, &[]).await);
        assert_eq!(no.missing[0].field, "facts");
        let (own, teacher) = (w.record(&mut tx, 3).await, w.record(&mut tx, 0).await);
        let no = refused(challenge::check(&mut tx, &w.secretary, pair, true, &[teacher]).await);
        assert_eq!((no.missing[0].field.as_str(), no.missing[0].value.as_str()), ("facts", teacher.to_string().as_str()));
        challenge::check(&mut tx, &w.secretary, pair, true, &[own]).await.expect("checked");
        let pairs = challenge::pairs(&mut tx, id).await.expect("pairs");
        let of = |id| pairs.iter().find(|p| p.id == id).map(|p| (p.counted(), p.adopted));
        assert_eq!((of(pair), of(other)), (Some((true, Some(true))), Some((false, None))));
    }

    async fn m12_5_a_third_contest_of_the_quarter_needs_the_leading_group(t: TestDb) {
        let w = World::open(&t).await;
        for code in ["A", "B"] {
            propose(&w, code).await;
        }
        let third = propose(&w, "C").await;
        let mut tx = w.at(2027, 6, 19).await;
        let no = refused(challenge::publish(&mut tx, &w.c, &w.secretary, third).await);
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("challenge.workload", "2"));
        let no = refused(challenge::approve(&mut tx, &w.head(0), third, "it is short").await);
        assert_eq!(no.code, "brand.decider", "a branch does not approve it");
        challenge::approve(&mut tx, &w.leader, third, "it is short, and for other staff").await.expect("approved");
        challenge::publish(&mut tx, &w.c, &w.secretary, third).await.expect("published");
    }

    async fn m12_5_contests_of_other_units_do_not_fill_the_quarter_and_an_officer_is_in_two(t: TestDb) {
        let w = World::open(&t).await;
        let mut tx = w.at(2027, 6, 18).await;
        let of = |code: &str, units: &[usize]| Proposal { units: units.iter().map(|u| w.units[*u]).collect(), ..proposal(code) };
        let mut ids = Vec::new();
        for (code, units) in [("A", [0, 1]), ("B", [0, 1]), ("C", [2, 3]), ("D", [1, 2])] {
            ids.push(challenge::propose(&mut tx, &w.c, &w.secretary, &of(code, &units)).await.expect("proposed"));
        }
        let no = refused(challenge::propose(&mut tx, &w.c, &w.secretary, &of("E", &[0])).await);
        assert_eq!(no.missing[0].field, "units", "nobody learns alone");
        let mut stages = Vec::new();
        for id in &ids {
            let c = challenge::one(&mut tx, *id).await.expect("a challenge");
            stages.push((c.stage, c.others));
        }
        let told: Vec<(&str, i64)> = stages.iter().map(|(s, n)| (s.as_str(), *n)).collect();
        assert_eq!(told, [("proposed", 0), ("proposed", 1), ("proposed", 0), ("waiting", 2)], "Zhenhai has two already");
        // A contest that begins in the next quarter and one that ends in this: both touch it.
        let across = Proposal { starts_on: Date::constant(2027, 4, 1), ends_on: Date::constant(2027, 7, 2), ..of("F", &[0, 1]) };
        let across = challenge::propose(&mut tx, &w.c, &w.secretary, &across).await.expect("proposed");
        assert_eq!(challenge::one(&mut tx, across).await.expect("a challenge").stage, "waiting");
        for id in &ids[..3] {
            challenge::publish(&mut tx, &w.c, &w.secretary, *id).await.expect("published");
        }
        // The head of Beilun was lent out: the same officer in a third contest, of units that were free.
        let officer = w.head(0).officer.expect("an officer");
        for id in &ids[..2] {
            challenge::take_part(&mut tx, &w.head(0), *id, officer).await.expect("entered");
        }
        let no = refused(challenge::take_part(&mut tx, &w.head(0), ids[2], officer).await);
        assert_eq!((no.code.as_str(), no.missing[0].value.as_str()), ("challenge.workload", "2"));
    }

    async fn red_lines_are_checked_one_by_one(t: TestDb) {
        let w = World::open(&t).await;
        w.work(2026, 7..=12, [14; 4], 14).await;
        w.work(2027, 1..=5, [14; 4], 14).await;
        let mut tx = w.at(2027, 6, 18).await;
        let own = Proposal { indicator: "SV02".into(), ..proposal("TIME") };
        let id = challenge::propose(&mut tx, &w.c, &w.secretary, &own).await.expect("proposed");
        let bare = Proposal { red_lines: vec![], ..proposal("NONE") };
        let no = refused(challenge::propose(&mut tx, &w.c, &w.secretary, &bare).await);
        assert_eq!(no.missing[0].field, "red_lines");
        challenge::publish(&mut tx, &w.c, &w.secretary, id).await.expect("published");
        w.finish(tx).await;
        // Beilun is in time now, because it tells half of what it ought to tell at once.
        w.work(2027, 7..=9, [4, 14, 14, 14], 20).await;
        w.clock.set(day(2027, 9, 20));
        let mut tx = w.b.begin().await;
        let declaration = tx.id::<DeclarationId>();
        let found = |finding: &str, tx: &mut store::Tx| DecisionFound {
            review: tx.id(),
            declaration,
            settlement: tx.id(),
            finding: finding.into(),
            duty: "release".into(),
            topic: String::new(),
        };
        for (unit, finding) in [(0, "error_of_judgement"), (1, "correct_on_evidence")] {
            let fact = found(finding, &mut tx);
            tx.append(declaration.subject(), None, Some(w.units[unit]), fact);
        }
        tx.commit().await.expect("commit");
        let mut tx = w.at(2027, 10, 11).await;
        let grade = brand::Grade {
            unit: w.units[0],
            mechanism: "M9".into(),
            grade: "poor".into(),
            evidence: "declarants complain".into(),
            view: String::new(),
        };
        brand::grade(&mut tx, &w.secretary, &grade).await.expect("graded");
        let standings = challenge::score(&mut tx, &w.c, &w.secretary, id).await.expect("scored");
        let first = standings.iter().find(|s| s.gain_place == Some(1)).map(|s| s.unit);
        assert_eq!(first, Some(w.units[0]));
        let no = refused(challenge::award(&mut tx, &w.c, &w.leader, id, w.units[0]).await);
        let told: Vec<(&str, &str)> = no.missing.iter().map(|m| (m.field.as_str(), m.value.as_str())).collect();
        assert_eq!(told.iter().filter(|t| t.0 == "red_line").count(), 3, "{told:?}");
        assert_eq!((told[0].1, told[1].1), ("M9", "SV03"));
        assert!(told[2].1.starts_with('#'), "the fact that refutes it: {told:?}");
    }

    async fn who_takes_part_and_what_forms_cost_are_counted(t: TestDb) {
        let w = World::open(&t).await;
        w.work(2026, 7..=12, [14; 4], 20).await;
        w.work(2027, 1..=5, [14; 4], 20).await;
        let id = propose(&w, "ONCE").await;
        let mut tx = w.at(2027, 6, 20).await;
        challenge::publish(&mut tx, &w.c, &w.secretary, id).await.expect("published");
        let head = w.head(0).officer.expect("an officer");
        challenge::take_part(&mut tx, &w.head(0), id, head).await.expect("entered");
        challenge::take_part(&mut tx, &w.head(0), id, head).await.expect("entered once");
        w.finish(tx).await;
        sampled(&w, head).await;
        w.work(2027, 7..=9, [14; 4], 20).await;
        let mut tx = w.at(2027, 10, 11).await;
        challenge::score(&mut tx, &w.c, &w.secretary, id).await.expect("scored");
        w.finish(tx).await;
        w.fold().await;
        let mut tx = w.b.read().await;
        let beilun = Some(&w.b.beilun);
        let pc08 = indicator::score(&mut tx, &w.c, "PC08", beilun).await.expect("a score").card.expect("a card");
        assert_eq!((pc08.running.numerator, pc08.running.denominator), (0, 1), "entered in June, the first half-year");
        let pc10 = indicator::sheet(&mut tx, &w.c, "PC10", beilun, 2027 * 12 + 5).await.expect("a sheet");
        assert_eq!((pc10.figure.numerator, pc10.figure.denominator, pc10.figure.value), (6, 480, Some(1.25)));
    }
}
