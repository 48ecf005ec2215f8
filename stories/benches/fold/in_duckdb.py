"""Two indicators as SQL over the ledger in DuckDB; a line each: id, numerator, denominator, facts a second."""
import sys
import time

import duckdb

MONTH = "strftime(make_timestamp({} + 28800000000), '%Y-%m')"
ASKED = {
    "RC23": f"""select sum(bad), sum(n) from (select unit, {MONTH.format("at")},
        sum(case when body->>'$.conforming' = 'false' then 1 else 0 end) as bad, count(*) as n
        from ledger where kind = 'inspection.result_recorded' group by 1, 2)""",
    "SV02": f"""with accepted as (select body->>'$.declaration' as d, unit, min(cast(body->>'$.due_at' as bigint)) as due
        from ledger where kind = 'declaration.accepted' group by 1, 2),
        settled as (select body->>'$.declaration' as d, max(at) as at from ledger
        where kind = 'release.settled' and body->>'$.complete' = 'true' group by 1)
        select sum(good), sum(n) from (select unit, {MONTH.format("due")},
        count(case when settled.at <= due then 1 end) as good, count(*) as n
        from accepted left join settled on settled.d = accepted.d group by 1, 2)""",
}
database = duckdb.connect()
database.execute("set threads = 1")
database.execute(f"create table ledger as select at, kind, unit, cast(body as json) as body from read_csv('{sys.argv[1]}')")
facts = database.execute("select count(*) from ledger").fetchone()[0]
for name, text in ASKED.items():
    best = 0.0
    for _ in range(3):
        begun = time.perf_counter()
        num, den = database.execute(text).fetchone()
        best = max(best, facts / (time.perf_counter() - begun))
    print(name, num, den, best)
