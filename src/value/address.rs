//! Internet addresses in one space of 128 bits, as Elasticsearch keeps them.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// The addresses from `first` to `last`; a single address is a net of one.
///
/// IPv4 is in IPv6 as `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Net {
    first: u128,
    last: u128,
}

impl Net {
    /// The addresses between these, both included; none if the last is below the first.
    ///
    /// ```
    /// use qualys_filter::value::Net;
    ///
    /// assert_eq!(Net::new(0, u128::MAX), "::/0".parse().ok());
    /// assert_eq!(Net::new(2, 1), None);
    /// ```
    pub fn new(first: u128, last: u128) -> Option<Net> {
        (first <= last).then_some(Net { first, last })
    }

    /// The lowest address.
    pub fn first(self) -> u128 {
        self.first
    }

    /// The highest address.
    pub fn last(self) -> u128 {
        self.last
    }

    /// Whether it is one address.
    pub fn is_single(self) -> bool {
        self.first == self.last
    }

    /// Whether the address is in it.
    pub fn contains(self, address: u128) -> bool {
        (self.first..=self.last).contains(&address)
    }
}

/// A text that is neither an address nor a net.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("neither an IP address nor a net such as 10.0.0.0/8")]
pub struct NetError(());

impl FromStr for Net {
    type Err = NetError;

    /// Reads an address, or a net such as `10.0.0.0/8`, whose host bits are masked.
    ///
    /// ```
    /// use qualys_filter::value::Net;
    ///
    /// let net = |text: &str| text.parse::<Net>();
    /// assert_eq!(net("10.1.2.3/8"), net("10.0.0.0/8"));
    /// assert_eq!(net("10.1.2.3"), net("::ffff:10.1.2.3"));
    /// assert!(net("10.1.2").is_err());
    /// ```
    fn from_str(text: &str) -> Result<Net, NetError> {
        if let Some(only) = address(text) {
            let (first, last) = (only, only);
            return Ok(Net { first, last });
        }
        let net: IpNet = text.parse().map_err(|_| NetError(()))?;
        let (first, last) = (bits(net.network()), bits(net.broadcast()));
        Ok(Net { first, last })
    }
}

/// The address that a text is.
pub(crate) fn address(text: &str) -> Option<u128> {
    text.parse().ok().map(bits)
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}
