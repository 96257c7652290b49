//! Whether a document is an answer of the API, with the events inside of it.

use std::collections::HashSet;

use crate::eval::buffer::split::BOM;
use crate::eval::json::{Cursor, Level};
use crate::limits::Limits;
use crate::schema::{Path, Schema};

impl Schema {
    /// Where the events are in the documents of a buffer, if its first document is an answer of the API: an object, or
    /// one in an array, that
    ///
    /// * has an array or an object at one of the [roots](Schema::roots) of the schema, and
    /// * has no key that the paths of the schema's tokens begin with, but that of the root: it is no event itself.
    ///
    /// Of several roots the first counts. The buffer may end inside of the first document, which is then judged by what
    /// there is of it.
    ///
    /// ```
    /// use qualys_filter::{Query, ScanOptions, Schema};
    ///
    /// let answer = br#"[{"sortValues": [], "data": {"action": "Create"}}]"#;
    /// let schema = Schema::fim();
    /// let root = schema.root_of(answer);
    /// assert_eq!(root.unwrap().to_string(), "data");
    /// assert_eq!(schema.root_of(br#"{"action": "Create", "data": {}}"#), None);
    ///
    /// let mut options = ScanOptions::default();
    /// options.root = root.cloned();
    /// let filter = "action:Create".parse::<Query>()?.check(schema)?.compile();
    /// assert_eq!(filter.scan_with(answer, &options).count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn root_of(&self, buffer: &[u8]) -> Option<&Path> {
        let roots: Vec<&Path> = self.roots().collect();
        if roots.is_empty() {
            return None;
        }
        let tokens = self.whole().tokens().iter().chain(self.tokens());
        let places = tokens.flat_map(|token| token.places());
        let asked: HashSet<&str> = places.filter_map(|path| path.keys().next()).collect();
        let mut cursor = start(buffer)?;
        // For each root whether it is there, once its first key has been seen.
        let mut found: Vec<Option<bool>> = vec![None; roots.len()];
        let mut first = true;
        // A document that breaks off is judged by what there is.
        while let Ok(true) = cursor.next_member(first) {
            first = false;
            let Ok(key) = cursor.string().and_then(|key| key.decode()) else {
                break;
            };
            if cursor.colon().is_err() {
                break;
            }
            let mut is_of_root = false;
            for (root, found) in roots.iter().zip(&mut found) {
                let mut keys = root.keys();
                if keys.next() == Some(&*key) {
                    is_of_root = true;
                    found.get_or_insert_with(|| opens_at(keys, cursor.clone()));
                }
            }
            if !is_of_root && asked.contains(&*key) {
                return None;
            }
            if cursor.skip(0).is_err() {
                break;
            }
        }
        let mut found = roots.into_iter().zip(found);
        let (root, _) = found.find(|(_, found)| *found == Some(true))?;
        Some(root)
    }
}

/// A cursor inside of the first object of a buffer, which may be the first element of an array.
fn start(buffer: &[u8]) -> Option<Cursor<'_>> {
    let nesting = Limits::default().event_nesting;
    let mut cursor = Cursor::new(Level::best(), buffer, 0, nesting);
    cursor.blanks();
    while cursor.rest().starts_with(BOM) {
        cursor = Cursor::new(Level::best(), buffer, cursor.at() + BOM.len(), nesting);
        cursor.blanks();
    }
    if cursor.eat(b'[') {
        cursor.blanks();
    }
    cursor.eat(b'{').then_some(cursor)
}

/// Whether there is an array or an object at these keys of the value at the cursor.
fn opens_at<'k>(keys: impl Iterator<Item = &'k str>, mut cursor: Cursor<'_>) -> bool {
    for wanted in keys {
        cursor.blanks();
        if !cursor.eat(b'{') || !finds(wanted, &mut cursor) {
            return false;
        }
    }
    cursor.blanks();
    matches!(cursor.peek(), Some(b'[' | b'{'))
}

/// Moves to the value of this key in an object; false if there is none.
fn finds(wanted: &str, cursor: &mut Cursor<'_>) -> bool {
    let mut first = true;
    while let Ok(true) = cursor.next_member(first) {
        first = false;
        let Ok(key) = cursor.string().and_then(|key| key.decode()) else {
            return false;
        };
        if cursor.colon().is_err() {
            return false;
        }
        if key == wanted {
            return true;
        }
        if cursor.skip(0).is_err() {
            return false;
        }
    }
    false
}
