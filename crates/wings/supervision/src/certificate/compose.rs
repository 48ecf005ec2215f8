//! A draft out of the record: goods that were released, parties, places, and what may truly be attested.

use super::{Establishment, Goods, Place, Record, country::country};
use crate::release::{Dossier, LotFile, Outcome};
use kernel::{Bilingual, No, Quantity, Result, bi};
use registry::{people, rules::CertificateRow, trade};
use store::Tx;

/// The released lots of a consignment, by the certificate that their goods need.
pub(super) fn by_certificate<'a>(
    d: &'a Dossier,
    table: &'a [CertificateRow],
) -> Vec<(&'a CertificateRow, Vec<&'a LotFile>)> {
    let mut groups: Vec<(&CertificateRow, Vec<&LotFile>)> = Vec::new();
    for lot in d.lots.iter().filter(|l| is_released(l)) {
        let Some(row) = table.iter().find(|r| fits(r, &lot.hs, &d.declaration.market)) else { continue };
        match groups.iter_mut().find(|g| g.0.kind == row.kind) {
            Some(group) => group.1.push(lot),
            None => groups.push((row, vec![lot])),
        }
    }
    groups
}

fn is_released(lot: &LotFile) -> bool {
    lot.settlements.iter().any(|s| s.ended.is_none() && s.outcome == Outcome::Release)
}

fn fits(row: &CertificateRow, hs: &str, market: &str) -> bool {
    (row.hs.is_empty() || row.hs.iter().any(|p| hs.starts_with(p.as_str())))
        && (row.market.is_empty() || row.market.iter().any(|m| m == market))
}

/// What the record says of one certificate.
pub(super) async fn record(
    tx: &mut Tx,
    d: &Dossier,
    origin: &str,
    row: &CertificateRow,
    lots: &[&LotFile],
) -> Result<Record> {
    let units = people::units(tx).await?;
    let bureau = units.iter().find(|u| u.kind == "bureau").ok_or_else(|| No::fault("no bureau"))?;
    let branch = units.iter().find(|u| u.id == d.declaration.branch).ok_or_else(|| No::fault("no branch"))?;
    let operator =
        trade::operator(tx, d.declaration.operator).await?.ok_or_else(|| No::fault("no operator"))?;
    let plant = match d.declaration.plant {
        Some(id) => trade::plant(tx, id).await?.map(|p| Establishment { number: p.filing_no, name: p.name }),
        None => None,
    };
    let place = |code: &str| Place { code: code.to_owned(), name: country(code) };
    let (statement, basis) = attested(d, row, lots);
    let days: Vec<_> =
        d.evidence.iter().filter(|e| e.kind == "inspection").map(|e| e.at.date().to_string()).collect();
    Ok(Record {
        title: bi(&row.title_zh, &row.title_en),
        bureau: bureau.name.clone(),
        place: branch.name.clone(),
        declaration: d.declaration.no.clone(),
        consignor: operator.name,
        origin: place(origin),
        destination: place(&d.declaration.market),
        plant,
        goods: goods(tx, lots).await?,
        inspected: days.first().cloned().zip(days.last().cloned()),
        statement,
        basis,
        rule_version: d.declaration.rule_version.clone(),
    })
}

async fn goods(tx: &mut Tx, lots: &[&LotFile]) -> Result<Vec<Goods>> {
    let mut lines: Vec<(String, String, Quantity, Vec<String>)> = Vec::new();
    for lot in lots {
        let same = |l: &&mut (String, String, Quantity, Vec<String>)| {
            l.0 == lot.hs && l.1 == lot.name && l.2.unit == lot.quantity.unit
        };
        match lines.iter_mut().find(same) {
            Some(line) => {
                line.2.milli += lot.quantity.milli;
                line.3.push(lot.no.clone());
            }
            None => lines.push((lot.hs.clone(), lot.name.clone(), lot.quantity, vec![lot.no.clone()])),
        }
    }
    let mut goods = Vec::with_capacity(lines.len());
    for (hs, name, quantity, lots) in lines {
        let en = trade::product_by_hs(tx, &hs).await?.map_or_else(|| name.clone(), |p| p.name.en);
        let (number, unit) = (quantity.number(), quantity.unit.code().to_owned());
        goods.push(Goods { hs, name: bi(name, en), lots, quantity: number, unit });
    }
    Ok(goods)
}

/// What may be attested: the kind's own sentence for goods that were looked at, and no more than the truth for
/// goods that went on their papers; then the records behind it.
fn attested(d: &Dossier, row: &CertificateRow, lots: &[&LotFile]) -> (Bilingual, Bilingual) {
    let records = d.evidence.iter().filter(|e| e.kind == "inspection").count();
    let of_these = |e: &&crate::release::Evidence| e.lot.is_some_and(|l| lots.iter().any(|x| x.id == l));
    let tests = d.evidence.iter().filter(of_these).filter(|e| e.verdict == "pass").count();
    let treated = lots
        .iter()
        .flat_map(|l| &l.settlements)
        .any(|s| s.ended.as_ref().is_some_and(|e| e.how == "treated"));
    let statement = if records + tests > 0 {
        bi(&row.statement_zh, &row.statement_en)
    } else {
        bi(
            "上述货物经审核申报材料，按风险管理规定放行，未抽中现场检验检疫。",
            "The goods described above were released on review of their declaration under the rules of risk \
             management; they were not drawn for physical inspection.",
        )
    };
    let mut basis = bi(
        format!("报检 {}，规则 {}", d.declaration.no, d.declaration.rule_version),
        format!("declaration {}, rules {}", d.declaration.no, d.declaration.rule_version),
    );
    let mut add = |zh: String, en: String| {
        basis.zh.push_str(&zh);
        basis.en.push_str(&en);
    };
    if records > 0 {
        add(format!("；查验记录 {records} 份"), format!("; inspection records: {records}"));
    }
    if tests > 0 {
        add(format!("；合格检测结果 {tests} 项"), format!("; test results that passed: {tests}"));
    }
    if treated {
        add("；已实施检疫处理".into(), "; quarantine treatment carried out".into());
    }
    (statement, basis)
}
