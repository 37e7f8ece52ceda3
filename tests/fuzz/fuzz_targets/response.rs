//! Fuzzes the deserialization of responses and requests of all operations. The last byte of the input selects the
//! operation.

#![no_main]

use simba_tests::checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((operation, body)) = data.split_last() else { return };
    checks::response(usize::from(*operation), body);
    checks::request(usize::from(*operation), body);
});
