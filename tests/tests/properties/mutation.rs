//! Documents made wrong, one step at a time, from a seed.

use serde_json::{Value, json};

/// Random numbers that are the same for the same seed (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap()
    }
}

/// Changes one place: removes it, swaps it with another of the document, or puts something of another kind there.
pub(crate) fn mutate(document: &mut Value, random: &mut Random) {
    let places = places(document);
    let place = &places[random.below(places.len())];
    let other = &places[random.below(places.len())];
    let replacement = match random.below(12) {
        0 | 1 => None,
        2 | 3 => document.pointer(other).cloned(),
        4 => Some(Value::Null),
        5 => Some(json!(true)),
        6 => Some(json!(-1)),
        7 => Some(json!(1e300)),
        8 => Some(json!("")),
        9 => Some(json!([])),
        10 => Some(json!({})),
        // The target of something else, where one belongs.
        _ => places.iter().rfind(|place| place.ends_with("/target")).and_then(|place| document.pointer(place).cloned()),
    };
    match replacement {
        Some(value) => *document.pointer_mut(place).unwrap() = value,
        None => remove(document, place),
    }
}

fn remove(document: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(elements) => {
            elements.remove(name.parse().unwrap());
        }
        other => panic!("{other} has no parts"),
    }
}

/// The pointers to all places of a document.
fn places(document: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    let mut at = 0;
    while at < places.len() {
        let place = places[at].clone();
        match document.pointer(&place).unwrap() {
            Value::Object(members) => {
                places.extend(
                    members.keys().map(|name| format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"))),
                );
            }
            Value::Array(elements) => places.extend((0..elements.len()).map(|index| format!("{place}/{index}"))),
            _ => {}
        }
        at += 1;
    }
    places
}
