//! The rules of a set: its filters as instructions over predicates. Equal filters are one rule.

use std::collections::HashMap;
use std::sync::Arc;

use slab::Slab;

use super::code::{RuleCode, named};
use super::ids::{FilterId, PredicateId, RuleId};
use super::predicate::Predicates;
use super::shape::Shape;
use super::triggers::{self, Trigger};
use crate::eval::program::code::Op;

#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// The query, as instructions over predicates.
    pub(super) code: Arc<[Op<PredicateId>]>,
    /// The filters with this rule.
    pub(super) ids: Vec<FilterId>,
    waits: Waits,
    /// The predicates that were indexed so that they need not be evaluated one by one, sorted.
    looked_up: Vec<PredicateId>,
}

/// The triggers of a rule.
#[derive(Clone, Debug)]
enum Waits {
    /// One of these predicates, each with the rule's position among those that the predicate wakes.
    For(Box<[(PredicateId, u32)]>),
    /// Every event; the position of the rule among such rules.
    Always(u32),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    all: Slab<Rule>,
    by_code: HashMap<Arc<[Op<PredicateId>]>, RuleId>,
    /// The rules that every event wakes.
    pub(super) always: Vec<RuleId>,
}

impl Rules {
    pub(super) fn get(&self, id: RuleId) -> Option<&Rule> {
        self.all.get(id.index())
    }

    /// One more than the largest id.
    pub(super) fn len(&self) -> usize {
        self.all.capacity()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// The sizes of all parts.
    pub(super) fn sizes(&self) -> [usize; 3] {
        [self.all.len(), self.by_code.len(), self.always.len()]
    }

    /// Adds a filter to the rule of its query, which is made if it is new. Returns the rule, and
    /// the filter's position in it.
    pub(super) fn add(
        &mut self,
        shape: &Shape<'_>,
        code: RuleCode,
        filter: FilterId,
        predicates: &mut Predicates,
    ) -> (RuleId, u32) {
        if let Some(id) = self.by_code.get(&*code.ops).copied() {
            named(&code.ops).for_each(|predicate| predicates.release(predicate));
            let ids = self.all.get_mut(id.index()).map(|rule| &mut rule.ids);
            let at = ids.map_or(0, |ids| {
                ids.push(filter);
                ids.len() as u32 - 1
            });
            return (id, at);
        }
        let id = RuleId::new(self.all.vacant_key());
        let waits = match triggers::choose(shape, &predicates.weights(&code)) {
            Some(triggers) => {
                let mut found: Vec<PredicateId> = Vec::with_capacity(triggers.len());
                found.extend(triggers.into_iter().filter_map(|trigger| match trigger {
                    Trigger::Own(id) => {
                        let predicate = code.predicate(id)?;
                        predicates.use_again(predicate);
                        Some(predicate)
                    }
                    Trigger::Inside(key, test) => Some(predicates.of_test(key, &test)),
                    Trigger::FreeText(value) => Some(predicates.of_free_text(&value)),
                }));
                found.sort_unstable();
                found.dedup_by(|a, b| {
                    let same = a == b;
                    if same {
                        predicates.release(*a);
                    }
                    same
                });
                let found = found.into_iter().map(|predicate| {
                    predicates.index(predicate);
                    let wakes = predicates.get_mut(predicate).map(|entry| &mut entry.wakes);
                    let at = wakes.map_or(0, |wakes| {
                        wakes.push(id);
                        wakes.len() as u32 - 1
                    });
                    (predicate, at)
                });
                Waits::For(found.collect())
            }
            None => {
                self.always.push(id);
                Waits::Always(self.always.len() as u32 - 1)
            }
        };
        let code: Arc<[Op<PredicateId>]> = code.ops.into();
        self.all.insert(Rule {
            code: code.clone(),
            ids: vec![filter],
            waits,
            looked_up: Vec::new(),
        });
        self.by_code.insert(code, id);
        (id, 0)
    }

    /// Indexes the predicates of a rule whose fields have an index anyway; all that can be indexed,
    /// if every event wakes the rule. The others get a check, to be evaluated with.
    pub(super) fn look_up(&mut self, id: RuleId, predicates: &mut Predicates) {
        let Some(rule) = self.all.get_mut(id.index()) else {
            return;
        };
        let mut named: Vec<PredicateId> = named(&rule.code).collect();
        named.sort_unstable();
        named.dedup();
        let mut more = Vec::new();
        for predicate in named {
            if rule.looked_up.binary_search(&predicate).is_ok() {
                continue;
            }
            let worth = match rule.waits {
                Waits::Always(_) => predicates.can_be_indexed(predicate),
                Waits::For(_) => predicates.is_index_near(predicate),
            };
            if worth {
                predicates.index(predicate);
                more.push(predicate);
            } else if predicates.is_asked(predicate) {
                predicates.compare(predicate);
            }
        }
        rule.looked_up.extend(more);
        rule.looked_up.sort_unstable();
    }

    /// Removes the filter at index `at` and returns the one swapped into its place. Drops the rule
    /// with its last filter.
    pub(super) fn remove(
        &mut self,
        id: RuleId,
        at: u32,
        predicates: &mut Predicates,
    ) -> Option<FilterId> {
        let rule = self.all.get_mut(id.index())?;
        rule.ids.swap_remove(at as usize);
        let moved = rule.ids.get(at as usize).copied();
        if rule.ids.is_empty() {
            self.remove_rule(id, predicates);
        }
        moved
    }

    fn remove_rule(&mut self, id: RuleId, predicates: &mut Predicates) {
        let Some(rule) = self.all.try_remove(id.index()) else {
            return;
        };
        self.by_code.remove(&rule.code);
        rule.looked_up.iter().for_each(|id| predicates.unindex(*id));
        named(&rule.code).for_each(|predicate| predicates.release(predicate));
        match rule.waits {
            Waits::For(found) => {
                for (predicate, at) in found {
                    if let Some(entry) = predicates.get_mut(predicate) {
                        entry.wakes.swap_remove(at as usize);
                        let moved = entry.wakes.get(at as usize).copied();
                        self.moved(moved, predicate, at);
                    }
                    predicates.unindex(predicate);
                    predicates.release(predicate);
                }
            }
            Waits::Always(at) => {
                self.always.swap_remove(at as usize);
                let moved = self.always.get(at as usize);
                if let Some(moved) = moved.and_then(|id| self.all.get_mut(id.index()))
                    && let Waits::Always(place) = &mut moved.waits
                {
                    *place = at;
                }
            }
        }
    }

    /// Records that a rule has moved among those that a predicate wakes.
    fn moved(&mut self, rule: Option<RuleId>, predicate: PredicateId, at: u32) {
        if let Some(rule) = rule.and_then(|id| self.all.get_mut(id.index()))
            && let Waits::For(found) = &mut rule.waits
            && let Ok(place) = found.binary_search_by_key(&predicate, |(id, _)| *id)
            && let Some(entry) = found.get_mut(place)
        {
            entry.1 = at;
        }
    }
}
