//! Runs moto in a separate process.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak, mpsc},
    time::Duration,
};

/// The maximum time that moto may take to start. It imports many modules, and the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server, which stops when this value is dropped. It also stops if the test is killed, since its standard
/// input is then closed.
pub(crate) struct Server {
    /// The URL of the server.
    pub(crate) url: String,
    python: PathBuf,
    process: Child,
    _input: ChildStdin,
}

impl Server {
    /// Returns the server that all tests share, or `None` if there is no Python. Each test has its own region, which
    /// moto isolates from the others. The server stops after the last test.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let python = simba_tests::python()?;
        let mut shared = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
        Some(shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(&python, &[]));
            *shared = Arc::downgrade(&server);
            server
        }))
    }

    /// Starts a server that verifies signatures and policies, except for the first `unchecked` requests.
    pub(crate) fn strict(unchecked: u32) -> Option<Self> {
        let variables = [("INITIAL_NO_AUTH_ACTION_COUNT", unchecked.to_string())];
        Some(Self::start(&simba_tests::python()?, &variables))
    }

    /// Runs a Python script with the URL of the server, and returns its output.
    pub(crate) fn ask(&self, script: &str) -> String {
        let mut command = simba_tests::program(&self.python);
        let output = command.arg(file(script)).arg(&self.url).stderr(Stdio::inherit()).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", self.python.display()));
        assert!(output.status.success(), "{script}: {}", output.status);
        String::from_utf8(output.stdout).expect("keys are ASCII")
    }

    fn start(python: &Path, variables: &[(&str, String)]) -> Self {
        let mut command = simba_tests::program(python);
        command.arg(file("server.py")).envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (input, output) = pipes.expect("both are requested");
        // From this point on, the process is terminated even if the test panics.
        let mut server = Self { url: String::new(), python: python.to_owned(), process, _input: input };
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(BufReader::new(output).lines().next()));
        server.url = match receiver.recv_timeout(PATIENCE) {
            Ok(Some(Ok(url))) => url,
            Ok(_) => panic!("moto exited before it listened; its output is above"),
            Err(_) => panic!("moto does not listen after {PATIENCE:?}"),
        };
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have already exited.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the path of a file in this directory.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto").join(name)
}
