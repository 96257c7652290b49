//! The linter of each filter of a document.

use super::Document;
use crate::check::Choice;
use crate::lint::Linter;

/// The linter of each filter of a document, with the schema that was chosen for it. Made by
/// [`Document::linters`].
#[derive(Clone, Debug)]
pub struct Linters {
    linters: Of,
}

#[derive(Clone, Debug)]
enum Of {
    /// One for all, whose schema is given.
    Given(Linter),
    /// One for each, in the order of the filters.
    Chosen(Vec<(Linter, Choice)>),
}

impl Linters {
    /// The linter of a filter, by index; none if the document has no such filter.
    pub fn get(&self, filter: usize) -> Option<&Linter> {
        match &self.linters {
            Of::Given(linter) => Some(linter),
            Of::Chosen(all) => all.get(filter).map(|(linter, _)| linter),
        }
    }

    /// What was chosen for each filter, in the order of the filters; nothing if the schema is given.
    pub fn choices(&self) -> impl Iterator<Item = &Choice> {
        let chosen = match &self.linters {
            Of::Given(_) => &[],
            Of::Chosen(all) => all.as_slice(),
        };
        chosen.iter().map(|(_, choice)| choice)
    }
}

impl Document {
    /// The linter of each filter. One that [chooses](Linter::choosing) the schema chooses for all filters
    /// together; [`Document::lint_with`] and [`Document::fix_with`] take what was chosen.
    ///
    /// ```
    /// use qualys_filter::Linter;
    /// use qualys_filter::check::Chooser;
    /// use qualys_filter::document::{Document, Format};
    ///
    /// let document = Document::new("type:FILE AND event.id:a\n\nimagesInUse:now-7d\n", Format::QQL)?;
    /// let linters = document.linters(&Linter::choosing(Chooser::built_in()));
    /// let names: Vec<&str> = linters.choices().map(|choice| choice.schema().name()).collect();
    /// assert_eq!(names, ["edr", "cs"]);
    /// assert_eq!(linters.get(1).unwrap().schema().name(), "cs");
    /// # Ok::<(), qualys_filter::document::HostError>(())
    /// ```
    pub fn linters(&self, linter: &Linter) -> Linters {
        let texts = self.filters.iter().map(|filter| &*filter.text);
        let linters = match linter.choices(texts) {
            None => Of::Given(linter.clone()),
            Some(choices) => {
                let with = |choice: Choice| (linter.clone().with_schema(choice.schema()), choice);
                Of::Chosen(choices.into_iter().map(with).collect())
            }
        };
        Linters { linters }
    }
}
