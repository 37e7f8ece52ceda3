//! What every generated call and client has in common, written once as macros.
//!
//! In: the name of a type that wraps a [`Call`](crate::call::Call) or a [`Client`](crate::client::Client). Out: its
//! public methods that are the same for each operation and service.
//!
//! What makes a call is `inline`, so that a program compiles it for the operations that it calls, and a crate of many
//! operations compiles it for none of them.

/// Gives a generated call the setters of its request, and its methods to be sent, prepared and awaited.
///
/// The signs are those of the request's own setters: `=` replaces the value, `+=` adds to a list or map.
///
/// ```ignore
/// call::call! {
///     CreateBackup sends CreateBackupRequest;
///     volume_id = (impl Into<String>);
///     tags += (impl IntoIterator<Item = impl Into<Tag>>);
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($call:ident sends $request:ident; $($(#[$attribute:meta])* $member:ident $sign:tt ($ty:ty);)*) => {
        impl<M> $call<M> {
            $(
                #[doc = $crate::__setter_doc!(
                    $sign, ::std::stringify!($member), "field@", ::std::stringify!($request), "::", ::std::stringify!($member)
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
            #[inline]
            pub fn send(self) -> $crate::call::Sending<$request> {
                self.0.send()
            }

            /// Signs the request and gives it back instead of sending it.
            ///
            /// # Errors
            ///
            /// What keeps the request from being written or signed.
            #[inline]
            pub async fn prepare(
                self,
            ) -> ::std::result::Result<
                $crate::http::Request<$crate::Body>,
                $crate::error::SdkError<<$request as $crate::operation::Request>::Error>,
            > {
                self.0.prepare().await
            }
        }

        impl ::std::future::IntoFuture for $call {
            type Output = ::std::result::Result<
                $crate::response::Response<<$request as $crate::operation::Request>::Response>,
                $crate::error::SdkError<<$request as $crate::operation::Request>::Error>,
            >;
            type IntoFuture = $crate::call::Sending<$request>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }

        $crate::__blocking_call!($call, $request);
    };
}

/// Gives a generated call its method to be sent while the thread waits.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_call {
    ($call:ident, $request:ident) => {
        impl $call<$crate::call::Blocking> {
            /// Sends the request, again if need be, and reads the response; the thread waits for it.
            ///
            /// # Errors
            ///
            /// What the service answers, or what stopped the call on its way.
            #[inline]
            pub fn send(self) -> <$call as ::std::future::IntoFuture>::Output {
                self.0.send()
            }
        }
    };
}

/// Without the feature, calls do not block.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_call {
    ($call:ident, $request:ident) => {};
}

/// Gives the call of a paginated operation its pages.
#[doc(hidden)]
#[macro_export]
macro_rules! __pages {
    ($call:ident, $request:ident) => {
        impl<M> $call<M> {
            /// The answer's pages, from the one that the request names to the last: a stream where calls are awaited,
            /// an iterator where they block.
            pub fn pages(self) -> $crate::pagination::Pages<$request, M> {
                self.0.pages()
            }
        }
    };
}

/// Gives the call of a paginated operation the items on its pages.
#[doc(hidden)]
#[macro_export]
macro_rules! __items {
    ($call:ident, $request:ident) => {
        impl<M> $call<M> {
            /// The items on all pages, one after the other: a stream where calls are awaited, an iterator where they
            /// block.
            pub fn items(self) -> $crate::pagination::Items<$request, M> {
                self.0.items()
            }
        }
    };
}

/// Gives a generated client what does not depend on its operations.
#[doc(hidden)]
#[macro_export]
macro_rules! __client {
    ($client:ident, $service:ident) => {
        impl<M> $client<M> {
            /// The client's settings.
            #[must_use]
            pub fn config(&self) -> &$crate::config::Config {
                self.0.config()
            }
        }

        impl $client<$crate::call::Async> {
            /// A client with these settings. It connects when it is first called, and never fails: what is missing from
            /// the settings is told by the first call that needs it.
            #[must_use]
            pub fn new(config: $crate::config::Config) -> Self {
                Self($crate::client::Client::new(&$service, config), ::std::marker::PhantomData)
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
                input: impl ::std::convert::Into<$crate::primitives::Document>,
            ) -> ::std::result::Result<
                $crate::response::Response<$crate::primitives::Document>,
                $crate::error::SdkError<$crate::error::UnknownError>,
            > {
                self.0.call_raw(operation, input).await
            }
        }

        $crate::__blocking_client!($client, $service);
    };
}

/// Gives a generated client of calls that block what does not depend on its operations.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_client {
    ($client:ident, $service:ident) => {
        impl $client<$crate::call::Blocking> {
            /// A client with these settings. It connects when it is first called, and never fails: what is missing from
            /// the settings is told by the first call that needs it.
            #[must_use]
            pub fn new(config: $crate::config::Config) -> Self {
                Self($crate::client::Client::new(&$service, config), ::std::marker::PhantomData)
            }

            /// Sends a request that was made apart from the client; the thread waits for the response.
            ///
            /// # Errors
            ///
            /// What the service answers, or what stopped the call on its way.
            pub fn send<R: $crate::operation::Request>(
                &self,
                request: R,
            ) -> ::std::result::Result<$crate::response::Response<R::Response>, $crate::error::SdkError<R::Error>> {
                self.0.send_blocking(request, $crate::call::CallOptions::new())
            }

            /// Calls an operation by its name, with JSON for input and output: for operations and members that this
            /// version of the crate does not know. The thread waits for the response.
            ///
            /// # Errors
            ///
            /// What the service answers, or what stopped the call on its way.
            pub fn call_raw(
                &self,
                operation: &str,
                input: impl ::std::convert::Into<$crate::primitives::Document>,
            ) -> ::std::result::Result<
                $crate::response::Response<$crate::primitives::Document>,
                $crate::error::SdkError<$crate::error::UnknownError>,
            > {
                self.0.call_raw_blocking(operation, input)
            }
        }
    };
}

/// Without the feature, clients do not block.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking_client {
    ($client:ident, $service:ident) => {};
}
