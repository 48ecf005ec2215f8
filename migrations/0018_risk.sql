-- Risk: information, its assessment and the alerts that follow; the desk's tables; regimes that move by results.
-- What targeting asks at every decision is kept in memory until this number moves.
create table risk_version (one bigint primary key, n bigint not null);
insert into risk_version (one, n) values (1, 0);
create table alert (
  id uuid primary key,
  no text not null unique,
  state text not null,
  title text not null,
  hazard text not null,
  source text not null,
  information text not null,
  notification uuid unique references notification (id),
  direction text not null,
  hs text not null,
  operator uuid references operator (id),
  plant uuid references plant (id),
  market text not null,
  severity bigint not null,
  likelihood bigint not null,
  level text not null,
  evidence text not null,
  lane text not null,
  rate_ppm bigint not null,
  hold boolean not null,
  tests text not null,
  rule_version text not null,
  informed_by uuid references officer (id),
  informed_at bigint not null,
  proposed_by uuid references officer (id),
  proposed_at bigint,
  approved_by uuid references officer (id),
  approved_at bigint,
  starts_at bigint,
  active_at bigint,
  ends_at bigint,
  review_at bigint,
  ended_by uuid references officer (id),
  ended_at bigint,
  ended_how text,
  ended_reason text
);
create index alert_state on alert (state, starts_at, id);
create index alert_end on alert (state, ends_at, id);
create index alert_review on alert (state, review_at, id);
create index alert_time on alert (informed_at, id);
create table alert_lot (
  alert uuid not null references alert (id),
  lot uuid not null references lot (id),
  declaration uuid not null references declaration (id),
  how text not null,
  at bigint not null,
  primary key (alert, lot)
);
create index alert_lot_how on alert_lot (alert, how, lot);
create table alert_effect (
  alert uuid not null references alert (id),
  declaration uuid not null references declaration (id),
  decision uuid references decision (id),
  selected boolean not null,
  at bigint not null,
  primary key (alert, declaration)
);
create table risk_table (
  id uuid primary key,
  code text not null unique,
  title_zh text not null,
  title_en text not null,
  at bigint not null
);
create table risk_table_version (
  id uuid primary key,
  risk_table uuid not null references risk_table (id),
  version bigint not null,
  state text not null,
  body text not null,
  examples text not null,
  note text not null,
  drafted_by uuid references officer (id),
  drafted_at bigint not null,
  findings text not null,
  tested_at bigint,
  backtest text,
  backtested_at bigint,
  approved_by uuid references officer (id),
  approved_at bigint,
  valid_from bigint,
  valid_to bigint,
  closed_by uuid references officer (id),
  closed_reason text,
  unique (risk_table, version)
);
create index risk_table_version_force on risk_table_version (state, valid_from);
create table regime (
  id uuid primary key,
  kind text not null,
  key text not null,
  name_zh text not null,
  name_en text not null,
  direction text not null,
  hs text not null,
  market text not null,
  operator uuid references operator (id),
  rate_ppm bigint not null,
  standing text not null,
  since bigint not null,
  updated_at bigint not null,
  rule_version text not null,
  unique (kind, key)
);
create index regime_rate on regime (rate_ppm);
create table regime_move (
  id uuid primary key,
  regime uuid not null references regime (id),
  move text not null,
  from_ppm bigint not null,
  to_ppm bigint not null,
  figures text not null,
  rule_version text not null,
  at bigint not null
);
create index regime_move_time on regime_move (at, id);
create index regime_move_of on regime_move (regime, at, id);
create index notification_day on notification (notified_on, id);
