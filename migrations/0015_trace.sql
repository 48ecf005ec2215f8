-- What plants are supplied with, and how far the ledger was told as visibility events.
create table spray (
  id uuid primary key,
  farm uuid not null references farm (id),
  field text not null,
  product text not null,
  interval_days bigint not null,
  applied_on text not null,
  entered_at bigint not null
);
create index spray_field on spray (farm, field, applied_on);
create table raw_lot (
  id uuid primary key,
  plant uuid not null references plant (id),
  no text not null,
  farm uuid references farm (id),
  proof_no text not null,
  field text not null,
  hs text not null,
  milli bigint not null,
  harvested_on text not null,
  received_on text not null,
  entered_at bigint not null,
  unique (plant, no)
);
create index raw_lot_farm on raw_lot (farm, harvested_on);
create index raw_lot_no on raw_lot (no);
create table production (
  id uuid primary key,
  plant uuid not null references plant (id),
  no text not null,
  hs text not null,
  milli bigint not null,
  unit_code text not null,
  made_on text not null,
  tests text not null,
  entered_at bigint not null,
  unique (plant, no)
);
create index production_no on production (no);
create table production_input (
  production uuid not null references production (id),
  raw_lot uuid not null references raw_lot (id),
  milli bigint not null,
  primary key (production, raw_lot)
);
create index production_input_raw on production_input (raw_lot);
create table supply_alert (
  farm uuid not null references farm (id),
  month text not null,
  raw_lot uuid not null references raw_lot (id),
  delivered bigint not null,
  maximum_kg bigint not null,
  at bigint not null,
  primary key (farm, month)
);
create index supply_alert_time on supply_alert (at, farm, month);

create table trail_told (one bigint primary key, seq bigint not null);
insert into trail_told (one, seq) values (1, 0);
