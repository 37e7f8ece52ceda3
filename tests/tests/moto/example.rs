//! Runs examples in the way that the guide describes.

use fsx::Client;

use crate::{config, region, server::Server, wait};

#[test]
fn the_examples_print_ids() {
    let Some(server) = Server::shared() else { return };
    let region = region();
    let file_system = run(&server, region, &["first_call", "-p", "fsx-examples"]);
    let backup = run(&server, region, &["create_backup", "-p", "fsx-examples", "--", &file_system]);

    let client = Client::new(config(&server.url, region));
    let file_systems = wait(client.describe_file_systems().items().collect()).unwrap();
    let ids: Vec<_> = file_systems.iter().filter_map(|made| made.file_system_id.as_deref()).collect();
    assert_eq!(ids, [file_system]);
    let backups = wait(client.describe_backups().items().collect()).unwrap();
    let ids: Vec<_> = backups.iter().map(|made| made.backup_id.as_str()).collect();
    assert_eq!(ids, [backup]);
}

/// Runs an example, and returns its output.
fn run(server: &Server, region: &str, example: &[&str]) -> String {
    let output = simba_tests::cargo()
        .args(["run", "--quiet", "--example"])
        .args(example)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("AWS_REGION", region)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_ENDPOINT_URL_FSX", &server.url)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text").trim_end().to_owned()
}
