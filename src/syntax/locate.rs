//! From places of the text to expressions, and from an expression outwards.

use std::iter::FusedIterator;

use super::ast::{ExprId, Query};

impl Query {
    /// The innermost expression at an offset of the text: one whose span holds the offset, or ends there, as it does
    /// for a user who is typing it. Where one ends and another begins, it is the latter. None outside of the tree, such as
    /// among blanks at the end of the text.
    ///
    /// ```
    /// use qualys_filter::Query;
    ///
    /// let query: Query = "type:FILE AND (a:1 OR NOT b:2)".parse()?;
    /// let at = |offset| query.at(offset).map(|id| query.expr(id).span.of(query.text()));
    /// assert_eq!(at(3), Some("type:FILE"));
    /// assert_eq!(at(9), Some("type:FILE"));
    /// assert_eq!(at(11), Some("type:FILE AND (a:1 OR NOT b:2)"));
    /// assert_eq!(at(14), Some("(a:1 OR NOT b:2)"));
    /// assert_eq!(at(20), Some("a:1 OR NOT b:2"));
    /// assert_eq!(at(23), Some("NOT b:2"));
    /// assert_eq!(at(99), None);
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn at(&self, offset: u32) -> Option<ExprId> {
        let holds = |id: &ExprId| {
            let span = self.expr(*id).span;
            span.start <= offset && offset <= span.end
        };
        let mut innermost = self.root.filter(holds)?;
        loop {
            let children = self.expr(innermost).kind.children();
            // They are in the order of the text.
            let after = children.partition_point(|id| self.expr(*id).span.start <= offset);
            let last = after.checked_sub(1).and_then(|at| children.get(at));
            match last.copied().filter(holds) {
                Some(child) => innermost = child,
                None => return Some(innermost),
            }
        }
    }

    /// The expressions around one, from the one directly around it to the outermost.
    ///
    /// ```
    /// use qualys_filter::Query;
    ///
    /// let query: Query = "type:FILE AND file.certificate:(signed:true)".parse()?;
    /// let signed = query.at(35).unwrap();
    /// let around: Vec<&str> = query.ancestors(signed).map(|id| query.expr(id).span.of(query.text())).collect();
    /// assert_eq!(around, [
    ///     "file.certificate:(signed:true)",
    ///     "type:FILE AND file.certificate:(signed:true)",
    /// ]);
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn ancestors(&self, id: ExprId) -> Ancestors<'_> {
        let query = self;
        Ancestors { query, inside: id }
    }
}

/// The expressions around one, from the inside out. Made by [`Query::ancestors`].
#[derive(Clone, Debug)]
pub struct Ancestors<'q> {
    query: &'q Query,
    inside: ExprId,
}

impl Iterator for Ancestors<'_> {
    type Item = ExprId;

    /// Every expression is numbered before the one around it, so that all together look at each once.
    fn next(&mut self) -> Option<ExprId> {
        let from = self.inside.index() + 1;
        let exprs = self.query.exprs.get(from..)?;
        let has = |at: &usize| {
            let expr = exprs.get(*at);
            expr.is_some_and(|expr| expr.kind.children().contains(&self.inside))
        };
        let at = (0..exprs.len()).find(has)?;
        self.inside = ExprId((from + at) as u32);
        Some(self.inside)
    }
}

impl FusedIterator for Ancestors<'_> {}
