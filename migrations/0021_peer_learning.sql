-- Peer learning: challenges with criteria frozen first, who takes part, objections, learning pairs.
create table challenge (
  id uuid primary key,
  code text not null unique,
  name_zh text not null,
  name_en text not null,
  indicator text not null,
  starts_on text not null,
  ends_on text not null,
  quarter text not null,
  tie_rule text not null,
  red_line text not null,
  stage text not null,
  others bigint not null,
  proposed_by uuid,
  proposed_at bigint not null,
  criteria text not null,
  sha256 text not null,
  published_at bigint,
  standings text not null,
  scored_at bigint,
  awarded uuid
);
create index challenge_quarter on challenge (quarter, stage);
create index challenge_newest on challenge (proposed_at, id);
create table challenge_unit (
  challenge uuid not null references challenge (id),
  unit uuid not null references unit (id),
  objection text not null,
  objected_at bigint,
  upheld boolean,
  answer text not null,
  primary key (challenge, unit)
);
create index challenge_unit_of on challenge_unit (unit, challenge);
create table challenge_member (
  challenge uuid not null references challenge (id),
  officer uuid not null references officer (id),
  unit uuid not null references unit (id),
  at bigint not null,
  primary key (challenge, officer)
);
create index challenge_member_unit on challenge_member (unit, at);
create table learning_pair (
  id uuid primary key,
  challenge uuid not null references challenge (id),
  learner uuid not null references unit (id),
  teacher uuid not null references unit (id),
  paired_at bigint not null,
  visited_at bigint,
  plan text not null,
  check_on text,
  checked_at bigint,
  adopted boolean,
  facts text not null,
  unique (challenge, learner)
);
