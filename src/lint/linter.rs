//! Text in, remarks out.

use crate::diagnostic::{Fix, Level};
use std::collections::HashMap;
use std::sync::LazyLock;

use miette::{Diagnostic, Severity};

use super::context::Context;
use super::remark::{Remark, Report};
use super::rule::{Rule, RuleId};
use crate::check::CheckOptions;
use crate::schema::Schema;
use crate::span::Span;
use crate::syntax::Query;

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
/// assert!(report.remarks().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Linter {
    schema: Schema,
    options: CheckOptions,
    /// For every rule, in the order of the register.
    levels: Vec<Level>,
}

/// The positions of codes in the register.
static POSITIONS: LazyLock<HashMap<&'static str, RuleId>> = LazyLock::new(|| {
    let codes = Rule::all().iter().map(Rule::code);
    codes.zip(0..).collect()
});

impl Linter {
    /// A linter for filters of this schema, with every rule at its own level and no time for `now`.
    pub fn new(schema: &Schema) -> Linter {
        Linter {
            schema: schema.clone(),
            options: CheckOptions::default(),
            levels: Rule::all().iter().map(Rule::level).collect(),
        }
    }

    /// Sets what `now` is, and the limits.
    pub fn with_options(self, options: CheckOptions) -> Linter {
        Linter { options, ..self }
    }

    /// Sets the weight of a rule's remarks. What keeps a filter from being used stays an error.
    pub fn with_level(mut self, rule: &Rule, level: Level) -> Linter {
        let position = POSITIONS.get(rule.code());
        if let Some(entry) = position.and_then(|at| self.levels.get_mut(*at)) {
            let fixed = rule.is_fixed();
            *entry = if fixed { Level::Error } else { level };
        }
        self
    }

    /// The weight of a rule's remarks.
    pub fn level(&self, rule: &Rule) -> Level {
        let position = POSITIONS.get(rule.code());
        let level = position.and_then(|at| self.levels.get(*at));
        level.copied().unwrap_or(Level::Off)
    }

    /// The schema that filters are held against.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What `now` is, and the limits.
    pub fn options(&self) -> &CheckOptions {
        &self.options
    }

    /// A remark of a rule that is found outside of a filter's text; nothing if the rule is off.
    #[cfg(feature = "document")]
    pub(crate) fn remark(&self, rule: &str, message: String) -> Option<Remark> {
        let at = Rule::all().iter().position(|known| known.name() == rule)?;
        let level = self.levels.get(at).copied()?;
        let remark = Remark {
            rule: at,
            level,
            ..Remark::new(Span::default(), message)
        };
        (level != Level::Off).then_some(remark)
    }

    /// Everything there is to say about a filter.
    pub fn lint(&self, text: &str) -> Report {
        let mut remarks = Vec::new();
        match Query::parse_with(text, &self.options.limits) {
            Err(errors) => remarks.extend(
                errors
                    .iter()
                    .map(|error| self.found(error, error.span(), error.fix(), Level::Error)),
            ),
            Ok(query) => self.look(&query, &mut remarks),
        }
        remarks.retain(|remark| remark.level != Level::Off);
        remarks.sort_by_key(|remark| (remark.span.start, remark.span.end));
        Report { remarks }
    }

    fn look(&self, query: &Query, remarks: &mut Vec<Remark>) {
        let checked = query.check_with(&self.schema, &self.options);
        let findings = match &checked {
            Ok(checked) => checked.warnings().iter(),
            Err(errors) => errors.iter(),
        };
        remarks.extend(findings.map(|finding| {
            let least = match finding.is_error() {
                true => Level::Error,
                false => Level::Off,
            };
            let remark = self.found(finding, finding.span(), finding.fix(), least);
            // What is advice here, and a warning elsewhere, stays so unless somebody says otherwise.
            let advice = Diagnostic::severity(finding) == Some(Severity::Advice);
            let own = Rule::all().get(remark.rule).map(Rule::level);
            match advice && own == Some(remark.level) {
                true => Remark {
                    level: remark.level.min(Level::Advice),
                    ..remark
                },
                false => remark,
            }
        }));
        let context = Context::new(query, &self.schema, &self.options, checked.as_ref().ok());
        for (at, (rule, level)) in Rule::all().iter().zip(&self.levels).enumerate() {
            if let (Some(run), true) = (rule.run, *level != Level::Off) {
                let of_rule = |remark| Remark {
                    rule: at,
                    level: *level,
                    ..remark
                };
                remarks.extend(run(&context).into_iter().map(of_rule));
            }
        }
    }

    /// What the parser or the check says, as a remark of at least this level.
    fn found(
        &self,
        diagnostic: &dyn Diagnostic,
        span: Span,
        fix: Option<&Fix>,
        least: Level,
    ) -> Remark {
        let code = diagnostic.code().map(|code| code.to_string());
        let position = code.and_then(|code| POSITIONS.get(code.as_str()).copied());
        let level = position.and_then(|at| self.levels.get(at)).copied();
        let label = diagnostic.labels().and_then(|mut labels| labels.next());
        Remark {
            rule: position.unwrap_or_default(),
            level: level.unwrap_or(Level::Error).max(least),
            span,
            message: diagnostic.to_string(),
            label: label
                .and_then(|label| label.label().map(str::to_owned))
                .unwrap_or_default(),
            help: diagnostic.help().map(|help| help.to_string()),
            fix: fix.cloned(),
        }
    }
}
