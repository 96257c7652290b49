//! Where the tokens of a nested group are read: in one element of which array.
//!
//! `prefix:(a:1 AND b:2)` asks one element of an array for all its conditions. The array is the
//! innermost that the paths of all sub-tokens known to the schema share.

use std::sync::Arc;

use crate::schema::{Path, Schema, Token};
use crate::syntax::{ExprId, ExprKind, Query, Step};

use super::checked::{Field, Keys};
use super::literal::SHOWN;

/// The arrays that every known sub-token of a group has a path through, in the order of the first
/// one's paths; `None` where no sub-token is known.
type Shared = Option<Vec<Path>>;

/// For each nested group of a query, in the order of the text, the arrays that its known
/// sub-tokens share.
pub(super) fn shared_arrays(query: &Query, schema: &Schema) -> Vec<Shared> {
    let mut found: Vec<Shared> = Vec::new();
    if !query.has_groups() {
        return found;
    }
    let mut name = DottedName::default();
    let mut open: Vec<usize> = Vec::new();
    for step in query.walk() {
        let (Step::Enter(id) | Step::Leave(id)) = step;
        match (&query.expr(id).kind, step) {
            (ExprKind::Nested(token, _), Step::Enter(_)) => {
                name.push(&token.text);
                open.push(found.len());
                found.push(None);
            }
            (ExprKind::Nested(..), Step::Leave(_)) => {
                name.pop();
                let inner = open.pop().and_then(|at| found.get(at).cloned()).flatten();
                if let Some(inner) = inner {
                    narrow(open.last().and_then(|at| found.get_mut(*at)), inner);
                }
            }
            (ExprKind::Clause(clause), Step::Enter(_)) if !open.is_empty() => {
                if let Some(token) = name.known(&clause.token.text, schema) {
                    let places = token.places();
                    let arrays = places
                        .iter()
                        .flat_map(|path| path.arrays().map(|len| path.prefix(len)));
                    let arrays = arrays.collect();
                    narrow(open.last().and_then(|at| found.get_mut(*at)), arrays);
                }
            }
            _ => {}
        }
    }
    found
}

fn narrow(shared: Option<&mut Shared>, arrays: Vec<Path>) {
    match shared {
        Some(Some(before)) => before.retain(|path| {
            let same = |array: &Path| array.keys().eq(path.keys());
            arrays.iter().any(same)
        }),
        Some(none) => *none = Some(arrays),
        None => {}
    }
}

/// The dotted name that nested groups spell together.
#[derive(Default)]
pub(crate) struct DottedName {
    name: String,
    lengths: Vec<usize>,
}

impl DottedName {
    pub(crate) fn push(&mut self, head: &str) {
        self.lengths.push(self.name.len());
        self.name.push_str(head);
        self.name.push('.');
    }

    pub(crate) fn pop(&mut self) {
        self.name.truncate(self.lengths.pop().unwrap_or_default());
    }

    /// The whole name of a sub-token, unless it is longer than this. A longer name is not made: many sub-tokens
    /// of deep groups would take quadratic memory.
    pub(super) fn full(&self, last: &str, longest: usize) -> Option<String> {
        let fits = self.name.len() + last.len() <= longest;
        fits.then(|| format!("{}{last}", self.name))
    }

    /// The token of this name here, if the schema knows it.
    pub(crate) fn known<'s>(&self, last: &str, schema: &'s Schema) -> Option<&'s Token> {
        match self.lengths.is_empty() {
            true => schema.token(last),
            false => schema.token(&self.full(last, schema.longest_name())?),
        }
    }
}

/// The groups around the current place of a walk, and what names mean there.
pub(super) struct Scopes<'s> {
    schema: &'s Schema,
    name: DottedName,
    groups: Vec<Group>,
    shared: std::vec::IntoIter<Shared>,
}

/// A nested group.
struct Group {
    expr: ExprId,
    /// The array of the schema that the group picks an element of, if it is known.
    array: Option<Path>,
    /// The names between that element, or the event, and the group's own sub-tokens.
    rest: String,
    /// Where the elements are, if the group picks one.
    elements: Option<Keys>,
}

/// What became of a group.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entered {
    /// It picks an element.
    Element,
    /// It only groups, within the same element as the group around it.
    Same,
    /// It only groups, because its tokens share no array.
    NoSharedArray,
}

impl<'s> Scopes<'s> {
    pub(super) fn new(query: &Query, schema: &'s Schema) -> Scopes<'s> {
        let shared = shared_arrays(query, schema).into_iter();
        let (name, groups) = (DottedName::default(), Vec::new());
        Scopes {
            schema,
            name,
            groups,
            shared,
        }
    }

    /// Enters a nested group; to be called in the order of the text.
    pub(super) fn enter(&mut self, expr: ExprId, head: &str) -> Entered {
        let (around, rest) = match self.groups.last() {
            Some(group) => (group.array.clone(), group.rest.as_str()),
            None => (None, ""),
        };
        let from = around.as_ref().map_or(0, |path| path.keys().len());
        let under = |path: &Path| {
            around
                .as_ref()
                .is_none_or(|array| path.leads_through(array))
        };
        let shared = self.shared.next().flatten();
        let (group, entered) = match shared {
            None => {
                let elements = keys(format!("{rest}{head}").split('.'));
                let group = Group {
                    expr,
                    array: None,
                    rest: String::new(),
                    elements: Some(elements),
                };
                (group, Entered::Element)
            }
            Some(arrays) => match innermost(arrays.into_iter().filter(under)) {
                Some(array) if array.keys().len() > from => {
                    let elements = keys(array.keys().skip(from));
                    let array = Some(array);
                    let group = Group {
                        expr,
                        array,
                        rest: String::new(),
                        elements: Some(elements),
                    };
                    (group, Entered::Element)
                }
                same => {
                    let entered = match same {
                        Some(_) => Entered::Same,
                        None => Entered::NoSharedArray,
                    };
                    let rest = format!("{rest}{head}.");
                    let group = Group {
                        expr,
                        array: around,
                        rest,
                        elements: None,
                    };
                    (group, entered)
                }
            },
        };
        self.groups.push(group);
        self.name.push(head);
        entered
    }

    /// Leaves a nested group; returns where its elements are, if it picks one.
    pub(super) fn leave(&mut self, expr: ExprId) -> Option<Keys> {
        let group = self.groups.pop_if(|group| group.expr == expr)?;
        self.name.pop();
        group.elements
    }

    /// The token of this name here, if the schema knows it.
    pub(super) fn known(&self, last: &str) -> Option<&'s Token> {
        self.name.known(last, self.schema)
    }

    /// A written name taken apart after its first names that only a group takes.
    pub(super) fn group_only_head<'n>(&self, written: &'n str) -> Option<(&'n str, &'n str)> {
        let longest = self.schema.longest_name();
        let dots = written.match_indices('.').map(|(at, _)| at);
        let mut heads = dots
            .take_while(|at| *at <= longest)
            .filter_map(|at| Some((written.get(..at)?, written.get(at + 1..)?)));
        heads.find(|(head, _)| self.known(head).is_some_and(Token::is_group_only))
    }

    /// The name of a token here with those of the groups around it, as far as a message needs it.
    pub(super) fn full_name(&self, last: &str) -> String {
        match self.name.full(last, self.schema.longest_name()) {
            Some(full) => full,
            None if self.groups.is_empty() => last.to_owned(),
            None if self.name.name.len() + last.len() <= SHOWN => {
                format!("{}{last}", self.name.name)
            }
            None => format!("….{last}"),
        }
    }

    /// Where the values of a token are, from the element of the group around it; `name` is its whole name.
    pub(super) fn field(&self, last: &str, name: &str, token: Option<&Token>) -> Field {
        let group = self.groups.last();
        if let Some(token) = token {
            let array = group.and_then(|group| group.array.as_ref());
            let under = |path: &Path| array.is_none_or(|array| path.leads_through(array));
            let from = array.map_or(0, |path| path.keys().len());
            let places = token.places();
            let places = places.iter().filter(|path| under(path));
            let places: Vec<Keys> = places
                .map(|path| match from {
                    0 => path.shared_keys().clone(),
                    _ => keys(path.keys().skip(from)),
                })
                .collect();
            if !places.is_empty() {
                return Field {
                    token: Arc::clone(token.shared_name()),
                    places,
                    no_values: token.shared_no_values().cloned(),
                };
            }
        }
        let rest = group.map_or("", |group| group.rest.as_str());
        let places = vec![keys(format!("{rest}{last}").split('.'))];
        Field {
            token: token.map_or_else(|| name.into(), |token| Arc::clone(token.shared_name())),
            places,
            no_values: token.and_then(Token::shared_no_values).cloned(),
        }
    }
}

/// The innermost of some arrays; of equally deep ones the first.
fn innermost(arrays: impl Iterator<Item = Path>) -> Option<Path> {
    arrays.reduce(|best, path| {
        let deeper = path.keys().len() > best.keys().len();
        if deeper { path } else { best }
    })
}

fn keys<'k>(keys: impl Iterator<Item = &'k str>) -> Keys {
    keys.map(Box::from).collect()
}
