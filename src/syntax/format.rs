//! A query over as many lines as it needs.
//!
//! What fits on a line is on one, in the form that [`Query`] prints, but for backslashes, which stay as
//! they were written. What does not is broken at
//! its words, with the word at the start of a line, inside of its parentheses, and between the values
//! of its lists:
//!
//! ```text
//! type:FILE
//! AND file.name:[
//!   a.dll,
//!   b.dll
//! ]
//! AND (
//!   indicator.score > 5
//!   OR indicator.verdict:MALICIOUS
//! )
//! ```

use std::borrow::Cow;
use std::collections::HashMap;

use super::ast::{Condition, Expr, ExprId, ExprKind, Literal, Query, Quoting};
use super::print::print;
use super::visit::Step;

/// Lines are broken to be no longer than [`Layout::width`], where that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layout {
    /// Characters on a line.
    pub width: usize,
    /// Comments between the words of the query, in the order of the text. Each gets a line
    /// before the word that it is before.
    pub comments: Vec<Comment>,
}

/// A comment somewhere in a query's text, which is blank there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The byte of the query's text at which it starts.
    pub at: u32,
    /// The comment, as its line will be.
    pub text: String,
}

impl Default for Layout {
    fn default() -> Self {
        let (width, comments) = (100, Vec::new());
        Layout { width, comments }
    }
}

impl Layout {
    /// Sets the characters on a line.
    #[must_use]
    pub fn with_width(mut self, width: usize) -> Layout {
        self.width = width;
        self
    }

    /// Sets the comments, which are in the order of the text.
    #[must_use]
    pub fn with_comments(mut self, comments: Vec<Comment>) -> Layout {
        self.comments = comments;
        self
    }
}

/// Columns per nesting level, up to `DEEPEST`: deep nesting
/// would be mostly blanks.
const INDENT: usize = 2;
const DEEPEST: usize = 24;

impl Query {
    /// The query in its canonical form, broken into lines; backslashes in values stay as they were
    /// written. Parsing it returns the same tree, if the text, which may be longer than before, is within
    /// the limits.
    ///
    /// A query with errors has no canonical form, and comes back as its text, without the comments of the layout.
    ///
    /// ```
    /// use qualys_filter::{Query, syntax::Layout};
    ///
    /// let query: Query = "type: FILE and (file.name:'a.dll' or file.name:'b.dll')".parse()?;
    /// let layout = Layout::default().with_width(40);
    /// assert_eq!(query.format(&layout), r#"type:FILE
    /// AND (
    ///   file.name:"a.dll" OR file.name:"b.dll"
    /// )"#);
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn format(&self, layout: &Layout) -> String {
        if self.has_errors() {
            return self.text.to_string();
        }
        let mut writer = Writer {
            query: self,
            layout,
            widths: widths(self),
            comments: 0,
            out: String::new(),
            column: 0,
        };
        writer.write();
        writer.out
    }
}

/// How wide every expression is on one line, in characters.
fn widths(query: &Query) -> HashMap<ExprId, usize> {
    let mut widths: HashMap<ExprId, usize> = HashMap::new();
    for step in query.walk() {
        let Step::Leave(id) = step else { continue };
        let expr = query.expr(id);
        let inside = expr.kind.children().iter();
        let inside: usize = inside.filter_map(|child| widths.get(child)).sum();
        let between = expr.kind.children().len().saturating_sub(1);
        let own = match &expr.kind {
            ExprKind::Or(_) => between * " OR ".len(),
            ExprKind::And(_) => between * " AND ".len(),
            ExprKind::Not(_) => "NOT ".len(),
            ExprKind::Parentheses(_) => "()".len(),
            ExprKind::Nested(token, _) => token.text.chars().count() + ":()".len(),
            ExprKind::Clause(_) | ExprKind::FreeText(_) | ExprKind::Error => {
                let mut text = String::new();
                // A string takes everything.
                let _ = print(query, id, &|literal| spelling(query, literal), &mut text);
                text.chars().count()
            }
        };
        widths.insert(id, own + inside);
    }
    widths
}

enum Todo<'q> {
    /// An expression, whose further lines start at this column.
    Expr(ExprId, usize),
    Text(Cow<'q, str>),
    /// The end of the line, and the comments before this place of the text, from this column on.
    Line(usize, u32),
}

struct Writer<'q> {
    query: &'q Query,
    layout: &'q Layout,
    widths: HashMap<ExprId, usize>,
    /// How many comments have been written.
    comments: usize,
    out: String,
    /// Where the line goes on, as long as an expression may follow.
    column: usize,
}

impl<'q> Writer<'q> {
    fn write(&mut self) {
        let Some(root) = self.query.root() else {
            self.rest();
            return;
        };
        self.comments_before(self.lead(root), 0);
        let mut todo = vec![Todo::Expr(root, 0)];
        while let Some(next) = todo.pop() {
            match next {
                Todo::Text(text) => self.text(&text),
                Todo::Line(indent, place) => {
                    self.end_line(indent);
                    self.comments_before(place, indent);
                }
                Todo::Expr(id, indent) => {
                    let from = todo.len();
                    self.expr(id, indent, &mut todo);
                    // They were put there in the order of the text.
                    todo.get_mut(from..).unwrap_or_default().reverse();
                }
            }
        }
        self.rest();
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn end_line(&mut self, indent: usize) {
        self.out.push('\n');
        let indent = indent.min(DEEPEST);
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// The comments before a place, each on a line.
    fn comments_before(&mut self, place: u32, indent: usize) {
        while let Some(comment) = self.layout.comments.get(self.comments) {
            if comment.at >= place {
                break;
            }
            self.comments += 1;
            self.out.push_str(&comment.text);
            self.end_line(indent);
        }
    }

    fn rest(&mut self) {
        let rest = self
            .layout
            .comments
            .get(self.comments..)
            .unwrap_or_default();
        for comment in rest {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
            self.out.push_str(&comment.text);
        }
    }

    /// Whether a comment is inside of it, and does not go before its line.
    fn has_comment(&self, id: ExprId) -> bool {
        if self.layout.comments.is_empty() {
            return false;
        }
        let (lead, end) = (self.lead(id), self.query.expr(id).span.end);
        let comments = &self.layout.comments;
        let first = comments.partition_point(|comment| comment.at < lead);
        let next = comments.get(first);
        next.is_some_and(|comment| comment.at < end)
    }

    /// Up to where comments go before the line that an expression starts on.
    fn lead(&self, id: ExprId) -> u32 {
        let mut id = id;
        loop {
            let expr = self.query.expr(id);
            id = match &expr.kind {
                ExprKind::Not(child) => *child,
                ExprKind::And(children) | ExprKind::Or(children) => match children.first() {
                    Some(first) => *first,
                    None => return expr.span.start,
                },
                ExprKind::Parentheses(_) | ExprKind::Nested(..) => return expr.span.start,
                ExprKind::Clause(_) | ExprKind::FreeText(_) | ExprKind::Error => {
                    return match values(expr).is_some() {
                        true => expr.span.start,
                        false => expr.span.end,
                    };
                }
            };
        }
    }

    /// Writes an expression, or says what to write.
    fn expr(&mut self, id: ExprId, indent: usize, todo: &mut Vec<Todo<'q>>) {
        let expr = self.query.expr(id);
        let width = self.widths.get(&id).copied().unwrap_or_default();
        let fits = self.column + width <= self.layout.width && !self.has_comment(id);
        let inner = indent + INDENT;
        let query = self.query;
        let literal = |literal: &'q Literal| Todo::Text(spelling(query, literal));
        match &expr.kind {
            _ if fits => self.flat(id),
            ExprKind::And(children) | ExprKind::Or(children) => {
                let or = matches!(expr.kind, ExprKind::Or(_));
                for (at, child) in children.iter().enumerate() {
                    if at > 0 {
                        todo.push(Todo::Line(indent, self.lead(*child)));
                        todo.push(Todo::Text(Cow::Borrowed(if or { "OR " } else { "AND " })));
                    }
                    // An `AND` in an `OR` goes on further right.
                    let bare = matches!(self.query.expr(*child).kind, ExprKind::And(_));
                    todo.push(Todo::Expr(*child, if bare { inner } else { indent }));
                }
            }
            ExprKind::Not(child) => {
                self.text("NOT ");
                todo.push(Todo::Expr(*child, indent));
            }
            ExprKind::Parentheses(child) | ExprKind::Nested(_, child) => {
                if let ExprKind::Nested(token, _) = &expr.kind {
                    self.text(&token.text);
                    self.text(":");
                }
                self.text("(");
                todo.extend([
                    Todo::Line(inner, self.lead(*child)),
                    Todo::Expr(*child, inner),
                    Todo::Line(indent, expr.span.end),
                    Todo::Text(Cow::Borrowed(")")),
                ]);
            }
            ExprKind::Clause(clause) => {
                let Some(values) = values(expr) else {
                    return self.flat(id);
                };
                self.text(&clause.token.text);
                let list = matches!(clause.condition, Condition::List(_));
                self.text(if list { ":[" } else { ":(" });
                let last = values.len().saturating_sub(1);
                for (at, (word, value)) in values.into_iter().enumerate() {
                    todo.push(Todo::Line(inner, value.span.end));
                    todo.push(Todo::Text(Cow::Borrowed(word)));
                    todo.push(literal(value));
                    if list && at < last {
                        todo.push(Todo::Text(Cow::Borrowed(",")));
                    }
                }
                todo.push(Todo::Line(indent, expr.span.end));
                todo.push(Todo::Text(Cow::Borrowed(if list { "]" } else { ")" })));
            }
            ExprKind::FreeText(_) | ExprKind::Error => self.flat(id),
        }
    }

    /// Writes an expression as it is printed. What comes after it on its line fits there.
    fn flat(&mut self, id: ExprId) {
        let query = self.query;
        // A string takes everything.
        let _ = print(
            query,
            id,
            &|literal| spelling(query, literal),
            &mut self.out,
        );
    }
}

/// A value as it was written, except that single quotes become double ones where they can. A doubled
/// backslash stays, also where one would do.
fn spelling<'q>(query: &'q Query, literal: &Literal) -> Cow<'q, str> {
    let written = literal.span.of(query.text());
    match literal.quoting {
        Quoting::Quoted if literal.text.contains(['"', '\'', '\\']) => Cow::Borrowed(written),
        _ => Cow::Owned(literal.to_string()),
    }
}

/// The values of a clause that has several, each after the word that joins it to those before.
fn values(expr: &Expr) -> Option<Vec<(&'static str, &Literal)>> {
    let ExprKind::Clause(clause) = &expr.kind else {
        return None;
    };
    match &clause.condition {
        Condition::List(literals) => Some(literals.iter().map(|literal| ("", literal)).collect()),
        Condition::Group(groups) => {
            let all = groups.iter().enumerate().flat_map(|(group, literals)| {
                literals.iter().enumerate().map(move |(at, literal)| {
                    let word = match (group, at) {
                        (0, 0) => "",
                        (_, 0) => "OR ",
                        _ => "AND ",
                    };
                    (word, literal)
                })
            });
            Some(all.collect())
        }
        _ => None,
    }
}
