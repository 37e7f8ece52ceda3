//! Fuzzes the timestamp parser.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| simba_tests::checks::timestamp(&String::from_utf8_lossy(data)));
