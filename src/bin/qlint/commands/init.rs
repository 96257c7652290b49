//! `qlint init`: a configuration to start from.

use std::io;

use crate::args::InitArgs;
use crate::outcome::{Failure, Outcome};
use crate::output::{Name, say};
use crate::save;

/// All settings, as comments.
const START: &str = include_str!("init.toml");

pub(crate) fn init(args: &InitArgs) -> Result<Outcome, Failure> {
    let path = args.folder.join("qlint.toml");
    let path = path.strip_prefix(".").unwrap_or(&path);
    let name = Name::from(path);
    Ok(match save::create(path, START) {
        Ok(()) => {
            say(&format!("{name} written"));
            Outcome::Good
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            say(&format!("{name} exists already, and stays as it is"));
            Outcome::Failed
        }
        Err(error) => {
            say(&format!("cannot write {name}: {error}"));
            Outcome::Broken
        }
    })
}
