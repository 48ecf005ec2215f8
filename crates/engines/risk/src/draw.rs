//! Seeded selection draw: why one consignment was drawn and another was not, repeatable by anybody.
//!
//! A draw is a pure function of three recorded values: a 32-byte seed, the purpose of the draw
//! (for example `physical-check`) and the subject (for example a declaration number).
//!
//! # How an auditor repeats a draw
//!
//! The digest is SHA-256 over the bytes `seed ‖ purpose ‖ 0x00 ‖ subject`, the two texts in UTF-8.
//! Its first eight bytes, read as a big-endian number `x`, are scaled to parts per million:
//! `draw = floor(x × 1 000 000 / 2^64)`. With the seed as 64 hexadecimal digits in `$SEED`:
//!
//! ```text
//! { printf '%s' "$SEED" | xxd -r -p; printf 'physical-check\0D2026-000001'; } | sha256sum
//! # take the first 16 hexadecimal digits, in capitals, as X:
//! echo "ibase=16; X*F4240/10000000000000000" | bc
//! ```
//!
//! (`F4240` is 1 000 000 and `1` followed by sixteen zeros is 2^64, both in base 16.)
//! The subject is selected when the draw is less than the rate in parts per million, so a rate of
//! 0 selects nothing and a rate of 1 000 000 selects everything. Raising a rate under the same
//! seed only adds subjects, it never drops one.
//!
//! The purpose must not hold a NUL byte, else two different pairs of texts could share a digest;
//! [`purpose_is_valid`] says so beforehand. The scaling is uneven by less than 1 in 10^13.

use sha2::{Digest, Sha256};

/// Parts per million in one whole; draws lie in `0..PPM`, rates in `0..=PPM`.
pub const PPM: u64 = 1_000_000;

/// Draws a number in `0..1_000_000` for one subject and purpose under a recorded seed.
///
/// See the module's head for the recipe and for how to repeat it with `sha256sum`.
pub fn draw(seed: &[u8; 32], subject: &str, purpose: &str) -> u64 {
    let digest = digest(seed, subject, purpose);
    let mut head = [0u8; 8];
    head.copy_from_slice(&digest[..8]);
    scale(u64::from_be_bytes(head))
}

/// The whole SHA-256 digest behind [`draw`], to be shown beside the decision for comparison.
pub fn digest(seed: &[u8; 32], subject: &str, purpose: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(seed);
    hasher.update(purpose.as_bytes());
    hasher.update([0u8]);
    hasher.update(subject.as_bytes());
    hasher.finalize().into()
}

/// Whether a draw (parts per million) falls under a rate (parts per million; 1 000 000 is every one).
pub fn selected(rate_ppm: u32, draw: u64) -> bool {
    draw < u64::from(rate_ppm)
}

/// Whether the purpose keeps digests of different pairs apart: not empty and without a NUL byte.
pub fn purpose_is_valid(purpose: &str) -> bool {
    !purpose.is_empty() && !purpose.contains('\0')
}

/// Order in which subjects of one pool are taken when a fixed number is wanted, not a rate.
///
/// Subjects are sorted by their full digest, so the first `n` are a simple random sample without
/// replacement that grows with `n` and does not depend on the order of the input. Returns indices
/// into `subjects`.
pub fn ranking<S: AsRef<str>>(seed: &[u8; 32], subjects: &[S], purpose: &str) -> Vec<usize> {
    let mut keyed: Vec<([u8; 32], usize)> =
        subjects.iter().enumerate().map(|(i, s)| (digest(seed, s.as_ref(), purpose), i)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, i)| i).collect()
}

fn scale(x: u64) -> u64 {
    // The product needs 84 bits; the quotient is below PPM and fits.
    ((u128::from(x) * u128::from(PPM)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: [u8; 32] = [7; 32];

    #[test]
    fn scaling_covers_the_whole_range() {
        assert_eq!(scale(0), 0);
        assert_eq!(scale(1 << 63), 500_000);
        assert_eq!(scale(u64::MAX), 999_999);
    }

    #[test]
    fn agrees_with_sha256sum() {
        // printf '00…00' (64 digits) | xxd -r -p; printf 'p\0s'  → sha256sum, computed by hand.
        let d = digest(&[0; 32], "s", "p");
        let hex: String = d[..8].iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "bb6a932fab0c3b1c");
        assert_eq!(draw(&[0; 32], "s", "p"), 732_094);
    }

    #[test]
    fn rates_at_the_ends_are_exact() {
        for i in 0..1000 {
            let d = draw(&SEED, &format!("D{i}"), "physical-check");
            assert!(d < PPM);
            assert!(!selected(0, d));
            assert!(selected(1_000_000, d));
        }
    }

    #[test]
    fn the_share_drawn_is_the_rate() {
        let n = 40_000u32;
        let hits = (0..n).filter(|i| selected(100_000, draw(&SEED, &format!("D{i}"), "x"))).count() as f64;
        // Five standard deviations of a binomial with p = 0.1.
        let sd = (f64::from(n) * 0.1 * 0.9).sqrt();
        assert!((hits - f64::from(n) * 0.1).abs() < 5.0 * sd, "{hits}");
    }

    #[test]
    fn purposes_and_subjects_are_kept_apart() {
        assert_ne!(digest(&SEED, "bc", "a"), digest(&SEED, "c", "ab"));
        assert!(purpose_is_valid("sampling"));
        assert!(!purpose_is_valid("a\0b"));
        assert!(!purpose_is_valid(""));
    }

    #[test]
    fn ranking_ignores_the_order_of_the_pool() {
        let a = ["x", "y", "z", "w"];
        let b = ["w", "z", "y", "x"];
        let ra: Vec<&str> = ranking(&SEED, &a, "units").into_iter().map(|i| a[i]).collect();
        let rb: Vec<&str> = ranking(&SEED, &b, "units").into_iter().map(|i| b[i]).collect();
        assert_eq!(ra, rb);
    }
}
