//! Holds every engine of the library against the reference.

use qualys_filter::schema::{self, UnknownTokens};
use qualys_filter::{CheckOptions, Checked, FilterSet, Query};

use super::filters;
use super::generate::{self, Dice};
use super::{Json, Reference, Schema, date};

/// What `now` is in all comparisons.
pub const NOW: &str = "2024-09-22T12:00:00Z";

/// What has been compared, and what differed.
#[derive(Debug, Default)]
pub struct Comparison {
    pub filters: u64,
    /// Of these, what the parser takes.
    pub well_formed: u64,
    /// Of these, what fits the schema.
    pub accepted: u64,
    /// Filters × events.
    pub comparisons: u64,
    /// Of these, where the answer is yes.
    pub hits: u64,
    pub differences: Vec<String>,
}

impl Comparison {
    /// One schema, some filters for it, each on some events for it.
    pub fn round(&mut self, dice: &mut Dice<'_>, filters: usize, events: usize) {
        let schema = generate::schema(dice);
        let own = library(&schema);
        let filters: Vec<String> = (0..filters)
            .map(|_| filters::filter(dice, &schema))
            .collect();
        let events: Vec<String> = (0..events)
            .map(|_| generate::event(dice, &schema))
            .collect();
        let events: Vec<&[u8]> = events.iter().map(String::as_bytes).collect();
        for filter in filters {
            self.filter(&filter, &schema, &own, &events);
        }
    }

    /// One filter on some events.
    pub fn filter(
        &mut self,
        text: &str,
        schema: &Schema,
        own: &qualys_filter::Schema,
        events: &[&[u8]],
    ) {
        self.filters += 1;
        let Ok(query) = text.parse::<Query>() else {
            return;
        };
        self.well_formed += 1;
        let now = date::in_string(NOW).expect("it is a date");
        let right = Reference::of(&query, schema, now);
        let options = CheckOptions::at(NOW.parse().expect("it is a date"));
        match (right, query.check_with(own, &options)) {
            (Ok(right), Ok(checked)) => {
                self.accepted += 1;
                self.answers(&right, &checked, schema, events);
            }
            (Err(_), Err(_)) => {}
            (Err(why), Ok(_)) => {
                self.differs(&format!("accepted, not {why:?}"), text, schema, b"");
            }
            (Ok(_), Err(errors)) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                self.differs(&format!("refused, {errors:?}"), text, schema, b"");
            }
        }
    }

    fn answers(&mut self, right: &Reference, checked: &Checked, schema: &Schema, events: &[&[u8]]) {
        let filter = checked.compile();
        let set = FilterSet::new([checked]);
        for event in events {
            let json = Json::read(event, 128).expect("it is JSON");
            let answer = right.answer(&json);
            self.comparisons += 1;
            self.hits += u64::from(answer);
            let mut found = vec![
                ("is_match", filter.is_match(event).ok(), answer),
                ("scan", Some(filter.scan(event).count() == 1), answer),
                (
                    "set",
                    set.matches(event).ok().map(|ids| !ids.is_empty()),
                    answer,
                ),
            ];
            // A parsed value is held against what the parser kept.
            if let Ok(value) = serde_json::from_slice::<serde_json::Value>(event) {
                let kept = value.to_string();
                let kept = Json::read(kept.as_bytes(), 128).expect("it was printed as JSON");
                let kept = right.answer(&kept);
                found.push(("is_match_value", Some(filter.is_match_value(&value)), kept));
            }
            for (engine, found, right) in found {
                if found != Some(right) {
                    let what = format!("{engine}: {found:?}, not {right}");
                    self.differs(&what, checked.text(), schema, event);
                }
            }
        }
    }

    fn differs(&mut self, what: &str, filter: &str, schema: &Schema, event: &[u8]) {
        let event = String::from_utf8_lossy(event);
        let tokens: Vec<String> = schema.tokens.iter().map(ToString::to_string).collect();
        let tokens = match tokens.len() {
            0..20 => tokens.join("\n  "),
            _ => String::from("(many tokens)"),
        };
        let difference = format!("{what}\n  {filter}\n  {event}\n  {tokens}");
        self.differences.push(difference);
    }
}

/// The library's schema with the same tokens.
pub fn library(schema: &Schema) -> qualys_filter::Schema {
    let mut made =
        qualys_filter::Schema::empty().with_unknown_tokens(match schema.denies_unknown {
            true => UnknownTokens::Deny,
            false => UnknownTokens::Warn,
        });
    for token in &schema.tokens {
        let kind = token.kind.name().parse();
        let kind: schema::Kind = kind.expect("kinds have the same names");
        let mut of = schema::Token::new(&token.name, kind);
        for path in &token.paths {
            of = of.with_path(path).expect("paths are written alike");
        }
        for alias in &token.aliases {
            of = of.with_alias(alias);
        }
        of = of.with_group_only(token.group_only);
        for value in &token.no_values {
            of = of.with_no_value(value);
        }
        if token.guessed {
            of = of.with_kind_evidence(schema::Evidence::Inferred);
        }
        made = made.with_token(of).expect("names are different");
    }
    made
}
