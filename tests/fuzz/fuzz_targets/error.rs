//! Replies of calls that failed: a line for the header that names the error, then the body.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| simba_tests::checks::error(data));
