//! A stream of bytes.

use std::error::Error;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Take};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use crate::body::{Body, BoxError};
use crate::root_cause::with_root_cause;

/// The number of bytes that are read from a file at once.
const CHUNK_SIZE: usize = 64 * 1024;

/// A stream of bytes. Inputs and outputs use it for values that do not have to fit into memory, such as the content of
/// a file.
///
/// In an input, the stream is created from bytes, a [file](Self::from_path) or any [`Stream`](Self::from_stream). A
/// call is retried only if its stream can be sent again, which is the case for bytes and files.
///
/// In an output, the stream returns the bytes as they arrive. The call returns when the headers of the response have
/// arrived. After that, only the read timeout applies. It limits the wait for each chunk. Dropping the stream before
/// all bytes have been read closes the HTTP/1.1 connection or resets the HTTP/2 stream. If the connection breaks before
/// the end, the stream ends with an error.
///
/// ```
/// use simba_runtime::primitives::ByteStream;
///
/// # fn main() -> Result<(), simba_runtime::primitives::ByteStreamError> {
/// # simba_runtime::__private::block_on(async {
/// let mut stream = ByteStream::from("hello");
/// while let Some(chunk) = stream.next().await {
///     println!("{} bytes", chunk?.len());
/// }
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Debug, Default)]
pub struct ByteStream(Body);

impl ByteStream {
    /// Creates a stream of a file's content. The file is opened again for each attempt of a call. Bytes that are
    /// appended to the file later are not part of the stream.
    ///
    /// # Errors
    ///
    /// Returns an error if the file does not exist, or is not a regular file.
    pub fn from_path(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_path_buf();
        let metadata = fs::metadata(&path)?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} is not a file", path.display())));
        }
        let length = metadata.len();
        let open = move || Body::from_stream(FileStream::Closed(path.clone(), length), Some(length));
        Ok(Self(Body::replayable(Some(length), open)))
    }

    /// Creates a stream from any [`Stream`] of bytes. `length` is the total length in bytes, if known. Some operations
    /// require the length. A call with such a stream is not retried.
    pub fn from_stream<S, E>(stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        Self(Body::from_stream(stream, length))
    }

    /// Returns the number of bytes that are left, if known.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.0.content_length()
    }

    /// Returns the next bytes, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns an error if reading from the stream fails.
    pub async fn next(&mut self) -> Option<Result<Bytes, ByteStreamError>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Reads all bytes into memory.
    ///
    /// # Errors
    ///
    /// Returns an error if reading from the stream fails.
    pub async fn collect(self) -> Result<Bytes, ByteStreamError> {
        self.0.collect().await.map_err(ByteStreamError)
    }

    /// Converts the stream into a reader that blocks the thread, for blocking clients.
    #[cfg(any(test, feature = "blocking", feature = "testing"))]
    pub fn into_reader(self) -> impl Read + Send + 'static {
        crate::body::Reader::new(self.0, |body| crate::clock::block_on(body.next()))
    }

    /// Converts the stream into a `tokio::io::AsyncRead`, for example for `tokio::io::copy`.
    #[cfg(feature = "_hyper")]
    pub fn into_async_read(self) -> impl tokio::io::AsyncRead + Send + Unpin + 'static {
        AsyncReader { stream: self, read: Bytes::new() }
    }

    /// Converts the stream into the body of an HTTP message.
    #[must_use]
    pub fn into_body(self) -> Body {
        self.0
    }

    /// Returns the stream for a request. A stream that can be sent only once is moved out, so later calls return
    /// `None`.
    #[cfg(any(test, feature = "rest-json"))]
    pub(crate) fn for_request(&self) -> Option<Body> {
        self.0.for_attempt()
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, ByteStreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_data(cx).map_err(ByteStreamError)
    }
}

impl<T: Into<Body>> From<T> for ByteStream {
    fn from(body: T) -> Self {
        Self(body.into())
    }
}

/// The error for a [`ByteStream`] that cannot be read to its end.
///
/// `Display` prints one line, including the root cause, so [`source`](Error::source) returns `None`.
///
/// ```
/// # use simba_runtime::primitives::{ByteStream, ByteStreamError};
/// #
/// async fn length(stream: ByteStream) -> Result<usize, ByteStreamError> {
///     Ok(stream.collect().await?.len())
/// }
/// ```
pub struct ByteStreamError(BoxError);

impl ByteStreamError {
    /// Returns the underlying error. For a stream in an output, it is a
    /// [`TransportError`](crate::error::TransportError).
    #[must_use]
    pub fn into_inner(self) -> BoxError {
        self.0
    }
}

impl fmt::Display for ByteStreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&with_root_cause(&*self.0))
    }
}

debug_as_display!(ByteStreamError);

impl Error for ByteStreamError {}

impl From<ByteStreamError> for io::Error {
    fn from(error: ByteStreamError) -> Self {
        Self::other(error.0)
    }
}

/// The content of a file. The file is opened when the first chunk is read.
enum FileStream {
    /// The file has not been opened yet. The fields are the path and the number of bytes to read.
    Closed(PathBuf, u64),
    Open(Take<File>),
    /// A chunk is being read on another thread.
    #[cfg(feature = "_hyper")]
    Reading(tokio::task::JoinHandle<io::Result<(Take<File>, Bytes)>>),
    Ended,
}

impl FileStream {
    /// Reads a chunk, which is empty at the end of the file.
    fn read(file: io::Result<Take<File>>) -> io::Result<(Take<File>, Bytes)> {
        let mut file = file?;
        let mut chunk = vec![0; CHUNK_SIZE];
        let size = file.read(&mut chunk)?;
        chunk.truncate(size);
        Ok((file, chunk.into()))
    }

    /// Returns the chunk that was read, and advances to the next one.
    fn advance(&mut self, read: io::Result<(Take<File>, Bytes)>) -> Option<io::Result<Bytes>> {
        match read {
            Ok((_, chunk)) if chunk.is_empty() => None,
            Ok((file, chunk)) => {
                *self = Self::Open(file);
                Some(Ok(chunk))
            }
            Err(error) => Some(Err(error)),
        }
    }

    #[cfg(feature = "_hyper")]
    fn poll_reading(
        &mut self,
        mut reading: tokio::task::JoinHandle<io::Result<(Take<File>, Bytes)>>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
            *self = Self::Reading(reading);
            return Poll::Pending;
        };
        Poll::Ready(self.advance(read.unwrap_or_else(|error| Err(io::Error::other(error)))))
    }
}

impl Stream for FileStream {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        // The context is used only with the `_hyper` feature, where another thread reads the chunk.
        let _ = &cx;
        let open: Box<dyn FnOnce() -> io::Result<Take<File>> + Send> = match std::mem::replace(&mut *self, Self::Ended)
        {
            Self::Closed(path, length) => Box::new(move || Ok(File::open(path)?.take(length))),
            Self::Open(file) => Box::new(move || Ok(file)),
            Self::Ended => return Poll::Ready(None),
            #[cfg(feature = "_hyper")]
            Self::Reading(reading) => return self.poll_reading(reading, cx),
        };
        // Reading a file blocks, so it is done on one of tokio's threads for blocking work. A blocking call reads the
        // file on its own thread, which may be the last of these threads.
        #[cfg(feature = "_hyper")]
        if !crate::clock::is_blocking()
            && let Ok(tokio) = tokio::runtime::Handle::try_current()
        {
            return self.poll_reading(tokio.spawn_blocking(move || Self::read(open())), cx);
        }
        Poll::Ready(self.advance(Self::read(open())))
    }
}

/// A `tokio::io::AsyncRead` over a stream.
#[cfg(feature = "_hyper")]
struct AsyncReader {
    stream: ByteStream,
    read: Bytes,
}

#[cfg(feature = "_hyper")]
impl tokio::io::AsyncRead for AsyncReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.read.is_empty() {
            match std::task::ready!(Pin::new(&mut self.stream).poll_next(cx)) {
                None => return Poll::Ready(Ok(())),
                Some(data) => self.read = data?,
            }
        }
        let size = buffer.remaining().min(self.read.len());
        buffer.put_slice(&self.read.split_to(size));
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::block_on;

    fn file(content: &[u8]) -> tempfile::TempPath {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), content).unwrap();
        file.into_temp_path()
    }

    #[test]
    fn a_file_can_be_read_in_chunks_several_times() {
        let content: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        let path = file(&content);
        let stream = ByteStream::from_path(&path).unwrap();
        assert_eq!(stream.content_length(), Some(200_000));
        for _ in 0..2 {
            let again = stream.for_request().unwrap();
            assert_eq!(block_on(again.collect()).unwrap(), content);
        }
        let mut read = Vec::new();
        stream.into_reader().read_to_end(&mut read).unwrap();
        assert_eq!(read, content);
    }

    #[cfg(feature = "_hyper")]
    #[tokio::test]
    async fn a_file_is_read_on_another_thread_within_tokio() {
        use tokio::io::AsyncReadExt;
        let content = vec![7; 100_000];
        let path = file(&content);
        let mut read = Vec::new();
        ByteStream::from_path(&path).unwrap().into_async_read().read_to_end(&mut read).await.unwrap();
        assert_eq!(read, content);
    }

    /// The blocking call occupies the runtime's only thread for blocking work.
    #[cfg(feature = "_hyper")]
    #[test]
    fn a_blocking_call_reads_a_file_on_its_own_thread() {
        let path = file(b"content");
        let stream = ByteStream::from_path(&path).unwrap();
        let runtime =
            tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).enable_time().build().unwrap();
        let read = runtime.spawn_blocking(|| block_on(stream.collect()).unwrap());
        let read = runtime.block_on(async { tokio::time::timeout(std::time::Duration::from_secs(10), read).await });
        let Ok(read) = read else {
            runtime.shutdown_background();
            panic!("the call waits for its own thread");
        };
        assert_eq!(read.unwrap(), "content");
    }

    #[test]
    fn a_file_that_grows_is_read_up_to_its_original_length() {
        let path = file(b"content");
        let stream = ByteStream::from_path(&path).unwrap();
        fs::write(&path, b"content and more").unwrap();
        assert_eq!(block_on(stream.collect()).unwrap(), "content");
    }

    #[test]
    fn a_file_that_shrinks_is_an_error() {
        let path = file(b"content");
        let stream = ByteStream::from_path(&path).unwrap();
        fs::write(&path, b"con").unwrap();
        let error = block_on(stream.collect()).unwrap_err();
        assert_eq!(error.to_string(), "the stream is shorter than its declared length");
    }

    #[test]
    fn the_error_of_a_stream_is_displayed_with_its_root_cause() {
        struct Broken;
        impl Stream for Broken {
            type Item = Result<Bytes, crate::error::TransportError>;
            fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                let kind = crate::error::TransportErrorKind::Closed;
                let cause = io::Error::from(io::ErrorKind::ConnectionReset);
                Poll::Ready(Some(Err(crate::error::TransportError::new(kind, "cannot receive").with_source(cause))))
            }
        }
        let stream = || ByteStream::from_stream(Broken, None);
        let error = block_on(stream().collect()).unwrap_err();
        assert_eq!(error.to_string(), "cannot receive: connection reset");
        assert!(error.into_inner().is::<crate::error::TransportError>());
        let read = || -> Result<Option<Bytes>, Box<dyn Error>> { Ok(block_on(stream().next()).transpose()?) };
        assert_eq!(read().unwrap_err().to_string(), "cannot receive: connection reset");
        let read = || -> io::Result<Option<Bytes>> { Ok(block_on(stream().next()).transpose()?) };
        assert!(read().unwrap_err().get_ref().unwrap().is::<crate::error::TransportError>());
    }

    #[test]
    fn only_files_can_be_streamed() {
        let directory = tempfile::tempdir().unwrap();
        let error = ByteStream::from_path(directory.path()).unwrap_err();
        assert_eq!(error.to_string(), format!("{} is not a file", directory.path().display()));
        assert_eq!(
            ByteStream::from_path(directory.path().join("missing")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    #[test]
    fn a_stream_is_taken_once() {
        struct Once(Option<Bytes>);
        impl Stream for Once {
            type Item = io::Result<Bytes>;
            fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                Poll::Ready(self.0.take().map(Ok))
            }
        }
        let stream = ByteStream::from_stream(Once(Some(Bytes::from_static(b"a"))), None);
        assert_eq!(block_on(stream.for_request().unwrap().collect()).unwrap(), "a");
        assert!(stream.for_request().is_none());
    }
}
