//! Dates as they are written, and the times of events.

use crate::lint::context::{Context, Seen};
use crate::schema::Kind;
use crate::syntax::{Condition, Literal};

/// Every date written for a datetime token, with its clause.
pub(in crate::lint) fn written_dates<'a, 'q>(
    context: &'a Context<'q>,
) -> impl Iterator<Item = (&'a Seen<'q>, &'q Literal)> {
    let dates = context
        .clauses()
        .filter(|(seen, _)| seen.kind() == Kind::DateTime);
    dates.flat_map(|(seen, clause)| {
        let literals: Vec<&Literal> = match &clause.condition {
            Condition::Null { .. } => Vec::new(),
            Condition::Compare(_, literal) | Condition::Value(literal) => vec![literal],
            Condition::List(literals) => literals.iter().collect(),
            Condition::Range(range) => vec![&range.lower, &range.upper],
            Condition::Group(groups) => groups.iter().flatten().collect(),
        };
        literals.into_iter().map(move |literal| (seen, literal))
    })
}

/// Whether a clause is about when an event happened, or was processed.
pub(in crate::lint) fn is_event_time(seen: &Seen<'_>, context: &Context<'_>) -> bool {
    let product = context.schema.product();
    seen.token.is_some_and(|token| {
        product.is_event_time(token.name()) || product.is_processed_time(token.name())
    })
}

/// ` of FIM`, where the product has a name.
pub(in crate::lint) fn of_product(context: &Context<'_>) -> String {
    let label = &context.schema.product().label;
    label
        .as_ref()
        .map_or(String::new(), |label| format!(" of {label}"))
}
