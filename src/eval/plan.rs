//! From a checked query to a program: which places of an event to read, and what to ask of what
//! stands there.
//!
//! A program has one part for the event and one for each nested group. A part is a list of
//! instructions over one truth value, with jumps forward where `AND` and `OR` need not read on, so
//! that running it takes no call stack whatever the query's nesting.

use crate::check::{self, Auto, Checked, Field, Keys, NodeId, NodeKind, Range, Test, Value};
use crate::schema::Kind;
use crate::value::{Net, Number, Period};

use super::json::{Wanted, WantedBuilder};
use super::text::{Pattern, Phrase, fold};

/// A compiled query.
#[derive(Debug)]
pub(super) struct Program {
    /// The event's part first.
    pub(super) parts: Vec<Part>,
    pub(super) event_nesting: usize,
    pub(super) event_bytes: usize,
}

/// What is asked of an event, or of one element of a nested group.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) wanted: Wanted,
    pub(super) code: Vec<Op>,
}

/// One instruction.
#[derive(Debug)]
pub(super) enum Op {
    /// Sets the truth value.
    Set(bool),
    /// Turns it round.
    Not,
    /// Goes on at the instruction `to` if the truth value is `on`.
    Jump { on: bool, to: usize },
    /// Whether a value of the first of these slots that has one passes.
    Test { slots: Box<[u32]>, check: Check },
    /// Whether some element of this slot satisfies this part.
    Element { slot: u32, part: usize },
    /// Whether some string of the event matches.
    FreeText(Matcher),
}

/// What a value has to pass.
#[derive(Debug)]
pub(super) enum Check {
    Exists,
    AnyOf {
        reads: Reads,
        matchers: Vec<Matcher>,
    },
    Range(Range),
}

/// Which values are read as text besides strings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reads {
    pub(super) numbers: bool,
    pub(super) booleans: bool,
}

/// What a value is compared to.
#[derive(Debug)]
pub(super) enum Matcher {
    Any,
    /// Any of these phrases.
    Words(Vec<Phrase>),
    /// The whole value, folded.
    Whole(Box<str>),
    /// The beginning of the value, folded.
    Prefix(Box<str>),
    Exact(Box<str>),
    Pattern {
        pattern: Pattern,
        /// Whether one word of a text may match, not only all of it.
        on_words: bool,
        /// Whether numbers and booleans are not read.
        strings_only: bool,
    },
    Number(Number),
    Boolean(bool),
    Period(Period),
    Net(Net),
    Auto(Box<AutoMatcher>),
}

/// Everything that a written value on a token of kind *auto* can be.
#[derive(Debug)]
pub(super) struct AutoMatcher {
    pub(super) phrases: Vec<Phrase>,
    pub(super) number: Option<Number>,
    pub(super) boolean: Option<bool>,
    pub(super) period: Option<Period>,
    pub(super) net: Option<Net>,
}

/// Compiles a checked query.
pub(super) fn plan(checked: &Checked) -> Program {
    let mut parts: Vec<Part> = Vec::new();
    // The parts that have a number already; a part may add more behind itself.
    let mut roots = vec![checked.root()];
    while let Some(root) = roots.get(parts.len()).copied() {
        parts.push(Planner::plan(checked, root, &mut roots));
    }
    Program {
        parts,
        event_nesting: checked.limits().event_nesting,
        event_bytes: checked.limits().event_bytes,
    }
}

/// What is still to be written of a part.
enum Todo {
    Node(NodeId),
    Not,
    /// A jump to a label that is not placed yet.
    Jump(bool, usize),
    Label(usize),
}

struct Planner<'c> {
    checked: &'c Checked,
    roots: &'c mut Vec<NodeId>,
    wanted: WantedBuilder,
    code: Vec<Op>,
    /// Where each label stands; a jump names a label until all are placed.
    labels: Vec<usize>,
}

impl Planner<'_> {
    fn plan(checked: &Checked, root: NodeId, roots: &mut Vec<NodeId>) -> Part {
        let mut planner = Planner {
            checked,
            roots,
            wanted: WantedBuilder::default(),
            code: Vec::new(),
            labels: Vec::new(),
        };
        let mut todo = vec![Todo::Node(root)];
        while let Some(next) = todo.pop() {
            match next {
                Todo::Node(id) => planner.node(id, &mut todo),
                Todo::Not => planner.code.push(Op::Not),
                Todo::Jump(on, to) => planner.code.push(Op::Jump { on, to }),
                Todo::Label(label) => {
                    let here = planner.code.len();
                    if let Some(place) = planner.labels.get_mut(label) {
                        *place = here;
                    }
                }
            }
        }
        let Planner {
            wanted,
            mut code,
            labels,
            ..
        } = planner;
        for op in &mut code {
            if let Op::Jump { to, .. } = op {
                *to = labels.get(*to).copied().unwrap_or_default();
            }
        }
        let wanted = wanted.build();
        Part { wanted, code }
    }

    fn node(&mut self, id: NodeId, todo: &mut Vec<Todo>) {
        match &self.checked.node(id).kind {
            NodeKind::All(children) => self.join(children, false, todo),
            NodeKind::Any(children) => self.join(children, true, todo),
            NodeKind::Not(child) => todo.extend([Todo::Not, Todo::Node(*child)]),
            NodeKind::Element(keys, inside) => self.element(keys, *inside),
            NodeKind::Test(field, kind, test) => self.test(field, *kind, test),
            NodeKind::FreeText(value) => self.code.push(Op::FreeText(matcher(value, Kind::Text))),
        }
    }

    /// Conditions one after the other, until one comes out as `decides`.
    fn join(&mut self, children: &[NodeId], decides: bool, todo: &mut Vec<Todo>) {
        if children.is_empty() {
            self.code.push(Op::Set(!decides));
        }
        let label = self.labels.len();
        self.labels.push(0);
        todo.push(Todo::Label(label));
        for (at, child) in children.iter().enumerate().rev() {
            todo.push(Todo::Node(*child));
            if at > 0 {
                todo.push(Todo::Jump(decides, label));
            }
        }
    }

    fn element(&mut self, keys: &Keys, inside: NodeId) {
        let slot = self.wanted.element(keys);
        let part = self.roots.len();
        self.roots.push(inside);
        self.code.push(Op::Element { slot, part });
    }

    fn test(&mut self, field: &Field, kind: Kind, test: &Test) {
        let slots = field
            .places
            .iter()
            .map(|keys| self.wanted.value(keys))
            .collect();
        let check = match test {
            Test::Exists => Check::Exists,
            Test::Range(range) => Check::Range(range.clone()),
            Test::AnyOf(values) => Check::AnyOf {
                reads: reads(kind),
                matchers: values.iter().map(|value| matcher(value, kind)).collect(),
            },
        };
        self.code.push(Op::Test { slots, check });
    }
}

fn reads(kind: Kind) -> Reads {
    match kind {
        Kind::Text | Kind::Keyword | Kind::Auto => Reads {
            numbers: true,
            booleans: true,
        },
        Kind::Id => Reads {
            numbers: true,
            booleans: false,
        },
        _ => Reads {
            numbers: false,
            booleans: false,
        },
    }
}

fn matcher(value: &Value, kind: Kind) -> Matcher {
    match value {
        Value::Any => Matcher::Any,
        Value::Parts(_) | Value::Phrase(_) => Matcher::Words(phrases(value)),
        Value::Whole(text) => Matcher::Whole(fold(text).into()),
        Value::Prefix(text) => Matcher::Prefix(fold(text).into()),
        Value::Exact(text) => Matcher::Exact(text.clone()),
        Value::Pattern(text) => Matcher::Pattern {
            pattern: Pattern::new(text),
            on_words: matches!(kind, Kind::Text | Kind::Auto),
            strings_only: matches!(kind, Kind::Ip | Kind::Auto),
        },
        Value::Number(number) => Matcher::Number(*number),
        Value::Boolean(boolean) => Matcher::Boolean(*boolean),
        Value::Period(period) => Matcher::Period(*period),
        Value::Net(net) => Matcher::Net(*net),
        Value::Auto(Auto {
            text,
            number,
            boolean,
            period,
            net,
        }) => Matcher::Auto(Box::new(AutoMatcher {
            phrases: phrases(text),
            number: *number,
            boolean: *boolean,
            period: *period,
            net: *net,
        })),
    }
}

/// The phrases any of which a text has to hold.
fn phrases(value: &check::Value) -> Vec<Phrase> {
    match value {
        Value::Phrase(text) => Phrase::new(text, true).into_iter().collect(),
        Value::Parts(text) => {
            let parts: Vec<&str> = text
                .split([' ', '\t', '\r', '\n'])
                .filter(|p| !p.is_empty())
                .collect();
            let last = parts.len().saturating_sub(1);
            let parts = parts.iter().enumerate();
            parts
                .filter_map(|(at, part)| Phrase::new(part, at == last))
                .collect()
        }
        _ => Vec::new(),
    }
}
