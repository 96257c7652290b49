//! A whole request: filters, order, groups and pages.

use std::fmt::{self, Display, Formatter, Write};

use super::error::{BuildError, BuildErrors};
use super::{Draft, encoded};
use crate::limits::Limits;
use crate::schema::{Product, Requests, SortForm};
use crate::syntax::is_token_name;

/// The order of answers by one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// The least first: `asc`.
    Ascending,
    /// The greatest first: `desc`.
    Descending,
}

impl Order {
    /// Both orders.
    pub const ALL: &'static [Order] = &[Order::Ascending, Order::Descending];

    /// The word for it in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Order::Ascending => "asc",
            Order::Descending => "desc",
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A request that is being put together. Made by [`request`].
#[derive(Clone, Debug)]
#[must_use = "a draft does nothing before `build`"]
pub struct RequestDraft {
    requests: Requests,
    filter: Draft,
    second_filter: Option<Draft>,
    sort: Vec<(String, Order)>,
    group_by: Vec<String>,
    page_number: Option<u32>,
    page_size: Option<u32>,
    state: Option<bool>,
}

/// Starts a request to a product, in whose forms it is written.
///
/// Nothing is written that was not set, so that the service's own defaults count.
///
/// ```
/// use qualys_filter::Schema;
/// use qualys_filter::build::{Order, request, token};
///
/// let request = request(Schema::edr().product())
///     .filter(token("file.name").is(r#"a"b.exe"#))
///     .sort("event.dateTime", Order::Ascending)
///     .page_number(0)
///     .page_size(100)
///     .build()?;
/// assert_eq!(
///     request.to_json(),
///     r#"{"filter":"file.name:`a\"b.exe`","sort":"[{\"event.dateTime\":\"asc\"}]","pageNumber":0,"pageSize":100}"#,
/// );
/// # Ok::<(), qualys_filter::build::BuildErrors>(())
/// ```
pub fn request(product: &Product) -> RequestDraft {
    RequestDraft {
        requests: product.requests.clone(),
        filter: Draft::default(),
        second_filter: None,
        sort: Vec::new(),
        group_by: Vec::new(),
        page_number: None,
        page_size: None,
        state: None,
    }
}

impl RequestDraft {
    /// Sets the filter. One that matches everything is omitted from the request.
    pub fn filter(self, filter: impl Into<Draft>) -> RequestDraft {
        RequestDraft {
            filter: filter.into(),
            ..self
        }
    }

    /// Sets the second filter of products that take two: the first is about assets, the second about
    /// what is on them.
    ///
    /// ```
    /// use qualys_filter::Schema;
    /// use qualys_filter::build::{request, token};
    ///
    /// let request = request(Schema::built_in("vmdr").unwrap().product())
    ///     .filter(token("interfaces.hostname").is("db1"))
    ///     .second_filter(token("vulnerabilities.severity").at_least(4))
    ///     .build()?;
    /// assert_eq!(
    ///     request.to_query_string(),
    ///     "query=interfaces.hostname%3A%60db1%60&havingQuery=vulnerabilities.severity%20%3E%3D%204",
    /// );
    /// # Ok::<(), qualys_filter::build::BuildErrors>(())
    /// ```
    pub fn second_filter(self, filter: impl Into<Draft>) -> RequestDraft {
        let second_filter = Some(filter.into());
        RequestDraft {
            second_filter,
            ..self
        }
    }

    /// Sorts the answers by a token; those that are equal there, by the next call's.
    ///
    /// ```
    /// use qualys_filter::Schema;
    /// use qualys_filter::build::{Order, request};
    ///
    /// let images = request(Schema::built_in("cs").unwrap().product()).sort("created", Order::Descending);
    /// assert_eq!(images.build()?.to_query_string(), "sort=created%3Adesc");
    ///
    /// let events = request(Schema::fim().product())
    ///     .sort("processedTime", Order::Ascending)
    ///     .sort("id", Order::Ascending);
    /// let params = events.build()?.to_query_params();
    /// assert_eq!(params, [("sort".into(), r#"[{"processedTime":"asc"},{"id":"asc"}]"#.into())]);
    /// # Ok::<(), qualys_filter::build::BuildErrors>(())
    /// ```
    pub fn sort(mut self, token: &str, order: Order) -> RequestDraft {
        self.sort.push((token.to_owned(), order));
        self
    }

    /// Groups the answers by a token, and within each group by that of the next call.
    pub fn group_by(mut self, token: &str) -> RequestDraft {
        self.group_by.push(token.to_owned());
        self
    }

    /// Sets which page is answered. The product says what the number of the first is.
    pub fn page_number(self, number: u32) -> RequestDraft {
        RequestDraft {
            page_number: Some(number),
            ..self
        }
    }

    /// Sets how many records a page has.
    pub fn page_size(self, size: u32) -> RequestDraft {
        RequestDraft {
            page_size: Some(size),
            ..self
        }
    }

    /// Sets the parameter `state`.
    pub fn state(self, state: bool) -> RequestDraft {
        RequestDraft {
            state: Some(state),
            ..self
        }
    }

    /// Makes the request.
    ///
    /// # Errors
    ///
    /// Everything in the draft and in its filters that cannot be written.
    ///
    /// ```
    /// use qualys_filter::Schema;
    /// use qualys_filter::build::{Order, request, token};
    ///
    /// let draft = request(Schema::built_in("cs").unwrap().product())
    ///     .filter(token("repo..tag").is("x"))
    ///     .sort("created&pageSize", Order::Ascending)
    ///     .page_number(0)
    ///     .page_size(5000);
    /// let errors = draft.build().unwrap_err();
    /// let names: Vec<&str> = errors.iter().map(|error| error.code().name()).collect();
    /// assert_eq!(names, ["token_name", "token_name", "page_number", "page_size"]);
    /// ```
    pub fn build(self) -> Result<Request, BuildErrors> {
        self.build_with(&Limits::default())
    }

    /// Makes the request, its filters under the given limits.
    ///
    /// # Errors
    ///
    /// As [`RequestDraft::build`].
    pub fn build_with(self, limits: &Limits) -> Result<Request, BuildErrors> {
        let mut errors = Vec::new();
        let mut params = Vec::new();
        let filter_name = self.requests.filter_name().to_owned();
        add_filter(filter_name, self.filter, limits, &mut params, &mut errors);
        match (self.second_filter, &self.requests.second_filter) {
            (Some(filter), Some(name)) => {
                add_filter(name.clone(), filter, limits, &mut params, &mut errors);
            }
            (Some(_), None) => errors.push(BuildError::SecondFilter),
            (None, _) => {}
        }
        let tokens = self.sort.iter().map(|(token, _)| token);
        let wrong = tokens
            .chain(&self.group_by)
            .filter(|name| !is_token_name(name));
        errors.extend(wrong.map(|name| BuildError::TokenName { name: name.clone() }));
        if !self.sort.is_empty() {
            match sorted(&self.sort, self.requests.sort) {
                Some(text) => params.push(("sort".to_owned(), Value::Text(text))),
                None => errors.push(BuildError::Sort),
            }
        }
        if !self.group_by.is_empty() {
            let text = self.group_by.join(",");
            params.push(("groupBy".to_owned(), Value::Text(text)));
        }
        if let Some(number) = self.page_number {
            let first = self.requests.first_page.unwrap_or_default();
            if number < first {
                errors.push(BuildError::PageNumber { number, first });
            }
            params.push(("pageNumber".to_owned(), Value::Number(number)));
        }
        if let Some(size) = self.page_size {
            let largest = self.requests.largest_page.unwrap_or(u32::MAX);
            if size == 0 || size > largest {
                errors.push(BuildError::PageSize { size, largest });
            }
            params.push(("pageSize".to_owned(), Value::Number(size)));
        }
        if let Some(state) = self.state {
            params.push(("state".to_owned(), Value::Flag(state)));
        }
        match errors.is_empty() {
            true => Ok(Request { params }),
            false => Err(BuildErrors::new(errors)),
        }
    }
}

/// Adds a filter, unless it matches everything.
fn add_filter(
    name: String,
    filter: Draft,
    limits: &Limits,
    params: &mut Vec<(String, Value)>,
    errors: &mut Vec<BuildError>,
) {
    match filter.build_with(limits) {
        Ok(query) if query.root().is_none() => {}
        Ok(query) => params.push((name, Value::Text(query.to_string()))),
        Err(wrong) => errors.extend(wrong),
    }
}

/// The order in the form of the product; nothing if that form cannot hold it.
fn sorted(keys: &[(String, Order)], form: Option<SortForm>) -> Option<String> {
    match (form?, keys) {
        (SortForm::Json, keys) => {
            let keys = keys
                .iter()
                .map(|(token, order)| format!("{{{}:\"{order}\"}}", json_string(token)));
            Some(format!("[{}]", keys.collect::<Vec<_>>().join(",")))
        }
        (SortForm::Colon, [(token, order)]) => Some(format!("{token}:{order}")),
        // How several tokens are joined is not known.
        (SortForm::Colon, _) => None,
    }
}

/// A request, as the parameters of a URL or as a body of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    params: Vec<(String, Value)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(u32),
    Flag(bool),
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Number(number) => number.fmt(f),
            Value::Flag(flag) => flag.fmt(f),
        }
    }
}

impl Request {
    /// The names and values of the parameters, not encoded, for a client that encodes them.
    pub fn to_query_params(&self) -> Vec<(String, String)> {
        let params = self.params.iter();
        params
            .map(|(name, value)| (name.clone(), value.to_string()))
            .collect()
    }

    /// The parameters as the query of a URL, percent-encoded (RFC 3986, 2.1).
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    /// use qualys_filter::build::request;
    ///
    /// let user: Query = "service:S3&pageSize=1".parse()?;
    /// let request = request(Schema::edr().product()).filter(user).state(true).build()?;
    /// assert_eq!(request.to_query_string(), "filter=service%3AS3%26pageSize%3D1&state=true");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_query_string(&self) -> String {
        let params = self
            .params
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(&value.to_string())));
        params.collect::<Vec<_>>().join("&")
    }

    /// The body of the request (RFC 8259). What is JSON inside of it, as an order is, is escaped there.
    pub fn to_json(&self) -> String {
        let members = self.params.iter().map(|(name, value)| {
            let value = match value {
                Value::Text(text) => json_string(text),
                Value::Number(_) | Value::Flag(_) => value.to_string(),
            };
            format!("{}:{value}", json_string(name))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
}

/// A string of JSON (RFC 8259, 7).
fn json_string(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\u{0}'..='\u{1f}' => {
                // Writing to a string cannot fail.
                let _ = write!(written, "\\u{:04x}", u32::from(c));
            }
            _ => written.push(c),
        }
    }
    written.push('"');
    written
}
