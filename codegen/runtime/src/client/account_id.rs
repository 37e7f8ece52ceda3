//! Account-based endpoints, which are resolved after the credentials have been retrieved.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;

use super::endpoint::ResolvedEndpoint;
use super::{Client, RuntimeComponents, SerializedRequest};
use crate::clock::within;
use crate::config::AccountIdEndpointMode;
use crate::endpoint::{Params, Setting};
use crate::error::{CallContext, CallFailure, ErrorMetadata, SdkError};
use crate::operation::AccountIdEndpoints;
use crate::options::CallOptions;
use crate::retry::FailureKind;
use crate::schema::OperationSchema;
use crate::timeout::{TimeoutError, TimeoutKind};

/// The endpoint of a serialized request.
pub(super) enum EncodedEndpoint {
    Resolved(Arc<ResolvedEndpoint>),
    /// An endpoint that may contain the account ID of the credentials. It is resolved after the credentials have been
    /// retrieved.
    AfterCredentials(Box<EndpointInput>),
}

/// The resolved endpoint of a call, and the URI to send the request to.
pub(super) struct RequestTarget {
    pub(super) endpoint: Arc<ResolvedEndpoint>,
    /// The endpoint's URI joined with the path and query of the request.
    pub(super) uri: Uri,
}

/// The parts of a request that its endpoint depends on: a host prefix, and parameters of the endpoint rules.
pub(super) struct EndpointInput {
    prefix: Option<String>,
    params: Vec<(String, Setting)>,
}

impl EndpointInput {
    pub(super) fn new(prefix: Option<String>, params: &Params<'_>) -> Self {
        Self { prefix, params: params.iter().map(|(name, value)| (name.to_owned(), value.into())).collect() }
    }
}

impl Client {
    /// Returns whether the endpoint of a call may contain the account ID of the credentials.
    pub(super) fn may_need_account_id(&self, operation: &OperationSchema, options: &CallOptions) -> bool {
        let (config, service) = (&self.inner.config, self.inner.service);
        service.account_id_endpoints == AccountIdEndpoints::Supported
            && config.account_id_endpoint_mode() != AccountIdEndpointMode::Disabled
            && self.prefers_signature(operation)
            && options.endpoint_override().is_none()
            && !config.endpoint_params().any(|(name, _)| name == Params::ACCOUNT_ID)
            && matches!(config.endpoint_url_for(service.schema.sdk_id), Ok(None))
    }

    /// Returns the endpoint and the URI of a call. If the endpoint depends on the credentials, the call timeout
    /// includes the time to retrieve them.
    pub(super) async fn target(
        &self,
        components: &RuntimeComponents,
        call: &SerializedRequest,
        limit: Option<Duration>,
    ) -> Result<RequestTarget, SdkError<ErrorMetadata>> {
        let endpoint = match &call.endpoint {
            EncodedEndpoint::Resolved(endpoint) => Arc::clone(endpoint),
            // The future is boxed, so that the futures of all other calls stay small.
            EncodedEndpoint::AfterCredentials(given) => {
                let mut resolved = Box::pin(self.account_endpoint(components, &call.operation, &call.options, given));
                let resolved = within(&*components.clock, limit, resolved.as_mut()).await;
                resolved.unwrap_or_else(|limit| Err(operation_timeout(&call.operation, 0, limit)))?
            }
        };
        let uri = endpoint.join(&call.head.uri).map_err(|error| call.input_error(0, error))?;
        Ok(RequestTarget { endpoint, uri })
    }

    async fn account_endpoint(
        &self,
        components: &RuntimeComponents,
        operation: &OperationSchema,
        options: &CallOptions,
        given: &EndpointInput,
    ) -> Result<Arc<ResolvedEndpoint>, SdkError<ErrorMetadata>> {
        let credentials = match components.credentials.get().await {
            Ok(credentials) => Some(credentials),
            // The operation does not require credentials, so the endpoint is resolved without an account ID.
            Err(_) if !operation.requires_credentials() => None,
            Err(error) => {
                return Err(SdkError::Credentials(CallFailure::new(error, CallContext::of(operation, 0))));
            }
        };
        let mut params: Params<'_> =
            given.params.iter().map(|(name, setting)| (name.as_str(), setting.value())).collect();
        if let Some(id) = credentials.as_deref().and_then(|credentials| credentials.account_id.as_deref()) {
            params.set(Params::ACCOUNT_ID, id);
        }
        self.endpoint(operation, options, given.prefix.as_deref(), &params)
    }
}

/// Returns an error for a call that timed out.
pub(super) fn operation_timeout(
    operation: &OperationSchema,
    attempts: u32,
    limit: Duration,
) -> SdkError<ErrorMetadata> {
    let error = TimeoutError::after(TimeoutKind::Call, limit, "");
    let context = CallContext { kind: Some(FailureKind::Transient), ..CallContext::of(operation, attempts) };
    SdkError::Timeout(CallFailure::new(error, context))
}
