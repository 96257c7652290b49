//! Walking a query's tree without recursion.

use std::hash::{Hash, Hasher};
use std::iter::FusedIterator;

use super::ast::{Clause, ExprId, ExprKind, Query, TokenName};

/// One step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The walk comes to an expression, before what is below it.
    Enter(ExprId),
    /// The walk leaves an expression, after what is below it.
    Leave(ExprId),
}

/// The steps of a walk through a query in the order of its text. Made by [`Query::walk`].
#[derive(Clone, Debug)]
pub struct Walk<'q> {
    query: &'q Query,
    todo: Vec<Step>,
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.todo.pop()?;
        if let Step::Enter(id) = step {
            self.todo.push(Step::Leave(id));
            let below = self.query.expr(id).kind.children();
            self.todo
                .extend(below.iter().rev().copied().map(Step::Enter));
        }
        Some(step)
    }
}

impl FusedIterator for Walk<'_> {}

impl Query {
    /// Walks the tree, the way a reader would.
    ///
    /// ```
    /// use qualys_filter::{Query, syntax::{ExprKind, Step}};
    ///
    /// let query: Query = "NOT (a:1 OR b:2)".parse()?;
    /// let clauses = query.walk().filter(|step| match step {
    ///     Step::Enter(id) => matches!(query.expr(*id).kind, ExprKind::Clause(_)),
    ///     Step::Leave(_) => false,
    /// });
    /// assert_eq!(clauses.count(), 2);
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn walk(&self) -> Walk<'_> {
        Walk {
            query: self,
            todo: self.root().map(Step::Enter).into_iter().collect(),
        }
    }

    /// Every search token that the query names, nested ones by their dotted name, in
    /// the order of the text.
    ///
    /// ```
    /// # use qualys_filter::Query;
    /// let query: Query = "severity:5 AND file.certificate:(hash:a AND valid:true)".parse()?;
    /// let names = ["severity", "file.certificate.hash", "file.certificate.valid"];
    /// assert_eq!(query.tokens().collect::<Vec<_>>(), names);
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn tokens(&self) -> impl Iterator<Item = String> {
        let mut prefix: Vec<&TokenName> = Vec::new();
        self.walk().filter_map(move |step| match step {
            Step::Enter(id) => match &self.expr(id).kind {
                ExprKind::Nested(token, _) => {
                    prefix.push(token);
                    None
                }
                ExprKind::Clause(Clause { token, .. }) => {
                    let names = prefix.iter().copied().chain([token]);
                    Some(names.map(|name| &*name.text).collect::<Vec<_>>().join("."))
                }
                _ => None,
            },
            Step::Leave(id) => {
                if let ExprKind::Nested(..) = self.expr(id).kind {
                    prefix.pop();
                }
                None
            }
        })
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        let mut there = other.walk();
        let same = self.walk().all(|here| match (here, there.next()) {
            (Step::Enter(a), Some(Step::Enter(b))) => same_head((self, a), (other, b)),
            (Step::Leave(_), Some(Step::Leave(_))) => true,
            _ => false,
        });
        same && there.next().is_none()
    }
}

impl Eq for Query {}

impl Hash for Query {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for step in self.walk() {
            let Step::Enter(id) = step else {
                state.write_u8(0);
                continue;
            };
            let kind = &self.expr(id).kind;
            state.write_u8(1);
            std::mem::discriminant(kind).hash(state);
            match kind {
                ExprKind::Nested(token, _) => token.hash(state),
                ExprKind::Clause(clause) => clause.hash(state),
                ExprKind::FreeText(literal) => literal.hash(state),
                ExprKind::Error => self.expr(id).span.of(&self.text).hash(state),
                ExprKind::Or(_) | ExprKind::And(_) => {}
                ExprKind::Not(_) | ExprKind::Parentheses(_) => {}
            }
        }
    }
}

/// Whether two expressions, each of a query, are the same but for their places and what is below them.
fn same_head((query, a): (&Query, ExprId), (other, b): (&Query, ExprId)) -> bool {
    use ExprKind::{And, Clause, Error, FreeText, Nested, Not, Or, Parentheses};
    let (a, b) = (query.expr(a), other.expr(b));
    match (&a.kind, &b.kind) {
        (Or(_), Or(_)) | (And(_), And(_)) | (Not(_), Not(_)) => true,
        (Parentheses(_), Parentheses(_)) => true,
        (Nested(a, _), Nested(b, _)) => a == b,
        (Clause(a), Clause(b)) => a == b,
        (FreeText(a), FreeText(b)) => a == b,
        (Error, Error) => a.span.of(&query.text) == b.span.of(&other.text),
        _ => false,
    }
}

impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Query({:?})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn queries_are_equal_when_they_say_the_same() {
        let read = |text: &str| text.parse::<Query>().unwrap();
        let hasher = std::hash::RandomState::new();
        let hash = |text: &str| hasher.hash_one(read(text));
        // Each says something else.
        let texts = [
            "",
            "a: 1",
            "b: 1",
            "a: 2",
            "a: \"1\"",
            "a: `1`",
            "a > 1",
            "a >= 1",
            "NOT a: 1",
            "(a: 1)",
            "a: 1 AND b: 1",
            "a: 1 OR b: 1",
            "a: 1 AND b: 1 AND c: 1",
            "a: 1 AND (b: 1 AND c: 1)",
            "a: (b: 1)",
            "b: (b: 1)",
            "a: (b: 2)",
            "a: [1 .. 2]",
            "a: [1 .. 3]",
            "a: [0 .. 2]",
            "a: [1 .. 2)",
            "a: (1 .. 2]",
            "a: (1 .. 2)",
            "a: [1, 2]",
            "a: [1, 2, 3]",
            "a: (1 OR 2)",
            "a: (1 AND 2)",
            "a IS NULL",
            "a IS NOT NULL",
            "free",
            "\"free\"",
            "other",
        ];
        for (at, text) in texts.iter().enumerate() {
            for (other_at, other) in texts.iter().enumerate() {
                let same = read(text) == read(other);
                assert_eq!(same, at == other_at, "{text} and {other}");
                assert_eq!(same, hash(text) == hash(other), "{text} and {other}");
            }
            // Blanks say nothing.
            let wide = format!(" {} ", text.replace(' ', "  ").replace('(', "( "));
            assert_eq!(read(text), read(&wide), "{text}");
            assert_eq!(hash(text), hash(&wide), "{text}");
        }
    }

    #[test]
    fn a_query_shows_its_text_when_debugged() {
        let query: Query = "a: 1".parse().unwrap();
        assert_eq!(format!("{query:?}"), "Query(\"a: 1\")");
    }
}
