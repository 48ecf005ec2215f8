//! The forms of names, and searching them.

use super::{fill, forms, put, search, sql, typed};
use crate::trade;
use kernel::{Actor, Chance, Clock, Timestamp, bi};
use store::{Db, Tx, vals};
use uuid::Uuid;

fn found_by(code: &str, zh: &str, en: &str, letters: &str) -> bool {
    forms(code, &bi(zh, en)).iter().any(|form| form.starts_with(&typed(letters)))
}

#[test]
fn a_name_is_found_by_its_code_its_characters_its_initials_and_its_english_words() {
    for letters in
        ["3302960001", "0001", "甬江", "食品", "yjsp", "YJSP", "sp", "yongjiangshi", "Yong", "foods", "ＹＪ"]
    {
        assert!(found_by("3302960001", "甬江食品", "Yongjiang Foods", letters), "{letters}");
    }
    for letters in ["3302960002", "江甬", "zz", "oods"] {
        assert!(!found_by("3302960001", "甬江食品", "Yongjiang Foods", letters), "{letters}");
    }
}

#[test]
fn a_character_of_two_readings_is_found_by_both() {
    for letters in ["cq", "zq"] {
        assert!(found_by("1", "重庆", "Chongqing", letters), "{letters}");
    }
}

#[test]
fn a_very_long_name_gives_a_bounded_number_of_forms() {
    let long = "重".repeat(5_000);
    let n = forms("1", &bi(long.clone(), long)).len();
    assert!(n < 200, "{n}");
}

async fn open(folder: &tempfile::TempDir) -> (Db, Clock) {
    let url = format!("sqlite://{}", folder.path().join("t.db").display());
    (Db::open(&url).await.expect("opens"), Clock::simulated(Timestamp(1_000_000)))
}

async fn put_one(tx: &mut Tx, code: &str, zh: &str) -> Uuid {
    let id = tx.id();
    put(tx, "operator", id, code, &bi(zh, code)).await.expect("entered");
    id
}

#[tokio::test]
async fn a_search_gives_each_row_once_and_no_row_of_another_noun() {
    let folder = tempfile::tempdir().expect("a folder");
    let (db, clock) = open(&folder).await;
    let mut tx = db.begin(&clock, &Chance::seeded(1)).await.expect("begins");
    let id = put_one(&mut tx, "A1", "宁波宁波食品").await;
    put_one(&mut tx, "A2", "镇海食品").await;
    let hits = search(&mut tx, "operator", "nb", 8).await.expect("found");
    assert_eq!(hits.iter().map(|h| h.id).collect::<Vec<_>>(), [id]);
    assert_eq!(search(&mut tx, "plant", "nb", 8).await.expect("found"), []);
    assert_eq!(search(&mut tx, "operator", " ", 8).await.expect("found"), []);
    assert_eq!(search(&mut tx, "operator", "食品", 8).await.expect("found").len(), 2);
    assert_eq!(search(&mut tx, "operator", "'; drop table find_entry", 8).await.expect("found"), []);
}

#[tokio::test]
async fn rows_that_were_there_before_are_entered_page_by_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let (db, clock) = open(&folder).await;
    let mut tx = db.begin(&clock, &Chance::seeded(1)).await.expect("begins");
    for n in 0..25 {
        let (hs, name) = (format!("0710{n:02}"), bi(format!("冷冻菠菜{n}"), "Spinach"));
        trade::list_product(&mut tx, &Actor::system(), &hs, name, "high", true).await.expect("a product");
    }
    tx.exec(sql::FORGET, vals![]).await.expect("forgotten");
    assert_eq!(search(&mut tx, "product", "ldbc", 30).await.expect("found"), []);
    let (mut after, mut pages, mut rows) = (String::new(), 0, 0);
    while let Some((last, n)) = fill(&mut tx, "product", &after, 10).await.expect("filled") {
        (after, pages, rows) = (last, pages + 1, rows + n);
    }
    assert_eq!((pages, rows), (3, 25));
    assert_eq!(search(&mut tx, "product", "ldbc", 30).await.expect("found").len(), 25);
}
