//! serde_json into a struct of what the filters read.

use std::borrow::Cow;

use serde::Deserialize;

use crate::doc::{in_august, is_port, is_system, is_temp};

type Text<'e> = Option<Cow<'e, str>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'e> {
    #[serde(borrow)]
    r#type: Text<'e>,
    #[serde(borrow)]
    action: Text<'e>,
    #[serde(borrow)]
    date_time: Text<'e>,
    #[serde(borrow)]
    score: Option<Score<'e>>,
    #[serde(borrow)]
    file: Option<File<'e>>,
    #[serde(borrow)]
    process: Option<Process<'e>>,
    #[serde(borrow)]
    actor: Option<Process<'e>>,
    #[serde(borrow)]
    network: Option<Network<'e>>,
    #[serde(borrow, default)]
    indicator2: Vec<Indicator<'e>>,
    handle: Option<Handle>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Score<'e> {
    Number(f64),
    #[serde(borrow)]
    Text(Cow<'e, str>),
}

impl Score<'_> {
    fn number(&self) -> Option<f64> {
        match self {
            Score::Number(number) => Some(*number),
            Score::Text(text) => text.parse().ok(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File<'e> {
    #[serde(borrow)]
    file_name: Text<'e>,
    #[serde(borrow)]
    full_path: Text<'e>,
    #[serde(borrow)]
    sha256: Text<'e>,
    #[serde(default)]
    certificates: Vec<Certificate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    certificate_signed: Option<bool>,
    certificate_valid: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Process<'e> {
    #[serde(borrow)]
    user_name: Text<'e>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Network<'e> {
    #[serde(borrow)]
    remote_port: Text<'e>,
}

#[derive(Deserialize)]
struct Indicator<'e> {
    #[serde(borrow)]
    score: Option<Score<'e>>,
}

#[derive(Deserialize)]
struct Handle {
    id: Option<serde::de::IgnoredAny>,
}

pub fn matches(filter: &str, event: &[u8], hashes: &[String]) -> bool {
    let event: Event<'_> = serde_json::from_slice(event).expect("the events are JSON");
    let is = |text: &Text<'_>, wanted: &str| text.as_deref() == Some(wanted);
    let file = event.file.as_ref();
    let hash = file.and_then(|file| file.sha256.as_deref());
    match filter {
        "q0" => {
            let scores = event.indicator2.iter().filter_map(|one| one.score.as_ref());
            let mut scores = scores.filter_map(Score::number).peekable();
            is(&event.r#type, "FILE")
                && is(&event.action, "CREATED")
                && file.is_some_and(|file| {
                    let name = file.file_name.as_deref();
                    name.is_some_and(|name| name.eq_ignore_ascii_case("energyprov.dll"))
                })
                && event.date_time.as_deref().is_some_and(in_august)
                && match scores.peek() {
                    Some(_) => scores.any(|score| score > 5.0),
                    None => event.score.and_then(|s| s.number()).is_some_and(|s| s > 5.0),
                }
        }
        "q1" => hash == Some(&hashes[0]),
        "q2" => is(&event.r#type, "FILE"),
        "q3" => {
            let user = event.process.as_ref().and_then(|process| process.user_name.as_deref());
            let actor = event.actor.as_ref().and_then(|actor| actor.user_name.as_deref());
            let user = user.or(actor);
            !(is(&event.r#type, "FILE") || user.is_some_and(is_system))
        }
        "q4" => event.date_time.as_deref().is_some_and(in_august),
        "q5" => hash.is_some_and(|hash| hashes.iter().any(|wanted| wanted == hash)),
        "q6" => file.is_some_and(|file| file.full_path.as_deref().is_some_and(is_temp)),
        "q7" => file.is_some_and(|file| {
            file.certificates.iter().any(|one| {
                one.certificate_signed == Some(true) && one.certificate_valid == Some(false)
            })
        }),
        "q8" => {
            let port = event.network.as_ref().and_then(|network| network.remote_port.as_deref());
            port.is_some_and(is_port)
        }
        "w" => event.handle.is_none_or(|handle| handle.id.is_none()),
        other => panic!("no filter {other}"),
    }
}
