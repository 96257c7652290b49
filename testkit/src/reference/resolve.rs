//! Name resolution: from the parser's tree to names, paths and nested groups, section 4.

use qualys_filter::Query;
use qualys_filter::syntax::{Clause, Comparison, Condition, ExprId, ExprKind, Literal};

use super::literal::{Reading, free_text};
use super::schema::{Kind, Path, Schema, Token};
use super::test::{NoValues, Test};
use super::{Keys, Node};

/// Why a text is not a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    NotWellFormed,
    /// "Anything else is an error that names the kind and lists what it takes."
    NotTaken,
    NotANumber,
    NumberOutOfRange,
    NotABoolean,
    NotADate,
    NotAVersion,
    NotAnAddress,
    NetBound,
    TooManyWildcards,
    UnknownToken,
    GroupOnly,
}

impl WhyNot {
    /// Whether the operator or the value is refused because of the kind of its token.
    pub fn is_of_kind(self) -> bool {
        match self {
            WhyNot::NotTaken
            | WhyNot::NotANumber
            | WhyNot::NumberOutOfRange
            | WhyNot::NotABoolean
            | WhyNot::NotADate
            | WhyNot::NotAVersion
            | WhyNot::NotAnAddress
            | WhyNot::NetBound => true,
            WhyNot::NotWellFormed
            | WhyNot::TooManyWildcards
            | WhyNot::UnknownToken
            | WhyNot::GroupOnly => false,
        }
    }
}

/// Reads a whole query. "The empty filter matches everything."
pub fn query(query: &Query, schema: &Schema, now: i128) -> Result<Node, WhyNot> {
    let resolver = Resolver { query, schema, now };
    let place = Place {
        prefix: String::new(),
        rest: String::new(),
        elements: Elements::Event,
    };
    match query.root() {
        Some(root) => resolver.node(root, &place),
        None => Ok(Node::All(Vec::new())),
    }
}

struct Resolver<'q> {
    query: &'q Query,
    schema: &'q Schema,
    now: i128,
}

/// Where a condition is written.
struct Place {
    /// The heads of the groups around it, each with a dot.
    prefix: String,
    /// The last of them: those after the group that picked the element, or all in the event itself.
    rest: String,
    elements: Elements,
}

/// The values that a condition tests.
enum Elements {
    /// The whole event.
    Event,
    /// One element of the array at these keys from the event on.
    Of(Keys),
    /// One of the things at the path of a group's head, of which the schema knows no sub-token.
    Unknown,
}

impl Resolver<'_> {
    fn node(&self, id: ExprId, place: &Place) -> Result<Node, WhyNot> {
        match &self.query.expr(id).kind {
            ExprKind::Or(ids) => Ok(Node::Any(self.nodes(ids, place)?)),
            ExprKind::And(ids) => Ok(Node::All(self.nodes(ids, place)?)),
            ExprKind::Not(id) => Ok(Node::Not(Box::new(self.node(*id, place)?))),
            ExprKind::Parentheses(id) => self.node(*id, place),
            ExprKind::Nested(head, id) => self.nested(&head.text, *id, place),
            ExprKind::Clause(clause) => self.clause(clause, place),
            ExprKind::FreeText(literal) => free_text(literal).map(Node::Anywhere),
            other => panic!("the reference does not know {other:?}"),
        }
    }

    fn nodes(&self, ids: &[ExprId], place: &Place) -> Result<Vec<Node>, WhyNot> {
        ids.iter().map(|id| self.node(*id, place)).collect()
    }

    fn clause(&self, clause: &Clause, place: &Place) -> Result<Node, WhyNot> {
        let name = format!("{}{}", place.prefix, clause.token.text);
        let token = self.schema.find(&name);
        if token.is_none() && self.schema.denies_unknown {
            return Err(WhyNot::UnknownToken);
        }
        let keys = match token {
            Some(token) => within(token, &place.elements),
            // "read as kind *auto* at the path of its own name, keys exactly as written";
            // "Sub-tokens that it doesn't know are read in the same elements by the rest of their
            // names."
            None => vec![split(&format!("{}{}", place.rest, clause.token.text))],
        };
        let reading = Reading {
            kind: token.map_or(Kind::Auto, |token| token.kind),
            guessed: token.is_some_and(|token| token.guessed),
            now: self.now,
        };
        let no_values = token.map_or_else(NoValues::default, |token| NoValues {
            texts: token.no_values.clone(),
            kind: token.kind,
        });
        let group_only = token.is_some_and(|token| token.group_only);
        let asks_whether_any = match &clause.condition {
            Condition::Null { .. } => true,
            Condition::Value(literal) => literal.is_star(),
            _ => false,
        };
        if group_only && !asks_whether_any {
            // "a value behind the head is an error"
            return Err(WhyNot::GroupOnly);
        }
        let some = |test: Test| Node::Clause(keys.clone(), no_values.clone(), test);
        // "A lone bare `*` means that the token has a value, for every kind, and is the same as
        // `NOT tok IS NULL`."
        let value = |literal: &Literal| match literal.is_star() {
            true => Ok(Node::Not(Box::new(Node::Null(
                keys.clone(),
                no_values.clone(),
            )))),
            false => reading.value(literal).map(some),
        };
        match &clause.condition {
            Condition::Null { negated: false } => Ok(Node::Null(keys, no_values)),
            Condition::Null { negated: true } => {
                Ok(Node::Not(Box::new(Node::Null(keys, no_values))))
            }
            // "`:` (and `=`, the same there)", on the kind auto, and on a guessed one, which `*` does not fit.
            Condition::Compare(Comparison::Equal, literal)
                if literal.is_star() && (reading.kind == Kind::Auto || reading.guessed) =>
            {
                value(literal)
            }
            Condition::Compare(comparison, literal) => {
                reading.comparison(*comparison, literal).map(some)
            }
            Condition::Value(literal) => value(literal),
            // "any of"
            Condition::List(literals) => {
                let nodes: Result<_, _> = literals.iter().map(value).collect();
                nodes.map(Node::Any)
            }
            Condition::Range(range) => reading.range(range).map(some),
            // "`AND` binds tighter than `OR` there too"; each value is a clause of its own.
            Condition::Group(alternatives) => {
                let all = |literals: &Vec<Literal>| {
                    let nodes: Result<_, _> = literals.iter().map(value).collect();
                    nodes.map(Node::All)
                };
                let nodes: Result<_, _> = alternatives.iter().map(all).collect();
                nodes.map(Node::Any)
            }
            other => panic!("the reference does not know {other:?}"),
        }
    }

    /// "**Nested** `prefix:(a:1 AND b:2)`: one element of the array under that prefix satisfies the
    /// whole expression."
    fn nested(&self, head: &str, inner: ExprId, place: &Place) -> Result<Node, WhyNot> {
        let name = format!("{}{head}", place.prefix);
        let prefix = format!("{name}.");
        let mut names = Vec::new();
        self.sub_tokens(inner, &prefix, &mut names);
        let tokens: Vec<&Token> = names
            .iter()
            .filter_map(|name| self.schema.find(name))
            .collect();
        if tokens.is_empty() {
            // "If it knows none of them, the elements are what stands at the path of the group's own
            // name", arrays walked.
            let paths = vec![split(&format!("{}{head}", place.rest))];
            let inside = Place {
                prefix,
                rest: String::new(),
                elements: Elements::Unknown,
            };
            let node = self.node(inner, &inside)?;
            return Ok(Node::Element(paths, Box::new(node)));
        }
        let shared = shared_array(&tokens, &place.elements);
        let (keys, around) = match (&shared, &place.elements) {
            (Some(array), Elements::Of(around)) => (array.get(around.len()..), Some(around)),
            (Some(array), _) => (Some(&array[..]), None),
            (None, _) => (None, None),
        };
        let further = keys.unwrap_or_default().to_vec();
        if further.is_empty() {
            // "Where the known ones share no array it is plain grouping", and within an element of
            // the array that they share it is no more than that, either.
            let inside = Place {
                prefix,
                rest: format!("{}{head}.", place.rest),
                elements: match around {
                    Some(array) => Elements::Of(array.clone()),
                    None => Elements::Event,
                },
            };
            return self.node(inner, &inside);
        }
        let inside = Place {
            prefix,
            rest: String::new(),
            elements: shared.map_or(Elements::Event, Elements::Of),
        };
        let node = self.node(inner, &inside)?;
        Ok(Node::Element(vec![further], Box::new(node)))
    }

    /// "Sub-tokens are the rest of the dotted names": the full names, in the order of the text,
    /// those in groups inside of this one too.
    fn sub_tokens(&self, id: ExprId, prefix: &str, names: &mut Vec<String>) {
        let kind = &self.query.expr(id).kind;
        match kind {
            ExprKind::Clause(clause) => names.push(format!("{prefix}{}", clause.token.text)),
            ExprKind::Nested(head, id) => {
                self.sub_tokens(*id, &format!("{prefix}{}.", head.text), names);
            }
            _ => {
                for id in kind.children() {
                    self.sub_tokens(*id, prefix, names);
                }
            }
        }
    }
}

/// "of a token with several paths only those under that array count", from the element on.
fn within(token: &Token, elements: &Elements) -> Vec<Keys> {
    let places = token.places().into_iter();
    match elements {
        Elements::Event => places.map(|path| path.keys).collect(),
        Elements::Of(array) => places
            .filter(|path| is_under(path, array))
            .map(|path| path.keys[array.len()..].to_vec())
            .collect(),
        Elements::Unknown => Vec::new(),
    }
}

fn is_under(path: &Path, array: &[String]) -> bool {
    path.marked().any(|marked| marked == array)
}

/// "the array is the innermost one that all their paths share"; "of equally deep arrays that all
/// sub-tokens share, the one that comes first in the first sub-token's paths counts". Inside of a
/// group only the paths under its array count.
fn shared_array(tokens: &[&Token], elements: &Elements) -> Option<Keys> {
    let counts = |path: &Path| match elements {
        Elements::Of(array) => is_under(path, array),
        Elements::Event | Elements::Unknown => true,
    };
    let at_least = match elements {
        Elements::Of(array) => array.len(),
        Elements::Event | Elements::Unknown => 0,
    };
    let (first, others) = tokens.split_first()?;
    let mut best: Option<Keys> = None;
    for path in first.places().iter().filter(|path| counts(path)) {
        for array in path.marked().filter(|array| array.len() >= at_least) {
            let shared = others.iter().all(|token| {
                let mut places = token.places().into_iter();
                places.any(|path| counts(&path) && is_under(&path, array))
            });
            if shared && best.as_ref().is_none_or(|best| best.len() < array.len()) {
                best = Some(array.to_vec());
            }
        }
    }
    best
}

fn split(name: &str) -> Keys {
    name.split('.').map(str::to_owned).collect()
}
