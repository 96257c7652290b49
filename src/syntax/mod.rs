//! Text ⇄ tree: the language without any knowledge of search tokens, JSON or files.
//!
//! [`Query`] is read with [`str::parse`] or [`Query::parse_with`], looked at with [`Query::walk`]
//! and printed with `Display`. [`Query::parse_lossy`] reads what can be read of a text with errors.

mod ast;
mod error;
mod format;
mod grammar;
mod lex;
mod locate;
mod parsed;
mod print;
mod visit;

pub use ast::{
    Clause, Comparison, Condition, Expr, ExprId, ExprKind, Literal, Query, Quoting, Range,
    TokenName,
};
pub(crate) use error::CODES;
pub use error::{ParseError, ParseErrorKind, ParseErrors};
pub use format::{Comment, Layout};
pub use locate::Ancestors;
pub use parsed::Parsed;
pub use visit::{Step, Walk};

pub(crate) use lex::{Foreign, foreign};
pub(crate) use print::{is_plain, quote};

/// Whether `name` can be a search token: names of letters, digits, `_` and `-` joined by
/// dots, each starting with a letter or `_`, and not `AND`, `OR` or `NOT`.
///
/// ```
/// use qualys_filter::syntax::is_token_name;
///
/// assert!(is_token_name("file.hash.md5"));
/// assert!(!is_token_name("file..name") && !is_token_name("2fa.on") && !is_token_name("and"));
/// ```
pub fn is_token_name(name: &str) -> bool {
    matches!(lex::token_name(name), Ok(("", _)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tokens_are_told_from_others() {
        for name in ["type", "file.hash.md5", "_a-1.b_2", "nothing", "and.or"] {
            assert!(is_token_name(name), "{name}");
        }
        for name in [
            "", "and", "Or", "NOT", "2fa", "a.", ".a", "a..b", "a b", "a:", "größe",
        ] {
            assert!(!is_token_name(name), "{name}");
        }
    }
}
