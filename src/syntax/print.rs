//! The canonical form of a query.
//!
//! Words in upper case, one blank between words, none after a colon, two dots in a range, double
//! quotes. Parentheses stay where they were written. Parsing the printed text returns the same tree. A query with
//! errors has no canonical form: it is printed as it was written.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter, Write};

use super::ast::{Clause, Condition, ExprId, ExprKind, Literal, Query, Quoting, Range};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.root() {
            _ if self.has_errors() => f.write_str(&self.text),
            Some(root) => print(self, root, &canonical, f),
            None => Ok(()),
        }
    }
}

/// How a value is written.
pub(super) type Spelling<'s> = &'s dyn Fn(&Literal) -> Cow<'s, str>;

fn canonical<'s>(literal: &Literal) -> Cow<'s, str> {
    Cow::Owned(literal.to_string())
}

/// Writes an expression on one line.
pub(super) fn print(
    query: &Query,
    root: ExprId,
    spelling: Spelling<'_>,
    out: &mut impl Write,
) -> fmt::Result {
    enum Todo {
        Expr(ExprId),
        Text(&'static str),
    }
    let mut todo = vec![Todo::Expr(root)];
    while let Some(next) = todo.pop() {
        let id = match next {
            Todo::Text(text) => {
                out.write_str(text)?;
                continue;
            }
            Todo::Expr(id) => id,
        };
        match &query.expr(id).kind {
            ExprKind::Or(children) | ExprKind::And(children) => {
                let or = matches!(query.expr(id).kind, ExprKind::Or(_));
                for (at, child) in children.iter().enumerate().rev() {
                    todo.push(Todo::Expr(*child));
                    if at > 0 {
                        todo.push(Todo::Text(if or { " OR " } else { " AND " }));
                    }
                }
            }
            ExprKind::Not(child) => {
                out.write_str("NOT ")?;
                todo.push(Todo::Expr(*child));
            }
            ExprKind::Parentheses(child) => {
                out.write_char('(')?;
                todo.extend([Todo::Text(")"), Todo::Expr(*child)]);
            }
            ExprKind::Nested(token, child) => {
                write!(out, "{}:(", token.text)?;
                todo.extend([Todo::Text(")"), Todo::Expr(*child)]);
            }
            ExprKind::Clause(clause) => print_clause(clause, spelling, out)?,
            ExprKind::FreeText(literal) => out.write_str(&spelling(literal))?,
            // A query with errors is not printed by its tree.
            ExprKind::Error => {}
        }
    }
    Ok(())
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        print_clause(self, &canonical, f)
    }
}

fn print_clause(clause: &Clause, spelling: Spelling<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_str(&clause.token.text)?;
    match &clause.condition {
        Condition::Null { negated: false } => out.write_str(" IS NULL"),
        Condition::Null { negated: true } => out.write_str(" IS NOT NULL"),
        Condition::Compare(comparison, literal) => {
            write!(out, " {} {}", comparison.as_str(), spelling(literal))
        }
        Condition::Value(literal) => write!(out, ":{}", spelling(literal)),
        Condition::List(literals) => {
            out.write_str(":[")?;
            separated(literals, ", ", spelling, out)?;
            out.write_char(']')
        }
        Condition::Range(range) => {
            out.write_char(':')?;
            print_range(range, spelling, out)
        }
        Condition::Group(alternatives) => {
            out.write_str(":(")?;
            for (at, literals) in alternatives.iter().enumerate() {
                if at > 0 {
                    out.write_str(" OR ")?;
                }
                separated(literals, " AND ", spelling, out)?;
            }
            out.write_char(')')
        }
    }
}

fn separated(
    literals: &[Literal],
    separator: &str,
    spelling: Spelling<'_>,
    out: &mut impl Write,
) -> fmt::Result {
    for (at, literal) in literals.iter().enumerate() {
        if at > 0 {
            out.write_str(separator)?;
        }
        out.write_str(&spelling(literal))?;
    }
    Ok(())
}

impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        print_range(self, &canonical, f)
    }
}

fn print_range(range: &Range, spelling: Spelling<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_char(if range.lower_included { '[' } else { '(' })?;
    // `[a or..b]` has the bound `a or`; a blank after it would make `or` a word of the language.
    let blank = if ends_like_a_word(&range.lower) {
        ""
    } else {
        " "
    };
    let (lower, upper) = (spelling(&range.lower), spelling(&range.upper));
    write!(out, "{lower}{blank}.. {upper}")?;
    out.write_char(if range.upper_included { ']' } else { ')' })
}

/// Whether a bare value's last word would be a word of the language, were it followed by a blank.
pub(super) fn ends_like_a_word(literal: &Literal) -> bool {
    let last = literal.text.split_ascii_whitespace().next_back();
    let is = |word: &str| last.is_some_and(|last| last.eq_ignore_ascii_case(word));
    literal.quoting == Quoting::Bare && ["and", "or", "not", "null"].into_iter().any(is)
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.quoting {
            Quoting::Bare => f.write_str(&self.text),
            Quoting::Backtick => write!(f, "`{}`", self.text),
            Quoting::Quoted => f.write_str(&quote(&self.text)),
        }
    }
}

/// The text in double quotes, escaped so that parsing it returns the text.
///
/// A backslash is escaped only where it would otherwise escape what follows it, so that a Windows
/// path is printed as it is usually written.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) | ('\\', Some('\\' | '"') | None) => quoted.extend(['\\', c]),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a value without quotes means the same wherever a value can be.
pub(crate) fn is_plain(text: &str) -> bool {
    let first = text.starts_with(|c: char| c.is_alphanumeric() || c == '*');
    let words = text.split_ascii_whitespace();
    let mut words = words.map(str::to_ascii_lowercase);
    let reserved = |word: String| matches!(&*word, "and" | "or" | "not" | "is" | "to" | "in");
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '*' | '@');
    first
        && text.chars().all(|c| plain(c) || c == ' ')
        && !words.any(reserved)
        && !text.contains("..")
}

impl Literal {
    /// Another value as this one is written: in its quotes, or in those that the other one needs.
    ///
    /// `*` is an ordinary character in the result, unless no quotes can say so.
    pub(crate) fn with_text(&self, text: &str) -> String {
        let exact = self.quoting == Quoting::Backtick || text.contains('*');
        match self.quoting {
            _ if exact && !text.contains('`') => format!("`{text}`"),
            Quoting::Bare if is_plain(text) && !text.contains(' ') => text.to_owned(),
            _ => quote(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::ExprKind;

    #[test]
    fn another_value_is_written_in_the_quotes_that_it_needs() {
        for (query, bare, blank, backtick) in [
            ("a:b", "c", r#""c d""#, r#""c`d""#),
            ("a:'b'", r#""c""#, r#""c d""#, r#""c`d""#),
            ("a:`b`", "`c`", "`c d`", r#""c`d""#),
        ] {
            let query: Query = query.parse().unwrap();
            let ExprKind::Clause(clause) = &query.expr(query.root().unwrap()).kind else {
                panic!("a clause");
            };
            let Condition::Value(literal) = &clause.condition else {
                panic!("a value");
            };
            for (text, right) in [("c", bare), ("c d", blank), ("c`d", backtick)] {
                assert_eq!(literal.with_text(text), right, "{query}");
            }
            assert_eq!(literal.with_text("c*"), "`c*`", "{query}");
            assert_eq!(
                literal.with_text("NOT"),
                match literal.quoting {
                    Quoting::Backtick => "`NOT`",
                    _ => "\"NOT\"",
                }
            );
        }
    }

    #[test]
    fn parts_are_printed_as_the_whole_is() {
        for text in [
            "a:b",
            "a > 5",
            "a IS NOT NULL",
            "a:[b, \"c d\", `e`]",
            "a:(b OR c AND d)",
            "a:[1 .. 5)",
            "a:(x or.. y]",
        ] {
            let query: Query = text.parse().unwrap();
            assert_eq!(query.to_string(), text);
            let ExprKind::Clause(clause) = &query.expr(query.root().unwrap()).kind else {
                panic!("{text} is a clause");
            };
            assert_eq!(clause.to_string(), text);
            if let Condition::Range(range) = &clause.condition {
                assert_eq!(format!("a:{range}"), text);
            }
        }
    }
}
