//! Writing values in other places than they were written in.

use crate::syntax::{Condition, Literal, Quoting, foreign, is_plain};

/// The value as it may be written anywhere, with the same meaning; none if it can be only where it
/// does.
pub(super) fn anywhere(literal: &Literal) -> Option<String> {
    match literal.quoting {
        // In a list, or in quotes, an operator of another language would be hidden.
        Quoting::Bare if foreign(&literal.text).is_some() => None,
        // In quotes and brackets it may be a range, or not, by what is around it.
        Quoting::Quoted | Quoting::Backtick if literal.text.starts_with('[') => None,
        Quoting::Quoted | Quoting::Backtick => Some(literal.to_string()),
        Quoting::Bare if is_plain(&literal.text) => Some(literal.text.to_string()),
        // Bare and quoted values mean the same where there is one part.
        Quoting::Bare if !literal.text.contains([' ', '\t', '\r', '\n']) => {
            Some(crate::syntax::quote(&literal.text))
        }
        Quoting::Bare => None,
    }
}

/// The values of a condition that asks for any of some, each as it may be written anywhere.
pub(super) fn alternatives(condition: &Condition) -> Option<Vec<String>> {
    let literals: Vec<&Literal> = match condition {
        Condition::Value(literal) => vec![literal],
        Condition::List(literals) => literals.iter().collect(),
        Condition::Group(groups) => {
            let one = |group: &Vec<Literal>| group.len() == 1;
            match groups.iter().all(one) {
                true => groups.iter().flatten().collect(),
                false => return None,
            }
        }
        _ => return None,
    };
    literals.into_iter().map(anywhere).collect()
}

/// A blank, if what comes after `end` would become part of a bare value that ends there.
pub(super) fn blank_behind(text: &str, end: u32) -> &'static str {
    let after = text.get(end as usize..).unwrap_or_default();
    match after.starts_with(|c: char| !c.is_ascii_whitespace() && !matches!(c, ')' | ',' | ']')) {
        true => " ",
        false => "",
    }
}
