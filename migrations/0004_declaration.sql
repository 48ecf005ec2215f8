-- The first stations of the main line: declarations with their lots, and the lanes decided for them.
create table counter (name text primary key, n bigint not null);
create table declaration (
  id uuid primary key,
  no text not null unique,
  branch uuid not null references unit (id),
  direction text not null,
  operator uuid not null references operator (id),
  plant uuid references plant (id),
  market text not null,
  origin text not null,
  port text not null,
  mode text not null,
  goods text not null,
  risk text not null,
  stage text not null,
  lane text not null,
  selected boolean not null,
  rule_version text not null,
  fingerprint bytea not null,
  idem_key text unique,
  lodged_at bigint not null,
  due_at bigint not null
);
create index declaration_time on declaration (lodged_at, id);
create index declaration_branch on declaration (branch, lodged_at, id);
create index declaration_operator on declaration (operator, lodged_at, id);
create index declaration_stage on declaration (stage, lodged_at, id);
create index declaration_fingerprint on declaration (fingerprint);
create table line (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  line_no bigint not null,
  hs text not null,
  name text not null,
  milli bigint not null,
  unit_code text not null,
  unique (declaration, line_no)
);
create table lot (
  id uuid primary key,
  line uuid not null references line (id),
  declaration uuid not null references declaration (id),
  lot_no text not null,
  milli bigint not null,
  unit_code text not null
);
create index lot_declaration on lot (declaration, lot_no);
create index lot_no on lot (lot_no);
create table decision (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  lane text not null,
  rate_ppm bigint not null,
  draw_ppm bigint not null,
  selected boolean not null,
  basis text not null,
  seed bytea not null,
  inputs text not null,
  reasons text not null,
  rule_version text not null,
  at bigint not null
);
create index decision_declaration on decision (declaration, at);
create table added_check (
  declaration uuid primary key references declaration (id),
  reason text not null,
  by_officer uuid not null,
  at bigint not null
);
