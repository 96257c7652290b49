//! A text that is one filter.

use super::{Format, Found, Host, HostError, HostOptions};
use crate::document::{FilterText, Map};

pub(super) static FORMAT: Format = Format {
    name: "whole",
    summary: "The whole text is one filter.",
    plural: "filters",
    extensions: &[],
    names: &[],
    is_written: true,
    is_plain: true,
    has_keys: false,
    host: &Whole,
};

#[derive(Debug)]
struct Whole;

impl Host for Whole {
    fn find(&self, text: &str, _: &HostOptions) -> Result<Found, HostError> {
        Ok(vec![FilterText::new(text, Map::plain(0))].into())
    }
}
