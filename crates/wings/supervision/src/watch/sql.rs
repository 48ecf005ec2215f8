//! All SQL of the watch list.

store::statements! {
    COUNT = "select count(*) from notification where notified_on >= $1 and notified_on <= $2";
    NOTICES = "select reference, notified_on, category, origin, hazard_category from notification where notified_on >= $1 and notified_on <= $2 order by notified_on desc, id desc limit $3";
}
