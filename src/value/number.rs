//! Numbers, compared exactly.

use std::cmp::Ordering;
use std::fmt::{self, Debug, Display, Formatter};
use std::hash::{Hash, Hasher};

/// A number: an integer from -2⁶³ to 2⁶⁴-1, or a finite 64-bit float.
///
/// Numbers are compared by their mathematical value, so that no integer equals its neighbour for
/// want of bits.
///
/// ```
/// use qualys_filter::value::Number;
///
/// assert_eq!("5".parse::<Number>(), "5.0".parse());
/// assert_ne!("9007199254740993".parse::<Number>(), "9007199254740992.0".parse());
/// assert!("12 MB".parse::<Number>().is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Number(Repr);

#[derive(Clone, Copy)]
enum Repr {
    /// Written without fraction and exponent; one of [`INTEGERS`].
    Integer(i128),
    /// Written with one of them; finite.
    Float(f64),
}

/// Why a text is not a [`Number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// It is not `-?digits[.digits][e±digits]`.
    #[error("not a number")]
    NotANumber,
    /// An integer below -2⁶³ or above 2⁶⁴-1, or a float beyond the largest finite one.
    #[error("beyond the numbers that are compared")]
    OutOfRange,
}

/// The integers that are compared, -2⁶³ to 2⁶⁴-1, as Elasticsearch's `long` and `unsigned_long`.
const INTEGERS: std::ops::RangeInclusive<i128> = i64::MIN as i128..=u64::MAX as i128;

impl std::str::FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Number, NumberError> {
        // Nearly all numbers are short integers.
        if text.len() <= 18
            && !text.is_empty()
            && let Some(value) = text.bytes().try_fold(0_i64, |value, byte| {
                let digit = byte.wrapping_sub(b'0');
                (digit <= 9).then_some(value * 10 + i64::from(digit))
            })
        {
            return Ok(Number(Repr::Integer(value.into())));
        }
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let number = WrittenNumber::read(unsigned.as_bytes()).ok_or(NumberError::NotANumber)?;
        if number.is_integer {
            return integer(text);
        }
        text.parse()
            .map_or(Err(NumberError::NotANumber), Number::float)
    }
}

/// A number as it is written, without its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrittenNumber {
    /// The number of digits before a fraction and an exponent.
    pub(crate) whole: usize,
    /// Whether it has neither fraction nor exponent.
    is_integer: bool,
}

impl WrittenNumber {
    /// Reads `digits[.digits][e±digits]`, as queries write it; JSON allows no zero before other
    /// digits. None if the text is anything else.
    pub(crate) fn read(text: &[u8]) -> Option<WrittenNumber> {
        let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = digits(text);
        let mut rest = text.get(whole..).unwrap_or_default();
        if whole == 0 {
            return None;
        }
        let is_integer = rest.is_empty();
        if let Some(fraction) = rest.strip_prefix(b".") {
            let count = digits(fraction);
            if count == 0 {
                return None;
            }
            rest = fraction.get(count..).unwrap_or_default();
        }
        if let [b'e' | b'E', exponent @ ..] = rest {
            let exponent = match exponent {
                [b'+' | b'-', unsigned @ ..] => unsigned,
                _ => exponent,
            };
            let count = digits(exponent);
            if count == 0 {
                return None;
            }
            rest = exponent.get(count..).unwrap_or_default();
        }
        rest.is_empty()
            .then_some(WrittenNumber { whole, is_integer })
    }
}

fn integer(text: &str) -> Result<Number, NumberError> {
    // Too many digits for an i128 are too many in any case, but for leading zeros.
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let digits = digits.trim_start_matches('0');
    let value = match digits {
        "" => 0,
        _ if digits.len() > 20 => return Err(NumberError::OutOfRange),
        _ => digits.parse().map_err(|_| NumberError::NotANumber)?,
    };
    Number::integer(sign * value)
}

impl Number {
    /// The integer, if it is one that is compared.
    ///
    /// # Errors
    ///
    /// [`NumberError::OutOfRange`] below -2⁶³ and above 2⁶⁴-1.
    pub fn integer(value: i128) -> Result<Number, NumberError> {
        match INTEGERS.contains(&value) {
            true => Ok(Number(Repr::Integer(value))),
            false => Err(NumberError::OutOfRange),
        }
    }

    /// The float, if it is finite.
    ///
    /// # Errors
    ///
    /// [`NumberError::OutOfRange`] for infinities and NaN.
    pub fn float(value: f64) -> Result<Number, NumberError> {
        match value.is_finite() {
            true => Ok(Number(Repr::Float(value))),
            false => Err(NumberError::OutOfRange),
        }
    }

    /// The integer, if it was made as one, and not as a float that is whole.
    ///
    /// ```
    /// use qualys_filter::value::Number;
    ///
    /// assert_eq!(Number::integer(5)?.as_integer(), Some(5));
    /// assert_eq!(Number::float(5.0)?.as_integer(), None);
    /// # Ok::<(), qualys_filter::value::NumberError>(())
    /// ```
    pub fn as_integer(self) -> Option<i128> {
        match self.0 {
            Repr::Integer(integer) => Some(integer),
            Repr::Float(_) => None,
        }
    }

    /// The nearest float: an integer beyond 2⁵³ may lose its last digits.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Integer(integer) => integer as f64,
            Repr::Float(float) => float,
        }
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Integer(integer) => Display::fmt(&integer, f),
            Repr::Float(float) => Display::fmt(&float, f),
        }
    }
}

impl Debug for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Integer(integer) => Debug::fmt(&integer, f),
            // With its point or exponent, which marks it as no integer.
            Repr::Float(float) => Debug::fmt(&float, f),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self.0, other.0) {
            (Repr::Integer(a), Repr::Integer(b)) => a.cmp(&b),
            // Both are finite; `total_cmp` alone would put -0.0 below 0.0.
            (Repr::Float(a), Repr::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (Repr::Integer(a), Repr::Float(b)) => integer_to_float(a, b),
            (Repr::Float(a), Repr::Integer(b)) => integer_to_float(b, a).reverse(),
        }
    }
}

fn integer_to_float(integer: i128, float: f64) -> Ordering {
    // The cast cuts the fraction off and stops at the ends of i128, far beyond our integers.
    let whole = float.trunc() as i128;
    let fraction = float - float.trunc();
    let by_fraction = 0.0.partial_cmp(&fraction).unwrap_or(Ordering::Equal);
    integer.cmp(&whole).then(by_fraction)
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Repr::Integer(integer) => integer.hash(state),
            // As the integer that it equals. A float beyond the range of `i128` saturates, which only
            // makes hashes collide.
            Repr::Float(float) if float.fract() == 0.0 => (float as i128).hash(state),
            Repr::Float(float) => float.to_bits().hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    fn number(text: &str) -> Result<Number, NumberError> {
        text.parse()
    }

    #[test]
    fn the_grammar_is_kept() {
        for good in ["0", "-0", "007", "5.0", "5e3", "5E+3", "-1.25e-3"] {
            assert!(number(good).is_ok(), "{good}");
        }
        for bad in [
            "", "-", "+5", ".5", "5.", "5e", "5e+", "0x10", "inf", "NaN", "1_000", " 5",
        ] {
            assert_eq!(number(bad), Err(NumberError::NotANumber), "{bad}");
        }
    }

    #[test]
    fn integers_end_at_64_bits() {
        assert!(number("-9223372036854775808").is_ok());
        assert!(number("18446744073709551615").is_ok());
        assert!(number(&format!("{}1", "0".repeat(100))).is_ok());
        for beyond in ["-9223372036854775809", "18446744073709551616", "1e999"] {
            assert_eq!(number(beyond), Err(NumberError::OutOfRange), "{beyond}");
        }
    }

    #[test]
    fn what_breaks_the_order_is_no_number() {
        for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(
                Number::float(float),
                Err(NumberError::OutOfRange),
                "{float}"
            );
        }
        for integer in [i128::MIN, i128::from(i64::MIN) - 1, 1 << 64, i128::MAX] {
            assert_eq!(
                Number::integer(integer),
                Err(NumberError::OutOfRange),
                "{integer}"
            );
        }
    }

    #[test]
    fn equal_numbers_have_equal_hashes() {
        let hasher = std::hash::RandomState::new();
        let hash = |text: &str| hasher.hash_one(number(text).unwrap());
        let texts = [
            "5",
            "5.0",
            "5e0",
            "-0",
            "0.0",
            "-0.0",
            "1e300",
            "9007199254740993",
            "4.5",
        ];
        for a in texts {
            for b in texts {
                assert_eq!(number(a) == number(b), hash(a) == hash(b), "{a} {b}");
            }
        }
    }

    #[test]
    fn comparison_is_exact() {
        let number = |text: &str| number(text).unwrap();
        assert_eq!(number("-0"), number("0.0"));
        assert_eq!(number("-0.0"), number("0"));
        assert!(number("9007199254740993") > number("9007199254740992.0"));
        assert!(number("18446744073709551615") < number("1.8446744073709552e19"));
        assert!(number("-5.5") < number("-5") && number("-6") < number("-5.5"));
        assert!(number("5") < number("5.5") && number("5.5") < number("6"));
    }
}
