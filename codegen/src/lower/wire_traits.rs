//! The member traits that codecs and protocols read.

use super::{Context, closure::is_sensitive, protocol::Protocol};
use crate::{
    ir::{TimestampFormat, WireTrait},
    model::{Member, Traits},
};

/// Returns the HTTP binding of a member, if the protocol reads it.
fn http_binding(protocol: &Protocol, traits: &Traits) -> Option<WireTrait> {
    let string = |id: &str| protocol.string(traits, id).map(str::to_owned);
    let has = |id: &str, binding| protocol.get(traits, id).map(|_| binding);
    string("smithy.api#httpHeader")
        .map(WireTrait::HttpHeader)
        .or_else(|| string("smithy.api#httpPrefixHeaders").map(WireTrait::HttpPrefixHeaders))
        .or_else(|| string("smithy.api#httpQuery").map(WireTrait::HttpQuery))
        .or_else(|| has("smithy.api#httpLabel", WireTrait::HttpLabel))
        .or_else(|| has("smithy.api#httpPayload", WireTrait::HttpPayload))
        .or_else(|| has("smithy.api#httpQueryParams", WireTrait::HttpQueryParams))
        .or_else(|| has("smithy.api#httpResponseCode", WireTrait::HttpResponseCode))
}

/// Returns the wire traits of a member: its own, and those that it inherits from its target.
pub(super) fn of(context: &Context<'_>, member: &Member) -> Vec<WireTrait> {
    let no_traits = Traits::default();
    let target = context.shape(&member.target).map_or(&no_traits, |shape| &shape.traits);
    let mut traits = Vec::new();
    if member.traits.has("smithy.api#eventHeader") {
        traits.push(WireTrait::EventHeader);
    }
    if member.traits.has("smithy.api#eventPayload") {
        traits.push(WireTrait::EventPayload);
    }
    let protocol = context.chosen.protocol;
    traits.extend(http_binding(protocol, &member.traits));
    if let Some(name) = protocol.string(&member.traits, "smithy.api#jsonName") {
        traits.push(WireTrait::JsonName(name.to_owned()));
    }
    if let Some(media_type) = media_type(context, member) {
        traits.push(WireTrait::MediaType(media_type.to_owned()));
    }
    let has = |id: &str| member.traits.has(id) || target.has(id);
    if has("smithy.api#requiresLength") {
        traits.push(WireTrait::RequiresLength);
    }
    if has("smithy.api#streaming") {
        traits.push(WireTrait::Streaming);
    }
    if member.traits.has("smithy.api#sensitive") || is_sensitive(context.model, &member.target) {
        traits.push(WireTrait::Sensitive);
    }
    if target.has("smithy.api#sparse") {
        traits.push(WireTrait::Sparse);
    }
    traits.extend(timestamp_format(context, member).map(WireTrait::TimestampFormat));
    traits
}

/// Returns the media type of a member or of its target, if the protocol reads it.
pub(super) fn media_type<'m>(context: &Context<'m>, member: &'m Member) -> Option<&'m str> {
    let string = |traits| context.chosen.protocol.string(traits, "smithy.api#mediaType");
    string(&member.traits).or_else(|| string(&context.shape(&member.target)?.traits))
}

/// Returns the timestamp format of a member or of its target.
pub(super) fn timestamp_format(context: &Context<'_>, member: &Member) -> Option<TimestampFormat> {
    let of_target = || context.shape(&member.target)?.traits.string("smithy.api#timestampFormat");
    match member.traits.string("smithy.api#timestampFormat").or_else(of_target)? {
        "date-time" => Some(TimestampFormat::DateTime),
        "http-date" => Some(TimestampFormat::HttpDate),
        "epoch-seconds" => Some(TimestampFormat::EpochSeconds),
        _ => None,
    }
}
