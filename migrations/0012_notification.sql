-- Notifications from abroad, from partners and from citizens, with the lots that they may be about.
create table notification (
  id uuid primary key,
  no text not null unique,
  source text not null,
  reference text not null,
  kind text not null,
  notified_on text not null,
  notifier text not null,
  origin text not null,
  product text not null,
  category text not null,
  hazard text not null,
  hazard_category text not null,
  serious boolean not null,
  market text,
  port text,
  plant uuid references plant (id),
  lot_no text,
  own boolean not null,
  stage text not null,
  rule_version text not null,
  received_at bigint not null,
  due_at bigint not null,
  unique (source, reference)
);
create index notification_due on notification (stage, due_at, id);
create index notification_time on notification (received_at, id);
create index notification_watch on notification (category, origin, notified_on);
create table candidate_lot (
  notification uuid not null references notification (id),
  lot uuid not null references lot (id),
  declaration uuid not null references declaration (id),
  confidence_ppm bigint not null,
  reasons text not null,
  primary key (notification, lot)
);
create index candidate_lot_lot on candidate_lot (lot);
create table notification_step (
  id uuid primary key,
  notification uuid not null references notification (id),
  what text not null,
  body text not null,
  by_officer uuid,
  at bigint not null
);
create index notification_step_of on notification_step (notification, at, id);
create index declaration_plant on declaration (plant, lodged_at, id);
