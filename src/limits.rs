//! Every limit in one place.

/// What a query and an event may measure. Over a limit is an error that names it, never a crash.
///
/// The default for clauses and nesting is the service's own ("Maximum query depth",
/// <https://docs.qualys.com/en/ud/latest/qql_topics/maximum_query_depth.htm>); the others are this
/// crate's. Every field may be lowered and raised.
///
/// ```
/// use qualys_filter::{Limits, Query};
///
/// let limits = Limits::default().with_clauses(1);
/// assert!(Query::parse_with("type:FILE", &limits).is_ok());
/// assert!(Query::parse_with("type:FILE OR type:PROCESS", &limits).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a query's text. Never more than `u32::MAX`, whatever is asked for.
    pub query_bytes: usize,
    /// Clauses of a query: a list counts as one, every value of a group as one.
    pub clauses: usize,
    /// Parentheses and `NOT`s around a clause.
    pub nesting: usize,
    /// Values in one list.
    pub list_items: usize,
    /// `*` in one pattern.
    pub wildcards: usize,
    /// Objects and arrays around a value of an event; `{}` is 1.
    pub event_nesting: usize,
    /// Bytes of one event.
    pub event_bytes: usize,
    /// Filters of a [`FilterSet`](crate::FilterSet). Never more than `u32::MAX`.
    pub filters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            query_bytes: 64 * 1024,
            clauses: 1000,
            nesting: 1000,
            list_items: 1024,
            wildcards: 32,
            event_nesting: 128,
            event_bytes: 16 * 1024 * 1024,
            filters: 1_000_000,
        }
    }
}

impl Limits {
    /// No limit but those of memory and of the types, for callers who trust their input.
    ///
    /// ```
    /// use qualys_filter::{Limits, Query};
    ///
    /// let long = vec!["type:FILE"; 100_000].join(" OR ");
    /// assert!(Query::parse_with(&long, &Limits::none()).is_ok());
    /// ```
    pub fn none() -> Limits {
        Limits {
            query_bytes: u32::MAX as usize,
            clauses: usize::MAX,
            nesting: usize::MAX,
            list_items: usize::MAX,
            wildcards: usize::MAX,
            event_nesting: usize::MAX,
            event_bytes: usize::MAX,
            filters: usize::MAX,
        }
    }

    /// Sets the limit on the bytes of a query. It is never more than `u32::MAX`.
    #[must_use]
    pub const fn with_query_bytes(mut self, query_bytes: usize) -> Limits {
        self.query_bytes = query_bytes;
        self
    }

    /// Sets the limit on the clauses of a query.
    #[must_use]
    pub const fn with_clauses(mut self, clauses: usize) -> Limits {
        self.clauses = clauses;
        self
    }

    /// Sets the limit on the parentheses and `NOT`s around a clause.
    #[must_use]
    pub const fn with_nesting(mut self, nesting: usize) -> Limits {
        self.nesting = nesting;
        self
    }

    /// Sets the limit on the values in one list.
    #[must_use]
    pub const fn with_list_items(mut self, list_items: usize) -> Limits {
        self.list_items = list_items;
        self
    }

    /// Sets the limit on the `*` in one pattern.
    #[must_use]
    pub const fn with_wildcards(mut self, wildcards: usize) -> Limits {
        self.wildcards = wildcards;
        self
    }

    /// Sets the limit on the objects and arrays around a value of an event.
    #[must_use]
    pub const fn with_event_nesting(mut self, event_nesting: usize) -> Limits {
        self.event_nesting = event_nesting;
        self
    }

    /// Sets the limit on the bytes of one event.
    #[must_use]
    pub const fn with_event_bytes(mut self, event_bytes: usize) -> Limits {
        self.event_bytes = event_bytes;
        self
    }

    /// Sets the limit on the filters of a set. It is never more than `u32::MAX`.
    #[must_use]
    pub const fn with_filters(mut self, filters: usize) -> Limits {
        self.filters = filters;
        self
    }
}
