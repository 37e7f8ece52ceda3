//! Walking through an operation's pages.
//!
//! In: a call of a paginated operation. Out: its pages, or the items on them, one after the other:
//! a `futures` Stream where calls are awaited, an Iterator where they block.
//!
//! A walk ends after the last page, after a page whose token has asked for a page before, and after
//! an error. [`Pages::token`] says where to go on.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use crate::call::{Async, Call, Sending};
use crate::error::SdkError;
use crate::operation::Request;
use crate::response::Response;

/// An operation whose answers come in pages. The generator implements it.
pub trait Paginated: Request + Clone {
    /// The token of a page: usually a string, for some services a key.
    type Token: Clone + PartialEq + Send + 'static;

    /// The token of the page that the request asks for; none for the first page.
    fn input_token(&self) -> Option<Self::Token>;

    /// Asks for the page that the token names.
    fn set_input_token(&mut self, token: Self::Token);

    /// The token of the page after this one; none behind the last, or if it is empty.
    fn output_token(response: &Self::Response) -> Option<Self::Token>;
}

/// A paginated operation whose pages are lists of something. The generator implements it.
pub trait PaginatedItems: Paginated {
    /// The type of the items of a page.
    type Item: Send + 'static;

    /// The items of a page.
    fn items(response: Self::Response) -> Vec<Self::Item>;
}

impl<R: Paginated, M> Call<R, M> {
    /// Returns the pages, each requested when it is needed.
    #[must_use]
    pub fn pages(self) -> Pages<R, M> {
        Pages::new(self)
    }
}

impl<R: PaginatedItems, M> Call<R, M> {
    /// The items on all pages, fetched as you ask for them.
    #[must_use]
    pub fn items(self) -> Items<R, M> {
        self.pages().items()
    }
}

/// A page, or why there is none.
type Page<R> = Result<Response<<R as Request>::Response>, SdkError<<R as Request>::Error>>;

/// The pages of an operation, requested one at a time.
pub struct Pages<R: Paginated, M = Async> {
    /// The call for the next page; none after the last.
    next: Option<Call<R, M>>,
    /// The token that the next page is asked for with.
    token: Option<R::Token>,
    /// The tokens of all pages before: a service may repeat them in a round.
    used: Vec<R::Token>,
    fetching: Option<Sending<R>>,
}

/// The items of all pages of an operation.
pub struct Items<R: PaginatedItems, M = Async> {
    pages: Pages<R, M>,
    page: vec::IntoIter<R::Item>,
}

impl<R: Paginated, M> Pages<R, M> {
    pub(crate) fn new(call: Call<R, M>) -> Self {
        Self { token: call.request.input_token(), used: Vec::new(), next: Some(call), fetching: None }
    }

    /// The token that asks for the next page, with which another walk can go on; `None` at the
    /// first page, unless the request names another, and after the last.
    ///
    /// After an error it is the token of the page that could not be had.
    pub fn token(&self) -> Option<&R::Token> {
        self.token.as_ref()
    }

    /// Decides where the page leads.
    fn turn(&mut self, page: &Page<R>) {
        let Ok(page) = page else {
            self.next = None;
            return;
        };
        self.used.extend(self.token.take());
        let token = R::output_token(page).filter(|token| !self.used.contains(token));
        if token.is_none() {
            self.next = None;
        }
        if let (Some(call), Some(token)) = (&mut self.next, &token) {
            call.request.set_input_token(token.clone());
        }
        self.token = token;
    }
}

impl<R: PaginatedItems, M> Pages<R, M> {
    /// The items, whatever the pages they come on.
    #[must_use]
    pub fn items(self) -> Items<R, M> {
        Items { pages: self, page: Vec::new().into_iter() }
    }
}

impl<R: Paginated> Pages<R, Async> {
    /// The next page; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the page cannot be had. The walk is then over.
    pub async fn try_next(&mut self) -> Result<Option<Response<R::Response>>, SdkError<R::Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// All pages.
    ///
    /// # Errors
    ///
    /// If one of them cannot be had.
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
        if this.fetching.is_none() {
            this.fetching = this.next.clone().map(|call| call.send());
        }
        let Some(fetching) = &mut this.fetching else { return Poll::Ready(None) };
        let page = ready!(Pin::new(fetching).poll(cx));
        this.fetching = None;
        this.turn(&page);
        Poll::Ready(Some(page))
    }
}

impl<R: PaginatedItems> Items<R, Async> {
    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the page that it is on cannot be had. The walk is then over.
    pub async fn try_next(&mut self) -> Result<Option<R::Item>, SdkError<R::Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// All items.
    ///
    /// # Errors
    ///
    /// If one of the pages cannot be had.
    pub async fn collect(mut self) -> Result<Vec<R::Item>, SdkError<R::Error>> {
        let mut items = Vec::new();
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
                // A page may be empty and still not the last.
                Some(Ok(page)) => self.page = R::items(page.into_inner()).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Nothing in them refers to themselves: the future is boxed, and items are only moved out.
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
    //! The same walks for calls that block.

    use super::{Items, Page, Pages, Paginated, PaginatedItems};
    use crate::call::Blocking;
    use crate::error::SdkError;

    impl<R: Paginated> Iterator for Pages<R, Blocking> {
        type Item = Page<R>;

        fn next(&mut self) -> Option<Page<R>> {
            let page = self.next.clone()?.send();
            self.turn(&page);
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
