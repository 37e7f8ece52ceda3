//! The syntax of JMESPath: a text in, the tree of the crate `jmespath` out, and nothing that panics.

use jmespath::ast::Ast;

use super::path::Problem;

/// The longest expression that is read. The parser recurses, and models are not always one's own.
const LONGEST: usize = 1_000;

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<Ast, Problem> {
    if text.len() > LONGEST {
        return Err(Problem { offset: 0, message: format!("the expression is longer than {LONGEST} bytes") });
    }
    jmespath::parse(text).map_err(|error| {
        let reason = match error.reason {
            jmespath::ErrorReason::Parse(reason) => reason,
            jmespath::ErrorReason::Runtime(reason) => reason.to_string(),
        };
        let reason = reason.trim().trim_end_matches('.').replace('\n', " ");
        Problem { offset: error.offset, message: format!("this is no JMESPath: {reason}") }
    })
}

/// Where a node stands in the expression.
pub(super) fn offset(ast: &Ast) -> usize {
    match ast {
        Ast::Comparison { offset, .. }
        | Ast::Condition { offset, .. }
        | Ast::Identity { offset }
        | Ast::Expref { offset, .. }
        | Ast::Flatten { offset, .. }
        | Ast::Function { offset, .. }
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
