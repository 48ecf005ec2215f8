//! The panels of CAF 2020 (classic scoring), read as floors.

use super::{Evidence, Followed, Phase};
use kernel::{Bilingual, bi};

/// A band of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Band {
    /// Its number, 0 to 5.
    pub no: usize,
}

/// Least and greatest score of each band.
const BOUNDS: [(i64, i64); 6] = [(0, 10), (11, 30), (31, 50), (51, 70), (71, 90), (91, 100)];

impl Band {
    /// The least score: what the evidence shows.
    pub fn floor(self) -> i64 {
        BOUNDS[self.no.min(5)].0
    }

    /// The greatest score that reviewers may give in it.
    pub fn top(self) -> i64 {
        BOUNDS[self.no.min(5)].1
    }

    /// What the panel for enablers calls it.
    pub fn of_enabler(self) -> Bilingual {
        match self.no {
            0 => bi("计划未备齐", "plan not complete"),
            1 => bi("有计划", "planned"),
            2 => bi("已执行", "done"),
            3 => bi("已检查", "checked"),
            4 => bi("已改进", "acted upon"),
            _ => bi("闭环并互学", "the whole circle, and learning with others"),
        }
    }

    /// What the panel for results calls it.
    pub fn of_results(self) -> Bilingual {
        match self.no {
            0 => bi("未测量", "not measured"),
            1 => bi("变差或未达标", "worse, or targets missed"),
            2 => bi("部分达标", "some targets kept"),
            3 => bi("多数达标", "most targets kept"),
            4 => bi("全部达标", "all targets kept"),
            _ => bi("全部达标、持续且不逊于同类", "all targets kept, lasting, and good beside the peers"),
        }
    }
}

/// The band of an enabler: the phases in order, as far as all evidence of each is there.
pub fn enabler(evidence: &[Evidence]) -> Band {
    let shown = |p: &Phase| {
        let of = evidence.iter().filter(|e| e.phase == *p);
        of.clone().next().is_some() && of.clone().all(|e| e.there)
    };
    Band { no: Phase::ALL.iter().take_while(|p| shown(p)).count() }
}

/// The band of results that are followed. What lost its figure stays among them, so that hiding a bad one never helps.
pub fn results(followed: &[Followed], lasts: bool) -> Band {
    let good = followed.iter().filter(|f| f.good()).count();
    let no = if !followed.iter().any(|f| f.measured) {
        0
    } else if good == 0 {
        1
    } else if good == followed.len() {
        let beside = followed.iter().all(|f| f.above_peers == Some(true));
        if lasts && beside { 5 } else { 4 }
    } else if good * 2 > followed.len() {
        3
    } else {
        2
    };
    Band { no }
}
