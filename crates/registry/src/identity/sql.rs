//! All SQL of logins, sessions, tokens and the throttle.

store::statements! {
    ACCOUNT_ADD = "insert into account (id, login, password_hash, officer, operator, roles, unit, branch, name_zh, name_en, lang, opened_at, closed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, null)";
    ACCOUNT_BY_ID = "select id, login, officer, operator, roles, unit, branch, name_zh, name_en, lang, opened_at, closed_at from account where id = $1";
    ACCOUNT_BY_LOGIN = "select id, login, officer, operator, roles, unit, branch, name_zh, name_en, lang, opened_at, closed_at from account where login = $1";
    /// A page of logins in the order of their names, after the last one seen.
    ACCOUNTS_AFTER = "select id, login, officer, operator, roles, unit, branch, name_zh, name_en, lang, opened_at, closed_at from account where login > $1 order by login limit $2";
    /// Other open logins that may keep the installation.
    OTHER_ADMINS = "select count(*) from account where closed_at is null and branch is null and id <> $1 and ',' || roles || ',' like '%,admin,%'";
    PASSWORD_OF_LOGIN = "select id, password_hash from account where login = $1 and closed_at is null";
    PASSWORD_SET = "update account set password_hash = $2 where id = $1 and closed_at is null";
    ACCESS_SET = "update account set roles = $2, branch = $3 where id = $1 and closed_at is null";
    ACCOUNT_CLOSE = "update account set closed_at = $2 where id = $1 and closed_at is null";

    SESSION_ADD = "insert into session (token_sha256, account, csrf, created_at, last_seen_at, expires_at) values ($1, $2, $3, $4, $4, $5)";
    SESSION_LIVE = "select a.id, a.login, a.officer, a.operator, a.roles, a.unit, a.branch, a.name_zh, a.name_en, a.lang, a.opened_at, a.closed_at, s.csrf, s.last_seen_at, s.expires_at from session s join account a on a.id = s.account where s.token_sha256 = $1 and s.expires_at > $2 and s.last_seen_at > $3 and a.closed_at is null";
    SESSION_SEEN = "update session set last_seen_at = $2 where token_sha256 = $1 and last_seen_at < $2";
    SESSION_END = "delete from session where token_sha256 = $1";
    SESSIONS_END = "delete from session where account = $1";
    SESSIONS_EXPIRED = "delete from session where expires_at <= $1";

    TOKEN_ADD = "insert into api_token (id, token_sha256, account, label, created_at, revoked_at) values ($1, $2, $3, $4, $5, null)";
    TOKEN_LIVE = "select a.id, a.login, a.officer, a.operator, a.roles, a.unit, a.branch, a.name_zh, a.name_en, a.lang, a.opened_at, a.closed_at from api_token t join account a on a.id = t.account where t.token_sha256 = $1 and t.revoked_at is null and a.closed_at is null";
    TOKEN_OWNER = "select account from api_token where id = $1";
    TOKEN_REVOKE = "update api_token set revoked_at = $2 where id = $1 and revoked_at is null";
    TOKENS_OF = "select id, label, created_at, revoked_at from api_token where account = $1 order by created_at desc, id desc limit 200";
    TOKENS_LIVE_OF = "select id from api_token where account = $1 and revoked_at is null order by id";

    /// The failures that still count, newest first: as many as the throttle allows.
    ATTEMPTS = "select at from login_attempt where login = $1 and at > $2 order by at desc limit $3";
    ATTEMPT_ADD = "insert into login_attempt (id, login, at) values ($1, $2, $3)";
    ATTEMPTS_CLEAR = "delete from login_attempt where login = $1";
    ATTEMPTS_OLD = "delete from login_attempt where at <= $1";
}
