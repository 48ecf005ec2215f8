//! All SQL of certificates.

store::statements! {
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    SUBJECT = "select origin, branch, operator from declaration where id = $1";
    ADD = "insert into certificate (id, declaration, branch, operator, kind, draft, filled, drafted_at, replaces, amended) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FILL = "update certificate set filled = $2 where id = $1 and signed_at is null and ended_at is null";
    SIGN = "update certificate set no = $2, code = $3, body = $4, sha256 = $5, public_key = $6, signature = $7, signed_by = $8, authorisation = $9, signed_at = $10 where id = $1 and signed_at is null and ended_at is null";
    END = "update certificate set ended_at = $2, ended_by = $3, ended_how = $4, ended_reason = $5, replaced_by = $6 where id = $1 and ended_at is null";
    OPEN_DRAFTS = "select count(*) from certificate where declaration = $1 and signed_at is null and ended_at is null";
    /// Filtered by outcome in the program: with it in the statement SQLite would walk the index of all releases.
    SETTLED_BY = "select outcome from settlement where declaration = $1 and officer = $2";
    ONE = "select id, declaration, branch, operator, kind, draft, filled, drafted_at, replaces, amended, no, code, body, public_key, signature, signed_by, authorisation, signed_at, ended_at, ended_by, ended_how, ended_reason, replaced_by from certificate where id = $1";
    BY_CODE = "select id, declaration, branch, operator, kind, draft, filled, drafted_at, replaces, amended, no, code, body, public_key, signature, signed_by, authorisation, signed_at, ended_at, ended_by, ended_how, ended_reason, replaced_by from certificate where code = $1";
    OF_DECLARATION = "select id, declaration, branch, operator, kind, draft, filled, drafted_at, replaces, amended, no, code, body, public_key, signature, signed_by, authorisation, signed_at, ended_at, ended_by, ended_how, ended_reason, replaced_by from certificate where declaration = $1 order by drafted_at, id limit 200";
    LIST = "select id, declaration, branch, operator, kind, draft, filled, drafted_at, replaces, amended, no, code, body, public_key, signature, signed_by, authorisation, signed_at, ended_at, ended_by, ended_how, ended_reason, replaced_by from certificate where (cast($1 as uuid) is null or branch = $1) and (cast($2 as uuid) is null or operator = $2) and (drafted_at, id) < ($3, $4) order by drafted_at desc, id desc limit $5";
    MISSES = "select count(*) from code_miss where source = $1 and at > $2";
    MISS_ADD = "insert into code_miss (id, source, at) values ($1, $2, $3)";
    MISS_FORGET = "delete from code_miss where at < $1";
}
