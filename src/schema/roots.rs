//! Where the events are in answers of the API.

use super::path::Path;

/// Where answers of a product's API have what they list: the path to an array of events, or to one event.
///
/// A schema file says it with `roots` in the table `[product]`. [`Schema::root_of`](crate::Schema::root_of) says
/// whether a document is such an answer.
///
/// ```
/// use qualys_filter::Schema;
///
/// let csam = Schema::built_in("csam").unwrap();
/// assert_eq!(csam.product().roots[0].path.to_string(), "assetListData.asset[]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Root {
    /// The path, from the answer on.
    pub path: Path,
    /// The scope whose answers these are; none if those of all scopes are.
    pub scope: Option<String>,
}

impl Root {
    /// A root of the answers of all scopes.
    pub fn new(path: Path) -> Root {
        let scope = None;
        Root { path, scope }
    }

    /// Sets the scope whose answers these are.
    #[must_use]
    pub fn with_scope(mut self, scope: &str) -> Root {
        self.scope = Some(scope.to_owned());
        self
    }
}
