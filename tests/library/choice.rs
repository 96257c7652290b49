//! The schema that is chosen for filters which do not name it, and filters of others under their own app.

use std::collections::BTreeMap;
use std::fmt::Write;

use qualys_filter::check::{Choice, Chooser};
use qualys_filter::{CheckOptions, FindingKind, Linter, Query, Schema, Severity};
use testkit::others::{Written, others};

fn choose(texts: &[&str]) -> Vec<Choice> {
    let queries: Vec<Query> = texts.iter().map(|text| text.parse().unwrap()).collect();
    Chooser::built_in().choose_each(&queries)
}

fn names(texts: &[&str]) -> Vec<String> {
    let choices = choose(texts);
    let names = choices.iter().map(|choice| choice.schema().name());
    names.map(String::from).collect()
}

#[test]
fn one_filter_is_for_the_schema_that_fits_it_best() {
    for (text, right) in [
        // The most tokens.
        ("event.id:a AND type:FILE", "edr"),
        (
            "vulnerabilities.vulnerability:(qid:110525 OR qid:110526)",
            "vmdr",
        ),
        (
            "software:(name:a AND version:b) AND hardware.category:c",
            "csam",
        ),
        ("imagesInUse:[now-7d .. now] AND tags.name:a", "cs"),
        // As many, but one refuses the value.
        ("asset.assetID:7781808c", "vmdr-ot"),
        // As many, but one has them from a surer source.
        ("operatingSystem:Windows", "csam"),
        // As many, but one does not know the value.
        ("action:RENAMED AND file.name:a", "edr"),
        ("action:'Content'", "fim"),
        // None is known, but one has a name that is near.
        ("vulnerabilities.vulnerability.qidd:5", "vmdr"),
        ("registry.pth:a", "edr"),
        // Nothing is known.
        ("spam.eggs:a", "undecided"),
        ("only text", "undecided"),
        ("", "undecided"),
        // The scope, if the first has it not.
        ("type:FILE", "edr"),
        ("reviewers:ann", "fim:incident"),
        ("container.name:a AND containerId:b", "cs:container"),
    ] {
        assert_eq!(names(&[text]), [right], "{text}");
    }
}

#[test]
fn a_schema_of_any_name_can_be_chosen() {
    let ours =
        Schema::from_toml("name = \"undecided\"\n[tokens]\nours = { kind = \"text\" }\n").unwrap();
    let chooser = Chooser::new([Schema::edr().clone(), ours]);
    for (text, decided) in [("ours:a", true), ("theirs:a", false)] {
        let choice = chooser.choose([&text.parse::<Query>().unwrap()]);
        assert_eq!(choice.is_decided(), decided, "{text}");
        assert_eq!(
            choice.schema().tokens().len(),
            usize::from(decided),
            "{text}"
        );
    }
}

#[test]
fn filters_of_a_file_are_chosen_for_together() {
    // Alone, the second is for another.
    assert_eq!(names(&["tags.name:a"]), ["csam"]);
    assert_eq!(
        names(&["vulnerabilities.vulnerability.qid:5", "tags.name:a"]),
        ["vmdr", "vmdr"]
    );
    // Another schema knows more of the third.
    assert_eq!(
        names(&[
            "event.id:a",
            "type:FILE",
            "imagesInUse:now",
            "spam:a",
            "text"
        ]),
        ["edr", "edr", "cs", "edr", "edr"]
    );
    assert_eq!(names(&["spam:a", "text"]), ["undecided", "undecided"]);
    // What can be read of a broken filter counts.
    let linter = Linter::choosing(Chooser::built_in());
    let choices = linter.choices(["vulnerabilities.vulnerability.qid:5 AND", "a b (:", "&&"]);
    let names: Vec<_> = choices
        .iter()
        .flatten()
        .map(|it| it.schema().name())
        .collect();
    assert_eq!(names, ["vmdr"; 3]);
}

#[test]
fn a_misspelt_token_is_found_as_if_its_app_were_named() {
    let linter = Linter::choosing(Chooser::built_in());
    for (text, schema) in [
        ("type:FILE AND file.nmae:a", "edr"),
        ("file.nmae:a", "edr"),
        ("vulnerabilities.vulnerability.qidd:5", "vmdr"),
        ("imagesInUse:now AND repo.registri:a", "cs"),
        ("hardware.categry:a", "csam"),
    ] {
        let named = Linter::new(Schema::built_in(schema).unwrap());
        let [chosen, named] = [linter.lint(text), named.lint(text)];
        let unknown = |report: &qualys_filter::lint::Report| {
            let all = report.diagnostics().iter();
            let unknown = all.filter(|it| it.code().as_str() == "qql::check::unknown_token");
            let shown = unknown.map(|it| format!("{it} {:?}", it.help()));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(unknown(&chosen), unknown(&named), "{text}");
        assert_eq!(unknown(&chosen).len(), 1, "{text}");
    }
}

#[test]
fn long_names_and_many_of_them_are_counted() {
    let deep = format!("{}x:1{}", "abc:(".repeat(900), ")".repeat(900));
    let many: Vec<String> = (0..900).map(|n| format!("unknown{n}.name:1")).collect();
    let many = many.join(" OR ");
    let choices = choose(&[&deep, &many, &deep]);
    assert!(choices.iter().all(|choice| choice.known() == 0));
    assert_eq!(choices[1].tokens(), 900);
}

#[derive(Default)]
struct Chosen {
    filters: usize,
    own: usize,
    equal: usize,
    other: usize,
    none: usize,
}

#[test]
fn what_is_chosen_for_others_filters_is_as_shown() {
    let chooser = Chooser::built_in();
    let mut apps: BTreeMap<&str, Chosen> = BTreeMap::new();
    let mut all = Chosen::default();
    for written in others() {
        let (Some(own), Ok(query)) = (written.schema(), written.text.parse::<Query>()) else {
            continue;
        };
        let choice = chooser.choose([&query]);
        let is_own = |schema: &Schema| schema.name().split(':').next() == Some(own);
        for row in [apps.entry(own).or_default(), &mut all] {
            row.filters += 1;
            if !choice.is_decided() {
                row.none += 1;
            } else if is_own(choice.schema()) {
                row.own += 1;
            } else if choice.equal().iter().any(is_own) {
                row.equal += 1;
            } else {
                row.other += 1;
            }
        }
    }
    let mut table = String::from(
        "| app | filters | its own schema | another that knows as many tokens | another that knows more | none |\n|---|---|---|---|---|---|\n",
    );
    let named = apps.iter().map(|(app, row)| (format!("`{app}`"), row));
    for (app, row) in named.chain([("**all**".to_owned(), &all)]) {
        let Chosen {
            filters,
            own,
            equal,
            other,
            none,
        } = row;
        writeln!(
            table,
            "| {app} | {filters} | {own} | {equal} | {other} | {none} |"
        )
        .unwrap();
    }
    testkit::pages::hold_table("schemas.md", "| app | filters | its own schema |", &table);
    assert!(
        all.own * 100 >= all.filters * 70,
        "{} of {}",
        all.own,
        all.filters
    );
}

/// How many filters a linter finds something in, by the worst of it.
#[derive(Clone, Copy, Default)]
struct Worst {
    errors: usize,
    warnings: usize,
    advice: usize,
}

impl Worst {
    fn add(&mut self, linter: &Linter, text: &str) {
        match linter.lint(text).worst() {
            Some(Severity::Error) => self.errors += 1,
            Some(Severity::Warning) => self.warnings += 1,
            Some(_) => self.advice += 1,
            None => {}
        }
    }
}

/// What these filters name that no catalog has, by catalog. All of it is from programs of others, and
/// most filters that are said to be of ETM name tokens of VMDR.
const UNKNOWN: &[(&str, &str)] = &[
    ("csam", "asset.public"),
    ("csam", "vulnerabilities.status"),
    ("csam", "vulnerabilities.vulnerability.qid"),
    ("edr", "process.originalfilename"),
    ("etm", "asset.address"),
    ("etm", "asset.criticality"),
    ("etm", "asset.id"),
    ("etm", "asset.operatingSystem"),
    ("etm", "asset.riskScore"),
    ("etm", "asset.tags.name"),
    ("etm", "asset.truRisk"),
    ("etm", "category"),
    ("etm", "status"),
    ("etm", "vendorProductName"),
    ("etm", "vulnerabilities.firstFound"),
    ("etm", "vulnerabilities.isActiveAttack"),
    ("etm", "vulnerabilities.isCisaKev"),
    ("etm", "vulnerabilities.isRansomware"),
    ("etm", "vulnerabilities.isRemoteCodeExecution"),
    ("etm", "vulnerabilities.isWormable"),
    ("etm", "vulnerabilities.qds"),
    ("etm", "vulnerabilities.status"),
    ("etm", "vulnerabilities.vulnerability.cveIds"),
    ("etm", "vulnerabilities.vulnerability.isPatchAvailable"),
    ("etm", "vulnerabilities.vulnerability.qds"),
    ("etm", "vulnerabilities.vulnerability.qid"),
    ("etm", "vulnerabilities.vulnerability.severity"),
    ("fim", "profile.rule.name"),
    ("totalcloud", "resourceId"),
    ("vmdr", "agentStatus.lastCheckedIn"),
    ("vmdr", "cloud.provider"),
    ("vmdr", "lastScanDate"),
    ("vmdr", "vulnerabilities.firstFoundDate"),
    ("vmdr", "vulnerabilities.isKev"),
    ("vmdr-ot", "f"),
];

/// Official filters that are errors because of what their page has: a misprint of the date, and those
/// that `corpus::TYPOS` explains.
const TYPOS: &[&str] = &["filterToDate:['2023-09-09T18:30:00.000Z'..'2024-02-1T18:29:59.999Z']"];

#[test]
fn filters_of_others_under_their_own_app_are_as_shown() {
    let options = CheckOptions::at("2026-06-01T12:00:00Z".parse().unwrap());
    let linter = |name: &str| {
        let schema = Schema::built_in(name).unwrap();
        Linter::new(schema).with_options(options.clone())
    };
    let open = linter("open");
    let mut rows: BTreeMap<(&str, bool), (usize, Worst, Worst, usize)> = BTreeMap::new();
    let mut unknown: Vec<(&str, String)> = Vec::new();
    for written in others() {
        let Written {
            is_official, text, ..
        } = written;
        let Some(app) = written.schema() else {
            continue;
        };
        let own = linter(app);
        let row = rows.entry((app, is_official)).or_default();
        row.0 += 1;
        row.1.add(&open, text);
        row.2.add(&own, text);
        let is_typo = TYPOS.contains(&text) || crate::corpus::is_typo(text);
        let Ok(query) = text.parse::<Query>() else {
            assert!(is_typo || !is_official, "{text}");
            continue;
        };
        let findings: Vec<_> = match query.check_with(own.schema(), &options) {
            Ok(checked) => checked.warnings().to_vec(),
            Err(errors) => {
                assert!(is_typo || !is_official, "{app}: {text}: {errors:?}");
                errors.iter().cloned().collect()
            }
        };
        let names = findings.iter().filter_map(|finding| match finding.kind() {
            FindingKind::UnknownToken { token, .. } => Some(token.clone()),
            _ => None,
        });
        let names: Vec<_> = names.collect();
        row.3 += names.len();
        assert!(names.is_empty() || !is_official, "{app}: {text}");
        unknown.extend(names.into_iter().map(|name| (app, name)));
    }
    let mut table = String::from(
        "| app | from | filters | errors, warnings, advice with `open` | with its own | unknown tokens |\n|---|---|---|---|---|---|\n",
    );
    for ((app, is_official), (filters, before, after, unknown)) in rows {
        let from = if is_official { "Qualys" } else { "others" };
        let shown = |it: Worst| format!("{}, {}, {}", it.errors, it.warnings, it.advice);
        let (before, after) = (shown(before), shown(after));
        writeln!(
            table,
            "| `{app}` | {from} | {filters} | {before} | {after} | {unknown} |"
        )
        .unwrap();
    }
    testkit::pages::hold_table("written-by-others.md", "| app | from | filters |", &table);
    unknown.sort();
    unknown.dedup();
    let unknown: Vec<_> = unknown.iter().map(|(app, name)| (*app, &**name)).collect();
    assert_eq!(unknown, UNKNOWN);
}
