//! Thousands of filters such as teams save, generated from a seed.
//!
//! `eq`: conjunctions of exact matches, a quarter each of a hash, an action with a file name, an
//! address, and a process with a host. `mix`: 80 % of those, 10 % beginnings of a path, 5 % pieces of
//! a path, 5 % ranges of ports. Values are those of the generated events where there are many of a
//! kind, so that there is a hit now and then.

use super::events::Random;

/// A filter, in parts, so that other engines can be asked the same.
pub enum Asked {
    Hash(String),
    ActionName(&'static str, String),
    Address(String),
    ProcessHost(String, String),
    /// A beginning of the full path of the file.
    PathStart(String),
    /// A piece of the full path of the file.
    PathPiece(String),
    /// The remote port is one from the first to the last of these.
    Ports(u64, u64),
}

impl Asked {
    /// The filter in Qualys' language.
    pub fn text(&self) -> String {
        match self {
            Asked::Hash(hash) => format!("file.hash.sha256:{hash}"),
            Asked::ActionName(action, name) => {
                format!("event.action:{action} AND file.name:`{name}`")
            }
            Asked::Address(address) => format!("network.remote.address.ip:{address}"),
            Asked::ProcessHost(process, host) => {
                format!("actor.processName:`{process}` AND asset.netBiosName:`{host}`")
            }
            Asked::PathStart(start) => {
                format!("file.fullPath:\"{}*\"", start.replace('\\', "\\\\"))
            }
            Asked::PathPiece(piece) => format!("file.fullPath:\"*{piece}*\""),
            Asked::Ports(first, last) => {
                format!("network.remote.address.port:[{first} .. {last}]")
            }
        }
    }
}

fn eq(r: &mut Random) -> Asked {
    let name = |r: &mut Random, extensions: &[&'static str]| {
        let (stem, number) = (r.of(super::events::STEMS), r.below(2000));
        format!("{stem}{number}.{}", r.of(extensions))
    };
    match r.below(4) {
        0 => Asked::Hash(r.hex(64)),
        1 => {
            let action = ["CREATED", "DELETED", "RENAMED"][r.below(3) as usize];
            Asked::ActionName(
                action,
                name(r, &["dll", "exe", "tmp", "log", "dat", "sys", "ps1"]),
            )
        }
        2 => Asked::Address(format!(
            "10.{}.{}.{}",
            r.below(256),
            r.below(256),
            r.below(256)
        )),
        _ => {
            let host = format!(
                "{}-{:05}",
                r.of(&["WIN", "SRV", "LAP", "DESKTOP"]),
                r.below(20_000)
            );
            Asked::ProcessHost(name(r, &["exe"]), host)
        }
    }
}

/// `count` filters of `eq`.
pub fn eqs(seed: u64, count: usize) -> Vec<Asked> {
    let mut random = Random::new(seed);
    (0..count).map(|_| eq(&mut random)).collect()
}

/// `count` filters of `mix`.
pub fn mixes(seed: u64, count: usize) -> Vec<Asked> {
    let mut random = Random::new(seed);
    let r = &mut random;
    let mix = |_| match r.below(100) {
        0..80 => eq(r),
        80..90 => {
            let (user, hex) = (r.below(500), r.hex(1));
            Asked::PathStart(format!(r"C:\Users\user{user:03}\AppData\Local\Temp\{hex}"))
        }
        90..95 => Asked::PathPiece(r.hex(6)),
        _ => {
            let first = 1024 + r.below(64_000);
            Asked::Ports(first, first + r.below(20))
        }
    };
    (0..count).map(mix).collect()
}
