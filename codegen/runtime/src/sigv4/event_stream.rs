//! Signatures for event streams.
//!
//! Each message is wrapped as the payload of another message, whose headers contain a date and a signature. Each
//! signature also covers the previous signature, and the first signature covers the signature of the request.
//! Therefore, the service detects whether a message was added, removed or moved. A signed message with an empty payload
//! ends the stream.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use hmac::Mac;
use sha2::{Digest, Sha256};

use super::{Signature, Signer, SigningParams, SigningSettings, hex};
use crate::codec::event_stream::{Header, HeaderValue, Message, encode_headers};
use crate::date::amz_date;
use crate::identity::Credentials;
use crate::primitives::Timestamp;
use crate::schema::SerdeError;

const ALGORITHM: &[u8] = b"AWS4-HMAC-SHA256-PAYLOAD";

/// Signs the messages of an event stream.
#[derive(Debug)]
pub struct EventSigner {
    signer: Signer,
    credentials: Credentials,
    region: String,
    service: String,
    previous: Signature,
}

impl EventSigner {
    /// Creates a signer for the event stream in a request. `request` is the signature of the request.
    #[must_use]
    pub fn new(request: Signature, signing: SigningParams<'_>) -> Self {
        Self {
            signer: Signer::new(),
            credentials: signing.credentials.clone(),
            region: signing.region.to_owned(),
            service: signing.service.to_owned(),
            previous: request,
        }
    }

    /// Wraps an encoded message in a signed message. An empty message ends the stream.
    ///
    /// # Errors
    ///
    /// Returns an error if the time is out of range.
    pub fn sign(&mut self, message: Bytes, time: SystemTime) -> Result<Message, SerdeError> {
        // The date in the header must equal the date of the signature, which has no fraction of a second.
        let seconds = Timestamp::from(time).as_secs();
        let date = Header { name: ":date".to_owned(), value: HeaderValue::Timestamp(Timestamp::new(seconds, 0)) };
        let mut headers = BytesMut::new();
        encode_headers(std::slice::from_ref(&date), &mut headers)?;
        let time = amz_date(time);
        let mut day = [0; 8];
        day.copy_from_slice(&time[..8]);

        let mut hmac = self.signer.key(day, self.params());
        let (headers, payload) = (hex(&Sha256::digest(&headers)), hex(&Sha256::digest(&message)));
        hmac.update(ALGORITHM);
        hmac.update(b"\n");
        hmac.update(&time);
        hmac.update(b"\n");
        for part in [&day, self.region.as_bytes(), self.service.as_bytes()] {
            hmac.update(part);
            hmac.update(b"/");
        }
        hmac.update(b"aws4_request\n");
        for part in [&self.previous.0, &headers] {
            hmac.update(part);
            hmac.update(b"\n");
        }
        hmac.update(&payload);
        let signature = hmac.finalize().into_bytes();
        self.previous = Signature(hex(&signature));
        let signature = HeaderValue::Blob(Bytes::copy_from_slice(&signature));
        let mut signed = Message::new(message).with_header(":chunk-signature", signature);
        signed.headers.push(date);
        Ok(signed)
    }

    fn params(&self) -> SigningParams<'_> {
        SigningParams {
            credentials: &self.credentials,
            region: &self.region,
            service: &self.service,
            time: UNIX_EPOCH,
            settings: SigningSettings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sigv4::tests::credentials;

    /// The message and the parameters come from the tests of the AWS SDK for Rust.
    #[test]
    fn signatures_form_a_chain_that_an_empty_message_ends() {
        let credentials = credentials("notrealrnrELgWzOk3IfjzDKtFBhDby", None);
        let time = UNIX_EPOCH + Duration::new(123_456_789, 1234);
        let params = SigningParams {
            credentials: &credentials,
            region: "us-east-1",
            service: "testservice",
            time,
            settings: SigningSettings::default(),
        };
        let request = Signature(hex(&Sha256::digest(b"last message sts")));
        let mut signer = EventSigner::new(request, params);
        let message = Message::new("test payload").with_header("some-header", "value").encode().unwrap();

        let signed = signer.sign(message.clone(), time).unwrap();
        assert_eq!(signed.payload, message);
        let names: Vec<_> = signed.headers.iter().map(|header| &*header.name).collect();
        assert_eq!(names, [":chunk-signature", ":date"]);
        assert_eq!(signed.header(":date"), Some(&HeaderValue::Timestamp(Timestamp::new(123_456_789, 0))));
        assert_eq!(signature(&signed), "08fed460df836999e1c4137962a3d6ad66a9e8c1bf8e8888e3cbeee26bbf774d");

        let end = signer.sign(Bytes::new(), time).unwrap();
        assert!(end.payload.is_empty());
        assert_eq!(signature(&end), "dbe0525115366ab86e102862106d03e6662e7696abe6d172a0daf49e3c472615");
    }

    fn signature(message: &Message) -> String {
        match message.header(":chunk-signature") {
            Some(HeaderValue::Blob(signature)) => String::from_utf8(hex(signature).to_vec()).unwrap(),
            other => panic!("expected a signature, found {other:?}"),
        }
    }
}
