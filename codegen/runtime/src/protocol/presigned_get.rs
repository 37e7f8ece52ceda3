//! Presigned `GET` requests, which a browser can open, for operations that use a different method and a JSON body.

use http::request::Parts;
use http::{Method, Uri};

use super::InputError;
use crate::body::Body;
use crate::codec::json::JsonCodec;
use crate::codec::{Codec as _, MemoryLimit};
use crate::primitives::Document;
use crate::url::{push_query, set_query};

/// Changes the method to `GET`, and adds the members of the JSON body to the query string.
///
/// # Errors
///
/// Returns an error if the body is not a JSON object, or if a member cannot be represented in a query string.
pub(crate) fn convert(parts: &mut Parts, body: &Body) -> Result<(), InputError> {
    parts.method = Method::GET;
    move_to_query(body, &mut parts.uri)
}

/// Adds the members of a JSON body to the query string. A list becomes one parameter for each element.
fn move_to_query(body: &Body, uri: &mut Uri) -> Result<(), InputError> {
    let not_an_object = || InputError::new("the body is not a JSON object");
    let mut document = Document::Null;
    match body.as_bytes() {
        Some(bytes) if bytes.is_empty() => document = Document::Map(Default::default()),
        Some(bytes) => {
            let parsed = JsonCodec::AWS_JSON.deserialize(bytes, MemoryLimit::NONE, &mut document);
            parsed.map_err(|_| not_an_object())?;
        }
        None => return Err(InputError::new("the body is a stream, which cannot be sent in the query string")),
    }
    let members = document.as_map().ok_or_else(not_an_object)?;
    let mut query = uri.query().unwrap_or_default().to_owned();
    for (name, value) in members {
        for value in value.as_list().unwrap_or(std::slice::from_ref(value)) {
            let value = match value {
                Document::Null => continue,
                Document::String(string) => string.clone(),
                Document::List(_) | Document::Map(_) => {
                    return Err(InputError::new(format!(
                        "`{name}` is an object or a list of lists, which cannot be sent in the query string"
                    )));
                }
                scalar => scalar.to_string(),
            };
            push_query(&mut query, name, &value);
        }
    }
    set_query(uri, &query).map_err(InputError::invalid_url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(body: impl Into<Body>) -> Result<String, String> {
        let mut uri = Uri::from_static("https://example.com/a?b=c");
        move_to_query(&body.into(), &mut uri).map_err(|error| error.to_string())?;
        Ok(uri.to_string())
    }

    #[test]
    fn the_members_of_a_body_are_parameters() {
        assert_eq!(
            moved(r#"{"Text":"a b/&","Names":["x","y"],"None":[],"Null":null,"Rate":1.5,"Fast":true}"#).unwrap(),
            "https://example.com/a?b=c&Fast=true&Names=x&Names=y&Rate=1.5&Text=a%20b%2F%26"
        );
        assert_eq!(moved("").unwrap(), "https://example.com/a?b=c");
        let mut without_query = Uri::from_static("https://example.com/a");
        move_to_query(&Body::from(""), &mut without_query).unwrap();
        assert_eq!(without_query, "https://example.com/a");
        assert_eq!(moved("[]").unwrap_err(), "the body is not a JSON object");
        assert_eq!(
            moved(r#"{"Tags":[{}]}"#).unwrap_err(),
            "`Tags` is an object or a list of lists, which cannot be sent in the query string"
        );
        let stream = Body::wrap(Body::from("{}"));
        assert_eq!(moved(stream).unwrap_err(), "the body is a stream, which cannot be sent in the query string");
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(70_000));
        assert_eq!(moved(long).unwrap_err(), "invalid request URL: uri too long");
    }
}
