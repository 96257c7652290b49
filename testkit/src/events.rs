//! Events of EDR as the list and the detail answers have them, made up from a seed.
//!
//! 38 % FILE, 27 % PROCESS, 23 % NETWORK, 12 % REGISTRY; 70 % with the keys in the order of the list
//! answer (`dateTime` first, `type` near the end), 30 % in that of the detail answer; 2.2 KB on
//! average; dates over 60 days from 2020-07-15. The same seed gives the same bytes everywhere.

use std::fmt::Write;

/// A generator of random numbers: SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    /// True with this probability in percent.
    fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    pub fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub fn hex(&mut self, digits: usize) -> String {
        let mut hex = String::with_capacity(digits + 16);
        while hex.len() < digits {
            write!(hex, "{:016x}", self.next()).unwrap();
        }
        hex.truncate(digits);
        hex
    }

    fn uuid(&mut self) -> String {
        let hex = self.hex(32);
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }
}

/// This many events, one a line.
pub fn events(seed: u64, count: usize) -> impl Iterator<Item = String> {
    let mut random = Random::new(seed);
    (0..count).map(move |_| event(&mut random))
}

/// As many events as fit in this number of bytes.
pub fn buffer(seed: u64, bytes: usize) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(bytes);
    for event in events(seed, usize::MAX) {
        if buffer.len() + event.len() + 1 > bytes {
            break;
        }
        buffer.extend_from_slice(event.as_bytes());
        buffer.push(b'\n');
    }
    buffer
}

/// A member of an object: the key and the JSON of its value.
type Member = (&'static str, String);

fn object(members: &[Member]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn array(elements: &[String]) -> String {
    format!("[{}]", elements.join(","))
}

fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn event(r: &mut Random) -> String {
    let kind = match r.below(100) {
        0..38 => "FILE",
        38..65 => "PROCESS",
        65..88 => "NETWORK",
        _ => "REGISTRY",
    };
    let detail = r.percent(30);
    let (action, body) = match kind {
        "FILE" => (
            r.of(&["CREATED", "CREATED", "CREATED", "DELETED", "RENAMED"]),
            file(r, detail),
        ),
        "PROCESS" => (r.of(&["CREATED", "RUNNING", "TERMINATED"]), process(r)),
        "NETWORK" => ("ESTABLISHED", network(r)),
        _ => ("WRITTEN", registry(r)),
    };
    let key = match kind {
        "FILE" => "file",
        "PROCESS" => "process",
        "NETWORK" => "network",
        _ => "registry",
    };
    let (agent, number) = (r.uuid(), r.next() as i64);
    let id = format!("RTF_{agent}_{number}");
    let score = r.of(&["0", "0", "0", "0", "0", "1", "2", "3", "5", "8"]);
    let mut members: Vec<Member> = vec![("dateTime", text(&date(r)))];
    if kind != "PROCESS" || r.percent(60) {
        members.push(("actor", actor(r, detail)));
    }
    if kind == "NETWORK" {
        members.push(("process", process(r)));
    }
    members.push((
        "score",
        if detail {
            score.to_owned()
        } else {
            text(score)
        },
    ));
    members.push(("eventProcessedTime", text(&date(r))));
    members.push(("eventSource", text(r.of(&["EDR", "EDR", "Anti-malware"]))));
    members.push((key, body));
    members.push(("action", text(action)));
    members.push(("indicator2", indicators(r, score, detail)));
    members.push((if detail { "eventId" } else { "id" }, text(&id)));
    members.push(("type", text(kind)));
    members.push(("asset", asset(r, &agent)));
    if detail {
        // The detail answer has the short members first, then the dates.
        let front = ["score", "eventId", "type", "action"];
        members.sort_by_key(|(key, _)| front.iter().position(|front| front == key).unwrap_or(9));
        let customer = text(&r.uuid());
        members.insert(1, ("customerId", customer));
    }
    object(&members)
}

fn date(r: &mut Random) -> String {
    // 60 days from 2020-07-15.
    let second = r.below(60 * 86_400);
    let (day, rest) = (second / 86_400, second % 86_400);
    let (month, day) = match day {
        0..17 => (7, 15 + day),
        17..48 => (8, day - 16),
        _ => (9, day - 47),
    };
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    let milli = r.below(1000);
    format!("2020-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}+0000")
}

const FOLDERS: &[&str] = &[
    r"C:\Windows\System32",
    r"C:\Windows\SysWOW64",
    r"C:\Windows\System32\drivers",
    r"C:\Windows\Temp",
    r"C:\Program Files\Common Files\Microsoft Shared",
    r"C:\Program Files (x86)\Google\Chrome\Application",
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.2007.8-0",
    r"C:\Windows\WinSxS\amd64_microsoft",
    r"C:\Users\Public\Documents",
    r"D:\Data\Reports\2020",
    r"C:\inetpub\wwwroot\app_data",
];

pub const STEMS: &[&str] = &[
    "svchost",
    "energyprov",
    "kernel32",
    "chrome",
    "setup",
    "update",
    "report",
    "msedge",
    "winlogon",
    "explorer",
    "powershell",
    "cmd",
    "taskhostw",
    "WmiPrvSE",
    "QualysAgent",
    "MsMpEng",
    "notepad",
    "python",
];

fn folder(r: &mut Random) -> String {
    match r.below(100) {
        0..9 => format!(
            r"C:\Users\user{:03}\AppData\Local\Temp\{}",
            r.below(500),
            r.hex(8)
        ),
        9..25 => format!(
            r"C:\Users\user{:03}\AppData\Roaming\Microsoft",
            r.below(500)
        ),
        _ => r.of(FOLDERS).to_owned(),
    }
}

fn name(r: &mut Random, extension: &str) -> String {
    // A rare name, for filters that hit a handful.
    if extension == "dll" && r.below(200) == 0 {
        return "energyprov.dll".to_owned();
    }
    match r.percent(70) {
        true => format!("{}{}.{extension}", r.of(STEMS), r.below(2000)),
        false => format!("{}.{extension}", r.hex(12)),
    }
}

fn file(r: &mut Random, detail: bool) -> String {
    let folder = folder(r);
    let extension = r.of(&["dll", "exe", "tmp", "log", "dat", "sys", "ps1"]);
    let name = name(r, extension);
    let mut members = vec![
        ("fullPath", text(&format!(r"{folder}\{name}"))),
        ("path", text(&folder)),
        ("extension", text(extension)),
        ("fileName", text(&name)),
        ("createdDate", text(&date(r))),
        ("sha256", text(&r.hex(64))),
    ];
    let certificates = r.below(6);
    if certificates > 0 {
        let certificates: Vec<String> = (0..certificates).map(|_| certificate(r, detail)).collect();
        members.push(("certificates", array(&certificates)));
    }
    members.push(("md5", text(&r.hex(32))));
    if detail {
        let sid = format!(
            "S-1-5-80-{}-{}-{}",
            r.below(1 << 32),
            r.below(1 << 32),
            r.below(1 << 32)
        );
        members.extend([
            ("size", r.below(5_000_000).to_string()),
            ("accessDate", text(&date(r))),
            ("writeDate", text(&date(r))),
            ("deviceLetter", text(&folder[..1])),
            ("company", text("Microsoft Corporation")),
            (
                "copyright",
                text("© Microsoft Corporation. All rights reserved."),
            ),
            (
                "version",
                text(&format!("10.0.{}.{}", 18000 + r.below(2000), r.below(900))),
            ),
            ("product", text("Microsoft® Windows® Operating System")),
            (
                "securityAttributes",
                text(&format!(
                    "O:{sid}G:{sid}D:PAI(A;;FA;;;{sid})(A;;0x1200a9;;;BA)(A;;0x1200a9;;;SY)"
                )),
            ),
        ]);
    }
    object(&members)
}

const ISSUERS: &[&str] = &[
    "DigiCert High Assurance Code Signing CA-1",
    "Microsoft Code Signing PCA 2010",
    "Microsoft Code Signing PCA",
    "Microsoft Windows Production PCA 2011",
    "Symantec Class 3 SHA256 Code Signing CA - G2",
    "Microsoft Code Signing PCA 2011",
];

fn certificate(r: &mut Random, detail: bool) -> String {
    let owner = r.of(&[
        "Microsoft Corporation",
        "Microsoft Windows",
        "Qualys, Inc",
        "Avira Operations GmbH & Co. KG",
        "Google LLC",
    ]);
    let mut members = vec![
        ("certificateSigned", r.percent(90).to_string()),
        ("certificateIssuer", text(r.of(ISSUERS))),
        ("certificateValid", (!r.percent(4)).to_string()),
        ("certificateIssuedTo", text(owner)),
        ("certificateSignedDate", text(&date(r))),
    ];
    if detail {
        members.insert(0, ("certificateHash", text(&r.below(u64::MAX).to_string())));
        members.extend([("subject", text(owner)), ("expiryDate", text(&date(r)))]);
    }
    object(&members)
}

fn user(r: &mut Random) -> String {
    match r.below(100) {
        0..51 => r"NT AUTHORITY\SYSTEM".to_owned(),
        51..62 => r"NT AUTHORITY\LOCAL SERVICE".to_owned(),
        _ => format!(r"CORP{}\user{:03}", r.below(4), r.below(500)),
    }
}

fn actor(r: &mut Random, detail: bool) -> String {
    let (folder, name, user) = (r.of(FOLDERS), name(r, "exe"), user(r));
    let mut members = vec![
        ("processId", (4 * r.below(8000)).to_string()),
        ("processName", text(&name)),
        ("type", text("PROCESS")),
        ("userName", text(&user)),
        ("imageFullPath", text(&format!(r"{folder}\{name}"))),
        ("userId", text(user.rsplit('\\').next().unwrap_or_default())),
        ("createDate", text("1970-01-01T00:00:00.000+0000")),
    ];
    if detail {
        members.extend([
            ("state", text("RUNNING")),
            (
                "arguments",
                text(&format!("-k {} -p -s {}", r.hex(8), r.of(STEMS))),
            ),
            ("elevated", text(r.of(&["true", "false"]))),
            ("parentProcessId", (4 * r.below(8000)).to_string()),
        ]);
    }
    object(&members)
}

fn process(r: &mut Random) -> String {
    let (folder, name, user) = (folder(r), name(r, "exe"), user(r));
    let path = format!(r"{folder}\{name}");
    let count = 1 + r.below(3);
    let certificates: Vec<String> = (0..count).map(|_| certificate(r, false)).collect();
    let image = object(&[
        ("fullPath", text(&path.to_lowercase())),
        ("path", text(&folder)),
        ("fileName", text(&name)),
        ("sha256", text(&r.hex(64))),
        ("certificates", array(&certificates)),
        ("moduleName", text(name.trim_end_matches(".exe"))),
        ("md5", text(&r.hex(32))),
    ]);
    let arguments = format!(
        "\"{path}\" /{} --session={} -user \"{user}\"",
        r.of(STEMS),
        r.hex(16)
    );
    object(&[
        ("fullPath", text(&path)),
        ("processFile", image),
        (
            "processEventId",
            text(&format!(
                "P_{}_{}-{}-2020",
                r.uuid(),
                1 + r.below(28),
                7 + r.below(3)
            )),
        ),
        ("processName", text(&name)),
        ("elevated", r.percent(50).to_string()),
        ("pid", (4 * r.below(8000)).to_string()),
        ("parentPid", (4 * r.below(8000)).to_string()),
        ("arguments", text(&arguments)),
        ("userName", text(&user)),
        (
            "integrityLevel",
            text(r.of(&["Low", "Medium", "High", "System"])),
        ),
    ])
}

fn network(r: &mut Random) -> String {
    let address = |r: &mut Random| format!("10.{}.{}.{}", r.below(256), r.below(256), r.below(256));
    let remote = match r.percent(18) {
        true => 1024 + r.below(3977),
        false => *[80, 443, 443, 443, 53, 8080, 8443, 49_152 + r.below(16_000)]
            .get(r.below(8) as usize)
            .unwrap_or(&443),
    };
    object(&[
        ("protocol", text(r.of(&["TCP", "TCP", "UDP"]))),
        ("remoteIP", text(&address(r))),
        ("localPort", text(&(49_152 + r.below(16_000)).to_string())),
        ("remotePort", text(&remote.to_string())),
        ("localIP", text(&address(r))),
        (
            "remoteDns",
            text(&format!("host{}.example.com", r.below(5000))),
        ),
        ("state", text("ESTABLISHED")),
    ])
}

fn registry(r: &mut Random) -> String {
    let key = r.of(&[
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run",
        r"HKLM\SYSTEM\CurrentControlSet\Services",
        r"HKCU\Software\Classes\CLSID",
    ]);
    let value = r.hex(8);
    object(&[
        ("path", text(&format!(r"{key}\{value}"))),
        ("key", text(key)),
        ("value", text(&value)),
        (
            "data",
            text(&format!(
                "{} (0x{})",
                r.of(&["DWORD", "QWORD", "SZ"]),
                r.hex(8)
            )),
        ),
    ])
}

fn indicators(r: &mut Random, score: &str, detail: bool) -> String {
    let count = if r.percent(80) { 1 } else { r.below(4) };
    let indicators: Vec<String> = (0..count)
        .map(|_| {
            let verdict = r.of(&["KNOWN", "KNOWN", "UNKNOWN", "MALICIOUS"]);
            let mut members = vec![("sha256", text(&r.hex(64))), ("verdict", text(verdict))];
            if verdict != "UNKNOWN" {
                members.insert(
                    0,
                    (
                        "score",
                        if detail {
                            text(score)
                        } else {
                            score.to_owned()
                        },
                    ),
                );
                members.push(("familyName", text(" ")));
                members.push(("category", text(" ")));
            }
            members.push(("rowId", text(&(r.next() as i64).to_string())));
            object(&members)
        })
        .collect();
    array(&indicators)
}

fn asset(r: &mut Random, agent: &str) -> String {
    let host = format!(
        "{}-{:05}",
        r.of(&["WIN", "SRV", "LAP", "DESKTOP"]),
        r.below(20_000)
    );
    let interface = object(&[(
        "ipAddress",
        text(&format!(
            "10.{}.{}.{}",
            r.below(4),
            r.below(256),
            r.below(256)
        )),
    )]);
    let tags: Vec<String> = (0..1 + r.below(4))
        .map(|_| {
            let name = r.of(&[
                "Cloud Agent",
                "Windows Servers",
                "PCI",
                "Internet Facing",
                "Production",
            ]);
            object(&[
                ("name", text(name)),
                ("id", r.below(1 << 30).to_string()),
                ("uuid", text(&r.uuid())),
            ])
        })
        .collect();
    object(&[
        (
            "fullOSName",
            text(&format!(
                "Microsoft Windows 10 Enterprise 10.0.{} Build 18363",
                18000 + r.below(2000)
            )),
        ),
        ("hostName", text(&format!("{host}.corp.example.com"))),
        ("agentId", text(agent)),
        ("interfaces", array(&[interface])),
        ("netBiosName", text(&host)),
        ("customerId", text(&r.uuid())),
        ("tags", array(&tags)),
        ("platform", text("WINDOWS")),
    ])
}
