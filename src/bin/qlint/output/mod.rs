//! Text for people: all of it goes through [`Out`].

mod bounded;
mod harmless;
mod name;
mod out;

use std::io::Write;

pub(crate) use bounded::Counts;
pub(crate) use harmless::{Form, harmless, one_line};
pub(crate) use name::Name;
pub(crate) use out::{Out, Paint, Unwritable, lost};

/// What messages of all commands call a filter that is an argument.
pub(crate) const EXPRESSION: &str = "-e";

/// Writes a message to standard error, on one line.
pub(crate) fn say(message: &str) {
    let _ = writeln!(Out::stderr(), "qlint: {}", one_line(message));
}

/// Says if the names of some inputs are not UTF-8, so that reports cannot spell them.
pub(crate) fn say_spelling<'n>(names: impl Iterator<Item = &'n Name>) {
    let mut names = names.filter(|name| !name.is_text());
    let Some(first) = names.next() else { return };
    let more = match names.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    say(&format!(
        "the name of {first}{more} is not UTF-8; \u{fffd} is shown for what is not"
    ));
}

/// A count with its noun, in the plural unless the count is one.
pub(crate) fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}
