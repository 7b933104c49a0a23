//! The rules one by one, and the property that core's own proposal breaks none.

use proptest::prelude::*;

use super::testing::{arb_config, arb_maybe_prior, arb_prior, arb_schema, completed, withheld};
use super::*;
use crate::framework::codec::msgpack;
use crate::framework::schema::SchemaKind;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_schemas_pass_their_check(schema in arb_schema()) {
        prop_assert_eq!(schema.check(SchemaKind::Resource), []);
    }

    #[test]
    fn the_proposal_without_write_only_values_is_a_legal_plan(
        (schema, prior, config) in arb_schema().prop_flat_map(|schema| {
            let values = (arb_maybe_prior(&schema), arb_config(&schema));
            (Just(schema), values).prop_map(|(schema, (prior, config))| (schema, prior, config))
        })
    ) {
        let planned = withheld(&schema, &proposed_new(&schema, &prior, &config));
        prop_assert_eq!(check_plan(&schema, &prior, &config, &planned), []);
        let new = completed(&schema, &planned);
        prop_assert_eq!(check_apply(&schema, &planned, &new), []);
        prop_assert_eq!(check_final_plan(&schema, &planned, &new), []);
    }

    #[test]
    fn what_was_applied_and_is_configured_the_same_needs_no_change(
        (schema, config) in arb_schema().prop_flat_map(|schema| {
            let config = arb_prior(&schema);
            (Just(schema), config)
        })
    ) {
        // A prior value is a legal configuration, but for what is only computed.
        let proposed = proposed_new(&schema, &config, &config);
        prop_assert_eq!(&proposed, &config);
    }

    #[test]
    fn values_of_schemas_survive_the_wire(
        (schema, config) in arb_schema().prop_flat_map(|schema| {
            let config = arb_config(&schema);
            (Just(schema), config)
        })
    ) {
        let bytes = msgpack::encode(&config, &schema.ty()).unwrap();
        prop_assert_eq!(msgpack::decode(&bytes, &schema.ty()).unwrap(), config);
    }
}
