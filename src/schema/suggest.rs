//! "Did you mean": the nearest of the names that exist.

/// The name nearest to `wrong`, ignoring case, if it is near enough to be meant: by
/// Damerau-Levenshtein at most two edits away, at most one if either has fewer than six characters.
///
/// ```
/// use qualys_filter::schema::suggest;
///
/// let names = ["file.name", "file.path"];
/// assert_eq!(suggest("file.nmae", names), Some("file.name"));
/// assert_eq!(suggest("registry.path", names), None);
/// ```
pub fn suggest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    surest(wrong, names.into_iter().map(|name| (name, ())))
}

/// The same, of names that are not equally sure: of several equally near the least by its rank.
pub(super) fn surest<'n, R: Ord>(
    wrong: &str,
    names: impl IntoIterator<Item = (&'n str, R)>,
) -> Option<&'n str> {
    let wrong = wrong.to_lowercase();
    let length = wrong.chars().count();
    let distance = |name: &str| {
        let other = name.chars().count();
        let most = if length.min(other) < 6 { 1 } else { 2 };
        // The distance is at least the difference in length, and costs the product of the lengths.
        if length.abs_diff(other) > most {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&wrong, &name.to_lowercase());
        (distance <= most).then_some(distance)
    };
    let near = names
        .into_iter()
        .filter_map(|(name, rank)| Some(((distance(name)?, rank), name)));
    near.min_by(|(one, _), (other, _)| one.cmp(other))
        .map(|(_, name)| name)
}
