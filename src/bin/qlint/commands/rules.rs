//! `qlint rules` and `qlint rule`: the list of rules, and their pages.

use std::io::Write;

use qualys_filter::lint::Rule;
use serde_json::json;

use crate::args::{RuleArgs, RulesArgs, TokensFormat};
use crate::outcome::{Failure, Outcome};
use crate::output::{Out, say};

/// The list of rules.
pub(crate) fn rules(args: &RulesArgs) -> Result<Outcome, Failure> {
    let pattern = args.pattern.as_deref().unwrap_or_default().to_lowercase();
    let matches = |rule: &&Rule| {
        rule.code().as_str().contains(&pattern) || rule.summary().to_lowercase().contains(&pattern)
    };
    let rules: Vec<&Rule> = Rule::all().iter().filter(matches).collect();
    let mut out = Out::stdout();
    let width = rules
        .iter()
        .map(|rule| rule.code().as_str().len())
        .max()
        .unwrap_or_default();
    for rule in &rules {
        let (code, level, fixes) = (rule.code(), rule.level(), rule.fix().as_str());
        match args.format {
            TokensFormat::Table => {
                writeln!(
                    out,
                    "{code:width$}  {level:7}  {fixes:6}  {}",
                    rule.summary()
                )?;
            }
            TokensFormat::Json => {
                let object = json!({
                    "code": code.as_str(),
                    "name": rule.name(),
                    "stage": rule.stage().as_str(),
                    "level": level.as_str(),
                    "fix": fixes,
                    "summary": rule.summary(),
                });
                writeln!(out, "{object}")?;
            }
        }
    }
    out.flush()?;
    Ok(if rules.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}

/// The page of a rule.
pub(crate) fn rule(args: &RuleArgs) -> Result<Outcome, Failure> {
    let Some(rule) = Rule::find(&args.rule) else {
        let hint = match Rule::suggest(&args.rule) {
            Some(rule) => format!("did you mean `{}`?", rule.name()),
            None => "list them with `qlint rules`".to_owned(),
        };
        say(&format!("there is no rule `{}`; {hint}", args.rule));
        return Ok(Outcome::Failed);
    };
    let (code, level, fixes) = (rule.code(), rule.level(), rule.fix().as_str());
    let mut out = Out::stdout();
    writeln!(out, "# {}\n", rule.name())?;
    writeln!(out, "`{code}` · level: {level} · fix: {fixes}\n")?;
    writeln!(out, "{}", rule.page().trim_end())?;
    Ok(Outcome::Good)
}
