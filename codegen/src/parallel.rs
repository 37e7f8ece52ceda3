//! Processes independent items, with as many threads as there are cores.

use std::{
    cell::Cell,
    num::NonZero,
    panic,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::Report;

/// The stack size of a thread, in bytes. It is the usual stack size of a main thread, since types and documents may be
/// deeply nested.
const STACK: usize = 8 << 20;

thread_local! {
    /// Whether the current thread processes all items itself.
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on the current thread only, so that its time or its allocations can be measured.
pub(crate) fn alone<R>(work: impl FnOnce() -> R) -> R {
    let before = ALONE.replace(true);
    let result = work();
    ALONE.set(before);
    result
}

/// Locks a mutex, even if a thread has panicked while holding it. This is correct because the protected values are
/// consistent after every statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the number of threads to use.
fn threads() -> usize {
    // The number is cached, since determining the CPU limit of a container requires reading several files.
    static THREADS: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));
    if ALONE.get() { 1 } else { *THREADS }
}

/// Returns the results of `work` for the items, in the order of the items.
pub(crate) fn map<T: Send, R: Send>(
    items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator + Send>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let items = items.into_iter();
    let count = items.len();
    let queue = Mutex::new(items.enumerate());
    let next = || lock(&queue).next();
    let take = || {
        let mut done = Vec::new();
        while let Some((index, item)) = next() {
            done.push((index, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others = 1..threads().min(count);
        // If a thread cannot be spawned, the other threads process its items.
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, take).ok();
        let others: Vec<_> = others.filter_map(spawn).collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|problem| panic::resume_unwind(problem)));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Returns the results of `work` for the items, in the order of the items. Adds the problems to the report in the same
/// order.
pub(crate) fn map_reporting<T: Send, R: Send>(
    items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator + Send>,
    report: &mut Report,
    work: impl Fn(T, &mut Report) -> R + Sync,
) -> Vec<R> {
    let done = map(items, |item| {
        let mut report = Report::default();
        (work(item, &mut report), report)
    });
    let results = done.into_iter().map(|(result, problems)| {
        report.diagnostics.extend(problems.diagnostics);
        result
    });
    results.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_and_problems_are_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        let mut report = Report::default();
        report.error("before");
        let doubled = map_reporting(items.clone(), &mut report, |item, report| {
            if item % 100 == 0 {
                report.warning(item.to_string());
            }
            item * 2
        });
        assert!(doubled.iter().zip(&items).all(|(doubled, item)| *doubled == item * 2), "{doubled:?}");
        let messages: Vec<&str> = report.diagnostics.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, ["before", "0", "100", "200", "300", "400", "500", "600", "700", "800", "900"]);
        assert!(map(Vec::<usize>::new(), |item| item).is_empty());
    }
}
