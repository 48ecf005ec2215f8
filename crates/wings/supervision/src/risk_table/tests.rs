//! Tables as targeting follows them.

use super::pinned::read_body;
use super::*;
use crate::targeting::{Goods, Inputs};

const FISH: &str = "policy,FIRST,Fish\nrole,in,in,out,out,out\nname,heading,market,lane,rate,reason\ntype,string,string,string,number,string\n1,\"\"\"0306\"\"\",\"\"\"JP\"\"\",\"\"\"conformity\"\"\",1,\"\"\"notices\"\"\"\n2,\"\"\"0306\"\"\",-,\"\"\"sampling\"\"\",0.5,\n";

fn inputs(market: &str, hs: &[&str]) -> Inputs {
    Inputs {
        no: "X".into(),
        direction: "export".into(),
        class: 1,
        risk: "low".into(),
        market: market.into(),
        mode: "general".into(),
        order: 1,
        measures: vec![],
        tables: vec!["FISH/1".into()],
        goods: Some(Goods { hs: hs.iter().map(|h| (*h).into()).collect(), ..Goods::default() }),
        score: None,
    }
}

fn tables() -> Tables {
    let (model, _) = read_body(FISH).expect("a table");
    let mut tables = Tables::default();
    let valid = Some((Timestamp(10), Some(Timestamp(20))));
    tables.add(Pinned::new("FISH/1", bi("水产", "Fish"), &model, valid).expect("compiled"));
    tables
}

#[test]
fn the_strictest_line_of_a_consignment_counts() {
    let t = tables();
    let said = t.measures(&inputs("JP", &["950300", "030617"]));
    assert_eq!((said[0].lane.as_str(), said[0].rate_ppm), ("conformity", 1_000_000));
    assert_eq!(said[0].title.en, "Fish, row 1: notices");
    let said = t.measures(&inputs("US", &["030617"]));
    assert_eq!(
        (said[0].lane.as_str(), said[0].rate_ppm, said[0].title.zh.as_str()),
        ("sampling", 500_000, "水产，第 2 行")
    );
    assert!(t.measures(&inputs("JP", &["950300"])).is_empty(), "a gap says nothing, and the pack decides");
    let mut unpinned = inputs("JP", &["030617"]);
    unpinned.tables.clear();
    assert!(t.measures(&unpinned).is_empty(), "only what it is pinned to");
}

#[test]
fn a_table_is_in_force_from_its_first_instant_to_its_end() {
    let t = tables();
    let at = |n| t.in_force(Timestamp(n)).len();
    assert_eq!([at(9), at(10), at(19), at(20)], [0, 1, 1, 0]);
}

#[test]
fn columns_that_targeting_does_not_know_are_refused_by_name() {
    for (from, to, field) in [
        ("heading,market", "colour,market", "in colour"),
        ("lane,rate,reason", "lane,price,reason", "out price"),
        ("policy,FIRST", "policy,COLLECT", "policy"),
    ] {
        let no = read_body(&FISH.replace(from, to)).expect_err("refused");
        let fields: Vec<_> =
            no.refusal().expect("a refusal").missing.iter().map(|m| m.field.clone()).collect();
        assert!(fields.iter().any(|f| f == field), "{field}: {fields:?}");
    }
}

#[test]
fn examples_say_what_should_come_out() {
    let (model, _) = read_body(FISH).expect("a table");
    let text = "heading,market,lane,rate\n0306,JP,conformity,1\n0306,US,sampling,0.4\n9503,JP,none,0\n";
    let tried = check_examples(&model, text).expect("read");
    assert_eq!(tried.iter().map(|t| t.passes).collect::<Vec<_>>(), [true, false, true], "{tried:?}");
    assert!(check_examples(&model, "heading,lane\n").is_err(), "no example is no test");
    assert!(check_examples(&model, "colour,lane\nred,x\n").is_err());
}
