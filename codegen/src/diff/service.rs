//! Compares services as a whole: their settings, and the properties that all operations share.

use super::{Changes, Effect, Pair, changed, pairs};
use crate::ir::{Service, Setting, SettingKind};

impl Changes {
    pub(super) fn service(&mut self, old: &Service, new: &Service) {
        let Service {
            crate_name,
            doc,
            title,
            id,
            is_aws,
            sdk_crate,
            api_version,
            signing_name,
            target_prefix,
            auth,
            protocol,
            endpoint,
            settings,
            retry,
            read_timeout,
            retryable,
            // Compared by separate functions.
            types: _,
            errors: _,
            operations: _,
            // Part of `Diff::services`.
            namespace: _,
            shape: _,
            // Tests are not part of the API.
            endpoint_tests: _,
            protocol_tests: _,
        } = old;
        self.documentation += usize::from(*doc != new.doc || *title != new.title || *sdk_crate != new.sdk_crate);
        let facts = [
            (*protocol != new.protocol, "the protocol changed"),
            (*target_prefix != new.target_prefix, "the name of the service in requests changed"),
            (*signing_name != new.signing_name, "the signing name changed"),
            (*auth != new.auth, "the default authentication changed"),
            (*api_version != new.api_version, "the API version changed"),
            (*endpoint != new.endpoint, "the endpoint rules changed"),
            (*retryable != new.retryable, "the retryable errors changed"),
            (*retry != new.retry, "the default retry settings changed"),
            (*read_timeout != new.read_timeout, "the default read timeout changed"),
        ];
        for (_, what) in facts.into_iter().filter(|(changed, _)| *changed) {
            self.add(Effect::Behavior, "Client", what);
        }
        let methods =
            [(*is_aws, new.is_aws, "from_env"), (protocol.calls_by_name, new.protocol.calls_by_name, "call_raw")];
        for (before, after, method) in methods {
            match (before, after) {
                (true, false) => self.add(Effect::Breaking, "Client", format!("the method `{method}` was removed")),
                (false, true) => self.add(Effect::Addition, "Client", format!("the method `{method}` was added")),
                (true, true) | (false, false) => {}
            }
        }
        self.settings(settings, &new.settings);
        if *id != new.id {
            let what = changed("the service ID, which is part of the names of service-specific settings,", id, &new.id);
            self.add(Effect::Behavior, "Client", what);
        }
        if *crate_name != new.crate_name {
            let what = format!("the crate is renamed to `{}`, unless `--crate-name` sets its name", new.crate_name);
            self.add(Effect::Breaking, crate_name, what);
        }
    }

    fn settings(&mut self, old: &[Setting], new: &[Setting]) {
        let item = "settings::EndpointSettings";
        for pair in pairs(old, new, |setting| &setting.name.wire) {
            match pair {
                Pair::Gone(setting) => {
                    self.add(Effect::Breaking, item, format!("the method `{}` was removed", setting.name.rust));
                }
                Pair::New(setting) => {
                    self.add(Effect::Addition, item, format!("the method `{}` was added", setting.name.rust));
                }
                Pair::Both(old, new) => {
                    let Setting { name, doc, ty } = old;
                    self.doc(doc, &new.doc);
                    let method = format!("the method `{}`", name.rust);
                    self.renamed(item, &method, &name.rust, &new.name.rust);
                    if *ty != new.ty {
                        let what = changed(&format!("the parameter of {method}"), rust(*ty), rust(new.ty));
                        self.add(Effect::Breaking, item, what);
                    }
                }
            }
        }
    }
}

/// Returns the Rust spelling of the type of a setting.
fn rust(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Str => "String",
        SettingKind::Bool => "bool",
        SettingKind::StrArray => "Vec<String>",
    }
}
