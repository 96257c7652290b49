//! What is said of everything that checking can find beside its message.

use std::borrow::Cow;

use super::codes::code;
use super::kind::{FindingKind, Suggestion};
use crate::diagnostic::{Applicability, Code, Diagnostic, Fix, Parts, Severity};
use crate::schema::{Kind, Schema};
use crate::span::Span;

impl FindingKind {
    /// The code of this kind.
    pub fn code(&self) -> &'static Code {
        self.parts(Severity::Error, None).0
    }

    /// What there is to say about this, so severe, at a place, with this fix.
    pub(super) fn diagnostic(
        &self,
        severity: Severity,
        span: Span,
        fix: Option<Fix>,
    ) -> Diagnostic {
        let (code, label, help) = self.parts(severity, fix.as_ref());
        let diagnostic = Diagnostic::new(code, span, self.to_string())
            .with_severity(severity)
            .with_label(label)
            .with_help(help);
        match fix {
            Some(fix) => diagnostic.with_fix(fix),
            None => diagnostic,
        }
    }

    /// Its code, what is to be seen at its place, and what to do about it.
    fn parts(&self, severity: Severity, fix: Option<&Fix>) -> Parts {
        use FindingKind::*;
        match self {
            NotTaken { kind, .. } => (const { code("not_taken") }, "not taken", takes(*kind).into()),
            NotANumber { .. } => (const { code("not_a_number") }, "a number is expected here", "write digits, with a fraction or a unit if need be: `5`, `-1.5`, `2e3`, `10 MB`".into()),
            NumberOutOfRange { .. } => (const { code("number_out_of_range") }, "out of range", "integers go from -2^63 to 2^64-1, other numbers to 1.8e308".into()),
            NotABoolean { .. } => (const { code("not_a_boolean") }, "`true` or `false` is expected here", "write `true` or `false`".into()),
            NotADate { .. } => (const { code("not_a_date") }, "a date is expected here", "write `2024`, `2024-01`, `2024-01-31`, `2024-01-31T12:00:00.000Z` or `now-3d`".into()),
            UnicodeSign { sign, .. } => (const { code("unicode_sign") }, "not a plain sign", format!("type the sign `{sign}` of the keyboard").into()),
            DateBlank => (const { code("date_blank") }, "a blank in a date", "write a `T` in place of the blank, as in `2024-01-31T12:00:00`".into()),
            DayZone { day, .. } => (const { code("day_zone") }, "a day with a zone", format!("write `{day}` if the day of UTC is meant; a time takes a zone, as in `{day}T00:00:00+02:00`").into()),
            EpochSeconds { .. } => (const { code("epoch_seconds") }, "seconds", "if these are seconds, write milliseconds: put `000` after them; or write a date".into()),
            DatePrecision => (const { code("date_precision") }, "too many digits", "take the digits after the ninth away".into()),
            DateRounding => (const { code("date_rounding") }, "rounded here", "write the day itself, as in `2024-01-31`, or leave the `/` and what follows away".into()),
            DateOutOfRange { .. } => (const { code("date_out_of_range") }, "out of range", "write a date that exists".into()),
            NowNotGiven => (const { code("now_not_given") }, "relative to now", "check with `CheckOptions::at(…)` or `CheckOptions::from_clock()`".into()),
            NotAVersion { .. } => (const { code("not_a_version") }, "a version is expected here", "write a version with a digit in it, and without wildcards: `4.8`, `2.0-rc1`".into()),
            NotAnAddress { .. } => (const { code("not_an_address") }, "an address is expected here", "write `10.0.0.1`, `fe80::1`, a net `10.0.0.0/8`, or a pattern `10.0.*`".into()),
            NetBound => (const { code("net_bound") }, "a net", "write the net after a colon, `token:10.0.0.0/8`, or its first or last address here".into()),
            TooManyWildcards { .. } => (const { code("too_many_wildcards") }, "the pattern", "several `*` side by side mean the same as one".into()),
            FreeTextWildcard => (const { code("free_text_wildcard") }, "the pattern", "name a token, `file.name:win*`; the last word of free text may be a prefix as it is".into()),
            UnknownToken { suggestion, .. } => (const { code("unknown_token") }, "unknown token", meant(suggestion.as_ref())),
            GroupOnly { token, child } => (const { code("group_only") }, "a value for the whole group", match child {
                    Some(child) => format!("write `{token}:({child}:…)` if `{child}` is meant, or another of its tokens"),
                    None => format!("write `{token}:(…)` with conditions on its tokens"),
                }.into()),
            DottedGroup { head, rest, .. } => (const { code("dotted_group") }, "a dotted name", match fix {
                    Some(fix) if fix.applies(Applicability::Safe) => format!("write `{head}:({rest}:…)`"),
                    _ => format!("write `{head}:({rest}:…)` if one element of `{head}` is meant"),
                }.into()),
            GuessedKind { found, .. } => {
                let (_, _, help) = found.parts(severity, fix);
                (const { code("guessed_kind") }, "does not fit the guess", format!("it is read as on a token of unknown kind; if the guess is right, {help}").into())
            }
            UnknownValue { suggestion, known, .. } => (const { code("unknown_value") }, "unknown value", match suggestion {
                    Some(value) => format!("did you mean `{value}`?"),
                    None => format!("the values known are {known}"),
                }.into()),
            UnorderedBound { .. } => (const { code("unordered_bound") }, "nothing compares to this", "compare with a number, a date or an address, or write `token:value`".into()),
            QuotedRange => (const { code("quoted_range") }, "a range in quotes", match severity {
                    Severity::Advice => "write `token:[a .. b]` if the app takes a range without quotes",
                    _ => "write a range without quotes after a colon: `token:[a .. b]`",
                }.into()),
            NoSharedArray => (const { code("no_shared_array") }, "this group", "write the conditions with their full names, joined by `AND`".into()),
            Unread => (const { code("unread") }, "not read as a whole", "correct the text first: what is said of the parts that could be read is not all".into()),
        }
    }
}

/// What may be meant in place of a name that is not known.
fn meant(suggestion: Option<&Suggestion>) -> Cow<'static, str> {
    match suggestion {
        Some(Suggestion::Name(name)) => format!("did you mean `{name}`?").into(),
        Some(Suggestion::Scope { schema, scope }) => format!(
            "that is a token of the scope `{scope}`: check it with the schema `{schema}:{scope}`"
        )
        .into(),
        Some(Suggestion::Schema(schema)) => {
            let label =
                Schema::built_in(schema).and_then(|schema| schema.product().label.as_deref());
            let label = label.unwrap_or(schema);
            format!("that is a token of {label}: check it with the schema `{schema}`").into()
        }
        None => "list the tokens with `qlint tokens`, or add it to a schema file".into(),
    }
}

/// What a kind takes, as help for who asked it for something else.
fn takes(kind: Kind) -> String {
    // Without backticks around them, for one of them is made of backticks.
    let forms: Vec<&str> = kind.forms().iter().map(|form| form.example()).collect();
    format!("a token of kind {kind} takes {}", forms.join(", "))
}
