//! A comment that keeps a rule quiet up to a day that has passed.

use crate::diagnostic::{Code, FixAvailability, Level};
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::expired_ignore",
        Level::Warning,
        FixAvailability::None,
        "an `ignore` comment whose day has passed",
    ),
    PAGE,
    None,
);

const PAGE: &str = r##"## What it does

Looks for `until=` in `# qlint: ignore[…]` with a day that has passed. The comment has no effect any more.

## Why

The filter was to be looked at again on that day.

## Example

```qql-file
# qlint: ignore[three_dots] until=2020-01-31
file.size:[1 ... 5]
```

## Use instead

Correct the filter, or name a later day.

```qql-file good
# qlint: ignore[three_dots] until=2999-12-31
file.size:[1 ... 5]
```
"##;
