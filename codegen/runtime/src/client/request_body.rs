//! The body of a request. It is compressed if the operation allows compression, and has a checksum if the operation
//! requires one.

use std::sync::OnceLock;

use http::HeaderMap;
#[cfg(feature = "tree-hash")]
use http::HeaderName;
#[cfg(any(feature = "md5", feature = "tree-hash"))]
use http::HeaderValue;
#[cfg(feature = "tree-hash")]
use http::header::Entry;

use sha2::{Digest, Sha256};

#[cfg(feature = "tree-hash")]
use super::headers::CONTENT_SHA256;
#[cfg(feature = "md5")]
use super::headers::MD5;
#[cfg(feature = "tree-hash")]
use super::tree_hash::TreeHash;
use crate::body::Body;
use crate::error::InputError;
use crate::features::Features;
use crate::schema::{Checksum, Compression};
#[cfg(feature = "tree-hash")]
use crate::sigv4::hex;

#[cfg(feature = "tree-hash")]
const TREE_HASH: HeaderName = HeaderName::from_static("x-amz-sha256-tree-hash");

/// The body of a request and its encoding.
pub(super) struct RequestBody {
    body: Body,
    encoding: Encoding,
    /// The SHA-256 of the body, once it has been computed.
    digest: OnceLock<Box<[u8; 32]>>,
    /// The tree hash, once it has been computed.
    #[cfg(feature = "tree-hash")]
    tree_hash: OnceLock<Box<[u8; 32]>>,
}

enum Encoding {
    Plain,
    #[cfg(feature = "gzip")]
    Gzip,
}

impl RequestBody {
    /// Creates the body. The body is compressed if the operation allows compression and the body has at least
    /// `min_size` bytes. Streams are never compressed.
    pub(super) fn new(body: Body, compression: Compression, min_size: Option<usize>) -> Self {
        // The parameters are used only with the `gzip` feature.
        let _ = (compression, min_size);
        #[cfg(feature = "gzip")]
        if compression == Compression::Gzip
            && let Some(bytes) = body.as_bytes().filter(|bytes| min_size.is_some_and(|size| bytes.len() >= size))
        {
            return Self::encoded(gzip(bytes).into(), Encoding::Gzip);
        }
        Self::encoded(body, Encoding::Plain)
    }

    fn encoded(body: Body, encoding: Encoding) -> Self {
        Self {
            body,
            encoding,
            digest: OnceLock::new(),
            #[cfg(feature = "tree-hash")]
            tree_hash: OnceLock::new(),
        }
    }

    pub(super) fn features(&self) -> Features {
        match self.encoding {
            Encoding::Plain => Features::NONE,
            #[cfg(feature = "gzip")]
            Encoding::Gzip => Features::GZIP_REQUEST_COMPRESSION,
        }
    }

    /// Returns the encoded body.
    pub(super) fn body(&self) -> &Body {
        &self.body
    }

    /// Reads the body, which must be replayable, and returns its SHA-256. The hash is computed once for all attempts.
    ///
    /// # Errors
    ///
    /// Returns an error if the body cannot be read.
    pub(super) async fn digest(&self) -> Result<[u8; 32], InputError> {
        if let Some(digest) = self.digest.get() {
            return Ok(**digest);
        }
        let mut hash = Sha256::new();
        self.read(|data| hash.update(data)).await?;
        Ok(**self.digest.get_or_init(|| Box::new(hash.finalize().into())))
    }

    /// Passes the content of the body, which must be replayable, to `pass` in chunks.
    async fn read(&self, mut pass: impl FnMut(&[u8])) -> Result<(), InputError> {
        let mut copy = self.body.try_clone().unwrap_or_default();
        while let Some(data) = copy.next().await {
            let data = data.map_err(|error| InputError::new(format!("cannot read the body to sign it: {error}")))?;
            pass(&data);
        }
        Ok(())
    }

    /// Adds the headers for the SHA-256 and the tree hash of the body. A tree hash that the caller has set is kept.
    ///
    /// # Errors
    ///
    /// Returns an error if the body can be read only once, or cannot be read.
    #[cfg(feature = "tree-hash")]
    pub(super) async fn add_tree_hash(&self, headers: &mut HeaderMap) -> Result<(), InputError> {
        if !self.body.is_replayable() {
            return Err(InputError::new(
                "cannot compute the hashes that the operation requires, because the body is a stream that can be read only \
                 once; pass the body as bytes or as a file",
            ));
        }
        let (digest, tree_hash) = match (self.digest.get(), self.tree_hash.get()) {
            (Some(digest), Some(tree_hash)) => (digest, tree_hash),
            _ => {
                let (mut hash, mut tree) = (Sha256::new(), TreeHash::new());
                self.read(|data| {
                    hash.update(data);
                    tree.update(data);
                })
                .await?;
                let digest = self.digest.get_or_init(|| Box::new(hash.finalize().into()));
                (digest, self.tree_hash.get_or_init(|| Box::new(tree.finish())))
            }
        };
        for (name, hash) in [(CONTENT_SHA256, digest), (TREE_HASH, tree_hash)] {
            // Hexadecimal digits are always a valid header value.
            if let (Entry::Vacant(entry), Ok(value)) = (headers.entry(name), HeaderValue::from_bytes(&hex(&hash[..]))) {
                entry.insert(value);
            }
        }
        Ok(())
    }

    /// Adds the headers that describe the body.
    ///
    /// # Errors
    ///
    /// Returns an error if a checksum is required for a stream, whose content is not known in advance.
    pub(super) fn add_headers(&self, checksum: Checksum, headers: &mut HeaderMap) -> Result<(), InputError> {
        // `headers` is used only with the `gzip` or `md5` feature.
        let _ = &headers;
        match self.encoding {
            Encoding::Plain => {}
            #[cfg(feature = "gzip")]
            Encoding::Gzip => {
                // The last encoding in the list is the outermost, so `gzip` follows the caller's own encodings.
                headers.append(http::header::CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
            }
        }
        match checksum {
            Checksum::None => {}
            // `add_tree_hash` adds these headers, since computing the hash may require reading a stream.
            #[cfg(feature = "tree-hash")]
            Checksum::TreeHash => {}
            // A checksum that the caller has set, with a member of the input, is kept.
            #[cfg(feature = "md5")]
            Checksum::Md5 if headers.contains_key(MD5) => {}
            #[cfg(feature = "md5")]
            Checksum::Md5 => {
                use base64::prelude::{BASE64_STANDARD, Engine};
                use md5::{Digest, Md5};
                let Some(bytes) = self.body.as_bytes() else {
                    return Err(InputError::new(
                        "cannot compute the checksum that the operation requires, because the body is a stream; pass the \
                         body as bytes",
                    ));
                };
                let digest = BASE64_STANDARD.encode(Md5::digest(bytes));
                // Base64 is always a valid header value.
                if let Ok(value) = HeaderValue::try_from(digest) {
                    headers.insert(MD5, value);
                }
            }
        }
        Ok(())
    }
}

#[cfg(feature = "gzip")]
fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::with_capacity(bytes.len() / 4);
    // Reading from memory cannot fail.
    let _ = flate2::read::GzEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut out);
    out
}

#[cfg(all(test, feature = "gzip", feature = "md5"))]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_is_compressed_if_the_operation_allows_it() {
        use std::io::Read;
        let text = b"all work and no play ".repeat(1000);
        let encoding = |body: &RequestBody| {
            let mut headers = HeaderMap::new();
            body.add_headers(Checksum::None, &mut headers).unwrap();
            headers.get("content-encoding").map(|value| value.to_str().unwrap().to_owned())
        };
        let body = RequestBody::new(text.clone().into(), Compression::Gzip, Some(text.len()));
        assert_eq!(encoding(&body).as_deref(), Some("gzip"));
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&body.body().as_bytes().unwrap()[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, text);
        for plain in [
            RequestBody::new(text.clone().into(), Compression::Gzip, Some(text.len() + 1)),
            RequestBody::new(text.clone().into(), Compression::Gzip, None),
            RequestBody::new(text.clone().into(), Compression::None, Some(0)),
        ] {
            assert_eq!((encoding(&plain), &plain.body().as_bytes().unwrap()[..]), (None, &text[..]));
        }
    }

    #[test]
    fn the_hash_of_a_stream_is_computed_once() {
        use std::sync::atomic::{AtomicU32, Ordering};
        static OPENED: AtomicU32 = AtomicU32::new(0);
        let stream = Body::replayable(Some(2), || {
            OPENED.fetch_add(1, Ordering::Relaxed);
            Body::wrap(Body::from("{}"))
        });
        let body = RequestBody::new(stream, Compression::None, None);
        for _ in 0..2 {
            let digest = crate::clock::block_on(body.digest()).unwrap();
            assert_eq!(digest[..], Sha256::digest("{}")[..]);
        }
        assert_eq!(OPENED.load(Ordering::Relaxed), 1);
        let broken =
            Body::replayable(Some(3), || Body::from_stream(crate::primitives::ByteStream::from("{}"), Some(3)));
        let error = crate::clock::block_on(RequestBody::new(broken, Compression::None, None).digest()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read the body to sign it: the stream is shorter than its declared length"
        );
    }

    #[test]
    fn a_checksum_is_added_and_a_stream_is_an_error() {
        let mut headers = HeaderMap::new();
        RequestBody::new("{}".into(), Compression::None, None).add_headers(Checksum::Md5, &mut headers).unwrap();
        assert_eq!(headers["content-md5"], "mZFLkyvTelC5g8XnyQrpOw==");
        let stream = RequestBody::new(Body::wrap(Body::from("{}")), Compression::Gzip, Some(0));
        let error = stream.add_headers(Checksum::Md5, &mut HeaderMap::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot compute the checksum that the operation requires, because the body is a stream; pass the body as bytes"
        );
    }

    #[test]
    fn a_checksum_that_the_caller_has_set_is_kept() {
        for body in ["{}".into(), Body::wrap(Body::from("{}"))] {
            let mut headers = HeaderMap::from_iter([(MD5, HeaderValue::from_static("own"))]);
            RequestBody::new(body, Compression::None, None).add_headers(Checksum::Md5, &mut headers).unwrap();
            assert_eq!(headers["content-md5"], "own");
        }
    }
}
