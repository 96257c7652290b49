//! What a request holds beside its filter: an order, groups, and pages.

use std::ops::Range;

use super::lint::{DocumentDiagnostic, DocumentFix};
use super::{FilterText, Map};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::lint::{Linter, Rule};
use crate::schema::SortForm;
use crate::span::Span;
use crate::syntax::is_token_name;

/// The parameters that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParamKind {
    Sort,
    GroupBy,
    PageNumber,
    PageSize,
}

impl ParamKind {
    /// The parameter of this name.
    pub(super) fn of(name: &str) -> Option<ParamKind> {
        Some(match name {
            "sort" => ParamKind::Sort,
            "groupBy" => ParamKind::GroupBy,
            "pageNumber" => ParamKind::PageNumber,
            "pageSize" => ParamKind::PageSize,
            _ => return None,
        })
    }
}

/// A parameter beside a filter.
#[derive(Clone, Debug)]
pub(super) struct Param {
    pub(super) kind: ParamKind,
    /// The text, or the number as it is written.
    pub(super) text: String,
    pub(super) map: Map,
}

/// Something in the text of a parameter.
struct Found {
    span: Range<usize>,
    message: String,
    help: Option<String>,
    /// What to write there instead.
    fix: Option<(Applicability, String)>,
}

impl Found {
    fn new(span: Range<usize>, message: impl Into<String>) -> Found {
        Found {
            span,
            message: message.into(),
            help: None,
            fix: None,
        }
    }
}

/// Everything there is to say of the parameters beside a filter, which is checked by this linter.
pub(super) fn lint(index: usize, filter: &FilterText, linter: &Linter) -> Vec<DocumentDiagnostic> {
    let mut diagnostics = Vec::new();
    for param in &filter.params {
        let (tokens, found) = look(param, linter);
        for token in tokens {
            diagnostics.extend(unknown(index, filter, param, token, linter));
        }
        for found in found {
            let rule = Rule::REQUEST_PARAMETER;
            let range = param.map.host_range(found.span.clone());
            let Some(mut diagnostic) = linter.diagnostic(rule, Span::default(), found.message)
            else {
                continue;
            };
            if let Some(help) = found.help {
                diagnostic = diagnostic.with_help(help);
            }
            let fix = found.fix.map(|(applicability, text)| DocumentFix {
                applicability,
                edits: Some(vec![(range.clone(), text)]),
            });
            diagnostics.push(DocumentDiagnostic {
                filter: index,
                diagnostic,
                range,
                fix,
            });
        }
    }
    diagnostics
}

/// The tokens that a parameter names, as ranges of its text, and what is wrong with the rest of it.
fn look(param: &Param, linter: &Linter) -> (Vec<Range<usize>>, Vec<Found>) {
    let requests = &linter.schema().product().requests;
    let text = &*param.text;
    match param.kind {
        ParamKind::Sort => {
            let is_json = text.trim_start().starts_with('[');
            let read = match is_json {
                true => json_order(text),
                false => colon_order(text),
            };
            let form = match is_json {
                true => SortForm::Json,
                false => SortForm::Colon,
            };
            let wanted = requests.sort.filter(|wanted| *wanted != form);
            match (read, wanted) {
                (Ok(tokens), None) => (tokens, Vec::new()),
                (Ok(tokens), Some(wanted)) => {
                    let mut found = Found::new(
                        0..text.len(),
                        "the order is not in the form of this product",
                    );
                    found.help = Some(format!("write it as {}", example(wanted)));
                    (tokens, vec![found])
                }
                (Err(mut found), wanted) => {
                    let wanted = wanted.or(requests.sort).unwrap_or(form);
                    found.help = Some(format!("write the order as {}", example(wanted)));
                    (Vec::new(), vec![found])
                }
            }
        }
        ParamKind::GroupBy => {
            let names = text.split(',').map(|name| part(text, name.trim()));
            (names.collect(), Vec::new())
        }
        ParamKind::PageNumber => {
            let first = requests.first_page.unwrap_or_default();
            let below = text
                .parse::<i64>()
                .is_ok_and(|number| number < i64::from(first));
            let found = below.then(|| {
                Found::new(
                    0..text.len(),
                    format!("the first page of this product is {first}"),
                )
            });
            (Vec::new(), found.into_iter().collect())
        }
        ParamKind::PageSize => (Vec::new(), page_size(text, requests.largest_page)),
    }
}

fn page_size(text: &str, largest: Option<u32>) -> Vec<Found> {
    let Ok(size) = text.parse::<i64>() else {
        return Vec::new();
    };
    let wrong = match largest {
        _ if size < 1 => Found::new(0..text.len(), "a page holds one record at least"),
        Some(largest) if size > i64::from(largest) => {
            let message =
                format!("the largest documented page of this product holds {largest} records");
            let fix = (Applicability::Unsafe, largest.to_string());
            Found {
                fix: Some(fix),
                ..Found::new(0..text.len(), message)
            }
        }
        _ => return Vec::new(),
    };
    vec![wrong]
}

fn example(form: SortForm) -> &'static str {
    match form {
        SortForm::Json => r#"`[{"token":"asc"}]`"#,
        SortForm::Colon => "`token:asc`",
    }
}

/// The range of a part of a text.
fn part(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

/// The tokens of `[{"token":"asc"}]`.
fn json_order(text: &str) -> Result<Vec<Range<usize>>, Found> {
    use std::collections::BTreeMap;
    type Terms<'t> = Vec<BTreeMap<&'t str, &'t str>>;
    let terms: Terms<'_> = serde_json::from_str(text)
        .map_err(|_| Found::new(0..text.len(), "the order cannot be read"))?;
    let mut tokens = Vec::new();
    for (token, order) in terms.iter().flatten() {
        tokens.push(part(text, token));
        is_order(text, order)?;
    }
    tokens.sort_by_key(|token| token.start);
    Ok(tokens)
}

/// The token of `token:asc`.
fn colon_order(text: &str) -> Result<Vec<Range<usize>>, Found> {
    let (token, order) = text
        .rsplit_once(':')
        .ok_or_else(|| Found::new(0..text.len(), "the order cannot be read"))?;
    is_order(text, order.trim())?;
    Ok(vec![part(text, token.trim())])
}

fn is_order(text: &str, order: &str) -> Result<(), Found> {
    match order.eq_ignore_ascii_case("asc") || order.eq_ignore_ascii_case("desc") {
        true => Ok(()),
        false => {
            let message = format!("`{order}` is no order: it is `asc` or `desc`");
            Err(Found::new(part(text, order), message))
        }
    }
}

/// What there is to say of a token that is named outside of a filter: what the check says of it in one.
fn unknown(
    index: usize,
    filter: &FilterText,
    param: &Param,
    token: Range<usize>,
    linter: &Linter,
) -> Vec<DocumentDiagnostic> {
    let name = param.text.get(token.clone()).unwrap_or_default();
    let at = |span: Span| {
        let range = span.range();
        param
            .map
            .host_range(token.start + range.start..token.start + range.end)
    };
    if !is_token_name(name) {
        let message = format!("`{name}` is not the name of a token");
        let diagnostic = linter.diagnostic(Rule::REQUEST_PARAMETER, Span::default(), message);
        let range = param.map.host_range(token.clone());
        let wrong = diagnostic.map(|diagnostic| DocumentDiagnostic {
            filter: index,
            diagnostic,
            range,
            fix: None,
        });
        return wrong.into_iter().collect();
    }
    let lint = linter.lint(&format!("{name} IS NOT NULL"));
    let of_name = |diagnostic: &&Diagnostic| {
        let is_check = diagnostic.code().as_str().starts_with("qql::check::");
        is_check && diagnostic.span().range().end <= name.len()
    };
    let found = lint.diagnostics().iter().filter(of_name);
    let found = found.map(|diagnostic| {
        let fix = diagnostic.fix().map(|fix| DocumentFix {
            applicability: fix.applicability(),
            edits: filter.writable.then(|| {
                let edits = fix.edits().iter();
                let edits = edits.map(|edit| (at(edit.span), filter.literal.write(&edit.text)));
                edits.collect()
            }),
        });
        DocumentDiagnostic {
            filter: index,
            range: at(diagnostic.span()),
            diagnostic: diagnostic.clone(),
            fix,
        }
    });
    found.collect()
}
