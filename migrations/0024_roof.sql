-- The visit that is planned when a plant hands in its correction, and the gap between the units of a group of peers.
alter table correction add column visit uuid;
create table balance (
  half text primary key,
  grp text not null,
  units bigint not null,
  p10 bigint not null,
  p90 bigint not null,
  at bigint not null
);
