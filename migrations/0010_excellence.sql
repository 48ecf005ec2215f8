-- What is folded from the ledger, and the life cycle of brands, practices and standing rules.
create table indicator_cursor (
  one bigint primary key,
  seq bigint not null,
  closed_month bigint not null,
  catalogue text not null
);
insert into indicator_cursor (one, seq, closed_month, catalogue) values (1, 0, 0, '');
create table indicator_cell (
  indicator text not null,
  version bigint not null,
  month bigint not null,
  unit uuid not null,
  grp text not null,
  num bigint not null,
  den bigint not null,
  weight bigint not null,
  spread bytea not null,
  frozen boolean not null,
  f_num bigint not null,
  f_den bigint not null,
  f_weight bigint not null,
  f_spread bytea not null,
  primary key (indicator, version, month, unit, grp)
);
create index indicator_cell_open on indicator_cell (frozen, month);
create table indicator_case (
  space text not null,
  key uuid not null,
  state bytea not null,
  primary key (space, key)
);
create table indicator_target (
  indicator text not null,
  from_day text not null,
  milli bigint not null,
  reason text not null,
  set_by uuid,
  set_at bigint not null,
  primary key (indicator, from_day)
);
create table peer_group (unit uuid primary key references unit (id), name text not null, since bigint not null);
create index peer_group_name on peer_group (name);

create table brand (
  id uuid primary key,
  code text not null unique,
  unit uuid not null references unit (id),
  family text not null,
  mechanism text not null,
  name_zh text not null,
  name_en text not null,
  promise text not null,
  problem text not null,
  beneficiary text not null,
  core_work text not null,
  indicator text not null,
  starts_on text not null,
  ends_on text not null,
  stage text not null,
  baseline_months bigint not null,
  revision bigint not null,
  gate_due bigint,
  decide_due bigint,
  prolonged boolean not null,
  title boolean not null,
  proposed_by uuid,
  proposed_at bigint not null,
  changed_at bigint not null,
  reason text not null
);
create index brand_stage on brand (stage, code);
create index brand_unit on brand (unit, code);
create index brand_indicator on brand (indicator, stage);
create table brand_peer (brand uuid not null references brand (id), unit uuid not null references unit (id), at bigint not null, primary key (brand, unit));
create table brand_charter (
  brand uuid not null references brand (id),
  revision bigint not null,
  body text not null,
  sha256 text not null,
  gate uuid,
  decided_by uuid,
  at bigint not null,
  primary key (brand, revision)
);
create table brand_task (
  brand uuid not null references brand (id),
  no bigint not null,
  quarter text not null,
  what text not null,
  reported_at bigint,
  reported_by uuid,
  note text not null,
  facts text not null,
  primary key (brand, no)
);
create table gate (
  id uuid primary key,
  brand uuid not null references brand (id),
  outcome text not null,
  own_milli bigint not null,
  users_milli bigint not null,
  superior_milli bigint not null,
  weighted_milli bigint not null,
  effect text not null,
  guards text not null,
  note text not null,
  due_at bigint not null,
  held_by uuid,
  held_at bigint not null,
  rule_version text not null
);
create index gate_brand on gate (brand, held_at);
create table practice (
  id uuid primary key,
  brand uuid not null unique references brand (id),
  body text not null,
  sha256 text not null,
  packaged_by uuid,
  at bigint not null
);
create table practice_offer (
  id uuid primary key,
  practice uuid not null references practice (id),
  unit uuid not null references unit (id),
  due_at bigint not null,
  offered_at bigint not null,
  answer text,
  reason text not null,
  answered_at bigint,
  unique (practice, unit)
);
create table unit_grade (
  unit uuid not null references unit (id),
  mechanism text not null,
  grade text not null,
  evidence text not null,
  view text not null,
  at bigint not null,
  primary key (unit, mechanism, at)
);
create table help_plan (
  id uuid primary key,
  unit uuid not null references unit (id),
  helper uuid not null references unit (id),
  mechanism text not null,
  causes text not null,
  actions text not null,
  regrade_on text not null,
  unit_view text not null,
  at bigint not null
);
create index help_plan_unit on help_plan (unit, mechanism, at);
create table standing_rule (
  id uuid primary key,
  brand uuid not null references brand (id),
  title_zh text not null,
  title_en text not null,
  body text not null,
  change text not null,
  sha256 text not null,
  stage text not null,
  drafted_by uuid,
  drafted_at bigint not null,
  reviewed_by uuid,
  opinion text not null,
  no text unique,
  minutes text not null,
  effective_from text,
  review_on text,
  signed_by uuid,
  decided_at bigint,
  rule_version text not null
);
create index standing_rule_brand on standing_rule (brand);
