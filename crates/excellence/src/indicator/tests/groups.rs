//! The breakdown of a figure by its groups.

use super::*;

on_both! {
    async fn a_figure_with_groups_shows_each_of_them_with_its_number_of_cases(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        let mut ends = Vec::new();
        for d in 0..36_u128 {
            // Twelve facilitated in an hour, twenty sampled in a day, and four intensified: too few to be told.
            let (lane, hours) = match d {
                0..12 => ("declaration", 1),
                12..32 => ("sampling", 24),
                _ => ("conformity", 72),
            };
            let at = day(7, 6);
            append(&mut tx, at, u[0], None, d, accepted(d, at));
            append(&mut tx, at, u[0], None, d, targeted(d, lane, ""));
            ends.push((Timestamp(at.0 + hours * Timestamp::HOUR), d));
        }
        // The ledger's facts lie in the order of time.
        for (at, d) in ends {
            append(&mut tx, at, u[0], None, d, settled(d));
        }
        tx.commit().await.expect("commit");
        fold_all(&t, 7).await;
        let s = show(&t, "SV01", Some("BL"), "2026-07").await;
        let told: Vec<(&str, i64, Option<f64>)> =
            s.groups.iter().map(|g| (g.group.as_str(), g.figure.n, g.figure.value)).collect();
        assert_eq!(told, [("conformity", 0, None), ("declaration", 12, Some(1.0)), ("sampling", 20, Some(24.0))]);
        assert_eq!((s.figure.n, s.figure.value, s.figure.p90), (36, Some(24.0), Some(72.0)));
        assert!(show(&t, "SV02", Some("BL"), "2026-07").await.groups.is_empty(), "what has no groups shows none");
    }

    async fn rc25_shows_the_rate_of_each_plant_and_lane_as_a_share(t: TestDb) {
        let u = units(&t).await;
        let mut tx = t.tx().await;
        for d in 0..40_u128 {
            let at = day(7, 6);
            let plant = if d < 20 { 1 } else { 2 };
            let lodged = kernel::supervision::Lodged {
                declaration: id(d), no: format!("{d}"), direction: "export".into(), operator: id(900), plant: Some(id(plant)),
                hs: vec!["071030".into()], market: "JP".into(), mode: "general".into(), lots: 1,
                rule_version: "CN-2026/1".into(), chapter: "07".into(),
            };
            append(&mut tx, at, u[0], None, d, lodged);
            append(&mut tx, at, u[0], None, d, targeted(d, "sampling", if d % 20 < 4 { "draw" } else { "" }));
        }
        tx.commit().await.expect("commit");
        fold_all(&t, 7).await;
        let s = show(&t, "RC25", Some("BL"), "2026-07").await;
        assert_eq!((s.figure.numerator, s.figure.denominator), (2, 2), "both cells are within their band");
        let told: Vec<(bool, i64, Option<f64>)> = s.groups.iter().map(|g| (g.share, g.figure.n, g.figure.value)).collect();
        assert_eq!(told, [(true, 20, Some(20.0)), (true, 20, Some(20.0))]);
        assert!(s.groups.iter().all(|g| g.group.ends_with("|sampling")), "{:?}", s.groups);
    }
}
