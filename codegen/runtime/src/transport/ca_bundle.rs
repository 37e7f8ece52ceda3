//! Certificates in PEM that a client trusts instead of the system's.

use std::fmt;

/// The content of a file of certificates, unread.
#[derive(Clone)]
pub(crate) struct CaBundle {
    pub(crate) pem: Vec<u8>,
    /// Where it is from, as errors name it.
    pub(crate) origin: String,
}

impl CaBundle {
    /// One that is set in code.
    pub(crate) fn of_code(pem: Vec<u8>) -> Self {
        Self { pem, origin: "set in code".to_owned() }
    }
}

/// Certificates are long and say nothing to a reader.
impl fmt::Debug for CaBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaBundle").field("origin", &self.origin).finish_non_exhaustive()
    }
}
