//! The supply of a plant on its pages: a spraying shows at once from when on the field may be harvested, and a raw lot
//! that was harvested too early is refused with its clause.

use crate::house::House;
use kernel::{Actor, Role, bi};
use registry::trade;
use supervision::supply;

/// A plant of Beilun branch with one farm.
async fn filed(h: &House) -> (trade::Plant, trade::Farm) {
    let by = Actor::system();
    let mut tx = h.desk.begin().await.expect("begin");
    let name = bi("一厂", "Plant One");
    let plant = trade::file_plant(&mut tx, &by, "3300/00001", h.operator.id, name, h.beilun.id)
        .await
        .expect("a plant");
    let name = bi("基地", "Farm One");
    trade::file_farm(&mut tx, &by, "NB01", &plant, &name, 20, 60_000).await.expect("a farm");
    let farm = trade::farms_of(&mut tx, plant.id).await.expect("a reading").remove(0);
    h.desk.finish(tx).await.expect("commit");
    (plant, farm)
}

#[tokio::test]
async fn m5_5_a_spray_shows_the_earliest_harvest_and_an_early_raw_lot_is_refused() {
    let h = House::open().await;
    let (plant, farm) = filed(&h).await;
    let inspector = h.enter("ins", Role::Inspector, &h.beilun).await;
    let auditor = h.enter("aud", Role::Auditor, &h.bureau).await;
    let (own, field) = (format!("/supply/plants/{}", plant.id), format!("/supply/farms/{}", farm.id));

    for lang in ["en", "zh-CN"] {
        for path in [
            "/supply".to_owned(),
            own.clone(),
            field.clone(),
            format!("{own}/raw"),
            format!("{own}/lot"),
            format!("{field}/spray"),
        ] {
            let seen = h.get(&format!("{path}?lang={lang}"), &inspector).await;
            assert_eq!(seen.status, 200, "{path}: {}", seen.body);
            seen.lacks(&[">supply-", ">state<"]);
        }
    }
    assert_eq!(h.get(&format!("{own}/raw"), &auditor).await.status, 403, "auditors look only");

    let sprayed =
        [("field", "F1"), ("product", "chlorpyrifos"), ("interval_days", "7"), ("applied_on", "2026-11-20")];
    let wrong = [&sprayed[..2], &[("interval_days", "soon"), ("applied_on", "2026-11-20")]].concat();
    h.post(&format!("{field}/spray"), &inspector, &wrong).await.holds(&["0 to 365 days"]);
    let made = h.post(&format!("{field}/spray"), &inspector, &sprayed).await;
    assert_eq!(made.place(), field, "{}", made.body);
    h.get(&format!("{field}?lang=en"), &inspector).await.holds(&["2026-11-27", "chlorpyrifos", "wait"]);

    let raw = |harvested: &'static str| {
        vec![
            ("no", "R1"),
            ("farm", "NB01"),
            ("proof_no", "P-1"),
            ("field", "F1"),
            ("hs", "071030"),
            ("kilograms", "8000"),
            ("harvested_on", harvested),
            ("received_on", "2026-11-24"),
        ]
    };
    let early = h.post(&format!("{own}/raw"), &inspector, &raw("2026-11-24")).await;
    assert_eq!(early.status, 422);
    early.holds(&["第四十九条", "2026-11-27 at the earliest", "known_early"]);
    let known = [raw("2026-11-24"), vec![("known_early", "true")]].concat();
    assert_eq!(h.post(&format!("{own}/raw"), &inspector, &known).await.place(), own);
    let lot = [
        ("no", "L1"),
        ("hs", "071030"),
        ("kilograms", "7000"),
        ("made_on", "2026-11-24"),
        ("inputs", "R1 8000"),
    ];
    let missing = [&lot[..4], &[("inputs", "R9 10")]].concat();
    h.post(&format!("{own}/lot"), &inspector, &missing).await.holds(&["enter this raw lot first"]);
    assert_eq!(h.post(&format!("{own}/lot"), &inspector, &lot).await.place(), own);
    h.get(&format!("{own}?lang=en"), &inspector).await.holds(&[
        "held",
        "chlorpyrifos needs 7 days",
        "/trace/L1",
    ]);
    assert_eq!(h.last_fact().await.0, "supply.lot_built");

    let stranger = h.enter("str", Role::Inspector, &h.zhenhai).await;
    assert_eq!(h.get(&own, &stranger).await.status, 404, "another branch's plant does not exist for it");
    assert_eq!(h.get(&field, &stranger).await.status, 404);
    h.get("/supply", &stranger).await.lacks(&["3300/00001"]);
}

/// The address of a link to the next page in a table.
fn next(body: &str, table: &str) -> Option<String> {
    let within = body.split(&format!("id=\"{table}\"")).nth(1)?;
    let within = within.split("</section>").next()?;
    let link = within.split("rel=\"next\"").next().filter(|_| within.contains("rel=\"next\""))?;
    let href = link.rsplit("href=\"").next()?.split('"').next()?;
    Some(href.replace("&amp;", "&"))
}

/// What stands behind each mark in a table of a page.
fn marked(body: &str, table: &str, mark: &str) -> Vec<String> {
    let begun = body.split(&format!("id=\"{table}\"")).nth(1).expect("a table");
    let rows = begun.split("</table>").next().expect("its end").split(mark).skip(1);
    rows.map(|r| r.chars().take_while(|c| *c != '<' && *c != '"').collect()).collect()
}

#[tokio::test]
async fn every_plant_within_reach_and_every_lot_of_a_plant_is_read_page_by_page() {
    let h = House::open().await;
    let (plant, _) = filed(&h).await;
    let by = Actor::system();
    let mut tx = h.desk.begin().await.expect("begin");
    // Between each two plants of the branch lie many of another: their rows must not use up its page.
    for n in 0..400 {
        let (branch, no) =
            if n % 5 == 0 { (h.beilun.id, format!("A/{n:05}")) } else { (h.zhenhai.id, format!("A/{n:05}")) };
        let name = bi(format!("厂{n}"), format!("Plant {n}"));
        trade::file_plant(&mut tx, &by, &no, h.operator.id, name, branch).await.expect("a plant");
    }
    for n in 0..130 {
        let (no, day) = (format!("R{n:04}"), format!("2026-10-{:02}", 1 + n % 28));
        let raw = supply::RawEntry {
            plant: plant.filing_no.clone(),
            no: no.clone(),
            farm: "NB01".into(),
            proof_no: "P".into(),
            field: "F1".into(),
            hs: "071030".into(),
            kilograms: "100".into(),
            harvested_on: day.clone(),
            received_on: day.clone(),
            known_early: false,
        };
        supply::receive(&mut tx, &by, &raw).await.expect("received");
        let lot = supply::ProductionEntry {
            plant: plant.filing_no.clone(),
            no: format!("L{n:04}"),
            hs: "071030".into(),
            kilograms: "80".into(),
            made_on: day,
            inputs: vec![(no, "90".into())],
        };
        supply::build(&mut tx, &by, &lot).await.expect("built");
    }
    h.desk.finish(tx).await.expect("commit");
    let officer = h.enter("ins", Role::Inspector, &h.beilun).await;
    let walk = async |first: String, table: &str, mark: &str| {
        let (mut at, mut seen, mut pages) = (Some(first), std::collections::BTreeSet::new(), 0);
        while let Some(path) = at {
            let page = h.get(&path, &officer).await;
            assert_eq!(page.status, 200, "{path}");
            let found = marked(&page.body, table, mark);
            assert!(!found.is_empty() && found.len() <= 50, "{path}: {} rows", found.len());
            seen.extend(found);
            at = next(&page.body, table);
            pages += 1;
            assert!(pages < 10, "it ends");
        }
        (seen.len(), pages)
    };
    assert_eq!(walk("/supply".into(), "plants", "data-href=\"").await, (81, 2));
    let own = format!("/supply/plants/{}", plant.id);
    assert_eq!(walk(own.clone(), "raws", ">R0").await, (130, 3));
    assert_eq!(walk(own, "lots", ">L0").await, (130, 3));
}
