//! The line after a report.

use qualys_filter::{Applicability, Severity};

use crate::output::counted;
use crate::report::{Finding, Report, shown};

pub(super) fn counted_fixes(count: usize) -> String {
    match count {
        1 => "1 fix".to_owned(),
        _ => format!("{count} fixes"),
    }
}

/// The last line: how much was found, what `--fix` can do about it, and the schemas that were chosen.
pub(super) fn summary(report: &Report, fixes: usize, fixing: bool) -> String {
    let found = findings(report, fixes, fixing);
    match shown(report.files.iter().flat_map(|file| &file.chosen)) {
        Some(schemas) => format!("{found}; {schemas}"),
        None => found,
    }
}

fn findings(report: &Report, fixes: usize, fixing: bool) -> String {
    let filters = report.files.iter().map(|file| file.filters.len()).sum();
    let filters = counted(filters, "filter");
    let advice = match report.count(Severity::Advice) {
        0 => None,
        1 => Some("1 piece of advice".to_owned()),
        count => Some(format!("{count} pieces of advice")),
    };
    let some = |count: usize, one: &str| (count > 0).then(|| counted(count, one));
    let errors = some(report.count(Severity::Error), "error");
    let warnings = some(report.count(Severity::Warning), "warning");
    let parts: Vec<String> = [errors, warnings, advice].into_iter().flatten().collect();
    let text = match parts.as_slice() {
        [] => format!("nothing to report in {filters}"),
        [one] => format!("{one} in {filters}"),
        [first, last] => format!("{first} and {last} in {filters}"),
        several => format!("{} in {filters}", several.join(", ")),
    };
    if fixing {
        let left = if parts.is_empty() { "" } else { " left" };
        return format!("{}; {text}{left}", counted_fixes(fixes));
    }
    let with = |applicability: Applicability| {
        let files = report.files.iter().flat_map(|file| &file.findings);
        let fixes = files.filter_map(Finding::fix);
        fixes.filter(|(of, _)| *of == applicability).count()
    };
    match (with(Applicability::Safe), with(Applicability::Unsafe)) {
        (0, 0) => text,
        (safe, 0) => format!("{text}; {safe} fixable with `--fix`"),
        (0, more) => format!("{text}; {more} fixable with `--fix --unsafe-fixes`"),
        (safe, more) => {
            let all = safe + more;
            format!("{text}; {safe} fixable with `--fix`, {all} with `--fix --unsafe-fixes`")
        }
    }
}
