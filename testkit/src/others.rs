//! Filters written by others, with the app that each is for.

/// A filter that others wrote.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// What its source says that it is for.
    pub app: &'static str,
    /// Whether a page of Qualys shows it.
    pub is_official: bool,
    pub text: &'static str,
}

impl Written {
    /// The built-in schema of its app, if there is one.
    ///
    /// AssetView is the name of CSAM and of VMDR before they had two; the page that shows its filters
    /// shows those of VMDR.
    pub fn schema(&self) -> Option<&'static str> {
        match self.app.split('+').next()? {
            "CS" => Some("cs"),
            "CSAM" | "GAV" | "CloudAsset" => Some("csam"),
            "EDR" | "EDR (Sigma)" => Some("edr"),
            "ETM" => Some("etm"),
            "FIM" => Some("fim"),
            "PM" => Some("pm"),
            "TotalCloud" | "CloudView" => Some("totalcloud"),
            "VMDR" | "VM" | "AssetView" => Some("vmdr"),
            "VMDR-OT" => Some("vmdr-ot"),
            _ => None,
        }
    }
}

/// All of them, in the order of the files.
pub fn others() -> Vec<Written> {
    let first = include_str!("../../tests/data/written-by-others.tsv");
    let second = include_str!("../../tests/data/filters-2.tsv");
    let lines = first.lines().skip(1).chain(second.lines().skip(1));
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let (app, evidence, text) = (next(), next(), next());
        let is_official = evidence == "official";
        Written {
            app,
            is_official,
            text,
        }
    };
    lines.map(row).collect()
}
