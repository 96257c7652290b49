//! A net such as `10.0.0.0/8`, which only this toolkit takes.

use std::net::{IpAddr, Ipv6Addr};

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::Kind;
use crate::syntax::Condition;
use crate::value::Net;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::net_value",
        Level::Warning,
        FixAvailability::Safe,
        "a net, `10.0.0.0/8`, which Qualys does not document",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for nets as values of address tokens.

## Why

No page of Qualys shows that the service takes nets. A range of addresses, which it does, says the same.

## Example

```qql-lint edr
network.remote.address.ip:10.0.0.0/8
```

## Use instead

```qql edr
network.remote.address.ip:[10.0.0.0 .. 10.255.255.255]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.values().filter_map(|(seen, clause, literal)| {
        let net: Net = literal.text.parse().ok()?;
        if net.is_single() || seen.kind() != Kind::Ip {
            return None;
        }
        let range = format!("[{} .. {}]", shown(net.first()), shown(net.last()));
        let diagnostic = RULE
            .diagnostic(literal.span, "Qualys does not document CIDR notation here")
            .with_label("a net")
            .with_help(format!("write the range: `token:{range}`"));
        Some(match &clause.condition {
            Condition::Value(_) => diagnostic.with_fix(Fix::new(
                Applicability::Safe,
                vec![Edit::replace(literal.span, range)],
            )),
            _ => diagnostic,
        })
    });
    diagnostics.collect()
}

fn shown(address: u128) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from_bits(address)).to_canonical()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "net_value",
            "network.remote.address.ip:'10.1.2.3/8'",
            "network.remote.address.ip:[10.0.0.0 .. 10.255.255.255]",
        );
        fixed(
            "net_value",
            "network.remote.address.ip:fe80::/10",
            "network.remote.address.ip:[fe80:: .. febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
        );
        bad(
            "net_value",
            "network.remote.address.ip:[10.0.0.0/8, 1.1.1.1]",
            "10.0.0.0/8",
        );
        good(
            "net_value",
            &[
                "network.remote.address.ip:10.0.0.1",
                "file.name:'10.0.0.0/8'",
                "network.remote.address.ip:10.0.0.1/32",
            ],
        );
    }
}
