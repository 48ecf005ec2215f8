//! All SQL of units, posts and officers.

store::statements! {
    UNIT_ADD = "insert into unit (id, code, kind, name_zh, name_en, parent, branch) values ($1, $2, $3, $4, $5, $6, $7)";
    UNIT = "select id, code, kind, name_zh, name_en, parent, branch from unit where id = $1";
    UNITS = "select id, code, kind, name_zh, name_en, parent, branch from unit order by code limit 1000";
    POST_ADD = "insert into post (id, code, name_zh, name_en, tasks) values ($1, $2, $3, $4, $5)";
    POSTS = "select id, code, name_zh, name_en, tasks from post order by code limit 500";
    OFFICER_ADD = "insert into officer (id, staff_no, name_zh, name_en, unit, branch, post, on_duty, since) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OFFICER = "select id, staff_no, name_zh, name_en, unit, branch, post, on_duty from officer where id = $1";
    OFFICERS = "select id, staff_no, name_zh, name_en, unit, branch, post, on_duty from officer where staff_no > $1 order by staff_no limit $2";
    OFFICER_BY_NO = "select id, staff_no, name_zh, name_en, unit, branch, post, on_duty from officer where staff_no = $1";
    OFFICERS_OF = "select id, staff_no, name_zh, name_en, unit, branch, post, on_duty from officer where unit = $1 and staff_no > $2 order by staff_no limit $3";
    INTERESTS = "select i.operator, p.code, p.name_zh, p.name_en, i.reason, i.declared_at from interest i join operator p on p.id = i.operator where i.officer = $1 order by i.declared_at desc limit 200";
    INTEREST_ADD = "insert into interest (officer, operator, reason, declared_at) values ($1, $2, $3, $4) on conflict do nothing";
}
