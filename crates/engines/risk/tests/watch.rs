//! Watch lists on notices of the European rapid alert system, where they are at hand.

use std::path::Path;

use risk::watch::dates::Order;
use risk::watch::{Grain, backtest, rank, rasff, written};

fn shared(file: &str) -> Option<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = here.ancestors().map(|a| a.join("shared/data/rasff").join(file)).find(|f| f.exists());
    if path.is_none() {
        eprintln!("SKIPPED: the notices are not at hand");
    }
    path.map(|p| std::fs::read_to_string(p).expect("a file"))
}

#[test]
fn fifty_of_thousands_of_cells_catch_almost_half_of_the_next_month() {
    let Some(text) = shared("rasff_2020_2023.csv") else { return };
    let read = rasff::read(&text, None).expect("notices");
    assert_eq!((read.rows, read.rejected.len()), (17_528, 0));
    let recall = |grain, half_life| backtest::run(&read.notices, half_life, grain, 50, 24).expect("months");
    let pairs = recall(Grain::ProductOrigin, 6.0);
    eprintln!(
        "product and origin: {:.4} of {} months, hits {:.3}",
        pairs.recall, pairs.months, pairs.hit_rate
    );
    // An independent ranking of whole months, each notice to its first origin, gives .4484.
    assert!(pairs.months == 24 && pairs.recall > 0.4484, "{}", pairs.recall);
    let fine = recall(Grain::ProductOriginHazard, 6.0);
    eprintln!("with hazard: {:.4}", fine.recall);
    assert!(fine.recall > 0.34, "{}", fine.recall);
    // All notices alike, however old, catch less.
    assert!(recall(Grain::ProductOrigin, 1e6).recall < pairs.recall);
    let list = rank(&read.notices, read.notices.last().map_or(0, |n| n.day), 6.0, Grain::ProductOrigin);
    assert!(list.len() > 1_000 && list[0].weight > 20.0, "{:?}", list[0]);
    assert_eq!(written(list[0].latest).len(), 10);
}

#[test]
fn a_file_with_two_forms_of_date_shows_its_order() {
    let Some(text) = shared("rasff_VN_IN_EC_2020_2025_sps_tbt.csv") else { return };
    let read = rasff::read(&text, None).expect("notices");
    assert_eq!((read.rows, read.notices.len(), read.order), (2_299, 2_299, Some(Order::DayFirst)));
    // References run by year, so a day taken for a month would fall out of its year or order.
    let sound = read.notices.iter().filter(|n| written(n.day)[..4] == n.reference[..4]).count();
    assert!(sound * 100 >= read.notices.len() * 99, "{sound}");
}
