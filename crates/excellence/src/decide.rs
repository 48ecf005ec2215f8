//! Who decides what in the life of a brand. The bureau's leading group is made of branch-head logins with the
//! whole bureau in reach; a unit's head reaches that unit alone; the secretariat is the quality manager; legal
//! and independent reviewers are auditors. A person never reviews what that person proposed.

use kernel::{Actor, Bilingual, OfficerId, Refusal, Result, Role, Scope, UnitId, bi};

/// Who may do an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decider {
    /// The bureau's leading group.
    LeadingGroup,
    /// The head of this unit, or the leading group.
    UnitHead(UnitId),
    /// The secretariat of the brands.
    Secretariat,
    /// Independent of the units: the legal office and the gate's reviewers.
    Reviewer,
}

impl Decider {
    fn name(self) -> Bilingual {
        match self {
            Decider::LeadingGroup => bi("局领导小组", "the bureau's leading group"),
            Decider::UnitHead(_) => bi("本单位负责人", "the head of the unit"),
            Decider::Secretariat => bi("品牌办（质量管理员）", "the secretariat (quality manager)"),
            Decider::Reviewer => {
                bi("法制与独立评审人员（监督审计员）", "legal and independent reviewers (auditor)")
            }
        }
    }

    /// Whether a login is one of them.
    pub(crate) fn is(self, by: &Actor) -> bool {
        let whole = by.scope == Scope::Bureau;
        match self {
            Decider::LeadingGroup => whole && by.has(&[Role::Manager]),
            Decider::UnitHead(unit) => by.has(&[Role::Manager]) && (whole || by.scope == Scope::Branch(unit)),
            Decider::Secretariat => by.has(&[Role::Registrar]),
            Decider::Reviewer => whole && by.has(&[Role::Auditor]),
        }
    }
}

/// Refuses an act to whoever may not decide it.
pub(crate) fn by(actor: &Actor, decider: Decider, act: Bilingual) -> Result<()> {
    if decider.is(actor) {
        return Ok(());
    }
    let name = decider.name();
    let what = bi(format!("{}由{}决定", act.zh, name.zh), format!("to {} is for {}", act.en, name.en));
    let roles: Vec<&str> = actor.roles.iter().map(|r| r.code()).collect();
    let remedy = bi(format!("提请{}办理", name.zh), format!("Bring it before {}", name.en));
    Err(Refusal::new("brand.decider", what).missing("actor", roles.join(","), name).remedy(remedy).into())
}

/// Refuses a review to whoever proposed the matter.
pub(crate) fn not_own(actor: &Actor, proposed_by: Option<OfficerId>) -> Result<()> {
    if actor.officer.is_none() || actor.officer != proposed_by {
        return Ok(());
    }
    let what = bi("不得评审自己提出的事项", "nobody reviews what they proposed themselves");
    let needed = bi("由另一人评审", "another person reviews it");
    Err(Refusal::new("brand.own_matter", what).missing("officer", &actor.name.zh, needed).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, scope: Scope) -> Actor {
        Actor { officer: None, unit: None, name: bi("", ""), roles: vec![role], scope }
    }

    #[test]
    fn a_branch_head_decides_for_the_branch_alone() {
        let (own, other) = (UnitId(uuid::Uuid::from_u128(1)), UnitId(uuid::Uuid::from_u128(2)));
        let head = actor(Role::Manager, Scope::Branch(own));
        assert!(by(&head, Decider::UnitHead(own), bi("", "")).is_ok());
        assert!(by(&head, Decider::UnitHead(other), bi("", "")).is_err());
        assert!(by(&head, Decider::LeadingGroup, bi("", "")).is_err());
        assert!(by(&actor(Role::Manager, Scope::Bureau), Decider::UnitHead(own), bi("", "")).is_ok());
        assert!(by(&actor(Role::Auditor, Scope::Branch(own)), Decider::Reviewer, bi("", "")).is_err());
    }
}
