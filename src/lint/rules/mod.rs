//! The rules, one a file: page, rule, fix, cases.

mod always_false;
mod always_true;
mod bare_token;
mod before_never;
mod before_service;
mod beyond_retention;
mod broken_json;
mod comma_in_value;
mod date_without_zone;
mod double_negation;
mod duplicate_clause;
mod duplicate_value;
mod empty_range;
mod expired_ignore;
mod false_and_missing;
mod filter_in_quotes;
mod foreign_words;
mod implied_clause;
mod interpolated_value;
mod leading_wildcard;
mod missing_colon;
mod mixed_and_or;
mod mixed_brackets;
mod near_clause_limit;
mod net_value;
mod no_time_bound;
mod no_words;
mod not_enum;
mod not_in_answers;
mod null_value;
mod or_chain;
mod preferred_token;
mod processed_time;
mod question_mark;
mod redundant_parentheses;
mod request_parameter;
mod reversed_range;
mod seconds_as_date;
mod single_item_list;
mod split_value;
mod three_dots;
mod token_spelling;
mod unnested_array;
mod unquoted_blanks;
mod unused_ignore;
mod value_group;
mod wildcard_in_backticks;
mod wrong_ignore;

use super::rule::Rule;

/// The rules that other code refers to: those about files, which run where files are read, and one
/// whose fix is also a way to show a filter.
#[cfg(feature = "document")]
pub(super) const BROKEN_JSON: &Rule = &broken_json::RULE;
#[cfg(feature = "document")]
pub(super) const REQUEST_PARAMETER: &Rule = &request_parameter::RULE;
#[cfg(feature = "document")]
pub(super) const EXPIRED_IGNORE: &Rule = &expired_ignore::RULE;
#[cfg(feature = "document")]
pub(super) const INTERPOLATED_VALUE: &Rule = &interpolated_value::RULE;
pub(super) const MIXED_AND_OR: &Rule = &mixed_and_or::RULE;
#[cfg(feature = "document")]
pub(super) const UNUSED_IGNORE: &Rule = &unused_ignore::RULE;
#[cfg(feature = "document")]
pub(super) const WRONG_IGNORE: &Rule = &wrong_ignore::RULE;

/// Every rule of the linter, by name.
pub(super) static ALL: &[&Rule] = &[
    &always_false::RULE,
    &always_true::RULE,
    &bare_token::RULE,
    &before_never::RULE,
    &before_service::RULE,
    &beyond_retention::RULE,
    &broken_json::RULE,
    &comma_in_value::RULE,
    &date_without_zone::RULE,
    &double_negation::RULE,
    &duplicate_clause::RULE,
    &duplicate_value::RULE,
    &empty_range::RULE,
    &expired_ignore::RULE,
    &false_and_missing::RULE,
    &filter_in_quotes::RULE,
    &foreign_words::RULE,
    &implied_clause::RULE,
    &interpolated_value::RULE,
    &leading_wildcard::RULE,
    &missing_colon::RULE,
    &mixed_and_or::RULE,
    &mixed_brackets::RULE,
    &near_clause_limit::RULE,
    &net_value::RULE,
    &no_time_bound::RULE,
    &no_words::RULE,
    &not_enum::RULE,
    &not_in_answers::RULE,
    &null_value::RULE,
    &or_chain::RULE,
    &preferred_token::RULE,
    &processed_time::RULE,
    &question_mark::RULE,
    &redundant_parentheses::RULE,
    &request_parameter::RULE,
    &reversed_range::RULE,
    &seconds_as_date::RULE,
    &single_item_list::RULE,
    &split_value::RULE,
    &three_dots::RULE,
    &token_spelling::RULE,
    &unnested_array::RULE,
    &unquoted_blanks::RULE,
    &unused_ignore::RULE,
    &value_group::RULE,
    &wildcard_in_backticks::RULE,
    &wrong_ignore::RULE,
];
