//! One filter against one event.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use crate::check::Checked;
use crate::eval::error::{EventError, EventErrorKind};
use crate::eval::event::parsed;
use crate::eval::event::scratch::{Scratch, Stop};
use crate::eval::event::walk::walk;
use crate::eval::json::{Cursor, Level, validate};
use crate::eval::program::Program;
use crate::eval::program::plan::plan;
use crate::eval::program::prefilter::Prefilter;

/// A compiled filter. Cheap to clone, and may be used from many threads at once.
///
/// ```
/// use qualys_filter::{Query, Schema};
///
/// let query: Query = r#"type:FILE AND file.name:"energyprov.dll""#.parse()?;
/// let filter = query.check(Schema::edr())?.compile();
/// assert!(filter.is_match(br#"{"type": "FILE", "file": {"fileName": "energyprov.dll"}}"#)?);
/// assert!(!filter.is_match(br#"{"type": "FILE"}"#)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Filter {
    compiled: Arc<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    program: Program,
    /// What a scan searches for; chosen at the first scan.
    prefilter: OnceLock<Arc<Prefilter>>,
}

impl From<Program> for Filter {
    fn from(program: Program) -> Filter {
        let prefilter = OnceLock::new();
        let compiled = Arc::new(Compiled { program, prefilter });
        Filter { compiled }
    }
}

impl Checked {
    /// Makes a filter that can be run. Cannot fail: whatever could, has failed in the check.
    pub fn compile(&self) -> Filter {
        plan(self).into()
    }
}

thread_local! {
    /// The scratch memory of this thread's walks. It is kept between events, so that an event costs
    /// no allocation.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Filter {
    pub(super) fn program(&self) -> &Program {
        &self.compiled.program
    }

    pub(super) fn prefilter(&self) -> &Arc<Prefilter> {
        let Compiled { program, prefilter } = &*self.compiled;
        prefilter.get_or_init(|| Prefilter::choose(program).into())
    }

    /// Whether the event matches: the bytes of one JSON document.
    ///
    /// Stops reading as soon as the answer is known. Values that no condition needs are skipped,
    /// not validated; [`Filter::strict`] validates them.
    ///
    /// # Errors
    ///
    /// If the bytes are not JSON where they are read, or beyond a limit.
    pub fn is_match(&self, event: &[u8]) -> Result<bool, EventError> {
        SCRATCH.with_borrow_mut(|scratch| {
            let answer = self.is_match_in(event, scratch);
            scratch.shrink();
            answer
        })
    }

    pub(super) fn is_match_in(
        &self,
        event: &[u8],
        scratch: &mut Scratch,
    ) -> Result<bool, EventError> {
        let program = self.program();
        if event.len() > program.event_bytes {
            return Err(EventError::new(
                EventErrorKind::TooLong,
                program.event_bytes,
            ));
        }
        let cursor = |at| Cursor::new(program.level, event, at, program.event_nesting);
        if program.strict {
            let mut all = cursor(0);
            validate(&mut all, &mut scratch.buffers.decoded)?;
            all.end()?;
        }
        let (answer, Stop { at, depth }) = walk(program, event, 0, scratch)?;
        if depth == 0 && at > 0 {
            cursor(at).end()?;
        }
        Ok(answer)
    }

    /// The same filter, which validates every byte of an event as JSON (RFC 8259), as a parser
    /// does.
    ///
    /// For an event that is well formed and within the limits the answer is the same; it takes a
    /// few times as long.
    ///
    /// ```
    /// use qualys_filter::{EventErrorKind, Query, Schema};
    ///
    /// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
    /// let cut_off = br#"{"type": "FILE", "file": {"fileName"#;
    /// assert_eq!(filter.is_match(cut_off), Ok(true));
    /// let error = filter.strict().is_match(cut_off).unwrap_err();
    /// assert_eq!(error.kind(), EventErrorKind::UnexpectedEnd);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn strict(&self) -> Filter {
        let mut program = self.program().clone();
        program.strict = true;
        program.into()
    }

    /// The same filter for each instruction set of this processor, with its name. All return the
    /// same answers; a compiled filter uses the best. For tests.
    #[doc(hidden)]
    pub fn on_all_levels(&self) -> Vec<(&'static str, Filter)> {
        let on = |(name, level)| {
            let mut program = self.program().clone();
            program.level = level;
            (name, program.into())
        };
        Level::all().into_iter().map(on).collect()
    }

    /// Whether an event matches that has been parsed already.
    ///
    /// Sees what the parser kept of duplicate keys and of the text of numbers.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    /// use serde_json::json;
    ///
    /// let filter = "severity >= 4".parse::<Query>()?.check(Schema::fim())?.compile();
    /// assert!(filter.is_match_value(&json!({"severity": 5})));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_match_value(&self, event: &Json) -> bool {
        SCRATCH.with_borrow_mut(|scratch| {
            let answer = parsed::is_match(self.program(), event, &mut scratch.buffers);
            scratch.shrink();
            answer
        })
    }
}
