//! Many filters against one event, in one pass.
//!
//! The conditions of all filters are kept once each, as *predicates*. The filters are kept once
//! each, as *rules* over those. Every rule has triggers: predicates of which at least one is true
//! whenever the rule is, chosen to be as rare as possible. An event is walked once, for all keys
//! that any filter reads. Each value is looked up in the index of its field: texts by hash;
//! prefixes, words and pieces in tries; bounds in sorted blocks. Only the rules whose triggers are
//! true are run. So the cost of an event depends on its bytes and its hits, not on the number of
//! filters.
//!
//! A trigger is what publish/subscribe systems call an access predicate (Fabret et al., Filtering
//! Algorithms and Implementation for Very Fast Publish/Subscribe Systems, 2001).

mod backoff;
mod builder;
mod code;
mod collect;
mod entry;
mod equal;
mod evaluate;
mod explain;
mod ids;
mod index;
mod intervals;
mod lists;
mod matches;
mod pieces;
mod places;
mod predicate;
mod prefilter;
mod room;
mod rule;
mod scan;
mod scanner;
mod shape;
mod trie;
mod triggers;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::iter::FusedIterator;
use std::sync::{Arc, OnceLock};

pub use builder::{FilterSetBuilder, Refused, SetError};
pub use ids::FilterId;
pub use matches::Matches;
pub use scan::{SetHit, SetScan};
pub use scanner::SetScanner;

use crate::eval::json::Level;
use crate::limits::Limits;
use ids::RuleId;
use predicate::Predicates;
use prefilter::Prefilter;
use room::Room;
use rule::Rules;

/// Many filters that run together. Cheap to clone, and may be used from many threads at once.
///
/// An event costs about the same with a hundred filters as with ten thousand: it is read once, and
/// only the filters that something in it may match are run.
///
/// ```
/// use qualys_filter::{FilterId, FilterSet, Query, Schema};
///
/// let texts = ["type:FILE", "type:FILE AND action:DELETED", "NOT type:PROCESS"];
/// let filters = texts.map(|text| text.parse::<Query>().unwrap().check(Schema::edr()).unwrap());
/// let mut set = FilterSet::new(&filters);
///
/// let event = br#"{"type": "FILE", "action": "CREATED"}"#;
/// let ids: Vec<usize> = set.matches(event)?.iter().map(|id| id.index()).collect();
/// assert_eq!(ids, [0, 2]);
///
/// let id = set.insert(&"action:CREATED".parse::<Query>()?.check(Schema::edr())?)?;
/// set.remove(FilterId::new(0));
/// assert_eq!(set.matches(event)?, [FilterId::new(2), id]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An empty set matches nothing. The filters may have been checked against different schemas.
#[derive(Clone, Debug)]
pub struct FilterSet {
    set: Arc<Set>,
    level: Level,
    strict: bool,
}

/// The parts of a set.
#[derive(Clone, Debug, Default)]
struct Set {
    predicates: Predicates,
    rules: Rules,
    filters: BTreeMap<FilterId, Entry>,
    /// The id of the next filter.
    next: u32,
    limits: Limits,
    /// The prefilter, if it pays; chosen when it is first needed after a change.
    prefilter: OnceLock<Option<Arc<Prefilter>>>,
}

/// A filter of a set.
#[derive(Clone, Debug)]
struct Entry {
    rule: RuleId,
    /// Its position among the filters of the rule.
    at: u32,
    name: Option<Box<str>>,
}

impl Set {
    /// The prefilter, if searching pays for these filters.
    fn prefilter(&self) -> Option<&Arc<Prefilter>> {
        let choose = || Prefilter::choose(&self.predicates, &self.rules).map(Arc::new);
        self.prefilter.get_or_init(choose).as_ref()
    }
}

impl From<Set> for FilterSet {
    fn from(set: Set) -> FilterSet {
        FilterSet {
            set: Arc::new(set),
            level: Level::best(),
            strict: false,
        }
    }
}

impl Default for FilterSet {
    fn default() -> FilterSet {
        FilterSet::new::<&crate::check::Checked>([])
    }
}

thread_local! {
    /// The scratch memory of this thread's sets. It is kept between events, so that an event costs
    /// no allocation.
    static ROOM: RefCell<Room> = RefCell::default();
}

impl FilterSet {
    /// How many filters there are.
    pub fn len(&self) -> usize {
        self.set.filters.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.set.filters.is_empty()
    }

    /// Whether there is a filter with this id.
    pub fn contains(&self, id: FilterId) -> bool {
        self.set.filters.contains_key(&id)
    }

    /// The ids of all filters, in ascending order.
    pub fn ids(
        &self,
    ) -> impl DoubleEndedIterator<Item = FilterId> + ExactSizeIterator + FusedIterator {
        self.set.filters.keys().copied()
    }

    /// The name of a filter, if it has one.
    pub fn name(&self, id: FilterId) -> Option<&str> {
        self.set.filters.get(&id)?.name.as_deref()
    }

    /// The same set, which validates every byte of an event as JSON (RFC 8259), as a parser does;
    /// see [`Filter::strict`](crate::Filter::strict).
    #[must_use]
    pub fn strict(&self) -> FilterSet {
        FilterSet {
            strict: true,
            ..self.clone()
        }
    }

    /// The same set for each instruction set of this processor, with its name. For tests.
    #[doc(hidden)]
    pub fn on_all_levels(&self) -> Vec<(&'static str, FilterSet)> {
        let on = |(name, level)| {
            let mut set = self.clone();
            set.level = level;
            (name, set)
        };
        Level::all().into_iter().map(on).collect()
    }

    /// The sizes of all parts of a set. For tests.
    #[doc(hidden)]
    pub fn sizes(&self) -> Vec<usize> {
        let set = &*self.set;
        let sizes = set.predicates.sizes().into_iter().chain(set.rules.sizes());
        sizes.chain([set.filters.len()]).collect()
    }
}
