//! The house seen from outside: the address that papers print, and from where a request comes.
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::server::Web;

/// How the pages are reached; the program lays it over the router as an extension.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Where the public reaches the pages, without a slash at the end: `https://ciq.example.cn`.
    pub public_url: String,
    /// Whether a proxy of the house stands in front and names the caller in `X-Forwarded-For`.
    pub behind_proxy: bool,
}

impl Default for Outside {
    fn default() -> Outside {
        Outside { public_url: "http://127.0.0.1:8080".into(), behind_proxy: false }
    }
}

impl FromRequestParts<Web> for Outside {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Outside, Infallible> {
        Ok(parts.extensions.get::<Outside>().cloned().unwrap_or_default())
    }
}

/// From which network a request comes: an IPv4 address, or the /64 of an IPv6 address, because a household has that
/// many addresses to itself.
pub(crate) struct Caller(pub(crate) String);

impl FromRequestParts<Web> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Caller, Infallible> {
        let outside = parts.extensions.get::<Outside>().cloned().unwrap_or_default();
        let named = || {
            // The proxy appends: only the last entry is its own word.
            let line = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
            line.rsplit(',').next()?.trim().parse().ok()
        };
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        let ip: Option<IpAddr> = if outside.behind_proxy { named().or(peer) } else { peer };
        Ok(Caller(ip.map_or_else(|| "unknown".into(), network)))
    }
}

fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn a_household_is_one_caller() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
