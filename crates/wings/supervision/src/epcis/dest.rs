//! Where a subscription sends its events, and the signature by which the receiver knows us.
//!
//! Callers name these addresses, so an address is a way into the house: only `http` and `https` are spoken, no
//! credentials stand in it, and unless the installation says otherwise it leads to a public address, both as it is
//! written and as its name is resolved when something is sent.

use hmac::{Hmac, KeyInit, Mac};
use kernel::{Refusal, Result, bi};
use sha2::Sha256;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest address, in bytes.
const LONGEST: usize = 2_000;

/// An address to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dest {
    /// Whether it is `https`.
    pub tls: bool,
    /// The host: a name, or an address without its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Path and query, from the slash on.
    pub path: String,
}

impl Dest {
    /// Reads an address.
    ///
    /// # Errors
    /// Refused when it is no `http` or `https` address, or holds credentials or a fragment.
    pub fn parse(text: &str) -> Result<Dest> {
        let read = || {
            let (scheme, rest) = text.split_once("://")?;
            let tls = match scheme.to_ascii_lowercase().as_str() {
                "https" => true,
                "http" => false,
                _ => return None,
            };
            let at = rest.find(['/', '?']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at(at);
            let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
            let (host, port) = match authority.strip_prefix('[') {
                Some(inside) => {
                    let (host, after) = inside.split_once(']')?;
                    host.parse::<Ipv6Addr>().ok()?;
                    (host, after.strip_prefix(':').or_else(|| after.is_empty().then_some(""))?)
                }
                None => authority.split_once(':').unwrap_or((authority, "")),
            };
            let named = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
            let port = match port {
                "" if tls => 443,
                "" => 80,
                digits => digits.parse().ok().filter(|p| *p > 0)?,
            };
            let good = !host.is_empty() && host.chars().all(named) && text.len() <= LONGEST;
            let clean = path.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
            (good && clean).then(|| Dest { tls, host: host.to_ascii_lowercase(), port, path })
        };
        read().ok_or_else(|| {
            let needed = bi(
                "写成 https://主机/路径，不带用户名、密码和 # 片段",
                "write https://host/path, without user, password or fragment",
            );
            refused(text, needed).into()
        })
    }

    /// Refuses an address that says of itself that it leads into the house. A name is looked at again when it is
    /// resolved.
    ///
    /// # Errors
    /// The host is a private, loopback or otherwise special address, or a name that stands for one.
    pub fn outside(&self) -> Result<()> {
        let name = self.host.trim_end_matches('.');
        let inside = match name.parse::<IpAddr>() {
            Ok(ip) => !is_public(ip),
            // Numbers that are no address as we write them may be one to a resolver: 2130706433, 0x7f.1, 127.1.
            Err(_) => {
                let numeric = name
                    .rsplit('.')
                    .next()
                    .is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()) || l.starts_with("0x"));
                let local = [".localhost", ".local", ".internal", ".home.arpa"];
                numeric
                    || name == "localhost"
                    || !name.contains('.')
                    || local.iter().any(|l| name.ends_with(l))
            }
        };
        if inside {
            let needed = bi(
                "须为公网地址；内网地址须由系统管理员在启动时允许",
                "a public address; private ones are allowed by the administrator at start",
            );
            return Err(refused(&self.host, needed).into());
        }
        Ok(())
    }

    /// Host and port as the `Host` header has them.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }
}

fn refused(value: &str, needed: kernel::Bilingual) -> Refusal {
    let what = bi("订阅的接收地址不能用", "this address of a subscription cannot be used");
    Refusal::new("epcis.dest", what).missing("dest", value, needed)
}

/// Whether an address can be reached by everyone (IANA special-purpose registries, RFC 6890).
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => public_v4(v4),
        IpAddr::V6(v6) => match embedded(v6) {
            Some(v4) => public_v4(v4),
            // Only global unicast, without documentation, benchmarks and the other special blocks of 2001::/23.
            None => {
                let s = v6.segments();
                let special = s[0] == 0x2001 && (s[1] < 0x0200 || s[1] == 0x0db8);
                s[0] & 0xe000 == 0x2000 && !special && !(s[0] == 0x3fff && s[1] < 0x1000)
            }
        },
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

/// The address within an address: mapped, compatible, 6to4, NAT64.
fn embedded(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = v6.segments();
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => Some(four(high, low)),
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => Some(four(high, low)),
        [0x2002, high, low, ..] => Some(four(high, low)),
        _ => None,
    }
}

/// The value of `GS1-Signature`: HMAC with SHA-256 (RFC 2104) over the body, under the token that the subscriber
/// chose, as `sha256=` and hex.
#[must_use]
pub fn signature(token: &str, body: &[u8]) -> String {
    // A key of any length is taken (RFC 2104, section 3), so that nothing is lost by leaving an error out.
    let code = Hmac::<Sha256>::new_from_slice(token.as_bytes()).map(|mut mac| {
        mac.update(body);
        mac.finalize().into_bytes()
    });
    format!("sha256={}", code.map(hex::encode).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_into_its_parts() {
        let d = Dest::parse("HTTPS://Client.Example.com/call?x=1").expect("an address");
        assert_eq!(
            (d.tls, d.host.as_str(), d.port, d.path.as_str()),
            (true, "client.example.com", 443, "/call?x=1")
        );
        let d = Dest::parse("http://[2001:db8::1]:8080").expect("an address");
        assert_eq!((d.host.as_str(), d.port, d.path.as_str()), ("2001:db8::1", 8080, "/"));
        assert_eq!(d.authority(), "[2001:db8::1]:8080");
        for bad in [
            "ftp://a.example/",
            "https://",
            "https://u:p@a.example/",
            "https://a.example/#x",
            "https://a.example:0/",
            "https://a.example/a b",
            "https://a.example/\r\nX: y",
            "https://[::1",
            "file:///etc/passwd",
            "a.example",
        ] {
            assert!(Dest::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_within_the_house_is_known_however_it_is_written() {
        for inside in [
            "http://localhost/",
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://10.0.0.8/",
            "http://172.16.3.4/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://intranet/",
            "http://db.internal/",
            "http://printer.local./",
        ] {
            let dest = Dest::parse(inside).expect("an address");
            assert!(dest.outside().is_err(), "{inside}");
        }
        for outside in ["https://client.example.com/", "http://8.8.8.8/", "http://[2606:4700::1111]/"] {
            Dest::parse(outside).expect("an address").outside().expect("public");
        }
    }

    #[test]
    fn the_signature_is_that_of_rfc_4231() {
        let jefe = signature("Jefe", b"what do ya want for nothing?");
        assert_eq!(jefe, "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = "a".repeat(65);
        assert_eq!(signature(&long, b"x").len(), 71);
        assert_ne!(signature(&long, b"x"), signature(&long[1..], b"x"));
    }
}
