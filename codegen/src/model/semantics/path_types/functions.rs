//! The JMESPath functions: their arguments, and the types of their results.

use super::{Type, Value};
use crate::model::Model;

/// A JMESPath function.
pub(super) struct Function {
    name: &'static str,
    returns: Type,
    arguments: &'static [Argument],
    /// Whether the last argument can be repeated or omitted.
    variadic: bool,
}

/// The types that an argument can have.
enum Argument {
    Any,
    OneOf(&'static [Type]),
    /// A list whose elements all have this type.
    ListOf(Type),
}

use Argument::{Any, ListOf, OneOf};
use Type::{Array, Expression, Number, Object, Text};

const fn function(name: &'static str, returns: Type, arguments: &'static [Argument]) -> Function {
    Function { name, returns, arguments, variadic: false }
}

/// The functions that Smithy's type checker supports, by name.
const FUNCTIONS: &[Function] = &[
    function("abs", Number, &[OneOf(&[Number])]),
    function("avg", Number, &[ListOf(Number)]),
    function("ceil", Number, &[OneOf(&[Number])]),
    function("contains", Type::Boolean, &[OneOf(&[Array, Text]), Any]),
    function("ends_with", Type::Boolean, &[OneOf(&[Text]), OneOf(&[Text])]),
    function("floor", Number, &[OneOf(&[Number])]),
    function("join", Text, &[OneOf(&[Text]), ListOf(Text)]),
    function("keys", Array, &[OneOf(&[Object])]),
    function("length", Number, &[OneOf(&[Text, Array, Object])]),
    function("map", Array, &[OneOf(&[Expression]), OneOf(&[Array])]),
    function("max", Number, &[OneOf(&[Array])]),
    function("max_by", Number, &[OneOf(&[Array]), OneOf(&[Expression])]),
    Function { name: "merge", returns: Object, arguments: &[OneOf(&[Object])], variadic: true },
    function("min", Number, &[OneOf(&[Array])]),
    function("min_by", Number, &[OneOf(&[Array]), OneOf(&[Expression])]),
    Function { name: "not_null", returns: Type::Any, arguments: &[Any, Any], variadic: true },
    function("reverse", Array, &[OneOf(&[Array, Text])]),
    function("sort", Array, &[OneOf(&[Array])]),
    function("sort_by", Array, &[OneOf(&[Array]), OneOf(&[Expression])]),
    function("starts_with", Type::Boolean, &[OneOf(&[Text]), OneOf(&[Text])]),
    function("sum", Number, &[ListOf(Number)]),
    function("to_array", Array, &[Any]),
    function("to_number", Number, &[Any]),
    function("to_string", Text, &[Any]),
    function("type", Text, &[Any]),
    function("values", Array, &[OneOf(&[Object])]),
];

/// Returns the function with the given name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Returns the names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

impl Function {
    /// Returns the expected number of arguments if `found` is a different number.
    pub(super) fn wrong_count(&self, found: usize) -> Option<&'static str> {
        let least = self.arguments.len() - usize::from(self.variadic);
        match (least, self.variadic) {
            (1, true) if found == 0 => Some("at least one argument"),
            (_, true) => None,
            (least, false) if least == found => None,
            (1, false) => Some("one argument"),
            (_, false) => Some("two arguments"),
        }
    }

    /// Returns the expected and the actual type of an argument if they differ.
    pub(super) fn wrong_argument(&self, index: usize, value: &Value<'_>, model: &Model) -> Option<(String, String)> {
        let argument = self.arguments.get(index.min(self.arguments.len() - 1))?;
        let found = value.ty();
        let wrong = |expected: String| Some((expected, value.describe().to_owned()));
        match argument {
            Any => None,
            _ if found == Type::Any => None,
            OneOf(types) if types.contains(&found) => None,
            OneOf(types) => {
                let names: Vec<&str> = types.iter().map(|ty| ty.describe()).collect();
                let (last, first) = names.split_last()?;
                wrong(if first.is_empty() { (*last).to_owned() } else { format!("{} or {last}", first.join(", ")) })
            }
            ListOf(ty) => {
                let expected = format!("a list of {}", ty.plural());
                let Some(items) = value.items(model) else { return wrong(expected) };
                let other = items.iter().map(|(item, _)| item.ty()).find(|item| item != ty && *item != Type::Any)?;
                Some((expected, format!("a list of {}", other.plural())))
            }
        }
    }

    /// Returns an example of the result.
    pub(super) fn returns(&self) -> Value<'static> {
        match self.returns {
            Array => Value::empty_list(),
            Object => Value::object([]),
            Text => Value::Text(String::new()),
            Number => Value::Number(0.0),
            Type::Boolean => Value::Boolean(false),
            Type::Any | Type::Null | Expression => Value::Any,
        }
    }
}
