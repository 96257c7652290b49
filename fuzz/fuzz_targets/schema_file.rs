//! Any text as a schema file is a schema, or is refused with places in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qualys_filter::Schema;

fuzz_target!(|text: &str| {
    match Schema::from_toml(text) {
        Ok(schema) => {
            for token in schema.tokens() {
                assert!(schema.token(token.name()).is_some());
            }
        }
        Err(errors) => {
            for error in &errors {
                assert!(text.get(error.span().range()).is_some(), "{error:?}");
            }
        }
    }
});
