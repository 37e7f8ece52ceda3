use super::*;
use crate::{Source, diagnostic::Report, model};

/// Returns the names of the shapes and members in the `a` namespace that a selector selects.
fn select(selector: &str) -> Vec<String> {
    let source = Source { name: "a.smithy".to_owned(), text: MODEL.to_owned() };
    let mut report = Report::default();
    let model = model::load(&[source], &mut report);
    assert_eq!(report.to_string(), "");
    let selector = Selector::parse(selector).unwrap_or_else(|| panic!("{selector} is invalid"));
    let found = selector.select(&Graph::new(&model)).expect("the selector is simple");
    found.iter().filter_map(|id| id.as_str().strip_prefix("a#")).map(str::to_owned).collect()
}

#[test]
fn attributes_are_compared() {
    for (selector, expected) in [
        ("service [service|version ^= '2020']", &["Shop"][..]),
        ("[trait|length|min > 1]", &["Long"]),
        ("[trait|length|min <= 1]", &["Short"]),
        ("[trait|length|min >= 'x']", &[]),
        ("[trait|title = SHOP i]", &["Shop"]),
        ("[trait|title != Shop]", &["Item"]),
        ("string [trait|length|max ?= false]", &["Long", "Unused"]),
        ("[id|member|(length) = 6]", &["ItemList$member", "colors$member"]),
        ("[trait|tags|(values) = red]", &["List", "Put"]),
        ("[trait|(keys)|name = colors]", &["Shop"]),
        ("[@trait|length: @{min} = @{max}]", &["Short"]),
        ("[@trait|length: @{min} > 0 && @{max} ?= true]", &["Short"]),
        ("[trait|tags][@: @{trait|tags|(values)} {<} @{trait|tags|(values)}]", &["List", "Put"]),
        ("[trait|tags|(values)|(first) = blue]", &["Put"]),
    ] {
        assert_eq!(select(selector), expected, "{selector}");
    }
}

#[test]
fn functions_return_neighbors_and_contents_of_a_shape() {
    for (selector, expected) in [
        (":topdown([trait|aws.api#dataPlane])", &["Item", "List", "Put", "Shop"][..]),
        (":topdown([trait|aws.api#dataPlane], [trait|aws.api#controlPlane])", &["Put", "Shop"]),
        ("resource :topdown([trait|aws.api#dataPlane], [trait|aws.api#controlPlane])", &[]),
        ("string :in(:root(list > member > string))", &["Long"]),
        ("string :not(:in(:root(~> string)))", &["Short", "Unused"]),
        ("[id = a#List] :recursive(-[bound]->)", &["Item", "Shop"]),
        ("operation -[bound]-> service", &["Shop"]),
        ("resource <-[bound]-", &["List"]),
        (":test(:unknown(*))", &[]),
        ("[trait|mixin]", &["Named", "Titled"]),
        ("structure -[mixin]->", &["Named", "Titled"]),
        ("[id = a#Book] -[mixin]->", &["Titled"]),
        ("structure :test(-[mixin]-> [id = a#Named])", &["Titled"]),
        ("[id = a#Named] <-[mixin]-", &["Titled"]),
        ("[id = a#Book] ~> structure", &["Named", "Titled"]),
        ("[id = a#Book] > member", &["Book$name", "Book$title"]),
        ("member -[mixin]->", &[]),
        ("service -[trait]-> [trait|protocolDefinition]", &[]),
        ("service :test(-[trait]-> [trait|protocolDefinition])", &["Shop"]),
    ] {
        assert_eq!(select(selector), expected, "{selector}");
    }
}

#[test]
fn each_shape_has_its_own_variables() {
    for (selector, expected) in [
        ("service $own(-[operation]->) ~> operation :not(:in(${own}))", &["List"][..]),
        (
            "service $service(*) ~> [trait|tags] :not([@: @{trait|tags|(values)} = @{var|service|trait|a#colors|(values)}])",
            &["List"],
        ),
        (
            "service $service(*) ~> [trait|tags] :not([@: @{trait|tags|(values)} {<} @{var|service|trait|a#colors|(values)}])",
            &["List", "Put"],
        ),
        ("service ${unknown}", &[]),
    ] {
        assert_eq!(select(selector), expected, "{selector}");
    }
}

const MODEL: &str = r#"
$version: "2"
namespace a

use aws.api#controlPlane
use aws.api#dataPlane
use aws.protocols#awsJson1_0

@awsJson1_0
@colors(["blue"])
@dataPlane
@title("Shop")
service Shop { version: "2020-01-01", operations: [Put], resources: [Item] }

@controlPlane
@title("Item")
resource Item { list: List }

@readonly
@tags(["red"])
operation List { output := { items: ItemList } }

@tags(["blue", "red"])
operation Put {}

list ItemList { member: Long }

@length(min: 2)
string Long

@length(min: 1, max: 1)
string Short

string Unused

@mixin
structure Named { name: String }

@mixin
structure Titled with [Named] { title: String }

structure Book with [Titled] {}

@trait(selector: "service")
list colors { member: String }
"#;

#[test]
fn nested_functions_do_not_multiply() {
    let members: String = (0..200).map(|index| format!("m{index}: A\n")).collect();
    let of_trait = |selector: &str| {
        let text = format!(
            "$version: \"2\"\nnamespace a\n@trait(selector: \"{selector}\")\nstructure b {{}}\n@b\nstructure A {{ {members} }}\n"
        );
        let mut report = Report::default();
        model::load(&[Source { name: "a.smithy".to_owned(), text }], &mut report);
        report.to_string()
    };
    // Each member leads back to the structure with all its members.
    let nested = |open: &str| format!("structure {} {}", open.repeat(30), ")".repeat(30));
    assert_eq!(of_trait(&nested(":test(> ")), "");
    assert_eq!(of_trait(&nested(":not(> ")), "");
    let selector = nested(":test(> ").replacen("structure", "structure $v(*)", 1);
    let expected = format!(
        "the selector `{selector}` is ignored, since it takes too long to evaluate; use fewer nested functions"
    );
    assert_eq!(of_trait(&selector), format!("warning: a.smithy: a#b: {expected}"));
}
