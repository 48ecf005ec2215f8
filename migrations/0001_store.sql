-- The ledger, jobs, documents and keys. One text for SQLite and PostgreSQL.
create table ledger (
  seq bigint primary key,
  id uuid not null,
  at bigint not null,
  kind text not null,
  subject text not null,
  actor uuid,
  unit uuid,
  body text not null,
  hash bytea not null
);
create index ledger_subject on ledger (subject, seq);
create index ledger_kind on ledger (kind, seq);

create table ledger_head (one bigint primary key, seq bigint not null, hash bytea, at bigint not null);
insert into ledger_head (one, seq, hash, at) values (1, 0, null, 0);

create table checkpoint (
  seq bigint primary key,
  hash bytea not null,
  at bigint not null,
  public_key bytea not null,
  signature bytea not null
);

create table signing_key (public_key bytea primary key, secret bytea not null, created_at bigint not null);

create table job (
  id uuid primary key,
  kind text not null,
  key text not null,
  payload text not null,
  run_at bigint not null,
  attempts bigint not null,
  state text not null,
  lease_until bigint,
  last_error text,
  created_at bigint not null,
  done_at bigint,
  unique (kind, key)
);
create index job_due on job (state, run_at);

create table document (
  sha256 bytea primary key,
  media_type text not null,
  size bigint not null,
  bytes bytea not null,
  created_at bigint not null
);
create table attachment (
  id uuid primary key,
  subject text not null,
  sha256 bytea not null references document (sha256),
  name text not null,
  note text not null,
  by_officer uuid,
  at bigint not null
);
create index attachment_subject on attachment (subject, at);
