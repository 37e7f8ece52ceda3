//! Calls the services whose clients this program contains: `call-services calls FILE` or `call-services moto URL`.

mod calls;
mod moto;
mod table;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["calls", file] => calls::run(file),
        ["moto", url] => moto::run(url),
        _ => panic!("unexpected arguments {arguments:?}"),
    }
}
