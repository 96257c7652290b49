//! JSON in which quotes inside of a string are not escaped: which of them should be.
//!
//! Pages and programs print request bodies so: `{"sort":"[{"created":"asc"}]","filter":"…"}`.

/// A longer text is not repaired: each try reads it again.
const LONGEST: usize = 1 << 20;

/// How often a text is read at most.
const TRIES: usize = 64;

/// The offsets of the quotes that make a text JSON if each has a backslash before it; nothing if there
/// are none that do, or if the text is JSON.
pub(super) fn quotes_to_escape(text: &str) -> Option<Vec<usize>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut search = Search { text, tries: TRIES };
    search.after(&[]).filter(|quotes| !quotes.is_empty())
}

struct Search<'t> {
    text: &'t str,
    tries: usize,
}

impl Search<'_> {
    /// The quotes to escape besides these, which are in order, and these.
    fn after(&mut self, escaped: &[usize]) -> Option<Vec<usize>> {
        self.tries = self.tries.checked_sub(1)?;
        let wrong = match error_in(&with_backslashes(self.text, escaped)) {
            None => return Some(escaped.to_vec()),
            Some(wrong) => original(wrong, escaped),
        };
        let (start, end) = self.string_before(wrong, escaped)?;
        let bytes = self.text.as_bytes();
        let quotes = self.quotes(escaped);
        let mut inner: Vec<usize> = quotes.filter(|at| start < *at && *at < end).collect();
        inner.push(end);
        let later: Vec<usize> = self.quotes(escaped).filter(|at| *at > end).collect();
        for quote in later {
            let between = bytes.get(start..quote).unwrap_or_default();
            if self.tries == 0 || between.contains(&b'\n') {
                return None;
            }
            let next = bytes.get(quote + 1..).unwrap_or_default();
            let next = next.iter().find(|byte| !byte.is_ascii_whitespace());
            if matches!(next, None | Some(b',' | b'}' | b']')) {
                let mut all = [escaped, &inner].concat();
                all.sort_unstable();
                all.dedup();
                if let Some(found) = self.after(&all) {
                    return Some(found);
                }
            }
            inner.push(quote);
        }
        None
    }

    /// The quotes of the text without a backslash before them, but for those that are to have one.
    fn quotes(&self, escaped: &[usize]) -> impl Iterator<Item = usize> {
        let mut all = Vec::new();
        let mut after_backslash = false;
        for (at, byte) in self.text.bytes().enumerate() {
            if byte == b'"' && !after_backslash && escaped.binary_search(&at).is_err() {
                all.push(at);
            }
            after_backslash = byte == b'\\' && !after_backslash;
        }
        all.into_iter()
    }

    /// The quotes of the last string that ends before an offset.
    fn string_before(&self, offset: usize, escaped: &[usize]) -> Option<(usize, usize)> {
        let quotes: Vec<usize> = self.quotes(escaped).collect();
        let strings = quotes.chunks_exact(2).filter_map(|pair| match pair {
            [start, end] => Some((*start, *end)),
            _ => None,
        });
        strings.take_while(|(_, end)| *end < offset).last()
    }
}

/// The text with a backslash before each of these bytes.
fn with_backslashes(text: &str, escaped: &[usize]) -> String {
    let mut written = String::with_capacity(text.len() + escaped.len());
    let mut at = 0;
    for quote in escaped {
        written.push_str(text.get(at..*quote).unwrap_or_default());
        written.push('\\');
        at = *quote;
    }
    written.push_str(text.get(at..).unwrap_or_default());
    written
}

/// The offset without the backslashes that were added before it.
fn original(offset: usize, escaped: &[usize]) -> usize {
    let added = |(index, quote): &(usize, &usize)| *quote + index < offset;
    offset - escaped.iter().enumerate().take_while(added).count()
}

/// Where a text stops being JSON.
fn error_in(text: &str) -> Option<usize> {
    let read = serde_json::from_str::<serde::de::IgnoredAny>(text);
    read.err().map(|error| super::json::offset(text, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_inside_of_strings_are_found() {
        for (text, right) in [
            (
                r#"{"pageSize":2,"sort":"[{"a.b":"asc"}]","filter":"c:1"}"#,
                Some(r#"{"pageSize":2,"sort":"[{\"a.b\":\"asc\"}]","filter":"c:1"}"#),
            ),
            (
                r#"{"filter": "file.name:"a.exe" AND type:"FILE"", "n": [1]}"#,
                Some(r#"{"filter": "file.name:\"a.exe\" AND type:\"FILE\"", "n": [1]}"#),
            ),
            (
                r#"{"a": "x:"1"", "b": "y:"2" OR z:\"3\""}"#,
                Some(r#"{"a": "x:\"1\"", "b": "y:\"2\" OR z:\"3\""}"#),
            ),
            (r#"["a:"b""]"#, Some(r#"["a:\"b\""]"#)),
            (r#"{"filter": "a:1"}"#, None),
            (r#"{"filter": "a:1",}"#, None),
            (r#"{"filter": "a:1"#, None),
            ("{\"filter\": \"a:\"1\n\"\"}", None),
            ("", None),
            ("\"", None),
        ] {
            let quotes = quotes_to_escape(text);
            let repaired = quotes.map(|quotes| with_backslashes(text, &quotes));
            assert_eq!(repaired.as_deref(), right, "{text}");
        }
    }

    #[test]
    fn a_text_that_cannot_be_repaired_is_left_in_time() {
        let many = format!("{{\"a\": \"{}", "\"x\", ".repeat(100_000));
        assert_eq!(quotes_to_escape(&many), None);
    }
}
