//! Every engine gives the answer of the reference evaluator, which shares nothing with them but the parser's tree, on generated schemas, filters and events.
#![no_main]

use libfuzzer_sys::fuzz_target;
use testkit::reference::compare::Comparison;
use testkit::reference::generate::Dice;

fuzz_target!(|bytes: &[u8]| {
    let mut comparison = Comparison::default();
    comparison.round(&mut Dice::bytes(bytes), 1, 2);
    if let Some(difference) = comparison.differences.first() {
        panic!("{difference}");
    }
});
