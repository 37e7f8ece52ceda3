//! Lists, maps, optional and boxed values as shapes.

use std::collections::BTreeMap;

use super::{
    DeserializableList, DeserializableMap, DeserializableShape, ErrorCorrection, MemberSchema, SerdeError,
    SerializableList, SerializableMap, SerializableShape, ShapeDeserializer, ShapeSerializer,
};

impl<T: SerializableShape> SerializableShape for Vec<T> {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        serializer.write_list(schema, self)
    }
}

impl<T: SerializableShape> SerializableList for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn element(&self, index: usize) -> Option<&dyn SerializableShape> {
        match self.get(index) {
            Some(element) => Some(element),
            None => None,
        }
    }
}

impl<T: DeserializableShape + ErrorCorrection> DeserializableShape for Vec<T> {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        deserializer.read_list(schema, self)
    }
}

impl<T: DeserializableShape + ErrorCorrection> DeserializableList for Vec<T> {
    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }

    fn reserve(&mut self, additional: usize) {
        self.reserve_exact(additional);
    }

    fn push(&mut self) -> Option<&mut dyn DeserializableShape> {
        self.push(T::corrected());
        match self.last_mut() {
            Some(element) => Some(element),
            None => None,
        }
    }

    fn null_is_a_value(&self) -> bool {
        T::null_is_a_value()
    }

    fn element_size(&self) -> usize {
        size_of::<T>()
    }
}

impl<K: AsRef<str>, T: SerializableShape> SerializableShape for BTreeMap<K, T> {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        serializer.write_map(schema, self)
    }
}

impl<K: AsRef<str>, T: SerializableShape> SerializableMap for BTreeMap<K, T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn for_each(
        &self,
        visit: &mut dyn FnMut(&str, &dyn SerializableShape) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.iter().try_for_each(|(key, value)| visit(key.as_ref(), value))
    }
}

impl<K: for<'a> From<&'a str> + Ord, T: DeserializableShape + ErrorCorrection> DeserializableShape for BTreeMap<K, T> {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        deserializer.read_map(schema, self)
    }
}

impl<K: for<'a> From<&'a str> + Ord, T: DeserializableShape + ErrorCorrection> DeserializableMap for BTreeMap<K, T> {
    fn clear(&mut self) {
        self.clear();
    }

    fn insert(&mut self, key: &str) -> Option<&mut dyn DeserializableShape> {
        use std::collections::btree_map::Entry;
        Some(match self.entry(K::from(key)) {
            Entry::Vacant(entry) => entry.insert(T::corrected()),
            Entry::Occupied(entry) => {
                let value = entry.into_mut();
                *value = T::corrected();
                value
            }
        })
    }

    fn drop_null(&mut self, key: &str) {
        if !T::null_is_a_value() {
            self.remove(&K::from(key));
        }
    }

    fn entry_size(&self) -> usize {
        size_of::<K>() + size_of::<T>()
    }
}

impl<T: SerializableShape> SerializableShape for Option<T> {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        match self {
            Some(value) => value.serialize(schema, serializer),
            None => serializer.write_null(schema),
        }
    }
}

/// Null removes the value, but counts as an element, so that it is kept in a sparse list.
impl<T: DeserializableShape + ErrorCorrection> DeserializableShape for Option<T> {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        deserialize_option(self, schema, deserializer)
    }
}

/// A type-erased `Option`. Each type has its own copy of the method, so it is short.
trait OptionalSlot {
    /// Sets an empty value if `present`, and `None` otherwise. Returns the value.
    fn reset(&mut self, present: bool) -> Option<&mut dyn DeserializableShape>;
}

impl<T: DeserializableShape + ErrorCorrection> OptionalSlot for Option<T> {
    fn reset(&mut self, present: bool) -> Option<&mut dyn DeserializableShape> {
        *self = if present { Some(T::corrected()) } else { None };
        match self {
            Some(value) => Some(value),
            None => None,
        }
    }
}

fn deserialize_option(
    option: &mut dyn OptionalSlot,
    schema: &MemberSchema,
    deserializer: &mut dyn ShapeDeserializer,
) -> Result<bool, SerdeError> {
    let found = match option.reset(true) {
        Some(value) => value.deserialize(schema, deserializer)?,
        None => false,
    };
    if !found {
        option.reset(false);
    }
    Ok(true)
}

impl<T: SerializableShape> SerializableShape for Box<T> {
    fn serialize(&self, schema: &MemberSchema, serializer: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        (**self).serialize(schema, serializer)
    }
}

impl<T: DeserializableShape> DeserializableShape for Box<T> {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        let found = (**self).deserialize(schema, deserializer)?;
        if found {
            deserializer.claim(size_of::<T>())?;
        }
        Ok(found)
    }
}
