//! Reduces a crate to its public API by removing bodies, documentation, and private items and members.
//!
//! The result is a string with a line for each item and member. Public items in a private module are listed in its
//! parent, since rustc's `unreachable_pub` lint ensures that the parent re-exports them. If a macro generates methods
//! from a table, the result includes the table.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, ItemMod, TraitItem, Type, Visibility};

/// Returns the skeleton of the crate whose `lib.rs` is in this directory.
pub(crate) fn of(directory: &Path) -> String {
    let mut items = read(directory, &directory.join("lib.rs"));
    let mut names = BTreeSet::new();
    collect(&items, &mut names);
    keep(&mut items, &names);
    let file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items };
    lines(&prettyplease::unparse(&file).replace(" {}\n", ";\n").replace(" = ;\n", ";\n"))
}

/// Returns a line for each item and member. Items that contain others have a line for their header.
fn lines(text: &str) -> String {
    let mut told = String::new();
    let mut open = 0;
    let mut fresh = true;
    let mut container = false;
    for line in text.lines() {
        let words = line.trim();
        if fresh {
            container = false;
            told.push_str(&line[..line.len() - words.len()]);
        } else if !told.ends_with(['(', '<', ' ']) && !words.starts_with(['>', ')']) {
            told.push(' ');
        }
        let start = words.trim_start_matches("pub ");
        container |=
            open == 0 && ["impl", "trait ", "mod ", "struct ", "enum "].iter().any(|word| start.starts_with(word));
        told.push_str(words);
        let marks = |set: [char; 3]| words.matches(set).count();
        open = (open + marks(['(', '[', '{'])).saturating_sub(marks([')', ']', '}']));
        if container && words.ends_with('{') {
            open = 0;
        }
        let ends = words.ends_with(['{', '}', ';']) || (words.ends_with(',') && is_closed(&told));
        fresh = open == 0 && !words.starts_with("#[") && ends;
        if fresh {
            told.push('\n');
        }
    }
    told.replace(",)", ")").replace(",>", ">").replace("crate ::", "crate::").replace(" < ", "<").replace(" >", ">")
}

/// Returns whether the angle brackets in the last line are balanced. If they are, a comma ends a member.
fn is_closed(told: &str) -> bool {
    let line = told.rsplit('\n').next().unwrap_or_default().replace("->", "");
    line.matches('<').count() == line.matches('>').count()
}

/// Returns the items in a file. Modules in other files are replaced with their contents.
fn read(directory: &Path, path: &Path) -> Vec<Item> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut items = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).items;
    items.retain(|item| attributes(item).is_none_or(|attributes| !attributes.iter().any(is_hidden)));
    for item in &mut items {
        if let Item::Mod(module) = item
            && module.content.is_none()
        {
            let name = module.ident.to_string();
            let inside = read(&directory.join(&name), &directory.join(format!("{name}.rs")));
            module.content = Some((Default::default(), inside));
            module.semi = None;
        }
    }
    items
}

/// Collects the names of public types and traits.
fn collect(items: &[Item], names: &mut BTreeSet<String>) {
    for item in items {
        let (visibility, name) = match item {
            Item::Struct(item) => (&item.vis, &item.ident),
            Item::Enum(item) => (&item.vis, &item.ident),
            Item::Trait(item) => (&item.vis, &item.ident),
            Item::Type(item) => (&item.vis, &item.ident),
            Item::Mod(module) => {
                collect(content(module), names);
                continue;
            }
            _ => continue,
        };
        if is_public(visibility) {
            names.insert(name.to_string());
        }
    }
}

fn keep(items: &mut Vec<Item>, names: &BTreeSet<String>) {
    flatten(items);
    items.retain_mut(|item| {
        if let Some(attributes) = attributes_mut(item) {
            attributes.retain(is_told);
        }
        match item {
            Item::Const(item) => {
                *item.expr = nothing();
                is_public(&item.vis)
            }
            Item::Static(item) => {
                *item.expr = nothing();
                is_public(&item.vis)
            }
            Item::Fn(item) => {
                item.block.stmts.clear();
                is_public(&item.vis)
            }
            Item::Enum(item) => {
                for variant in &mut item.variants {
                    variant.attrs.retain(is_told);
                    fields(&mut variant.fields, true);
                }
                is_public(&item.vis)
            }
            Item::Struct(item) => {
                fields(&mut item.fields, false);
                is_public(&item.vis)
            }
            Item::Trait(item) => {
                item.items.retain_mut(trait_item);
                is_public(&item.vis)
            }
            Item::Impl(item) => implementation(item, names),
            Item::Mod(module) => {
                let mut inside = std::mem::take(content_mut(module));
                keep(&mut inside, names);
                let empty = inside.is_empty();
                *content_mut(module) = inside;
                !empty
            }
            Item::Use(item) => is_public(&item.vis),
            Item::Type(item) => is_public(&item.vis),
            Item::Macro(item) => {
                let tokens = std::mem::take(&mut item.mac.tokens);
                item.mac.tokens = table(tokens, item.mac.path.segments.last().map(|last| last.ident.to_string()));
                item.ident.is_none() && !item.mac.path.is_ident("thread_local")
            }
            _ => false,
        }
    });
    items.sort_by_key(order);
}

/// Replaces private modules with their items, and removes the re-exports of these items. Modules that depend on a
/// feature are not replaced.
fn flatten(items: &mut Vec<Item>) {
    let is_private =
        |item: &Item| matches!(item, Item::Mod(module) if !is_public(&module.vis) && !module.attrs.iter().any(is_told));
    let private: BTreeSet<String> = items.iter().filter(|item| is_private(item)).filter_map(module_name).collect();
    items.retain(|item| !exports(item).is_some_and(|from| private.contains(&from)));
    while let Some(at) = items.iter().position(is_private) {
        if let Item::Mod(mut module) = items.remove(at) {
            items.append(content_mut(&mut module));
        }
    }
}

fn module_name(item: &Item) -> Option<String> {
    match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    }
}

/// Returns the first segment of the path of a `use` item, unless the path has only one segment.
fn exports(item: &Item) -> Option<String> {
    match item {
        Item::Use(item) => match &item.tree {
            syn::UseTree::Path(path) => Some(path.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns a sort key. Modules come last, and all other items keep their order in the source.
fn order(item: &Item) -> (bool, String) {
    match item {
        Item::Mod(module) => (true, module.ident.to_string()),
        _ => (false, String::new()),
    }
}

/// Removes members that are not public, unless `all` is set.
fn fields(fields: &mut Fields, all: bool) {
    let told = |mut field: syn::Field| {
        field.attrs.retain(is_told);
        (all || is_public(&field.vis)).then_some(field)
    };
    match fields {
        Fields::Named(named) => named.named = std::mem::take(&mut named.named).into_iter().filter_map(told).collect(),
        Fields::Unnamed(list) => {
            list.unnamed = std::mem::take(&mut list.unnamed).into_iter().filter_map(told).collect()
        }
        Fields::Unit => {}
    }
}

fn trait_item(item: &mut TraitItem) -> bool {
    let attributes = match item {
        TraitItem::Const(item) => &mut item.attrs,
        TraitItem::Type(item) => &mut item.attrs,
        TraitItem::Fn(item) => {
            if let Some(body) = &mut item.default {
                body.stmts.clear();
            }
            &mut item.attrs
        }
        _ => return false,
    };
    let shown = !attributes.iter().any(is_hidden);
    attributes.retain(is_told);
    shown
}

/// Reduces an implementation, and returns whether it is part of the public API. For a trait implementation, only the
/// header and associated types are kept. For an inherent implementation, only the public items are kept.
fn implementation(item: &mut ItemImpl, names: &BTreeSet<String>) -> bool {
    let local = name(&item.self_ty).is_some_and(|name| names.contains(&name));
    if let Some((path, _)) = &item.trait_ {
        let own = path.segments.last().is_some_and(|segment| names.contains(&segment.ident.to_string()));
        item.items.retain(|item| matches!(item, ImplItem::Type(_)));
        return local || own && name(&item.self_ty).is_none_or(|name| is_foreign(&name));
    }
    item.items.retain_mut(|item| {
        let (attributes, visibility) = match item {
            ImplItem::Const(item) => {
                item.expr = nothing();
                (&mut item.attrs, &item.vis)
            }
            ImplItem::Fn(item) => {
                item.block.stmts.clear();
                (&mut item.attrs, &item.vis)
            }
            _ => return false,
        };
        let shown = is_public(visibility) && !attributes.iter().any(is_hidden);
        attributes.retain(is_told);
        shown
    });
    local && !item.items.is_empty()
}

/// Returns the last segment of the path of a type.
fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// Returns whether a type is one of the standard library's types for which these crates implement their own traits.
fn is_foreign(name: &str) -> bool {
    let known =
        ["Arc", "Box", "String", "Vec", "bool", "f32", "f64", "i16", "i32", "i64", "i8", "u64", "str", "HashMap"];
    known.contains(&name)
}

/// Reduces the table of a macro to the parts that are public: the names and parameters of methods.
fn table(tokens: TokenStream, name: Option<String>) -> TokenStream {
    if name.is_some_and(|name| ["structure", "service_error"].contains(&name.as_str())) {
        // The tables of these two macros contain only the members of a type.
        return tokens.into_iter().take(1).collect();
    }
    let mut told = TokenStream::new();
    let mut row = Vec::new();
    for token in tokens {
        let ends = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == ';');
        row.push(token);
        if ends {
            told.extend(seen(std::mem::take(&mut row)));
        }
    }
    told.extend(seen(row));
    told
}

/// Returns a row without the value after `=`.
fn seen(row: Vec<TokenTree>) -> Vec<TokenTree> {
    let value = row.iter().position(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == '='));
    let end = row.last().cloned();
    match value {
        Some(at) => row.into_iter().take(at).chain(end).collect(),
        None => row,
    }
}

fn nothing() -> syn::Expr {
    syn::Expr::Verbatim(TokenStream::new())
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Returns whether an attribute hides an item that only macros or tests use.
fn is_hidden(attribute: &Attribute) -> bool {
    let text = match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    };
    attribute.path().is_ident("doc") && text == "hidden" || attribute.path().is_ident("cfg") && text == "test"
}

/// Returns whether an attribute is part of the public API.
fn is_told(attribute: &Attribute) -> bool {
    ["cfg", "deprecated", "derive", "non_exhaustive"].iter().any(|name| attribute.path().is_ident(name))
}

fn content(module: &ItemMod) -> &[Item] {
    module.content.as_ref().map_or(&[], |(_, items)| items)
}

fn content_mut(module: &mut ItemMod) -> &mut Vec<Item> {
    &mut module.content.get_or_insert_with(Default::default).1
}

fn attributes(item: &Item) -> Option<&Vec<Attribute>> {
    Some(match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return None,
    })
}

fn attributes_mut(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    Some(match item {
        Item::Const(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Macro(item) => &mut item.attrs,
        Item::Mod(item) => &mut item.attrs,
        Item::Static(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        Item::Use(item) => &mut item.attrs,
        _ => return None,
    })
}
