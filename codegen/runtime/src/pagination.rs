//! Walking through an operation's pages.
//!
//! In: a call of a paginated operation. Out: its pages, or the items on them, one after the other:
//! a `futures` Stream where calls are awaited, an Iterator where they block.

use crate::operation::Request;

/// An operation whose answers come in pages. The generator implements it.
pub trait Paginated: Request + Clone {
    /// What names a page: mostly a string, for some services a key.
    type Token: Clone + PartialEq + Send + 'static;

    /// Asks for the page that the token names.
    fn set_token(&mut self, token: Self::Token);

    /// The token of the page after this one; none behind the last, or if it is empty.
    fn token(response: &Self::Response) -> Option<Self::Token>;
}

/// A paginated operation whose pages are lists of something. The generator implements it.
pub trait PaginatedItems: Paginated {
    /// What a page is a list of.
    type Item: Send + 'static;

    /// The items of a page.
    fn items(response: Self::Response) -> Vec<Self::Item>;
}
