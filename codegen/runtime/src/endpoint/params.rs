//! The parameters of endpoint rules.

use std::borrow::Cow;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    /// A string.
    Str(&'a str),
    /// A boolean.
    Bool(bool),
    /// A list of strings.
    StrArray(Cow<'a, [&'a str]>),
}

impl<'a> Value<'a> {
    /// Returns the value with a shorter lifetime.
    #[must_use]
    pub fn shorten<'b>(&self) -> Value<'b>
    where
        'a: 'b,
    {
        match self {
            Self::Str(text) => Value::Str(text),
            Self::Bool(flag) => Value::Bool(*flag),
            Self::StrArray(list) => Value::StrArray(Cow::Owned(list.to_vec())),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Str(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<Vec<&'a str>> for Value<'a> {
    fn from(value: Vec<&'a str>) -> Self {
        Self::StrArray(Cow::Owned(value))
    }
}

/// The value of a parameter in a client's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// A string.
    Str(String),
    /// A boolean.
    Bool(bool),
    /// A list of strings.
    StrArray(Vec<String>),
}

impl Setting {
    /// Returns the value as a borrowed [`Value`].
    #[must_use]
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Str(text) => Value::Str(text),
            Self::Bool(flag) => Value::Bool(*flag),
            Self::StrArray(list) => Value::StrArray(list.iter().map(String::as_str).collect()),
        }
    }
}

impl From<&Value<'_>> for Setting {
    fn from(value: &Value<'_>) -> Self {
        match value {
            Value::Str(text) => Self::Str((*text).to_owned()),
            Value::Bool(flag) => Self::Bool(*flag),
            Value::StrArray(list) => Self::StrArray(list.iter().map(|text| (*text).to_owned()).collect()),
        }
    }
}

impl From<String> for Setting {
    fn from(value: String) -> Self {
        Self::Str(value)
    }
}

impl From<bool> for Setting {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<String>> for Setting {
    fn from(value: Vec<String>) -> Self {
        Self::StrArray(value)
    }
}

/// The parameters of endpoint rules, identified by their names in the rules.
///
/// The client first sets the parameters that come from its configuration. The constants of this type are their names.
/// The client then sets the parameters that the model defines for the client, the operation and the request, which
/// replace existing values. If a parameter is not set, its default in the rules applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Params<'a> {
    // A service has about five parameters, for which a linear search is faster than a map.
    values: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Params<'a> {
    /// The client's region, a string.
    pub const REGION: &'static str = "Region";
    /// Whether to use FIPS endpoints, a boolean.
    pub const USE_FIPS: &'static str = "UseFIPS";
    /// Whether to use dual-stack endpoints (IPv4 and IPv6), a boolean.
    pub const USE_DUAL_STACK: &'static str = "UseDualStack";
    /// The endpoint URL in the client's configuration, a string.
    pub const ENDPOINT: &'static str = "Endpoint";
    /// The account ID of the credentials, a string.
    pub const ACCOUNT_ID: &'static str = "AccountId";
    /// Whether endpoints contain the account ID, a string: `preferred`, `disabled` or `required`.
    pub const ACCOUNT_ID_ENDPOINT_MODE: &'static str = "AccountIdEndpointMode";

    /// Creates an empty set of parameters.
    #[must_use]
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// Sets the parameter `name`, replacing an existing value.
    pub fn set(&mut self, name: &'a str, value: impl Into<Value<'a>>) -> &mut Self {
        let value = value.into();
        match self.values.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.values.push((name, value)),
        }
        self
    }

    /// Returns all parameters that are set.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &Value<'a>)> {
        self.values.iter().map(|(name, value)| (*name, value))
    }

    /// Returns the value of the parameter `name`, if set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        let (_, value) = self.values.iter().find(|(key, _)| *key == name)?;
        Some(value)
    }

    /// Returns the parameter `name` if it is set and is a string.
    #[must_use]
    pub fn str(&self, name: &str) -> Option<&'a str> {
        match self.get(name)? {
            Value::Str(value) => Some(value),
            Value::Bool(_) | Value::StrArray(_) => None,
        }
    }

    /// Returns the parameter `name` if it is set and is a boolean.
    #[must_use]
    pub fn bool(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(value) => Some(*value),
            Value::Str(_) | Value::StrArray(_) => None,
        }
    }

    /// Returns the parameter `name` if it is set and is a list of strings.
    #[must_use]
    pub fn str_array(&self, name: &str) -> Option<&[&'a str]> {
        match self.get(name)? {
            Value::StrArray(value) => Some(value),
            Value::Str(_) | Value::Bool(_) => None,
        }
    }
}

impl<'a, V: Into<Value<'a>>> Extend<(&'a str, V)> for Params<'a> {
    fn extend<I: IntoIterator<Item = (&'a str, V)>>(&mut self, values: I) {
        for (name, value) in values {
            self.set(name, value);
        }
    }
}

impl<'a, V: Into<Value<'a>>> FromIterator<(&'a str, V)> for Params<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, V)>>(values: I) -> Self {
        let mut params = Self::new();
        params.extend(values);
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_applies_and_is_read_by_its_type() {
        let mut params = Params::new();
        params
            .set(Params::REGION, "us-east-1")
            .set(Params::USE_FIPS, false)
            .set("Keys", vec!["a", "b"])
            .set(Params::REGION, "eu-west-1");
        assert_eq!(params.str("Region"), Some("eu-west-1"));
        assert_eq!(params.bool("UseFIPS"), Some(false));
        assert_eq!(params.str_array("Keys"), Some(&["a", "b"][..]));
        assert_eq!(params.str("UseFIPS"), None);
        assert_eq!(params.bool("UseDualStack"), None);
    }

    #[test]
    fn a_value_can_be_a_constant() {
        const STATIC: &[(&str, Value<'static>)] =
            &[("Keys", Value::StrArray(Cow::Borrowed(&["a"]))), ("Flag", Value::Bool(true))];
        let params: Params<'_> = STATIC.iter().cloned().collect();
        assert_eq!(params.str_array("Keys"), Some(&["a"][..]));
    }
}
