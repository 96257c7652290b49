//! A tree written as text is read as that tree, with the values that were written; printing and
//! formatting it keep it.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use qualys_filter::Query;
use qualys_filter::syntax::{Condition, ExprKind, Layout, Literal, Step};

#[derive(Arbitrary, Debug)]
enum Expr {
    Or(Box<Expr>, Box<Expr>, Vec<Expr>),
    And(Box<Expr>, Box<Expr>, Vec<Expr>),
    Not(Box<Expr>),
    Nested(Name, Box<Expr>),
    Clause(Name, Asked),
    FreeText(Value),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Name {
    Type,
    FileName,
    Deep,
    Odd,
}

#[derive(Arbitrary, Debug)]
enum Asked {
    Null(bool),
    Compare(u8, Value),
    Value(Value),
    List(Value, Vec<Value>),
    Range(bool, Value, Value, bool),
    Group(Value, Vec<(bool, Value)>),
}

#[derive(Arbitrary, Debug)]
enum Value {
    Double(String),
    Single(String),
    Backtick(String),
    Number(i64),
}

struct Writer {
    text: String,
    /// The values, in the order of the text.
    values: Vec<String>,
}

impl Writer {
    /// Deeper trees are not written: the limit is 1000, and this calls itself.
    const DEEPEST: usize = 200;

    fn expr(&mut self, expr: &Expr, nested: bool, depth: usize) -> Option<()> {
        if depth > Writer::DEEPEST {
            return None;
        }
        match expr {
            Expr::Or(first, second, rest) => {
                self.joined(" OR ", first, second, rest, nested, depth)
            }
            Expr::And(first, second, rest) => {
                self.joined(" AND ", first, second, rest, nested, depth)
            }
            Expr::Not(inner) => {
                self.text.push_str("NOT (");
                self.expr(inner, nested, depth + 1)?;
                self.text.push(')');
                Some(())
            }
            Expr::Nested(name, inner) => {
                self.text.push_str(name.text());
                self.text.push_str(":(");
                self.expr(inner, true, depth + 1)?;
                self.text.push(')');
                Some(())
            }
            Expr::Clause(name, asked) => {
                self.text.push_str(name.text());
                self.asked(asked)
            }
            // Not taken in a nested group.
            Expr::FreeText(_) if nested => None,
            // A minus before free text is a mistake of its own.
            Expr::FreeText(Value::Number(number)) if *number < 0 => None,
            Expr::FreeText(value) => self.value(value),
        }
    }

    fn joined(
        &mut self,
        word: &str,
        first: &Expr,
        second: &Expr,
        rest: &[Expr],
        nested: bool,
        depth: usize,
    ) -> Option<()> {
        let all = [first, second].into_iter().chain(rest);
        for (at, expr) in all.enumerate() {
            if at > 0 {
                self.text.push_str(word);
            }
            // A group of values is written the same, so a lone one is told apart by parentheses.
            self.text.push('(');
            self.expr(expr, nested, depth + 1)?;
            self.text.push(')');
        }
        Some(())
    }

    fn asked(&mut self, asked: &Asked) -> Option<()> {
        match asked {
            Asked::Null(negated) => {
                self.text
                    .push_str(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            Asked::Compare(how, value) => {
                let operators = [" > ", " >= ", " < ", " <= ", " = "];
                self.text
                    .push_str(operators[usize::from(*how) % operators.len()]);
                self.value(value)?;
            }
            Asked::Value(value) => {
                self.text.push(':');
                self.value(value)?;
            }
            Asked::List(first, rest) => {
                self.text.push_str(":[");
                self.value(first)?;
                for value in rest {
                    self.text.push(',');
                    self.value(value)?;
                }
                self.text.push(']');
            }
            Asked::Range(lower_in, lower, upper, upper_in) => {
                self.text.push_str(if *lower_in { ":[" } else { ":(" });
                self.bound(lower)?;
                self.text.push_str(" .. ");
                self.bound(upper)?;
                self.text.push(if *upper_in { ']' } else { ')' });
            }
            Asked::Group(first, rest) => {
                self.text.push_str(":(");
                self.value(first)?;
                for (and, value) in rest {
                    self.text.push_str(if *and { " AND " } else { " OR " });
                    self.value(value)?;
                }
                self.text.push(')');
            }
        }
        Some(())
    }

    /// A range has no open ends.
    fn bound(&mut self, value: &Value) -> Option<()> {
        match value {
            Value::Double(text) | Value::Single(text) | Value::Backtick(text)
                if matches!(text.trim(), "" | "*") =>
            {
                None
            }
            value => self.value(value),
        }
    }

    fn value(&mut self, value: &Value) -> Option<()> {
        let escaped = |text: &str, quote: char| {
            let text = text
                .replace('\\', "\\\\")
                .replace(quote, &format!("\\{quote}"));
            format!("{quote}{text}{quote}")
        };
        let (written, text) = match value {
            Value::Double(text) => (escaped(text, '"'), text.clone()),
            Value::Single(text) => (escaped(text, '\''), text.clone()),
            Value::Backtick(text) if text.contains('`') => return None,
            Value::Backtick(text) => (format!("`{text}`"), text.clone()),
            Value::Number(number) => (number.to_string(), number.to_string()),
        };
        self.text.push_str(&written);
        self.values.push(text);
        Some(())
    }
}

impl Name {
    fn text(self) -> &'static str {
        match self {
            Name::Type => "type",
            Name::FileName => "file.name",
            Name::Deep => "a.b.c.d",
            Name::Odd => "_x-1",
        }
    }
}

/// The values of a query, in the order of the text.
fn values(query: &Query) -> Vec<String> {
    let mut values = Vec::new();
    for step in query.walk() {
        let Step::Enter(id) = step else { continue };
        let literals: Vec<&Literal> = match &query.expr(id).kind {
            ExprKind::FreeText(literal) => vec![literal],
            ExprKind::Clause(clause) => match &clause.condition {
                Condition::Null { .. } => vec![],
                Condition::Compare(_, literal) | Condition::Value(literal) => vec![literal],
                Condition::List(literals) => literals.iter().collect(),
                Condition::Range(range) => vec![&range.lower, &range.upper],
                Condition::Group(groups) => groups.iter().flatten().collect(),
                other => panic!("no values are known for {other:?}"),
            },
            _ => vec![],
        };
        values.extend(literals.iter().map(|literal| literal.text.to_string()));
    }
    values
}

fuzz_target!(|expr: Expr| {
    let mut writer = Writer {
        text: String::new(),
        values: Vec::new(),
    };
    if writer.expr(&expr, false, 0).is_none() || writer.text.len() > 60_000 {
        return;
    }
    let text = writer.text;
    let query: Query = match text.parse() {
        Ok(query) => query,
        Err(errors) => panic!("{text}: {:?}", errors.iter().next()),
    };
    assert_eq!(values(&query), writer.values, "{text}");
    let printed = query.to_string();
    assert_eq!(
        printed.parse::<Query>().expect("printed text is good"),
        query,
        "{printed}"
    );
    for width in [0, 40, usize::MAX] {
        let layout = Layout::default().with_width(width);
        let formatted = query.format(&layout);
        let again: Query = formatted.parse().expect("formatted text is good");
        assert_eq!(again, query, "{formatted}");
        assert_eq!(again.format(&layout), formatted);
    }
});
