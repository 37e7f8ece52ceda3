//! Trusted certificates, which replace the system's certificates.

use std::fmt;

/// The PEM-encoded content of a certificate file.
#[derive(Clone)]
pub(crate) struct CaBundle {
    pub(crate) pem: Vec<u8>,
    /// The origin of the bundle, for error messages.
    pub(crate) origin: String,
}

impl CaBundle {
    /// Creates a bundle from certificates that were set in code.
    pub(crate) fn of_code(pem: Vec<u8>) -> Self {
        Self { pem, origin: "set in code".to_owned() }
    }
}

/// Omits the certificates, which are long and unreadable.
impl fmt::Debug for CaBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaBundle").field("origin", &self.origin).finish_non_exhaustive()
    }
}
