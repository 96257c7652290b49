//! jaq and wirefilter, which have languages of their own.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};
use wirefilter::{ExecutionContext, Scheme};

/// The filter in the language of jq.
fn jq(filter: &str, hashes: &[String]) -> String {
    let list = |hashes: &[String]| {
        let quoted: Vec<String> = hashes.iter().map(|hash| format!("{hash:?}")).collect();
        quoted.join(",")
    };
    match filter {
        "q0" => r#".type=="FILE" and .action=="CREATED" and .file.fileName=="energyprov.dll" and .dateTime>="2020-08-01T00:00:00" and .dateTime<"2020-09-01T00:00:01" and (([.indicator2[]?.score//empty]|length) as $n | if $n>0 then any(.indicator2[].score//empty; tonumber>5) else ((.score//0)|tonumber)>5 end)"#.to_owned(),
        "q1" => format!(r#".file.sha256=={:?}"#, hashes[0]),
        "q2" => r#".type=="FILE""#.to_owned(),
        "q3" => r#"(.type=="FILE" or (.process.userName//.actor.userName)=="NT AUTHORITY\\SYSTEM")|not"#.to_owned(),
        "q4" => r#".dateTime>="2020-08-01T00:00:00" and .dateTime<"2020-09-01T00:00:01""#.to_owned(),
        "q5" => format!(".file.sha256 as $h | any({}; .==$h)", list(hashes)),
        "q6" => r#"(.file.fullPath//"")|ascii_downcase|contains("\\appdata\\local\\temp\\")"#.to_owned(),
        "q7" => "any(.file.certificates[]?; .certificateSigned==true and .certificateValid==false)".to_owned(),
        "q8" => r#"(.network.remotePort//"0")|tonumber|.>=1024 and .<=5000"#.to_owned(),
        "w" => ".handle.id==null".to_owned(),
        other => panic!("no filter {other}"),
    }
}

/// Counts matches with jaq.
pub fn jaq(filter: &str, buffer: &[u8], hashes: &[String]) -> usize {
    let code = jq(filter, hashes);
    let program = File { code: &*code, path: () };
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, program).expect("good jq");
    let compiler = jaq_core::Compiler::default().with_funs(funs);
    let filter = compiler.compile(modules).expect("good jq");
    let ctx = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let matches = |event: &[u8]| {
        let event = read::parse_single(event).expect("the events are JSON");
        let mut out = filter.id.run((ctx.clone(), event)).map(unwrap_valr);
        matches!(out.next(), Some(Ok(Val::Bool(true))))
    };
    lines(buffer).filter(|event| matches(event)).count()
}

/// Counts matches with wirefilter, over what serde_json reads; for filters that it can express.
pub fn wirefilter(filter: &str, buffer: &[u8], hashes: &[String]) -> Option<usize> {
    let list = |hashes: &[String]| {
        let quoted: Vec<String> = hashes.iter().map(|hash| format!("{hash:?}")).collect();
        quoted.join(" ")
    };
    let text = match filter {
        "q1" => format!("file.sha256 == {:?}", hashes[0]),
        "q2" => r#"type == "FILE""#.to_owned(),
        "q3" => r#"not (type == "FILE" or process.userName == "NT AUTHORITY\\SYSTEM")"#.to_owned(),
        "q5" => format!("file.sha256 in {{{}}}", list(hashes)),
        "q8" => "network.remotePort >= 1024 and network.remotePort <= 5000".to_owned(),
        _ => return None,
    };
    let scheme = Scheme! {
        type: Bytes,
        file.sha256: Bytes,
        process.userName: Bytes,
        network.remotePort: Int,
    };
    // The values have to live longer than the filter.
    let values = lines(buffer).map(|event| serde_json::from_slice(event).expect("JSON"));
    let values: Vec<serde_json::Value> = values.collect();
    let filter = scheme.parse(&text).expect("a good filter").compile();
    let mut count = 0;
    for event in &values {
        let text = |path: &str| event.pointer(path).and_then(|v| v.as_str()).unwrap_or("");
        let mut context = ExecutionContext::new(&scheme);
        let set = "the field is in the scheme";
        context.set_field_value("type", text("/type")).expect(set);
        context.set_field_value("file.sha256", text("/file/sha256")).expect(set);
        let user = match text("/process/userName") {
            "" => text("/actor/userName"),
            user => user,
        };
        context.set_field_value("process.userName", user).expect(set);
        let port: i32 = text("/network/remotePort").parse().unwrap_or(0);
        context.set_field_value("network.remotePort", port).expect(set);
        count += usize::from(filter.execute(&context).expect("the same scheme"));
    }
    Some(count)
}

/// The events of a buffer of lines.
pub fn lines(buffer: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = buffer.split(|byte| *byte == b'\n');
    lines.filter(|line| !line.is_empty())
}
