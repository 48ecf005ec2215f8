//! Figures of the main line, printed as a table: durable lodgings beside bare inserts of the same rows, pages
//! over many consignments, and the ledger's verification. `GUOMEN_BENCH_ROWS` sets how many consignments there
//! are for the pages (a million unless told otherwise).

#[path = "../parts/browser.rs"]
mod browser;
mod sql;

use flow::Desk;
use kernel::{Actor, Chance, Clock, Timestamp, UnitId, bi};
use registry::{people, trade};
use std::time::Instant;
use store::{Db, vals};
use supervision::declaration::{GoodsLine, Lodgement, lodge};

/// Rows of one document, as the import takes them in.
const DOCUMENT: usize = 1000;

struct House {
    desk: Desk,
    branch: UnitId,
    operator: trade::Operator,
    bureau: people::Unit,
}

#[tokio::main]
async fn main() {
    println!("| figure | value |\n|---|---|");
    for engine in ["SQLite", "PostgreSQL"] {
        lodgings(engine).await;
    }
    let rows = std::env::var("GUOMEN_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let house = found(&format!("sqlite://{}", folder.path().join("g.db").display())).await;
    let begun = Instant::now();
    for from in (0..rows).step_by(DOCUMENT) {
        document(&house, "page", from, DOCUMENT.min(rows - from)).await;
    }
    println!(
        "| {rows} consignments lodged in documents of {DOCUMENT} | {:.0} s |",
        begun.elapsed().as_secs_f64()
    );
    pages(&house).await;
    let begun = Instant::now();
    let verdict =
        store::ledger::verify(&house.desk.db, &house.desk.clock, |_, _| ()).await.expect("verified");
    assert_eq!(verdict.broken, None);
    let facts = rows * 2;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let speed = facts as f64 / begun.elapsed().as_secs_f64();
    println!("| ledger verification, {facts} facts and more | {speed:.0} facts/s |");
}

async fn lodgings(engine: &str) {
    let t = match engine {
        "SQLite" => testkit::sqlite().await,
        _ => testkit::postgres().await,
    };
    let house = found(t.url()).await;
    let single = 500;
    let begun = Instant::now();
    for i in 0..single {
        house.desk.lodge(&Actor::system(), &toys("single", i)).await.expect("lodged");
    }
    println!("| {engine}: lodgings, one transaction each | {:.0}/s |", per_second(single, begun));
    let many = 10 * DOCUMENT;
    let begun = Instant::now();
    for from in (0..many).step_by(DOCUMENT) {
        document(&house, "bulk", from, DOCUMENT).await;
    }
    let bulk = per_second(many, begun);
    let begun = Instant::now();
    for from in (0..many).step_by(DOCUMENT) {
        bare(&house, from).await;
    }
    let bare = per_second(many, begun);
    println!("| {engine}: lodgings, documents of {DOCUMENT} | {bulk:.0}/s |");
    println!("| {engine}: bare inserts of the same rows, documents of {DOCUMENT} | {bare:.0}/s |");
    println!("| {engine}: lodging beside bare inserts | {:.0} % |", 100.0 * bulk / bare);
}

async fn found(url: &str) -> House {
    let clock = Clock::simulated(Timestamp::at("2026-11-24".parse().expect("a day"), 9, 0));
    let desk = Desk { db: Db::open(url).await.expect("open"), clock, chance: Chance::seeded(7) };
    let by = Actor::system();
    let mut tx = desk.begin().await.expect("begin");
    let bureau = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await.expect("a bureau");
    let name = bi("北仑办事处", "Beilun Branch");
    let branch =
        people::open_unit(&mut tx, &by, "BL", "branch", name, Some(&bureau)).await.expect("a branch").id;
    let name = bi("甬江玩具", "Yongjiang Toys");
    let operator = trade::list_operator(&mut tx, &by, "OP1", "exporter", name, 1).await.expect("an operator");
    trade::list_product(&mut tx, &by, "950300", bi("玩具", "Toys"), "low", false).await.expect("a product");
    desk.finish(tx).await.expect("commit");
    House { desk, branch, operator, bureau }
}

fn toys(kind: &str, i: usize) -> Lodgement {
    let name = format!("Toys {kind} {i}");
    let line =
        GoodsLine { hs: "950300".into(), name, quantity: "10".into(), unit: "H87".into(), lots: vec![] };
    Lodgement {
        direction: "export".into(),
        branch: "BL".into(),
        operator: "OP1".into(),
        plant: None,
        market: "JP".into(),
        origin: "CN".into(),
        port: "CNNGB".into(),
        mode: "general".into(),
        lines: vec![line],
        key: Some(format!("{kind}-{i}")),
        ..Lodgement::default()
    }
}

/// Lodges one document, with everything that follows, in one transaction.
async fn document(house: &House, kind: &str, from: usize, n: usize) {
    let by = Actor::system();
    let mut tx = house.desk.begin().await.expect("begin");
    let begun = tx.now();
    for i in from..from + n {
        tx.set_now(at(begun, i));
        lodge(&mut tx, &by, &toys(kind, i)).await.expect("lodged");
    }
    house.desk.finish(tx).await.expect("commit");
}

/// Forty milliseconds part two consignments: ids of one instant would fall anywhere in an index, and a bureau has none.
fn at(begun: Timestamp, i: usize) -> Timestamp {
    Timestamp(begun.0 + i64::try_from(i).expect("a number") * 40_000)
}

/// The rows of one document, bare.
async fn bare(house: &House, from: usize) {
    let reasons = r#"[{"zh":"CN-2026 规则表第 6 行：企业类别 1，产品风险 低","en":"CN-2026 lane row 6: enterprise class 1, product risk low"},{"zh":"抽批比例 2%，抽签 50%：未抽中","en":"rate 2 %, draw 50 %: not selected"}]"#;
    let inputs = r#"{"no":"BL20260000001","direction":"export","class":1,"risk":"low","market":"JP","mode":"general"}"#;
    let mut tx = house.desk.begin().await.expect("begin");
    let begun = tx.now();
    for i in from..from + DOCUMENT {
        tx.set_now(at(begun, i));
        let now = tx.now();
        let (id, line): (kernel::DeclarationId, kernel::LineId) = (tx.id(), tx.id());
        let (seed, name) = (tx.chance().bytes::<32>(), format!("Toys bare {i}"));
        let row = vals![id, format!("BARE{i}"), house.branch, house.operator.id, &name, seed, now];
        tx.exec(sql::DECLARATION, row).await.expect("a row");
        tx.exec(sql::LINE, vals![line, id, &name]).await.expect("a row");
        let lot = tx.id::<kernel::LotId>();
        tx.exec(sql::LOT, vals![lot, line, id, "1"]).await.expect("a row");
        let decision = tx.id::<kernel::DecisionId>();
        tx.exec(sql::DECISION, vals![decision, id, seed, inputs, reasons, now]).await.expect("a row");
        for k in 0..2 {
            let fact = tx.id::<kernel::FactId>();
            // Far behind the chain's own numbers: these rows only take up the same room.
            let seq = i64::try_from(1_000_000_000 + 2 * i + k).expect("a number");
            let row = vals![seq, fact, now, id.subject(), house.branch, inputs, seed];
            tx.exec(sql::FACT, row).await.expect("a row");
        }
    }
    tx.commit().await.expect("commit");
}

async fn pages(house: &House) {
    let (app, cookie) = browser::sign_in(&house.desk, &house.bureau).await;
    let list = browser::get(&app, "/declarations", &cookie).await;
    let link = |page: &str, start: &str| {
        let from = page.find(start).unwrap_or_else(|| panic!("no {start}"));
        let rest = &page[from..];
        rest[..rest.find('"').unwrap_or(rest.len())].replace("&amp;", "&")
    };
    let next = link(&list, "/declarations?at=");
    let one = link(&list, "/declarations/0");
    for (name, path) in [
        ("list of consignments, first page", "/declarations"),
        ("list of consignments, next page", next.as_str()),
        ("filtered list, by lane and stage", "/declarations?lane=declaration&stage=lodged"),
        ("filtered list, by product and market", "/declarations?product=950300&market=JP"),
        ("my work, all groups of a bureau", "/"),
        ("one consignment", one.as_str()),
        ("palette, by number", "/palette?q=BL20260000042"),
    ] {
        browser::timed(&app, &cookie, name, path).await;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn per_second(n: usize, begun: Instant) -> f64 {
    n as f64 / begun.elapsed().as_secs_f64()
}
