//! What the lists of errors of all stages have in common.

/// Makes a type with the fields `text` and `errors` a list of errors, each of which has a
/// diagnostic: it can be iterated over.
macro_rules! list {
    ($list:ident of $error:ident) => {
        impl $list {
            /// What there is to say about each.
            pub fn diagnostics(&self) -> impl Iterator<Item = &$crate::diagnostic::Diagnostic> {
                self.errors.iter().map($error::diagnostic)
            }
        }

        #[cfg(feature = "miette")]
        impl $list {
            /// The text, as what renders the errors shares it.
            pub(crate) fn source(&self) -> &std::sync::Arc<str> {
                &self.text
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
    };
}

pub(crate) use list;
