//! Whole requests: what the builder writes is read back as what was asked for.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use qualys_filter::build::{Order, RequestDraft, request, token};
use qualys_filter::schema::SortForm;
use qualys_filter::{Query, Schema};
use serde_json::{Value, json};

/// The parameters of a URL's query, decoded.
fn decoded(query: &str) -> HashMap<String, String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn whole(schema: &Schema) -> RequestDraft {
    request(schema.product())
        .filter(token("type").is("FILE"))
        .sort("event.dateTime", Order::Descending)
        .group_by("process.name")
        .group_by("file.name")
        .page_number(1)
        .page_size(20)
        .state(false)
}

#[test]
fn each_product_has_its_own_form() {
    let sorted = r#"[{"event.dateTime":"desc"}]"#;
    for (schema, filter, sort) in [
        (Schema::edr(), "filter", sorted),
        (Schema::fim(), "filter", sorted),
        (
            Schema::built_in("cs").unwrap(),
            "filter",
            "event.dateTime:desc",
        ),
    ] {
        let request = whole(schema).build().unwrap();
        let body: Value = serde_json::from_str(&request.to_json()).unwrap();
        let right = json!({
            filter: "type:`FILE`", "sort": sort, "groupBy": "process.name,file.name",
            "pageNumber": 1, "pageSize": 20, "state": false,
        });
        assert_eq!(body, right, "{}", schema.name());
    }
    for schema in [
        Schema::built_in("vmdr").unwrap(),
        Schema::built_in("pm").unwrap(),
    ] {
        let request = request(schema.product())
            .filter(token("type").is("FILE"))
            .second_filter(token("severity").is(5));
        let params = request.build().unwrap().to_query_params();
        let params: Vec<_> = params.iter().map(|(n, v)| (&**n, &**v)).collect();
        assert_eq!(
            params,
            [("query", "type:`FILE`"), ("havingQuery", "severity:5")]
        );
    }
}

#[test]
fn what_a_product_cannot_take_is_an_error() {
    let code = |draft: RequestDraft| {
        let errors = draft.build().unwrap_err();
        let codes = errors.iter().map(|error| error.code().name().to_owned());
        codes.collect::<Vec<_>>().join(" ")
    };
    let edr = || request(Schema::edr().product());
    let cs = || request(Schema::built_in("cs").unwrap().product());
    let csam = || request(Schema::built_in("csam").unwrap().product());
    let ordered = |draft: RequestDraft| draft.sort("created", Order::Ascending);
    assert_eq!(code(edr().second_filter(token("a").is(1))), "second_filter");
    assert_eq!(code(ordered(csam())), "sort");
    assert_eq!(code(ordered(ordered(cs()))), "sort");
    assert_eq!(code(cs().page_number(0)), "page_number");
    assert_eq!(code(cs().page_size(1001)), "page_size");
    assert_eq!(code(edr().page_size(0)), "page_size");
    assert_eq!(code(edr().group_by("a,b")), "token_name");
    assert_eq!(code(edr().sort("a\"", Order::Ascending)), "token_name");
    assert_eq!(code(edr().filter(token("a").is("`"))), "backtick");
    assert!(cs().page_number(1).page_size(1000).build().is_ok());
    assert!(edr().page_number(0).page_size(1_000_000).build().is_ok());

    let mut product = Schema::built_in("csam").unwrap().product().clone();
    product.requests.sort = Some(SortForm::Json);
    let request = ordered(request(&product)).build().unwrap();
    assert_eq!(request.to_json(), r#"{"sort":"[{\"created\":\"asc\"}]"}"#);
}

#[test]
fn nothing_is_written_that_was_not_set() {
    let request = request(Schema::edr().product()).build().unwrap();
    assert_eq!(
        (request.to_json().as_str(), request.to_query_string()),
        ("{}", String::new())
    );
}

#[test]
fn requests_are_inherited_key_by_key() {
    let text = "extends = \"cs\"\n[product.requests]\nlargest_page = 50\nfilter = \"q\"\n";
    let schema = Schema::from_toml(text).unwrap();
    let requests = &schema.product().requests;
    assert_eq!(requests.largest_page, Some(50));
    assert_eq!(
        (requests.first_page, requests.sort),
        (Some(1), Some(SortForm::Colon))
    );
    assert_eq!(requests.filter_name(), "q");
    for wrong in [
        "largest_page = 0",
        "sort = \"csv\"",
        "filters = \"q\"",
        "first_page = -1",
    ] {
        let text = format!("[product.requests]\n{wrong}\n");
        let errors = Schema::from_toml(&text).unwrap_err();
        let codes: Vec<_> = errors
            .iter()
            .map(|error| error.diagnostic().code().name())
            .collect();
        assert_eq!(codes, ["toml"], "{wrong}");
    }
}

proptest! {
    /// Whatever goes in, every parameter comes out of both forms as it was meant, and no other.
    #[test]
    fn both_forms_are_read_back(
        value in "[^`]{0,12}", name in "[\\PC\u{0}-\u{1f}\"\\\\&=]{0,6}", size in 1..2000_u32,
    ) {
        let mut product = Schema::edr().product().clone();
        product.requests.filter = Some(name.clone());
        let filter = token("file.name").is(value.as_str());
        let Ok(query) = filter.clone().build() else { return Ok(()) };
        prop_assume!(name != "pageSize" && name != "sort");
        let request = request(&product)
            .filter(filter)
            .sort("file.name", Order::Ascending)
            .page_size(size)
            .build()
            .unwrap();
        let body: Value = serde_json::from_str(&request.to_json()).unwrap();
        let params = decoded(&request.to_query_string());
        prop_assert_eq!(params.len(), 3);
        prop_assert_eq!(body.as_object().unwrap().len(), 3);
        let text = body[&name].as_str().unwrap();
        prop_assert_eq!(text, &params[&name]);
        prop_assert_eq!(text.parse::<Query>().unwrap(), query);
        let sort: Value = serde_json::from_str(body["sort"].as_str().unwrap()).unwrap();
        prop_assert_eq!(sort, json!([{"file.name": "asc"}]));
        prop_assert_eq!(&params["pageSize"], &size.to_string());
    }
}
