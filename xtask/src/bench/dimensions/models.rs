//! Models that are large in one dimension and small in all others.

use serde_json::{Map, Value, json};

/// A way in which a model can be large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Dimension {
    /// Structures that form a binary tree.
    Shapes,
    /// Members of one structure.
    Members,
    /// Operations that each have their own input and output.
    Operations,
    /// Errors of one operation.
    Errors,
    /// Structures that are nested in one another.
    Nesting,
    /// Sentences in the documentation of a member.
    Documentation,
    /// Endpoint rules.
    Rules,
}

impl Dimension {
    pub(crate) const ALL: [Self; 7] =
        [Self::Shapes, Self::Members, Self::Operations, Self::Errors, Self::Nesting, Self::Documentation, Self::Rules];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Shapes => "shapes",
            Self::Members => "members",
            Self::Operations => "operations",
            Self::Errors => "errors per operation",
            Self::Nesting => "nesting",
            Self::Documentation => "documentation",
            Self::Rules => "endpoint rules",
        }
    }

    /// Returns the smallest size, which is large enough for the time to be measurable.
    pub(crate) fn start(self) -> usize {
        match self {
            Self::Shapes | Self::Members | Self::Operations | Self::Errors => 16,
            Self::Nesting => 8,
            Self::Documentation => 64,
            Self::Rules => 32,
        }
    }
}

/// Returns a model, in the JSON AST, that has the given size in one dimension.
pub(crate) fn model(dimension: Dimension, size: usize) -> Value {
    let mut shapes = Map::new();
    let mut add = |name: &str, shape: Value| shapes.insert(id(name), shape);
    let is = |other| dimension == other;
    let operations = if is(Dimension::Operations) { size } else { 1 };
    let errors = if is(Dimension::Errors) { size } else { 1 };

    let mut members = vec![("Text", id("Text"), sentences(if is(Dimension::Documentation) { size } else { 1 }))];
    let numbered: Vec<String> = (0..size).map(|number| format!("Member{number}")).collect();
    match dimension {
        Dimension::Members => members.extend(numbered.iter().map(|name| (name.as_str(), id("Text"), sentences(1)))),
        Dimension::Shapes => members.push(("Tree", id("Node1"), sentences(1))),
        Dimension::Nesting => members.push(("Chain", id("Link0"), sentences(1))),
        Dimension::Operations | Dimension::Errors | Dimension::Documentation | Dimension::Rules => {}
    }
    if is(Dimension::Shapes) {
        for node in 1..=size {
            let children = [2 * node, 2 * node + 1].into_iter().filter(|child| *child <= size);
            let children: Vec<_> =
                children.map(|child| (format!("Node{child}"), id(&format!("Node{child}")))).collect();
            let children = children.iter().map(|(name, target)| (name.as_str(), target.clone(), sentences(1)));
            let text = [("Text", id("Text"), sentences(1))];
            add(&format!("Node{node}"), structure(children.chain(text), json!({})));
        }
    }
    if is(Dimension::Nesting) {
        for link in 0..size {
            let target = if link + 1 < size { id(&format!("Link{}", link + 1)) } else { id("Text") };
            add(&format!("Link{link}"), structure([("Next", target, sentences(1))], json!({})));
        }
    }
    let failures: Vec<String> = (0..errors).map(|number| format!("Failure{number}Exception")).collect();
    for failure in &failures {
        let message = [("message", id("Text"), sentences(1))];
        add(failure, structure(message, json!({"smithy.api#error": "client"})));
    }
    let names: Vec<String> = (0..operations).map(|number| format!("Do{number}")).collect();
    for name in &names {
        let (input, output) = (format!("{name}Request"), format!("{name}Response"));
        add(&input, structure(members.iter().cloned(), json!({})));
        add(&output, structure(members.iter().cloned(), json!({})));
        let operation = json!({
            "type": "operation", "input": target(&id(&input)), "output": target(&id(&output)),
            "errors": failures.iter().map(|failure| target(&id(failure))).collect::<Vec<_>>(),
            "traits": {"smithy.api#documentation": sentences(1)},
        });
        add(name, operation);
    }
    add("Text", json!({"type": "string"}));
    let service = json!({
        "type": "service", "version": "2026-11-28",
        "operations": names.iter().map(|name| target(&id(name))).collect::<Vec<_>>(),
        "traits": {
            "aws.protocols#awsJson1_1": {}, "aws.auth#sigv4": {"name": "large"}, "smithy.api#title": "Large",
            "aws.api#service": {"sdkId": "Large", "arnNamespace": "large", "endpointPrefix": "large"},
            "smithy.rules#endpointRuleSet": rules(if is(Dimension::Rules) { size } else { 1 }),
        },
    });
    add("Large", service);
    json!({"smithy": "2.0", "shapes": shapes})
}

fn id(name: &str) -> String {
    format!("com.example.large#{name}")
}

fn target(id: &str) -> Value {
    json!({"target": id})
}

fn structure<'a>(members: impl IntoIterator<Item = (&'a str, String, String)>, traits: Value) -> Value {
    let member = |(name, target, documentation): (&str, String, String)| {
        (name.to_owned(), json!({"target": target, "traits": {"smithy.api#documentation": documentation}}))
    };
    json!({"type": "structure", "members": members.into_iter().map(member).collect::<Map<_, _>>(), "traits": traits})
}

/// Returns HTML documentation with the given number of sentences.
fn sentences(count: usize) -> String {
    let sentence = |number| {
        format!(
            "<p>The text number {number}, with <code>Text</code> and <a href=\"https://example.com/\">a link</a>.</p>"
        )
    };
    (0..count).map(sentence).collect()
}

/// Returns a rule set with the given number of endpoint rules.
fn rules(count: usize) -> Value {
    let rule = |number: usize| {
        json!({
            "type": "endpoint",
            "conditions": [
                {"fn": "isSet", "argv": [{"ref": "Region"}]},
                {"fn": "stringEquals", "argv": [{"ref": "Region"}, format!("region-{number}")]},
            ],
            "endpoint": {"url": format!("https://large-{number}.example.com"), "properties": {}, "headers": {}},
        })
    };
    let otherwise = json!({"type": "error", "conditions": [], "error": "unknown region"});
    json!({
        "version": "1.0",
        "parameters": {"Region": {"type": "string", "builtIn": "AWS::Region", "required": false, "documentation": "The region."}},
        "rules": (0..count).map(rule).chain([otherwise]).collect::<Vec<_>>(),
    })
}
