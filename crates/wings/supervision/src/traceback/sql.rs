//! All SQL of traces.

/// The sixteen columns of a trace.
macro_rules! columns {
    ($rest:literal) => {
        concat!("select id, no, kind, notification, plant, branch, starts, seed, rule_version, by_officer, started_at, due_at, ended_at, complete, note from traceback ", $rest)
    };
}

/// A lot of a declaration, as a trace needs it.
macro_rules! lots {
    ($rest:literal) => {
        concat!("select l.id, l.lot_no, d.id, d.no, d.market, l.milli, l.unit_code, d.operator, d.plant, d.branch, coalesce(p.filing_no, o.code) from lot l join declaration d on d.id = l.declaration join operator o on o.id = d.operator left join plant p on p.id = d.plant ", $rest)
    };
}

store::statements! {
    LOT = lots!("where l.id = $1");
    NUMBERED = lots!("where l.lot_no = $1 and d.operator = $2 and d.direction = 'export' and d.lodged_at <= $3 order by d.lodged_at, l.id limit 200");
    MARKED = lots!("join lot_mark m on m.lot = l.id where m.key = $1 and m.at <= $2 order by l.id limit 200");
    /// Lots as the trail names them: by maker and number.
    MADE_BY = lots!("where l.lot_no = $1 and coalesce(p.filing_no, o.code) = $2 and d.direction = 'export' and d.lodged_at <= $3 order by d.lodged_at, l.id limit 200");
    MARKS_OF = "select key from lot_mark where lot = $1 and at <= $2 order by key limit 100";
    MARK_ADD = "insert into lot_mark (key, lot, by_officer, at) values ($1, $2, $3, $4) on conflict do nothing";
    PLANT_BRANCH = "select branch from plant where id = $1";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    ADD = "insert into traceback (id, no, kind, notification, plant, branch, starts, seed, rule_version, by_officer, started_at, due_at, complete, note) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, false, '')";
    ONE = columns!("where id = $1");
    NEWEST = columns!("where (started_at, id) < ($1, $2) order by started_at desc, id desc limit $3");
    OPEN = columns!("where ended_at is null and (due_at, id) > ($1, $2) order by due_at, id limit $3");
    COUNT_OPEN = "select count(*) from (select 1 from traceback where ended_at is null limit $1) x";
    OF_NOTIFICATION = columns!("where notification = $1 order by started_at, id limit 50");
    END = "update traceback set ended_at = $2, ended_by = $3, complete = $4, note = $5 where id = $1 and ended_at is null";
    RUN_ADD = "insert into trace_run (id, traceback, n, inputs, result, lots, known, by_officer, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    RUN_LAST = "select coalesce(max(n), 0) from trace_run where traceback = $1";
    RUNS = "select n, inputs, result, by_officer, at from trace_run where traceback = $1 order by n desc limit 50";
    RUN = "select n, inputs, result, by_officer, at from trace_run where traceback = $1 and n = $2";
    LATEST = "select n, inputs, result, by_officer, at from trace_run where traceback = $1 order by n desc limit 1";
    DRAWN = "select seed, drawn, at from drill_draw where quarter = $1";
    DRAW_ADD = "insert into drill_draw (quarter, seed, drawn, at) values ($1, $2, $3, $4) on conflict do nothing";
    /// Lots of a plant that were released in a time, page by page.
    RELEASED = "select s.at, s.id, l.id, d.plant from settlement s join lot l on l.id = s.lot join declaration d on d.id = s.declaration where s.outcome = 'release' and (s.at, s.id) > ($1, $2) and s.at < $3 and d.plant is not null and d.direction = 'export' order by s.at, s.id limit $4";
}
