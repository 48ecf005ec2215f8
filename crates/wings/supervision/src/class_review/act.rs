//! The verbs of reviews: opened by rule, decided by a second person, back by rule.

use super::{Outcome, Review, read, rules, sql};
use kernel::{
    Actor, ClassReviewId, NotificationId, OfficerId, OperatorId, Refusal, Result, Role, Scope, Timestamp,
    UnitId, bi,
    supervision::{ClassRestored, ClassReviewOpened, ClassReviewed},
};
use registry::trade::{self, Operator};
use registry::{over_bureau, rules as book};
use store::{Tx, vals};

/// Lowered classes that come back in one turn.
const MOST: i64 = 100;

/// Opens the review of every operator whose lots a notification was attributed to, once for each notification.
pub async fn open(tx: &mut Tx, notification: NotificationId) -> Result<()> {
    let asked_by: Option<OfficerId> = match tx.opt(sql::ASKED_BY, vals![notification]).await? {
        Some(r) => r.get(0)?,
        None => None,
    };
    for r in tx.all(sql::SUBJECTS, vals![notification]).await? {
        let (operator, branch): (OperatorId, UnitId) = (r.get(0)?, r.get(1)?);
        let (class, rule_version): (i64, String) = (r.get(2)?, r.get(3)?);
        // An operator with plants of two branches has one review.
        if tx.opt(sql::KNOWN, vals![operator, notification]).await?.is_some() {
            continue;
        }
        let now = tx.now();
        let rules = book::rules(tx).await?;
        let days = rules.pinned(&rule_version)?.pack.number("class_review.working_days")?.value;
        let due_at = rules.calendar.end_of(now.date(), days);
        let id = tx.id::<ClassReviewId>();
        let year = now.date().year();
        let n: i64 = tx.one(sql::NEXT, vals![format!("class-review/{year}")]).await?.get(0)?;
        let no = format!("FH{year}{n:06}");
        let row = vals![id, &no, operator, branch, notification, &rule_version, asked_by, now, due_at, class];
        tx.exec(sql::ADD, row).await?;
        let fact = ClassReviewOpened { review: id, no, operator, notification, class, due_at };
        tx.append(id.subject(), None, Some(branch), fact);
    }
    Ok(())
}

fn refuse(code: &str, zh: &str, en: &str) -> Refusal {
    Refusal::new(code, bi(zh, en))
}

/// Who decides: the head of the branch, not the person who entered the attribution, without an interest.
async fn decider(tx: &mut Tx, by: &Actor, r: &Review) -> Result<OfficerId> {
    registry::over_branch(by, Some(r.branch))?;
    let officer = by.officer.filter(|_| by.has(&[Role::Manager]));
    let Some(officer) = officer else {
        let remedy = bi("请部门负责人决定", "Ask the branch head to decide");
        return Err(refuse("access.role", "类别由部门负责人决定", "the branch head decides about a class")
            .remedy(remedy)
            .into());
    };
    if r.asked_by == Some(officer) {
        let remedy = bi("请另一名负责人决定", "Let another head decide");
        return Err(refuse(
            "class_review.same_person",
            "登记归因的人不得复核",
            "whoever entered the attribution does not review the class",
        )
        .remedy(remedy)
        .into());
    }
    if tx.opt(sql::INTEREST, vals![officer, r.operator]).await?.is_some() {
        let remedy = bi("请另一名负责人决定", "Let another head decide");
        return Err(refuse(
            "class_review.interest",
            "与企业有利害关系，应当回避",
            "an officer with an interest stands aside",
        )
        .remedy(remedy)
        .into());
    }
    Ok(officer)
}

/// Decides a review: the class is kept, or lowered by one. Gives the class.
pub async fn decide(tx: &mut Tx, by: &Actor, id: ClassReviewId, lower: bool, reason: &str) -> Result<i64> {
    let r = read::must(tx, id).await?;
    let officer = decider(tx, by, &r).await?;
    if !(1..=20_000).contains(&reason.trim().chars().count()) {
        let needed = bi("写明依据", "name the ground");
        return Err(refuse("class_review.text", "缺少依据", "the ground is missing")
            .missing("reason", reason.chars().count(), needed)
            .into());
    }
    let operator = must_operator(tx, r.operator).await?;
    let Some(to) = rules::after(operator.class, lower) else {
        let needed = bi("已是最低类别，只能维持", "it is the lowest class already and can only be kept");
        return Err(refuse("class_review.lowest", "不能再降", "the class cannot be lowered any more")
            .missing("class", operator.class, needed)
            .into());
    };
    let (now, book) = (tx.now(), book::rules(tx).await?);
    let days = book.pinned(&r.rule_version)?.pack.number("class_review.lowered_days")?.value;
    let back_at = lower.then_some(Timestamp(now.0 + days * Timestamp::DAY));
    let outcome = if lower { Outcome::Lowered } else { Outcome::Kept };
    let row = vals![id, outcome.code(), operator.class, to, reason.trim(), officer, now, back_at];
    if tx.exec(sql::DECIDE, row).await? == 0 {
        let remedy = bi("刷新页面", "Reload the page");
        let no = refuse("class_review.decided", "已经复核过了", "it was decided already");
        return Err(no.remedy(remedy).into());
    }
    if lower {
        // The review gives its decider the reach that a class asks for.
        let wide = Actor { scope: Scope::Bureau, ..by.clone() };
        trade::set_class(tx, &wide, &operator, to, &format!("{} {}", r.no, reason.trim())).await?;
    }
    let fact = ClassReviewed {
        review: id,
        operator: r.operator,
        from: operator.class,
        to,
        reason: reason.trim().into(),
        in_time: now <= r.due_at,
    };
    tx.append(id.subject(), by.officer, Some(r.branch), fact);
    Ok(to)
}

async fn must_operator(tx: &mut Tx, id: OperatorId) -> Result<Operator> {
    let none = || refuse("operator.not_found", "没有这家企业", "there is no such operator");
    trade::operator(tx, id).await?.ok_or_else(|| none().into())
}

/// Lets lowered classes come back whose time is over and against which nothing stands. Gives how many did.
pub async fn back(tx: &mut Tx) -> Result<u64> {
    let mut done = 0;
    let now = tx.now();
    for r in tx.all(sql::BACK, vals![now, MOST]).await? {
        let r = read::read(&r)?;
        let Some(lowered) = r.class_now else { continue };
        if tx.exec(sql::RESTORED, vals![r.id, now]).await? == 0 {
            continue;
        }
        let operator = must_operator(tx, r.operator).await?;
        let to = rules::returned(r.class_was, lowered, operator.class);
        if to != operator.class {
            let ground = format!("{} 期满按规则恢复 back by rule", r.no);
            trade::set_class(tx, &Actor::system(), &operator, to, &ground).await?;
        }
        let fact = ClassRestored { review: r.id, operator: r.operator, from: operator.class, to };
        tx.append(r.id.subject(), None, Some(r.branch), fact);
        done += 1;
    }
    Ok(done)
}

/// Sets a class at the registry; refused where that would undo a lowered class, which comes back by rule only.
pub async fn set(tx: &mut Tx, by: &Actor, operator: &Operator, class: i64, reason: &str) -> Result<()> {
    over_bureau(by)?;
    if class < operator.class
        && let Some(r) = tx.opt(sql::STANDING, vals![operator.id]).await?
    {
        let (no, until): (String, Timestamp) = (r.get(0)?, r.get(1)?);
        let day = until.date();
        let needed = bi(
            format!("复核 {no} 降类，{day} 后且加严全部退出，按规则恢复"),
            format!(
                "review {no} lowered it; it comes back by rule after {day}, once no control is intensified"
            ),
        );
        return Err(refuse(
            "class_review.by_rule",
            "降类只按规则恢复",
            "a lowered class comes back by rule only",
        )
        .missing("class", class, needed)
        .into());
    }
    trade::set_class(tx, by, operator, class, reason).await
}
