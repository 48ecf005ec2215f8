//! What a formula says of one case: pure, and asked twice for each fact, before and after.

use super::case::{Case, Kept};
use super::plan::{Adds, At, Measures, Says, What};

#[inline]
pub(crate) fn look(case: &Case, at: At) -> Option<Kept> {
    let m = case.mark(at.mark)?;
    Some(match at.of {
        What::At => Kept::Int(m.at),
        // A number among those of this fold: an actor is compared with an actor only.
        What::Actor if m.actor != 0 => Kept::Int(i64::from(m.actor)),
        What::Actor => Kept::Nothing,
        What::Kept(k) => m.kept.get(k),
    })
}

#[inline]
fn says(case: &Case, s: &Says) -> bool {
    match s {
        Says::Is(mark, there) => case.mark(*mark).is_some() == *there,
        Says::Count(mark, op, n) => op.holds(&case.mark(*mark).map_or(0, |m| i64::from(m.count)), n),
        Says::Compare(a, op, b, shift) => match (look(case, *a), look(case, *b)) {
            (Some(a), Some(b)) => a.compare(*op, b, *shift),
            _ => false,
        },
    }
}

#[inline]
pub(crate) fn add(case: &Case, a: &Adds) -> i64 {
    match a {
        Adds::Count(any) => i64::from(any.iter().any(|all| all.iter().all(|s| says(case, s)))),
        Adds::Sum(at) => match look(case, *at) {
            Some(Kept::Int(n)) => n,
            _ => 0,
        },
    }
}

#[inline]
pub(crate) fn measure(case: &Case, v: &Measures) -> Option<i64> {
    let int = |at: At| if let Some(Kept::Int(n)) = look(case, at) { Some(n) } else { None };
    match *v {
        Measures::Minutes(to, from) => Some((int(to)? - int(from)?).div_euclid(60_000_000)),
        Measures::Points(a, b) => Some((int(a)? - int(b)? + 500).div_euclid(1000)),
        Measures::Plain(at) => int(at),
    }
}
