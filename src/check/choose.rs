//! Which schema a filter is written for: the one that knows most of its tokens.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

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

/// How many queries are checked to tell apart schemas that know as many tokens.
const CHECKED: usize = 1_000;

/// How many unknown names are compared with those of the schemas, which takes long.
const COMPARED: usize = 50;

/// The names of the tokens of queries, in lower case. Their order is that of the names, so that a choice
/// by some of them is always the same.
type Names = BTreeSet<String>;

/// The scopes that have been chosen, by their names.
type Scopes = HashMap<String, Schema>;

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
        self.choose_by(&names, &queries, &mut Scopes::new())
    }

    fn choose_by(&self, names: &Names, queries: &[&Query], scopes: &mut Scopes) -> Choice {
        let counts = self.candidates.iter().map(|it| (known(it, names), it));
        let counts: Vec<(usize, &Schema)> = counts.collect();
        let most = counts.iter().map(|(count, _)| *count).max();
        let most = most.unwrap_or_default();
        let equal = counts.iter().filter(|(count, _)| *count == most);
        let mut equal: Vec<&Schema> = equal.map(|(_, schema)| *schema).collect();
        // Each step is made only for those that are still equal.
        let mut tied = equal.len();
        if most > 0 {
            tied = order(&mut equal, tied, |it| refused_and_warnings(it, queries).0);
            tied = order(&mut equal, tied, |it| unsure(it, names));
            tied = order(&mut equal, tied, |it| refused_and_warnings(it, queries).1);
        }
        let near = |it: &Schema| Reverse(near(it, names));
        order(&mut equal, tied, near);
        if most == 0 {
            equal.retain(|it| near(it).0 > 0);
        }
        let Some((best, others)) = equal.split_first() else {
            return Choice {
                schema: Schema::undecided().clone(),
                tokens: names.len(),
                known: 0,
                equal: Vec::new(),
            };
        };
        Choice {
            schema: scope(best, names, scopes),
            tokens: names.len(),
            known: most,
            equal: others.iter().map(|schema| (*schema).clone()).collect(),
        }
    }

    /// The same candidates, each changed.
    #[must_use]
    pub fn map(&self, change: impl Fn(&Schema) -> Schema) -> Chooser {
        Chooser::new(self.candidates.iter().map(change))
    }

    fn names<'q>(&self, queries: impl IntoIterator<Item = &'q Query>) -> Names {
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
        let mut scopes = Scopes::new();
        let names = self.names(queries.iter().copied());
        let all = self.choose_by(&names, &queries, &mut scopes);
        let whole = all.schema.whole();
        let each = queries.into_iter().map(|query| {
            let names = self.names([query]);
            let of_all = known(whole, &names);
            let best = self.candidates.iter().map(|it| known(it, &names)).max();
            if best.unwrap_or_default() > of_all {
                return self.choose_by(&names, &[query], &mut scopes);
            }
            let schema = match all.is_decided() {
                true => scope(whole, &names, &mut scopes),
                false => whole.clone(),
            };
            Choice {
                schema,
                tokens: names.len(),
                known: of_all,
                equal: Vec::new(),
            }
        });
        each.collect()
    }
}

/// Puts the first `tied` schemas in the order of a rank, equal ones as they are. Returns how many are
/// equal to the first.
fn order<R: Ord + Copy>(
    schemas: &mut [&Schema],
    tied: usize,
    rank: impl Fn(&Schema) -> R,
) -> usize {
    let Some(tied @ [_, _, ..]) = schemas.get_mut(..tied) else {
        return tied;
    };
    let mut ranked: Vec<(R, &Schema)> = tied.iter().map(|it| (rank(it), *it)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let first = ranked.first().map(|(rank, _)| *rank);
    for (place, (_, schema)) in tied.iter_mut().zip(&ranked) {
        *place = schema;
    }
    let equal = ranked.iter().take_while(|(rank, _)| Some(*rank) == first);
    equal.count()
}

/// The scope of a schema that a filter is for, or the schema itself.
fn scope(schema: &Schema, names: &Names, made: &mut Scopes) -> Schema {
    let count = known(schema, names);
    let has_all = |scope: &&str| {
        let names = names.iter();
        names.filter(|name| schema.is_in_scope(name, scope)).count() == count
    };
    let first = schema.scopes().position(|scope| has_all(&scope));
    // The tokens of the first scope come first in the whole, which suggests all names.
    let Some(scope) = first
        .filter(|at| *at > 0)
        .and_then(|at| schema.scopes().nth(at))
    else {
        return schema.clone();
    };
    let name = format!("{}:{scope}", schema.name());
    let made = made.entry(name);
    let made = made.or_insert_with(|| schema.in_scope(scope).unwrap_or_else(|| schema.clone()));
    made.clone()
}

/// The names of the tokens of queries, in lower case, each with those of the groups around it. Of a
/// name that is too long to be known only the last part is kept.
fn names<'q>(queries: impl IntoIterator<Item = &'q Query>, longest: usize) -> Names {
    let mut names = Names::new();
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

fn known(schema: &Schema, names: &Names) -> usize {
    let known = names.iter().filter(|name| schema.token(name).is_some());
    known.count()
}

/// How unsure the sources are that the known tokens are from; the surest count nothing.
fn unsure(schema: &Schema, names: &Names) -> usize {
    let known = names.iter().filter_map(|name| schema.token(name));
    let unsure = known.map(|token| {
        let evidence = token.evidence().unwrap_or(Evidence::Documented);
        let at = Evidence::ALL.iter().position(|it| *it == evidence);
        at.unwrap_or_default()
    });
    unsure.sum()
}

/// How many of the names are unknown and nearly known.
fn near(schema: &Schema, names: &Names) -> usize {
    let unknown = names.iter().filter(|name| schema.token(name).is_none());
    let compared = unknown.take(COMPARED);
    let near = compared.filter(|name| schema.suggest(name).is_some());
    near.count()
}

/// How many of the queries the check refuses, and how many warnings the others have.
fn refused_and_warnings(schema: &Schema, queries: &[&Query]) -> (usize, usize) {
    // Any time will do: what `now` means does not tell schemas apart.
    let options = CheckOptions::at(DateTime::UNIX_EPOCH);
    let (mut refused, mut warnings) = (0, 0);
    for query in queries.iter().take(CHECKED) {
        match query.check_with(schema, &options) {
            Ok(checked) => warnings += checked.warnings().len(),
            Err(_) => refused += 1,
        }
    }
    (refused, warnings)
}
