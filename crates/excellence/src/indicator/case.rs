//! The state of a case: the marks that its facts left. Small, exact, and the same bytes whatever way it was reached.

use super::{formula::Op, quick::Map};
use kernel::{No, Result};

/// Texts and ids by number, so that a case keeps four bytes in place of a code, a unit or an officer.
#[derive(Clone)]
pub(crate) struct Texts {
    of: Vec<Box<str>>,
    by: Map<Box<str>, u32>,
    ids: Vec<u128>,
    id_by: Map<u128, u32>,
}

impl Texts {
    pub(crate) fn new() -> Texts {
        let (by, id_by) = (Map::from_iter([("".into(), 0)]), Map::from_iter([(0, 0)]));
        Texts { of: vec!["".into()], by, ids: vec![0], id_by }
    }

    pub(crate) fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.by.get(text) {
            return *id;
        }
        let id = u32::try_from(self.of.len()).unwrap_or(u32::MAX);
        self.of.push(text.into());
        self.by.insert(text.into(), id);
        id
    }

    #[inline]
    pub(crate) fn text(&self, id: u32) -> &str {
        self.of.get(id as usize).map_or("", |t| t)
    }

    /// The number of a unit or an officer; 0 for nobody.
    #[inline]
    pub(crate) fn small(&mut self, id: u128) -> u32 {
        if let Some(n) = self.id_by.get(&id) {
            return *n;
        }
        let n = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.push(id);
        self.id_by.insert(id, n);
        n
    }

    /// The unit or officer of a number.
    #[inline]
    pub(crate) fn whole(&self, small: u32) -> u128 {
        self.ids.get(small as usize).copied().unwrap_or(0)
    }
}

/// A field that a mark keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kept {
    #[default]
    Nothing,
    Int(i64),
    Text(u32),
}

impl Kept {
    /// Whether the one compares so with the other; nothing compares with nothing, texts are equal or not.
    pub(crate) fn compare(self, op: Op, other: Kept, shift: i64) -> bool {
        match (self, other) {
            (Kept::Int(a), Kept::Int(b)) => op.holds(&a, &b.saturating_add(shift)),
            (Kept::Text(a), Kept::Text(b)) if matches!(op, Op::Eq | Op::Ne) => op.holds(&a, &b),
            _ => false,
        }
    }
}

/// Fields that one mark may keep.
pub(crate) const KEPT: usize = 4;

/// The fields that a mark keeps, packed: cases are many, and each costs its bytes in the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    values: [i64; KEPT],
    sorts: [u8; KEPT],
}

impl Fields {
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Kept {
        match self.sorts[at] {
            0 => Kept::Nothing,
            1 => Kept::Int(self.values[at]),
            _ => Kept::Text(u32::try_from(self.values[at]).unwrap_or_default()),
        }
    }

    #[inline]
    pub(crate) fn set(&mut self, at: usize, kept: Kept) {
        (self.sorts[at], self.values[at]) = match kept {
            Kept::Nothing => (0, 0),
            Kept::Int(n) => (1, n),
            Kept::Text(t) => (2, i64::from(t)),
        };
    }
}

/// What one mark knows. Unit and actor are numbers of `Texts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) number: u16,
    pub(crate) count: u32,
    pub(crate) unit: u32,
    pub(crate) actor: u32,
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) kept: Fields,
}

/// A case: its marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) marks: Vec<Mark>,
    /// Changed since it was stored.
    pub(crate) dirty: bool,
}

impl Case {
    #[inline]
    pub(crate) fn mark(&self, n: u16) -> Option<&Mark> {
        self.marks.iter().find(|m| m.number == n)
    }

    /// Leaves a mark. The last fact counts, or the first where the formula says so; both are counted.
    #[inline]
    pub(crate) fn leave(&mut self, mark: &Mark, first: bool) {
        self.dirty = true;
        match self.marks.iter_mut().find(|m| m.number == mark.number) {
            Some(old) if first => old.count += 1,
            Some(old) => *old = Mark { count: old.count + 1, ..*mark },
            None => self.marks.push(*mark),
        }
    }

    /// Its bytes: marks in the order of their numbers.
    pub(crate) fn encode(&self, texts: &Texts) -> Vec<u8> {
        let mut marks: Vec<&Mark> = self.marks.iter().collect();
        marks.sort_by_key(|m| m.number);
        let mut out = Vec::with_capacity(64 * marks.len());
        for m in marks {
            put(&mut out, i64::from(m.number));
            put(&mut out, i64::from(m.count));
            put(&mut out, m.seq);
            put(&mut out, m.at);
            for id in [texts.whole(m.unit), texts.whole(m.actor)] {
                out.push(u8::from(id != 0));
                if id != 0 {
                    out.extend(id.to_be_bytes());
                }
            }
            for at in 0..KEPT {
                match m.kept.get(at) {
                    Kept::Nothing => out.push(0),
                    Kept::Int(i) => {
                        out.push(1);
                        put(&mut out, i);
                    }
                    Kept::Text(t) => {
                        out.push(2);
                        put_text(&mut out, texts.text(t));
                    }
                }
            }
        }
        out
    }

    /// Reads a case from its bytes.
    pub(crate) fn decode(bytes: &[u8], texts: &mut Texts) -> Result<Case> {
        let mut r = Reader { bytes };
        let mut case = Case::default();
        while !r.bytes.is_empty() {
            let number = u16::try_from(r.int()?).map_err(No::fault)?;
            let count = u32::try_from(r.int()?).map_err(No::fault)?;
            let (seq, at) = (r.int()?, r.int()?);
            let (unit, actor) = (texts.small(r.id()?), texts.small(r.id()?));
            let mut kept = Fields::default();
            for slot in 0..KEPT {
                let field = match r.byte()? {
                    0 => Kept::Nothing,
                    1 => Kept::Int(r.int()?),
                    _ => Kept::Text(texts.id(&r.text()?)),
                };
                kept.set(slot, field);
            }
            case.marks.push(Mark { number, count, unit, actor, seq, at, kept });
        }
        Ok(case)
    }
}

/// An officer's authorisation, as far as the log must be judged by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Number of the fact that gave it: of one instant, it covers only what came after it.
    pub(crate) seq: i64,
    pub(crate) id: u128,
    pub(crate) duty: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// The bytes of an officer's authorisations.
pub(crate) fn encode_grants(grants: &[Grant]) -> Vec<u8> {
    let mut out = Vec::new();
    for g in grants {
        put(&mut out, g.seq);
        out.extend(g.id.to_be_bytes());
        put_text(&mut out, &g.duty);
        put(&mut out, g.from);
        put(&mut out, g.to);
    }
    out
}

/// Reads an officer's authorisations.
pub(crate) fn decode_grants(bytes: &[u8]) -> Result<Vec<Grant>> {
    let mut r = Reader { bytes };
    let mut grants = Vec::new();
    while !r.bytes.is_empty() {
        let seq = r.int()?;
        grants.push(Grant { seq, id: r.id_here()?, duty: r.text()?, from: r.int()?, to: r.int()? });
    }
    Ok(grants)
}

/// Values and how often each was met, in order; the exact multiset behind a median.
pub(crate) type Spread = std::collections::BTreeMap<i64, i64>;

/// The bytes of a spread.
pub(crate) fn encode_spread(spread: &Spread) -> Vec<u8> {
    let mut out = Vec::with_capacity(spread.len() * 3);
    let mut last = 0;
    for (value, n) in spread.iter().filter(|(_, n)| **n != 0) {
        put(&mut out, value.wrapping_sub(last));
        put(&mut out, *n);
        last = *value;
    }
    out
}

/// Adds the values of stored bytes to a spread.
pub(crate) fn add_spread(bytes: &[u8], into: &mut Spread) -> Result<()> {
    let mut r = Reader { bytes };
    let mut value = 0_i64;
    while !r.bytes.is_empty() {
        value = value.wrapping_add(r.int()?);
        *into.entry(value).or_default() += r.int()?;
    }
    into.retain(|_, n| *n != 0);
    Ok(())
}

/// A whole number in as few bytes as it needs: zigzag, then seven bits a byte.
fn put(out: &mut Vec<u8>, n: i64) {
    let mut z = ((n << 1) ^ (n >> 63)).cast_unsigned();
    loop {
        let low = (z & 0x7f).to_le_bytes()[0];
        z >>= 7;
        if z == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, i64::try_from(text.len()).unwrap_or(0));
    out.extend(text.as_bytes());
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.bytes.split_first().ok_or_else(|| No::fault("a stored case ends early"))?;
        self.bytes = rest;
        Ok(*first)
    }

    fn int(&mut self) -> Result<i64> {
        let (mut z, mut shift) = (0_u64, 0);
        loop {
            let b = self.byte()?;
            if shift > 63 {
                return Err(No::fault("a stored number is too long"));
            }
            z |= u64::from(b & 0x7f) << shift;
            if b & 0x80 == 0 {
                return Ok((z >> 1).cast_signed() ^ -((z & 1).cast_signed()));
            }
            shift += 7;
        }
    }

    fn take(&mut self, n: usize) -> Result<&[u8]> {
        let (head, rest) =
            self.bytes.split_at_checked(n).ok_or_else(|| No::fault("a stored case ends early"))?;
        self.bytes = rest;
        Ok(head)
    }

    fn id_here(&mut self) -> Result<u128> {
        let bytes: [u8; 16] = self.take(16)?.try_into().map_err(No::fault)?;
        Ok(u128::from_be_bytes(bytes))
    }

    fn id(&mut self) -> Result<u128> {
        if self.byte()? == 0 { Ok(0) } else { self.id_here() }
    }

    fn text(&mut self) -> Result<String> {
        let n = usize::try_from(self.int()?).map_err(No::fault)?;
        String::from_utf8(self.take(n)?.to_vec()).map_err(No::fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_case_is_the_same_after_its_bytes(
            raw in prop::collection::vec((0_u16..300, any::<u32>(), any::<i64>(), any::<i64>(), any::<u128>(), any::<u128>()), 0..5),
            int in any::<i64>(), text in "[a-z]{0,9}",
        ) {
            let mut texts = Texts::new();
            let mut case = Case::default();
            for (n, count, seq, at, unit, actor) in raw {
                let mut kept = Fields::default();
                for (slot, k) in [Kept::Int(int), Kept::Text(texts.id(&text)), Kept::Nothing, Kept::Int(0)].into_iter().enumerate() {
                    kept.set(slot, k);
                }
                let (unit, actor) = (texts.small(unit), texts.small(actor));
                case.leave(&Mark { number: n, count: count / 2, unit, actor, seq, at, kept }, false);
            }
            let bytes = case.encode(&texts);
            let back = Case::decode(&bytes, &mut texts).expect("a case");
            prop_assert_eq!(back.encode(&texts), bytes);
            prop_assert_eq!(back.marks.len(), case.marks.len());
        }

        #[test]
        fn a_spread_is_the_same_after_its_bytes(spread in prop::collection::btree_map(any::<i64>(), 1..9_i64, 0..20)) {
            let mut back = Spread::new();
            add_spread(&encode_spread(&spread), &mut back).expect("a spread");
            prop_assert_eq!(back, spread);
        }

        #[test]
        fn broken_bytes_are_a_fault_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Case::decode(&bytes, &mut Texts::new());
            let _ = add_spread(&bytes, &mut Spread::new());
            let _ = decode_grants(&bytes);
        }
    }
}
