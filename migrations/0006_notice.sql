-- Deficiency notices, amendments, withdrawals, and the time in which the promised clock lawfully stands still.
create table notice (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  ordinal bigint not null,
  codes text not null,
  remarks text not null,
  breach boolean not null,
  officer uuid not null references officer (id),
  authorisation uuid not null references authorisation (id),
  revision bigint not null,
  rule_version text not null,
  at bigint not null,
  due_at bigint not null,
  answer_by bigint not null,
  answered_at bigint,
  answer text,
  unique (declaration, ordinal)
);
create index notice_officer on notice (officer, at);
create table amendment (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  revision bigint not null,
  changes text not null,
  reason text not null,
  officer uuid references officer (id),
  authorisation uuid references authorisation (id),
  by_zh text not null,
  by_en text not null,
  at bigint not null,
  unique (declaration, revision)
);
create table withdrawal (
  declaration uuid primary key references declaration (id),
  from_stage text not null,
  reason text not null,
  officer uuid references officer (id),
  by_zh text not null,
  by_en text not null,
  at bigint not null
);
create table suspension (
  id uuid primary key,
  declaration uuid not null references declaration (id),
  kind text not null,
  reason text not null,
  since bigint not null,
  until bigint
);
create index suspension_declaration on suspension (declaration, since);
alter table declaration add column suspended_since bigint;

-- What lists and work lists ask for; each in the order in which it is shown.
create index declaration_market on declaration (market, lodged_at, id);
create index declaration_operator_due on declaration (operator, stage, due_at, id);
create index declaration_to_sign on declaration (due_at, id) where stage = 'released' and direction = 'export';
create index declaration_branch_to_sign on declaration (branch, due_at, id) where stage = 'released' and direction = 'export';
create index line_hs on line (hs, declaration);
