//! The `credential_process` setting: an external program that prints credentials.
//!
//! The program prints credentials as JSON. The command line is not passed to a shell, but split into words at spaces
//! that are not quoted. The program has no standard input and runs in its own process group. Canceling the call or
//! reaching the time limit stops the program and all its child processes. The program's standard error is discarded,
//! because it may contain secrets, and error messages end up in logs.

use std::io::{self, Read};
use std::pin::pin;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use simba_runtime::__private::{lock, within};
use simba_runtime::clock::Clock;

use super::container::of_json;
use super::{Credentials, CredentialsError, json};

/// The maximum size of the program's output, in bytes.
const MAX_OUTPUT: usize = 64 * 1024;

/// The time within which the program must exit. The limit leaves a user enough time to enter a one-time code.
const LIMIT: Duration = Duration::from_secs(60);

/// The maximum interval at which the program is polled.
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// The `credential_process` of a profile.
#[derive(Debug, PartialEq)]
pub(super) struct Process {
    pub(super) command: String,
    /// The account ID of the profile, which is used if the command prints none.
    pub(super) account_id: Option<String>,
}

impl Process {
    /// Runs the command and parses the credentials that it prints.
    pub(super) async fn credentials(&self, clock: &dyn Clock) -> Result<Credentials, CredentialsError> {
        let mut credentials = run(&self.command, clock).await?;
        if credentials.account_id.is_none() {
            credentials.account_id.clone_from(&self.account_id);
        }
        Ok(credentials)
    }
}

async fn run(command: &str, clock: &dyn Clock) -> Result<Credentials, CredentialsError> {
    let words = words(command)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| CredentialsError::new("`credential_process` has an unclosed quote or is empty"))?;
    // Arguments and standard error may contain secrets, so error messages contain only the program's name.
    let program = &words[0];
    let failed = |what: String| CredentialsError::new(format!("the `credential_process` program `{program}` {what}"));
    let started = Running::start(program, &words[1..]);
    let (running, _) = started.map_err(|error| failed(format!("cannot be run: {error}")))?;
    let output = within(clock, Some(LIMIT), pin!(running.output()))
        .await
        .map_err(|limit| failed(format!("did not exit within {limit:?}")))?
        .map_err(|error| failed(format!("failed: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("failed ({}); run it in a terminal to see why", output.status)));
    }
    let body = json::parse(&output.stdout).ok_or_else(|| failed("did not print JSON".to_owned()))?;
    match body.get("Version").and_then(json::unsigned) {
        Some(1) => {}
        _ => return Err(failed("did not print `\"Version\": 1`".to_owned())),
    }
    of_json(&body, "SessionToken").map_err(|error| failed(format!("printed incomplete credentials: {error}")))
}

struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
}

/// A running program. Dropping it kills the program and its child processes.
struct Running(Arc<Shared>);

struct Shared {
    child: Mutex<Child>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    output: Option<io::Result<Output>>,
    waker: Option<Waker>,
}

impl Running {
    /// Starts the program in its own process group, and starts a thread that waits for it. A thread is used because the
    /// program may run for a long time, and there may be no asynchronous runtime.
    fn start(program: &str, arguments: &[String]) -> io::Result<(Self, JoinHandle<()>)> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let stdout = child.stdout.take();
        let running = Self(Arc::new(Shared { child: Mutex::new(child), state: Mutex::default() }));
        let shared = Arc::clone(&running.0);
        let thread = thread::Builder::new().name("credential_process".into()).spawn(move || shared.watch(stdout))?;
        Ok((running, thread))
    }

    /// Waits for the program to exit and returns its output.
    async fn output(&self) -> io::Result<Output> {
        std::future::poll_fn(|context| {
            let mut state = lock(&self.0.state);
            match state.output.take() {
                Some(output) => Poll::Ready(output),
                None => {
                    state.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        kill(&mut lock(&self.0.child));
    }
}

impl Shared {
    fn watch(&self, stdout: Option<ChildStdout>) {
        let output = self.read(stdout);
        if output.is_err() {
            let mut child = lock(&self.child);
            kill(&mut child);
            let _ = child.wait();
        }
        let mut state = lock(&self.state);
        state.output = Some(output);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Reads the output until the program itself has exited. This does not wait for the end of the output, since child
    /// processes may keep the output open.
    fn read(&self, stdout: Option<ChildStdout>) -> io::Result<Output> {
        let mut pipe = stdout.map(without_blocking).transpose()?;
        let mut stdout = Vec::new();
        let mut pause = Duration::from_millis(1);
        loop {
            // The status is checked before the pipe is read, so that the program's last output is not missed.
            let status = lock(&self.child).try_wait()?;
            if let Some(pipe) = &mut pipe {
                read_available(pipe, &mut stdout)?;
            }
            if let Some(status) = status {
                return Ok(Output { status, stdout });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Returns a pipe whose reads fail with [`WouldBlock`](io::ErrorKind::WouldBlock) while it is empty.
#[cfg(unix)]
fn without_blocking(stdout: ChildStdout) -> io::Result<impl Read> {
    let pipe = mio::unix::pipe::Receiver::from(stdout);
    pipe.set_nonblocking(true)?;
    Ok(pipe)
}

/// Returns the pipe unchanged. On platforms other than Unix, reads block until the output is closed.
#[cfg(not(unix))]
fn without_blocking(stdout: ChildStdout) -> io::Result<impl Read> {
    Ok(stdout)
}

/// Reads the bytes that are available now.
fn read_available(pipe: &mut impl Read, output: &mut Vec<u8>) -> io::Result<()> {
    let left = MAX_OUTPUT.saturating_sub(output.len()) as u64;
    match pipe.take(left + 1).read_to_end(output) {
        Ok(_) if output.len() > MAX_OUTPUT => Err(io::Error::other(format!("it printed more than {MAX_OUTPUT} bytes"))),
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
        _ => Ok(()),
    }
}

/// Kills the program if it is still running. On Unix, this includes its process group.
fn kill(child: &mut Child) {
    // Once the program has exited and its status has been read, another process may have the same process ID.
    if !matches!(child.try_wait(), Ok(None)) {
        return;
    }
    #[cfg(unix)]
    {
        // The standard library cannot signal a process group, but every shell has a built-in `kill`.
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "kill -s KILL -- -\"$0\"", &child.id().to_string()]);
        let _ = shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    let _ = child.kill();
}

/// Splits a command line into words. Single and double quotes preserve spaces. Outside quotes, a backslash escapes the
/// next character, except on Windows, where it is a path separator. In double quotes, a backslash escapes a double
/// quote and, except on Windows, another backslash. Returns `None` if a quote is not closed.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                // An empty pair of quotes is an empty word.
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => {
                let next = chars.peek().copied();
                let escapes = match quote {
                    Some(_) => matches!(next, Some('"' | '\\')) && (!cfg!(windows) || next == Some('"')),
                    None => !cfg!(windows) && next.is_some(),
                };
                let taken = if escapes { chars.next() } else { None };
                word.get_or_insert_default().push(taken.unwrap_or(c));
            }
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests;
