//! Filters that pages and programs show for each app, and what catalogs say of their answers.

use qualys_filter::schema::Evidence;
use qualys_filter::{CheckOptions, Query, Schema};

fn options() -> CheckOptions {
    CheckOptions::at("2026-06-01T12:00:00Z".parse().unwrap())
}

/// The warnings that the check of a filter gives; errors are none of it.
fn warnings(filter: &str, schema: &Schema) -> Vec<String> {
    let query: Query = filter.parse().unwrap_or_else(|e| panic!("{filter}: {e}"));
    let checked = query.check_with(schema, &options());
    let checked = checked.unwrap_or_else(|e| panic!("{filter}: {}", testkit::list(&e)));
    let warnings = checked.warnings().iter();
    warnings.map(ToString::to_string).collect()
}

#[track_caller]
fn holds(schema: &str, filter: &str, event: &str, right: bool) {
    let query: Query = filter.parse().unwrap();
    let schema = Schema::named(schema).unwrap();
    let checked = query.check_with(&schema, &options()).unwrap();
    let answer = checked.compile().is_match(event.as_bytes()).unwrap();
    assert_eq!(answer, right, "{filter} on {event}");
}

#[test]
fn the_examples_of_an_app_are_good_in_one_of_its_scopes() {
    let rows = include_str!("../data/examples.tsv").lines().skip(1);
    for row in rows {
        let (name, filter) = row.split_once('\t').unwrap();
        let whole = Schema::built_in(name).unwrap_or_else(|| panic!("{row}"));
        assert_eq!(warnings(filter, whole), [""; 0], "{row}");
        let mut scopes = whole.scopes().filter_map(|scope| whole.in_scope(scope));
        let is_known = |scope: Schema| warnings(filter, &scope).is_empty();
        assert!(whole.scopes().len() == 0 || scopes.any(is_known), "{row}");
    }
}

#[test]
fn a_patch_is_asked_by_the_keys_of_the_answer() {
    let patch = r#"{"title": "Chrome 140", "isSecurity": true, "isSuperseded": null,
        "vendorSeverity": "Critical", "modifiedDate": 1780000000000, "qid": ["380001", "380002"],
        "product": ["Chrome"], "rebootRequired": false}"#;
    for (filter, right) in [
        ("isSecurity:true AND vendorSeverity:critical", true),
        (
            "modifiedDate >= 2026-05-28 AND modifiedDate < 2026-05-29",
            true,
        ),
        ("qid:380002", true),
        ("qid:38000", false),
        ("product:chrome AND rebootRequired:true", false),
        // Linux patches hold null, which is neither.
        ("isSuperseded:false", false),
        ("NOT isSuperseded:true", true),
    ] {
        holds("pm", filter, patch, right);
    }
    let asset = r#"{"tags": [{"id": 1, "name": "qualys.corp.com"}]}"#;
    holds("pm:asset", "tags.name:\"qualys.corp\"", asset, true);
    assert_eq!(
        warnings("patchStatus:Missing", &Schema::named("pm:asset").unwrap()).len(),
        1
    );
}

#[test]
fn a_provider_is_one_of_resources_and_one_of_connectors() {
    for scope in ["totalcloud:resource", "totalcloud:connector"] {
        let schema = Schema::named(scope).unwrap();
        assert_eq!(warnings("provider:AWS", &schema), [""; 0]);
    }
    let connectors = Schema::named("totalcloud:connector").unwrap();
    assert_eq!(
        warnings("state:SUCCESS AND control.name:MFA", &connectors).len(),
        1
    );
    let control = r#"{"cid": 1, "controlName": "Avoid the use of root", "policyNames": ["CIS"]}"#;
    holds(
        "totalcloud",
        "control.name:root AND policy.name:cis",
        control,
        true,
    );
    holds("totalcloud", "control.name:MFA OR cid:2", control, false);
}

#[test]
fn traffic_is_asked_in_units_and_versions_of_tools_in_order() {
    let asset = r#"{"traffic": {"total": 20971520}, "asset": {"name": "Press, Car Assembly"}}"#;
    holds("vmdr-ot", "traffic.total > 10 MB", asset, true);
    holds("vmdr-ot", "traffic.total > 20 MB", asset, false);
    holds("vmdr-ot", "asset.name:\"car assem\"", asset, true);
    let file = r#"{"engineeringToolVersion": "V16.1"}"#;
    holds("vmdr-ot:file", "engineeringToolVersion > 15", file, true);
    holds("vmdr-ot:file", "engineeringToolVersion > 16.2", file, false);
}

#[test]
fn a_certificate_is_asked_by_its_assets_and_their_services() {
    let certificate = r#"{"certhash": "ab12", "keySize": 2048, "validToDate": "2026-07-01T00:00:00Z",
        "assets": [{"tags": [{"name": "Shodan"}], "hostInstances": [{"port": 443, "grade": "F"}]},
                   {"tags": [], "hostInstances": [{"port": 8443, "grade": "B"}]}]}"#;
    for (filter, right) in [
        ("grade:F AND asset.tagName:shodan", true),
        ("grade:A", false),
        ("certificate.keySize < 2048", false),
        (
            "certificate.validToDate < now+60d AND instance.port:8443",
            true,
        ),
        ("certificate.certhash:AB12 AND certificate.hash:ab12", true),
    ] {
        holds("certview", filter, certificate, right);
    }
}

#[test]
fn what_only_a_group_takes_is_taken_as_a_group_of_each_of_its_tokens() {
    let etm = Schema::built_in("etm").unwrap();
    let heads = etm.tokens().iter().filter(|token| token.is_group_only());
    let heads: Vec<&str> = heads.map(|token| token.name()).collect();
    assert_eq!(
        heads,
        [
            "application.featureFlag",
            "asset.interface",
            "qualys.scan",
            "software",
            "whoIs"
        ]
    );
    let mut children = 0;
    for head in heads {
        let child = |name: &str| {
            name.strip_prefix(head)?
                .strip_prefix('.')
                .map(str::to_owned)
        };
        for child in etm.tokens().iter().filter_map(|token| child(token.name())) {
            children += 1;
            let two = format!("{head}:({child}:* AND NOT {child} IS NULL)");
            assert_eq!(warnings(&two, etm), [""; 0]);
            let dotted = warnings(&format!("{head}.{child}:*"), etm);
            let [dotted] = dotted.as_slice() else {
                panic!("{head}.{child}: {dotted:?}");
            };
            assert!(dotted.contains("only a group"), "{dotted}");
        }
        let value: Query = format!("{head}:a").parse().unwrap();
        assert!(value.check_with(etm, &options()).is_err(), "{head}");
    }
    assert_eq!(children, 47);
}

#[test]
fn a_group_of_software_asks_one_of_them() {
    let asset = r#"{"software": [{"name": "nginx", "version": "1.27.0"},
        {"name": "openssl", "version": "3.0.9", "lifecycle": {"stage": "EOL"}}]}"#;
    for (filter, right) in [
        ("software:(name:openssl AND version < 3.0.10)", true),
        ("software:(name:nginx AND version < 1.27)", false),
        ("software:(name:nginx AND lifecycle.stage:EOL)", false),
        ("software:(name:openssl AND lifecycle.stage:EOL)", true),
    ] {
        holds("etm", filter, asset, right);
    }
    let finding = r#"{"finding": [{"name": "Weak cipher", "category": "Vulnerability"}]}"#;
    holds(
        "etm",
        "finding.title:cipher AND finding.type:vulnerability",
        finding,
        true,
    );
}

#[test]
fn assets_and_incidents_of_edr_have_tokens_of_their_own() {
    let asset = r#"{"lastReportedTime": "2024-07-09T00:00:00.000+0000"}"#;
    holds(
        "edr:asset",
        "asset.lastreportedtime:2024-07-09",
        asset,
        true,
    );
    holds("edr", "asset.lastreportedtime > 2024-07-09", asset, false);
    let incidents = Schema::named("edr:incident").unwrap();
    assert_eq!(warnings("incident.source:EDR", &incidents), [""; 0]);
    for other in ["asset.timestamp > now-1d", "asset.platform:Windows"] {
        assert_eq!(
            warnings(other, &Schema::named("edr:asset").unwrap()),
            [""; 0]
        );
        assert_eq!(warnings(other, &incidents).len(), 1, "{other}");
    }
    // The platform of events is read where events have it.
    let event = r#"{"asset": {"platform": "WINDOWS"}}"#;
    holds("edr", "asset.platform:Windows", event, true);
}

#[test]
fn incidents_of_fim_are_asked_by_time_and_action() {
    let incidents = Schema::named("fim:incident").unwrap();
    let filter = "dateTime:['2024-10-14' .. '2024-10-15'] AND status:`OPEN` AND action: 'Content'";
    assert_eq!(warnings(filter, &incidents), [""; 0]);
    let incident = r#"{"dateTime": 1728882000000, "status": "OPEN", "action": "Content"}"#;
    holds("fim:incident", filter, incident, true);
    // Without a scope the names are those of events.
    assert_eq!(Schema::fim().token("dateTime").unwrap().scope(), "event");
    assert_eq!(Schema::fim().token("action").unwrap().scope(), "event");
}

#[test]
fn attributes_of_files_are_names_that_nobody_shows_in_a_filter() {
    for name in ["file.attribute.hidden", "file.attribute.readonly"] {
        let token = Schema::fim().token(name).unwrap();
        assert_eq!(token.evidence(), Some(Evidence::Inferred), "{name}");
    }
}
