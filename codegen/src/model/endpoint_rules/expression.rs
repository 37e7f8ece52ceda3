//! Expressions of endpoint rules: function calls, references, and strings with values in them.

use serde_json::Value as Json;

use super::json::{Reader, join};

/// A value that a rule computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// A string, possibly with values in it.
    Template(Vec<Piece>),
    /// `true` or `false`.
    Bool(bool),
    /// An integer, which only arguments such as a substring's bounds are.
    Int(i64),
    /// The parameter or the assigned variable of this name.
    Ref(String),
    /// The result of a function.
    Call(Call),
}

/// A function with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// Which function.
    pub(crate) function: Function,
    /// Its arguments, in order; nobody has counted them yet.
    pub(crate) arguments: Vec<Expr>,
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text that stands for itself.
    Text(String),
    /// `{name}` or `{name#path}`.
    Value {
        /// The parameter or variable.
        name: String,
        /// What to take of it; empty takes all.
        path: Vec<Step>,
    },
}

/// A step of a path into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The member of this name.
    Key(String),
    /// The element at this index, from the end if negative.
    Index(i64),
}

/// A function that rules may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// `aws.isVirtualHostableS3Bucket`
    AwsIsVirtualHostableS3Bucket,
    /// `aws.parseArn`
    AwsParseArn,
    /// `aws.partition`
    AwsPartition,
    /// `booleanEquals`
    BooleanEquals,
    /// `coalesce`
    Coalesce,
    /// `getAttr`
    GetAttr,
    /// `isSet`
    IsSet,
    /// `isValidHostLabel`
    IsValidHostLabel,
    /// `ite`
    Ite,
    /// `not`
    Not,
    /// `parseURL`
    ParseUrl,
    /// `split`
    Split,
    /// `stringEquals`
    StringEquals,
    /// `substring`
    Substring,
    /// `uriEncode`
    UriEncode,
}

impl Function {
    /// All functions, in the order of their names.
    pub(crate) const ALL: [Self; 15] = [
        Self::AwsIsVirtualHostableS3Bucket,
        Self::AwsParseArn,
        Self::AwsPartition,
        Self::BooleanEquals,
        Self::Coalesce,
        Self::GetAttr,
        Self::IsSet,
        Self::IsValidHostLabel,
        Self::Ite,
        Self::Not,
        Self::ParseUrl,
        Self::Split,
        Self::StringEquals,
        Self::Substring,
        Self::UriEncode,
    ];

    /// The name that rules call the function by.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AwsIsVirtualHostableS3Bucket => "aws.isVirtualHostableS3Bucket",
            Self::AwsParseArn => "aws.parseArn",
            Self::AwsPartition => "aws.partition",
            Self::BooleanEquals => "booleanEquals",
            Self::Coalesce => "coalesce",
            Self::GetAttr => "getAttr",
            Self::IsSet => "isSet",
            Self::IsValidHostLabel => "isValidHostLabel",
            Self::Ite => "ite",
            Self::Not => "not",
            Self::ParseUrl => "parseURL",
            Self::Split => "split",
            Self::StringEquals => "stringEquals",
            Self::Substring => "substring",
            Self::UriEncode => "uriEncode",
        }
    }
}

/// Reads an argument, a URL or an error message.
pub(super) fn expr(reader: &mut Reader, at: &str, json: &Json) -> Option<Expr> {
    match json {
        Json::String(text) => template(reader, at, text).map(Expr::Template),
        Json::Bool(bool) => Some(Expr::Bool(*bool)),
        Json::Number(_) => reader.integer(at, json).map(Expr::Int),
        Json::Object(object) if object.contains_key("ref") => {
            reader.only(at, object, &["ref"]);
            let name = reader.member(at, object, "ref")?;
            reader.string(&join(at, "ref"), name).map(Expr::Ref)
        }
        Json::Object(_) => {
            let object = reader.object(at, json)?;
            reader.only(at, object, &["fn", "argv"]);
            call(reader, at, json).map(Expr::Call)
        }
        Json::Null | Json::Array(_) => {
            reader.problem(at, "expected a string, a boolean, an integer, {\"ref\": …} or {\"fn\": …, \"argv\": […]}")
        }
    }
}

/// Reads `fn` and `argv`.
pub(super) fn call(reader: &mut Reader, at: &str, json: &Json) -> Option<Call> {
    let object = reader.object(at, json)?;
    let name = reader.member(at, object, "fn");
    let function = name.and_then(|name| function(reader, &join(at, "fn"), name));
    let argv = reader.member(at, object, "argv")?;
    let at = join(at, "argv");
    let argv = reader.array(&at, argv)?;
    let arguments = reader.each(&at, argv, expr)?;
    Some(Call { function: function?, arguments })
}

fn function(reader: &mut Reader, at: &str, json: &Json) -> Option<Function> {
    let name = reader.string(at, json)?;
    let function = Function::ALL.into_iter().find(|f| f.name() == name);
    if function.is_none() {
        let known = Function::ALL.map(Function::name).join(", ");
        let message = format!("unknown function \"{name}\"; known ones are {known}");
        return reader.problem(at, &message);
    }
    function
}

/// Cuts a string at its `{…}`; `{{` and `}}` stand for single braces.
pub(super) fn template(reader: &mut Reader, at: &str, text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        literal.push_str(&rest[..brace]);
        let (this, after) = rest[brace..].split_at(1);
        if after.starts_with(this) {
            literal.push_str(this);
            rest = &after[1..];
            continue;
        }
        let Some((value, after)) = after.split_once('}').filter(|_| this == "{") else {
            return reader.problem(at, &format!("a brace without its partner in \"{text}\""));
        };
        if !literal.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
        }
        let (name, path) = match value.split_once('#') {
            Some((name, keys)) => (name, path(reader, at, keys)?),
            None => (value, Vec::new()),
        };
        pieces.push(Piece::Value { name: name.to_owned(), path });
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    Some(pieces)
}

/// Reads a path such as `resourceId[0]`.
pub(super) fn path(reader: &mut Reader, at: &str, text: &str) -> Option<Vec<Step>> {
    parse_path(text).or_else(|| {
        let message = format!("\"{text}\" is no path; one looks like \"name\", \"name[0]\" or \"[0]\"");
        reader.problem(at, &message)
    })
}

/// Cuts a path at its dots and brackets; `None` if it is no path.
pub(crate) fn parse_path(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (key, index) = match part.split_once('[') {
            Some((key, index)) => (key, Some(index.strip_suffix(']')?.parse().ok()?)),
            None => (part, None),
        };
        if key.is_empty() && index.is_none() {
            return None;
        }
        if !key.is_empty() {
            steps.push(Step::Key(key.to_owned()));
        }
        steps.extend(index.map(Step::Index));
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, path: &[Step]) -> Piece {
        Piece::Value { name: name.to_owned(), path: path.to_vec() }
    }

    #[test]
    fn a_template_is_cut_at_its_values() {
        let mut reader = Reader::default();
        let mut cut = |text| template(&mut reader, "url", text);
        assert_eq!(
            cut("https://{Region}.{P#dnsSuffix}/{{x}}"),
            Some(vec![
                Piece::Text("https://".into()),
                value("Region", &[]),
                Piece::Text(".".into()),
                value("P", &[Step::Key("dnsSuffix".into())]),
                Piece::Text("/{x}".into()),
            ])
        );
        assert_eq!(cut(""), Some(vec![Piece::Text(String::new())]));
        assert_eq!(cut("{a#b[-1]}"), Some(vec![value("a", &[Step::Key("b".into()), Step::Index(-1)])]));
        assert_eq!(cut("{a"), None);
        assert_eq!(cut("a}"), None);
        assert_eq!(cut("{a#b[x]}"), None);
        assert_eq!(reader.finish(Some(())).map_err(|p| p.len()), Err(3));
    }
}
