//! Fuzzes whole calls, including retries. The input contains the response to every attempt: its status, headers, and
//! body.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| simba_tests::checks::call(data));
