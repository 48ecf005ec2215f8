//! Facts about logins. No secret and no password hash ever enters the ledger.

use crate::{AccountId, OfficerId, OperatorId, Role, TokenId, UnitId, fact::facts};
use serde::{Deserialize, Serialize};

facts! {
    /// What can happen to logins.
    Identity {
        AccountOpened => "identity.account_opened",
        AccessSet => "identity.access_set",
        PasswordChanged => "identity.password_changed",
        AccountClosed => "identity.account_closed",
        TokenIssued => "identity.token_issued",
        TokenRevoked => "identity.token_revoked",
    }
}

/// A login was opened for an officer or for an operator's person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountOpened {
    /// The login's row.
    pub account: AccountId,
    /// The login name.
    pub login: String,
    /// The officer, when it is one.
    pub officer: Option<OfficerId>,
    /// The operator, when it is an operator's person.
    pub operator: Option<OperatorId>,
    /// Doors that it opens.
    pub roles: Vec<Role>,
}

/// The doors that a login opens, and its reach, were set anew; all sessions of the login ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessSet {
    /// The login's row.
    pub account: AccountId,
    /// Doors that it opens from now on.
    pub roles: Vec<Role>,
    /// The branch whose records are within reach; none for the whole bureau.
    pub branch: Option<UnitId>,
}

/// A password was set anew; all sessions of the login ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// The login's row.
    pub account: AccountId,
}

/// A login was closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountClosed {
    /// The login's row.
    pub account: AccountId,
    /// Why.
    pub reason: String,
}

/// An API token was issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenIssued {
    /// The token's row.
    pub token: TokenId,
    /// The login that it stands for.
    pub account: AccountId,
    /// What it is for.
    pub label: String,
}

/// An API token was revoked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenRevoked {
    /// The token's row.
    pub token: TokenId,
}
