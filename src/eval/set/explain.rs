//! Explains how a set finds its matches.

use std::collections::BTreeSet;

use super::FilterSet;
use super::ids::PlaceId;
use crate::eval::explain::Explanation;

impl FilterSet {
    /// How the set finds its matches: what it searches for before it reads an event, what it then
    /// reads, and what wakes its filters.
    ///
    /// ```
    /// use qualys_filter::{FilterSet, Query, Schema};
    ///
    /// let texts = ["file.hash.md5:9e107d9d372bb6826bd81d3542a419d6", "type:FILE", "NOT type:FILE"];
    /// let filters = texts.map(|text| text.parse::<Query>().unwrap().check(Schema::edr()).unwrap());
    /// assert_eq!(FilterSet::new(&filters[..2]).explain().to_string(), "\
    /// look for the keys \"md5\", \"type\" and a value after them that something waits for, or `\\u00`
    /// read the events where one occurs
    /// of an event read file.md5, type
    /// run those of 2 different filters that these wake");
    /// assert!(FilterSet::new(&filters).explain().to_string().starts_with("read every event"));
    /// ```
    pub fn explain(&self) -> Explanation {
        let set = &*self.set;
        let mut lines = Vec::new();
        match set.prefilter() {
            _ if self.strict => {
                lines.push("read every event: every byte is validated".to_owned());
            }
            Some(prefilter) => {
                let keys = prefilter.keys().collect::<Vec<_>>().join(", ");
                lines.push(format!(
                    "look for the keys {keys} and a value after them that something waits for, or \
                     `\\u00`"
                ));
                lines.push("read the events where one occurs".to_owned());
            }
            None => lines.push(
                "read every event: the filters wait for more than a few keys with whole values"
                    .to_owned(),
            ),
        }
        let places: BTreeSet<String> = set.predicates.read().map(|id| self.path(id)).collect();
        if !places.is_empty() {
            let places = places.into_iter().collect::<Vec<_>>().join(", ");
            lines.push(format!("of an event read {places}"));
        }
        if set.predicates.free_text().is_some() {
            lines.push("read every string of it".to_owned());
        }
        let (all, always) = (set.rules.count(), set.rules.always.len());
        lines.push(format!(
            "run those of {all} different filters that these wake"
        ));
        if always > 0 {
            lines.push(format!("run {always} of them in any case"));
        }
        Explanation::new(None, lines)
    }

    /// The keys of a path, joined by dots.
    fn path(&self, place: PlaceId) -> String {
        if place == PlaceId::ROOT {
            return "itself".to_owned();
        }
        let mut keys: Vec<&str> = self.set.predicates.places.keys_back(place).collect();
        keys.reverse();
        keys.join(".")
    }
}
