//! What people and programs type: tables of deliveries, parameters of queries, identifiers. All of it is read or refused
//! with what is wrong, never met with a panic; and what is read goes on to be used.

use proptest::prelude::*;
use std::sync::Arc;
use trace::epcis::ident::{canonical, comparable, party_key, spans, urn_to_digital_link};
use trace::epcis::{Scope, read_query, url_param};
use trace::score::{Network, Settings, Weights, score, tsv};

/// Texts close enough to the right ones to get past the first look.
fn close_to(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(pieces).prop_map(str::to_owned),
        1 => "[ -~\t\n]{0,4}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|all| all.concat())
}

const TABLE: &[&str] = &[
    "id",
    "from",
    "to",
    "supplier",
    "recipient",
    "lot",
    "departure",
    "arrival",
    "weight",
    "\t",
    "\t",
    "\t",
    "\n",
    "\n",
    "d1",
    "d2",
    "S1",
    "2026-01-31",
    "2026-13-99",
    "-1",
    "1e400",
    "0.5",
    "D",
    "S",
    "\u{feff}",
    "\r\n",
    "NaN",
];
const QUERY: &[&str] = &[
    "EQ_",
    "GT_",
    "LE_",
    "EXISTS_",
    "HASATTR_",
    "EQATTR_",
    "EQ_ATTR_",
    "WD_",
    "MATCH_",
    "INNER_",
    "ILMD_",
    "SENSORREPORT_",
    "ERROR_DECLARATION_",
    "readPoint",
    "bizStep",
    "quantity",
    "_KGM",
    "epc",
    "anyEPC",
    "eventTime",
    "recordTime",
    "orderBy",
    "orderDirection",
    "perPage",
    "nextPageToken",
    "eventCountLimit",
    "ex:",
    "#",
    "_",
    "http://e/x",
];
const VALUE: &[&str] = &[
    "urn:epc:id:sgtin:",
    "urn:epc:idpat:",
    "0614141",
    ".",
    "*",
    "107346",
    "2018",
    "https://id.gs1.org/",
    "01/",
    "21/",
    "|",
    "2026-01-31T08:00:00",
    "Z",
    "+08:00",
    "-",
    "9",
    "1e9",
    "true",
    "null",
    "[",
    "\"",
    "%",
    "?",
    "#",
    "國",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_typed_table_is_read_or_refused(a in close_to(TABLE), b in close_to(TABLE), c in close_to(TABLE)) {
        let deliveries = tsv::parse_deliveries(&a);
        let relations = tsv::parse_relations(&b).unwrap_or_default();
        let weights = tsv::parse_weights(&c).unwrap_or(Weights { stations: vec![], deliveries: vec![] });
        if let Some(network) = deliveries.ok().and_then(|d| Network::build(d, &relations).ok()) {
            let scores = score(&network, &weights, &Settings::default());
            let told = tsv::write_scores(&network, &scores);
            let lines = told.split('\n').filter(|line| line.starts_with("D\t")).count();
            prop_assert_eq!(lines, scores.deliveries.len(), "{:?}", told);
        }
    }

    #[test]
    fn a_typed_query_is_read_or_refused(
        typed in prop::collection::vec((close_to(QUERY), close_to(VALUE)), 0..4),
    ) {
        let params = typed.iter().map(|(name, value)| url_param(name, value)).collect();
        match read_query(params, &Arc::new(Scope::default())) {
            Ok(query) => prop_assert!(query.criteria.len() <= typed.len() + 1),
            Err(problems) => prop_assert!(problems.iter().all(|p| !p.rule.is_empty() && !p.remedy.is_empty())),
        }
    }

    #[test]
    fn a_typed_identifier_is_read_or_left_as_it_is(text in close_to(VALUE)) {
        let _ = (canonical(&text), party_key(&text), spans(&text));
        let once = comparable(&text);
        prop_assert_eq!(comparable(&once), once.clone());
        if let Some(link) = urn_to_digital_link(&text) {
            prop_assert_eq!(comparable(&link), once);
        }
    }
}
