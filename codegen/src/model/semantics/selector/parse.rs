//! Parses selectors.

use super::{
    Selector, Step,
    attribute::{Attribute, Comparator, Comparison, Operand},
};

/// The names of all shape types, and of all categories of shape types.
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

/// The comparators. If one is a prefix of another, the longer one comes first.
const COMPARATORS: &[(&str, Comparator)] = &[
    ("{=}", Comparator::ProjectionEqual),
    ("{!=}", Comparator::ProjectionNotEqual),
    ("{<<}", Comparator::ProperSubset),
    ("{<}", Comparator::Subset),
    ("^=", Comparator::StartsWith),
    ("$=", Comparator::EndsWith),
    ("*=", Comparator::Contains),
    ("!=", Comparator::NotEqual),
    ("?=", Comparator::Exists),
    (">=", Comparator::GreaterOrEqual),
    (">", Comparator::Greater),
    ("<=", Comparator::LessOrEqual),
    ("<", Comparator::Less),
    ("=", Comparator::Equal),
];

/// Parses a selector. Returns `None` if it is invalid.
pub(super) fn selector(text: &str) -> Option<Selector> {
    let mut parser = Parser { rest: text.trim_start(), depth: 0, roots: Vec::new() };
    let steps = parser.steps()?;
    parser.rest.is_empty().then_some(Selector { steps, roots: parser.roots })
}

/// The maximum nesting depth of functions.
const DEEPEST: u32 = 32;

struct Parser<'a> {
    /// The remaining input, which does not start with whitespace.
    rest: &'a str,
    depth: u32,
    /// The arguments of the `:root` functions.
    roots: Vec<Vec<Step>>,
}

impl<'a> Parser<'a> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        self.eat(token).then_some(())
    }

    /// Consumes characters while they satisfy a predicate. Returns `None` if there are none.
    fn take(&mut self, fits: fn(char) -> bool) -> Option<&'a str> {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        (!taken.is_empty()).then_some(taken)
    }

    fn word(&mut self) -> Option<&'a str> {
        self.take(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    fn steps(&mut self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with([',', ')']) {
            steps.push(self.step()?);
        }
        (!steps.is_empty()).then_some(steps)
    }

    fn step(&mut self) -> Option<Step> {
        if self.eat("*") {
            return Some(Step::Type("*".to_owned()));
        }
        if self.eat("~>") {
            return Some(Step::Closure);
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
        if self.eat("[@") {
            return self.scoped_attribute();
        }
        if self.eat("[") {
            return self.attribute();
        }
        if self.eat("${") {
            let name = self.word()?.to_owned();
            return self.eat("}").then_some(Step::Get(name));
        }
        if self.eat("$") {
            let name = self.word()?.to_owned();
            return Some(Step::Set(name, only(self.arguments()?)?));
        }
        if self.eat(":") {
            let name = self.word()?;
            let arguments = self.arguments()?;
            return self.function(name, arguments);
        }
        let name = self.word()?;
        TYPES.contains(&name).then(|| Step::Type(name.to_owned()))
    }

    fn function(&mut self, name: &str, arguments: Vec<Vec<Step>>) -> Option<Step> {
        Some(match name {
            "is" | "each" => Step::Is(arguments),
            "not" => Step::Not(arguments),
            "test" => Step::Test(arguments),
            "in" => Step::In(only(arguments)?),
            "recursive" => Step::Recursive(only(arguments)?),
            "root" => {
                self.roots.push(only(arguments)?);
                Step::Root(self.roots.len() - 1)
            }
            "topdown" => {
                let mut arguments = arguments.into_iter();
                let (qualifier, disqualifier) = (arguments.next()?, arguments.next());
                arguments.next().is_none().then_some(Step::TopDown(qualifier, disqualifier))?
            }
            _ => Step::Nothing,
        })
    }

    fn arguments(&mut self) -> Option<Vec<Vec<Step>>> {
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

    /// Parses an attribute after `[`.
    fn attribute(&mut self) -> Option<Step> {
        let path = self.attribute_path()?;
        let mut comparisons = Vec::new();
        if let Some(comparator) = self.comparator() {
            let mut right = vec![Operand::Literal(self.value()?)];
            while self.eat(",") {
                right.push(Operand::Literal(self.value()?));
            }
            let ignores_case = self.eat("i");
            comparisons.push(Comparison { left: Operand::Path(Vec::new()), comparator, right, ignores_case });
        }
        self.expect("]")?;
        Some(Step::Attribute(Attribute { path, is_scoped: false, comparisons }))
    }

    /// Parses an attribute after `[@`.
    fn scoped_attribute(&mut self) -> Option<Step> {
        let path = if self.rest.starts_with(':') { Vec::new() } else { self.attribute_path()? };
        self.expect(":")?;
        let mut comparisons = vec![self.comparison()?];
        while self.eat("&&") {
            comparisons.push(self.comparison()?);
        }
        self.expect("]")?;
        Some(Step::Attribute(Attribute { path, is_scoped: true, comparisons }))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let left = self.operand()?;
        let comparator = self.comparator()?;
        let mut right = vec![self.operand()?];
        while self.eat(",") {
            right.push(self.operand()?);
        }
        Some(Comparison { left, comparator, right, ignores_case: self.eat("i") })
    }

    fn comparator(&mut self) -> Option<Comparator> {
        COMPARATORS.iter().find(|(token, _)| self.eat(token)).map(|(_, comparator)| *comparator)
    }

    fn operand(&mut self) -> Option<Operand> {
        if !self.eat("@{") {
            return Some(Operand::Literal(self.value()?));
        }
        let path = self.path()?;
        self.eat("}").then_some(Operand::Path(path))
    }

    /// Parses the path from a shape to an attribute. Returns `None` if shapes do not have such an attribute.
    fn attribute_path(&mut self) -> Option<Vec<String>> {
        let path = self.path()?;
        let is_known = match path.first().map(String::as_str) {
            Some("id" | "service") => true,
            Some("trait" | "var") => path.len() >= 2,
            _ => false,
        };
        is_known.then_some(path)
    }

    fn path(&mut self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        loop {
            let key = if self.eat("(") {
                let name = self.word()?;
                self.expect(")")?;
                format!("({name})")
            } else {
                self.value()?
            };
            path.push(key);
            if !self.eat("|") {
                return Some(path);
            }
        }
    }

    /// Parses a part of a path, or a literal: a word, a number, a shape ID, or a string in quotes.
    fn value(&mut self) -> Option<String> {
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                let (text, rest) = rest.split_once(quote)?;
                self.rest = rest.trim_start();
                return Some(text.to_owned());
            }
        }
        self.take(|c| c.is_ascii_alphanumeric() || "_.#$-+".contains(c)).map(str::to_owned)
    }
}

/// Returns the argument of a function, or `None` if the function does not have exactly one argument.
fn only(arguments: Vec<Vec<Step>>) -> Option<Vec<Step>> {
    let mut arguments = arguments.into_iter();
    let first = arguments.next()?;
    arguments.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_parsed_to_steps() {
        let ty = |name: &str| Step::Type(name.to_owned());
        let path = |path: &[&str]| path.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let exists =
            |keys: &[&str]| Step::Attribute(Attribute { path: path(keys), is_scoped: false, comparisons: Vec::new() });
        let literal = |text: &str| Operand::Literal(text.to_owned());
        let comparison = |left, comparator, right| Comparison { left, comparator, right, ignores_case: false };
        let named = comparison(Operand::Path(Vec::new()), Comparator::Equal, vec![literal("key"), literal("a b")]);
        let ordered =
            comparison(Operand::Path(path(&["min"])), Comparator::Greater, vec![Operand::Path(path(&["max"]))]);
        let expected = Selector {
            steps: vec![
                ty("structure"),
                Step::Forward(Vec::new()),
                Step::Is(vec![vec![ty("member")], vec![ty("map"), exists(&["trait", "a.b#c", "(keys)"])]]),
                Step::Not(vec![vec![Step::Reverse(path(&["input", "output"]))]]),
                Step::Closure,
                Step::Attribute(Attribute {
                    path: path(&["id", "member"]),
                    is_scoped: false,
                    comparisons: vec![Comparison { ignores_case: true, ..named }],
                }),
                Step::Set("x".to_owned(), vec![Step::Root(0)]),
                Step::Get("x".to_owned()),
                Step::Attribute(Attribute {
                    path: path(&["trait", "range"]),
                    is_scoped: true,
                    comparisons: vec![ordered],
                }),
            ],
            roots: vec![vec![ty("*")]],
        };
        let text = " structure > :is(member, map[trait|a.b#c|(keys)]) :not(<-[input, output]-) ~> \
                    [id|member = key, 'a b' i] $x(:root(*)) ${x} [@trait|range: @{min} > @{max}]";
        assert_eq!(selector(text), Some(expected));
    }

    #[test]
    fn invalid_selectors_are_rejected() {
        for text in ["", "struct", ":topdown()", "[trait|a", "[a|b]", "* )", ":test()", "$a", "[trait|a >= ]", "${a"] {
            assert_eq!(selector(text), None, "{text}");
        }
        assert_eq!(selector(&":test(".repeat(10_000)), None);
    }
}
