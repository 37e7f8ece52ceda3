//! The variables that a rule can refer to, and their names in the resolver.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;

use crate::{
    ir::endpoint::{Expr, Form, Local, Type},
    keyword::is_keyword,
};

/// The variables that are known at a point in the rules, by their names in the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    variables: BTreeMap<String, Binding>,
}

/// The local variable for a variable in the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) local: String,
    pub(super) ty: Type,
    pub(super) presence: Presence,
    pub(super) form: Form,
}

/// Whether a variable is known to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Set,
    Optional,
}

impl Scope {
    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        self.variables.get(name)
    }

    pub(super) fn insert(&mut self, name: &str, binding: Binding) {
        self.variables.insert(name.to_owned(), binding);
    }

    /// Records that the variable is set.
    pub(super) fn narrow(&mut self, name: &str) {
        if let Some(binding) = self.variables.get_mut(name) {
            binding.presence = Presence::Set;
        }
    }

    /// Returns all variables, ordered by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.variables.iter().map(|(name, binding)| (name.as_str(), binding))
    }

    /// Returns the quoted names of all variables, for messages.
    pub(super) fn names(&self) -> String {
        let names: Vec<_> = self.variables.keys().map(String::as_str).collect();
        format!("`{}`", names.join("`, `"))
    }
}

impl Binding {
    pub(super) fn expr(&self) -> Expr {
        Expr::Local(Local { name: self.local.clone(), form: self.form })
    }
}

/// The local variables of the resolver. Each name in the rules has its own local variable.
#[derive(Default)]
pub(super) struct Names {
    locals: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Names {
    /// Returns the local variable for `name`.
    pub(super) fn local(&mut self, name: &str) -> String {
        if let Some(local) = self.locals.get(name) {
            return local.clone();
        }
        let local = self.fresh(name);
        self.locals.insert(name.to_owned(), local.clone());
        local
    }

    /// Returns the local variable for a value inside the variable `name`. `what` identifies the value, and `key` is the
    /// last key on the path to it. The local variable is named after the key, unless another variable already has that
    /// name.
    pub(super) fn local_of(&mut self, name: &str, key: &str, what: &str) -> String {
        if let Some(local) = self.locals.get(what) {
            return local.clone();
        }
        let local = if self.taken.contains(&key.to_snake_case()) {
            self.fresh(&format!("{name}_{key}"))
        } else {
            self.fresh(key)
        };
        self.locals.insert(what.to_owned(), local.clone());
        local
    }

    /// Returns a new local variable whose name is `name` or derived from it.
    pub(super) fn fresh(&mut self, name: &str) -> String {
        let mut snake = name.to_snake_case();
        if !snake.starts_with(|c: char| c.is_ascii_alphabetic()) {
            snake.insert_str(0, "value_");
        }
        // The parameter of the resolver is named `params`. Clippy reports `foo`, `baz` and `quux` as placeholders.
        if ["params", "foo", "baz", "quux"].contains(&snake.as_str()) || is_keyword(&snake) {
            snake.push('_');
        }
        let mut local = snake.clone();
        let mut number = 1;
        while !self.taken.insert(local.clone()) {
            number += 1;
            local = format!("{snake}_{number}");
        }
        local
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_own_valid_local_variable() {
        let mut names = Names::default();
        assert_eq!(names.local("UseFIPS"), "use_fips");
        assert_eq!(names.local("useFips"), "use_fips_2");
        assert_eq!(names.local("UseFIPS"), "use_fips");
        assert_eq!(names.local("type"), "type_");
        assert_eq!(names.local("GEN"), "gen_");
        assert_eq!(names.local("Self"), "self_");
        assert_eq!(names.local("Params"), "params_");
        assert_eq!(names.local("_1"), "value_1");
        assert_eq!(names.fresh("text"), "text");
        assert_eq!(names.fresh("text"), "text_2");
        assert_eq!(names.local_of("Arn", "region", "Arn#region"), "region");
        assert_eq!(names.local_of("Home", "region", "Home#region"), "home_region");
        assert_eq!(names.local_of("Arn", "region", "Arn#region"), "region");
    }
}
