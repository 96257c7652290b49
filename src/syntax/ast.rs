//! The tree of a query, as it was written.
//!
//! Expressions live in one vector and name each other by index, so that a query nested a thousand
//! deep is printed, walked and dropped without the call stack growing with it.

use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::name::{NameError, choice};
use crate::span::Span;

/// A query as a person wrote it: its text, and the tree read from it.
///
/// Two queries are equal if their trees are, wherever the words stood and however the blanks, the
/// case of `AND`, the number of dots in a range and the kind of plain quotes were written.
///
/// ```
/// use qualys_filter::Query;
///
/// let query: Query = r#"type:FILE and file.name:'a.dll'"#.parse()?;
/// assert_eq!(query.to_string(), r#"type:FILE AND file.name:"a.dll""#);
/// assert_eq!(query, query.to_string().parse()?);
/// # Ok::<(), qualys_filter::ParseErrors>(())
/// ```
#[derive(Clone)]
pub struct Query {
    pub(super) text: Arc<str>,
    pub(super) exprs: Vec<Expr>,
    pub(super) root: Option<ExprId>,
    /// What cannot be judged, if the text has errors; there may be nothing of it even so.
    pub(super) doubts: Option<Vec<Span>>,
}

impl Query {
    /// The text that the query was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same text, shared and not copied.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Whether it has any nested group.
    pub(crate) fn has_groups(&self) -> bool {
        let mut exprs = self.exprs.iter();
        exprs.any(|expr| matches!(expr.kind, ExprKind::Nested(..)))
    }

    /// Whether the text has errors, so that the tree is only what could be read of it: see [`Parsed`](super::Parsed).
    /// Such a query can be looked at. It fits no schema, and nothing is built of it; it is printed as it was written.
    pub fn has_errors(&self) -> bool {
        self.doubts.is_some()
    }

    /// Whether what is said of a place may follow from an error of the text.
    pub(crate) fn is_doubtful(&self, span: Span) -> bool {
        let mut doubts = self.doubts.iter().flatten();
        doubts.any(|doubt| doubt.touches(span))
    }

    /// The outermost expression; none in the empty query, which matches everything.
    pub fn root(&self) -> Option<ExprId> {
        self.root
    }

    /// The expression with this id in this query's tree; none if the tree has so few that the id can only be
    /// that of another query. Where both have as many, it is not noticed.
    pub fn get(&self, id: ExprId) -> Option<&Expr> {
        self.exprs.get(id.index())
    }

    /// The expression with this id in this query's tree.
    ///
    /// # Panics
    ///
    /// If the id is that of another query, and this one has no such expression; see [`Query::get`]. An id of
    /// this query always has one.
    #[expect(
        clippy::indexing_slicing,
        reason = "an id of another query is a mistake of the caller, and documented"
    )]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }
}

/// Which expression of a query's tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub(super) u32);

impl ExprId {
    /// Its position: expressions are numbered from 0, without gaps.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One node of the tree, with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Where it is, parentheses and `NOT` included.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ExprKind {
    /// Two or more alternatives, `a OR b OR c`.
    Or(Vec<ExprId>),
    /// Two or more conditions, `a AND b AND c`.
    And(Vec<ExprId>),
    /// `NOT a`.
    Not(ExprId),
    /// `(a)`; kept, because a reader put it there.
    Parentheses(ExprId),
    /// `token:(a AND b)`, conditions on one element of the array that the token names.
    Nested(TokenName, ExprId),
    /// A condition on one token.
    Clause(Clause),
    /// A value without a token, looked for in every string of the event.
    FreeText(Literal),
    /// Text that could not be read, or, with an empty span, the place of a condition that is missing. Only the tree
    /// of a text with errors has it: see [`Parsed`](super::Parsed).
    Error,
}

impl ExprKind {
    /// The expressions directly below this one, in the order in which they were written.
    pub fn children(&self) -> &[ExprId] {
        match self {
            ExprKind::Or(children) | ExprKind::And(children) => children,
            ExprKind::Not(child) | ExprKind::Parentheses(child) | ExprKind::Nested(_, child) => {
                std::slice::from_ref(child)
            }
            ExprKind::Clause(_) | ExprKind::FreeText(_) | ExprKind::Error => &[],
        }
    }
}

/// Token, operator and operand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    /// The search token's name, as written.
    pub token: TokenName,
    /// What is asked of it.
    pub condition: Condition,
}

/// The name of a search token: names joined by dots.
#[derive(Clone, Debug)]
pub struct TokenName {
    /// Where it is.
    pub span: Span,
    /// The name as written; tokens are the same in any case.
    pub text: Box<str>,
}

/// The operator of a clause with its operand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// `token IS NULL`, or `token IS NOT NULL` where `negated`.
    Null {
        /// Whether `NOT` is between.
        negated: bool,
    },
    /// `token > 5`.
    Compare(Comparison, Literal),
    /// `token:value`.
    Value(Literal),
    /// `token:[a, b]`, any of these.
    List(Vec<Literal>),
    /// `token:[a .. b]`.
    Range(Range),
    /// `token:("a" OR "b" AND "c")`: alternatives, each of values that must all hold.
    Group(Vec<Vec<Literal>>),
}

/// A comparison, which takes the place of the colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Comparison {
    /// `=`
    Equal,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `<`
    Less,
    /// `<=`
    AtMost,
}

impl Comparison {
    /// Every comparison.
    pub const ALL: &'static [Comparison] = &[
        Comparison::Equal,
        Comparison::Greater,
        Comparison::AtLeast,
        Comparison::Less,
        Comparison::AtMost,
    ];

    /// The operator as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Comparison {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Comparison, NameError> {
        choice("comparison", Comparison::ALL, Comparison::as_str, name)
    }
}

/// `[a .. b]`, and the same with parentheses at either end.
#[derive(Clone, Debug)]
pub struct Range {
    /// The lower bound.
    pub lower: Literal,
    /// Whether the lower bound itself is in: `[`, not `(`.
    pub lower_included: bool,
    /// Where the two or three dots are.
    pub dots: Span,
    /// The upper bound.
    pub upper: Literal,
    /// Whether the upper bound itself is in: `]`, not `)`.
    pub upper_included: bool,
}

/// A written value with its quoting.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Where it is, quotes included.
    pub span: Span,
    /// How it was written.
    pub quoting: Quoting,
    /// The value: without its quotes, and with their escapes undone.
    pub text: Box<str>,
}

impl Literal {
    /// Whether this is a lone bare `*`: the token has a value.
    pub fn is_star(&self) -> bool {
        self.quoting == Quoting::Bare && &*self.text == "*"
    }
}

/// How a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quoting {
    /// `value`
    Bare,
    /// `"value"` or `'value'`, which mean the same.
    Quoted,
    /// `` `value` ``
    Backtick,
}

impl PartialEq for TokenName {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for TokenName {}

impl Hash for TokenName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.quoting == other.quoting && self.text == other.text
    }
}

impl Eq for Literal {}

impl Hash for Literal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.quoting.hash(state);
        self.text.hash(state);
    }
}

impl PartialEq for Range {
    fn eq(&self, other: &Self) -> bool {
        self.lower == other.lower
            && self.lower_included == other.lower_included
            && self.upper == other.upper
            && self.upper_included == other.upper_included
    }
}

impl Eq for Range {}

impl Hash for Range {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.lower.hash(state);
        self.lower_included.hash(state);
        self.upper.hash(state);
        self.upper_included.hash(state);
    }
}
