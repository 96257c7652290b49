//! Addresses and nets.

/// "Addresses live in one 128-bit space, IPv4 as ::ffff:a.b.c.d."
pub fn address(text: &str) -> Option<u128> {
    v4(text)
        .map(|address| 0xffff_0000_0000 | u128::from(address))
        .or_else(|| v6(text))
}

/// The first and the last address of a net: "host bits of a net are masked".
pub fn net(text: &str) -> Option<(u128, u128)> {
    let (start, len) = text.split_once('/')?;
    let digits = !len.is_empty() && len.len() <= 3 && len.bytes().all(|b| b.is_ascii_digit());
    let len: u32 = len.parse().ok().filter(|_| digits)?;
    let bits = match v4(start) {
        Some(_) => 96 + Some(len).filter(|len| *len <= 32)?,
        None => Some(len).filter(|len| *len <= 128)?,
    };
    let hosts = u128::MAX.checked_shr(bits).unwrap_or(0);
    let address = address(start)?;
    Some((address & !hosts, address | hosts))
}

/// Four numbers up to 255, without leading zeros.
fn v4(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() != 4 {
        return None;
    }
    let mut address = 0;
    for part in parts {
        let digits = matches!(part.len(), 1..=3) && part.bytes().all(|b| b.is_ascii_digit());
        if !digits || (part.len() > 1 && part.starts_with('0')) {
            return None;
        }
        let byte: u32 = part.parse().ok()?;
        address = address << 8 | Some(byte).filter(|byte| *byte < 256)?;
    }
    Some(address)
}

/// RFC 4291, section 2.2: eight groups of up to four digits; `::` once for one or more groups of
/// zeros; the last two groups perhaps as an IPv4 address.
fn v6(text: &str) -> Option<u128> {
    let groups = match text.split_once("::") {
        None => groups(text, true).filter(|groups| groups.len() == 8)?,
        Some((before, after)) => {
            let before = groups(before, false)?;
            let after = groups(after, true)?;
            let zeros = 8_usize.checked_sub(before.len() + after.len())?;
            if zeros == 0 {
                return None;
            }
            [before, vec![0; zeros], after].concat()
        }
    };
    Some(
        groups
            .iter()
            .fold(0, |sum, group| sum << 16 | u128::from(*group)),
    )
}

/// The groups of a part of an address; the last may be an IPv4 address at its end.
fn groups(text: &str, at_end: bool) -> Option<Vec<u16>> {
    let mut groups = Vec::new();
    if text.is_empty() {
        return Some(groups);
    }
    let parts: Vec<&str> = text.split(':').collect();
    for (at, part) in parts.iter().enumerate() {
        if let Some(address) = v4(part).filter(|_| at_end && at + 1 == parts.len()) {
            groups.extend([(address >> 16) as u16, address as u16]);
            continue;
        }
        if part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        groups.push(u16::from_str_radix(part, 16).ok()?);
    }
    Some(groups)
}
