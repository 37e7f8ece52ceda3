//! The formatted examples of a service, which appear in the documentation of several items.

use std::{collections::BTreeMap, sync::OnceLock};

use super::example::{self, Code};
use crate::ir::{Operation, Service};

/// The examples of a service's operations. Each is formatted when it is first used, and only once, since formatting is
/// the slowest step in emitting the documentation of an operation.
pub(crate) struct Examples<'s> {
    pub(in crate::emit) service: &'s Service,
    codes: BTreeMap<&'s str, OnceLock<Option<Code>>>,
}

impl<'s> Examples<'s> {
    pub(crate) fn of(service: &'s Service) -> Self {
        let methods = service.operations.iter().map(|operation| operation.method.as_str());
        Self { service, codes: methods.map(|method| (method, OnceLock::new())).collect() }
    }

    /// Returns the example of an operation, if it has one.
    pub(super) fn code(&self, operation: &Operation) -> Option<&Code> {
        let code = self.codes.get(operation.method.as_str())?;
        code.get_or_init(|| example::code(self.service, operation)).as_ref()
    }

    /// Returns the operation with the shortest example among the operations that are not deprecated and for which
    /// `picks` returns `true`.
    pub(super) fn shortest(&self, picks: impl Fn(&Operation) -> bool) -> Option<(&'s Operation, &Code)> {
        let current = self.service.operations.iter().filter(|operation| operation.deprecated.is_none());
        let picked = current.filter(|operation| picks(operation));
        let coded = picked.filter_map(|operation| Some((operation, self.code(operation)?)));
        coded.min_by_key(|(_, code)| code.uses.len() + code.body.len())
    }
}
