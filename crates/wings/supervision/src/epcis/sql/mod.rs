//! All SQL of the repository of events.

pub(super) mod find;
pub(super) mod insert;

store::statements! {
    /// The lock that orders captures, the last number and the last record time.
    HEAD = "update epcis_head set seq = seq where one = 1 returning seq, record_time";
    HEAD_SET = "update epcis_head set seq = $1, record_time = $2 where one = 1";
    NEWEST = "select seq from epcis_head where one = 1";
    /// The last number that was recorded before an instant.
    BEFORE = "select max(seq) from epcis_event where record_time < $1";

    NUMBER_OF = "select seq from epcis_event where key = $1";

    CAPTURE_OPEN = "insert into epcis_capture (id, operator, by_officer, behaviour, state, body, events, captured, duplicates, rejected, errors, created_at) values ($1, $2, $3, $4, 'waiting', $5, 0, 0, 0, 0, '[]', $6)";
    CAPTURE_COUNT = "update epcis_capture set captured = captured + $2, duplicates = duplicates + $3 where id = $1";
    CAPTURE_END = "update epcis_capture set state = $2, events = $3, rejected = $4, errors = $5, finished_at = $6, body = null where id = $1";
    CAPTURE = "select id, operator, by_officer, behaviour, state, events, captured, duplicates, rejected, errors, created_at, finished_at from epcis_capture where id = $1";
    CAPTURE_BODY = "select body from epcis_capture where id = $1 and state = 'waiting'";
    CAPTURES = "select id, operator, by_officer, behaviour, state, events, captured, duplicates, rejected, errors, created_at, finished_at from epcis_capture where created_at < $1 or (created_at = $1 and id < $2) order by created_at desc, id desc limit $3";
    CAPTURES_OF = "select id, operator, by_officer, behaviour, state, events, captured, duplicates, rejected, errors, created_at, finished_at from epcis_capture where operator = $4 and (created_at < $1 or (created_at = $1 and id < $2)) order by created_at desc, id desc limit $3";

    PARTY_ADD = "insert into epcis_party (key, uri, operator, since) values ($1, $2, $3, $4)";
    PARTY = "select operator from epcis_party where key = $1";
    PARTIES_OF = "select key, uri from epcis_party where operator = $1 order by key limit 200";

    OWN_NAMES = "select 'operator', code from operator where id = $1 union all select 'plant', filing_no from plant where operator = $1";

    QUERY_ADD = "insert into epcis_query (owner, name, definition, created_at) values ($1, $2, $3, $4)";
    QUERY = "select name, definition, created_at from epcis_query where owner = $1 and name = $2";
    QUERIES = "select name, definition, created_at from epcis_query where owner = $1 and name > $2 order by name limit $3";
    QUERY_DROP = "delete from epcis_query where owner = $1 and name = $2";

    SUBSCRIPTION_ADD = "insert into epcis_subscription (id, owner, query, dest, secret, links, schedule, report_if_empty, seen, run, pending, last_run, created_at, initial_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, false, $10, $10, $11)";
    SUBSCRIPTION = "select id, owner, query, dest, secret, links, schedule, report_if_empty, seen, run, pending, last_run, created_at, initial_at, notified_at from epcis_subscription where id = $1 and owner = $2";
    SUBSCRIPTIONS = "select id, owner, query, dest, secret, links, schedule, report_if_empty, seen, run, pending, last_run, created_at, initial_at, notified_at from epcis_subscription where owner = $1 and query = $2 and id > $3 order by id limit $4";
    SUBSCRIPTION_COUNT = "select count(*) from epcis_subscription where owner = $1";
    SUBSCRIPTION_DROP = "delete from epcis_subscription where id = $1";
    /// Those that may have something to send: a schedule, or numbers that they have not read.
    SUBSCRIPTIONS_IDLE = "select id, owner, query, dest, secret, links, schedule, report_if_empty, seen, run, pending, last_run, created_at, initial_at, notified_at from epcis_subscription where pending = false and (schedule <> '' or seen < (select seq from epcis_head where one = 1)) order by id limit 1000";
    SUBSCRIPTION_PASSED = "update epcis_subscription set seen = $3, last_run = $4 where id = $1 and run = $2 and pending = false and seen <= $3";
    SUBSCRIPTION_ASKED = "update epcis_subscription set pending = true, last_run = $3 where id = $1 and run = $2 and pending = false";
    SUBSCRIPTION_RUN = "select id, owner, query, dest, secret, links, schedule, report_if_empty, seen, run, pending, last_run, created_at, initial_at, notified_at from epcis_subscription where id = $1 and run = $2 and pending = true";
    SUBSCRIPTION_SENT = "update epcis_subscription set seen = $3, notified_at = $4 where id = $1 and run = $2";
    SUBSCRIPTION_DONE = "update epcis_subscription set seen = $3, pending = false, run = run + 1 where id = $1 and run = $2";

    ELEMENT_PUT = "insert into epcis_element (id, uri, vocabulary, body, capture) values ($1, $2, $3, $4, $5) on conflict (id) do update set uri = excluded.uri, vocabulary = excluded.vocabulary, body = excluded.body, capture = excluded.capture";
    ATTRIBUTES_DROP = "delete from epcis_attribute where element = $1";
    ATTRIBUTE_ADD = "insert into epcis_attribute (element, name, value) values ($1, $2, $3) on conflict do nothing";
    CHILDREN_DROP = "delete from epcis_child where parent = $1";
    CHILD_ADD = "insert into epcis_child (parent, child) values ($1, $2) on conflict do nothing";
    CHILDREN = "select child from epcis_child where parent = $1 order by child limit 1001";
    WITH_ATTRIBUTE = "select distinct element from epcis_attribute where name = $1 order by element limit 1001";
    WITH_VALUE = "select element from epcis_attribute where name = $1 and value = $2 order by element limit 1001";

    ELEMENT = "select e.id, e.uri, e.vocabulary, c.operator from epcis_element e join epcis_capture c on c.id = e.capture where e.id = $1";
    ELEMENTS = "select e.id, e.uri, e.vocabulary, c.operator from epcis_element e join epcis_capture c on c.id = e.capture order by e.vocabulary, e.id limit $1";
    ATTRIBUTES = "select name, value from epcis_attribute where element = $1 order by name, value limit 1001";
    FARMS_OF = "select f.id from farm f join plant p on p.id = f.plant where p.operator = $1 order by f.filing_no limit $2";

    /// The next term of a field, whoever may see it.
    WORD = "select term from epcis_term where term > $1 and term < $2 order by term limit 1";
}
