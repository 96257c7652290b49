//! `qlint tokens`: the search tokens of one schema, or of all that are built in.

use std::io::{self, Write};

use qualys_filter::Schema;
use qualys_filter::schema::{Evidence, OnlyIn, Token};
use serde_json::json;

use crate::args::{TokensArgs, TokensFormat};
use crate::config::{misconfigured, schema};
use crate::outcome::{Failure, Outcome};
use crate::output::{Out, one_line};

/// A token, with the name of its schema.
#[derive(Clone, Copy)]
struct Row<'s> {
    app: &'s str,
    token: &'s Token,
}

pub(crate) fn tokens(args: &TokensArgs) -> Result<Outcome, Failure> {
    let schemas = match args.schema.as_deref().map(schema::named) {
        Some(Ok(schema)) => vec![schema],
        Some(Err(error)) => return Ok(misconfigured(&error)),
        None => {
            let all = Schema::BUILT_IN.iter();
            all.filter_map(|name| Schema::built_in(name))
                .cloned()
                .collect()
        }
    };
    let pattern = args.pattern.as_deref().unwrap_or_default().to_lowercase();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for schema in &schemas {
        let app = schema.name();
        let tokens = schema.tokens().iter();
        let matching = tokens.filter(|token| matches(token, &pattern));
        rows.extend(matching.map(|token| Row { app, token }));
    }
    rows.sort_by_key(|row| (row.token.name().to_lowercase(), row.app));
    let mut out = Out::stdout();
    match args.format {
        TokensFormat::Table => table(&mut out, &rows, schemas.len() > 1)?,
        TokensFormat::Json => {
            let mut data = out.json();
            for row in &rows {
                writeln!(data, "{}", json(*row))?;
            }
        }
    }
    out.flush()?;
    Ok(if rows.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}

/// Whether a text about the token contains the pattern, which is in lower case.
fn matches(token: &Token, pattern: &str) -> bool {
    let contains = |text: &str| text.to_lowercase().contains(pattern);
    let mut paths = token.paths().iter().map(ToString::to_string);
    let mut names = token.aliases().chain([token.name(), token.description()]);
    names.any(contains) || token.values().any(contains) || paths.any(|path| contains(&path))
}

fn table(out: &mut impl Write, rows: &[Row<'_>], several: bool) -> io::Result<()> {
    let width = |of: fn(&Row<'_>) -> usize| rows.iter().map(of).max().unwrap_or_default();
    let apps = width(|row| row.app.len());
    let names = width(|row| row.token.name().len());
    for Row { app, token } in rows {
        if several {
            write!(out, "{app:apps$}  ")?;
        }
        let guessed = token.kind_evidence() == Some(Evidence::Inferred);
        let kind = format!("{}{}", token.kind(), if guessed { "?" } else { "" });
        let evidence = token.evidence().map_or("", Evidence::as_str);
        let (name, description) = (token.name(), one_line(token.description()));
        write!(out, "{name:names$}  {kind:9}  {evidence:10}  {description}")?;
        let values: Vec<&str> = token.values().collect();
        if !values.is_empty() {
            write!(out, " ({})", one_line(&values.join(", ")))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn json(Row { app, token }: Row<'_>) -> serde_json::Value {
    json!({
        "app": app,
        "name": token.name(),
        "kind": token.kind().as_str(),
        "paths": token.paths().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "values": token.values().collect::<Vec<_>>(),
        "aliases": token.aliases().collect::<Vec<_>>(),
        "only_in": token.only_in().map(OnlyIn::as_str),
        "null_when": token.null_when(),
        "prefer": token.prefer(),
        "no_values": token.no_values().collect::<Vec<_>>(),
        "description": token.description(),
        "scope": token.scope(),
        "evidence": token.evidence().map(Evidence::as_str),
        "kind_evidence": token.kind_evidence().map(Evidence::as_str),
        "path_evidence": token.path_evidence().map(Evidence::as_str),
        "source": (!token.source().is_empty()).then(|| token.source()),
    })
}
