//! The JMESPath functions that paths can use.

use jmespath::ast::Ast;

use super::{
    inferred_types::{Item, Kind, Typed},
    path::problem,
};
use crate::{
    ir::waiter::{Node, StringTest, Unit},
    model::jmespath::Problem,
};

/// The names of the supported functions, for error messages.
const SUPPORTED: &str = "`contains`, `ends_with`, `keys`, `length`, `not_null`, `starts_with` or `values`";

/// Compiles a function call with these arguments.
pub(super) fn call(ast: &Ast, name: &str, args: Vec<Typed>) -> Result<Typed, Problem> {
    let given = args.len();
    let mut args = args.into_iter();
    let takes = |count: &str| Err(problem(ast, &format!("`{name}` expects {count}, found {given}")));
    match name {
        "not_null" => return first_of(ast, args.collect()),
        "length" | "keys" | "values" | "contains" | "starts_with" | "ends_with" => {}
        _ => {
            return Err(problem(ast, &format!("unsupported function `{name}`; expected {SUPPORTED}")));
        }
    }
    match (name, args.next(), args.next(), args.next()) {
        ("length", Some(of), None, None) => length(ast, of),
        ("keys", Some(map), None, None) => keys(ast, map),
        ("values", Some(map), None, None) => values(ast, map),
        ("contains", Some(of), Some(what), None) => contains(ast, of, what),
        ("starts_with", Some(of), Some(what), None) => string_test(ast, name, of, StringTest::StartsWith, what),
        ("ends_with", Some(of), Some(what), None) => string_test(ast, name, of, StringTest::EndsWith, what),
        ("length" | "keys" | "values", ..) => takes("one argument"),
        _ => takes("two arguments"),
    }
}

/// Returns the number of leading arguments that must not be null. If one of them is null, the function fails.
pub(super) fn arguments_without_null(name: &str, args: &[Typed]) -> usize {
    match (name, args) {
        ("not_null", _) => 0,
        // A list can be searched for null.
        ("contains", [list, _]) if matches!(list.kind, Kind::List(_)) => 1,
        _ => args.len(),
    }
}

/// Returns the values of a map, for `values(map)` and `map.*`.
pub(super) fn values(ast: &Ast, map: Typed) -> Result<Typed, Problem> {
    let Kind::Map(entry) = map.kind else { return Err(not(ast, "a map", &map.kind)) };
    let (kind, read, nullable) = *entry;
    let read = match nullable {
        // The values of a sparse map may be null, which is not supported.
        true => return Err(problem(ast, "the values of a sparse map are not supported")),
        false => read,
    };
    let item = Item { kind, nullable };
    Ok(Typed::new(Node::Values(map.value.clone(), read), map.value.nullable, Kind::List(Box::new(item))))
}

fn keys(ast: &Ast, map: Typed) -> Result<Typed, Problem> {
    let Kind::Map(_) = map.kind else { return Err(not(ast, "a map", &map.kind)) };
    let nullable = map.value.nullable;
    let item = Item { kind: Kind::String, nullable: false };
    Ok(Typed::new(Node::Keys(map.value), nullable, Kind::List(Box::new(item))))
}

fn length(ast: &Ast, of: Typed) -> Result<Typed, Problem> {
    let unit = match of.kind {
        Kind::String => Unit::Characters,
        Kind::List(_) => Unit::Items,
        Kind::Map(_) => Unit::Entries,
        other => return Err(not(ast, "a string, list or map", &other)),
    };
    let nullable = of.value.nullable;
    Ok(Typed::new(Node::Length(of.value, unit), nullable, Kind::Number))
}

fn contains(ast: &Ast, of: Typed, what: Typed) -> Result<Typed, Problem> {
    let Kind::List(item) = &of.kind else { return string_test(ast, "contains", of, StringTest::Contains, what) };
    let comparable = matches!(item.kind, Kind::String | Kind::Number | Kind::Boolean);
    if item.kind != what.kind || !comparable || item.nullable {
        let message = format!("searching {} for {} is not supported", of.kind.describe(), what.kind.describe());
        return Err(problem(ast, &message));
    }
    // Searching for null is valid. The result is `false` rather than null, since the list does not contain null.
    let nullable = of.value.nullable;
    Ok(Typed::new(Node::Contains(of.value, what.value), nullable, Kind::Boolean))
}

fn string_test(ast: &Ast, name: &str, of: Typed, test: StringTest, what: Typed) -> Result<Typed, Problem> {
    for side in [&of, &what] {
        if side.kind != Kind::String {
            return Err(problem(ast, &format!("`{name}` expects strings, found {}", side.kind.describe())));
        }
    }
    let nullable = of.value.nullable || what.value.nullable;
    Ok(Typed::new(Node::StringTest(of.value, test, what.value), nullable, Kind::Boolean))
}

fn first_of(ast: &Ast, args: Vec<Typed>) -> Result<Typed, Problem> {
    let Some(first) = args.first() else {
        return Err(problem(ast, "`not_null` expects at least one argument, found 0"));
    };
    let kind = first.kind.clone();
    if args.iter().any(|arg| arg.kind != kind) || matches!(kind, Kind::List(_)) {
        return Err(problem(ast, "`not_null` supports only arguments of the same type, except lists"));
    }
    let mut values: Vec<_> = args.into_iter().map(|arg| arg.value).collect();
    // The arguments after one that is never null have no effect on the result.
    let never_null = values.iter().position(|value| !value.nullable);
    values.truncate(never_null.map_or(values.len(), |index| index + 1));
    Ok(Typed::new(Node::FirstOf(values), never_null.is_none(), kind))
}

fn not(ast: &Ast, wanted: &str, kind: &Kind) -> Problem {
    problem(ast, &format!("expected {wanted}, found {}", kind.describe()))
}
