//! Some values of an event, for `--fields`.

use std::collections::HashMap;

use qualys_filter::Schema;
use qualys_filter::schema::Path;
use serde_json::value::RawValue;

use crate::outcome::Failure;

/// The values to print of each event.
pub(super) struct Fields(Vec<(String, Vec<Path>)>);

impl Fields {
    /// The fields of these names: search tokens of one of the schemas, or else JSON paths.
    ///
    /// # Errors
    ///
    /// If a name is neither.
    pub(super) fn new(names: &[String], schemas: &[Schema]) -> Result<Fields, Failure> {
        let field = |name: &String| {
            let name = name.trim();
            let mut tokens = schemas.iter().filter_map(|schema| schema.token(name));
            let token = tokens.find(|token| !token.paths().is_empty());
            let paths = match token {
                Some(token) => token.paths().to_vec(),
                None => {
                    let path = name.parse();
                    vec![path.map_err(|error| format!("--fields {name}: {error}"))?]
                }
            };
            Ok((name.to_owned(), paths))
        };
        names
            .iter()
            .map(field)
            .collect::<Result<_, _>>()
            .map(Fields)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An object with the values of an event, in the order of the fields. What is missing is `null`, and
    /// what is in an array on the way is a list.
    pub(super) fn of(&self, event: &str) -> String {
        let fields = self.0.iter().map(|(name, paths)| {
            let mut values = paths.iter().map(|path| {
                let keys: Vec<&str> = path.keys().collect();
                let mut found = Found::default();
                found.look(event, &keys);
                found
            });
            let found = values.find(|found| !found.values.is_empty());
            let value = found.map_or_else(|| "null".to_owned(), Found::shown);
            format!("{}:{value}", serde_json::Value::from(name.as_str()))
        });
        let fields: Vec<String> = fields.collect();
        format!("{{{}}}", fields.join(","))
    }
}

/// The values at a path.
#[derive(Default)]
struct Found {
    values: Vec<String>,
    /// Whether there was an array on the way.
    several: bool,
}

impl Found {
    /// Adds the values at these keys of a value. Of equal keys the first counts.
    fn look(&mut self, json: &str, keys: &[&str]) {
        let json = json.trim_start();
        let [key, rest @ ..] = keys else {
            if json.trim_end() != "null" {
                let mut value = Vec::new();
                let written = super::compact::write(&mut value, json.as_bytes());
                let value = written.ok().and_then(|()| String::from_utf8(value).ok());
                self.values.extend(value);
            }
            return;
        };
        match json.as_bytes().first() {
            Some(b'[') => {
                self.several = true;
                let elements: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
                elements
                    .iter()
                    .for_each(|element| self.look(element.get(), keys));
            }
            Some(b'{') => {
                let members: Result<Members<'_>, _> = serde_json::from_str(json);
                let members = members.map(|Members(members)| members).unwrap_or_default();
                if let Some(member) = members.get(*key) {
                    self.look(member.get(), rest);
                }
            }
            _ => {}
        }
    }

    fn shown(self) -> String {
        match (self.several, self.values.as_slice()) {
            (false, [one]) => one.clone(),
            (_, values) => format!("[{}]", values.join(",")),
        }
    }
}

/// The members of an object, the first of those with the same key.
struct Members<'e>(HashMap<String, &'e RawValue>);

impl<'de: 'e, 'e> serde::Deserialize<'de> for Members<'e> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = HashMap<String, &'de RawValue>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                let mut members = HashMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    members.entry(key).or_insert(value);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Visitor).map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_at_the_paths() {
        let event = r#"{ "a": {"b": [ {"c": 1}, {"c": [2, 3]}, {} ]}, "d": null, "e": {"f": "x y"}, "g": 1, "g": 2 }"#;
        for (names, right) in [
            ("a.b.c", r#"{"a.b.c":[1,[2,3]]}"#),
            ("d,e.f", r#"{"d":null,"e.f":"x y"}"#),
            ("g,e", r#"{"g":1,"e":{"f":"x y"}}"#),
            ("a.b", r#"{"a.b":[{"c":1},{"c":[2,3]},{}]}"#),
            ("g.h", r#"{"g.h":null}"#),
        ] {
            let names: Vec<String> = names.split(',').map(str::to_owned).collect();
            let fields = Fields::new(&names, &[]).unwrap();
            assert_eq!(fields.of(event), right);
        }
        assert!(Fields::new(&["a..b".to_owned()], &[]).is_err());
    }
}
