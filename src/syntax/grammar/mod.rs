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

mod brackets;
mod clause;
mod cursor;
mod encoded;
mod group;
mod habit;
mod join;
mod literal;

use std::str::FromStr;

use super::ast::{Expr, ExprId, ExprKind, Literal, Query, TokenName};
use super::error::{Mistake, ParseErrorKind, ParseErrors};
use super::is_token_name;
use super::lex::{self, Place};
use super::parsed::Parsed;
use crate::limits::Limits;
use crate::span::Span;

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
        Query::parse_lossy(text, limits).ok()
    }

    /// Reads what can be read of a text, under the given limits: there is always a tree, and beside it
    /// what is wrong with the text.
    ///
    /// ```
    /// use qualys_filter::{Limits, Query, syntax::ExprKind};
    ///
    /// let parsed = Query::parse_lossy("type:FILE AND action:", &Limits::default());
    /// assert_eq!(parsed.errors()[0].to_string(), "a value is missing after `:`");
    /// let query = parsed.query();
    /// let ExprKind::And(conditions) = &query.expr(query.root().unwrap()).kind else { panic!() };
    /// assert!(matches!(query.expr(conditions[0]).kind, ExprKind::Clause(_)));
    /// assert!(matches!(query.expr(conditions[1]).kind, ExprKind::Error));
    /// assert_eq!(query.expr(conditions[1]).span.of(query.text()), "action:");
    /// ```
    pub fn parse_lossy(text: &str, limits: &Limits) -> Parsed {
        let limit = limits.query_bytes.min(u32::MAX as usize);
        if text.len() > limit {
            // Only the text up to the limit is kept, so that a huge input is not copied.
            let kept = text
                .get(..text.floor_char_boundary(limit))
                .unwrap_or_default();
            let at = kept.len() as u32;
            let bytes = text.len();
            let kind = ParseErrorKind::QueryTooLong { bytes, limit };
            let (span, edit) = (Span::new(at, at), None);
            let mistakes = vec![Mistake { kind, span, edit }];
            let errors = ParseErrors::new(kept.into(), mistakes);
            return Parsed::new(Query::unread(kept), Some(errors));
        }
        let (query, mistakes) = encoded::read(text, limits);
        if mistakes.is_empty() {
            return Parsed::new(query, None);
        }
        let mut errors = ParseErrors::new(query.text.clone(), mistakes);
        errors.keep_fixes_that_help(|fixed| encoded::count(fixed, limits));
        Parsed::new(query, Some(errors))
    }

    /// A text of which nothing can be read.
    fn unread(text: &str) -> Query {
        let span = Span::new(0, text.len() as u32);
        let kind = ExprKind::Error;
        Query {
            text: text.into(),
            exprs: vec![Expr { span, kind }],
            root: Some(ExprId(0)),
            doubts: None,
        }
    }
}

struct Parser<'s> {
    text: &'s str,
    rest: &'s str,
    limits: &'s Limits,
    exprs: Vec<Expr>,
    mistakes: Vec<Mistake>,
    /// The groups around the current place; the first is the query itself.
    frames: Vec<Frame>,
    /// What is in the open operands' parentheses and may turn out not to belong there.
    strays: Vec<Stray>,
    /// Whether a condition is expected, not an operator.
    expects_condition: bool,
    /// Groups and `NOT`s around the current place.
    depth: usize,
    clauses: usize,
    /// Closing parentheses that may come later because their value has been reported already.
    forgiven: usize,
    /// Whether the values of `name in (…)` are read.
    in_arguments: bool,
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
    /// Whether a clause, not only values, is in it.
    has_clauses: bool,
    /// Whether it is, or is inside of, the parentheses of an operand.
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

/// What cannot be in one of the two kinds of parentheses that an operand may have.
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
            mistakes: Vec::new(),
            frames: vec![Frame::new(FrameKind::Query, Span::default())],
            strays: Vec::new(),
            expects_condition: true,
            depth: 0,
            clauses: 0,
            forgiven: 0,
            in_arguments: false,
            halted: false,
        }
    }

    /// `query = [ or_expr ]`, with what is wrong with it.
    fn query(mut self) -> (Query, Vec<Mistake>) {
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
        let is_unreadable = self.mistakes.iter().any(|it| it.kind.leaves_nothing());
        if is_unreadable || (root.is_none() && !self.mistakes.is_empty()) {
            return (Query::unread(self.text), self.mistakes);
        }
        let query = Query {
            text: self.text.into(),
            exprs: self.exprs,
            root,
            doubts: None,
        };
        (query, self.mistakes)
    }

    /// The end of the text: every open group is a mistake.
    fn end(&mut self) -> Option<ExprId> {
        if !self.rest.is_empty() {
            // Reading has stopped here.
            let start = self.at();
            self.take(self.rest.len());
            self.push_error(start);
        }
        let end = self.at();
        loop {
            if !self.halted {
                self.missing_after(end);
            }
            let mut frame = self.frames.pop()?;
            if let FrameKind::Query = frame.kind {
                return self.finish(&mut frame);
            }
            if !self.halted {
                self.error(ParseErrorKind::UnclosedParenthesis, frame.open);
            }
            self.expects_condition = false;
            self.leave(frame, false);
        }
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
        let found = self.peek().unwrap_or_default();
        match lex::symbol(found) {
            '(' => self.open(FrameKind::Parentheses, start),
            ')' => self.close(),
            '!' => self.wrong_not(ParseErrorKind::Exclamation),
            '-' if !self.is_negative_value() => {
                self.wrong_not(ParseErrorKind::LeadingMinus { found });
            }
            c if lex::is_dash(c) && !self.is_negative_value() => {
                self.wrong_not(ParseErrorKind::LeadingMinus { found });
            }
            '&' | '|' if self.wrong_boolean() => {}
            '[' | ']' | ',' | '<' | '>' | '=' => {
                self.take(found.len_utf8());
                let kind = ParseErrorKind::UnexpectedCharacter { found };
                self.error(kind, self.since(start));
                self.skip_to_boolean_word();
                self.push_error(start);
            }
            _ => self.primary(start),
        }
    }

    /// What is `NOT` in other languages, before its condition.
    fn wrong_not(&mut self, kind: ParseErrorKind) {
        let start = self.at();
        self.take(self.peek().map_or(0, char::len_utf8));
        let span = self.since(start);
        let is_not = |c: char| matches!(lex::symbol(c), '!' | '-') || lex::is_dash(c);
        let is_blank = |c: char| lex::is_blank(c) || lex::is_no_text(c);
        let next = self.rest.trim_start_matches(|c| is_blank(c) || is_not(c));
        let is_before_condition = !next.is_empty()
            && !next
                .starts_with(|c| matches!(lex::symbol(c), ')' | '[' | ']' | ',' | '<' | '>' | '='))
            && !lex::boolean_word(next).is_ok_and(|(_, word)| !word.eq_ignore_ascii_case("not"));
        // A minus apart from what follows it may as well be the mark of an item.
        let is_minus = matches!(kind, ParseErrorKind::LeadingMinus { .. });
        let is_mark = is_minus && self.rest.starts_with(is_blank);
        match is_before_condition && !is_mark {
            true => {
                let fix = self.words(span, "NOT");
                self.error_with_fix(kind, span, fix);
                self.not(span);
            }
            false => self.error(kind, span),
        }
    }

    /// Whether the minus or dash here starts a value of an operand, such as the bound `-5`.
    fn is_negative_value(&self) -> bool {
        let in_operand = self.frames.last().is_some_and(|frame| frame.in_operand);
        let mut after = self.rest.chars();
        after.next();
        let after = after.as_str();
        in_operand
            && !after.starts_with(|c| lex::symbol(c) == '(')
            && lex::clause_start(after).is_err()
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
            if lex::operator(lex::after_blanks(self.rest)).is_some() {
                return self.quoted_token(literal);
            }
            return self.value_or_range(literal, place);
        }
        let is_clause = lex::clause_start(self.rest).is_ok();
        let is_range = is_clause && place == Place::GroupOrBound && lex::is_range(self.rest);
        if is_clause
            && !is_range
            && let Some(name) = self.eat(lex::token_name)
        {
            let (span, text) = (self.since(start), name.into());
            return self.clause(TokenName { span, text });
        }
        if !is_clause && let Some((len, name)) = lex::spoilt_name(self.rest) {
            self.take(len);
            let span = self.since(start);
            self.invisible(span);
            let text = name.into();
            return self.clause(TokenName { span, text });
        }
        if !is_clause && let Some(habit) = self.eat(|rest| lex::habit(rest, place == Place::Free)) {
            return self.habit(start, &habit);
        }
        if place == Place::GroupOrBound && lex::dots(self.rest, true).is_some() {
            let missing = self.missing_bound();
            return self.value_or_range(missing, place);
        }
        let literal = self.bare(place);
        self.value_or_range(literal, place);
    }

    /// A token's name in quotes, with its operator after it.
    fn quoted_token(&mut self, literal: Literal) {
        let Literal { span, text, .. } = literal;
        let kind = ParseErrorKind::QuotedToken;
        match is_token_name(&text) {
            true => {
                let fix = self.words_before(span, &text);
                self.error_with_fix(kind, span, fix);
            }
            false => self.error(kind, span),
        }
        self.clause(TokenName { span, text });
    }

    /// A value alone: free text, a value of a group, or the lower bound of a range.
    fn value_or_range(&mut self, literal: Literal, place: Place) {
        if matches!(place, Place::GroupOrBound | Place::Group) {
            self.blanks();
            if let Some(dots) = self.dots() {
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
