//! Parses JMESPath with the `jmespath` crate, without panics.

use jmespath::ast::Ast;

use super::path::Problem;

/// The limits of an expression: its length, and the number of brackets and `!` in it. The parser and the compiler are
/// recursive, and models may come from untrusted sources. The expressions of real services stay below a quarter of
/// these limits.
const LONGEST: usize = 500;
const DEEPEST: usize = 100;

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<Ast, Problem> {
    if text.len() > LONGEST {
        return Err(Problem { offset: 0, message: format!("the expression is longer than {LONGEST} bytes") });
    }
    if text.matches(['(', '[', '{', '!']).count() > DEEPEST {
        return Err(Problem { offset: 0, message: format!("the expression has more than {DEEPEST} brackets and `!`") });
    }
    jmespath::parse(text).map_err(|error| {
        let reason = match error.reason {
            jmespath::ErrorReason::Parse(reason) => reason,
            jmespath::ErrorReason::Runtime(reason) => reason.to_string(),
        };
        let reason = reason.trim().trim_end_matches('.').replace('\n', " ");
        Problem { offset: error.offset, message: format!("invalid JMESPath: {reason}") }
    })
}

/// Returns the position of a node in the expression.
pub(super) fn offset(ast: &Ast) -> usize {
    match ast {
        // The parser stores the end of operators and the start of arguments.
        Ast::Comparison { lhs, .. } => self::offset(lhs),
        Ast::Function { offset, name, .. } => offset.saturating_sub(name.chars().count()),
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
