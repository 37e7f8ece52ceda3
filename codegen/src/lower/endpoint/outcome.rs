//! What rules end in: endpoints and errors.

use crate::ir::endpoint::{AuthScheme, Endpoint, Outcome, Step};
use crate::model::endpoint_rules as model;

use super::condition::Guard;
use super::expression::join;
use super::rules::nest;
use super::scope::Scope;
use super::{Context, Missing};

impl Context {
    /// What to do to return `outcome`.
    pub(super) fn outcome(&mut self, at: &str, outcome: &model::Outcome, mut scope: Scope) -> Vec<Step> {
        let mut guards = Vec::new();
        let lowered = match outcome {
            model::Outcome::Endpoint(endpoint) => {
                self.endpoint(&join(at, "endpoint"), endpoint, &mut scope, &mut guards).map(Outcome::Endpoint)
            }
            model::Outcome::Error(message) => {
                self.text(&join(at, "error"), message, &mut scope, &mut guards).map(Outcome::Error)
            }
        };
        let is_certain = !guards.iter().any(|ask| matches!(ask, Guard::Test(_)));
        if !is_certain && self.missing == Missing::Problem {
            self.problem::<()>(at, "a value that it needs may be unset here; ask isSet first");
        }
        // Without an outcome there is a problem, which ends the generation later on.
        let outcome = lowered.unwrap_or(Outcome::NoRule);
        let mut steps = nest(guards, vec![Step::Return(outcome)]);
        if !is_certain {
            steps.push(Step::Return(Outcome::NoRule));
        }
        steps
    }

    fn endpoint(
        &mut self,
        at: &str,
        endpoint: &model::Endpoint,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<Endpoint> {
        let url = self.text(&join(at, "url"), &endpoint.url, scope, guards)?;
        let mut headers = Vec::new();
        for (name, values) in &endpoint.headers {
            for (index, value) in values.iter().enumerate() {
                let at = join(at, &format!("headers.{name}[{index}]"));
                headers.push((name.clone(), self.text(&at, value, scope, guards)?));
            }
        }
        let mut auth_schemes = Vec::new();
        for (index, scheme) in endpoint.auth_schemes.iter().enumerate() {
            let at = join(at, &format!("properties.authSchemes[{index}]"));
            auth_schemes.push(self.auth_scheme(&at, scheme, scope, guards)?);
        }
        Some(Endpoint { url, headers, auth_schemes })
    }

    fn auth_scheme(
        &mut self,
        at: &str,
        scheme: &model::AuthScheme,
        scope: &mut Scope,
        guards: &mut Vec<Guard>,
    ) -> Option<AuthScheme> {
        let mut text = |key: &str, expr: &model::Expr| self.text(&join(at, key), expr, scope, guards);
        let name = text("name", &scheme.name)?;
        let signing_name = match &scheme.signing_name {
            Some(expr) => Some(text("signingName", expr)?),
            None => None,
        };
        let signing_region = match &scheme.signing_region {
            Some(expr) => Some(text("signingRegion", expr)?),
            None => None,
        };
        let regions = scheme.signing_region_set.iter();
        let signing_region_set = regions.map(|expr| text("signingRegionSet", expr));
        Some(AuthScheme {
            name,
            signing_name,
            signing_region,
            signing_region_set: signing_region_set.collect::<Option<_>>()?,
            disable_double_encoding: scheme.disable_double_encoding,
            disable_normalize_path: scheme.disable_normalize_path,
        })
    }
}
