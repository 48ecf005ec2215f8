//! All SQL of practices and offers.

store::statements! {
    ADD = "insert into practice (id, brand, body, sha256, packaged_by, at) values ($1, $2, $3, $4, $5, $6)";
    OF_BRAND = "select id, brand, body, sha256 from practice where brand = $1";
    ONE = "select id, brand, body, sha256 from practice where id = $1";
    OFFER_ADD = "insert into practice_offer (id, practice, unit, due_at, offered_at, answer, reason, answered_at) values ($1, $2, $3, $4, $5, null, '', null) on conflict (practice, unit) do nothing";
    OFFER = "select id, practice, unit, due_at, answer, reason, answered_at from practice_offer where id = $1";
    OFFERS = "select id, practice, unit, due_at, answer, reason, answered_at from practice_offer where practice = $1 order by offered_at, unit";
    ANSWER = "update practice_offer set answer = $2, reason = $3, answered_at = $4 where id = $1 and answer is null";
}
