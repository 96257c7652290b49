//! The reference evaluator: from the text of a query, a schema and a time to the answer.
//!
//! It is written from the language's reference (`docs/src/language/`), sentence by sentence, slow
//! and plain. It uses nothing of the library but the parser's tree: its own code reads names,
//! paths, nested groups, literals, dates, numbers, addresses, versions and events. A comment that
//! begins with a quote shows the sentence that the function follows.
//!
//! [`Reference::new`] reads a query against a [`Schema`] of its own and returns [`WhyNot`] if the
//! language refuses it; [`Reference::answer`] returns whether an event matches.

pub mod address;
pub mod compare;
pub mod date;
pub mod filters;
pub mod generate;
pub mod json;
pub mod literal;
pub mod number;
pub mod resolve;
pub mod schema;
pub mod test;
pub mod values;
pub mod version;
pub mod words;

use qualys_filter::{Limits, Query};

pub use json::Json;
pub use resolve::WhyNot;
pub use schema::Schema;

use test::{NoValues, Test};

/// A query that can be evaluated on events.
#[derive(Clone)]
pub struct Reference {
    root: Node,
}

/// One condition on an event, or on an element of an array.
#[derive(Clone)]
pub enum Node {
    /// All of these hold. Of none, that is so.
    All(Vec<Node>),
    /// One of these holds.
    Any(Vec<Node>),
    /// This does not hold.
    Not(Box<Node>),
    /// Some value at the first of these paths that has one satisfies the test.
    Clause(Vec<Keys>, NoValues, Test),
    /// None of these paths has a value.
    Null(Vec<Keys>, NoValues),
    /// Some element at the first of these paths that has one satisfies the condition.
    Element(Vec<Keys>, Box<Node>),
    /// Some string anywhere satisfies the test.
    Anywhere(Test),
}

/// The keys that lead to a value, from where the reader is.
pub type Keys = Vec<String>;

impl Reference {
    /// Reads a query. `now` is in nanoseconds since 1970.
    pub fn new(text: &str, schema: &Schema, now: i128) -> Result<Reference, WhyNot> {
        let query =
            Query::parse_with(text, &Limits::default()).map_err(|_| WhyNot::NotWellFormed)?;
        Reference::of(&query, schema, now)
    }

    /// The same, from the parser's tree.
    pub fn of(query: &Query, schema: &Schema, now: i128) -> Result<Reference, WhyNot> {
        let root = resolve::query(query, schema, now)?;
        Ok(Reference { root })
    }

    /// Whether the event matches.
    pub fn answer(&self, event: &Json) -> bool {
        self.root.holds(event)
    }

    /// A condition.
    pub fn root(&self) -> &Node {
        &self.root
    }
}

impl Node {
    /// Whether the condition holds of an event or an element.
    pub fn holds(&self, json: &Json) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|node| node.holds(json)),
            Node::Any(nodes) => nodes.iter().any(|node| node.holds(json)),
            Node::Not(node) => !node.holds(json),
            // "A clause holds if **any** of the values there satisfies it."
            Node::Clause(paths, no_values, test) => first_with_values(json, paths, no_values)
                .iter()
                .any(|value| test.holds(value)),
            // "Missing, `null` and `[]` are no value: … `IS NULL` is true."
            Node::Null(paths, no_values) => first_with_values(json, paths, no_values).is_empty(),
            // "one element of the array under that prefix satisfies the whole expression"
            Node::Element(paths, node) => first_with_values(json, paths, &NoValues::default())
                .iter()
                .any(|element| node.holds(element)),
            Node::Anywhere(test) => anywhere(json, test),
        }
    }
}

/// "Of several paths the first that has a value counts." "In an array such a value is passed over, and of several
/// places the next one counts."
fn first_with_values<'j>(json: &'j Json, paths: &[Keys], no_values: &NoValues) -> Vec<&'j Json> {
    for path in paths {
        let mut values = Vec::new();
        collect(json, path, &mut values);
        values.retain(|value| !no_values.has(value));
        if !values.is_empty() {
            return values;
        }
    }
    Vec::new()
}

/// "Arrays are walked wherever they occur on a path, marked `[]` in the schema or not, nested ones
/// too." "Missing, `null` and `[]` are no value." "An object … is something." "Duplicate keys in
/// one object: the first one counts."
fn collect<'j>(json: &'j Json, keys: &[String], values: &mut Vec<&'j Json>) {
    match json {
        Json::Null => {}
        Json::Array(items) => {
            for item in items {
                collect(item, keys, values);
            }
        }
        _ => match (keys, json) {
            ([], _) => values.push(json),
            ([key, rest @ ..], Json::Object(_)) => {
                if let Some(value) = json.get(key) {
                    collect(value, rest, values);
                }
            }
            _ => {}
        },
    }
}

/// "some string value anywhere in the event (not a key, number or boolean) matches it"
fn anywhere(json: &Json, test: &Test) -> bool {
    match json {
        Json::String(_) => test.holds(json),
        Json::Array(items) => items.iter().any(|item| anywhere(item, test)),
        Json::Object(fields) => {
            let mut seen = std::collections::HashSet::new();
            fields
                .iter()
                .any(|(key, value)| seen.insert(key) && anywhere(value, test))
        }
        Json::Null | Json::Boolean(_) | Json::Number(_) => false,
    }
}
