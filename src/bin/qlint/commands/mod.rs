//! The commands, none of which uses another.

pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod r#match;
pub(crate) mod rules;
pub(crate) mod same;
pub(crate) mod shell;
pub(crate) mod tokens;
