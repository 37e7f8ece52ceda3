//! A request's body as it is sent: compressed where the operation allows it, and with a checksum
//! where the operation asks for one.

use bytes::Bytes;
use http::HeaderMap;

use crate::operation::{Checksum, Compression};

/// A request's body as it is sent.
pub(super) struct Body {
    bytes: Bytes,
    encoding: Encoding,
}

/// What was done to the bytes.
enum Encoding {
    Plain,
    #[cfg(feature = "gzip")]
    Gzip,
}

impl Body {
    /// The body, compressed if the operation allows it and it has at least `min_size` bytes.
    pub(super) fn new(bytes: Vec<u8>, compression: Compression, min_size: Option<usize>) -> Self {
        match compression {
            #[cfg(feature = "gzip")]
            Compression::Gzip if min_size.is_some_and(|min_size| bytes.len() >= min_size) => {
                Self { bytes: gzip(&bytes).into(), encoding: Encoding::Gzip }
            }
            #[cfg(feature = "gzip")]
            Compression::Gzip => Self { bytes: bytes.into(), encoding: Encoding::Plain },
            Compression::None => {
                let _ = min_size;
                Self { bytes: bytes.into(), encoding: Encoding::Plain }
            }
        }
    }

    pub(super) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Says in the headers what was done to the body.
    pub(super) fn add_headers(&self, checksum: Checksum, headers: &mut HeaderMap) {
        // Without the features there is nothing to say.
        let _ = &headers;
        match self.encoding {
            Encoding::Plain => {}
            #[cfg(feature = "gzip")]
            Encoding::Gzip => {
                // The last encoding is the outermost, so ours comes behind the caller's own.
                headers.append(http::header::CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
            }
        }
        match checksum {
            Checksum::None => {}
            #[cfg(feature = "md5")]
            Checksum::Md5 => {
                use base64::prelude::{BASE64_STANDARD, Engine};
                use md5::{Digest, Md5};
                let digest = BASE64_STANDARD.encode(Md5::digest(&self.bytes));
                // Base64 is always a header value.
                if let Ok(value) = http::HeaderValue::try_from(digest) {
                    headers.insert(http::HeaderName::from_static("content-md5"), value);
                }
            }
        }
    }
}

#[cfg(feature = "gzip")]
fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::with_capacity(bytes.len() / 4);
    // Reading from memory into memory cannot fail.
    let _ = flate2::read::GzEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut out);
    out
}

#[cfg(all(test, feature = "gzip", feature = "md5"))]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_is_compressed_where_the_operation_allows_it() {
        use std::io::Read;
        let text = b"all work and no play ".repeat(1000);
        let encoding = |body: &Body| {
            let mut headers = HeaderMap::new();
            body.add_headers(Checksum::None, &mut headers);
            headers.get("content-encoding").map(|value| value.to_str().unwrap().to_owned())
        };
        let body = Body::new(text.clone(), Compression::Gzip, Some(text.len()));
        assert_eq!(encoding(&body).as_deref(), Some("gzip"));
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&body.bytes()[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, text);
        for plain in [
            Body::new(text.clone(), Compression::Gzip, Some(text.len() + 1)),
            Body::new(text.clone(), Compression::Gzip, None),
            Body::new(text.clone(), Compression::None, Some(0)),
        ] {
            assert_eq!((encoding(&plain), &plain.bytes()[..]), (None, &text[..]));
        }
    }

    #[test]
    fn a_checksum_is_of_what_is_sent() {
        let mut headers = HeaderMap::new();
        Body::new(b"{}".to_vec(), Compression::None, None).add_headers(Checksum::Md5, &mut headers);
        assert_eq!(headers["content-md5"], "mZFLkyvTelC5g8XnyQrpOw==");
    }
}
