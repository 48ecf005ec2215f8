//! What a review may end in: from values alone.

/// The lowest class; 1 is the best.
pub const LOWEST: i64 = 5;

/// The class after a review; none when a class cannot be lowered any more.
pub(super) fn after(class: i64, lower: bool) -> Option<i64> {
    let to = class + i64::from(lower);
    (to <= LOWEST).then_some(to)
}

/// The class when a lowered one comes back: what it was before, unless it was set otherwise meanwhile.
pub(super) fn returned(was: i64, lowered_to: i64, now: i64) -> i64 {
    if now == lowered_to { was } else { now }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_kept_or_lowered_by_one_and_never_below_the_lowest() {
        assert_eq!((after(1, true), after(1, false)), (Some(2), Some(1)));
        assert_eq!((after(LOWEST, true), after(LOWEST, false)), (None, Some(LOWEST)));
    }

    #[test]
    fn a_class_comes_back_to_what_it_was_unless_it_was_set_otherwise() {
        assert_eq!(returned(2, 3, 3), 2);
        assert_eq!(returned(2, 3, 5), 5, "lowered again meanwhile, by another ground");
    }
}
