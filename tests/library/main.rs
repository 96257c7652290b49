//! Everything that the library does.

mod codes;
mod corpus;
mod cutter;
mod depth;
mod early;
mod examples;
mod explain;
mod fixes;
mod format;
mod injection;
mod json;
mod laws;
mod lint;
mod meaning;
mod mistakes;
mod nested;
mod parse_fixes;
mod properties;
mod quoted_ranges;
mod reference;
mod samples;
mod scan;
mod schema;
mod set;
mod spellings;
mod traits;
