//! All SQL of standing rules.

store::statements! {
    ADD = "insert into standing_rule (id, brand, title_zh, title_en, body, change, sha256, stage, drafted_by, drafted_at, reviewed_by, opinion, no, minutes, effective_from, review_on, signed_by, decided_at, rule_version) values ($1, $2, $3, $4, $5, $6, $7, 'drafted', $8, $9, null, '', null, '', null, null, null, null, '')";
    ONE = "select id, brand, title_zh, title_en, body, change, stage, drafted_by, opinion, no, effective_from, review_on, rule_version from standing_rule where id = $1";
    OF_BRAND = "select id, brand, title_zh, title_en, body, change, stage, drafted_by, opinion, no, effective_from, review_on, rule_version from standing_rule where brand = $1 order by drafted_at desc, id desc limit 50";
    REVIEWED = "update standing_rule set stage = $2, reviewed_by = $3, opinion = $4 where id = $1 and stage = 'drafted'";
    NUMBERED = "select id from standing_rule where no = $1";
    DECIDED = "update standing_rule set stage = 'decided', no = $2, minutes = $3, effective_from = $4, review_on = $5, signed_by = $6, decided_at = $7 where id = $1 and stage = 'reviewed'";
    ENACTED = "update standing_rule set stage = 'enacted', rule_version = $2 where id = $1 and stage = 'decided'";
}
