//! Mending filters where they stand in a file.

use std::collections::HashSet;
use std::ops::Range;

use chrono::NaiveDate;
use qualys_filter::Linter;
use qualys_filter::lint::{Remark, Safety};

use super::ignores::Ignores;
use crate::source::{Keys, Kind, Located, with_edits};

/// A text after the fixes, and how many were made.
#[derive(Debug)]
pub(crate) struct FixedText {
    pub(crate) text: String,
    pub(crate) count: usize,
}

/// Makes every fix in the filters of a text that is at least as safe as `most`, until there is none.
/// What stands around the filters, comments in them too, stays byte by byte.
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
    most: Safety,
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
            let ignores = Ignores::of(filter, today);
            let wanted = |remark: &Remark| !ignores.hold(remark) && !crosses(filter, remark);
            let round = linter.round(&filter.text, most, wanted);
            right.push(round.as_ref().map(|round| round.apply(&filter.text)));
            for edit in round.iter().flat_map(|round| &round.edits) {
                let range = filter.map.range(edit.span.range());
                edits.push((range, kind.write(&edit.text)));
            }
            count += round.map_or(0, |round| round.applied.len());
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
            return Err("the fixes would change what stands around the filters".to_owned());
        }
        if !seen.insert(std::mem::replace(&mut fixed.text, after)) {
            break;
        }
        fixed.count += count;
        filters = read;
    }
    Ok(fixed)
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
