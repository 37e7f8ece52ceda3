//! Checks values in a model, such as defaults, examples and the values of traits, against shapes.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Mutex,
};

use serde_json::{Map, Value};

use super::{
    compiled_pattern::CompiledPattern,
    id_refs::{ID_REF, IdRefs},
};
use crate::{
    diagnostic::{Part, did_you_mean},
    model::{Member, Model, Shape, ShapeId, ShapeKind, Simple, Traits},
    number::{self, Decimal},
    parallel, time,
};

/// A problem with a value or with a part of it.
pub(super) struct Problem {
    /// The path of the part, such as `a.b[0]`, or an empty string for the whole value.
    pub(super) path: String,
    message: String,
    pub(super) kind: ProblemKind,
}

/// The kind of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProblemKind {
    /// The value is invalid.
    Invalid,
    /// The key of an object is invalid, such as the name of a member that a union does not have.
    InvalidKey {
        /// How to fix the key.
        help: String,
    },
    /// The structure does not have this member, which therefore has no effect.
    UnknownMember {
        /// How to fix the name of the member.
        help: String,
    },
}

impl Problem {
    /// Returns the part of the model that has the problem. `name` is the ID of the trait whose value was checked.
    pub(super) fn part(&self, name: &str) -> Part {
        let (name, path) = (name.to_owned(), self.path.clone());
        match self.kind {
            ProblemKind::Invalid if path.is_empty() => Part::Value(name),
            ProblemKind::Invalid => Part::Element { name, path },
            ProblemKind::InvalidKey { .. } | ProblemKind::UnknownMember { .. } => Part::Key { name, path },
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "`{path}`: {}", self.message),
        }
    }
}

/// Checks values against the shapes of a model.
pub(super) struct Validator<'m> {
    model: &'m Model,
    /// The shapes that values with the `idRef` trait can refer to. If it is `None`, such values are not checked.
    id_refs: Option<&'m IdRefs<'m>>,
    /// The compiled patterns, or `None` for patterns that are invalid or that the library does not support.
    patterns: Mutex<BTreeMap<String, Option<CompiledPattern>>>,
}

impl<'m> Validator<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        Self { model, id_refs: None, patterns: Mutex::default() }
    }

    /// Creates a validator that also checks shape IDs.
    pub(super) fn with_ids(model: &'m Model, id_refs: &'m IdRefs<'m>) -> Self {
        Self { id_refs: Some(id_refs), ..Self::new(model) }
    }

    /// Returns the problems with a value that should have the type of a shape.
    ///
    /// `member` contains the traits of the member that holds the value, if any.
    pub(super) fn problems(&self, target: &ShapeId, member: Option<&Traits>, value: &Value) -> Vec<Problem> {
        let mut check = Check { validator: self, path: Vec::new(), problems: Vec::new() };
        // Undefined targets are reported elsewhere.
        if let Some(shape) = self.model.get(target) {
            check.value(shape, member, value);
        }
        check.problems
    }

    /// Returns the first problem that makes a value invalid.
    pub(super) fn problem(&self, target: &ShapeId, member: Option<&Traits>, value: &Value) -> Option<String> {
        let is_invalid = |problem: &Problem| !matches!(problem.kind, ProblemKind::UnknownMember { .. });
        self.problems(target, member, value).iter().find(|problem| is_invalid(problem)).map(Problem::to_string)
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = parallel::lock(&self.patterns);
        let regex = patterns.entry(pattern.to_owned()).or_insert_with(|| CompiledPattern::new(pattern));
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// A step from a value to a part of it.
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

/// The state that is kept while a value is validated.
struct Check<'v, 'm> {
    validator: &'v Validator<'m>,
    /// The path of the current part.
    path: Vec<Step<'v>>,
    problems: Vec<Problem>,
}

impl<'v> Check<'v, '_> {
    fn value(&mut self, shape: &Shape, member: Option<&Traits>, value: &'v Value) {
        if let Some(expected) = expected(shape, member, value) {
            self.mismatch(&expected, value);
            return;
        }
        match (&shape.kind, value) {
            (ShapeKind::List(element), Value::Array(items)) => self.list(shape, element, items),
            (ShapeKind::Map { key, value }, Value::Object(entries)) => self.map(shape, key, value, entries),
            (ShapeKind::Structure(members), Value::Object(entries)) => self.structure(members, entries),
            (ShapeKind::Union(members), Value::Object(entries)) => self.union(shape, members, entries),
            _ => {}
        }
        for traits in [member, Some(&shape.traits)].into_iter().flatten() {
            if let Some(problem) = self.constraint(traits, &shape.kind, value) {
                self.problem(problem, ProblemKind::Invalid);
            }
        }
    }

    fn member(&mut self, member: &Member, value: &'v Value, step: Step<'v>) {
        let Some(target) = self.validator.model.get(&member.target) else { return };
        self.path.push(step);
        self.value(target, Some(&member.traits), value);
        self.path.pop();
    }

    fn list(&mut self, shape: &Shape, element: &Member, items: &'v [Value]) {
        let is_sparse = shape.traits.has(SPARSE);
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            if !(is_sparse && item.is_null()) {
                self.member(element, item, Step::Index(index));
            }
            if shape.traits.has("smithy.api#uniqueItems") && !seen.insert(number::text(item)) {
                self.path.push(Step::Index(index));
                self.problem("the element is not unique".to_owned(), ProblemKind::Invalid);
                self.path.pop();
            }
        }
    }

    fn map(&mut self, shape: &Shape, key: &Member, of_map: &Member, entries: &'v Map<String, Value>) {
        let is_sparse = shape.traits.has(SPARSE);
        for (name, item) in entries {
            for problem in self.validator.problems(&key.target, Some(&key.traits), &Value::from(name.as_str())) {
                self.path.push(Step::Key(name));
                let help = "change the key".to_owned();
                self.problem(problem.message, ProblemKind::InvalidKey { help });
                self.path.pop();
            }
            if !(is_sparse && item.is_null()) {
                self.member(of_map, item, Step::Key(name));
            }
        }
    }

    fn structure(&mut self, members: &[Member], entries: &'v Map<String, Value>) {
        for one in members {
            match entries.get_key_value(&one.name).filter(|(_, value)| !value.is_null()) {
                Some((name, value)) => self.member(one, value, Step::Key(name)),
                None if one.traits.has(REQUIRED) && !one.traits.has(DEFAULT) => {
                    self.problem(format!("missing required member `{}`", one.name), ProblemKind::Invalid);
                }
                None => {}
            }
        }
        for name in entries.keys().filter(|name| !members.iter().any(|one| one.name == **name)) {
            self.path.push(Step::Key(name));
            self.problem("unknown member".to_owned(), ProblemKind::UnknownMember { help: help(name, members) });
            self.path.pop();
        }
    }

    fn union(&mut self, shape: &Shape, members: &[Member], entries: &'v Map<String, Value>) {
        let mut given = entries.iter().filter(|(_, value)| !value.is_null());
        let (Some((name, value)), None) = (given.next(), given.next()) else {
            return self.problem(format!("expected one member of the union `{}`", shape.id), ProblemKind::Invalid);
        };
        if let Some(one) = members.iter().find(|one| one.name == *name) {
            return self.member(one, value, Step::Key(name));
        }
        self.path.push(Step::Key(name));
        let message = format!("the union `{}` has no member `{name}`", shape.id);
        self.problem(message, ProblemKind::InvalidKey { help: help(name, members) });
        self.path.pop();
    }

    fn mismatch(&mut self, expected: &str, value: &Value) {
        let found = match value {
            Value::Array(_) | Value::Object(_) if number::written(value).is_none() => {
                number::describe(value).to_owned()
            }
            simple => format!("`{}`", number::text(simple)),
        };
        self.problem(format!("expected {expected}, found {found}"), ProblemKind::Invalid);
    }

    fn problem(&mut self, message: String, kind: ProblemKind) {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.push_str(&format!(".{key}")),
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        self.problems.push(Problem { path, message, kind });
    }

    /// Returns a description of the first constraint that a value violates.
    fn constraint(&self, traits: &Traits, kind: &ShapeKind, value: &Value) -> Option<String> {
        let length = match (kind, value) {
            // The length of a blob is the number of its bytes, but a model contains the blob in encoded form.
            (ShapeKind::Simple(Simple::Blob), _) => None,
            (_, Value::String(text)) => Some(text.chars().count()),
            (_, Value::Array(items)) => Some(items.len()),
            (_, Value::Object(entries)) if number::is_object(value) => Some(entries.len()),
            _ => None,
        };
        let length = length.map(|length| Cow::Owned(length.to_string()));
        let number = match kind {
            ShapeKind::Simple(Simple::BigInteger | Simple::BigDecimal) => written_decimal(value),
            _ => number::written(value),
        };
        for (id, what, found) in [(LENGTH, "length", length), (RANGE, "value", number)] {
            let Some((found, written)) = found.and_then(|found| Some((Decimal::parse(&found)?, found))) else {
                continue;
            };
            let bound = |key: &str| {
                let written = written_decimal(traits.get(id)?.get(key)?)?;
                Some((Decimal::parse(&written)?, written))
            };
            if let Some((_, min)) = bound("min").filter(|(min, _)| found < *min) {
                return Some(format!("the {what} is {written}; expected at least {min}"));
            }
            if let Some((_, max)) = bound("max").filter(|(max, _)| found > *max) {
                return Some(format!("the {what} is {written}; expected at most {max}"));
            }
        }
        let text = value.as_str()?;
        if let Some(pattern) = traits.string(PATTERN).filter(|pattern| !self.validator.matches(pattern, text)) {
            return Some(format!("`{}` does not match the pattern `{pattern}`", text.escape_debug()));
        }
        self.validator.id_refs?.problem(traits.get(ID_REF)?, text)
    }
}

/// Returns a description of the expected type if a value does not have the type of a shape.
fn expected(shape: &Shape, member: Option<&Traits>, value: &Value) -> Option<Cow<'static, str>> {
    let text = value.as_str();
    let unless = |fits: bool, expected: &'static str| (!fits).then_some(Cow::Borrowed(expected));
    let is_number = || number::written(value).is_some();
    match &shape.kind {
        ShapeKind::Simple(Simple::Boolean) => unless(value.is_boolean(), "a boolean"),
        ShapeKind::Simple(Simple::Byte) => {
            unless(is_integer(value, i8::MIN.into(), i8::MAX.into()), "an 8-bit integer")
        }
        ShapeKind::Simple(Simple::Short) => {
            unless(is_integer(value, i16::MIN.into(), i16::MAX.into()), "a 16-bit integer")
        }
        ShapeKind::Simple(Simple::Integer) => {
            unless(is_integer(value, i32::MIN.into(), i32::MAX.into()), "a 32-bit integer")
        }
        ShapeKind::Simple(Simple::Long) => unless(is_integer(value, i64::MIN, i64::MAX), "a 64-bit integer"),
        ShapeKind::Simple(Simple::Float | Simple::Double) => {
            unless(is_number() || matches!(text, Some("NaN" | "Infinity" | "-Infinity")), "a number")
        }
        ShapeKind::Simple(Simple::BigInteger) => {
            unless(decimal(value).and_then(|number| number.integer()).is_some(), "an integer")
        }
        ShapeKind::Simple(Simple::BigDecimal) => unless(decimal(value).is_some(), "a number"),
        ShapeKind::Simple(Simple::String | Simple::Blob) => unless(text.is_some(), "a string"),
        ShapeKind::Simple(Simple::Timestamp) => {
            const DATE_TIME: &str = "a date and time, such as `2020-01-31T12:00:00Z`";
            const HTTP_DATE: &str = "a date and time, such as `Fri, 31 Jan 2020 12:00:00 GMT`";
            let own = member.and_then(|traits| traits.string(TIMESTAMP_FORMAT));
            match own.or_else(|| shape.traits.string(TIMESTAMP_FORMAT)) {
                Some("epoch-seconds") => unless(is_number(), "a number of seconds"),
                Some("date-time") => unless(text.is_some_and(|text| time::parse_date_time(text).is_some()), DATE_TIME),
                Some("http-date") => unless(text.is_some_and(|text| time::parse_http_date(text).is_some()), HTTP_DATE),
                _ if text.is_some() => unless(text.is_some_and(|text| time::parse(text).is_some()), DATE_TIME),
                _ => unless(is_number(), "a timestamp"),
            }
        }
        ShapeKind::Enum(members) | ShapeKind::IntEnum(members) => {
            let is_value = members.iter().any(|one| one.traits.get(ENUM_VALUE) == Some(value));
            (!is_value).then(|| Cow::Owned(one_of(shape, members)))
        }
        ShapeKind::List(_) => unless(value.is_array(), "a list"),
        ShapeKind::Structure(members) if members.is_empty() => unless(number::is_object(value), "an empty object"),
        ShapeKind::Map { .. } | ShapeKind::Structure(_) | ShapeKind::Union(_) => {
            unless(number::is_object(value), "an object")
        }
        ShapeKind::Simple(Simple::Document)
        | ShapeKind::Operation(_)
        | ShapeKind::Resource(_)
        | ShapeKind::Service(_) => None,
    }
}

/// The maximum number of values or members that a message lists.
const LISTED: usize = 10;

/// Describes the allowed values of an enumeration.
fn one_of(shape: &Shape, members: &[Member]) -> String {
    let values = members.iter().filter_map(|one| one.traits.get(ENUM_VALUE));
    let values: Vec<String> =
        values.map(|value| value.as_str().map_or_else(|| number::text(value), str::to_owned)).collect();
    match values.len() {
        1 => format!("`{}`", values[0]),
        2..=LISTED => format!("one of `{}`", values.join("`, `")),
        _ => format!("a value of `{}`", shape.id),
    }
}

/// Suggests how to fix the name of a member that does not exist.
fn help(wrong: &str, members: &[Member]) -> String {
    let names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
    match (did_you_mean(wrong, names.iter().copied()), names.len()) {
        (Some(help), _) => help,
        (None, 0) => "expected no members".to_owned(),
        (None, 1) => format!("expected `{}`", names[0]),
        (None, 2..=LISTED) => format!("expected one of `{}`", names.join("`, `")),
        (None, _) => format!("expected a member such as `{}`", names[..LISTED].join("`, `")),
    }
}

fn is_integer(value: &Value, least: i64, most: i64) -> bool {
    number::integer(value).is_some_and(|integer| (least..=most).contains(&integer))
}

/// Returns a value as a decimal number of any size. The value may also be a string that contains a number.
fn decimal(value: &Value) -> Option<Decimal> {
    Decimal::parse(&written_decimal(value)?)
}

fn written_decimal(value: &Value) -> Option<Cow<'_, str>> {
    number::written(value).or_else(|| value.as_str().map(Cow::Borrowed))
}

pub(super) const DEFAULT: &str = "smithy.api#default";
pub(super) const ENUM_VALUE: &str = "smithy.api#enumValue";
pub(super) const LENGTH: &str = "smithy.api#length";
pub(super) const PATTERN: &str = "smithy.api#pattern";
pub(super) const RANGE: &str = "smithy.api#range";
const REQUIRED: &str = "smithy.api#required";
const SPARSE: &str = "smithy.api#sparse";
const TIMESTAMP_FORMAT: &str = "smithy.api#timestampFormat";
