//! The single-sampling tables against comparison material, cell by cell.

use crate::common;

use sampling::Certainty;
use sampling::iso2859::{
    Aql, Cell, CodeLetter, Level, PlanType, Severity, cell, code_letter, plan, plan_for_letter, single_size,
};

#[test]
fn code_letters_agree_with_the_reference() {
    let Some(rows) = common::rows("code_letters.csv") else { return };
    for row in &rows {
        let smallest: u64 = row["lot_min"].parse().unwrap();
        let largest = row["lot_max"].parse().unwrap_or(u64::MAX);
        for level in Level::ALL {
            let expected: CodeLetter = row[&level.to_string()].parse().unwrap();
            assert_eq!(code_letter(smallest, level), Ok(expected), "lot {smallest}");
            assert_eq!(code_letter(largest, level), Ok(expected), "lot {largest}");
        }
    }
    assert_eq!(rows.len(), 15);
}

#[test]
fn sample_sizes_agree_with_the_reference() {
    let Some(rows) = common::rows("sample_sizes.csv") else { return };
    for row in &rows {
        let letter: CodeLetter = row["letter"].parse().unwrap();
        for severity in Severity::ALL {
            assert_eq!(single_size(severity, letter), row[&severity.to_string()].parse().ok(), "{letter}");
        }
    }
    assert_eq!(rows.len(), 17);
}

#[test]
fn all_raw_cells_agree_with_the_reference() {
    let Some(rows) = common::rows("single_raw_cells.csv") else { return };
    for row in &rows {
        let severity: Severity = row["state"].parse().unwrap();
        let letter: CodeLetter = row["letter"].parse().unwrap();
        let aql: Aql = row["aql"].parse().unwrap();
        let expected = match row["arrow"].as_str() {
            "down" => Cell::Down,
            "up" => Cell::Up,
            "blank" => Cell::Blank,
            _ => Cell::Accept(row["ac"].parse().unwrap()),
        };
        assert_eq!(cell(severity, letter, aql), expected, "{severity} {letter} {aql}");
        assert_eq!(single_size(severity, letter), row["n"].parse().ok());
    }
    assert_eq!(rows.len(), 1_274);
}

#[test]
fn all_resolved_cells_agree_with_the_reference() {
    let Some(rows) = common::rows("single_resolved.csv") else { return };
    let mut plans = 0;
    for row in &rows {
        let letter: CodeLetter = row["letter"].parse().unwrap();
        let severity = row["state"].parse().unwrap();
        let found = plan_for_letter(letter, row["aql"].parse().unwrap(), severity, PlanType::Single);
        match row["n"].parse::<u64>() {
            Ok(n) => {
                let found = found.unwrap();
                let single = found.single().unwrap();
                let ac: u32 = row["ac"].parse().unwrap();
                assert_eq!((single.n, single.ac, single.re), (n, ac, row["re"].parse().unwrap()), "{row:?}");
                assert_eq!(found.letter.to_string(), row["use_letter"]);
                assert_eq!(found.certainty, Certainty::Verified);
                plans += 1;
            }
            Err(_) => assert!(found.is_err(), "{row:?}"),
        }
    }
    assert_eq!((rows.len(), plans), (1_274, 1_249));
}

/// A second, older table family: its normal and tightened plans are the same, its reduced plans are not
/// those of ISO 2859-1 and are left out.
#[test]
fn normal_and_tightened_agree_with_the_older_family() {
    let Some(rows) = common::rows("oracle_aqlschemes_milstd105e.csv") else { return };
    let mut differing = Vec::new();
    for row in rows.iter().filter(|row| row["state"] != "reduced") {
        let (severity, letter) = (row["state"].parse().unwrap(), row["letter"].parse().unwrap());
        let found = plan_for_letter(letter, row["aql"].parse().unwrap(), severity, PlanType::Single).unwrap();
        let single = found.single().unwrap();
        let (n, ac) = (common::number(row, "n") as u64, common::number(row, "ac") as u32);
        if (single.n, single.ac) != (n, ac) {
            differing.push(format!("{severity} {letter} {}", row["aql"]));
        }
    }
    // The older family has no letter S, so that its one place with an arrow to it differs.
    assert_eq!(differing.len(), 1, "{differing:?}");
    assert!(differing[0].starts_with("tightened"), "{differing:?}");
}

#[test]
fn a_sample_as_large_as_the_lot_means_the_whole_lot() {
    let aql = "0.10".parse().unwrap();
    let found = plan(100, Level::II, aql, Severity::Normal, PlanType::Single).unwrap();
    assert!(found.whole_lot);
    assert_eq!(found.single().unwrap().n, 100);
    let found = plan(126, Level::II, aql, Severity::Normal, PlanType::Single).unwrap();
    assert!(!found.whole_lot);
    assert_eq!(found.single().unwrap().n, 125);
    let double = plan(3, Level::II, "1000".parse().unwrap(), Severity::Normal, PlanType::Double).unwrap();
    assert_eq!(double.plan_type, PlanType::Single, "letter A has single plans only");
}

#[test]
fn refusals_name_field_value_and_remedy() {
    let empty = code_letter(0, Level::II).unwrap_err();
    assert_eq!((empty.field(), empty.value().as_str()), ("lot", "0"));
    let odd = "0.7".parse::<Aql>().unwrap_err();
    assert_eq!((odd.field(), odd.value().as_str()), ("aql", "0.7"));
    assert!(odd.to_string().contains("0.65 and 1.0"));
    let word = "IV".parse::<Level>().unwrap_err();
    assert!(word.to_string().contains("S-1, S-2, S-3, S-4, I, II, III"));
    let blank = plan_for_letter(CodeLetter::S, "1.0".parse().unwrap(), Severity::Normal, PlanType::Single);
    assert_eq!(blank.unwrap_err().field(), "letter");
    assert!("".parse::<Aql>().unwrap_err().to_string().contains("0.010 and 1000"));
}
