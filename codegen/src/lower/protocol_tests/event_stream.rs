//! Lowers the model's tests for event streams.

use super::{Cases, literal};
use crate::{
    ir::{
        EventMessage, EventStreamCase, Exchange, ExchangeResult, Literal, Module, Name, Operation, Type, TypeRef, Value,
    },
    lower::Context,
    model::{
        ShapeId,
        protocol_tests::{EventStreamTest, EventTest, Expectation, Sender},
    },
};

impl Cases<'_> {
    pub(super) fn event_stream(
        &mut self,
        context: &Context<'_>,
        test: &EventStreamTest,
        operation: &Operation,
    ) -> EventStreamCase {
        let id = test.request.common.id.clone();
        let input = operation.input.path(Module::Operation(operation.method.clone()));
        let request = self.request(&test.request, &input);
        let function = request.function.clone();
        let exchange = request.request.clone().and_then(|value| {
            let sent = self.events(&input, test, Sender::Client)?;
            let is_sent = sent.is_some() || !test.request.common.params.is_empty();
            Ok(Exchange {
                input: input.clone(),
                value: is_sent.then_some(value),
                sent: sent.map(|(member, _, events)| (member, events)),
                sent_messages: messages(test, Sender::Client)?,
                code: test.response.code,
                headers: test.response.common.headers.clone(),
                body: test.response.common.body.as_deref().map(|body| self.body(body)).unwrap_or_default(),
                received_messages: messages(test, Sender::Server)?,
                result: self.result(context, test, &operation.output)?,
                request,
            })
        });
        EventStreamCase { function, id, exchange }
    }

    fn result(
        &self,
        context: &Context<'_>,
        test: &EventStreamTest,
        output: &TypeRef,
    ) -> Result<ExchangeResult, String> {
        let Expectation::Failure(error) = &test.expectation else {
            let response = &test.response.common;
            let received = test.events.iter().any(|event| event.sender == Sender::Server);
            if !received && response.params.is_empty() && response.headers.is_empty() && response.body.is_none() {
                return Ok(ExchangeResult::Any);
            }
            let value = self.known.structure(output, &response.params)?;
            return Ok(match self.events(output, test, Sender::Server)? {
                Some((member, ty, events)) => ExchangeResult::Events { output: value, member, ty, events },
                None => ExchangeResult::Success,
            });
        };
        let member = self.stream(output).map(|(member, _)| member);
        let Some(id) = error.as_deref().and_then(ShapeId::parse) else {
            return Ok(ExchangeResult::Failure { member, code: String::new() });
        };
        let last = test.events.iter().rfind(|event| event.sender == Sender::Server);
        let (Some(member), Some((_, params))) = (&member, last.and_then(|event| event.params.as_ref()?.iter().next()))
        else {
            return Ok(ExchangeResult::Failure { member, code: id.name().to_owned() });
        };
        let member = member.clone();
        let path = context.names.path(&id);
        let facts = self.known.structures.get(&path).and_then(|structure| structure.error.as_ref());
        // An error that no operation returns is unknown to the client.
        let Some(variant) = facts.map(|facts| facts.variant.clone()) else {
            return Ok(ExchangeResult::Failure { member: Some(member), code: id.name().to_owned() });
        };
        Ok(ExchangeResult::StreamError { member, variant, expected: self.known.value(&Type::Structure(path), params)? })
    }

    /// Returns the event stream of an input or output: its member, and the union of its events.
    fn stream(&self, structure: &TypeRef) -> Option<(Name, TypeRef)> {
        let stream = self.known.structures.get(structure)?.event_stream.as_ref()?;
        Some((stream.name.clone(), stream.events.clone()))
    }

    /// Returns the event stream of an input or output, with the events that one side sends. Returns `None` if there is
    /// no event stream, or if the client sends no events.
    fn events(
        &self,
        structure: &TypeRef,
        test: &EventStreamTest,
        sender: Sender,
    ) -> Result<Option<(Name, TypeRef, Vec<Value>)>, String> {
        let events: Vec<&EventTest> = test.events.iter().filter(|event| event.sender == sender).collect();
        let Some((member, ty)) = self.stream(structure) else {
            return if events.is_empty() { Ok(None) } else { Err("found an event, but no event stream".to_owned()) };
        };
        if sender == Sender::Client && events.is_empty() {
            return Ok(None);
        }
        let events = events.into_iter().filter_map(|event| match &event.params {
            Some(params) => Some(self.known.union(&ty, params)),
            None => unknown_event(event, &ty).map(Ok),
        });
        let events = events.collect::<Result<_, _>>()?;
        Ok(Some((member, ty, events)))
    }
}

/// Returns an event that is not in the model. Returns `None` for initial requests and responses, which are not events.
fn unknown_event(event: &EventTest, union: &TypeRef) -> Option<Value> {
    let (_, _, name) = event.headers.iter().find(|(name, _, _)| name == ":event-type")?;
    let name = name.as_str().filter(|name| !matches!(*name, "initial-request" | "initial-response"))?;
    let variant = Name { wire: name.to_owned(), rust: "Unknown".to_owned() };
    let value = Value::Simple(Literal::String(name.to_owned()), Type::String);
    Some(Value::Union { ty: union.clone(), variant, value: Some(Box::new(value)) })
}

/// Returns the messages that one side sends.
fn messages(test: &EventStreamTest, sender: Sender) -> Result<Vec<EventMessage>, String> {
    test.events.iter().filter(|event| event.sender == sender).map(message).collect()
}

fn message(event: &EventTest) -> Result<EventMessage, String> {
    let base64 = |text: &str| literal::base64(text).ok_or_else(|| format!("`{text}` is not valid base64"));
    let headers = event.headers.iter().map(|(name, ty, value)| {
        let ty = match ty.as_str() {
            "boolean" => Type::Bool,
            "byte" => Type::I8,
            "short" => Type::I16,
            "integer" => Type::I32,
            "long" => Type::I64,
            "blob" => Type::Blob,
            "string" => Type::String,
            // The only other type that the definition of the trait allows is `timestamp`.
            _ => Type::Timestamp,
        };
        Ok(literal::of(value, &ty)?.map(|value| (name.clone(), value, ty)))
    });
    let body = event.body.as_deref().map(|body| match event.media_type.as_str() {
        // As in the bodies of other test cases, a payload in a binary format is encoded in Base64.
        "application/cbor" => base64(body),
        _ => Ok(body.as_bytes().to_vec()),
    });
    Ok(EventMessage {
        headers: headers.filter_map(Result::transpose).collect::<Result<_, String>>()?,
        forbid_headers: event.forbid_headers.clone(),
        require_headers: event.require_headers.clone(),
        body: body.transpose()?,
        media_type: event.media_type.clone(),
        bytes: base64(&event.bytes)?,
    })
}
