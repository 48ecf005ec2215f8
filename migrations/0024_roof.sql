-- The visit that is planned when a plant hands in its correction, and the gap between the units of a group of peers.
alter table correction add column visit uuid;
