//! Every code has a section in the documentation, and something that triggers it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use qualys_filter::build::{Draft, Order, RequestDraft, all_of, free_text, request, token};
use qualys_filter::lint::Rule;
use qualys_filter::schema::{Kind, Token};
use qualys_filter::{
    CheckOptions, Code, Diagnostic, FilterSetBuilder, Level, Limits, Linter, Query, ScanOptions,
    Schema,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => rust_files(&path, files),
            false => files.push(path),
        }
    }
}

/// The codes that the source defines.
fn defined() -> BTreeSet<String> {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    let mut codes = BTreeSet::new();
    for file in files {
        // Those of lint rules are on the pages of the rules.
        if file.starts_with(root().join("src/lint")) {
            continue;
        }
        let text = fs::read_to_string(file).unwrap();
        let lines = text.lines().map(|line| line.split("//").next().unwrap());
        for (_, rest) in lines.flat_map(|line| {
            line.match_indices("qql::")
                .map(move |(at, _)| line.split_at(at))
        }) {
            // In an attribute, or in a table.
            let end = rest.find([')', '"']).unwrap_or_default();
            let name = &rest[..end];
            if name.split("::").count() == 3 && name.split("::").all(|part| !part.is_empty()) {
                assert!(codes.insert(name.to_owned()), "`{name}` is used twice");
            }
        }
    }
    codes
}

/// The sections of the pages on codes: the code, what marks its first example, and the example.
fn documented() -> BTreeMap<String, Option<(String, String)>> {
    let mut sections = BTreeMap::new();
    for page in ["parse", "check", "event", "schema", "build", "set"] {
        let text = fs::read_to_string(root().join(format!("docs/src/codes/{page}.md"))).unwrap();
        for section in text.split("\n## ").skip(1) {
            let (code, rest) = section.split_once('\n').unwrap();
            let example = rest.split_once("```").map(|(_, block)| {
                let block = block.split("\n```").next().unwrap();
                let (mark, text) = block.split_once('\n').unwrap();
                (mark.to_owned(), text.to_owned())
            });
            assert!(
                sections.insert(code.to_owned(), example).is_none(),
                "{code} twice"
            );
        }
    }
    sections
}

fn code_of(diagnostic: &Diagnostic) -> String {
    let fix = diagnostic.fix().map(|fix| fix.applicability());
    let known = diagnostic.code().fix();
    assert!(fix.is_none_or(|fix| known.allows(fix)), "{diagnostic}");
    let help = diagnostic.help();
    assert!(help.is_some(), "{diagnostic} has no help");
    code(diagnostic, diagnostic.code(), help)
}

/// An error of a program, not of a text: its kind has no place, and its summary is on the page.
macro_rules! code_of_kind {
    ($kind:expr) => {{
        let kind = $kind;
        let section = section(kind.code().as_str());
        assert_eq!(first_sentence(&section), kind.code().summary());
        assert_eq!(kind.code().level(), Level::Error);
        code(&kind, kind.code(), Some(kind.help()))
    }};
}

/// What a section of the pages on codes says.
fn section(code: &str) -> String {
    let page = code.split("::").nth(1).unwrap();
    let text = fs::read_to_string(root().join(format!("docs/src/codes/{page}.md"))).unwrap();
    let (_, section) = text.split_once(&format!("\n## {code}\n\n")).unwrap();
    section.to_owned()
}

/// The first sentence of a section, as the summary of a code is written.
fn first_sentence(section: &str) -> String {
    let paragraph = section.split("\n\n").next().unwrap().replace('\n', " ");
    let sentence = paragraph.split(". ").next().unwrap();
    let mut letters = sentence.trim_end().trim_end_matches('.').chars();
    let first: String = letters.next().unwrap().to_lowercase().collect();
    first + letters.as_str()
}

/// The code of a diagnostic, whose message and help are held to the style. `miette` shows the same.
fn code(diagnostic: &dyn miette::Diagnostic, code: &Code, help: Option<&str>) -> String {
    let shown = |text: Option<Box<dyn Display + '_>>| text.map(|text| text.to_string());
    assert_eq!(shown(diagnostic.help()).as_deref(), help);
    assert_eq!(shown(diagnostic.code()).as_deref(), Some(code.as_str()));
    let page = code.as_str().split("::").nth(1).unwrap();
    assert_eq!(code.stage().as_str(), page);
    let message = diagnostic.to_string();
    assert!(
        !message.ends_with('.') && !message.starts_with(char::is_uppercase)
            || message.starts_with("U+"),
        "{message}"
    );
    code.to_string()
}

fn parse_codes(text: &str, limits: &Limits) -> Vec<String> {
    match Query::parse_with(text, limits) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.diagnostics().map(code_of).collect(),
    }
}

fn check_codes(text: &str, schema: &Schema, options: &CheckOptions) -> Vec<String> {
    let query: Query = text
        .parse()
        .unwrap_or_else(|e| panic!("{text}: {}", testkit::list(&e)));
    match query.check_with(schema, options) {
        Ok(checked) => checked
            .warnings()
            .iter()
            .map(|warning| code_of(warning.diagnostic()))
            .collect(),
        Err(errors) => errors.diagnostics().map(code_of).collect(),
    }
}

/// What the text of a page cannot show.
fn other_triggers() -> BTreeMap<&'static str, Vec<String>> {
    let few = Limits::default()
        .with_query_bytes(20)
        .with_clauses(1)
        .with_nesting(1)
        .with_list_items(1);
    let parse = |text: &str| parse_codes(text, &few);
    let bad = |event: &[u8], limits: Limits| {
        let options = CheckOptions::default().with_limits(limits);
        let query: Query = "type:FILE".parse().unwrap();
        let filter = query.check_with(Schema::edr(), &options).unwrap().compile();
        vec![code_of_kind!(filter.is_match(event).unwrap_err().kind())]
    };
    let short = Limits::default().with_event_bytes(5);
    let rooted = ScanOptions::default().with_root("data".parse().unwrap());
    let filter = testkit::checked("type:FILE", Schema::edr()).compile();
    let no_root = filter
        .scan_with(b"{}", &rooted)
        .next()
        .unwrap()
        .unwrap_err();
    let checked = testkit::checked("type:FILE", Schema::edr());
    let mut builder = FilterSetBuilder::new().with_limits(&Limits::default().with_filters(1));
    builder.add(&checked);
    builder.add(&checked);
    let too_many = builder.build().unwrap_err();
    let unread = |text: &str| Query::parse_lossy(text, &Limits::default()).into_parts().0;
    let built = |draft: Draft| match draft.build() {
        Ok(query) => panic!("{query}"),
        Err(errors) => errors
            .into_iter()
            .map(|error| code_of_kind!(error))
            .collect::<Vec<_>>(),
    };
    let requested = |draft: RequestDraft| {
        let errors = draft.build().unwrap_err().into_iter();
        errors.map(|error| code_of_kind!(error)).collect()
    };
    let cs = || request(Schema::built_in("cs").unwrap().product());
    let group = Schema::empty()
        .with_token(Token::new("software", Kind::Auto).with_group_only(true))
        .and_then(|schema| schema.with_token(Token::new("software.name", Kind::Text)))
        .unwrap();
    let grouped = |text: &str| check_codes(text, &group, &CheckOptions::default());
    let versions = Schema::empty()
        .with_token(Token::new("agent.version", Kind::Version))
        .unwrap();
    BTreeMap::from([
        ("qql::check::group_only", grouped("software:chrome")),
        ("qql::check::dotted_group", grouped("software.name:chrome")),
        (
            "qql::check::unread",
            match unread("type:FILE AND action:").check(Schema::edr()) {
                Ok(_) => Vec::new(),
                Err(errors) => errors.diagnostics().map(code_of).collect(),
            },
        ),
        // Its parentheses would pair with those that are put around it.
        (
            "qql::build::unread",
            built(Draft::from(unread("a:1) OR (b:2"))),
        ),
        (
            "qql::parse::query_too_long",
            parse("a:1 AND a:1 AND a:1 AND a:1"),
        ),
        ("qql::parse::too_many_clauses", parse("a:1 AND b:2")),
        ("qql::parse::nesting_too_deep", parse("((a:1))")),
        ("qql::parse::list_too_long", parse("a:[1, 2]")),
        (
            "qql::check::now_not_given",
            check_codes("dateTime > now-3d", Schema::edr(), &CheckOptions::default()),
        ),
        (
            "qql::check::not_a_version",
            check_codes(
                "agent.version > latest",
                &versions,
                &CheckOptions::default(),
            ),
        ),
        (
            "qql::event::invalid_utf8",
            bad(b"{\"type\": \"\xff\"}", Limits::default()),
        ),
        ("qql::event::too_long", bad(b"{\"type\": 1}", short)),
        ("qql::set::too_many_filters", vec![code_of_kind!(too_many)]),
        ("qql::event::no_root", vec![code_of_kind!(no_root.error)]),
        ("qql::build::token_name", built(token("file..name").is("x"))),
        ("qql::build::backtick", built(token("file.name").is("a`b"))),
        (
            "qql::build::star",
            built(token("file.name").has_words("a*b")),
        ),
        (
            "qql::build::quoted_range",
            built(token("dateTime").is("[2024 .. now]")),
        ),
        (
            "qql::build::no_star",
            built(token("file.name").matches("a.dll")),
        ),
        (
            "qql::build::not_finite",
            built(token("file.size").at_least(f64::NAN)),
        ),
        (
            "qql::build::date_out_of_range",
            built(token("dateTime").greater_than(DateTime::<Utc>::MAX_UTC)),
        ),
        (
            "qql::build::nothing",
            built(token("type").one_of::<&str>([])),
        ),
        (
            "qql::build::nested",
            built(token("file.certificate").any_element(free_text("x"))),
        ),
        (
            "qql::build::parse",
            built(all_of((0..1001).map(|n| token("file.size").is(n)))),
        ),
        (
            "qql::build::second_filter",
            requested(request(Schema::fim().product()).second_filter(token("severity").is(4))),
        ),
        (
            "qql::build::sort",
            requested(
                cs().sort("created", Order::Descending)
                    .sort("updated", Order::Descending),
            ),
        ),
        ("qql::build::page_number", requested(cs().page_number(0))),
        ("qql::build::page_size", requested(cs().page_size(5000))),
    ])
}

#[test]
fn every_code_has_a_section_and_a_trigger() {
    let (defined, documented) = (defined(), documented());
    let sections: BTreeSet<String> = documented.keys().cloned().collect();
    assert_eq!(
        defined, sections,
        "left: in the source, right: on the pages"
    );
    assert!(defined.len() > 80);
    let mut others = other_triggers();
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    for (code_wanted, example) in documented {
        let codes = match (others.remove(code_wanted.as_str()), example) {
            (Some(codes), _) => codes,
            (None, Some((mark, text))) => match mark.as_str() {
                "qql-error" => parse_codes(&text, &Limits::default()),
                "qql-finding" => check_codes(&text, Schema::edr(), &options),
                "toml schema-error" => match Schema::from_toml(&text) {
                    Ok(_) => Vec::new(),
                    Err(errors) => errors.diagnostics().map(code_of).collect(),
                },
                "event-error" => {
                    let filter =
                        testkit::checked("type:FILE AND file.size:5 OR text", Schema::edr());
                    let error = filter.compile().is_match(text.as_bytes()).err();
                    error.iter().map(|error| code_of_kind!(*error)).collect()
                }
                mark => match mark.strip_prefix("qql-finding ").and_then(Schema::built_in) {
                    Some(schema) => check_codes(&text, schema, &options),
                    None => panic!("{code_wanted}: a block marked `{mark}`"),
                },
            },
            (None, None) => panic!("{code_wanted} has no example and no trigger"),
        };
        // One mistake, one message: recovery must not add to it.
        assert_eq!(codes, [code_wanted.as_str()]);
    }
    assert!(others.is_empty(), "{others:?}");
}

/// The block of a section that shows what to write instead, with its schema.
fn good_examples() -> BTreeMap<String, (String, String)> {
    let mut examples = BTreeMap::new();
    for page in ["parse", "check"] {
        let text = fs::read_to_string(root().join(format!("docs/src/codes/{page}.md"))).unwrap();
        for section in text.split("\n## ").skip(1) {
            let (code, rest) = section.split_once('\n').unwrap();
            let block = rest.split("```qql ").nth(1);
            let block = block.unwrap_or_else(|| panic!("{code} has no good example"));
            let (schema, text) = block.split_once('\n').unwrap();
            let text = text.split("\n```").next().unwrap();
            examples.insert(code.to_owned(), (schema.to_owned(), text.to_owned()));
        }
    }
    examples
}

#[test]
fn what_to_write_instead_is_good() {
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let examples = good_examples();
    assert!(examples.len() > 55, "{}", examples.len());
    for (code, (schema, text)) in examples {
        let schema = Schema::built_in(&schema).unwrap();
        let codes = [
            parse_codes(&text, &Limits::default()),
            check_codes(&text, schema, &options),
        ];
        assert!(codes.concat().is_empty(), "{code}: {text}: {codes:?}");
    }
}

#[test]
fn the_register_knows_which_fixes_there_are() {
    for (code, example) in documented() {
        let (Some((mark, text)), Some(rule)) = (example, Rule::find(&code)) else {
            continue;
        };
        if !matches!(mark.as_str(), "qql-error" | "qql-finding") {
            continue;
        }
        let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
        let report = Linter::new(Schema::edr()).with_options(options).lint(&text);
        let diagnostics = report
            .diagnostics()
            .iter()
            .filter(|diagnostic| diagnostic.code().as_str() == code);
        for fix in diagnostics.filter_map(|diagnostic| diagnostic.fix()) {
            let applicability = fix.applicability();
            assert!(
                rule.fix().allows(applicability),
                "{code}: {applicability:?}"
            );
        }
    }
}

#[test]
fn a_fix_mends_what_it_is_for() {
    let mut fixes = 0;
    for (code, example) in documented() {
        let Some((mark, text)) = example else {
            continue;
        };
        let fix = match mark.as_str() {
            "qql-error" => {
                let errors = text.parse::<Query>().unwrap_err();
                errors.iter().next().unwrap().fix().cloned()
            }
            "qql-finding" => {
                let query: Query = text.parse().unwrap();
                match query.check(Schema::edr()) {
                    Ok(checked) => checked.warnings()[0].fix().cloned(),
                    Err(errors) => errors.iter().next().unwrap().fix().cloned(),
                }
            }
            _ => None,
        };
        if let Some(fix) = fix {
            fixes += 1;
            let fixed = fix.apply(&text);
            let checked = testkit::checked(&fixed, Schema::edr());
            assert!(
                checked.warnings().is_empty(),
                "{code}: {fixed}: {:?}",
                checked.warnings()
            );
        }
    }
    assert!(fixes > 15, "{fixes}");
}
