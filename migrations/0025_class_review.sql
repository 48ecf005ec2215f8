-- Reviews of an operator's class, which a notification that was attributed to its goods demands.
create table class_review (
  id uuid primary key,
  no text not null unique,
  operator uuid not null references operator (id),
  branch uuid not null references unit (id),
  notification uuid not null references notification (id),
  rule_version text not null,
  asked_by uuid,
  opened_at bigint not null,
  due_at bigint not null,
  class_was bigint not null,
  outcome text not null,
  class_now bigint,
  reason text not null,
  decided_by uuid,
  decided_at bigint,
  back_at bigint,
  restored_at bigint
);
create unique index class_review_once on class_review (operator, notification);
create index class_review_owed on class_review (due_at, id) where decided_at is null;
create index class_review_newest on class_review (opened_at, id);
create index class_review_operator on class_review (operator, opened_at);
create index class_review_notification on class_review (notification);
create index class_review_back on class_review (back_at, id) where back_at is not null and restored_at is null;

-- The plants of a branch, page by page.
create index plant_branch on plant (branch, filing_no);
