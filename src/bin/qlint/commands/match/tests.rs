//! Files of any form, by chance.

use proptest::prelude::*;

use super::whole::Case;

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_way_of_reading_finds_what_the_whole_text_has(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let case = Case::new(&bytes);
        case.check(&case.run(|read| read()));
    }
}
