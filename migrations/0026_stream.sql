-- Switching of severity (ISO 2859-1) for each operator's goods of a heading, and the severity that a lot was planned with.
create table product_stream (
  operator uuid not null references operator (id),
  heading text not null,
  phase text not null,
  score bigint not null,
  switching text not null,
  lots bigint not null,
  changed_at bigint not null,
  version bigint not null,
  primary key (operator, heading)
);
create index product_stream_phase on product_stream (phase, changed_at, operator, heading);
create index product_stream_changed on product_stream (changed_at, operator, heading);
create table stream_move (
  id uuid primary key,
  operator uuid not null,
  heading text not null,
  from_phase text not null,
  to_phase text not null,
  reason text not null,
  note text not null,
  by_officer uuid references officer (id),
  declaration uuid references declaration (id),
  at bigint not null,
  foreign key (operator, heading) references product_stream (operator, heading)
);
create index stream_move_of on stream_move (operator, heading, at, id);
alter table inspection_lot add column severity text not null default 'normal';
