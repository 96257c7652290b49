//! Writing comments that keep rules quiet.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{
    Comment, Document, DocumentDiagnostic, FilterText, FixError, FixedDocument, with_edits,
};
use crate::lint::{Ignore, Rule};

impl Document {
    /// The document with a comment at each filter that ignores what is found in it. Its `count` says how
    /// many of the diagnostics that is.
    ///
    /// Errors in a filter cannot be ignored, nor can what is wrong with such comments. Where a filter has
    /// a comment without a last day and a reason, the rules are added to it. Nothing changes where the
    /// format [has no comments](super::Format::has_comments).
    ///
    /// # Errors
    ///
    /// If what came of the text would not read as the same filters. The document must be left as it is
    /// then.
    ///
    /// ```
    /// use qualys_filter::document::{Document, Format};
    /// use qualys_filter::{Linter, Schema};
    ///
    /// let document = Document::new("type:FILE\n\nfile.size:[1 ... 5]\n", Format::QQL)?;
    /// let linter = Linter::new(Schema::edr());
    /// let today = "2027-01-31".parse()?;
    /// let quiet = document.ignoring(&document.lint(&linter, today))?;
    /// let expected = "type:FILE\n\n# qlint: ignore[three_dots]\nfile.size:[1 ... 5]\n";
    /// assert_eq!((quiet.document.text(), quiet.count), (expected, 1));
    /// assert!(quiet.document.lint(&linter, today).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ignoring(&self, found: &[DocumentDiagnostic]) -> Result<FixedDocument, FixError> {
        let mut edits = Vec::new();
        let mut count = 0;
        let mut wanted: BTreeMap<usize, Vec<&Rule>> = BTreeMap::new();
        for one in found {
            if let Some(rule) = ignorable(one.diagnostic.code().as_str()) {
                wanted.entry(one.filter).or_default().push(rule);
            }
        }
        for (index, mut rules) in wanted {
            let Some(filter) = self
                .filters
                .get(index)
                .filter(|_| self.format.has_comments())
            else {
                continue;
            };
            count += rules.len();
            rules.sort_by_key(|rule| rule.name());
            rules.dedup();
            edits.push(self.edit(filter, &rules));
        }
        if edits.is_empty() {
            let document = self.clone();
            return Ok(FixedDocument { document, count: 0 });
        }
        let after = with_edits(&self.text, &edits);
        let document = Document::with_options(after, self.format, self.options.clone())?;
        let same = |(before, after): (&FilterText, &FilterText)| {
            let words = |filter: &'_ FilterText| {
                let words = filter.text.split_whitespace();
                words.map(str::to_owned).collect::<Vec<_>>()
            };
            words(before) == words(after)
        };
        let mut pairs = self.filters.iter().zip(&document.filters);
        match document.filters.len() == self.filters.len() && pairs.all(same) {
            true => Ok(FixedDocument { document, count }),
            false => Err(FixError::Around),
        }
    }

    /// The edit after which these rules are ignored at a filter.
    fn edit(&self, filter: &FilterText, rules: &[&Rule]) -> (Range<usize>, String) {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name()).collect();
        let names = names.join(", ");
        if let Some(at) = filter.comments.iter().find_map(open_list) {
            return (at..at, format!(", {names}"));
        }
        let start = filter.map.host_offset(0);
        let before = self.text.get(..start).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        // A byte order mark stays the first character.
        let rest = self.text.get(line..).unwrap_or_default();
        let line = line + (rest.len() - rest.trim_start_matches('\u{feff}').len());
        let end = match self.text.split_once('\n') {
            Some((first, _)) if first.ends_with('\r') => "\r\n",
            _ => "\n",
        };
        (line..line, format!("# qlint: ignore[{names}]{end}"))
    }
}

/// The rule of a code, if comments can ignore it.
fn ignorable(code: &str) -> Option<&'static Rule> {
    let of_comments = [
        Rule::WRONG_IGNORE,
        Rule::UNUSED_IGNORE,
        Rule::EXPIRED_IGNORE,
    ];
    let rule = Rule::find(code)?;
    (!rule.code().is_always_error() && !of_comments.contains(&rule)).then_some(rule)
}

/// Where the list of rules of a comment ends, if rules may be added to it: a day or a reason is only for
/// the rules that it was written for.
fn open_list(comment: &Comment) -> Option<usize> {
    let ignore = Ignore::parse(&comment.text)?.ok()?;
    let is_open = !ignore.is_for_file() && ignore.until().is_none() && ignore.reason().is_none();
    let end = comment.text.find(']').filter(|_| is_open)?;
    Some(comment.range.start + end)
}
