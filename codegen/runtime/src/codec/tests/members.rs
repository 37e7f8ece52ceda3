//! Tests of members that are in any order, repeated, unknown, null, or have values of the wrong type.

use std::collections::BTreeMap;

use super::*;
use crate::{primitives::Document, schema};

/// A structure with members of almost all types.
#[derive(Clone, Debug, PartialEq)]
struct Item {
    name: String,
    alias: Option<String>,
    color: Option<Color>,
    shade: Color,
    count: Option<i32>,
    total: i32,
    size: Option<i64>,
    level: Option<i8>,
    ratio: Option<f64>,
    weight: f64,
    ready: Option<bool>,
    hidden: bool,
    tags: Option<Vec<String>>,
    counts: Vec<Option<i32>>,
    sizes: Option<BTreeMap<String, i32>>,
    notes: BTreeMap<String, Option<String>>,
    inner: Option<Box<Item>>,
    items: Option<Vec<Item>>,
    choice: Option<Choice>,
    other: Choice,
    any: Option<Document>,
}

schema::structure! {
    Item: "test", "Item";
    required "name" name: String;
    option "alias" alias: String;
    option "color" color: String;
    required "shade" shade: String;
    option "count" count: Integer;
    default(5) "total" total: Integer;
    option "size" size: Long;
    option "level" level: Byte;
    option "ratio" ratio: Double;
    required "weight" weight: Double;
    option "ready" ready: Boolean;
    default(true) "hidden" hidden: Boolean;
    option "tags" tags: List(String);
    required "counts" counts: List(Integer) [Sparse];
    option "sizes" sizes: Map(String; Integer);
    required "notes" notes: Map(String; String) [Sparse];
    option "inner" inner: Structure;
    option "items" items: List(Structure);
    option "choice" choice: Union;
    required "other" other: Union;
    option "any" any: Document;
}

#[derive(Clone, Debug, PartialEq)]
enum Choice {
    Word(String),
    Item(Box<Item>),
    Nothing,
    Unknown(String),
}

schema::union! {
    Choice: "test", "Choice";
    "word" Word: String;
    "item" Item: Structure;
    "nothing" Nothing: Unit;
}

#[derive(Clone, Debug, PartialEq)]
enum Color {
    Red,
    Unknown(String),
}

impl Color {
    const VALUES: &'static [&'static str] = &["RED"];

    fn as_str(&self) -> &str {
        match self {
            Self::Red => "RED",
            Self::Unknown(name) => name,
        }
    }
}

impl From<&str> for Color {
    fn from(name: &str) -> Self {
        match name {
            "RED" => Self::Red,
            name => Self::Unknown(name.to_owned()),
        }
    }
}

schema::string_enum!(Color);

/// The type of a value to generate.
#[derive(Clone, Copy)]
enum Kind {
    String,
    Integer,
    Double,
    Boolean,
    Strings,
    Integers,
    IntegerMap,
    StringMap,
    Item,
    Items,
    Choice,
    Any,
}

const MEMBERS: [(&str, Kind); 21] = [
    ("name", Kind::String),
    ("alias", Kind::String),
    ("color", Kind::String),
    ("shade", Kind::String),
    ("count", Kind::Integer),
    ("total", Kind::Integer),
    ("size", Kind::Integer),
    ("level", Kind::Integer),
    ("ratio", Kind::Double),
    ("weight", Kind::Double),
    ("ready", Kind::Boolean),
    ("hidden", Kind::Boolean),
    ("tags", Kind::Strings),
    ("counts", Kind::Integers),
    ("sizes", Kind::IntegerMap),
    ("notes", Kind::StringMap),
    ("inner", Kind::Item),
    ("items", Kind::Items),
    ("choice", Kind::Choice),
    ("other", Kind::Choice),
    ("any", Kind::Any),
];

/// A value without a schema. The entries of a map have an order, and several entries may have the same name.
#[derive(Clone, Debug)]
enum Node {
    Null,
    Boolean(bool),
    Integer(i8),
    Double(f64),
    String(&'static str),
    List(Vec<Node>),
    Map(Vec<(&'static str, Node)>),
}

impl Numbers {
    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    fn list(&mut self, mut element: impl FnMut(&mut Self) -> Node) -> Node {
        Node::List((0..self.below(4)).map(|_| element(self)).collect())
    }

    fn map(&mut self, mut value: impl FnMut(&mut Self) -> Node) -> Node {
        let names = ["a", "bb", "name"];
        Node::Map(names[self.below(4)..].iter().map(|name| (*name, value(self))).collect())
    }

    /// Generates a value of the given type.
    fn value(&mut self, kind: Kind, depth: usize) -> Node {
        let null = |numbers: &mut Self, value: Node| if numbers.one_in(3) { Node::Null } else { value };
        match kind {
            Kind::String => {
                Node::String(self.pick(&["", "RED", "a\n\"b\"", "é", "a string that is longer than a word"]))
            }
            Kind::Integer => Node::Integer(self.next().to_le_bytes()[0].cast_signed()),
            Kind::Double => Node::Double(f64::from(self.next().to_le_bytes()[0]) + 0.5),
            Kind::Boolean => Node::Boolean(self.one_in(2)),
            Kind::Strings => self.list(|numbers| numbers.value(Kind::String, depth)),
            Kind::Integers => self.list(|numbers| {
                let integer = numbers.value(Kind::Integer, depth);
                null(numbers, integer)
            }),
            Kind::IntegerMap => self.map(|numbers| numbers.value(Kind::Integer, depth)),
            Kind::StringMap => self.map(|numbers| {
                let string = numbers.value(Kind::String, depth);
                null(numbers, string)
            }),
            Kind::Item => Node::Map(self.members(depth)),
            Kind::Items => self.list(|numbers| Node::Map(numbers.members(depth))),
            Kind::Choice => {
                let choices = [("word", Kind::String), ("nothing", Kind::IntegerMap), ("item", Kind::Item)];
                let (name, kind) = choices[self.below(if depth == 0 { 2 } else { 3 })];
                Node::Map(vec![(name, self.value(kind, depth.saturating_sub(1)))])
            }
            Kind::Any => self.anything(3),
        }
    }

    /// Generates a value of any type.
    fn anything(&mut self, depth: usize) -> Node {
        match self.below(if depth == 0 { 5 } else { 7 }) {
            0 => Node::Null,
            1 => self.value(Kind::Boolean, 0),
            2 => self.value(Kind::Integer, 0),
            3 => self.value(Kind::Double, 0),
            4 => self.value(Kind::String, 0),
            5 => self.list(|numbers| numbers.anything(depth - 1)),
            _ => self.map(|numbers| numbers.anything(depth - 1)),
        }
    }

    /// Generates a value for every member, in the model's order. Recursive members are omitted at a depth of 0.
    fn members(&mut self, depth: usize) -> Vec<(&'static str, Node)> {
        let is_leaf = |kind| matches!(kind, Kind::Item | Kind::Items) && depth == 0;
        let members = MEMBERS.into_iter().filter(|(_, kind)| !is_leaf(*kind));
        members.map(|(name, kind)| (name, self.value(kind, depth.saturating_sub(1)))).collect()
    }

    /// Inserts unknown members, and additional values of members. An additional value precedes the last value of its
    /// member, so it has no effect.
    fn disturb(&mut self, members: &mut Vec<(&'static str, Node)>) {
        for _ in 0..self.below(8) {
            let at = self.below(members.len());
            let (name, kind) = self.pick(&MEMBERS);
            let later = members[at..].iter().any(|(other, _)| *other == name);
            let inserted = match later {
                true if self.one_in(3) => (name, Node::Null),
                true => (name, self.value(kind, 1)),
                false => (self.pick(&["unknown", "nam", "names", ""]), self.anything(5)),
            };
            members.insert(at, inserted);
        }
    }
}

impl Node {
    fn json(&self, numbers: &mut Numbers) -> String {
        let token = match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Double(value) => value.to_string(),
            Self::String(value) => serde_json::to_string(value).unwrap(),
            Self::List(list) => {
                let elements: Vec<_> = list.iter().map(|element| element.json(numbers)).collect();
                format!("[{}]", elements.join(","))
            }
            Self::Map(map) => {
                let mut member = |(name, value): &(&str, Self)| {
                    let space = numbers.pick(&["", "", " "]);
                    format!("\"{name}\"{space}:{}", value.json(numbers))
                };
                let members: Vec<_> = map.iter().map(&mut member).collect();
                format!("{{{}}}", members.join(","))
            }
        };
        let space = |numbers: &mut Numbers| numbers.pick(&["", "", "", "", " ", "\n\t"]);
        format!("{}{token}{}", space(numbers), space(numbers))
    }

    #[cfg(feature = "cbor")]
    fn cbor(&self, numbers: &mut Numbers) -> Vec<u8> {
        fn all<T>(
            (major, len): (u8, usize),
            numbers: &mut Numbers,
            items: &[T],
            item: impl Fn(&T, &mut Numbers) -> Vec<u8>,
        ) -> Vec<u8> {
            let indefinite = numbers.one_in(2);
            let start =
                if indefinite { vec![major << 5 | 31] } else { vec![major << 5 | 24, u8::try_from(len).unwrap()] };
            let content = items.iter().flat_map(|value| item(value, numbers));
            let end = indefinite.then_some(0xff);
            start.into_iter().chain(content.collect::<Vec<_>>()).chain(end).collect()
        }
        let string = |value: &str| [&[0x78, u8::try_from(value.len()).unwrap()], value.as_bytes()].concat();
        match self {
            Self::Null => vec![numbers.pick(&[0xf6, 0xf7])],
            Self::Boolean(value) => vec![0xf4 + u8::from(*value)],
            Self::Integer(value) if *value < 0 => vec![0x38, !value.cast_unsigned()],
            Self::Integer(value) => vec![0x18, value.cast_unsigned()],
            Self::Double(value) => [&[0xfb][..], &value.to_be_bytes()].concat(),
            Self::String(value) => string(value),
            Self::List(list) => all((4, list.len()), numbers, list, Self::cbor),
            Self::Map(map) => {
                all((5, map.len()), numbers, map, |(name, value), numbers| [string(name), value.cbor(numbers)].concat())
            }
        }
    }
}

#[test]
fn the_order_of_members_has_no_effect_and_the_last_of_a_name_counts() {
    let mut numbers = Numbers(3);
    for _ in 0..100 {
        let mut members = numbers.members(2);
        let item = read_json::<Item>(&Node::Map(members.clone()).json(&mut numbers)).unwrap().unwrap();
        assert!(item.alias.is_some() && item.inner.is_some() && item.items.is_some());
        // The deserializer learns the order of the members in the first structure, which is wrong for the others.
        let shuffled = std::iter::repeat_with(|| {
            numbers.shuffle(&mut members);
            let mut disturbed = members.clone();
            numbers.disturb(&mut disturbed);
            Node::Map(disturbed)
        });
        let list = Node::List(shuffled.take(5).collect());
        let json = list.json(&mut numbers);
        assert_eq!(read_json::<Vec<Item>>(&json), Ok(Some(vec![item.clone(); 5])), "{json}");
        #[cfg(feature = "cbor")]
        assert_eq!(read(cbor::CborCodec, &list.cbor(&mut numbers)), Ok(Some(vec![item; 5])), "{list:?}");
    }
}

#[test]
fn a_structure_can_be_read_again_after_an_error() {
    let mut numbers = Numbers(4);
    for _ in 0..100 {
        let (first, second) = (Node::Map(numbers.members(2)), Node::Map(numbers.members(1)));
        let second = second.json(&mut numbers);
        let expected = read_json::<Item>(&second).unwrap().unwrap();
        let json = first.json(&mut numbers);
        let mut cut = numbers.below(json.trim_end().len());
        while !json.is_char_boundary(cut) {
            cut -= 1;
        }
        let mut item = Item::corrected();
        assert!(JsonCodec::AWS_JSON.deserialize(&json.as_bytes()[..cut], MemoryLimit::NONE, &mut item).is_err());
        assert_eq!(JsonCodec::AWS_JSON.deserialize(second.as_bytes(), MemoryLimit::NONE, &mut item), Ok(true));
        // The second value is nested less deeply, so it may lack `inner` and `items`. These members then keep their
        // values from the first value.
        item.inner.clone_from(&expected.inner);
        item.items.clone_from(&expected.items);
        assert_eq!(item, expected, "{json}, {second}");
        #[cfg(feature = "cbor")]
        {
            let cbor = first.cbor(&mut numbers);
            let cut = numbers.below(cbor.len());
            assert!(read::<Item>(cbor::CborCodec, &cbor[..cut]).is_err(), "{cut} of {first:?}");
        }
    }
}

/// A value of the wrong type is either ignored or an error that contains the path of the member. Both formats must
/// behave in the same way.
#[cfg(feature = "cbor")]
#[test]
fn values_of_other_types_have_the_same_effect_in_json_and_cbor() {
    let mut numbers = Numbers(5);
    let (mut read_count, mut errors) = (0, 0);
    for _ in 0..3_000 {
        let mut members = numbers.members(1);
        numbers.shuffle(&mut members);
        members.truncate(6);
        let wrong = (numbers.pick(&MEMBERS).0, numbers.anything(3));
        let at = numbers.below(members.len());
        members.insert(at, wrong);
        let mut node = Node::Map(members);
        if numbers.one_in(2) {
            node = Node::Map(vec![
                (numbers.pick(&["inner", "choice"]), Node::Map(vec![("item", node.clone())])),
                ("inner", node),
            ]);
        }
        let json = read_json::<Item>(&node.json(&mut numbers));
        let cbor = read::<Item>(cbor::CborCodec, &node.cbor(&mut numbers));
        match (json, cbor) {
            (Ok(json), Ok(cbor)) => {
                assert_eq!(json, cbor, "{node:?}");
                read_count += 1;
            }
            (Err(json), Err(cbor)) => {
                let path = |error: &str| error.split_once(": expected").map(|(path, _)| path.to_owned());
                assert_eq!(path(&json), path(&cbor), "{node:?}: {json}, {cbor}");
                assert!(path(&json).is_some() || json.contains("more than one member"), "{node:?}: {json}");
                errors += 1;
            }
            (json, cbor) => panic!("{node:?}: {json:?}, {cbor:?}"),
        }
    }
    assert!(read_count > 200 && errors > 200, "{read_count} values, {errors} errors");
}
