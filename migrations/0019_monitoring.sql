-- The yearly monitoring plan: strata with their share, samples by month, and which lot each was drawn from.
create table monitoring_plan (
  id uuid primary key,
  code text not null unique,
  year bigint not null,
  title text not null,
  state text not null,
  total bigint not null,
  seed bytea not null,
  rule_version text not null,
  drafted_by uuid references officer (id),
  drafted_at bigint not null,
  approved_by uuid references officer (id),
  approved_at bigint
);
create index monitoring_plan_year on monitoring_plan (year, id);
create table monitoring_stratum (
  id uuid primary key,
  plan uuid not null references monitoring_plan (id),
  ordinal bigint not null,
  name text not null,
  direction text not null,
  hs text not null,
  market text not null,
  analyte text not null,
  weight bigint not null,
  lots bigint not null,
  samples bigint not null,
  unique (plan, ordinal)
);
create table monitoring_sample (
  id uuid primary key,
  plan uuid not null references monitoring_plan (id),
  stratum uuid not null references monitoring_stratum (id),
  ordinal bigint not null,
  month text not null,
  due_at bigint not null,
  state text not null,
  lot uuid references lot (id),
  declaration uuid references declaration (id),
  sample uuid references sample (id),
  substitutes bigint not null,
  substitute_reason text,
  candidates bigint not null,
  drawn_at bigint,
  taken_at bigint,
  reported_at bigint,
  verdict text,
  unique (stratum, ordinal)
);
create index monitoring_sample_due on monitoring_sample (plan, due_at, id);
create index monitoring_sample_lot on monitoring_sample (lot, state);
