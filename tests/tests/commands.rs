//! The commands of `cargo xtask`, as a user meets them: what they say, their exit codes, and what they leave alone.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use simba_tests::{fixture, workspace};

/// Runs `cargo xtask` with these arguments: the program that cargo builds for it, once for all tests.
fn xtask<A: AsRef<OsStr>>(arguments: &[A]) -> Output {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is inside the target folder");
        let build = ["build", "--quiet", "--package", "xtask", "--target-dir"];
        let built = simba_tests::cargo().args(build).arg(target).current_dir(workspace()).status();
        assert!(built.expect("cargo runs").success());
        target.join("debug").join(format!("xtask{}", std::env::consts::EXE_SUFFIX))
    });
    Command::new(program).args(arguments).current_dir(workspace()).output().expect("xtask runs")
}

/// Generates from a fixture into a folder.
fn codegen(model: &str, out: &Path, more: &[&str]) -> Output {
    let model = fixture(model).display().to_string();
    let out = out.display().to_string();
    let mut arguments = vec!["codegen", "--model", &model, "--out", &out];
    arguments.extend(more);
    xtask(&arguments)
}

/// An empty folder for a test, under the target folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands").join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// Everything in a folder: paths and texts.
fn content(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut queue = vec![folder.to_owned()];
    while let Some(at) = queue.pop() {
        for entry in fs::read_dir(&at).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                queue.push(path);
            } else {
                files.push((path.clone(), simba_tests::text(&path)));
            }
        }
    }
    files.sort();
    files
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_fails(output: &Output, message: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(output).contains(message), "{}", said(output));
    assert!(said(output).starts_with("error: "), "{}", said(output));
}

#[test]
fn every_command_helps() {
    let list = xtask(&["--help"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned() + &said(&list);
    for command in ["codegen", "import"] {
        assert!(list.contains(command), "{list}");
        let help = xtask(&[command, "--help"]);
        assert!(help.status.success());
        assert!(String::from_utf8_lossy(&help.stdout).contains(&format!("cargo xtask {command}")));
    }
}

#[test]
fn a_wrong_command_line_is_told_in_a_sentence() {
    for (arguments, message) in [
        (&["codgen"][..], "there is no command `codgen`"),
        (&["codegen", "--modle", "x"], "`--modle` is not understood; see `cargo xtask codegen --help`"),
        (&["codegen", "--model"], "--model needs a value"),
        (&["codegen", "--model", "x.json"], "--model needs --out"),
        (&["codegen", "--out", "x"], "--out needs --model"),
        (&["import"], "import needs --service and --from"),
    ] {
        assert_fails(&xtask(arguments), message);
    }
}

#[test]
fn a_model_is_generated_checked_and_left_as_it_is() {
    let out = folder("generated");
    let made = codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages"]);
    assert!(made.status.success(), "{}", said(&made));
    let line = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(line.starts_with("toy-pages: 3 operations, ") && line.lines().count() == 1, "{line}");
    let before = content(&out);

    let again = codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("unchanged"), "{again:?}");
    assert!(codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages", "--check"]).status.success());

    // A changed byte, a missing file and one too many are each named, and only then mended.
    fs::write(out.join("src/types/next.rs"), "changed").expect("the folder can be written");
    fs::remove_file(out.join("src/types/paging.rs")).expect("the folder can be written");
    fs::write(out.join("src/orphan.rs"), "").expect("the folder can be written");
    let damaged = content(&out);
    let check = codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages", "--check"]);
    for path in ["src/types/next.rs", "src/types/paging.rs", "src/orphan.rs"] {
        assert_fails(&check, path);
    }
    assert_eq!(content(&out), damaged);
    assert!(codegen("constructs/pagination.json", &out, &["--crate-name", "toy-pages"]).status.success());
    assert_eq!(content(&out), before);
}

#[test]
fn only_the_operations_that_were_asked_for() {
    let out = folder("operations");
    let made = codegen("constructs/pagination.json", &out, &["--operations", "ListPrices,ListPlain"]);
    assert!(String::from_utf8_lossy(&made.stdout).starts_with("toy: 2 operations, "), "{made:?}");
    assert!(out.join("src/operation/list_prices.rs").is_file() && !out.join("src/operation/list_parts.rs").exists());
}

#[test]
fn a_broken_model_leaves_the_folder_alone() {
    let out = folder("broken");
    assert_fails(&codegen("bad/unknown_target.json", &out, &[]), "did you mean `toy#Part`?");
    assert!(!out.exists());

    assert!(codegen("constructs/pagination.json", &out, &[]).status.success());
    let before = content(&out);
    let several = codegen("bad/several", &out, &[]);
    assert_fails(&several, "toy#ActRequest$Part: the target `toy#Prat` is not defined");
    assert!(said(&several).lines().count() >= 6 && said(&several).lines().all(|line| line.starts_with("error: ")));
    assert_fails(
        &codegen("constructs/pagination.json", &out, &["--operations", "ListPrizes"]),
        "did you mean `ListPrices`?",
    );
    assert_fails(&codegen("no/such/file.json", &out, &[]), "no/such/file.json: ");
    assert_eq!(content(&out), before);
}

#[test]
fn a_folder_without_models_is_told() {
    let empty = folder("empty");
    fs::create_dir_all(&empty).expect("the folder can be written");
    let model = empty.display().to_string();
    let out = folder("empty-out").display().to_string();
    let output = xtask(&["codegen", "--model", &model, "--out", &out]);
    assert_fails(&output, "the folder holds no .json file");
}

#[test]
fn a_folder_of_someone_elses_is_not_written_to() {
    let out = folder("mine");
    fs::create_dir_all(&out).expect("the folder can be written");
    fs::write(out.join("Cargo.toml"), "[package]\nname = \"mine\"\n").expect("the folder can be written");
    fs::write(out.join("notes.txt"), "keep me").expect("the folder can be written");
    let before = content(&out);
    assert_fails(&codegen("constructs/pagination.json", &out, &[]), "holds files that were not generated");
    assert_fails(&codegen("constructs/pagination.json", &out.join("notes.txt"), &[]), "is not a folder");
    assert_eq!(content(&out), before);
}

/// Links inside the folder: to a folder, to a file that would be written, to one that would not, and to nothing.
#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folder() {
    use std::os::unix::fs::symlink;

    let (out, elsewhere) = (folder("links"), folder("links-elsewhere"));
    assert!(codegen("constructs/pagination.json", &out, &[]).status.success());
    let before = content(&out);
    fs::create_dir_all(elsewhere.join("types")).expect("the folder can be written");
    for name in ["lib.rs", "types/next.rs", "client.rs", "error.rs", "notes.txt"] {
        fs::write(elsewhere.join(name), "keep me").expect("the folder can be written");
    }
    let theirs = content(&elsewhere);

    fs::remove_dir_all(out.join("src/types")).expect("the folder can be written");
    fs::remove_file(out.join("src/client.rs")).expect("the folder can be written");
    fs::remove_file(out.join("src/error.rs")).expect("the folder can be written");
    for (to, at) in [
        ("types", "src/types"),
        ("client.rs", "src/client.rs"),
        ("nothing.rs", "src/error.rs"),
        ("notes.txt", "src/orphan.rs"),
    ] {
        symlink(elsewhere.join(to), out.join(at)).expect("links can be made");
    }
    assert!(codegen("constructs/pagination.json", &out, &[]).status.success());
    assert_eq!(content(&elsewhere), theirs);
    assert_eq!(content(&out), before);

    // The whole of src.
    fs::remove_dir_all(out.join("src")).expect("the folder can be written");
    symlink(&elsewhere, out.join("src")).expect("links can be made");
    assert!(codegen("constructs/pagination.json", &out, &[]).status.success());
    assert_eq!(content(&elsewhere), theirs);
    assert_eq!(content(&out), before);
}

#[test]
fn a_crates_name_cannot_lead_elsewhere() {
    let out = folder("name");
    for name in ["../evil", "a b", "\"", "9lives"] {
        assert_fails(&codegen("constructs/pagination.json", &out, &["--crate-name", name]), "is no name for a crate");
    }
    assert!(!out.exists());
}

#[test]
fn the_committed_crates_are_checked() {
    let check = xtask(&["codegen", "--check"]);
    assert!(check.status.success(), "{}", said(&check));
}
