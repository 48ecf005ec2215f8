-- Who and what exists, and under which rules.
create table unit (
  id uuid primary key,
  code text not null unique,
  kind text not null,
  name_zh text not null,
  name_en text not null,
  parent uuid references unit (id),
  branch uuid
);
create table post (id uuid primary key, code text not null unique, name_zh text not null, name_en text not null, tasks text not null);
create table officer (
  id uuid primary key,
  staff_no text not null unique,
  name_zh text not null,
  name_en text not null,
  unit uuid not null references unit (id),
  branch uuid,
  post uuid not null references post (id),
  on_duty boolean not null,
  since bigint not null
);
create index officer_branch on officer (branch, staff_no);
create table interest (
  officer uuid not null references officer (id),
  operator uuid not null,
  reason text not null,
  declared_at bigint not null,
  primary key (officer, operator)
);
create table operator (
  id uuid primary key,
  code text not null unique,
  kind text not null,
  name_zh text not null,
  name_en text not null,
  class bigint not null,
  since bigint not null
);
create table plant (
  id uuid primary key,
  filing_no text not null unique,
  operator uuid not null references operator (id),
  name_zh text not null,
  name_en text not null,
  branch uuid not null references unit (id),
  since bigint not null
);
create table farm (
  id uuid primary key,
  filing_no text not null unique,
  plant uuid not null references plant (id),
  name_zh text not null,
  name_en text not null,
  area_mu bigint not null,
  month_max_kg bigint not null,
  since bigint not null
);
create table product (
  id uuid primary key,
  hs text not null unique,
  name_zh text not null,
  name_en text not null,
  risk text not null,
  food boolean not null,
  since bigint not null
);
create table rule_pack (
  id uuid primary key,
  code text not null,
  version text not null,
  effective_from text not null,
  body text not null,
  sha256 text not null,
  adopted_by uuid,
  adopted_at bigint not null,
  unique (code, version)
);
create table calendar_day (day text primary key, working boolean not null, source text not null);
create table rules_version (one bigint primary key, n bigint not null);
insert into rules_version (one, n) values (1, 0);
