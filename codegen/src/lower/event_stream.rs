//! Event streams: members whose target is a union with the `streaming` trait.

use super::{
    Context,
    doc_links::{DocScope, Field, Fields},
    docs, wire_traits,
};
use crate::{
    ir::{self, Direction, EventStreamMember, EventUnion, Name, Presence, WireTrait},
    model::{Member, Model, Shape, ShapeKind},
};

/// Returns the union of the events of a member, or `None` if the member is not an event stream.
pub(super) fn union_of<'m>(model: &'m Model, member: &Member) -> Option<&'m Shape> {
    model.get(&member.target).filter(|target| is_event_union(target))
}

fn is_event_union(shape: &Shape) -> bool {
    matches!(shape.kind, ShapeKind::Union(_)) && shape.traits.has("smithy.api#streaming")
}

/// Returns whether a structure may have an event stream. Only inputs and outputs of operations may have one.
pub(super) fn may_have(context: &Context<'_>, shape: &Shape) -> bool {
    context.closure.is_input(&shape.id) || context.closure.is_output(&shape.id)
}

/// Returns the direction of a structure that is not an input. An output with an event stream can only be received.
pub(super) fn output_direction(context: &Context<'_>, shape: &Shape) -> Direction {
    let streams = || shape.kind.members().into_iter().any(|member| union_of(context.model, member).is_some());
    if may_have(context, shape) && streams() { Direction::Output } else { context.closure.direction(&shape.id) }
}

/// Lowers a member that is an event stream.
pub(super) fn member(
    context: &Context<'_>,
    fields: &Fields<'_>,
    field: &Field<'_>,
    union: &Shape,
) -> Box<EventStreamMember> {
    let Field { member, name, .. } = field;
    let scope = DocScope::member(context, fields, member);
    Box::new(EventStreamMember {
        doc: docs::of_member(&member.traits, &union.traits, &scope, || format!("The events of `{}`.", member.name)),
        deprecated: docs::deprecation(&member.traits),
        name: Name { wire: member.name.clone(), rust: name.clone() },
        events: context.names.path(&union.id),
    })
}

/// Adds [`WireTrait::Required`] to the required members of an output that are headers. If such a header is missing, the
/// response is malformed, and the events that follow cannot be trusted.
pub(super) fn require_headers(members: &mut [ir::Member]) {
    for member in members.iter_mut().filter(|member| member.presence == Presence::Required) {
        if member.traits.iter().any(|item| matches!(item, WireTrait::HttpHeader(_))) {
            member.traits.push(WireTrait::Required);
        }
    }
}

/// Returns whether a member of a union becomes a variant. In a union of events, errors become variants only if the
/// union can be sent, since a stream returns received errors as `Err`.
pub(super) fn is_variant(context: &Context<'_>, shape: &Shape, member: &Member) -> bool {
    let is_sent = || context.closure.direction(&shape.id) == Direction::Input;
    !is_event_union(shape) || !context.is_error(&member.target) || is_sent()
}

/// Returns the wire traits of a member of a union.
pub(super) fn wire_traits(context: &Context<'_>, shape: &Shape, member: &Member) -> Vec<WireTrait> {
    let mut traits = wire_traits::of(context, member);
    if is_event_union(shape) && context.is_error(&member.target) {
        traits.push(WireTrait::EventException);
    }
    traits
}

/// Returns the properties of a union of events, or `None` for other unions.
pub(super) fn union(context: &Context<'_>, shape: &Shape, members: &[Member]) -> Option<EventUnion> {
    if !is_event_union(shape) {
        return None;
    }
    let errors = members.iter().filter(|member| context.is_error(&member.target));
    let renamed = errors.filter(|member| member.name != member.target.name());
    Some(EventUnion { errors: renamed.map(|member| (member.name.clone(), member.target.name().to_owned())).collect() })
}
