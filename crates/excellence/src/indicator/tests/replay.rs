//! A rebuild gives the same bytes, and the documented indicator works as it is written.

use super::*;
use proptest::prelude::*;

/// One step of a made-up ledger: what happens to which declaration, and how many hours pass before.
fn step() -> impl Strategy<Value = (u8, u128, i64, bool)> {
    (0..7_u8, 0..6_u128, 0..900_i64, any::<bool>())
}

async fn write(t: &TestDb, steps: &[(u8, u128, i64, bool)]) {
    let mut tx = t.tx().await;
    let mut at = day(1, 3);
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
                },
            ),
            _ => append(&mut tx, at, of, None, *d, targeted(*d, "declaration", "")),
        }
    }
    tx.commit().await.expect("commit");
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
                write(&t, part).await;
                fold_all(&t, 7).await;
            }
            let grown = dumped(&t).await;
            let mut tx = t.tx().await;
            forget(&mut tx).await.expect("forgotten");
            tx.commit().await.expect("commit");
            assert!(dumped(&t).await.is_empty());
            fold_all(&t, 1_000_000).await;
            assert_eq!(grown, dumped(&t).await);
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
