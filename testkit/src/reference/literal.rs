//! Written values, read by the kind of their token: section 3, the table of kinds.

use qualys_filter::syntax::{Comparison, Literal, Quoting, Range};

use super::date::{self, Period};
use super::number::{self, Number, Read};
use super::resolve::WhyNot;
use super::schema::Kind;
use super::test::{Reads, Side, Test, Text, boolean};
use super::{address, version};

/// What reading values needs to know: the kind of the token, and what `now` is.
#[derive(Clone, Copy)]
pub struct Reading {
    pub kind: Kind,
    /// Whether the kind is only a guess.
    pub guessed: bool,
    pub now: i128,
}

impl Reading {
    /// "What does not fit the kind, an operator or a value, is a warning, and is read as on a token of kind auto … Each
    /// value of a list or of a group is read by itself, and a range or a comparison as a whole."
    fn or_auto(self, read: impl Fn(Reading) -> Result<Test, WhyNot>) -> Result<Test, WhyNot> {
        match read(self) {
            Err(why) if self.guessed && why.is_of_kind() => read(Reading {
                kind: Kind::Auto,
                guessed: false,
                ..self
            }),
            read => read,
        }
    }

    /// `token:value`, an item of a list, or a value of a group.
    pub fn value(self, literal: &Literal) -> Result<Test, WhyNot> {
        self.or_auto(|reading| reading.value_of_kind(literal))
    }

    fn value_of_kind(self, literal: &Literal) -> Result<Test, WhyNot> {
        if let Some(range) = self.quoted_range(literal) {
            return range;
        }
        let text = literal.text.to_string();
        if is_pattern(literal) {
            return self.pattern(text);
        }
        let exact = literal.quoting == Quoting::Backtick;
        match self.kind {
            Kind::Text | Kind::Version => Ok(Test::Text(self.reads(), words(literal))),
            // "whole value, any case | exact"
            Kind::Keyword => Ok(Test::Text(
                self.reads(),
                match exact {
                    true => Text::Exact(text),
                    false => Text::Whole(text),
                },
            )),
            // "whole value or its prefix, any case | exact"
            Kind::Id => Ok(Test::Text(
                self.reads(),
                match exact {
                    true => Text::Exact(text),
                    false => Text::Beginning(text),
                },
            )),
            Kind::Integer | Kind::Float => Ok(Test::Number(Side::Equal, number(&text)?)),
            Kind::Boolean => boolean(&text).map(Test::Boolean).ok_or(WhyNot::NotABoolean),
            Kind::DateTime => {
                let period = date::written(&text, self.now).ok_or(WhyNot::NotADate)?;
                Ok(on_side(Side::Equal, period, true))
            }
            Kind::Ip => match address::net(&text) {
                Some((first, last)) => Ok(Test::Address(first, last)),
                None => Ok(address_on_side(Side::Equal, an_address(&text)?)),
            },
            // "`now` with a dash of Unicode is never text."
            Kind::Auto if text.starts_with("now") && date::is_misspelt(&text, self.now) => {
                match exact {
                    true => Ok(self.auto(literal)),
                    false => Err(WhyNot::NotADate),
                }
            }
            Kind::Auto => Ok(self.auto(literal)),
        }
    }

    /// `token > value` and its like. "The comparison replaces the colon."
    pub fn comparison(self, comparison: Comparison, literal: &Literal) -> Result<Test, WhyNot> {
        self.or_auto(|reading| reading.comparison_of_kind(comparison, literal))
    }

    fn comparison_of_kind(self, comparison: Comparison, literal: &Literal) -> Result<Test, WhyNot> {
        let side = match comparison {
            Comparison::Equal => Side::Equal,
            Comparison::Greater => Side::Greater,
            Comparison::AtLeast => Side::AtLeast,
            Comparison::Less => Side::Less,
            Comparison::AtMost => Side::AtMost,
            other => panic!("the reference does not know {other:?}"),
        };
        if side == Side::Equal {
            // "a quoted or backticked `[a .. b]` … is a range, behind `:` and `=`"
            if let Some(range) = self.quoted_range(literal) {
                return range;
            }
            // "`:` (and `=`, the same there)"
            if self.kind == Kind::Auto {
                return self.value(literal);
            }
        }
        if is_pattern(literal) && self.kind != Kind::Auto {
            return Err(WhyNot::NotTaken);
        }
        self.side(side, &literal.text)
    }

    /// `token:[a .. b]` and its like. "`[a .. b]` includes both ends, `(a .. b)` neither."
    pub fn range(self, range: &Range) -> Result<Test, WhyNot> {
        self.or_auto(|reading| reading.range_of_kind(range))
    }

    fn range_of_kind(self, range: &Range) -> Result<Test, WhyNot> {
        let (lower, upper) = sides(range.lower_included, range.upper_included);
        if self.kind != Kind::Auto && (is_pattern(&range.lower) || is_pattern(&range.upper)) {
            return Err(WhyNot::NotTaken);
        }
        self.between(lower, &range.lower.text, upper, &range.upper.text)
    }

    /// A lower and an upper bound.
    fn between(self, lower: Side, from: &str, upper: Side, to: &str) -> Result<Test, WhyNot> {
        if self.kind == Kind::Auto {
            let lower = self.auto_side(lower, from)?;
            let upper = self.auto_side(upper, to)?;
            return Ok(either(lower, upper));
        }
        let lower = self.side(lower, from)?;
        let upper = self.side(upper, to)?;
        Ok(Test::All(vec![lower, upper]))
    }

    /// All values on one side of a bound.
    fn side(self, side: Side, text: &str) -> Result<Test, WhyNot> {
        match self.kind {
            Kind::Text | Kind::Keyword | Kind::Id | Kind::Boolean => Err(WhyNot::NotTaken),
            Kind::Integer | Kind::Float => Ok(Test::Number(side, number(text)?)),
            Kind::DateTime => {
                let period = date::written(text, self.now).ok_or(WhyNot::NotADate)?;
                Ok(on_side(side, period, true))
            }
            // A dash of Unicode where `-` is meant is an error.
            Kind::Version if text.contains(['–', '—', '−']) => Err(WhyNot::NotAVersion),
            Kind::Version => match version::is_one(text) {
                true => Ok(Test::Version(side, text.to_owned())),
                false => Err(WhyNot::NotAVersion),
            },
            // "a net is for `:` and lists only"
            Kind::Ip if address::net(text).is_some() => Err(WhyNot::NetBound),
            Kind::Ip => Ok(address_on_side(side, an_address(text)?)),
            Kind::Auto => {
                let bound = self.auto_side(side, text)?;
                Ok(either(bound.clone(), bound))
            }
        }
    }

    /// On the kind auto, a bound as a number, a date and an address. "A bound that would be a date
    /// but for its spelling is an error."
    fn auto_side(self, side: Side, text: &str) -> Result<Bound, WhyNot> {
        if date::is_misspelt(text, self.now) {
            return Err(WhyNot::NotADate);
        }
        let period = date::written(text, self.now);
        Ok(Bound {
            number: auto_number(text).map(|number| Test::Number(side, number)),
            dates: [true, false].map(|numbers| period.map(|period| on_side(side, period, numbers))),
            address: address::address(text).map(|address| address_on_side(side, address)),
        })
    }

    /// A value with a wildcard, bare or quoted.
    fn pattern(self, pattern: String) -> Result<Test, WhyNot> {
        // "32 wildcards in a pattern"
        if pattern.matches('*').count() > 32 {
            return Err(WhyNot::TooManyWildcards);
        }
        let reads = self.reads();
        match self.kind {
            Kind::Text | Kind::Version | Kind::Auto => {
                Ok(Test::Text(reads, Text::GlobOrWord(pattern)))
            }
            Kind::Keyword | Kind::Id | Kind::Ip => Ok(Test::Text(reads, Text::Glob(pattern))),
            Kind::Integer | Kind::Float | Kind::Boolean | Kind::DateTime => Err(WhyNot::NotTaken),
        }
    }

    /// "`:` (and `=`, the same there): on a JSON string the text rule, or equality as number, date,
    /// boolean or ip where both sides are one; on a JSON number or boolean that equality; backticks
    /// only by exact text."
    fn auto(self, literal: &Literal) -> Test {
        let text = &*literal.text;
        if literal.quoting == Quoting::Backtick {
            return Test::Text(Reads::All, Text::Exact(text.to_owned()));
        }
        let mut tests = vec![Test::Text(Reads::Strings, words(literal))];
        let number = auto_number(text);
        tests.extend(number.map(|number| Test::Number(Side::Equal, number)));
        let period = date::written(text, self.now);
        tests.extend(period.map(|period| on_side(Side::Equal, period, number.is_none())));
        tests.extend(boolean(text).map(Test::Boolean));
        let address = address::address(text);
        tests.extend(address.map(|address| address_on_side(Side::Equal, address)));
        tests.extend(address::net(text).map(|(first, last)| Test::Address(first, last)));
        Test::Any(tests)
    }

    /// "On a datetime or auto token a quoted or backticked `[a .. b]` (square brackets only) is a
    /// range." None if this is none.
    fn quoted_range(self, literal: &Literal) -> Option<Result<Test, WhyNot>> {
        let may = matches!(self.kind, Kind::DateTime | Kind::Auto);
        if !may || literal.quoting == Quoting::Bare {
            return None;
        }
        let blanks = [' ', '\t', '\r', '\n'];
        let text = literal.text.trim_matches(blanks);
        let inside = text.strip_prefix('[')?.strip_suffix(']')?;
        // "Both `..` and `...` are official; blanks around are optional."
        let (lower, upper) = inside.split_once("..")?;
        let upper = upper.strip_prefix('.').unwrap_or(upper);
        // "Blanks around the brackets are free, and a bound may have quotes of its own."
        let bound = |text: &'_ str| {
            let text = text.trim_matches(blanks);
            let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
            let inside = ['"', '\'', '`'].into_iter().find_map(inside);
            inside.unwrap_or(text).to_owned()
        };
        let (lower, upper) = (&bound(lower), &bound(upper));
        Some(self.between(Side::AtLeast, lower, Side::AtMost, upper))
    }

    /// Which values are read as a text: the last column of the table of kinds. "Patterns read
    /// strings only", on the kind auto.
    fn reads(self) -> Reads {
        match self.kind {
            Kind::Text | Kind::Keyword => Reads::All,
            Kind::Id | Kind::Version => Reads::StringsAndNumbers,
            _ => Reads::Strings,
        }
    }
}

/// What a bound on a token of kind auto is, a test each; a date with JSON numbers and without.
#[derive(Clone)]
struct Bound {
    number: Option<Test>,
    dates: [Option<Test>; 2],
    address: Option<Test>,
}

/// "Comparisons and ranges hold only where both sides are numbers, dates or addresses." The bounds
/// of a range are read alike. "Where a written value is both a number and a date (`2024`), a JSON
/// number compares as a number."
fn either(lower: Bound, upper: Bound) -> Test {
    let both = |lower, upper| Some(Test::All(vec![lower?, upper?]));
    let number = both(lower.number, upper.number);
    let [with_numbers, without] = lower.dates;
    let [upper_with_numbers, upper_without] = upper.dates;
    let dates = match number {
        Some(_) => both(without, upper_without),
        None => both(with_numbers, upper_with_numbers),
    };
    let address = both(lower.address, upper.address);
    Test::Any([number, dates, address].into_iter().flatten().collect())
}

/// A value without a token: it "matches … as a text token would; wildcards not allowed there".
pub fn free_text(literal: &Literal) -> Result<Test, WhyNot> {
    match is_pattern(literal) {
        true => Err(WhyNot::NotTaken),
        false => Ok(Test::Text(Reads::Strings, words(literal))),
    }
}

/// "In backticks `*` is an ordinary character."
fn is_pattern(literal: &Literal) -> bool {
    literal.quoting != Quoting::Backtick && literal.text.contains('*')
}

/// The text rule, by the way of writing: section 2, the table.
fn words(literal: &Literal) -> Text {
    let text = literal.text.to_string();
    match literal.quoting {
        Quoting::Bare => Text::Bare(text),
        Quoting::Quoted => Text::Quoted(text),
        Quoting::Backtick => Text::Exact(text),
    }
}

fn sides(lower_included: bool, upper_included: bool) -> (Side, Side) {
    let lower = match lower_included {
        true => Side::AtLeast,
        false => Side::Greater,
    };
    let upper = match upper_included {
        true => Side::AtMost,
        false => Side::Less,
    };
    (lower, upper)
}

fn number(text: &str) -> Result<Number, WhyNot> {
    match number::read_written(text) {
        Read::Number(number) => Ok(number),
        // "a written integer beyond is an error"
        Read::Beyond => Err(WhyNot::NumberOutOfRange),
        Read::NotOne => Err(WhyNot::NotANumber),
    }
}

fn auto_number(text: &str) -> Option<Number> {
    number(text).ok()
}

fn an_address(text: &str) -> Result<u128, WhyNot> {
    address::address(text).ok_or(WhyNot::NotAnAddress)
}

/// "`:` and `=` mean within; `>=` and the lower bound of `[` start at its beginning, `<=` and the
/// upper bound of `]` reach its end, `>` begins after its end, `<` ends before its beginning."
fn on_side(side: Side, period: Period, numbers: bool) -> Test {
    let (first, last) = match side {
        Side::Equal => (period.start, period.end - 1),
        Side::AtLeast => (period.start, i128::MAX),
        Side::Greater => (period.end, i128::MAX),
        Side::AtMost => (i128::MIN, period.end - 1),
        Side::Less => (i128::MIN, period.start - 1),
    };
    Test::Date(numbers, first, last)
}

fn address_on_side(side: Side, address: u128) -> Test {
    let (first, last) = match side {
        Side::Equal => (address, address),
        Side::AtLeast => (address, u128::MAX),
        Side::AtMost => (0, address),
        Side::Greater => match address.checked_add(1) {
            Some(first) => (first, u128::MAX),
            None => return Test::Any(Vec::new()),
        },
        Side::Less => match address.checked_sub(1) {
            Some(last) => (0, last),
            None => return Test::Any(Vec::new()),
        },
    };
    Test::Address(first, last)
}
