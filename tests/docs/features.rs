//! What is said about features is what the manifest has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn manifest() -> toml::Table {
    toml::from_str(&read("Cargo.toml")).unwrap()
}

/// The features of the manifest, with what each enables.
fn features() -> BTreeMap<String, Vec<String>> {
    let manifest = manifest();
    let features = manifest["features"].as_table().unwrap();
    let enabled = |list: &toml::Value| {
        let list = list.as_array().unwrap().iter();
        list.map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let features = features.iter();
    features
        .map(|(name, list)| (name.clone(), enabled(list)))
        .collect()
}

/// The rows of the table below this heading in a text.
fn rows(text: &str, heading: &str) -> Vec<String> {
    let (_, table) = text.split_once(&format!("{heading}\n")).unwrap();
    let rows = table.lines().skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(str::to_owned).collect()
}

#[test]
fn every_feature_has_its_row() {
    let rows = rows(&read("docs/src/library.md"), "| feature | adds | needs |");
    // The crate's own page has the same table.
    let library = read("src/lib.rs").replace("\n//! ", "\n");
    assert_eq!(rows, self::rows(&library, "| feature | adds | needs |"));
    let mut features = features();
    assert_eq!(features.remove("default").unwrap(), ["cli"]);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let name = cells[0].trim_matches('`');
        let mut enabled = features.remove(name).unwrap();
        if name == "cli" {
            // What only the tool uses is many crates.
            assert!(enabled.contains(&"full".to_owned()));
            continue;
        }
        // A feature of a crate that is needed anyway is no need of its own.
        enabled.retain(|one| !one.contains('/'));
        let needs = cells[2].split(", ").map(|need| need.trim_matches('`'));
        let needs: Vec<&str> = needs.filter(|need| !need.is_empty()).collect();
        let enabled = enabled.iter().map(|one| one.trim_start_matches("dep:"));
        if name != "full" {
            assert_eq!(enabled.collect::<Vec<_>>(), needs, "{name}");
        }
    }
    assert!(features.is_empty(), "without a row: {features:?}");
}

/// The whole library is all features but those of the tool, and CI takes each of them alone.
#[test]
fn nothing_is_forgotten_in_full_and_in_ci() {
    let features = features();
    let mut each: Vec<&str> = features.keys().map(String::as_str).collect();
    each.retain(|name| !matches!(*name, "cli" | "default" | "full"));
    assert_eq!(features["full"], each);
    let run = read(".ci/run");
    let (_, list) = run.split_once("for feature in '' ").unwrap();
    let (list, _) = list.split_once(';').unwrap();
    let alone: Vec<&str> = list.split(' ').filter(|name| *name != "full").collect();
    assert_eq!(alone, each);
    let (_, wasm) = run.split_once("        --features ").unwrap();
    let wasm: Vec<&str> = wasm.lines().next().unwrap().split(',').collect();
    each.retain(|name| *name != "clock");
    assert_eq!(wasm, each);
}

#[test]
fn the_dependencies_of_the_library_are_those_shown() {
    let page = read("docs/src/input-safety.md");
    let mut shown = BTreeMap::new();
    for row in rows(&page, "| crate | for | needed |") {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let names = |cell: &str| -> Vec<String> {
            let names = cell.split('`').skip(1).step_by(2);
            names.map(str::to_owned).collect()
        };
        assert_eq!(cells[2] == "always", !cells[2].starts_with("by `"), "{row}");
        let mut needed = names(cells[2]);
        needed.sort();
        for name in names(cells[0]) {
            assert!(shown.insert(name, needed.clone()).is_none(), "{row}");
        }
    }
    let (manifest, features) = (manifest(), features());
    let mut real = BTreeMap::new();
    for (name, dependency) in manifest["dependencies"].as_table().unwrap() {
        let optional = dependency.get("optional").and_then(toml::Value::as_bool);
        let enabling = features["full"].iter().filter(|feature| {
            let dependency = format!("dep:{name}");
            features[*feature].contains(&dependency)
        });
        let needed: Vec<String> = enabling.cloned().collect();
        // What no feature of the library needs is the tool's.
        if optional != Some(true) || !needed.is_empty() {
            real.insert(name.clone(), needed);
        }
    }
    assert_eq!(shown, real);
}
