//! The documented filters on the documented events.

use qualys_filter::{Filter, Query, ScanOptions, Schema};

const LIST: &[u8] = include_bytes!("../data/samples/edr-1.0-events.json");
const DETAILS: &[u8] = include_bytes!("../data/samples/edr-1.0-event-details.json");
const DETAILS_2024: &[u8] = include_bytes!("../data/samples/fetch-event-details-2024.json");
const PROCESSED: &[u8] = include_bytes!("../data/samples/ioc-2.3.0-events.json");
const EVENTS: &[u8] = include_bytes!("../data/samples/events.ndjson");

fn filter(text: &str, schema: &Schema) -> Filter {
    testkit::checked(text, schema).compile()
}

fn hits(filter: &Filter, buffer: &[u8], root: Option<&str>) -> Vec<u64> {
    let root = root.map(|root| root.parse().unwrap());
    let mut options = ScanOptions::default().with_count(true);
    options.root = root;
    let mut scan = filter.scan_with(buffer, &options);
    let mut numbers = Vec::new();
    while let Some(hit) = scan.next() {
        hit.unwrap();
        numbers.push(scan.events());
    }
    numbers
}

#[test]
fn the_filter_of_fetch_event_details() {
    let by_type = filter("type:file", Schema::edr());
    assert_eq!(hits(&by_type, DETAILS_2024, Some("data")), [1]);
    // The whole answer is not an event: its events are under `data`.
    assert_eq!(hits(&by_type, DETAILS_2024, None), [0_u64; 0]);
    let in_2024 = r#"event.datetime:["2024-09-15T00:30:00.000Z".."2024-09-22T18:29:59.999Z"] AND action: 'Created'"#;
    assert_eq!(
        hits(&filter(in_2024, Schema::edr()), DETAILS_2024, Some("data")),
        [0_u64; 0]
    );
    let in_2020 = r#"event.datetime:["2020-08-15T00:30:00.000Z".."2020-08-22T18:29:59.999Z"] AND action: 'Created'"#;
    assert_eq!(
        hits(&filter(in_2020, Schema::edr()), DETAILS_2024, Some("data")),
        [1]
    );
}

#[test]
fn the_filter_of_the_edr_release_notes() {
    let by_type = filter("type:file", Schema::edr());
    assert_eq!(hits(&by_type, LIST, None), [1]);
    assert_eq!(hits(&by_type, DETAILS, None), [1]);
    assert_eq!(hits(&by_type, PROCESSED, None), [0_u64; 0]);
}

#[test]
fn the_filter_of_the_ioc_release_notes() {
    let text = "(event.eventProcessedTime: ['2019-01-01T00:00:00Z'..'2020-01-15T07:09:57Z'])";
    let processed = filter(text, Schema::edr());
    assert_eq!(hits(&processed, PROCESSED, None), [1]);
    assert_eq!(hits(&processed, LIST, None), [0_u64; 0]);
}

#[test]
fn a_certificate_that_is_signed_and_not_valid() {
    let text = "type:FILE AND action:CREATED AND file.properties.certificate:(signed:true AND valid:false)";
    let unsound = filter(text, Schema::edr());
    // The details of the event say so; the list, of the same event, says that all are valid.
    assert_eq!(hits(&unsound, LIST, None), [0_u64; 0]);
    assert_eq!(hits(&unsound, DETAILS, None), [1]);
    assert_eq!(hits(&unsound, DETAILS_2024, Some("data")), [1]);
    assert_eq!(hits(&unsound, EVENTS, None), [2]);
}

#[test]
fn the_documented_events_by_other_filters() {
    let cases: &[(&str, &Schema, &[u64])] = &[
        ("type:FILE", Schema::edr(), &[1, 2, 4, 6]),
        ("type:`FILE`", Schema::edr(), &[1, 2, 4]),
        ("NOT type:FILE", Schema::edr(), &[3, 5]),
        (
            "network.remote.address.ip:10.115.27.54",
            Schema::edr(),
            &[3],
        ),
        (
            "network.remote.address.port:[3000 .. 4000]",
            Schema::edr(),
            &[3],
        ),
        ("indicator.score > 5", Schema::edr(), &[4]),
        ("indicator.score:0", Schema::edr(), &[1, 2]),
        ("process.name:svchost.exe", Schema::edr(), &[1, 2]),
        ("process.elevated:false", Schema::edr(), &[2, 5]),
        (
            r#"process.username:"NT AUTHORITY\SYSTEM""#,
            Schema::edr(),
            &[3, 6],
        ),
        (
            "file.properties.certificate.issuer:DigiCert",
            Schema::edr(),
            &[1, 2],
        ),
        ("Explorer.EXE", Schema::edr(), &[5]),
        (
            "profiles.name: Windows Profile - PCI(NJJ)",
            Schema::fim(),
            &[6],
        ),
        ("severity >= 4 and action:attributes", Schema::fim(), &[6]),
        ("changedAttributes:16", Schema::fim(), &[6]),
        (
            "attributes.old IS NULL AND attributes.new:archive",
            Schema::fim(),
            &[6],
        ),
        (
            "profiles.rules:(severity:4 AND type:directory)",
            Schema::fim(),
            &[6],
        ),
    ];
    for (text, schema, expected) in cases {
        assert_eq!(
            hits(&filter(text, schema), EVENTS, None),
            *expected,
            "{text}"
        );
        let checked = testkit::checked(text, schema);
        for (at, event) in EVENTS
            .split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .enumerate()
        {
            let matches = testkit::answer(&checked, event);
            assert_eq!(matches, expected.contains(&(at as u64 + 1)), "{text} {at}");
        }
    }
}

#[test]
fn the_documented_words() {
    let rows = include_str!("../data/words.tsv").lines().skip(1);
    let mut count = 0;
    for row in rows {
        let [field, query, expected] = row.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let event = serde_json::json!({"file": {"fileName": field}}).to_string();
        for filter in [format!("file.name:{query}"), query.to_owned()] {
            // Free text matches as a text token does.
            let checked = testkit::checked(&filter, Schema::edr());
            assert_eq!(
                testkit::answer(&checked, event.as_bytes()),
                expected == "yes",
                "{row}"
            );
        }
        count += 1;
    }
    assert_eq!(count, 23);
}

#[test]
fn every_event_is_answered_by_the_empty_filter() {
    let everything: Query = "".parse().unwrap();
    let filter = everything.check(Schema::edr()).unwrap().compile();
    assert_eq!(hits(&filter, EVENTS, None).len(), 6);
}

#[test]
fn filters_go_from_thread_to_thread() {
    fn is<T: Send + Sync + Clone + 'static>() {}
    is::<Filter>();
    is::<Schema>();
    is::<Query>();
    is::<qualys_filter::Checked>();
}
