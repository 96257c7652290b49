//! Names that only a nested group takes: `software:(name:a)`, neither `software:a` nor
//! `software.name:a`.

use super::finding::FindingKind;
use super::literal::shown;
use super::{Checker, Finding};
use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::schema::Token;
use crate::span::Span;
use crate::syntax::{Clause, Condition, TokenName};

impl Checker<'_> {
    /// Whether the clause asks for a value of a name that only a group takes; reports it if so. Whether
    /// there is anything at all may be asked of it.
    pub(super) fn is_value_of_group(
        &mut self,
        token: Option<&Token>,
        clause: &Clause,
        span: Span,
    ) -> bool {
        let Some(token) = token.filter(|token| token.is_group_only()) else {
            return false;
        };
        match &clause.condition {
            Condition::Null { .. } => return false,
            Condition::Value(literal) if literal.is_star() => return false,
            _ => {}
        }
        let child = self.schema.child_of(token.name());
        let rest = |child: &Token| {
            let rest = child.name().get(token.name().len() + 1..);
            rest.unwrap_or_default().to_owned()
        };
        // Of several, it is not known which is meant.
        let fix = child.filter(|(_, more)| !more).map(|(child, _)| {
            let after = Span::new(clause.token.span.end, span.end);
            let (head, after) = (&clause.token.text, after.of(self.query.text()));
            let edit = Edit::replace(span, format!("{head}:({}{after})", rest(child)));
            Fix::new(Applicability::Unsafe, [edit])
        });
        let kind = FindingKind::GroupOnly {
            token: shown(token.name()),
            child: child.map(|(child, _)| shown(&rest(child))),
        };
        self.findings
            .push(Finding::new(kind, Severity::Error, span, fix));
        true
    }

    /// Warns of a dotted name whose start only a group takes.
    pub(super) fn dotted(&mut self, name: &TokenName, clause: Option<(&Clause, Span)>) {
        if !self.schema.has_group_only() {
            return;
        }
        let Some((head, rest)) = self.scopes.group_only_head(&name.text) else {
            return;
        };
        // All that is in a nested group is not written anew: it may be long, and so may what is in it.
        let fix = clause.map(|(clause, span)| {
            let after = Span::new(name.span.end, span.end).of(self.query.text());
            let edit = Edit::replace(span, format!("{head}:({rest}{after})"));
            // Without an element a group is false, and it counts the places of each element.
            let token = self.scopes.known(&name.text);
            let one_place = token.is_none_or(|token| token.places().len() == 1);
            let applicability =
                match one_place && clause.condition != (Condition::Null { negated: false }) {
                    true => Applicability::Safe,
                    false => Applicability::Unsafe,
                };
            Fix::new(applicability, [edit])
        });
        let kind = FindingKind::DottedGroup {
            token: shown(&name.text),
            head: shown(head),
            rest: shown(rest),
        };
        self.findings
            .push(Finding::new(kind, Severity::Warning, name.span, fix));
    }
}
