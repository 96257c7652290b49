//! Shell completions, man pages, and JSON Schemas.

use std::fs;
use std::io::{self, Write};

use clap::CommandFactory;
use clap::builder::PossibleValuesParser;
use clap_complete::generate;
use clap_mangen::Man;
use qualys_filter::Schema;
use qualys_filter::lint::Rule;
use qualys_filter::schema::Token;

use crate::args::{Args, CompletionsArgs, JsonSchemaArgs, JsonSchemaOf, ManArgs};
use crate::config;
use crate::outcome::{Failure, Outcome};
use crate::output::{Name, Out};
use crate::report;

/// The command line, with the names of rules and tokens as possible values. Other values are allowed as
/// well, so this is only for completions.
fn command() -> clap::Command {
    let rules = PossibleValuesParser::new(Rule::all().iter().map(Rule::name));
    let tokens = Schema::BUILT_IN
        .iter()
        .filter_map(|name| Schema::built_in(name));
    let tokens = tokens.flat_map(|schema| schema.tokens().iter().map(Token::name));
    let mut tokens: Vec<&'static str> = tokens.collect();
    tokens.sort_unstable();
    tokens.dedup();
    let tokens = PossibleValuesParser::new(tokens);
    Args::command()
        .mut_subcommand("rule", |command| {
            command.mut_arg("rule", |arg| arg.value_parser(rules))
        })
        .mut_subcommand("tokens", |command| {
            command.mut_arg("pattern", |arg| arg.value_parser(tokens))
        })
}

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    generate(args.shell, &mut command(), "qlint", &mut text);
    Out::stdout().write_all(&text)?;
    Ok(Outcome::Good)
}

pub(crate) fn man(args: &ManArgs) -> Result<Outcome, Failure> {
    let folder = &args.folder;
    let name = Name::from(folder.as_path()).to_string();
    let failed = |error: io::Error| Out::unwritable(&name, error);
    fs::create_dir_all(folder).map_err(failed)?;
    let mut command = Args::command();
    command.build();
    let page = |name: &str, command: clap::Command| -> Result<(), Failure> {
        let mut text = Vec::new();
        Man::new(command).render(&mut text)?;
        fs::write(folder.join(format!("{name}.1")), text).map_err(failed)?;
        Ok(())
    };
    let is_help = |sub: &&clap::Command| sub.get_name() == "help";
    for sub in command.get_subcommands().filter(|sub| !is_help(sub)) {
        // The page has a name of one word; the command is typed as two.
        let (name, typed) = (
            format!("qlint-{}", sub.get_name()),
            format!("qlint {}", sub.get_name()),
        );
        page(&name, sub.clone().name(name.clone()).bin_name(typed))?;
    }
    page("qlint", command.clone())?;
    Ok(Outcome::Good)
}

pub(crate) fn json_schema(args: &JsonSchemaArgs) -> Result<Outcome, Failure> {
    let schema = match args.of {
        JsonSchemaOf::Config => config::json_schema(),
        JsonSchemaOf::Report => report::json_schema(),
        JsonSchemaOf::Baseline => report::baseline_schema(),
    };
    writeln!(Out::stdout(), "{schema:#}")?;
    Ok(Outcome::Good)
}
