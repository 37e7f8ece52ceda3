//! Generates strings that match a `smithy.api#pattern`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use crate::parallel;

/// The compiled patterns of a service. Each is compiled only once, since compiling takes longer than matching.
#[derive(Debug, Default)]
pub(in super::super) struct Patterns(Mutex<BTreeMap<String, Option<Arc<Pattern>>>>);

impl Patterns {
    /// Returns the compiled pattern, or `None` if it is not supported.
    pub(super) fn get(&self, text: &str) -> Option<Arc<Pattern>> {
        let patterns = || parallel::lock(&self.0);
        if let Some(known) = patterns().get(text) {
            return known.clone();
        }
        // The lock is not held while the pattern is compiled, so that other threads do not wait.
        let compiled = Pattern::parse(text).map(Arc::new);
        patterns().entry(text.to_owned()).or_insert(compiled).clone()
    }
}

/// A regular expression for which matching strings can be generated.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    regex: Regex,
    hir: Hir,
}

/// The maximum length of a generated string, in bytes.
const LONGEST: usize = 4096;

/// The maximum number of steps to generate a string. Each part of the expression that is visited is one step.
const STEPS: u32 = 20_000;

/// The maximum number of generated strings of a valid length that are matched against the pattern.
const TRIES: usize = 4;

/// The maximum size of a compiled pattern, in bytes.
const LARGEST: usize = 1 << 20;

impl Pattern {
    /// Parses a pattern. Returns `None` if it is not supported, for example because it uses lookahead.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let whole = format!("^(?:{text})$");
        let regex = RegexBuilder::new(&whole).size_limit(LARGEST).build().ok()?;
        Some(Self { regex, hir: regex_syntax::parse(&whole).ok()? })
    }

    /// Returns whether the pattern matches a whole string.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Returns a string that matches the pattern and whose length is in the given range, or `None` if none is found.
    pub(super) fn make(&self, lengths: std::ops::RangeInclusive<usize>) -> Option<String> {
        let extents = std::iter::once(Extent::Plausible).chain((0..=LONGEST / 4).map(Extent::Beyond));
        let made = extents.map_while(|extent| {
            let mut writer = Writer { extent, steps: STEPS, text: String::new() };
            writer.write(&self.hir)?;
            Some(writer.text)
        });
        made.filter(|text| lengths.contains(&text.chars().count())).take(TRIES).find(|text| self.matches(text))
    }
}

/// How often parts of variable length are repeated.
#[derive(Clone, Copy)]
enum Extent {
    /// Often enough to look realistic.
    Plausible,
    /// The minimum number of times, plus this number.
    Beyond(usize),
}

/// A string that is being generated.
struct Writer {
    extent: Extent,
    steps: u32,
    text: String,
}

impl Writer {
    /// Appends a string that matches an expression. Where the expression has alternatives, the first one is used.
    /// Returns `None` if the string gets too long, or if the expression is not supported.
    fn write(&mut self, hir: &Hir) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(class) => Characters::of(class)?.write(1, &mut self.text),
            HirKind::Repetition(repetition) => self.repeat(repetition)?,
            HirKind::Capture(capture) => self.write(&capture.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part))?,
            HirKind::Alternation(alternatives) => self.write(alternatives.first()?)?,
        }
        (self.text.len() <= LONGEST).then_some(())
    }

    fn repeat(&mut self, repetition: &Repetition) -> Option<()> {
        let least = usize::try_from(repetition.min).ok()?;
        let most = repetition.max.map_or(Some(LONGEST), |max| usize::try_from(max).ok())?;
        let count = |plausible: usize| match self.extent {
            Extent::Plausible if least < most => plausible.clamp(least, most),
            Extent::Plausible => least,
            Extent::Beyond(more) => least.saturating_add(more).min(most),
        };
        let Some(class) = class_of(&repetition.sub) else {
            return (0..count(least)).try_for_each(|_| self.write(&repetition.sub));
        };
        let characters = Characters::of(class)?;
        characters.write(count(characters.plausible()).min(LONGEST + 1), &mut self.text);
        Some(())
    }
}

/// Returns the character class if the expression consists of a single class, with or without groups around it.
fn class_of(hir: &Hir) -> Option<&Class> {
    match hir.kind() {
        HirKind::Class(class) => Some(class),
        HirKind::Capture(capture) => class_of(&capture.sub),
        _ => None,
    }
}

/// Some of the characters in a class. Generated strings repeat them as often as needed.
struct Characters(String);

impl Characters {
    fn of(class: &Class) -> Option<Self> {
        let Class::Unicode(class) = class else { return None };
        let contains = |c: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c));
        let has = |text: &str| text.chars().all(contains);
        if has(HEXADECIMAL) && !contains('g') {
            return Some(Self(HEXADECIMAL.to_owned()));
        }
        if let Some(known) = ["example", "EXAMPLE", DIGITS].into_iter().find(|known| has(known)) {
            return Some(Self(known.to_owned()));
        }
        let printable = (' '..='~').find(|c| c.is_ascii_alphanumeric() && contains(*c));
        let printable = printable.or_else(|| (' '..='~').find(|c| contains(*c)));
        printable.or_else(|| class.ranges().first().map(|range| range.start())).map(|c| Self(c.to_string()))
    }

    /// Returns a realistic number of characters. AWS's IDs have 17 hexadecimal digits.
    fn plausible(&self) -> usize {
        match self.0.as_str() {
            HEXADECIMAL => 17,
            DIGITS => 1,
            word if word.len() == 1 => 0,
            word => word.len(),
        }
    }

    fn write(&self, count: usize, out: &mut String) {
        out.extend(self.0.chars().cycle().take(count));
    }
}

const HEXADECIMAL: &str = "0123456789abcdef";
const DIGITS: &str = "1234567890";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_strings_match_the_pattern_and_the_bounds() {
        for (pattern, least, most, made) in [
            ("^(fs-[0-9a-f]{8,})$", 11, 21, "fs-0123456789abcdef0"),
            (r"[A-za-z0-9_.-]{0,63}$", 1, 63, "example"),
            (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", 0, 256, "example"),
            (r"^arn:(?:aws|aws-cn):x:\d{12}$", 1, 64, "arn:aws:x:123456789012"),
            (r"^([01]\d|2[0-3]):?([0-5]\d)$", 4, 5, "0101"),
            (r"^[1-7]:([01]\d|2[0-3]):?([0-5]\d)$", 6, 7, "1:0101"),
            (r"[^\u0000\u0085\r\n]{3,900}", 3, 900, "example"),
            ("(ab)+", 2, 2, "ab"),
            ("(ab)*", 3, 4, "abab"),
            ("^([A-Za-z0-9])+$", 1, 63, "example"),
            // Nothing can precede the anchor, so the first candidate does not match.
            (".*(^x-.*$)", 1, 64, "x-"),
            ("a{3}", 0, 100, "aaa"),
        ] {
            let parsed = Pattern::parse(pattern).expect("the pattern is supported");
            assert_eq!(parsed.make(least..=most).as_deref(), Some(made), "{pattern}");
            assert!(parsed.matches(made), "{pattern} does not match {made}");
        }
    }

    #[test]
    fn the_whole_string_is_matched() {
        let pattern = Pattern::parse("^(a|ab)(c|bcd)*$").expect("the pattern is supported");
        assert!(pattern.matches("abcd") && pattern.matches("a") && pattern.matches("acbcd"));
        assert!(!pattern.matches("abcdx") && !pattern.matches("") && !pattern.matches("b"));
    }

    #[test]
    fn a_string_that_would_be_too_long_is_not_generated() {
        let nested = Pattern::parse("((((a?){1000}){1000}){1000}){1000}");
        assert!(nested.is_none_or(|nested| nested.make(1..=5).is_none()));
        assert_eq!(Pattern::parse("(ab){100}").and_then(|pattern| pattern.make(1..=5)), None);
        assert_eq!(Pattern::parse("x^y").and_then(|pattern| pattern.make(0..=5)), None, "nothing matches it");
    }

    #[test]
    fn unsupported_patterns_are_rejected() {
        for pattern in ["(?!aws:).*", "(", "a{2,1}", r"\k<x>", "[", "*", r"(\w*,?){10000}"] {
            assert!(Pattern::parse(pattern).is_none(), "{pattern}");
        }
    }
}
