//! Serializes requests with HTTP bindings.

use http::{HeaderValue, Method, Request, Uri, header::CONTENT_TYPE};

use super::{
    Binding, Location,
    message::Message,
    string_serializer::{entries, strings},
    uri::UriBuilder,
    visit::not_a_structure,
};
use crate::{
    body::Body,
    codec::Codec,
    protocol::InputError,
    schema::{HttpTrait, MemberSchema, OperationSchema, SerdeError, SerializableShape, ValueRef},
    url::percent_decode,
};

/// Serializes the input of an operation as a request whose body is in the codec's format.
///
/// # Errors
///
/// Returns an error if the operation has no HTTP binding, a path label is not set, or a value is not valid in the part
/// of the message that it is bound to.
pub(in crate::protocol) fn serialize_request(
    codec: &dyn Codec,
    operation: &OperationSchema,
    input: &dyn SerializableShape,
) -> Result<Request<Body>, InputError> {
    let ValueRef::Struct(input) = input.as_value() else { return Err(not_a_structure().into()) };
    let mut request = Request::new(Body::empty());
    let Some(http) = &operation.http else {
        return Err(SerdeError::new(format_args!("the operation {} has no HTTP binding", operation.name)).into());
    };
    *request.method_mut() = Method::from_bytes(http.method.as_bytes()).map_err(SerdeError::new)?;
    let message = Message { members: input, binding: Binding::in_request };
    let uri = uri(http, message)?;
    (*request.headers_mut(), *request.body_mut()) = message.serialize(codec)?;
    #[cfg(any(test, feature = "testing"))]
    request.extensions_mut().insert(super::mock::Bound::new(message, &uri)?);
    let target = match uri.split_once('?') {
        Some((path, query)) if operation.form_query => {
            *request.method_mut() = Method::POST;
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(CONTENT_TYPE, form);
            *request.body_mut() = query.to_owned().into();
            path
        }
        _ => &uri,
    };
    *request.uri_mut() = Uri::try_from(target).map_err(SerdeError::new)?;
    Ok(request)
}

/// Returns the path and the query string.
fn uri(http: &HttpTrait, message: Message<'_>) -> Result<String, SerdeError> {
    let schema = message.members.schema();
    let mut uri = UriBuilder::new(http.uri, |label| {
        let value = message.members().find(|(member, binding, _)| *binding == Binding::Label && member.name() == label);
        let found = match value {
            Some((member, _, value)) => {
                strings(Location::Uri, member, value).map_err(|error| error.within(schema, member))?.pop()
            }
            None => None,
        };
        let problem = match found {
            Some(value) if !value.is_empty() => return Ok(value),
            Some(_) => "empty",
            None => "missing",
        };
        Err(SerdeError::new(format_args!("{problem} `{label}`, which is part of the path")))
    })?;
    let constant = http.uri.split_once('?').map_or("", |(_, query)| query);
    for (member, binding, value) in message.members() {
        if value.is_null() {
            continue;
        }
        let within = |error: SerdeError| error.within(schema, member);
        match binding {
            Binding::Query(name) => {
                for value in strings(Location::Uri, member, value).map_err(within)? {
                    uri.push_query(name, &value);
                }
            }
            Binding::QueryParams => entries(Location::Uri, member, value, &mut |name, values| {
                // Parameters in the URI pattern and parameters of other members take precedence over the entries of the
                // map.
                if !is_constant(constant, name) && !schema.members.iter().any(|other| is_query(other, name)) {
                    values.iter().for_each(|value| uri.push_query(name, value));
                }
                Ok(())
            })
            .map_err(within)?,
            _ => {}
        }
    }
    Ok(uri.finish())
}

/// Returns whether the query string of a URI pattern, which is percent-encoded, contains a parameter with the given
/// name.
pub(super) fn is_constant(query: &str, name: &str) -> bool {
    let mut parts = query.split('&').filter(|part| !part.is_empty());
    parts.any(|part| percent_decode(part.split('=').next().unwrap_or_default()) == name.as_bytes())
}

/// Returns whether a member is bound to the query parameter with the given name.
pub(super) fn is_query(member: &MemberSchema, name: &str) -> bool {
    matches!(Binding::in_request(member), Binding::Query(own) if own == name)
}
