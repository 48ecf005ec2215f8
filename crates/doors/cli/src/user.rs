//! Logins at the command line: how the first administrator comes in.

use crate::{found, say::Say};
use flow::{Desk, OfficerLogin, open_officer_login};
use kernel::{Actor, No, Refusal, Result, Role, bi};
use registry::identity::{By, Cost, Hasher, accounts, issue_token};

/// Opens a login for an officer of the bureau itself, with one role.
pub(crate) async fn add(desk: &Desk, login: &str, role: &str, name: &str, say: Say) -> Result<()> {
    let Some(role) = Role::parse(role).filter(|r| *r != Role::Declarant) else {
        return Err(Refusal::new("identity.role", bi("没有该角色", "there is no such role"))
            .missing("role", role, bi("见 guomen user add --help", "see guomen user add --help"))
            .into());
    };
    let password = std::env::var("GUOMEN_PASSWORD").map_err(|_| {
        No::from(Refusal::new("identity.password", bi("未给出密码", "no password was given")).missing(
            "GUOMEN_PASSWORD",
            "",
            bi("以环境变量给出 12 至 128 个字符", "give 12 to 128 characters in this variable"),
        ))
    })?;
    let bureau = found(desk).await?;
    let hashed = Hasher::new(Cost::Service)?.hash(&desk.chance, &password).await?;
    let by = Actor::system();
    let mut tx = desk.begin().await?;
    let new = OfficerLogin {
        login,
        staff_no: login,
        name: bi(name, name),
        unit: &bureau,
        post: role.code(),
        post_name: role.name(),
        roles: vec![role],
        lang: "zh-CN",
    };
    let (account, _) = open_officer_login(&mut tx, By { actor: &by, account: None }, new, &hashed).await?;
    desk.finish(tx).await?;
    say.done(
        &serde_json::json!({ "account": account, "login": login }),
        &format!("{login} may log in as {}", role.code()),
    );
    Ok(())
}

/// Issues an API token for a login.
pub(crate) async fn token(desk: &Desk, login: &str, label: &str, say: Say) -> Result<()> {
    let mut tx = desk.begin().await?;
    // Logins come in the order of their names: the first after the one before it is the one, or there is none.
    let before = login.get(..login.len().saturating_sub(1)).unwrap_or_default();
    let found = accounts(&mut tx, before, 1000).await?.into_iter().find(|a| a.login == login);
    let Some(account) = found else {
        return Err(Refusal::new("identity.not_found", bi("没有这个账户", "there is no such account"))
            .missing("login", login, bi("核对用户名", "check the login name"))
            .into());
    };
    let by = Actor::system();
    let (id, token) = issue_token(&mut tx, By { actor: &by, account: None }, account.id, label).await?;
    desk.finish(tx).await?;
    say.done(&serde_json::json!({ "id": id, "token": token }), &token);
    Ok(())
}
