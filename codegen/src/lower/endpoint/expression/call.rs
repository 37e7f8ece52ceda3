//! Function calls: counts and checks arguments, and says what comes out.

use crate::ir::endpoint::{Call, Choose, Coalesce, Expr, Form, Local, Type};
use crate::model::endpoint_rules::{self as model, Function};

use super::super::Context;
use super::super::condition::Guard;
use super::super::scope::Scope;
use super::{Typed, describe, join};

/// The arguments of a call, with what is needed to lower them.
struct Arguments<'a> {
    at: &'a str,
    list: &'a [model::Expr],
    scope: &'a mut Scope,
    guards: &'a mut Vec<Guard>,
}

impl Arguments<'_> {
    /// The place of the argument at `index`.
    fn place(&self, index: usize) -> String {
        join(self.at, &format!("argv[{index}]"))
    }
}

impl Context {
    /// The result of a function.
    pub(in super::super) fn call(
        &mut self,
        at: &str,
        call: &model::Call,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Typed> {
        self.count(at, call)?;
        let list = &call.arguments;
        let args = &mut Arguments { at, list, scope, guards };
        Some(match call.function {
            Function::IsSet => {
                let typed = self.optional_argument(args, 0)?;
                let is_set = Expr::IsSet(Box::new(typed.expr));
                let expr = if typed.optional { is_set } else { Expr::Bool(true) };
                Typed::new(expr, Type::Bool)
            }
            Function::Not => Typed::new(not(self.argument(args, 0, Type::Bool)?), Type::Bool),
            Function::BooleanEquals => {
                let left = self.argument(args, 0, Type::Bool);
                let right = self.argument(args, 1, Type::Bool);
                Typed::new(equal(left?, right?), Type::Bool)
            }
            Function::StringEquals => {
                let left = self.argument(args, 0, Type::Str);
                let right = self.argument(args, 1, Type::Str);
                Typed::new(equal(left?, right?), Type::Bool)
            }
            Function::GetAttr => {
                let base = self.optional_argument(args, 0)?;
                let ty = base.ty;
                let name = self.variable_name(args, 0);
                let expr = self.require(base, name, args.scope, args.guards);
                let path = self.path(args)?;
                self.attribute(&args.place(1), Typed::new(expr, ty), &path)?
            }
            Function::Coalesce => self.coalesce(args)?,
            Function::Ite => self.choose(args)?,
            Function::AwsPartition => {
                self.asks_partition = true;
                let region = self.argument(args, 0, Type::Str)?;
                Typed::new(Expr::Call(Call::Partition(Box::new(region))), Type::Partition)
            }
            Function::AwsParseArn => {
                let text = Box::new(self.held(args, 0)?);
                Typed::optional(Expr::Call(Call::ParseArn(text)), Type::Arn)
            }
            Function::ParseUrl => {
                let text = Box::new(self.held(args, 0)?);
                Typed::optional(Expr::Call(Call::ParseUrl(text)), Type::Url)
            }
            Function::UriEncode => {
                let text = Box::new(self.argument(args, 0, Type::Str)?);
                Typed::new(Expr::Call(Call::UriEncode(text)), Type::Str)
            }
            Function::IsValidHostLabel => {
                let text = self.argument(args, 0, Type::Str);
                let dots = self.argument(args, 1, Type::Bool);
                let call = Call::IsValidHostLabel(Box::new(text?), Box::new(dots?));
                Typed::new(Expr::Call(call), Type::Bool)
            }
            Function::AwsIsVirtualHostableS3Bucket => {
                let text = self.argument(args, 0, Type::Str);
                let dots = self.argument(args, 1, Type::Bool);
                let call = Call::IsVirtualHostableS3Bucket(Box::new(text?), Box::new(dots?));
                Typed::new(Expr::Call(call), Type::Bool)
            }
            Function::Substring => {
                let text = self.held(args, 0);
                let (start, end) = (self.integer(args, 1), self.integer(args, 2));
                let reverse = self.literal_bool(args, 3);
                let call = Call::Substring { text: Box::new(text?), start: start?, end: end?, reverse: reverse? };
                Typed::optional(Expr::Call(call), Type::Str)
            }
            Function::Split => {
                let text = self.held(args, 0);
                let delimiter = self.argument(args, 1, Type::Str);
                let limit = self.integer(args, 2);
                let call = Call::Split { text: Box::new(text?), delimiter: Box::new(delimiter?), limit: limit? };
                Typed::new(Expr::Call(call), Type::StrArray)
            }
        })
    }

    /// Notes a wrong number of arguments.
    fn count(&mut self, at: &str, call: &model::Call) -> Option<()> {
        let (least, most) = match call.function {
            Function::IsSet
            | Function::Not
            | Function::AwsPartition
            | Function::AwsParseArn
            | Function::ParseUrl
            | Function::UriEncode => (1, 1),
            Function::BooleanEquals
            | Function::StringEquals
            | Function::GetAttr
            | Function::IsValidHostLabel
            | Function::AwsIsVirtualHostableS3Bucket => (2, 2),
            Function::Ite | Function::Split => (3, 3),
            Function::Substring => (4, 4),
            Function::Coalesce => (2, usize::MAX),
        };
        let found = call.arguments.len();
        if (least..=most).contains(&found) {
            return Some(());
        }
        let name = call.function.name();
        let message = format!("{name} takes {least} arguments, found {found}");
        self.problem(&join(at, "argv"), &message)
    }

    /// The argument at `index`, which has to be there and of type `ty`.
    fn argument(&mut self, args: &mut Arguments<'_>, index: usize, ty: Type) -> Option<Expr> {
        let at = args.place(index);
        let typed = self.expr(&at, &args.list[index], args.scope, args.guards)?;
        self.typed(&at, typed, ty, args.scope, args.guards)
    }

    /// The argument at `index`, which need not be there.
    fn optional_argument(&mut self, args: &mut Arguments<'_>, index: usize) -> Option<Typed> {
        let at = args.place(index);
        match &args.list[index] {
            model::Expr::Ref(name) => self.maybe(&at, name, args.scope),
            other => self.expr(&at, other, args.scope, args.guards),
        }
    }

    fn variable_name<'a>(&self, args: &Arguments<'a>, index: usize) -> Option<&'a str> {
        match &args.list[index] {
            model::Expr::Ref(name) => Some(name),
            model::Expr::Template(_) | model::Expr::Bool(_) | model::Expr::Int(_) | model::Expr::Call(_) => None,
        }
    }

    /// A string argument whose parts the result borrows: one that is put together has to be held
    /// by a variable.
    fn held(&mut self, args: &mut Arguments<'_>, index: usize) -> Option<Expr> {
        let value = self.argument(args, index, Type::Str)?;
        if matches!(value, Expr::Local(_)) || value.form() == Form::Borrowed {
            return Some(value);
        }
        let local = self.names.fresh("text");
        args.guards.push(Guard::Let { local: local.clone(), value });
        Some(Expr::Local(Local { name: local, form: Form::Owned }))
    }

    fn integer(&mut self, args: &Arguments<'_>, index: usize) -> Option<u32> {
        match &args.list[index] {
            model::Expr::Int(integer) if u32::try_from(*integer).is_ok() => u32::try_from(*integer).ok(),
            _ => self.problem(&args.place(index), "expected an integer of at least 0"),
        }
    }

    fn literal_bool(&mut self, args: &Arguments<'_>, index: usize) -> Option<bool> {
        match &args.list[index] {
            model::Expr::Bool(bool) => Some(*bool),
            _ => self.problem(&args.place(index), "expected true or false"),
        }
    }

    /// The path that `getAttr` takes.
    fn path(&mut self, args: &Arguments<'_>) -> Option<Vec<model::Step>> {
        let path = match &args.list[1] {
            model::Expr::Template(pieces) => match pieces.as_slice() {
                [model::Piece::Text(text)] => model::parse_path(text),
                _ => None,
            },
            _ => None,
        };
        path.or_else(|| self.problem(&args.place(1), "expected a path such as \"name\" or \"[0]\""))
    }

    fn coalesce(&mut self, args: &mut Arguments<'_>) -> Option<Typed> {
        let mut values = Vec::new();
        for index in 0..args.list.len() {
            values.push(self.optional_argument(args, index));
        }
        let values: Vec<Typed> = values.into_iter().collect::<Option<_>>()?;
        let ty = self.common_type(args, &values)?;
        let form = common_form(&values);
        // Nothing that follows a value which is always there is ever taken.
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

    fn choose(&mut self, args: &mut Arguments<'_>) -> Option<Typed> {
        let condition = self.argument(args, 0, Type::Bool);
        let then = self.optional_argument(args, 1);
        let otherwise = self.optional_argument(args, 2);
        let (condition, values) = (condition?, [then?, otherwise?]);
        let ty = self.common_type(args, &values)?;
        let form = common_form(&values);
        let optional = values.iter().any(|value| value.optional);
        let [then, otherwise] = values.map(|value| {
            Box::new(if optional && !value.optional { Expr::Some(Box::new(value.expr)) } else { value.expr })
        });
        let choose = Choose { condition: Box::new(condition), then, otherwise, optional, form };
        Some(Typed { expr: Expr::Choose(choose), ty, optional })
    }

    /// The one type of all `values`, of those that the resolver can choose between.
    fn common_type(&mut self, args: &Arguments<'_>, values: &[Typed]) -> Option<Type> {
        let ty = values.last()?.ty;
        if let Some(other) = values.iter().find(|value| value.ty != ty) {
            let (one, two) = (describe(other.ty), describe(ty));
            let message = format!("the values are of different types: {one}, {two}");
            return self.problem(&join(args.at, "argv"), &message);
        }
        match ty {
            Type::Str | Type::Bool => Some(ty),
            Type::StrArray | Type::Partition | Type::Arn | Type::Url => {
                let message = format!("choosing between values that are {} is not supported", describe(ty));
                self.problem(&join(args.at, "argv"), &message)
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
        (Expr::Text(left), Expr::Text(right)) => Expr::Bool(left == right),
        // The value reads first, what it is compared with second.
        (left @ Expr::Text(_), right) => Expr::Equal(Box::new(right), Box::new(left)),
        (left, right) => Expr::Equal(Box::new(left), Box::new(right)),
    }
}
