//! Reading an event into a plain tree.

use std::collections::HashSet;

use serde_json::value::RawValue;

/// An event as a tree. Of equal keys only the first is kept, and numbers keep their text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as it was written.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads an event, if all of it is JSON with at most `nesting` objects and arrays around each
    /// other.
    ///
    /// ```
    /// use qualys_filter::eval::trace::Json;
    ///
    /// let event = Json::read(br#"{"a": 1e2, "a": 2}"#, 128);
    /// let number = Json::Number("1e2".to_owned());
    /// assert_eq!(event, Some(Json::Object(vec![("a".to_owned(), number)])));
    /// ```
    pub fn read(event: &[u8], nesting: usize) -> Option<Json> {
        let raw: &RawValue = serde_json::from_slice(event).ok()?;
        Json::from_raw(raw, nesting)
    }

    fn from_raw(raw: &RawValue, nesting: usize) -> Option<Json> {
        let text = raw.get();
        Some(match text.as_bytes().first()? {
            b'n' => Json::Null,
            b't' => Json::Boolean(true),
            b'f' => Json::Boolean(false),
            b'"' => Json::String(serde_json::from_str(text).ok()?),
            b'[' => {
                let nesting = nesting.checked_sub(1)?;
                let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                let elements = elements.into_iter().map(|raw| Json::from_raw(raw, nesting));
                Json::Array(elements.collect::<Option<_>>()?)
            }
            b'{' => {
                let nesting = nesting.checked_sub(1)?;
                let Members(members) = serde_json::from_str(text).ok()?;
                // Values that are not kept must be valid JSON too.
                let read = |(key, raw)| Some((key, Json::from_raw(raw, nesting)?));
                let mut members: Vec<_> = members.into_iter().map(read).collect::<Option<_>>()?;
                let mut seen = HashSet::new();
                members.retain(|(key, _)| seen.insert(key.clone()));
                Json::Object(members)
            }
            _ => Json::Number(text.to_owned()),
        })
    }
}

/// The members of an object in their order, with the later of equal keys too.
pub(super) struct Members<'e>(pub(super) Vec<(String, &'e RawValue)>);

impl<'de: 'e, 'e> serde::Deserialize<'de> for Members<'e> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Visitor).map(Members)
    }
}
