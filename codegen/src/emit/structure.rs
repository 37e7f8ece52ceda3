//! Structures: their types, constructors, setters, accessors and schemas.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens as _, quote};

use super::{
    comment::comment,
    constraints, schema,
    tokens::{argument, element_type, ident, literal},
};
use crate::ir::{Direction, EventStreamMember, Fault, Member, Presence, Structure, Type};

/// Emits the file of a structure in the `types` module.
pub(super) fn file(structure: &Structure) -> TokenStream {
    let body = definition(structure);
    quote! {
        use simba_runtime::schema;
        #body
    }
}

/// Emits the file of an error structure in the `error` module.
pub(super) fn error_file(structure: &Structure) -> TokenStream {
    let body = definition(structure);
    let error = error_impl(structure);
    quote! {
        use simba_runtime::{error, schema};
        #body
        #error
    }
}

/// Emits the type and all its implementations.
pub(super) fn definition(structure: &Structure) -> TokenStream {
    let name = ident(&structure.name.rust);
    let doc = &structure.doc;
    let deprecated = &structure.deprecated;
    let derives = derives(structure);
    let derive = (!derives.is_empty()).then(|| quote!(#[derive(#(#derives),*)]));
    let fields = structure.members.iter().map(|member| field(member, structure.direction));
    let fields =
        fields.chain(structure.event_stream.as_deref().map(|stream| event_stream(stream, structure.direction)));
    let debug = debug(structure);
    let methods = methods(structure);
    let table = table(structure);
    quote! {
        #doc
        #deprecated
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#fields),*
        }
        #methods
        #debug
        #table
    }
}

/// Returns the type of a member's field, such as `Option<Box<crate::types::Volume>>`.
pub(super) fn field_type(member: &Member) -> TokenStream {
    let ty = &member.ty;
    let ty = if member.boxed { quote!(Box<#ty>) } else { ty.to_token_stream() };
    match member.presence {
        Presence::Optional => quote!(Option<#ty>),
        Presence::Required | Presence::Default(_) => ty,
    }
}

/// Returns the type of a setter's parameter and the value that the setter stores, such as `impl Into<String>` and
/// `Some(file_system_id.into())`.
pub(super) fn setter_parts(member: &Member, argument_name: &Ident) -> (TokenStream, TokenStream) {
    let argument = argument(argument_name, &member.ty);
    let value = argument.value;
    let value = if member.boxed { quote!(Box::new(#value)) } else { value };
    let value = match member.presence {
        Presence::Optional => quote!(Some(#value)),
        Presence::Required | Presence::Default(_) => value,
    };
    (argument.ty, value)
}

/// Emits code such as
/// ```ignore
/// /// Sets the volume to back up.
/// pub fn volume_id(mut self, value: impl Into<String>) -> Self {
///     self.volume_id = Some(value.into());
///     self
/// }
/// ```
/// The setter of a list or map adds elements. `target` is the expression for the structure: `self`, or a field of
/// `self`. `attribute` is emitted after the documentation.
pub(super) fn setter(
    structure: &Structure,
    member: &Member,
    target: &TokenStream,
    attribute: Option<TokenStream>,
) -> TokenStream {
    let (name, deprecated) = (&member.name, &member.deprecated);
    let (ty, value) = setter_parts(member, &ident("value"));
    let summary = setter_summary(member);
    let field = || format!("[`{0}::{1}`](field@{0}::{1})", structure.name.rust, name.rust);
    let doc = comment(match member.ty {
        Type::List(_) => format!("{summary}\n\nTo replace the list, set {}.", field()),
        Type::Map(..) => {
            let note = "If a key already exists, its value is replaced. To replace the whole map, set";
            format!("{summary}\n\n{note} {}.", field())
        }
        _ => summary,
    });
    let statement = match member.ty {
        Type::List(_) | Type::Map(..) => quote!(schema::Append::append(&mut #target.#name, #value);),
        _ => quote!(#target.#name = #value;),
    };
    quote! {
        #[#doc]
        #deprecated
        #attribute
        pub fn #name(mut self, value: #ty) -> Self {
            #statement
            self
        }
    }
}

/// Returns the summary of a setter, based on the summary of its member: `The volume to back up.` becomes
/// `Sets the volume to back up.`, and `The tags of the copy.` becomes
/// ``Appends elements to `tags`, the tags of the copy.``
fn setter_summary(member: &Member) -> String {
    let (name, summary) = (&member.name.rust, &member.doc.summary);
    let start = match member.ty {
        Type::List(_) => format!("Appends elements to `{name}`,"),
        Type::Map(..) => format!("Inserts entries into `{name}`,"),
        _ => "Sets".to_owned(),
    };
    let sets = |article: &str| {
        let rest = summary.strip_prefix(article)?;
        rest.starts_with(' ').then(|| format!("{start} {}{rest}", article.to_lowercase()))
    };
    let whether = ["Specifies whether", "Indicates whether", "Whether"];
    let whether = || whether.iter().find_map(|start| Some(format!("Sets whether{}", summary.strip_prefix(start)?)));
    ["The", "A", "An"].into_iter().find_map(sets).or_else(whether).unwrap_or_else(|| summary.clone())
}

/// Returns the parameters of `new` for the required members: `key: impl Into<String>, value: impl Into<String>`.
pub(super) fn required_arguments(structure: &Structure) -> Vec<TokenStream> {
    let stream = structure.event_stream.iter().filter(|_| structure.direction == Direction::Input).map(|stream| {
        let (name, ty) = (&stream.name, event_stream_type(stream, structure.direction));
        quote!(#name: #ty)
    });
    structure
        .required()
        .map(|member| {
            let name = ident(&member.name.rust);
            let (ty, _) = setter_parts(member, &name);
            quote!(#name: #ty)
        })
        .chain(stream)
        .collect()
}

/// Emits an `#[expect]` attribute if a function has more parameters than Clippy allows. The function has a parameter
/// for each required member, and `besides` other parameters.
pub(super) fn many_arguments(structure: &Structure, besides: usize) -> Option<TokenStream> {
    (structure.arguments().count() + besides > 7)
        .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "All of these members are required.")]))
}

fn derives(structure: &Structure) -> Vec<TokenStream> {
    // A stream can be read only once, so a structure that contains one cannot be cloned or compared.
    let is_data = structure.event_stream.is_none() && !structure.has_stream();
    let mut derives = Vec::new();
    if is_data {
        derives.push(quote!(Clone));
    }
    if debug(structure).is_none() {
        derives.push(quote!(Debug));
    }
    if derives_default(structure) {
        derives.push(quote!(Default));
    }
    if is_data {
        derives.push(quote!(PartialEq));
    }
    if is_data && structure.hash {
        derives.extend([quote!(Eq), quote!(Hash)]);
    }
    derives
}

/// Returns whether `Default` can be derived. This is the case if no member is required, has a default, or is an event
/// stream that the client sends.
fn derives_default(structure: &Structure) -> bool {
    let sends_events = structure.event_stream.is_some() && structure.direction == Direction::Input;
    !sends_events
        && structure.members.iter().all(|member| match &member.presence {
            Presence::Optional => true,
            Presence::Required | Presence::Default(_) => false,
        })
}

fn field(member: &Member, direction: Direction) -> TokenStream {
    let (doc, deprecated, ty) = (&member.doc, &member.deprecated, field_type(member));
    let (name, constraints) = (&member.name, constraints::paragraph(member, direction));
    quote! {
        #doc
        #constraints
        #deprecated
        pub #name: #ty
    }
}

/// Emits `/// The events …` and `pub response_stream: EventReceiver<crate::types::StartLiveTailResponseStream>`.
fn event_stream(member: &EventStreamMember, direction: Direction) -> TokenStream {
    let EventStreamMember { name, doc, deprecated, .. } = member;
    let ty = event_stream_type(member, direction);
    quote! {
        #doc
        #deprecated
        pub #name: #ty
    }
}

/// Emits `EventReceiver<crate::types::StartLiveTailResponseStream>` for events that are received, or the corresponding
/// `EventSender` for events that are sent.
fn event_stream_type(member: &EventStreamMember, direction: Direction) -> TokenStream {
    let events = &member.events;
    match direction {
        Direction::Input => quote!(simba_runtime::event_stream::EventSender<#events>),
        Direction::Output => quote!(simba_runtime::event_stream::EventReceiver<#events>),
    }
}

/// Emits `impl Tag { pub fn new(…) … }`. The block also contains the accessors, and setters for the members that are
/// not parameters of `new`.
fn methods(structure: &Structure) -> TokenStream {
    let name = ident(&structure.name.rust);
    let constructor = constructor(structure);
    let accessors: Vec<TokenStream> =
        structure.members.iter().filter_map(|member| accessor(structure, member)).collect();
    if structure.direction == Direction::Output && structure.required().next().is_none() && accessors.is_empty() {
        return default_impl(structure);
    }
    let default = default_impl(structure);
    let setters = match structure.direction {
        Direction::Input => structure
            .settable()
            .map(|member| setter(structure, member, &quote!(self), Some(quote!(#[must_use]))))
            .collect(),
        Direction::Output => Vec::new(),
    };
    quote! {
        impl #name {
            #constructor
            #(#setters)*
            #(#accessors)*
        }
        #default
    }
}

/// Emits code such as
/// ```ignore
/// /// Creates a new `Tag` with the required members.
/// #[must_use]
/// pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
///     Self { key: key.into(), value: value.into() }
/// }
/// ```
fn constructor(structure: &Structure) -> TokenStream {
    let arguments = required_arguments(structure);
    let lint = many_arguments(structure, 0);
    if arguments.is_empty() {
        // An output without required members is created with `Default`.
        let doc = comment(format!("Creates a new `{}`. All its members are optional.", structure.name.rust));
        return match structure.direction {
            Direction::Input => quote! {
                #[#doc]
                #[must_use]
                pub fn new() -> Self {
                    Default::default()
                }
            },
            Direction::Output => TokenStream::new(),
        };
    }
    let doc = comment(format!("Creates a new `{}` with the required members.", structure.name.rust));
    let stream = structure.event_stream.as_ref().map(|stream| {
        let name = &stream.name;
        match structure.direction {
            Direction::Input => quote!(#name),
            Direction::Output => quote!(#name: Default::default()),
        }
    });
    let inits = structure.members.iter().map(|member| {
        let name = &member.name;
        match &member.presence {
            Presence::Required => {
                let argument = ident(&member.name.rust);
                let (_, value) = setter_parts(member, &argument);
                let shorthand = argument == value.to_string();
                if shorthand { quote!(#name) } else { quote!(#name: #value) }
            }
            Presence::Optional => quote!(#name: None),
            Presence::Default(default) => {
                let value = default_value(member, default);
                quote!(#name: #value)
            }
        }
    });
    quote! {
        #[#doc]
        #[must_use]
        #lint
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#inits,)* #stream }
        }
    }
}

/// Emits an implementation of `Default` for a structure without required members, unless `Default` can be derived.
fn default_impl(structure: &Structure) -> TokenStream {
    if derives_default(structure) || structure.arguments().next().is_some() {
        return TokenStream::new();
    }
    let name = ident(&structure.name.rust);
    quote! {
        impl Default for #name {
            fn default() -> Self {
                schema::ErrorCorrection::corrected()
            }
        }
    }
}

fn default_value(member: &Member, default: &crate::ir::Literal) -> TokenStream {
    let value = literal(default, &member.ty);
    if member.boxed { quote!(Box::new(#value)) } else { value }
}

/// Emits code such as
/// ```ignore
/// /// Returns [`backup`](field@CreateBackupResponse::backup), or an error if the member is absent.
/// pub fn backup(&self) -> Result<&crate::types::Backup, error::MissingMember> { … }
/// /// Returns the elements of [`tags`](field@Backup::tags), or an empty slice if the member is not set.
/// pub fn tags(&self) -> &[crate::types::Tag] { … }
/// ```
fn accessor(structure: &Structure, member: &Member) -> Option<TokenStream> {
    let (method, name, deprecated) = (ident(member.accessor.as_ref()?), &member.name, &member.deprecated);
    let (wire, ty) = (&member.name.wire, &member.ty);
    let link = format!("[`{}`](field@{}::{})", name.rust, structure.name.rust, name.rust);
    Some(match ty {
        Type::List(element) => {
            let doc = comment(format!("Returns the elements of {link}, or an empty slice if the member is not set."));
            let element = element_type(element);
            quote! {
                #[#doc]
                #deprecated
                #[must_use]
                #[inline]
                pub fn #method(&self) -> &[#element] {
                    self.#name.as_deref().unwrap_or_default()
                }
            }
        }
        Type::Map(..) => {
            let doc = comment(format!("Returns the entries of {link}, or an empty map if the member is not set."));
            quote! {
                #[#doc]
                #deprecated
                #[must_use]
                #[inline]
                pub fn #method(&self) -> &#ty {
                    self.#name.as_ref().unwrap_or(const { &std::collections::BTreeMap::new() })
                }
            }
        }
        _ => {
            let doc = comment(format!(
                "Returns {link}, or an error if the member is absent.\n\n# Errors\n\nReturns \
                 [`MissingMember`](crate::error::MissingMember) if the service did not return the member."
            ));
            let value = if member.boxed { quote!(as_deref()) } else { quote!(as_ref()) };
            quote! {
                #[#doc]
                #deprecated
                pub fn #method(&self) -> Result<&#ty, error::MissingMember> {
                    self.#name.#value.ok_or(error::MissingMember::of::<Self>(#wire))
                }
            }
        }
    })
}

/// Emits an implementation of `Debug` that redacts sensitive members, if there are any.
fn debug(structure: &Structure) -> Option<TokenStream> {
    let name = ident(&structure.name.rust);
    let text = &structure.name.rust;
    let body = if structure.sensitive {
        quote!(f.write_str(schema::REDACTED))
    } else if structure.members.iter().any(|member| member.sensitive) {
        let fields = structure.members.iter().map(|member| {
            let (name, text) = (&member.name, &member.name.rust);
            if member.sensitive { quote!(.field(#text, &schema::Redacted)) } else { quote!(.field(#text, &self.#name)) }
        });
        let stream = structure.event_stream.as_ref().map(|stream| {
            let (name, text) = (&stream.name, &stream.name.rust);
            quote!(.field(#text, &self.#name))
        });
        quote!(f.debug_struct(#text) #(#fields)* #stream .finish())
    } else {
        return None;
    };
    Some(quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                #body
            }
        }
    })
}

/// Emits code such as
/// ```ignore
/// schema::structure! {
///     Tag: "com.amazonaws.fsx", "Tag";
///     required "Key" key: String;
///     option "Value" value: String;
/// }
/// ```
fn table(structure: &Structure) -> TokenStream {
    let name = ident(&structure.name.rust);
    let (namespace, wire_name) = (&structure.namespace, &structure.name.wire);
    let error = structure.error.as_ref();
    let query_code = error.and_then(|error| error.query_code.as_ref()).map(|code| quote!(AwsQueryError(#code)));
    let http_status = error.and_then(|error| error.http_status).map(|status| {
        let status = Literal::u16_unsuffixed(status);
        quote!(HttpError(#status))
    });
    let original = error.and_then(|error| error.original_name.as_ref()).map(|name| quote!(OriginalName(#name)));
    let traits: Vec<_> = query_code.into_iter().chain(http_status).chain(original).collect();
    let traits = (!traits.is_empty()).then(|| quote!([#(#traits),*]));
    let stream = structure.event_stream.as_ref().map(|stream| {
        let name = &stream.name;
        quote!(, stream #name)
    });
    let rows = structure.members.iter().map(|member| {
        let kind = match &member.presence {
            Presence::Required => quote!(required),
            Presence::Optional => quote!(option),
            Presence::Default(default) => {
                let default = default_value(member, default);
                quote!(default(#default))
            }
        };
        let schema = schema::member(Some(&member.ty), &member.traits);
        let (name, wire) = (&member.name, &member.name.wire);
        quote!(#kind #wire #name: #schema)
    });
    quote! {
        schema::structure! { #name: #namespace, #wire_name #stream #traits; #(#rows;)* }
    }
}

/// Emits `error::modeled!(BackupInProgress, Client, option message);`.
fn error_impl(structure: &Structure) -> TokenStream {
    let Some(facts) = &structure.error else { return TokenStream::new() };
    let name = ident(&structure.name.rust);
    let fault = match facts.fault {
        Fault::Client => quote!(Client),
        Fault::Server => quote!(Server),
    };
    let message = structure.members.iter().find(|member| Some(&member.name.rust) == facts.message.as_ref());
    let sensitive = structure.has_sensitive_message().then(|| quote!(, sensitive = true));
    let message = message.map(|member| {
        let name = &member.name;
        match member.presence {
            Presence::Optional => quote!(, option #name #sensitive),
            Presence::Required | Presence::Default(_) => quote!(, required #name #sensitive),
        }
    });
    quote!(error::modeled!(#name, #fault #message);)
}
