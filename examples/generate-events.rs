//! Writes made-up events of EDR, one a line: `cargo run --release --example generate-events -- 500000`
//!
//! The first argument is their number (1,000 if there is none), the second the seed (1).

use std::io::{self, Write};

use testkit::events;
#[allow(clippy::disallowed_methods, reason = "this is for the tool")]
fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let mut number = |default: u64| {
        args.next()
            .and_then(|arg| arg.parse().ok())
            .unwrap_or(default)
    };
    let (count, seed) = (number(1000), number(1));
    let mut out = io::BufWriter::new(io::stdout().lock());
    for event in events::events(seed, count as usize) {
        writeln!(out, "{event}")?;
    }
    out.flush()
}
