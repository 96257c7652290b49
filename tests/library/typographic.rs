//! Characters that an editor, a keyboard or a web page puts in place of those of the language: wherever one is
//! outside of quotes in the place of an operator, a sign, dots, a quote or a blank, it is an error, and the fixes
//! make the filter that is meant.

use qualys_filter::{CheckOptions, Linter, Query, Schema};

/// What the characters stand for, the filter with it, and the characters. Those of compatibility decomposition
/// are of `UnicodeData.txt`, dashes of the property `Dash`, quotes of the property `Quotation_Mark`.
const CASES: &[(&str, &str, &str)] = &[
    (
        ":",
        "type:FILE",
        "\u{ff1a}\u{fe55}\u{fe13}\u{2236}\u{a789}\u{2d0}\u{589}\u{5c3}",
    ),
    ("=", "event.score = 5", "\u{ff1d}\u{fe66}\u{207c}\u{208c}"),
    ("<", "event.score < 5", "\u{ff1c}\u{fe64}"),
    (">", "event.score > 5", "\u{ff1e}\u{fe65}"),
    (
        ">=",
        "event.score >= 5",
        "\u{2265}\u{2267}\u{2a7e}\u{2273}\u{2a95}",
    ),
    (
        "<=",
        "event.score <= 5",
        "\u{2264}\u{2266}\u{2a7d}\u{2272}\u{2a96}",
    ),
    (
        "NOT ",
        "NOT type:FILE",
        "\u{ff01}\u{fe57}\u{fe15}\u{ac}\u{ffe2}",
    ),
    (
        "(",
        "(type:FILE)",
        "\u{ff08}\u{fe59}\u{fe35}\u{207d}\u{208d}",
    ),
    (
        ")",
        "(type:FILE)",
        "\u{ff09}\u{fe5a}\u{fe36}\u{207e}\u{208e}",
    ),
    ("[", "type:[FILE, PROCESS]", "\u{ff3b}\u{fe47}"),
    ("]", "type:[FILE, PROCESS]", "\u{ff3d}\u{fe48}"),
    (
        ",",
        "type:[FILE, PROCESS]",
        "\u{ff0c}\u{fe50}\u{fe51}\u{fe10}\u{fe11}\u{3001}\u{ff64}\u{60c}",
    ),
    (
        "AND",
        "type:FILE AND action:CREATED",
        "\u{ff06}\u{fe60}\u{2227}\u{22c0}",
    ),
    (
        "OR",
        "type:FILE OR action:CREATED",
        "\u{ff5c}\u{2223}\u{2228}\u{22c1}",
    ),
    (
        "..",
        "event.score:[3 .. 5]",
        "\u{2025}\u{2026}\u{22ef}\u{fe19}\u{fe30}\
        \u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2043}\u{2212}\u{fe58}\u{fe63}\u{ff0d}\u{301c}\u{3030}",
    ),
    (
        "-",
        "dateTime > now-7d",
        "\u{58a}\u{5be}\u{1400}\u{1806}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\
        \u{2053}\u{207b}\u{208b}\u{2212}\u{2e17}\u{2e1a}\u{2e3a}\u{2e3b}\u{2e40}\u{2e5d}\u{301c}\u{3030}\u{30a0}\
        \u{fe31}\u{fe32}\u{fe58}\u{fe63}\u{ff0d}\u{10d6e}\u{10ead}\u{2d7}\u{2043}\u{2796}",
    ),
    (
        "+",
        "dateTime < now+7d",
        "\u{2d6}\u{207a}\u{208a}\u{2795}\u{fb29}\u{fe62}\u{ff0b}",
    ),
    (
        "-",
        "event.score > -5",
        "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{fe58}\u{fe63}\u{ff0d}\u{10d6e}",
    ),
    (
        "\"",
        "file.name:\"a b\" OR type:FILE",
        "\u{201c}\u{201d}\u{201e}\u{201f}\u{ff02}\u{301d}\u{301e}\u{2033}\u{2036}\u{2ba}\u{2ee}\u{275d}",
    ),
    (
        "'",
        "file.name:'a b' OR type:FILE",
        "\u{2018}\u{2019}\u{201a}\u{201b}\u{ff07}\u{2032}\u{2b9}\u{2bc}\u{275b}",
    ),
    (
        "`",
        "file.name:`a b` OR type:FILE",
        "\u{ff40}\u{b4}\u{2035}\u{2cb}\u{1fef}",
    ),
    // The property White_Space, but for the blanks of the language.
    (
        " ",
        "type:FILE AND NOT action:CREATED",
        "\u{b}\u{c}\u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\
        \u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}",
    ),
];

/// Those that show nothing: the property Default_Ignorable_Code_Point without the tags of emoji.
const INVISIBLE: &str = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\u{180e}\u{180f}\u{200b}\u{200e}\u{200f}\
    \u{202a}\u{202e}\u{2060}\u{2064}\u{2066}\u{206f}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{fff0}\u{fff8}\u{fff9}\
    \u{1bca0}\u{1d173}\u{1d17a}\u{e0001}\u{e0100}\u{e01ef}\u{2800}";

fn fixed(text: &str) -> String {
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let linter = Linter::new(Schema::edr()).with_options(options);
    let report = linter.lint(text);
    let severities = report.diagnostics().iter().map(|found| found.severity());
    assert!(
        severities.max() == Some(qualys_filter::Severity::Error),
        "{text:?} is accepted"
    );
    linter.fix(text, qualys_filter::Applicability::Unsafe).text
}

fn same(text: &str, meant: &str, character: char) {
    let read = |text: &str| text.parse::<Query>().map(|query| query.to_string());
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let linter = Linter::new(Schema::edr()).with_options(options);
    let meant = linter.fix(meant, qualys_filter::Applicability::Unsafe).text;
    let text_fixed = fixed(text);
    assert_eq!(
        read(&text_fixed).unwrap(),
        read(&meant).unwrap(),
        "{text} with {character:?}: {text_fixed}"
    );
}

#[test]
fn what_looks_like_the_language_is_an_error_with_a_fix() {
    for (ascii, meant, characters) in CASES {
        for c in characters.chars() {
            let text = match *ascii {
                "-" | "+" => meant.replacen(ascii, &c.to_string(), 1),
                ascii => meant.replace(ascii, &c.to_string()),
            };
            same(&text, meant, c);
        }
    }
    for (open, close) in [
        ('«', '»'),
        ('»', '«'),
        ('‹', '›'),
        ('「', '」'),
        ('『', '』'),
        ('｢', '｣'),
        ('„', '“'),
        ('‚', '‘'),
    ] {
        same(
            &format!("file.name:{open}a b{close} OR type:FILE"),
            "file.name:\"a b\" OR type:FILE",
            open,
        );
    }
}

#[test]
fn what_shows_nothing_is_an_error_with_a_fix() {
    for c in INVISIBLE.chars() {
        for text in [
            "ty{}pe:FILE",
            "type{}:FILE",
            "type:{}FILE",
            "type:FILE {}AND action:CREATED",
            "{}type:FILE",
            "type:FILE{}",
        ] {
            same(
                &text.replace("{}", &c.to_string()),
                &text.replace("{}", ""),
                c,
            );
        }
    }
}

#[test]
fn within_a_value_they_are_text() {
    for text in [
        "file.name:a—b",
        "file.name:\"a：b，c（d）\"",
        "file.name:été",
        "file.name:Let’s",
        "file.name:a«b»",
        "file.name:`＊`",
        "file.name:日本語。。",
        "file.name:\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
        "file.name:\u{2764}\u{fe0f}",
        "file.name:می\u{200c}خواهم",
    ] {
        assert!(
            text.parse::<Query>().is_ok(),
            "{text}: {:?}",
            text.parse::<Query>()
        );
    }
}
