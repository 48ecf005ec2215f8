//! Curves and inspection figures against independently computed tables, to nine decimals.

use sampling::iso2859::{Single, Stage};
use sampling::oc::{Model, evaluate};
use sampling::outgoing::{outgoing_limit, rectify};

use crate::common::{number, rows};

const CLOSE: f64 = 1e-9;

#[test]
fn operating_characteristics_agree_to_nine_decimals() {
    let Some(rows) = rows("oracle_oc_AcceptanceSampling.csv") else { return };
    let mut worst = 0.0_f64;
    for row in &rows {
        let model = match row["type"].as_str() {
            "binomial" => Model::Binomial,
            "poisson" => Model::Poisson,
            _ => Model::Hypergeometric { lot: number(row, "N") as u64 },
        };
        let plan = Single::new(number(row, "n") as u64, number(row, "c") as u32);
        let found = evaluate(&plan.stages(), model, number(row, "p")).unwrap().accept;
        let off = (found - number(row, "Pa")).abs();
        assert!(off < CLOSE, "{row:?}: {found}");
        worst = worst.max(off);
    }
    println!("{} curve points, largest difference {worst:e}", rows.len());
    assert_eq!(rows.len(), 5_916);
}

#[test]
fn double_plans_agree_in_acceptance_and_sample_number() {
    let Some(rows) = rows("oracle_double.csv") else { return };
    for row in &rows {
        let whole = |column: &str| number(row, column) as u64;
        let stage = |n: u64, cumulative_n: u64, ac: u64, re: u64| Stage {
            n,
            cumulative_n,
            ac: Some(ac as u32),
            re: re as u32,
        };
        let stages = [
            stage(whole("n1"), whole("n1"), whole("c1"), whole("r1")),
            stage(whole("n2"), whole("n1") + whole("n2"), whole("c2"), whole("r2")),
        ];
        let found = evaluate(&stages, Model::Binomial, number(row, "p")).unwrap();
        assert!((found.accept - number(row, "Pa")).abs() < CLOSE, "{row:?}: {found:?}");
        assert!((found.asn - number(row, "ASN")).abs() < 1e-7, "{row:?}: {found:?}");
    }
    assert_eq!(rows.len(), 85);
}

#[test]
fn rectifying_figures_agree() {
    let Some(rows) = rows("oracle_aoq_ati.csv") else { return };
    let (mut limits, mut points) = (0, 0);
    for row in &rows {
        let lot = number(row, "N") as u64;
        let stages = Single::new(number(row, "n") as u64, number(row, "c") as u32).stages();
        if row["AOQL"].is_empty() {
            let quality = number(row, "p");
            let found = rectify(&stages, Model::Binomial, lot, quality).unwrap();
            assert!((found.aoq - number(row, "AOQ")).abs() < CLOSE, "{row:?}: {found:?}");
            assert!((found.ati - number(row, "ATI")).abs() < 1e-7, "{row:?}: {found:?}");
            points += 1;
        } else {
            let found = outgoing_limit(&stages, Model::Binomial, lot).unwrap();
            assert!((found.aoql - number(row, "AOQL")).abs() < CLOSE, "{row:?}: {found:?}");
            assert!((found.at_quality - number(row, "p_at_AOQL")).abs() < 2e-6, "{row:?}: {found:?}");
            limits += 1;
        }
    }
    assert_eq!((limits, points), (4, 16));
}
