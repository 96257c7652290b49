//! A JSON file that cannot be read.

use crate::diagnostic::{Code, FixAvailability, Level};
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::broken_json",
        Level::Error,
        FixAvailability::Safe,
        "a JSON file that is not JSON",
    ),
    PAGE,
    None,
);

const PAGE: &str = r##"## What it does

Looks for files named `.json` that are not JSON. Where quotes inside of a string only lack their backslashes, as in
`{"sort":"[{"created":"asc"}]"}`, the fix adds them.

## Why

Filters in such a file cannot be found, and nothing can be said of them.

## Example

```json-file
{"filter": "type:FILE",}
```

## Use instead

```json-file good
{"filter": "type:FILE"}
```
"##;
