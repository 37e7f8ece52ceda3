//! Benchmarks of whole calls and of their parts: resolving the endpoint, signing, and deserializing an error.

use std::{hint::black_box, time::UNIX_EPOCH};

use criterion::{Criterion, criterion_group, criterion_main};
use fsx::{
    operation::create_backup::{CreateBackupError, CreateBackupRequest},
    runtime::{
        Bytes,
        credentials::Credentials,
        endpoint::Params,
        error::{ErrorResponse, ServiceError},
        http,
        operation::Request,
        sigv4::{PayloadHash, Signer, SigningParams, SigningSettings},
    },
    types::Tag,
};
use simba_bench::{CREATE_BACKUP_BODY, PAGE, backup_response, canned, file_systems_response};

criterion_group!(benches, parts, whole);
criterion_main!(benches);

fn parts(criterion: &mut Criterion) {
    let service = CreateBackupRequest::SERVICE;
    criterion.bench_function("endpoint", |bencher| {
        bencher.iter(|| {
            let mut params = Params::new();
            params.set(Params::REGION, "us-east-1").set(Params::USE_FIPS, false).set(Params::USE_DUAL_STACK, false);
            (service.resolve_endpoint)(black_box(&params))
        });
    });

    let credentials = credentials();
    let signing = SigningParams {
        credentials: &credentials,
        region: "us-east-1",
        service: "fsx",
        time: UNIX_EPOCH,
        settings: SigningSettings::default(),
    };
    let request = http::Request::post("https://fsx.us-east-1.amazonaws.com/")
        .header("host", "fsx.us-east-1.amazonaws.com")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "AWSSimbaAPIService_v20180301.CreateBackup");
    let request = request.body(()).expect("the request is one").into_parts().0;
    let signer = Signer::new();
    criterion.bench_function("sign", |bencher| {
        bencher.iter(|| {
            let mut request = request.clone();
            signer.sign(&mut request, PayloadHash::Sha256(black_box(CREATE_BACKUP_BODY.as_bytes())), signing)
        });
    });

    let body = br#"{"__type":"BackupInProgress","Message":"Another backup of the file system is in progress."}"#;
    let response = http::Response::builder().status(400).body(Bytes::from_static(body)).expect("the response is one");
    criterion.bench_function("error", |bencher| {
        bencher.iter(|| {
            let meta = service.protocol.error_metadata(black_box(&response));
            CreateBackupError::from_response(&mut ErrorResponse::new(&meta, &response, service.protocol))
        });
    });
}

fn whole(criterion: &mut Criterion) {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("tokio starts");
    let client = canned(backup_response());
    criterion.bench_function("call CreateBackup", |bencher| {
        bencher.iter(|| {
            let call =
                client.create_backup().file_system_id("fs-0123456789abcdef0").tags([Tag::new("Name", "nightly")]);
            tokio.block_on(call.send())
        });
    });
    let client = canned(file_systems_response(PAGE));
    criterion.bench_function("call DescribeFileSystems, 100 of them", |bencher| {
        bencher.iter(|| tokio.block_on(client.describe_file_systems().send()));
    });
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret")
}
