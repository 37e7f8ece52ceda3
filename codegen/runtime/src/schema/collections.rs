//! Implementations of the shape traits for lists, maps, optional values and boxed values.

use std::collections::BTreeMap;

use super::{
    DeserializableList, DeserializableMap, DeserializableShape, ErrorCorrection, MemberSchema, SerdeError,
    SerializableList, SerializableMap, SerializableShape, ShapeDeserializer, ValueRef,
};

impl<T: SerializableShape> SerializableShape for Vec<T> {
    fn as_value(&self) -> ValueRef<'_> {
        ValueRef::List(self)
    }
}

impl<T: SerializableShape> SerializableList for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn element(&self, index: usize) -> ValueRef<'_> {
        match self.get(index) {
            Some(element) => element.as_value(),
            None => ValueRef::Null,
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
    fn as_value(&self) -> ValueRef<'_> {
        ValueRef::Map(self)
    }
}

impl<K: AsRef<str>, T: SerializableShape> SerializableMap for BTreeMap<K, T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn for_each(&self, visit: &mut dyn FnMut(&str, ValueRef<'_>) -> Result<(), SerdeError>) -> Result<(), SerdeError> {
        self.iter().try_for_each(|(key, value)| visit(key.as_ref(), value.as_value()))
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
    // This is not inlined, because the code of a structure would otherwise contain a copy for each member.
    #[inline(never)]
    fn as_value(&self) -> ValueRef<'_> {
        match self {
            Some(value) => value.as_value(),
            None => ValueRef::Null,
        }
    }
}

/// Null sets the option to `None`. In a sparse list, `None` is an element like any other.
impl<T: DeserializableShape + ErrorCorrection> DeserializableShape for Option<T> {
    fn deserialize(
        &mut self,
        schema: &MemberSchema,
        deserializer: &mut dyn ShapeDeserializer,
    ) -> Result<bool, SerdeError> {
        deserialize_option(self, schema, deserializer)
    }
}

/// A type-erased `Option`. The methods are compiled for each type, so they must be small. They avoid assignments,
/// because an assignment also drops the old value and handles a panic, which takes more code than the rest of the
/// method.
trait OptionalSlot {
    /// Sets the option to `None`.
    fn clear(&mut self);

    /// Stores an empty value in the option and returns a reference to it. The option must be `None`, because an
    /// existing value would not be dropped.
    fn fill(&mut self) -> Option<&mut dyn DeserializableShape>;
}

impl<T: DeserializableShape + ErrorCorrection> OptionalSlot for Option<T> {
    fn clear(&mut self) {
        if self.is_some() {
            drop(self.take());
        }
    }

    fn fill(&mut self) -> Option<&mut dyn DeserializableShape> {
        std::mem::forget(self.replace(T::corrected()));
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
    // An earlier member with the same name may already have set the value.
    option.clear();
    let Some(value) = option.fill() else { return Ok(true) };
    let found = value.deserialize(schema, deserializer);
    // A malformed value is removed too. Otherwise, a modeled error, which keeps its other members, would contain it.
    if !matches!(found, Ok(true)) {
        option.clear();
    }
    found?;
    Ok(true)
}

impl<T: SerializableShape> SerializableShape for Box<T> {
    fn as_value(&self) -> ValueRef<'_> {
        (**self).as_value()
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
