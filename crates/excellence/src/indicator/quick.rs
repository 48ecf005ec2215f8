//! Tables of a fold, keyed by ids and small numbers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A quick hash for keys that nobody outside chooses: ids and small numbers.
#[derive(Default)]
pub(crate) struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    fn write_u16(&mut self, n: u16) {
        self.write_u64(u64::from(n));
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    fn write_i32(&mut self, n: i32) {
        self.write_u64(u64::from(n.cast_unsigned()));
    }
    fn write_u128(&mut self, n: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "both halves are taken, one after the other")]
        self.write_u64(n as u64 ^ (n >> 64) as u64);
    }
}

/// A table of a fold.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
