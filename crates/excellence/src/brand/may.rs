//! What a login may do with a brand now, and why not the rest: the deciders and stages of every deed in one list.

use super::act::{adjusting_gate, at_stage};
use super::{Brand, read};
use crate::decide::{self, Decider};
use crate::{practice, standing_rule};
use kernel::{Actor, Bilingual, No, Refusal, Result, Scope, bi};
use store::Tx;

/// A deed of the life cycle.
#[derive(Clone, Debug)]
pub struct May {
    /// Its code, such as `approve` or `gate`.
    pub deed: &'static str,
    /// Why it is not open to this login now; none when it is.
    pub why_not: Option<Refusal>,
}

/// A deed with who decides it and at which stages it is open.
struct Deed {
    code: &'static str,
    decider: Decider,
    stages: &'static [&'static str],
    act: (&'static str, &'static str),
}

/// What is there of a brand beside its row.
struct Around {
    packaged: bool,
    offered: bool,
    open_offer: bool,
    drafted: bool,
    reviewed: bool,
    open_tasks: bool,
    adjusts: bool,
    unseen: bool,
    rule: RuleNow,
    over: bool,
    title_due: bool,
}

/// The rule of a brand, for those who keep or withdraw it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RuleNow {
    None,
    InForce,
    Due,
}

fn deeds(by: &Actor, b: &Brand) -> Vec<Deed> {
    let own = b.positioning.unit;
    let deed = |code, decider, stages, act| Deed { code, decider, stages, act };
    let mut all = vec![
        deed(
            "approve",
            Decider::LeadingGroup,
            &["proposed", "creating"][..],
            ("批准章程", "approve a charter"),
        ),
        deed("return", Decider::LeadingGroup, &["proposed"], ("退回提议", "give a proposal back")),
        deed("task", Decider::UnitHead(own), &["creating"], ("报告任务", "report a task")),
        deed("gate", Decider::Secretariat, &["creating"], ("召开阶段评估", "hold a gate")),
        deed("package", Decider::Secretariat, &["passed"], ("编制典型经验", "package a practice")),
        deed("offer", Decider::Secretariat, &["passed", "ruled"], ("推广典型经验", "offer a practice")),
        deed("draft", Decider::Secretariat, &["passed"], ("起草制度", "draft a standing rule")),
        deed("review", Decider::Reviewer, &["passed"], ("法制审核", "review a rule")),
        deed("decide", Decider::LeadingGroup, &["passed"], ("审定制度", "decide a standing rule")),
        deed(
            "verify",
            Decider::Secretariat,
            &["passed", "ruled"],
            ("核实典型经验运行", "see a practice at work"),
        ),
        deed("prolong", Decider::LeadingGroup, &["creating", "passed"], ("延长品牌", "prolong a brand")),
        deed("keep", Decider::LeadingGroup, &["ruled"], ("保留制度", "keep a standing rule")),
        deed("withdraw", Decider::LeadingGroup, &["ruled"], ("废止制度", "withdraw a standing rule")),
        deed("title", Decider::LeadingGroup, &["passed", "ruled"], ("授予品牌称号", "award the title")),
        deed("title-keep", Decider::LeadingGroup, &["passed", "ruled"], ("保留品牌称号", "keep the title")),
        deed(
            "title-withdraw",
            Decider::LeadingGroup,
            &["passed", "ruled", "closed"],
            ("撤销品牌称号", "withdraw the title"),
        ),
        deed(
            "close",
            Decider::LeadingGroup,
            &["creating", "passed", "stopped", "returned"],
            ("结束品牌", "close a brand"),
        ),
        deed(
            "endorsement",
            Decider::Secretariat,
            &["creating", "passed", "ruled"],
            ("答复背书请求", "answer a request for endorsement"),
        ),
    ];
    if let Scope::Branch(mine) = by.scope
        && mine != own
    {
        let head = Decider::UnitHead(mine);
        all.push(deed("join", head, &["proposed", "creating", "passed"], ("加入品牌", "join a brand")));
        all.push(deed("answer", head, &["passed", "ruled"], ("答复推广", "answer an offer")));
    }
    all
}

async fn around(tx: &mut Tx, by: &Actor, b: &Brand) -> Result<Around> {
    let package = practice::by_brand(tx, b.id).await?;
    let offers = match &package {
        Some(p) => practice::offers(tx, p.id).await?,
        None => Vec::new(),
    };
    let mine = |o: &practice::Offer| by.scope == Scope::Branch(o.unit) && o.answer.is_none();
    let rules = standing_rule::by_brand(tx, b.id).await?;
    let at = |stage: &str| rules.first().is_some_and(|r| r.stage == stage);
    let adjusts = match adjusting_gate(tx, b.id).await {
        Ok(_) => true,
        Err(No::Refused(_)) => false,
        Err(fault) => return Err(fault),
    };
    let today = tx.now().date();
    let in_force = |r: &standing_rule::StandingRule| {
        r.stage == "enacted" && r.effective_from.is_some_and(|from| from <= today)
    };
    let rule = match rules.iter().find(|r| in_force(r)) {
        None => RuleNow::None,
        Some(r) if standing_rule::review_due(tx).await?.iter().any(|d| d.id == r.id) => RuleNow::Due,
        Some(_) => RuleNow::InForce,
    };
    let mut unseen = false;
    for o in offers.iter().filter(|o| o.adopted()) {
        unseen |= practice::checks(tx, o.id).await?.iter().all(|c| !c.operating);
    }
    Ok(Around {
        unseen,
        rule,
        over: today >= b.ends_on(),
        title_due: b.title && b.title_review_on.is_none_or(|day| day <= today),
        packaged: package.is_some(),
        offered: !offers.is_empty(),
        open_offer: offers.iter().any(mine),
        drafted: at("drafted"),
        reviewed: at("reviewed"),
        open_tasks: read::tasks(tx, b.id).await?.iter().any(|t| t.reported_at.is_none()),
        adjusts,
    })
}

/// What else a deed needs, when that is not there.
fn lacking(b: &Brand, a: &Around, code: &str) -> Option<Bilingual> {
    let (there, needed) = match code {
        "approve" if b.stage == "creating" => (
            a.adjusts,
            bi(
                "章程已冻结，须先有决定调整的评估",
                "the charter is frozen: a gate must decide to adjust first",
            ),
        ),
        "task" => (a.open_tasks, bi("没有待报的任务", "no task waits for its report")),
        "package" => (!a.packaged, bi("典型经验已编制", "the practice is packaged already")),
        "offer" if a.offered => (false, bi("已向同类单位推广", "it was offered to the peers already")),
        "offer" | "draft" => (a.packaged, bi("须先编制典型经验", "the practice must be packaged first")),
        "review" => (a.drafted, bi("没有待审的制度草案", "no draft of a rule waits for review")),
        "decide" => (a.reviewed, bi("没有审核合法的制度草案", "no draft was found lawful yet")),
        "verify" => (a.unseen, bi("没有待核实的采纳单位", "no adopter waits to be seen at work")),
        "keep" => (a.rule == RuleNow::Due, bi("制度尚未到复审日期", "no rule is due for its review")),
        "withdraw" => (a.rule != RuleNow::None, bi("没有生效的制度", "no rule is in force")),
        "title-keep" => (a.title_due, bi("称号尚未到复审日期", "no title is due for its review")),
        "title-withdraw" => (b.title, bi("没有授予称号", "no title was awarded")),
        "prolong" if b.stage == "creating" && !a.over => {
            (false, bi("未到期的品牌不延长", "a brand is not prolonged before its end"))
        }
        "prolong" => (!b.prolonged, bi("已延长过一次", "it was prolonged once already")),
        "title" => (!b.title, bi("称号已授予", "the title was awarded already")),
        "answer" => (a.open_offer, bi("没有待答复的推广", "no offer waits for your answer")),
        _ => return None,
    };
    (!there).then_some(needed)
}

/// Every deed that concerns this login now: those open to it, those that another decides at this stage, and its own
/// that the stage does not allow.
pub async fn may(tx: &mut Tx, by: &Actor, b: &Brand) -> Result<Vec<May>> {
    let a = around(tx, by, b).await?;
    let mut all = Vec::new();
    for d in deeds(by, b) {
        let barred = decide::by(by, d.decider, bi(d.act.0, d.act.1)).err();
        let early = at_stage(b, d.stages).err();
        let lacks = lacking(b, &a, d.code);
        if barred.is_some() && (early.is_some() || lacks.is_some()) {
            continue;
        }
        let refusal = barred.or(early).and_then(|no| no.refusal().cloned());
        let why_not = refusal.or_else(|| lacks.map(|needed| Refusal::new("brand.not_yet", needed)));
        all.push(May { deed: d.code, why_not });
    }
    Ok(all)
}
