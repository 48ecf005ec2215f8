//! From a form to the act: what was written, as the verbs of brands, practices and standing rules want it.
use excellence::brand::{self, Charter, GateInput, PlannedTask, Scores};
use excellence::indicator::Catalogue;
use excellence::practice::{self, Package};
use excellence::standing_rule::{self, Decision, Draft, PackChange};
use kernel::{Actor, BrandId, No, PracticeId, Refusal, Result, Scope, StandingRuleId, UnitId, bi};
use registry::people;
use store::Tx;

use super::no_deed;
use crate::pages::sheet::{Given, wrong};

/// Does a deed.
pub(super) async fn run(
    tx: &mut Tx,
    c: &Catalogue,
    by: &Actor,
    id: BrandId,
    deed: &str,
    g: &Given,
) -> Result<()> {
    match deed {
        "approve" => {
            let charter = charter(tx, g, id).await?;
            brand::approve(tx, c, by, id, &charter).await
        }
        "return" => brand::give_back(tx, by, id, g.get("reason")).await,
        "join" => brand::join(tx, by, id, own_branch(by)?).await,
        "task" => brand::report_task(tx, by, id, g.number("no")?, g.get("note"), &facts(g)?).await,
        "gate" => {
            let input = gate(tx, g).await?;
            brand::hold_gate(tx, c, by, id, &input).await.map(drop)
        }
        "package" => practice::package(tx, by, id, &package(g)).await.map(drop),
        "offer" => {
            let practice = practice_of(tx, id).await?;
            practice::offer(tx, by, practice).await.map(drop)
        }
        "answer" => {
            let offer = g.get("offer").parse().map_err(|_| {
                wrong("offer", g.get("offer"), bi("选择本单位的推广", "choose the offer to your unit"))
            })?;
            practice::answer(tx, by, offer, g.get("answer"), g.get("reason")).await
        }
        "draft" => standing_rule::draft(tx, c, by, id, &draft(g)?).await.map(drop),
        "review" => {
            let rule = rule_of(tx, id).await?;
            standing_rule::review(tx, by, rule, g.get("lawful") == "yes", g.get("opinion")).await
        }
        "decide" => {
            let rule = rule_of(tx, id).await?;
            standing_rule::decide(tx, by, rule, &decision(g)?).await
        }
        "verify" => {
            let offer = g.get("offer").parse().map_err(|_| {
                wrong("offer", g.get("offer"), bi("选择采纳的单位", "choose a unit that adopted it"))
            })?;
            let seen: Vec<usize> = g.all("seen").iter().filter_map(|n| n.parse().ok()).collect();
            practice::verify(tx, by, offer, &seen, g.get("note")).await.map(drop)
        }
        "keep" => {
            let rule = rule_in_force(tx, id).await?;
            standing_rule::keep(tx, by, rule, g.get("reason")).await
        }
        "withdraw" => {
            let rule = rule_in_force(tx, id).await?;
            standing_rule::withdraw(tx, by, rule, g.day("from")?, g.get("reason")).await
        }
        "prolong" => brand::prolong(tx, by, id, g.get("reason")).await,
        "title" => brand::award_title(tx, by, id).await,
        "title-keep" => brand::keep_title(tx, by, id, g.get("reason")).await,
        "title-withdraw" => brand::withdraw_title(tx, by, id, g.get("reason")).await,
        "close" => brand::close(tx, by, id, g.get("reason")).await,
        "endorsement" => brand::refuse_endorsement(tx, by, id, g.get("asked_by")).await.map(drop),
        other => Err(no_deed(other)),
    }
}

fn own_branch(by: &Actor) -> Result<UnitId> {
    match by.scope {
        Scope::Branch(own) => Ok(own),
        _ => {
            let what = bi("由分支机构加入", "it is a branch that joins");
            Err(Refusal::new("brand.decider", what).into())
        }
    }
}

/// The lines of a field that say something.
fn lines(g: &Given, name: &str) -> Vec<String> {
    g.get(name).lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

fn words(g: &Given, name: &str) -> Vec<String> {
    let split = |c: char| c.is_whitespace() || [',', '，', '、', ';', '；', '#'].contains(&c);
    g.get(name).split(split).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// A decimal of at most three places, in thousandths.
fn milli(g: &Given, name: &str) -> Result<i64> {
    let text = g.get(name);
    let read = || {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let whole: i64 = whole.parse().ok()?;
        let digits = fraction.len() <= 3 && fraction.bytes().all(|b| b.is_ascii_digit());
        let fraction: i64 = if digits { format!("{fraction:0<3}").parse().ok()? } else { return None };
        whole.checked_mul(1000)?.checked_add(fraction).filter(|_| !text.starts_with('-'))
    };
    read().ok_or_else(|| {
        wrong(name, text, bi("填写数字，最多三位小数", "write a number of at most three decimals"))
    })
}

/// The facts that were ticked, and those whose numbers were written beside them.
pub(crate) fn facts(g: &Given) -> Result<Vec<i64>> {
    let written = words(g, "facts");
    let mut all = Vec::new();
    for w in g.all("chosen").into_iter().chain(written.iter().map(String::as_str)) {
        let seq = w
            .parse()
            .map_err(|_| wrong("facts", w, bi("填写账本事实编号", "write numbers of facts in the ledger")))?;
        if !all.contains(&seq) {
            all.push(seq);
        }
    }
    Ok(all)
}

async fn charter(tx: &mut Tx, g: &Given, id: BrandId) -> Result<Charter> {
    let tasks = lines(g, "tasks").into_iter().map(|line| {
        let (quarter, what) = line.split_once([' ', ':', '：']).unwrap_or((&line, ""));
        PlannedTask { quarter: quarter.trim().to_owned(), what: what.trim().to_owned() }
    });
    let target_milli = if g.get("target").is_empty() { None } else { Some(milli(g, "target")?) };
    Ok(Charter {
        measures: lines(g, "measures"),
        indicator: brand::one(tx, id).await?.positioning.indicator,
        target_milli,
        guards: words(g, "guards"),
        resources: g.get("resources").to_owned(),
        gate_on: g.day("gate_on")?,
        tasks: tasks.collect(),
    })
}

async fn gate(tx: &mut Tx, g: &Given) -> Result<GateInput> {
    let mut reviewers = Vec::new();
    for staff_no in words(g, "reviewers") {
        let officer = people::officer_by_no(tx, &staff_no).await?.ok_or_else(|| {
            wrong("reviewers", &staff_no, bi("没有这个工号", "there is no such staff number"))
        })?;
        reviewers.push(officer.id);
    }
    let scores = Scores {
        own_milli: milli(g, "own")?,
        users_milli: milli(g, "users")?,
        superior_milli: milli(g, "superior")?,
    };
    let (outcome, note) = (g.get("outcome").to_owned(), g.get("note").to_owned());
    Ok(GateInput { reviewers, scores, outcome, note })
}

fn package(g: &Given) -> Package {
    Package {
        preconditions: g.get("preconditions").to_owned(),
        steps: lines(g, "steps"),
        forms: lines(g, "forms"),
        side_effects: g.get("side_effects").to_owned(),
        does_not_fit_if: g.get("does_not_fit_if").to_owned(),
    }
}

/// `item CODE = 中文 / English / UNIT` puts an item onto the checklist of an inspection, `item CODE = -` takes one off.
fn item(code: &str, right: &str) -> Option<PackChange> {
    let code = code.trim().to_owned();
    if right.trim() == "-" {
        return Some(PackChange::ItemRemoved { code });
    }
    let mut parts = right.splitn(3, " / ").map(|p| p.trim().to_owned());
    let (zh, en) = (parts.next()?, parts.next()?);
    let unit = parts.next().unwrap_or_default();
    Some(PackChange::ItemAdded { code, zh, en, unit })
}

/// `KEY = VALUE UNIT` changes a number; `lane ROW = PERCENT` changes the share that a row of the lane table selects.
fn change(line: &str) -> Result<PackChange> {
    let bad = || {
        let needed = bi(
            "每行写作“参数 = 值 单位”、“lane 行号 = 百分数”、“item 代码 = 中文 / English / 单位”或“item 代码 = -”",
            "write each line as \"key = value unit\", \"lane row = percent\", \"item CODE = 中文 / English / unit\" or \"item CODE = -\"",
        );
        wrong("change", line, needed)
    };
    let (left, right) = line.split_once('=').ok_or_else(bad)?;
    if let Some(code) = left.trim().strip_prefix("item ") {
        return item(code, right).ok_or_else(bad);
    }
    let mut right = right.split_whitespace();
    let value = right.next().ok_or_else(bad)?;
    if let Some(row) = left.trim().strip_prefix("lane ") {
        let percent: f64 = value.trim_end_matches('%').parse().map_err(|_| bad())?;
        if !(0.0..=100.0).contains(&percent) {
            return Err(bad());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within 0 and 100 percent"
        )]
        let rate_ppm = (percent * 10_000.0).round() as u64;
        return Ok(PackChange::LaneRate { row: row.trim().parse().map_err(|_| bad())?, rate_ppm });
    }
    let value = value.parse().map_err(|_| bad())?;
    let unit = right.next().unwrap_or_default().to_owned();
    Ok(PackChange::Number { key: left.trim().to_owned(), value, unit })
}

fn draft(g: &Given) -> Result<Draft> {
    Ok(Draft {
        title: bi(g.get("title_zh"), g.get("title_en")),
        body: g.get("body").to_owned(),
        change: lines(g, "change").iter().map(|l| change(l)).collect::<Result<_>>()?,
    })
}

fn decision(g: &Given) -> Result<Decision> {
    Ok(Decision {
        no: g.get("no").to_owned(),
        minutes: g.get("minutes").to_owned(),
        effective_from: g.day("effective_from")?,
        review_on: g.day("review_on")?,
    })
}

async fn practice_of(tx: &mut Tx, id: BrandId) -> Result<PracticeId> {
    let none = || {
        No::from(Refusal::new("practice.none", bi("尚未编制典型经验", "the practice is not packaged yet")))
    };
    Ok(practice::by_brand(tx, id).await?.ok_or_else(none)?.id)
}

async fn rule_of(tx: &mut Tx, id: BrandId) -> Result<StandingRuleId> {
    let none = || {
        No::from(Refusal::new("standing_rule.none", bi("尚无制度草案", "there is no draft of a rule yet")))
    };
    standing_rule::by_brand(tx, id).await?.first().map(|r| r.id).ok_or_else(none)
}

async fn rule_in_force(tx: &mut Tx, id: BrandId) -> Result<StandingRuleId> {
    let rules = standing_rule::by_brand(tx, id).await?;
    let none =
        || No::from(Refusal::new("standing_rule.none", bi("没有生效的制度", "there is no rule in force")));
    let standing = |stage: &str| rules.iter().find(|r| r.stage == stage).map(|r| r.id);
    standing("enacted").or_else(|| standing("withdrawn")).ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_change_is_a_number_or_a_lane() {
        let number = change("practice.answer_days = 20 day").expect("a number");
        assert_eq!(
            number,
            PackChange::Number { key: "practice.answer_days".into(), value: 20, unit: "day".into() }
        );
        let lane = change("lane 3 = 12.5 %").expect("a lane");
        assert_eq!(lane, PackChange::LaneRate { row: 3, rate_ppm: 125_000 });
        let on = change("item AIR = 回风温度 / Temperature of the returning air / °C").expect("an item");
        let (code, zh, en) = ("AIR".into(), "回风温度".into(), "Temperature of the returning air".into());
        assert_eq!(on, PackChange::ItemAdded { code, zh, en, unit: "°C".into() });
        let off = change("item SENSE = -").expect("an item");
        assert_eq!(off, PackChange::ItemRemoved { code: "SENSE".into() });
        for bad in ["", "x", "lane x = 3", "lane 3 = 300", "a.b = much", "item AIR = 回风温度"] {
            assert!(change(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn thousandths_are_read_without_a_float() {
        let of = |v: &str| milli(&Given::default().with("x", v), "x").ok();
        assert_eq!((of("95"), of("97.5"), of("0.125")), (Some(95_000), Some(97_500), Some(125)));
        assert_eq!((of("-1"), of("1.2345"), of("x"), of("")), (None, None, None, None));
    }
}
