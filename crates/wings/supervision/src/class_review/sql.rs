//! All SQL of reviews of a class.

/// The seventeen columns of a review.
macro_rules! columns {
    ($rest:literal) => {
        concat!("select id, no, operator, branch, notification, rule_version, asked_by, opened_at, due_at, class_was, outcome, class_now, reason, decided_by, decided_at, back_at, restored_at from class_review ", $rest)
    };
}

store::statements! {
    /// Operators of the attributed lots, with the branch of the plant or, without one, of the declaration.
    SUBJECTS = "select distinct d.operator, coalesce(p.branch, d.branch), o.class, n.rule_version from notification n join attributed_lot a on a.notification = n.id join lot l on l.id = a.lot join declaration d on d.id = l.declaration join operator o on o.id = d.operator left join plant p on p.id = d.plant where n.id = $1";
    ASKED_BY = "select by_officer from notification_step where notification = $1 and what = 'attributed' order by at desc, id desc limit 1";
    INTEREST = "select 1 from interest where officer = $1 and operator = $2";
    NEXT = "insert into counter (name, n) values ($1, 1) on conflict (name) do update set n = counter.n + 1 returning n";
    KNOWN = "select 1 from class_review where operator = $1 and notification = $2";
    ADD = "insert into class_review (id, no, operator, branch, notification, rule_version, asked_by, opened_at, due_at, class_was, outcome, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', '')";
    DECIDE = "update class_review set outcome = $2, class_was = $3, class_now = $4, reason = $5, decided_by = $6, decided_at = $7, back_at = $8 where id = $1 and decided_at is null";
    RESTORED = "update class_review set outcome = 'restored', restored_at = $2 where id = $1 and restored_at is null";
    ONE = columns!("where id = $1");
    NEWEST = columns!("where (opened_at, id) < ($1, $2) order by opened_at desc, id desc limit $3");
    OWED = columns!("where decided_at is null and (due_at, id) > ($1, $2) order by due_at, id limit $3");
    OF_NOTIFICATION = columns!("where notification = $1 order by opened_at, id limit 50");
    OF_OPERATOR = columns!("where operator = $1 order by opened_at desc, id desc limit 50");
    /// Lowered classes whose time is over and against which nothing stands, the last lowered first.
    BACK = columns!("where back_at <= $1 and restored_at is null and not exists (select 1 from series s where s.operator = class_review.operator and s.ended_at is null) and not exists (select 1 from class_review o where o.operator = class_review.operator and o.decided_at is null) and not exists (select 1 from class_review n where n.operator = class_review.operator and n.back_at is not null and n.restored_at is null and (n.decided_at, n.id) > (class_review.decided_at, class_review.id)) order by back_at, id limit $2");
    STANDING = "select no, back_at from class_review where operator = $1 and outcome = 'lowered' order by back_at desc, id limit 1";
}
