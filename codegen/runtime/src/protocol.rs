//! Protocols: operations as HTTP requests and responses.

pub mod aws_json;
mod error;
mod error_code;
#[cfg(feature = "cbor")]
pub mod rpc_v2_cbor;

use std::fmt::Debug;

pub use error::{DecodeError, ErrorMetadata, InputError};

use bytes::Bytes;

use crate::{
    body::Body,
    codec::MemoryLimit,
    schema::{DeserializableShape, OperationSchema, SerializableShape},
};

/// A protocol, as a client speaks it.
///
/// A protocol decides all of a request but its endpoint and its authentication: method, path, query, headers and body.
/// It takes the facts of the model from schemas, and writes bodies with a [codec](crate::codec).
pub trait ClientProtocol: Debug + Send + Sync {
    /// Writes the input of an operation as a request. Its URI is relative: the endpoint comes in front of it.
    ///
    /// # Errors
    ///
    /// If the input cannot be sent, such as a union with an unknown member.
    fn serialize_request(
        &self,
        operation: &OperationSchema,
        input: &dyn SerializableShape,
    ) -> Result<http::Request<Body>, InputError>;

    /// Returns whether a response reports an error.
    fn is_error(&self, response: &http::Response<Bytes>) -> bool {
        !response.status().is_success()
    }

    /// Reads a response into an output that is empty. Its values may take as much memory as the limit
    /// says.
    ///
    /// # Errors
    ///
    /// If the response is not one of the protocol, or a member has another type than in the model.
    fn deserialize_response(
        &self,
        response: &http::Response<Bytes>,
        limit: MemoryLimit,
        output: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError>;

    /// Reads the code and the message of an error, leniently: what is absent stays empty.
    fn error_metadata(&self, response: &http::Response<Bytes>) -> ErrorMetadata;

    /// Reads the members of an error into a structure that is empty.
    ///
    /// # Errors
    ///
    /// If the response is not one of the protocol, or a member has another type than in the model.
    fn deserialize_error(
        &self,
        response: &http::Response<Bytes>,
        error: &mut dyn DeserializableShape,
    ) -> Result<(), DecodeError>;
}
