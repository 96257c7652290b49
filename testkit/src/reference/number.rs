//! Numbers.

use std::cmp::Ordering;

/// "integers from -2^63 to 2^64-1, others as f64"
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Integer(i128),
    Float(f64),
}

/// What a text is as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Read {
    Number(Number),
    /// "a written integer beyond is an error, one in an event never compares"
    Beyond,
    NotOne,
}

/// "A number is `-?digits[.digits][e±digits]`."
pub fn read(text: &str) -> Read {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let exponent_digits = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    let parts = [Some(whole), fraction, exponent_digits];
    if !parts.into_iter().flatten().all(all_digits) {
        return Read::NotOne;
    }
    if fraction.is_some() || exponent.is_some() {
        return match text.parse::<f64>() {
            Ok(float) if float.is_finite() => Read::Number(Number::Float(float)),
            _ => Read::Beyond,
        };
    }
    match text.parse::<i128>() {
        Ok(integer) => within(integer),
        Err(_) => Read::Beyond,
    }
}

/// "`10 MB`-style units (B, KB, MB, GB, TB, any case, 1024-based, blank optional, also quoted and
/// in lists and ranges) are accepted after a number."
pub fn read_written(text: &str) -> Read {
    let lower = text.to_ascii_lowercase();
    for (power, unit) in [(4, "tb"), (3, "gb"), (2, "mb"), (1, "kb"), (0, "b")] {
        let Some(number) = lower.strip_suffix(unit) else {
            continue;
        };
        return match read(number.trim_end_matches([' ', '\t', '\r', '\n'])) {
            Read::Number(Number::Integer(integer)) => within(integer << (10 * power)),
            Read::Number(Number::Float(float)) => match float * 1024_f64.powi(power) {
                product if product.is_finite() => Read::Number(Number::Float(product)),
                _ => Read::Beyond,
            },
            other => other,
        };
    }
    read(text)
}

fn within(integer: i128) -> Read {
    match (-(1 << 63)..1 << 64).contains(&integer) {
        true => Read::Number(Number::Integer(integer)),
        false => Read::Beyond,
    }
}

pub fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// "Numbers are compared exactly."
pub fn compare(a: Number, b: Number) -> Ordering {
    match (a, b) {
        (Number::Integer(a), Number::Integer(b)) => a.cmp(&b),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b).expect("both are finite"),
        (Number::Integer(a), Number::Float(b)) => integer_and_float(a, b),
        (Number::Float(a), Number::Integer(b)) => integer_and_float(b, a).reverse(),
    }
}

fn integer_and_float(integer: i128, float: f64) -> Ordering {
    // All integers of the language are between -2^64 and 2^64.
    if float.abs() >= 2_f64.powi(65) {
        return 0.0.partial_cmp(&float).expect("it is finite");
    }
    // What is left without its fraction fits, exactly.
    let whole = float.trunc();
    integer
        .cmp(&(whole as i128))
        .then_with(|| whole.partial_cmp(&float).expect("it is finite"))
}
