//! Text in XML, for JUnit and Checkstyle.
//!
//! Both forms are a few tags. A library that writes them would need as much code here, and would not
//! replace the characters that XML 1.0 cannot express.

/// A text in XML, between tags or in double quotes.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            // XML 1.0 cannot express these characters.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::xml;

    #[test]
    fn every_character_is_read_back_or_replaced() {
        let all = (0..=0x1_0400).filter_map(char::from_u32);
        for c in all.chain(['\u{10ffff}']) {
            let text = format!("a{c}b");
            let escaped = xml(&text);
            let document = format!("<e a=\"{escaped}\">{escaped}</e>");
            let document = roxmltree::Document::parse(&document).unwrap();
            let element = document.root_element();
            let allowed = !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
                || matches!(c, '\n' | '\r' | '\t');
            let right = match allowed {
                true => text.clone(),
                false => "a\u{fffd}b".to_owned(),
            };
            assert_eq!(element.attribute("a"), Some(&*right), "{c:?}");
            assert_eq!(element.text(), Some(&*right), "{c:?}");
        }
    }
}
