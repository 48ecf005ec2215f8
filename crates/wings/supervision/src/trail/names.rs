//! How lots, farms, plants and consignments are named in events: `urn:guomen:KIND:NUMBER`, because farms and plants
//! are filed under numbers of the authority and few of them have one of GS1.

use std::fmt::Write;

/// A part of a name: letters, digits, `-._~/` stand for themselves, all else as percent and hex (RFC 3986, 2.1).
fn part(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),+) => $kind:literal;)+) => {$(
        $(#[$doc])*
        pub fn $name($($arg: &str),+) -> String {
            let parts = [$(part($arg)),+];
            format!("urn:guomen:{}:{}", $kind, parts.join(":"))
        }
    )+};
}

names! {
    /// A production lot, by its maker (filing number of the plant, or code of the operator) and its number.
    lot(maker, no) => "lot";
    /// A raw lot, by the plant that received it and its number.
    raw(plant, no) => "raw";
    /// A registered farm.
    farm(no) => "farm";
    /// A field of a farm.
    field(farm, field) => "field";
    /// An unregistered source, by the plant that it came to.
    unproven(plant) => "unproven";
    /// A plant.
    plant(no) => "plant";
    /// An operator.
    operator(code) => "operator";
    /// A consignment, by the number of its declaration.
    consignment(no) => "consignment";
    /// A certificate.
    certificate(no) => "certificate";
    /// A consignee, by country and name.
    consignee(country, name) => "consignee";
    /// A country.
    country(code) => "country";
    /// A port or border post.
    port(code) => "port";
    /// A branch of the bureau.
    branch(code) => "branch";
    /// An event, by what it tells and of what.
    event(what, of) => "event";
}

/// Kind and parts of a name made here; none of another URI.
pub fn read(uri: &str) -> Option<(&str, Vec<String>)> {
    let (kind, rest) = uri.strip_prefix("urn:guomen:")?.split_once(':')?;
    rest.split(':').map(decoded).collect::<Option<Vec<_>>>().map(|parts| (kind, parts))
}

fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        let mut value = [0];
        hex::decode_to_slice(digits, &mut value).ok()?;
        out.push(value[0]);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_is_read_back_from_its_name() {
        for no in ["20110412-B", "3300/00001", "批号 7:8%", ""] {
            let name = lot("3300/00001", no);
            assert_eq!(read(&name), Some(("lot", vec!["3300/00001".to_owned(), no.to_owned()])), "{name}");
        }
        assert_eq!(read("urn:epc:id:sgtin:1.2.3"), None);
        assert_eq!(read("urn:guomen:lot:%zz"), None);
    }
}
