//! Watch lists: weights by hand, files with all their irregularities, and what lists catch.

use super::dates::Order;
use super::*;
use proptest::prelude::*;

const HEAD: &str = "Date of Case,Reference,Notification From,Country Origin,Product,Product Category,Hazard Substance,Hazard Category\n";

fn day(y: i64, m: i64, d: i64) -> i64 {
    Date::new(y, m, d).expect("a day").days()
}

fn notice(reference: &str, day: i64, product: &str, origins: &[&str], hazards: &[&str]) -> Notice {
    let set = |s: &[&str]| s.iter().map(|x| (*x).to_owned()).collect();
    Notice {
        reference: reference.into(),
        day,
        product: product.into(),
        origins: set(origins),
        hazards: set(hazards),
    }
}

#[test]
fn weights_halve_with_each_half_life_and_are_shared_out() {
    let today = day(2023, 7, 1);
    let notices = [
        notice("1", today, "nuts", &["A", "B"], &["mycotoxins"]),
        notice("2", today - (6.0 * MONTH) as i64, "nuts", &["A"], &["mycotoxins", "pests"]),
        notice("3", today + 1, "nuts", &["C"], &["pests"]),
        notice("4", today, "fish", &[], &["histamine"]),
    ];
    let list = rank(&notices, today, 6.0, Grain::ProductOriginHazard);
    let shown: Vec<(&str, Option<&str>, usize)> =
        list.iter().map(|l| (&*l.origin, l.hazard.as_deref(), l.notices)).collect();
    assert_eq!(shown, [("A", Some("mycotoxins"), 2), ("B", Some("mycotoxins"), 1), ("A", Some("pests"), 1)]);
    for (line, wanted) in list.iter().zip([0.75, 0.5, 0.25]) {
        assert!((line.weight - wanted).abs() < 0.002, "{line:?}");
    }
    let pairs = rank(&notices, today, 6.0, Grain::ProductOrigin);
    assert_eq!(pairs.iter().map(|l| (&*l.origin, l.rank)).collect::<Vec<_>>(), [("A", 1), ("B", 2)]);
    assert!((pairs[0].weight - 1.0).abs() < 0.002 && pairs[0].hazard.is_none());
}

proptest! {
    #[test]
    fn the_whole_weight_of_notices_is_kept(
        days in prop::collection::vec((0i64..2000, 1usize..4, 0usize..3), 1..30), half_life in 0.5f64..24.0
    ) {
        let names = ["A", "B", "C", "D"];
        let notices: Vec<Notice> = days
            .iter()
            .enumerate()
            .map(|(i, (d, o, h))| notice(&i.to_string(), *d, "p", &names[..*o], &names[..*h]))
            .collect();
        let wanted: f64 = days.iter().map(|(d, ..)| 0.5f64.powf((2000 - d) as f64 / MONTH / half_life)).sum();
        for grain in [Grain::ProductOrigin, Grain::ProductOriginHazard] {
            let list = rank(&notices, 2000, half_life, grain);
            prop_assert!((list.iter().map(|l| l.weight).sum::<f64>() - wanted).abs() < 1e-9);
            prop_assert!(list.windows(2).all(|w| w[0].weight >= w[1].weight));
        }
    }
}

#[test]
fn a_file_is_read_with_its_irregularities() {
    let text = format!(
        "\u{feff}{HEAD}\"Dec 29, 2023\",2023.1,SE,Lebanon,x,Confectionery,,\n\
         \"Dec 28, 2023\",2023.2,FR,\"Turkey; Peru\",x, Fruits  and vegetables ,y; z,Pesticide residues; pesticide residues\n\
         \"Dec 28, 2023\",2023.2,FR,Peru,x,Fruits and vegetables,q,Mycotoxins\n\
         sometime,2023.3,FR,Peru,x,Nuts,q,Mycotoxins\n\
         5/9/2023,2023.4,FR,Peru,x,Nuts,q,n/a\n\
         2023-12-01,2023.5,FR,unknown origin,x,Nuts,q,Mycotoxins\n\
         2023-12-01,,FR,Peru,x,Nuts,q,Mycotoxins\n"
    );
    let read = rasff::read(&text, None).expect("a file");
    assert_eq!((read.rows, read.notices.len(), read.repeated, read.without_origin), (7, 3, 1, 1));
    let two = read.notices.iter().find(|n| n.reference == "2023.2").expect("the notice");
    assert_eq!(two.product, "fruits and vegetables");
    assert_eq!(two.origins.iter().map(String::as_str).collect::<Vec<_>>(), ["Peru", "Türkiye"]);
    assert_eq!(
        two.hazards.iter().map(String::as_str).collect::<Vec<_>>(),
        ["mycotoxins", "pesticide residues"]
    );
    let lines: Vec<(usize, &str)> = read.rejected.iter().map(|r| (r.line, &*r.field)).collect();
    assert_eq!(lines, [(5, "date"), (6, "date"), (8, "reference")]);
    let said = rasff::read(&text, Some(Order::DayFirst)).expect("a file");
    assert!(
        said.notices
            .iter()
            .any(|n| n.reference == "2023.4" && n.day == day(2023, 9, 5) && n.hazards.is_empty())
    );
    let export = "reference,category,subject,date,origin,hazards\n\
        2025.1,nuts,x,28-11-2025 15:58:59,India,\"aflatoxin  - {mycotoxins},lead  - {heavy metals}\"\n\
        2025.2,nuts,x,5/9/2025 9:06,\"Belgium,India\",x\n";
    let read = rasff::read(export, None).expect("a file");
    assert_eq!(read.order, Some(Order::DayFirst));
    assert_eq!(read.notices.iter().map(|n| n.day).collect::<Vec<_>>(), [day(2025, 9, 5), day(2025, 11, 28)]);
    assert_eq!((read.notices[0].origins.len(), read.notices[1].hazards.len()), (2, 2));
    assert!(rasff::read("a,b\n1,2\n", None).expect_err("an error").contains("reference"));
}

#[test]
fn a_list_is_tried_on_the_month_after_it() {
    let mut notices = Vec::new();
    for m in 0..6 {
        notices.push(notice(&format!("a{m}"), day(2023, 1 + m, 5), "nuts", &["A"], &[]));
        notices.push(notice(
            &format!("b{m}"),
            day(2023, 1 + m, 6),
            "fish",
            &[["B", "C"][m as usize % 2]],
            &[],
        ));
    }
    // Nuts from A come every month; fish comes from the other country than the month before.
    let b = backtest::run(&notices, 1.0, Grain::ProductOrigin, 2, 2).expect("months");
    assert_eq!((b.months, b.by_month[0].0.as_str()), (4, "2023-03"));
    assert!((b.recall - 0.5).abs() < 1e-12 && (b.hit_rate - 0.5).abs() < 1e-12, "{b:?}");
    assert!(backtest::run(&notices, 1.0, Grain::ProductOrigin, 2, 12).is_none());
    assert!(backtest::run(&[], 1.0, Grain::ProductOrigin, 2, 2).is_none());
}
