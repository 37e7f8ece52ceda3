//! AWS's shared `config` and `credentials` files.
//!
//! In: the text of both files. Out: [`Profiles`], the settings by section, each with the line that
//! it stands in. Nothing here knows what a setting means.
//!
//! The dialect is AWS's own and no INI crate reads it: a profile `dev` is `[profile dev]` in one
//! file and `[dev]` in the other; an indented line continues the value above it, or, below an
//! empty value, is a setting of its own (the `services` sections); a comment may follow a value
//! after a space. A backslash or a quote in a value has no special meaning.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::error::{ConfigError, ConfigErrorKind, Place};

/// What the sections of both files hold.
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
    place: Place,
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

    /// The text of a setting that is there and not empty.
    #[cfg(any(test, feature = "credentials"))]
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).map(Setting::value)
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
    /// The text after the `=`, without the spaces around it.
    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    /// File, line, section and key.
    pub(crate) fn place(&self) -> &Place {
        &self.place
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
    /// The setting that an indented line would belong to.
    last_key: Option<String>,
    /// `[profile default]` hides `[default]`, whichever comes first.
    default_has_prefix: bool,
}

/// The section that the lines belong to.
enum Current {
    /// No header has been seen yet.
    None,
    /// A section that means nothing to us; its lines are not looked at.
    Ignored,
    /// A section by its name, and its header as written.
    Known { name: SectionName, header: String },
}

impl Reader {
    fn new(kind: FileKind, file: Arc<str>) -> Self {
        Self {
            kind,
            file,
            sections: BTreeMap::new(),
            current: Current::None,
            last_key: None,
            default_has_prefix: false,
        }
    }

    fn read(mut self, text: &[u8]) -> Result<BTreeMap<SectionName, Section>, ConfigError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let number = index + 1;
            let line = std::str::from_utf8(line).map_err(|_| self.syntax(number, "text in UTF-8"))?.trim_end();
            self.line(line, number)?;
        }
        Ok(self.sections)
    }

    fn line(&mut self, line: &str, number: usize) -> Result<(), ConfigError> {
        let indented = line.starts_with([' ', '\t']);
        let trimmed = line.trim_start();
        // An indented line that starts with a comment sign is part of a value to some tools and a
        // comment to others; nobody means it as a value.
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            return Ok(());
        }
        if trimmed.starts_with('[') && !indented {
            return self.header(trimmed, number);
        }
        if indented && self.last_key.is_some() {
            return self.continuation(trimmed, number);
        }
        self.setting(trimmed, number)
    }

    /// `[profile dev]  # a comment`
    fn header(&mut self, line: &str, number: usize) -> Result<(), ConfigError> {
        let inside = line[1..]
            .split_once(']')
            .map(|(inside, _)| inside.trim())
            .ok_or_else(|| self.syntax(number, "a `]` at the end of the section's name"))?;
        self.last_key = None;
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
    fn setting(&mut self, line: &str, number: usize) -> Result<(), ConfigError> {
        let (name, header) = match &self.current {
            Current::None => {
                return Err(self.syntax(number, "a section such as `[default]` before any setting"));
            }
            Current::Ignored => return Ok(()),
            Current::Known { name, header } => (name.clone(), header.clone()),
        };
        let (key, value) = self.key_and_value(line, number)?;
        let place = self.place(number, header, key.clone());
        let setting = Setting { value: without_comment(value), nested: BTreeMap::new(), place };
        self.sections.entry(name).or_default().settings.insert(key.clone(), setting);
        self.last_key = Some(key);
        Ok(())
    }

    /// An indented line: below an empty value a nested setting, else more of the value.
    fn continuation(&mut self, line: &str, number: usize) -> Result<(), ConfigError> {
        let (Current::Known { name, header }, Some(outer)) = (&self.current, &self.last_key) else {
            return Ok(());
        };
        let (name, header, outer) = (name.clone(), header.clone(), outer.clone());
        let is_empty = self
            .sections
            .get(&name)
            .and_then(|section| section.settings.get(&outer))
            .is_none_or(|setting| setting.value.is_empty());
        let nested = if is_empty {
            let (key, value) = self.key_and_value(line, number)?;
            let place = self.place(number, header, format!("{outer}.{key}"));
            let value = without_comment(value);
            Some((key, Setting { value, nested: BTreeMap::new(), place }))
        } else {
            None
        };
        let section = self.sections.entry(name).or_default();
        if let Some(setting) = section.settings.get_mut(&outer) {
            match nested {
                Some((key, nested)) => {
                    setting.nested.insert(key, nested);
                }
                None => {
                    setting.value.push('\n');
                    setting.value.push_str(line);
                }
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

    fn place(&self, line: usize, section: String, key: String) -> Place {
        Place::Key { file: Arc::clone(&self.file), line, section, key }
    }

    fn syntax(&self, line: usize, expected: &'static str) -> ConfigError {
        ConfigErrorKind::Syntax { file: Arc::clone(&self.file), line, expected }.into()
    }
}

/// What a section's header means; `None` if nothing to us.
fn section_name(kind: FileKind, header: &str) -> Option<SectionName> {
    if kind == FileKind::Credentials {
        return Some((SectionKind::Profile, header.to_owned()));
    }
    if header == "default" {
        return Some((SectionKind::Profile, header.to_owned()));
    }
    let (word, name) = header.split_once([' ', '\t'])?;
    let name = unquoted(name.trim());
    let kind = match word {
        "profile" => SectionKind::Profile,
        "sso-session" => SectionKind::SsoSession,
        "services" => SectionKind::Services,
        _ => return None,
    };
    (!name.is_empty()).then(|| (kind, name.to_owned()))
}

/// The AWS CLI writes a name that has a space in quotes.
fn unquoted(name: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(name)
}

/// The value without the comment that may follow it after a space.
fn without_comment(value: &str) -> String {
    let end = [" #", " ;", "\t#", "\t;"].iter().filter_map(|sign| value.find(sign)).min();
    value[..end.unwrap_or(value.len())].trim().to_owned()
}

#[cfg(test)]
mod tests;
