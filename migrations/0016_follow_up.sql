-- What follows a notification: the lots that it was attributed to and the lots held for it, traces, recalls,
-- corrections, and series of intensified control.
create table attributed_lot (
  notification uuid not null references notification (id),
  lot uuid not null references lot (id),
  primary key (notification, lot)
);
create index attributed_lot_lot on attributed_lot (lot);
create table notification_hold (
  notification uuid not null references notification (id),
  lot uuid not null references lot (id),
  at bigint not null,
  primary key (notification, lot)
);
create index notification_hold_lot on notification_hold (lot);
create index notification_plant on notification (plant, hazard_category, received_at);

create table traceback (
  id uuid primary key,
  no text not null unique,
  kind text not null,
  notification uuid references notification (id),
  plant uuid references plant (id),
  branch uuid not null references unit (id),
  starts text not null,
  seed text,
  rule_version text not null,
  by_officer uuid,
  started_at bigint not null,
  due_at bigint not null,
  ended_at bigint,
  ended_by uuid,
  complete boolean not null,
  note text not null
);
create index traceback_time on traceback (started_at, id);
create index traceback_notification on traceback (notification, started_at);
create index traceback_open on traceback (due_at, id) where ended_at is null;
create table trace_run (
  id uuid primary key,
  traceback uuid not null references traceback (id),
  n bigint not null,
  inputs text not null,
  result text not null,
  lots bigint not null,
  known bigint not null,
  by_officer uuid,
  at bigint not null,
  unique (traceback, n)
);
create table drill_draw (
  quarter text primary key,
  seed text not null,
  drawn bigint not null,
  at bigint not null
);
-- Under which identifiers events name a lot.
create table lot_mark (
  key text not null,
  lot uuid not null references lot (id),
  by_officer uuid,
  at bigint not null,
  primary key (key, lot)
);
create index lot_mark_lot on lot_mark (lot);

create table recall (
  id uuid primary key,
  no text not null unique,
  notification uuid not null references notification (id),
  operator uuid not null references operator (id),
  plant uuid references plant (id),
  branch uuid not null references unit (id),
  class bigint not null,
  hazard text not null,
  reason text not null,
  stage text not null,
  rule_version text not null,
  opened_by uuid,
  opened_at bigint not null,
  start_due_at bigint not null,
  started_at bigint,
  plan text not null,
  closed_by uuid,
  closed_at bigint,
  summary text not null
);
create index recall_stage on recall (stage, start_due_at, id);
create index recall_time on recall (opened_at, id);
create index recall_notification on recall (notification, opened_at);
create table recall_line (
  id uuid primary key,
  recall uuid not null references recall (id),
  n bigint not null,
  lot uuid references lot (id),
  lot_no text not null,
  declaration uuid references declaration (id),
  consignee text not null,
  milli bigint not null,
  unit_code text not null,
  held boolean not null,
  told_at bigint,
  unique (recall, n)
);
create index recall_line_lot on recall_line (lot);
create table recall_account (
  id uuid primary key,
  recall uuid not null references recall (id),
  line uuid not null references recall_line (id),
  how text not null,
  milli bigint not null,
  estimated boolean not null,
  evidence text not null,
  by_officer uuid,
  at bigint not null
);
create index recall_account_line on recall_account (line, at);
create table recall_check (
  id uuid primary key,
  recall uuid not null references recall (id),
  line uuid not null references recall_line (id),
  effective boolean not null,
  finding text not null,
  by_officer uuid,
  at bigint not null
);
create index recall_check_line on recall_check (line, at);

create table correction (
  id uuid primary key,
  no text not null unique,
  notification uuid not null references notification (id),
  plant uuid references plant (id),
  branch uuid not null references unit (id),
  hazard text not null,
  cause text not null,
  stage text not null,
  rule_version text not null,
  opened_at bigint not null,
  due_at bigint not null,
  plan text not null,
  planned_by uuid,
  planned_at bigint,
  verified_at bigint
);
create index correction_stage on correction (stage, due_at, id);
create index correction_notification on correction (notification, opened_at);
create table correction_visit (
  id uuid primary key,
  correction uuid not null references correction (id),
  passed boolean not null,
  finding text not null,
  by_officer uuid not null,
  at bigint not null
);
create index correction_visit_of on correction_visit (correction, at);

create table series (
  id uuid primary key,
  operator uuid not null references operator (id),
  plant uuid not null references plant (id),
  branch uuid not null references unit (id),
  hazard text not null,
  market text not null,
  heading text not null,
  notification uuid not null references notification (id),
  rule_version text not null,
  opened_at bigint not null,
  needed bigint not null,
  clean bigint not null,
  failures bigint not null,
  demanded_at bigint,
  demand_due_at bigint,
  answered_at bigint,
  answer text not null,
  suspended_at bigint,
  suspended_by uuid,
  suspension text not null,
  resumed_at bigint,
  ended_at bigint
);
create unique index series_open on series (plant, hazard, market, heading) where ended_at is null;
create index series_running on series (operator, market, heading) where ended_at is null;
create index series_notification on series (notification);
create table series_consignment (
  series uuid not null references series (id),
  declaration uuid not null references declaration (id),
  at bigint not null,
  primary key (series, declaration)
);
create index series_consignment_declaration on series_consignment (declaration);
create table series_count (
  series uuid not null references series (id),
  source uuid not null,
  clean boolean not null,
  at bigint not null,
  primary key (series, source)
);
create index series_count_source on series_count (source);
