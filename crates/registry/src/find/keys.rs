//! The forms by which a name is typed. All of them are lower case and without spaces at the ends.

use kernel::Bilingual;
use pinyin::{ToPinyin, ToPinyinMulti};
use std::collections::BTreeSet;

/// Characters of a name that are looked at: longer names are found by their beginning.
pub const NAME_CHARS: usize = 24;
/// Words of an English name at which a search may begin.
const WORDS: usize = 8;
/// Readings of a name with characters of several readings.
const READINGS: usize = 4;
/// Characters of one form.
const FORM_CHARS: usize = 40;

/// What somebody typed, in the shape of the forms; full-width letters and digits become plain ones.
pub fn typed(text: &str) -> String {
    let plain = text.trim().chars().take(FORM_CHARS).map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    });
    plain.flat_map(char::to_lowercase).collect()
}

/// All forms of a code and a name, without doubles.
pub fn forms(code: &str, name: &Bilingual) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let code = typed(code);
    let chars: Vec<char> = code.chars().collect();
    if chars.len() >= 8 {
        // Long numbers are read out by their last digits.
        out.insert(chars[chars.len() - 6..].iter().collect());
        out.insert(chars[chars.len() - 4..].iter().collect());
    }
    out.insert(code);
    words(&name.en, &mut out);
    words(&name.zh, &mut out);
    let zh: Vec<char> = name.zh.chars().take(NAME_CHARS).collect();
    for (at, c) in zh.iter().enumerate() {
        if c.to_pinyin().is_some() {
            out.insert(typed(&zh[at..].iter().collect::<String>()));
        }
    }
    for initials in initials(&zh) {
        let chars: Vec<char> = initials.chars().collect();
        out.extend((0..chars.len().saturating_sub(1)).map(|at| chars[at..].iter().collect::<String>()));
    }
    let spelt: String =
        zh.iter().filter_map(|c| c.to_pinyin()).map(|p| p.plain().replace('ü', "v")).collect();
    out.insert(typed(&spelt));
    out.retain(|form| !form.is_empty());
    out
}

/// A name from each of its words on.
fn words(name: &str, out: &mut BTreeSet<String>) {
    let name = typed(name);
    out.insert(name.clone());
    let starts = name.match_indices([' ', '-', '(', '（', '·']).map(|(at, mark)| at + mark.len());
    out.extend(starts.take(WORDS).map(|at| name[at..].trim().to_owned()));
}

/// Initials of a Chinese name; one line for each reading, where characters have several.
fn initials(zh: &[char]) -> Vec<String> {
    let mut readings = vec![String::new()];
    for c in zh {
        let letters: BTreeSet<char> = match c.to_pinyin_multi() {
            Some(all) => all.into_iter().filter_map(|p| plain(p.first_letter())).collect(),
            None => c.to_lowercase().filter(|c| c.is_ascii_alphanumeric()).collect(),
        };
        if letters.is_empty() {
            continue;
        }
        let first = c.to_pinyin().and_then(|p| plain(p.first_letter()));
        // The usual reading first, for all that was begun; the rare ones as long as there is room.
        let own = first.iter().chain(letters.iter().filter(|l| Some(**l) != first));
        let next = own.flat_map(|letter| readings.iter().map(move |begun| format!("{begun}{letter}")));
        readings = next.take(READINGS.max(readings.len())).collect();
    }
    readings.sort();
    readings.dedup();
    readings
}

fn plain(letter: &str) -> Option<char> {
    letter.chars().next().filter(char::is_ascii_lowercase)
}
