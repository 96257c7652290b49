//! Statistics, and the progress bar.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::args::StatsFormat;
use crate::output::{Out, counted, say};

/// The counts of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    /// Bytes, without compression.
    pub(crate) bytes: u64,
    /// Events, good and bad.
    pub(crate) events: u64,
    pub(crate) matches: u64,
    /// Events that could not be read.
    pub(crate) bad: u64,
    /// Whether some event has a value at a path that is asked for, of the first in each file; none if that cannot be
    /// said.
    pub(crate) paths_seen: Option<bool>,
    /// The roots of files that have one, with the number of these files.
    pub(crate) roots: BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Figures<'a> {
    bytes: u64,
    events: u64,
    matches: u64,
    bad: u64,
    paths_seen: Option<bool>,
    roots: &'a BTreeMap<String, u64>,
    seconds: f64,
    /// 10⁹ bytes a second.
    gb_per_second: f64,
}

impl Totals {
    /// Writes them to standard error.
    pub(crate) fn report(&self, format: StatsFormat, started: Instant) {
        let seconds = started.elapsed().as_secs_f64();
        let figures = Figures {
            bytes: self.bytes,
            events: self.events,
            matches: self.matches,
            bad: self.bad,
            paths_seen: self.paths_seen,
            roots: &self.roots,
            seconds,
            gb_per_second: self.bytes as f64 / seconds / 1e9,
        };
        match format {
            StatsFormat::Json => {
                // Numbers can always be written as JSON.
                say(&serde_json::to_string(&figures).unwrap_or_default());
            }
            StatsFormat::Human => {
                say(&format!("{} bytes", figures.bytes));
                say(&format!("{} events", figures.events));
                say(&format!("{} matches", figures.matches));
                say(&format!("{} bad events", figures.bad));
                if let Some(seen) = figures.paths_seen {
                    let seen = if seen { "seen" } else { "not seen" };
                    say(&format!("paths of the filter {seen}"));
                }
                for (root, files) in figures.roots {
                    let files = counted(usize::try_from(*files).unwrap_or(usize::MAX), "file");
                    say(&format!("root {root} in {files}"));
                }
                say(&format!("{seconds:.3} seconds"));
                say(&format!("{:.2} GB/s", figures.gb_per_second));
            }
        }
    }
}

/// Shorter runs show no bar.
const LONG: Duration = Duration::from_secs(1);

/// A progress bar on standard error for long runs. It is shown only if standard error is a terminal and
/// standard output is not.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    wanted: bool,
}

impl Progress {
    /// The bar of an input, with its length if that is known.
    pub(crate) fn new(len: Option<u64>, quiet: bool) -> Progress {
        let wanted = !quiet && Out::stderr().is_terminal() && !Out::stdout().is_terminal();
        let bar = ProgressBar::with_draw_target(len, ProgressDrawTarget::hidden());
        let template = match len {
            Some(_) => "{bar:30} {percent}% {binary_bytes_per_sec}, {eta} left",
            None => "{spinner} {binary_bytes} read, {binary_bytes_per_sec}",
        };
        // The templates are valid.
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let started = Instant::now();
        Progress {
            bar,
            started,
            wanted,
        }
    }

    /// Adds bytes that have been read.
    pub(crate) fn add(&mut self, bytes: u64) {
        if self.wanted && self.started.elapsed() > LONG {
            self.bar
                .set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
            self.wanted = false;
        }
        self.bar.inc(bytes);
    }

    /// Hides the bar while `write` writes to standard error.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        self.bar.suspend(write);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
