//! The gate's pure decisions.

use super::{Authorisation, Task, rules};
use kernel::{AuthorisationId, OfficerId, Timestamp};

fn held(duty: Task, hs_prefix: &str, emergency: bool) -> Authorisation {
    Authorisation {
        id: AuthorisationId::from(kernel::MAX_UUID),
        officer: OfficerId::from(kernel::MAX_UUID),
        duty,
        hs_prefix: hs_prefix.into(),
        valid_from: Timestamp(10),
        valid_to: Timestamp(20),
        emergency,
        reason: "assessment 3/2026".into(),
        ended: None,
        basis: None,
    }
}

#[test]
fn an_authorisation_is_usable_in_its_dates_only() {
    let a = held(Task::Inspect, "", false);
    for (at, usable) in [(9, false), (10, true), (19, true), (20, false)] {
        assert_eq!(rules::usable(&a, Task::Inspect, Timestamp(at)), usable, "at {at}");
    }
    assert!(!rules::usable(&a, Task::Sample, Timestamp(15)));
    let ended = Authorisation { ended: Some((Timestamp(12), "suspended".into())), ..a };
    assert!(!rules::usable(&ended, Task::Inspect, Timestamp(15)));
}

#[test]
fn m1_7_an_emergency_delegation_never_covers_certificates() {
    assert!(rules::usable(&held(Task::Inspect, "", true), Task::Inspect, Timestamp(15)));
    assert!(!rules::usable(&held(Task::Certify, "", true), Task::Certify, Timestamp(15)));
}

#[test]
fn every_product_of_the_consignment_must_be_covered() {
    let (a, b) = (held(Task::Inspect, "0710", false), held(Task::Inspect, "03", false));
    let hs = ["071030".to_owned(), "030192".to_owned(), "950300".to_owned()];
    assert_eq!(rules::uncovered(&[&a, &b], &hs), ["950300"]);
    assert_eq!(rules::uncovered(&[&held(Task::Inspect, "", false)], &hs), Vec::<&str>::new());
}

#[test]
fn posts_of_different_groups_are_kept_apart() {
    assert_eq!(rules::incompatible(&[Task::Accept], Task::Certify), Some(Task::Accept));
    assert_eq!(rules::incompatible(&[Task::Inspect], Task::Sample), None);
    assert_eq!(rules::incompatible(&[Task::Release], Task::Certify), None);
    assert_eq!(rules::incompatible(&[], Task::Release), None);
}

#[test]
fn a_duty_that_one_officer_of_a_branch_may_do_is_named_and_cover_by_wider_goods_counts() {
    let officer = |n: u8| OfficerId(uuid(n));
    let branch = Some(kernel::UnitId(uuid(100)));
    let one = |branch, duty, hs: &str, n| rules::InForce {
        branch,
        duty,
        hs_prefix: hs.into(),
        officer: officer(n),
    };
    let held = [
        one(branch, Task::Inspect, "", 1),
        one(branch, Task::Inspect, "07", 2),
        one(branch, Task::Inspect, "07", 2),
        one(branch, Task::Test, "03", 3),
        one(None, Task::Test, "", 4),
        one(Some(kernel::UnitId(uuid(101))), Task::Release, "", 5),
    ];
    let found = rules::single_handed(&held, &[branch]);
    let told: Vec<_> = found.iter().map(|(_, duty, hs, o)| (*duty, hs.as_str(), *o)).collect();
    assert_eq!(told, [(Task::Inspect, "", officer(1)), (Task::Test, "", officer(4))]);
}

fn uuid(n: u8) -> kernel::Uuid {
    kernel::Uuid::from_bytes([n; 16])
}
