//! Checks the paths in the `operationContextParams` trait, which provide values for the parameters of endpoint rules.

use jmespath::ast::Ast;
use serde_json::Value;

use crate::{
    diagnostic::{Part, Report},
    model::{
        Model, Operation, Shape,
        jmespath::{Problem, parse},
        semantics::{
            is_written,
            path_types::{self, Checked, Type, Value as Example},
        },
    },
};

const PARAMS: &str = "smithy.rules#operationContextParams";

/// Reports invalid paths, paths with features that the trait does not allow, and paths whose type is not valid for a
/// parameter.
pub(super) fn check(model: &Model, shape: &Shape, operation: &Operation, report: &mut Report) {
    let params = shape.traits.get(PARAMS).filter(|_| is_written(shape)).and_then(Value::as_object);
    for (name, value) in params.into_iter().flatten() {
        let Some(path) = value.get("path").and_then(Value::as_str) else { continue };
        let start = Example::of_shape(model, &operation.input);
        let Checked { problems, value } = path_types::check(model, path, start);
        let mut messages: Vec<String> = problems.iter().map(|(_, problem)| message(path, problem)).collect();
        messages.extend(parse(path).ok().and_then(|ast| unsupported(&ast)).map(|problem| message(path, &problem)));
        let is_param = match value.ty() {
            Type::Text | Type::Boolean | Type::Any => true,
            _ => value.is_list_of(Type::Text, model),
        };
        if messages.is_empty() && !is_param {
            let expected = "a string, a boolean or a list of strings";
            messages.push(format!("expected {expected}, but the path evaluates to {}", value.describe()));
        }
        for message in messages {
            let problem = report.error(format!("context parameter `{name}`: {message}"));
            let part = Part::Element { name: PARAMS.to_owned(), path: format!("{name}.path") };
            problem.in_file(&shape.file).at(&shape.id).part(part);
        }
    }
}

fn message(path: &str, problem: &Problem) -> String {
    format!("column {} of the path: {}", problem.column(path), problem.message)
}

/// Returns the first JMESPath feature in an expression that the trait does not support.
fn unsupported(ast: &Ast) -> Option<Problem> {
    let feature = match ast {
        Ast::Subexpr { lhs, rhs, .. } => return unsupported(lhs).or_else(|| unsupported(rhs)),
        Ast::MultiList { elements, .. } => return elements.iter().find_map(unsupported),
        Ast::Function { name, args, .. } if name == "keys" => return args.iter().find_map(unsupported),
        Ast::Projection { lhs, rhs, .. } => match (&**lhs, &**rhs) {
            (_, Ast::Condition { .. }) => "filters",
            (Ast::ObjectValues { node, .. }, rhs) => return unsupported(node).or_else(|| unsupported(rhs)),
            // Smithy's validator does not check the contents of other projections either.
            _ => return None,
        },
        Ast::Function { .. } => "functions other than `keys`",
        Ast::Comparison { .. } => "comparisons",
        Ast::Expref { .. } => "expression references",
        Ast::Field { .. }
        | Ast::Identity { .. }
        | Ast::Flatten { .. }
        | Ast::ObjectValues { .. }
        | Ast::Condition { .. } => return None,
        Ast::Index { .. } => "indexes",
        Ast::Literal { .. } => "literals",
        Ast::MultiHash { .. } => "multi-select hashes",
        Ast::And { .. } => "`&&`",
        Ast::Or { .. } => "`||`",
        Ast::Not { .. } => "`!`",
        Ast::Slice { .. } => "slices",
    };
    let allowed = "use members, `[*]`, `*`, `[]` and `keys`";
    Some(Problem::at(ast, format!("{feature} are not allowed; {allowed}")))
}
