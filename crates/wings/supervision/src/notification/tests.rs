//! Reading files, weighing lots.

use super::{Notice, feed, feed::Format, rules};
use kernel::Date;

fn notice() -> Notice {
    Notice {
        source: "authority".into(),
        reference: "A1".into(),
        notified_on: "2026-11-20".into(),
        notifier: "Japan".into(),
        origin: vec!["China".into()],
        product: "Frozen spinach".into(),
        category: "Fruits and vegetables".into(),
        hazard_category: "Pesticide residues".into(),
        market: Some("JP".into()),
        ..Notice::default()
    }
}

fn shipped(hs: &str, product: &str, left_on: &str) -> rules::Shipped {
    let left_on = left_on.parse().expect("a day");
    rules::Shipped {
        hs: hs.into(),
        product: product.into(),
        port: "CNNGB".into(),
        plant_known: false,
        left_on,
    }
}

#[test]
fn days_are_read_in_every_form_that_the_sources_write() {
    for text in ["Dec 29, 2023", "2023-12-29", "29-12-2023 16:43:59", "29/12/2023", "29-Dec-23", "29.12.2023"]
    {
        assert_eq!(feed::day(text), Some(Date::constant(2023, 12, 29)), "{text}");
    }
    for text in ["", "soon", "31/31/2023", "2023", "Feb 30, 2023"] {
        assert_eq!(feed::day(text), None, "{text}");
    }
}

#[test]
fn every_row_becomes_a_notice_or_a_named_problem() {
    let text = "Date of Case,Reference,Notification From,Country Origin,Product,Product Category,Hazard Substance,Hazard Category\n\
        \"Nov 3, 2026\",2026.1,Italy,China; Germany,Garlic,Fruits and vegetables,x,Migration; Migration\n\
        whenever,2026.2,Italy,China,Garlic,Fruits and vegetables,,\n\
        \"Nov 3, 2026\",,Italy,China,Garlic,Fruits and vegetables,,\n\
        \"Nov 3, 2026\",2026.4,Italy,China,Garlic\n";
    let rows = feed::read(Format::Rasff, text).expect("the columns are known");
    let first = rows[0].as_ref().expect("a notice");
    assert_eq!((first.origin.len(), first.hazard_category.as_str()), (2, "Migration"));
    let fields: Vec<_> =
        rows[1..].iter().map(|r| r.as_ref().expect_err("a problem").field.as_str()).collect();
    assert_eq!(fields, ["Date of Case", "Reference", "row"]);
    assert!(feed::read(Format::Rasff, "a,b\n1,2\n").is_err());
}

#[test]
fn equal_refusals_without_a_number_are_kept_apart_and_read_alike_again() {
    let text = "ISO_CNTRY_CODE,REFUSAL_DATE,PRDCT_CODE_DESC_TEXT,REFUSAL_CHARGES,mapped_charge_codes\n\
        VN,13-Jul-22,SHRIMP AND PRAWNS,9,SALMONELLA-9\nVN,13-Jul-22,SHRIMP AND PRAWNS,9,SALMONELLA-9\n";
    let read = || -> Vec<String> {
        let rows = feed::read(Format::Fda, text).expect("the columns are known");
        rows.into_iter().map(|r| r.expect("a notice").reference).collect()
    };
    let first = read();
    assert_ne!(first[0], first[1]);
    assert_eq!(first, read());
}

#[test]
fn the_goods_the_time_and_the_words_weigh_and_other_goods_are_out() {
    let n = notice();
    let day = n.day().expect("a day");
    let w = |s: &rules::Shipped| rules::weight(&n, day, s, 40).0;
    let near = w(&shipped("071030", "Frozen spinach", "2026-10-11"));
    assert!(near > w(&shipped("071030", "Frozen spinach", "2026-06-11")), "time");
    assert!(near > w(&shipped("070320", "Fresh garlic", "2026-10-11")), "words");
    assert!(w(&shipped("950300", "Toys", "2026-10-11")) == 0.0, "a toy is no vegetable");
}

#[test]
fn confidences_leave_room_for_none_of_these() {
    let shares = rules::confidences(&[4.0, 1.0]);
    assert_eq!(shares, [666_666, 166_666]);
    assert!(rules::confidences(&[]).is_empty());
}

#[test]
fn a_notice_that_lacks_something_is_told_all_of_it() {
    let n = Notice {
        notified_on: "2027-01-01".into(),
        reference: String::new(),
        market: Some("Japan".into()),
        ..notice()
    };
    let no = rules::check(&n, Date::constant(2026, 11, 24)).expect_err("refused");
    let fields: Vec<_> = no.refusal().expect("a refusal").missing.iter().map(|m| m.field.clone()).collect();
    assert_eq!(fields, ["reference", "market", "notified_on"]);
}
