//! Pages: where the token is, where the items are, and the steps that lead there.

use serde_json::Value;

use super::{Context, names, shape};
use crate::{
    diagnostic::Report,
    ir::{Items, Name, Pagination, PathStep, Presence, Structure, Type},
    model::{Operation, Shape, ShapeId, ShapeKind},
};

/// How the operation's pages are followed, if it has the trait `smithy.api#paginated`.
pub(super) fn of(
    context: &Context<'_>,
    shape: &Shape,
    operation: &Operation,
    input: &Structure,
    output: Option<&Structure>,
    report: &mut Report,
) -> Option<Pagination> {
    let own = shape.traits.get("smithy.api#paginated")?;
    // What is missing has been reported, and is no fault of the trait.
    context.shape(&operation.input)?;
    context.shape(&operation.output)?;
    let inherited = context.chosen.shape.traits.get("smithy.api#paginated");
    let setting = |key: &str| own.get(key).or_else(|| inherited?.get(key)).and_then(Value::as_str);

    let mut complain = |message: String| {
        report.error(message).in_file(&shape.file).at(&shape.id).help("mend the trait `smithy.api#paginated`");
    };
    let (Some(input_token), Some(output_token)) = (setting("inputToken"), setting("outputToken")) else {
        complain("`inputToken` or `outputToken` is missing".to_owned());
        return None;
    };
    let Some(input_token) = input.members.iter().find(|member| member.name.wire == input_token) else {
        complain(format!("the input has no member `{input_token}`"));
        return None;
    };
    let Some((output_token, token)) = output_path(context, operation, output, output_token) else {
        complain(format!("the output has no member `{output_token}`"));
        return None;
    };
    if input_token.ty != token || input_token.presence != Presence::Optional {
        complain(format!("`{}` does not take what the answer's token is", input_token.name.wire));
        return None;
    }
    // The service's own setting is for those of its operations that have such a member.
    let page_size = own.get("pageSize").and_then(Value::as_str);
    if let Some(size) = page_size.filter(|size| !input.members.iter().any(|member| member.name.wire == **size)) {
        complain(format!("the input has no member `{size}`"));
    }
    let items = match setting("items") {
        None => None,
        Some(path) => match output_path(context, operation, output, path) {
            Some((path, collection @ (Type::List(_) | Type::Map(..)))) => Some(Items { path, collection }),
            _ => {
                complain(format!("the output has no list or map `{path}`"));
                None
            }
        },
    };
    Some(Pagination { input_token: input_token.name.clone(), output_token, token, items })
}

/// The steps of a path `a.b`, and the type that it leads to.
fn output_path(
    context: &Context<'_>,
    operation: &Operation,
    output: Option<&Structure>,
    path: &str,
) -> Option<(Vec<PathStep>, Type)> {
    let parts: Vec<&str> = path.split('.').collect();
    let (mut steps, ty) = follow(context, &operation.output, &parts)?;
    // The output's own structure knows best how its members are called.
    let first = output.and_then(|output| output.members.iter().find(|member| member.name.wire == parts[0]));
    if let (Some(first), Some(step)) = (first, steps.first_mut()) {
        step.member.clone_from(&first.name);
    }
    Some((steps, ty))
}

/// Follows members from a structure; `None` if one is not there.
pub(super) fn follow(context: &Context<'_>, start: &ShapeId, path: &[&str]) -> Option<(Vec<PathStep>, Type)> {
    let mut steps = Vec::new();
    let mut at = start.clone();
    let mut ty = None;
    for part in path {
        let owner = context.shape(&at)?;
        let ShapeKind::Structure(members) = &owner.kind else { return None };
        let member = members.iter().find(|member| member.name == *part)?;
        let member_type = shape::type_of(context, &member.target);
        let required = member.traits.has("smithy.api#required") && !member.traits.has("smithy.api#idempotencyToken");
        steps.push(PathStep {
            member: Name { wire: member.name.clone(), rust: names::member_name(&member.name) },
            optional: !required,
            boxed: context.closure.is_boxed(&at, &member.name),
        });
        ty = Some(member_type);
        at = member.target.clone();
    }
    Some((steps, ty?))
}
