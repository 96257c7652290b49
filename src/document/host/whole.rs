//! A text that is one filter.

use super::{Format, Host, HostError, Keys};
use crate::document::{FilterText, Map};

pub(super) static FORMAT: Format = Format {
    name: "whole",
    summary: "The whole text is one filter.",
    plural: "filters",
    extensions: &[],
    is_written: true,
    is_plain: true,
    is_multiline: true,
    has_keys: false,
    host: &Whole,
};

#[derive(Debug)]
struct Whole;

impl Host for Whole {
    fn find(&self, text: &str, _: &Keys) -> Result<Vec<FilterText>, HostError> {
        Ok(vec![FilterText::new(text, Map::plain(0))])
    }

    fn read_back(&self, written: &str, _: bool) -> Option<FilterText> {
        Some(FilterText::new(written, Map::plain(0)))
    }
}
