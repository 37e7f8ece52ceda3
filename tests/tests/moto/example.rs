//! The example of the README, run as the README says.

use fsx::{Client, types::FileSystemType};

use crate::{config, region, server::Server, wait};

#[test]
fn the_example_prints_the_id_of_the_backup_that_it_made() {
    let Some(server) = Server::shared() else { return };
    let region = region();
    let client = Client::new(config(&server.url, region));
    let made = wait(client.create_file_system(FileSystemType::Lustre, ["subnet-0123456789abcdef0"]).send()).unwrap();
    let file_system_id = made.file_system().unwrap().file_system_id.as_deref().unwrap();

    let output = simba_tests::cargo()
        .args(["run", "--quiet", "--example", "create_backup", "-p", "fsx", "--", file_system_id])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("AWS_REGION", region)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_ENDPOINT_URL_FSX", &server.url)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let backups = wait(client.describe_backups().items().collect()).unwrap();
    let ids: Vec<&str> = backups.iter().map(|backup| backup.backup_id.as_str()).collect();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed.lines().collect::<Vec<_>>(), ids);
}
