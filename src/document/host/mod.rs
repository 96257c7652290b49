//! The readers, one for each kind of file.

pub(super) mod json;
mod list;
pub(super) mod qql;
mod scalar;
pub(super) mod toml;
pub(super) mod yaml;
