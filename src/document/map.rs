//! The map from the bytes of a filter to those of its host.

use std::ops::Range;

/// Maps offsets in a filter to offsets in its host, and back.
///
/// A filter in a paragraph is in its host as it is. In a string, escapes and folded lines take more
/// bytes there than in the filter's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map(Way);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// Pairs of offsets, in order; after each, both go on in step until the next.
    Steps(Vec<(usize, usize)>),
    /// Only the start of the whole is known.
    Spot(usize),
}

impl Map {
    /// The map of a filter that is in the host as it is, from this offset on.
    ///
    /// ```
    /// use qualys_filter::document::Map;
    ///
    /// let map = Map::plain(10);
    /// assert_eq!(map.host_range(2..5), 12..15);
    /// assert_eq!(map.filter_offset(12), Some(2));
    /// ```
    pub fn plain(start: usize) -> Map {
        Map(Way::Steps(vec![(0, start)]))
    }

    /// The map of a filter whose parts cannot be found in the host, only its start.
    pub(super) fn spot(start: usize) -> Map {
        Map(Way::Spot(start))
    }

    /// A map with these pairs of offsets, which are in order; the first is that of byte 0.
    pub(super) fn steps(steps: Vec<(usize, usize)>) -> Map {
        Map(Way::Steps(steps))
    }

    /// Whether every byte has an offset of its own. If not, all have that of the filter's start.
    pub fn is_exact(&self) -> bool {
        matches!(self.0, Way::Steps(_))
    }

    /// The offset in the host of a byte of the filter, or of its end.
    pub fn host_offset(&self, offset: usize) -> usize {
        let steps = match &self.0 {
            Way::Steps(steps) => steps,
            Way::Spot(at) => return *at,
        };
        let after = steps.partition_point(|(from, _)| *from <= offset);
        let step = after.checked_sub(1).and_then(|at| steps.get(at));
        let next = steps.get(after);
        step.map_or(offset, |(from, to)| {
            // A character may have fewer bytes in the host than in the filter.
            next.map_or(usize::MAX, |(_, to)| *to)
                .min(to + (offset - from))
        })
    }

    /// The range in the host of a range of the filter.
    pub fn host_range(&self, range: Range<usize>) -> Range<usize> {
        self.host_offset(range.start)..self.host_offset(range.end)
    }

    /// The offset in the filter of a byte of the host: a byte of the character that is written there.
    /// Nothing before the filter's start, and where the map is not exact.
    pub fn filter_offset(&self, at: usize) -> Option<usize> {
        let Way::Steps(steps) = &self.0 else {
            return None;
        };
        let after = steps.partition_point(|(_, to)| *to <= at);
        let (from, to) = steps.get(after.checked_sub(1)?)?;
        let offset = from + (at - to);
        // An escape has more bytes in the host; all of them are the one character.
        let next = steps.get(after).map(|(next, _)| next.saturating_sub(1));
        Some(next.map_or(offset, |last| offset.min(last)))
    }
}
