//! Values of programs that are made of strings: one, several that are joined, or with other values
//! between them.

use std::ops::Range;

use super::language::{Form, Holes, Language};
use super::scan::{Kind, Token};

/// A value that is made of strings.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) parts: Vec<Part>,
}

/// A part of a value.
#[derive(Debug)]
pub(super) enum Part {
    Text {
        form: &'static Form,
        /// What is between the quotes.
        inside: Range<usize>,
        /// How places of values are marked in it by what is around the string.
        format: Option<Holes>,
    },
    /// A value of the program.
    Value(Range<usize>),
}

/// Functions that return the text of their first argument, or a filter that is written there.
const SAME: &[&str] = &[
    "quote",
    "quote_plus",
    "dedent",
    "cleandoc",
    "encodeURIComponent",
    "from",
    "str",
    "String",
];

/// Methods that return the text, but for the blanks around it.
const SAME_METHODS: &[&str] = &[
    "strip",
    "encode",
    "trim",
    "trimIndent",
    "trimMargin",
    "stripIndent",
    "to_string",
    "to_owned",
    "into",
    "as_str",
    "Trim",
];

/// A value of more tokens is not read, so that the time stays linear.
const LONGEST: usize = 2000;

/// The same for what is between two strings.
const LONGEST_BETWEEN: usize = 200;

pub(super) struct Values<'t> {
    pub(super) text: &'t str,
    pub(super) language: &'static Language,
    pub(super) tokens: &'t [Token],
}

impl Values<'_> {
    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    pub(super) fn text_of(&self, token: &Token) -> &str {
        self.text.get(token.range.clone()).unwrap_or_default()
    }

    /// The first token from `at` on that is no comment.
    pub(super) fn next(&self, at: usize) -> usize {
        let rest = self.tokens.get(at..).unwrap_or_default();
        let comments = rest
            .iter()
            .take_while(|token| matches!(token.kind, Kind::Comment));
        at + comments.count()
    }

    fn is(&self, at: usize, sign: u8) -> bool {
        self.token(at).is_some_and(|token| token.is(sign))
    }

    /// The value that begins with this token. `in_brackets` if lines do not end it. Nothing if it has no
    /// string, or if what it becomes is not known.
    pub(super) fn value(&self, at: usize, in_brackets: bool) -> Option<Value> {
        let mut at = self.next(at);
        let mut open = 0;
        while self.is(at, b'(') {
            open += 1;
            at = self.next(at + 1);
        }
        let in_brackets = in_brackets || open > 0;
        let mut parts = Vec::new();
        let start = at;
        loop {
            if at - start > LONGEST {
                return None;
            }
            at = self.operand(at, in_brackets, &mut parts)?;
            while open > 0 && self.is(self.next(at), b')') {
                open -= 1;
                at = self.next(at) + 1;
            }
            match self.joins(at, in_brackets || open > 0) {
                Some(next) => at = next,
                None => break,
            }
        }
        let has_text = parts.iter().any(|part| matches!(part, Part::Text { .. }));
        (has_text && open == 0 && self.ends(at, in_brackets)).then_some(Value { parts })
    }

    /// The token after the sign that joins what is before it with more.
    fn joins(&self, at: usize, in_brackets: bool) -> Option<usize> {
        let at = self.next(at);
        let token = self.token(at)?;
        let next = self.text.as_bytes().get(token.range.end);
        let is_other = matches!(next, Some(b'=' | b'+'))
            || self.language.join == b'.' && matches!(next, Some(b'.'));
        // In Python, a line outside of brackets ends what is before it.
        let ended = token.starts_line && self.language.is_adjacent && !in_brackets;
        (token.is(self.language.join) && !is_other && !ended).then(|| self.next(at + 1))
    }

    /// Whether a value ends before this token.
    fn ends(&self, at: usize, in_brackets: bool) -> bool {
        let Some(token) = self.token(self.next(at)) else {
            return true;
        };
        match token.kind {
            Kind::Sign(sign) => {
                let ended = token.starts_line && !in_brackets && sign != b'.';
                ended || matches!(sign, b',' | b')' | b']' | b'}' | b';' | b'?' | b':')
            }
            // As in `"a:1" if x else "a:2"`.
            Kind::Word | Kind::Comment => true,
            Kind::Text(..) => token.starts_line,
        }
    }

    /// Reads one operand, and returns the token after it.
    fn operand(&self, at: usize, in_brackets: bool, parts: &mut Vec<Part>) -> Option<usize> {
        let token = self.token(at)?;
        if let Kind::Text(..) = token.kind {
            return self.strings(at, in_brackets, None, parts);
        }
        if let Some((inside, holes)) = self.call(at) {
            let after = self.strings(inside, true, holes, parts)?;
            return match self.is(self.next(after), b')') {
                true => self.suffix(self.next(after) + 1, parts, 0),
                // What is put in follows the string.
                false if holes.is_some() => Some(self.skip(at, in_brackets)),
                false => None,
            };
        }
        let after = self.skip(at, in_brackets);
        let last = self.token(after.checked_sub(1)?)?;
        if after == at {
            return None;
        }
        parts.push(Part::Value(token.range.start..last.range.end));
        Some(after)
    }

    /// A call of a function that returns the text of its first argument: that argument, and how the
    /// places of the others are marked in it.
    fn call(&self, at: usize) -> Option<(usize, Option<Holes>)> {
        let mut at = at;
        // Rust and C# have `&format!(…)` and `new String(…)`.
        while self.is(at, b'&') {
            at += 1;
        }
        let mut last = at;
        let first = self.token(at)?;
        if !first.is_word() {
            return None;
        }
        loop {
            at += 1;
            let token = self.token(at)?;
            match token.kind {
                Kind::Word if self.text_of(self.token(last)?) == "new" => last = at,
                Kind::Word => last = at,
                Kind::Sign(b'.' | b':' | b'!') => {}
                Kind::Sign(b'(') => break,
                _ => return None,
            }
        }
        let name = self.text_of(self.token(last)?);
        let is_macro = self.is(last + 1, b'!');
        let mut formats = self.language.formats.iter();
        let format = formats.find(|(known, _)| {
            let plain = known.trim_end_matches('!');
            plain == name && (plain.len() < known.len()) == is_macro
        });
        let inside = self.next(at + 1);
        let is_text = matches!(self.token(inside)?.kind, Kind::Text(..));
        match format {
            _ if !is_text => None,
            Some((_, holes)) => Some((inside, Some(*holes))),
            None => SAME.contains(&name).then_some((inside, None)),
        }
    }

    /// Reads a string, those right after it where that is one string, and what is done with it.
    fn strings(
        &self,
        at: usize,
        in_brackets: bool,
        format: Option<Holes>,
        parts: &mut Vec<Part>,
    ) -> Option<usize> {
        let before = parts.len();
        let mut at = at;
        while let Some(Token {
            kind: Kind::Text(form, inside),
            starts_line,
            ..
        }) = self.token(at)
        {
            let is_first = parts.len() == before;
            if !is_first && (!self.language.is_adjacent || *starts_line && !in_brackets) {
                break;
            }
            if !form.is_text {
                return None;
            }
            parts.push(Part::Text {
                form,
                inside: inside.clone(),
                format,
            });
            let next = self.next(at + 1);
            // Comments between strings in brackets do not part them.
            at = match self.token(next) {
                Some(token) if matches!(token.kind, Kind::Text(..)) => next,
                _ => at + 1,
            };
            // A backslash at the end of a line continues it.
            let is_continued = self.is(at, b'\\')
                && self
                    .token(at + 1)
                    .is_some_and(|next| matches!(next.kind, Kind::Text(..)) && next.starts_line);
            if self.language.is_adjacent && is_continued {
                return None;
            }
        }
        self.suffix(at, parts, before)
    }

    /// Reads what is done with strings: `.format(…)`, `% x`, `.trim()`.
    fn suffix(&self, at: usize, parts: &mut [Part], from: usize) -> Option<usize> {
        let next = self.next(at);
        let mut set = |holes: Holes| {
            for part in parts.get_mut(from..).unwrap_or_default() {
                if let Part::Text { format, .. } = part {
                    *format = Some(holes);
                }
            }
        };
        if self.language.is_adjacent && self.is(next, b'%') {
            set(Holes::Percent);
            return Some(self.skip_one(self.next(next + 1)));
        }
        let (is_dot, name) = (self.is(next, b'.'), self.token(next + 1));
        let name = name
            .filter(|name| name.is_word() && is_dot)
            .filter(|_| self.language.join != b'.' && self.is(next + 2, b'('));
        let Some(name) = name else {
            return Some(at);
        };
        let name = self.text_of(name);
        let mut methods = self.language.methods.iter();
        if let Some((_, holes)) = methods.find(|(known, _)| *known == name) {
            set(*holes);
        } else if !SAME_METHODS.contains(&name) {
            return None;
        }
        self.same(self.skip_one(next + 2))
    }

    /// The token after further methods, which may only return the text.
    fn same(&self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            let next = self.next(at);
            let is_method = self.is(next, b'.') && self.is(next + 2, b'(');
            if !is_method || self.language.join == b'.' {
                return Some(at);
            }
            let name = self.token(next + 1)?;
            if !SAME_METHODS.contains(&self.text_of(name)) {
                return None;
            }
            at = self.skip_one(next + 2);
        }
    }

    /// The token after one bracketed group, or after a word with what is at it.
    fn skip_one(&self, at: usize) -> usize {
        let mut at = at;
        let mut depth = 0_usize;
        while let Some(token) = self.token(at) {
            match token.kind {
                Kind::Sign(b'(' | b'[' | b'{') => depth += 1,
                Kind::Sign(b')' | b']' | b'}') if depth == 0 => return at,
                Kind::Sign(b')' | b']' | b'}') => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                let next = self.token(at).filter(|next| !next.starts_line);
                let goes_on =
                    next.is_some_and(|next| next.is(b'.') || next.is(b'[') || next.is(b'('));
                if token.is(b')') || !goes_on && !token.is(b'.') {
                    return at;
                }
            }
        }
        at
    }

    /// Whether a sign is that of an assignment, as after the type of `name: string = "…"`.
    fn assigns(&self, token: &Token) -> bool {
        let bytes = self.text.as_bytes();
        let around = [token.range.start.wrapping_sub(1), token.range.end];
        let compares = around.iter().any(|at| {
            let byte = bytes.get(*at);
            matches!(byte, Some(b'=' | b'!' | b'<' | b'>'))
        });
        token.is(b'=') && !compares
    }

    /// The token after an operand: where it is joined with more, or where the value ends.
    fn skip(&self, at: usize, in_brackets: bool) -> usize {
        let (start, mut at, mut depth) = (at, at, 0_usize);
        while let Some(token) = self.token(at).filter(|_| at - start < LONGEST_BETWEEN) {
            if depth == 0 && at > start {
                let is_end = matches!(token.kind, Kind::Sign(b',' | b';' | b')' | b']' | b'}'))
                    || self.assigns(token)
                    || self.joins(at, in_brackets).is_some()
                    || token.starts_line && !in_brackets && !token.is(b'.');
                if is_end {
                    return at;
                }
            }
            match token.kind {
                Kind::Sign(b'(' | b'[' | b'{') => depth += 1,
                Kind::Sign(b')' | b']' | b'}') => {
                    let Some(less) = depth.checked_sub(1) else {
                        return at;
                    };
                    depth = less;
                }
                Kind::Sign(b',' | b';') if depth == 0 => return at,
                _ => {}
            }
            at += 1;
        }
        at
    }
}
