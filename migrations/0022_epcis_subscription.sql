-- Subscriptions of named queries by webhook. `seen` is the number of the last event that was sent or passed over;
-- a delivery that waits or is laid aside is `pending`, and the next one of the same subscription is not asked for.
create table epcis_subscription (
  id uuid primary key,
  owner uuid not null,
  query text not null,
  dest text not null,
  secret text not null,
  links boolean not null,
  schedule text not null,
  report_if_empty boolean not null,
  seen bigint not null,
  run bigint not null,
  pending boolean not null,
  last_run bigint not null,
  created_at bigint not null,
  initial_at bigint,
  notified_at bigint
);
create index epcis_subscription_query on epcis_subscription (owner, query, id);
create index epcis_subscription_waits on epcis_subscription (pending, id);

-- What a plant received and made last.
create index raw_lot_received on raw_lot (plant, received_on, id);
create index production_made on production (plant, made_on, id);
