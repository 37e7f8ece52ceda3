//! Errors: their faults, their codes, and the members that contain their messages.

use super::Context;
use crate::{
    ir::{self, Type},
    model::Shape,
};

/// Lowers the properties of an error structure: its fault, its code, and the member that contains its message.
pub(super) fn facts(context: &Context<'_>, shape: &Shape, fault: &str, members: &[ir::Member]) -> ir::ErrorFacts {
    let fault = if fault == "server" { ir::Fault::Server } else { ir::Fault::Client };
    let mut marked = shape.kind.members().into_iter().filter(|member| member.traits.has("simba.api#errorMessage"));
    let name = marked.next().map_or("message", |member| member.name.as_str());
    let message = members.iter().find(|m| m.name.wire.eq_ignore_ascii_case(name) && m.ty == Type::String);
    ir::ErrorFacts {
        variant: context.names.variant(&shape.id),
        fault,
        codes: codes(context, shape),
        query_code: query_code(context, shape).map(str::to_owned),
        original_name: context.chosen.service.rename.get(&shape.id).map(|_| shape.id.name().to_owned()),
        http_status: context.chosen.protocol.http_error(&shape.traits),
        message: message.map(|member| member.name.rust.clone()),
    }
}

/// Returns the codes that identify an error in responses.
pub(super) fn codes(context: &Context<'_>, shape: &Shape) -> Vec<String> {
    let renamed = context.chosen.service.rename.get(&shape.id).map(String::as_str);
    let codes = [renamed, Some(shape.id.name()), query_code(context, shape)];
    codes.into_iter().flatten().map(str::to_owned).collect()
}

/// Returns the error code in the query protocol, if it differs from the name of the shape.
fn query_code<'s>(context: &Context<'_>, shape: &'s Shape) -> Option<&'s str> {
    let query_code = context.chosen.protocol.query_error_code(context.chosen.shape, &shape.traits);
    query_code.filter(|code| *code != shape.id.name())
}
