//! The traits of other crates that types of every stage implement, each by a feature.

#[cfg(feature = "miette")]
mod miette;
#[cfg(feature = "serde")]
mod serde;
