//! Deserialization of unions, for codecs whose unions are objects or maps.

use std::borrow::Cow;

use crate::schema::{DeserializableUnion, MemberSchema, SerdeError, ShapeDeserializer};

/// Deserializes the members of a union.
///
/// `next` returns the name of the next member whose value is not null. `is_named` returns whether a member has the
/// given name in the data format. `skip` skips a value.
pub(super) fn deserialize<'a, D: ShapeDeserializer>(
    deserializer: &mut D,
    union: &mut dyn DeserializableUnion,
    mut next: impl FnMut(&mut D) -> Result<Option<Cow<'a, str>>, SerdeError>,
    is_named: impl Fn(&MemberSchema, &str) -> bool,
    skip: impl Fn(&mut D) -> Result<(), SerdeError>,
) -> Result<(), SerdeError> {
    let schema = union.schema();
    let (mut known, mut unknown) = (None, None);
    while let Some(name) = next(deserializer)? {
        let Some(index) = schema.index_of(0, |member| is_named(member, &name)) else {
            skip(deserializer)?;
            // Servers may add a member `__type` with the name of the union's type.
            unknown = Some(name).filter(|name| name != "__type").or(unknown);
            continue;
        };
        if known.replace(index).is_some_and(|other| other != index) {
            return Err(SerdeError::new("more than one member of the union is set"));
        }
        match (union.slot(index), schema.members.get(index)) {
            (Some(slot), Some(member)) => {
                slot.deserialize(member, deserializer).map_err(|error| error.within(schema, member))?;
            }
            _ => skip(deserializer)?,
        }
    }
    // A union has exactly one member. An object without members becomes an unknown member with an empty name, as in
    // client error correction, so that the union remains in its list or map.
    if known.is_none() {
        union.set_unknown(&unknown.unwrap_or_default());
    }
    Ok(())
}
