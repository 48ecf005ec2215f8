//! What a lodgement must say, as pure checks: all gaps are told at once.

use super::{GoodsLine, Lodgement};
use kernel::{Missing, Quantity, Refusal, Result, UnitCode, bi};
use sha2::{Digest, Sha256};

/// Logistics modes.
const MODES: [&str; 4] = ["general", "bonded", "consolidated", "ecommerce"];
/// Most goods lines of a declaration, and most lots of a line.
const MAX_ROWS: usize = 200;
/// A thousand million units: more than any consignment holds.
const MAX_MILLI: i64 = 1_000_000_000_000;
/// A million million millions of a small currency: more than any consignment is worth.
const MAX_WORTH_MILLI: i64 = 1_000_000_000_000_000_000;
/// Longest free text.
const MAX_TEXT: usize = 200;

/// A line with its quantities read.
pub(super) struct CheckedLine {
    pub(super) quantity: Quantity,
    pub(super) lots: Vec<(String, i64)>,
}

/// Checks the fields of a lodgement that need no registry.
pub fn check(l: &Lodgement) -> Result<()> {
    checked_lines(l).map(drop)
}

/// Checks a lodgement and reads its quantities; one refusal names every gap.
pub(super) fn checked_lines(l: &Lodgement) -> Result<Vec<CheckedLine>> {
    let mut gaps = Vec::new();
    one_of(&mut gaps, "direction", &l.direction, &["export", "import"]);
    one_of(&mut gaps, "mode", &l.mode, &MODES);
    for (field, value) in [("branch", &l.branch), ("operator", &l.operator), ("port", &l.port)] {
        text(&mut gaps, field, value);
    }
    for (field, value) in [("market", &l.market), ("origin", &l.origin)] {
        if value.len() != 2 || !value.bytes().all(|b| b.is_ascii_uppercase()) {
            gap(
                &mut gaps,
                field,
                value,
                "用 ISO 3166-1 两位大写国别代码",
                "use the two capital letters of ISO 3166-1",
            );
        }
    }
    worth(&mut gaps, l);
    if l.lines.is_empty() || l.lines.len() > MAX_ROWS {
        gap(&mut gaps, "lines", &l.lines.len().to_string(), "1 至 200 行货物", "1 to 200 goods lines");
    }
    let lines: Vec<_> = l
        .lines
        .iter()
        .take(MAX_ROWS)
        .enumerate()
        .filter_map(|(i, line)| checked_line(&mut gaps, i, line))
        .collect();
    if gaps.is_empty() {
        return Ok(lines);
    }
    Err(Refusal {
        missing: gaps,
        remedy: bi("改正所列各项后重新提交", "Mend the fields listed and send it again"),
        ..Refusal::new("declaration.fields", bi("报检内容有误", "the declaration has wrong fields"))
    }
    .into())
}

fn checked_line(gaps: &mut Vec<Missing>, i: usize, line: &GoodsLine) -> Option<CheckedLine> {
    let at = |field: &str| format!("lines[{i}].{field}");
    text(gaps, &at("name"), &line.name);
    if !(4..=13).contains(&line.hs.len()) || !line.hs.bytes().all(|b| b.is_ascii_digit()) {
        gap(gaps, &at("hs"), &line.hs, "4 至 13 位数字的 HS 编码", "an HS code of 4 to 13 digits");
    }
    let unit = UnitCode::parse(&line.unit);
    if unit.is_none() {
        gap(
            gaps,
            &at("unit"),
            &line.unit,
            "用在用的 UN/ECE 第 20 号建议书代码",
            "use a UN/ECE rec 20 code in use",
        );
    }
    let milli = amount(gaps, &at("quantity"), &line.quantity);
    if line.lots.len() > MAX_ROWS {
        gap(gaps, &at("lots"), &line.lots.len().to_string(), "每行最多 200 批", "at most 200 lots a line");
    }
    let mut lots = Vec::with_capacity(line.lots.len());
    for (j, lot) in line.lots.iter().take(MAX_ROWS).enumerate() {
        text(gaps, &at(&format!("lots[{j}].no")), &lot.no);
        let milli = amount(gaps, &at(&format!("lots[{j}].quantity")), &lot.quantity)?;
        lots.push((lot.no.clone(), milli));
    }
    let (unit, milli) = (unit?, milli?);
    let sum: i64 = lots.iter().map(|l| l.1).sum();
    if !lots.is_empty() && sum != milli {
        let sum = Quantity { milli: sum, unit }.to_string();
        gap(
            gaps,
            &at("lots"),
            &sum,
            "各批数量之和应等于该行数量",
            "the lots must add up to the line's quantity",
        );
    }
    Some(CheckedLine { quantity: Quantity { milli, unit }, lots })
}

fn amount(gaps: &mut Vec<Missing>, field: &str, value: &str) -> Option<i64> {
    let milli = Quantity::parse_milli(value).filter(|m| (1..=MAX_MILLI).contains(m));
    if milli.is_none() {
        gap(
            gaps,
            field,
            value,
            "大于 0、不超过十亿、最多三位小数，小数点用“.”",
            "above 0, at most a thousand million, at most three places, with a point as decimal sign",
        );
    }
    milli
}

/// What the goods are worth: thousandths of a currency.
pub(super) fn worth_of(l: &Lodgement) -> Option<(i64, &str)> {
    let milli = Quantity::parse_milli(l.value.as_deref()?).filter(|m| (0..=MAX_WORTH_MILLI).contains(m))?;
    let currency = l.currency.as_deref()?;
    let fits = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    fits.then_some((milli, currency))
}

/// The value and its currency are told together and are read, or neither is told.
fn worth(gaps: &mut Vec<Missing>, l: &Lodgement) {
    if l.value.is_none() && l.currency.is_none() || worth_of(l).is_some() {
        return;
    }
    let read = l.value.as_deref().and_then(Quantity::parse_milli);
    if read.is_none_or(|m| !(0..=MAX_WORTH_MILLI).contains(&m)) {
        let value = l.value.as_deref().unwrap_or_default();
        let zh = "不为负、不超过一千万亿、最多三位小数，与币种一起填";
        gap(
            gaps,
            "value",
            value,
            zh,
            "not negative, at most 10^15, at most three places, together with its currency",
        );
    } else {
        let currency = l.currency.as_deref().unwrap_or_default();
        gap(
            gaps,
            "currency",
            currency,
            "用 ISO 4217 三位大写币种代码",
            "use the three capital letters of ISO 4217",
        );
    }
}

fn text(gaps: &mut Vec<Missing>, field: &str, value: &str) {
    let bad =
        value.trim().is_empty() || value.chars().count() > MAX_TEXT || value.chars().any(char::is_control);
    if bad {
        gap(
            gaps,
            field,
            value,
            "1 至 200 个字符，不含控制字符",
            "1 to 200 characters without control characters",
        );
    }
}

fn one_of(gaps: &mut Vec<Missing>, field: &str, value: &str, allowed: &[&str]) {
    if !allowed.contains(&value) {
        let list = allowed.join(", ");
        gap(gaps, field, value, &format!("应为 {list} 之一"), &format!("one of {list}"));
    }
}

fn gap(gaps: &mut Vec<Missing>, field: &str, value: &str, zh: &str, en: &str) {
    let value = value.chars().take(120).collect();
    gaps.push(Missing { field: field.into(), value, needed: bi(zh, en) });
}

/// What makes two lodgements the same consignment: everything but the request's key.
pub(super) fn fingerprint(l: &Lodgement) -> Result<[u8; 32]> {
    let same = serde_json::to_vec(&Lodgement { key: None, ..l.clone() })?;
    Ok(Sha256::digest(&same).into())
}
