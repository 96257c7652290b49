//! Everything that `qlint` does, run as a user would.

mod answers;
mod auto;
mod check;
mod cli;
mod explain;
mod habits;
mod hostile;
mod programs;
mod requests;
mod run;
mod sources;
mod streams;
