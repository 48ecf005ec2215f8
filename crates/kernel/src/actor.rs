//! Who acts: an officer within a unit, a declarant for an operator, or the clockwork.

use crate::{Bilingual, OfficerId, OperatorId, UnitId, bi};
use serde::{Deserialize, Serialize};

/// What a login may be used for. A role opens doors; an authorisation permits an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Lodges declarations for an operator.
    Declarant,
    /// Accepts declarations at the window.
    Clerk,
    /// Inspects and samples.
    Inspector,
    /// Works in the laboratory.
    Laboratory,
    /// Releases, holds and disposes.
    Releaser,
    /// Signs certificates.
    Certifier,
    /// Issues alerts and keeps the targeting rules.
    Risk,
    /// Leads a branch.
    Manager,
    /// Keeps the registry and the authorisations.
    Registrar,
    /// Keeps accounts and the installation.
    Admin,
    /// Reads everything, changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 11] = [
        Role::Declarant,
        Role::Clerk,
        Role::Inspector,
        Role::Laboratory,
        Role::Releaser,
        Role::Certifier,
        Role::Risk,
        Role::Manager,
        Role::Registrar,
        Role::Admin,
        Role::Auditor,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Role::Declarant => "declarant",
            Role::Clerk => "clerk",
            Role::Inspector => "inspector",
            Role::Laboratory => "laboratory",
            Role::Releaser => "releaser",
            Role::Certifier => "certifier",
            Role::Risk => "risk",
            Role::Manager => "manager",
            Role::Registrar => "registrar",
            Role::Admin => "admin",
            Role::Auditor => "auditor",
        }
    }

    /// The role of a code.
    pub fn parse(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.code() == code)
    }

    /// The role's name in both languages.
    pub fn name(self) -> Bilingual {
        match self {
            Role::Declarant => bi("报检员", "Declarant"),
            Role::Clerk => bi("窗口人员", "Window clerk"),
            Role::Inspector => bi("检验检疫员", "Inspection officer"),
            Role::Laboratory => bi("实验室人员", "Laboratory analyst"),
            Role::Releaser => bi("放行审核员", "Release officer"),
            Role::Certifier => bi("签证官", "Certifying officer"),
            Role::Risk => bi("风险分析员", "Risk analyst"),
            Role::Manager => bi("部门负责人", "Branch head"),
            Role::Registrar => bi("质量管理员", "Quality manager"),
            Role::Admin => bi("系统管理员", "Administrator"),
            Role::Auditor => bi("监督审计员", "Auditor"),
        }
    }
}

/// Whose records an actor may see and touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole bureau.
    Bureau,
    /// One branch with its sections.
    Branch(UnitId),
    /// The records of one operator.
    Operator(OperatorId),
}

/// Who acts, with which roles, over which records.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The officer, unless an operator's person or the clockwork acts.
    pub officer: Option<OfficerId>,
    /// The officer's own unit.
    pub unit: Option<UnitId>,
    /// Name as the registry has it.
    pub name: Bilingual,
    /// Doors that the login opens.
    pub roles: Vec<Role>,
    /// Records within reach.
    pub scope: Scope,
}

impl Actor {
    /// The clockwork and the wiring act by rule, never by discretion.
    pub fn system() -> Actor {
        Actor {
            officer: None,
            unit: None,
            name: bi("系统", "System"),
            roles: Vec::new(),
            scope: Scope::Bureau,
        }
    }

    /// Whether the login has one of the roles.
    pub fn has(&self, any: &[Role]) -> bool {
        any.iter().any(|r| self.roles.contains(r))
    }

    /// Whether records of this branch and operator are within reach.
    pub fn reaches(&self, branch: UnitId, operator: OperatorId) -> bool {
        match self.scope {
            Scope::Bureau => true,
            Scope::Branch(own) => own == branch,
            Scope::Operator(own) => own == operator,
        }
    }
}
