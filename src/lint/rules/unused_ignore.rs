//! A comment that keeps a rule quiet which has nothing to say.

use super::super::rule::Rule;
use crate::diagnostic::{FixAvailability, Level};

pub(super) const RULE: Rule = Rule::of_files(
    "qql::lint::unused_ignore",
    "an `ignore` comment without effect",
    Level::Warning,
    FixAvailability::None,
    PAGE,
);

const PAGE: &str = r##"## What it does

Looks for rules in `# qlint: ignore[…]` that the filter gives no cause for.

## Why

The filter has been mended, or the comment stands at the wrong filter. It would hide the next mistake of this kind.

## Example

```qql-file
# qlint: ignore[three_dots]
file.size:[1 .. 5]
```

## Use instead

```qql-file good
file.size:[1 .. 5]
```
"##;
