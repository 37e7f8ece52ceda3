//! Wire protocols: one module for each, behind the one seam [`Protocol`](crate::operation::Protocol).

pub mod aws_json;
