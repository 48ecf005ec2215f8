-- Who may do what, who did which station of a consignment, and where a declaration stands.
create table authorisation (
  id uuid primary key,
  officer uuid not null references officer (id),
  duty text not null,
  hs_prefix text not null,
  valid_from bigint not null,
  valid_to bigint not null,
  emergency boolean not null,
  reason text not null,
  granted_by uuid,
  granted_at bigint not null,
  ended_at bigint,
  ended_how text,
  ended_reason text
);
create index authorisation_officer on authorisation (officer, duty, valid_to);
create index authorisation_expiry on authorisation (valid_to, id);
create table step (
  declaration uuid not null references declaration (id),
  duty text not null,
  officer uuid not null references officer (id),
  at bigint not null,
  primary key (declaration, duty, officer)
);
create index step_officer on step (officer, at);
alter table declaration add column accepted_at bigint;
alter table declaration add column revision bigint not null default 1;
create index declaration_due on declaration (stage, due_at, id);
create index declaration_branch_due on declaration (branch, stage, due_at, id);
create index declaration_branch_stage on declaration (branch, stage, lodged_at, id);
create index declaration_lane on declaration (lane, lodged_at, id);
