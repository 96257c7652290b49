//! Clauses on one token.

use super::error::BuildError;
use super::value::{Value, no_range, quoted};
use super::{Draft, Shape};
use crate::syntax::{is_token_name, quote};

/// A token without its condition yet. Made by [`token`].
///
/// Each way of writing a value has a method, since each has a meaning of its own in the language:
///
/// | method | written | the event matches if |
/// |---|---|---|
/// | [`is`](TokenDraft::is) | `` a:`x` ``, `a:5`, `a:"2024-05-01"` | the value is this; a text as a whole and in this case |
/// | [`equal_to`](TokenDraft::equal_to) | `a = 5`, `a = "4.8"` | the value equals this as a number, date, version or address |
/// | [`one_of`](TokenDraft::one_of) | `` a:[`x`, `y`] `` | the value is any of these, as by `is` |
/// | [`has_words`](TokenDraft::has_words) | `a:"x y"` | a text has these words in this order; a keyword is this in any case; an id starts with this |
/// | [`contains`](TokenDraft::contains) | `a:"*x*"` | the value has these characters anywhere, in any case |
/// | [`starts_with`](TokenDraft::starts_with), [`ends_with`](TokenDraft::ends_with) | `a:"x*"`, `a:"*x"` | the value, or a word of it, starts or ends with this, in any case |
/// | [`matches`](TokenDraft::matches) | `a:"x*y"` | the value fits the pattern |
/// | [`less_than`](TokenDraft::less_than), [`at_most`](TokenDraft::at_most), [`greater_than`](TokenDraft::greater_than), [`at_least`](TokenDraft::at_least) | `a < 5`, `a <= 5`, `a > 5`, `a >= 5` | the value is less or greater; a time is before or after |
/// | [`between`](TokenDraft::between) | `a:[1 .. 5]` | the value lies between these, both included |
/// | [`from_until`](TokenDraft::from_until) | `a:[1 .. 5)` | the same, with the lower bound only |
/// | [`strictly_between`](TokenDraft::strictly_between) | `a:(1 .. 5)` | the same, without the bounds |
/// | [`exists`](TokenDraft::exists), [`is_null`](TokenDraft::is_null) | `a IS NOT NULL`, `a IS NULL` | there is a value, or none |
/// | [`any_element`](TokenDraft::any_element) | `a:(b:1 AND c:2)` | one element of the array satisfies all of these |
///
/// `is` and `equal_to` differ for versions only: `` a:`4.8` `` is the text `4.8`, `a = "4.8"` is
/// every version whose parts are equal, such as `v4.08`.
#[derive(Clone, Debug)]
#[must_use = "a token alone asks nothing"]
pub struct TokenDraft {
    name: String,
}

/// Starts a clause on the token of this name.
///
/// A name that no token can have is an error of the draft: it can come from outside as well.
///
/// ```
/// use qualys_filter::build::token;
///
/// assert_eq!(token("severity").at_least(4).build()?.to_string(), "severity >= 4");
/// assert!(token("severity:5 OR x").is("y").build().is_err());
/// # Ok::<(), qualys_filter::build::BuildErrors>(())
/// ```
pub fn token(name: &str) -> TokenDraft {
    let name = name.to_owned();
    TokenDraft { name }
}

impl TokenDraft {
    /// The clause that `written` makes of the name.
    fn clause(self, written: impl FnOnce(&str) -> Result<String, BuildError>) -> Draft {
        let TokenDraft { name } = self;
        if !is_token_name(&name) {
            return Draft::broken(BuildError::TokenName { name });
        }
        match written(&name) {
            Ok(text) => Draft::one(text),
            Err(error) => Draft::broken(error),
        }
    }

    /// The value is this. A string is written in backticks, so it is compared as a whole and
    /// exactly, case and all, and so is a version; numbers, booleans, dates and addresses by their kind.
    ///
    /// A string with a backtick in it is an error: backticks have no escape. So is one like
    /// `[a .. b]`, which some tokens read as a range even so.
    pub fn is(self, value: impl Into<Value>) -> Draft {
        let value = value.into();
        self.clause(|name| Ok(format!("{name}:{}", value.exact()?)))
    }

    /// A text holds these words, one after the other, the last of which may be the beginning of a
    /// word; a keyword is this in any case, and an id starts with it. Written in double quotes.
    ///
    /// A `*` in it is an error, for it would be a wildcard.
    pub fn has_words(self, words: &str) -> Draft {
        self.clause(|name| {
            no_range(words)?;
            Ok(format!("{name}:{}", quoted(words)?))
        })
    }

    /// The value matches this pattern, in which `*` matches any characters. Only for patterns
    /// that the caller wrote: a `*` that comes from outside is a wildcard too.
    pub fn matches(self, pattern: &str) -> Draft {
        self.clause(|name| match pattern.contains('*') {
            true => {
                no_range(pattern)?;
                Ok(format!("{name}:{}", quote(pattern)))
            }
            false => Err(BuildError::NoStar {
                text: pattern.to_owned(),
            }),
        })
    }

    /// The value, or a word of it, starts with this text, in any case. A `*` in it is an error.
    pub fn starts_with(self, text: &str) -> Draft {
        self.part("", text, "*")
    }

    /// The value, or a word of it, ends with this text, in any case. A `*` in it is an error.
    pub fn ends_with(self, text: &str) -> Draft {
        self.part("*", text, "")
    }

    /// The value holds this text anywhere, in any case. A `*` in it is an error.
    pub fn contains(self, text: &str) -> Draft {
        self.part("*", text, "*")
    }

    fn part(self, before: &str, text: &str, after: &str) -> Draft {
        self.clause(|name| match text.contains('*') {
            true => Err(BuildError::Star {
                text: text.to_owned(),
            }),
            false => Ok(format!(
                "{name}:{}",
                quote(&format!("{before}{text}{after}"))
            )),
        })
    }

    /// The value is any of these, each as [`is`](TokenDraft::is) writes it and with its errors. None at all is an
    /// error: the language cannot write a filter that matches nothing.
    ///
    /// ```
    /// use qualys_filter::build::token;
    ///
    /// let query = token("type").one_of(["FILE", "a, b]"]).build()?;
    /// assert_eq!(query.to_string(), "type:[`FILE`, `a, b]`]");
    /// # Ok::<(), qualys_filter::build::BuildErrors>(())
    /// ```
    pub fn one_of<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Draft {
        let values: Vec<Value> = values.into_iter().map(V::into).collect();
        if values.is_empty() {
            return Draft::broken(BuildError::Nothing);
        }
        self.clause(|name| {
            let values = values
                .iter()
                .map(Value::exact)
                .collect::<Result<Vec<_>, _>>()?;
            Ok(format!("{name}:[{}]", values.join(", ")))
        })
    }

    /// The value lies between these, both included. A string is written in double quotes; a date
    /// as a string is the whole period that it names.
    pub fn between(self, lower: impl Into<Value>, upper: impl Into<Value>) -> Draft {
        self.range('[', lower.into(), upper.into(), ']')
    }

    /// The value lies between these, neither included.
    pub fn strictly_between(self, lower: impl Into<Value>, upper: impl Into<Value>) -> Draft {
        self.range('(', lower.into(), upper.into(), ')')
    }

    /// The value lies from the lower up to and without the upper: windows of time that follow each
    /// other.
    pub fn from_until(self, lower: impl Into<Value>, upper: impl Into<Value>) -> Draft {
        self.range('[', lower.into(), upper.into(), ')')
    }

    fn range(self, open: char, lower: Value, upper: Value, close: char) -> Draft {
        self.clause(|name| {
            let (lower, upper) = (lower.bound()?, upper.bound()?);
            Ok(format!("{name}:{open}{lower} .. {upper}{close}"))
        })
    }

    /// The value is greater than this: `>`. A time is after it.
    #[doc(alias = "after")]
    pub fn greater_than(self, value: impl Into<Value>) -> Draft {
        self.compare(">", value.into())
    }

    /// The value is this or greater: `>=`. A time is this or after it.
    #[doc(alias = "since")]
    pub fn at_least(self, value: impl Into<Value>) -> Draft {
        self.compare(">=", value.into())
    }

    /// The value is less than this: `<`. A time is before it.
    #[doc(alias = "before")]
    pub fn less_than(self, value: impl Into<Value>) -> Draft {
        self.compare("<", value.into())
    }

    /// The value is this or less: `<=`. A time is this or before it.
    #[doc(alias = "until")]
    pub fn at_most(self, value: impl Into<Value>) -> Draft {
        self.compare("<=", value.into())
    }

    /// `=`, which numbers, dates, versions and addresses take. It means the same as
    /// [`is`](TokenDraft::is), but for versions: they are equal if their parts are.
    ///
    /// ```
    /// use qualys_filter::{build::token, value::Version};
    ///
    /// let version: Version = "4.8".parse()?;
    /// let query = token("agent.version").less_than(version).build()?;
    /// assert_eq!(query.to_string(), "agent.version < \"4.8\"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn equal_to(self, value: impl Into<Value>) -> Draft {
        let value = value.into();
        match &value {
            Value::Text(text) => match no_range(text) {
                Ok(()) => self.compare("=", value),
                Err(error) => Draft::broken(error),
            },
            _ => self.compare("=", value),
        }
    }

    fn compare(self, operator: &str, value: Value) -> Draft {
        self.clause(|name| Ok(format!("{name} {operator} {}", value.bound()?)))
    }

    /// There is a value.
    pub fn exists(self) -> Draft {
        self.clause(|name| Ok(format!("{name} IS NOT NULL")))
    }

    /// There is no value.
    pub fn is_null(self) -> Draft {
        self.clause(|name| Ok(format!("{name} IS NULL")))
    }

    /// One element of the array that this token names satisfies all of the conditions, whose tokens
    /// are the rest of the dotted names.
    ///
    /// ```
    /// use qualys_filter::build::token;
    ///
    /// let certificate = token("signed").is(true).and(token("valid").is(false));
    /// let query = token("file.properties.certificate").any_element(certificate).build()?;
    /// assert_eq!(query.to_string(), "file.properties.certificate:(signed:true AND valid:false)");
    /// # Ok::<(), qualys_filter::build::BuildErrors>(())
    /// ```
    pub fn any_element(self, conditions: impl Into<Draft>) -> Draft {
        let TokenDraft { name } = self;
        let mut conditions = conditions.into();
        if conditions.shape == Shape::Everything || conditions.has_free_text {
            conditions.errors.insert(0, BuildError::Nested);
        }
        let head = format!("{name}:");
        if !is_token_name(&name) {
            conditions.errors.insert(0, BuildError::TokenName { name });
        }
        Draft {
            text: conditions.text.enclosed(head),
            shape: Shape::One,
            ..conditions
        }
    }
}
