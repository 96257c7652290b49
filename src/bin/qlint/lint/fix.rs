//! Fixing filters in the text of their file.

use std::collections::HashSet;
use std::ops::Range;

use chrono::NaiveDate;
use qualys_filter::lint::{Remark, Round};
use qualys_filter::{Applicability, Linter};

use super::ignores::Ignores;
use qualys_filter::document::{FilterText, Format, Keys, with_edits};

/// A text after the fixes, and how many were made.
#[derive(Debug)]
pub(crate) struct FixedText {
    pub(crate) text: String,
    pub(crate) count: usize,
}

/// Makes every fix in the filters of a text that is at least as applicable as `least`, until there is none.
/// What is around the filters, and comments in them, stays byte by byte. A filter whose fixes would
/// make something else of it, such as a comment, is left as it is.
///
/// # Errors
///
/// If the text cannot be read, or what came of it would not read as the filters that were meant; the
/// text must be left as it is then.
pub(crate) fn fix(
    text: &str,
    format: &'static Format,
    keys: &Keys,
    linter: &Linter,
    least: Applicability,
    today: NaiveDate,
) -> Result<FixedText, String> {
    let mut fixed = FixedText {
        text: text.to_owned(),
        count: 0,
    };
    let mut seen: HashSet<String> = HashSet::new();
    let read = |text: &str| format.find(text, keys).map_err(|error| error.to_string());
    let mut filters = read(text)?;
    for _ in 0..Linter::ROUNDS {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut right: Vec<Option<String>> = Vec::new();
        let mut count = 0;
        for filter in &filters {
            let round = round(&fixed.text, format, filter, linter, least, today);
            right.push(round.as_ref().map(|(_, right)| right.clone()));
            for edit in round.iter().flat_map(|(round, _)| &round.edits) {
                let range = filter.map().range(edit.span.range());
                edits.extend(format.write(filter, &edit.text).map(|text| (range, text)));
            }
            count += round.map_or(0, |(round, _)| round.applied.len());
        }
        if edits.is_empty() {
            break;
        }
        let after = with_edits(&fixed.text, &edits);
        let read = read(&after)?;
        let same = |(right, (before, after)): (&Option<String>, (&FilterText, &FilterText))| {
            let right = right.as_deref().unwrap_or(before.text());
            right.trim() == after.text().trim()
        };
        let pairs = right.iter().zip(filters.iter().zip(&read));
        if read.len() != filters.len() || !pairs.into_iter().all(same) {
            return Err("the fixes would change what is around the filters".to_owned());
        }
        if !seen.insert(std::mem::replace(&mut fixed.text, after)) {
            break;
        }
        fixed.count += count;
        filters = read;
    }
    Ok(fixed)
}

/// The changes to a filter that can be made at once, and its text after them; nothing if there are
/// none, or if they cannot be written in this file.
fn round(
    text: &str,
    format: &'static Format,
    filter: &FilterText,
    linter: &Linter,
    least: Applicability,
    today: NaiveDate,
) -> Option<(Round, String)> {
    if !format.can_write(filter) {
        return None;
    }
    let ignores = Ignores::of(filter, today);
    let wanted = |remark: &Remark| !ignores.hold(remark) && !crosses(filter, remark);
    let round = linter.round(filter.text(), least, wanted)?;
    let right = round.apply(filter.text());
    fits(text, format, filter, &round, &right).then_some((round, right))
}

/// Whether the filter, with the changes made, reads as the right one in its file.
fn fits(text: &str, format: &Format, filter: &FilterText, round: &Round, right: &str) -> bool {
    let whole = filter.range();
    let edits = round.edits.iter().filter_map(|edit| {
        let range = filter.map().range(edit.span.range());
        let range = range.start.saturating_sub(whole.start)..range.end.saturating_sub(whole.start);
        Some((range, format.write(filter, &edit.text)?))
    });
    let edits: Vec<_> = edits.collect();
    let first = is_first(text, filter);
    let after = with_edits(text.get(whole).unwrap_or_default(), &edits);
    let read = format.read_back(&after, first);
    read.is_some_and(|one| one.text().trim() == right.trim())
}

/// Whether only byte order marks are before a filter.
fn is_first(text: &str, filter: &FilterText) -> bool {
    let before = text.get(..filter.map().at(0)).unwrap_or_default();
    before.trim_start_matches('\u{feff}').is_empty()
}

/// Whether the change would take a comment away.
pub(crate) fn crosses(filter: &FilterText, remark: &Remark) -> bool {
    let edits = remark
        .fix()
        .map(|change| change.edits())
        .unwrap_or_default();
    let comments = filter
        .comments()
        .iter()
        .filter_map(|comment| comment.inside.as_ref());
    let mut crossed = comments.filter(|comment| {
        let mut spans = edits.iter().map(|edit| edit.span.range());
        spans.any(|span| span.start < comment.end && comment.start < span.end)
    });
    crossed.next().is_some()
}
