-- Banks of questions by version: a paper is marked by the bank that it was drawn from.
create table question_bank (
  version bigint primary key,
  body text not null,
  kept_at bigint not null
);
-- What an authorisation rests on: assessment, record, renewal or emergency.
alter table authorisation add column basis text not null default '';
-- A foreign notification may call for the review of a decision.
alter table decision_review add column notification uuid;
