-- Logins, their sessions and tokens. Secrets are kept as hashes only.
create table account (
  id uuid primary key,
  login text not null unique,
  password_hash text not null,
  officer uuid,
  operator uuid,
  roles text not null,
  unit uuid,
  branch uuid,
  name_zh text not null,
  name_en text not null,
  lang text not null,
  opened_at bigint not null,
  closed_at bigint
);

create table session (
  token_sha256 bytea primary key,
  account uuid not null references account (id),
  csrf text not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null
);
create index session_account on session (account);
create index session_expiry on session (expires_at);

create table api_token (
  id uuid primary key,
  token_sha256 bytea not null unique,
  account uuid not null references account (id),
  label text not null,
  created_at bigint not null,
  revoked_at bigint
);
create index api_token_account on api_token (account);

create table login_attempt (id uuid primary key, login text not null, at bigint not null);
create index login_attempt_login on login_attempt (login, at);
create index login_attempt_at on login_attempt (at);
