//! The predicates of a set: the conditions of its filters, each kept once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use slab::Slab;

use super::entry::{Entry, entries};
use super::ids::{FieldId, PlaceId, PredicateId, RuleId};
use super::index::Index;
use super::lists::Lists;
use super::places::Places;
use crate::check::{Checked, Keys, NodeId, NodeKind, Test, Value};
use crate::eval::buffer::seen::paths_of;
use crate::eval::compare::check::Check;
use crate::eval::compare::scalar::Coercions;
use crate::eval::program::Program;
use crate::eval::program::plan::plan_part;
use crate::schema::{Kind, NoValues};

/// The condition of a predicate. Equal conditions are one predicate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// True if a value of the field passes.
    Value(FieldId, Test),
    /// True if some string of the event passes.
    FreeText(Test),
    /// True if some element satisfies a nested group, whose condition is the last of these.
    Element(Box<[NodeKind]>),
}

#[derive(Clone, Debug)]
pub(super) struct Predicate {
    question: Arc<Question>,
    /// How many uses it has in rules.
    uses: u32,
    /// How many rules want it indexed. An indexed predicate is false unless a lookup finds it.
    indexed: u32,
    /// The rules that it wakes.
    pub(super) wakes: Vec<RuleId>,
    /// The check of a value that a lookup found; none if every such value passes.
    pub(super) check: Option<Box<Check>>,
    /// The program to run on the event, for a condition that no index can answer.
    pub(super) program: Option<Box<Program>>,
}

impl Predicate {
    pub(super) fn is_indexed(&self) -> bool {
        self.indexed > 0
    }

    pub(super) fn uses(&self) -> u32 {
        self.uses
    }

    /// The field that it tests, if it tests one.
    pub(super) fn field(&self) -> Option<FieldId> {
        match &*self.question {
            Question::Value(field, _) => Some(*field),
            _ => None,
        }
    }
}

/// A field: the paths that values are read from.
#[derive(Clone, Debug)]
pub(super) struct Field {
    key: Arc<FieldKey>,
    pub(super) places: Box<[PlaceId]>,
    pub(super) coercions: Coercions,
    /// The index of its predicates.
    pub(super) index: Option<Box<Index>>,
    indexed: u32,
    /// How many predicates it has.
    uses: u32,
}

/// The identity of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FieldKey {
    pub(super) places: Vec<Keys>,
    pub(super) kind: Kind,
    /// If true, values at every path count; otherwise only those at the first path that has any.
    /// Set for fields inside nested groups.
    pub(super) any_place: bool,
    /// The values there that say that there is none.
    pub(super) no_values: Option<Arc<NoValues>>,
}

impl Field {
    pub(super) fn any_place(&self) -> bool {
        self.key.any_place
    }

    pub(super) fn no_values(&self) -> Option<&NoValues> {
        self.key.no_values.as_deref()
    }
}

/// The predicates, their fields, and the tree of keys that the fields read.
#[derive(Clone, Debug, Default)]
pub(super) struct Predicates {
    all: Slab<Predicate>,
    by_question: HashMap<Arc<Question>, PredicateId>,
    fields: Slab<Field>,
    /// The fields that have an index.
    pub(super) indexed: BTreeSet<FieldId>,
    by_key: HashMap<Arc<FieldKey>, FieldId>,
    pub(super) places: Places,
    pub(super) lists: Lists,
    /// The index of the predicates on free text, and their number.
    free_text: Index,
    free_texts: u32,
    /// The nesting limit of a program's event.
    pub(super) event_nesting: usize,
}

impl Predicates {
    pub(super) fn get(&self, id: PredicateId) -> Option<&Predicate> {
        self.all.get(id.index())
    }

    pub(super) fn get_mut(&mut self, id: PredicateId) -> Option<&mut Predicate> {
        self.all.get_mut(id.index())
    }

    pub(super) fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.get(id.index())
    }

    /// The sizes of all parts.
    pub(super) fn sizes(&self) -> [usize; 10] {
        let indexes = self.fields.iter().filter_map(|(_, f)| f.index.as_ref());
        [
            self.all.len(),
            self.by_question.len(),
            self.fields.len(),
            self.by_key.len(),
            self.indexed.len(),
            indexes.clone().count(),
            indexes.map(|index| index.size()).sum(),
            self.places.count(),
            self.lists.count(),
            self.free_texts as usize,
        ]
    }

    /// The paths that are read.
    pub(super) fn read(&self) -> impl Iterator<Item = PlaceId> {
        let fields = self.fields.iter();
        fields.flat_map(|(_, field)| field.places.iter().copied())
    }

    /// The paths that are read, also those inside of nested groups; none if every string of an event is.
    pub(super) fn paths(&self) -> Option<Vec<Keys>> {
        let mut paths = BTreeSet::new();
        for (_, predicate) in &self.all {
            match &*predicate.question {
                Question::FreeText(_) => return None,
                Question::Value(field, _) => {
                    // What wakes a nested group is not what it asks.
                    let field = self.fields.get(field.index());
                    let asked = field.into_iter().filter(|field| !field.any_place());
                    paths.extend(asked.flat_map(|field| field.key.places.iter().cloned()));
                }
                Question::Element(_) => {
                    let program = predicate.program.as_deref();
                    paths.extend(paths_of(program?)?);
                }
            }
        }
        Some(paths.into_iter().collect())
    }

    /// One more than the largest id.
    pub(super) fn len(&self) -> usize {
        self.all.capacity()
    }

    /// The index for every string of an event, if there is any such predicate.
    pub(super) fn free_text(&self) -> Option<&Index> {
        (self.free_texts > 0).then_some(&self.free_text)
    }

    /// The predicate of a test, with one use more.
    pub(super) fn of_test(&mut self, key: FieldKey, test: &Test) -> PredicateId {
        let field = match self.by_key.get(&key) {
            Some(field) => *field,
            None => self.add_field(key),
        };
        self.of(Question::Value(field, test.clone()))
    }

    /// The predicate of a string anywhere in the event, with one use more.
    pub(super) fn of_free_text(&mut self, value: &Value) -> PredicateId {
        self.of(Question::FreeText(Test::AnyOf(vec![value.clone()])))
    }

    /// The predicate of any other condition outside a nested group, with one use more.
    pub(super) fn of_node(&mut self, checked: &Checked, id: NodeId) -> PredicateId {
        let predicate = match &checked.node(id).kind {
            NodeKind::FreeText(value) => self.of_free_text(value),
            _ => self.of(Question::Element(group(checked, id))),
        };
        let nesting = self.event_nesting;
        if let Some(entry) = self.get_mut(predicate)
            && entry.program.is_none()
        {
            let mut program = plan_part(checked, id);
            program.event_nesting = nesting;
            entry.program = Some(Box::new(program));
        }
        predicate
    }

    fn of(&mut self, question: Question) -> PredicateId {
        if let Some(id) = self.by_question.get(&question).copied() {
            self.use_again(id);
            return id;
        }
        if let Question::Value(field, _) = &question
            && let Some(field) = self.fields.get_mut(field.index())
        {
            field.uses += 1;
        }
        let question = Arc::new(question);
        let id = self.all.insert(Predicate {
            question: question.clone(),
            uses: 1,
            indexed: 0,
            wakes: Vec::new(),
            check: None,
            program: None,
        });
        self.by_question.insert(question, PredicateId::new(id));
        PredicateId::new(id)
    }

    fn add_field(&mut self, key: FieldKey) -> FieldId {
        let key = Arc::new(key);
        let keys = key.places.iter();
        let places = keys.map(|keys| self.places.entry(keys.iter().map(|key| &**key)));
        let places: Box<[PlaceId]> = places.collect();
        let id = self.fields.insert(Field {
            key: key.clone(),
            places: places.clone(),
            coercions: Coercions::new(key.kind),
            index: None,
            indexed: 0,
            uses: 0,
        });
        let id = FieldId::new(id);
        for (alternative, place) in places.iter().enumerate() {
            self.places.attach(*place, id, alternative as u32);
        }
        self.by_key.insert(key, id);
        id
    }

    pub(super) fn use_again(&mut self, id: PredicateId) {
        if let Some(predicate) = self.get_mut(id) {
            predicate.uses += 1;
        }
    }

    /// Releases one use. A predicate without uses is removed.
    pub(super) fn release(&mut self, id: PredicateId) {
        let Some(predicate) = self.get_mut(id) else {
            return;
        };
        predicate.uses -= 1;
        if predicate.uses > 0 {
            return;
        }
        let Some(predicate) = self.all.try_remove(id.index()) else {
            return;
        };
        self.by_question.remove(&predicate.question);
        let Some(id) = predicate.field() else {
            return;
        };
        let Some(field) = self.fields.get_mut(id.index()) else {
            return;
        };
        field.uses -= 1;
        if field.uses == 0
            && let Some(field) = self.fields.try_remove(id.index())
        {
            self.by_key.remove(&field.key);
            for place in &field.places {
                self.places.detach(*place, id);
            }
        }
    }

    /// Whether other predicates of its field are indexed already.
    pub(super) fn is_field_indexed(&self, id: PredicateId) -> bool {
        let field = self.get(id).and_then(Predicate::field);
        field.is_some_and(|field| self.indexed.contains(&field))
    }

    /// Whether it must be evaluated, because it is not indexed.
    pub(super) fn is_asked(&self, id: PredicateId) -> bool {
        self.get(id)
            .is_some_and(|predicate| !predicate.is_indexed())
    }

    /// Whether indexing it costs next to nothing, because other predicates of its field are
    /// indexed. A range that contains many values is better evaluated on demand.
    pub(super) fn is_index_near(&self, id: PredicateId) -> bool {
        let Some(predicate) = self.get(id) else {
            return false;
        };
        match &*predicate.question {
            Question::Value(field, Test::AnyOf(values)) => {
                self.indexed.contains(field) && !values.contains(&Value::Any)
            }
            _ => false,
        }
    }

    /// Whether it can be indexed.
    pub(super) fn can_be_indexed(&self, id: PredicateId) -> bool {
        let question = self.get(id).map(|predicate| &*predicate.question);
        matches!(question, Some(Question::Value(..) | Question::FreeText(_)))
    }

    /// Indexes a predicate; counts one use more if it is indexed already.
    pub(super) fn index(&mut self, id: PredicateId) {
        let Some(predicate) = self.all.get_mut(id.index()) else {
            return;
        };
        predicate.indexed += 1;
        if predicate.indexed > 1 {
            return;
        }
        let lists = &mut self.lists;
        let mut all_sure = true;
        match &*predicate.question {
            Question::Value(id_of_field, test) => {
                let Some(field) = self.fields.get_mut(id_of_field.index()) else {
                    return;
                };
                field.indexed += 1;
                self.indexed.insert(*id_of_field);
                let index = field.index.get_or_insert_default();
                entries(test, field.key.kind, &mut |entry: &Entry<'_>, sure| {
                    index.add(entry, id, lists);
                    all_sure &= sure;
                });
            }
            Question::FreeText(test) => {
                self.free_texts += 1;
                entries(test, Kind::Text, &mut |entry: &Entry<'_>, sure| {
                    self.free_text.add(entry, id, lists);
                    all_sure &= sure;
                });
            }
            Question::Element(_) => {}
        }
        match all_sure {
            true => predicate.check = None,
            false => self.compare(id),
        }
    }

    /// Reverses one [`Predicates::index`].
    pub(super) fn unindex(&mut self, id: PredicateId) {
        let Some(predicate) = self.all.get_mut(id.index()) else {
            return;
        };
        predicate.indexed -= 1;
        if predicate.indexed > 0 {
            return;
        }
        let lists = &mut self.lists;
        match &*predicate.question {
            Question::Value(id_of_field, test) => {
                let Some(field) = self.fields.get_mut(id_of_field.index()) else {
                    return;
                };
                field.indexed -= 1;
                if let Some(index) = &mut field.index {
                    entries(test, field.key.kind, &mut |entry: &Entry<'_>, _| {
                        index.remove(entry, id, lists);
                    });
                }
                if field.indexed == 0 {
                    field.index = None;
                    self.indexed.remove(id_of_field);
                }
            }
            Question::FreeText(test) => {
                self.free_texts -= 1;
                entries(test, Kind::Text, &mut |entry: &Entry<'_>, _| {
                    self.free_text.remove(entry, id, lists);
                });
            }
            Question::Element(_) => {}
        }
        // The caller's use is one of these, and may be the last.
        if predicate.uses > 1 {
            self.compare(id);
        }
    }

    /// Compiles the check of a predicate, for values that an index does not decide.
    pub(super) fn compare(&mut self, id: PredicateId) {
        let Some(predicate) = self.all.get_mut(id.index()) else {
            return;
        };
        if predicate.check.is_some() {
            return;
        }
        predicate.check = match &*predicate.question {
            Question::Value(field, test) => {
                let field = self.fields.get(field.index());
                field.map(|field| Box::new(Check::new(test, field.key.kind)))
            }
            Question::FreeText(test) => Some(Box::new(Check::new(test, Kind::Text))),
            Question::Element(_) => None,
        };
    }
}

/// A nested group with all its conditions, numbered from 0.
fn group(checked: &Checked, id: NodeId) -> Box<[NodeKind]> {
    // Conditions come directly after their children.
    let mut first = id;
    while let Some(child) = checked.node(first).kind.children().first() {
        first = *child;
    }
    let moved = |id: NodeId| NodeId::new(id.index().saturating_sub(first.index()));
    let moved_all = |ids: &[NodeId]| ids.iter().copied().map(moved).collect();
    let nodes = (first.index()..=id.index()).map(NodeId::new);
    let nodes = nodes.map(|id| match &checked.node(id).kind {
        NodeKind::Any(children) => NodeKind::Any(moved_all(children)),
        NodeKind::All(children) => NodeKind::All(moved_all(children)),
        NodeKind::Not(child) => NodeKind::Not(moved(*child)),
        NodeKind::Element(keys, inside) => NodeKind::Element(keys.clone(), moved(*inside)),
        leaf => leaf.clone(),
    });
    nodes.collect()
}
