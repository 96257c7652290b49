//! The language as data: what filters make of events, by every engine.
//!
//! `tests/data/language/` says what its files hold, so that bindings in other languages can be held to
//! them too.

use std::fs;
use std::path::Path;

use qualys_filter::Schema;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corpus {
    /// Where the cases are known from.
    source: String,
    /// The schema of all cases that name none.
    schema: Option<String>,
    /// Events that each case without `rejects` is about.
    #[serde(default)]
    events: Vec<String>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    filter: String,
    /// The name of a built-in schema, or a schema file as a path from the folder.
    schema: Option<String>,
    #[serde(default)]
    matches: Vec<String>,
    rejects: Option<Vec<String>>,
}

#[test]
fn every_engine_answers_as_the_corpus_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/language");
    let (mut cases, mut answers) = (0, 0);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let corpus: Corpus =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(!corpus.source.is_empty(), "{}", path.display());
        for case in &corpus.case {
            let shown = || format!("{}: {}", path.display(), case.filter);
            let name = case.schema.as_ref().or(corpus.schema.as_ref());
            let name = name.unwrap_or_else(|| panic!("no schema: {}", shown()));
            let schema = match name.ends_with(".toml") {
                true => Schema::from_toml(&fs::read_to_string(folder.join(name)).unwrap()).unwrap(),
                false => Schema::named(name).unwrap_or_else(|| panic!("{}", shown())),
            };
            let filter = testkit::checked(&case.filter, &schema);
            let unmatched = corpus.events.iter();
            let unmatched = unmatched.filter(|event| !case.matches.contains(event));
            let rejects: Vec<&String> = match &case.rejects {
                Some(rejects) => rejects.iter().collect(),
                None => unmatched.collect(),
            };
            let of_case = case.matches.len() + rejects.len();
            assert!(of_case > 0, "no event: {}", shown());
            let matches = case.matches.iter().map(|event| (event, true));
            for (event, right) in matches.chain(rejects.into_iter().map(|event| (event, false))) {
                let answer = testkit::answer(&filter, event.as_bytes());
                assert_eq!(answer, right, "{} on {event}", shown());
                answers += 1;
            }
            cases += 1;
        }
    }
    assert!(cases > 300 && answers > 3_000, "{cases} {answers}");
}
