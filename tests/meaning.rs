//! What filters mean, where writing it shorter hides it: groups about one element, ranges in quotes.

mod common;

use qualys_filter::Schema;

fn edr(cases: &[(&str, &str, bool)]) {
    for (filter, event, right) in cases {
        let checked = common::checked(filter, Schema::edr());
        let answer = common::answer(&checked, event.as_bytes());
        assert_eq!(answer, *right, "{filter}\n{event}");
    }
}

#[test]
fn a_nested_group_is_about_one_element() {
    let one = r#"{"indicator2": [{"score": 7, "verdict": "MALICIOUS"}, {"score": 2}]}"#;
    let two = r#"{"indicator2": [{"score": 7, "verdict": "KNOWN"}, {"score": 2, "verdict": "MALICIOUS"}]}"#;
    edr(&[
        ("indicator:(score:7 AND verdict:MALICIOUS)", one, true),
        ("indicator:(score:7 AND verdict:MALICIOUS)", two, false),
        (
            "indicator.score:7 AND indicator.verdict:MALICIOUS",
            two,
            true,
        ),
        ("indicator:(score:7 AND NOT verdict:MALICIOUS)", one, false),
        ("indicator:(score:7 AND NOT verdict:MALICIOUS)", two, true),
        ("indicator:(score:2 AND verdict IS NULL)", one, true),
        ("indicator:(score:2 AND verdict IS NULL)", two, false),
        ("NOT indicator:(score:3)", two, true),
        ("indicator:(score:7 OR score:9)", "{}", false),
        ("indicator:(NOT score:7)", "{}", false),
    ]);
}

#[test]
fn a_group_in_a_group_about_the_same_element_changes_nothing() {
    let event = |certificates: &str| format!(r#"{{"file": {{"certificates": {certificates}}}}}"#);
    let one = event(r#"[{"certificateSigned": true, "certificateValid": false}]"#);
    let two = event(r#"[{"certificateSigned": true}, {"certificateValid": false}]"#);
    let unknown = event(r#"[{"certificateSigned": true, "certificate": {"x": 1}}, {"x": 2}]"#);
    let inside = "file.properties:(certificate:(signed:true AND valid:false))";
    let apart = "file.properties:(certificate:(signed:true) AND certificate:(valid:false))";
    edr(&[
        (inside, &one, true),
        (inside, &two, false),
        (apart, &one, true),
        (apart, &two, false),
        // What the schema does not know is read by the rest of its name.
        (
            "file.properties:(certificate:(signed:true AND x:1))",
            &unknown,
            true,
        ),
        (
            "file.properties:(certificate:(signed:true AND x:2))",
            &unknown,
            false,
        ),
        (
            "file.properties:(certificate.signed:true AND certificate.x:1)",
            &unknown,
            true,
        ),
    ]);
}

#[test]
fn a_range_in_quotes_is_that_range() {
    let at = |time: &str| format!(r#"{{"dateTime": "{time}"}}"#);
    let filter = "dateTime:\"[2024-01-01T00:00:00Z .. 2024-02-01T00:00:00Z]\"";
    edr(&[
        (filter, &at("2023-12-31T23:59:59.999Z"), false),
        (filter, &at("2024-01-01T00:00:00.000Z"), true),
        (filter, &at("2024-02-01T00:00:00.999Z"), true),
        (filter, &at("2024-02-01T00:00:01.000Z"), false),
    ]);
}
