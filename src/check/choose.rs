//! Which schema a filter is written for: the one that knows most of its tokens.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use chrono::DateTime;

use super::checked::Checked;
use super::finding::{Finding, FindingKind};
use super::options::CheckOptions;
use super::scope::DottedName;
use crate::schema::{Evidence, Schema};
use crate::syntax::{ExprKind, Query, Step};

/// Chooses, for queries that name no schema, the one that they are written for.
///
/// Of the candidates it takes the one that
///
/// 1. knows the most of the different tokens in the queries;
/// 2. of equal ones, refuses the fewest of the queries when it checks them, or would but for
///    [a guess](crate::schema::Token::is_kind_guessed);
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
    decided: bool,
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
        self.decided
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
        let names = queries.iter().flat_map(|query| self.names(query));
        self.choose_by(&names.collect(), &queries, &mut Scopes::new())
    }

    fn choose_by(&self, names: &Names, queries: &[&Query], scopes: &mut Scopes) -> Choice {
        let counts = self.candidates.iter().map(|it| (known(it, names), it));
        let counts: Vec<(usize, &Schema)> = counts.collect();
        let most = counts.iter().map(|(count, _)| *count).max();
        let most = most.unwrap_or_default();
        let equal = counts.iter().filter(|(count, _)| *count == most);
        let mut equal: Vec<&Schema> = equal.map(|(_, schema)| *schema).collect();
        if most == 0 {
            // Only one that has a name which is nearly one of these is a candidate at all.
            let near = equal.into_iter().map(|it| (near(it, names), it));
            let mut near: Vec<_> = near.filter(|(count, _)| *count > 0).collect();
            near.sort_by_key(|(count, _)| Reverse(*count));
            equal = near.into_iter().map(|(_, schema)| schema).collect();
        } else if equal.len() > 1 {
            let tied = order(&mut equal, |it| fit(it, names, queries));
            if let Some(tied @ [_, _, ..]) = equal.get_mut(..tied) {
                order(tied, |it| Reverse(near(it, names)));
            }
        }
        let best = equal.first().copied();
        Choice {
            schema: match best {
                Some(best) => scope(best, names, scopes),
                None => Schema::undecided().clone(),
            },
            decided: best.is_some(),
            tokens: names.len(),
            known: most,
            equal: equal.into_iter().skip(1).cloned().collect(),
        }
    }

    /// The schemas to choose among.
    pub fn candidates(&self) -> &[Schema] {
        &self.candidates
    }

    fn names(&self, query: &Query) -> Names {
        let longest = self.candidates.iter().map(Schema::longest_name);
        // A longer name may be a misspelt one.
        names(query, longest.max().unwrap_or_default() + 2)
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
        let names: Vec<Names> = queries.iter().map(|query| self.names(query)).collect();
        let together = names.iter().flatten().cloned().collect();
        let all = self.choose_by(&together, &queries, &mut scopes);
        let whole = all.schema.whole();
        let each = queries.iter().zip(&names).map(|(query, names)| {
            let of_all = known(whole, names);
            let best = self.candidates.iter().map(|it| known(it, names)).max();
            if best.unwrap_or_default() > of_all {
                return self.choose_by(names, &[query], &mut scopes);
            }
            Choice {
                schema: scope(whole, names, &mut scopes),
                decided: all.decided,
                tokens: names.len(),
                known: of_all,
                equal: Vec::new(),
            }
        });
        each.collect()
    }
}

/// Puts schemas in the order of a rank, equal ones as they are. Returns how many are equal to the first.
fn order<R: Ord>(schemas: &mut [&Schema], rank: impl Fn(&Schema) -> R) -> usize {
    let mut ranked: Vec<(R, &Schema)> = schemas.iter().map(|it| (rank(it), *it)).collect();
    ranked.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (place, (_, schema)) in schemas.iter_mut().zip(&ranked) {
        *place = schema;
    }
    let first = ranked.first().map(|(rank, _)| rank);
    let equal = ranked.iter().take_while(|(rank, _)| Some(rank) == first);
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

/// The names of the tokens of a query, in lower case, each with those of the groups around it. Of a
/// name that is too long to be known only the last part is kept.
fn names(query: &Query, longest: usize) -> Names {
    let mut names = Names::new();
    let mut around = DottedName::default();
    for step in query.walk() {
        let (Step::Enter(id) | Step::Leave(id)) = step;
        match (&query.expr(id).kind, step) {
            (ExprKind::Nested(token, _), Step::Enter(_)) => around.push(&token.text),
            (ExprKind::Nested(..), Step::Leave(_)) => around.pop(),
            (ExprKind::Clause(clause), Step::Enter(_)) => {
                let last = &clause.token.text;
                let full = around.full(last, longest);
                let mut name = full.unwrap_or_else(|| format!("….{last}"));
                name.make_ascii_lowercase();
                names.insert(name);
            }
            _ => {}
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

/// Whether the query asks something that does not fit a kind which is only a guess.
fn fits_no_guess(checked: &Checked) -> bool {
    let mut kinds = checked.warnings().iter().map(Finding::kind);
    kinds.any(|kind| matches!(kind, FindingKind::GuessedKind { .. }))
}

/// How well a schema fits queries of which it knows as many tokens as others: how many it refuses, how
/// unsure its tokens are, and how many warnings the other queries have. The best is the least.
fn fit(schema: &Schema, names: &Names, queries: &[&Query]) -> (usize, usize, usize) {
    // Any time will do: what `now` means does not tell schemas apart.
    let options = CheckOptions::at(DateTime::UNIX_EPOCH);
    let (mut refused, mut warnings) = (0, 0);
    for query in queries.iter().take(CHECKED) {
        match query.check_with(schema, &options) {
            Ok(checked) if !fits_no_guess(&checked) => warnings += checked.warnings().len(),
            Ok(_) | Err(_) => refused += 1,
        }
    }
    (refused, unsure(schema, names), warnings)
}
