//! The productions: a query's text in, its tree or everything that is wrong with it out.
//!
//! ```text
//! query      = [ or_expr ] ;
//! or_expr    = and_expr , { OR , and_expr } ;
//! and_expr   = not_expr , { AND , not_expr } ;
//! not_expr   = NOT , not_expr | primary ;
//! primary    = "(" , or_expr , ")" | clause | free_text ;
//! ```
//!
//! Groups that are still open are kept in a vector of frames, not on the call stack. There is one
//! grammar: after a mistake it reads on as if the nearest right thing had been written, so that
//! one run finds every mistake. Every step takes at least a character or changes from expecting a
//! condition to expecting an operator, and none looks further ahead than to the end of what it
//! then takes, so the time is linear in the text.

mod clause;
mod cursor;
mod group;
mod literal;

use std::str::FromStr;
use std::sync::Arc;

use super::ast::{Expr, ExprId, ExprKind, Literal, Query, TokenName};
use super::error::{ParseError, ParseErrorKind, ParseErrors};
use super::lex::{self, Place};
use crate::limits::Limits;
use crate::span::{Fix, Span};

impl FromStr for Query {
    type Err = ParseErrors;

    /// Reads a query under the default [`Limits`].
    fn from_str(text: &str) -> Result<Query, ParseErrors> {
        Query::parse_with(text, &Limits::default())
    }
}

impl Query {
    /// Reads a query under the given limits.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text, at most [`ParseErrors::MOST`] of it:
    ///
    /// ```
    /// use qualys_filter::{Limits, Query};
    ///
    /// let errors = Query::parse_with("type == FILE && action:", &Limits::default()).unwrap_err();
    /// let messages: Vec<String> = errors.iter().map(|error| error.to_string()).collect();
    /// assert_eq!(messages, [
    ///     "`==` is not an operator",
    ///     "`&&` is not an operator",
    ///     "a value is missing after `:`",
    /// ]);
    /// ```
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Query, ParseErrors> {
        let limit = limits.query_bytes.min(u32::MAX as usize);
        if text.len() > limit {
            // Only the text up to the limit is kept, so that a huge input is not copied.
            let kept = text
                .get(..text.floor_char_boundary(limit))
                .unwrap_or_default();
            let at = kept.len() as u32;
            let bytes = text.len();
            let kind = ParseErrorKind::QueryTooLong { bytes, limit };
            let error = ParseError::new(kind, Span::new(at, at));
            return Err(ParseErrors::new(kept.into(), vec![error]));
        }
        let parse = |text: &str| Parser::new(text, limits).query();
        parse(text).map_err(|mut errors| {
            errors.keep_fixes_that_help(|fixed| {
                parse(fixed).err().map_or(0, |errors| errors.iter().len())
            });
            errors
        })
    }
}

struct Parser<'s> {
    text: &'s str,
    rest: &'s str,
    limits: &'s Limits,
    exprs: Vec<Expr>,
    errors: Vec<ParseError>,
    /// The groups around the current place; the first is the query itself.
    frames: Vec<Frame>,
    /// What stands in the open operands' parentheses and may turn out not to belong there.
    strays: Vec<Stray>,
    /// Whether a condition is expected, not an operator.
    expects_condition: bool,
    /// Groups and `NOT`s around the current place.
    depth: usize,
    clauses: usize,
    /// Closing parentheses that may come later because their value has been reported already.
    forgiven: usize,
    /// Set where reading on makes no sense.
    halted: bool,
}

/// A group that is still open.
struct Frame {
    kind: FrameKind,
    open: Span,
    /// Alternatives that are complete.
    or: Vec<ExprId>,
    /// Conditions of the current alternative.
    and: Vec<ExprId>,
    /// `NOT`s before the next condition.
    nots: Vec<Span>,
    /// The operator before the next condition.
    operator: Option<(&'static str, Span)>,
    /// Whether a clause, not only values, stands in it.
    has_clauses: bool,
    /// Whether it is, or stands inside of, the parentheses of an operand.
    in_operand: bool,
    first_expr: usize,
    first_stray: usize,
}

enum FrameKind {
    Query,
    Parentheses,
    /// The parentheses after this token's colon.
    Operand(TokenName),
}

/// What cannot stand in one of the two kinds of parentheses that an operand may have.
enum Stray {
    FreeText(Span),
    Not(Span),
    Parentheses(Span),
}

impl<'s> Parser<'s> {
    fn new(text: &'s str, limits: &'s Limits) -> Parser<'s> {
        Parser {
            text,
            rest: text,
            limits,
            exprs: Vec::new(),
            errors: Vec::new(),
            frames: vec![Frame::new(FrameKind::Query, Span::default())],
            strays: Vec::new(),
            expects_condition: true,
            depth: 0,
            clauses: 0,
            forgiven: 0,
            halted: false,
        }
    }

    /// `query = [ or_expr ]`
    fn query(mut self) -> Result<Query, ParseErrors> {
        loop {
            self.blanks();
            if self.rest.is_empty() || self.halted {
                break;
            }
            if self.expects_condition {
                self.condition();
            } else {
                self.operator();
            }
        }
        let root = self.end();
        let text: Arc<str> = self.text.into();
        if self.errors.is_empty() {
            let exprs = self.exprs;
            Ok(Query { text, exprs, root })
        } else {
            Err(ParseErrors::new(text, self.errors))
        }
    }

    /// The end of the text: every open group is a mistake.
    fn end(&mut self) -> Option<ExprId> {
        let mut root = None;
        while let Some(mut frame) = self.frames.pop() {
            if !self.halted {
                self.missing_after(&frame);
                if !matches!(frame.kind, FrameKind::Query) {
                    self.error(ParseErrorKind::UnclosedParenthesis, frame.open);
                }
            }
            self.expects_condition = false;
            root = self.finish(&mut frame);
        }
        root
    }

    /// `not_expr = NOT , not_expr | primary`
    fn condition(&mut self) {
        let start = self.at();
        if let Some(word) = self.eat(lex::boolean_word) {
            let span = self.since(start);
            if word.eq_ignore_ascii_case("not") {
                self.not(span);
            } else {
                let (word, before) = (capital(word), true);
                self.error(ParseErrorKind::MissingCondition { word, before }, span);
            }
            return;
        }
        let c = self.peek().unwrap_or_default();
        match c {
            '(' => self.open(FrameKind::Parentheses, start),
            ')' => self.close(),
            '!' | '-' if c == '!' || !self.is_negative_value() => {
                self.take(1);
                let kind = match c {
                    '!' => ParseErrorKind::Exclamation,
                    _ => ParseErrorKind::LeadingMinus,
                };
                let span = self.since(start);
                self.error_with_fix(kind, span, Fix::replace(span, "NOT "));
            }
            '&' | '|' if self.wrong_boolean() => {}
            '[' | ']' | ',' | '<' | '>' | '=' => {
                self.take(c.len_utf8());
                let kind = ParseErrorKind::UnexpectedCharacter { found: c };
                self.error(kind, self.since(start));
                self.skip_to_boolean_word();
                self.push_broken(start);
            }
            _ => self.primary(start),
        }
    }

    /// Whether the `-` here starts a value of an operand, such as the bound `-5`.
    fn is_negative_value(&self) -> bool {
        let in_operand = self.frames.last().is_some_and(|frame| frame.in_operand);
        let after = self.rest.get(1..).unwrap_or_default();
        in_operand && !after.starts_with('(') && lex::clause_start(after).is_err()
    }

    /// `primary = clause | free_text`, and in an operand's parentheses a value.
    fn primary(&mut self, start: u32) {
        let operand = self.frames.last().filter(|frame| frame.in_operand);
        let place = match operand {
            None => Place::Free,
            Some(frame) if frame.is_fresh_operand() => Place::GroupOrBound,
            Some(_) => Place::Group,
        };
        if self.peek().and_then(lex::opening_quote).is_some() {
            let literal = self.quoted();
            let after = self.rest.trim_start_matches(lex::is_blank);
            if after.starts_with([':', '<', '>', '=']) || after.starts_with("!=") {
                let fix = Fix::replace(literal.span, &*literal.text);
                self.error_with_fix(ParseErrorKind::QuotedToken, literal.span, fix);
                let (span, text) = (literal.span, literal.text);
                return self.clause(TokenName { span, text });
            }
            return self.value_or_range(literal, place);
        }
        if lex::clause_start(self.rest).is_ok()
            && let Some(name) = self.eat(lex::token_name)
        {
            let (span, text) = (self.since(start), name.into());
            return self.clause(TokenName { span, text });
        }
        if let Some(operator) = self.eat(lex::word_operator) {
            return self.word_operator(start, &operator);
        }
        if place == Place::GroupOrBound && lex::dots(self.rest).is_ok() {
            let missing = self.missing_bound();
            return self.value_or_range(missing, place);
        }
        let literal = self.bare(place);
        self.value_or_range(literal, place);
    }

    /// A value that stands alone: free text, a value of a group, or the lower bound of a range.
    fn value_or_range(&mut self, literal: Literal, place: Place) {
        if matches!(place, Place::GroupOrBound | Place::Group) {
            self.blanks();
            let dots_at = self.at();
            if self.eat(lex::dots).is_some() {
                let dots = self.since(dots_at);
                if place == Place::GroupOrBound
                    && let Some(frame) = self.frames.pop()
                    && let FrameKind::Operand(token) = frame.kind
                {
                    self.depth -= 1;
                    let open = frame.open;
                    return self.range(token, literal, open, dots);
                }
                self.blanks();
                let upper = self.scalar(Place::Group);
                let end = upper.map_or(dots, |upper| upper.span);
                self.error(ParseErrorKind::RangeInGroup, literal.span.to(end));
            }
        }
        let span = literal.span;
        if self.frames.last().is_some_and(|frame| frame.in_operand) {
            self.strays.push(Stray::FreeText(span));
        }
        self.push_clause(span, ExprKind::FreeText(literal));
    }

    /// `NOT`, before its condition.
    fn not(&mut self, span: Span) {
        if self.deeper(span)
            && let Some(frame) = self.frames.last_mut()
        {
            frame.nots.push(span);
            if frame.in_operand {
                self.strays.push(Stray::Not(span));
            }
        }
    }

    /// `AND`, `OR`, a closing parenthesis, or a mistake.
    fn operator(&mut self) {
        let start = self.at();
        if let Some(word) = self.eat(lex::boolean_word) {
            let word = capital(word);
            if word != "NOT" {
                return self.join(word, self.since(start));
            }
            // The `NOT` belongs to the condition after the operator that is missing.
            self.rest = self.text.get(start as usize..).unwrap_or_default();
        }
        let c = self.peek().unwrap_or_default();
        match c {
            ')' => self.close(),
            '&' | '|' if self.wrong_boolean() => {}
            ',' | ';' => {
                self.take(1);
                let span = self.since(start);
                let kind = ParseErrorKind::UnexpectedCharacter { found: c };
                let behind = self.rest.starts_with(lex::is_blank);
                let word = if behind { " AND" } else { " AND " };
                self.error_with_fix(kind, span, Fix::replace(span, word));
                self.join("AND", span);
            }
            '[' | ']' | ':' | '<' | '>' | '=' => {
                self.take(1);
                let kind = ParseErrorKind::UnexpectedCharacter { found: c };
                self.error(kind, self.since(start));
                self.skip_to_boolean_word();
            }
            _ => {
                let word = lex::skip_word(self.rest).map_or(1, |(_, word)| word.len());
                let span = Span::new(start, start + word as u32);
                let fix = Fix::insert(start, "AND ");
                self.error_with_fix(ParseErrorKind::MissingOperator, span, fix);
                self.join("AND", Span::new(start, start));
            }
        }
    }

    /// `&&` or `||` in place of a word.
    fn wrong_boolean(&mut self) -> bool {
        let (kind, word) = match self.rest.get(..2) {
            Some("&&") => (ParseErrorKind::DoubleAmpersand, "AND"),
            Some("||") => (ParseErrorKind::DoubleBar, "OR"),
            _ => return false,
        };
        let start = self.at();
        self.take(2);
        let span = self.since(start);
        let before = self.text.get(..start as usize).unwrap_or_default();
        let blank = |is_blank: bool| if is_blank { "" } else { " " };
        let fixed = format!(
            "{}{word}{}",
            blank(before.ends_with(|c| lex::is_blank(c) || matches!(c, '(' | ')'))),
            blank(self.rest.starts_with(|c| lex::is_blank(c) || c == '(')),
        );
        self.error_with_fix(kind, span, Fix::replace(span, fixed));
        self.join(word, span);
        true
    }

    fn join(&mut self, word: &'static str, span: Span) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        frame.operator = Some((word, span));
        if word == "OR" {
            self.close_and(&mut frame);
        }
        self.frames.push(frame);
        self.expects_condition = true;
    }

    /// An operator or a `NOT` at the end of a group, with nothing behind it.
    fn missing_after(&mut self, frame: &Frame) {
        if !self.expects_condition {
            return;
        }
        let not = frame.nots.last().map(|span| ("NOT", *span));
        if let Some((word, span)) = not.or(frame.operator) {
            let before = false;
            self.error(ParseErrorKind::MissingCondition { word, before }, span);
        }
    }
}

impl Frame {
    fn new(kind: FrameKind, open: Span) -> Frame {
        Frame {
            kind,
            open,
            or: Vec::new(),
            and: Vec::new(),
            nots: Vec::new(),
            operator: None,
            has_clauses: false,
            in_operand: false,
            first_expr: 0,
            first_stray: 0,
        }
    }

    /// Whether this is an operand's parentheses with nothing in them yet.
    fn is_fresh_operand(&self) -> bool {
        matches!(self.kind, FrameKind::Operand(_))
            && self.or.is_empty()
            && self.and.is_empty()
            && self.nots.is_empty()
            && self.operator.is_none()
    }
}

fn capital(word: &str) -> &'static str {
    match word.len() {
        2 => "OR",
        _ if word.starts_with(['a', 'A']) => "AND",
        _ => "NOT",
    }
}
