-- The repository of visibility events (EPCIS 2.0): events in the order of capture, what they are found by, captures,
-- named queries, master data, and the identifiers by which operators are named in events.
create table epcis_head (one bigint primary key, seq bigint not null, record_time bigint not null);
insert into epcis_head (one, seq, record_time) values (1, 0, 0);

create table epcis_capture (
  id uuid primary key,
  operator uuid references operator (id),
  by_officer uuid,
  behaviour text not null,
  state text not null,
  body bytea,
  events bigint not null,
  captured bigint not null,
  duplicates bigint not null,
  rejected bigint not null,
  errors text not null,
  created_at bigint not null,
  finished_at bigint
);
create index epcis_capture_time on epcis_capture (created_at, id);
create index epcis_capture_operator on epcis_capture (operator, created_at, id);

-- Times in milliseconds. The key tells events apart: the event's hash, and that of its error declaration.
create table epcis_event (
  seq bigint primary key,
  key bytea not null unique,
  hash bytea not null,
  capture uuid not null references epcis_capture (id),
  kind text not null,
  event_time bigint not null,
  record_time bigint not null,
  body text not null
);
create index epcis_event_time on epcis_event (event_time, seq);
create index epcis_event_record on epcis_event (record_time, seq);
create index epcis_event_capture on epcis_event (capture, seq);

create table epcis_term (term bytea not null, event_time bigint not null, event bigint not null);
create index epcis_term_found on epcis_term (term, event_time, event);

create table epcis_measure (measure bytea not null, value bigint not null, event_time bigint not null, event bigint not null);
create index epcis_measure_found on epcis_measure (measure, value, event_time, event);
create index epcis_measure_of on epcis_measure (event, measure, value);

create table epcis_party (key text primary key, uri text not null, operator uuid not null references operator (id), since bigint not null);
create index epcis_party_operator on epcis_party (operator, key);

-- The owner of a query is an operator, or nobody (all zeros) for the authority's.
create table epcis_query (
  owner uuid not null,
  name text not null,
  definition text not null,
  created_at bigint not null,
  primary key (owner, name)
);

create table epcis_element (
  id text primary key,
  uri text not null,
  vocabulary text not null,
  body text not null,
  capture uuid not null references epcis_capture (id)
);
create index epcis_element_vocabulary on epcis_element (vocabulary, id);
create table epcis_attribute (element text not null, name text not null, value text not null, primary key (name, value, element));
create index epcis_attribute_element on epcis_attribute (element);
create table epcis_child (parent text not null, child text not null, primary key (parent, child));
