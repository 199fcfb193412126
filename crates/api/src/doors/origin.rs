//! Where a request comes from: from which machine, from a page of which site, over which protocol.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// Where the client sees this server, as `scheme://host`. Headers of a proxy count only where one of ours stands in front.
pub(crate) fn origin(headers: &HeaderMap, behind_proxy: bool) -> String {
    format!("{}://{}", scheme(headers, behind_proxy), host(headers, behind_proxy).unwrap_or("localhost"))
}

/// True if the client's connection is encrypted.
pub(crate) fn is_https(headers: &HeaderMap, behind_proxy: bool) -> bool {
    scheme(headers, behind_proxy).eq_ignore_ascii_case("https")
}

fn scheme(headers: &HeaderMap, behind_proxy: bool) -> &str {
    forwarded(headers, "x-forwarded-proto", behind_proxy).unwrap_or("http")
}

fn host(headers: &HeaderMap, behind_proxy: bool) -> Option<&str> {
    forwarded(headers, "x-forwarded-host", behind_proxy).or_else(|| text(headers, "host"))
}

/// Each proxy on the way adds its own at the end; the client's is the first.
fn forwarded<'h>(headers: &'h HeaderMap, name: &str, behind_proxy: bool) -> Option<&'h str> {
    let first = text(headers, name)?.split(',').next()?.trim();
    (behind_proxy && !first.is_empty()).then_some(first)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// True unless the browser says that a page of another site made the request.
///
/// Browsers say so in `Sec-Fetch-Site`, which no page can set, though not on plain HTTP beyond this machine; there `Origin`
/// has to name the host that was asked. A request with neither comes from a program, which has no cookies of others to use.
pub(crate) fn is_of_this_site(headers: &HeaderMap, behind_proxy: bool) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let from = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    from.is_some_and(|(_, from)| host(headers, behind_proxy).is_some_and(|own| own.eq_ignore_ascii_case(from)))
}

/// The machine at the other end of the connection; `None` where requests do not come over one.
fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical())
}

/// The network that a client counts as: its address, or with IPv6 its /64, which one subscriber has as a whole.
pub(crate) fn network(parts: &Parts, behind_proxy: bool) -> Option<IpAddr> {
    let behind = || {
        // The last entry is the one that our own proxy wrote.
        let last = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let address = if behind_proxy { behind().or_else(|| peer(parts)) } else { peer(parts) };
    address.map(|address| match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    })
}

/// True if whoever sits at this machine asked this server by a name of this machine.
///
/// The name matters as much as the address: a page of any site can be made to point at 127.0.0.1 under its own name (DNS
/// rebinding), and then its requests come from here too. A proxy on this machine gives itself away by what it adds.
pub(crate) fn is_local(parts: &Parts, port: u16) -> bool {
    const OF_PROXIES: [&str; 6] =
        ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let (Some(Ok(host)), None) = (hosts.next().map(|host| host.to_str()), hosts.next()) else { return false };
    let (name, asked) = match host.rsplit_once(':') {
        Some((name, asked)) if !asked.ends_with(']') => (name, asked.parse().ok()),
        _ => (host, Some(80)),
    };
    let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback_name = name.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback());
    peer(parts).is_some_and(|peer| peer.is_loopback())
        && is_loopback_name
        && asked == Some(port)
        && OF_PROXIES.iter().all(|name| !parts.headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let request = headers.iter().fold(Request::builder(), |request, (name, value)| request.header(*name, *value));
        let mut parts = request.body(()).unwrap().into_parts().0;
        parts.extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        parts
    }

    #[test]
    fn forwarded_headers_count_only_behind_a_proxy() {
        let parts = parts(
            "10.0.0.9:5000",
            &[
                ("host", "10.0.0.1:8080"),
                ("x-forwarded-host", "events.example.org, inner"),
                ("x-forwarded-proto", "https"),
                ("x-forwarded-for", "6.6.6.6, 203.0.113.7"),
            ],
        );
        assert_eq!(origin(&parts.headers, true), "https://events.example.org");
        assert_eq!(origin(&parts.headers, false), "http://10.0.0.1:8080");
        assert_eq!((is_https(&parts.headers, true), is_https(&parts.headers, false)), (true, false));
        assert_eq!(network(&parts, true), Some("203.0.113.7".parse().unwrap()));
        assert_eq!(network(&parts, false), Some("10.0.0.9".parse().unwrap()));
    }

    #[test]
    fn a_network_of_one_subscriber_counts_as_one() {
        let of = |peer: &str| network(&parts(peer, &[]), false).unwrap().to_string();
        assert_eq!(of("[2001:db8:1:2:3:4:5:6]:1"), "2001:db8:1:2::");
        assert_eq!(of("[::ffff:192.0.2.1]:1"), "192.0.2.1");
    }

    #[test]
    fn a_page_of_another_site_is_told_by_what_browsers_say() {
        for (headers, own) in [
            (vec![], true),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site"), ("origin", "http://geleit:8088")], false),
            (vec![("origin", "http://geleit:8088")], true),
            (vec![("origin", "http://geleit:9099")], false),
            (vec![("origin", "http://evil.example")], false),
            (vec![("origin", "null")], false),
        ] {
            let parts = parts("10.0.0.9:5000", &[vec![("host", "geleit:8088")], headers.clone()].concat());
            assert_eq!(is_of_this_site(&parts.headers, false), own, "{headers:?}");
        }
    }

    #[test]
    fn only_this_machine_under_a_name_of_its_own_is_local() {
        for (peer, host, local) in [
            ("127.0.0.1:5000", "127.0.0.1:8088", true),
            ("127.0.0.1:5000", "localhost:8088", true),
            ("[::1]:5000", "[::1]:8088", true),
            ("[::ffff:127.0.0.1]:5000", "LOCALHOST:8088", true),
            ("127.0.0.1:5000", "localhost", false),
            ("127.0.0.1:5000", "localhost:8089", false),
            ("127.0.0.1:5000", "[::1]", false),
            ("127.0.0.1:5000", "rebound.example:8088", false),
            ("127.0.0.1:5000", "localhost.example:8088", false),
            ("127.0.0.1:5000", "192.168.1.5:8088", false),
            ("192.168.1.9:5000", "localhost:8088", false),
        ] {
            assert_eq!(is_local(&parts(peer, &[("host", host)]), 8088), local, "{peer} {host}");
        }
        assert!(is_local(&parts("127.0.0.1:5000", &[("host", "localhost")]), 80));
        assert!(!is_local(&parts("127.0.0.1:5000", &[]), 80));
        let twice = [("host", "localhost:8088"), ("host", "rebound.example")];
        assert!(!is_local(&parts("127.0.0.1:5000", &twice), 8088));
        let proxied = [("host", "localhost:8088"), ("x-forwarded-for", "203.0.113.7")];
        assert!(!is_local(&parts("127.0.0.1:5000", &proxied), 8088));
    }
}
