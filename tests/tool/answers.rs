//! Answers of the API, each in its own envelope, scanned without `--root`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;

use crate::run::{Run, folder, qlint, qlint_with, root};

const NOW: &str = "2024-09-22T12:00:00Z";

/// A file of `tests/data/samples/answers`, a schema, a filter, and how many events match.
const SCANS: &[(&str, &str, &str, usize)] = &[
    (
        "edr-event",
        "edr",
        "type:FILE AND indicator.verdict:MALICIOUS",
        1,
    ),
    ("edr-event", "edr", "network.remote.address.port:443", 1),
    ("edr-event", "edr", "network.remote.address.port:80", 0),
    ("edr-event", "edr", "indicator.score >= 8", 1),
    (
        "edr-event",
        "edr",
        "event.dateTime:[2024-05-03 .. 2024-05-04)",
        3,
    ),
    ("edr-event", "edr", "event.dateTime > 1714724166000", 1),
    ("edr-event", "edr", "actor.createDate < 2020", 0),
    ("edr-event", "edr", "actor.createDate IS NULL", 3),
    (
        "edr-event-details",
        "edr",
        "file.size > 400 KB AND indicator.score:8",
        1,
    ),
    ("edr-event-details", "edr", "NOT type:FILE", 0),
    ("edr-asset", "edr:asset", "asset.lastreportedtime < 2024", 1),
    ("edr-asset", "edr:asset", "asset.lastreportedtime > 2025", 0),
    ("fim-event", "fim", "action:create", 1),
    ("fim-event", "fim", "action:rename", 0),
    (
        "fim-event",
        "fim",
        "profiles.rules.name:drivers AND NOT action:delete",
        2,
    ),
    ("fim-event", "fim", "dateTime:2024-05-03T09", 3),
    (
        "fim-event",
        "fim",
        "asset.lastCheckedIn > 2024-05-03T08:59:12Z",
        0,
    ),
    (
        "fim-incident",
        "fim:incident",
        "status:CLOSED AND reviewers:ann",
        1,
    ),
    (
        "fim-incident",
        "fim:incident",
        "createdBy.date:[2024-05-04 .. 2024-05-05]",
        1,
    ),
    (
        "fim-incident",
        "fim:incident",
        "assignDate IS NULL AND createdBy.date >= 2024",
        1,
    ),
    (
        "fim-incident",
        "fim:incident",
        "approvalStatus:POLICY_VIOLATION",
        0,
    ),
    ("fim-asset", "fim:asset", "operatingSystem:ubuntu", 1),
    ("fim-asset", "fim:asset", "operatingSystem:solaris", 0),
    ("csam-asset", "csam", "asset.name:kiosk", 1),
    (
        "csam-asset",
        "csam",
        "software:(name:firefox AND lifecycle.eol < 2024-02)",
        1,
    ),
    (
        "csam-asset",
        "csam",
        "software:(name:7-Zip AND lifecycle.eol < 2024-02)",
        0,
    ),
    (
        "csam-asset",
        "csam",
        "openPorts:(port:22 AND protocol:tcp)",
        1,
    ),
    ("csam-asset", "csam", r#"interfaces.address:"fe80::/10""#, 0),
    (
        "csam-asset",
        "csam",
        "asset.created < 2024 AND inventory.lastUpdated:2024-05-03 AND qualys.agent.lastCheckedInDate:2024-05-03",
        2,
    ),
    ("csam-asset", "csam", "sensors.lastVMScan < 2025", 1),
    ("csam-asset", "csam", "sensors.lastVMScan IS NULL", 1),
    ("csam-asset", "csam", "sensors.lastComplianceScan < now", 0),
    ("csam-asset", "csam", "tags.name:Kiosk OR provider:AWS", 2),
    (
        "cs-image",
        "cs:image",
        "repo:(registry:docker.io AND tag:1.25)",
        1,
    ),
    (
        "cs-image",
        "cs:image",
        "repo:(registry:docker.io AND tag:1.4)",
        0,
    ),
    ("cs-image", "cs:image", "created:2024-01-23", 1),
    (
        "cs-image",
        "cs:image",
        "updated >= 1714600000000 AND lastUsedDate >= 2024",
        1,
    ),
    ("cs-image", "cs:image", "lastVmScanDate IS NULL", 1),
    ("cs-image", "cs:image", "vulnerabilities.severity5 > 0", 1),
    ("cs-image", "cs:image", "vulnerabilities.severity:5", 0),
    (
        "cs-image",
        "cs:image",
        "vulnerabilities.severity IS NULL",
        2,
    ),
    (
        "cs-image",
        "cs:image",
        "vulnerabilities:(severity:5 AND patchAvailable:true)",
        0,
    ),
    (
        "cs-image-details",
        "cs:image",
        "vulnerabilities:(severity:5 AND patchAvailable:true)",
        1,
    ),
    (
        "cs-image-details",
        "cs:image",
        "vulnerabilities:(severity:2 AND patchAvailable:true)",
        0,
    ),
    (
        "cs-image-details",
        "cs:image",
        "vulnerabilities.firstFound:[2024-04-24 .. 2024-04-25]",
        1,
    ),
    (
        "cs-container",
        "cs:container",
        "state:running AND host.ipAddress:10.30.0.0/16",
        1,
    ),
    ("cs-container", "cs:container", "stateChanged < 2024", 1),
    (
        "cs-container",
        "cs:container",
        "softwares:(name:openssl AND version:3.0.11)",
        1,
    ),
    (
        "cs-container",
        "cs:container",
        "softwares:(name:zlib1g AND version:3.0.11)",
        0,
    ),
    ("cs-container", "cs:container", "host.hostname IS NULL", 1),
    ("cs-report", "cs:report", "report.name:images", 1),
    ("cs-report", "cs:report", "report.name:hosts", 0),
    (
        "pm-patch",
        "pm",
        "isSecurity:true AND publishedDate >= 2024-05-01",
        1,
    ),
    ("pm-patch", "pm", "qid:92131", 1),
    ("pm-patch", "pm", "qid:9213", 0),
    ("pm-patch", "pm", "isSuperseded:false", 1),
    ("pm-patch", "pm", "NOT isSuperseded:true", 2),
    ("pm-asset", "pm:asset", "tags.name:kiosk", 1),
    ("pm-asset", "pm:asset", "tags.name:server", 0),
    (
        "totalcloud-connector",
        "totalcloud:connector",
        "state:ERROR",
        1,
    ),
    (
        "totalcloud-connector",
        "totalcloud:connector",
        "lastSynced:2024-05-03T06",
        1,
    ),
    (
        "totalcloud-connector",
        "totalcloud:connector",
        "provider:GCP",
        0,
    ),
    (
        "totalcloud-resource",
        "totalcloud",
        "evaluation.result:FAIL AND resource.type:SECURITY_GROUP",
        1,
    ),
    (
        "totalcloud-resource",
        "totalcloud",
        "evaluatedOn < 2024-05-03",
        1,
    ),
    ("totalcloud-resource", "totalcloud", "region:ap-south-1", 0),
    (
        "certview-certificate",
        "certview",
        "certificate.validToDate < 2020 AND grade:F",
        1,
    ),
    (
        "certview-certificate",
        "certview",
        "certificate.lastFound:2024-05-03",
        2,
    ),
    (
        "certview-certificate",
        "certview",
        "asset.tagName:shop AND grade:F",
        0,
    ),
];

fn scan(schema: &str, filter: &str, more: &[&str]) -> Run {
    let mut args = vec!["match", "-s", schema, "--now", NOW, filter];
    args.extend(more);
    qlint(&args)
}

fn sample(name: &str) -> String {
    format!("tests/data/samples/answers/{name}.json")
}

#[test]
fn each_answer_is_scanned_in_its_own_envelope() {
    let mut seen: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for (name, schema, filter, right) in SCANS {
        let run = scan(schema, filter, &["-c", &sample(name)]);
        let code = if *right > 0 { 0 } else { 1 };
        let found = (run.code, run.stdout.trim());
        assert_eq!(
            found,
            (code, right.to_string().as_str()),
            "{name}: {filter}\n{}",
            run.stderr
        );
        seen.entry(sample(name)).or_default().insert(*right > 0);
    }
    let both = BTreeSet::from([false, true]);
    let folder = root().join("tests/data/samples/answers");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let of = seen.get(&sample(name.trim_end_matches(".json")));
        assert_eq!(
            of,
            Some(&both),
            "{name} needs filters that match and such that do not"
        );
    }
}

#[test]
fn every_way_of_reading_finds_the_same() {
    let gzip = |bytes: &[u8]| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(bytes).unwrap();
        gz.finish().unwrap()
    };
    let zstd = |bytes: &[u8]| {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        ruzstd::encoding::compress_to_vec(bytes, level)
    };
    let utf16 = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).unwrap();
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    for (name, schema, filter, right) in SCANS.iter().step_by(3) {
        let text = fs::read(root().join(sample(name))).unwrap();
        let marked = [b"\xef\xbb\xbf\r\n ", &*text].concat();
        let packed = [text.clone(), gzip(&text), zstd(&text), utf16(&text), marked];
        for input in packed {
            let args = ["match", "-s", schema, "--now", NOW, "-c", filter, "-"];
            let run = qlint_with(&args, input);
            assert_eq!(
                run.stdout.trim(),
                right.to_string(),
                "{name}: {filter}\n{}",
                run.stderr
            );
        }
        for more in [&["--mmap"][..], &["-j", "1"], &["--strict"]] {
            let file = sample(name);
            let args = [more, &["-c", &file]].concat();
            assert_eq!(
                scan(schema, filter, &args).stdout.trim(),
                right.to_string(),
                "{name}: {filter}"
            );
        }
    }
}

#[test]
fn events_come_out_of_their_envelope() {
    let run = scan(
        "csam",
        "asset.name:db",
        &["--compact", "-n", &sample("csam-asset")],
    );
    assert!(
        run.stdout.starts_with("156:{\"assetId\":81234002,"),
        "{}",
        run.stdout
    );
    let run = scan("fim", "action:Delete", &["--compact", &sample("fim-event")]);
    assert!(run.stdout.starts_with("{\"id\":"), "{}", run.stdout);
    // The others of an answer, not the answer.
    let run = scan(
        "cs:image",
        "size > 100 MB",
        &["-v", "-c", &sample("cs-image")],
    );
    assert_eq!(run.stdout, "1\n");
}

#[test]
fn an_argument_says_where_events_are_whatever_they_look_like() {
    let answer = sample("csam-asset");
    let count = |more: &[&str]| scan("csam", "asset.name:db", &[more, &["-c", &answer]].concat());
    assert_eq!(count(&["--root", "assetListData.asset"]).stdout, "1\n");
    assert_eq!(count(&["--root", ""]).stdout, "0\n");
    assert_eq!(count(&["--root="]).stdout, "0\n");
    let run = count(&["--root", "data"]);
    assert!(run.stderr.contains("qql::event::no_root"), "{}", run.stderr);
    let run = scan("csam", "NOT asset.name:db", &["--root", "", "-c", &answer]);
    assert_eq!(run.stdout, "1\n", "the answer itself");
    assert_eq!(count(&["--root", "a..b"]).code, 2);
}

#[test]
fn plain_events_are_read_as_they_are() {
    // A key of the name of the root makes no answer of what has a token's key, too.
    for events in [
        "{\"type\":\"FILE\",\"data\":{\"type\":\"X\"}}\n{\"data\":[],\"type\":\"FILE\"}\n",
        "[{\"data\":{\"type\":\"X\"},\"type\":\"FILE\"},{\"type\":\"FILE\"}]",
        "{\"data\":\"text\"}\n{\"type\":\"FILE\"}\n{\"type\":\"FILE\"}\n",
        "{}\n{\"type\":\"FILE\"}\n{\"type\":\"FILE\"}\n",
    ] {
        let run = qlint_with(&["match", "-c", "-s", "edr", "type:FILE", "-"], events);
        assert_eq!(run.stdout, "2\n", "{events}");
    }
    // The first document decides for all of a file, and each file for itself.
    let folder = folder(&[
        (
            "pages.ndjson",
            "{\"data\":[{\"action\":\"Create\"}]}\n{\"data\":{\"action\":\"Create\"}}\n{\"action\":\"Create\"}\n",
        ),
        (
            "plain.ndjson",
            "{\"action\":\"Create\"}\n{\"data\":{\"action\":\"Create\"}}\n",
        ),
    ]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (pages, plain) = (path("pages.ndjson"), path("plain.ndjson"));
    let run = scan("fim", "action:create", &["-c", &pages, &plain]);
    assert_eq!(run.stdout, format!("{pages}:2\n{plain}:1\n"));
    assert!(
        run.stderr.contains("pages.ndjson:3: ") && run.stderr.contains("no_root"),
        "{}",
        run.stderr
    );
    // An envelope with nothing in it has no events.
    let empty = "{\"data\": [], \"count\": 0}";
    let run = qlint_with(&["match", "-c", "-s", "cs", "NOT sha:a", "-"], empty);
    assert_eq!((run.code, run.stdout.as_str()), (1, "0\n"));
}

#[test]
fn of_many_filters_the_first_schema_whose_answer_it_is_counts() {
    let folder = folder(&[(
        "all.qql",
        "# name: files\ntype:FILE AND event.id:*\n\n# name: images\nimagesInUse:now-7d OR sha:*\n\n# name: assets\nasset.name:kiosk AND hardware.category:* OR tags.name:kiosk\n",
    )]);
    let filters = folder.path().join("all.qql").display().to_string();
    let count = |answer: &str, more: &[&str]| {
        let answer = sample(answer);
        let args = [
            &["match", "--now", NOW, "-c", "-f", &filters][..],
            more,
            &[&answer],
        ]
        .concat();
        qlint(&args).stdout
    };
    assert_eq!(count("edr-event", &[]), "1\tfiles\n0\timages\n0\tassets\n");
    assert_eq!(count("cs-image", &[]), "0\tfiles\n2\timages\n0\tassets\n");
    assert_eq!(count("csam-asset", &[]), "0\tfiles\n0\timages\n1\tassets\n");
    assert_eq!(
        count("csam-asset", &["--root", "data"]),
        "0\tfiles\n0\timages\n0\tassets\n"
    );
    let run = qlint(&["match", "--explain-plan", "-f", &filters]);
    let roots =
        "root: data or assetListData.asset[], if the first document of a file is such an answer";
    assert!(run.stdout.contains(roots), "{}", run.stdout);
}

#[test]
fn it_is_said_where_the_events_were() {
    let answer = sample("totalcloud-connector");
    let run = scan(
        "totalcloud:connector",
        "state:ERROR",
        &["-c", "--stats", &answer],
    );
    assert!(
        run.stderr.contains("root content[] in 1 file\n"),
        "{}",
        run.stderr
    );
    let run = scan(
        "totalcloud:connector",
        "state:ERROR",
        &["-c", "--stats=json", &answer, &answer],
    );
    assert!(
        run.stderr.contains(r#""roots":{"content[]":2}"#),
        "{}",
        run.stderr
    );
    let run = scan(
        "edr",
        "type:FILE",
        &["-c", "--stats=json", &sample("edr-event")],
    );
    assert!(run.stderr.contains(r#""roots":{}"#), "{}", run.stderr);
    let plan = |more: &[&str]| scan("cs", "sha:a", &[more, &["--explain-plan"]].concat()).stdout;
    assert!(
        plan(&[]).ends_with("root: data[], if the first document of a file is such an answer\n")
    );
    assert!(plan(&["--root", "a.b"]).ends_with("root: a.b\n"));
    assert!(!plan(&["--root", ""]).contains("root"));
    assert!(
        !scan("pm", "kb:a", &["--explain-plan"])
            .stdout
            .contains("root")
    );
}

#[test]
fn a_schema_file_says_where_its_answers_have_events() {
    let folder = folder(&[
        (
            "own.toml",
            "name = \"own\"\nextends = \"cs\"\n[product]\nroots = [\"result.items\", { path = \"hits[]\", scope = \"container\" }]\n",
        ),
        (
            "a.json",
            "{\"took\": 3, \"result\": {\"n\": 1, \"items\": [{\"sha\": \"a\"}]}}",
        ),
        ("b.json", "{\"hits\": [{\"sha\": \"a\"}]}"),
    ]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let count = |file: &str| {
        let (own, file) = (path("own.toml"), path(file));
        let run = qlint(&["match", "-c", "-s", &own, "sha:a", &file]);
        assert_eq!(run.stderr, "");
        run.stdout
    };
    assert_eq!(count("a.json"), "1\n");
    assert_eq!(count("b.json"), "1\n");
}

#[test]
fn an_event_of_an_answer_is_explained() {
    let explain = |more: &[&str]| {
        let answer = sample("fim-event");
        let args = [
            "explain",
            "-s",
            "fim",
            "-e",
            "action:Delete",
            "--event",
            &answer,
        ];
        qlint(&[&args[..], more].concat())
    };
    assert_eq!(explain(&["--number", "3"]).code, 0);
    assert_eq!(explain(&[]).code, 1);
    assert_eq!(explain(&["--root", "", "--number", "3"]).code, 1);
    assert_eq!(explain(&["--number", "4"]).code, 2);
}

#[test]
fn a_long_stream_of_answers_takes_no_more_memory_than_blocks() {
    // Each page is within the limit, and all of them are far beyond it.
    let page = fs::read_to_string(root().join(sample("csam-asset"))).unwrap();
    let pages = page.repeat(400);
    let args = [
        "match",
        "-s",
        "csam",
        "-c",
        "--max-event",
        "64KiB",
        "asset.name:db",
        "-",
    ];
    let run = qlint_with(&args, pages);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "400\n"),
        "{}",
        run.stderr
    );
    // A page beyond it is said and passed over.
    let mut long: serde_json::Value = serde_json::from_str(&page).unwrap();
    let assets = long["assetListData"]["asset"].as_array_mut().unwrap();
    *assets = assets.iter().cycle().take(800).cloned().collect();
    let pages = format!("{long}\n{page}");
    let run = qlint_with(&args, pages);
    assert_eq!(run.stdout, "1\n");
    assert!(
        run.stderr
            .contains("[qql::event::too_long]; the events at assetListData.asset[] are"),
        "{}",
        run.stderr
    );
}
