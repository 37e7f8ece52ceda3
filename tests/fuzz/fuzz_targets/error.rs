//! Fuzzes the deserialization of error responses. The input consists of a line with the value of the header that
//! contains the error code, and the body.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| simba_tests::checks::error(data));
