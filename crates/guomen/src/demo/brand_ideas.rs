//! What the units of the demonstration promise, and the charters of it.

use excellence::brand::{Brand, Charter, PlannedTask};
use kernel::Date;

/// A brand of the cast: code, branch, mechanism, names, promise, problem, beneficiary, indicator, guard.
pub(super) struct Idea {
    pub(super) code: &'static str,
    pub(super) branch: &'static str,
    pub(super) mechanism: &'static str,
    pub(super) name: (&'static str, &'static str),
    pub(super) promise: &'static str,
    pub(super) problem: &'static str,
    pub(super) beneficiary: &'static str,
    pub(super) indicator: &'static str,
    pub(super) guard: &'static str,
}

/// The brands, in the order in which they are proposed; the last one late in the year.
pub(super) const IDEAS: [Idea; 6] = [
    Idea {
        code: "ZH-SAMEDAY",
        branch: "ZH",
        mechanism: "M9",
        name: ("当日放行", "Released the same day"),
        promise: "材料齐全的货物，查验结束当日放行。 / Goods with complete papers are released on the day their inspection ends.",
        problem: "放行等待过长 / Goods wait for their release",
        beneficiary: "进出口企业 / traders",
        indicator: "SV01",
        guard: "RC06",
    },
    Idea {
        code: "KG-NIGHT",
        branch: "KG",
        mechanism: "M6",
        name: ("空港夜航", "Night gate"),
        promise: "鲜活货物到港即受理，不过夜。 / Fresh goods are taken up on arrival and do not wait overnight.",
        problem: "夜间到港无人受理 / Nobody takes up what arrives at night",
        beneficiary: "空运企业 / air freight",
        indicator: "SV01",
        guard: "RC06",
    },
    Idea {
        code: "XS-LICENSED",
        branch: "XS",
        mechanism: "M1",
        name: ("持证把关", "No act without a licence"),
        promise: "每一项执法行为都由当时持证的人办理。 / Every act is done by an officer authorised at that moment.",
        problem: "授权过期后才发现 / Lapsed authorisations are found too late",
        beneficiary: "消费者 / consumers",
        indicator: "RC01",
        guard: "SV02",
    },
    Idea {
        code: "YJ-INTIME",
        branch: "YJ",
        mechanism: "M9",
        name: ("按时受理", "Kept promises"),
        promise: "承诺时限内办结每一件受理。 / Every acceptance is done within its promised days.",
        problem: "临近期限集中办理 / Work piles up before its deadline",
        beneficiary: "报检人 / declarants",
        indicator: "SV02",
        guard: "RC05",
    },
    Idea {
        code: "CX-APART",
        branch: "CX",
        mechanism: "M1",
        name: ("三岗分离", "Three posts apart"),
        promise: "同一批货物不由同一人办两个岗位。 / Nobody does two posts on one consignment.",
        problem: "人手紧时岗位重叠 / Posts overlap when hands are few",
        beneficiary: "出口企业 / exporters",
        indicator: "RC06",
        guard: "SV01",
    },
    Idea {
        code: "BL-MODES",
        branch: "BL",
        mechanism: "M6",
        name: ("便利通道", "The easy lane"),
        promise: "守信企业的申报按承诺时限受理，不误船期。 / Declarations of trusted firms are taken up in time for their ship.",
        problem: "守信企业未得便利 / Trusted firms gain nothing",
        beneficiary: "守信企业 / trusted firms",
        indicator: "SV07",
        guard: "SV08",
    },
];

/// The same day so many months later.
pub(super) fn months_on(day: Date, months: i32) -> Date {
    day.checked_add(jiff::Span::new().months(months)).unwrap_or(day)
}

/// The charter of a brand: a task in every quarter, and its gate after five months.
pub(super) fn charter(b: &Brand, guard: &str) -> Charter {
    let (from, to) = (b.positioning.starts_on, b.positioning.ends_on);
    let mut tasks: Vec<PlannedTask> = Vec::new();
    for month in 0..12 {
        let day = months_on(from, month);
        let quarter = format!("{}-Q{}", day.year(), (day.month() - 1) / 3 + 1);
        if day <= to && tasks.last().is_none_or(|t| t.quarter != quarter) {
            let what = "抽查二十件并讲评 / Twenty cases are gone through and talked over".into();
            tasks.push(PlannedTask { quarter, what });
        }
    }
    Charter {
        measures: vec![
            "一张清单管到底 / One list from acceptance to release".into(),
            "每周讲评一次 / A weekly talk on what was late".into(),
        ],
        indicator: b.positioning.indicator.clone(),
        target_milli: None,
        guards: vec![guard.into()],
        resources: "两人，每周半天 / Two officers, half a day a week".into(),
        gate_on: months_on(from, 5),
        tasks,
    }
}
