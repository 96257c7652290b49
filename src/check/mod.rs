//! Tree and schema → [`Checked`]: names become places in the event's JSON, written values get
//! types, sugar is removed. Everything that does not fit is reported at once.

mod checked;
mod choose;
mod clause;
mod date;
mod finding;
mod group_only;
mod literal;
mod named;
mod options;
mod quoted_range;
mod scope;
mod sign;

use std::collections::HashMap;

pub use checked::{
    Auto, Checked, Field, Interval, Keys, Node, NodeId, NodeKind, Range, Test, Value,
};
pub use choose::{Choice, Chooser};
pub(crate) use finding::CODES;
pub use finding::{CheckErrors, Finding, FindingKind, Suggestion};
pub use options::CheckOptions;

use crate::diagnostic::Severity;
use crate::schema::{Schema, Token};
use crate::span::Span;
use crate::syntax::{ExprId, ExprKind, Parsed, Query, Step, TokenName};
pub(crate) use literal::shown;
pub(crate) use scope::DottedName;
use scope::{Entered, Scopes};

impl Query {
    /// Checks the query against a schema, with the default limits and no time for `now`.
    ///
    /// # Errors
    ///
    /// Everything in the query that the schema does not allow:
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let query: Query = "type > FILE AND file.size:large".parse()?;
    /// let errors = query.check(Schema::edr()).unwrap_err();
    /// let messages: Vec<String> = errors.iter().map(|error| error.to_string()).collect();
    /// assert_eq!(messages, [
    ///     "`type` is of kind keyword, which does not take a comparison",
    ///     "`large` is not a number",
    /// ]);
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn check(&self, schema: &Schema) -> Result<Checked, CheckErrors> {
        self.check_with(schema, &CheckOptions::default())
    }

    /// Checks the query against a schema.
    ///
    /// # Errors
    ///
    /// Everything in the query that the schema and the options do not allow. A query [with
    /// errors](Query::has_errors) is never allowed.
    pub fn check_with(
        &self,
        schema: &Schema,
        options: &CheckOptions,
    ) -> Result<Checked, CheckErrors> {
        let checked = Checker::new(self, schema, options).check();
        checked.map_err(|mut errors| {
            if self.has_errors() {
                let whole = self.root().map(|root| self.expr(root).span);
                let (kind, span) = (FindingKind::Unread, whole.unwrap_or_default());
                errors.insert(0, Finding::new(kind, Severity::Error, span, None));
            }
            let text = self.shared_text();
            CheckErrors { text, errors }
        })
    }
}

impl Parsed {
    /// Checks what could be read of a text against a schema, with the default limits and no time for `now`. See
    /// [`Parsed::check_with`].
    pub fn check(&self, schema: &Schema) -> (Option<Checked>, Vec<Finding>) {
        self.check_with(schema, &CheckOptions::default())
    }

    /// Checks what could be read of a text against a schema: the checked query, and everything that was found, in the
    /// order of the text.
    ///
    /// There is a checked query only if the text has no errors and nothing that was found is one. Of a text with
    /// errors nothing is said that may follow from them: of what could not be read, and of what is in doubt around it.
    ///
    /// ```
    /// use qualys_filter::{Limits, Query, Schema};
    ///
    /// let parsed = Query::parse_lossy("file.size:large AND type:[FILE, , FIEL] AND action:", &Limits::default());
    /// let (checked, findings) = parsed.check(Schema::edr());
    /// assert!(checked.is_none());
    /// let found: Vec<String> = findings.iter().map(|finding| finding.to_string()).collect();
    /// assert_eq!(found, ["`large` is not a number", "`FIEL` is not a known value of `type`"]);
    /// ```
    pub fn check_with(
        &self,
        schema: &Schema,
        options: &CheckOptions,
    ) -> (Option<Checked>, Vec<Finding>) {
        match Checker::new(self.query(), schema, options).check() {
            Ok(checked) => {
                let warnings = checked.warnings().to_vec();
                (Some(checked), warnings)
            }
            Err(findings) => (None, findings),
        }
    }
}

struct Checker<'q> {
    query: &'q Query,
    schema: &'q Schema,
    options: &'q CheckOptions,
    scopes: Scopes<'q>,
    nodes: Vec<Node>,
    /// The expression of which nodes are made.
    origin: Option<ExprId>,
    findings: Vec<Finding>,
    /// What is suggested for unknown names; looking for it costs more than all the rest.
    suggestions: HashMap<String, Option<String>>,
}

impl<'q> Checker<'q> {
    fn new(query: &'q Query, schema: &'q Schema, options: &'q CheckOptions) -> Checker<'q> {
        Checker {
            query,
            schema,
            options,
            scopes: Scopes::new(query, schema),
            nodes: Vec::new(),
            origin: None,
            findings: Vec::new(),
            suggestions: HashMap::new(),
        }
    }

    /// What was checked; or what was found, where there are errors in that or in the text.
    fn check(mut self) -> Result<Checked, Vec<Finding>> {
        // Every expression becomes one condition; those of an expression's children are on top
        // when the walk leaves it.
        let mut done: Vec<NodeId> = Vec::new();
        for step in self.query.walk() {
            let (id, expr) = match step {
                Step::Enter(id) => {
                    let expr = self.query.expr(id);
                    if let ExprKind::Nested(token, _) = &expr.kind {
                        self.enter(id, token, expr.span);
                    }
                    continue;
                }
                Step::Leave(id) => (id, self.query.expr(id)),
            };
            self.origin = Some(id);
            let count = expr.kind.children().len();
            let mut children = done.split_off(done.len().saturating_sub(count));
            let kind = match &expr.kind {
                ExprKind::Or(_) => NodeKind::Any(children),
                ExprKind::And(_) => NodeKind::All(children),
                ExprKind::Not(_) => match children.pop() {
                    Some(child) => NodeKind::Not(child),
                    None => continue,
                },
                ExprKind::Parentheses(_) | ExprKind::Nested(..) => {
                    let Some(child) = children.pop() else {
                        continue;
                    };
                    match self.scopes.leave(id) {
                        Some(elements) => NodeKind::Element(elements, child),
                        None => {
                            done.push(child);
                            continue;
                        }
                    }
                }
                ExprKind::Clause(clause) => self.clause(clause, expr.span),
                ExprKind::FreeText(literal) => self.free_text(literal),
                // Something, so that what is around it can be checked. Nothing is made of it.
                ExprKind::Error => NodeKind::All(Vec::new()),
            };
            done.push(self.node(expr.span, kind));
        }
        let root = match done.pop() {
            Some(root) => root,
            None => self.node(Span::default(), NodeKind::All(Vec::new())),
        };
        let mut findings = self.findings;
        findings.retain(|finding| !self.query.is_doubtful(finding.span()));
        findings.sort_by_key(Finding::span);
        if self.query.has_errors() || findings.iter().any(Finding::is_error) {
            return Err(findings);
        }
        Ok(Checked {
            text: self.query.shared_text(),
            nodes: self.nodes,
            root,
            warnings: findings,
            limits: self.options.limits.clone(),
        })
    }

    /// Enters a nested group.
    fn enter(&mut self, id: ExprId, head: &TokenName, span: Span) {
        self.dotted(head, None);
        let only = self
            .scopes
            .known(&head.text)
            .is_some_and(Token::is_group_only);
        let entered = self.scopes.enter(id, &head.text);
        // A name that only a group takes cannot be written without it.
        if entered == Entered::NoSharedArray && !only {
            self.warn(FindingKind::NoSharedArray, span);
        }
    }

    fn node(&mut self, span: Span, kind: NodeKind) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let origin = self.origin;
        self.nodes.push(Node { span, origin, kind });
        id
    }
}
