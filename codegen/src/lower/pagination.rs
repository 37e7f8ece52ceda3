//! Lowers pagination: the paths to the tokens and the items.

use serde_json::Value;

use super::{shape::Types, waiter::Polled};
use crate::{
    diagnostic::Report,
    ir::{Items, Pagination, PathStep, Presence, Structure, Type},
};

const PAGINATED: &str = "smithy.api#paginated";

/// Lowers the `smithy.api#paginated` trait of an operation. Returns `None` if the operation does not have the trait.
pub(super) fn of(polled: &Polled<'_, '_>, report: &mut Report) -> Option<Pagination> {
    let Polled { context, shape, operation, input, types, .. } = polled;
    let own = shape.traits.get(PAGINATED)?;
    if !input.is_cloneable() {
        let message =
            "the methods `pages` and `items` are omitted: the request contains a stream, which can be sent only once";
        report.warning(message).in_file(&shape.file).at(&shape.id).in_trait(PAGINATED);
        return None;
    }
    // Missing structures have already been reported.
    context.shape(&operation.input)?;
    let output = polled.output()?;
    let inherited = context.chosen.shape.traits.get(PAGINATED);
    let setting = |key: &str| own.get(key).or_else(|| inherited?.get(key)).and_then(Value::as_str);

    // The paths were checked when the model was loaded.
    let input_token = setting("inputToken")?;
    let input_token = input.members.iter().find(|member| member.name.wire == input_token)?;
    let (output_token, token) = follow(types, output, setting("outputToken")?)?;
    if input_token.ty != *token || input_token.presence == Presence::Required {
        let message = format!("`{}` and the output token have different types", input_token.name.wire);
        let problem = report.error(message).in_file(&shape.file).at(&shape.id).in_trait(PAGINATED);
        problem.help(format!("fix the trait `{PAGINATED}`"));
        return None;
    }
    let items = setting("items").and_then(|path| match follow(types, output, path)? {
        (path, collection @ (Type::List(_) | Type::Map(..))) => Some(Items { path, collection: collection.clone() }),
        _ => None,
    });
    Some(Pagination { input_token: PathStep::from(input_token), output_token, token: token.clone(), items })
}

/// Returns the steps of a path such as `a.b` in the generated crate, and the type of the last member. Returns `None` if
/// a member does not exist.
fn follow<'t>(types: &'t Types, start: &'t Structure, path: &str) -> Option<(Vec<PathStep>, &'t Type)> {
    let mut steps = Vec::new();
    let (mut structure, mut last) = (Some(start), None);
    for part in path.split('.') {
        let member = structure?.members.iter().find(|member| member.name.wire == part)?;
        steps.push(PathStep::from(member));
        structure = match &member.ty {
            Type::Structure(path) => types.structure(path),
            _ => None,
        };
        last = Some(&member.ty);
    }
    Some((steps, last?))
}
