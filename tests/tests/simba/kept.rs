//! Tests which settings of a manifest are kept when a crate is generated again.

use crate::Project;

/// The clients of `weather.smithy`, once on the command line and once in a `simba.toml` without further settings.
const COMMANDS: [&[&str]; 2] =
    [&["generate", "weather.smithy", "--out", "client", "--service", "Weather"], &["generate", "--client", "weather"]];

/// The `simba.toml` of the second command.
const CONFIGURATION: &str = "[client.weather]\nmodel = 'weather.smithy'\nout = 'client'\nservice = 'Weather'\n";

/// Returns the manifest after a command.
#[track_caller]
fn manifest(project: &Project, command: &[&str], arguments: &[&str]) -> String {
    project.prints(&[command, arguments].concat());
    project.read("client/Cargo.toml")
}

/// Returns the dependency on the runtime in a manifest.
#[track_caller]
fn runtime(manifest: &str) -> &str {
    manifest.lines().find_map(|line| line.strip_prefix("simba-runtime = ")).expect("a dependency")
}

#[test]
fn settings_are_kept_unless_they_are_set() {
    const SETTINGS: &[&[&str]] = &[
        &["--runtime", "{ git = \"https://example.com/simba\", tag = \"v1\" }"],
        &["--package-name", "acme-weather"],
        &["--version", "1.2.3"],
        &["--license", "MIT"],
        &["--description", "Sun and rain"],
        &["--repository", "https://example.com/weather"],
        &["--publish", "ours"],
        &["--workspace-root", "true"],
    ];
    for (index, command) in COMMANDS.into_iter().enumerate() {
        let project = Project::new(&format!("kept-{index}"));
        project.write("simba.toml", CONFIGURATION);
        let defaults = manifest(&project, command, &[]);
        for setting in SETTINGS {
            let set = manifest(&project, command, setting);
            assert_ne!(set, defaults, "{command:?} {setting:?}");
            assert_eq!(manifest(&project, command, &[]), set, "{command:?} {setting:?}");
        }

        // A license and a file replace each other. Cargo prints a warning if a manifest contains both.
        let file = manifest(&project, command, &["--license-file", "LICENSE"]);
        assert!(file.contains("license-file = \"../LICENSE\"\n") && !file.contains("license = "), "{file}");
        assert_eq!(manifest(&project, command, &[]), file);
        let license = manifest(&project, command, &["--license", "MIT"]);
        assert!(license.contains("license = \"MIT\"\n") && !license.contains("license-file"), "{license}");
    }
}

#[test]
fn a_dependency_that_does_not_consist_of_a_version_is_kept() {
    for (index, command) in COMMANDS.into_iter().enumerate() {
        let project = Project::new(&format!("kept-runtime-{index}"));
        project.write("simba.toml", CONFIGURATION);
        let version = |version| format!("{{ version = \"{version}\", default-features = false }}");
        // The path is relative to the current directory.
        let path = "{ path = \"../simba/codegen/runtime\", default-features = false }";
        let default = version(env!("CARGO_PKG_VERSION"));
        for (arguments, expected) in [
            (&["--runtime", "{ path = \"simba/codegen/runtime\" }"][..], path),
            (&[], path),
            (&["--runtime", "0.0.9"], &version("0.0.9")),
            (&[], &default),
        ] {
            assert_eq!(runtime(&manifest(&project, command, arguments)), expected, "{command:?} {arguments:?}");
        }
    }
}

#[test]
fn the_configuration_replaces_settings_of_the_manifest() {
    let project = Project::new("kept-replaced");
    project.write("simba.toml", CONFIGURATION);
    manifest(&project, COMMANDS[1], &["--runtime", "{ path = \"simba/codegen/runtime\" }", "--license", "MIT"]);
    project.write("simba.toml", &format!("{CONFIGURATION}runtime = '0.0.9'\npackage.license-file = 'LICENSE'\n"));
    let replaced = manifest(&project, COMMANDS[1], &[]);
    assert_eq!(runtime(&replaced), "{ version = \"0.0.9\", default-features = false }");
    assert!(replaced.contains("license-file = ") && !replaced.contains("license = "), "{replaced}");
}
