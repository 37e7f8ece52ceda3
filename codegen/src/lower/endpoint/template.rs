//! Strings with interpolated values, such as `https://{Region}.{Partition#dnsSuffix}`.

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// A literal string.
    Literal(String),
    /// `{name}` or `{name#path}`.
    Value {
        /// The name of the parameter or variable.
        name: &'a str,
        /// The path to a part of the value. It is empty for the whole value.
        path: Vec<PathStep<'a>>,
    },
}

/// A step in a path to a part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathStep<'a> {
    /// A member.
    Key(&'a str),
    /// The element at this index. A negative index counts from the end of the list.
    Index(i64),
}

/// Splits a string into literal parts and values in braces. `{{` and `}}` are escaped braces.
///
/// # Errors
///
/// Returns a description of the problem if a brace is not balanced or a path is invalid.
pub(super) fn parse(text: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
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
            return Err(format!("unbalanced brace in `{text}`; double a brace to escape it"));
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        let (name, path) = match value.split_once('#') {
            Some((name, path)) => {
                let problem = || format!("invalid path `{path}`; expected a path such as `name`, `name[0]` or `[0]`");
                (name, parse_path(path).ok_or_else(problem)?)
            }
            None => (value, Vec::new()),
        };
        parts.push(Part::Value { name, path });
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() || parts.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

/// Splits a path such as `resourceId[0]` at dots and brackets. Returns `None` if it is invalid.
pub(super) fn parse_path(text: &str) -> Option<Vec<PathStep<'_>>> {
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
            steps.push(PathStep::Key(key));
        }
        steps.extend(index.map(PathStep::Index));
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_split_at_its_values() {
        let value = |name, path: &[PathStep<'static>]| Part::Value { name, path: path.to_vec() };
        assert_eq!(
            parse("https://{Region}.{P#dnsSuffix}/{{x}}"),
            Ok(vec![
                Part::Literal("https://".into()),
                value("Region", &[]),
                Part::Literal(".".into()),
                value("P", &[PathStep::Key("dnsSuffix")]),
                Part::Literal("/{x}".into()),
            ])
        );
        assert_eq!(parse(""), Ok(vec![Part::Literal(String::new())]));
        assert_eq!(parse("{a#b[-1]}"), Ok(vec![value("a", &[PathStep::Key("b"), PathStep::Index(-1)])]));
        for wrong in ["{a", "a}", "{a#b[x]}"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
