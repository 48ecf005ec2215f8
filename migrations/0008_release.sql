-- Release: what speaks for and against a lot, what was decided on it, and where it is stowed. Then certificates.
create table release_evidence (
  id uuid primary key,
  source uuid not null,
  kind text not null,
  declaration uuid not null references declaration (id),
  lot uuid references lot (id),
  what text not null,
  verdict text not null,
  at bigint not null
);
create index release_evidence_declaration on release_evidence (declaration, at);
create table settlement (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  lot uuid not null references lot (id),
  branch uuid not null references unit (id),
  origin text not null,
  outcome text not null,
  reason text not null,
  note text not null,
  evidence text not null,
  officer uuid references officer (id),
  authorisation uuid,
  rule_version text not null,
  at bigint not null,
  ended_at bigint,
  ended_by uuid,
  ended_how text,
  ended_reason text
);
create unique index settlement_open on settlement (lot, origin) where ended_at is null;
create index settlement_declaration on settlement (declaration, at);
create index settlement_outcome on settlement (outcome, at, id);
create table container_load (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  container text not null,
  seal text not null,
  officer uuid references officer (id),
  at bigint not null
);
create index container_load_declaration on container_load (declaration, at);
create index container_load_container on container_load (container, at);
create table lot_removal (
  lot uuid primary key references lot (id),
  declaration uuid not null references declaration (id),
  container text not null,
  seal text not null,
  note text not null,
  officer uuid not null references officer (id),
  at bigint not null
);
create index lot_removal_container on lot_removal (container, at);
create table certificate (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  branch uuid not null references unit (id),
  operator uuid not null references operator (id),
  kind text not null,
  draft text not null,
  filled text not null,
  drafted_at bigint not null,
  replaces uuid references certificate (id),
  amended text not null,
  no text unique,
  code text unique,
  body text,
  sha256 bytea,
  public_key bytea,
  signature bytea,
  signed_by uuid references officer (id),
  authorisation uuid,
  signed_at bigint,
  ended_at bigint,
  ended_by uuid,
  ended_how text,
  ended_reason text,
  replaced_by uuid references certificate (id)
);
create index certificate_declaration on certificate (declaration, drafted_at);
create index certificate_time on certificate (drafted_at, id);
create unique index certificate_replacing on certificate (replaces) where ended_at is null and replaces is not null;
create table code_miss (id uuid primary key, source bytea not null, at bigint not null);
create index code_miss_source on code_miss (source, at);
create index code_miss_at on code_miss (at);
