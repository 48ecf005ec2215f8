//! All SQL of standing rules.

store::statements! {
    ADD = "insert into standing_rule (id, brand, title_zh, title_en, body, change, sha256, stage, drafted_by, drafted_at, reviewed_by, opinion, no, minutes, effective_from, review_on, signed_by, decided_at, rule_version) values ($1, $2, $3, $4, $5, $6, $7, 'drafted', $8, $9, null, '', null, '', null, null, null, null, '')";
    ONE = "select id, brand, title_zh, title_en, body, change, stage, drafted_by, opinion, no, effective_from, review_on, rule_version, ends_on, ended_version from standing_rule where id = $1";
    OF_BRAND = "select id, brand, title_zh, title_en, body, change, stage, drafted_by, opinion, no, effective_from, review_on, rule_version, ends_on, ended_version from standing_rule where brand = $1 order by drafted_at desc, id desc limit 50";
    REVIEWED = "update standing_rule set stage = $2, reviewed_by = $3, opinion = $4 where id = $1 and stage = 'drafted'";
    NUMBERED = "select id from standing_rule where no = $1";
    DECIDED = "update standing_rule set stage = 'decided', no = $2, minutes = $3, effective_from = $4, review_on = $5, signed_by = $6, decided_at = $7 where id = $1 and stage = 'reviewed'";
    ENACTED = "update standing_rule set stage = 'enacted', rule_version = $2 where id = $1 and stage = 'decided'";
    ADOPTERS_DUE = "select o.id, o.practice, o.unit, p.brand, o.answered_at from practice_offer o join practice p on p.id = o.practice where o.answer in ('adopt', 'adapt') and o.answered_at <= $1 and not exists (select 1 from adopter_measure m where m.offer = o.id) order by o.answered_at, o.id limit $2";
    ADOPTER_MEASURED = "insert into adopter_measure (offer, at, replicated, net_micro, low_micro, high_micro) values ($1, $2, $3, $4, $5, $6) on conflict (offer) do nothing";
    ADOPTER_OF = "select at, replicated, net_micro, low_micro, high_micro from adopter_measure where offer = $1";
    RULES_DUE = "select r.id, r.brand, r.effective_from from standing_rule r where r.stage = 'enacted' and r.effective_from <= $1 and not exists (select 1 from rule_measure m where m.rule = r.id) order by r.effective_from, r.id limit $2";
    RULE_MEASURED = "insert into rule_measure (rule, at, held) values ($1, $2, $3) on conflict (rule) do nothing";
    DECISION_ADD = "insert into rule_decision (rule, at, kept, reason, day, decided_by) values ($1, $2, $3, $4, $5, $6)";
    DECISIONS = "select at, kept, reason, day from rule_decision where rule = $1 order by at";
    KEPT = "update standing_rule set review_on = $2 where id = $1 and stage = 'enacted'";
    WITHDRAWN = "update standing_rule set stage = 'withdrawn', ends_on = $2 where id = $1 and stage = 'enacted'";
    REPEALED = "update standing_rule set ended_version = $2 where id = $1 and stage = 'withdrawn'";
    /// Past its review date, or measured without its effect and not decided since.
    REVIEW_DUE = "select r.id, r.brand, r.title_zh, r.title_en, r.body, r.change, r.stage, r.drafted_by, r.opinion, r.no, r.effective_from, r.review_on, r.rule_version, r.ends_on, r.ended_version from standing_rule r where r.stage = 'enacted' and (r.review_on <= $1 or exists (select 1 from rule_measure m where m.rule = r.id and m.held = false and not exists (select 1 from rule_decision d where d.rule = m.rule and d.at >= m.at))) order by r.review_on, r.id limit 200";
    MEASURE_OF = "select at, held from rule_measure where rule = $1";
}
