//! AWS's shared `config` and `credentials` files.
//!
//! Parsing the files results in a [`Profiles`], which contains the sections of both files, with the line number of each
//! setting. This module does not interpret the settings.
//!
//! The format is specific to AWS and is not supported by INI crates. The header of a profile `dev` is `[profile dev]`
//! in the config file and `[dev]` in the credentials file. If a line is indented further than the previous setting, it
//! continues that setting's value. If the value is empty, the line is a nested setting instead, as in `services`
//! sections. A comment may follow a value after a space. Backslashes and quotes in values are literal. A whole file may
//! be indented, since only the indentation relative to the previous setting is significant. A colon in place of the
//! equals sign is accepted with a warning.

use std::path::Path;
use std::sync::Arc;

use simba_runtime::config::{ConfigError, ConfigErrorKind, SettingOrigin};

/// The sections of the `config` and `credentials` files.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    sections: Sections,
}

/// Sections, sorted by kind and name. This is a list, because a map of sections would add more code to each program
/// than the rest of this module does.
#[derive(Debug, Default)]
struct Sections(Vec<Section>);

/// The two kinds of files, in which profiles have different section headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// `~/.aws/config`.
    Config,
    /// `~/.aws/credentials`.
    Credentials,
}

/// The kinds of sections that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SectionKind {
    /// `[profile x]`, or `[x]` in the credentials file.
    Profile,
    /// `[sso-session x]`.
    SsoSession,
    /// `[services x]`.
    Services,
}

type SectionName = (SectionKind, String);

/// The settings of a section.
pub(crate) struct Section {
    name: SectionName,
    settings: Settings,
}

/// Settings with different names, in the order in which they occur in the file.
#[derive(Default)]
struct Settings(Vec<Setting>);

/// A setting and its origin.
pub(crate) struct Setting {
    /// The name in lower case.
    key: String,
    value: String,
    nested: Settings,
    origin: SettingOrigin,
    /// The line number of the first continuation line, if any.
    continued_on: Option<usize>,
}

impl Profiles {
    /// Parses a file and merges it into the existing settings. A setting in the file replaces an existing setting with
    /// the same name.
    pub(crate) fn add(&mut self, kind: FileKind, file: &Path, text: &[u8]) -> Result<(), ConfigError> {
        let file: Arc<str> = file.display().to_string().into();
        let sections = Reader::new(kind, file).read(text)?;
        for section in sections.0 {
            let merged = self.sections.get_or_insert(section.name);
            for setting in section.settings.0 {
                merged.settings.set(setting);
            }
        }
        Ok(())
    }

    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<&Section> {
        let index = self.sections.position(kind, name).ok()?;
        self.sections.0.get(index)
    }

    pub(crate) fn profile(&self, name: &str) -> Option<&Section> {
        self.section(SectionKind::Profile, name)
    }

    /// Returns the names of all profiles.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.sections.0.iter().map(|section| &section.name);
        names.filter(|(kind, _)| *kind == SectionKind::Profile).map(|(_, name)| name.as_str())
    }
}

impl Sections {
    /// Returns the index of a section, or the index at which to insert it.
    fn position(&self, kind: SectionKind, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|section| (section.name.0, section.name.1.as_str()).cmp(&(kind, name)))
    }

    fn get_or_insert(&mut self, name: SectionName) -> &mut Section {
        let index = self.position(name.0, &name.1).unwrap_or_else(|index| {
            self.0.insert(index, Section { name, settings: Settings::default() });
            index
        });
        &mut self.0[index]
    }

    fn remove(&mut self, kind: SectionKind, name: &str) {
        if let Ok(index) = self.position(kind, name) {
            self.0.remove(index);
        }
    }
}

impl Settings {
    fn get(&self, key: &str) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.key == key)
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Setting> {
        self.0.iter_mut().find(|setting| setting.key == key)
    }

    /// Adds a setting, or replaces the setting with the same name.
    fn set(&mut self, setting: Setting) {
        match self.get_mut(&setting.key) {
            Some(existing) => *existing = setting,
            None => self.0.push(setting),
        }
    }
}

impl Section {
    /// Returns the setting with this name, unless it is empty.
    pub(crate) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key).filter(|setting| !setting.value.is_empty())
    }

    /// Returns the value of the setting with this name, unless it is empty.
    ///
    /// # Errors
    ///
    /// Returns an error under the same conditions as [`Setting::value`].
    #[cfg(any(test, feature = "credentials"))]
    pub(crate) fn value(&self, key: &str) -> Result<Option<&str>, ConfigError> {
        self.get(key).map(Setting::value).transpose()
    }

    /// Returns the nested settings with the name `inner`, such as `endpoint_url`, each with the name of the setting
    /// that contains it, such as `fsx`.
    pub(crate) fn nested<'a>(&'a self, inner: &'a str) -> impl Iterator<Item = (&'a str, &'a Setting)> {
        self.settings.0.iter().filter_map(move |setting| {
            let nested = setting.nested.get(inner)?;
            (!nested.value.is_empty()).then_some((setting.key.as_str(), nested))
        })
    }
}

impl Setting {
    fn new(key: String, value: &str, origin: SettingOrigin) -> Self {
        Self { key, value: without_comment(value), nested: Settings::default(), origin, continued_on: None }
    }

    /// Returns the value without surrounding whitespace.
    ///
    /// # Errors
    ///
    /// Returns an error if the value continues on another line. Only commands may span several lines. For other
    /// settings, the continuation is most likely another setting that is indented too far, and may be a secret.
    pub(crate) fn value(&self) -> Result<&str, ConfigError> {
        match self.continued_on {
            Some(line) => Err(ConfigErrorKind::Continued { origin: self.origin.clone(), line }.into()),
            None => Ok(&self.value),
        }
    }

    /// Returns the value including its continuation lines.
    #[cfg(any(test, feature = "credentials"))]
    pub(crate) fn lines(&self) -> &str {
        &self.value
    }

    /// Returns the file, line, section and key.
    pub(crate) fn origin(&self) -> &SettingOrigin {
        &self.origin
    }
}

/// Omits the values, since a credentials file contains secrets.
impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.settings.0.iter().map(|setting| &setting.key)).finish()
    }
}

/// The parser's state.
struct Reader {
    kind: FileKind,
    file: Arc<str>,
    sections: Sections,
    current: Current,
    /// The name and indentation of the section's last setting.
    last: Option<(String, usize)>,
    /// Whether a `[profile default]` section has been seen. This section takes precedence over `[default]`, regardless
    /// of their order.
    default_has_prefix: bool,
}

/// The current section.
enum Current {
    /// No header has been seen yet.
    None,
    /// A section that is not read. Its lines are skipped.
    Ignored,
    /// A section that is read, with its name and its header as written.
    Known { name: SectionName, header: String },
}

impl Reader {
    fn new(kind: FileKind, file: Arc<str>) -> Self {
        Self {
            kind,
            file,
            sections: Sections::default(),
            current: Current::None,
            last: None,
            default_has_prefix: false,
        }
    }

    fn read(mut self, text: &[u8]) -> Result<Sections, ConfigError> {
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
        // Some tools treat an indented line that starts with a comment sign as part of a value, and others treat it as
        // a comment. Such a line is most likely meant as a comment.
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

    /// Parses a header such as `[profile dev]  # a comment`.
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
                self.sections.get_or_insert(name.clone());
                Current::Known { name, header: inside.to_owned() }
            }
        };
        Ok(())
    }

    /// Returns whether the section is a `[default]` that is ignored because a `[profile default]` came earlier. The
    /// first `[profile default]` removes an earlier `[default]`.
    fn hides_default(&mut self, name: &SectionName, header: &str) -> bool {
        if self.kind == FileKind::Credentials || *name != (SectionKind::Profile, "default".into()) {
            return false;
        }
        let has_prefix = header != "default";
        if has_prefix && !self.default_has_prefix {
            self.default_has_prefix = true;
            self.sections.remove(name.0, &name.1);
        }
        !has_prefix && self.default_has_prefix
    }

    /// Parses a setting such as `key = value  # a comment`.
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
        let setting = Setting::new(key.clone(), value, self.origin(number, header, key.clone()));
        self.sections.get_or_insert(name).settings.set(setting);
        self.last = Some((key, indentation));
        Ok(())
    }

    /// Parses a line that is indented further than the previous setting `outer`. The line is a nested setting if
    /// `outer` is empty. Otherwise, the line continues the value of `outer`.
    fn continuation(&mut self, outer: &str, line: &str, number: usize) -> Result<(), ConfigError> {
        let Current::Known { name, header } = &self.current else { return Ok(()) };
        let (name, header) = (name.clone(), header.clone());
        let is_empty = self.sections.get_or_insert(name.clone()).get(outer).is_none();
        let nested = is_empty.then(|| self.key_and_value(line, number)).transpose()?;
        let nested = nested.map(|(key, value)| {
            let origin = self.origin(number, header, format!("{outer}.{key}"));
            Setting::new(key, value, origin)
        });
        let Some(setting) = self.sections.get_or_insert(name).settings.get_mut(outer) else {
            return Ok(());
        };
        match nested {
            Some(nested) => setting.nested.set(nested),
            None => {
                setting.value.push('\n');
                setting.value.push_str(line);
                setting.continued_on.get_or_insert(number);
            }
        }
        Ok(())
    }

    /// Splits a setting at its first `=` or `:`. Of AWS's tools, only botocore and the AWS CLI accept a colon. It is
    /// accepted with a warning, since all tools share the file.
    fn key_and_value<'a>(&self, line: &'a str, number: usize) -> Result<(String, &'a str), ConfigError> {
        let (key, value) =
            line.split_once(['=', ':']).ok_or_else(|| self.syntax(number, "a setting of the form `name = value`"))?;
        #[cfg(feature = "tracing")]
        if line[key.len()..].starts_with(':') {
            tracing::warn!(file = &*self.file, line = number, "found a setting with a colon; expected `name = value`");
        }
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

/// Splits a file into lines, which end in LF, CR LF or CR.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.flat_map(|line| line.split(|byte| *byte == b'\r'))
}

/// Parses the name in a section header. Returns `None` for sections that are not read.
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

/// Removes the quotes that the AWS CLI writes around names with spaces. Returns `None` for an empty name, and for an
/// unquoted name with spaces.
fn unquoted(name: &str) -> Option<&str> {
    let inside = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    inside.or_else(|| (!name.contains(char::is_whitespace)).then_some(name)).filter(|name| !name.is_empty())
}

/// Removes a comment that follows the value after a space.
fn without_comment(value: &str) -> String {
    let end = [" #", " ;", "\t#", "\t;"].iter().filter_map(|sign| value.find(sign)).min();
    value[..end.unwrap_or(value.len())].trim().to_owned()
}

#[cfg(test)]
mod tests;
