//! Benchmarks of the wire format: deserializing responses and serializing requests, without sending them.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fsx::{
    operation::{
        create_backup::CreateBackupRequest, create_volume::CreateVolumeRequest,
        describe_file_systems::DescribeFileSystemsRequest,
    },
    runtime::{Bytes, operation::Request},
};
use simba_bench::{CREATE_BACKUP_BODY, LARGE, PAGE, backup_response, file_systems_response, large_request};

criterion_group!(benches, decode, encode);
criterion_main!(benches);

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    let mut decode = |name: &str, body: Vec<u8>, read: fn(Bytes)| {
        group.throughput(Throughput::Bytes(body.len() as u64));
        let body = Bytes::from(body);
        group.bench_function(name, |bencher| bencher.iter(|| read(black_box(body.clone()))));
    };
    decode("backup", backup_response(), read::<CreateBackupRequest>);
    decode("100 file systems", file_systems_response(PAGE), read::<DescribeFileSystemsRequest>);
    decode("450 file systems", file_systems_response(LARGE), read::<DescribeFileSystemsRequest>);
}

fn read<R: Request>(body: Bytes) {
    drop(black_box(R::decode_bytes(body).expect("the response is one")));
}

fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    let small: CreateBackupRequest = serde_json::from_str(CREATE_BACKUP_BODY).expect("the request is one");
    let large: CreateVolumeRequest = serde_json::from_slice(&large_request()).expect("the request is one");
    group.throughput(Throughput::Bytes(CREATE_BACKUP_BODY.len() as u64));
    group.bench_function("small", |bencher| bencher.iter(|| black_box(&small).to_body()));
    group.throughput(Throughput::Bytes(large_request().len() as u64));
    group.bench_function("large", |bencher| bencher.iter(|| black_box(&large).to_body()));
}
