//! Schemas and signatures, to protobuf.

use std::borrow::Cow;

use super::super::proto::tfplugin6 as pb;
use crate::framework::function::{Parameter, Signature};
use crate::framework::schema::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Object, Schema};
use crate::framework::server::{IdentityAttribute, IdentitySchema};

pub(super) fn schema(schema: &Schema) -> pb::Schema {
    // The block is there even when empty: Terraform crashes without it.
    pb::Schema { version: schema.version, block: Some(block(&schema.block)) }
}

pub(super) fn identity(schema: &IdentitySchema) -> pb::ResourceIdentitySchema {
    let attribute = |a: &IdentityAttribute| pb::resource_identity_schema::IdentityAttribute {
        name: a.name.to_owned(),
        r#type: a.ty.to_bytes().into(),
        required_for_import: a.required_for_import,
        optional_for_import: !a.required_for_import,
        description: a.description.clone(),
    };
    pb::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: schema.attributes.iter().map(attribute).collect(),
    }
}

pub(super) fn function(signature: &Signature) -> pb::Function {
    pb::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: signature.variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return { r#type: signature.returns.to_bytes().into() }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: MARKDOWN,
        deprecation_message: signature.deprecated.unwrap_or_default().to_owned(),
    }
}

fn parameter(parameter: &Parameter) -> pb::function::Parameter {
    pb::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: parameter.ty.to_bytes().into(),
        allow_null_value: parameter.allow_null,
        allow_unknown_values: parameter.allow_unknown,
        description: parameter.description.to_owned(),
        description_kind: MARKDOWN,
    }
}

fn block(block: &Block) -> pb::schema::Block {
    pb::schema::Block {
        // The version that counts is the schema's.
        version: 0,
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.description.to_string(),
        description_kind: MARKDOWN,
        deprecated: block.deprecated.is_some(),
        deprecation_message: deprecation(block.deprecated.as_ref()),
        computed: false,
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    let (ty, nested_type) = match &attribute.kind {
        AttributeKind::Plain(ty) => (ty.to_bytes(), None),
        AttributeKind::Nested(nesting, nested) => (Vec::new(), Some(object(*nesting, nested))),
    };
    pb::schema::Attribute {
        name: attribute.name.to_string(),
        r#type: ty.into(),
        nested_type,
        description: attribute.description.to_string(),
        required: attribute.required,
        optional: attribute.optional,
        computed: attribute.computed,
        sensitive: attribute.sensitive,
        description_kind: MARKDOWN,
        deprecated: attribute.deprecated.is_some(),
        write_only: attribute.write_only,
        deprecation_message: deprecation(attribute.deprecated.as_ref()),
    }
}

fn object(nesting: Nesting, object: &Object) -> pb::schema::Object {
    use pb::schema::object::NestingMode;

    pb::schema::Object {
        attributes: object.attributes.iter().map(attribute).collect(),
        nesting: match nesting {
            Nesting::Single => NestingMode::Single,
            Nesting::List => NestingMode::List,
            Nesting::Set => NestingMode::Set,
            Nesting::Map => NestingMode::Map,
        }
        .into(),
        min_items: 0,
        max_items: 0,
    }
}

fn nested_block(nested: &NestedBlock) -> pb::schema::NestedBlock {
    use pb::schema::nested_block::NestingMode;

    pb::schema::NestedBlock {
        type_name: nested.name.to_string(),
        block: Some(block(&nested.block)),
        nesting: match nested.nesting {
            BlockNesting::Single => NestingMode::Single,
            BlockNesting::List => NestingMode::List,
            BlockNesting::Set => NestingMode::Set,
            BlockNesting::Map => NestingMode::Map,
            BlockNesting::Group => NestingMode::Group,
        }
        .into(),
        min_items: nested.min_items,
        max_items: nested.max_items,
    }
}

fn deprecation(deprecated: Option<&Cow<'static, str>>) -> String {
    deprecated.map(ToString::to_string).unwrap_or_default()
}

/// All our texts are Markdown.
const MARKDOWN: i32 = pb::StringKind::Markdown as i32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::types::Type;

    #[test]
    fn every_flag_of_an_attribute_is_told() {
        let mut plain = Attribute::new("key", AttributeKind::Plain(Type::list(Type::String)));
        assert_eq!(
            attribute(&plain),
            pb::schema::Attribute {
                name: "key".into(),
                r#type: r#"["list","string"]"#.into(),
                description_kind: 1,
                ..Default::default()
            }
        );
        (plain.required, plain.optional, plain.computed) = (true, true, true);
        (plain.sensitive, plain.write_only) = (true, true);
        plain.description = "A *key*.".into();
        plain.deprecated = Some("Use `secret`.".into());
        assert_eq!(
            attribute(&plain),
            pb::schema::Attribute {
                name: "key".into(),
                r#type: r#"["list","string"]"#.into(),
                nested_type: None,
                description: "A *key*.".into(),
                required: true,
                optional: true,
                computed: true,
                sensitive: true,
                description_kind: 1,
                deprecated: true,
                write_only: true,
                deprecation_message: "Use `secret`.".into(),
            }
        );
    }

    #[test]
    fn nested_attributes_have_no_type_of_their_own() {
        for (nesting, expected) in [(Nesting::Single, 1), (Nesting::List, 2), (Nesting::Set, 3), (Nesting::Map, 4)] {
            let inner = Object {
                attributes: vec![Attribute::new("a", AttributeKind::Plain(Type::Bool))],
                ..Default::default()
            };
            let nested = attribute(&Attribute::new("n", AttributeKind::Nested(nesting, inner)));
            assert!(nested.r#type.is_empty());
            let object = nested.nested_type.unwrap();
            assert_eq!((object.nesting, object.attributes.len()), (expected, 1));
        }
    }

    #[test]
    fn blocks_keep_their_nesting_and_limits() {
        for (nesting, expected) in [
            (BlockNesting::Single, 1),
            (BlockNesting::List, 2),
            (BlockNesting::Set, 3),
            (BlockNesting::Map, 4),
            (BlockNesting::Group, 5),
        ] {
            let nested = NestedBlock { name: "b".into(), block: Block::default(), nesting, min_items: 1, max_items: 2 };
            let nested = nested_block(&nested);
            assert_eq!((nested.nesting, nested.min_items, nested.max_items), (expected, 1, 2));
            assert!(nested.block.is_some());
        }
    }

    #[test]
    fn identity_attributes_are_required_or_optional() {
        let attribute = |required_for_import| IdentityAttribute {
            name: "id",
            ty: Type::String,
            required_for_import,
            description: "The id.".into(),
        };
        let schema = identity(&IdentitySchema { version: 3, attributes: vec![attribute(true), attribute(false)] });
        let flags =
            |a: &pb::resource_identity_schema::IdentityAttribute| (a.required_for_import, a.optional_for_import);
        assert_eq!(schema.version, 3);
        assert_eq!(schema.identity_attributes.iter().map(flags).collect::<Vec<_>>(), [(true, false), (false, true)]);
    }

    #[test]
    fn a_signature_always_has_its_result() {
        let parameter =
            Parameter { name: "p", ty: Type::Number, allow_null: true, allow_unknown: false, description: "d" };
        let signature = Signature {
            parameters: vec![parameter.clone()],
            variadic: Some(parameter),
            returns: Type::Dynamic,
            summary: "s",
            description: "t",
            deprecated: Some("old"),
        };
        let function = function(&signature);
        assert_eq!(function.r#return.unwrap().r#type, r#""dynamic""#);
        assert_eq!(function.deprecation_message, "old");
        assert_eq!(function.variadic_parameter.as_ref(), function.parameters.first());
        assert!(function.parameters[0].allow_null_value && !function.parameters[0].allow_unknown_values);
    }
}
