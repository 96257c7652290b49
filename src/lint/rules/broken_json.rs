//! A JSON file that cannot be read.

use super::super::rule::Rule;
use crate::diagnostic::{FixAvailability, Level};

pub(super) const RULE: Rule = Rule::of_files(
    "qql::lint::broken_json",
    "a JSON file that is not JSON",
    Level::Error,
    FixAvailability::None,
    PAGE,
);

const PAGE: &str = r##"## What it does

Looks for files named `.json` that are not JSON.

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
