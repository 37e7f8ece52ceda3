//! Lowers the model's tests for its protocol. The parameters of the tests are converted to values of the crate's types.
//!
//! The conversion uses the lowered types, in which members have their final names. If the parameters of a case do not
//! match these types, the case becomes a test that fails with the reason. No case is skipped.

mod event_stream;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{
    Context, literal,
    names::{self, Scope},
    protocol::BodyFormat,
    shape::Types,
};
use crate::{
    diagnostic::Report,
    ir::{
        self, Element, Item, Member, Module, Operation, Presence, ProtocolTests, RequestCase, ResponseCase,
        ResponseKind, Structure, Type, TypeRef, Union, Value,
    },
    model::{
        Shape,
        protocol_tests::{self, AppliesTo, Common, RequestTest, ResponseTest},
    },
};

/// Lowers the cases for the selected operations and their errors.
pub(super) fn lower(
    context: &Context<'_>,
    types: &Types,
    operations: &[(&Shape, Operation)],
    report: &mut Report,
) -> ProtocolTests {
    let mut cases = Cases {
        protocol: context.chosen.protocol.id,
        format: context.chosen.protocol.body,
        known: Known::of(types, operations),
        functions: Scope::default(),
        tests: ProtocolTests::default(),
        report,
    };
    for (shape, operation) in operations {
        cases.operation(context, shape, operation);
    }
    for (id, path) in context.names.paths.iter().filter(|(_, path)| path.module == Module::Error) {
        if let Some(shape) = context.shape(id) {
            cases.error(shape, path, operations);
        }
    }
    cases.tests
}

/// The state that is kept while test cases are collected.
struct Cases<'a> {
    protocol: &'static str,
    format: BodyFormat,
    known: Known<'a>,
    functions: Scope,
    tests: ProtocolTests,
    report: &'a mut Report,
}

impl Cases<'_> {
    fn operation(&mut self, context: &Context<'_>, shape: &Shape, operation: &Operation) {
        let module = Module::Operation(operation.method.clone());
        let request = operation.input.path(module);
        for test in self.read(shape, "smithy.test#httpRequestTests", protocol_tests::requests(&shape.traits)) {
            if self.applies(&test.common) {
                let case = self.request(&test, &request);
                self.tests.requests.push(case);
            }
        }
        for test in self.read(shape, "smithy.test#httpResponseTests", protocol_tests::responses(&shape.traits)) {
            if self.applies(&test.common) {
                let output = self.known.structures.get(&operation.output);
                let stream = output.and_then(|output| output.members.iter().find(|m| m.ty == Type::ByteStream));
                let kind = match stream {
                    Some(member) => ResponseKind::StreamingOutput { member: member.name.clone() },
                    None => ResponseKind::Output,
                };
                let case = self.response(&test, &request, kind, &operation.output);
                self.tests.responses.push(case);
            }
        }
        for test in self.read(shape, "smithy.test#eventStreamTests", protocol_tests::event_streams(&shape.traits)) {
            if self.applies(&test.request.common) {
                let case = self.event_stream(context, &test, operation);
                self.tests.event_streams.push(case);
            }
        }
        let malformed = protocol_tests::malformed(&shape.traits);
        self.tests.for_servers += malformed.iter().filter(|protocol| *protocol == self.protocol).count();
    }

    /// Adds the cases for an error. The cases use the first operation that can return the error.
    fn error(&mut self, shape: &Shape, path: &TypeRef, operations: &[(&Shape, Operation)]) {
        let found = operations.iter().find_map(|(_, operation)| {
            let error = operation.errors.iter().find(|error| error.ty == *path)?;
            Some((operation, error))
        });
        for test in self.read(shape, "smithy.test#httpResponseTests", protocol_tests::responses(&shape.traits)) {
            if !self.applies(&test.common) {
                continue;
            }
            if let Some((operation, error)) = found {
                let module = Module::Operation(operation.method.clone());
                let kind = ResponseKind::Error {
                    errors: TypeRef { module: module.clone(), name: operation.error.clone() },
                    variant: error.variant.clone(),
                };
                let case = self.response(&test, &operation.input.path(module), kind, path);
                self.tests.responses.push(case);
            }
        }
    }

    fn read<T>(&mut self, shape: &Shape, id: &str, tests: Result<Vec<T>, Vec<String>>) -> Vec<T> {
        tests.unwrap_or_else(|problems| {
            for problem in problems {
                self.report.error(problem).in_file(&shape.file).at(&shape.id).in_trait(id);
            }
            Vec::new()
        })
    }

    /// Returns whether a case applies to clients that use the service's protocol.
    fn applies(&mut self, test: &Common) -> bool {
        let servers = test.applies_to == AppliesTo::Servers;
        let same = test.protocol == self.protocol;
        self.tests.for_servers += usize::from(same && servers);
        same && !servers
    }

    /// Returns the bytes of a body. If the format is binary, the model contains bodies in Base64.
    fn body(&self, body: &str) -> Vec<u8> {
        match self.format {
            BodyFormat::Text => body.as_bytes().to_vec(),
            BodyFormat::Binary => literal::base64(body).unwrap_or_default(),
        }
    }

    fn function(&mut self, id: &str) -> String {
        self.functions.take(id, names::member_name(id))
    }

    fn request(&mut self, test: &RequestTest, request: &TypeRef) -> RequestCase {
        let texts = [
            ("host", &test.host),
            ("resolved_host", &test.resolved_host),
            ("method", &test.method),
            ("uri", &test.uri),
            ("media_type", &test.media_type),
            ("auth_scheme", &test.auth_scheme),
        ];
        let names = [
            ("query", &test.query),
            ("forbid_query", &test.forbid_query),
            ("require_query", &test.require_query),
            ("forbid_headers", &test.forbid_headers),
            ("require_headers", &test.require_headers),
        ];
        RequestCase {
            function: self.function(&test.common.id),
            id: test.common.id.clone(),
            request: self.known.structure(request, &test.common.params),
            texts: texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(n, text)| (n, text.clone())).collect(),
            names: names.into_iter().filter(|(_, list)| !list.is_empty()).map(|(n, list)| (n, list.clone())).collect(),
            headers: test.common.headers.clone(),
            body: test.common.body.as_deref().map(|body| self.body(body)),
        }
    }

    fn response(
        &mut self,
        test: &ResponseTest,
        request: &TypeRef,
        kind: ResponseKind,
        expected: &TypeRef,
    ) -> ResponseCase {
        ResponseCase {
            function: self.function(&test.common.id),
            id: test.common.id.clone(),
            request: request.clone(),
            kind,
            expected: self.known.structure(expected, &test.common.params),
            code: test.code,
            error_code: test.error_code.clone(),
            headers: test.common.headers.clone(),
            body: test.common.body.as_deref().map(|body| self.body(body)).unwrap_or_default(),
        }
    }
}

/// The types to which values are converted, by path.
struct Known<'a> {
    structures: BTreeMap<TypeRef, &'a Structure>,
    unions: BTreeMap<TypeRef, &'a Union>,
}

impl<'a> Known<'a> {
    fn of(types: &'a Types, operations: &'a [(&Shape, Operation)]) -> Self {
        let mut known = Self { structures: BTreeMap::new(), unions: BTreeMap::new() };
        for item in &types.items {
            let path = TypeRef { module: Module::Types, name: item.name().rust.clone() };
            match item {
                Item::Structure(structure) => {
                    known.structures.insert(path, structure);
                }
                Item::Union(union) => {
                    known.unions.insert(path, union);
                }
                Item::Enumeration(_) | Item::IntEnumeration(_) => {}
            }
        }
        for error in &types.errors {
            known.structures.insert(error.path(Module::Error), error);
        }
        for (_, operation) in operations {
            let own = [Some(&operation.input), operation.own_output.as_ref()];
            for structure in own.into_iter().flatten() {
                known.structures.insert(structure.path(Module::Operation(operation.method.clone())), structure);
            }
        }
        known
    }

    fn structure(&self, ty: &TypeRef, params: &Map<String, Json>) -> Result<Value, String> {
        let structure = self.structures.get(ty).ok_or_else(|| format!("`{}` not found", ty.name))?;
        let mut members = Vec::new();
        for (name, value) in params {
            let member = structure.members.iter().find(|member| member.name.wire == *name);
            let member = member.ok_or_else(|| format!("`{}` has no member `{name}`", structure.name.wire))?;
            if !value.is_null() || (member.ty == Type::Document && member.presence == Presence::Required) {
                let value = self.member(member, value).map_err(|problem| format!("{name}: {problem}"))?;
                members.push((member.name.clone(), value));
            }
        }
        Ok(Value::Structure { ty: ty.clone(), members })
    }

    fn member(&self, member: &Member, value: &Json) -> Result<Value, String> {
        let value = self.value(&member.ty, value)?;
        let value = if member.boxed { Value::Boxed(Box::new(value)) } else { value };
        Ok(match member.presence {
            Presence::Optional => Value::Some(Box::new(value)),
            Presence::Required | Presence::Default(_) => value,
        })
    }

    fn value(&self, ty: &Type, value: &Json) -> Result<Value, String> {
        let misfit = || format!("the value {value} does not match the type");
        match ty {
            Type::Structure(path) => self.structure(path, value.as_object().ok_or_else(misfit)?),
            Type::Union(path) => self.union(path, value.as_object().ok_or_else(misfit)?),
            Type::List(element) => {
                let elements = value.as_array().ok_or_else(misfit)?.iter();
                let elements = elements.map(|value| self.element(element, value)).collect::<Result<_, _>>()?;
                Ok(Value::List { ty: ty.clone(), elements })
            }
            Type::Map(key, element) => {
                let entries = value.as_object().ok_or_else(misfit)?.iter();
                let entries = entries.map(|(name, value)| {
                    let name = self.value(key, &Json::String(name.clone()))?;
                    Ok((name, self.element(element, value)?))
                });
                Ok(Value::Map { ty: ty.clone(), entries: entries.collect::<Result<_, String>>()? })
            }
            // Test cases contain blobs as plain strings.
            Type::Blob | Type::ByteStream => {
                let text = value.as_str().ok_or_else(misfit)?;
                Ok(Value::Simple(ir::Literal::Blob(text.as_bytes().to_vec()), ty.clone()))
            }
            Type::Document => Ok(Value::Simple(ir::Literal::Document(value.clone()), Type::Document)),
            Type::Bool
            | Type::I8
            | Type::I16
            | Type::I32
            | Type::I64
            | Type::F32
            | Type::F64
            | Type::BigInteger
            | Type::BigDecimal
            | Type::String
            | Type::Timestamp
            | Type::Enum(_)
            | Type::IntEnum(_) => {
                let literal = literal::of(value, ty).ok().flatten().ok_or_else(misfit)?;
                Ok(Value::Simple(literal, ty.clone()))
            }
        }
    }

    fn element(&self, element: &Element, value: &Json) -> Result<Value, String> {
        match (element.sparse, value) {
            (true, Json::Null) => Ok(Value::None),
            (true, value) => Ok(Value::Some(Box::new(self.value(&element.ty, value)?))),
            (false, value) => self.value(&element.ty, value),
        }
    }

    fn union(&self, ty: &TypeRef, params: &Map<String, Json>) -> Result<Value, String> {
        let union = self.unions.get(ty).ok_or_else(|| format!("`{}` not found", ty.name))?;
        let mut present = params.iter().filter(|(_, value)| !value.is_null());
        let (Some((name, value)), None) = (present.next(), present.next()) else {
            return Err(format!("expected one member of the union `{}`", union.name.wire));
        };
        let member = union.members.iter().find(|member| member.name.wire == *name);
        let member = member.ok_or_else(|| format!("`{}` has no member `{name}`", union.name.wire))?;
        let value = match &member.ty {
            None => None,
            Some(of) => {
                let value = self.value(of, value).map_err(|problem| format!("{name}: {problem}"))?;
                Some(Box::new(if member.boxed { Value::Boxed(Box::new(value)) } else { value }))
            }
        };
        Ok(Value::Union { ty: ty.clone(), variant: member.name.clone(), value })
    }
}
