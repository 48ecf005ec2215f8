//! All SQL of the desk's decision tables.

macro_rules! version {
    ($rest:literal) => {
        concat!(
            "select v.id, t.id, t.code, t.title_zh, t.title_en, v.version, v.state, v.body, v.examples, v.note, v.drafted_by, v.drafted_at, v.tested_at, v.backtest, v.backtested_at, v.approved_by, v.approved_at, v.valid_from, v.valid_to, v.closed_reason from risk_table_version v join risk_table t on t.id = v.risk_table ",
            $rest
        )
    };
}

store::statements! {
    TABLE_ADD = "insert into risk_table (id, code, title_zh, title_en, at) values ($1, $2, $3, $4, $5)";
    TABLE_BY_CODE = "select id, title_zh, title_en from risk_table where code = $1";
    NEXT = "select coalesce(max(version), 0) + 1 from risk_table_version where risk_table = $1";
    OPEN = "select version from risk_table_version where risk_table = $1 and state in ('draft', 'tested', 'tried') order by version limit 1";
    ADD = "insert into risk_table_version (id, risk_table, version, state, body, examples, note, drafted_by, drafted_at, findings) values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, '[]')";
    ONE = version!("where v.id = $1");
    NEWEST = version!("where v.version = (select max(w.version) from risk_table_version w where w.risk_table = v.risk_table) order by t.code limit 500");
    OF_TABLE = version!("where v.risk_table = $1 order by v.version desc limit 200");
    APPROVED = version!("where v.state = 'approved' order by t.code, v.version limit 5000");
    REWRITE = "update risk_table_version set body = $2, examples = $3, note = $4, drafted_by = $5, drafted_at = $6, state = 'draft', tested_at = null, backtest = null, backtested_at = null where id = $1 and state in ('draft', 'tested', 'tried')";
    TESTED = "update risk_table_version set state = 'tested', tested_at = $2 where id = $1 and state = 'draft'";
    TRIED = "update risk_table_version set state = 'tried', backtest = $2, backtested_at = $3 where id = $1 and state in ('tested', 'tried') and drafted_at = $4";
    APPROVE = "update risk_table_version set state = 'approved', approved_by = $2, approved_at = $3, valid_from = $4 where id = $1 and state = 'tried'";
    /// What was in force, or was to be, ends where the new version begins.
    SUPERSEDE = "update risk_table_version set valid_to = $3 where risk_table = $1 and id <> $2 and state = 'approved' and (valid_to is null or valid_to > $3)";
    CLOSE = "update risk_table_version set valid_to = $2, closed_by = $3, closed_reason = $4 where id = $1 and state = 'approved' and (valid_to is null or valid_to > $2)";
    DROP = "update risk_table_version set state = 'dropped', closed_by = $2, closed_reason = $3 where id = $1 and state in ('draft', 'tested', 'tried')";
}
