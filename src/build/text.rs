//! The text of a draft while it is put together.

use std::borrow::Cow;
use std::collections::VecDeque;

/// A text in pieces, to which both ends can be added without moving what is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Text(VecDeque<Cow<'static, str>>);

impl Text {
    /// The text with something before it.
    pub(super) fn after(mut self, before: impl Into<Cow<'static, str>>) -> Text {
        self.0.push_front(before.into());
        self
    }

    /// The text in parentheses, with something before the first.
    pub(super) fn enclosed(self, before: impl Into<Cow<'static, str>>) -> Text {
        let mut text = self.after("(").after(before);
        text.0.push_back(Cow::Borrowed(")"));
        text
    }

    /// The text, a word, and another text. The shorter one is moved to the longer one.
    pub(super) fn joined(mut self, word: &'static str, mut other: Text) -> Text {
        if self.0.len() < other.0.len() {
            other.0.push_front(Cow::Borrowed(word));
            while let Some(piece) = self.0.pop_back() {
                other.0.push_front(piece);
            }
            return other;
        }
        self.0.push_back(Cow::Borrowed(word));
        self.0.append(&mut other.0);
        self
    }

    /// The whole text.
    pub(super) fn whole(self) -> String {
        self.0.into_iter().collect()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(VecDeque::from([Cow::Owned(text)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_their_order() {
        let text = |text: &str| Text::from(text.to_owned());
        let pair = text("b").joined(" AND ", text("c"));
        assert_eq!(pair.clone().whole(), "b AND c");
        let right = text("a").joined(" OR ", pair.clone().enclosed(""));
        assert_eq!(right.whole(), "a OR (b AND c)");
        let left = pair.enclosed("x:").joined(" OR ", text("d")).after("NOT ");
        assert_eq!(left.whole(), "NOT x:(b AND c) OR d");
        assert_eq!(Text::default().whole(), "");
    }
}
