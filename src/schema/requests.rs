//! How calls are written that hold a filter.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::name::{NameError, choice};

/// What is known of a product's calls that hold a filter, beside the filter itself.
///
/// A schema file says it in a table `[product.requests]`; `extends` inherits it, key by key.
///
/// ```
/// use qualys_filter::{Schema, schema::SortForm};
///
/// let requests = &Schema::built_in("cs").unwrap().product().requests;
/// assert_eq!(requests.sort, Some(SortForm::Colon));
/// assert_eq!((requests.first_page, requests.largest_page), (Some(1), Some(1000)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Requests {
    /// The name of the parameter with the filter; `filter`, if it is not given.
    pub filter: Option<String>,
    /// The name of the parameter with a second filter on the same call, if there is one.
    pub second_filter: Option<String>,
    /// How the order of the answers is written.
    pub sort: Option<SortForm>,
    /// The number of the first page.
    pub first_page: Option<u32>,
    /// The greatest documented size of a page.
    pub largest_page: Option<u32>,
}

impl Requests {
    /// The name of the parameter with the filter.
    ///
    /// ```
    /// use qualys_filter::Schema;
    ///
    /// assert_eq!(Schema::edr().product().requests.filter_name(), "filter");
    /// assert_eq!(Schema::built_in("pm").unwrap().product().requests.filter_name(), "query");
    /// ```
    pub fn filter_name(&self) -> &str {
        self.filter.as_deref().unwrap_or("filter")
    }
}

/// How a product writes the order of its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortForm {
    /// A text of JSON, `[{"event.dateTime":"asc"}]`; in a JSON body it is a string.
    Json,
    /// A token and a word, `created:desc`.
    Colon,
}

impl SortForm {
    /// Every form.
    pub const ALL: &'static [SortForm] = &[SortForm::Json, SortForm::Colon];

    /// The word for it in schema files.
    pub const fn as_str(self) -> &'static str {
        match self {
            SortForm::Json => "json",
            SortForm::Colon => "colon",
        }
    }
}

impl Display for SortForm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SortForm {
    type Err = NameError;

    fn from_str(name: &str) -> Result<SortForm, NameError> {
        choice("form of sorting", SortForm::ALL, SortForm::as_str, name)
    }
}
