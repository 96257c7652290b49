//! Fixing filters in the text of their file.

use std::collections::HashSet;
use std::ops::Range;

use chrono::NaiveDate;
use qualys_filter::lint::{Remark, Round};
use qualys_filter::{Applicability, Linter};

use super::ignores::Ignores;
use qualys_filter::document::{Keys, Kind, Located, Writing, with_edits};

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
    kind: Kind,
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
    let read = |text: &str| kind.read(text, keys).map_err(|error| error.message);
    let mut filters = read(text)?;
    for _ in 0..Linter::ROUNDS {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut right: Vec<Option<String>> = Vec::new();
        let mut count = 0;
        for filter in &filters {
            let round = round(&fixed.text, kind, filter, linter, least, today);
            right.push(round.as_ref().map(|(_, right)| right.clone()));
            for edit in round.iter().flat_map(|(round, _)| &round.edits) {
                let range = filter.map.range(edit.span.range());
                edits.extend(filter.write(&edit.text).map(|text| (range, text)));
            }
            count += round.map_or(0, |(round, _)| round.applied.len());
        }
        if edits.is_empty() {
            break;
        }
        let after = with_edits(&fixed.text, &edits);
        let read = read(&after)?;
        let same = |(right, (before, after)): (&Option<String>, (&Located, &Located))| {
            let right = right.as_ref().unwrap_or(&before.text);
            right.trim() == after.text.trim()
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
    kind: Kind,
    filter: &Located,
    linter: &Linter,
    least: Applicability,
    today: NaiveDate,
) -> Option<(Round, String)> {
    if filter.writing == Writing::Never {
        return None;
    }
    let ignores = Ignores::of(filter, today);
    let wanted = |remark: &Remark| !ignores.hold(remark) && !crosses(filter, remark);
    let round = linter.round(&filter.text, least, wanted)?;
    let right = round.apply(&filter.text);
    fits(text, kind, filter, &round, &right).then_some((round, right))
}

/// Whether the filter, with the changes made, reads as the right one in its file.
fn fits(text: &str, kind: Kind, filter: &Located, round: &Round, right: &str) -> bool {
    if !matches!(kind, Kind::Qql | Kind::Lines) {
        return true;
    }
    let whole = filter.map.range(0..filter.text.len());
    let edits = round.edits.iter().map(|edit| {
        let range = filter.map.range(edit.span.range());
        let range = range.start.saturating_sub(whole.start)..range.end.saturating_sub(whole.start);
        (range, edit.text.clone())
    });
    let edits: Vec<_> = edits.collect();
    let after = with_edits(text.get(whole).unwrap_or_default(), &edits);
    // Not at the start of the text, where a byte order mark is none of the filter's.
    let read = kind.read(&format!("\n{after}"), &Keys::default());
    match read.as_deref() {
        Ok([one]) => one.text.trim() == right.trim(),
        _ => false,
    }
}

/// Whether the change would take a comment away.
pub(crate) fn crosses(filter: &Located, remark: &Remark) -> bool {
    let edits = remark
        .fix()
        .map(|change| change.edits())
        .unwrap_or_default();
    let comments = filter
        .comments
        .iter()
        .filter_map(|comment| comment.inside.as_ref());
    let mut crossed = comments.filter(|comment| {
        let mut spans = edits.iter().map(|edit| edit.span.range());
        spans.any(|span| span.start < comment.end && comment.start < span.end)
    });
    crossed.next().is_some()
}
