//! The verbs on units, posts and officers.

use super::{Unit, sql};
use crate::{find, over_branch, over_bureau};
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
    let mut no =
        Refusal::new("registry.unit", bi("单位资料不符合要求", "the unit's entry is not acceptable"));
    if !["bureau", "branch", "section"].contains(&kind) {
        no = no.missing("kind", kind, bi("bureau、branch 或 section", "bureau, branch or section"));
    }
    entered(no, code, &name)?;
    let id = tx.id::<UnitId>();
    let branch = if kind == "branch" { Some(id) } else { parent.and_then(|p| p.branch) };
    // A branch opens sections of its own; only the bureau opens branches.
    over_branch(by, if kind == "branch" { None } else { branch })?;
    let parent = parent.map(|p| p.id);
    tx.exec(sql::UNIT_ADD, vals![id, code, kind, &name.zh, &name.en, parent, branch]).await?;
    find::put(tx, "unit", id.0, code, &name).await?;
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
    over_bureau(by)?;
    entered(
        Refusal::new("registry.post", bi("岗位资料不符合要求", "the post's entry is not acceptable")),
        code,
        &name,
    )?;
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
    over_branch(by, unit.branch)?;
    let no =
        Refusal::new("registry.officer", bi("人员资料不符合要求", "the officer's entry is not acceptable"));
    entered(no, staff_no, name)?;
    let id = tx.id::<OfficerId>();
    let now = tx.now();
    let vals = vals![id, staff_no, &name.zh, &name.en, unit.id, unit.branch, post, true, now];
    tx.exec(sql::OFFICER_ADD, vals).await?;
    find::put(tx, "officer", id.0, staff_no, name).await?;
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
    if by.officer.is_some_and(|own| own != officer) {
        return Err(Refusal::new(
            "registry.interest_own",
            bi("利害关系由本人申报", "an interest is declared by the officer in person"),
        )
        .remedy(bi("请本人登录后申报", "Ask the officer to sign in and declare it"))
        .into());
    }
    let now = tx.now();
    tx.exec(sql::INTEREST_ADD, vals![officer, operator, reason, now]).await?;
    tx.append(officer.subject(), by.officer, None, InterestDeclared { officer, operator });
    Ok(())
}

/// Refuses an entry without code or names, together with what stands against it already.
pub(crate) fn entered(mut no: Refusal, code: &str, name: &Bilingual) -> Result<()> {
    if code.trim().is_empty() || code.chars().count() > 40 {
        no = no.missing("code", code, bi("填写 1 至 40 个字", "write 1 to 40 characters"));
    }
    for (field, text) in [("name_zh", &name.zh), ("name_en", &name.en)] {
        if text.trim().is_empty() || text.chars().count() > 200 {
            no = no.missing(field, text, bi("填写 1 至 200 个字", "write 1 to 200 characters"));
        }
    }
    if no.missing.is_empty() { Ok(()) } else { Err(no.into()) }
}
