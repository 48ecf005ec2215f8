//! The verbs of logins: open, close, set the password, log in and out, issue and revoke tokens.

use super::{
    Account, By, FAILURE_WINDOW, FAILURES, Hashed, Hasher, Lifetime, NewAccount, Opened, read, secret, sql,
};
use kernel::{
    AccountId, Actor, Bilingual, Chance, Clock, No, Refusal, Result, Role, Scope, Timestamp, TokenId, UnitId,
    bi, identity,
};
use store::{Db, Tx, vals};
use uuid::Uuid;

/// Opens a login.
pub async fn open_account(tx: &mut Tx, by: By<'_>, new: NewAccount, password: &Hashed) -> Result<AccountId> {
    keeper(by)?;
    let login = new.login.trim().to_ascii_lowercase();
    check(&new, &login)?;
    if tx.opt(sql::ACCOUNT_BY_LOGIN, vals![&login]).await?.is_some() {
        return Err(Refusal::new("identity.login_taken", bi("用户名已被使用", "the user name is taken"))
            .missing("login", &login, bi("换一个用户名", "choose another user name"))
            .into());
    }
    let id: AccountId = tx.id();
    let roles = new.roles.iter().map(|r| r.code()).collect::<Vec<_>>().join(",");
    let lang = if new.lang.is_empty() { "zh-CN".to_owned() } else { new.lang };
    let vals = vals![
        id,
        &login,
        password.phc(),
        new.officer,
        new.operator,
        roles,
        new.unit,
        new.branch,
        new.name.zh,
        new.name.en,
        lang,
        tx.now(),
    ];
    tx.exec(sql::ACCOUNT_ADD, vals).await?;
    let (officer, operator) = (new.officer, new.operator);
    let fact = identity::AccountOpened { account: id, login, officer, operator, roles: new.roles };
    tx.append(id.subject(), by.actor.officer, by.actor.unit, fact);
    Ok(id)
}

/// Sets a password anew, by an administrator or by the login's own person; ends all its sessions.
pub async fn set_password(tx: &mut Tx, by: By<'_>, account: AccountId, password: &Hashed) -> Result<()> {
    own_or_keeper(by, account)?;
    if tx.exec(sql::PASSWORD_SET, vals![account, password.phc()]).await? == 0 {
        return Err(closed(tx, account).await);
    }
    tx.exec(sql::SESSIONS_END, vals![account]).await?;
    tx.append(account.subject(), by.actor.officer, by.actor.unit, identity::PasswordChanged { account });
    Ok(())
}

/// Sets a password anew by the login's own person, who shows the old one; ends all its sessions. Wrong guesses
/// count with those at the log-in page.
pub async fn change_password(
    db: &Db,
    clock: &Clock,
    chance: &Chance,
    hasher: &Hasher,
    own: &Account,
    (old, new): (&str, &str),
) -> Result<()> {
    let hashed = hasher.hash(chance, new).await?;
    let key = hex::encode(secret::digest(&own.login));
    let mut tx = db.begin(clock, chance).await?;
    throttle(&mut tx, &key).await?;
    tx.exec(sql::ATTEMPT_ADD, vals![tx.id::<Uuid>(), &key, tx.now()]).await?;
    let kept = tx.opt(sql::PASSWORD_OF_LOGIN, vals![&own.login]).await?;
    let kept: Option<String> = kept.map(|r| r.get(1)).transpose()?;
    tx.commit().await?;
    if !hasher.holds(kept, old).await? {
        let what = bi("原密码不正确", "the old password is not correct");
        return Err(Refusal::new("identity.old_password", what)
            .missing("old", "", bi("输入现用的密码", "enter the password in use now"))
            .remedy(bi("忘记密码请联系系统管理员重置", "Ask an administrator to reset it if it is lost"))
            .into());
    }
    let actor = own.actor();
    let mut tx = db.begin(clock, chance).await?;
    tx.exec(sql::ATTEMPTS_CLEAR, vals![&key]).await?;
    set_password(&mut tx, By { actor: &actor, account: Some(own.id) }, own.id, &hashed).await?;
    tx.commit().await.map(drop)
}

/// Sets the doors that a login opens and its reach; ends its sessions, so that nothing old stays open.
pub async fn set_access(
    tx: &mut Tx,
    by: By<'_>,
    account: AccountId,
    roles: Vec<Role>,
    branch: Option<UnitId>,
) -> Result<()> {
    keeper(by)?;
    let found = read::account(tx, account).await?;
    let mut no = Refusal::new("identity.access", bi("不能这样设置", "access cannot be set so"));
    if roles.is_empty() || roles.iter().any(|r| (*r == Role::Declarant) != found.operator.is_some()) {
        no = no.missing("roles", "", roles_needed());
    }
    if found.operator.is_some() && branch.is_some() {
        let needed = bi("企业人员只及于本企业", "an operator's person reaches that operator only");
        no = no.missing("branch", "", needed);
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let keeps = roles.contains(&Role::Admin) && branch.is_none();
    if found.roles.contains(&Role::Admin) && found.branch.is_none() && !keeps {
        another_admin(tx, account).await?;
    }
    let codes = roles.iter().map(|r| r.code()).collect::<Vec<_>>().join(",");
    if tx.exec(sql::ACCESS_SET, vals![account, codes, branch]).await? == 0 {
        return Err(closed(tx, account).await);
    }
    tx.exec(sql::SESSIONS_END, vals![account]).await?;
    let fact = identity::AccessSet { account, roles, branch };
    tx.append(account.subject(), by.actor.officer, by.actor.unit, fact);
    Ok(())
}

/// Refuses to take the last administrator away.
async fn another_admin(tx: &mut Tx, account: AccountId) -> Result<()> {
    let others: i64 = tx.one(sql::OTHER_ADMINS, vals![account]).await?.get(0)?;
    if others > 0 {
        return Ok(());
    }
    let what = bi("不能去掉最后一名系统管理员", "the last administrator cannot be taken away");
    Err(Refusal::new("identity.last_admin", what)
        .remedy(bi("先开设另一名系统管理员的账户", "Open an account for another administrator first"))
        .into())
}

/// Closes a login with its sessions and tokens. The last administrator stays.
pub async fn close_account(tx: &mut Tx, by: By<'_>, account: AccountId, reason: &str) -> Result<()> {
    keeper(by)?;
    let reason = words("reason", reason)?;
    let found = read::account(tx, account).await?;
    if found.roles.contains(&Role::Admin) && found.closed_at.is_none() {
        another_admin(tx, account).await?;
    }
    if tx.exec(sql::ACCOUNT_CLOSE, vals![account, tx.now()]).await? == 0 {
        return Err(closed(tx, account).await);
    }
    tx.exec(sql::SESSIONS_END, vals![account]).await?;
    for r in tx.all(sql::TOKENS_LIVE_OF, vals![account]).await? {
        revoke(tx, by, r.get(0)?).await?;
    }
    let fact = identity::AccountClosed { account, reason };
    tx.append(account.subject(), by.actor.officer, by.actor.unit, fact);
    Ok(())
}

/// Opens a session. Unknown name, closed login and wrong password have one answer.
pub async fn log_in(
    db: &Db,
    clock: &Clock,
    chance: &Chance,
    hasher: &Hasher,
    (login, password): (&str, &str),
    life: Lifetime,
) -> Result<Opened> {
    let login = login.trim().to_ascii_lowercase();
    // People type passwords into the wrong field: the throttle keeps a hash of what was typed.
    let key = hex::encode(secret::digest(&login));
    let mut tx = db.begin(clock, chance).await?;
    throttle(&mut tx, &key).await?;
    // Counted before the password is checked, so that many at once cannot slip through together.
    tx.exec(sql::ATTEMPT_ADD, vals![tx.id::<Uuid>(), &key, tx.now()]).await?;
    let known = tx.opt(sql::PASSWORD_OF_LOGIN, vals![&login]).await?;
    let known = known.map(|r| Ok::<_, No>((r.get::<AccountId>(0)?, r.get::<String>(1)?))).transpose()?;
    tx.commit().await?;

    let phc = known.as_ref().map(|(_, phc)| phc.clone());
    let holds = hasher.holds(phc, password).await?;
    let Some((account, checked)) = known.filter(|_| holds) else { return Err(wrong()) };

    let mut tx = db.begin(clock, chance).await?;
    // Closed or changed while the password was being checked: that answer no longer counts.
    let now_kept = tx.opt(sql::PASSWORD_OF_LOGIN, vals![&login]).await?;
    if now_kept.map(|r| r.get::<String>(1)).transpose()?.as_ref() != Some(&checked) {
        return Err(wrong());
    }
    tx.exec(sql::ATTEMPTS_CLEAR, vals![&key]).await?;
    tx.exec(sql::SESSIONS_EXPIRED, vals![tx.now()]).await?;
    let (token, csrf) = (secret::random(chance), secret::random(chance));
    let expires_at = tx.now().plus_hours(life.whole_hours);
    let vals = vals![secret::digest(&token), account, csrf, tx.now(), expires_at];
    tx.exec(sql::SESSION_ADD, vals).await?;
    tx.commit().await?;
    Ok(Opened { token, account, expires_at })
}

/// Notes that a session is alive. Callers do so now and then, not at each request.
pub async fn touch(tx: &mut Tx, token: &str) -> Result<()> {
    tx.exec(sql::SESSION_SEEN, vals![secret::digest(token), tx.now()]).await.map(drop)
}

/// Ends a session; one that is over already is no error.
pub async fn log_out(tx: &mut Tx, token: &str) -> Result<()> {
    tx.exec(sql::SESSION_END, vals![secret::digest(token)]).await.map(drop)
}

/// Issues an API token for a login; the secret is told once, here.
pub async fn issue_token(
    tx: &mut Tx,
    by: By<'_>,
    account: AccountId,
    label: &str,
) -> Result<(TokenId, String)> {
    own_or_keeper(by, account)?;
    let label = words("label", label)?;
    if read::account(tx, account).await?.closed_at.is_some() {
        return Err(closed(tx, account).await);
    }
    let (id, token): (TokenId, String) = (tx.id(), secret::random(tx.chance()));
    tx.exec(sql::TOKEN_ADD, vals![id, secret::digest(&token), account, &label, tx.now()]).await?;
    let fact = identity::TokenIssued { token: id, account, label };
    tx.append(id.subject(), by.actor.officer, by.actor.unit, fact);
    Ok((id, token))
}

/// Revokes an API token, by an administrator or by its own person.
pub async fn revoke_token(tx: &mut Tx, by: By<'_>, token: TokenId) -> Result<()> {
    let owner = tx.opt(sql::TOKEN_OWNER, vals![token]).await?.map(|r| r.get(0)).transpose()?;
    let Some(owner) = owner else {
        return Err(Refusal::new("identity.not_found", bi("没有这个令牌", "there is no such token")).into());
    };
    own_or_keeper(by, owner)?;
    if !revoke(tx, by, token).await? {
        return Err(
            Refusal::new("identity.closed", bi("令牌已经作废", "the token is revoked already")).into()
        );
    }
    Ok(())
}

async fn revoke(tx: &mut Tx, by: By<'_>, token: TokenId) -> Result<bool> {
    let done = tx.exec(sql::TOKEN_REVOKE, vals![token, tx.now()]).await? > 0;
    if done {
        tx.append(token.subject(), by.actor.officer, by.actor.unit, identity::TokenRevoked { token });
    }
    Ok(done)
}

async fn throttle(tx: &mut Tx, key: &str) -> Result<()> {
    let since = Timestamp(tx.now().0 - FAILURE_WINDOW);
    tx.exec(sql::ATTEMPTS_OLD, vals![since]).await?;
    let failures = tx.all(sql::ATTEMPTS, vals![key, since, FAILURES]).await?;
    if (failures.len() as i64) < FAILURES {
        return Ok(());
    }
    let oldest: Timestamp = failures.last().map_or(Ok(since), |r| r.get(0))?;
    let minutes = (oldest.0 + FAILURE_WINDOW - tx.now().0).max(1).div_ceil_minutes();
    Err(Refusal::new("identity.throttled", bi("登录失败次数过多", "too many failed attempts to sign in"))
        .remedy(bi(
            format!("请等待 {minutes} 分钟后再登录；忘记密码请联系系统管理员"),
            format!("Wait {minutes} minutes, then sign in; ask an administrator if the password is lost"),
        ))
        .into())
}

/// Minutes, rounded up, of a span in microseconds.
trait Minutes {
    fn div_ceil_minutes(self) -> i64;
}

impl Minutes for i64 {
    fn div_ceil_minutes(self) -> i64 {
        let minute = Timestamp::HOUR / 60;
        (self + minute - 1) / minute
    }
}

fn wrong() -> No {
    Refusal::new("identity.login", bi("用户名或密码不正确", "the user name or password is not correct"))
        .remedy(bi("核对后重新输入", "Check both and enter them again"))
        .into()
}

fn keeper(by: By<'_>) -> Result<()> {
    // An administrator of one branch could otherwise open a login that reaches further than his own.
    if (by.actor.has(&[Role::Admin]) && by.actor.scope == Scope::Bureau) || by_rule(by.actor) {
        return Ok(());
    }
    let what = bi("账户只能由系统管理员办理", "accounts are kept by administrators only");
    Err(Refusal::new("access.role", what).remedy(bi("请联系系统管理员", "Ask an administrator")).into())
}

fn own_or_keeper(by: By<'_>, account: AccountId) -> Result<()> {
    if by.account == Some(account) { Ok(()) } else { keeper(by) }
}

/// The command line and the clockwork: no login opens as an officer-less, role-less reach over the bureau.
fn by_rule(actor: &Actor) -> bool {
    actor.officer.is_none() && actor.roles.is_empty() && actor.scope == Scope::Bureau
}

async fn closed(tx: &mut Tx, account: AccountId) -> No {
    match read::account(tx, account).await {
        Ok(found) => Refusal::new("identity.closed", bi("账户已关闭", "the account is closed"))
            .missing("account", found.login, bi("请开设新账户", "open a new account"))
            .into(),
        Err(no) => no,
    }
}

fn words(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if (1..=200).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Refusal::new("identity.words", bi("缺少说明", "some words are missing"))
        .missing(field, text, bi("填写 1 至 200 个字", "write 1 to 200 characters"))
        .into())
}

fn roles_needed() -> Bilingual {
    bi(
        "企业只能是报检员；人员至少一个其他角色",
        "an operator's person is a declarant only; an officer has at least one other role",
    )
}

fn check(new: &NewAccount, login: &str) -> Result<()> {
    let mut refusal =
        Refusal::new("identity.account", bi("账户资料不完整", "the account cannot be opened so"))
            .remedy(bi("补正后重新提交", "Correct it and submit again"));
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if !(3..=40).contains(&login.len()) || !login.chars().all(allowed) {
        let needed = bi("3 至 40 个小写字母、数字或 . _ -", "3 to 40 small letters, digits or . _ -");
        refusal = refusal.missing("login", login, needed);
    }
    if new.officer.is_some() == new.operator.is_some() {
        let needed = bi("人员和企业二者选一", "exactly one of officer and operator");
        refusal = refusal.missing("officer", "", needed);
    }
    let for_operator = new.operator.is_some();
    if new.roles.is_empty() || new.roles.iter().any(|r| (*r == Role::Declarant) != for_operator) {
        let given = new.roles.iter().map(|r| r.code()).collect::<Vec<_>>().join(",");
        refusal = refusal.missing("roles", given, roles_needed());
    }
    if new.name.zh.trim().is_empty() || new.name.en.trim().is_empty() {
        refusal = refusal.missing("name", "", bi("填写中文名和英文名", "a name in both languages"));
    }
    if refusal.missing.is_empty() { Ok(()) } else { Err(refusal.into()) }
}
