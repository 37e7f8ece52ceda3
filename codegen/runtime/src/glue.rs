//! What every generated call and client has in common, written once as macros.
//!
//! In: the name of a type that wraps a [`Call`](crate::call::Call) or a [`Client`](crate::client::Client). Out: its
//! public methods that are the same for each operation and service.

/// Gives a generated call the setters of its request, and its methods to be sent, prepared and awaited.
///
/// ```ignore
/// call::call! {
///     CreateBackup sends CreateBackupRequest;
///     volume_id(impl Into<String>);
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($call:ident sends $request:ident; $($(#[$attribute:meta])* $member:ident($ty:ty);)*) => {
        impl<M> $call<M> {
            $(
                #[doc = ::std::concat!(
                    "Sets [`", ::std::stringify!($member), "`](", ::std::stringify!($request), "::",
                    ::std::stringify!($member), ")."
                )]
                $(#[$attribute])*
                pub fn $member(mut self, value: $ty) -> Self {
                    self.0.request = self.0.request.$member(value);
                    self
                }
            )*

            /// Sets what this call does differently from its client: region, timeouts, retries, headers.
            pub fn with_options(mut self, options: $crate::call::CallOptions) -> Self {
                self.0.options = options;
                self
            }
        }

        impl $call {
            /// Sends the request, again if need be, and reads the response. Awaiting the call does the same.
            ///
            /// # Errors
            ///
            /// What the service answers, or what stopped the call on its way.
            pub fn send(
                self,
            ) -> impl ::std::future::Future<Output = <Self as ::std::future::IntoFuture>::Output> + ::std::marker::Send
            {
                self.0.send()
            }

            /// Signs the request and gives it back instead of sending it.
            ///
            /// # Errors
            ///
            /// What keeps the request from being written or signed.
            pub async fn prepare(
                self,
            ) -> ::std::result::Result<
                $crate::http::Request<$crate::Bytes>,
                $crate::error::SdkError<<$request as $crate::operation::Request>::Error>,
            > {
                self.0.prepare().await
            }
        }

        $crate::__blocking_call!($call, $request);

        impl ::std::future::IntoFuture for $call {
            type Output = ::std::result::Result<
                $crate::response::Response<<$request as $crate::operation::Request>::Response>,
                $crate::error::SdkError<<$request as $crate::operation::Request>::Error>,
            >;
            type IntoFuture = $crate::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }
    };
}

/// Gives the call of a paginated operation its stream of pages.
#[doc(hidden)]
#[macro_export]
macro_rules! __pages {
    ($call:ident, $request:ty) => {
        impl<M> $call<M> {
            /// The pages of the answer, fetched as you ask for them.
            #[must_use]
            pub fn pages(self) -> $crate::pagination::Pages<$request, M> {
                self.0.pages()
            }
        }
    };
}

/// Gives the call of a paginated operation its stream of items.
#[doc(hidden)]
#[macro_export]
macro_rules! __items {
    ($call:ident, $request:ty) => {
        impl<M> $call<M> {
            /// The items on all pages, fetched as you ask for them.
            #[must_use]
            pub fn items(self) -> $crate::pagination::Items<$request, M> {
                self.0.items()
            }
        }
    };
}

/// Gives a generated call what blocks the thread. A macro of its own, because a feature that a macro asks for is one
/// of the crate that uses the macro.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_call {
    ($call:ident, $request:ty) => {
        impl $call {
            /// The same call, to block the thread instead of being awaited.
            #[must_use]
            pub fn blocking(self) -> $call<$crate::call::Blocking> {
                $call(self.0.blocking())
            }
        }

        impl $call<$crate::call::Blocking> {
            /// Sends the request, again if need be, and reads the response. Blocks the thread meanwhile.
            ///
            /// # Errors
            ///
            /// What the service answers, or what stopped the call on its way.
            pub fn send(
                self,
            ) -> ::std::result::Result<
                $crate::response::Response<<$request as $crate::operation::Request>::Response>,
                $crate::error::SdkError<<$request as $crate::operation::Request>::Error>,
            > {
                self.0.send()
            }
        }
    };
}

/// Without the feature there is nothing to give.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_call {
    ($call:ident, $request:ty) => {};
}

/// Gives a generated client what does not depend on its operations.
#[doc(hidden)]
#[macro_export]
macro_rules! __client {
    ($client:ident, $service:ident) => {
        impl $client {
            /// A client with these settings. It connects when it is first called, and never fails: what is missing from
            /// the settings is told by the first call that needs it.
            #[must_use]
            pub fn new(config: $crate::config::Config) -> Self {
                Self($crate::client::Client::new(&$service, config))
            }

            /// A client with the settings that every AWS tool finds: environment variables and profile files.
            ///
            /// # Errors
            ///
            /// If a setting that is found cannot be read.
            pub async fn from_env() -> ::std::result::Result<Self, $crate::config::ConfigError> {
                ::std::result::Result::Ok(Self::new($crate::config::Config::from_env().await?))
            }

            /// The client's settings.
            #[must_use]
            pub fn config(&self) -> &$crate::config::Config {
                self.0.config()
            }

            /// Sends a request that was made apart from the client.
            ///
            /// # Errors
            ///
            /// What the service answers, or what stopped the call on its way.
            pub async fn send<R: $crate::operation::Request>(
                &self,
                request: R,
            ) -> ::std::result::Result<$crate::response::Response<R::Response>, $crate::error::SdkError<R::Error>> {
                self.0.send(request, $crate::call::CallOptions::new()).await
            }

            /// Calls an operation by its name, with JSON for input and output: for operations and members that this
            /// version of the crate does not know.
            ///
            /// # Errors
            ///
            /// What the service answers, or what stopped the call on its way.
            pub async fn call_raw(
                &self,
                operation: &str,
                input: &$crate::wire::Document,
            ) -> ::std::result::Result<
                $crate::response::Response<$crate::wire::Document>,
                $crate::error::SdkError<$crate::error::UnknownError>,
            > {
                self.0.call_raw(operation, input).await
            }
        }
    };
}
