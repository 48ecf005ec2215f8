//! All SQL of balance.

store::statements! {
    OF_HALF = "select half from balance where half = $1";
    ADD = "insert into balance (half, grp, units, p10, p90, at) values ($1, $2, $3, $4, $5, $6) on conflict (half) do nothing";
    BEFORE = "select p90 from balance where half < $1 and grp = $2 order by half desc limit 1";
}
