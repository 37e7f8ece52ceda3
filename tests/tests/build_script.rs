//! A package whose build script generates clients with `simba-build`, without warnings, and calls a server.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    thread,
};

use simba_tests::{fixture, text, workspace};

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be created");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("the file can be copied");
        }
    }
}

/// Creates the project of the fixture outside the workspace.
fn project() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script");
    let _ = fs::remove_dir_all(&folder);
    copy(&fixture("build_script"), &folder);
    let manifest = folder.join("Cargo.toml");
    let simba = workspace().display().to_string().replace('\\', "/");
    fs::write(&manifest, text(&manifest).replace("SIMBA", &simba)).expect("the manifest can be written");
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).expect("it can be copied");
    folder
}

/// Starts a server that responds to one request, and returns its URL.
fn server() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it has an address"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the program connects");
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut buffer).expect("the program sends a request");
            request.extend_from_slice(&buffer[..read]);
        }
        let found = request.starts_with(b"GET /cities/Kiel HTTP/1.1\r\n");
        let (status, body) = if found { ("200 OK", r#"{"sky":"rain","degrees":9}"#) } else { ("404 Not Found", "{}") };
        let response =
            format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        stream.write_all(response.as_bytes()).expect("the program reads the response");
    });
    url
}

#[test]
fn clients_of_a_build_script_are_tested_and_call_a_server() {
    let project = project();
    let cargo = |arguments: &[&str], last: &[&str]| {
        let mut cargo = simba_tests::cargo();
        cargo.args(arguments).args(["--quiet", "--features", "testing", "--target-dir"]);
        cargo.arg(simba_tests::target(env!("CARGO_TARGET_TMPDIR"))).args(last).current_dir(&project);
        let output = cargo.output().expect("cargo runs");
        assert!(
            output.status.success(),
            "{}",
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(cargo(&["test"], &[]).contains("1 passed"));
    assert_eq!(cargo(&["run"], &["--", &server()]), "Kiel: rain, 9 degrees\n");
}
