//! The rules of a set: what its filters say, each once, however many filters say it.

use std::collections::HashMap;
use std::sync::Arc;

use slab::Slab;

use super::super::code::Op;
use super::FilterId;
use super::lists::PredicateId;
use super::predicate::Predicates;
use super::shape::{Shape, Trigger, named};
use crate::check::Checked;

/// The index of a rule.
pub(super) type RuleId = u32;

#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// The query, over predicates.
    pub(super) code: Arc<[Op]>,
    /// The filters that say this, in order.
    pub(super) ids: Vec<FilterId>,
    waits: Waits,
}

/// What wakes a rule.
#[derive(Clone, Debug)]
enum Waits {
    /// One of these, each with the rule's position among those that it wakes.
    Behind(Box<[(PredicateId, u32)]>),
    /// Every event, as this one of those rules. The predicates are looked up for it.
    Always(u32, Box<[PredicateId]>),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    all: Slab<Rule>,
    by_code: HashMap<Arc<[Op]>, RuleId>,
    /// The rules that every event wakes.
    pub(super) always: Vec<RuleId>,
}

impl Rules {
    pub(super) fn get(&self, id: RuleId) -> Option<&Rule> {
        self.all.get(id as usize)
    }

    /// Behind the largest id.
    pub(super) fn len(&self) -> usize {
        self.all.capacity()
    }

    /// The rule that says what a query does, for one filter more.
    pub(super) fn add(
        &mut self,
        checked: &Checked,
        filter: FilterId,
        predicates: &mut Predicates,
    ) -> RuleId {
        let mut shape = Shape::new(checked);
        let code = shape.code(predicates);
        if let Some(id) = self.by_code.get(&*code).copied() {
            named(&code).for_each(|predicate| predicates.release(predicate));
            if let Some(rule) = self.all.get_mut(id as usize) {
                rule.ids.push(filter);
            }
            return id;
        }
        let id = self.all.vacant_key() as RuleId;
        let waits = match shape.triggers(predicates) {
            Some(triggers) => {
                let triggers = triggers.into_iter().map(|trigger| match trigger {
                    Trigger::Own(predicate) => {
                        predicates.use_again(predicate);
                        predicate
                    }
                    Trigger::Inside(key, test) => predicates.of_test(key, &test),
                    Trigger::FreeText(value) => predicates.of_free_text(&value),
                });
                let mut behind: Vec<PredicateId> = triggers.collect();
                behind.sort_unstable();
                behind.dedup_by(|a, b| {
                    let same = a == b;
                    if same {
                        predicates.release(*a);
                    }
                    same
                });
                let behind = behind.into_iter().map(|predicate| {
                    predicates.index(predicate);
                    let wakes = predicates.get_mut(predicate).map(|entry| &mut entry.wakes);
                    let at = wakes.map_or(0, |wakes| {
                        wakes.push(id);
                        wakes.len() as u32 - 1
                    });
                    (predicate, at)
                });
                Waits::Behind(behind.collect())
            }
            None => {
                let at = self.always.len() as u32;
                self.always.push(id);
                let looked_up = named(&code).filter(|id| predicates.can_be_indexed(*id));
                let looked_up: Box<[PredicateId]> = looked_up.collect();
                looked_up.iter().for_each(|id| predicates.index(*id));
                Waits::Always(at, looked_up)
            }
        };
        for predicate in named(&code) {
            if predicates
                .get(predicate)
                .is_some_and(|entry| !entry.is_indexed())
            {
                predicates.compare(predicate);
            }
        }
        let code: Arc<[Op]> = code.into();
        self.all.insert(Rule {
            code: code.clone(),
            ids: vec![filter],
            waits,
        });
        self.by_code.insert(code, id);
        id
    }

    /// One filter less; a rule that no filter says any more goes.
    pub(super) fn remove(&mut self, id: RuleId, filter: FilterId, predicates: &mut Predicates) {
        let Some(rule) = self.all.get_mut(id as usize) else {
            return;
        };
        if let Ok(at) = rule.ids.binary_search(&filter) {
            rule.ids.remove(at);
        }
        if !rule.ids.is_empty() {
            return;
        }
        let Some(rule) = self.all.try_remove(id as usize) else {
            return;
        };
        self.by_code.remove(&rule.code);
        match rule.waits {
            Waits::Behind(behind) => {
                named(&rule.code).for_each(|predicate| predicates.release(predicate));
                for (predicate, at) in behind {
                    if let Some(entry) = predicates.get_mut(predicate) {
                        entry.wakes.swap_remove(at as usize);
                        let moved = entry.wakes.get(at as usize).copied();
                        self.moved(moved, predicate, at);
                    }
                    predicates.unindex(predicate);
                    predicates.release(predicate);
                }
            }
            Waits::Always(at, looked_up) => {
                self.always.swap_remove(at as usize);
                let moved = self.always.get(at as usize);
                if let Some(moved) = moved.and_then(|id| self.all.get_mut(*id as usize))
                    && let Waits::Always(place, _) = &mut moved.waits
                {
                    *place = at;
                }
                looked_up.iter().for_each(|id| predicates.unindex(*id));
                named(&rule.code).for_each(|predicate| predicates.release(predicate));
            }
        }
    }

    /// A rule has another position now among those that a predicate wakes.
    fn moved(&mut self, rule: Option<RuleId>, predicate: PredicateId, at: u32) {
        if let Some(rule) = rule.and_then(|id| self.all.get_mut(id as usize))
            && let Waits::Behind(behind) = &mut rule.waits
            && let Ok(place) = behind.binary_search_by_key(&predicate, |(id, _)| *id)
            && let Some(entry) = behind.get_mut(place)
        {
            entry.1 = at;
        }
    }
}
