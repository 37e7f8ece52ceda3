//! Whole calls, including retries. The input contains the responses: status, headers and body.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| simba_tests::checks::call(data));
