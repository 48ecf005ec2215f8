//! What stands against a release, from values alone.

use super::{DESK, Dossier, Evidence, LotFile, Outcome, Settlement};
use crate::declaration::Stage;
use kernel::{LotId, Missing, Timestamp, bi};

/// How far the clock may lie behind the newest fact of a consignment, in microseconds: nodes differ a little.
const TOLERANCE: i64 = 60_000_000;

/// Whether a piece of evidence speaks about a lot.
fn about(e: &Evidence, lot: LotId) -> bool {
    e.lot.is_none_or(|l| l == lot)
}

/// The failures of a lot that nothing has mended: no later pass of the same thing, no later treatment.
pub(super) fn open_failures<'a>(
    evidence: &'a [Evidence],
    lot: LotId,
    settlements: &[Settlement],
) -> Vec<&'a Evidence> {
    let treated_at = settlements
        .iter()
        .filter(|s| s.lot == lot && s.outcome == Outcome::Treat)
        .filter_map(|s| s.ended.as_ref().filter(|e| e.how == "treated").map(|e| e.at))
        .max();
    let mended = |fail: &Evidence| {
        let passed_later = |e: &Evidence| {
            e.verdict == "pass"
                && e.kind == fail.kind
                && e.what == fail.what
                && e.at > fail.at
                && about(e, lot)
        };
        treated_at.is_some_and(|t| t >= fail.at) || evidence.iter().any(passed_later)
    };
    evidence.iter().filter(|e| e.verdict == "fail" && about(e, lot) && !mended(e)).collect()
}

/// What alerts want tested in inspected lots and nobody has tested in this one.
fn untested(d: &Dossier, lot: LotId) -> Vec<String> {
    let Some(decision) = d.decision.as_ref().filter(|_| d.declaration.selected) else { return Vec::new() };
    let wanted = decision.inputs.measures.iter().flat_map(|m| m.tests.iter());
    let tested =
        |code: &String| d.evidence.iter().any(|e| e.kind == "test" && e.what == *code && about(e, lot));
    let mut out: Vec<String> = wanted.filter(|code| !tested(code)).cloned().collect();
    out.dedup();
    out
}

/// The settlements of a lot that are open, the release desk's last.
pub(super) fn open_of(lot: &LotFile) -> Vec<&Settlement> {
    let mut open: Vec<&Settlement> = lot.settlements.iter().filter(|s| s.ended.is_none()).collect();
    open.sort_by_key(|s| s.origin == DESK);
    open
}

/// Where a lot stands: its open settlement, a hold before anything else; none while it waits.
pub fn state(lot: &LotFile) -> Option<&Settlement> {
    let open = open_of(lot);
    open.iter().find(|s| s.outcome == Outcome::Hold).or(open.last()).copied()
}

fn gap(field: &str, value: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Missing {
    Missing { field: field.into(), value: value.into(), needed: bi(zh, en) }
}

/// All that stands against releasing a lot now; empty when it may go.
pub fn against(d: &Dossier, lot: &LotFile, now: Timestamp) -> Vec<Missing> {
    let mut gaps = Vec::new();
    let stage = d.declaration.stage;
    if stage != Stage::Deciding {
        let name = stage.name();
        gaps.push(gap(
            "stage",
            stage.code(),
            format!("本批处于“{}”，须到待放行", name.zh),
            format!("the consignment is {}; it has to be awaiting release", name.en),
        ));
    }
    if now.0 + TOLERANCE < d.last_fact_at.0 {
        gaps.push(gap(
            "clock",
            now.rfc3339(),
            "系统时钟早于本批最近的记录，请先校准",
            "the clock lies before the newest record of this consignment: set it right first",
        ));
    }
    let inspected_since = d.check_added_at.unwrap_or(Timestamp(0));
    let inspected = d.evidence.iter().any(|e| e.kind == "inspection" && e.at >= inspected_since);
    if d.declaration.selected && !inspected {
        gaps.push(gap(
            "inspection",
            "",
            "已抽中或加查，但没有查验记录",
            "it was selected, but there is no inspection record",
        ));
    }
    for code in untested(d, lot.id) {
        gaps.push(gap(
            &code,
            "",
            "预警要求检测该项目，尚无结果",
            "an alert asks for this test, and there is no result",
        ));
    }
    for fail in open_failures(&d.evidence, lot.id, &lot.settlements) {
        let at = fail.at.date();
        gaps.push(gap(
            &fail.what,
            format!("{} {at}", fail.verdict),
            "不合格：须检疫处理或复验合格后才能放行",
            "it failed: treatment, or a re-test that passes, comes before release",
        ));
    }
    for s in open_of(lot) {
        let (zh, en) = match s.outcome {
            Outcome::Hold if s.origin != DESK => (
                format!("由“{}”暂扣，须由其解除：{}", s.origin, s.note),
                format!("held from elsewhere ({}), it is lifted there: {}", s.origin, s.note),
            ),
            Outcome::Hold => ("暂扣中，须先解除".to_owned(), "it is held: lift the hold first".to_owned()),
            Outcome::Treat => ("检疫处理尚未完成".to_owned(), "its treatment is not finished".to_owned()),
            _ => ("已有最终处置".to_owned(), "it has its final outcome already".to_owned()),
        };
        gaps.push(gap("settlement", s.outcome.code(), zh, en));
    }
    if d.declaration.mode == "consolidated" {
        in_container(&mut gaps, d, lot);
    }
    gaps
}

/// Goods of several exporters in one container go together.
fn in_container(gaps: &mut Vec<Missing>, d: &Dossier, lot: &LotFile) {
    if d.stowage.is_none() {
        gaps.push(gap(
            "container",
            "",
            "拼箱货物须先登记箱号和封识号",
            "consolidated goods need their container and seal first",
        ));
    }
    if lot.removed.is_some() {
        return;
    }
    for mate in d.failed_in_container.iter().filter(|m| m.no != d.declaration.no || m.lot_no != lot.no) {
        gaps.push(gap(
            "container",
            format!("{} {}", mate.no, mate.lot_no),
            "同箱有不合格批次：须在监管下移出（附照片）并重新施封",
            "a failed lot lies in the same container: take it out under supervision, with photographs, and seal anew",
        ));
    }
}

/// The reason of a release, read from what it rests on.
pub(super) fn ground(d: &Dossier, lot: &LotFile) -> &'static str {
    let treated = lot.settlements.iter().any(|s| s.ended.as_ref().is_some_and(|e| e.how == "treated"));
    let failed = d.evidence.iter().any(|e| e.verdict == "fail" && about(e, lot.id));
    let looked_at = d.evidence.iter().any(|e| e.kind == "inspection" || about(e, lot.id));
    match (treated, failed, looked_at) {
        (true, ..) => "treated",
        (_, true, _) => "retested",
        (.., true) => "conforming",
        _ => "papers",
    }
}

/// What a settlement of this lot rests on.
pub(super) fn resting_on(d: &Dossier, lot: LotId) -> Vec<Evidence> {
    d.evidence.iter().filter(|e| about(e, lot)).cloned().collect()
}

/// A container number of ISO 6346 without blanks, when its check digit holds.
pub fn container_number(text: &str) -> Option<String> {
    let no: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
    let b = no.as_bytes();
    let formed = b.len() == 11
        && b[..4].iter().all(u8::is_ascii_uppercase)
        && matches!(b[3], b'U' | b'J' | b'Z')
        && b[4..].iter().all(u8::is_ascii_digit);
    if !formed {
        return None;
    }
    // Letters count from 10 and leave out the multiples of 11; each place weighs twice the one before.
    let value = |c: u8| if c.is_ascii_digit() { u32::from(c - b'0') } else { letter(c) };
    let sum: u32 = b[..10].iter().enumerate().map(|(i, c)| value(*c) << i).sum();
    (sum % 11 % 10 == u32::from(b[10] - b'0')).then_some(no)
}

fn letter(c: u8) -> u32 {
    let n = u32::from(c - b'A');
    n + 10 + u32::from(n >= 1) + u32::from(n >= 11) + u32::from(n >= 21)
}
