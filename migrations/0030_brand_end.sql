-- How standing rules and titles end, who reviewed a gate, what adopters gained and who saw it, and sampled working time.
alter table brand add column title_review_on text;
alter table brand add column prolonged_to text;
create index brand_title on brand (title, title_review_on);
alter table gate add column reviewers text not null default '';
alter table practice_offer add column late boolean not null default false;
alter table adopter_measure add column net_micro bigint;
alter table adopter_measure add column low_micro bigint;
alter table adopter_measure add column high_micro bigint;
create index help_plan_regrade on help_plan (regrade_on);
create table practice_check (
  offer uuid not null references practice_offer (id),
  at bigint not null,
  operating boolean not null,
  seen text not null,
  note text not null,
  checked_by uuid,
  primary key (offer, at)
);
alter table standing_rule add column ends_on text;
alter table standing_rule add column ended_version text not null default '';
create table rule_decision (
  rule uuid not null references standing_rule (id),
  at bigint not null,
  kept boolean not null,
  reason text not null,
  day text not null,
  decided_by uuid,
  primary key (rule, at)
);
create table burden_sample (
  id uuid primary key,
  seed text not null,
  officer uuid not null references officer (id),
  unit uuid,
  day text not null,
  candidates bigint not null,
  drawn_by uuid,
  drawn_at bigint not null,
  forms bigint,
  worked bigint,
  noted_at bigint
);
create index burden_sample_newest on burden_sample (drawn_at, id);
create index burden_sample_open on burden_sample (noted_at);
