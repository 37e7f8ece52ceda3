//! Converts the documentation in the model to Markdown.

use serde_json::Value;

use super::doc_links::DocScope;

use crate::{
    ir::{Deprecation, Doc, Effect, Structure},
    markdown::{self, DocLink, Prose},
    model::Traits,
};

pub(super) use markdown::code_span;

/// Returns the documentation of a shape, which is empty if the model contains none.
pub(super) fn of(traits: &Traits, scope: &DocScope<'_>) -> Doc {
    let prose = prose(traits, scope).unwrap_or_default();
    Doc { summary: prose.summary, body: join(prose.markdown, notes(traits)) }
}

/// Returns the documentation of a shape or member. If the model has none, `fallback` is used. If the model's
/// documentation starts with code or a list, `fallback` becomes its summary.
pub(super) fn or(traits: &Traits, scope: &DocScope<'_>, fallback: impl FnOnce() -> String) -> Doc {
    with_notes(prose(traits, scope), fallback, notes(traits))
}

/// Returns the documentation of a member or, if it has none, of its target. The constraints are not included.
pub(super) fn of_member(
    member: &Traits,
    target: &Traits,
    scope: &DocScope<'_>,
    fallback: impl FnOnce() -> String,
) -> Doc {
    with_notes(prose(member, scope).or_else(|| prose(target, scope)), fallback, notes(member))
}

fn with_notes(prose: Option<Prose>, fallback: impl FnOnce() -> String, notes: Vec<String>) -> Doc {
    match prose {
        Some(Prose { summary, markdown }) => {
            let summary = if summary.is_empty() { fallback() } else { summary };
            Doc { summary, body: join(markdown, notes) }
        }
        None => {
            let summary = fallback();
            Doc { body: join(summary.clone(), notes), summary }
        }
    }
}

/// Returns the title of a service for prose and manifests. The title is a single line without characters that could be
/// Markdown syntax. If the model's title contains no letters or digits, the service ID is used.
pub(super) fn title(traits: &Traits, id: &str) -> String {
    let title = traits.string("smithy.api#title").filter(|title| title.contains(char::is_alphanumeric));
    let plain = |c: char| c.is_alphanumeric() || c.is_ascii_whitespace() || " .,:!-+/&'()".contains(c);
    // rustdoc would warn about a bare URL.
    let title = title.unwrap_or(id).replace("://", " ");
    let mut kept = String::new();
    for (at, c) in title.char_indices() {
        let follows_word = || kept.ends_with(char::is_alphanumeric);
        let is_inside_word = || follows_word() && title[at + 1..].starts_with(char::is_alphanumeric);
        if plain(c) || ("#%?;@$=".contains(c) && follows_word()) || (c == '_' && is_inside_word()) {
            kept.push(c);
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the documentation of an enumeration value that the model does not document.
pub(super) fn of_value(value: &str) -> String {
    match value {
        "" => "The empty string.".to_owned(),
        value => format!("{}.", code_span(value)),
    }
}

/// Returns the documentation of an operation without its [`links`], which appear elsewhere on the page.
pub(super) fn of_operation(
    traits: &Traits,
    effect: Effect,
    input: &Structure,
    scope: DocScope<'_>,
    fallback: impl FnOnce() -> String,
) -> Doc {
    let token = input.members.iter().find(|member| member.idempotency_token);
    let token = token.map(|token| match scope.resolve(&token.name.wire) {
        Some(DocLink { name, path: Some(path) }) => format!("[{}]({path})", code_span(&name)),
        Some(DocLink { path: None, .. }) | None => code_span(&token.name.rust),
    });
    let note = match (effect, token) {
        (Effect::ReadOnly, _) => Some("This operation is read-only.".to_owned()),
        (Effect::Idempotent, Some(token)) => Some(format!(
            "This operation is idempotent: repeating a request with the same {token} has no further effect.\n\
             The client generates a token if none is set."
        )),
        (Effect::Idempotent, None) => {
            Some("This operation is idempotent: repeating a request has no further effect.".to_owned())
        }
        (Effect::Unknown, Some(token)) => {
            Some(format!("The client generates a {token} if none is set, so retries do not repeat the operation."))
        }
        (Effect::Unknown, None) => None,
    };
    let notes = note.into_iter().chain(remarks(traits)).collect();
    with_notes(prose(traits, &scope), fallback, notes)
}

/// Returns the links to external documentation, such as `[API reference](https://…)`. URLs whose scheme is neither http
/// nor https are ignored.
pub(super) fn links(traits: &Traits) -> Vec<Doc> {
    let links = traits.get("smithy.api#externalDocumentation").and_then(Value::as_object).into_iter().flatten();
    let links = links.filter_map(|(name, url)| {
        let url = markdown::absolute(url.as_str()?)?;
        Some(markdown::link(name, &url).into())
    });
    links.collect()
}

/// Returns the deprecation note of an item. The note is a single line without square brackets, which rustdoc would
/// interpret as links.
pub(super) fn deprecation(traits: &Traits) -> Option<Deprecation> {
    let value = traits.get("smithy.api#deprecated")?;
    let text = |key: &str| {
        let text = value.get(key).and_then(Value::as_str).map(markdown::plain_text)?;
        let text = text.replace('[', "(").replace(']', ")");
        (!text.is_empty()).then_some(text)
    };
    Some(Deprecation { note: text("message"), since: text("since") })
}

fn prose(traits: &Traits, scope: &DocScope<'_>) -> Option<Prose> {
    let prose = markdown::prose(traits.string("smithy.api#documentation")?, &|name| scope.resolve(name));
    (!prose.markdown.is_empty()).then_some(prose)
}

fn join(prose: String, notes: Vec<String>) -> String {
    let prose = Some(prose).filter(|prose| !prose.is_empty());
    prose.into_iter().chain(notes).collect::<Vec<_>>().join("\n\n")
}

/// Returns notes about traits that are not constraints, and the links to external documentation.
fn notes(traits: &Traits) -> Vec<String> {
    let links = links(traits).into_iter().map(|link| link.body);
    remarks(traits).into_iter().chain(links).collect()
}

fn remarks(traits: &Traits) -> Vec<String> {
    let mut notes = Vec::new();
    if traits.has("smithy.api#unstable") {
        notes.push("**Unstable**: may change or be removed in any version.".to_owned());
    }
    if traits.has("smithy.api#internal") {
        notes.push("**Internal**: intended for use within the service only.".to_owned());
    }
    if let Some(note) = traits.string("simba.api#endpointNote") {
        notes.push(one_line(note));
    }
    if let Some(since) = traits.string("smithy.api#since") {
        notes.push(format!("Since version {}.", one_line(since)));
    }
    if let Some(reason) = traits.get("smithy.api#recommended") {
        let reason = reason.get("reason").and_then(Value::as_str).map(one_line);
        notes.push(reason.map_or("Recommended.".to_owned(), |reason| format!("Recommended: {reason}")));
    }
    notes
}

/// Converts a short string in the model to Markdown without line breaks.
fn one_line(text: &str) -> String {
    markdown::from_documentation(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_without_letters_is_replaced() {
        for (title, expected) in
            [("Toy *Box*", "Toy Box"), ("_C#_ for my_toys? # 1", "C# for my_toys? 1"), ("", "toys"), ("`...`", "toys")]
        {
            let traits = Traits::from_iter([("smithy.api#title".to_owned(), Value::from(title))]);
            assert_eq!(super::title(&traits, "toys"), expected);
        }
    }
}
