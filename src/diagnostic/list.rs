//! What the lists of errors of all stages have in common.

/// Makes a type with the fields `text` and `errors` a list of errors, each of which has a
/// diagnostic: it can be iterated over, and renders through [`miette`] with the text as source.
macro_rules! list {
    ($list:ident of $error:ident) => {
        impl $list {
            /// What there is to say about each.
            pub fn diagnostics(&self) -> impl Iterator<Item = &$crate::diagnostic::Diagnostic> {
                self.errors.iter().map($error::diagnostic)
            }
        }

        impl IntoIterator for $list {
            type Item = $error;
            type IntoIter = std::vec::IntoIter<$error>;

            fn into_iter(self) -> Self::IntoIter {
                self.errors.into_iter()
            }
        }

        impl<'e> IntoIterator for &'e $list {
            type Item = &'e $error;
            type IntoIter = std::slice::Iter<'e, $error>;

            fn into_iter(self) -> Self::IntoIter {
                self.errors.iter()
            }
        }

        impl miette::Diagnostic for $list {
            fn source_code(&self) -> Option<&dyn miette::SourceCode> {
                Some(&self.text)
            }

            fn related<'a>(
                &'a self,
            ) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
                let related = |diagnostic| diagnostic as &dyn miette::Diagnostic;
                Some(Box::new(self.diagnostics().map(related)))
            }
        }
    };
}

pub(crate) use list;
