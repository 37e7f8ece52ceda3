//! Serialization of responses, for tests of programs that call a service.

use http::{Response, StatusCode};

use super::{Binding, Location, message::Message, misplaced, string_serializer::strings, visit::with_struct};
use crate::{
    body::Body,
    codec::Codec,
    schema::{SerdeError, SerializableShape, SerializableStruct},
};

/// Serializes an output as a response, with a body in the codec's format. Returns `None` if it is not a structure.
///
/// # Errors
///
/// Returns an error if a value is not valid where it is bound to.
pub(in crate::protocol) fn serialize_response(
    codec: &dyn Codec,
    output: &dyn SerializableShape,
) -> Result<Option<Response<Body>>, SerdeError> {
    let mut response = None;
    // The error is that of a shape that is not a structure.
    let _ = with_struct(output, &mut |output| {
        response = Some(serialize(codec, output));
        Ok(())
    });
    response.transpose()
}

fn serialize(codec: &dyn Codec, output: &dyn SerializableStruct) -> Result<Response<Body>, SerdeError> {
    let message = Message { members: output, binding: Binding::in_response };
    let mut response = Response::new(Body::empty());
    for (member, binding, value) in message.members() {
        if let (Binding::ResponseCode, Some(value)) = (binding, value) {
            let code = strings(Location::Header, member, value)?.pop();
            let code = code.and_then(|code| code.parse().ok()).and_then(|code| StatusCode::from_u16(code).ok());
            *response.status_mut() = code.ok_or_else(|| misplaced().within(output.schema(), member))?;
        }
    }
    (*response.headers_mut(), *response.body_mut()) = message.serialize(codec)?;
    Ok(response)
}
