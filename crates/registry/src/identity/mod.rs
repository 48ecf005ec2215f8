//! Logins: who may open a door. A login belongs to one officer or to one operator's person;
//! a session or a token stands for it and never outlives it.
//!
//! Invariants: no secret is stored, only its hash; a wrong name and a wrong password give the
//! same answer after the same work; the last administrator cannot be closed.

mod act;
mod read;
mod secret;
mod sql;
#[cfg(test)]
mod tests;

pub use act::{
    change_password, close_account, issue_token, log_in, log_out, open_account, revoke_token, set_access,
    set_password, touch,
};
pub use read::{account, accounts, by_session, by_token, tokens};
pub use secret::{Cost, Hashed, Hasher};
pub use sql::STATEMENTS;

use kernel::{AccountId, Actor, Bilingual, OfficerId, OperatorId, Role, Scope, Timestamp, TokenId, UnitId};

/// Failed attempts of one login after which it waits.
pub const FAILURES: i64 = 5;
/// For how long a failure counts, and so the longest wait: 15 minutes, in microseconds.
pub const FAILURE_WINDOW: i64 = Timestamp::HOUR / 4;

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Hours from log-in to the end, whatever happens.
    pub whole_hours: i64,
    /// Hours without a request after which it ends.
    pub idle_hours: i64,
}

impl Default for Lifetime {
    /// A shift, and one hour without a sign of life.
    fn default() -> Lifetime {
        Lifetime { whole_hours: 12, idle_hours: 1 }
    }
}

/// Who asks for a change of logins: the actor, and the login that the actor came with.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The actor.
    pub actor: &'a Actor,
    /// The actor's own login; none for the clockwork and the command line.
    pub account: Option<AccountId>,
}

/// A login as it is kept, without its secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// The name typed at log-in.
    pub login: String,
    /// The officer, when it is one.
    pub officer: Option<OfficerId>,
    /// The operator, when it is an operator's person.
    pub operator: Option<OperatorId>,
    /// Doors that it opens.
    pub roles: Vec<Role>,
    /// The officer's own unit.
    pub unit: Option<UnitId>,
    /// The branch whose records are within reach; none for the whole bureau.
    pub branch: Option<UnitId>,
    /// Name as the registry has it.
    pub name: Bilingual,
    /// Language tag: `zh-CN` or `en`.
    pub lang: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed, if it was.
    pub closed_at: Option<Timestamp>,
}

impl Account {
    /// The actor that this login stands for.
    pub fn actor(&self) -> Actor {
        let scope = match (self.operator, self.branch) {
            (Some(operator), _) => Scope::Operator(operator),
            (None, Some(branch)) => Scope::Branch(branch),
            (None, None) => Scope::Bureau,
        };
        Actor {
            officer: self.officer,
            unit: self.unit,
            name: self.name.clone(),
            roles: self.roles.clone(),
            scope,
        }
    }
}

/// A login to be opened.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name typed at log-in: 3 to 40 of `a-z 0-9 . _ -`, kept in lower case.
    pub login: String,
    /// The officer; exactly one of officer and operator is given.
    pub officer: Option<OfficerId>,
    /// The operator.
    pub operator: Option<OperatorId>,
    /// Doors that it opens; an operator's person is a declarant and nothing else.
    pub roles: Vec<Role>,
    /// The officer's own unit.
    pub unit: Option<UnitId>,
    /// The branch whose records are within reach; none for the whole bureau.
    pub branch: Option<UnitId>,
    /// Name in both languages.
    pub name: Bilingual,
    /// Language tag.
    pub lang: String,
}

/// A session that holds at the instant of reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The login that it stands for.
    pub account: Account,
    /// Token against forged requests.
    pub csrf: String,
    /// The last request that was noted.
    pub last_seen_at: Timestamp,
    /// The end, whatever happens.
    pub expires_at: Timestamp,
}

/// A session just opened. The token is told once, here.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The secret for the cookie, hex.
    pub token: String,
    /// The login.
    pub account: AccountId,
    /// The end, whatever happens.
    pub expires_at: Timestamp,
}

/// An API token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its row.
    pub id: TokenId,
    /// What it is for.
    pub label: String,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}
