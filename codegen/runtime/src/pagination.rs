//! Paginators, which retrieve the pages of an operation's results, or the items on these pages.
//!
//! A paginator is a [`Stream`](https://docs.rs/futures-core/0.3/futures_core/stream/trait.Stream.html) for asynchronous
//! calls, and an [`Iterator`] for blocking ones. It requests pages on demand, and ends after the last page or after an
//! error. [`Pages::token`] returns the token with which another paginator can resume.
//!
//! A page is the last one if it has no token, or if it has the token with which it was requested. If a page has the
//! token of an earlier page, pagination would never end. The paginator then returns the page, followed by the error
//! [`ResponseError::RepeatedToken`]. Only the last 100 tokens are compared.
//!
//! ```
//! # use simba_runtime::call::Call;
//! # use simba_runtime::error::SdkError;
//! # use simba_runtime::pagination::PaginatedItems;
//! # async fn print<R: PaginatedItems>(call: Call<R>) -> Result<(), SdkError<R::Error>> where R::Item: std::fmt::Debug {
//! // `call` is the request builder of a paginated operation.
//! let mut items = call.items();
//! while let Some(item) = items.try_next().await? {
//!     println!("{item:?}");
//! }
//! # Ok(()) }
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use crate::call::{Async, Call, Sending};
use crate::error::{CallContext, CallFailure, ResponseError, SdkError};
use crate::operation::Request;
use crate::options::Caller;
use crate::response::Response;

/// An operation with paginated results. Generated code implements this trait.
pub trait Paginated: Request + Clone {
    /// The type of the pagination token. It is usually a string, but some services use structured data, such as the key
    /// of a database item.
    type Token: Clone + PartialEq + Send + 'static;

    /// Returns the token of the requested page, or `None` for the first page.
    fn input_token(&self) -> Option<Self::Token>;

    /// Sets the token of the requested page.
    fn set_input_token(&mut self, token: Self::Token);

    /// Returns the token of the next page, or `None` if the token is absent or empty, which means that this is the last
    /// page.
    fn output_token(response: &Self::Response) -> Option<Self::Token>;
}

/// A paginated operation whose pages are lists of items. Generated code implements this trait.
pub trait PaginatedItems: Paginated {
    /// The type of the items.
    type Item: Send + 'static;

    /// Returns the items of a page.
    fn items(response: Self::Response) -> Vec<Self::Item>;
}

impl<R: Paginated, M> Call<R, M> {
    /// Returns a paginator over the pages, which are requested on demand.
    #[must_use]
    pub fn pages(self) -> Pages<R, M> {
        Pages::new(self)
    }
}

impl<R: PaginatedItems, M> Call<R, M> {
    /// Returns a paginator over the items of all pages, which are requested on demand.
    #[must_use]
    pub fn items(self) -> Items<R, M> {
        self.pages().items()
    }
}

/// A page, or the error of the call that requested it.
type Page<R> = Result<Response<<R as Request>::Response>, SdkError<<R as Request>::Error>>;

/// A paginator over the pages of an operation.
///
/// ```
/// # use simba_runtime::call::Call;
/// # use simba_runtime::error::SdkError;
/// # use simba_runtime::pagination::Paginated;
/// # async fn print<R: Paginated>(call: Call<R>) -> Result<Option<R::Token>, SdkError<R::Error>> {
/// // `call` is the request builder of a paginated operation.
/// let mut pages = call.pages();
/// if let Some(page) = pages.try_next().await? {
///     println!("request {:?}", page.request_id());
/// }
/// // Another paginator can resume with this token.
/// let token = pages.token().cloned();
/// # Ok(token) }
/// ```
#[doc(alias("paginator", "PaginationStream"))]
pub struct Pages<R: Paginated, M = Async> {
    /// The call for the next page, or `None` after the last page.
    next: Option<Call<R, M>>,
    /// The token of the next page.
    token: Option<R::Token>,
    /// The tokens of the previous pages, at most [`REMEMBERED`] of them. They are compared with each new token, because
    /// pagination would never end if the service returned one of them again.
    used: VecDeque<R::Token>,
    /// The error that follows the current page.
    error: Option<SdkError<R::Error>>,
    fetching: Option<Sending<R>>,
}

/// A paginator over the items of all pages of an operation.
///
/// The [module's example](self) reads one item at a time. This example reads all items:
///
/// ```
/// # use simba_runtime::call::Call;
/// # use simba_runtime::error::SdkError;
/// # use simba_runtime::pagination::PaginatedItems;
/// # async fn all<R: PaginatedItems>(call: Call<R>) -> Result<Vec<R::Item>, SdkError<R::Error>> {
/// // `call` is the request builder of a paginated operation.
/// let items = call.items().collect().await?;
/// # Ok(items) }
/// ```
#[doc(alias = "paginator")]
pub struct Items<R: PaginatedItems, M = Async> {
    pages: Pages<R, M>,
    page: vec::IntoIter<R::Item>,
}

/// The number of tokens that a new token is compared with. The limit keeps the memory and the time for each page
/// constant, however many pages there are.
const REMEMBERED: usize = 100;

impl<R: Paginated, M> Pages<R, M> {
    pub(crate) fn new(mut call: Call<R, M>) -> Self {
        call.options.caller = Caller::Paginator;
        Self { token: call.request.input_token(), used: VecDeque::new(), error: None, next: Some(call), fetching: None }
    }

    /// Returns the token of the next page, with which another paginator can resume. Returns `None` after the last page.
    /// Before the first page has been retrieved, returns the request's token, if any.
    ///
    /// After an error, returns the token of the page that could not be retrieved.
    pub fn token(&self) -> Option<&R::Token> {
        self.token.as_ref()
    }

    /// Prepares the request for the next page.
    fn advance(&mut self, page: &Page<R>) {
        let Ok(page) = page else {
            self.next = None;
            return;
        };
        // Some services, such as CloudWatch Logs, mark the last page by returning the token of its request.
        let sent = self.token.take();
        self.token = R::output_token(page).filter(|token| Some(token) != sent.as_ref());
        match (&mut self.next, &self.token) {
            (_, Some(token)) if self.used.contains(token) => {
                let context = CallContext::of(R::OPERATION, page.attempts());
                self.error = Some(SdkError::ResponseError(CallFailure::new(ResponseError::RepeatedToken, context)));
                self.next = None;
            }
            (Some(call), Some(token)) => call.request.set_input_token(token.clone()),
            (next, _) => *next = None,
        }
        if self.used.len() == REMEMBERED {
            self.used.pop_front();
        }
        self.used.extend(sent);
    }
}

impl<R: PaginatedItems, M> Pages<R, M> {
    /// Converts this paginator into a paginator over the items on the pages.
    #[must_use]
    pub fn items(self) -> Items<R, M> {
        Items { pages: self, page: Vec::new().into_iter() }
    }
}

impl<R: Paginated> Pages<R, Async> {
    /// Returns the next page, or `None` after the last page.
    ///
    /// # Errors
    ///
    /// Returns an error if the page cannot be retrieved, or if the previous page had the token of an earlier page. The
    /// paginator then ends.
    pub async fn try_next(&mut self) -> Result<Option<Response<R::Response>>, SdkError<R::Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Returns all remaining pages.
    ///
    /// # Errors
    ///
    /// Returns an error if a page cannot be retrieved, or if a page has the token of an earlier page.
    pub async fn collect(mut self) -> Result<Vec<Response<R::Response>>, SdkError<R::Error>> {
        let mut pages = Vec::new();
        while let Some(page) = self.try_next().await? {
            pages.push(page);
        }
        Ok(pages)
    }
}

impl<R: Paginated> Stream for Pages<R, Async> {
    type Item = Page<R>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Page<R>>> {
        let this = &mut *self;
        if let Some(error) = this.error.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if this.fetching.is_none() {
            this.fetching = this.next.clone().map(|call| call.send());
        }
        let Some(fetching) = &mut this.fetching else { return Poll::Ready(None) };
        let page = ready!(Pin::new(fetching).poll(cx));
        this.fetching = None;
        this.advance(&page);
        Poll::Ready(Some(page))
    }
}

impl<R: PaginatedItems> Items<R, Async> {
    /// Returns the next item, or `None` after the last item.
    ///
    /// # Errors
    ///
    /// Returns an error if the next page cannot be retrieved, or if the previous page had the token of an earlier page.
    /// The paginator then ends.
    pub async fn try_next(&mut self) -> Result<Option<R::Item>, SdkError<R::Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Returns all remaining items.
    ///
    /// # Errors
    ///
    /// Returns an error if a page cannot be retrieved, or if a page has the token of an earlier page.
    pub async fn collect(mut self) -> Result<Vec<R::Item>, SdkError<R::Error>> {
        let mut items: Vec<R::Item> = self.page.collect();
        while let Some(page) = self.pages.try_next().await? {
            items.append(&mut R::items(page.into_inner()));
        }
        Ok(items)
    }
}

impl<R: PaginatedItems> Stream for Items<R, Async> {
    type Item = Result<R::Item, SdkError<R::Error>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                // A page may be empty without being the last.
                Some(Ok(page)) => self.page = R::items(page.into_inner()).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// A paginator is not self-referential, since its future is boxed and its items are only moved out.
impl<R: Paginated, M> Unpin for Pages<R, M> {}
impl<R: PaginatedItems, M> Unpin for Items<R, M> {}

impl<R: Paginated, M> fmt::Debug for Pages<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl<R: PaginatedItems, M> fmt::Debug for Items<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

#[cfg(feature = "blocking")]
mod blocking {
    //! Implements `Iterator` for the paginators of blocking calls.

    use super::{Items, Page, Pages, Paginated, PaginatedItems};
    use crate::call::Blocking;
    use crate::error::SdkError;

    impl<R: Paginated> Iterator for Pages<R, Blocking> {
        type Item = Page<R>;

        fn next(&mut self) -> Option<Page<R>> {
            if let Some(error) = self.error.take() {
                return Some(Err(error));
            }
            let page = self.next.clone()?.send();
            self.advance(&page);
            Some(page)
        }
    }

    impl<R: PaginatedItems> Iterator for Items<R, Blocking> {
        type Item = Result<R::Item, SdkError<R::Error>>;

        fn next(&mut self) -> Option<Self::Item> {
            loop {
                if let Some(item) = self.page.next() {
                    return Some(Ok(item));
                }
                match self.pages.next()? {
                    Ok(page) => self.page = R::items(page.into_inner()).into_iter(),
                    Err(error) => return Some(Err(error)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
