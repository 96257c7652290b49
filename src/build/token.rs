//! Clauses on one token.

use super::error::BuildError;
use super::value::{Value, no_range, quoted};
use super::{Draft, Shape};
use crate::syntax::{is_token_name, quote};

/// A token that waits for what is asked of it. Made by [`token`].
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

    /// The string is exactly this: [`is`](TokenDraft::is) for text that looks like something else,
    /// such as a version `10` on a keyword token.
    pub fn exactly(self, text: &str) -> Draft {
        self.is(text)
    }

    /// A text holds these words, one after the other, the last of which may be the beginning of a
    /// word; a keyword is this in any case, and an id starts with it. Written in double quotes.
    ///
    /// A `*` in it is an error, for it would be a wildcard.
    pub fn contains(self, words: &str) -> Draft {
        self.clause(|name| {
            no_range(words)?;
            Ok(format!("{name}:{}", quoted(words)?))
        })
    }

    /// The value matches this pattern, in which `*` stands for any characters. Only for patterns
    /// that the caller wrote: a `*` that comes from outside is a wildcard too.
    pub fn matching(self, pattern: &str) -> Draft {
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
    pub fn includes(self, text: &str) -> Draft {
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

    /// `>`
    pub fn greater_than(self, value: impl Into<Value>) -> Draft {
        self.compare(">", value.into())
    }

    /// `>=`
    pub fn at_least(self, value: impl Into<Value>) -> Draft {
        self.compare(">=", value.into())
    }

    /// `<`
    pub fn less_than(self, value: impl Into<Value>) -> Draft {
        self.compare("<", value.into())
    }

    /// `<=`
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

    /// The time is before this: `<`.
    pub fn before(self, time: impl Into<Value>) -> Draft {
        self.less_than(time)
    }

    /// The time is after this: `>`.
    pub fn after(self, time: impl Into<Value>) -> Draft {
        self.greater_than(time)
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
