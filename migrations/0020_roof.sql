-- The scorecard: what every unit's last closed period and running period came to, so that no page adds it up again.
create table indicator_card (
  unit uuid not null,
  indicator text not null,
  body text not null,
  primary key (unit, indicator)
);
create index indicator_card_of on indicator_card (indicator, unit);
create table indicator_fresh (
  indicator text primary key,
  version bigint not null,
  month bigint not null,
  stale boolean not null
);
