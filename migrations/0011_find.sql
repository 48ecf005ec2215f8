-- What people find by a few letters: each name in the forms by which it is typed, kept as bytes so that
-- both engines order and compare them alike. And how far a long job has come.
create table find_entry (
  noun text not null,
  key bytea not null,
  id uuid not null,
  code text not null,
  name_zh text not null,
  name_en text not null,
  primary key (noun, key, id)
);
create index find_entry_row on find_entry (noun, id);

alter table job add column progress bigint;
alter table job add column total bigint;
alter table job add column result text;
create index job_state on job (state, run_at, id);
create index job_kind on job (kind, created_at);

-- Lists by key that the registry's pages need.
create index plant_operator on plant (operator, filing_no);
create index farm_plant on farm (plant, filing_no);
create index officer_unit on officer (unit, staff_no);
create index authorisation_granted on authorisation (granted_at, id);
create index interest_operator on interest (operator);
