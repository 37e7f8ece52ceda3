//! Converts JSON values to values of Rust types. The JSON values come from the model's examples, or are synthesized.

use serde_json::{Map, Value};

use super::super::{literal, shape::Types};
use crate::{
    ir::{
        Element, ExampleElement, ExampleStructure, ExampleUnion, ExampleValue, Item, Literal, Structure, Type, TypeRef,
    },
    number,
};

/// Converts JSON to values of the crate's types.
pub(super) struct ExampleValues<'t>(pub(super) &'t Types);

impl ExampleValues<'_> {
    /// Converts an object to a structure. Returns `None` if it does not match the structure.
    ///
    /// Empty optional collections are omitted. Idempotency tokens are omitted as well, since the client generates them.
    pub(super) fn structure(
        &self,
        structure: &Structure,
        ty: TypeRef,
        json: &Map<String, Value>,
    ) -> Option<ExampleStructure> {
        let known = |key: &String| structure.members.iter().any(|member| member.name.wire == *key);
        if !json.keys().all(known) {
            return None;
        }
        let arguments = structure
            .required()
            .map(|member| self.value(json.get(&member.name.wire)?, &member.ty))
            .collect::<Option<Vec<ExampleValue>>>()?;
        let sets = structure
            .settable()
            .filter(|member| !member.idempotency_token)
            .filter_map(|member| Some((member, json.get(&member.name.wire)?)))
            .filter(|(_, value)| !value.is_null() && !is_empty(value))
            .map(|(member, value)| Some((member.name.clone(), self.value(value, &member.ty)?)))
            .collect::<Option<Vec<_>>>()?;
        Some(ExampleStructure { ty, arguments, sets })
    }

    /// Converts a JSON value to a value of the given type. Returns `None` if the JSON value does not match the type.
    fn value(&self, json: &Value, ty: &Type) -> Option<ExampleValue> {
        match ty {
            Type::Enum(path) => self.text(json.as_str()?, path),
            Type::IntEnum(path) => self.number(number::integer(json)?.try_into().ok()?, path),
            Type::Structure(path) => {
                let Item::Structure(structure) = self.0.item(path)? else { return None };
                self.structure(structure, path.clone(), json.as_object()?).map(ExampleValue::Structure)
            }
            Type::Union(path) => self.union(json.as_object()?, path),
            Type::List(element) => {
                let list = json.as_array()?;
                if list.is_empty() {
                    return Some(ExampleValue::Empty(ty.clone()));
                }
                list.iter().map(|json| self.element(json, element)).collect::<Option<_>>().map(ExampleValue::List)
            }
            Type::Map(key, element) => {
                let map = json.as_object()?;
                if map.is_empty() {
                    return Some(ExampleValue::Empty(ty.clone()));
                }
                let entry = |(name, json): (&String, &Value)| {
                    Some((self.value(&Value::String(name.clone()), key)?, self.element(json, element)?))
                };
                map.iter().map(entry).collect::<Option<_>>().map(ExampleValue::Map)
            }
            // Null is a valid document, but not a valid value of any other type.
            Type::Document => Some(ExampleValue::Simple(Literal::Document(json.clone()), Type::Document)),
            simple => Some(ExampleValue::Simple(literal::of(json, simple).ok()??, simple.clone())),
        }
    }

    fn element(&self, json: &Value, element: &Element) -> Option<ExampleElement> {
        Some(match (element.sparse, json) {
            (true, Value::Null) => ExampleElement::Sparse(None),
            (true, json) => ExampleElement::Sparse(Some(self.value(json, &element.ty)?)),
            (false, json) => ExampleElement::Dense(self.value(json, &element.ty)?),
        })
    }

    fn text(&self, text: &str, path: &TypeRef) -> Option<ExampleValue> {
        let Item::Enumeration(item) = self.0.item(path)? else { return None };
        let known = item.variants.iter().find(|variant| variant.value == text);
        Some(match known {
            Some(variant) => ExampleValue::Variant(path.clone(), variant.name.rust.clone()),
            None => ExampleValue::UnknownText(path.clone(), text.to_owned()),
        })
    }

    fn number(&self, number: i32, path: &TypeRef) -> Option<ExampleValue> {
        let Item::IntEnumeration(item) = self.0.item(path)? else { return None };
        let known = item.variants.iter().find(|variant| variant.value == number);
        Some(match known {
            Some(variant) => ExampleValue::Variant(path.clone(), variant.name.rust.clone()),
            None => ExampleValue::UnknownNumber(path.clone(), number),
        })
    }

    fn union(&self, json: &Map<String, Value>, path: &TypeRef) -> Option<ExampleValue> {
        let Item::Union(item) = self.0.item(path)? else { return None };
        let mut set = json.iter().filter(|(_, value)| !value.is_null());
        let ((name, value), None) = (set.next()?, set.next()) else { return None };
        let member = item.members.iter().find(|member| member.name.wire == *name)?;
        let value = match &member.ty {
            Some(ty) => Some(self.value(value, ty)?),
            None => None,
        };
        Some(ExampleValue::Union(Box::new(ExampleUnion {
            ty: path.clone(),
            variant: member.name.rust.clone(),
            value,
            boxed: member.boxed,
        })))
    }
}

fn is_empty(json: &Value) -> bool {
    json.as_array().is_some_and(Vec::is_empty) || json.as_object().is_some_and(Map::is_empty)
}
