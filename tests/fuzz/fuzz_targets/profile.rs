//! Fuzzes the parser for profile files: `~/.aws/config` and `~/.aws/credentials`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| simba_tests::checks::profiles(data));
