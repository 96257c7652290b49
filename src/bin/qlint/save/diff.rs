//! The difference between a file and what would be written.

use std::io::{self, Write};

use similar::TextDiff;

use crate::output::{Name, Out, Paint};

/// Shows the difference as `diff -u` does.
pub(crate) fn diff(name: &Name, before: &str, after: &str, out: &mut Out) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    let name = name.to_string();
    let below = name.trim_start_matches('/');
    let (old, new) = (format!("a/{below}"), format!("b/{below}"));
    let text = diff.unified_diff().header(&old, &new).to_string();
    for line in text.lines() {
        let paint = match line.bytes().next() {
            Some(b'+') => Paint::Green,
            Some(b'-') => Paint::Red,
            Some(b'@') => Paint::Cyan,
            _ => Paint::None,
        };
        out.painted(paint, line)?;
        writeln!(out)?;
    }
    Ok(())
}
