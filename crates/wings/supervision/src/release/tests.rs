//! What stands against a release, as values.

use super::*;
use crate::declaration::Stage;
use kernel::{OperatorId, UnitCode, UnitId};

const NOW: Timestamp = Timestamp(1_000_000_000_000);

fn lot(n: u128) -> LotFile {
    LotFile {
        id: LotId(Uuid::from_u128(n)),
        no: format!("L{n}"),
        hs: "071030".into(),
        name: "冷冻菠菜".into(),
        quantity: Quantity::whole(12_000, UnitCode::parse("KGM").expect("a unit")),
        settlements: vec![],
        removed: None,
    }
}

fn dossier() -> Dossier {
    let id = Uuid::from_u128(9);
    let declaration = Declaration {
        id: DeclarationId(id),
        no: "BL20260000001".into(),
        branch: UnitId(id),
        direction: "export".into(),
        operator: OperatorId(id),
        plant: None,
        market: "JP".into(),
        mode: "general".into(),
        goods: "冷冻菠菜".into(),
        risk: "high".into(),
        stage: Stage::Deciding,
        lane: "sampling".into(),
        selected: true,
        rule_version: "CN-2026/1".into(),
        lodged_at: Timestamp(0),
        due_at: NOW,
        accepted_at: None,
        revision: 1,
    };
    Dossier {
        declaration,
        decision: None,
        check_added_at: None,
        evidence: vec![evidence("inspection", None, "inspection", "pass", 10)],
        lots: vec![lot(1), lot(2)],
        stowage: None,
        failed_in_container: vec![],
        last_fact_at: Timestamp(0),
    }
}

fn evidence(kind: &str, lot: Option<u128>, what: &str, verdict: &str, at: i64) -> Evidence {
    let lot = lot.map(|n| LotId(Uuid::from_u128(n)));
    let source = Uuid::from_u128(u128::from(at.unsigned_abs()));
    Evidence { source, kind: kind.into(), lot, what: what.into(), verdict: verdict.into(), at: Timestamp(at) }
}

fn settlement(outcome: Outcome, origin: &str, at: i64, ended: Option<(i64, &str)>) -> Settlement {
    Settlement {
        id: SettlementId(Uuid::from_u128(7)),
        declaration: DeclarationId(Uuid::from_u128(9)),
        lot: LotId(Uuid::from_u128(1)),
        origin: origin.into(),
        outcome,
        reason: "other".into(),
        note: String::new(),
        evidence: vec![],
        officer: None,
        authorisation: None,
        rule_version: "CN-2026/1".into(),
        at: Timestamp(at),
        ended: ended.map(|(at, how)| Ended {
            at: Timestamp(at),
            by: None,
            how: how.into(),
            reason: "r".into(),
        }),
    }
}

fn fields(d: &Dossier) -> Vec<String> {
    against(d, &d.lots[0], NOW).into_iter().map(|m| m.field).collect()
}

#[test]
fn an_inspected_lot_without_failure_may_go() {
    assert_eq!(fields(&dossier()), Vec::<String>::new());
}

#[test]
fn a_selected_consignment_without_a_record_stays() {
    let mut d = dossier();
    d.evidence.clear();
    assert_eq!(fields(&d), ["inspection"]);
    d.declaration.selected = false;
    assert_eq!(fields(&d), Vec::<String>::new());
    let mut added_later = dossier();
    added_later.check_added_at = Some(Timestamp(11));
    assert_eq!(fields(&added_later), ["inspection"], "the record is older than the added check");
}

#[test]
fn a_failed_test_stops_its_own_lot_until_a_later_pass_or_a_treatment() {
    let mut d = dossier();
    d.evidence.push(evidence("test", Some(1), "chlorpyrifos", "fail", 20));
    assert_eq!(fields(&d), ["chlorpyrifos"]);
    assert!(against(&d, &d.lots[1], NOW).is_empty(), "the other lot is free");
    d.evidence.push(evidence("test", Some(1), "lead", "pass", 30));
    assert_eq!(fields(&d), ["chlorpyrifos"], "another analyte mends nothing");
    d.evidence.push(evidence("test", Some(1), "chlorpyrifos", "pass", 15));
    assert_eq!(fields(&d), ["chlorpyrifos"], "an earlier pass mends nothing");
    d.evidence.push(evidence("test", Some(1), "chlorpyrifos", "pass", 40));
    assert_eq!(fields(&d), Vec::<String>::new());
    d.evidence.retain(|e| e.verdict != "pass" || e.kind == "inspection");
    d.lots[0].settlements = vec![settlement(Outcome::Treat, DESK, 25, Some((50, "treated")))];
    assert_eq!(fields(&d), Vec::<String>::new());
    d.lots[0].settlements = vec![settlement(Outcome::Treat, DESK, 25, None)];
    assert_eq!(fields(&d), ["chlorpyrifos", "settlement"]);
}

#[test]
fn a_nonconforming_record_stops_every_lot() {
    let mut d = dossier();
    d.evidence.push(evidence("inspection", None, "inspection", "fail", 20));
    assert_eq!(fields(&d), ["inspection"]);
    assert_eq!(against(&d, &d.lots[1], NOW).len(), 1);
}

#[test]
fn holds_of_the_desk_and_from_elsewhere_both_stop_a_lot() {
    let mut d = dossier();
    d.lots[0].settlements =
        vec![settlement(Outcome::Hold, DESK, 20, None), settlement(Outcome::Hold, "alert", 21, None)];
    let gaps = against(&d, &d.lots[0], NOW);
    assert_eq!(gaps.len(), 2);
    assert!(gaps.iter().any(|g| g.needed.en.contains("from elsewhere (alert)")));
    d.lots[0].settlements[0] = settlement(Outcome::Hold, DESK, 20, Some((30, "lifted")));
    assert_eq!(fields(&d), ["settlement"]);
}

#[test]
fn a_clock_that_jumped_back_releases_nothing() {
    let mut d = dossier();
    d.last_fact_at = Timestamp(NOW.0 + 59_000_000);
    assert_eq!(fields(&d), Vec::<String>::new(), "nodes differ by seconds");
    d.last_fact_at = Timestamp(NOW.0 + Timestamp::HOUR);
    assert_eq!(fields(&d), ["clock"]);
}

#[test]
fn another_stage_releases_nothing() {
    let mut d = dossier();
    for stage in Stage::ALL.into_iter().filter(|s| *s != Stage::Deciding) {
        d.declaration.stage = stage;
        assert_eq!(fields(&d), ["stage"], "{stage:?}");
    }
}

#[test]
fn m6_4_a_failed_lot_in_the_container_stops_the_others_until_it_is_out() {
    let mut d = dossier();
    d.declaration.mode = "consolidated".into();
    assert_eq!(fields(&d), ["container"], "the container is not known");
    d.stowage = Some(Stowage { container: "CSQU3054383".into(), seal: "A1234".into() });
    assert_eq!(fields(&d), Vec::<String>::new());
    d.failed_in_container = vec![Mate { no: "BL20260000007".into(), lot_no: "X".into() }];
    assert_eq!(fields(&d), ["container"]);
}

#[test]
fn container_numbers_carry_a_check_digit() {
    assert_eq!(container_number("csqu 305438-3").as_deref(), Some("CSQU3054383"));
    assert_eq!(container_number("MSKU9070323").as_deref(), Some("MSKU9070323"));
    for bad in ["CSQU3054384", "CSQ3054383", "", "CSQU30543833", "CSQX3054383"] {
        assert_eq!(container_number(bad), None, "{bad}");
    }
}
