//! The prefilter: a literal that every match contains, which a scan searches for before it walks
//! any event.
//!
//! A condition that every match must satisfy often leaves bytes that can be found without reading
//! JSON: a piece of the text that it wants, or the key of its value. Each occurrence is a
//! candidate. A stretch of the buffer without a candidate cannot match and is skipped unread. A
//! candidate is necessary, never sufficient: the walk over its event decides.
//!
//! It is necessary for these reasons:
//!
//! * A character of a string is written as itself or as an escape. The search also finds the
//!   escape `\u00..` of ASCII characters. `/` and control characters have other escapes, so
//!   literals leave them out.
//! * Two characters beyond ASCII become ASCII in lower case. The Kelvin sign becomes `k`, which
//!   literals leave out where case does not matter. `İ` becomes `i` with a combining dot, which
//!   equals an `i` of the literal only at its end, so the end is cut off.
//! * Numbers and dates have many spellings. The search is for their key alone, and the value after
//!   it is tested in place.
//! * `NOT` reverses necessity, so only conditions that count positively are used.

use crate::eval::compare::check::Check;
use crate::eval::compare::matcher::Matcher;
use crate::eval::compare::scalar::{Buffers, Scalar};
use crate::eval::json::{AfterKey, Needle, after_key};
use crate::eval::program::cost;
use crate::eval::program::ids::{JoinId, LeafId, PartId};
use crate::eval::program::leaf::{Ask, Leaf};
use crate::eval::program::wanted::Wanted;
use crate::eval::program::{Part, Program};
use crate::schema::NoValues;

/// What a scan searches for.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Prefilter {
    /// Nothing: every event is walked.
    Nothing,
    /// A piece of text that every match contains.
    Literal(Needle),
    /// A key that every match contains, at which a value has to pass.
    Key {
        /// The key in quotes.
        needle: Needle,
        part: PartId,
        leaf: LeafId,
        /// Whether the filter is this one condition on a key of the event itself.
        alone: bool,
    },
}

/// A position where an event may match.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Candidate {
    pub(in crate::eval) at: usize,
    /// Whether the event matches if this is its first key.
    pub(in crate::eval) decides: bool,
}

/// What the value after a key means for the filter, if that is known without walking.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passes,
    Fails,
    /// The walk has to look.
    Unknown,
}

/// A prefilter that could be chosen, with its cost: the estimated share of events that have it.
struct Choice {
    prefilter: Prefilter,
    share: f32,
}

impl Prefilter {
    /// The prefilter with the fewest candidates.
    pub(in crate::eval) fn choose(program: &Program) -> Prefilter {
        let choices = choices(program).into_iter();
        let best = choices.min_by(|a, b| a.share.total_cmp(&b.share));
        match best {
            Some(best) if best.share < cost::WASTED => best.prefilter,
            _ => Prefilter::Nothing,
        }
    }

    /// The first candidate at or after `from`.
    pub(in crate::eval) fn find(
        &self,
        program: &Program,
        bytes: &[u8],
        from: usize,
        buffers: &mut Buffers,
    ) -> Option<Candidate> {
        let unsure = |at| Candidate { at, decides: false };
        match self {
            Prefilter::Nothing => Some(unsure(from)),
            Prefilter::Literal(needle) => needle.find(program.level, bytes, from).map(unsure),
            Prefilter::Key {
                needle,
                part,
                leaf,
                alone,
            } => {
                let part = program.parts.get(part.index())?;
                let leaf = part.leaves.get(leaf.index())?;
                let Ask::Value(check) = &leaf.ask else {
                    return Some(unsure(from));
                };
                let no_values = leaf.no_values.as_deref();
                let mut from = from;
                loop {
                    let at = needle.find(program.level, bytes, from)?;
                    // An escape is a candidate without a verdict.
                    if !needle.is_at(bytes, at) {
                        return Some(unsure(at));
                    }
                    let after = at + needle.text().len();
                    match verdict(check, no_values, bytes, after, buffers) {
                        Verdict::Fails => from = after,
                        Verdict::Unknown => return Some(unsure(at)),
                        Verdict::Passes => {
                            let decides = *alone;
                            return Some(Candidate { at, decides });
                        }
                    }
                }
            }
        }
    }
}

/// The prefilters of all conditions that every match satisfies.
fn choices(program: &Program) -> Vec<Choice> {
    let mut choices = Vec::new();
    let mut parts = vec![PartId::EVENT];
    while let Some(id) = parts.pop() {
        let Some(part) = program.parts.get(id.index()) else {
            continue;
        };
        for (leaf_id, leaf) in part.leaves.iter().enumerate() {
            if !is_necessary(part, leaf) {
                continue;
            }
            match &leaf.ask {
                Ask::Element(inner) => parts.push(*inner),
                Ask::FreeText(matcher, _) => choices.extend(literal(matcher)),
                Ask::Value(check) => {
                    if let Check::AnyOf { matchers, .. } = check
                        && let [only] = &**matchers
                    {
                        choices.extend(literal(only));
                    }
                    choices.extend(key(part, leaf, check).map(|(needle, share)| Choice {
                        prefilter: Prefilter::Key {
                            needle,
                            part: id,
                            leaf: LeafId::new(leaf_id),
                            alone: id == PartId::EVENT && is_alone(part, leaf),
                        },
                        share,
                    }));
                }
            }
        }
    }
    choices
}

/// Whether the part holds only if this leaf does.
fn is_necessary(part: &Part, leaf: &Leaf) -> bool {
    // The result that the condition must have. A `NOT` above reverses it.
    let (mut link, mut required) = (leaf.up, true);
    loop {
        required ^= link.negated;
        if link.join == JoinId::ROOT {
            return required;
        }
        // `AND` is true only if all conditions are, and `OR` is false only if none is true.
        match part.joins.get(link.join.index()) {
            Some(join) if join.all == required || join.children == 1 => link = join.up,
            _ => return false,
        }
    }
}

/// Whether the part is just this leaf, which reads one key of the event itself.
fn is_alone(part: &Part, leaf: &Leaf) -> bool {
    let at_top = |place| part.wanted.place(place).parent == Wanted::ROOT;
    part.leaves.len() == 1 && matches!(&*leaf.places, [only] if at_top(*only))
}

/// The key of the leaf's values, if it is the same at all paths, with the share of events that
/// pass.
fn key(part: &Part, leaf: &Leaf, check: &Check) -> Option<(Needle, f32)> {
    let mut keys = leaf
        .places
        .iter()
        .map(|place| (*place != Wanted::ROOT).then(|| &*part.wanted.place(*place).key));
    let first = keys.next()??;
    if !keys.all(|key| key == Some(first)) {
        return None;
    }
    Some((key_needle(first)?, cost::of_check(check) + cost::IN_PLACE))
}

/// A key in quotes, if JSON can write it only this way or with an escape that begins with `\u00`.
pub(in crate::eval) fn key_needle(key: &str) -> Option<Needle> {
    let plain = |c: char| c.is_ascii() && !c.is_ascii_control() && !"\"\\/".contains(c);
    match key.chars().all(plain) {
        true => Needle::new(&format!("\"{key}\""), false),
        false => None,
    }
}

/// What the value after a key means for the filter.
fn verdict(
    check: &Check,
    no_values: Option<&NoValues>,
    bytes: &[u8],
    after: usize,
    buffers: &mut Buffers,
) -> Verdict {
    let passes_check = |value: Scalar<'_>, buffers: &mut Buffers| {
        !value.is_none_of(no_values) && check.passes(&value, buffers)
    };
    let mut passes = |value| match passes_check(value, buffers) {
        true => Verdict::Passes,
        false => Verdict::Fails,
    };
    match after_key(bytes, after) {
        AfterKey::Nothing => Verdict::Fails,
        AfterKey::Unknown => Verdict::Unknown,
        AfterKey::Number(text) => passes(Scalar::Number(text)),
        AfterKey::Boolean(boolean) => passes(Scalar::Boolean(boolean)),
        AfterKey::String(string) => {
            // A string that is not a date may not be UTF-8 either. The walk reports that if it gets
            // there.
            if let Check::Range(range) = check
                && no_values.is_none()
                && let Some(inside) = string.plain()
                && let Some(contains) = range.contains_date(inside)
            {
                return if contains {
                    Verdict::Passes
                } else {
                    Verdict::Fails
                };
            }
            let mut decoded = std::mem::take(&mut buffers.decoded);
            let text = string.text(&mut decoded);
            let verdict = match text.map(|text| passes_check(Scalar::String(text), buffers)) {
                Ok(true) => Verdict::Passes,
                Ok(false) => Verdict::Fails,
                Err(_) => Verdict::Unknown,
            };
            buffers.decoded = decoded;
            verdict
        }
    }
}

/// The rarest literal that every matching value contains.
fn literal(matcher: &Matcher) -> Option<Choice> {
    let mut best: Option<(Needle, f32)> = None;
    let mut offer = |text: &str, any_case, starts, ends| {
        // A string has quotes around it, but a number or word of JSON has not.
        let is_string = text
            .bytes()
            .any(|byte| !b"0123456789+-.etrufalsn".contains(&byte.to_ascii_lowercase()));
        for piece in pieces(text, any_case, starts && is_string, ends && is_string) {
            let share = cost::anywhere(&piece);
            if best.as_ref().is_none_or(|(_, least)| share < *least) {
                best = Needle::new(&piece, any_case)
                    .map(|needle| (needle, share))
                    .or(best.take());
            }
        }
    };
    match matcher {
        Matcher::Words(phrases) => match &**phrases {
            [only] => {
                for word in only.words() {
                    offer(word, true, false, false);
                }
            }
            _ => return None,
        },
        Matcher::Whole(text) => offer(text, true, true, true),
        Matcher::Prefix(text) => offer(text, true, true, false),
        Matcher::Exact(text) => offer(text, false, true, true),
        Matcher::Pattern { pattern, .. } => {
            for part in pattern.parts() {
                offer(part, true, false, false);
            }
        }
        _ => return None,
    }
    let (needle, share) = best?;
    let prefilter = Prefilter::Literal(needle);
    Some(Choice { prefilter, share })
}

/// The pieces of a text that JSON writes unchanged. `starts` and `ends` say whether a quote is
/// before and after the text.
fn pieces(text: &str, any_case: bool, starts: bool, ends: bool) -> Vec<String> {
    let mut pieces = vec![String::new()];
    if starts {
        pieces.push("\"".to_owned());
    }
    for c in text.chars() {
        let breaks = !c.is_ascii()
            || c.is_ascii_control()
            || c == '/'
            || (any_case && c.eq_ignore_ascii_case(&'k'));
        match pieces.last_mut() {
            Some(piece) if !breaks => {
                if matches!(c, '"' | '\\') {
                    piece.push('\\');
                }
                piece.push(c);
            }
            _ => pieces.push(String::new()),
        }
    }
    let last = pieces.len() - 1;
    for (at, piece) in pieces.iter_mut().enumerate() {
        if at == last && ends {
            piece.push('"');
        } else if any_case {
            piece.truncate(piece.trim_end_matches(['i', 'I']).len());
        }
    }
    pieces.retain(|piece| piece.trim_matches('"').len() >= 2);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_leave_out_what_has_other_spellings() {
        let cases: [(&str, bool, &[&str]); 8] = [
            ("FILE", true, &["\"FILE\""]),
            ("kernel32.dll", true, &["ernel32.dll\""]),
            ("kernel32.dll", false, &["\"kernel32.dll\""]),
            ("a/b/cde", true, &["cde\""]),
            (r"C:\x", true, &[r#""C:\\x""#]),
            ("a\tbcé", true, &["bc"]),
            ("wifi", true, &["\"wifi\""]),
            ("wifi/", true, &["\"wif"]),
        ];
        for (text, any_case, expected) in cases {
            assert_eq!(pieces(text, any_case, true, true), expected, "{text}");
        }
        assert_eq!(pieces("wifi", true, false, false), ["wif"]);
    }

    #[test]
    fn two_characters_become_ascii_in_small_letters() {
        let becoming: Vec<char> = (0x80..=0x0010_ffff)
            .filter_map(char::from_u32)
            .filter(|c| c.to_lowercase().any(|small| small.is_ascii()))
            .collect();
        assert_eq!(becoming, ['\u{130}', '\u{212a}']);
        assert_eq!('\u{130}'.to_lowercase().collect::<String>(), "i\u{307}");
        assert_eq!('\u{212a}'.to_lowercase().collect::<String>(), "k");
    }
}
