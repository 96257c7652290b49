//! Where a buffer can be cut in two without reading it.

use memchr::{memchr_iter, memmem};

/// The first offset after `from` where a document surely ends, so that the buffer can be cut there
/// and each part scanned on its own.
///
/// This is after a `}` at the end of a line, if the next line that is not blank begins with a `{`.
/// Inside a document there would be a comma between them, and a string contains no line break. It
/// works on JSON Lines and on documents over several lines, and returns `None` in an array of
/// events.
///
/// ```
/// use qualys_filter::eval::{first_boundary, last_boundary};
///
/// let read_so_far = b"{\"a\": {\n}}\n{\"b\": 2}\n{\"c\":";
/// assert_eq!(first_boundary(read_so_far, 0), Some(10));
/// assert_eq!(first_boundary(read_so_far, 10), Some(19));
/// assert_eq!(last_boundary(read_so_far), Some(19));
/// assert_eq!(last_boundary(b"[{},\n{},\n"), None);
/// ```
pub fn first_boundary(buffer: &[u8], from: usize) -> Option<usize> {
    let rest = buffer.get(from..)?;
    // After the last `}` that is not followed but by blanks.
    let mut end = None;
    let mut start = 0;
    for line_end in memchr_iter(b'\n', rest).chain([rest.len()]) {
        let line = rest.get(start..line_end).unwrap_or_default();
        if !line.iter().all(|byte| is_blank(*byte)) {
            if end.is_some() && opens(line) {
                return end;
            }
            let last = line.iter().rposition(|byte| !is_blank(*byte));
            let closes = last.filter(|last| line.get(*last) == Some(&b'}'));
            end = closes.map(|last| from + start + last + 1);
        }
        start = line_end + 1;
    }
    None
}

/// The last such offset; see [`first_boundary`].
pub fn last_boundary(buffer: &[u8]) -> Option<usize> {
    let mut line_end = buffer.len();
    // Whether the next line that is not blank begins with a `{`.
    let mut opens = false;
    loop {
        let before = buffer.get(..line_end)?;
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = before.get(start..).unwrap_or_default();
        if let Some(last) = line.iter().rposition(|byte| !is_blank(*byte)) {
            if opens && line.get(last) == Some(&b'}') {
                return Some(start + last + 1);
            }
            opens = self::opens(line);
        }
        line_end = start.checked_sub(1)?;
    }
}

/// The byte order mark of UTF-8.
pub(in crate::eval) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether an object begins here, after blanks and an optional byte order mark.
pub(in crate::eval) fn opens(bytes: &[u8]) -> bool {
    let first = bytes.iter().position(|byte| !is_blank(*byte));
    let rest = first.and_then(|first| bytes.get(first..));
    match rest {
        Some([b'{', ..]) => true,
        Some(rest @ [0xef, ..]) => rest
            .strip_prefix(BOM)
            .is_some_and(|rest| rest.starts_with(b"{")),
        _ => false,
    }
}

/// A blank of JSON.
pub(in crate::eval) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The offset after the line break of the next line that begins with these bytes and a bracket. A
/// byte order mark may come before the bracket.
pub(in crate::eval) fn next_line(rest: &[u8], starts: &[u8]) -> Option<usize> {
    let mut lines = memmem::find_iter(rest, starts);
    let opens = |at: &usize| {
        let line = rest.get(at + starts.len()..).unwrap_or_default();
        let line = line.strip_prefix(BOM).unwrap_or(line);
        matches!(line.first(), Some(b'{' | b'['))
    };
    lines.find(opens).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every such place, as the words above say it.
    fn ends(buffer: &[u8]) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut closed = None;
        let mut start = 0;
        for line in buffer.split_inclusive(|byte| *byte == b'\n') {
            let trimmed = line.trim_ascii();
            if !trimmed.is_empty() {
                if trimmed
                    .strip_prefix(BOM)
                    .unwrap_or(trimmed)
                    .starts_with(b"{")
                {
                    ends.extend(closed);
                }
                let end = start + line.trim_ascii_end().len();
                closed = trimmed.ends_with(b"}").then_some(end);
            }
            start += line.len();
        }
        ends
    }

    #[test]
    fn lines_of_one_event_each_end_where_they_end() {
        let buffer = b"{\"a\": 1}\n{}\n\n  {\"c\": 3} \r\n";
        assert_eq!(ends(buffer), [8, 11]);
        assert_eq!(first_boundary(buffer, 0), Some(8));
        assert_eq!(first_boundary(buffer, 8), Some(11));
        assert_eq!(first_boundary(buffer, 11), None);
        assert_eq!(last_boundary(buffer), Some(11));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_first_and_the_last_of_all_ends_are_found(buffer in "[{}\n\n a\r\t\u{feff}]{0,24}") {
            let ends = ends(buffer.as_bytes());
            prop_assert_eq!(first_boundary(buffer.as_bytes(), 0), ends.first().copied());
            prop_assert_eq!(last_boundary(buffer.as_bytes()), ends.last().copied());
            for from in 0..=buffer.len() {
                let rest = buffer.as_bytes().get(from..).unwrap_or_default();
                if !buffer.is_char_boundary(from) {
                    continue;
                }
                let expected = self::ends(rest).first().map(|end| end + from);
                prop_assert_eq!(first_boundary(buffer.as_bytes(), from), expected);
            }
        }
    }
}
