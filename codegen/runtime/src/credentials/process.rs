//! A program that prints credentials: `credential_process` of a profile.
//!
//! In: a command line. Out: the credentials that the program prints as JSON. No shell sees the
//! command: it is split into words here, and quotes keep words together.

use std::io::{self, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;

use serde_json::Value;

use super::container::of_json;
use super::http::excerpt;
use super::{Credentials, CredentialsError};

/// Runs the command and reads what it prints.
pub(super) async fn run(command: &str) -> Result<Credentials, CredentialsError> {
    let words = words(command)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| CredentialsError::new("`credential_process` has an open quote or no words"))?;
    // The arguments may hold secrets, so errors name the program only.
    let program = &words[0];
    let failed = |what: String| CredentialsError::new(format!("`credential_process`, the program `{program}`, {what}"));
    let cannot = |error: io::Error| failed(format!("cannot be run: {error}"));
    let running = start(program, &words[1..]).map_err(cannot)?;
    let output = end(running).await.map_err(cannot)?;
    if !output.status.success() {
        let said = excerpt(&output.stderr);
        return Err(failed(format!("failed ({}): {said}", output.status)));
    }
    let body: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| failed(format!("did not print JSON: {error}")))?;
    match body.get("Version").and_then(Value::as_u64) {
        Some(1) => {}
        _ => return Err(failed("did not print `\"Version\": 1`".to_owned())),
    }
    of_json(&body, "SessionToken").map_err(|error| failed(format!("said too little: {error}")))
}

struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// A program at work. Threads of its own read what it prints: it may take long, and no runtime is
/// assumed.
fn start(program: &str, arguments: &[String]) -> io::Result<Arc<Running>> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let running = Arc::new(Running { child: Mutex::new(child), state: Mutex::default() });
    let at_work = Arc::clone(&running);
    let errors = thread::Builder::new().spawn(move || read_all(stderr))?;
    thread::Builder::new().spawn(move || {
        let stdout = read_all(stdout);
        let stderr = errors.join().unwrap_or_default();
        let status = lock(&at_work.child).wait();
        let mut state = lock(&at_work.state);
        state.output = Some(status.map(|status| Output { status, stdout, stderr }));
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    })?;
    Ok(running)
}

/// What the program printed, once it has ended. Dropping the future ends the program.
async fn end(running: Arc<Running>) -> io::Result<Output> {
    let running = KillOnDrop(running);
    std::future::poll_fn(|context| {
        let mut state = lock(&running.0.state);
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

struct Running {
    child: Mutex<Child>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    output: Option<io::Result<Output>>,
    waker: Option<Waker>,
}

struct KillOnDrop(Arc<Running>);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        // Only the wait for a program that has closed its output holds this lock.
        if let Ok(mut child) = self.0.child.try_lock() {
            // One that has ended already cannot be killed any more, which is just as well.
            let _ = child.kill();
        }
    }
}

fn read_all(pipe: Option<impl io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What was read before an error is all there is to show.
        let _ = pipe.take(1024 * 1024).read_to_end(&mut bytes);
    }
    bytes
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Splits a command line. Quotes of both kinds keep spaces; a backslash takes the next character as
/// it is, except on Windows, where it separates the parts of paths. `None` if a quote stays open.
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
                // An empty pair of quotes is a word too.
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
