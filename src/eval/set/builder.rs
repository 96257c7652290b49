//! Putting a set together.

use std::borrow::Borrow;
use std::fmt::{self, Display, Formatter};
use std::sync::{Arc, OnceLock};

use thiserror::Error;

use super::code::RuleCode;
use super::ids::{FilterId, RuleId};
use super::shape::Shape;
use super::{Entry, FilterSet, Set};
use crate::check::Checked;
use crate::diagnostic::Code;
use crate::limits::Limits;

/// Its summary is the first sentence of its section in the book.
static TOO_MANY_FILTERS: Code = Code::error(
    "qql::set::too_many_filters",
    "a set is given more filters than the limit `filters` allows",
);

/// Why a filter cannot be put into a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum SetError {
    /// One filter more than [`Limits::filters`].
    #[error("the set has more than {0} filters")]
    TooManyFilters(usize),
}

impl SetError {
    /// The code of this kind.
    pub fn code(self) -> &'static Code {
        match self {
            SetError::TooManyFilters(_) => &TOO_MANY_FILTERS,
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            SetError::TooManyFilters(_) => "raise the limit `filters`, or use several sets",
        }
    }
}

/// A filter that is not in a set, because something is wrong with it. Made by
/// [`FilterSet::partition`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refused<E> {
    /// Its position. No filter of the set has this id.
    pub id: FilterId,
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub error: E,
}

impl<E: Display> Display for Refused<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "filter `{}`: {}", self.name, self.error)
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Refused<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Puts a [`FilterSet`] together from filters with names, under limits.
///
/// ```
/// use qualys_filter::{FilterSetBuilder, Limits, Query, Schema};
///
/// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?;
/// let mut builder = FilterSetBuilder::new();
/// let id = builder.add_named("files", &filter);
/// builder.add(&filter);
/// let set = builder.with_limits(&Limits::default().with_event_bytes(1 << 20)).build()?;
/// assert_eq!(set.name(id), Some("files"));
/// assert_eq!(set.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct FilterSetBuilder<'c> {
    filters: Vec<(Option<Box<str>>, Option<&'c Checked>)>,
    limits: Limits,
}

impl<'c> FilterSetBuilder<'c> {
    /// No filter, and the default limits.
    pub fn new() -> FilterSetBuilder<'c> {
        FilterSetBuilder::default()
    }

    /// Adds a filter.
    pub fn add(&mut self, filter: &'c Checked) -> FilterId {
        self.push(None, Some(filter))
    }

    /// Adds a filter with a name, which [`FilterSet::name`] returns.
    pub fn add_named(&mut self, name: impl Into<String>, filter: &'c Checked) -> FilterId {
        self.push(Some(name.into().into()), Some(filter))
    }

    fn push(&mut self, name: Option<Box<str>>, filter: Option<&'c Checked>) -> FilterId {
        let id = FilterId(self.filters.len() as u32);
        self.filters.push((name, filter));
        id
    }

    /// Limits the number of filters and the size of an event; the other limits were those of the
    /// filters' checks.
    #[must_use]
    pub fn with_limits(self, limits: &Limits) -> FilterSetBuilder<'c> {
        let limits = limits.clone();
        FilterSetBuilder { limits, ..self }
    }

    /// The set.
    ///
    /// # Errors
    ///
    /// If there are more filters than the limits allow.
    pub fn build(self) -> Result<FilterSet, SetError> {
        let most = self.limits.filters.min(u32::MAX as usize);
        match self.filters.len() > most {
            true => Err(SetError::TooManyFilters(most)),
            false => Ok(self.built()),
        }
    }

    fn built(self) -> FilterSet {
        let mut set = Set::new(self.limits);
        // A predicate that many filters use is a poor trigger. So all filters are counted before
        // the first is added.
        let filters = self.filters.into_iter().map(|(name, filter)| {
            let filter = filter.map(|filter| {
                let shape = Shape::of(filter);
                let code = set.predicates.intern(&shape);
                (shape, code)
            });
            (name, filter)
        });
        let filters: Vec<_> = filters.collect();
        for (name, filter) in filters {
            match filter {
                Some((shape, code)) => {
                    set.add(name, &shape, code);
                }
                // A refused filter keeps its position.
                None => set.next += 1,
            }
        }
        let rules: Vec<_> = set.filters.values().map(|entry| entry.rule).collect();
        for rule in rules {
            set.rules.look_up(rule, &mut set.predicates);
        }
        set.into()
    }
}

impl Set {
    fn new(limits: Limits) -> Set {
        let mut set = Set {
            limits,
            ..Set::default()
        };
        set.predicates.event_nesting = set.limits.event_nesting;
        set
    }

    /// Adds a filter, whose rule has yet to be [looked up](super::rule::Rules::look_up).
    fn add(
        &mut self,
        name: Option<Box<str>>,
        shape: &Shape<'_>,
        code: RuleCode,
    ) -> (FilterId, RuleId) {
        let id = FilterId(self.next);
        self.next += 1;
        self.prefilter = OnceLock::new();
        let (rule, at) = self.rules.add(shape, code, id, &mut self.predicates);
        self.filters.insert(id, Entry { rule, at, name });
        (id, rule)
    }
}

impl FilterSet {
    /// The set of these filters, whose ids are their positions.
    ///
    /// Their number is limited by memory alone; [`FilterSetBuilder`] takes limits and names.
    pub fn new<C: Borrow<Checked>>(filters: impl IntoIterator<Item = C>) -> FilterSet {
        let filters: Vec<C> = filters.into_iter().collect();
        let mut builder = FilterSetBuilder::new();
        builder.limits.filters = usize::MAX;
        for filter in &filters {
            builder.add(filter.borrow());
        }
        builder.built()
    }

    /// The set of those filters that are good, and the others with their names. Every filter has
    /// its position as its id, good or not.
    ///
    /// ```
    /// use qualys_filter::{CheckErrors, Checked, FilterSet, ParseErrors, Query, Schema};
    ///
    /// fn read(text: &str) -> Result<Checked, Box<dyn std::error::Error>> {
    ///     Ok(text.parse::<Query>()?.check(Schema::edr())?)
    /// }
    /// let texts = [("files", "type:FILE"), ("large", "file.size:large"), ("new", "action:CREATED")];
    /// let (set, refused) = FilterSet::partition(texts.map(|(name, text)| (name, read(text))));
    /// assert_eq!(set.len(), 2);
    /// assert_eq!(refused[0].to_string(), "filter `large`: the filter does not fit its schema");
    /// let event = br#"{"type": "FILE", "action": "CREATED"}"#;
    /// let names: Vec<_> = set.matches(event)?.into_iter().filter_map(|id| set.name(id)).collect();
    /// assert_eq!(names, ["files", "new"]);
    /// # Ok::<(), qualys_filter::EventError>(())
    /// ```
    pub fn partition<N: Into<String>, C: Borrow<Checked>, E>(
        filters: impl IntoIterator<Item = (N, Result<C, E>)>,
    ) -> (FilterSet, Vec<Refused<E>>) {
        let mut refused = Vec::new();
        let filters: Vec<(String, Option<C>)> = (0..)
            .zip(filters)
            .map(|(position, (name, filter))| {
                let name = name.into();
                match filter {
                    Ok(filter) => (name, Some(filter)),
                    Err(error) => {
                        let id = FilterId(position);
                        refused.push(Refused {
                            id,
                            name: name.clone(),
                            error,
                        });
                        (name, None)
                    }
                }
            })
            .collect();
        let mut builder = FilterSetBuilder::new();
        builder.limits.filters = usize::MAX;
        for (name, filter) in &filters {
            let filter = filter.as_ref().map(Borrow::borrow);
            builder.push(Some(name.as_str().into()), filter);
        }
        (builder.built(), refused)
    }

    /// Adds a filter, in time that depends on the filter's size and not the set's. Returns its id.
    ///
    /// If the set has been cloned, it is copied first, so that the clones stay as they are.
    ///
    /// # Errors
    ///
    /// If the set has as many filters as its limits allow.
    pub fn insert(&mut self, filter: &Checked) -> Result<FilterId, SetError> {
        self.put(None, filter)
    }

    /// The same, with a name.
    ///
    /// # Errors
    ///
    /// As [`FilterSet::insert`].
    pub fn insert_named(
        &mut self,
        name: impl Into<String>,
        filter: &Checked,
    ) -> Result<FilterId, SetError> {
        self.put(Some(name.into().into()), filter)
    }

    fn put(&mut self, name: Option<Box<str>>, filter: &Checked) -> Result<FilterId, SetError> {
        let most = self.set.limits.filters;
        if self.len() >= most {
            return Err(SetError::TooManyFilters(most));
        }
        // Ids are not reused.
        if self.set.next == u32::MAX {
            return Err(SetError::TooManyFilters(u32::MAX as usize));
        }
        let set = Arc::make_mut(&mut self.set);
        let shape = Shape::of(filter);
        let code = set.predicates.intern(&shape);
        let (id, rule) = set.add(name, &shape, code);
        set.rules.look_up(rule, &mut set.predicates);
        Ok(id)
    }

    /// Removes a filter; false if there is none with this id. The others keep their ids.
    ///
    /// If the set has been cloned, it is copied first, so that the clones stay as they are.
    pub fn remove(&mut self, id: FilterId) -> bool {
        if !self.contains(id) {
            return false;
        }
        let set = Arc::make_mut(&mut self.set);
        set.prefilter = OnceLock::new();
        if let Some(entry) = set.filters.remove(&id) {
            let moved = set.rules.remove(entry.rule, entry.at, &mut set.predicates);
            if let Some(moved) = moved.and_then(|id| set.filters.get_mut(&id)) {
                moved.at = entry.at;
            }
        }
        true
    }
}
