//! Making changes: those that do not touch each other at once, and again until none is left.

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;
use std::hash::Hash;

use super::linter::Linter;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::span::Span;

/// A filter after its fixes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// The codes of the changes made, in the order in which they were made.
    pub applied: Vec<&'static Code>,
}

/// Changes that are made at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Round {
    /// What to put where, in the order of the text, without overlap.
    pub(crate) edits: Vec<Edit>,
    /// The codes of the diagnostics that they fix.
    pub(crate) applied: Vec<&'static Code>,
}

impl Round {
    /// The text with these changes made.
    pub(crate) fn apply(&self, text: &str) -> String {
        Edit::apply_all(&self.edits, text)
    }
}

impl Linter {
    /// The largest number of rounds. Every rule's edits remove what the rule looks for, so a few rounds
    /// suffice. The cap guards against rules that undo each other.
    pub const ROUNDS: usize = 20;

    /// The text with every change made that is at least as applicable as `least`, and those that become
    /// possible by them, until there are none.
    ///
    /// A change after which the text would have more errors than before is not made.
    ///
    /// ```
    /// use qualys_filter::{Applicability, Linter, Schema};
    ///
    /// let linter = Linter::new(Schema::edr());
    /// let fixed = linter.fix("type:FILE OR type:PROCESS OR type:FILE", Applicability::Safe);
    /// assert_eq!(fixed.text, "type:[FILE, PROCESS]");
    /// ```
    pub fn fix(&self, text: &str, least: Applicability) -> Fixed {
        self.fix_where(text, least, |_| true)
    }

    /// As [`Linter::fix`], only for diagnostics that are `wanted`; their places are those of the text at
    /// the time.
    pub fn fix_where(
        &self,
        text: &str,
        least: Applicability,
        mut wanted: impl FnMut(&Diagnostic) -> bool,
    ) -> Fixed {
        let mut applied = Vec::new();
        // A fix does not change the choice of schemas.
        let linter = self.clone().decided(text);
        let Ok(text) = rounds(
            text.to_owned(),
            |text| text,
            |text| {
                let round = linter.round(text, least, &mut wanted);
                Ok::<_, Infallible>(round.map(|round| {
                    let after = round.apply(text);
                    applied.extend(round.applied);
                    after
                }))
            },
        );
        Fixed { text, applied }
    }

    /// The changes that can be made to a text at once, if there are any; for a caller that keeps the text
    /// somewhere else, and makes them there. At most [`Linter::ROUNDS`] rounds should be needed.
    pub(crate) fn round(
        &self,
        text: &str,
        least: Applicability,
        mut wanted: impl FnMut(&Diagnostic) -> bool,
    ) -> Option<Round> {
        let report = self.lint(text);
        let able =
            |diagnostic: &&Diagnostic| diagnostic.fix().is_some_and(|fix| fix.applies(least));
        let diagnostics = report.diagnostics.iter().filter(able);
        let diagnostics: Vec<&Diagnostic> = diagnostics
            .filter(|diagnostic| wanted(diagnostic))
            .collect();
        let chosen = independent(&diagnostics);
        if chosen.is_empty() {
            return None;
        }
        let errors = report.errors();
        let (all, after) = self.attempt(text, &chosen);
        if after <= errors {
            return Some(all);
        }
        // One of them does harm; the others do not.
        let good = |diagnostic: &&Diagnostic| self.attempt(text, &[*diagnostic]).1 <= errors;
        let good: Vec<&Diagnostic> = chosen.into_iter().filter(good).collect();
        let (some, after) = self.attempt(text, &good);
        if after <= errors {
            return (!good.is_empty()).then_some(some);
        }
        // Each alone does none, together they do: the others come in the rounds after this.
        good.first().map(|first| self.attempt(text, &[*first]).0)
    }

    /// The changes together, and how many errors there are after them.
    fn attempt(&self, text: &str, chosen: &[&Diagnostic]) -> (Round, usize) {
        let changes = chosen.iter().filter_map(|diagnostic| diagnostic.fix());
        let mut edits: Vec<Edit> = changes.flat_map(|change| change.edits().to_vec()).collect();
        edits.sort_by_key(|edit| edit.span);
        let report = self.lint(&Edit::apply_all(&edits, text));
        let applied = chosen.iter().map(|diagnostic| diagnostic.code()).collect();
        (Round { edits, applied }, report.errors())
    }
}

/// What comes of a state by one round after the other: until `next` has none, until a text comes back,
/// or after [`Linter::ROUNDS`].
pub(crate) fn rounds<S, T: Eq + Hash, E>(
    mut state: S,
    text: impl Fn(S) -> T,
    mut next: impl FnMut(&S) -> Result<Option<S>, E>,
) -> Result<S, E> {
    let mut seen = HashSet::new();
    for _ in 0..Linter::ROUNDS {
        let Some(after) = next(&state)? else {
            break;
        };
        // What comes back has been seen: two rules that undo each other end here.
        if !seen.insert(text(std::mem::replace(&mut state, after))) {
            break;
        }
    }
    Ok(state)
}

/// The diagnostics whose changes can all be made at once, the first of the text before others: no two
/// write to the same place, and none writes to what another relies on.
pub(super) fn independent<'r>(diagnostics: &[&'r Diagnostic]) -> Vec<&'r Diagnostic> {
    let mut writes = Spans::default();
    let mut reads = Spans::default();
    let mut chosen = Vec::new();
    for diagnostic in diagnostics {
        let Some(fix) = diagnostic.fix() else {
            continue;
        };
        if touches(fix, &writes, &reads) {
            continue;
        }
        for edit in fix.edits() {
            writes.insert(edit.span);
        }
        for span in fix.reads() {
            reads.insert(*span);
        }
        chosen.push(*diagnostic);
    }
    chosen
}

fn touches(fix: &Fix, writes: &Spans, reads: &Spans) -> bool {
    let write = |edit: &Edit| writes.touch(edit.span) || reads.touch(edit.span);
    fix.edits().iter().any(write) || fix.reads().iter().any(|span| writes.touch(*span))
}

/// Places of a text, joined where they meet.
#[derive(Default)]
struct Spans(BTreeMap<u64, u64>);

impl Spans {
    /// Whether a place overlaps one of these, or one of them is a point at an end of the other.
    fn touch(&self, span: Span) -> bool {
        let (start, end) = Spans::reach(span);
        let before = self.0.range(..end).next_back();
        before.is_some_and(|(_, last)| *last > start)
    }

    /// A point belongs to what ends at it and to what starts at it: what is put in there may be a part of
    /// either. Positions are doubled, so that a point reaches half a byte to both sides.
    fn reach(span: Span) -> (u64, u64) {
        let (start, end) = (2 * u64::from(span.start) + 1, 2 * u64::from(span.end) + 1);
        match span.is_empty() {
            true => (start - 1, start + 1),
            false => (start, end),
        }
    }

    fn insert(&mut self, span: Span) {
        let (mut start, mut end) = Spans::reach(span);
        while let Some((first, last)) = self.0.range(..=end).next_back() {
            let (first, last) = (*first, *last);
            if last < start {
                break;
            }
            self.0.remove(&first);
            (start, end) = (start.min(first), end.max(last));
        }
        self.0.insert(start, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_touch_where_they_overlap() {
        let mut spans = Spans::default();
        spans.insert(Span::new(10, 20));
        spans.insert(Span::new(30, 30));
        spans.insert(Span::new(15, 25));
        for (span, touches) in [
            ((0, 10), false),
            ((0, 11), true),
            ((24, 26), true),
            ((25, 30), true),
            ((25, 29), false),
            ((25, 25), true),
            ((30, 30), true),
            ((29, 29), false),
            ((27, 27), false),
            ((31, 40), false),
            ((0, 40), true),
        ] {
            assert_eq!(spans.touch(Span::new(span.0, span.1)), touches, "{span:?}");
        }
    }
}
