//! Formats tokens with prettyplease, and adds the header, tables, comments, and blank lines between items.
//!
//! The result is [`Files`], which can be written or compared.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use syn::{Item, MacroDelimiter};

use crate::{
    emit::{Comments, FileTokens, RustFile},
    parallel,
};

/// The contents of a crate's files, by their paths in the crate. The components of a path are separated by `/`.
pub type Files = BTreeMap<String, String>;

/// The first line of every generated Rust file.
pub const HEADER: &str = concat!("// ", notice!(), "\n");

/// Emits and formats the files of a crate. Returns an error for each file that is not valid Rust.
///
/// Uses several threads, since the files are independent, and formatting them accounts for most of the generator's
/// work.
pub(crate) fn all(files: &[RustFile<'_>]) -> BTreeMap<String, Result<String, String>> {
    let made = parallel::map(files, |file| {
        let tokens = (file.emit)()?;
        Some((file.path.clone(), rust(&file.path, tokens)))
    });
    made.into_iter().flatten().collect()
}

const REPORT_BUG: &str = "this is a bug in the generator; please report it, and include the model";

/// Formats a Rust file.
///
/// # Errors
///
/// Returns an error if the tokens are not a valid Rust file, which is a bug in the generator. The message contains the
/// path of the file.
pub(crate) fn rust(path: &str, file: FileTokens) -> Result<String, String> {
    let FileTokens { tokens, comments } = file;
    let mut text = HEADER.to_owned();
    let mut previous = None;
    for part in parts(tokens) {
        let tokens = match part {
            Part::Items(tokens) => tokens,
            Part::Table(path, rows) => {
                text.push('\n');
                push_table(&path, &rows, &mut text);
                previous = Some(Kind::Other);
                continue;
            }
        };
        let mut file: syn::File =
            syn::parse2(tokens).map_err(|error| format!("invalid Rust generated for {path}: {error}; {REPORT_BUG}"))?;
        if !file.attrs.is_empty() {
            text.push('\n');
        }
        for item in std::mem::take(&mut file.items) {
            let kind = Kind::of(&item);
            if previous != Some(kind) || kind == Kind::Other {
                // prettyplease prints an empty verbatim item as a blank line.
                file.items.push(Item::Verbatim(TokenStream::new()));
            }
            file.items.push(item);
            previous = Some(kind);
        }
        push_items(&prettyplease::unparse(&file), &comments, &mut text);
    }
    Ok(text)
}

/// A part of a file, which is either formatted by prettyplease or printed as a table.
enum Part {
    /// Items that prettyplease formats, and attributes of the file.
    Items(TokenStream),
    /// A macro in braces, with its path and its rows. prettyplease does not parse the tokens of macros, so it would not
    /// put each row on its own line.
    Table(String, Group),
}

/// Splits a file into parts, so that tables do not have to be parsed.
fn parts(tokens: TokenStream) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut items: Vec<TokenTree> = Vec::new();
    // The start of the current item.
    let mut start = 0;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let ends_item = match &token {
            TokenTree::Group(rows) if rows.delimiter() == Delimiter::Brace => {
                if let Some(path) = macro_path(&items[start..]) {
                    items.truncate(start);
                    parts.push(Part::Items(std::mem::take(&mut items).into_iter().collect()));
                    parts.push(Part::Table(path, rows.clone()));
                    start = 0;
                    continue;
                }
                !tokens.peek().is_some_and(|next| is(next, ';'))
            }
            // A group in brackets after `#!` completes an attribute of the file.
            TokenTree::Group(_) => matches!(&items[start..], [hash, mark] if is(hash, '#') && is(mark, '!')),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => is(&token, ';'),
        };
        items.push(token);
        if ends_item {
            start = items.len();
        }
    }
    parts.push(Part::Items(items.into_iter().collect()));
    parts
}

/// Returns the path of a macro, such as `schema::structure` for `schema::structure!`.
fn macro_path(tokens: &[TokenTree]) -> Option<String> {
    let (mark, path) = tokens.split_last()?;
    let is_path = path.iter().all(|token| matches!(token, TokenTree::Ident(_)) || is(token, ':'));
    (is(mark, '!') && is_path).then(|| path.iter().map(ToString::to_string).collect())
}

fn is(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// The kind of an item. Adjacent items of the same kind are printed without a blank line between them, except if the
/// kind is [`Kind::Other`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Import,
    Module,
    Macro,
    Other,
}

impl Kind {
    fn of(item: &Item) -> Self {
        match item {
            Item::Use(_) => Self::Import,
            Item::Mod(module) if module.content.is_none() => Self::Module,
            Item::Macro(item) if !matches!(item.mac.delimiter, MacroDelimiter::Brace(_)) => Self::Macro,
            _ => Self::Other,
        }
    }
}

/// Adds a table. Each row, which ends with a semicolon, is printed on its own line.
fn push_table(path: &str, rows: &Group, text: &mut String) {
    text.push_str(&format!("{path}! {{\n"));
    let tokens: Vec<TokenTree> = rows.stream().into_iter().collect();
    for row in tokens.split(|token| is(token, ';')).filter(|row| !row.is_empty()) {
        text.push_str("    ");
        push_line(row, text);
        text.push_str(";\n");
    }
    text.push_str("}\n");
}

/// Adds tokens on a single line, with the spaces that rustfmt uses in types and arguments.
fn push_line(tokens: &[TokenTree], text: &mut String) {
    let mut tight = true;
    let mut bars = 0;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => match (punct.as_char(), punct.spacing()) {
                // A single colon precedes a type. Two colons are part of a path.
                (':', Spacing::Alone) if !text.ends_with(':') => {
                    text.push(':');
                    tight = false;
                }
                (':' | '<' | '\'' | '&' | '.', _) => {
                    text.push(punct.as_char());
                    tight = true;
                }
                // No space follows the `#` of an attribute or the `-` of a negative number.
                ('#' | '-', _) => {
                    if !tight {
                        text.push(' ');
                    }
                    text.push(punct.as_char());
                    tight = true;
                }
                ('>', _) => {
                    text.push('>');
                    tight = false;
                }
                (',', _) => {
                    text.push(',');
                    tight = false;
                }
                // The bars enclose the parameters of a closure.
                ('|', _) => {
                    bars += 1;
                    if bars % 2 == 1 && !tight {
                        text.push(' ');
                    }
                    text.push('|');
                    tight = bars % 2 == 1;
                }
                ('+', Spacing::Joint) => {
                    text.push_str(" +");
                    tight = true;
                }
                (other, Spacing::Joint) => {
                    text.push(other);
                    tight = true;
                }
                (other, Spacing::Alone) => {
                    if !tight {
                        text.push(' ');
                    }
                    text.push(other);
                    tight = false;
                }
            },
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                if text.ends_with(['=', ',']) {
                    text.push(' ');
                }
                if text.ends_with('|') && !tight {
                    text.push(' ');
                }
                text.push_str(open);
                push_line(&inner, text);
                text.push_str(close);
                tight = false;
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                if !tight {
                    text.push(' ');
                }
                text.push_str(&token.to_string());
                tight = false;
            }
        }
    }
}

/// Adds formatted items with their comments. Also adds blank lines between the functions of an `impl`, which
/// prettyplease does not print.
fn push_items(text: &str, comments: &Comments, out: &mut String) {
    let begins = |line: &str| {
        ["    ///", "    #[", "    pub ", "    fn ", "    async "].iter().any(|start| line.starts_with(start))
    };
    let mut after_method = false;
    out.reserve(text.len());
    for line in text.lines() {
        if after_method && begins(line) {
            out.push('\n');
        }
        comments.line(line, out);
        let constant = line == "    ];"
            || (["    pub const ", "    const ", "    type "].iter().any(|start| line.starts_with(start))
                && line.ends_with(';'));
        after_method = line == "    }" || constant;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_rust_is_reported_as_a_bug() {
        let file = FileTokens { tokens: quote::quote!(fn 1 () {}), comments: Comments::default() };
        let problem = rust("src/a.rs", file).unwrap_err();
        let expected = "invalid Rust generated for src/a.rs: expected identifier; this is a bug in the generator; please \
                        report it, and include the model";
        assert_eq!(problem, expected);
    }
}
