//! The rolling simulation on declarations made up for the purpose, and on the public customs data
//! where they are at hand.

use std::path::{Path, PathBuf};

use risk::draw::{draw, ranking};
use risk::explore::ShareRule;
use risk::score::rolling::{Protocol, Rank, Rolling, run};
use risk::score::{Declaration, Options, Schema, kr, metrics, train};

const SEED: [u8; 32] = [4; 32];

fn schema() -> Schema {
    let categories = vec!["hs".to_owned(), "origin".to_owned(), "operator".to_owned()];
    Schema { categories, keys: vec![vec![0], vec![1], vec![2], vec![0, 1]], commodity: 0 }
}

/// So many a week, where three operators are bad; from `shift` on they are not, and three others with a
/// clean record are.
fn stream(weeks: usize, a_week: usize, shift: usize) -> Vec<(Declaration, bool)> {
    let dice = |i: usize, what: &str, sides: u64| draw(&SEED, &i.to_string(), what) * sides / 1_000_000;
    (0..weeks * a_week)
        .map(|i| {
            let week = i / a_week;
            let (hs, origin, operator) = (dice(i, "hs", 6), dice(i, "origin", 5), dice(i, "operator", 30));
            let bad = if week < shift { operator < 3 } else { (10..13).contains(&operator) };
            let price = 100.0 + dice(i, "price", 900) as f64;
            let declaration = Declaration {
                id: i.to_string(),
                day: (week * 7 + i % a_week * 7 / a_week) as i64,
                day_of_year: 1,
                categories: vec![format!("03061{hs}"), format!("O{origin}"), format!("P{operator}")],
                price,
                mass: 10.0 + dice(i, "mass", 90) as f64,
                duty_rate: 5.0,
                at_stake: price * 0.05,
            };
            (declaration, draw(&SEED, &i.to_string(), "violation") < if bad { 800_000 } else { 10_000 })
        })
        .collect()
}

fn protocol() -> Protocol {
    let options = Options { trees: 20, leaves: 7, depth: 4, learning_rate: 0.2, ..Options::default() };
    Protocol { options, warm_weeks: 4, retrain_every: 2, rank: Rank::Probability, ..Protocol::default() }
}

fn simulate(cases: &[(Declaration, bool)], p: &Protocol) -> Rolling {
    run(schema(), cases, p).expect("a simulation")
}

fn recall(r: &Rolling, from: i64, to: i64) -> f64 {
    let weeks = r.weeks.iter().filter(|w| (from..to).contains(&w.week));
    let (found, all) = weeks.fold((0, 0), |(f, a), w| (f + w.found, a + w.violations));
    found as f64 / all as f64
}

#[test]
fn a_score_finds_more_than_chance_and_the_estimate_holds() {
    let cases = stream(20, 300, usize::MAX);
    let r = simulate(&cases, &protocol());
    assert_eq!(r, simulate(&cases, &protocol()), "the simulation repeats");
    assert_eq!((r.weeks.len(), r.weeks[0].week, r.weeks[0].inspected, r.weeks[0].random), (16, 4, 30, 3));
    assert_eq!((r.totals.declared, r.estimate.declared, r.trainings), (4_800, 4_800, 8));
    assert!(r.totals.precision > 0.55, "{:?}", r.totals);
    assert!(r.totals.normalised_revenue > r.totals.recall && r.totals.normalised_revenue <= 1.0);
    let all: usize = r.weeks.iter().map(|w| w.violations).sum();
    assert_eq!(r.totals.let_through + r.totals.found, all);
    let e = r.estimate.let_through;
    assert!((e.low..=e.high).contains(&(r.totals.let_through as f64)), "{e:?} {}", r.totals.let_through);
    assert!(r.lift.is_some_and(|l| l.low > 3.0), "{:?}", r.lift);
    let blind = Protocol { explore: ShareRule::fixed(1.0), ..protocol() };
    let blind = simulate(&cases, &blind);
    assert!(blind.totals.precision < 0.2 && blind.lift.is_none(), "{:?}", blind.totals);
}

#[test]
fn ranking_by_loss_brings_more_revenue() {
    let cases = stream(14, 300, usize::MAX);
    let revenue = |rank| simulate(&cases, &Protocol { rank, ..protocol() }).totals.normalised_revenue;
    assert!(revenue(Rank::Loss) > revenue(Rank::Probability));
}

/// Means over several seeds of the recall before and after the shift, and of the error of the estimate.
fn shifted(explore: ShareRule, memory: Option<usize>) -> (f64, f64, f64) {
    let shift = 14;
    let cases = stream(28, 400, shift);
    let shift = shift as i64;
    let rounds = 4u8;
    let mut out = (0.0, 0.0, 0.0);
    for round in 0..rounds {
        let r = simulate(&cases, &Protocol { explore, memory, seed: [round; 32], ..protocol() });
        assert!(r.weeks.iter().any(|w| w.week >= shift && w.drift > 1.0), "the shift is noticed");
        let random = r.weeks.iter().filter(|w| w.week >= shift).map(|w| w.random).max();
        assert_eq!(
            random > Some(12),
            explore.ceiling > explore.floor,
            "the share moves if it may: {random:?}"
        );
        let each = f64::from(rounds);
        out.0 += recall(&r, 4, shift) / each;
        out.1 += recall(&r, shift, shift + 14) / each;
        out.2 += r.estimate.let_through.error / each;
    }
    out
}

#[test]
fn after_a_shift_a_short_memory_recovers_and_a_moving_share_knows_more() {
    let fixed = ShareRule::fixed(0.1);
    let moving = ShareRule { floor: 0.1, ceiling: 0.6, quiet: 0.6, keep: 0.6 };
    let (long, short, moved) = (shifted(fixed, None), shifted(fixed, Some(8)), shifted(moving, Some(8)));
    eprintln!("before, after, error: long memory {long:?}, short {short:?}, and a moving share {moved:?}");
    // Operators with a clean record turned: what a score remembers of them is what keeps it from seeing it.
    assert!(short.1 > long.1 + 0.1, "{short:?} {long:?}");
    // More random checks tell more of what is let through; what they find makes up for what they cost.
    assert!(moved.2 < 0.9 * short.2 && moved.1 > short.1 - 0.05, "{moved:?} {short:?}");
}

#[test]
fn protocols_that_make_no_sense_are_refused() {
    let cases = stream(6, 100, 99);
    for p in [
        Protocol { budget: 0.0, ..protocol() },
        Protocol { explore: ShareRule::fixed(1.5), ..protocol() },
        Protocol { warm_weeks: 0, ..protocol() },
        Protocol { warm_weeks: 6, ..protocol() },
    ] {
        assert!(run(schema(), &cases, &p).is_err());
    }
    assert!(run(schema(), &[], &protocol()).is_err());
}

fn shared(file: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|a| a.join("shared/data").join(file)).find(|f| f.exists())
}

/// The customs data, or nothing and a word about it.
fn customs(file: &str) -> Option<Vec<(Declaration, bool)>> {
    let Some(path) = shared(&format!("customs_kr_synth/{file}")) else {
        eprintln!("SKIPPED: the customs data are not at hand");
        return None;
    };
    let text = std::fs::read_to_string(path).expect("a file");
    Some(kr::read(&text).expect("declarations").into_iter().filter_map(|(d, y)| Some((d, y?))).collect())
}

#[test]
fn on_customs_data_mixed_labels_teach_nothing_and_real_ones_do() {
    let Some(cases) = customs("df_syn_valid_eng.csv") else { return };
    let options = Options { trees: 25, leaves: 15, ..Options::default() };
    let (early, later) = cases.split_at(cases.len() * 2 / 3);
    let ids: Vec<&str> = early.iter().map(|(d, _)| d.id.as_str()).collect();
    let order = ranking(&SEED, &ids, "mix");
    let mixed: Vec<(Declaration, bool)> =
        early.iter().zip(order).map(|((d, _), from)| (d.clone(), early[from].1)).collect();
    let area = |cases: &[(Declaration, bool)]| {
        let mut model = train(kr::schema(), cases, &options).expect("a model");
        let scores: Vec<f64> = later.iter().map(|(d, _)| model.score(d).score).collect();
        let labels: Vec<bool> = later.iter().map(|(_, y)| *y).collect();
        metrics::auc(&scores, &labels).expect("both classes")
    };
    let (real, mixed) = (area(early), area(&mixed));
    eprintln!("area {real:.3} with real labels, {mixed:.3} with mixed ones");
    // Three standard errors with some 560 violations among 2 700.
    assert!(real > 0.65 && (mixed - 0.5).abs() < 0.042, "{real} {mixed}");
}
