//! Many events: a buffer or a stream taken apart, and scanned.

mod answer;
pub(in crate::eval) mod events;
pub(in crate::eval) mod hit;
pub(in crate::eval) mod options;
pub(in crate::eval) mod position;
pub(in crate::eval) mod reader;
mod root;
pub(in crate::eval) mod scan;
pub(in crate::eval) mod scanner;
pub(in crate::eval) mod seen;
pub(in crate::eval) mod split;
pub(in crate::eval) mod stream;
