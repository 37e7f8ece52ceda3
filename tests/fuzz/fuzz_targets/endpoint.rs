//! Fuzzes endpoint resolution. The input consists of a byte that selects settings, a line with the region, and a URL.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((flags, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let (region, url) = text.split_once('\n').unwrap_or((&text, &text));
    simba_tests::checks::endpoint(region, url, *flags);
});
