//! Measures the generator. Each argument is a model: a file, or a directory whose `*.json` files are merged. For each
//! model, prints a line of JSON with the number of bytes read, the number of lines generated, and the seconds that each
//! of five runs took. The last line contains the peak memory of the process, in bytes.

use std::{
    env, fs,
    hint::black_box,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Instant,
};

use serde_json::json;
use simba_codegen::{Generated, Options, Source};

/// The number of runs for each model. The first run is a warm-up.
const RUNS: usize = 6;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let partitions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../models/partitions.json");
    let partitions = fs::read_to_string(partitions)?;
    let mut output = io::stdout();
    for model in env::args_os().skip(1).map(PathBuf::from) {
        let sources = read(&model)?;
        let options =
            Options { runtime: "\"0.1\"".to_owned(), partitions: Some(partitions.clone()), ..Options::default() };
        let mut seconds = Vec::new();
        let mut lines = 0;
        for _ in 0..RUNS {
            let started = Instant::now();
            let generated = black_box(generate(&sources, &options)?);
            seconds.push(started.elapsed().as_secs_f64());
            lines = generated.files.values().map(|text| text.lines().count()).sum();
        }
        let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
        let name = model.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Unlike `println!`, `writeln!` does not panic if the output is a closed pipe.
        writeln!(output, "{}", json!({ "model": name, "bytes": bytes, "lines": lines, "seconds": seconds[1..] }))?;
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
    writeln!(output, "{}", json!({ "peak": peak.map(|kilobytes| kilobytes * 1024) }))?;
    Ok(())
}

fn generate(sources: &[Source], options: &Options) -> Result<Generated, String> {
    simba_codegen::generate(sources, options).map_err(|report| report.to_string())
}

fn read(model: &Path) -> Result<Vec<Source>, io::Error> {
    let mut files = vec![model.to_owned()];
    if model.is_dir() {
        files = fs::read_dir(model)?.map(|entry| Ok(entry?.path())).collect::<Result<_, io::Error>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
    }
    let source = |file: &PathBuf| Ok(Source { name: file.display().to_string(), text: fs::read_to_string(file)? });
    files.iter().map(source).collect()
}
