//! The verbs on units, posts and officers.

use super::{Unit, sql};
use kernel::{
    Actor, Bilingual, OfficerId, OperatorId, PostId, Refusal, Result, UnitId, bi,
    registry::{InterestDeclared, OfficerPosted, PostDefined, UnitOpened},
};
use store::{Tx, vals};

/// Opens a unit below `parent`.
pub async fn open_unit(
    tx: &mut Tx,
    by: &Actor,
    code: &str,
    kind: &str,
    name: Bilingual,
    parent: Option<&Unit>,
) -> Result<Unit> {
    if !["bureau", "branch", "section"].contains(&kind) {
        return Err(Refusal::new(
            "registry.unit_kind",
            bi("单位类别无法识别", "the kind of unit is unknown"),
        )
        .missing("kind", kind, bi("bureau、branch 或 section", "bureau, branch or section"))
        .into());
    }
    let id = tx.id::<UnitId>();
    let branch = if kind == "branch" { Some(id) } else { parent.and_then(|p| p.branch) };
    let parent = parent.map(|p| p.id);
    tx.exec(sql::UNIT_ADD, vals![id, code, kind, &name.zh, &name.en, parent, branch]).await?;
    tx.append(
        id.subject(),
        by.officer,
        branch,
        UnitOpened { unit: id, code: code.into(), kind: kind.into(), parent },
    );
    Ok(Unit { id, code: code.into(), kind: kind.into(), name, parent, branch })
}

/// Defines a post by the tasks that its holder must be authorised for.
pub async fn define_post(
    tx: &mut Tx,
    by: &Actor,
    code: &str,
    name: Bilingual,
    tasks: &[&str],
) -> Result<PostId> {
    let id = tx.id::<PostId>();
    let tasks: Vec<String> = tasks.iter().map(|t| (*t).to_owned()).collect();
    tx.exec(sql::POST_ADD, vals![id, code, name.zh, name.en, tasks.join(",")]).await?;
    tx.append(id.subject(), by.officer, None, PostDefined { post: id, code: code.into(), tasks });
    Ok(id)
}

/// An officer takes up a post in a unit.
pub async fn post_officer(
    tx: &mut Tx,
    by: &Actor,
    staff_no: &str,
    name: &Bilingual,
    unit: &Unit,
    post: PostId,
) -> Result<OfficerId> {
    let id = tx.id::<OfficerId>();
    let now = tx.now();
    let vals = vals![id, staff_no, &name.zh, &name.en, unit.id, unit.branch, post, true, now];
    tx.exec(sql::OFFICER_ADD, vals).await?;
    let fact = OfficerPosted { officer: id, staff_no: staff_no.into(), unit: unit.id, post };
    tx.append(id.subject(), by.officer, unit.branch, fact);
    Ok(id)
}

/// An officer declares an interest in an operator. The reason stays out of the ledger.
pub async fn declare_interest(
    tx: &mut Tx,
    by: &Actor,
    officer: OfficerId,
    operator: OperatorId,
    reason: &str,
) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Refusal::new("registry.interest", bi("利害关系须写明", "the interest must be named"))
            .missing("reason", "", bi("写明何种关系", "say what the relation is"))
            .into());
    }
    let now = tx.now();
    tx.exec(sql::INTEREST_ADD, vals![officer, operator, reason, now]).await?;
    tx.append(officer.subject(), by.officer, None, InterestDeclared { officer, operator });
    Ok(())
}
