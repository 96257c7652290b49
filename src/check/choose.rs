//! Which schema a filter is written for: the one that knows most of its tokens.

use std::cmp::Reverse;
use std::collections::HashSet;

use chrono::DateTime;

use super::options::CheckOptions;
use crate::schema::{Evidence, Schema};
use crate::syntax::{ExprKind, Query, Step};

/// Chooses, for queries that name no schema, the one that they are written for.
///
/// Of the candidates it takes the one that
///
/// 1. knows the most of the different tokens in the queries;
/// 2. of equal ones, refuses the fewest of the queries when it checks them;
/// 3. of equal ones, knows the tokens from the surest [`Evidence`];
/// 4. of equal ones, has the fewest warnings, such as for values that it does not know;
/// 5. of equal ones, has the most names that are nearly those that it does not know;
/// 6. of equal ones, comes first.
///
/// Where no candidate knows a token, or has a name that is nearly one, nothing is chosen: the schema
/// is then [`Schema::undecided`], which knows no token and warns of each.
///
/// Of the schema's scopes, the first that knows every token that the schema knows is chosen, if the
/// scope that is declared first does not: `reviewers:ann` is for `fim:incident`.
///
/// ```
/// use qualys_filter::{Query, check::Chooser};
///
/// let query: Query = "vulnerabilities.vulnerability.qid:110525".parse()?;
/// let choice = Chooser::built_in().choose([&query]);
/// assert_eq!(choice.schema().name(), "vmdr");
/// assert_eq!((choice.known(), choice.tokens()), (1, 1));
/// # Ok::<(), qualys_filter::ParseErrors>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chooser {
    candidates: Vec<Schema>,
}

/// The schema that was chosen for queries, and why. Made by [`Chooser::choose`].
#[derive(Clone, Debug)]
pub struct Choice {
    schema: Schema,
    tokens: usize,
    known: usize,
    equal: Vec<Schema>,
}

impl Choice {
    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How many different tokens the queries have.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// How many of them the schema knows.
    pub fn known(&self) -> usize {
        self.known
    }

    /// Other candidates that know as many, the best first.
    pub fn equal(&self) -> &[Schema] {
        &self.equal
    }

    /// Whether any candidate was better than knowing nothing.
    pub fn is_decided(&self) -> bool {
        self.schema.name() != Schema::undecided().name()
    }
}

/// How many names, and how many queries, are looked at to tell apart schemas that know as many tokens.
const LOOKED_AT: usize = 1_000;

/// How well a schema fits queries. The best is the least.
type Rank = (Reverse<usize>, usize, usize, usize, Reverse<usize>);

impl Chooser {
    /// Chooses among these schemas; of equally good ones the first.
    pub fn new(candidates: impl IntoIterator<Item = Schema>) -> Chooser {
        let candidates = candidates.into_iter().collect();
        Chooser { candidates }
    }

    /// Chooses among the built-in schemas that know tokens, in the order of [`Schema::BUILT_IN`].
    pub fn built_in() -> Chooser {
        let all = Schema::BUILT_IN.iter();
        let schemas = all.filter_map(|name| Schema::built_in(name));
        Chooser::new(
            schemas
                .filter(|schema| !schema.tokens().is_empty())
                .cloned(),
        )
    }

    /// The schema that all of these queries together are written for.
    pub fn choose<'q>(&self, queries: impl IntoIterator<Item = &'q Query>) -> Choice {
        let queries: Vec<&Query> = queries.into_iter().collect();
        let names = self.names(queries.iter().copied());
        let counts: Vec<usize> = self.candidates.iter().map(|it| known(it, &names)).collect();
        let most = counts.iter().copied().max().unwrap_or_default();
        let equal = self.candidates.iter().zip(&counts);
        let equal = equal.filter(|(_, count)| **count == most);
        let mut ranked: Vec<(Rank, &Schema)> = equal
            .map(|(schema, _)| (rank(schema, &names, &queries), schema))
            .collect();
        // Stable: equal ones keep their order.
        ranked.sort_by_key(|(rank, _)| *rank);
        let near = |rank: &Rank| most > 0 || rank.4.0 > 0;
        let mut good = ranked.iter().filter(|(rank, _)| near(rank));
        let Some((_, best)) = good.next() else {
            return Choice {
                schema: Schema::undecided().clone(),
                tokens: names.len(),
                known: 0,
                equal: Vec::new(),
            };
        };
        Choice {
            schema: scope(best, &names),
            tokens: names.len(),
            known: most,
            equal: good.map(|(_, schema)| (*schema).clone()).collect(),
        }
    }

    /// The same candidates, each changed.
    #[must_use]
    pub fn map(&self, change: impl Fn(&Schema) -> Schema) -> Chooser {
        Chooser::new(self.candidates.iter().map(change))
    }

    fn names<'q>(&self, queries: impl IntoIterator<Item = &'q Query>) -> HashSet<String> {
        let longest = self.candidates.iter().map(Schema::longest_name);
        // A longer name may be a misspelt one.
        names(queries, longest.max().unwrap_or_default() + 2)
    }

    /// The schema of each query of a file: that of all of them together, but for a query of which
    /// another schema knows more tokens. A file of filters for several apps is so judged filter by
    /// filter.
    ///
    /// ```
    /// use qualys_filter::{Query, check::Chooser};
    ///
    /// let queries = ["type:FILE AND event.id:a", "handle.name:x", "imagesInUse:now-7d"];
    /// let queries: Vec<Query> = queries.map(|text| text.parse().unwrap()).to_vec();
    /// let choices = Chooser::built_in().choose_each(&queries);
    /// let names: Vec<&str> = choices.iter().map(|choice| choice.schema().name()).collect();
    /// assert_eq!(names, ["edr", "edr", "cs"]);
    /// ```
    pub fn choose_each<'q>(&self, queries: impl IntoIterator<Item = &'q Query>) -> Vec<Choice> {
        let queries: Vec<&Query> = queries.into_iter().collect();
        let all = self.choose(queries.iter().copied());
        let whole = all.schema.whole();
        let each = queries.into_iter().map(|query| {
            let names = self.names([query]);
            let of_all = known(whole, &names);
            let best = self.candidates.iter().map(|it| known(it, &names)).max();
            if all.is_decided() && best.unwrap_or_default() <= of_all {
                return Choice {
                    schema: scope(whole, &names),
                    tokens: names.len(),
                    known: of_all,
                    equal: Vec::new(),
                };
            }
            self.choose([query])
        });
        each.collect()
    }
}

/// The scope of a schema that a filter is for, or the schema itself.
fn scope(schema: &Schema, names: &HashSet<String>) -> Schema {
    let count = known(schema, names);
    let scopes = schema.scopes().filter_map(|scope| schema.in_scope(scope));
    let first = scopes
        .enumerate()
        .find(|(_, scope)| known(scope, names) == count);
    match first {
        // The tokens of the first scope come first in the whole, which suggests all names.
        Some((0, _)) | None => schema.clone(),
        Some((_, scope)) => scope,
    }
}

/// The names of the tokens of queries, in lower case, each with those of the groups around it. Of a
/// name that is too long to be known only the last part is kept.
fn names<'q>(queries: impl IntoIterator<Item = &'q Query>, longest: usize) -> HashSet<String> {
    let mut names = HashSet::new();
    for query in queries {
        let (mut around, mut lengths) = (String::new(), Vec::new());
        for step in query.walk() {
            let (Step::Enter(id) | Step::Leave(id)) = step;
            match (&query.expr(id).kind, step) {
                (ExprKind::Nested(token, _), Step::Enter(_)) => {
                    lengths.push(around.len());
                    around.push_str(&token.text);
                    around.push('.');
                }
                (ExprKind::Nested(..), Step::Leave(_)) => {
                    around.truncate(lengths.pop().unwrap_or_default());
                }
                (ExprKind::Clause(clause), Step::Enter(_)) => {
                    let last = &clause.token.text;
                    let mut name = match around.len() + last.len() <= longest {
                        true => format!("{around}{last}"),
                        false => format!("….{last}"),
                    };
                    name.make_ascii_lowercase();
                    names.insert(name);
                }
                _ => {}
            }
        }
    }
    names
}

fn known(schema: &Schema, names: &HashSet<String>) -> usize {
    let known = names.iter().filter(|name| schema.token(name).is_some());
    known.count()
}

fn rank(schema: &Schema, names: &HashSet<String>, queries: &[&Query]) -> Rank {
    let (mut known, mut unsure, mut near) = (0, 0, 0);
    for name in names.iter().take(LOOKED_AT) {
        match schema.token(name) {
            Some(token) => {
                known += 1;
                let evidence = token.evidence().unwrap_or(Evidence::Documented);
                let sure = Evidence::ALL.iter().position(|it| *it == evidence);
                unsure += sure.unwrap_or_default();
            }
            None => near += usize::from(schema.suggest(name).is_some()),
        }
    }
    // Any time will do: what `now` means does not tell schemas apart.
    let options = CheckOptions::at(DateTime::UNIX_EPOCH);
    let (mut refused, mut warnings) = (0, 0);
    for query in queries.iter().take(LOOKED_AT) {
        match query.check_with(schema, &options) {
            Ok(checked) => warnings += checked.warnings().len(),
            Err(_) => refused += 1,
        }
    }
    (Reverse(known), refused, unsure, warnings, Reverse(near))
}
