//! The crate's `README.md`, which registries and repositories display.

use super::{Examples, front_page};
use crate::{Package, Publish};

/// Returns the contents of `README.md`. Unlike the front page, the file has no links to items.
pub(crate) fn text(examples: &Examples<'_>, package: &Package) -> String {
    let service = examples.service;
    let (title, library) = (&service.title, service.crate_name.replace('-', "_"));
    let name = package.name.as_deref().unwrap_or(&service.crate_name);
    let mut parts =
        vec![concat!("<!-- ", notice!(), " -->").to_owned(), format!("# {name}"), format!("A client for {title}.")];
    // A summary with a link is omitted: the link may refer to an item, and would then not work in `README.md`.
    if !service.doc.summary.contains('[') {
        parts.push(service.doc.summary.clone());
    }
    let is_published = !matches!(package.publish, None | Some(Publish::Never));
    let dependency = match is_published {
        true => format!("{name} = \"{}\"", package.version.as_deref().unwrap_or("0.1.0")),
        false => format!("{name} = {{ path = \"…\" }}"),
    };
    let called = if name == library { String::new() } else { format!(" # the library is called {library}") };
    parts.push(format!(
        "```toml\n[dependencies]\n{dependency}{called}\ntokio = {{ version = \"1\", features = [\"macros\", \
         \"rt-multi-thread\"] }}\n```"
    ));
    parts.extend(front_page::first_code(examples, &library).map(|code| format!("```rust\n{code}\n```")));
    parts.push(front_page::feature_table(service));
    parts.push(format!(
        "`cargo doc --open -p {name}` builds the API documentation, which has an example for each operation."
    ));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}
