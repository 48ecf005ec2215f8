//! Figures of a whole targeting decision within lodging, printed as a table: with an empty risk desk, and with one
//! that has alerts and decision tables of fifty rows in force. Each is the time of the decision alone, its rows and
//! its fact included, in transactions of two hundred.

use kernel::{Actor, Role, Timestamp, bi};
use std::{fmt::Write as _, time::Instant};
use stories::{Bureau, spinach};
use supervision::{
    alert::{self, Information, Measures, Proposal, Scope},
    declaration,
    risk_table::{self, Draft},
    targeting, what_if,
};
use testkit::TestDb;

/// Decisions that are timed.
const DECISIONS: usize = 2000;
/// Decisions of one transaction.
const BATCH: usize = 200;

#[tokio::main]
async fn main() {
    println!("| figure | value |\n|---|---|");
    for engine in ["SQLite", "PostgreSQL"] {
        let t = match engine {
            "SQLite" => testkit::sqlite().await,
            _ => testkit::postgres().await,
        };
        let b = Bureau::open(&t).await;
        let micros = decisions(&b, "empty").await;
        println!("| {engine}: a targeting decision, empty desk | {micros:.0} µs |");
        busy(&t, &b).await;
        let micros = decisions(&b, "busy").await;
        println!("| {engine}: a targeting decision, 20 alerts and 5 tables of 50 rows | {micros:.0} µs |");
    }
}

/// Mean microseconds of a decision.
async fn decisions(b: &Bureau, kind: &str) -> f64 {
    let by = Actor::system();
    let mut spent = 0.0;
    for from in (0..DECISIONS).step_by(BATCH) {
        let mut tx = b.begin().await;
        let mut ids = Vec::new();
        for n in from..from + BATCH {
            ids.push(
                declaration::lodge(&mut tx, &by, &spinach(&format!("{kind}{n}"))).await.expect("lodged"),
            );
        }
        let begun = Instant::now();
        for id in ids {
            targeting::target(&mut tx, id).await.expect("targeted");
        }
        spent += begun.elapsed().as_secs_f64();
        tx.commit().await.expect("commit");
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let each = spent * 1e6 / DECISIONS as f64;
    each
}

/// Twenty alerts, of which two are about spinach, and five tables of fifty rows.
async fn busy(t: &TestDb, b: &Bureau) {
    let one = b.officer("K001", Role::Risk, &[]).await;
    let other = b.officer("K002", Role::Registrar, &[]).await;
    for n in 0..20 {
        let mut tx = b.begin().await;
        let scope =
            Scope { hs: if n < 2 { "0710".into() } else { format!("{:04}", 3000 + n) }, ..Scope::default() };
        let i = Information {
            title: format!("alert {n}"),
            hazard: "lead".into(),
            source: "watch".into(),
            information: "notices".into(),
            scope: scope.clone(),
        };
        let id = alert::inform(&mut tx, &one, &i).await.expect("informed");
        let p = Proposal {
            title: i.title,
            hazard: i.hazard,
            severity: 4,
            likelihood: 3,
            evidence: "notices".into(),
            scope,
            measures: Measures { rate_ppm: 500_000, ..Measures::default() },
            starts_at: Some(Timestamp(t.clock.now().0 + 1)),
            ends_at: Some(Timestamp(t.clock.now().0 + 90 * Timestamp::DAY)),
            review_at: None,
        };
        alert::propose(&mut tx, &one, id, &p).await.expect("proposed");
        alert::approve(&mut tx, &other, id).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
    }
    for n in 0..5 {
        let mut body = format!(
            "policy,FIRST,T{n}\nrole,in,in,in,out,out\nname,heading,market,class,lane,rate\ntype,string,string,number,string,number\n"
        );
        for row in 0..50 {
            let heading = if row == 49 { 710 } else { 1000 + row };
            let _ = writeln!(
                body,
                "{row},\"\"\"{heading:04}\"\"\",not(\"\"FR\"\"),>= 1,\"\"\"sampling\"\"\",0.3"
            );
        }
        let body = body.replace("not(\"\"FR\"\")", "\"not(\"\"FR\"\")\"");
        let draft = Draft {
            code: format!("T{n}"),
            title: bi("表", "Table"),
            body,
            examples: "heading,market,class,lane\n0710,JP,1,sampling\n".into(),
            note: "figures".into(),
        };
        let mut tx = b.begin().await;
        let id = risk_table::draft(&mut tx, &one, &draft).await.expect("drafted");
        risk_table::test(&mut tx, &one, id).await.expect("tested");
        what_if::ask(&mut tx, &one, &what_if::Change { version: Some(id), rates: vec![] })
            .await
            .expect("asked");
        b.desk.finish(tx).await.expect("commit");
        while flow::worker::work_once(&b.desk).await.expect("worked") {}
        let mut tx = b.begin().await;
        let today = Timestamp::start_of(tx.now().date());
        risk_table::approve(&mut tx, &other, id, today).await.expect("approved");
        b.desk.finish(tx).await.expect("commit");
    }
    t.pass(Timestamp::HOUR);
}
