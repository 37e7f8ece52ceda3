//! AWS's shared `config` and `credentials` files.
//!
//! In: the contents of both files. Out: [`Profiles`], the settings by section, each with its line.
//! Nothing here knows the meaning of a setting.
//!
//! The dialect is AWS's own and no INI crate reads it: a profile `dev` is `[profile dev]` in one
//! file and `[dev]` in the other; a line that is indented deeper than the setting above it
//! continues its value or, below an empty value, is a nested setting (the `services` sections); a
//! comment may follow a value after a space. A backslash or a quote in a value has no special
//! meaning. A file may be indented as a whole: only the depth below a setting counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use simba_runtime::config::{ConfigError, ConfigErrorKind, SettingOrigin};

/// The sections of both files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profiles {
    sections: BTreeMap<SectionName, Section>,
}

/// Which of the two files a text is from; they name their profiles differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// `~/.aws/config`.
    Config,
    /// `~/.aws/credentials`.
    Credentials,
}

/// The kinds of sections that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SectionKind {
    /// `[profile x]`, in the credentials file `[x]`.
    Profile,
    /// `[sso-session x]`.
    SsoSession,
    /// `[services x]`.
    Services,
}

type SectionName = (SectionKind, String);

/// The settings of one section by their names in lower case.
#[derive(Clone, Default)]
pub(crate) struct Section {
    settings: BTreeMap<String, Setting>,
}

/// One setting and where it was found.
#[derive(Clone)]
pub(crate) struct Setting {
    value: String,
    nested: BTreeMap<String, Setting>,
    origin: SettingOrigin,
    /// The line on which the value goes on, if it does.
    continued_on: Option<usize>,
}

impl Profiles {
    /// Reads `text` and lays it over what is there: a setting that is there already is replaced.
    pub(crate) fn add(&mut self, kind: FileKind, file: &Path, text: &[u8]) -> Result<(), ConfigError> {
        let file: Arc<str> = file.display().to_string().into();
        let sections = Reader::new(kind, file).read(text)?;
        for (name, section) in sections {
            self.sections.entry(name).or_default().settings.extend(section.settings);
        }
        Ok(())
    }

    /// The section of this kind and name.
    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<&Section> {
        self.sections.get(&(kind, name.to_owned()))
    }

    /// The profile of this name.
    pub(crate) fn profile(&self, name: &str) -> Option<&Section> {
        self.section(SectionKind::Profile, name)
    }

    /// The names of all profiles.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.keys().filter(|(kind, _)| *kind == SectionKind::Profile).map(|(_, name)| name.as_str())
    }
}

impl Section {
    /// A setting that is there and not empty.
    pub(crate) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key).filter(|setting| !setting.value.is_empty())
    }

    /// The value of a setting that is there and not empty.
    ///
    /// # Errors
    ///
    /// As [`Setting::value`].
    #[cfg(any(test, feature = "credentials"))]
    pub(crate) fn value(&self, key: &str) -> Result<Option<&str>, ConfigError> {
        self.get(key).map(Setting::value).transpose()
    }

    /// A setting that is nested below `key`, such as the `endpoint_url` below `fsx`.
    pub(crate) fn nested<'a>(&'a self, inner: &'a str) -> impl Iterator<Item = (&'a str, &'a Setting)> {
        self.settings.iter().filter_map(move |(key, setting)| {
            let nested = setting.nested.get(inner)?;
            (!nested.value.is_empty()).then_some((key.as_str(), nested))
        })
    }
}

impl Setting {
    fn new(value: &str, origin: SettingOrigin) -> Self {
        Self { value: without_comment(value), nested: BTreeMap::new(), origin, continued_on: None }
    }

    /// The value, without the white space around it.
    ///
    /// # Errors
    ///
    /// The value continues on another line. Only a command is meant to, so that line is most
    /// likely another setting, perhaps a secret, that is indented too far.
    pub(crate) fn value(&self) -> Result<&str, ConfigError> {
        match self.continued_on {
            Some(line) => Err(ConfigErrorKind::Continued { origin: self.origin.clone(), line }.into()),
            None => Ok(&self.value),
        }
    }

    /// The value with the lines that continue it.
    #[cfg(any(test, feature = "credentials"))]
    pub(crate) fn lines(&self) -> &str {
        &self.value
    }

    /// File, line, section and key.
    pub(crate) fn origin(&self) -> &SettingOrigin {
        &self.origin
    }
}

/// Values are left out: a credentials file consists of secrets.
impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.settings.keys()).finish()
    }
}

/// The state between two lines.
struct Reader {
    kind: FileKind,
    file: Arc<str>,
    sections: BTreeMap<SectionName, Section>,
    current: Current,
    /// The last setting of the section: its name and indentation.
    last: Option<(String, usize)>,
    /// `[profile default]` hides `[default]`, whichever comes first.
    default_has_prefix: bool,
}

/// The section that the lines belong to.
enum Current {
    /// No header has been seen yet.
    None,
    /// A section without a meaning here; its lines are not looked at.
    Ignored,
    /// A section by its name, and its header as written.
    Known { name: SectionName, header: String },
}

impl Reader {
    fn new(kind: FileKind, file: Arc<str>) -> Self {
        Self { kind, file, sections: BTreeMap::new(), current: Current::None, last: None, default_has_prefix: false }
    }

    fn read(mut self, text: &[u8]) -> Result<BTreeMap<SectionName, Section>, ConfigError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        for (index, line) in lines(text).enumerate() {
            let number = index + 1;
            let line = std::str::from_utf8(line).map_err(|_| self.syntax(number, "UTF-8"))?;
            self.line(line, number)?;
        }
        Ok(self.sections)
    }

    fn line(&mut self, line: &str, number: usize) -> Result<(), ConfigError> {
        let trimmed = line.trim();
        // An indented line that starts with a comment sign is part of a value to some tools and a
        // comment to others; nobody means it as a value.
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            return Ok(());
        }
        let indentation = line.chars().take_while(|c| c.is_whitespace()).count();
        match &self.last {
            Some((key, own)) if indentation > *own => {
                let key = key.clone();
                self.continuation(&key, trimmed, number)
            }
            _ if trimmed.starts_with('[') => self.header(trimmed, number),
            _ => self.setting(trimmed, number, indentation),
        }
    }

    /// `[profile dev]  # a comment`
    fn header(&mut self, line: &str, number: usize) -> Result<(), ConfigError> {
        let inside = line[1..]
            .split_once(']')
            .map(|(inside, _)| inside.trim())
            .ok_or_else(|| self.syntax(number, "a `]` at the end of the section's name"))?;
        self.last = None;
        self.current = match section_name(self.kind, inside) {
            None => Current::Ignored,
            Some(name) if self.hides_default(&name, inside) => Current::Ignored,
            Some(name) => {
                self.sections.entry(name.clone()).or_default();
                Current::Known { name, header: inside.to_owned() }
            }
        };
        Ok(())
    }

    /// Whether this is a plain `[default]` that a `[profile default]` hides.
    fn hides_default(&mut self, name: &SectionName, header: &str) -> bool {
        if self.kind == FileKind::Credentials || *name != (SectionKind::Profile, "default".into()) {
            return false;
        }
        let has_prefix = header != "default";
        if has_prefix && !self.default_has_prefix {
            self.default_has_prefix = true;
            self.sections.remove(name);
        }
        !has_prefix && self.default_has_prefix
    }

    /// `key = value  # a comment`
    fn setting(&mut self, line: &str, number: usize, indentation: usize) -> Result<(), ConfigError> {
        let (name, header) = match &self.current {
            Current::None => {
                return Err(self.syntax(number, "a section such as `[default]` before any setting"));
            }
            Current::Ignored => {
                self.last = Some((String::new(), indentation));
                return Ok(());
            }
            Current::Known { name, header } => (name.clone(), header.clone()),
        };
        let (key, value) = self.key_and_value(line, number)?;
        let setting = Setting::new(value, self.origin(number, header, key.clone()));
        self.sections.entry(name).or_default().settings.insert(key.clone(), setting);
        self.last = Some((key, indentation));
        Ok(())
    }

    /// A line that is deeper than the setting `outer` above it: a nested setting if that is empty,
    /// else more of its value.
    fn continuation(&mut self, outer: &str, line: &str, number: usize) -> Result<(), ConfigError> {
        let Current::Known { name, header } = &self.current else { return Ok(()) };
        let (name, header) = (name.clone(), header.clone());
        let is_empty = self.sections.get(&name).is_some_and(|section| section.get(outer).is_none());
        let nested = is_empty.then(|| self.key_and_value(line, number)).transpose()?;
        let nested = nested.map(|(key, value)| {
            let origin = self.origin(number, header, format!("{outer}.{key}"));
            (key, Setting::new(value, origin))
        });
        let Some(setting) = self.sections.get_mut(&name).and_then(|section| section.settings.get_mut(outer)) else {
            return Ok(());
        };
        match nested {
            Some((key, nested)) => {
                setting.nested.insert(key, nested);
            }
            None => {
                setting.value.push('\n');
                setting.value.push_str(line);
                setting.continued_on.get_or_insert(number);
            }
        }
        Ok(())
    }

    fn key_and_value<'a>(&self, line: &'a str, number: usize) -> Result<(String, &'a str), ConfigError> {
        let (key, value) =
            line.split_once('=').ok_or_else(|| self.syntax(number, "a setting of the form `name = value`"))?;
        let key = key.trim();
        if key.is_empty() {
            return Err(self.syntax(number, "the name of a setting before the `=`"));
        }
        Ok((key.to_ascii_lowercase(), value))
    }

    fn origin(&self, line: usize, section: String, key: String) -> SettingOrigin {
        SettingOrigin::Key { file: Arc::clone(&self.file), line, section, key }
    }

    fn syntax(&self, line: usize, expected: &'static str) -> ConfigError {
        ConfigErrorKind::Syntax { file: Arc::clone(&self.file), line, expected }.into()
    }
}

/// The lines of a file, which end in LF, CR LF or CR.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.flat_map(|line| line.split(|byte| *byte == b'\r'))
}

/// The section that a header names; `None` for one without a meaning here.
fn section_name(kind: FileKind, header: &str) -> Option<SectionName> {
    if kind == FileKind::Credentials || header == "default" {
        return Some((SectionKind::Profile, header.to_owned()));
    }
    let (word, name) = header.split_once([' ', '\t'])?;
    let kind = match word {
        "profile" => SectionKind::Profile,
        "sso-session" => SectionKind::SsoSession,
        "services" => SectionKind::Services,
        _ => return None,
    };
    Some((kind, unquoted(name.trim())?.to_owned()))
}

/// The name without the quotes that the AWS CLI writes around one with a space; `None` if it has a
/// space and no quotes, or is empty.
fn unquoted(name: &str) -> Option<&str> {
    let inside = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    inside.or_else(|| (!name.contains(char::is_whitespace)).then_some(name)).filter(|name| !name.is_empty())
}

/// The value without the comment that may follow it after a space.
fn without_comment(value: &str) -> String {
    let end = [" #", " ;", "\t#", "\t;"].iter().filter_map(|sign| value.find(sign)).min();
    value[..end.unwrap_or(value.len())].trim().to_owned()
}

#[cfg(test)]
mod tests;
