//! A comment that begins as one for qlint, and is none.

use crate::diagnostic::{Code, FixAvailability, Level};
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::wrong_ignore",
        Level::Warning,
        FixAvailability::None,
        "a comment for qlint that it does not understand",
    ),
    PAGE,
    None,
);

const PAGE: &str = r##"## What it does

Looks for comments that begin with `# qlint:` and go on in another way than `ignore[…]` or `file-ignore[…]`, or name a rule that does not exist.

## Why

Such a comment has no effect, which its author does not expect.

## Example

```qql-file
# qlint: ignore[three_dot]
file.size:[1 .. 5]
```

## Use instead

```qql-file good
# qlint: ignore[three_dots]
file.size:[1 ... 5]
```
"##;
