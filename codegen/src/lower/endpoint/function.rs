//! The functions that endpoint rules can call: a table of their parameters and results, and the lowering of calls.

use serde_json::{Map, Value as Json};

use crate::ir::endpoint::{Choose, Coalesce, Expr, Form, Local, Type};

use super::Context;
use super::condition::Guard;
use super::expression::{Typed, describe};
use super::reader::{Reader, join};
use super::scope::Scope;
use super::template::parse_path;

/// A function that endpoint rules can call.
pub(super) struct Function {
    /// The name of the function in the rules.
    pub(super) name: &'static str,
    parameters: &'static [Parameter],
    /// The type of the result. If the function returns one of its arguments, this is the type that the arguments
    /// usually have.
    pub(super) result: Type,
    /// The operation to which calls are lowered.
    operation: Operation,
}

/// A parameter of a function.
#[derive(Clone, Copy)]
enum Parameter {
    /// A value of this type, which must be set.
    Value(Type),
    /// A string from which the result borrows.
    Borrowed,
    /// A value of any type that may be absent.
    Optional,
    /// A non-negative integer.
    Integer,
    /// The literal `true` or `false`.
    Literal,
}

/// The operation to which calls are lowered: an expression, or a call to a function in the runtime.
enum Operation {
    IsSet,
    Not,
    Equal,
    GetAttr,
    Coalesce,
    Ite,
    Partition,
    /// A function in the runtime whose result is always set.
    Runtime(&'static str, Form),
    /// A function in the runtime whose result is optional.
    RuntimeOptional(&'static str, Form),
}

/// All functions, sorted by name.
const FUNCTIONS: [Function; 15] = {
    use Operation::{Coalesce, Equal, GetAttr, IsSet, Ite, Not, Partition, Runtime, RuntimeOptional};
    use Parameter::{Borrowed, Integer, Literal, Optional, Value};
    const fn row(name: &'static str, parameters: &'static [Parameter], result: Type, operation: Operation) -> Function {
        Function { name, parameters, result, operation }
    }
    [
        row(
            "aws.isVirtualHostableS3Bucket",
            &[Value(Type::Str), Value(Type::Bool)],
            Type::Bool,
            Runtime("is_virtual_hostable_s3_bucket", Form::Borrowed),
        ),
        row("aws.parseArn", &[Borrowed], Type::Arn, RuntimeOptional("parse_arn", Form::Owned)),
        row("aws.partition", &[Value(Type::Str)], Type::Partition, Partition),
        row("booleanEquals", &[Value(Type::Bool), Value(Type::Bool)], Type::Bool, Equal),
        row("coalesce", &[Optional, Optional], Type::Str, Coalesce),
        row("getAttr", &[Optional, Optional], Type::Str, GetAttr),
        row("isSet", &[Optional], Type::Bool, IsSet),
        row(
            "isValidHostLabel",
            &[Value(Type::Str), Value(Type::Bool)],
            Type::Bool,
            Runtime("is_valid_host_label", Form::Borrowed),
        ),
        row("ite", &[Value(Type::Bool), Optional, Optional], Type::Str, Ite),
        row("not", &[Value(Type::Bool)], Type::Bool, Not),
        row("parseURL", &[Borrowed], Type::Url, RuntimeOptional("parse_url", Form::Owned)),
        row("split", &[Borrowed, Value(Type::Str), Integer], Type::StrArray, Runtime("split", Form::Owned)),
        row("stringEquals", &[Value(Type::Str), Value(Type::Str)], Type::Bool, Equal),
        row(
            "substring",
            &[Borrowed, Integer, Integer, Literal],
            Type::Str,
            RuntimeOptional("substring", Form::Borrowed),
        ),
        row("uriEncode", &[Value(Type::Str)], Type::Str, Runtime("uri_encode", Form::Owned)),
    ]
};

impl Context {
    /// Reads `fn` and `argv`.
    pub(super) fn function<'a>(
        &mut self,
        at: &str,
        object: &'a Map<String, Json>,
    ) -> Option<(&'static Function, &'a [Json])> {
        const ALL: &[Function] = &FUNCTIONS;
        let name = self.reader.required(at, object, "fn", Reader::string);
        let argv = self.reader.required(at, object, "argv", Reader::array);
        let name = name?;
        let Some(function) = ALL.iter().find(|function| function.name == name) else {
            let known = FUNCTIONS.map(|function| function.name).join("`, `");
            return self
                .reader
                .problem(&join(at, "fn"), &format!("unknown function `{name}`; expected one of `{known}`"));
        };
        Some((function, argv?))
    }

    /// Lowers a call. Adds the guards that its arguments require to `guards`.
    pub(super) fn call(
        &mut self,
        at: &str,
        function: &Function,
        argv: &[Json],
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Typed> {
        let at = join(at, "argv");
        let (expected, found) = (function.parameters.len(), argv.len());
        let is_variadic = matches!(function.operation, Operation::Coalesce);
        if found < expected || found > expected && !is_variadic {
            let message =
                format!("wrong number of arguments for `{}`: expected {expected}, found {found}", function.name);
            return self.problem(&at, &message);
        }
        if let (Operation::GetAttr, [base, path]) = (&function.operation, argv) {
            return self.get_attr(&at, base, path, scope, guards);
        }
        let mut arguments = Vec::new();
        for (index, json) in argv.iter().enumerate() {
            let parameter = function.parameters.get(index).copied().unwrap_or(Parameter::Optional);
            arguments.push(self.argument(&format!("{at}[{index}]"), json, parameter, scope, guards));
        }
        let arguments: Vec<Typed> = arguments.into_iter().collect::<Option<_>>()?;
        self.apply(&at, function, arguments)
    }

    fn argument(
        &mut self,
        at: &str,
        json: &Json,
        parameter: Parameter,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Typed> {
        match parameter {
            Parameter::Value(ty) => Some(Typed::new(self.typed_expr(at, json, ty, scope, guards)?, ty)),
            Parameter::Borrowed => {
                let value = self.text(at, json, scope, guards)?;
                Some(Typed::new(self.borrowed(value, guards), Type::Str))
            }
            Parameter::Optional => self.optional_expr(at, json, scope, guards),
            Parameter::Integer => match json.as_u64().map(u32::try_from) {
                Some(Ok(integer)) => Some(Typed::new(Expr::Integer(integer), Type::Str)),
                _ => self.problem(at, "expected a non-negative integer"),
            },
            Parameter::Literal => match json.as_bool() {
                Some(bool) => Some(Typed::new(Expr::Bool(bool), Type::Bool)),
                None => self.problem(at, "expected a boolean"),
            },
        }
    }

    /// Stores a computed string in a variable, so that a result can borrow from it.
    fn borrowed(&mut self, value: Expr, guards: &mut Vec<Guard>) -> Expr {
        if matches!(value, Expr::Local(_)) || value.form() == Form::Borrowed {
            return value;
        }
        let local = self.names.fresh("text");
        guards.push(Guard::Let { local: local.clone(), value });
        Expr::Local(Local { name: local, form: Form::Owned })
    }

    fn apply(&mut self, at: &str, function: &Function, arguments: Vec<Typed>) -> Option<Typed> {
        let mut rest = arguments.into_iter();
        let (expr, optional) = match &function.operation {
            Operation::IsSet => {
                let value = rest.next()?;
                let is_set = Expr::IsSet(Box::new(value.expr));
                (if value.optional { is_set } else { Expr::Bool(true) }, false)
            }
            Operation::Not => (not(rest.next()?.expr), false),
            Operation::Equal => (equal(rest.next()?.expr, rest.next()?.expr), false),
            Operation::Coalesce => return self.coalesce(at, rest.collect()),
            Operation::Ite => return self.choose(at, rest.next()?.expr, [rest.next()?, rest.next()?]),
            Operation::Partition => {
                self.uses_partitions = true;
                (Expr::Partition(Box::new(rest.next()?.expr)), false)
            }
            // This case does not occur: `call` lowers `getAttr` with `get_attr`, since its second argument is not an
            // expression.
            Operation::GetAttr => return None,
            Operation::Runtime(name, form) | Operation::RuntimeOptional(name, form) => {
                let arguments = rest.map(|argument| argument.expr).collect();
                let optional = matches!(function.operation, Operation::RuntimeOptional(..));
                (Expr::Call { function: name, arguments, form: *form }, optional)
            }
        };
        Some(Typed { expr, ty: function.result, optional })
    }

    fn get_attr(
        &mut self,
        at: &str,
        base: &Json,
        path: &Json,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Typed> {
        let at_base = format!("{at}[0]");
        let typed = self.optional_expr(&at_base, base, scope, guards)?;
        let ty = typed.ty;
        let name = self.reference(&at_base, base);
        let base = Typed::new(self.require(typed, name, scope, guards), ty);
        let at_path = format!("{at}[1]");
        match path.as_str().and_then(parse_path) {
            Some(path) => self.attribute(&at_path, base, &path),
            None => self.problem(&at_path, "expected a path such as `name` or `[0]`"),
        }
    }

    fn coalesce(&mut self, at: &str, values: Vec<Typed>) -> Option<Typed> {
        let ty = self.common_type(at, &values)?;
        let form = common_form(&values);
        // Arguments that follow one that is always set are never used.
        let mut optional = Vec::new();
        let mut last = None;
        for value in values {
            if !value.optional {
                last = Some(Box::new(value.expr));
                break;
            }
            optional.push(value.expr);
        }
        Some(match (optional.is_empty(), last) {
            (true, Some(last)) => Typed::new(*last, ty),
            (_, last) => {
                Typed { optional: last.is_none(), expr: Expr::Coalesce(Coalesce { optional, last, form }), ty }
            }
        })
    }

    fn choose(&mut self, at: &str, condition: Expr, values: [Typed; 2]) -> Option<Typed> {
        let ty = self.common_type(at, &values)?;
        let form = common_form(&values);
        let optional = values.iter().any(|value| value.optional);
        let [then, otherwise] = values.map(|value| {
            Box::new(if optional && !value.optional { Expr::Some(Box::new(value.expr)) } else { value.expr })
        });
        let choose = Choose { condition: Box::new(condition), then, otherwise, optional, form };
        Some(Typed { expr: Expr::Choose(choose), ty, optional })
    }

    /// Returns the type that all `values` have in common. Reports a problem if their types differ, or if a resolver
    /// cannot choose between values of this type.
    fn common_type(&mut self, at: &str, values: &[Typed]) -> Option<Type> {
        let ty = values.last()?.ty;
        if let Some(other) = values.iter().find(|value| value.ty != ty) {
            let (one, two) = (describe(other.ty), describe(ty));
            return self.problem(at, &format!("expected values of the same type, found {one} and {two}"));
        }
        match ty {
            Type::Str | Type::Bool => Some(ty),
            Type::StrArray | Type::Partition | Type::Arn | Type::Url => {
                self.problem(at, &format!("expected strings or booleans, found {}", describe(ty)))
            }
        }
    }
}

fn common_form(values: &[Typed]) -> Form {
    if values.iter().any(|value| value.expr.form() == Form::Owned) { Form::Owned } else { Form::Borrowed }
}

fn not(value: Expr) -> Expr {
    match value {
        Expr::Bool(bool) => Expr::Bool(!bool),
        Expr::Not(value) => *value,
        value => Expr::Not(Box::new(value)),
    }
}

fn equal(left: Expr, right: Expr) -> Expr {
    match (left, right) {
        (Expr::Bool(true), value) | (value, Expr::Bool(true)) => value,
        (Expr::Bool(false), value) | (value, Expr::Bool(false)) => not(value),
        (Expr::String(left), Expr::String(right)) => Expr::Bool(left == right),
        // Literals are always placed on the right.
        (left @ Expr::String(_), right) => Expr::Equal(Box::new(right), Box::new(left)),
        (left, right) => Expr::Equal(Box::new(left), Box::new(right)),
    }
}
