//! Text in, diagnostics out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::context::Context;
use super::report::Report;
use super::rule::{Rule, RuleId};
use crate::check::{CheckOptions, Choice, Chooser, Finding};
use crate::diagnostic::{Diagnostic, Level, Severity};
use crate::schema::Schema;
use crate::span::Span;
use crate::syntax::{ParseError, Parsed, Query};

/// Says everything about filters: what the parser, the check and the rules find. Cheap to clone.
///
/// Rules that look at dates need to know what `now` is:
///
/// ```
/// use qualys_filter::{CheckOptions, Linter, Schema, Level, lint::Rule};
///
/// let now = "2024-09-22T12:00:00Z".parse()?;
/// let quiet = Rule::find("leading_wildcard").unwrap();
/// let linter = Linter::new(Schema::edr())
///     .with_options(CheckOptions::at(now))
///     .with_level(quiet, Level::Off);
/// let report = linter.lint(r#"file.name:"*.dll" AND dateTime > now-3d"#);
/// assert!(report.diagnostics().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Linter {
    schema: Schema,
    /// Chooses the schema, if it is not given.
    chooser: Option<Arc<Chooser>>,
    options: CheckOptions,
    /// For every rule, in the order of the register.
    levels: Vec<Level>,
}

/// The positions of codes in the register.
static POSITIONS: LazyLock<HashMap<&'static str, RuleId>> = LazyLock::new(|| {
    let codes = Rule::all().iter().map(|rule| rule.code().as_str());
    codes.zip(0..).collect()
});

impl Linter {
    /// A linter for filters of this schema, with every rule at its own level and no time for `now`.
    pub fn new(schema: &Schema) -> Linter {
        Linter {
            schema: schema.clone(),
            chooser: None,
            options: CheckOptions::default(),
            levels: Rule::all().iter().map(Rule::level).collect(),
        }
    }

    /// A linter that chooses the schema of each filter, or of all filters of a document.
    ///
    /// ```
    /// use qualys_filter::{Linter, check::Chooser};
    ///
    /// let linter = Linter::choosing(Chooser::built_in());
    /// let report = linter.lint("vulnerabilities.vulnerability.qidd:110525");
    /// let finding = &report.diagnostics()[0];
    /// assert_eq!(finding.help(), Some("did you mean `vulnerabilities.vulnerability.qid`?"));
    /// ```
    pub fn choosing(chooser: Chooser) -> Linter {
        Linter {
            chooser: Some(Arc::new(chooser)),
            ..Linter::new(Schema::undecided())
        }
    }

    /// Sets the schema, in place of choosing it.
    #[must_use]
    pub fn with_schema(self, schema: &Schema) -> Linter {
        Linter {
            schema: schema.clone(),
            chooser: None,
            ..self
        }
    }

    /// The schemas that the linter chooses for filters of one document; none if its schema is given.
    ///
    /// What can be read of a filter counts, also of one with errors.
    pub fn choices<'t>(&self, filters: impl IntoIterator<Item = &'t str>) -> Option<Vec<Choice>> {
        let chooser = self.chooser.as_ref()?;
        let limits = &self.options.limits;
        let queries = filters
            .into_iter()
            .map(|text| Query::parse_lossy(text, limits).into_parts().0);
        let queries: Vec<Query> = queries.collect();
        Some(chooser.choose_each(&queries))
    }

    /// Sets what `now` is, and the limits.
    #[must_use]
    pub fn with_options(self, options: CheckOptions) -> Linter {
        Linter { options, ..self }
    }

    /// Sets how a rule is reported. What keeps a filter from being used stays an error.
    #[must_use]
    pub fn with_level(mut self, rule: &Rule, level: Level) -> Linter {
        let position = POSITIONS.get(rule.code().as_str());
        if let Some(entry) = position.and_then(|at| self.levels.get_mut(*at)) {
            *entry = match rule.code().is_always_error() {
                true => Level::Error,
                false => level,
            };
        }
        self
    }

    /// How a rule is reported.
    pub fn level(&self, rule: &Rule) -> Level {
        let position = POSITIONS.get(rule.code().as_str());
        let level = position.and_then(|at| self.levels.get(*at));
        level.copied().unwrap_or(Level::Off)
    }

    /// The schema that filters are checked against; [`Schema::undecided`] if it is chosen.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What `now` is, and the limits.
    pub fn options(&self) -> &CheckOptions {
        &self.options
    }

    /// A diagnostic of a rule, with the severity that it has here; none if the rule is off. For rules
    /// about files, which apply where files are read.
    pub fn diagnostic(
        &self,
        rule: &Rule,
        span: Span,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<Diagnostic> {
        let severity = self.level(rule).severity()?;
        Some(rule.diagnostic(span, message).with_severity(severity))
    }

    /// The linter with the schema that it chooses for a filter; itself if its schema is given.
    ///
    /// ```
    /// use qualys_filter::{Linter, check::Chooser};
    ///
    /// let linter = Linter::choosing(Chooser::built_in()).decided("imagesInUse:now-7d");
    /// assert_eq!(linter.schema().name(), "cs");
    /// ```
    #[must_use]
    pub fn decided(self, text: &str) -> Linter {
        match self.choices([text]).as_deref() {
            Some([choice]) => self.with_schema(choice.schema()),
            _ => self,
        }
    }

    /// Everything there is to say about a filter. Of one with errors in its text, nothing is said that may follow from
    /// them, and only they have fixes; rules about what a filter means wait until there is no error.
    pub fn lint(&self, text: &str) -> Report {
        if self.chooser.is_some() {
            return self.clone().decided(text).lint(text);
        }
        let parsed = Query::parse_lossy(text, &self.options.limits);
        let mut diagnostics = self.look(&parsed);
        let errors = parsed.errors().iter().map(ParseError::diagnostic);
        diagnostics.extend(errors.filter_map(|diagnostic| self.reported(diagnostic)));
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span().start, diagnostic.span().end));
        Report { diagnostics }
    }

    /// What the check and the rules say of what could be read.
    fn look(&self, parsed: &Parsed) -> Vec<Diagnostic> {
        let query = parsed.query();
        let (checked, findings) = parsed.check_with(&self.schema, &self.options);
        let findings = findings.iter().map(Finding::diagnostic);
        let findings = findings.filter_map(|diagnostic| self.reported(diagnostic));
        let mut diagnostics: Vec<Diagnostic> = findings.collect();
        let context = Context::new(query, &self.schema, &self.options, checked.as_ref());
        for (rule, level) in Rule::all().iter().zip(&self.levels) {
            if let (Some(run), Some(severity)) = (rule.run, level.severity()) {
                let found = run(&context).into_iter();
                diagnostics.extend(found.map(|diagnostic| diagnostic.with_severity(severity)));
            }
        }
        if query.has_errors() {
            diagnostics.retain(|diagnostic| !query.is_doubtful(diagnostic.span()));
            // The text is corrected first: what else is wrong with it may come of the same mistake.
            diagnostics.iter_mut().for_each(Diagnostic::remove_fix);
        }
        diagnostics
    }

    /// What the parser or the check says, with the severity that it has here, unless it is not
    /// reported. An error stays one.
    fn reported(&self, diagnostic: &Diagnostic) -> Option<Diagnostic> {
        let (code, severity) = (diagnostic.code(), diagnostic.severity());
        let level = POSITIONS
            .get(code.as_str())
            .and_then(|at| self.levels.get(*at));
        let level = level.copied().unwrap_or(Level::Error);
        let severity = match severity {
            Severity::Error => severity,
            // What is advice here, and a warning elsewhere, stays so unless its level is set.
            Severity::Advice if level == code.level() => severity,
            _ => level.severity()?,
        };
        Some(diagnostic.clone().with_severity(severity))
    }
}
