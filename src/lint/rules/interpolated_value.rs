//! Text that a program puts in a filter.

use crate::diagnostic::{Code, FixAvailability, Level};
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::interpolated_value",
        Level::Warning,
        FixAvailability::None,
        "a program puts text in a filter that can change what it means",
    ),
    PAGE,
    None,
);

const PAGE: &str = r##"## What it does

Looks for filters in the source code of programs that are put together from pieces: `f"…{name}…"` and `%s` in Python,
`${name}` in JavaScript, strings that are joined with `+`. It tells three places apart.

- A value between quotes. One with a quote in it ends the quotes, and what follows is a part of the filter.
- A value without quotes. One with blanks or words such as `or` is more than a value.
- A part of the filter, such as a clause that a user sets. One with `or` takes what is beside it apart: the time window of
  `window and status:OPEN or type:DEFAULT` holds for the first clause only.

Places for numbers and dates are not reported where that is certain: `%d`, `{days:d}`, `{int(days)}`, `{start.isoformat()}`.

## Why

What is put in comes from elsewhere: a form, an alert, a model. With the value `x" or file.name:"*`, the filter
`file.hash.md5:"{value}"` matches every file.

## Example

```source-file
def search(client, name):
    return client.search(filter=f'file.name:"{name}" AND type:FILE')
```

## Use instead

A value that cannot have quotes, such as a number:

```source-file good
def search(client, score):
    return client.search(filter=f"type:FILE AND indicator.score > {int(score)}")
```

In Rust, the builder of this crate quotes every value as it has to be, and joins parts with the parentheses that they
need:

```rust
use qualys_filter::{Query, build::token};

let from_a_user: Query = "status:OPEN or type:DEFAULT".parse()?;
let query = token("file.name").is(r#"x" or file.name:"*"#).and(from_a_user).build()?;
assert_eq!(
    query.to_string(),
    r#"file.name:`x" or file.name:"*` AND (status:OPEN OR type:DEFAULT)"#,
);
# Ok::<(), Box<dyn std::error::Error>>(())
```

A filter in a URL has to be percent-encoded besides: `quote(filter, safe="")` in Python, `encodeURIComponent(filter)` in
JavaScript.
"##;
