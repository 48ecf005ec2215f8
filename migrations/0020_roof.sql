-- The scorecard: what every unit's last closed period and running period came to, so that no page adds it up again.
create table indicator_card (
  unit uuid not null,
  indicator text not null,
  body text not null,
  primary key (unit, indicator)
);
create index indicator_card_of on indicator_card (indicator, unit);
create table indicator_fresh (
  indicator text primary key,
  version bigint not null,
  month bigint not null,
  stale boolean not null
);

-- Competence: assessments, recusals of assessors, the monthly roll, and reviews of decisions.
create table assessment (
  id uuid primary key,
  officer uuid not null references officer (id),
  duty text not null,
  hs_prefix text not null,
  bank bigint not null,
  seed bigint not null,
  assessor uuid not null references officer (id),
  lessons text not null,
  opened_by uuid,
  opened_at bigint not null,
  theory_began bigint,
  theory_due bigint,
  theory_milli bigint,
  answers text not null,
  witness_milli bigint,
  critical_failed text not null,
  witnessed_at bigint,
  records_sound boolean,
  records_facts text not null,
  outcome text not null,
  retest_on text,
  decided_at bigint,
  authorisation uuid,
  rule_version text not null
);
create index assessment_officer on assessment (officer, duty, outcome);
create index assessment_open on assessment (outcome, assessor);
create index assessment_witnessed on assessment (duty, witnessed_at);
create table assessor_recusal (
  officer uuid not null references officer (id),
  other uuid not null references officer (id),
  reason text not null,
  at bigint not null,
  primary key (officer, other)
);
create table competence_roll (unit uuid not null references unit (id), month text not null, at bigint not null, primary key (unit, month));
create index competence_roll_month on competence_roll (month);
create table decision_review (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  settlement uuid not null unique,
  decided_by uuid,
  decided_at bigint not null,
  rule_version text not null,
  reason text not null,
  opened_by uuid,
  opened_at bigint not null,
  finding text not null,
  grounds text not null,
  duty text not null,
  topic text not null,
  lesson text not null,
  found_by uuid,
  found_at bigint
);
create index decision_review_declaration on decision_review (declaration);
create index decision_review_open on decision_review (finding, opened_at);
create index decision_review_lesson on decision_review (duty, found_at);

-- What is measured again: an adopter after half a year, a standing rule after a year.
create table adopter_measure (offer uuid primary key references practice_offer (id), at bigint not null, replicated boolean);
create index practice_offer_answered on practice_offer (answer, answered_at);
create table rule_measure (rule uuid primary key references standing_rule (id), at bigint not null, held boolean);
create index standing_rule_enacted on standing_rule (stage, effective_from);
