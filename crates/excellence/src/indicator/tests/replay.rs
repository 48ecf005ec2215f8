//! A rebuild gives the same bytes, and the documented indicator works as it is written.

use super::*;
use proptest::prelude::*;

/// One step of a made-up ledger: what happens to which declaration, and how many hours pass before.
fn step() -> impl Strategy<Value = (u8, u128, i64, bool)> {
    (0..7_u8, 0..6_u128, 0..900_i64, any::<bool>())
}

/// Writes the steps from a moment on; gives the moment of the last.
async fn write(t: &TestDb, mut at: Timestamp, steps: &[(u8, u128, i64, bool)]) -> Timestamp {
    let mut tx = t.tx().await;
    for (what, d, hours, flag) in steps {
        at = at.plus_hours(*hours);
        let (of, who) = (unit(d % 2), Some(id::<OfficerId>(d % 3)));
        match what {
            0 => append(
                &mut tx,
                at,
                of,
                None,
                *d,
                targeted(*d, "sampling", if *flag { "draw" } else { "rule" }),
            ),
            1 => append(&mut tx, at, of, who, *d, accepted(*d, at)),
            2 => append(&mut tx, at, of, who, *d, recorded(*d, *flag)),
            3 => append(&mut tx, at, of, who, *d, settled(*d)),
            4 => append(
                &mut tx,
                at,
                of,
                who,
                *d,
                NoticeGiven {
                    notice: id(*d),
                    declaration: id(*d),
                    codes: vec![],
                    ordinal: 1,
                    breach: *flag,
                    due_at: at,
                },
            ),
            5 => append(
                &mut tx,
                at,
                of,
                None,
                *d,
                Authorised {
                    authorisation: id(*d),
                    officer: id(d % 3),
                    duty: "accept".into(),
                    hs_prefix: String::new(),
                    valid_from: at,
                    valid_to: at.plus_hours(2000),
                    emergency: false,
                    reason: String::new(),
                    basis: String::new(),
                },
            ),
            _ => append(&mut tx, at, of, None, *d, targeted(*d, "declaration", "")),
        }
    }
    tx.commit().await.expect("commit");
    at
}

/// The figures of every card that is kept, as text.
async fn carded(t: &TestDb) -> String {
    let c = Catalogue::shipped().expect("a catalogue");
    let mut tx = t.reading().await;
    let all = scores(&mut tx, &c, None).await.expect("scores");
    let told = all.iter().filter_map(|s| s.card.as_ref().map(|card| (&s.definition.id, card)));
    serde_json::to_string(&told.collect::<Vec<_>>()).expect("json")
}

/// The frozen figures of all cells, by cell.
async fn frozen(t: &TestDb) -> std::collections::BTreeMap<String, String> {
    let mut tx = t.reading().await;
    let rows = tx.all(super::super::sql::ALL_CELLS, store::vals![]).await.expect("cells");
    let read = |r: &store::Row| -> kernel::Result<Option<(String, String)>> {
        let (id, unit, group): (String, Uuid, String) = (r.get(0)?, r.get(3)?, r.get(4)?);
        let (version, month): (i64, i64) = (r.get(1)?, r.get(2)?);
        let kept: (i64, i64, i64, Vec<u8>) = (r.get(10)?, r.get(11)?, r.get(12)?, r.get(13)?);
        let is: bool = r.get(9)?;
        Ok(is.then(|| (format!("{id} {version} {month} {unit} {group}"), format!("{kept:?}"))))
    };
    rows.iter().filter_map(|r| read(r).expect("a cell")).collect()
}

async fn dumped(t: &TestDb) -> String {
    dump(&mut t.reading().await).await.expect("a dump")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn a_rebuild_from_nothing_gives_the_same_bytes(
        parts in prop::collection::vec(prop::collection::vec(step(), 1..25), 1..5),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let t = testkit::sqlite().await;
            for part in &parts {
                write(&t, day(1, 3), part).await;
                fold_all(&t, 7).await;
            }
            let (grown, shown) = (dumped(&t).await, carded(&t).await);
            let mut tx = t.tx().await;
            forget(&mut tx).await.expect("forgotten");
            tx.commit().await.expect("commit");
            assert!(dumped(&t).await.is_empty());
            fold_all(&t, 1_000_000).await;
            assert_eq!(grown, dumped(&t).await);
            assert_eq!(shown, carded(&t).await, "every score is the same again");
        });
    }

    /// Whatever comes later, a month that was closed keeps the figures that it was closed with.
    #[test]
    fn a_frozen_month_never_changes(
        parts in prop::collection::vec(prop::collection::vec(step(), 1..20), 2..6),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let t = testkit::sqlite().await;
            let mut at = day(1, 3);
            let mut closed = std::collections::BTreeMap::new();
            for part in &parts {
                at = write(&t, at, part).await;
                fold_all(&t, 1_000_000).await;
                let now = frozen(&t).await;
                for (cell, kept) in &closed {
                    assert_eq!(now.get(cell), Some(kept), "{cell}");
                }
                closed = now;
            }
        });
    }

    /// A score opens to facts, and they add up to it.
    #[test]
    fn every_score_opens_to_the_facts_that_it_is_made_of(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let t = testkit::sqlite().await;
            write(&t, day(1, 3), &steps).await;
            fold_all(&t, 1_000_000).await;
            let c = Catalogue::shipped().expect("a catalogue");
            let mut tx = t.reading().await;
            let w = period::Window { first: 2026 * 12, last: 2030 * 12 };
            for d in c.definitions.iter().filter(|d| d.works()) {
                let cells = Cells::read(&mut tx, &c, &d.id, w.first, w.last).await.expect("cells");
                let f = of_unit(&c, d, &cells, None, w).expect("a figure");
                let (open, next) = facts(&mut tx, &c, d, None, w, 0, 1000).await.expect("facts");
                assert_eq!(next, None);
                if f.state == State::Scored && f.n > 0 {
                    assert!(!open.is_empty(), "{}: a score without facts: {f:?}", d.id);
                }
                if matches!(d.measure, Measure::Rate | Measure::Ratio | Measure::Count) {
                    let sums = open.iter().fold((0, 0), |(n, d), o| (n + o.numerator, d + o.denominator));
                    assert_eq!(sums, (f.numerator, f.denominator), "{}", d.id);
                }
            }
        });
    }
}

/// The table of the page that explains how to add an indicator.
fn documented() -> String {
    let page = include_str!("../../../../../docs/indicators.md");
    let (_, rest) = page.split_once("```toml\n").expect("an example");
    rest.split_once("```").expect("its end").0.to_owned()
}

on_both! {
    async fn the_documented_indicator_works_as_it_is_written(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        for d in 0..12 {
            append(&mut tx, day(9, 2), u[0], None, d, kernel::supervision::Lodged {
                declaration: id(d), no: format!("N{d}"), direction: "export".into(), operator: id(1), plant: None,
                hs: vec!["071030".into()], market: "JP".into(), mode: "general".into(), lots: 1, rule_version: "CN-2026/1".into(),
                chapter: "07".into(),
            });
        }
        for d in [3, 4] {
            let reason = "the buyer \"stepped back\", {no} more".into();
            append(&mut tx, day(10, 2), u[0], None, d, kernel::supervision::Withdrawn { declaration: id(d), reason });
        }
        tx.commit().await.expect("commit");
        let policy = include_str!("../../../../../indicators/policy.toml");
        let text = documented();
        let c = Catalogue::of(&[("service.toml", text.as_str())], policy).expect("a catalogue");
        let mut tx = t.tx().await;
        fold(&mut tx, &c, 1_000_000).await.expect("folded");
        let bl = super::super::unit(&mut tx, "BL").await.expect("a unit");
        let month = period::parse("2026-09").expect("a month");
        let s = sheet(&mut tx, &c, "SV90", Some(&bl), month).await.expect("a sheet");
        assert_eq!((s.figure.numerator, s.figure.denominator, s.figure.state), (2, 12, State::Scored));
    }
}
