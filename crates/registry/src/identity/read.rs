//! Reading logins: by session, by token, by row, as a list.

use super::{Account, Lifetime, Session, Token, secret, sql};
use kernel::{AccountId, Refusal, Result, Role, bi};
use store::{Row, Tx, vals};

pub(super) fn row(r: &Row) -> Result<Account> {
    let roles: String = r.get(4)?;
    Ok(Account {
        id: r.get(0)?,
        login: r.get(1)?,
        officer: r.get(2)?,
        operator: r.get(3)?,
        roles: roles.split(',').filter_map(Role::parse).collect(),
        unit: r.get(5)?,
        branch: r.get(6)?,
        name: bi(r.get::<String>(7)?, r.get::<String>(8)?),
        lang: r.get(9)?,
        opened_at: r.get(10)?,
        closed_at: r.get(11)?,
    })
}

/// The session of a cookie's token; none when it is unknown, ended, too old or too long idle.
pub async fn by_session(tx: &mut Tx, token: &str, life: Lifetime) -> Result<Option<Session>> {
    let idle_since = tx.now().plus_hours(-life.idle_hours);
    let found = tx.opt(sql::SESSION_LIVE, vals![secret::digest(token), tx.now(), idle_since]).await?;
    found
        .map(|r| {
            Ok(Session {
                account: row(&r)?,
                csrf: r.get(12)?,
                last_seen_at: r.get(13)?,
                expires_at: r.get(14)?,
            })
        })
        .transpose()
}

/// The login that an API token stands for; none when the token is unknown or revoked or its login closed.
pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Option<Account>> {
    tx.opt(sql::TOKEN_LIVE, vals![secret::digest(token)]).await?.map(|r| row(&r)).transpose()
}

/// One login; a refusal when there is none.
pub async fn account(tx: &mut Tx, id: AccountId) -> Result<Account> {
    match tx.opt(sql::ACCOUNT_BY_ID, vals![id]).await? {
        Some(r) => row(&r),
        None => Err(Refusal::new("identity.not_found", bi("没有这个账户", "there is no such account"))
            .missing("account", id, bi("请从账户列表中选择", "choose one from the list of accounts"))
            .remedy(bi("打开账户列表", "Open the list of accounts"))
            .into()),
    }
}

/// A page of logins by name, after `after` (empty for the first page).
pub async fn accounts(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Account>> {
    tx.all(sql::ACCOUNTS_AFTER, vals![after, limit]).await?.iter().map(row).collect()
}

/// The newest 200 tokens of a login, revoked ones included.
pub async fn tokens(tx: &mut Tx, account: AccountId) -> Result<Vec<Token>> {
    let rows = tx.all(sql::TOKENS_OF, vals![account]).await?;
    rows.iter()
        .map(|r| Ok(Token { id: r.get(0)?, label: r.get(1)?, created_at: r.get(2)?, revoked_at: r.get(3)? }))
        .collect()
}
