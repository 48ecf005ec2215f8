//! One compiled input column: from a value to the set of rows whose cell it passes, by search among
//! sorted points or by hash, without looking at any row.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rust_decimal::Decimal;

use super::classes::{Classes, KINDS, is_static};
use super::feel::ast::Test;
use super::feel::eval::{Machine, Scope};
use super::value::{Key, Kind, Value};

/// A column ready for look-ups.
#[derive(Clone, Debug)]
pub(super) struct Column {
    words: usize,
    /// For each class, `words` words with one bit for each row.
    masks: Vec<u64>,
    /// Classes without a sample, whose cells are asked one by one.
    unsure: Vec<bool>,
    starts: [usize; KINDS.len()],
    numbers: Numbers,
    wholes: Vec<Vec<i128>>,
    texts: Texts,
}

/// Points of numbers: whole multiples of one power of ten where they fit, which compare fastest.
#[derive(Clone, Debug)]
enum Numbers {
    Scaled { scale: u32, keys: Vec<i64> },
    Plain(Vec<Decimal>),
}

/// Points of strings; hashed when all segments between them behave alike.
#[derive(Clone, Debug)]
enum Texts {
    Hashed(HashMap<Box<str>, usize, BuildHasherDefault<TextHasher>>),
    Sorted(Vec<Arc<str>>),
}

/// A short multiplicative hash; the keys come from the table itself and not from strangers.
#[derive(Clone, Debug, Default)]
struct TextHasher(u64);

impl Hasher for TextHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
        // The table of the standard library looks at the high bits first.
        self.0 ^= self.0 >> 32;
    }
}

impl Column {
    /// Compiles the cells of a column, one for each row. A cell that is not static lets everything
    /// through and must be asked again by the caller.
    pub(super) fn new(cells: &[&[Test]]) -> Self {
        let classes = Classes::of(cells.iter().copied());
        let words = cells.len().div_ceil(64).max(1);
        let mut masks = vec![0u64; words * classes.samples.len()];
        let machine = Machine::bare();
        let scope = Scope::root(0, Vec::new());
        for (row, tests) in cells.iter().enumerate() {
            let open = !is_static(tests);
            for (class, sample) in classes.samples.iter().enumerate() {
                let hit =
                    open || sample.as_ref().is_some_and(|v| machine.matches(tests, v, &scope) == Some(true));
                if hit {
                    masks[class * words + row / 64] |= 1 << (row % 64);
                }
            }
        }
        let starts = KINDS.map(|k| classes.start(k));
        let texts = Self::texts(&classes, &masks, words);
        let wholes = KINDS.map(|k| classes.points(k).iter().filter_map(whole).collect()).to_vec();
        let unsure = classes.samples.iter().map(Option::is_none).collect();
        Self { words, masks, unsure, starts, numbers: numbers(classes.points(Kind::Number)), wholes, texts }
    }

    fn texts(classes: &Classes, masks: &[u64], words: usize) -> Texts {
        let points: Vec<Arc<str>> = classes
            .points(Kind::Text)
            .iter()
            .filter_map(|k| if let Key::Text(s) = k { Some(s.clone()) } else { None })
            .collect();
        let start = classes.start(Kind::Text);
        let mask = |class: usize| &masks[class * words..(class + 1) * words];
        // The segment below the empty string is void and says nothing.
        let mut filled = (0..=points.len()).map(|i| start + 2 * i).filter(|c| classes.samples[*c].is_some());
        let first = filled.next();
        let alike = first.is_some_and(|f| filled.all(|c| mask(c) == mask(f)));
        match (alike, first) {
            (true, Some(other)) => {
                let mut map: HashMap<Box<str>, usize, BuildHasherDefault<TextHasher>> = HashMap::default();
                for (i, p) in points.iter().enumerate() {
                    // A point that behaves like everything else needs no entry.
                    if mask(start + 2 * i + 1) != mask(other) {
                        map.insert(Box::from(&**p), start + 2 * i + 1);
                    }
                }
                Texts::Hashed(map)
            }
            _ => Texts::Sorted(points),
        }
    }

    /// The rows a value passes, or nothing when the cells must be asked one by one.
    pub(super) fn rows(&self, v: &Value) -> Option<&[u64]> {
        let class = match v {
            Value::Null => 0,
            Value::Number(n) => self.starts[Kind::Number as usize] + self.numbers.class(*n),
            Value::Text(s) => self.text_class(s),
            Value::List(_) | Value::Context(_) | Value::Range(_) | Value::Function(_) => return None,
            other => {
                let (kind, key) = other.key()?;
                let points = &self.wholes[kind as usize];
                let n = whole(&key)?;
                let at = points.partition_point(|p| *p < n);
                let on = points.get(at) == Some(&n);
                self.starts[kind as usize] + 2 * at + usize::from(on)
            }
        };
        if self.unsure[class] {
            return None;
        }
        Some(&self.masks[class * self.words..(class + 1) * self.words])
    }

    fn text_class(&self, s: &str) -> usize {
        let start = self.starts[Kind::Text as usize];
        match &self.texts {
            // All segments are alike; the last one always has a sample.
            Texts::Hashed(map) => map.get(s).copied().unwrap_or(self.starts[Kind::Date as usize] - 1),
            Texts::Sorted(points) => {
                let at = points.partition_point(|p| **p < *s);
                start + 2 * at + usize::from(points.get(at).is_some_and(|p| **p == *s))
            }
        }
    }
}

fn whole(k: &Key) -> Option<i128> {
    if let Key::Whole(n) = k { Some(*n) } else { None }
}

fn numbers(points: &[Key]) -> Numbers {
    let plain: Vec<Decimal> = points
        .iter()
        .filter_map(|k| if let Key::Number(n) = k { Some(n.normalize()) } else { None })
        .collect();
    let scale = plain.iter().map(Decimal::scale).max().unwrap_or(0);
    let scaled = |n: &Decimal| {
        let unit = 10i128.checked_pow(scale - n.scale())?;
        i64::try_from(n.mantissa().checked_mul(unit)?).ok()
    };
    match plain.iter().map(scaled).collect::<Option<Vec<i64>>>() {
        Some(keys) => Numbers::Scaled { scale, keys },
        None => Numbers::Plain(plain),
    }
}

const POWERS: [i128; 19] = {
    let mut p = [1i128; 19];
    let mut i = 1;
    while i < p.len() {
        p[i] = p[i - 1] * 10;
        i += 1;
    }
    p
};

impl Numbers {
    /// Place of a number: twice the points below it, one more when it is itself a point.
    fn class(&self, n: Decimal) -> usize {
        match self {
            Numbers::Scaled { scale, keys } => {
                let (floor, exact) = scaled_floor(n, *scale);
                let at = keys.partition_point(|k| i128::from(*k) < floor);
                let on = keys.get(at).is_some_and(|k| i128::from(*k) == floor);
                // A number with more places lies beyond the point its floor falls upon.
                match (on, exact) {
                    (true, true) => 2 * at + 1,
                    (true, false) => 2 * at + 2,
                    (false, _) => 2 * at,
                }
            }
            Numbers::Plain(points) => {
                let at = points.partition_point(|p| *p < n);
                2 * at + usize::from(points.get(at) == Some(&n))
            }
        }
    }
}

/// The greatest multiple of 10^-scale not above the number, and whether it is the number itself.
fn scaled_floor(n: Decimal, scale: u32) -> (i128, bool) {
    let (mantissa, own) = (n.mantissa(), n.scale());
    if own <= scale {
        let power = POWERS.get((scale - own) as usize).copied();
        // Beyond this range the number lies outside all points, which fit 64 bits.
        let product = power.and_then(|p| mantissa.checked_mul(p));
        return (product.unwrap_or(mantissa.signum() * i128::MAX), true);
    }
    let unit = 10i128.pow(own - scale);
    (mantissa.div_euclid(unit), mantissa.rem_euclid(unit) == 0)
}
