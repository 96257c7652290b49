//! What holds of the tree of any text.

use qualys_filter::syntax::{Clause, Condition, ExprId, ExprKind, Parsed, Step};
use qualys_filter::{Query, Span};

/// Panics unless what was read of a text is a tree as [`Parsed`] promises.
pub fn assert_whole(parsed: &Parsed, text: &str) {
    let query = parsed.query();
    let has_errors = !parsed.errors().is_empty();
    assert_eq!(query.has_errors(), has_errors, "{text:?}");
    assert_eq!(query.text(), text);
    for error in parsed.errors() {
        assert!(text.get(error.span().range()).is_some(), "{error:?}");
    }
    if query.root().is_none() {
        assert!(!has_errors && text.trim().is_empty(), "{text:?}");
    }
    let whole = Span::new(0, text.len() as u32);
    // The expressions around the place of the walk.
    let mut around: Vec<ExprId> = Vec::new();
    for step in query.walk() {
        let Step::Enter(id) = step else {
            around.pop();
            continue;
        };
        let expr = query.expr(id);
        let outer = around.last().map_or(whole, |id| query.expr(*id).span);
        assert!(
            text.get(expr.span.range()).is_some(),
            "{expr:?} of {text:?}"
        );
        assert!(is_within(expr.span, outer), "{expr:?} of {text:?}");
        let children = expr.kind.children().iter().map(|id| query.expr(*id).span);
        assert_in_order(children, expr.span, text);
        match &expr.kind {
            ExprKind::Clause(clause) => assert_in_order(parts(clause), expr.span, text),
            ExprKind::FreeText(literal) => assert_in_order([literal.span], expr.span, text),
            ExprKind::Nested(token, _) => assert_in_order([token.span], expr.span, text),
            ExprKind::Error => assert!(has_errors, "an error in the tree of {text:?}"),
            _ => {}
        }
        assert!(
            query.ancestors(id).eq(around.iter().rev().copied()),
            "{expr:?} of {text:?}"
        );
        assert_found(query, expr.span.start);
        assert_found(query, expr.span.end);
        around.push(id);
    }
    // A text with errors does not become a query.
    assert_eq!(parsed.clone().ok().is_err(), has_errors, "{text:?}");
    if has_errors {
        assert_eq!(query.to_string(), text);
    }
}

/// Panics unless the innermost expression at an offset is found.
fn assert_found(query: &Query, offset: u32) {
    let at = query.at(offset).expect("an end of an expression is in it");
    let expr = query.expr(at);
    let holds = |span: Span| span.start <= offset && offset <= span.end;
    assert!(holds(expr.span), "{offset} in {query:?}");
    let inner = expr.kind.children().iter();
    let last = inner
        .map(|id| query.expr(*id).span)
        .rfind(|span| span.start <= offset);
    assert!(!last.is_some_and(holds), "{offset} in {query:?}");
}

fn is_within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end
}

fn assert_in_order(spans: impl IntoIterator<Item = Span>, around: Span, text: &str) {
    let mut from = around.start;
    for span in spans {
        assert!(
            is_within(span, around),
            "{span:?} in {around:?} of {text:?}"
        );
        assert!(from <= span.start, "{span:?} after {from} in {text:?}");
        from = span.end;
    }
}

/// The spans of the name and the values of a clause.
fn parts(clause: &Clause) -> Vec<Span> {
    let mut parts = vec![clause.token.span];
    match &clause.condition {
        Condition::Compare(_, literal) | Condition::Value(literal) => parts.push(literal.span),
        Condition::List(literals) => parts.extend(literals.iter().map(|literal| literal.span)),
        Condition::Range(range) => {
            parts.extend([range.lower.span, range.dots, range.upper.span]);
        }
        Condition::Group(alternatives) => {
            let literals = alternatives.iter().flatten();
            parts.extend(literals.map(|literal| literal.span));
        }
        _ => {}
    }
    parts
}
