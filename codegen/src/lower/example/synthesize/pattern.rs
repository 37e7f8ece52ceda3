//! Strings that match a `smithy.api#pattern`: a parser for simple regular expressions, a matcher, and a generator.
//!
//! Only alternatives, groups, classes and counts are supported.

use std::cell::Cell;

/// A regular expression, as a list of alternatives.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern(Vec<Vec<Repeat>>);

/// A part with the number of times that it may be repeated.
#[derive(Clone, Debug, PartialEq)]
struct Repeat {
    part: Part,
    least: usize,
    most: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    One(Class),
    Group(Pattern),
}

/// A set of characters.
#[derive(Clone, Debug, Default, PartialEq)]
struct Class {
    ranges: Vec<(char, char)>,
    negated: bool,
}

/// The highest supported count and the depth of the most deeply nested group.
const MOST: usize = 1024;
const DEEPEST: usize = 16;

/// The number of attempts to match or generate a string, and the maximum number of consecutive parts, which are
/// matched recursively.
const TRIES: u32 = 20_000;
const PARTS: u32 = 500;

impl Pattern {
    /// Parses a pattern. Returns `None` if it is not supported.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: &text.chars().collect::<Vec<char>>(), depth: 0 };
        let pattern = reader.pattern()?;
        reader.rest.is_empty().then_some(pattern)
    }

    /// Returns whether the pattern matches a whole string.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let fuel = Fuel { tries: Cell::new(TRIES), parts: Cell::new(PARTS) };
        self.run(&text, &fuel, &mut |rest| rest.is_empty())
    }

    /// Returns a string that matches the pattern and has a length in the given range, or `None` if none is found.
    pub(super) fn make(&self, lengths: std::ops::RangeInclusive<usize>) -> Option<String> {
        let extents = std::iter::once(Extent::Plausible).chain((0..=MOST).map(Extent::Beyond));
        let made = extents.map(|extent| {
            let mut text = String::new();
            self.write(extent, &mut TRIES.clone(), &mut text);
            text
        });
        let mut fitting =
            made.take_while(|text| text.len() <= 4 * MOST).filter(|text| lengths.contains(&text.chars().count()));
        fitting.next().filter(|text| self.matches(text))
    }

    fn write(&self, extent: Extent, fuel: &mut u32, out: &mut String) {
        for repeat in self.0.first().into_iter().flatten() {
            match &repeat.part {
                Part::Group(pattern) => {
                    for _ in 0..repeat.least {
                        if *fuel == 0 || out.len() > 4 * MOST {
                            return;
                        }
                        *fuel -= 1;
                        pattern.write(extent, fuel, out);
                    }
                }
                Part::One(class) => class.write(extent.count(repeat), out),
            }
        }
    }

    fn run(&self, text: &[char], fuel: &Fuel, then: &mut dyn FnMut(&[char]) -> bool) -> bool {
        self.0.iter().any(|sequence| run_sequence(sequence, text, fuel, then))
    }
}

/// The number of attempts that are left for matching.
struct Fuel {
    tries: Cell<u32>,
    parts: Cell<u32>,
}

impl Fuel {
    /// Uses one attempt. Returns `None` if none is left.
    fn take(&self) -> Option<()> {
        self.tries.set(self.tries.get().checked_sub(1)?);
        Some(())
    }
}

/// The lengths of parts with variable length.
#[derive(Clone, Copy)]
enum Extent {
    /// A length that looks realistic.
    Plausible,
    /// The minimum length plus this number.
    Beyond(usize),
}

impl Extent {
    fn count(self, repeat: &Repeat) -> usize {
        let wanted = match (self, &repeat.part) {
            (Self::Plausible, Part::One(class)) if repeat.least < repeat.most => class.pleasant(),
            (Self::Plausible, _) => repeat.least,
            (Self::Beyond(more), _) => repeat.least + more,
        };
        wanted.clamp(repeat.least, repeat.most)
    }
}

fn run_sequence(sequence: &[Repeat], text: &[char], fuel: &Fuel, then: &mut dyn FnMut(&[char]) -> bool) -> bool {
    let Some((first, rest)) = sequence.split_first() else { return then(text) };
    let Some(left) = fuel.parts.get().checked_sub(1) else { return false };
    fuel.parts.set(left);
    let then = &mut |text: &[char]| run_sequence(rest, text, fuel, &mut *then);
    let matched = match &first.part {
        Part::One(class) => {
            // Matches as many characters of the class as possible, then fewer.
            let most = text.iter().take(first.most).take_while(|c| class.contains(**c)).count();
            (first.least..=most).rev().any(|count| fuel.take().is_some() && then(&text[count..]))
        }
        Part::Group(pattern) => run_group(pattern, (first.least, first.most), text, fuel, then),
    };
    fuel.parts.set(left + 1);
    matched
}

fn run_group(
    pattern: &Pattern,
    (least, most): (usize, usize),
    text: &[char],
    fuel: &Fuel,
    then: &mut dyn FnMut(&[char]) -> bool,
) -> bool {
    if fuel.take().is_none() {
        return false;
    }
    // An iteration that matches the empty string would repeat forever.
    let more = most > 0
        && pattern.run(text, fuel, &mut |rest| {
            let counts = (least.saturating_sub(1), most - 1);
            (rest.len() < text.len() || least > 0) && run_group(pattern, counts, rest, fuel, then)
        });
    more || (least == 0 && then(text))
}

impl Class {
    fn contains(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }

    /// Returns the characters that values of the class are made of; they are repeated.
    fn cycle(&self) -> &'static str {
        let has = |text: &str| text.chars().all(|c| self.contains(c));
        if has("0123456789abcdef") && !self.contains('g') {
            "0123456789abcdef"
        } else if has("example") {
            "example"
        } else if has("EXAMPLE") {
            "EXAMPLE"
        } else if has("0123456789") {
            "1234567890"
        } else {
            ""
        }
    }

    /// Returns a realistic number of characters. IDs of AWS have 17 digits.
    fn pleasant(&self) -> usize {
        match self.cycle() {
            "0123456789abcdef" => 17,
            "1234567890" => 1,
            "" => 0,
            word => word.len(),
        }
    }

    fn write(&self, count: usize, out: &mut String) {
        let cycle = self.cycle();
        if !cycle.is_empty() {
            out.extend(cycle.chars().cycle().take(count));
            return;
        }
        let printable = (' '..='~').find(|c| c.is_ascii_alphanumeric() && self.contains(*c));
        let printable = printable.or_else(|| (' '..='~').find(|c| self.contains(*c)));
        let any = printable.or_else(|| self.ranges.first().map(|(first, _)| *first));
        out.extend(std::iter::repeat_n(any.unwrap_or('a'), count));
    }
}

/// A parser of a pattern.
struct Reader<'a> {
    rest: &'a [char],
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take_if(&mut self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let found = self.rest.starts_with(&chars);
        if found {
            self.rest = &self.rest[chars.len()..];
        }
        found
    }

    fn pattern(&mut self) -> Option<Pattern> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut alternatives = vec![Vec::new()];
        while let Some(c) = self.rest.first().copied() {
            match c {
                ')' => break,
                '|' => {
                    self.take();
                    alternatives.push(Vec::new());
                }
                '^' | '$' => {
                    self.take();
                }
                _ => {
                    let part = self.part()?;
                    let (least, most) = self.counts()?;
                    alternatives.last_mut()?.push(Repeat { part, least, most });
                }
            }
        }
        self.depth -= 1;
        Some(Pattern(alternatives))
    }

    fn part(&mut self) -> Option<Part> {
        match self.take()? {
            '(' => {
                if self.rest.first() == Some(&'?') && !self.take_if("?:") {
                    return None;
                }
                let pattern = self.pattern()?;
                self.take_if(")").then_some(Part::Group(pattern))
            }
            '[' => self.class().map(Part::One),
            '.' => Some(Part::One(Class { ranges: vec![('\n', '\n')], negated: true })),
            '\\' => self.escape().map(Part::One),
            '*' | '+' | '?' | '{' | ']' | '}' => None,
            c => Some(Part::One(Class { ranges: vec![(c, c)], negated: false })),
        }
    }

    fn counts(&mut self) -> Option<(usize, usize)> {
        let counts = match self.rest.first() {
            Some('*') => (0, MOST),
            Some('+') => (1, MOST),
            Some('?') => (0, 1),
            Some('{') => {
                let end = self.rest.iter().position(|c| *c == '}')?;
                let text: String = self.rest[1..end].iter().collect();
                self.rest = &self.rest[end..];
                match text.split_once(',') {
                    None => {
                        let count = text.parse().ok()?;
                        (count, count)
                    }
                    Some((least, "")) => (least.parse().ok()?, MOST),
                    Some((least, most)) => (least.parse().ok()?, most.parse::<usize>().ok()?.min(MOST)),
                }
            }
            _ => return Some((1, 1)),
        };
        self.take();
        // Greediness does not affect whether the whole string matches.
        let _ = self.take_if("?") || self.take_if("+");
        (counts.0 <= counts.1.min(MOST)).then_some(counts)
    }

    fn class(&mut self) -> Option<Class> {
        let mut class = Class { ranges: Vec::new(), negated: self.take_if("^") };
        loop {
            let first = match self.take()? {
                ']' if !class.ranges.is_empty() => return Some(class),
                '[' => return None,
                '&' if self.rest.first() == Some(&'&') => return None,
                '\\' => match self.escape()? {
                    Class { ranges, negated: false } if ranges.len() == 1 && ranges[0].0 == ranges[0].1 => ranges[0].0,
                    Class { ranges, negated: false } => {
                        class.ranges.extend(ranges);
                        continue;
                    }
                    Class { negated: true, .. } => return None,
                },
                c => c,
            };
            let ranges = self.rest.first() == Some(&'-') && self.rest.get(1).is_some_and(|next| *next != ']');
            let last = if ranges {
                self.take();
                match self.take()? {
                    '\\' => self.escape()?.ranges.first()?.0,
                    '[' => return None,
                    c => c,
                }
            } else {
                first
            };
            class.ranges.push((first, last));
        }
    }

    fn escape(&mut self) -> Option<Class> {
        let positive = |ranges: &[(char, char)]| Some(Class { ranges: ranges.to_vec(), negated: false });
        let negative = |ranges: &[(char, char)]| Some(Class { ranges: ranges.to_vec(), negated: true });
        const WORD: [(char, char); 4] = [('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
        const SPACE: [(char, char); 2] = [(' ', ' '), ('\t', '\r')];
        match self.take()? {
            'd' => positive(&[('0', '9')]),
            'D' => negative(&[('0', '9')]),
            'w' => positive(&WORD),
            'W' => negative(&WORD),
            's' => positive(&SPACE),
            'S' => negative(&SPACE),
            't' => positive(&[('\t', '\t')]),
            'n' => positive(&[('\n', '\n')]),
            'r' => positive(&[('\r', '\r')]),
            'p' => {
                let end = self.rest.iter().position(|c| *c == '}')?;
                let name: String = self.rest[..end].iter().filter(|c| **c != '{').collect();
                self.rest = &self.rest[end + 1..];
                positive(match name.as_str() {
                    "L" | "Alpha" | "IsAlphabetic" => &[('a', 'z'), ('A', 'Z')],
                    "N" | "Nd" | "Digit" => &[('0', '9')],
                    "Z" | "Zs" | "Space" => &[(' ', ' ')],
                    "Alnum" => &[('a', 'z'), ('A', 'Z'), ('0', '9')],
                    "P" | "Punct" => &[('!', '/')],
                    "S" => &[('+', '+')],
                    "M" => &[('\u{300}', '\u{36F}')],
                    "ASCII" | "Print" | "Graph" => &[('!', '~')],
                    _ => return None,
                })
            }
            'u' => {
                let code: String = self.rest.get(..4)?.iter().collect();
                self.rest = &self.rest[4..];
                let c = char::from_u32(u32::from_str_radix(&code, 16).ok()?)?;
                positive(&[(c, c)])
            }
            c if c.is_ascii_alphanumeric() => None,
            c => positive(&[(c, c)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_fits_the_pattern_and_the_bounds() {
        for (pattern, least, most, made) in [
            ("^(fs-[0-9a-f]{8,})$", 11, 21, "fs-0123456789abcdef0"),
            (r"[A-za-z0-9_.-]{0,63}$", 1, 63, "example"),
            (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", 0, 256, "example"),
            (r"^arn:(?:aws|aws-cn):x:\d{12}$", 1, 64, "arn:aws:x:123456789012"),
            (r"^([01]\d|2[0-3]):?([0-5]\d)$", 5, 5, ""),
            (r"^[1-7]:([01]\d|2[0-3]):?([0-5]\d)$", 6, 7, "1:0101"),
            (r"[^\u0000\u0085\r\n]{3,900}", 3, 900, "example"),
            ("(ab)+", 2, 2, "ab"),
            ("a{3}", 0, 100, "aaa"),
        ] {
            let made = (!made.is_empty()).then_some(made);
            let parsed = Pattern::parse(pattern);
            let text = parsed.as_ref().and_then(|parsed| parsed.make(least..=most));
            if let (Some(text), Some(parsed)) = (&text, &parsed) {
                assert!(parsed.matches(text), "{pattern} does not take {text}");
            }
            assert!(made.is_none() || text.as_deref() == made, "{pattern} made {text:?}");
        }
    }

    #[test]
    fn matching_is_of_the_whole_text() {
        let pattern = Pattern::parse("^(a|ab)(c|bcd)*$").expect("it is understood");
        assert!(pattern.matches("abcd") && pattern.matches("a") && pattern.matches("acbcd"));
        assert!(!pattern.matches("abcdx") && !pattern.matches("") && !pattern.matches("b"));
        // Long strings and many iterations do not exhaust the stack, and a match that takes too many attempts fails.
        let words = "example,".repeat(4096);
        assert!(Pattern::parse(r"[a-z,]{0,}").expect("it is understood").matches(&words[..1000]));
        assert!(!Pattern::parse(r"(\w*,?){1000}").expect("it is understood").matches(&words));
        let nested = Pattern::parse("((((a?){1000}){1000}){1000}){1000}").expect("it is understood");
        assert!(nested.make(1..=5).is_none() && !nested.matches("b"));
        // Repeating the empty string terminates.
        assert!(!Pattern::parse("((a*)*)*b").expect("it is understood").matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in
            ["a{1025}", r"(\w*,?){10000}", "(?!aws:).*", "(?i)a", "[a-z&&[^b]]", "(", "a{2,1}", r"\k<x>", "[", "*"]
        {
            assert_eq!(Pattern::parse(pattern), None, "{pattern}");
        }
    }
}
