//! What every condition of a filter comes to on an event.

use super::{Json, Trace, field_values, values_at};
use crate::check::{Checked, NodeId, NodeKind};

/// What a condition came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Whether it holds.
    pub holds: bool,
    /// For a test, the values that it saw; for a nested group, its elements.
    pub values: Vec<Json>,
    /// For a nested group, the element that its conditions were tested on, from 0: the first that
    /// satisfies the group, or else the first.
    pub element: Option<usize>,
    /// Whether it was evaluated: a nested group without elements evaluates nothing.
    pub asked: bool,
}

impl Checked {
    /// What every condition comes to on the event, by the position of its
    /// [`NodeId`](crate::check::NodeId).
    ///
    /// ```
    /// use qualys_filter::{Query, Schema, eval::trace::Json};
    ///
    /// let query: Query = "type:FILE AND indicator.score > 5".parse()?;
    /// let checked = query.check(Schema::edr()).unwrap();
    /// let event = Json::read(br#"{"type": "FILE", "score": 3}"#, 128).unwrap();
    /// let answers = checked.trace(&event);
    /// assert!(!answers[checked.root().index()].holds);
    /// assert_eq!(answers.iter().filter(|answer| answer.holds).count(), 1);
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn trace(&self, event: &Json) -> Vec<Answer> {
        answers(self, event)
    }
}

fn answers(checked: &Checked, event: &Json) -> Vec<Answer> {
    let mut answers = vec![Answer::default(); checked.len()];
    let trace = Trace::new(checked);
    // Groups are entered one after the other, with the element that was picked.
    let mut todo = vec![(checked.root(), event)];
    while let Some((root, scope)) = todo.pop() {
        let group = trace.group.get(root.index()).copied().flatten();
        let truth = trace.truth(root, scope, event);
        for (id, holds) in truth.into_iter().enumerate() {
            let id = NodeId::new(id);
            if trace.group.get(id.index()).copied().flatten() != group {
                continue;
            }
            let mut answer = Answer {
                holds,
                asked: true,
                ..Answer::default()
            };
            match &checked.node(id).kind {
                NodeKind::Test(field, ..) => {
                    answer.values = field_values(scope, field).into_iter().cloned().collect();
                }
                NodeKind::Element(keys, inside) => {
                    let elements = values_at(scope, keys);
                    let holds = |element: &&Json| trace.holds(*inside, element, event);
                    let at = elements.iter().position(holds).unwrap_or(0);
                    if let Some(element) = elements.get(at) {
                        answer.element = Some(at);
                        todo.push((*inside, element));
                    }
                    answer.values = elements.into_iter().cloned().collect();
                }
                _ => {}
            }
            if let Some(entry) = answers.get_mut(id.index()) {
                *entry = answer;
            }
        }
    }
    answers
}
