//! What texts of filters alone have in common: lines, and comments that start with `#`.

use crate::document::{Comment, FilterText};

/// The lines of a text with their places; without a byte order mark.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut at = bom;
    let lines = text.get(bom..).unwrap_or_default().split_inclusive('\n');
    lines.map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The filter's name in a comment `# name: …`.
pub(super) fn name_in(comment: &str) -> Option<String> {
    let text = comment.trim().trim_start_matches('#').trim_start();
    let name = text.strip_prefix("name:")?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// A comment on a line of its own.
pub(super) fn comment(start: usize, line: &str) -> Comment {
    let text = line.trim();
    let from = start + (line.len() - line.trim_start().len());
    Comment {
        range: from..from + text.len(),
        text: text.to_owned(),
        inside: None,
    }
}

/// The one filter that is read in a place of such a text, which may be the `first` of it.
pub(super) fn read_back(
    find: fn(&str) -> Vec<FilterText>,
    written: &str,
    first: bool,
) -> Option<FilterText> {
    // At the start of a text a byte order mark is none of the filter's.
    let mut filters = match first {
        true => find(written),
        false => find(&format!("\n{written}")),
    };
    match filters.len() {
        1 => filters.pop(),
        _ => None,
    }
}
