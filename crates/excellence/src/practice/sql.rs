//! All SQL of practices and offers.

store::statements! {
    ADD = "insert into practice (id, brand, body, sha256, packaged_by, at) values ($1, $2, $3, $4, $5, $6)";
    OF_BRAND = "select id, brand, body, sha256 from practice where brand = $1";
    ONE = "select id, brand, body, sha256 from practice where id = $1";
    OFFER_ADD = "insert into practice_offer (id, practice, unit, due_at, offered_at, answer, reason, answered_at) values ($1, $2, $3, $4, $5, null, '', null) on conflict (practice, unit) do nothing";
    OPEN_OF = "select o.id, o.practice, o.unit, o.due_at, o.answer, o.reason, o.answered_at, o.late, p.brand, o.offered_at from practice_offer o join practice p on p.id = o.practice join brand b on b.id = p.brand where b.stage in ('passed', 'ruled') and o.answer is null and o.unit = $1 order by o.due_at, o.id limit 200";
    OVERDUE = "select o.id, o.practice, o.unit, o.due_at, o.answer, o.reason, o.answered_at, o.late, p.brand, o.offered_at from practice_offer o join practice p on p.id = o.practice join brand b on b.id = p.brand where b.stage in ('passed', 'ruled') and o.answer is null and o.due_at <= $1 order by o.due_at, o.id limit 200";
    UNSEEN = "select o.id, o.practice, o.unit, o.due_at, o.answer, o.reason, o.answered_at, o.late, p.brand, o.offered_at from practice_offer o join practice p on p.id = o.practice join brand b on b.id = p.brand where b.stage in ('passed', 'ruled') and o.answer in ('adopt', 'adapt') and not exists (select 1 from practice_check c where c.offer = o.id and c.operating = true) order by o.answered_at, o.id limit 200";
    CHECK_ADD = "insert into practice_check (offer, at, operating, seen, note, checked_by) values ($1, $2, $3, $4, $5, $6)";
    CHECKS = "select at, operating, seen, note, checked_by from practice_check where offer = $1 order by at";
    OFFER = "select id, practice, unit, due_at, answer, reason, answered_at, late from practice_offer where id = $1";
    OFFERS = "select id, practice, unit, due_at, answer, reason, answered_at, late from practice_offer where practice = $1 order by offered_at, unit";
    ANSWER = "update practice_offer set answer = $2, reason = $3, answered_at = $4, late = $5 where id = $1 and answer is null";
}
