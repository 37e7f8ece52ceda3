//! Parses selectors.

use super::{Comparator, Selector, Step};

/// The types of shapes, and the categories of types.
const TYPES: &[&str] = &[
    "*",
    "bigDecimal",
    "bigInteger",
    "blob",
    "boolean",
    "byte",
    "collection",
    "dataType",
    "document",
    "double",
    "enum",
    "float",
    "intEnum",
    "integer",
    "list",
    "long",
    "map",
    "member",
    "number",
    "operation",
    "resource",
    "service",
    "set",
    "short",
    "simpleType",
    "string",
    "structure",
    "timestamp",
    "union",
];

/// Parses a selector. Returns `None` if it is invalid or not supported.
pub(super) fn selector(text: &str) -> Option<Selector> {
    let mut parser = Parser { rest: text.trim_start(), depth: 0 };
    let steps = parser.steps()?;
    parser.rest.is_empty().then_some(steps)
}

/// The maximum depth of nested functions.
const DEEPEST: u32 = 32;

struct Parser<'a> {
    /// The rest, which does not start with white space.
    rest: &'a str,
    depth: u32,
}

impl<'a> Parser<'a> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }

    /// Takes characters as long as they fit. Returns `None` if there are none.
    fn take(&mut self, fits: fn(char) -> bool) -> Option<&'a str> {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        (!taken.is_empty()).then_some(taken)
    }

    fn word(&mut self) -> Option<&'a str> {
        self.take(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    fn steps(&mut self) -> Option<Selector> {
        let mut steps = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with([',', ')']) {
            steps.push(self.step()?);
        }
        (!steps.is_empty()).then_some(Selector(steps))
    }

    fn step(&mut self) -> Option<Step> {
        if self.eat("*") {
            return Some(Step::Type("*".to_owned()));
        }
        if self.eat("~>") {
            return Some(Step::Recursive);
        }
        if self.eat("<-[") {
            let relationships = self.relationships()?;
            return self.eat("]-").then_some(Step::Reverse(relationships));
        }
        if self.eat("-[") {
            let relationships = self.relationships()?;
            return self.eat("]->").then_some(Step::Forward(relationships));
        }
        if self.eat("<") {
            return Some(Step::Reverse(Vec::new()));
        }
        if self.eat(">") {
            return Some(Step::Forward(Vec::new()));
        }
        if self.eat("[") {
            return self.attribute();
        }
        if self.eat(":") {
            let function: fn(Vec<Selector>) -> Step = match self.word()? {
                "is" => Step::Is,
                "not" => Step::Not,
                "test" => Step::Test,
                _ => return None,
            };
            return Some(function(self.arguments()?));
        }
        let name = self.word()?;
        TYPES.contains(&name).then(|| Step::Type(name.to_owned()))
    }

    fn arguments(&mut self) -> Option<Vec<Selector>> {
        self.depth += 1;
        if self.depth > DEEPEST || !self.eat("(") {
            return None;
        }
        let mut arguments = vec![self.steps()?];
        while self.eat(",") {
            arguments.push(self.steps()?);
        }
        self.depth -= 1;
        self.eat(")").then_some(arguments)
    }

    fn relationships(&mut self) -> Option<Vec<String>> {
        let mut names = vec![self.word()?.to_owned()];
        while self.eat(",") {
            names.push(self.word()?.to_owned());
        }
        Some(names)
    }

    fn attribute(&mut self) -> Option<Step> {
        let mut path = vec![self.key()?];
        while self.eat("|") {
            path.push(self.key()?);
        }
        let known = ["=", "!=", "^=", "$=", "*="].into_iter().zip([
            Comparator::Equal,
            Comparator::NotEqual,
            Comparator::StartsWith,
            Comparator::EndsWith,
            Comparator::Contains,
        ]);
        let comparator = known.into_iter().find(|(token, _)| self.eat(token)).map(|(_, comparator)| comparator);
        let comparison = match comparator {
            None => None,
            Some(comparator) => {
                let mut values = vec![self.key()?];
                while self.eat(",") {
                    values.push(self.key()?);
                }
                Some((comparator, values))
            }
        };
        let is_known = match path.first().map(String::as_str) {
            Some("id") => path.len() <= 2,
            Some("trait") => path.len() >= 2,
            _ => false,
        };
        (is_known && self.eat("]")).then_some(Step::Attribute { path, comparison })
    }

    /// Parses a part of an attribute's path, or a value: a word, the ID of a shape, or a string in quotes.
    fn key(&mut self) -> Option<String> {
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                let (text, rest) = rest.split_once(quote)?;
                self.rest = rest.trim_start();
                return Some(text.to_owned());
            }
        }
        self.take(|c| c.is_ascii_alphanumeric() || "_.#$-".contains(c)).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_steps() {
        let ty = |name: &str| Step::Type(name.to_owned());
        let one = |step| Selector(vec![step]);
        let attribute = |path: &[&str]| Step::Attribute {
            path: path.iter().map(|key| (*key).to_owned()).collect(),
            comparison: None,
        };
        let expected = Selector(vec![
            ty("structure"),
            Step::Forward(Vec::new()),
            Step::Is(vec![one(ty("member")), Selector(vec![ty("map"), attribute(&["trait", "a.b#c", "d"])])]),
            Step::Not(vec![one(Step::Reverse(vec!["input".to_owned(), "output".to_owned()]))]),
            Step::Recursive,
            Step::Attribute {
                path: vec!["id".to_owned(), "member".to_owned()],
                comparison: Some((Comparator::Equal, vec!["key".to_owned(), "a b".to_owned()])),
            },
        ]);
        let text = " structure > :is(member, map[trait|a.b#c|d]) :not(<-[input, output]-) ~> [id|member = key, 'a b']";
        assert_eq!(selector(text), Some(expected));
    }

    #[test]
    fn others_are_not_evaluated() {
        for text in ["", "struct", ":topdown(*)", "[trait|a", "[a|b]", "* )", ":test()", "$a(*)", "[trait|a >= 1]"] {
            assert_eq!(selector(text), None, "{text}");
        }
        assert_eq!(selector(&":test(".repeat(10_000)), None);
    }
}
