//! A filter and what an event makes of it, as a JSON object.

use qualys_filter::Checked;
use qualys_filter::check::{NodeId, NodeKind};
use qualys_filter::eval::trace::{Answer, Json};
use serde_json::{Map, Value, json};

use super::words;

/// The nodes of a filter, each after the node that it is part of. It is a list, since a filter may be
/// nested deeper than readers of JSON go.
pub(super) fn nodes(checked: &Checked, answers: Option<&[Answer]>) -> Vec<Value> {
    let mut order = vec![checked.root()];
    let mut at = 0;
    let mut children: Vec<Vec<usize>> = Vec::new();
    while let Some(id) = order.get(at).copied() {
        let first = order.len();
        order.extend_from_slice(checked.node(id).kind.children());
        children.push((first..order.len()).collect());
        at += 1;
    }
    let nodes = order.iter().zip(&children);
    nodes
        .map(|(id, children)| node(checked, *id, children, answers))
        .collect()
}

fn node(checked: &Checked, id: NodeId, children: &[usize], answers: Option<&[Answer]>) -> Value {
    let node = checked.node(id);
    let mut object = Map::new();
    let mut set = |key: &str, value: Value| object.insert(key.to_owned(), value);
    set("is", what(&node.kind).into());
    set("words", words::of(checked, id).into());
    set("start", node.span.start.into());
    set("end", node.span.end.into());
    match &node.kind {
        NodeKind::Test(field, kind, _) => {
            set("token", (*field.token).into());
            set("kind", kind.to_string().into());
            let paths = field.places.iter().map(|keys| path(keys));
            set("paths", paths.collect::<Vec<_>>().into());
        }
        NodeKind::Element(keys, _) => {
            set("paths", json!([path(keys)]));
        }
        _ => {}
    }
    set("children", children.into());
    if let Some(answer) = answers.and_then(|answers| answers.get(id.index())) {
        set("evaluated", answer.asked.into());
        set("holds", (answer.asked && answer.holds).into());
        match &node.kind {
            NodeKind::Test(..) => {
                let values: Vec<Value> = answer.values.iter().map(|it| value(it, 0)).collect();
                set("values", values.into());
            }
            NodeKind::Element(..) => {
                set("elements", answer.values.len().into());
                set("element", answer.element.into());
            }
            _ => {}
        }
    }
    object.into()
}

fn what(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Any(_) => "any",
        NodeKind::All(_) => "all",
        NodeKind::Not(_) => "not",
        NodeKind::Element(..) => "element",
        NodeKind::Test(..) => "test",
        NodeKind::FreeText(_) => "text",
        _ => "other",
    }
}

fn path(keys: &[Box<str>]) -> Vec<&str> {
    keys.iter().map(|key| &**key).collect()
}

/// A value of an event. What is nested deeper than any event that can be used is `null`.
fn value(json: &Json, depth: usize) -> Value {
    const DEEPEST: usize = 128;
    match json {
        _ if depth > DEEPEST => Value::Null,
        Json::Null => Value::Null,
        Json::Boolean(boolean) => (*boolean).into(),
        Json::Number(text) => text
            .parse::<serde_json::Number>()
            .map_or_else(|_| text.as_str().into(), Value::Number),
        Json::String(text) => text.as_str().into(),
        Json::Array(elements) => elements.iter().map(|it| value(it, depth + 1)).collect(),
        Json::Object(members) => {
            let members = members.iter();
            members
                .map(|(key, it)| (key.clone(), value(it, depth + 1)))
                .collect()
        }
    }
}
