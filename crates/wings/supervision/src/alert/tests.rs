//! Scope and assessment as values.

use super::rules;
use super::*;
use kernel::{OperatorId, Refusal};
use registry::rules::Pack;

fn pack() -> Pack {
    Pack::parse(include_str!("../../../../../rule-packs/CN-2026.toml")).expect("the shipped pack")
}

fn proposal() -> Proposal {
    Proposal {
        title: "河蟹 氯霉素".into(),
        hazard: "氯霉素".into(),
        severity: 4,
        likelihood: 3,
        evidence: "RASFF 2026.1".into(),
        scope: Scope { hs: "030614".into(), ..Scope::default() },
        measures: Measures { rate_ppm: 1_000_000, hold: true, ..Measures::default() },
        starts_at: None,
        ends_at: Some(Timestamp(90 * Timestamp::DAY)),
        review_at: None,
    }
}

fn refused(change: impl Fn(&mut Proposal)) -> Refusal {
    let mut p = proposal();
    change(&mut p);
    let no = rules::proposal(&p, &pack(), Timestamp(0)).expect_err("refused");
    no.refusal().expect("a refusal").clone()
}

#[test]
fn the_level_follows_from_severity_and_likelihood() {
    assert_eq!(rules::proposal(&proposal(), &pack(), Timestamp(0)).expect("sound"), "high");
    let p = pack();
    for (s, l, level) in [(1, 1, "low"), (5, 5, "critical"), (3, 4, "high"), (2, 3, "medium")] {
        assert_eq!(p.level(s, l), Some(level), "{s} {l}");
    }
    assert_eq!((p.level(0, 1), p.level(1, 6), p.level(1, i64::MIN)), (None, None, None));
}

#[test]
fn an_alert_names_what_it_is_about_what_it_asks_for_and_when_it_ends() {
    type Change = fn(&mut Proposal);
    let changes: [(&str, Change); 9] = [
        ("evidence", |p| p.evidence = " ".into()),
        ("severity", |p| p.severity = 6),
        ("hs", |p| p.scope = Scope::default()),
        ("hs", |p| p.scope.hs = "03%".into()),
        ("market", |p| p.scope.market = "jp".into()),
        ("rate", |p| p.measures = Measures::default()),
        ("tests", |p| p.measures.tests = vec!["no such thing".into()]),
        ("ends", |p| p.ends_at = None),
        ("ends", |p| p.ends_at = Some(Timestamp(181 * Timestamp::DAY))),
    ];
    for (field, change) in changes {
        let no = refused(change);
        assert!(no.missing.iter().any(|m| m.field == field), "{field}: {:?}", no.missing);
    }
    assert!(refused(|p| (p.severity, p.likelihood) = (2, 3)).missing.iter().any(|m| m.field == "hold"));
    assert!(
        refused(|p| (p.severity, p.likelihood) = (1, 1))
            .missing
            .iter()
            .any(|m| m.needed.en.contains("low risk"))
    );
}

#[test]
fn a_scope_covers_what_it_asks_for_and_nothing_else() {
    let operator = OperatorId::from(kernel::MAX_UUID);
    let hs = ["030614".to_owned(), "950300".to_owned()];
    let subject = Subject { direction: "export", operator, plant: None, market: "JP", hs: &hs };
    let covers = |s: Scope| s.covers(&subject);
    assert!(covers(Scope { hs: "0306".into(), ..Scope::default() }));
    assert!(covers(Scope {
        hs: "9503".into(),
        market: "JP".into(),
        direction: "export".into(),
        ..Scope::default()
    }));
    assert!(covers(Scope { operator: Some(operator), ..Scope::default() }));
    assert!(!covers(Scope { hs: "306".into(), ..Scope::default() }));
    assert!(!covers(Scope { market: "US".into(), ..Scope::default() }));
    assert!(!covers(Scope { direction: "import".into(), ..Scope::default() }));
    assert!(!covers(Scope { plant: Some(kernel::PlantId::from(kernel::MAX_UUID)), ..Scope::default() }));
}
