//! How far an actor's hand reaches when the registry is changed: the whole bureau, or one branch.

use kernel::{Actor, Bilingual, Refusal, Result, Scope, UnitId, bi};

fn beyond(remedy: Bilingual) -> kernel::No {
    Refusal::new("access.scope", bi("不在您的管辖范围", "this is outside your reach")).remedy(remedy).into()
}

/// Refuses whoever does not act for the whole bureau.
pub fn over_bureau(by: &Actor) -> Result<()> {
    match by.scope {
        Scope::Bureau => Ok(()),
        Scope::Branch(_) | Scope::Operator(_) => {
            Err(beyond(bi("请直属局的质量管理员办理", "Ask the bureau's own quality manager")))
        }
    }
}

/// Refuses whoever acts neither for the whole bureau nor for this branch; none is the bureau itself.
pub fn over_branch(by: &Actor, branch: Option<UnitId>) -> Result<()> {
    match by.scope {
        Scope::Bureau => Ok(()),
        Scope::Branch(own) if branch == Some(own) => Ok(()),
        Scope::Branch(_) | Scope::Operator(_) => {
            Err(beyond(bi("请该单位负责人或直属局办理", "Ask the head of that branch, or the bureau")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::MAX_UUID;

    #[test]
    fn a_branch_reaches_itself_and_nothing_else() {
        let (own, other) = (UnitId(MAX_UUID), UnitId(uuid::Uuid::nil()));
        let mut by = Actor::system();
        assert!(over_bureau(&by).is_ok() && over_branch(&by, None).is_ok());
        by.scope = Scope::Branch(own);
        assert!(over_branch(&by, Some(own)).is_ok());
        for beyond in [over_branch(&by, Some(other)), over_branch(&by, None), over_bureau(&by)] {
            assert_eq!(beyond.expect_err("refused").refusal().expect("a refusal").code, "access.scope");
        }
    }
}
