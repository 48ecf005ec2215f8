-- Requests of programs that were done, by the caller's own key: sent again, they get the first answer.
create table request_done (
  account uuid not null references account (id),
  key text not null,
  digest text not null,
  answer text not null,
  at bigint not null,
  primary key (account, key)
);
create index request_done_time on request_done (at);
