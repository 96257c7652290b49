//! A comment that keeps a rule quiet which has nothing to say.

use crate::diagnostic::{Code, FixAvailability, Level};
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::unused_ignore",
        Level::Warning,
        FixAvailability::None,
        "an `ignore` comment without effect",
    ),
    PAGE,
    None,
);

const PAGE: &str = r##"## What it does

Looks for rules in `# qlint: ignore[…]` that the filter gives no cause for, and for rules in `# qlint: file-ignore[…]` that no
filter of the file gives cause for. Of a rule that is off nothing is said.

## Why

The filter has been corrected, or the comment is at the wrong filter. It would hide the next mistake of this kind.

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
