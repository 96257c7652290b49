//! What a rule sees: the query's expressions with their tokens, and what they mean.

use chrono::{DateTime, Utc};

use super::meaning::Meaning;
use super::write::{anywhere, blank_behind};
use crate::check::{CheckOptions, Checked, DottedName, NodeId};
use crate::diagnostic::Edit;
use crate::limits::Limits;
use crate::schema::{Kind, Schema, Token};
use crate::span::Span;
use crate::syntax::{
    Clause, Condition, Expr, ExprId, ExprKind, Literal, Query, Quoting, Step, is_plain, quote,
};

/// A query under the eyes of the rules.
pub(super) struct Context<'q> {
    pub(super) query: &'q Query,
    pub(super) schema: &'q Schema,
    /// The expressions in the order of the text, each before what is below it.
    pub(super) seen: Vec<Seen<'q>>,
    /// The positions of expressions among those seen.
    places: Vec<usize>,
    /// None where the query does not fit its schema, or its text has errors.
    pub(super) meaning: Option<Meaning<'q>>,
    options: &'q CheckOptions,
}

/// An expression with what is around it.
pub(super) struct Seen<'q> {
    pub(super) id: ExprId,
    pub(super) expr: &'q Expr,
    /// The expression around, by its position.
    pub(super) parent: Option<usize>,
    /// Its position among those directly below that.
    pub(super) place: usize,
    /// For a clause, what the schema knows of its token.
    pub(super) token: Option<&'q Token>,
    /// The innermost nested group around it, by its position.
    pub(super) group: Option<usize>,
}

impl Seen<'_> {
    /// The kind of a clause's token.
    pub(super) fn kind(&self) -> Kind {
        self.token.map_or(Kind::Auto, Token::kind)
    }
}

impl<'q> Context<'q> {
    pub(super) fn new(
        query: &'q Query,
        schema: &'q Schema,
        options: &'q CheckOptions,
        checked: Option<&'q Checked>,
    ) -> Context<'q> {
        let seen = see(query, schema);
        let meaning = checked.map(|checked| Meaning::new(query, checked));
        let mut places = vec![
            0;
            seen.iter()
                .map(|seen| seen.id.index() + 1)
                .max()
                .unwrap_or(0)
        ];
        for (at, seen) in seen.iter().enumerate() {
            if let Some(place) = places.get_mut(seen.id.index()) {
                *place = at;
            }
        }
        Context {
            query,
            schema,
            seen,
            places,
            meaning,
            options,
        }
    }

    /// What is there.
    pub(super) fn text(&self, span: Span) -> &'q str {
        span.of(self.query.text())
    }

    pub(super) fn now(&self) -> Option<DateTime<Utc>> {
        self.options.now
    }

    pub(super) fn limits(&self) -> &'q Limits {
        &self.options.limits
    }

    /// Whether this is a filter that fits the schema, for what a change would leave.
    pub(super) fn is_sound(&self, filter: &str) -> bool {
        let query = Query::parse_with(filter, self.limits());
        query.is_ok_and(|query| query.check_with(self.schema, self.options).is_ok())
    }

    /// The clauses, with their expressions.
    pub(super) fn clauses(&self) -> impl Iterator<Item = (&Seen<'q>, &'q Clause)> {
        self.seen.iter().filter_map(|seen| match &seen.expr.kind {
            ExprKind::Clause(clause) => Some((seen, clause)),
            _ => None,
        })
    }

    /// Every value after a colon, in lists and groups too, with its clause.
    pub(super) fn values(&self) -> impl Iterator<Item = (&Seen<'q>, &'q Clause, &'q Literal)> {
        self.clauses().flat_map(|(seen, clause)| {
            let literals: Vec<&Literal> = match &clause.condition {
                Condition::Value(literal) => vec![literal],
                Condition::List(literals) => literals.iter().collect(),
                Condition::Group(alternatives) => alternatives.iter().flatten().collect(),
                _ => Vec::new(),
            };
            literals
                .into_iter()
                .map(move |literal| (seen, clause, literal))
        })
    }

    /// Values without a token.
    pub(super) fn free_texts(&self) -> impl Iterator<Item = (&Seen<'q>, &'q Literal)> {
        self.seen.iter().filter_map(|seen| match &seen.expr.kind {
            ExprKind::FreeText(literal) => Some((seen, literal)),
            _ => None,
        })
    }

    /// What was seen of the expression that a condition was made of.
    pub(super) fn written(&self, id: NodeId) -> Option<&Seen<'q>> {
        let checked = self.meaning.as_ref()?.checked;
        self.of(checked.node(id).origin?)
    }

    /// What was seen of an expression.
    pub(super) fn of(&self, id: ExprId) -> Option<&Seen<'q>> {
        let place = self.places.get(id.index())?;
        self.seen.get(*place)
    }

    /// The expression around one.
    pub(super) fn parent(&self, seen: &Seen<'q>) -> Option<&Seen<'q>> {
        seen.parent.and_then(|at| self.seen.get(at))
    }

    /// Whether free text without quotes comes next in the `AND` or `OR` around the expression.
    pub(super) fn is_before_free_text(&self, seen: &Seen<'q>) -> bool {
        let mut seen = seen;
        while let Some(not) = self.parent(seen)
            && let ExprKind::Not(_) = not.expr.kind
        {
            seen = not;
        }
        let around = self.parent(seen).map(|around| around.expr.kind.children());
        let next = around.and_then(|children| children.get(seen.place + 1));
        next.is_some_and(|next| match &self.query.expr(*next).kind {
            ExprKind::FreeText(literal) => literal.quoting == Quoting::Bare,
            _ => false,
        })
    }

    /// Whether free text without quotes comes first in the expression, and a clause with a bare value before it
    /// in the `AND` or `OR` around.
    pub(super) fn is_text_after_bare_value(&self, around: &Seen<'q>, inside: ExprId) -> bool {
        let mut first = &self.query.expr(inside).kind;
        while let ExprKind::And(children) | ExprKind::Or(children) = first
            && let Some(child) = children.first()
        {
            first = &self.query.expr(*child).kind;
        }
        let is_text = matches!(first, ExprKind::FreeText(text) if text.quoting == Quoting::Bare);
        let siblings = self.parent(around).map(|above| above.expr.kind.children());
        let before = around.place.checked_sub(1);
        let Some(mut before) = siblings.zip(before).and_then(|(all, at)| all.get(at)) else {
            return false;
        };
        while let ExprKind::Not(inside) = &self.query.expr(*before).kind {
            before = inside;
        }
        is_text
            && match &self.query.expr(*before).kind {
                ExprKind::Clause(clause) => {
                    matches!(&clause.condition, Condition::Value(value) if value.quoting == Quoting::Bare)
                }
                _ => false,
            }
    }

    /// The value alone after the colon of an expression; none if it cannot be written there.
    pub(super) fn alone(&self, seen: &Seen<'q>, literal: &Literal) -> Option<String> {
        // A bare value before free text looks as if it went on there.
        match self.is_before_free_text(seen) && literal.quoting == Quoting::Bare {
            true => (is_plain(&literal.text) && !literal.text.contains([' ', '*']))
                .then(|| quote(&literal.text)),
            false => anywhere(literal),
        }
    }

    /// The edit that removes what is at a span, and keeps its neighbors apart.
    pub(super) fn without(&self, span: Span) -> Edit {
        let before = self.query.text().get(..span.range().start);
        let apart = |c: char| c.is_ascii_whitespace() || c == '(';
        let ends = before.is_some_and(|before| !before.is_empty() && !before.ends_with(apart));
        let blank = blank_behind(self.query.text(), span.end);
        Edit::replace(span, if ends { blank } else { "" })
    }

    /// The span that takes an expression out of the `AND` or `OR` that it is part of, with one of the
    /// words around it.
    pub(super) fn removal(&self, seen: &Seen<'q>) -> Option<Span> {
        let mut out = seen;
        loop {
            let around = self.parent(out)?;
            match &around.expr.kind {
                ExprKind::Parentheses(_) => out = around,
                ExprKind::And(children) | ExprKind::Or(children) => {
                    let span = |at: usize| Some(self.query.expr(*children.get(at)?).span);
                    return match out.place.checked_sub(1) {
                        Some(before) => Some(Span::new(span(before)?.end, out.expr.span.end)),
                        None => Some(Span::new(out.expr.span.start, span(1)?.start)),
                    };
                }
                _ => return None,
            }
        }
    }

    /// The same for an expression that changes nothing beside another one, which is kept. None where
    /// without it the group around it could ask the elements of another array: which it asks goes by the
    /// known tokens in it.
    pub(super) fn removal_beside(&self, seen: &Seen<'q>, kept: Option<&Seen<'q>>) -> Option<Span> {
        let keeps_its_group = seen.group.is_none() || {
            let (clause, kept) = (
                self.clause_of(seen)?,
                kept.and_then(|kept| self.clause_of(kept)),
            );
            clause.token.is_none_or(|token| {
                kept.is_some_and(|kept| {
                    let same = kept.token.is_some_and(|kept| std::ptr::eq(kept, token));
                    same && kept.group == clause.group
                })
            })
        };
        keeps_its_group.then(|| self.removal(seen))?
    }

    /// The one clause of an expression, under whatever `NOT`s and parentheses.
    fn clause_of<'s>(&'s self, seen: &'s Seen<'q>) -> Option<&'s Seen<'q>> {
        let mut seen = seen;
        loop {
            seen = match &seen.expr.kind {
                ExprKind::Clause(_) => return Some(seen),
                ExprKind::Not(inside) | ExprKind::Parentheses(inside) => self.of(*inside)?,
                _ => return None,
            };
        }
    }
}

fn see<'q>(query: &'q Query, schema: &'q Schema) -> Vec<Seen<'q>> {
    let mut seen: Vec<Seen<'q>> = Vec::new();
    // Each with how many below it have been seen.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut name = DottedName::default();
    let mut groups: Vec<usize> = Vec::new();
    for step in query.walk() {
        match step {
            Step::Enter(id) => {
                let expr = query.expr(id);
                let token = match &expr.kind {
                    ExprKind::Clause(clause) => name.known(&clause.token.text, schema),
                    _ => None,
                };
                let group = groups.last().copied();
                let (parent, place) = match open.last_mut() {
                    Some((at, below)) => {
                        *below += 1;
                        (Some(*at), *below - 1)
                    }
                    None => (None, 0),
                };
                if let ExprKind::Nested(head, _) = &expr.kind {
                    name.push(&head.text);
                    groups.push(seen.len());
                }
                open.push((seen.len(), 0));
                seen.push(Seen {
                    id,
                    expr,
                    parent,
                    place,
                    token,
                    group,
                });
            }
            Step::Leave(id) => {
                open.pop();
                if let ExprKind::Nested(..) = query.expr(id).kind {
                    name.pop();
                    groups.pop();
                }
            }
        }
    }
    seen
}

/// Whether `*` in this value matches any characters.
pub(super) fn is_pattern(literal: &Literal) -> bool {
    literal.quoting != Quoting::Backtick && !literal.is_star() && literal.text.contains('*')
}
