//! Benchmarks of the generator's phases, for FSx and optionally for the model file in the `SIMBA_MODEL` environment
//! variable.

use std::{
    env, fs,
    hint::black_box,
    path::{Path, PathBuf},
};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use simba_codegen::{Options, Source, phases};

criterion_group!(benches, generate);
criterion_main!(benches);

fn generate(criterion: &mut Criterion) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let files = fs::read_dir(models.join("fsx")).expect("the directory of models can be read");
    let mut files: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    phases_of(criterion, "fsx", &files.iter().map(|path| source(path)).collect::<Vec<_>>());
    if let Some(path) = env::var_os("SIMBA_MODEL") {
        phases_of(criterion, "SIMBA_MODEL", &[source(Path::new(&path))]);
    }
}

fn phases_of(criterion: &mut Criterion, name: &str, sources: &[Source]) {
    let partitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/partitions.json");
    let options =
        Options { runtime: "\"0.1\"".to_owned(), partitions: Some(source(&partitions).text), ..Options::default() };
    let loaded = phases::load(sources).expect("the files are a model");
    let lowered = phases::lower(&loaded, &options).expect("the model can be lowered");
    let emitted = phases::emit(&lowered);

    let mut group = criterion.benchmark_group(format!("generate {name}"));
    group.sample_size(10);
    group.bench_function("load", |bencher| bencher.iter(|| phases::load(black_box(sources))));
    group.bench_function("lower", |bencher| bencher.iter(|| phases::lower(black_box(&loaded), &options)));
    group.bench_function("emit", |bencher| bencher.iter(|| phases::emit(black_box(&lowered))));
    group.bench_function("render", |bencher| {
        bencher.iter_batched(|| emitted.clone(), phases::render, BatchSize::LargeInput);
    });
    group.bench_function("all", |bencher| bencher.iter(|| simba_codegen::generate(black_box(sources), &options)));
    group.finish();
}

fn source(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Source { name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text }
}
