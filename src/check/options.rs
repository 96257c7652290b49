//! What checking depends on besides the query and the schema.

use chrono::{DateTime, Utc};

use crate::limits::Limits;

/// What checking needs to know besides the query and the schema.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use qualys_filter::{CheckOptions, Query, Schema};
///
/// let query: Query = "event.dateTime > now-3d".parse()?;
/// assert!(query.check(Schema::edr()).is_err()); // the time is not given
///
/// let now: DateTime<Utc> = "2024-09-22T12:00:00Z".parse()?;
/// assert!(query.check_with(Schema::edr(), &CheckOptions::at(now)).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CheckOptions {
    /// The time of `now`. Without it, a query that says `now` is an error.
    pub now: Option<DateTime<Utc>>,
    /// The limits that the check keeps, and events are held to.
    pub limits: Limits,
}

impl CheckOptions {
    /// The default, with this time for `now`.
    pub fn at(now: DateTime<Utc>) -> CheckOptions {
        CheckOptions::default().with_now(now)
    }

    /// Sets the time of `now`.
    #[must_use]
    pub const fn with_now(mut self, now: DateTime<Utc>) -> CheckOptions {
        self.now = Some(now);
        self
    }

    /// Sets the limits.
    ///
    /// ```
    /// use qualys_filter::{CheckOptions, Limits, Query, Schema};
    ///
    /// let query: Query = "file.name:\"*a*b*\"".parse()?;
    /// let options = CheckOptions::default().with_limits(Limits::default().with_wildcards(2));
    /// assert!(query.check_with(Schema::edr(), &options).is_err());
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> CheckOptions {
        self.limits = limits;
        self
    }

    /// With the time of the system's clock for `now`.
    ///
    /// # Panics
    ///
    /// Where the standard library has no clock, as on `wasm32-unknown-unknown`: take the time from the host
    /// there, and hand it to [`CheckOptions::at`].
    #[cfg(feature = "clock")]
    pub fn from_clock() -> CheckOptions {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = since.ok().and_then(|since| {
            let seconds = i64::try_from(since.as_secs()).ok()?;
            DateTime::from_timestamp(seconds, since.subsec_nanos())
        });
        CheckOptions {
            now,
            ..CheckOptions::default()
        }
    }
}

#[cfg(all(test, feature = "clock"))]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn the_clock_is_the_system_s() {
        let seconds = || {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            since.unwrap().as_secs() as i64
        };
        let before = seconds();
        let now = CheckOptions::from_clock().now.unwrap().timestamp();
        assert!((before..=seconds()).contains(&now));
    }
}
