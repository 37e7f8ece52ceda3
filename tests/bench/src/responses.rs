//! Responses: a backup, and file systems of all four types with all settings that the service returns.

use serde_json::{Value, json};

/// A function that returns the parts that are specific to a type of file system: the name of the type, the name of the
/// member that contains its settings, and the settings.
type Settings = fn(usize) -> (&'static str, &'static str, Value);

/// The four types of file systems, which alternate.
const TYPES: [Settings; 4] = [windows, lustre, ontap, openzfs];

/// Returns a `DescribeFileSystems` response with `count` file systems.
#[must_use]
pub fn file_systems_response(count: usize) -> Vec<u8> {
    let file_systems: Vec<Value> = (0..count).map(file_system).collect();
    json!({ "FileSystems": file_systems, "NextToken": "bm90IHRoZSBsYXN0IHBhZ2U=" }).to_string().into_bytes()
}

/// Returns a `CreateBackup` response.
#[must_use]
pub fn backup_response() -> Vec<u8> {
    let backup = json!({
        "BackupId": "backup-0123456789abcdef0",
        "Lifecycle": "CREATING",
        "Type": "USER_INITIATED",
        "ProgressPercent": 0,
        "CreationTime": 1_763_816_400.125,
        "KmsKeyId": KEY,
        "ResourceARN": "arn:aws:fsx:us-east-1:123456789012:backup/backup-0123456789abcdef0",
        "Tags": [{ "Key": "Name", "Value": "nightly" }],
        "FileSystem": file_system(1),
        "OwnerId": "123456789012",
        "ResourceType": "FILE_SYSTEM",
    });
    json!({ "Backup": backup }).to_string().into_bytes()
}

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/0ff3ea8d-130e-4133-877f-93908b6fdbd6";

/// Returns the file system with this number, including the members that all types of file systems have.
fn file_system(number: usize) -> Value {
    let id = format!("fs-{number:017x}");
    let (kind, member, settings) = TYPES[number % TYPES.len()](number);
    let mut file_system = json!({
        "OwnerId": "123456789012",
        "CreationTime": 1_763_816_400.125 + number as f64,
        "FileSystemId": id,
        "FileSystemType": kind,
        "Lifecycle": "AVAILABLE",
        "StorageCapacity": 1200 + 1200 * (number % 7),
        "StorageType": "SSD",
        "VpcId": "vpc-0d1a2b3c4e5f60718",
        "SubnetIds": [subnet(number), subnet(number + 1)],
        "NetworkInterfaceIds": (0..4).map(|n| format!("eni-{:017x}", number * 4 + n)).collect::<Vec<_>>(),
        "DNSName": format!("{id}.fsx.us-east-1.amazonaws.com"),
        "KmsKeyId": KEY,
        "ResourceARN": format!("arn:aws:fsx:us-east-1:123456789012:file-system/{id}"),
        "Tags": [
            { "Key": "Name", "Value": format!("projects-{number}") },
            { "Key": "CostCenter", "Value": "4711 \"research\"" },
            { "Key": "Owner", "Value": "J\u{fc}rgen & Zo\u{eb}" },
        ],
        "AdministrativeActions": [update(number)],
        "NetworkType": "IPV4",
    });
    file_system[member] = settings;
    file_system
}

fn subnet(number: usize) -> String {
    format!("subnet-{number:017x}")
}

/// Returns an administrative action that is in progress: an update of a file system.
fn update(number: usize) -> Value {
    json!({
        "AdministrativeActionType": "FILE_SYSTEM_UPDATE",
        "ProgressPercent": number % 100,
        "RequestTime": 1_763_820_000.5 + number as f64,
        "Status": "IN_PROGRESS",
        "TargetFileSystemValues": { "StorageCapacity": 2400 + 1200 * (number % 7), "StorageType": "SSD" },
    })
}

fn windows(number: usize) -> (&'static str, &'static str, Value) {
    let settings = json!({
        "ActiveDirectoryId": "d-1234abcd12",
        "SelfManagedActiveDirectoryConfiguration": {
            "DomainName": "corp.example.com",
            "OrganizationalUnitDistinguishedName": "OU=FSx,DC=corp,DC=example,DC=com",
            "FileSystemAdministratorsGroup": "FSx Admins",
            "UserName": "svc-fsx",
            "DnsIps": ["10.0.1.10", "10.0.2.10"],
        },
        "DeploymentType": "MULTI_AZ_1",
        "RemoteAdministrationEndpoint": format!("amznfsx{number:08x}.corp.example.com"),
        "PreferredSubnetId": subnet(number),
        "PreferredFileServerIp": "10.0.1.21",
        "ThroughputCapacity": 64,
        "MaintenanceOperationsInProgress": ["PATCHING"],
        "WeeklyMaintenanceStartTime": "1:05:00",
        "DailyAutomaticBackupStartTime": "05:00",
        "AutomaticBackupRetentionDays": 30,
        "CopyTagsToBackups": true,
        "Aliases": [{ "Name": format!("share{number}.corp.example.com"), "Lifecycle": "AVAILABLE" }],
        "AuditLogConfiguration": {
            "FileAccessAuditLogLevel": "SUCCESS_AND_FAILURE",
            "FileShareAccessAuditLogLevel": "FAILURE_ONLY",
            "AuditLogDestination": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/fsx/windows",
        },
        "DiskIopsConfiguration": { "Mode": "AUTOMATIC", "Iops": 3600 },
    });
    ("WINDOWS", "WindowsConfiguration", settings)
}

fn lustre(number: usize) -> (&'static str, &'static str, Value) {
    let settings = json!({
        "WeeklyMaintenanceStartTime": "2:06:30",
        "DataRepositoryConfiguration": {
            "Lifecycle": "AVAILABLE",
            "ImportPath": format!("s3://datasets-{number}/import/"),
            "ExportPath": format!("s3://datasets-{number}/export/"),
            "ImportedFileChunkSize": 1024,
            "AutoImportPolicy": "NEW_CHANGED_DELETED",
        },
        "DeploymentType": "PERSISTENT_2",
        "PerUnitStorageThroughput": 250,
        "MountName": "fsxabcde",
        "DailyAutomaticBackupStartTime": "02:00",
        "AutomaticBackupRetentionDays": 7,
        "CopyTagsToBackups": false,
        "DataCompressionType": "LZ4",
        "LogConfiguration": {
            "Level": "WARN_ERROR",
            "Destination": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/fsx/lustre",
        },
        "RootSquashConfiguration": { "RootSquash": "65534:65534", "NoSquashNids": ["10.0.1.6@tcp", "10.0.[2-10].[1-255]@tcp"] },
        "MetadataConfiguration": { "Iops": 12000, "Mode": "USER_PROVISIONED" },
        "EfaEnabled": true,
    });
    ("LUSTRE", "LustreConfiguration", settings)
}

fn ontap(number: usize) -> (&'static str, &'static str, Value) {
    let endpoint = |name: &str| {
        json!({
            "DNSName": format!("{name}.fs-{number:017x}.fsx.us-east-1.amazonaws.com"),
            "IpAddresses": ["198.19.255.10", "198.19.255.11"],
        })
    };
    let settings = json!({
        "AutomaticBackupRetentionDays": 14,
        "DailyAutomaticBackupStartTime": "03:30",
        "DeploymentType": "MULTI_AZ_2",
        "EndpointIpAddressRange": "198.19.0.0/16",
        "Endpoints": { "Intercluster": endpoint("intercluster"), "Management": endpoint("management") },
        "DiskIopsConfiguration": { "Mode": "USER_PROVISIONED", "Iops": 40000 },
        "PreferredSubnetId": subnet(number),
        "RouteTableIds": ["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
        "ThroughputCapacity": 3072,
        "WeeklyMaintenanceStartTime": "7:04:00",
        "HAPairs": 1,
        "ThroughputCapacityPerHAPair": 3072,
    });
    ("ONTAP", "OntapConfiguration", settings)
}

fn openzfs(number: usize) -> (&'static str, &'static str, Value) {
    let settings = json!({
        "AutomaticBackupRetentionDays": 0,
        "CopyTagsToBackups": true,
        "CopyTagsToVolumes": true,
        "DailyAutomaticBackupStartTime": "04:15",
        "DeploymentType": "MULTI_AZ_1",
        "ThroughputCapacity": 1280,
        "WeeklyMaintenanceStartTime": "3:08:00",
        "DiskIopsConfiguration": { "Mode": "AUTOMATIC", "Iops": 7200 },
        "RootVolumeId": format!("fsvol-{number:017x}"),
        "PreferredSubnetId": subnet(number),
        "EndpointIpAddressRange": "198.19.64.0/24",
        "RouteTableIds": ["rtb-0123456789abcdef0"],
        "EndpointIpAddress": "198.19.64.17",
        "ReadCacheConfiguration": { "SizingMode": "USER_PROVISIONED", "SizeGiB": 400 },
    });
    ("OPENZFS", "OpenZFSConfiguration", settings)
}
