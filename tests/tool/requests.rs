//! What a request has beside its filter, in JSON files.

use std::fs;

use crate::run::{folder, qlint_in};

fn text(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

/// The body of a request, as it is sent.
const BODY: &str = r#"{"pageSize":2,"pageNumber":0,"sort":"[{\"event.eventProcessdTime\":\"asc\"}]","filter":"event.id:a AND event.dateTime>now-1d"}"#;

#[test]
fn tokens_of_an_order_and_of_groups_are_checked() {
    for (body, place, code) in [
        (BODY, "event.eventProcessdTime", "check::unknown_token"),
        (
            r#"{"filter":"imagesInUse>now-7d","sort":"creatd:desc"}"#,
            "creatd",
            "check::unknown_token",
        ),
        (
            r#"{"filter":"imagesInUse>now-7d","sort":"created:down"}"#,
            "down",
            "lint::request_parameter",
        ),
        (
            r#"{"filter":"imagesInUse>now-7d","groupBy":"repo.registry,imgeId"}"#,
            "imgeId",
            "check::unknown_token",
        ),
        (
            r#"{"filter":"imagesInUse>now-7d","sort":"[{\"created\":\"asc\"}]"}"#,
            "[{",
            "lint::request_parameter",
        ),
        (
            r#"{"filter":"imagesInUse>now-7d","pageSize":1001}"#,
            "1001",
            "lint::request_parameter",
        ),
        (
            r#"{"filter":"imagesInUse>now-7d","pageNumber":0}"#,
            "0",
            "lint::request_parameter",
        ),
        (
            r#"{"filter":"imagesInUse>now-7d","sort":"[{\"created\":"}"#,
            "[{",
            "lint::request_parameter",
        ),
        (
            r#"{"query":"interfaces.hostname:a","havingQuery":"vulnerabilities.severty:5","sort":"a b:asc"}"#,
            "vulnerabilities.severty",
            "check::unknown_token",
        ),
        (
            r#"{"query":"interfaces.hostname:a","sort":"a b:asc"}"#,
            "a b",
            "lint::request_parameter",
        ),
    ] {
        let folder = folder(&[("a.json", body)]);
        let run = qlint_in(folder.path(), &["check", "--format", "plain"]);
        let column = body.find(place).unwrap() + 1;
        let right = format!("a.json:1:{column}: warning[qql::{code}]");
        assert!(
            run.stdout.contains(&right),
            "{right} of {body}\n{}",
            run.stdout
        );
    }
}

#[test]
fn what_is_right_in_a_request_is_not_reported() {
    for body in [
        r#"{"pageSize":2,"pageNumber":0,"sort":"[{\"event.eventProcessedTime\":\"asc\"}]","filter":"event.id:a AND event.dateTime>now-1d"}"#,
        r#"{"filter":"imagesInUse>now-7d","sort":"created:desc","pageSize":1000,"pageNumber":1,"groupBy":"repo.registry"}"#,
        // Not a request: nothing beside it is a parameter.
        r#"{"filter":"imagesInUse>now-7d","sorted":"nonsense","pageSize":"many","sort":{"a":1}}"#,
    ] {
        let folder = folder(&[("a.json", body)]);
        let run = qlint_in(folder.path(), &["check", "--format", "plain"]);
        assert_eq!((run.code, &*run.stdout), (0, ""), "{body}");
    }
}

#[test]
fn fixes_of_requests_are_made_in_their_place() {
    let folder = folder(&[("a.json", BODY)]);
    let run = qlint_in(folder.path(), &["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let right = BODY
        .replace("ProcessdTime", "ProcessedTime")
        .replace("dateTime>now", "dateTime > now");
    assert_eq!(
        text(&folder, "a.json").replace("dateTime>now", "dateTime > now"),
        right
    );
}

#[test]
fn quotes_that_are_not_escaped_are_escaped() {
    let broken = r#"{"pageSize":2,"pageNumber":0,"sort":"[{"event.eventProcessedTime":"asc"}]","filter":"event.id==a AND event.dateTime>now-1d"}"#;
    let folder = folder(&[("a.json", broken)]);
    let run = qlint_in(folder.path(), &["check", "--format", "plain"]);
    let right =
        "a.json:1:40: error[qql::lint::broken_json] a quote inside of a string is not escaped";
    assert!(
        run.code == 1 && run.stdout.contains(right),
        "{}",
        run.stdout
    );
    let run = qlint_in(folder.path(), &["check", "--diff"]);
    assert!(
        run.stdout
            .contains(r#"+{"pageSize":2,"pageNumber":0,"sort":"[{\"event"#),
        "{}",
        run.stdout
    );
    assert_eq!(text(&folder, "a.json"), broken);
    let run = qlint_in(folder.path(), &["check", "--fix"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let right = r#"{"pageSize":2,"pageNumber":0,"sort":"[{\"event.eventProcessedTime\":\"asc\"}]","filter":"event.id:a AND event.dateTime>now-1d"}"#;
    assert_eq!(text(&folder, "a.json"), right);
}
