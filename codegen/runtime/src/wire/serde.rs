//! The seam to serde: its deserializers as sources, its serializers as outputs.

use std::fmt;

use serde_core::{
    de::{Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
    ser::{Serialize, SerializeMap, SerializeSeq, Serializer},
};
use serde_json::value::RawValue;

use super::{
    Decode, Document, Elements, Encode, EncodeList, EncodeMembers, Error, ListOut, Members, Object, ObjectOut, Out,
    Sink, Source,
};

/// A deserializer as a source. It can be read once.
pub(super) struct From<D>(Option<D>);

/// A deserializer as a source.
pub(crate) fn source<'de, D: Deserializer<'de>>(deserializer: D) -> impl Source {
    From::new(deserializer)
}

impl<D> From<D> {
    pub(super) fn new(deserializer: D) -> Self {
        Self(Some(deserializer))
    }
}

impl<'de, D: Deserializer<'de>> Source for From<D> {
    fn read(&mut self, sink: &mut dyn Sink) -> Result<(), Error> {
        let deserializer = self.0.take().ok_or_else(read_twice)?;
        deserializer.deserialize_any(Into(sink)).map_err(Error::new)
    }

    fn raw(&mut self) -> Result<Box<RawValue>, Error> {
        let deserializer = self.0.take().ok_or_else(read_twice)?;
        Box::<RawValue>::deserialize(deserializer).map_err(Error::new)
    }

    fn document(&mut self) -> Result<Document, Error> {
        let deserializer = self.0.take().ok_or_else(read_twice)?;
        Document::deserialize(deserializer).map_err(Error::new)
    }
}

#[cold]
fn read_twice() -> Error {
    Error::new("a value is read twice")
}

/// A sink as a visitor.
struct Into<'a>(&'a mut dyn Sink);

impl<'de> Visitor<'de> for Into<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.expected())
    }

    fn visit_unit<E: serde_core::de::Error>(self) -> Result<(), E> {
        self.0.null().map_err(E::custom)
    }

    fn visit_none<E: serde_core::de::Error>(self) -> Result<(), E> {
        self.0.null().map_err(E::custom)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: serde_core::de::Error>(self, value: bool) -> Result<(), E> {
        self.0.bool(value).map_err(E::custom)
    }

    fn visit_i64<E: serde_core::de::Error>(self, value: i64) -> Result<(), E> {
        self.0.integer(value).map_err(E::custom)
    }

    fn visit_u64<E: serde_core::de::Error>(self, value: u64) -> Result<(), E> {
        let taken = match i64::try_from(value) {
            Ok(value) => self.0.integer(value),
            Err(_) => self.0.unsigned(value),
        };
        taken.map_err(E::custom)
    }

    fn visit_f64<E: serde_core::de::Error>(self, value: f64) -> Result<(), E> {
        self.0.float(value).map_err(E::custom)
    }

    fn visit_str<E: serde_core::de::Error>(self, value: &str) -> Result<(), E> {
        self.0.text(value).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        self.0.list(&mut FromSeq(elements)).map_err(A::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        self.0.object(&mut FromMap(members)).map_err(A::Error::custom)
    }
}

struct FromSeq<A>(A);

impl<'de, A: SeqAccess<'de>> Elements for FromSeq<A> {
    fn next(&mut self, slot: &mut dyn Decode) -> Result<Option<bool>, Error> {
        self.0.next_element_seed(Seed(slot)).map_err(Error::new)
    }
}

struct FromMap<A>(A);

impl<'de, A: MapAccess<'de>> Members for FromMap<A> {
    fn name(&mut self, reader: &mut dyn FnMut(&str)) -> Result<bool, Error> {
        self.0.next_key_seed(Name(reader)).map(|name| name.is_some()).map_err(Error::new)
    }

    fn value(&mut self, slot: &mut dyn Decode) -> Result<bool, Error> {
        self.0.next_value_seed(Seed(slot)).map_err(Error::new)
    }

    fn skip(&mut self) -> Result<(), Error> {
        self.0.next_value::<IgnoredAny>().map(|_| ()).map_err(Error::new)
    }
}

struct Seed<'a>(&'a mut dyn Decode);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        self.0.read(&mut From::new(deserializer)).map_err(D::Error::custom)
    }
}

struct Name<'a>(&'a mut dyn FnMut(&str));

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde_core::de::Error>(self, name: &str) -> Result<(), E> {
        (self.0)(name);
        Ok(())
    }
}

/// A serializer as an output. It can be written to once.
pub(super) enum To<S: Serializer> {
    Ready(S),
    Written(S::Ok),
    Nothing,
}

impl<S: Serializer> To<S> {
    /// What the serializer made of the value.
    pub(super) fn finish(self) -> Option<S::Ok> {
        match self {
            Self::Written(ok) => Some(ok),
            Self::Ready(_) | Self::Nothing => None,
        }
    }

    fn write(&mut self, write: impl FnOnce(S) -> Result<S::Ok, S::Error>) -> Result<(), Error> {
        match std::mem::replace(self, Self::Nothing) {
            Self::Ready(serializer) => {
                *self = Self::Written(write(serializer).map_err(Error::new)?);
                Ok(())
            }
            Self::Written(_) | Self::Nothing => Err(Error::new("a value is written twice")),
        }
    }
}

impl<S: Serializer> Out for To<S> {
    fn null(&mut self) -> Result<(), Error> {
        self.write(S::serialize_unit)
    }

    fn bool(&mut self, value: bool) -> Result<(), Error> {
        self.write(|serializer| serializer.serialize_bool(value))
    }

    fn integer(&mut self, value: i64) -> Result<(), Error> {
        self.write(|serializer| serializer.serialize_i64(value))
    }

    fn float(&mut self, value: f64) -> Result<(), Error> {
        self.write(|serializer| serializer.serialize_f64(value))
    }

    fn single(&mut self, value: f32) -> Result<(), Error> {
        self.write(|serializer| serializer.serialize_f32(value))
    }

    fn text(&mut self, value: &str) -> Result<(), Error> {
        self.write(|serializer| serializer.serialize_str(value))
    }

    fn document(&mut self, value: &Document) -> Result<(), Error> {
        self.write(|serializer| value.serialize(serializer))
    }

    fn raw(&mut self, number: &RawValue) -> Result<(), Error> {
        self.write(|serializer| number.serialize(serializer))
    }

    fn list(&mut self, elements: &dyn EncodeList) -> Result<(), Error> {
        self.write(|serializer| {
            let mut list = ToSeq(serializer.serialize_seq(Some(elements.length()))?);
            elements.encode_elements(&mut list).map_err(serde_core::ser::Error::custom)?;
            list.0.end()
        })
    }

    fn object(&mut self, members: &dyn EncodeMembers) -> Result<(), Error> {
        self.write(|serializer| {
            let mut map = ToMap(serializer.serialize_map(None)?);
            let mut object = Object::new(&mut map);
            members.encode_members(&mut object);
            object.finish().map_err(serde_core::ser::Error::custom)?;
            map.0.end()
        })
    }
}

struct ToSeq<S>(S);

impl<S: SerializeSeq> ListOut for ToSeq<S> {
    fn element(&mut self, value: &dyn Encode) -> Result<(), Error> {
        self.0.serialize_element(&Encoded(value)).map_err(Error::new)
    }
}

struct ToMap<S>(S);

impl<S: SerializeMap> ObjectOut for ToMap<S> {
    fn member(&mut self, name: &'static str, value: &dyn Encode) -> Result<(), Error> {
        self.entry(name, value)
    }

    fn entry(&mut self, key: &str, value: &dyn Encode) -> Result<(), Error> {
        self.0.serialize_entry(key, &Encoded(value)).map_err(Error::new)
    }
}

struct Encoded<'a>(&'a dyn Encode);

impl Serialize for Encoded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::serialize(self.0, serializer)
    }
}
