//! `qlint tokens`: the search tokens of a schema.

use std::io::{self, Write};

use chrono::SecondsFormat;
use qualys_filter::schema::{Evidence, OnlyIn, Token};
use serde_json::json;

use crate::args::{TokensArgs, TokensFormat};
use crate::config::schema;
use crate::outcome::{Failure, Outcome};
use crate::output::{Out, one_line};

pub(crate) fn tokens(args: &TokensArgs) -> Result<Outcome, Failure> {
    let schema = schema::by_name(&args.schema)?;
    let pattern = args.pattern.as_deref().unwrap_or_default().to_lowercase();
    let mut tokens: Vec<&Token> = schema
        .tokens()
        .iter()
        .filter(|t| matches(t, &pattern))
        .collect();
    tokens.sort_by_key(|token| token.name().to_lowercase());
    let mut out = Out::stdout();
    match args.format {
        TokensFormat::Table => table(&mut out, &tokens)?,
        TokensFormat::Json => {
            let mut data = out.json();
            for token in &tokens {
                writeln!(data, "{}", json(token))?;
            }
        }
    }
    out.flush()?;
    Ok(if tokens.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}

fn matches(token: &Token, pattern: &str) -> bool {
    let mut texts = token.aliases().chain([token.name(), token.description()]);
    texts.any(|text| text.to_lowercase().contains(pattern))
}

fn table(out: &mut impl Write, tokens: &[&Token]) -> io::Result<()> {
    let width = tokens
        .iter()
        .map(|token| token.name().len())
        .max()
        .unwrap_or_default();
    for token in tokens {
        let (name, kind) = (token.name(), token.kind());
        let description = one_line(token.description());
        write!(out, "{name:width$}  {kind:8}  {description}")?;
        let values: Vec<&str> = token.values().collect();
        if !values.is_empty() {
            write!(out, " ({})", one_line(&values.join(", ")))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn json(token: &Token) -> serde_json::Value {
    json!({
        "name": token.name(),
        "kind": token.kind().as_str(),
        "paths": token.paths().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "values": token.values().collect::<Vec<_>>(),
        "aliases": token.aliases().collect::<Vec<_>>(),
        "only_in": token.only_in().map(OnlyIn::as_str),
        "null_when": token.null_when(),
        "prefer": token.prefer(),
        "never": token.never().map(|never| never.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        "description": token.description(),
        "scope": token.scope(),
        "evidence": token.evidence().map(Evidence::as_str),
        "kind_evidence": token.kind_evidence().map(Evidence::as_str),
        "path_evidence": token.path_evidence().map(Evidence::as_str),
        "source": (!token.source().is_empty()).then(|| token.source()),
    })
}
