//! What every fix has to keep, of every kind, safe or not: held on filters of other people that were spoilt.
//!
//! A fix alone takes its finding away, leaves fewer errors than there were, and brings nothing worse than what
//! it took away. Fixes together end, and made again change nothing. A safe one keeps the answer on events.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use qualys_filter::lint::{Linter, Report, Rule};
use qualys_filter::syntax::{Condition, ExprKind, Literal, Quoting, Step};
use qualys_filter::{
    Applicability, CheckOptions, Checked, Diagnostic, Fix, Level, Limits, Query, Schema, Severity,
    Stage,
};
use testkit::generate::{self, Choices};
use testkit::spoil::{self, Random};

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::from_toml(include_str!("../data/schema.toml")).unwrap());

fn options() -> CheckOptions {
    CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap())
}

/// With every rule switched on.
fn linter(schema: &Schema) -> Linter {
    let linter = Linter::new(schema).with_options(options());
    Rule::all().iter().fold(linter, |linter, rule| {
        let level = rule.level().max(Level::Advice);
        linter.with_level(rule, level)
    })
}

fn schema(name: &str) -> &'static Schema {
    match name {
        "test" => &SCHEMA,
        name => Schema::built_in(name).unwrap(),
    }
}

/// Filters with the schemas that they are written for: those of other people, what people mistype, and what
/// the pages show.
static FILTERS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let mut filters = Vec::new();
    for line in include_str!("../data/written-by-others.tsv")
        .lines()
        .skip(1)
    {
        let mut cells = line.split('\t');
        let (app, filter) = (cells.next().unwrap(), cells.nth(1).unwrap());
        let schema = match app {
            "EDR" => "edr",
            "FIM" => "fim",
            _ => "open",
        };
        filters.push((schema, filter.to_owned()));
    }
    let mistakes = include_str!("../data/mistakes.txt").lines();
    filters.extend(mistakes.map(|line| ("edr", line.to_owned())));
    for rule in Rule::all() {
        let mut schema = None;
        for line in rule.page().lines() {
            match line.strip_prefix("```") {
                Some(mark) => {
                    let mut names = Schema::BUILT_IN.iter().copied();
                    schema = names.find(|name| mark.split(' ').nth(1) == Some(name));
                }
                None => filters.extend(schema.map(|schema| (schema, line.to_owned()))),
            }
        }
    }
    filters
});

static TEXTS: LazyLock<Vec<String>> =
    LazyLock::new(|| FILTERS.iter().map(|(_, text)| text.clone()).collect());

/// A filter with its schema, from a number.
fn case(number: u64) -> (&'static str, String) {
    let mut random = Random::new(number);
    match random.below(5) {
        0 => {
            let bytes: Vec<u8> = (0..120).map(|_| random.below(256) as u8).collect();
            let filter = generate::filter(&mut Choices::new(&bytes));
            ("test", spoil::spoilt(&filter, &TEXTS, &mut random))
        }
        _ => {
            let (schema, filter) = &FILTERS[random.below(FILTERS.len())];
            (schema, spoil::spoilt(filter, &TEXTS, &mut random))
        }
    }
}

/// What is not as it should be with a fix: which promise, of which rule.
type Broken = (&'static str, &'static str);

/// How much there is of each level, with errors of the text apart from those of the check: the latter are only
/// found once there are none of the former.
fn weight(report: &Report) -> [usize; 4] {
    let mut weight = [0; 4];
    for diagnostic in report.diagnostics() {
        // That two conditions say the same, or exclude each other, is true before they are written alike.
        if [
            "duplicate_clause",
            "implied_clause",
            "always_true",
            "always_false",
        ]
        .contains(&diagnostic.code().name())
        {
            continue;
        }
        let of = match (diagnostic.severity(), diagnostic.code().stage()) {
            (Severity::Error, Stage::Parse) => 0,
            (Severity::Error, _) => 1,
            (Severity::Warning, _) => 2,
            _ => 3,
        };
        weight[of] += 1;
    }
    weight
}

/// Whether the same finding is there after the fix, at the same place.
fn is_still_there(diagnostic: &Diagnostic, change: &Fix, before: &Report, after: &Report) -> bool {
    // Where what was at a place is afterwards: the edits before it moved it.
    let moved = |at: u32, end: bool| {
        let mut place = i64::from(at);
        for edit in change.edits() {
            if edit.span.end <= at && (end || edit.span.start < at || edit.span.end < at) {
                place += edit.text.len() as i64 - edit.span.len() as i64;
            }
        }
        place
    };
    let (start, end) = (diagnostic.span().start, diagnostic.span().end);
    let (start, end) = (moved(start, false), moved(end, true));
    // Of parentheses around parentheses one pair is taken away at a time.
    if diagnostic.code().name() == "redundant_parentheses" {
        return false;
    }
    let count = |report: &Report| {
        let codes = report.diagnostics().iter().map(Diagnostic::code);
        codes.filter(|code| *code == diagnostic.code()).count()
    };
    count(after) >= count(before)
        && after.diagnostics().iter().any(|again| {
            let span = again.span();
            let same = again.code() == diagnostic.code() && again.message() == diagnostic.message();
            same && i64::from(span.start) == start && i64::from(span.end) == end
        })
}

fn checked(schema: &Schema, text: &str) -> Option<(Query, Checked)> {
    let query: Query = text.parse().ok()?;
    let checked = query.check_with(schema, &options()).ok()?;
    Some((query, checked))
}

/// Words and signs that are operators in other languages, and nothing but text here.
const FOREIGN: &[&str] = &[
    "~",
    "=~",
    "!~",
    "==",
    "===",
    "!=",
    "<>",
    "||",
    "&&",
    "|",
    ";",
    "in",
    "not in",
    "like",
    "LIKE",
    "contains",
    "startswith",
    "endswith",
    "matches",
    "regex",
    "has_any",
    "has_all",
    "between",
    "xor",
    "gt",
    "ne",
    "limit",
    "%20",
    "%3A",
    "%22",
    "&amp;",
    "&quot;",
    "&gt;",
    "&#39;",
];

/// The values in quotes of what can be read of a text.
fn quoted(text: &str) -> Vec<String> {
    let parsed = Query::parse_lossy(text, &Limits::default());
    let query = parsed.query();
    let mut all = Vec::new();
    for step in query.walk() {
        let Step::Enter(id) = step else { continue };
        let literals: Vec<&Literal> = match &query.expr(id).kind {
            ExprKind::FreeText(literal) => vec![literal],
            ExprKind::Clause(clause) => match &clause.condition {
                Condition::Value(literal) | Condition::Compare(_, literal) => vec![literal],
                Condition::List(literals) => literals.iter().collect(),
                Condition::Group(groups) => groups.iter().flatten().collect(),
                Condition::Range(range) => vec![&range.lower, &range.upper],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        let of_quotes = literals
            .into_iter()
            .filter(|it| it.quoting != Quoting::Bare);
        all.extend(of_quotes.map(|literal| literal.text.to_string()));
    }
    all
}

/// Whether a fix put an operator of another language between quotes, where it looks like a text that is meant.
fn hides_foreign(text: &str, fixed: &str) -> bool {
    // What was quoted before is not the fix's doing.
    let outside: String = quoted(text).iter().fold(text.to_owned(), |text, it| {
        text.replacen(it.as_str(), "", 1)
    });
    let is_word = |text: &str, word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back().is_none_or(|c| c == ' ');
            let after = text[at + word.len()..]
                .chars()
                .next()
                .is_none_or(|c| " [(\"'".contains(c));
            let is_escape = word.starts_with(['%', '&']) && word.len() > 2;
            is_escape || (before && after && text.len() > word.len())
        })
    };
    let was = quoted(text);
    quoted(fixed).iter().any(|value| {
        let is_new = !was
            .iter()
            .any(|was| was.contains(value.trim_end_matches(['\\', ' '])));
        let is_in_quotes = |word: &&&str| was.iter().any(|was| was.contains(**word));
        let mut words = FOREIGN.iter().filter(|word| !is_in_quotes(word));
        is_new && words.any(|word| is_word(value, word) && is_word(&outside, word))
    })
}

/// Whether a word that is an operator in other languages is left alone before an `AND` that a fix wrote.
fn joins_foreign(text: &str, fixed: &str) -> bool {
    FOREIGN.iter().any(|word| {
        let after = format!(" {word} AND ");
        fixed.matches(&after).count() > text.matches(&after).count()
    })
}

/// Holds one fix to what is promised of it.
fn hold(
    schema: &Schema,
    linter: &Linter,
    text: &str,
    before: &Report,
    diagnostic: &Diagnostic,
) -> Vec<Broken> {
    let mut broken = Vec::new();
    let Some(change) = diagnostic.fix() else {
        return broken;
    };
    let code = diagnostic.code().name();
    let fixed = change.apply(text);
    let after = linter.lint(&fixed);
    if is_still_there(diagnostic, change, before, &after) {
        broken.push(("the finding is still there", code));
    }
    let (was, is) = (weight(before), weight(&after));
    let better = match diagnostic.severity() {
        Severity::Error if was[0] > 0 => is[0] < was[0],
        Severity::Error => is[0] == 0 && is[1] < was[1],
        Severity::Warning => is[0] <= was[0] && is[1] <= was[1],
        _ => (0..3).all(|of| is[of] <= was[of]),
    };
    if !better {
        broken.push(("it is not better", code));
    }
    // What was escaped several times may have escapes in its values.
    if code == "missing_operator" && joins_foreign(text, &fixed) {
        broken.push(("it joins an operator of another language", code));
    }
    if code != "encoded_text" && hides_foreign(text, &fixed) {
        broken.push(("it hides an operator of another language", code));
    }
    let help = diagnostic.help().unwrap_or_default();
    if help.is_empty() {
        broken.push(("no help", code));
    }
    // That it may be something else that was meant, and what to write then.
    let assumes = [
        "if ",
        "to ask ",
        "to look for ",
        "did you mean ",
        "; quote ",
        "; in clauses ",
    ];
    if change.applicability() == Applicability::Unsafe
        && !assumes.iter().any(|word| help.contains(word))
    {
        broken.push((
            "the help of an unsafe fix does not say what it assumes",
            code,
        ));
    }
    if change.applicability() == Applicability::Safe
        && let Some((query, was)) = checked(schema, text)
    {
        match checked(schema, &fixed) {
            None => broken.push(("a safe fix breaks the filter", code)),
            Some((_, is)) => {
                let mut random = Random::new(text.len() as u64);
                let (was, is) = (was.compile(), is.compile());
                let events = spoil::events(&query, schema, 12, &mut random);
                if events
                    .iter()
                    .any(|event| was.is_match_value(event) != is.is_match_value(event))
                {
                    broken.push(("a safe fix changes the answer", code));
                }
            }
        }
    }
    broken
}

/// Holds all the fixes of a filter together to what is promised of them.
fn hold_all(linter: &Linter, text: &str, least: Applicability, before: &Report) -> Vec<Broken> {
    let mut broken = Vec::new();
    let fixed = linter.fix(text, least);
    let name = least.as_str();
    let again = linter.fix(&fixed.text, least);
    if again.text != fixed.text {
        broken.push(("fixes made again change the text", name));
    }
    if fixed.text.len() > 2 * text.len() + 100 {
        broken.push(("the text grows", name));
    }
    let is_escaped = |it: &Diagnostic| it.code().name() == "encoded_text";
    if !before.diagnostics().iter().any(is_escaped) && hides_foreign(text, &fixed.text) {
        broken.push(("fixes together hide an operator of another language", name));
    }
    let (was, is) = (weight(before), weight(&linter.lint(&fixed.text)));
    if is[0] > was[0] || (is[0] == was[0] && is[1] > was[1] && was[0] == 0) {
        broken.push(("fixes together add errors", name));
    }
    broken
}

/// Everything that is broken for a filter, and how many fixes it has.
fn look(name: &str, text: &str) -> (Vec<Broken>, Vec<&'static str>) {
    let schema = schema(name);
    let linter = linter(schema);
    let report = linter.lint(text);
    let mut broken = Vec::new();
    let mut codes = Vec::new();
    for diagnostic in report.diagnostics() {
        if diagnostic.fix().is_some() {
            codes.push(diagnostic.code().name());
            broken.extend(hold(schema, &linter, text, &report, diagnostic));
        }
    }
    for least in [Applicability::Safe, Applicability::Unsafe] {
        broken.extend(hold_all(&linter, text, least, &report));
    }
    (broken, codes)
}

/// A shorter filter that breaks the same promise, found by leaving characters out.
fn shrink(name: &str, text: &str, broken: Broken) -> String {
    let mut text = text.to_owned();
    let mut len = text.chars().count() / 2;
    while len > 0 {
        let mut at = 0;
        while at < text.chars().count() {
            let chars: Vec<char> = text.chars().collect();
            let end = (at + len).min(chars.len());
            let shorter: String = chars[..at].iter().chain(&chars[end..]).collect();
            match look(name, &shorter).0.contains(&broken) {
                true => text = shorter,
                false => at += len,
            }
        }
        len /= 2;
    }
    text
}

/// Looks at these cases; which promises are broken, with one short filter for each, and how many fixes of
/// which rule were held to them.
fn run(numbers: std::ops::Range<u64>) -> (BTreeMap<Broken, String>, BTreeMap<&'static str, usize>) {
    let mut broken = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for number in numbers {
        let (name, text) = case(number);
        let (found, codes) = look(name, &text);
        for code in codes {
            *counts.entry(code).or_default() += 1;
        }
        for promise in found {
            broken.entry(promise).or_insert_with(|| {
                format!(
                    "{name}\t{}",
                    serde_json::Value::from(shrink(name, &text, promise))
                )
            });
        }
    }
    (broken, counts)
}

fn show(broken: &BTreeMap<Broken, String>) -> String {
    let mut shown = String::new();
    for ((promise, code), filter) in broken {
        writeln!(shown, "{promise} ({code}):\n    {filter}").unwrap();
    }
    shown
}

/// How many filters are looked at: `FIXES=1000000 cargo test --release --test library` looks at more.
fn cases() -> u64 {
    let cases = std::env::var("FIXES").ok();
    cases.map_or(2500, |cases| cases.parse().unwrap())
}

#[test]
fn every_fix_keeps_its_promises() {
    let from: u64 = std::env::var("FIXES_FROM").map_or(0, |from| from.parse().unwrap());
    let (broken, counts) = run(from..from + cases());
    let total: usize = counts.values().sum();
    println!("{total} fixes of {} rules: {counts:?}", counts.len());
    assert!(broken.is_empty(), "{}", show(&broken));
    // The promises are worth little if there is nothing to fix.
    assert!(total as u64 > cases() / 2, "{counts:?}");
}

/// What once broke a promise, each on a line: the schema, and the filter as a string of JSON.
#[test]
fn what_once_was_broken_stays_right() {
    let mut broken = BTreeMap::new();
    for line in include_str!("../data/fixes.tsv").lines() {
        let (name, text) = line.split_once('\t').unwrap();
        let text: String = serde_json::from_str(text).unwrap();
        for promise in look(name, &text).0 {
            broken.insert(promise, line.to_owned());
        }
    }
    assert!(broken.is_empty(), "{}", show(&broken));
}
