//! What a program would write by hand for each filter, over any parsed event.

use std::borrow::Cow;

/// A value of a parsed event.
pub trait Doc: Sized {
    fn get(&self, key: &str) -> Option<Self>;
    fn text(&self) -> Option<Cow<'_, str>>;
    fn number(&self) -> Option<f64>;
    fn boolean(&self) -> Option<bool>;
    /// Whether it is an array with an element that passes.
    fn any(&self, passes: &mut dyn FnMut(Self) -> bool) -> bool;

    fn at(&self, path: &[&str]) -> Option<Self> {
        let (first, rest) = path.split_first()?;
        let value = self.get(first)?;
        if rest.is_empty() { Some(value) } else { value.at(rest) }
    }
}

pub fn in_august(date: &str) -> bool {
    // All dates are in UTC and of one form.
    ("2020-08-01T00:00:00".."2020-09-01T00:00:01").contains(&date)
}

pub fn is_temp(path: &str) -> bool {
    path.to_ascii_lowercase().contains(r"\appdata\local\temp\")
}

pub fn is_system(user: &str) -> bool {
    user.eq_ignore_ascii_case(r"NT AUTHORITY\SYSTEM")
}

pub fn is_port(port: &str) -> bool {
    port.parse().is_ok_and(|port| (1024..=5000).contains(&port))
}

/// Whether the event matches the filter of this name.
pub fn matches<D: Doc>(filter: &str, event: &D, hashes: &[String]) -> bool {
    let text = |path: &[&str], passes: &dyn Fn(&str) -> bool| {
        let value = event.at(path);
        value.is_some_and(|value| value.text().is_some_and(|text| passes(&text)))
    };
    let score = |value: &D| {
        let number = value.number();
        number.or_else(|| value.text().and_then(|text| text.parse().ok()))
    };
    match filter {
        "q0" => {
            text(&["type"], &|t| t == "FILE")
                && text(&["action"], &|t| t == "CREATED")
                && text(&["file", "fileName"], &|t| t.eq_ignore_ascii_case("energyprov.dll"))
                && text(&["dateTime"], &in_august)
                && {
                    let (mut some, mut passed) = (false, false);
                    if let Some(indicators) = event.get("indicator2") {
                        indicators.any(&mut |one| {
                            if let Some(number) = one.get("score").and_then(|s| score(&s)) {
                                some = true;
                                passed |= number > 5.0;
                            }
                            passed
                        });
                    }
                    let own = || event.get("score").and_then(|s| score(&s)).is_some_and(|s| s > 5.0);
                    if some { passed } else { own() }
                }
        }
        "q1" => text(&["file", "sha256"], &|t| t == hashes[0]),
        "q2" => text(&["type"], &|t| t == "FILE"),
        "q3" => {
            let user = || event.at(&["process", "userName"]).or_else(|| event.at(&["actor", "userName"]));
            !(text(&["type"], &|t| t == "FILE")
                || user().is_some_and(|user| user.text().is_some_and(|user| is_system(&user))))
        }
        "q4" => text(&["dateTime"], &in_august),
        "q5" => text(&["file", "sha256"], &|t| hashes.iter().any(|hash| hash == t)),
        "q6" => text(&["file", "fullPath"], &is_temp),
        "q7" => event.at(&["file", "certificates"]).is_some_and(|all| {
            all.any(&mut |one| {
                let is = |key, truth| one.get(key).is_some_and(|v: D| v.boolean() == Some(truth));
                is("certificateSigned", true) && is("certificateValid", false)
            })
        }),
        "q8" => text(&["network", "remotePort"], &is_port),
        "w" => event.at(&["handle", "id"]).is_none(),
        other => panic!("no filter {other}"),
    }
}

impl Doc for &serde_json::Value {
    fn get(&self, key: &str) -> Option<Self> {
        (**self).get(key)
    }
    fn text(&self) -> Option<Cow<'_, str>> {
        self.as_str().map(Cow::Borrowed)
    }
    fn number(&self) -> Option<f64> {
        self.as_f64()
    }
    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }
    fn any(&self, passes: &mut dyn FnMut(Self) -> bool) -> bool {
        self.as_array().is_some_and(|all| all.iter().any(passes))
    }
}

impl Doc for &simd_json::BorrowedValue<'_> {
    fn get(&self, key: &str) -> Option<Self> {
        use simd_json::prelude::*;
        (**self).as_object()?.get(key)
    }
    fn text(&self) -> Option<Cow<'_, str>> {
        use simd_json::prelude::*;
        (**self).as_str().map(Cow::Borrowed)
    }
    fn number(&self) -> Option<f64> {
        use simd_json::prelude::*;
        (**self).cast_f64()
    }
    fn boolean(&self) -> Option<bool> {
        use simd_json::prelude::*;
        (**self).as_bool()
    }
    fn any(&self, passes: &mut dyn FnMut(Self) -> bool) -> bool {
        use simd_json::prelude::*;
        (**self).as_array().is_some_and(|all| all.iter().any(passes))
    }
}

/// The text of a value, looked into by sonic-rs only as far as asked, without validation.
#[derive(Clone, Copy)]
pub struct Lazy<'e>(pub &'e [u8]);

impl<'e> Doc for Lazy<'e> {
    fn get(&self, key: &str) -> Option<Self> {
        // SAFETY: the generated events are JSON.
        let value = unsafe { sonic_rs::get_from_slice_unchecked(self.0, [key]) };
        Some(Lazy(slice_of(self.0, value.ok()?.as_raw_str())))
    }
    fn at(&self, path: &[&str]) -> Option<Self> {
        // SAFETY: as above.
        let value = unsafe { sonic_rs::get_from_slice_unchecked(self.0, path) };
        Some(Lazy(slice_of(self.0, value.ok()?.as_raw_str())))
    }
    fn text(&self) -> Option<Cow<'_, str>> {
        let inside = self.0.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        match memchr::memchr(b'\\', inside) {
            None => std::str::from_utf8(inside).ok().map(Cow::Borrowed),
            Some(_) => sonic_rs::from_slice::<String>(self.0).ok().map(Cow::Owned),
        }
    }
    fn number(&self) -> Option<f64> {
        std::str::from_utf8(self.0).ok()?.parse().ok()
    }
    fn boolean(&self) -> Option<bool> {
        match self.0 {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }
    fn any(&self, passes: &mut dyn FnMut(Self) -> bool) -> bool {
        // SAFETY: as above.
        let elements = unsafe { sonic_rs::to_array_iter_unchecked(self.0) };
        elements.flatten().any(|value| passes(Lazy(slice_of(self.0, value.as_raw_str()))))
    }
}

/// The part of the event that a value stands in.
fn slice_of<'e>(event: &'e [u8], value: &str) -> &'e [u8] {
    let start = value.as_ptr() as usize - event.as_ptr() as usize;
    &event[start..start + value.len()]
}
