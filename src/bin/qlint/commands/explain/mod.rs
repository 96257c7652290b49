//! `qlint explain`: what filters mean, and what an event makes of them.

mod json;
mod tree;
mod words;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;

use qualys_filter::document::{Document, FilterText};
use qualys_filter::eval::trace::Json;
use qualys_filter::lint::Rule;
use qualys_filter::schema::Path as Root;
use qualys_filter::{Applicability, CheckOptions, Checked, Linter, Query, ScanOptions, Schema};
use serde_json::json;

use crate::args::{ExplainArgs, ExplainFormat, FiltersArgs, RootArg};
use crate::files::{is_filter, read_text, unreadable};
use crate::input::{Checker, Origin, Task, Tasks};
use crate::outcome::{Failure, Outcome};
use crate::output::{Name, Out, Paint, one_line, say};
use crate::report::{Chosen, File, shown, to_stderr};
use tree::Tree;

pub(crate) fn explain(args: &ExplainArgs) -> Result<Outcome, Failure> {
    let stdin = |name: &OsStr| name == "-";
    let event_from_stdin = args
        .event
        .as_deref()
        .is_some_and(|path| stdin(path.as_os_str()));
    if event_from_stdin && args.filters.files.iter().any(|file| stdin(file)) {
        return Err("standard input cannot be both the filters and the event".into());
    }
    let filters = with_bare_filters(&args.filters);
    let found = match Tasks::find(&filters) {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let options = args.filters.now.options();
    let event = args.event.as_deref();
    let event = event.map(|path| Events::read(path, args, &options));
    let mut explainer = Explainer {
        options: &options,
        json: args.format == ExplainFormat::Json,
        event: event.transpose()?,
        out: Out::stdout(),
        explained: 0,
        matched: 0,
        wrong: false,
        chosen: Vec::new(),
    };
    let mut failures = found.failures;
    for task in &found.tasks {
        failures.extend(explainer.task(task)?.err());
    }
    explainer.out.flush()?;
    if let Some(schemas) = shown(&explainer.chosen) {
        say(&schemas);
    }
    failures.iter().for_each(|failure| say(failure));
    let nothing = explainer.explained == 0 && !explainer.wrong;
    if nothing && filters.allow_empty && failures.is_empty() && !found.misconfigured {
        return Ok(Outcome::Good);
    }
    if nothing && !found.misconfigured && failures.is_empty() {
        say("there is no filter to explain");
        return Ok(Outcome::Failed);
    }
    Ok(match explainer.event {
        _ if found.misconfigured => Outcome::Failed,
        _ if !failures.is_empty() => Outcome::Broken,
        _ if explainer.wrong => Outcome::Failed,
        Some(_) if explainer.matched == 0 => Outcome::Findings,
        _ => Outcome::Good,
    })
}

/// The arguments with the filters among the names of files as filters.
fn with_bare_filters(args: &FiltersArgs) -> FiltersArgs {
    let mut args = args.clone();
    let (filters, files): (Vec<_>, Vec<_>) =
        args.files.into_iter().partition(|name| is_filter(name));
    let filters = filters
        .into_iter()
        .filter_map(|name| name.into_string().ok());
    args.expressions.extend(filters);
    args.files = files;
    args
}

/// The file with the event that the arguments name.
struct Events<'a> {
    name: Name,
    text: String,
    args: &'a ExplainArgs,
    nesting: usize,
    /// The events that have been read, by the roots of the schemas.
    read: Vec<(Option<Root>, Json)>,
}

impl<'a> Events<'a> {
    fn read(path: &Path, args: &'a ExplainArgs, options: &CheckOptions) -> Result<Self, Failure> {
        let (name, text) = read_text(path)?;
        Ok(Events {
            name,
            text,
            args,
            nesting: options.limits.event_nesting,
            read: Vec::new(),
        })
    }

    /// The event for filters of a schema, which says where answers of its app have their events.
    fn of(&mut self, schema: &Schema) -> Result<&Json, Failure> {
        let root = match &self.args.root {
            Some(RootArg(path)) => path.clone(),
            None => schema.root_of(self.text.as_bytes()).cloned(),
        };
        let at = match self.read.iter().position(|(of, _)| *of == root) {
            Some(at) => at,
            None => {
                let event = self.at(root.clone())?;
                self.read.push((root, event));
                self.read.len() - 1
            }
        };
        let (_, event) = self.read.get(at).ok_or("there is no event")?;
        Ok(event)
    }

    fn at(&self, root: Option<Root>) -> Result<Json, Failure> {
        let Events { name, text, .. } = self;
        let number = self.args.number;
        let mut scan = ScanOptions::default();
        scan.root = root;
        // The empty filter matches every event, so that a scan finds all of them.
        let everything = "".parse::<Query>()?.check(Schema::open())?;
        let filter = everything.compile().strict();
        let mut events = filter.scan_with(text.as_bytes(), &scan);
        let Some(event) = events.nth(number.saturating_sub(1)) else {
            return Err(format!("{name} has no event number {number}").into());
        };
        let hit = event.map_err(|bad| format!("{name}: {bad}"))?;
        let bytes = text.as_bytes().get(hit.range).unwrap_or_default();
        let event = Json::read(bytes, self.nesting);
        event.ok_or_else(|| format!("{name}: event number {number} cannot be read").into())
    }
}

/// Explains filters one after the other.
struct Explainer<'a> {
    options: &'a CheckOptions,
    /// Whether each filter is a JSON object.
    json: bool,
    event: Option<Events<'a>>,
    out: Out,
    /// How many filters have been explained.
    explained: usize,
    /// How many of them match the event.
    matched: usize,
    /// Whether there was a filter with errors.
    wrong: bool,
    /// The schemas that were chosen.
    chosen: Vec<Chosen>,
}

impl Explainer<'_> {
    /// Explains the filters of a text. The inner error says why it cannot be read.
    fn task(&mut self, task: &Task) -> Result<Result<(), String>, Failure> {
        let text = match task.read() {
            Ok(text) => text,
            Err(message) => return Ok(Err(message)),
        };
        let document = match task.document(&*text) {
            Ok(document) => document,
            Err(error) if error.is_unrelated() && !task.named => return Ok(Ok(())),
            Err(error) => return Ok(Err(unreadable(&error, &task.name, &text))),
        };
        if let Some(note) = task.nothing_in(document.filters().len()) {
            say(&note);
        }
        let linter = task.config.linter(task.name.path(), self.options);
        let linters = document.linters(&linter);
        self.chosen.extend(Chosen::of(linters.choices()));
        let mut checker = Checker::new(true);
        let mut file = File::new(task.name.clone(), text);
        let filters = document.filters().iter().enumerate();
        let checked: Vec<_> = filters
            .filter_map(|(index, filter)| {
                let linter = linters.get(index)?;
                let checked = checker.check(filter, linter, &mut file)?;
                Some((filter, linter.schema(), checked))
            })
            .collect();
        self.wrong |= checked.len() < document.filters().len();
        // Errors and warnings come before the explanations.
        self.out.flush()?;
        to_stderr(&file, false);
        for (filter, schema, checked) in checked {
            if self.json {
                self.explained += 1;
                self.object(task, &document, filter, schema, &checked)?;
                continue;
            }
            if self.explained > 0 {
                writeln!(self.out)?;
            }
            self.explained += 1;
            if !matches!(task.origin, Origin::Argument(_)) {
                self.heading(task, &document, filter)?;
            }
            self.filter(filter, schema, &checked)?;
        }
        Ok(Ok(()))
    }

    /// Writes where a filter is, and its name.
    fn heading(&mut self, task: &Task, document: &Document, filter: &FilterText) -> io::Result<()> {
        let line = document.positions().line(filter.range().start) + 1;
        let name = filter.name().or(filter.path());
        let name = name.map(|name| format!(": {}", one_line(name)));
        let heading = format!("{}:{line}{}", task.name, name.unwrap_or_default());
        self.out.painted(Paint::Cyan, &heading)?;
        writeln!(self.out)
    }

    /// The text with parentheses where `AND` and `OR` are mixed.
    fn clear(&self, filter: &FilterText, schema: &Schema) -> String {
        let linter = Linter::new(schema).with_options(self.options.clone());
        let clear = linter.fix_where(filter.text(), Applicability::Safe, |found| {
            found.code() == Rule::MIXED_AND_OR.code()
        });
        clear.text
    }

    /// Writes an object with the filter, its nodes, and what the event makes of them.
    fn object(
        &mut self,
        task: &Task,
        document: &Document,
        filter: &FilterText,
        schema: &Schema,
        checked: &Checked,
    ) -> Result<(), Failure> {
        let event = self.event.as_mut().map(|events| events.of(schema));
        let answers = event.transpose()?.map(|event| checked.trace(event));
        let answers = answers.as_deref();
        let mut object = json!({
            "file": task.name.text(),
            "line": document.positions().line(filter.range().start) + 1,
            "name": filter.name().or(filter.path()),
            "schema": schema.name(),
            "filter": filter.text(),
            "clear": self.clear(filter, schema).trim(),
            "nodes": json::nodes(checked, answers),
        });
        if let Some(answers) = answers {
            let answer = answers.get(checked.root().index());
            let matches = answer.is_some_and(|answer| answer.holds);
            self.matched += usize::from(matches);
            if let Some(object) = object.as_object_mut() {
                object.insert("matches".to_owned(), matches.into());
            }
        }
        writeln!(self.out.json(), "{object}")?;
        Ok(())
    }

    fn filter(
        &mut self,
        filter: &FilterText,
        schema: &Schema,
        checked: &Checked,
    ) -> Result<(), Failure> {
        let clear = self.clear(filter, schema);
        writeln!(self.out, "{}\n", clear.trim())?;
        let event = self.event.as_mut().map(|events| events.of(schema));
        let answers = event.transpose()?.map(|event| checked.trace(event));
        let answers = answers.as_deref();
        Tree { checked, answers }.draw(&mut self.out)?;
        let Some(answers) = answers else {
            return Ok(());
        };
        let answer = answers.get(checked.root().index());
        let matches = answer.is_some_and(|answer| answer.holds);
        self.matched += usize::from(matches);
        let verdict = match matches {
            true => "the event matches",
            false => "the event does not match",
        };
        writeln!(self.out, "\n{verdict}")?;
        Ok(())
    }
}
