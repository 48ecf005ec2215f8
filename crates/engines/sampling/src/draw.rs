//! Drawing the units to inspect from a seed, in a way that an auditor can repeat with `sha256sum` alone.
//!
//! 1. The units of the frame are numbered 1, 2, … `N` (see [`Frame`]).
//! 2. The `k`-th number of the stream, `k` = 0, 1, 2, …, is made of the seed's bytes, a colon and `k` in
//!    decimal: `printf '%s:%d' "$SEED" $k | sha256sum`; its first 16 hexadecimal digits, read as an unsigned
//!    number `x`.
//! 3. With `m` = floor(2⁶⁴ / `N`) · `N`, a number `x ≥ m` is passed over (otherwise low units would come up
//!    more often); else it names unit `x mod N + 1`.
//! 4. A unit already named is passed over. Go on until `n` different units are named.
//! 5. If more than half of the units are wanted, steps 2 to 4 name the `N − n` units that are left out.
//!
//! The units are returned in ascending order of their numbers, which is the order of walking past them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;

/// What lies there to be drawn from. Numbers start at 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// Units in no particular arrangement, numbered 1 to this count.
    Count(u64),
    /// A full stack: every layer has the same number of pallets, every pallet the same number of cartons.
    /// Numbering goes carton by carton, then pallet by pallet, then layer by layer.
    Stack {
        /// Layers.
        layers: u32,
        /// Pallets in each layer.
        pallets: u32,
        /// Cartons on each pallet.
        cartons: u32,
    },
    /// An uneven stack: the pallets in the order of walking past them, each with its own count.
    Pallets(Vec<Pallet>),
}

/// One pallet of an uneven stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pallet {
    /// Layer it stands in, from 1.
    pub layer: u32,
    /// Its number in the layer, from 1.
    pub pallet: u32,
    /// Cartons on it.
    pub cartons: u32,
}

/// A unit drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnitRef {
    /// Running number in the frame, from 1.
    pub number: u64,
    /// Where it lies; none for a plain count.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Where a carton lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Layer, from 1.
    pub layer: u32,
    /// Pallet in the layer, from 1.
    pub pallet: u32,
    /// Carton on the pallet, from 1.
    pub carton: u32,
}

impl Frame {
    /// Number of units in the frame.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] when there is none or the product exceeds 2⁶³.
    pub fn units(&self) -> Result<u64, Error> {
        let total = match self {
            Self::Count(count) => Some(*count),
            Self::Stack { layers, pallets, cartons } => {
                let per_layer = u64::from(*pallets) * u64::from(*cartons);
                per_layer.checked_mul(u64::from(*layers))
            }
            Self::Pallets(pallets) => Some(pallets.iter().map(|pallet| u64::from(pallet.cartons)).sum()),
        };
        total.filter(|total| (1..=1 << 63).contains(total)).ok_or_else(|| Error::OutOfRange {
            field: "frame",
            given: format!("{self:?}"),
            range: "1 to 2^63 units",
            remedy: "give every count as 1 or more",
        })
    }

    /// Where the unit with this zero-based position lies.
    fn place(&self, position: u64) -> Option<Place> {
        // Each quotient or remainder is below a u32 count, so the narrowing never cuts.
        let narrow = |value: u64| u32::try_from(value + 1).unwrap_or(u32::MAX);
        match self {
            Self::Count(_) => None,
            Self::Stack { pallets, cartons, .. } => {
                let (pallets, cartons) = (u64::from(*pallets), u64::from(*cartons));
                let stack = position / cartons;
                Some(Place {
                    layer: narrow(stack / pallets),
                    pallet: narrow(stack % pallets),
                    carton: narrow(position % cartons),
                })
            }
            Self::Pallets(list) => {
                let mut rest = position;
                for pallet in list {
                    if rest < u64::from(pallet.cartons) {
                        return Some(Place {
                            layer: pallet.layer,
                            pallet: pallet.pallet,
                            carton: narrow(rest),
                        });
                    }
                    rest -= u64::from(pallet.cartons);
                }
                None
            }
        }
    }
}

/// Draws `n` different units from the frame, every set of `n` equally likely over the seeds; the same seed
/// always gives the same draw. The procedure is laid out at the head of the module [`draw`](self).
///
/// # Errors
/// [`Error::TooMany`] when the frame holds fewer than `n`; [`Error::OutOfRange`] for an empty frame.
///
/// ```
/// use sampling::{draw_units, Frame};
/// let frame = Frame::Stack { layers: 2, pallets: 3, cartons: 40 };
/// let units = draw_units(b"2031-000017/1", &frame, 3)?;
/// assert_eq!(units.len(), 3);
/// assert_eq!(units, draw_units(b"2031-000017/1", &frame, 3)?);
/// # Ok::<(), sampling::Error>(())
/// ```
pub fn draw_units(seed: &[u8], frame: &Frame, n: u64) -> Result<Vec<UnitRef>, Error> {
    let total = frame.units()?;
    if n > total {
        return Err(Error::TooMany { given: n, available: total });
    }
    let leave_out = n > total / 2;
    let named = name_positions(seed, total, if leave_out { total - n } else { n });
    let unit = |position: u64| UnitRef { number: position + 1, place: frame.place(position) };
    Ok(if leave_out {
        (0..total).filter(|position| !named.contains(position)).map(unit).collect()
    } else {
        named.into_iter().map(unit).collect()
    })
}

/// Steps 2 to 4 of the procedure: `wanted` different zero-based positions below `total`.
fn name_positions(seed: &[u8], total: u64, wanted: u64) -> BTreeSet<u64> {
    let mut named = BTreeSet::new();
    // 2⁶⁴ mod total without 128-bit numbers; the last `excess` numbers of the range are passed over.
    let excess = (u64::MAX % total + 1) % total;
    let mut counter = 0_u64;
    while (named.len() as u64) < wanted {
        let x = stream_number(seed, counter);
        counter += 1;
        if x <= u64::MAX - excess {
            named.insert(x % total);
        }
    }
    named
}

/// Number `counter` of the stream: the first eight bytes, big-endian, of SHA-256 over `seed:counter`.
pub(crate) fn stream_number(seed: &[u8], counter: u64) -> u64 {
    let digest = Sha256::new().chain_update(seed).chain_update(format!(":{counter}")).finalize();
    digest.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
}
