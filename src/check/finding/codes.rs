//! The codes of what the check finds, in the order of their page in the book, whose first sentences the summaries
//! are.

use FixAvailability::{Mixed, None as NoFix, Safe, Unsafe};

use crate::diagnostic::{Code, FixAvailability, Level};

/// Every code.
pub(crate) const CODES: &[Code] = &[
    error(
        "qql::check::not_taken",
        Safe,
        "the token's kind does not take such an operator or operand",
    ),
    error(
        "qql::check::not_a_number",
        NoFix,
        "the token takes numbers, and this is none",
    ),
    error(
        "qql::check::number_out_of_range",
        NoFix,
        "integers are compared from -2⁶³ to 2⁶⁴-1, other numbers up to 1.8e308",
    ),
    error(
        "qql::check::not_a_boolean",
        NoFix,
        "the token takes `true` and `false`, in any case",
    ),
    error(
        "qql::check::not_a_date",
        NoFix,
        "the token takes dates, and this is none",
    ),
    error(
        "qql::check::unicode_sign",
        Safe,
        "a dash or another sign of Unicode is written where `-` or `+` is meant",
    ),
    error(
        "qql::check::date_blank",
        Safe,
        "a day and its time are joined by `T`",
    ),
    error(
        "qql::check::day_zone",
        Unsafe,
        "a day takes no zone: a written day is a day of UTC",
    ),
    error(
        "qql::check::epoch_seconds",
        Unsafe,
        "a number of nine or ten digits looks like seconds since 1970",
    ),
    error(
        "qql::check::date_precision",
        NoFix,
        "a date has at most nine digits of a second's fraction",
    ),
    error(
        "qql::check::date_rounding",
        NoFix,
        "dates are not rounded with `/`",
    ),
    error(
        "qql::check::date_out_of_range",
        NoFix,
        "the date lies outside the years 0 to 9999",
    ),
    error(
        "qql::check::now_not_given",
        NoFix,
        "the filter says `now`, and the check was not told what that is",
    ),
    error(
        "qql::check::not_a_version",
        NoFix,
        "the token takes versions, and this is none: it has no digit, or it has a wildcard",
    ),
    error(
        "qql::check::not_an_address",
        NoFix,
        "the token takes addresses, and this is none",
    ),
    error(
        "qql::check::net_bound",
        NoFix,
        "a net cannot be compared with, also by `=`, nor be a bound of a range, and a net of one address cannot either",
    ),
    error(
        "qql::check::too_many_wildcards",
        NoFix,
        "a pattern has more `*` than the limit `wildcards`, 32 by default",
    ),
    error(
        "qql::check::free_text_wildcard",
        NoFix,
        "free text takes no wildcards",
    ),
    warning(
        "qql::check::unknown_token",
        Unsafe,
        "the schema does not know the token",
    ),
    warning(
        "qql::check::guessed_kind",
        Unsafe,
        "the operator or the value does not fit the token's kind, which is only a guess",
    ),
    warning(
        "qql::check::unknown_value",
        Unsafe,
        "the value is not among those that are known for the token",
    ),
    error(
        "qql::check::group_only",
        Unsafe,
        "a name that only a nested group takes has a value of its own",
    ),
    warning(
        "qql::check::dotted_group",
        Mixed,
        "a dotted name reaches into a name that only a nested group takes",
    ),
    warning(
        "qql::check::unordered_bound",
        NoFix,
        "on a token of unknown kind, a bound is neither a number, a date nor an address, so nothing is above or below it",
    ),
    warning(
        "qql::check::quoted_range",
        Mixed,
        "a range is written in quotes",
    ),
    warning(
        "qql::check::no_shared_array",
        NoFix,
        "the sub-tokens of a nested group share no array, so the group asks no more than its clauses one by one",
    ),
    error(
        "qql::check::unread",
        NoFix,
        "the filter was read in spite of errors in its text, and cannot be used",
    ),
];

/// The code of this name; an unknown name does not compile in a constant.
pub(super) const fn code(name: &str) -> &'static Code {
    Code::named(CODES, name)
}

const fn error(text: &'static str, fix: FixAvailability, summary: &'static str) -> Code {
    Code::new(text, Level::Error, fix, summary)
}

const fn warning(text: &'static str, fix: FixAvailability, summary: &'static str) -> Code {
    Code::new(text, Level::Warning, fix, summary)
}
