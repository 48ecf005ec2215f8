//! The code on a certificate: drawn, never counted, and made of letters and figures that nobody confuses.

use kernel::Chance;

/// No 0 O D Q, no 1 I L, no 2 Z, no 5 S, no 8 B, no 6 G, no U V: what looks alike on a creased paper is left out.
const ALPHABET: &[u8] = b"3479ACEFHJKMNPRTWXY";
/// Letters of a code: 19^12 is over 2^50, and guessing is slowed beside that.
pub(super) const LENGTH: usize = 12;

/// Draws a code; every letter has the same chance.
pub(super) fn draw(chance: &Chance) -> String {
    let mut code = String::with_capacity(LENGTH);
    // The greatest multiple of the alphabet below 256: bytes above it would favour its first letters.
    let fair = 256 - 256 % ALPHABET.len();
    while code.len() < LENGTH {
        for byte in chance.bytes::<16>().map(usize::from).into_iter().filter(|b| *b < fair) {
            if code.len() < LENGTH {
                code.push(char::from(ALPHABET[byte % ALPHABET.len()]));
            }
        }
    }
    code
}

/// A code as a person typed it, made plain: capitals, no blanks, no hyphens; none when it cannot be one.
pub fn plain_code(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let code: String = typed
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{2013}' | '.'))
        .collect::<String>()
        .to_uppercase();
    (code.len() == LENGTH && code.bytes().all(|b| ALPHABET.contains(&b))).then_some(code)
}
