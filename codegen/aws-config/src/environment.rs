//! The environment variables and files from which configuration is read.
//!
//! All access to the process's environment and the file system goes through an [`Environment`], so that tests can use
//! in-memory variables and files.

use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use simba_runtime::__private::lock;

/// The maximum size of a file, in bytes. Profile files with thousands of profiles and certificate bundles are smaller
/// than this.
const MAX_FILE_SIZE: usize = 16 * 1024 * 1024;

/// The environment variables and files from which configuration and credentials are read.
///
/// [`Environment::process`] uses the variables of the process and the file system. An environment that is created with
/// [`Environment::fixed`] contains only the given variables and files:
///
/// ```
/// # use simba_aws_config::Environment;
/// #
/// let environment = Environment::fixed([("AWS_REGION", "eu-west-1"), ("HOME", "/home/me")])
///     .file("/home/me/.aws/config", "[default]\nretry_mode = adaptive\n");
/// assert_eq!(environment.var("AWS_REGION").as_deref(), Some("eu-west-1"));
/// ```
#[derive(Clone)]
pub struct Environment(Arc<Kind>);

enum Kind {
    Process,
    Fixed {
        /// The variables and their values. If a variable is listed twice, the last value applies.
        vars: Vec<(String, String)>,
        // Files are mutable, because a refreshed SSO token replaces the old token in its file.
        files: Mutex<Files>,
    },
}

/// Files and their paths. If a path is listed twice, the last content applies.
type Files = Vec<(PathBuf, Vec<u8>)>;

impl Environment {
    /// Returns the environment of this process and the files of this machine.
    #[must_use]
    pub fn process() -> Self {
        Self(Arc::new(Kind::Process))
    }

    /// Creates an environment with the given variables and no files.
    #[must_use]
    pub fn fixed<N, V>(vars: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let vars = vars.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self(Arc::new(Kind::Fixed { vars, files: Mutex::default() }))
    }

    /// Adds a file to a [`fixed`](Self::fixed) environment. Has no effect on the environment of the process.
    #[must_use]
    pub fn file(self, path: impl Into<PathBuf>, contents: impl Into<Vec<u8>>) -> Self {
        if let Kind::Fixed { files, .. } = &*self.0 {
            lock(files).push((path.into(), contents.into()));
        }
        self
    }

    /// Returns the value of a variable, without leading and trailing whitespace, such as the carriage return that a
    /// script with Windows line endings adds. As in all AWS tools, an empty variable is treated as if it were not set.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<String> {
        let value = match &*self.0 {
            Kind::Process => std::env::var_os(name)?.to_string_lossy().into_owned(),
            Kind::Fixed { vars, .. } => vars.iter().rev().find(|(key, _)| key == name)?.1.clone(),
        };
        trimmed(&value)
    }

    /// Returns the variables whose names start with `prefix`. Each variable is a pair of its name without the prefix
    /// and its value.
    pub(crate) fn vars_after(&self, prefix: &str) -> Vec<(String, String)> {
        let cut = |name: &str, value: &str| {
            let rest = name.strip_prefix(prefix).filter(|rest| !rest.is_empty())?;
            Some((rest.to_owned(), trimmed(value)?))
        };
        match &*self.0 {
            Kind::Process => {
                std::env::vars_os().filter_map(|(name, value)| cut(name.to_str()?, &value.to_string_lossy())).collect()
            }
            Kind::Fixed { vars, .. } => vars.iter().filter_map(|(name, value)| cut(name, value)).collect(),
        }
    }

    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// Returns [`FileTooLarge`](io::ErrorKind::FileTooLarge) for files of more than 16 MiB, and
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for named pipes. Without these limits, reading a device such as
    /// `/dev/zero` would never end, and opening a pipe without a writer would block.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let content = self.read_up_to(path, MAX_FILE_SIZE + 1)?;
        if content.len() > MAX_FILE_SIZE {
            let message = format!("the file is larger than {MAX_FILE_SIZE} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        Ok(content)
    }

    /// Reads a file. Bytes after the first `size` bytes may be omitted.
    fn read_up_to(&self, path: &Path, size: usize) -> io::Result<Vec<u8>> {
        match &*self.0 {
            Kind::Process => {
                #[cfg(unix)]
                if std::os::unix::fs::FileTypeExt::is_fifo(&std::fs::metadata(path)?.file_type()) {
                    let message = "the file is a named pipe; expected a regular file";
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
                }
                let mut content = Vec::new();
                std::fs::File::open(path)?.take(size as u64).read_to_end(&mut content)?;
                Ok(content)
            }
            Kind::Fixed { files, .. } => {
                let files = lock(files);
                match files.iter().rev().find(|(file, _)| file == path) {
                    Some((_, contents)) => Ok(contents.clone()),
                    None if files.iter().any(|(file, _)| file.starts_with(path)) => {
                        Err(io::ErrorKind::IsADirectory.into())
                    }
                    None => Err(io::ErrorKind::NotFound.into()),
                }
            }
        }
    }

    /// Replaces a file atomically. Only its owner can read the new file.
    #[cfg(feature = "credentials")]
    pub(crate) fn replace(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        match &*self.0 {
            Kind::Process => replace_file(path, contents),
            Kind::Fixed { files, .. } => {
                let mut files = lock(files);
                files.retain(|(file, _)| file != path);
                files.push((path.to_owned(), contents.to_owned()));
                Ok(())
            }
        }
    }

    /// Returns the path in a variable. In the environment of the process, a path does not have to be UTF-8.
    fn path(&self, name: &str) -> Option<PathBuf> {
        match &*self.0 {
            Kind::Process => match std::env::var_os(name)?.into_string() {
                Ok(value) => trimmed(&value).map(PathBuf::from),
                Err(value) => Some(PathBuf::from(value)),
            },
            Kind::Fixed { .. } => self.var(name).map(PathBuf::from),
        }
    }

    /// Returns the user's home directory.
    fn home(&self) -> Option<PathBuf> {
        let set = self.path("HOME").or_else(|| self.path("USERPROFILE"));
        match &*self.0 {
            Kind::Process => set.or_else(std::env::home_dir),
            Kind::Fixed { .. } => set,
        }
    }

    /// Expands a leading `~`. The path is unchanged if the home directory is unknown.
    pub(crate) fn expand(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        let rest = path.to_str().and_then(|path| path.strip_prefix('~')?.strip_prefix(['/', '\\']));
        match (rest, self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        }
    }

    /// Returns the path in a variable, with a leading `~` expanded.
    pub(crate) fn expanded(&self, name: &str) -> Option<PathBuf> {
        self.path(name).map(|path| self.expand(path))
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::process()
    }
}

/// Omits all values, since variables and files contain secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Process => f.write_str("Environment::process()"),
            Kind::Fixed { vars, files } => f
                .debug_struct("Environment")
                .field("vars", &vars.iter().map(|(name, _)| name).collect::<Vec<_>>())
                .field("files", &lock(files).iter().map(|(path, _)| path).collect::<Vec<_>>())
                .finish(),
        }
    }
}

/// Returns whether an error means that the file does not exist.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns the value without surrounding whitespace, or `None` if it is empty.
fn trimmed(value: &str) -> Option<String> {
    Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Writes to a temporary file in the same directory and renames it, so that concurrent readers and writers never see
/// a partial file.
#[cfg(feature = "credentials")]
fn replace_file(path: &Path, contents: &[u8]) -> io::Result<()> {
    use std::io::Write as _;

    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", simba_runtime::__private::uuid(&simba_runtime::random::SystemRandom)));
    let beside = PathBuf::from(beside);
    let mut options = std::fs::OpenOptions::new();
    // An existing file or symbolic link is not overwritten.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    let written = file.write_all(contents).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_not_set() {
        let environment = Environment::fixed([("AWS_REGION", "")]);
        assert_eq!(environment.var("AWS_REGION"), None);
        assert_eq!(environment.var("AWS_PROFILE"), None);
    }

    #[test]
    fn white_space_around_a_variable_is_removed() {
        let environment = Environment::fixed([("AWS_REGION", " eu-west-1\r"), ("AWS_PROFILE", "\r\n")]);
        assert_eq!(environment.var("AWS_REGION").as_deref(), Some("eu-west-1"));
        assert_eq!(environment.var("AWS_PROFILE"), None);
        let environment = Environment::fixed([("AWS_ENDPOINT_URL_FSX", "c\r"), ("AWS_ENDPOINT_URL_STS", "\r")]);
        let found = environment.vars_after("AWS_ENDPOINT_URL_");
        assert_eq!(found, [("FSX".to_owned(), "c".to_owned())]);
    }

    #[test]
    fn variables_are_found_by_prefix() {
        let environment = Environment::fixed([
            ("AWS_ENDPOINT_URL", "a"),
            ("AWS_ENDPOINT_URL_", "b"),
            ("AWS_ENDPOINT_URL_FSX", "c"),
            ("AWS_ENDPOINT_URL_STS", ""),
        ]);
        let found = environment.vars_after("AWS_ENDPOINT_URL_");
        assert_eq!(found, [("FSX".to_owned(), "c".to_owned())]);
    }

    #[test]
    fn home_is_expanded_only_at_the_start() {
        let environment = Environment::fixed([("HOME", "/home/me")]);
        assert_eq!(environment.expand("~/.aws/config"), Path::new("/home/me/.aws/config"));
        assert_eq!(environment.expand("/a/~/b"), Path::new("/a/~/b"));
        assert_eq!(environment.expand("~other/x"), Path::new("~other/x"));
    }

    /// Runs the test below in a new process with the given home directory and config file variable, and returns the
    /// path of the config file that the process uses.
    #[cfg(unix)]
    fn config_file_with(home: &std::ffi::OsStr, variable: &std::ffi::OsStr) -> PathBuf {
        use std::os::unix::ffi::OsStringExt as _;

        let test = "environment::tests::paths_of_the_process_may_be_invalid_utf_8";
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]).env("HOME", home).env_remove("USERPROFILE");
        command.env("SIMBA_CONFIG_FILE", variable).env("SIMBA_CHILD", "1");
        let output = command.output().unwrap().stdout;
        let mut parts = output.split(|byte| *byte == b'|');
        std::ffi::OsString::from_vec(parts.nth(1).unwrap().to_vec()).into()
    }

    #[cfg(unix)]
    #[test]
    fn paths_of_the_process_may_be_invalid_utf_8() {
        use std::ffi::OsStr;
        use std::io::Write as _;
        use std::os::unix::ffi::OsStrExt as _;

        let environment = Environment::process();
        if environment.var("SIMBA_CHILD").is_some() {
            let path = environment.expanded("SIMBA_CONFIG_FILE").unwrap_or_else(|| environment.expand("~/.aws/config"));
            let bytes = [b"|", path.as_os_str().as_bytes(), b"|"].concat();
            std::io::stdout().write_all(&bytes).unwrap();
            return;
        }
        let none = OsStr::new("");
        for (home, variable, expected) in [
            (OsStr::new("/home/me"), none, OsStr::new("/home/me/.aws/config")),
            (OsStr::new("/home/me"), OsStr::new(" ~/mine\r"), OsStr::new("/home/me/mine")),
            (OsStr::from_bytes(b"/home/m\xe9"), none, OsStr::from_bytes(b"/home/m\xe9/.aws/config")),
            (OsStr::new("/home/me"), OsStr::from_bytes(b"/m\xe9"), OsStr::from_bytes(b"/m\xe9")),
        ] {
            assert_eq!(config_file_with(home, variable), Path::new(expected));
        }
        // If `HOME` is empty, files in the current directory must not configure the program.
        assert_ne!(config_file_with(none, none), Path::new(".aws/config"));
    }

    #[test]
    fn a_file_may_have_the_maximum_size() {
        let read = |size| {
            let environment = Environment::fixed([("", ""); 0]).file("/f", vec![b'#'; size]);
            environment.read(Path::new("/f")).map(|content| content.len()).map_err(|error| error.kind())
        };
        assert_eq!(read(MAX_FILE_SIZE), Ok(MAX_FILE_SIZE));
        assert_eq!(read(MAX_FILE_SIZE + 1), Err(io::ErrorKind::FileTooLarge));
    }

    #[test]
    fn debug_prints_names_of_variables_but_no_values() {
        let environment = Environment::fixed([("AWS_SECRET_ACCESS_KEY", "hush")]).file("/f", "hush");
        let text = format!("{environment:?}");
        assert!(text.contains("AWS_SECRET_ACCESS_KEY") && !text.contains("hush"), "{text}");
    }

    #[cfg(unix)]
    #[test]
    fn an_endless_file_is_not_read_forever() {
        let error = Environment::process().read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(error.to_string(), "the file is larger than 16777216 bytes");
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_does_not_block() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = Environment::process().read(&pipe).unwrap_err();
        assert_eq!(error.to_string(), "the file is a named pipe; expected a regular file");
        // `/dev/null` is the usual way to configure an empty file.
        assert_eq!(Environment::process().read(Path::new("/dev/null")).unwrap(), b"");
    }

    #[cfg(all(feature = "credentials", unix))]
    #[test]
    fn a_replaced_file_is_readable_only_by_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token.json");
        Environment::process().replace(&path, b"one").unwrap();
        Environment::process().replace(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(feature = "credentials")]
    #[test]
    fn concurrent_writers_never_leave_a_partial_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token.json");
        let sizes = [50_000_usize, 10_000];
        std::thread::scope(|scope| {
            for size in sizes {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..200 {
                        Environment::process().replace(path, &vec![b'x'; size]).unwrap();
                        let found = std::fs::read(path).unwrap();
                        assert!(sizes.contains(&found.len()), "{} bytes", found.len());
                    }
                });
            }
        });
        let left: Vec<_> =
            std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["token.json"]);
    }
}
