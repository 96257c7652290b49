//! The backoff of a prefilter: when to read events at once instead of searching them first.

/// Whether searching pays, judged by recent searches. If most events wake some rule, reading them
/// at once is cheaper.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Backoff {
    searches: u32,
    /// How many bytes of events were skipped, and how many had to be read after all.
    passed: usize,
    read: usize,
    /// How many events are read without a search.
    rest: u32,
}

impl Backoff {
    /// Whether to search.
    pub(super) fn searches(&mut self) -> bool {
        let rests = self.rest > 0;
        self.rest = self.rest.saturating_sub(1);
        !rests
    }

    /// Records a search that skipped `passed` bytes of events, and found an event of `read` bytes.
    pub(super) fn found(&mut self, passed: usize, read: usize) {
        self.searches += 1;
        self.passed += passed;
        self.read += read;
        if self.searches == 64 {
            let rest = if self.passed < self.read { 1024 } else { 0 };
            *self = Backoff::default();
            self.rest = rest;
        }
    }
}
