//! What several tests of this package share; the tests of the whole pipeline themselves are in its `tests` folder.

mod needs;

pub use needs::{botocore, python};
