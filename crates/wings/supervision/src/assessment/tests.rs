//! Draws and pass rules.

use super::{Bank, Outcome, PassRules, Shown, bank, outcome};
use crate::competence::Task;
use kernel::{Date, OfficerId};

const RULES: PassRules = PassRules { pass_mark: 80, retest_days: 30 };
const TODAY: Date = Date::constant(2026, 11, 24);

#[test]
fn the_bank_is_whole_and_the_same_seed_draws_the_same_paper() {
    let bank = Bank::shipped().expect("a bank");
    for task in Task::ALL {
        let paper = bank.draw(task, 7, &[]);
        assert!(paper.len() >= 4, "{}", task.code());
        assert_eq!(paper, bank.draw(task, 7, &[]));
        let orders: std::collections::BTreeSet<Vec<String>> =
            (0..12).map(|seed| bank.draw(task, seed, &[]).into_iter().map(|a| a.code).collect()).collect();
        assert!(orders.len() > 1, "{}: another seed, another paper", task.code());
    }
}

#[test]
fn a_lesson_adds_a_question_on_its_topic() {
    let bank = Bank::shipped().expect("a bank");
    let plain = bank.draw(Task::Release, 3, &[]);
    let taught = bank.draw(Task::Release, 3, &["evidence".to_owned()]);
    assert_eq!(taught.len(), plain.len() + 1);
}

#[test]
fn only_right_answers_count_and_an_answer_not_given_is_wrong() {
    let bank = Bank::shipped().expect("a bank");
    let paper = bank.draw(Task::Sample, 1, &[]);
    let key: Vec<(String, usize)> = paper
        .iter()
        .map(|a| {
            let q = bank.question.iter().find(|q| q.code == a.code).expect("a question");
            (q.code.clone(), q.right)
        })
        .collect();
    assert_eq!(bank.right(&paper, &key), paper.len());
    assert_eq!(bank.right(&paper, &key[1..]), paper.len() - 1);
    let wrong: Vec<(String, usize)> = key.iter().map(|(c, n)| (c.clone(), n + 1)).collect();
    assert_eq!(bank.right(&paper, &wrong), 0);
}

#[test]
fn m1_4_a_failed_critical_item_decides_whatever_the_score() {
    let failed = ["aseptic".to_owned()];
    let shown = Shown { witness_milli: Some(92_000), critical_failed: &failed, ..Shown::default() };
    let retest_on = Date::constant(2026, 12, 24);
    assert_eq!(outcome(&shown, RULES, TODAY), Outcome::NotAuthorised { failed: vec!["critical"], retest_on });
}

#[test]
fn nothing_is_passed_before_all_three_parts_are_shown() {
    let mut shown = Shown { theory_milli: Some(90_000), witness_milli: Some(85_000), ..Shown::default() };
    assert_eq!(outcome(&shown, RULES, TODAY), Outcome::Open);
    shown.records_sound = Some(true);
    assert_eq!(outcome(&shown, RULES, TODAY), Outcome::Authorised);
    shown.theory_milli = Some(79_999);
    assert!(matches!(outcome(&shown, RULES, TODAY), Outcome::NotAuthorised { .. }));
}

#[test]
fn the_assessor_is_drawn_from_the_seed_and_not_from_the_order_of_a_list() {
    let officer = |n: u128| OfficerId(kernel::Uuid::from_u128(n));
    let able: Vec<OfficerId> = (1..=9).map(officer).collect();
    let back: Vec<OfficerId> = able.iter().rev().copied().collect();
    for seed in 0..20 {
        assert_eq!(bank::draw_officer(seed, &able), bank::draw_officer(seed, &back));
    }
    let drawn: std::collections::BTreeSet<_> = (0..200).map(|s| bank::draw_officer(s, &able)).collect();
    assert_eq!(drawn.len(), 9, "everybody is drawn some time");
    assert_eq!(bank::draw_officer(1, &[]), None);
}
