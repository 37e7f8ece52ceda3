use std::path::Path;

use super::*;

fn config(text: &str) -> Profiles {
    let mut profiles = Profiles::default();
    profiles.add(FileKind::Config, Path::new("config"), text.as_bytes()).unwrap();
    profiles
}

fn error(text: impl AsRef<[u8]>) -> String {
    let mut profiles = Profiles::default();
    profiles.add(FileKind::Config, Path::new("config"), text.as_ref()).unwrap_err().to_string()
}

#[test]
fn values_of_a_profile_are_read() {
    let table: &[(&str, Option<&str>)] = &[
        ("[profile a]\nk = v", Some("v")),
        ("[profile a]\r\nk = v\r\n", Some("v")),
        ("[profile a]\nK=v", Some("v")),
        ("\u{feff}[profile a]\nk=v", Some("v")),
        ("[ profile   a ]  # why not\nk\t=\tv", Some("v")),
        ("[profile \"a\"]\nk=v", Some("v")),
        ("[profile a];x\nk = v ; comment", Some("v")),
        ("[profile a]\nk = v # comment", Some("v")),
        ("[profile a]\nk = v#not a comment", Some("v#not a comment")),
        ("[profile a]\nk = \"v\"", Some("\"v\"")),
        ("[profile a]\nk = a=b\\c", Some("a=b\\c")),
        // A colon is accepted in place of the equals sign, as in botocore.
        ("[profile a]\nk: v", Some("v")),
        ("[profile a]\nk : v = w", Some("v = w")),
        ("[profile a]\nk = v:w", Some("v:w")),
        ("[profile a]\nj: 1\nk = v", Some("v")),
        ("[profile a]\nj =\n  n: 1\nk = v", Some("v")),
        // An indented setting does not continue the previous setting, unless it is indented further.
        ("  [profile a]\n  j = 1\n  k = v\n  l = 2", Some("v")),
        ("[profile a]\n\tj = 1\n\tk = v\n\tl = 2", Some("v")),
        ("[profile a]\n    j = 1\n  k = v\nl = 2", Some("v")),
        ("  [profile b]\n  j = 1\n  [profile a]\n  k = v", Some("v")),
        ("[profile a]\n  k = v\n\n  # why not\n  l = 2", Some("v")),
        ("[profile a]\n  j =\n    n = 1\n  k = v", Some("v")),
        ("[plugins]\n  j = 1\n  [profile a]\n  k = v", Some("v")),
        // The line endings of all systems are accepted, and so is a superfluous carriage return.
        ("[profile a]\rj = 1\rk = v\r", Some("v")),
        ("[profile a]\r\nk = v\r\r\n", Some("v")),
        ("[profile a b]\nk = v", None),
        ("[profile a]\nk = 1\nk = 2", Some("2")),
        ("[profile a]\nk = 1\n[profile a]\nj = 2", Some("1")),
        ("[profile a]\n  k = v", Some("v")),
        ("[profile a]\nk =", None),
        ("[profile a]\n# k = v\n; k = v", None),
        ("[profile b]\nk = v", None),
        // In the config file, every header of a profile except `[default]` contains the word `profile`.
        ("[a]\nk = v", None),
        ("[plugins]\nnonsense\n[profile a]\nk = v", Some("v")),
        ("[profile]\nk = v", None),
    ];
    for (text, expected) in table {
        let profiles = config(text);
        let found = profiles.profile("a").and_then(|profile| profile.value("k").unwrap());
        assert_eq!(found, *expected, "{text:?}");
    }
}

#[test]
fn lines_can_continue_a_value() {
    let table: &[(&str, &str, usize)] = &[
        ("[default]\nk = one\n  two\n\tthree", "one\ntwo\nthree", 3),
        ("[default]\nk = one\n\n  two", "one\ntwo", 4),
        ("[default]\nk = one\n  # not this\n  two", "one\ntwo", 4),
        ("[default]\n  k = one\n    two", "one\ntwo", 3),
        ("[default]\nk = one\n  [profile b]", "one\n[profile b]", 3),
    ];
    for (text, lines, line) in table {
        let profiles = config(text);
        let setting = profiles.profile("default").unwrap().get("k").unwrap();
        assert_eq!(setting.lines(), *lines, "{text:?}");
        let error = setting.value().unwrap_err().to_string();
        assert!(
            error.ends_with(&format!(
                "`k` in [default]: the value must be on one line, but continues on line {line}; if that line is a \
             separate setting, indent both lines equally"
            )),
            "{error}"
        );
    }
}

#[test]
fn a_name_with_a_space_is_in_quotes() {
    for header in ["[profile \"a b\"]", "[profile 'a b']"] {
        assert_eq!(config(header).names().collect::<Vec<_>>(), ["a b"]);
    }
    assert_eq!(config("[profile a b]\n[profile \"\"]\n[profile ]").names().count(), 0);
}

#[test]
fn profile_default_hides_default() {
    for text in [
        "[default]\nk = plain\nonly = plain\n[profile default]\nk = prefixed",
        "[profile default]\nk = prefixed\n[default]\nk = plain\nonly = plain",
    ] {
        let profiles = config(text);
        let profile = profiles.profile("default").unwrap();
        assert_eq!(profile.value("k").unwrap(), Some("prefixed"), "{text:?}");
        assert_eq!(profile.value("only").unwrap(), None, "{text:?}");
    }
}

#[test]
fn the_credentials_file_has_plain_headers_and_takes_precedence() {
    let mut profiles = config("[profile dev]\nregion = eu-west-1\naws_access_key_id = config");
    let text = b"[dev]\naws_access_key_id = credentials\n[profile dev]\nregion = us-east-1";
    profiles.add(FileKind::Credentials, Path::new("credentials"), text).unwrap();
    let dev = profiles.profile("dev").unwrap();
    assert_eq!(dev.value("aws_access_key_id").unwrap(), Some("credentials"));
    assert_eq!(dev.value("region").unwrap(), Some("eu-west-1"));
    assert_eq!(profiles.names().collect::<Vec<_>>(), ["dev", "profile dev"]);
}

#[test]
fn nested_settings_of_a_services_section_are_read() {
    let profiles = config(
        "[services local]\n\
         fsx =\n  endpoint_url = http://localhost:4566 # all in one\n  other = x\n\
         elastic_beanstalk = \n\tendpoint_url = http://localhost:1\n\
         empty =\n  endpoint_url =\n\
         [sso-session s]\nsso_region = us-east-1\n",
    );
    let services = profiles.section(SectionKind::Services, "local").unwrap();
    let found: Vec<_> = services.nested("endpoint_url").map(|(key, setting)| (key, setting.value().unwrap())).collect();
    assert_eq!(found, [("fsx", "http://localhost:4566"), ("elastic_beanstalk", "http://localhost:1")]);
    let (_, fsx) = services.nested("endpoint_url").next().unwrap();
    assert_eq!(fsx.origin().to_string(), "config:3: `fsx.endpoint_url` in [services local]");
    let session = profiles.section(SectionKind::SsoSession, "s").unwrap();
    assert_eq!(session.value("sso_region").unwrap(), Some("us-east-1"));
}

#[test]
fn a_syntax_error_contains_the_line_number_but_not_the_line() {
    let table: &[(&[u8], &str)] = &[
        (b"k = v", "config:1: expected a section such as `[default]` before any setting"),
        (b"\n[profile a\nk = v", "config:2: expected a `]` at the end of the section's name"),
        (b"[default]\nsecret", "config:2: expected a setting of the form `name = value`"),
        (b"[default]\n: secret", "config:2: expected the name of a setting before the `=`"),
        (b"[default]\n= secret", "config:2: expected the name of a setting before the `=`"),
        (b"[default]\ns3 =\n  secret", "config:3: expected a setting of the form `name = value`"),
        (b"[default]\nk = \xff", "config:2: expected UTF-8"),
    ];
    for (text, expected) in table {
        assert_eq!(error(text), *expected);
    }
}

/// Checks that every sequence of a few unusual fragments is parsed or rejected without a panic.
#[test]
fn no_file_causes_a_panic() {
    let pieces: &[&[u8]] = &[
        b"[",
        b"]",
        b"profile ",
        b"default",
        b"\n",
        b"\r",
        b" ",
        b"\t",
        b"=",
        b":",
        b"#",
        b"; ",
        b"\"",
        b"\xef\xbb\xbf",
        b"\xff",
        "ü".as_bytes(),
        b"\0",
        b"k",
    ];
    let count = pieces.len();
    for number in 0..count.pow(4) {
        let mut text = Vec::new();
        let mut rest = number;
        for _ in 0..4 {
            text.extend_from_slice(pieces[rest % count]);
            rest /= count;
        }
        for kind in [FileKind::Config, FileKind::Credentials] {
            let _ = Profiles::default().add(kind, Path::new("f"), &text);
            let mut inside = b"[default]\nk =\n".to_vec();
            inside.extend_from_slice(&text);
            let _ = Profiles::default().add(kind, Path::new("f"), &inside);
        }
    }
}

/// A subscriber that records the fields of each event.
#[cfg(feature = "tracing")]
#[derive(Clone, Default)]
struct Events(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

#[cfg(feature = "tracing")]
impl tracing::Subscriber for Events {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = event.metadata().level().to_string();
        event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            fields.push_str(&format!(" {field}={value:?}"));
        });
        self.0.lock().unwrap().push(fields);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[cfg(feature = "tracing")]
#[test]
fn the_warning_about_a_colon_contains_the_line_number_but_not_the_line() {
    let events = Events::default();
    tracing::subscriber::with_default(events.clone(), || {
        config("[default]\nregion = eu-west-1\naws_secret_access_key: secret\nendpoint_url = http://localhost:1\n");
    });
    assert_eq!(
        *events.0.lock().unwrap(),
        ["WARN message=found a setting with a colon; expected `name = value` file=\"config\" line=3"]
    );
}
