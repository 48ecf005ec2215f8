//! The pure checks of a lodgement.

use super::*;

pub(crate) fn sample() -> Lodgement {
    Lodgement {
        direction: "export".into(),
        branch: "BL".into(),
        operator: "3302960001".into(),
        plant: Some("3300/00001".into()),
        market: "JP".into(),
        origin: "CN".into(),
        port: "CNNGB".into(),
        mode: "general".into(),
        lines: vec![GoodsLine {
            hs: "071030".into(),
            name: "冷冻菠菜".into(),
            quantity: "12000".into(),
            unit: "KGM".into(),
            lots: vec![
                LotEntry { no: "20260412-A".into(), quantity: "7000".into() },
                LotEntry { no: "20260412-B".into(), quantity: "5000".into() },
            ],
        }],
        ..Lodgement::default()
    }
}

fn gaps(change: impl FnOnce(&mut Lodgement)) -> Vec<String> {
    let mut l = sample();
    change(&mut l);
    match check(&l) {
        Ok(()) => Vec::new(),
        Err(no) => no.refusal().expect("a refusal").missing.iter().map(|m| m.field.clone()).collect(),
    }
}

#[test]
fn a_complete_lodgement_passes() {
    assert_eq!(gaps(|_| ()), Vec::<String>::new());
}

#[test]
fn every_gap_is_told_at_once() {
    let found = gaps(|l| {
        l.direction = "sideways".into();
        l.market = "Japan".into();
        l.lines[0].hs = "07.10".into();
        l.lines[0].unit = "kg".into();
    });
    assert_eq!(found, ["direction", "market", "lines[0].hs", "lines[0].unit"]);
}

#[test]
fn absurd_and_foreign_quantities_are_refused() {
    for bad in ["0", "-5", "", "1e30", "12.000,5", "12,5", "NaN", "0.0001", "99999999999999", "１２"] {
        let found = gaps(|l| {
            l.lines[0].lots.clear();
            l.lines[0].quantity = bad.into();
        });
        assert_eq!(found, ["lines[0].quantity"], "{bad:?}");
    }
}

#[test]
fn lots_must_add_up_to_their_line() {
    assert_eq!(gaps(|l| l.lines[0].lots[1].quantity = "4999".into()), ["lines[0].lots"]);
}

#[test]
fn control_characters_and_endless_texts_are_refused() {
    assert_eq!(gaps(|l| l.port = "CN\u{0}NGB".into()), ["port"]);
    assert_eq!(gaps(|l| l.lines[0].name = "长".repeat(201)), ["lines[0].name"]);
    assert_eq!(gaps(|l| l.lines.clear()), ["lines"]);
}

#[test]
fn the_request_key_is_no_part_of_the_goods() {
    let mut other = sample();
    other.key = Some("k".into());
    assert_eq!(rules::fingerprint(&sample()).expect("bytes"), rules::fingerprint(&other).expect("bytes"));
}
