//! What has to be right about a case, an assessment and an alert, from values alone.

use super::{Information, Proposal, SOURCES, Scope};
use kernel::{Refusal, Result, Timestamp, bi};
use registry::rules::{LANES, LEVELS, Pack};

/// Longest text of one field, in characters.
const MAX_TEXT: usize = 4000;
/// Longest title.
const MAX_TITLE: usize = 120;

/// A text without control characters, and not longer than a field takes.
pub(super) fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(MAX_TEXT).collect()
}

fn end(no: Refusal) -> Result<()> {
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}

fn texts(mut no: Refusal, fields: &[(&str, &str)]) -> Refusal {
    for (name, value) in fields {
        if value.trim().is_empty() {
            no = no.missing(*name, *value, bi("不能为空", "it cannot be empty"));
        }
    }
    no
}

fn scope(mut no: Refusal, s: &Scope) -> Refusal {
    if !["", "export", "import"].contains(&s.direction.as_str()) {
        no = no.missing("direction", &s.direction, bi("出口、进口或两者", "export, import, or both"));
    }
    if s.hs.len() > 10 || !s.hs.bytes().all(|b| b.is_ascii_digit()) {
        no = no.missing(
            "hs",
            &s.hs,
            bi("最多 10 位数字的商品编码前缀", "up to ten leading digits of HS codes"),
        );
    }
    if !s.market.is_empty() && (s.market.len() != 2 || !s.market.bytes().all(|b| b.is_ascii_uppercase())) {
        no = no.missing(
            "market",
            &s.market,
            bi("两位国家代码，如 JP", "a country code of two letters, as JP"),
        );
    }
    no
}

/// Whether a case can be opened.
pub(super) fn information(i: &Information) -> Result<()> {
    let what = bi("风险信息不能登记", "the risk information cannot be entered");
    let mut no = texts(
        Refusal::new("alert.information", what),
        &[("title", &i.title), ("hazard", &i.hazard), ("information", &i.information)],
    );
    if i.title.chars().count() > MAX_TITLE {
        no = no.missing("title", "", bi("不超过 120 字", "no more than 120 characters"));
    }
    if !SOURCES.iter().any(|s| s.0 == i.source) {
        no = no.missing("source", &i.source, bi("选择信息来源", "choose where it came from"));
    }
    end(scope(no, &i.scope))
}

/// Whether an alert can be proposed; gives the level of its assessment.
pub(super) fn proposal(p: &Proposal, pack: &Pack, now: Timestamp) -> Result<String> {
    let what = bi("预警不能提交", "the alert cannot be proposed");
    let mut no = texts(
        Refusal::new("alert.proposal", what),
        &[("title", &p.title), ("hazard", &p.hazard), ("evidence", &p.evidence)],
    );
    for (name, value) in [("severity", p.severity), ("likelihood", p.likelihood)] {
        if !(1..=5).contains(&value) {
            no = no.missing(name, value, bi("1 至 5 级", "a class from 1 to 5"));
        }
    }
    let level = pack.level(p.severity, p.likelihood).unwrap_or_default().to_owned();
    no = measures(scope(no, &p.scope), p, pack, &level);
    no = times(no, p, pack.number("alert.max_days")?.value, now);
    if p.scope.is_everything() {
        let needed =
            bi("至少限定产品、企业、国家或进出口之一", "name goods, a party, a country or a direction");
        no = no.missing("hs", "", needed);
    }
    end(no).map(|()| level)
}

/// What is asked for has to be proportionate to the level.
fn measures(mut no: Refusal, p: &Proposal, pack: &Pack, level: &str) -> Refusal {
    let m = &p.measures;
    if !m.lane.is_empty() && !LANES.contains(&m.lane.as_str()) {
        no = no.missing("lane", &m.lane, bi("选择通道", "choose a lane"));
    }
    if m.rate_ppm > risk::draw::PPM {
        no = no.missing("rate", m.rate_ppm, bi("不超过 100%", "at most 100 %"));
    }
    for code in &m.tests {
        if !pack.analyte.iter().any(|a| a.code == *code) {
            no = no.missing("tests", code, bi("规则包中没有该检测项目", "the rule pack has no such analyte"));
        }
    }
    if m.lane.is_empty() && m.rate_ppm == 0 && !m.hold && m.tests.is_empty() {
        no = no.missing("rate", "", bi("至少一项措施", "at least one measure"));
    }
    let at = LEVELS.iter().position(|l| *l == level).unwrap_or(0);
    if at == 0 {
        let needed = bi("低风险不发预警：存档或继续关注", "a low risk has no alert: keep it on file");
        no = no.missing("severity", level, needed);
    } else if m.hold && at < 2 {
        let needed = bi("暂扣须为高或特高风险（措施与风险相称）", "a hold asks for a high or critical risk");
        no = no.missing("hold", level, needed);
    }
    no
}

fn times(mut no: Refusal, p: &Proposal, max_days: i64, now: Timestamp) -> Refusal {
    let start = p.starts_at.unwrap_or(now);
    let last = Timestamp(start.0.max(now.0) + max_days * Timestamp::DAY);
    match (p.ends_at, p.review_at) {
        (None, None) => {
            no = no.missing("ends", "", bi("写明截止日期或复核日期", "give an end or a day of review"));
        }
        (end, review) => {
            for (name, at) in [("ends", end), ("review", review)] {
                let Some(at) = at else { continue };
                if at <= start.max(now) || at > last {
                    let needed = bi(
                        format!("晚于生效时间，最长 {max_days} 天"),
                        format!("after it begins, and within {max_days} days"),
                    );
                    no = no.missing(name, at.date(), needed);
                }
            }
        }
    }
    no
}
