//! The scorecard over everything that was folded: how fast it opens, how soon it shows a new fact, and how long a rebuild
//! from nothing takes.

use super::browser;
use excellence::indicator::{self, Catalogue};
use flow::{Desk, figures};
use kernel::{Actor, DeclarationId, NoticeId, Result, UnitId, bi, supervision::NoticeGiven};
use registry::people::{self, Unit};
use std::time::Instant;

/// Facts folded in one transaction of a rebuild.
const AT_ONCE: i64 = 200_000;

/// A bureau of eight branches.
pub(crate) async fn branches(desk: &Desk) -> Result<(Unit, Vec<UnitId>)> {
    let mut tx = desk.begin().await?;
    let bureau = flow::found(&mut tx, "NB", bi("宁波局", "Ningbo Bureau")).await?;
    let mut units = Vec::new();
    for code in ["BL", "ZH", "XS", "YY", "CX", "YH", "FH", "JB"] {
        let name = bi(code, code);
        units.push(
            people::open_unit(&mut tx, &Actor::system(), code, "branch", name, Some(&bureau)).await?.id,
        );
    }
    desk.finish(tx).await?;
    Ok((bureau, units))
}

/// Opens the pages of figures many times, then shows a new fact, then rebuilds everything.
pub(crate) async fn pages(desk: &Desk, bureau: &Unit, units: &[UnitId], facts: u64) -> Result<()> {
    let (app, cookie) = browser::sign_in(desk, bureau).await;
    figures::turn(desk).await?;
    println!("\n| with {facts} facts | |\n|---|---|");
    for (name, path) in [
        ("the scorecard of the bureau", "/indicators".to_owned()),
        ("the scorecard of a branch", format!("/indicators?unit={}", units[0])),
        ("one figure", format!("/indicators/SV02?unit={}", units[0])),
        ("the facts behind a figure, first page", format!("/indicators/SV02/facts?unit={}", units[0])),
    ] {
        browser::timed(&app, &cookie, name, &path).await;
    }
    let begun = Instant::now();
    let mut tx = desk.begin().await?;
    let (d, notice): (DeclarationId, NoticeId) = (tx.id(), tx.id());
    let due_at = tx.now();
    let codes = vec!["packing_list".into()];
    let fact = NoticeGiven { notice, declaration: d, codes, ordinal: 1, breach: false, due_at };
    tx.append(d.subject(), None, Some(units[0]), fact);
    tx.commit().await?;
    figures::turn(desk).await?;
    let page = browser::get(&app, "/indicators", &cookie).await;
    assert!(page.contains("SV03"), "the first notice is on the scorecard");
    println!("| a new fact, until the scorecard shows it | {:.0} ms |", begun.elapsed().as_secs_f64() * 1e3);
    let catalogue = Catalogue::shipped()?;
    let mut tx = desk.begin().await?;
    indicator::forget(&mut tx).await?;
    tx.commit().await?;
    let begun = Instant::now();
    let folded = figures::fold_all(desk, &catalogue, AT_ONCE).await?;
    println!("| a rebuild of {folded} facts from nothing | {:.1} s |", begun.elapsed().as_secs_f64());
    Ok(())
}
