//! Who sees which figures, and where targets come from, through pages and API: eight branches, of which each is shown
//! the first five and its own neighbours by name and nobody else.

use super::{World, day, one};
use crate::pages::Pages;
use excellence::challenge::{self, Proposal, RedLine, TieRule};
use excellence::indicator::{self, State};
use kernel::{Date, DeclarationId, Timestamp, bi, supervision::NoticeGiven};
use std::ops::RangeInclusive;
use testkit::{TestDb, on_both};

/// The branches beside Beilun and Zhenhai.
const MORE: [&str; 6] = ["XS", "YY", "CX", "YH", "FH", "DX"];

/// Months of daily work in eight branches: twenty deficiencies each, of which so many were told once.
async fn work(w: &World, year: i16, months: RangeInclusive<i8>, once: [i64; 8]) {
    for month in months {
        w.clock.set(day(year, month, 3));
        let mut tx = w.b.begin().await;
        for (unit, once) in w.units.iter().zip(once) {
            for i in 0..20 {
                one(&mut tx, *unit, i < once, true);
            }
        }
        // Facts of another time: the consignments themselves are not played, so nothing follows them.
        tx.commit().await.expect("commit");
    }
}

/// The codes of the branches that stand as units in a table of a page.
fn named(body: &str, table: &str) -> Vec<&'static str> {
    let from = body.find(&format!("id=\"{table}\"")).unwrap_or_else(|| panic!("no table {table}: {body}"));
    let rows = body[from..].split("</table>").next().unwrap_or_default();
    let own_names = [("BL", "Beilun Branch"), ("ZH", "Zhenhai Branch")];
    let mut all: Vec<&str> =
        own_names.iter().filter(|(_, name)| rows.contains(name)).map(|(code, _)| *code).collect();
    all.extend(
        MORE.iter().filter(|code| rows.contains(&format!(">{code}<")) || rows.contains(&format!(">{code} "))),
    );
    all
}

on_both! {
    async fn r1_3_a_target_is_entered_on_the_page_and_refused_where_none_may_be(t: TestDb) {
        let w = World::open(&t).await;
        let pages = Pages::of(&w.b).await;
        let head = w.head(0);
        pages.logins(&[&w.leader, &head]).await;
        w.at(2027, 1, 5).await.commit().await.expect("commit");
        pages.open(&w.leader, "/indicators/SV02").await.leads("/indicators/SV02/target");
        let form = "/indicators/SV02/target";
        let back = pages.refused(&w.leader, form, &[("value", "97"), ("from", "2027-01-04"), ("reason", "a new window")]).await;
        back.says(&["2027-01-05 or later", "value=\"97\""]);
        pages.refused(&w.leader, form, &[("value", "101"), ("from", "2027-02-01"), ("reason", "")]).await
            .says(&["from 0 to 100", "say why it is this value"]);
        let set = pages.fill(&w.leader, form, &[("value", "97.5"), ("from", "2027-02-01"), ("reason", "a new window")]).await;
        set.says(&["97.5", "in force from 2027-02-01", "a new window"]);
        for (id, word) in [
            ("SI02", "fines and fees carry no target"),
            ("SI01", "publicity is side information"),
            ("RC23", "only watched and carries no target"),
        ] {
            let fields = [("value", "5"), ("from", "2027-02-01"), ("reason", "wanted")];
            pages.refused(&w.leader, &format!("/indicators/{id}/target"), &fields).await.says(&[word]);
        }
        assert!(!pages.open(&head, "/indicators/SV02").await.body.contains("/indicators/SV02/target"));
        pages.refused(&head, form, &[("value", "1"), ("from", "2027-02-01"), ("reason", "easier")]).await
            .says(&["leading group"]);
        let mut tx = w.b.read().await;
        let all = indicator::targets_of(&mut tx, "SV02").await.expect("targets");
        assert_eq!(all.iter().map(|t| t.milli).collect::<Vec<_>>(), [97_500]);
    }

    async fn m12_2_of_eight_units_a_branch_sees_the_first_five_and_its_neighbours_by_name(t: TestDb) {
        let w = World::of(&t, &MORE).await;
        work(&w, 2026, 6..=12, [14; 8]).await;
        work(&w, 2027, 1..=5, [14; 8]).await;
        let proposal = Proposal {
            code: "ONCE".into(),
            name: bi("一次告知比学", "Learning to tell once"),
            indicator: "SV03".into(),
            starts_on: Date::constant(2027, 7, 1),
            ends_on: Date::constant(2027, 9, 30),
            units: Vec::new(),
            tie_rule: TieRule::Shared,
            red_lines: RedLine::ALL.to_vec(),
        };
        let mut tx = w.at(2027, 6, 18).await;
        let id = challenge::propose(&mut tx, &w.c, &w.secretary, &proposal).await.expect("proposed");
        challenge::publish(&mut tx, &w.c, &w.secretary, id).await.expect("published");
        w.finish(tx).await;
        // From the best to the last: Beilun … Daxie, by level and by improvement alike.
        work(&w, 2027, 7..=9, [20, 19, 18, 17, 16, 14, 13, 12]).await;
        let pages = Pages::of(&w.b).await;
        let (last, middle) = (w.head(7), w.head(2));
        pages.logins(&[&w.leader, &last, &middle]).await;
        let place = format!("/challenges/{id}");
        w.at(2027, 7, 1).await.commit().await.expect("commit");
        assert_eq!(named(&pages.open(&last, &place).await.body, "matched"), ["DX"], "before it is scored: itself alone");
        let mut tx = w.at(2027, 10, 11).await;
        challenge::score(&mut tx, &w.c, &w.secretary, id).await.expect("scored");
        w.finish(tx).await;
        let first = ["BL", "ZH", "XS", "YY", "CX"];
        let page = pages.open(&last, &place).await;
        let (seven, six) = (["BL", "ZH", "XS", "YY", "CX", "FH", "DX"], "YH");
        assert_eq!((named(&page.body, "ranks"), named(&page.body, "matched")), (seven.to_vec(), seven.to_vec()));
        page.says(&["1 more units without a name"]);
        assert!(!page.body.contains(&format!(">{six}<")), "neither in a table nor beside it: {}", page.body);
        assert_eq!(named(&pages.open(&middle, &place).await.body, "matched"), first);
        assert_eq!(named(&pages.open(&w.leader, &place).await.body, "matched").len(), 8, "the bureau sees all");
        let figure = "/indicators/SV03?period=2027-09";
        let page = pages.open(&last, figure).await;
        assert_eq!(named(&page.body, "peers"), seven);
        page.says(&["1 more units without a name"]);
        assert!(!page.body.contains(">YH<") && !page.body.contains(">YH "), "{}", page.body);
        assert_eq!(named(&pages.open(&middle, figure).await.body, "peers"), first);
        assert_eq!(named(&pages.open(&w.leader, "/indicators/SV03?period=2027-09&unit=DX").await.body, "peers").len(), 8);
    }

    async fn m12_2_improvement_stands_with_its_interval(t: TestDb) {
        let w = World::of(&t, &MORE).await;
        work(&w, 2026, 7..=12, [14; 8]).await;
        work(&w, 2027, 1..=5, [14; 8]).await;
        let mut tx = w.at(2027, 6, 18).await;
        let proposal = Proposal {
            code: "ONCE".into(),
            name: bi("一次告知比学", "Learning to tell once"),
            indicator: "SV03".into(),
            starts_on: Date::constant(2027, 7, 1),
            ends_on: Date::constant(2027, 9, 30),
            units: w.units[..3].to_vec(),
            tie_rule: TieRule::SmallerUnit,
            red_lines: vec![RedLine::Unhelped],
        };
        let id = challenge::propose(&mut tx, &w.c, &w.secretary, &proposal).await.expect("proposed");
        let criteria = challenge::publish(&mut tx, &w.c, &w.secretary, id).await.expect("published");
        assert_eq!((criteria.baseline.len(), criteria.tie_rule), (3, TieRule::SmallerUnit), "only those that take part");
        w.finish(tx).await;
        work(&w, 2027, 7..=9, [20, 15, 14, 14, 14, 14, 14, 14]).await;
        let mut tx = w.at(2027, 10, 11).await;
        let all = challenge::score(&mut tx, &w.c, &w.secretary, id).await.expect("scored");
        let of = |unit: usize| all.iter().find(|s| s.unit == w.units[unit]).and_then(|s| Some((s.gain?, s.gain_interval?)));
        // 60 of 60 after 154 of 220; 45 of 60 after the same.
        let (gain, (low, high)) = of(0).expect("a gain");
        assert!((gain - 30.0).abs() < 1e-9 && low > 20.0 && high < 38.0, "{gain} {low} {high}");
        let (gain, (low, high)) = of(1).expect("a gain");
        assert!((gain - 5.0).abs() < 1e-9 && low < 0.0 && 0.0 < high, "within chance: {gain} {low} {high}");
        w.finish(tx).await;
        let pages = Pages::of(&w.b).await;
        pages.logins(&[&w.leader, &w.secretary]).await;
        pages.open(&w.leader, &format!("/challenges/{id}")).await.says(&["+30.0", "the smaller unit goes first"]);
        // Tie rule and red lines are chosen from their lists on the form.
        let unit = w.units[1].to_string();
        let asked = [
            ("code", "NEXT"), ("name_zh", "再学"), ("name_en", "Once more"), ("indicator", "SV03"), ("starts_on", "2027-12-01"),
            ("ends_on", "2028-02-28"), ("tie_rule", "shared"), ("red_lines", "guard_broken"),
        ];
        let alone = [&asked[..], &[("units", unit.as_str())]].concat();
        pages.refused(&w.secretary, "/challenges/new", &alone).await.says(&["choose two branches or more"]);
        let made = pages.fill(&w.secretary, "/challenges/new", &asked).await;
        made.says(&["they share the place", "a guard of the indicator got worse"]);
        assert!(!made.body.contains("graded poor without a plan of help"), "only the line that was ticked");
    }

    async fn the_bulletin_of_a_frozen_month_gives_the_same_bytes_after_a_late_fact(t: TestDb) {
        let w = World::open(&t).await;
        w.work(2026, 1..=12, [14; 4], 20).await;
        // A deficiency of November that is told again in March: what was right turns wrong, late.
        w.clock.set(day(2026, 12, 20));
        let late: Vec<DeclarationId> = {
            let tx = w.b.begin().await;
            (0..40).map(|_| tx.id()).collect()
        };
        let told = async |at: Timestamp, ordinal: i64| {
            w.clock.set(at);
            let mut tx = w.b.begin().await;
            for declaration in &late {
                let (due_at, codes) = (Timestamp(at.0 + Timestamp::DAY), vec!["packing_list".to_owned()]);
                let fact = NoticeGiven { notice: tx.id(), declaration: *declaration, codes, ordinal, breach: ordinal > 1, due_at };
                tx.append(declaration.subject(), None, Some(w.units[0]), fact);
            }
            tx.commit().await.expect("commit");
        };
        told(day(2026, 12, 21), 1).await;
        w.at(2027, 2, 20).await.commit().await.expect("commit");
        let pages = Pages::of(&w.b).await;
        pages.logins(&[&w.leader, &w.head(0)]).await;
        let files = ["", "/xlsx"].map(|kind| format!("/indicators/bulletin{kind}?period=2027-01&unit=BL"));
        let mut before = Vec::new();
        for file in &files {
            before.push(pages.file(&w.leader, file).await);
        }
        told(day(2027, 3, 2), 2).await;
        let mut tx = w.at(2027, 3, 3).await;
        let of = |s: &indicator::Sheet| (s.baseline.numerator, s.baseline_frozen.numerator);
        let sheet = indicator::sheet(&mut tx, &w.c, "SV03", Some(&w.b.beilun), 2027 * 12).await.expect("a sheet");
        assert_eq!(of(&sheet), (168, 208), "the baseline moved, and is kept as it was frozen");
        // A target of today leaves the month as it was.
        indicator::set_target(&mut tx, &w.c, &w.leader, "SV03", 90_000, Date::constant(2027, 3, 3), "easier").await.expect("set");
        w.finish(tx).await;
        for (file, before) in files.iter().zip(&before) {
            assert!(before.len() > 1000, "{file}");
            assert!(pages.file(&w.leader, file).await == *before, "{file} has other bytes than when it was first given");
        }
    }

    async fn a_figure_that_is_behind_the_ledger_says_so_on_the_scorecard_too(t: TestDb) {
        let w = World::open(&t).await;
        w.work(2026, 11..=12, [14; 4], 20).await;
        let mut tx = w.at(2027, 1, 5).await;
        let state = async |tx: &mut store::Tx| {
            let score = indicator::score(tx, &w.c, "SV03", Some(&w.b.beilun)).await.expect("a score");
            let all = indicator::scores(tx, &w.c, Some(&w.b.beilun)).await.expect("scores");
            let line = all.into_iter().find(|s| s.definition.id == "SV03").and_then(|s| s.card);
            (score.card.map(|c| (c.closed.state, c.running.state)), line.map(|c| c.closed.state))
        };
        let scored = state(&mut tx).await;
        assert_eq!(scored, (Some((State::Scored, State::NoData)), Some(State::Scored)));
        one(&mut tx, w.units[0], true, true);
        tx.commit().await.expect("commit");
        let mut tx = w.b.read().await;
        assert_eq!(state(&mut tx).await, (Some((State::Stale, State::Stale)), Some(State::Stale)));
        drop(tx);
        let pages = Pages::of(&w.b).await;
        pages.logins(&[&w.head(0)]).await;
        pages.open(&w.head(0), "/indicators").await.says(&["Stale"]);
        w.fold().await;
        let mut tx = w.b.read().await;
        assert_eq!(state(&mut tx).await.1, Some(State::Scored));
    }
}
