//! One clause: its token looked up, its operand typed.

use super::checked::{Field, NodeKind, Test, Value};
use super::finding::FindingKind;
use super::literal::{self, Limit, Wrong, shown};
use super::named::Named;
use super::quoted_range::{Place, QuotedRange};
use super::{Checker, Finding};
use crate::diagnostic::{Edit, Severity};
use crate::schema::{Form, Kind, suggest};
use crate::span::Span;
use crate::syntax::{self, Clause, Comparison, Condition, Literal, Quoting};

impl Checker<'_> {
    pub(super) fn clause(&mut self, clause: &Clause, span: Span) -> NodeKind {
        self.dotted(&clause.token, Some((clause, span)));
        let before = self.findings.len();
        let token = Named::new(self, &clause.token);
        self.drop_suggestions(before, &clause.condition);
        let field = self
            .scopes
            .field(&clause.token.text, &token.name, token.token);
        let of = |field: Field, (kind, test): (Kind, Test)| NodeKind::Test(field, kind, test);
        let exists = (token.kind, Test::Exists);
        if self.is_value_of_group(token.token, clause, span) {
            return of(field, exists);
        }
        match &clause.condition {
            Condition::Null { negated: true } => of(field, exists),
            Condition::Null { negated: false } => {
                let exists = self.node(span, of(field, exists));
                NodeKind::Not(exists)
            }
            Condition::Value(literal) => {
                let place = Place::After(token.span.end);
                let test = self.guessed(&token, |it, token| it.value_test(token, literal, place));
                of(field, test)
            }
            Condition::List(literals) => self.list(&token, field, literals, span),
            Condition::Compare(comparison, literal) => {
                let test = self.guessed(&token, |it, token| {
                    it.comparison(token, *comparison, literal)
                });
                of(field, test)
            }
            Condition::Range(range) => {
                let test = self.guessed(&token, |it, token| it.range(token, range));
                of(field, test)
            }
            Condition::Group(alternatives) => {
                // `token:(a OR b AND c)` asks what `token:a OR token:b AND token:c` does.
                let mut any = Vec::new();
                for literals in alternatives {
                    let mut all = Vec::new();
                    for literal in literals {
                        let test = self.guessed(&token, |it, token| {
                            it.value_test(token, literal, Place::Among)
                        });
                        all.push(self.node(literal.span, of(field.clone(), test)));
                    }
                    any.push(self.node(span, NodeKind::All(all)));
                }
                NodeKind::Any(any)
            }
        }
    }

    /// A literal after a colon; in quotes and brackets, it may be a range.
    fn value_test(&mut self, token: &Named, literal: &Literal, place: Place) -> Test {
        if let Some(range) = QuotedRange::read(literal, token.kind, &self.options.limits) {
            return self.quoted_range(token, literal, &range, place);
        }
        match literal.is_star() {
            true => Test::Exists,
            false => Test::AnyOf(vec![self.value(token, literal)]),
        }
    }

    /// A list: any of its values, or in any of its ranges in quotes, or any of those that do not fit a guessed kind.
    fn list(&mut self, token: &Named, field: Field, literals: &[Literal], span: Span) -> NodeKind {
        let (mut values, mut others) = (Vec::new(), Vec::new());
        for literal in literals {
            let (kind, item) = self.guessed(token, |it, token| it.item(token, literal));
            match item {
                Item::Value(value) if kind == token.kind => values.push(value),
                Item::Value(value) => {
                    others.push((literal.span, kind, Test::AnyOf(vec![value])));
                }
                Item::Range(test) => others.push((literal.span, kind, test)),
            }
        }
        if others.is_empty() {
            return NodeKind::Test(field, token.kind, Test::AnyOf(values));
        }
        let test = |kind: Kind, test: Test| NodeKind::Test(field.clone(), kind, test);
        let mut any = Vec::new();
        if !values.is_empty() {
            any.push(self.node(span, test(token.kind, Test::AnyOf(values))));
        }
        for (span, kind, other) in others {
            any.push(self.node(span, test(kind, other)));
        }
        NodeKind::Any(any)
    }

    /// A literal of a list.
    fn item(&mut self, token: &Named, literal: &Literal) -> Item {
        match QuotedRange::read(literal, token.kind, &self.options.limits) {
            Some(range) => Item::Range(self.quoted_range(token, literal, &range, Place::Among)),
            None => Item::Value(self.value(token, literal)),
        }
    }

    /// A literal as one of the values that a field may have.
    fn value(&mut self, token: &Named, literal: &Literal) -> Value {
        if literal.is_star() {
            return Value::Any;
        }
        if literal.quoting != Quoting::Backtick && literal.text.contains('*') {
            self.takes(token, Form::Wildcard, literal.span);
            self.wildcards(literal);
            return Value::Pattern(literal.text.clone());
        }
        match literal::value(literal, token.kind, self.options.now) {
            Ok(value) => {
                self.known_value(token, literal);
                value
            }
            Err(wrong) => {
                self.wrong(wrong, &literal.text, literal.span);
                Value::Any
            }
        }
    }

    /// A literal after `=` on a token of versions: by their order, not by their words.
    fn version(&mut self, literal: &Literal) -> Value {
        match literal::version(&literal.text) {
            Ok(version) => Value::Version(version),
            Err(wrong) => {
                self.wrong(wrong, &literal.text, literal.span);
                Value::Any
            }
        }
    }

    fn comparison(&mut self, token: &Named, comparison: Comparison, literal: &Literal) -> Test {
        if !token.kind.takes(Form::Comparison) {
            let kind = token.not_taken(Form::Comparison);
            let equal = comparison == Comparison::Equal && self.fits(token.kind, literal);
            let between = Span::new(token.span.end, literal.span.start);
            let fix = equal.then(|| Edit::replace(between, ":"));
            let span = token.span.to(literal.span);
            self.report(kind, Severity::Error, span, fix);
            return Test::Exists;
        }
        if comparison == Comparison::Equal {
            if let Some(range) = QuotedRange::read(literal, token.kind, &self.options.limits) {
                let place = Place::After(token.span.end);
                return self.quoted_range(token, literal, &range, place);
            }
            let value = match token.kind {
                Kind::Version => self.version(literal),
                _ => self.value(token, literal),
            };
            // A text that is not an address has been reported with the value.
            if let Value::Net(_) = value
                && let Err(kind) = literal::single(&literal.text)
            {
                self.error(kind, literal.span);
            }
            return Test::AnyOf(vec![value]);
        }
        let limit = self.bound(token, literal);
        match limit.and_then(|limit| limit.compare(comparison)) {
            Some(range) => Test::Range(range),
            None => Test::Exists,
        }
    }

    /// Whether a token of this kind takes the condition, without a word about why not.
    pub(super) fn takes_condition(&self, kind: Kind, condition: &Condition) -> bool {
        let now = self.options.now;
        let bound = |literal: &Literal| Limit::read(&literal.text, kind, now).is_ok();
        match condition {
            Condition::Null { .. } => true,
            Condition::Value(literal) => self.fits(kind, literal),
            Condition::List(literals) => literals.iter().all(|literal| self.fits(kind, literal)),
            Condition::Group(alternatives) => {
                let mut literals = alternatives.iter().flatten();
                literals.all(|literal| self.fits(kind, literal))
            }
            Condition::Compare(_, literal) => kind.takes(Form::Comparison) && bound(literal),
            Condition::Range(range) => {
                kind.takes(Form::Range) && bound(&range.lower) && bound(&range.upper)
            }
        }
    }

    /// Whether a token of this kind takes the value.
    fn fits(&self, kind: Kind, literal: &Literal) -> bool {
        let pattern = literal.quoting != Quoting::Backtick && literal.text.contains('*');
        literal.is_star()
            || match pattern {
                true => kind.takes(Form::Wildcard),
                false => literal::value(literal, kind, self.options.now).is_ok(),
            }
    }

    fn range(&mut self, token: &Named, range: &syntax::Range) -> Test {
        if !self.takes(token, Form::Range, range.lower.span.to(range.upper.span)) {
            return Test::Exists;
        }
        let lower = self.bound(token, &range.lower);
        let upper = self.bound(token, &range.upper);
        match (lower, upper) {
            (Some(lower), Some(upper)) => Test::Range(Limit::range(
                (&lower, range.lower_included),
                (&upper, range.upper_included),
            )),
            _ => Test::Exists,
        }
    }

    fn bound(&mut self, token: &Named, literal: &Literal) -> Option<Limit> {
        self.limit(token, &literal.text, literal.span)
    }

    pub(super) fn limit(&mut self, token: &Named, text: &str, span: Span) -> Option<Limit> {
        match Limit::read(text, token.kind, self.options.now) {
            Ok(limit) => {
                if limit.is_unordered() {
                    let text = shown(text);
                    self.warn(FindingKind::UnorderedBound { text }, span);
                }
                Some(limit)
            }
            Err(wrong) => {
                self.wrong(wrong, text, span);
                None
            }
        }
    }

    pub(super) fn free_text(&mut self, literal: &Literal) -> NodeKind {
        if literal.quoting != Quoting::Backtick && literal.text.contains('*') {
            self.error(FindingKind::FreeTextWildcard, literal.span);
        }
        NodeKind::FreeText(literal::words(literal))
    }

    /// Whether the token's kind takes this form; reports it if not.
    fn takes(&mut self, token: &Named, form: Form, span: Span) -> bool {
        let takes = token.kind.takes(form);
        if !takes {
            self.error(token.not_taken(form), span);
        }
        takes
    }

    fn wildcards(&mut self, literal: &Literal) {
        let limit = self.options.limits.wildcards;
        if literal.text.matches('*').count() > limit {
            self.error(FindingKind::TooManyWildcards { limit }, literal.span);
        }
    }

    /// Warns of a value that is not among those that the schema knows.
    fn known_value(&mut self, token: &Named, literal: &Literal) {
        let Some(known) = token.token.filter(|token| token.values().len() > 0) else {
            return;
        };
        let written = &*literal.text;
        if known
            .values()
            .any(|value| value == written || value.to_lowercase() == written.to_lowercase())
        {
            return;
        }
        let suggestion = suggest(written, known.values()).map(str::to_owned);
        let fix = suggestion
            .as_ref()
            .map(|value| Edit::replace(literal.span, literal.with_text(value).to_string()));
        let kind = FindingKind::UnknownValue {
            token: shown(&token.name),
            value: shown(written),
            suggestion,
            known: known
                .values()
                .map(|value| format!("`{value}`"))
                .collect::<Vec<_>>()
                .join(", "),
        };
        self.report(kind, Severity::Warning, literal.span, fix);
    }

    /// Reports a value that its kind does not take, with a fix where it is known what is meant.
    fn wrong(&mut self, wrong: Wrong, text: &str, span: Span) {
        let Wrong { kind, instead } = wrong;
        let fix = instead.and_then(|instead| {
            // Its quotes stay, and so does what else is in them. What has escapes is not found.
            let source = span.of(self.query.text());
            let (before, after) = source.split_once(text)?;
            let start = span.start + before.len() as u32;
            let place = Span::new(start, start + text.len() as u32);
            (!after.contains(text)).then(|| Edit::replace(place, instead))
        });
        self.report(kind, Severity::Error, span, fix);
    }

    fn error(&mut self, kind: FindingKind, span: Span) {
        self.report(kind, Severity::Error, span, None);
    }

    pub(super) fn warn(&mut self, kind: FindingKind, span: Span) {
        self.report(kind, Severity::Warning, span, None);
    }

    pub(super) fn report(
        &mut self,
        kind: FindingKind,
        severity: Severity,
        span: Span,
        edit: Option<Edit>,
    ) {
        let fix = edit.map(|edit| kind.code().fix_of(edit));
        self.findings.push(Finding::new(kind, severity, span, fix));
    }
}

/// What a literal of a list asks.
enum Item {
    Value(Value),
    /// In quotes.
    Range(Test),
}
