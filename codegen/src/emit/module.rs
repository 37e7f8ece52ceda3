//! Converts the files of a crate to the files of a module, which can be anywhere in another crate.
//!
//! In paths, `crate` is replaced with one `super` for each level between the file and the root of the module. Examples
//! in documentation are not compiled, since they refer to a crate that does not exist.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use super::{FileTokens, RustFile};

/// Returns the files of the module. The root of the module is `mod.rs`.
pub(crate) fn files(files: Vec<RustFile<'_>>) -> Vec<RustFile<'_>> {
    let in_module = files.into_iter().filter_map(|RustFile { path, emit }| {
        let path = path.strip_prefix("src/")?.to_owned();
        if path == "lib.rs" {
            return Some(RustFile {
                path: "mod.rs".to_owned(),
                emit: Box::new(move || emit().map(|file| rewritten(file, 0, root))),
            });
        }
        let depth = path.split('/').count();
        let stream = move |tokens| Rewriter::new(depth).stream(tokens);
        Some(RustFile { path, emit: Box::new(move || emit().map(|file| rewritten(file, depth, stream))) })
    });
    in_module.collect()
}

/// Rewrites the tokens and comments of a file. `depth` is the number of modules between the file and the root.
fn rewritten(file: FileTokens, depth: usize, tokens: impl FnOnce(TokenStream) -> TokenStream) -> FileTokens {
    let comments = file.comments.map(|comment| {
        let mut rewriter = Rewriter::new(depth);
        let lines: Vec<String> = comment.lines().map(|line| rewriter.documentation(line)).collect();
        lines.join("\n")
    });
    FileTokens { tokens: tokens(file.tokens), comments }
}

/// Rewrites the tokens of the root module. Removes inner attributes, which `include!` does not accept, and adds an
/// `#[allow]` attribute to each item.
fn root(tokens: TokenStream) -> TokenStream {
    // A program may use only a part of the client, and may enable lints that the generated code does not satisfy.
    let allow = quote!(#[allow(clippy::all, clippy::pedantic, dead_code, deprecated, missing_docs, unused_imports)]);
    let mut tokens = Rewriter::new(0).stream(tokens).into_iter().peekable();
    let mut root = TokenStream::new();
    let mut starts_item = true;
    while let Some(token) = tokens.next() {
        if starts_item && is(Some(&token), '#') && is(tokens.peek(), '!') {
            // Skip the `!` and the brackets that follow.
            tokens.by_ref().take(2).for_each(drop);
            continue;
        }
        if starts_item {
            root.extend(allow.clone());
        }
        let is_block = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        starts_item = is(Some(&token), ';') || is_block && !is(tokens.peek(), ';');
        root.extend([token]);
    }
    root
}

/// Rewrites the paths in the tokens and the documentation of a file.
struct Rewriter {
    /// The number of modules between the current one and the root.
    depth: usize,
    /// Whether the current line of documentation is part of an example.
    is_in_example: bool,
}

impl Rewriter {
    fn new(depth: usize) -> Self {
        Self { depth, is_in_example: false }
    }

    fn stream(&mut self, tokens: TokenStream) -> TokenStream {
        let mut rewritten = TokenStream::new();
        let mut before: [String; 2] = Default::default();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let [outer, inner] = &before;
            let token = match token {
                TokenTree::Group(group) => {
                    let is_module = outer == "mod" && group.delimiter() == Delimiter::Brace;
                    let is_attribute = inner == "#" || (outer == "#" && inner == "!");
                    TokenTree::Group(match is_attribute {
                        true => self.attribute(&group),
                        false => self.group(&group, usize::from(is_module)),
                    })
                }
                TokenTree::Ident(ident) if ident == "crate" && inner != "$" && is(tokens.peek(), ':') => {
                    rewritten.extend(self.to_root());
                    before = Default::default();
                    continue;
                }
                TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Punct(_) => token,
            };
            let [_, inner] = before;
            before = [inner, if matches!(token, TokenTree::Group(_)) { String::new() } else { token.to_string() }];
            rewritten.extend([token]);
        }
        rewritten
    }

    fn group(&mut self, group: &Group, deeper: usize) -> Group {
        self.depth += deeper;
        let mut rewritten = Group::new(group.delimiter(), self.stream(group.stream()));
        self.depth -= deeper;
        rewritten.set_span(group.span());
        rewritten
    }

    /// Rewrites an attribute, such as the documentation `doc = "…"`.
    fn attribute(&mut self, group: &Group) -> Group {
        let mut tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let line = match &tokens[..] {
            [TokenTree::Ident(doc), _, TokenTree::Literal(line)] if doc == "doc" => {
                syn::parse2::<syn::LitStr>(line.to_token_stream()).ok()
            }
            _ => None,
        };
        let Some(line) = line else { return self.group(group, 0) };
        tokens[2] = TokenTree::Literal(Literal::string(&self.documentation(&line.value())));
        Group::new(group.delimiter(), tokens.into_iter().collect())
    }

    fn documentation(&mut self, line: &str) -> String {
        if line.trim_start().starts_with("```") {
            self.is_in_example = !self.is_in_example;
            if self.is_in_example && line.trim() == "```" {
                return format!("{line}ignore");
            }
        }
        line.replace("crate::", &format!("{}::", self.to_root()).replace(' ', ""))
    }

    /// Returns the path to the root, without a trailing `::`.
    fn to_root(&self) -> TokenStream {
        match self.depth {
            0 => quote!(self),
            depth => {
                let more = (1..depth).map(|_| quote!(::super));
                quote!(super #(#more)*)
            }
        }
    }
}

fn is(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_the_root_of_the_module() {
        let file = quote! {
            #[doc = " See [`A`](crate::A)."]
            #[doc = " ```"]
            #[doc = " use toy::A;"]
            #[doc = " ```"]
            pub(crate) fn act(value: crate::types::A) -> Vec<crate::B> { table! { A: crate::C } }
            mod inner { use crate::D; }
        };
        let expected = quote! {
            #[doc = " See [`A`](super::super::A)."]
            #[doc = " ```ignore"]
            #[doc = " use toy::A;"]
            #[doc = " ```"]
            pub(crate) fn act(value: super::super::types::A) -> Vec<super::super::B> { table! { A: super::super::C } }
            mod inner { use super::super::super::D; }
        };
        assert_eq!(Rewriter::new(2).stream(file).to_string(), expected.to_string());
    }

    #[test]
    fn the_root_has_no_inner_attributes() {
        let tokens = root(quote! {
            #![doc = "A client"]
            #![forbid(unsafe_code)]
            pub use crate::{A, C};
            pub mod b;
            #[cfg(feature = "c")]
            pub mod c { pub use crate::C; }
            pub type D = E;
        });
        let text = tokens.to_string().replace(
            "# [allow (clippy :: all , clippy :: pedantic , dead_code , deprecated , missing_docs , unused_imports)]",
            "ALLOW",
        );
        let expected = "ALLOW pub use self :: { A , C } ; ALLOW pub mod b ; ALLOW # [cfg (feature = \"c\")] pub mod c { \
                        pub use super :: C ; } ALLOW pub type D = E ;";
        assert_eq!(text, expected);
    }
}
