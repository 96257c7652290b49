//! What is wrong beside a filter in a request: its order, and its page.

use crate::diagnostic::{Code, FixAvailability, Level};
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::request_parameter",
        Level::Warning,
        FixAvailability::Unsafe,
        "an order or a page of a request that the service does not take",
    ),
    PAGE,
    None,
);

const PAGE: &str = r##"## What it does

Looks at what a JSON file has beside a filter in the same object, as the body of a request has: `sort`, `groupBy`,
`pageNumber` and `pageSize`. An order has to be in the form of the product and to end in `asc` or `desc`. A page has to be
one that the product documents. Tokens in `sort` and `groupBy` are checked as those of the filter are; an unknown one is
`qql::check::unknown_token`.

## Why

The service refuses the request, or ignores what it does not know, so that the answer is in another order or incomplete.

## Example

```json-file
{"filter": "imagesInUse > now-7d", "sort": "created:descending", "pageSize": 5000}
```

## Use instead

```json-file good
{"filter": "imagesInUse > now-7d", "sort": "created:desc", "pageSize": 1000}
```
"##;
