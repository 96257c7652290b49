//! How a filter looks for its matches, and what its conditions come to: snapshots to read. What is
//! looked for first decides how fast a scan is, and nothing else.

use std::fmt::Write;

use qualys_filter::eval::trace::Json;
use qualys_filter::{CheckOptions, Checked, FilterSet, Query, Schema};
use testkit::reference;

const FILTERS: &[&str] = &[
    "",
    "type:FILE",
    "type:[FILE, PROCESS]",
    "NOT type:FILE",
    "NOT (NOT type:FILE OR action:CREATED)",
    "NOT (NOT type:FILE AND NOT action:CREATED)",
    "type:FILE AND file.hash.md5:9e107d9d372bb6826bd81d3542a419d6",
    "file.hash.md5:9e107d9d372bb6826bd81d3542a419d6 OR type:FILE",
    "file.hash.md5:`9E107D9D`",
    "file.hash.md5:9e10",
    "file.name:energyprov.dll",
    "file.name:\"two words\"",
    "file.name:`Exact Words`",
    "file.name:*prov*",
    "file.name:energy*",
    "file.name:*.dll",
    "file.name:*a*b*",
    "file.name:k",
    "file.name:kernel32.dll",
    "file.name:größe",
    "file.name:a/b",
    "file.name:\"a\\\"b\\\\c\"",
    "file.fullPath:\"C:\\Windows\\System32\\cmd.exe\"",
    "file.size > 5",
    "file.size:5",
    "file.size:[1, 2, 3]",
    "file.size IS NULL",
    "file.size:*",
    "dateTime > 2024-01-01",
    "dateTime:2024-01-01",
    "process.elevated:true",
    "process.elevated:false",
    "network.remote.address.ip:10.0.0.5",
    "network.remote.address.ip:10.0.0.0/8",
    "file.properties.certificate:(signed:true AND valid:false)",
    "file.properties.certificate:(signed:true AND issuer:DigiCert) AND type:FILE",
    "indicator:(score > 5 OR verdict:MALICIOUS)",
    "free",
    "free AND \"more of it\"",
    "free OR type:FILE",
    "id:RTF_0123456789",
    "unknown:1",
    "unknown.token:word",
    "unknown:`word`",
];

fn checked(filter: &str) -> Checked {
    let now = "2024-09-22T12:00:00Z".parse().unwrap();
    let query: Query = filter.parse().unwrap();
    let checked = query.check_with(Schema::edr(), &CheckOptions::at(now));
    checked.unwrap()
}

fn indented(shown: &mut String, text: &str) {
    for line in text.lines() {
        writeln!(shown, "    {line}").unwrap();
    }
}

#[test]
fn filters_say_how_they_look_for_their_matches() {
    let mut shown = String::new();
    for text in FILTERS {
        writeln!(shown, "{text}").unwrap();
        indented(&mut shown, &checked(text).compile().explain().to_string());
    }
    indented(
        &mut shown,
        &checked("type:FILE")
            .compile()
            .strict()
            .explain()
            .to_string(),
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn sets_say_how_they_look_for_their_matches() {
    let mut shown = String::new();
    let sets: [&[&str]; 9] = [
        &[],
        &["type:FILE"],
        &["type:FILE", "type:file", "type:PROCESS"],
        &[
            "type:FILE AND file.size > 5",
            "file.hash.md5:9e10 OR file.hash.md5:ff",
        ],
        &["type:FILE", "NOT type:FILE"],
        &["file.name:energy*", "file.name:*prov*"],
        &["file.properties.certificate:(signed:true AND valid:false)"],
        &["free", "type:FILE"],
        &[
            "type:FILE",
            "action:CREATED",
            "file.size:5",
            "id:RTF_1",
            "process.elevated:true",
            "handle.name:`a`",
        ],
    ];
    for filters in sets {
        let set = FilterSet::new(filters.iter().map(|filter| checked(filter)));
        writeln!(shown, "{}", filters.join("; ")).unwrap();
        indented(&mut shown, &set.explain().to_string());
        if filters.len() == 1 {
            indented(&mut shown, &set.strict().explain().to_string());
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn every_condition_comes_to_something() {
    let filter = "a:1 AND b:(c:2 AND (d:3 OR NOT e:4 OR f:(g:5))) AND NOT w:6";
    let checked = testkit::checked(filter, Schema::open());
    let events = [
        r#"{"a": 1, "b": [{"c": 0}, {"c": 2, "d": 0, "e": 9}, {"c": 2, "d": 3}], "w": [5, 7]}"#,
        r#"{"a": [0, 2], "b": [{"c": 7}, {"c": 2, "e": 4, "f": [{"g": 1}, {"g": 5}]}], "w": 6}"#,
        r#"{"b": {"c": 2, "e": 4, "f": {"g": 1}}}"#,
        r#"{"a": 1, "b": []}"#,
    ];
    let mut shown = format!("{filter}\n");
    for event in events {
        let json = Json::read(event.as_bytes(), 128).unwrap();
        let answers = checked.trace(&json);
        assert_eq!(
            answers[checked.root().index()].holds,
            checked.right(&reference::Json::read(event.as_bytes(), 128).unwrap())
        );
        shown += &format!("\n{event}\n");
        for (id, answer) in answers.into_iter().enumerate() {
            let values = answer.values;
            let (holds, asked) = (answer.holds, answer.asked);
            shown += &format!(
                "{id}: holds {holds}, asked {asked}, element {:?}, {values:?}\n",
                answer.element
            );
        }
    }
    insta::assert_snapshot!(shown);
}
