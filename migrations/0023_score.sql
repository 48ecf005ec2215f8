-- Learned scores over the bureau's own records, the histories that they read, and what goods are worth.
create table declared_value (
  declaration uuid primary key references declaration (id),
  milli bigint not null,
  currency text not null
);
create table risk_model (
  id uuid primary key,
  label text not null unique,
  hash text not null unique,
  sha256 bytea not null references document (sha256),
  first_day bigint not null,
  last_day bigint not null,
  cases bigint not null,
  violations bigint not null,
  note text not null,
  state text not null,
  registered_by uuid references officer (id),
  registered_at bigint not null,
  approved_by uuid references officer (id),
  approved_at bigint,
  valid_from bigint,
  valid_to bigint,
  closed_by uuid references officer (id),
  closed_reason text,
  watched text,
  watched_at bigint
);
create index risk_model_state on risk_model (state, valid_from);
create table risk_past (
  key text primary key,
  seen bigint not null,
  known bigint not null,
  violations bigint not null,
  last_day bigint,
  mass_n bigint not null,
  mass_sum bigint not null,
  mass_squares bigint not null,
  unit_n bigint not null,
  unit_sum bigint not null,
  unit_squares bigint not null
);
-- Days before this instant are in the histories.
create table risk_past_until (
  one bigint primary key,
  at bigint not null
);
create index release_evidence_kind on release_evidence (kind, at);
alter table decision add column model text references risk_model (hash);
alter table decision add column probability_ppm bigint;
alter table decision add column expected_loss bigint;
create index decision_model on decision (model, at) where model is not null;
-- A check that a rule added has no officer behind it.
create table added_check_new (
  declaration uuid primary key references declaration (id),
  reason text not null,
  by_officer uuid,
  at bigint not null
);
insert into added_check_new (declaration, reason, by_officer, at)
  select c.declaration, c.reason, (select o.id from officer o where o.id = c.by_officer), c.at from added_check c;
drop table added_check;
alter table added_check_new rename to added_check;
