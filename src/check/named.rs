//! A token's name looked up: what the schema knows of it, and what may be meant by one that it does not know.

use std::borrow::Cow;

use super::finding::{FindingKind, Suggestion};
use super::literal::shown;
use super::{Checker, Finding};
use crate::diagnostic::{Edit, Severity};
use crate::schema::{Evidence, Form, Kind, Schema, Token, UnknownTokens};
use crate::span::Span;
use crate::syntax::{Condition, TokenName};

/// A token's name in a query, with what the schema knows of it.
#[derive(Clone)]
pub(super) struct Named<'q> {
    pub(super) span: Span,
    /// The whole name.
    pub(super) name: Cow<'q, str>,
    pub(super) kind: Kind,
    pub(super) token: Option<&'q Token>,
}

impl<'q> Named<'q> {
    pub(super) fn new(checker: &mut Checker<'q>, name: &TokenName) -> Named<'q> {
        let token = checker.scopes.known(&name.text);
        let full = match token {
            Some(token) => Cow::Borrowed(token.name()),
            None => {
                let full = checker.scopes.full_name(&name.text);
                checker.unknown_token(name, &full);
                Cow::Owned(full)
            }
        };
        Named {
            span: name.span,
            name: full,
            kind: token.map_or(Kind::Auto, Token::kind),
            token,
        }
    }

    /// The same token, as if it were of this kind.
    fn of_kind(&self, kind: Kind) -> Named<'q> {
        Named {
            kind,
            ..self.clone()
        }
    }

    pub(super) fn not_taken(&self, form: Form) -> FindingKind {
        FindingKind::NotTaken {
            token: shown(&self.name),
            kind: self.kind,
            form,
        }
    }
}

impl Checker<'_> {
    /// Removes the fix of an unknown name where the token that is suggested does not take the condition.
    pub(super) fn drop_suggestions(&mut self, from: usize, condition: &Condition) {
        let mut new = std::mem::take(&mut self.findings);
        for finding in new.iter_mut().skip(from) {
            if let FindingKind::UnknownToken {
                suggestion: Some(Suggestion::Name(near)),
                ..
            } = finding.kind()
                && let Some(token) = self.schema.token(near)
                && !self.takes_condition(token.kind(), condition)
            {
                finding.remove_fix();
            }
        }
        self.findings = new;
    }

    /// What `read` makes of a condition on the token, with the kind that it was read as: that of the token, or, if
    /// that is a guess which the condition does not fit, *auto*.
    pub(super) fn guessed<T>(
        &mut self,
        token: &Named,
        read: impl Fn(&mut Self, &Named) -> T,
    ) -> (Kind, T) {
        let before = self.findings.len();
        let made = read(self, token);
        let guessed = token.token.is_some_and(Token::is_kind_guessed);
        let new = self.findings.get(before..).unwrap_or_default();
        if !guessed || !new.iter().any(|finding| finding.kind().is_of_kind()) {
            return (token.kind, made);
        }
        let wrong = self.findings.split_off(before);
        let made = read(self, &token.of_kind(Kind::Auto));
        let mut new = self.findings.split_off(before);
        // What is wrong whatever the kind is has been said again.
        if !new.iter().any(Finding::is_error) {
            let wrong = wrong.into_iter();
            let wrong = wrong.filter(|finding| finding.kind().is_of_kind());
            let wrong = wrong.map(|finding| finding.guessed(shown(&token.name), token.kind));
            let wrong: Vec<Finding> = wrong.collect();
            // Of one bound one thing is said.
            new.retain(|finding| wrong.iter().all(|wrong| wrong.span() != finding.span()));
            new.extend(wrong);
        }
        self.findings.extend(new);
        (Kind::Auto, made)
    }

    fn unknown_token(&mut self, name: &TokenName, full: &str) {
        let severity = match self.schema.unknown_tokens() {
            UnknownTokens::Allow => return,
            UnknownTokens::Warn => Severity::Warning,
            UnknownTokens::Deny => Severity::Error,
        };
        let near = match self.suggestions.get(full) {
            Some(near) => near.clone(),
            None => {
                let near = self.schema.suggest(full).map(str::to_owned);
                self.suggestions.insert(full.to_owned(), near.clone());
                near
            }
        };
        // Where a nested group spells part of the name, only its last part can be put right here.
        let fix = near.as_ref().and_then(|near| {
            let prefix = full.strip_suffix(&*name.text)?;
            let (start, rest) = near.split_at_checked(prefix.len())?;
            let fits = start.eq_ignore_ascii_case(prefix);
            fits.then(|| Edit::replace(name.span, rest))
        });
        let scope = self
            .schema
            .other_scope(full)
            .map(|(schema, scope)| Suggestion::Scope {
                schema: schema.to_owned(),
                scope: scope.to_owned(),
            });
        let in_other_scope = scope.is_some();
        // A schema that this one extends knows nothing that this one does not.
        let elsewhere = Schema::BUILT_IN.iter().filter_map(|other| {
            let token = Schema::built_in(other)?.token(full)?;
            Some((*other, token.evidence()))
        });
        // Prefers the schema with the best evidence. A schema that only infers the token loses to a
        // known name that is spelled almost the same.
        let elsewhere = elsewhere
            .min_by_key(|(_, evidence)| *evidence)
            .filter(|(_, evidence)| near.is_none() || *evidence < Some(Evidence::Inferred))
            .map(|(schema, _)| schema);
        let suggestion = match elsewhere {
            _ if scope.is_some() => scope,
            Some(schema) => Some(Suggestion::Schema(schema.to_owned())),
            None => near.map(Suggestion::Name),
        };
        let fix = fix.filter(|_| elsewhere.is_none() && !in_other_scope);
        let product = self.schema.product().label.clone();
        let token = shown(full);
        let kind = FindingKind::UnknownToken {
            token,
            product,
            suggestion,
        };
        self.report(kind, severity, name.span, fix);
    }
}
