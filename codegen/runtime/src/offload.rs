//! Runs work that may block outside the threads of the asynchronous executor.

/// Runs a function that may block, such as one that reads a file, and returns its result. In a tokio runtime, one of
/// its threads for blocking work runs the function. Otherwise, for example in a blocking call, the current thread does.
pub async fn offload<T: Send + 'static>(work: impl Fn() -> T + Send + Sync + 'static) -> T {
    #[cfg(feature = "_hyper")]
    if !crate::clock::is_blocking()
        && let Ok(tokio) = tokio::runtime::Handle::try_current()
    {
        use std::sync::{Arc, Mutex};

        let (work, result) = (Arc::new(work), Arc::new(Mutex::new(None)));
        let (shared_work, shared_result) = (Arc::clone(&work), Arc::clone(&result));
        // The task is a trait object, so that tokio's code for a task is compiled only once.
        let task: Box<dyn FnOnce() + Send> = Box::new(move || {
            let output = shared_work();
            *crate::sync::lock(&shared_result) = Some(output);
        });
        let _ = tokio.spawn_blocking(task).await;
        let output = crate::sync::lock(&result).take();
        return match output {
            Some(output) => output,
            // The runtime is shutting down, or the function panicked, which it does again here.
            None => work(),
        };
    }
    work()
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn work_runs_on_another_thread_only_in_a_tokio_runtime() {
        let current = thread::current().id();
        assert_eq!(crate::clock::block_on(offload(|| thread::current().id())), current);
        #[cfg(feature = "_hyper")]
        {
            let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
            assert_ne!(tokio.block_on(offload(|| thread::current().id())), current);
            // A blocking call within the runtime uses its own thread.
            let inside = async { crate::clock::block_on(offload(|| thread::current().id())) };
            assert_eq!(tokio.block_on(inside), current);
        }
    }

    #[cfg(feature = "_hyper")]
    #[test]
    fn a_panic_reaches_the_caller() {
        let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let result = std::panic::catch_unwind(|| tokio.block_on(offload(|| assert!(thread::panicking(), "broken"))));
        let message = *result.unwrap_err().downcast::<&str>().unwrap();
        assert_eq!(message, "broken");
    }
}
