//! All SQL of standing rules.

store::statements! {
    ADD = "insert into standing_rule (id, brand, title_zh, title_en, body, change, sha256, stage, drafted_by, drafted_at, reviewed_by, opinion, no, minutes, effective_from, review_on, signed_by, decided_at, rule_version) values ($1, $2, $3, $4, $5, $6, $7, 'drafted', $8, $9, null, '', null, '', null, null, null, null, '')";
    ONE = "select id, brand, title_zh, title_en, body, change, stage, drafted_by, opinion, no, effective_from, review_on, rule_version from standing_rule where id = $1";
    OF_BRAND = "select id, brand, title_zh, title_en, body, change, stage, drafted_by, opinion, no, effective_from, review_on, rule_version from standing_rule where brand = $1 order by drafted_at desc, id desc limit 50";
    REVIEWED = "update standing_rule set stage = $2, reviewed_by = $3, opinion = $4 where id = $1 and stage = 'drafted'";
    NUMBERED = "select id from standing_rule where no = $1";
    DECIDED = "update standing_rule set stage = 'decided', no = $2, minutes = $3, effective_from = $4, review_on = $5, signed_by = $6, decided_at = $7 where id = $1 and stage = 'reviewed'";
    ENACTED = "update standing_rule set stage = 'enacted', rule_version = $2 where id = $1 and stage = 'decided'";
    ADOPTERS_DUE = "select o.id, o.practice, o.unit, p.brand, o.answered_at from practice_offer o join practice p on p.id = o.practice where o.answer in ('adopt', 'adapt') and o.answered_at <= $1 and not exists (select 1 from adopter_measure m where m.offer = o.id) order by o.answered_at, o.id limit $2";
    ADOPTER_MEASURED = "insert into adopter_measure (offer, at, replicated) values ($1, $2, $3) on conflict (offer) do nothing";
    RULES_DUE = "select r.id, r.brand, r.effective_from from standing_rule r where r.stage = 'enacted' and r.effective_from <= $1 and not exists (select 1 from rule_measure m where m.rule = r.id) order by r.effective_from, r.id limit $2";
    RULE_MEASURED = "insert into rule_measure (rule, at, held) values ($1, $2, $3) on conflict (rule) do nothing";
    MEASURE_OF = "select at, held from rule_measure where rule = $1";
}
