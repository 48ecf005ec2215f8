-- Inspection tasks with plan, team, opening and record; samples with custody, tests and results.
create table inspection_task (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  branch uuid not null references unit (id),
  round bigint not null,
  basis text not null,
  reason text not null,
  state text not null,
  live boolean not null,
  version bigint not null,
  seed bytea not null,
  aql_thousandths bigint not null,
  team_min bigint not null,
  rule_version text not null,
  opened_at bigint not null,
  due_at bigint not null,
  closed_at bigint not null,
  changed_by uuid,
  changed_at bigint not null,
  unique (declaration, round)
);
create unique index inspection_task_live on inspection_task (declaration) where live;
create index inspection_task_due on inspection_task (live, due_at, id);
create index inspection_task_branch_due on inspection_task (branch, live, due_at, id);
create index inspection_task_closed on inspection_task (live, closed_at, id);
create table inspection_lot (
  task uuid not null references inspection_task (id),
  lot uuid not null references lot (id),
  ordinal bigint not null,
  lot_size bigint not null,
  basis text not null,
  letter text not null,
  sample_size bigint not null,
  accept bigint not null,
  reject bigint not null,
  units text not null,
  primary key (task, lot)
);
create table inspection_team (
  task uuid not null references inspection_task (id),
  officer uuid not null references officer (id),
  position bigint not null,
  primary key (task, officer)
);
create index inspection_team_officer on inspection_team (officer, task);
create table team_draw (
  task uuid not null references inspection_task (id),
  n bigint not null,
  seed bytea not null,
  candidates text not null,
  barred text not null,
  size bigint not null,
  picked text not null,
  by_officer uuid,
  at bigint not null,
  primary key (task, n)
);
create table appointment (
  task uuid primary key references inspection_task (id),
  at bigint not null,
  place text not null,
  containers text not null,
  customs_ref text,
  made_by uuid,
  made_at bigint not null,
  opened_at bigint,
  customs_conforming boolean,
  customs_note text,
  customs_at bigint
);
create table inspection_record (
  id uuid primary key,
  no text not null unique,
  task uuid not null references inspection_task (id),
  declaration uuid not null references declaration (id),
  state text not null,
  recorder uuid not null references officer (id),
  authorisation uuid not null,
  second uuid,
  second_authorisation uuid,
  conforming boolean not null,
  witness text not null,
  remarks text not null,
  objection text not null,
  key text not null unique,
  written_at bigint not null,
  signed_at bigint
);
create index inspection_record_task on inspection_record (task, written_at);
create index inspection_record_declaration on inspection_record (declaration, written_at);
create table record_lot (
  record uuid not null references inspection_record (id),
  lot uuid not null references lot (id),
  inspected bigint not null,
  nonconforming bigint not null,
  accepted boolean not null,
  primary key (record, lot)
);
create table record_item (
  record uuid not null references inspection_record (id),
  n bigint not null,
  code text not null,
  verdict text not null,
  value text not null,
  unit text not null,
  finding text not null,
  note text not null,
  primary key (record, n)
);
create table sample (
  id uuid primary key,
  no text not null unique,
  declaration uuid not null references declaration (id),
  branch uuid not null references unit (id),
  lot uuid not null references lot (id),
  unit_no bigint,
  milli bigint not null,
  unit_code text not null,
  seal text not null unique,
  place text not null,
  state text not null,
  holder text not null,
  custody bigint not null,
  replaces uuid references sample (id),
  taken_by uuid not null references officer (id),
  authorisation uuid not null,
  key text not null unique,
  taken_at bigint not null
);
create index sample_declaration on sample (declaration, taken_at);
create index sample_branch on sample (branch, taken_at, id);
create index sample_time on sample (taken_at, id);
create unique index sample_replaced on sample (replaces) where replaces is not null;
create table custody (
  sample uuid not null references sample (id),
  n bigint not null,
  from_holder text not null,
  to_holder text not null,
  laboratory boolean not null,
  seal_read text not null,
  seal_intact boolean not null,
  note text not null,
  by_officer uuid not null references officer (id),
  at bigint not null,
  primary key (sample, n)
);
create table lab_test (
  id uuid primary key,
  sample uuid not null references sample (id),
  declaration uuid not null references declaration (id),
  lot uuid not null references lot (id),
  analyte text not null,
  method text not null,
  state text not null,
  requested_by uuid not null references officer (id),
  requested_at bigint not null,
  unique (sample, analyte)
);
create index lab_test_open on lab_test (declaration, state);
create table lab_result (
  id uuid primary key,
  test uuid not null references lab_test (id),
  declaration uuid not null references declaration (id),
  lot uuid not null references lot (id),
  analyte text not null,
  below_loq boolean not null,
  value text not null,
  unit text not null,
  loq text not null,
  uncertainty text not null,
  limit_value text not null,
  limit_citation text not null,
  limit_status text not null,
  verdict text not null,
  reason_zh text not null,
  reason_en text not null,
  tester uuid not null references officer (id),
  authorisation uuid not null,
  corrects uuid references lab_result (id),
  correction text not null,
  key text not null unique,
  at bigint not null
);
create unique index lab_result_first on lab_result (test) where corrects is null;
create unique index lab_result_corrected on lab_result (corrects) where corrects is not null;
create index lab_result_declaration on lab_result (declaration, at);
create table laboratory_time (
  declaration uuid not null references declaration (id),
  began_at bigint not null,
  working_days_left bigint not null,
  ended_at bigint,
  primary key (declaration, began_at)
);
