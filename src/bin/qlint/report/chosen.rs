//! The schemas that were chosen for filters.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use qualys_filter::check::Choice;

/// A schema that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) schema: String,
    /// For how many filters of the file.
    pub(crate) filters: usize,
    /// How many tokens those have, and how many of these the schema knows.
    pub(crate) tokens: usize,
    pub(crate) known: usize,
}

impl Chosen {
    /// The schemas of choices, each once, in the order of the filters.
    pub(crate) fn of<'c>(choices: impl Iterator<Item = &'c Choice>) -> Vec<Chosen> {
        let mut all: Vec<Chosen> = Vec::new();
        for choice in choices {
            let schema = choice.schema().name();
            let at = all.iter().position(|known| known.schema == schema);
            let at = at.unwrap_or_else(|| {
                all.push(Chosen {
                    schema: schema.to_owned(),
                    filters: 0,
                    tokens: 0,
                    known: 0,
                });
                all.len() - 1
            });
            if let Some(chosen) = all.get_mut(at) {
                chosen.filters += 1;
                chosen.tokens += choice.tokens();
                chosen.known += choice.known();
            }
        }
        all
    }
}

/// What the schemas are that were chosen for filters with tokens, with the number of filters where there
/// are several. Returns nothing if there are none.
pub(crate) fn shown<'c>(chosen: impl IntoIterator<Item = &'c Chosen>) -> Option<String> {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for chosen in chosen.into_iter().filter(|chosen| chosen.tokens > 0) {
        *all.entry(&chosen.schema).or_default() += chosen.filters;
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, filters)| Reverse(*filters));
    Some(match all.as_slice() {
        [] => return None,
        [(one, _)] => format!("schema: {one}"),
        several => {
            let each = several
                .iter()
                .map(|(name, count)| format!("{name} {count}"));
            format!("schemas: {}", each.collect::<Vec<_>>().join(", "))
        }
    })
}
