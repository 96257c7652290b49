//! Values for other programs, such as an editor's or a binding's. The forms are listed on the page on the library
//! and its features; keys may be added to them, and none changes its meaning.
//!
//! What is read back is what has one reading and nothing to hide: names, places, edits, and the text of a query,
//! which the parser reads within the default limits as it reads any other.

use std::fmt::{self, Formatter};
use std::marker::PhantomData;
use std::str::FromStr;

use chrono::SecondsFormat;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::build::{BuildError, BuildErrors};
use crate::check::{CheckErrors, Checked, Finding};
use crate::diagnostic::{
    Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level, Severity, Stage,
};
#[cfg(feature = "eval")]
use crate::eval::{EventError, FilterId, SetError};
use crate::schema::{
    Evidence, Kind, OnlyIn, Path, Product, QuotedRanges, Requests, Retention, Root, Schema,
    SortForm, Token, UnknownTokens,
};
#[cfg(feature = "schema-toml")]
use crate::schema::{SchemaError, SchemaErrors};
use crate::span::Span;
use crate::syntax::{Comparison, ParseError, ParseErrors, Query};
use crate::value::Unit;

/// Types that are their text: what `Display` writes, and `FromStr` reads if they are read back.
macro_rules! texts {
    ($($type:ty),*) => {
        $(
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $type {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                    deserializer.deserialize_str(Text(PhantomData))
                }
            }
        )*
    };
}

texts!(
    Applicability,
    Comparison,
    Evidence,
    FixAvailability,
    Kind,
    Level,
    OnlyIn,
    Path,
    QuotedRanges,
    Retention,
    Severity,
    SortForm,
    Stage,
    Unit,
    UnknownTokens
);

/// Reads a type from its text.
struct Text<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Types that are objects: their keys, with the values in this order.
macro_rules! objects {
    ($($type:ty, $this:ident { $($key:literal: $value:expr),* $(,)? })*) => {
        $(
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let $this = self;
                    let keys = [$($key),*].len();
                    let mut object = serializer.serialize_struct(stringify!($type), keys)?;
                    $(object.serialize_field($key, &$value)?;)*
                    object.end()
                }
            }
        )*
    };
}

objects! {
    Span, span { "start": span.start, "end": span.end }
    Edit, edit { "span": edit.span, "text": edit.text }
    Fix, fix { "applicability": fix.applicability(), "edits": fix.edits() }
    Diagnostic, diagnostic {
        "code": diagnostic.code(),
        "severity": diagnostic.severity(),
        "span": diagnostic.span(),
        "message": diagnostic.message(),
        "label": diagnostic.label(),
        "help": diagnostic.help(),
        "fix": diagnostic.fix(),
    }
    BuildError, error { "code": error.code(), "message": error.to_string(), "help": error.help() }
    Token, token {
        "name": token.name(),
        "kind": token.kind(),
        "paths": token.paths(),
        "values": Each(|| token.values()),
        "aliases": Each(|| token.aliases()),
        "group_only": token.is_group_only(),
        "only_in": token.only_in(),
        "null_when": token.null_when(),
        "prefer": token.prefer(),
        "no_values": Each(|| token.no_values()),
        "description": token.description(),
        "scope": token.scope(),
        "evidence": token.evidence(),
        "kind_evidence": token.kind_evidence(),
        "path_evidence": token.path_evidence(),
        "source": Some(token.source()).filter(|source| !source.is_empty()),
    }
    Product, product {
        "label": product.label,
        "since": product.since.map(|since| since.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        "retention": product.retention,
        "event_time": product.event_time,
        "processed_time": product.processed_time,
        "scopes": product.scopes,
        "roots": product.roots,
        "quoted_ranges": product.quoted_ranges,
        "requests": product.requests,
    }
    Root, root {
        "path": root.path,
        "scope": root.scope,
    }
    Requests, requests {
        "filter": requests.filter_name(),
        "second_filter": requests.second_filter,
        "sort": requests.sort,
        "first_page": requests.first_page,
        "largest_page": requests.largest_page,
    }
    Schema, schema {
        "name": schema.name(),
        "unknown": schema.unknown_tokens(),
        "product": schema.product(),
        "tokens": schema.tokens(),
    }
}

#[cfg(feature = "eval")]
objects! {
    EventError, error {
        "code": error.code(),
        "message": error.kind().to_string(),
        "help": error.help(),
        "offset": error.offset(),
    }
    SetError, error { "code": error.code(), "message": error.to_string(), "help": error.help() }
}

/// A list of what can be asked for again.
struct Each<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Errors are what there is to say about them, and lists of errors are lists of that.
macro_rules! diagnostics {
    ($list:ty, $error:ty) => {
        impl Serialize for $error {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.diagnostic().serialize(serializer)
            }
        }

        impl Serialize for $list {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.diagnostics())
            }
        }
    };
}

diagnostics!(ParseErrors, ParseError);
diagnostics!(CheckErrors, Finding);
#[cfg(feature = "schema-toml")]
diagnostics!(SchemaErrors, SchemaError);

impl Serialize for BuildErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// As it was read, so that the places of its parts are places in it.
impl Serialize for Query {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

impl Serialize for Checked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Query, D::Error> {
        struct Filter;
        impl Visitor<'_> for Filter {
            type Value = Query;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("the text of a filter")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Query, E> {
                text.parse::<Query>().map_err(|errors| {
                    let place =
                        |error: &ParseError| format!("{error} at byte {}", error.span().start);
                    let places: Vec<String> = errors.iter().map(place).collect();
                    E::custom(format_args!("{errors}: {}", places.join("; ")))
                })
            }
        }
        deserializer.deserialize_str(Filter)
    }
}

/// Objects that are read back have the same keys, and no others.
macro_rules! read {
    ($type:ident { $($key:ident: $of:ty),* }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Object {
                    $($key: $of),*
                }
                let Object { $($key),* } = Object::deserialize(deserializer)?;
                Ok($type { $($key),* })
            }
        }
    };
}

read!(Span {
    start: u32,
    end: u32
});
read!(Edit {
    span: Span,
    text: String
});

#[cfg(feature = "eval")]
impl Serialize for FilterId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.index().serialize(serializer)
    }
}

#[cfg(feature = "eval")]
impl<'de> Deserialize<'de> for FilterId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FilterId, D::Error> {
        u32::deserialize(deserializer).map(FilterId::new)
    }
}
