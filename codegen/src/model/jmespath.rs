//! Parses JMESPath expressions with the `jmespath` crate, and limits their size so that the recursive parser cannot
//! overflow the stack.

use jmespath::ast::Ast;

/// A problem with an expression, and its position.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The position in the expression, as a byte offset.
    pub(crate) offset: usize,
    /// A description of the problem.
    pub(crate) message: String,
}

impl Problem {
    /// Creates a problem at a node of an expression.
    pub(crate) fn at(ast: &Ast, message: impl Into<String>) -> Self {
        Self { offset: offset(ast), message: message.into() }
    }

    /// Returns the problem's column in the expression. Columns count characters, and start at 1.
    pub(crate) fn column(&self, expression: &str) -> usize {
        expression.char_indices().take_while(|(start, _)| *start < self.offset).count() + 1
    }
}

/// The maximum length of an expression, in bytes.
///
/// Limits are necessary since the parser and the compiler are recursive, and models may come from untrusted sources. In
/// the models of real services, expressions stay below a quarter of the limits.
const LONGEST: usize = 500;

/// The maximum number of opening brackets and `!` operators in an expression.
const DEEPEST: usize = 100;

/// Parses an expression. Returns an error if the expression is invalid or exceeds a limit.
pub(crate) fn parse(text: &str) -> Result<Ast, Problem> {
    exceeds_limit(text).map_or(Ok(()), Err)?;
    jmespath::parse(text).map_err(|error| {
        let reason = match error.reason {
            jmespath::ErrorReason::Parse(reason) => reason,
            jmespath::ErrorReason::Runtime(reason) => reason.to_string(),
        };
        let reason = reason.trim().trim_end_matches('.').replace('\n', " ");
        let found = text.get(error.offset..).and_then(|rest| rest.chars().next());
        // The library's description contains its own names for tokens, not the characters of the expression.
        let reason = match (reason.split_once(" -- found "), found) {
            (Some(_), None) => "unexpected end".to_owned(),
            (Some(_), Some(found)) => format!("unexpected `{found}`"),
            (None, _) => reason,
        };
        Problem { offset: error.offset, message: format!("invalid JMESPath: {reason}") }
    })
}

/// Returns a problem if an expression exceeds a limit, even if the expression is valid.
pub(super) fn exceeds_limit(text: &str) -> Option<Problem> {
    let problem = |message| Some(Problem { offset: 0, message });
    if text.len() > LONGEST {
        return problem(format!("the expression is longer than {LONGEST} bytes"));
    }
    if text.matches(['(', '[', '{', '!']).count() > DEEPEST {
        return problem(format!("the expression has more than {DEEPEST} brackets and `!` operators"));
    }
    None
}

/// Returns the position of a node in the expression.
fn offset(ast: &Ast) -> usize {
    match ast {
        // For a comparison, the parser stores the position after the operator. For a function, it stores the position
        // after the name.
        Ast::Comparison { lhs, .. } => self::offset(lhs),
        Ast::Function { offset, name, .. } => offset.saturating_sub(name.len()),
        Ast::Condition { offset, .. }
        | Ast::Identity { offset }
        | Ast::Expref { offset, .. }
        | Ast::Flatten { offset, .. }
        | Ast::Field { offset, .. }
        | Ast::Index { offset, .. }
        | Ast::Literal { offset, .. }
        | Ast::MultiList { offset, .. }
        | Ast::MultiHash { offset, .. }
        | Ast::Not { offset, .. }
        | Ast::Projection { offset, .. }
        | Ast::ObjectValues { offset, .. }
        | Ast::And { offset, .. }
        | Ast::Or { offset, .. }
        | Ast::Slice { offset, .. }
        | Ast::Subexpr { offset, .. } => *offset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let expression = "\"größe\" == `1` && foo(@) | ]";
        let problem = parse(expression).unwrap_err();
        assert_eq!(problem.message, "invalid JMESPath: unexpected `]`");
        assert_eq!(problem.column(expression), expression.chars().count());
        let expression = "foo.";
        assert_eq!(parse(expression).unwrap_err().column(expression), 5);
    }
}
