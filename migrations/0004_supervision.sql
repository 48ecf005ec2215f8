-- The main line: from declaration to certificate.
create table counter (name text primary key, n bigint not null);
create table authorisation (
  id uuid primary key,
  officer uuid not null references officer (id),
  duty text not null,
  commodity text not null,
  valid_from text not null,
  valid_to text not null,
  valid_until bigint,
  basis text not null,
  emergency boolean not null,
  granted_by uuid,
  granted_at bigint not null,
  ended_at bigint,
  ended_how text,
  ended_reason text
);
create index authorisation_officer on authorisation (officer, duty);
create index authorisation_duty on authorisation (duty, valid_to);
create table step (
  declaration uuid not null,
  duty text not null,
  officer uuid not null,
  at bigint not null,
  primary key (declaration, duty, officer)
);
create table declaration (
  id uuid primary key,
  no text not null unique,
  branch uuid not null references unit (id),
  direction text not null,
  operator uuid not null references operator (id),
  agent uuid,
  plant uuid,
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
  rules uuid not null,
  fingerprint bytea not null,
  idem_key text unique,
  lodged_at bigint not null,
  due_at bigint not null,
  accepted_at bigint,
  amended bigint not null
);
create index declaration_time on declaration (lodged_at, id);
create index declaration_branch on declaration (branch, lodged_at, id);
create index declaration_operator on declaration (operator, lodged_at, id);
create index declaration_stage on declaration (stage, lodged_at, id);
create index declaration_branch_stage on declaration (branch, stage, lodged_at, id);
create index declaration_work on declaration (stage, due_at, id);
create index declaration_branch_work on declaration (branch, stage, due_at, id);
create index declaration_lane on declaration (lane, lodged_at, id);
create index declaration_fingerprint on declaration (fingerprint);
create table line (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  line_no bigint not null,
  hs text not null,
  name text not null,
  milli bigint not null,
  unit_code text not null,
  value_minor bigint,
  currency text
);
create index line_declaration on line (declaration, line_no);
create table lot (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  line uuid not null references line (id),
  lot_no text not null,
  milli bigint not null,
  unit_code text not null,
  produced_on text
);
create index lot_declaration on lot (declaration, lot_no);
create index lot_no on lot (lot_no);
create table notice (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  ordinal bigint not null,
  items text not null,
  note text not null,
  breach boolean not null,
  given_by uuid not null,
  given_at bigint not null,
  answered_at bigint
);
create index notice_declaration on notice (declaration, ordinal);
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
  at bigint not null,
  added_by uuid,
  added_reason text
);
create index decision_declaration on decision (declaration, at);
create table alert (
  id uuid primary key,
  hs text not null,
  country text,
  hazard text not null,
  measures text not null,
  issued_by uuid not null,
  issued_at bigint not null,
  review_on text not null,
  ended_at bigint,
  ended_reason text
);
create table task (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  branch uuid not null,
  basis text not null,
  plan text not null,
  seed bytea not null,
  units text not null,
  stage text not null,
  opened_at bigint not null,
  due_at bigint not null,
  appointed_at bigint,
  appointed_place text,
  team text not null
);
create index task_declaration on task (declaration);
create index task_work on task (stage, due_at, id);
create index task_branch_work on task (branch, stage, due_at, id);
create table record (
  id uuid primary key,
  task uuid not null references task (id),
  declaration uuid not null,
  conforming boolean not null,
  inspected bigint not null,
  defective bigint not null,
  findings text not null,
  note text not null,
  by_officer uuid not null,
  authorisation uuid not null,
  at bigint not null
);
create index record_declaration on record (declaration, at);
create table sample (
  id uuid primary key,
  no text not null unique,
  declaration uuid not null,
  lot uuid not null,
  milli bigint not null,
  unit_code text not null,
  seal_no text not null,
  stage text not null,
  taken_by uuid not null,
  taken_at bigint not null,
  due_at bigint not null
);
create index sample_declaration on sample (declaration);
create index sample_work on sample (stage, due_at, id);
create table custody (sample uuid not null, at bigint not null, from_officer uuid not null, to_officer uuid not null, seal_intact boolean not null, note text not null, primary key (sample, at));
create table test_request (sample uuid not null, analyte text not null, requested_by uuid not null, at bigint not null, primary key (sample, analyte));
create table test_result (
  id uuid primary key,
  sample uuid not null references sample (id),
  analyte text not null,
  method text not null,
  found text not null,
  unit_text text not null,
  loq text not null,
  uncertainty text not null,
  limit_value text,
  limit_source text not null,
  verdict text not null,
  by_officer uuid not null,
  authorisation uuid not null,
  at bigint not null,
  unique (sample, analyte)
);
create table settlement (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  lot uuid not null,
  outcome text not null,
  reason text not null,
  evidence text not null,
  rule_version text not null,
  by_officer uuid,
  authorisation uuid,
  at bigint not null,
  ended_at bigint
);
create index settlement_declaration on settlement (declaration, at);
create unique index settlement_open on settlement (lot) where ended_at is null;
create table certificate (
  id uuid primary key,
  no text unique,
  code text not null unique,
  declaration uuid not null references declaration (id),
  branch uuid not null,
  state text not null,
  form text not null,
  drafted_at bigint not null,
  due_at bigint not null,
  signed_by uuid,
  authorisation uuid,
  signed_at bigint,
  public_key bytea,
  signature bytea,
  ended_at bigint,
  ended_reason text,
  replaced_by uuid
);
create index certificate_declaration on certificate (declaration, drafted_at);
create index certificate_work on certificate (state, due_at, id);
create index certificate_branch_work on certificate (branch, state, due_at, id);
