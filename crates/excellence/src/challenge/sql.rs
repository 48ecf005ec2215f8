//! All SQL of peer learning.

store::statements! {
    ADD = "insert into challenge (id, code, name_zh, name_en, indicator, starts_on, ends_on, quarter, tie_rule, red_line, stage, others, proposed_by, proposed_at, criteria, sha256, published_at, standings, scored_at, awarded) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '', null, '', null, null)";
    TAKEN = "select id from challenge where code = $1";
    TOUCHING = "select count(*) from challenge_unit u join challenge c on c.id = u.challenge where u.unit = $1 and c.ends_on >= $2 and c.starts_on <= $3";
    OFFICER_IN = "select count(*) from challenge_member m join challenge c on c.id = m.challenge where m.officer = $1 and m.challenge <> $2 and c.ends_on >= $3 and c.starts_on <= $4";
    FOUND = "select seq, body from ledger where kind = 'accountability.found' and unit = $1 and at >= $2 order by seq limit 1000";
    UNITS = "select unit from challenge_unit where challenge = $1 order by unit";
    ONE = "select id, code, name_zh, name_en, indicator, starts_on, ends_on, tie_rule, red_line, stage, others, proposed_at, criteria, sha256, published_at, standings, scored_at, awarded from challenge where id = $1";
    LIST = "select id, code, name_zh, name_en, indicator, starts_on, ends_on, tie_rule, red_line, stage, others, proposed_at, criteria, sha256, published_at, standings, scored_at, awarded from challenge order by proposed_at desc, id desc limit $1";
    STAGE = "update challenge set stage = $3 where id = $1 and stage = $2";
    PUBLISHED = "update challenge set stage = 'published', criteria = $2, sha256 = $3, published_at = $4 where id = $1 and stage = 'proposed'";
    SCORED = "update challenge set stage = 'scored', standings = $2, scored_at = $3 where id = $1 and stage = 'published'";
    AWARDED = "update challenge set stage = 'awarded', awarded = $2 where id = $1 and stage = 'scored'";
    UNIT_ADD = "insert into challenge_unit (challenge, unit, objection, objected_at, upheld, answer) values ($1, $2, '', null, null, '') on conflict do nothing";
    OBJECT = "update challenge_unit set objection = $3, objected_at = $4 where challenge = $1 and unit = $2 and objected_at is null";
    ANSWER = "update challenge_unit set upheld = $3, answer = $4 where challenge = $1 and unit = $2 and objected_at is not null and upheld is null";
    OBJECTIONS = "select unit, objection, objected_at, upheld, answer from challenge_unit where challenge = $1 and objected_at is not null order by objected_at, unit";
    MEMBER_ADD = "insert into challenge_member (challenge, officer, unit, at) values ($1, $2, $3, $4) on conflict do nothing";
    TOOK_PART = "select count(distinct officer) from challenge_member where unit = $1 and at >= $2";
    STAFF = "select count(*) from officer where branch = $1 and on_duty";
    PAIR_ADD = "insert into learning_pair (id, challenge, learner, teacher, paired_at, visited_at, plan, check_on, checked_at, adopted, facts) values ($1, $2, $3, $4, $5, null, '', null, null, null, '') on conflict (challenge, learner) do nothing";
    PAIRS = "select id, challenge, learner, teacher, paired_at, visited_at, plan, check_on, adopted from learning_pair where challenge = $1 order by paired_at, id";
    PAIR = "select id, challenge, learner, teacher, paired_at, visited_at, plan, check_on, adopted from learning_pair where id = $1";
    VISITED = "update learning_pair set visited_at = $2, plan = $3, check_on = $4 where id = $1 and visited_at is null";
    CHECKED = "update learning_pair set checked_at = $2, adopted = $3, facts = $4 where id = $1 and check_on is not null and checked_at is null";
    ACTED = "select actor, at from ledger where seq > $1 and actor is not null order by seq";
    SAMPLE_ADD = "insert into burden_sample (id, seed, officer, unit, day, candidates, drawn_by, drawn_at, forms, worked, noted_at) values ($1, $2, $3, $4, $5, $6, $7, $8, null, null, null)";
    SAMPLE_NOTED = "update burden_sample set forms = $2, worked = $3, noted_at = $4 where id = $1 and noted_at is null";
    SAMPLE = "select id, seed, officer, unit, day, candidates, drawn_at, forms, worked from burden_sample where id = $1";
    SAMPLE_OPEN = "select id, seed, officer, unit, day, candidates, drawn_at, forms, worked from burden_sample where noted_at is null order by drawn_at limit 1";
    SAMPLES = "select id, seed, officer, unit, day, candidates, drawn_at, forms, worked from burden_sample order by drawn_at desc, id desc limit $1";
}
