//! What filters mean where a table cannot show it: long lists, many keys, nets with each operator. The
//! rest is `language.rs`.

use qualys_filter::{Query, Schema};

#[test]
fn a_long_list_is_any_of_its_values() {
    // More values than are compared one by one.
    for count in [1, 8, 9, 30] {
        let list = |value: &dyn Fn(usize) -> String| {
            let values: Vec<String> = (0..count).map(value).collect();
            format!("[{}]", values.join(", "))
        };
        let last = count - 1;
        let cases: [(String, Vec<String>, Vec<String>); 11] = [
            (
                format!("file.name:{}", list(&|n| format!("who{n}le be{n}g"))),
                vec![format!("\"a who{last}le b\""), format!("\"be{last}gin\"")],
                vec![
                    format!("\"who{last}lex\""),
                    format!("\"who{last} be{last}\""),
                ],
            ),
            (
                format!("file.name:{}", list(&|n| format!("\"word{n}y\""))),
                vec![format!("\"a WORD{last}y b\"")],
                vec![format!("\"sword{last}y\""), format!("\"word{last}\"")],
            ),
            (
                format!(
                    "network.remote.address.ip:{}",
                    list(&|n| format!("10.0.0.{}", 2 * n + 1))
                ),
                vec![
                    "\"10.0.0.1\"".to_owned(),
                    format!("\"10.0.0.{}\"", 2 * last + 1),
                ],
                (0..=count)
                    .map(|n| format!("\"10.0.0.{}\"", 2 * n))
                    .collect(),
            ),
            (
                format!("file.name:{}", list(&|n| format!("word{n}"))),
                vec![format!("\"a WORD{last} b\""), format!("\"word{last}x\"")],
                vec!["\"wor d1\"".to_owned(), "\"ward0\"".to_owned()],
            ),
            (
                format!("file.name:{}", list(&|n| format!("\"two words{n}x\""))),
                vec![format!("\"a TWO words{last}x b\"")],
                vec!["\"two words\"".to_owned(), format!("\"words{last}x two\"")],
            ),
            (
                format!("file.name:{}", list(&|n| format!("`Exact {n}x`"))),
                vec![format!("\"Exact {last}x\"")],
                vec![format!("\"exact {last}x\""), format!("\"Exact {last}x \"")],
            ),
            (
                format!("file.hash.md5:{}", list(&|n| format!("aF{n}"))),
                vec![format!("\"Af{last}\"")],
                vec![format!("\"Af{last} \""), "\"af\"".to_owned()],
            ),
            (
                format!("file.size:{}", list(&|n| format!("{}", 3 * n))),
                vec![format!("{}", 3 * last), format!("\"{}.0\"", 3 * last)],
                vec![
                    format!("{}", 3 * last + 1),
                    "-3".to_owned(),
                    "true".to_owned(),
                ],
            ),
            (
                format!(
                    "network.remote.address.ip:{}",
                    list(&|n| format!("10.{}.0.0/16", 2 * n))
                ),
                vec![
                    format!("\"10.{}.255.255\"", 2 * last),
                    "\"::ffff:10.0.0.0\"".to_owned(),
                ],
                vec![
                    format!("\"10.{}.0.0\"", 2 * last + 1),
                    "\"9.255.255.255\"".to_owned(),
                ],
            ),
            (
                format!(
                    "network.remote.address.ip:{}",
                    list(&|n| format!("10.{n}.0.0/{}", if n == 0 { 8 } else { 16 }))
                ),
                vec!["\"10.200.0.0\"".to_owned(), format!("\"10.{last}.0.1\"")],
                vec!["\"11.0.0.0\"".to_owned(), "\"::a00:1\"".to_owned()],
            ),
            (
                format!("dateTime:{}", list(&|n| format!("20{:02}", 2 * n))),
                vec![format!("\"20{:02}-12-31T23:59:59.999Z\"", 2 * last)],
                vec![format!("\"20{:02}-01-01\"", 2 * last + 1)],
            ),
        ];
        for (filter, inside, outside) in &cases {
            let token = filter.split(':').next().unwrap();
            let path = Schema::edr()
                .token(token)
                .unwrap()
                .paths()
                .first()
                .unwrap()
                .clone();
            let event = |value: &String| {
                let keys: Vec<&str> = path.keys().collect();
                let open: String = keys.iter().map(|key| format!("{{\"{key}\":")).collect();
                format!("{open}{value}{}", "}".repeat(keys.len()))
            };
            for (values, right) in [(inside, true), (outside, false)] {
                for value in values {
                    let checked = testkit::checked(filter, Schema::edr());
                    let answer = testkit::answer(&checked, event(value).as_bytes());
                    assert_eq!(answer, right, "{filter} {value}");
                }
            }
        }
    }
}

#[test]
fn no_number_of_keys_is_too_many() {
    for count in [7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 64, 65, 70] {
        let all = |clause: &dyn Fn(usize) -> String| {
            let clauses: Vec<String> = (0..count).map(clause).collect();
            clauses.join(" AND ")
        };
        // Each is asked for twice, below one key and below two.
        let filter = [
            all(&|n| format!("p.k{n}:{n}")),
            all(&|n| format!("p.q.k{n}:{n}")),
            all(&|n| format!("NOT p.k{n}:x{n}")),
        ];
        let checked = testkit::checked(&filter.join(" AND "), Schema::open());
        let members = |other: Option<usize>| {
            let value = |n: usize| if other == Some(n) { n + 1000 } else { n };
            // Of equal keys the first one counts.
            let first = (0..count).map(|n| format!("\"k{n}\": {}", value(n)));
            let again = (0..count).map(|n| format!("\"k{n}\": {}", n + 7));
            first.chain(again).collect::<Vec<_>>().join(", ")
        };
        for other in [None, Some(0), Some(count / 2), Some(count - 1)] {
            for (outer, inner) in [(other, None), (None, other)] {
                let (outer, inner) = (members(outer), members(inner));
                for event in [
                    format!("{{\"p\": {{{outer}, \"q\": {{{inner}}}}}}}"),
                    format!("{{\"p\": {{\"q\": {{{inner}}}, {outer}}}}}"),
                ] {
                    let answer = testkit::answer(&checked, event.as_bytes());
                    assert_eq!(answer, other.is_none(), "{count} {other:?}");
                }
            }
        }
    }
}

#[test]
fn a_net_is_compared_with_nothing() {
    let schema = Schema::edr();
    let check = |filter: &str| {
        let query: Query = filter.parse().unwrap();
        query.check(schema).map(|_| ()).map_err(|errors| {
            let codes = errors
                .iter()
                .map(|error| error.diagnostic().code().to_string());
            codes.collect::<Vec<_>>()
        })
    };
    let token = "network.remote.address.ip";
    for net in [
        "10.0.0.1/32",
        "10.0.0.0/8",
        "fe80::1/128",
        "::/0",
        "::ffff:10.0.0.1/128",
    ] {
        for asked in [
            format!("{token} > {net}"),
            format!("{token} >= {net}"),
            format!("{token} < {net}"),
            format!("{token} <= \"{net}\""),
            format!("{token} = {net}"),
            format!("{token} = \"{net}\""),
            format!("{token}:[{net} .. ffff::]"),
            format!("{token}:(::1 .. {net})"),
        ] {
            // On a token of unknown kind it is linted, and nothing compares.
            let unknown = asked.replace(token, "x");
            let query: Query = unknown.parse().unwrap();
            let checked = query.check(Schema::open()).expect(&unknown);
            let checked = testkit::Asked::of(checked, Schema::open());
            let equal = unknown.contains('=') && !unknown.contains(['<', '>']);
            let warnings: Vec<String> = checked
                .warnings()
                .iter()
                .map(|warning| warning.diagnostic().code().to_string())
                .collect();
            match equal {
                // `=` is the colon there.
                true => assert!(warnings.is_empty(), "{unknown} {warnings:?}"),
                false => assert_eq!(warnings, ["qql::check::unordered_bound"], "{unknown}"),
            }
            let inside = r#"{"x": ["10.0.0.1", "fe80::1"]}"#;
            assert_eq!(
                testkit::answer(&checked, inside.as_bytes()),
                equal,
                "{unknown}"
            );
            assert_eq!(
                check(&asked),
                Err(vec!["qql::check::net_bound".to_owned()]),
                "{asked}"
            );
        }
        assert_eq!(
            check(&format!("{token}:{net} OR {token}:[{net}, ::1]")),
            Ok(())
        );
    }
    assert_eq!(check(&format!("{token} = 10.0.0.1")), Ok(()));
}
