//! What forms for brands cost, from samples of working time.

use crate::decide::{self, Decider};
use kernel::{Actor, OfficerId, Refusal, Result, bi, excellence::BurdenSampled};
use registry::people;
use store::Tx;

/// Notes a sample of working time: how many minutes of a drawn officer's day went into forms for brands (PC10).
pub async fn sample_burden(
    tx: &mut Tx,
    by: &Actor,
    officer: OfficerId,
    forms: i64,
    worked: i64,
) -> Result<()> {
    decide::by(by, Decider::Secretariat, bi("登记工时抽样", "note a sample of working time"))?;
    let mut no = Refusal::new("burden.sample", bi("工时抽样有误", "the sample is wrong"));
    if worked <= 0 || worked > 24 * 60 {
        no = no.missing("worked", worked, bi("一天的工作分钟数", "minutes worked in a day"));
    }
    if forms < 0 || forms > worked {
        no = no.missing("forms", forms, bi("不超过工作分钟数", "no more than was worked"));
    }
    let found = people::officer(tx, officer).await?;
    let Some(o) = found.filter(|_| no.missing.is_empty()) else {
        return Err(no
            .missing("officer", officer, bi("从人员列表选择", "choose one from the list of officers"))
            .into());
    };
    tx.append(officer.subject(), by.officer, o.branch, BurdenSampled { officer, forms, worked });
    Ok(())
}
