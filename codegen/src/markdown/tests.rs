//! Tests with small inputs of every kind, and tests of properties that hold for all inputs.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use super::{from_documentation, link, plain_text};

/// HTML with every kind of tag, and the expected Markdown.
const HTML: &[(&str, &str)] = &[
    ("", ""),
    ("<p></p> <p> </p>", ""),
    ("<p>A \n  <b>bold</b>\tword</p>", "A **bold** word"),
    ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    ("<p>One<p>Two", "One\n\nTwo"),
    ("<div>One</div>Two<p>Three", "One\n\nTwo\n\nThree"),
    ("<p>a<br>b<br/></p>", "a\\\nb"),
    ("<p>a<br><br>b</p>", "a\n\nb"),
    ("<p>a</p><hr><p>b</p>", "a\n\n***\n\nb"),
    ("<h1>Big</h1><p>a</p><h3>Small #</h3>b", "# Big\n\na\n\n### Small \\#\n\nb"),
    // Emphasis, including cases that Markdown cannot express.
    ("<i>a</i> <em>b</em> <strong>c</strong>", "_a_ _b_ **c**"),
    ("<p>an <i>under</i>line, <b>over</b>line</p>", "an <em>under</em>line, **over**line"),
    ("<p>a<b>(b)</b>c</p>", "a<strong>(b)</strong>c"),
    ("<p>a <b>b <i>c</i></b> <b> d </b>e</p>", "a **b _c_** **d** e"),
    ("<p><b>a <i>b</b> c</i> d</p>", "**a _b_** _c_ d"),
    ("<p><b>never closed</p><p>plain</p>", "**never closed**\n\nplain"),
    ("<p>never opened</b></i></code></a></p>", "never opened"),
    ("<p>2<sup>10</sup>, H<sub>2</sub>O</p>", "2<sup>10</sup>, H<sub>2</sub>O"),
    ("<p><span>a</span> <u>b</u> <small>c</small></p>", "a b c"),
    // Code.
    ("<p>Set <code> a_b*c</code>.</p>", "Set `a_b*c`."),
    ("<p><code>a ` b</code> <code>`</code></p>", "``a ` b`` `` ` ``"),
    ("<p><code>arn:<i>part</i>:<b>x</b></code></p>", "`arn:part:x`"),
    ("<p><code>a</code><code>b</code></p>", "`ab`"),
    ("<p><code>a </code> <code>b</code></p>", "`a` `b`"),
    ("<p>the <code></code> end</p>", "the end"),
    ("<p>the `word` and a ` alone</p>", "the `word` and a \\` alone"),
    ("<pre>fn main() {\n\tpanic!()\n\n}\n</pre>", "```text\nfn main() {\n    panic!()\n\n}\n```"),
    ("<p>a</p><pre><code>```\n&lt;b&gt;</code></pre>", "a\n\n````text\n```\n<b>\n````"),
    // Links.
    (
        "<p>See <a href=\"https://a.org/b_(c)?d&amp;e\">the _page</a>.</p>",
        "See [the \\_page](https://a.org/b_%28c%29?d&e).",
    ),
    ("<p><a href='//a.org'>a</a> <a HREF=HTTP://b.org>b</a></p>", "[a](https://a.org) [b](http://b.org)"),
    (
        "<p><a>None</a> <a href=\"\">empty</a> <a href=\"x.html#y\">relative</a> \
      <a href=\"javascript:x\">script</a> <a href=\"https://\">cut</a></p>",
        "None empty relative script cut",
    ),
    ("<p><a href=\"https://a.org\"><code>a</code> [b]!</a></p>", "[`a` \\[b\\]!](https://a.org)"),
    ("<p><code><a href=\"https://a.org\">A</a></code></p>", "[`A`](https://a.org)"),
    ("<p>wow!<a href=\"https://a.org\">^1</a></p>", "wow\\![\\^1](https://a.org)"),
    ("<p><a href=\"https://a.org\">https://a.org</a></p>", "<https://a.org>"),
    ("<p>At https://a.org/b. (Or http://c.org/d_(e).)</p>", "At <https://a.org/b>. (Or <http://c.org/d_(e)>.)"),
    ("<p>At https://&lt;id&gt;.a.org/, not http:// there</p>", "At `https://<id>.a.org/`, not http:// there"),
    ("<p><img alt=\"A picture\" src=\"x.png\"></p>", "A picture"),
    // Lists.
    ("<ul><li>a</li><li><p>b</p></li><li></li></ul>", "- a\n- b"),
    ("<ul> <li>a <ol><li>b<li>c</ol> <li>d", "- a\n  1. b\n  2. c\n- d"),
    ("<ol start=\"9\"><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "9. a\n   - b\n10. c"),
    ("<ol><li><p>a</p><p>b</p></li><li>c</li></ol>", "1. a\n\n   b\n\n2. c"),
    ("<p>x<ul><li><note><p>a</p></note></li></ul>y", "x\n\n- > **Note:** a\n\ny"),
    ("<ul><li>a</li></ul><ul><li>b</li></ul><ul><li>c</li></ul>", "- a\n\n* b\n\n- c"),
    ("<li>a<li>b", "- a\n- b"),
    ("<ul>a<li>b</ul>", "- a\n- b"),
    (
        "<dl><dt>Term</dt><dd><p>What.</p><p>More.</p></dd><dt><code>T</code>:<dd>x</dl>",
        "- **Term:** What.\n\n  More.\n\n- **`T`:** x",
    ),
    ("<dl><dt>Alone</dt><dt>Both</dt><dd>a</dd><dd>b</dd></dl>", "- **Alone**\n\n- **Both:** a\n\n  b"),
    // Notes.
    (
        "<p>x</p><note><p>a</p><p>b</p></note><important>c</important><caution>d</caution>",
        "x\n\n> **Note:** a\n>\n> b\n\n> **Important:** c\n\n> **Caution:** d",
    ),
    (
        "<p>x</p><warning><ul><li>a</li></ul></warning><tip></tip><blockquote>q</blockquote>",
        "x\n\n> **Warning:**\n>\n> - a\n\n> q",
    ),
    // Tables.
    (
        "<table><tr><th>a</th><th>b|c</th></tr><tr><td><p>d</p><p>e</p></td></tr></table>",
        "| a | b\\|c |\n| --- | --- |\n| d<br>e |  |",
    ),
    // AWS's tags.
    ("<fullname>Some Service</fullname><p>Does it.</p>", "Does it."),
    ("<fullname>Some Service</fullname>", "Some Service"),
    ("<p>the <replaceable>x</replaceable></p>", "the _x_"),
    // Text that looks like a tag, and unknown tags.
    (
        "<p>arn:<Account-Id>:x </nope> <?xml a?> <!DOCTYPE b></p>",
        "arn:\\<Account-Id>:x \\</nope> \\<?xml a?> \\<!DOCTYPE b>",
    ),
    ("<p>a <!-- b --> c</p>", "a c"),
    ("<p>a <!-- b", "a \\<!-- b"),
    ("<p>a <b", "a \\<b"),
    ("<p>1 < 2 > 0 <= 3</p>", "1 < 2 > 0 <= 3"),
    // Entities.
    (
        "<p>&lt;a&gt; &amp;amp; &quot;&apos;&#65;&#x42;&nbsp;&hellip; &eacute;&unknown; & &#150;</p>",
        "\\<a> \\&amp; \"'AB … é\\&unknown; & –",
    ),
    // The first sentence.
    ("<p>Makes a copy. It takes time. Wait.</p>", "Makes a copy.\n\nIt takes time. Wait."),
    (
        "<p>Required. Makes copies, e.g. Of this (or that. Or) in U.S. East. Then waits.</p>",
        "Required. Makes copies, e.g. Of this (or that. Or) in U.S. East.\n\nThen waits.",
    ),
    ("<p>Sends v1.2 of it. <code>x</code> is new</p>", "Sends v1.2 of it.\n\n`x` is new"),
    ("<p>The <b>first of all. Second</b> one.</p>", "The **first of all.**\n\n**Second** one."),
    ("<note><p>Mind it.</p></note><p>Makes a copy.</p>", "Makes a copy.\n\n> **Note:** Mind it."),
];

/// Markdown that the conversion does not change.
const MARKDOWN: &[&str] = &[
    "A line with `code`, _emphasis_, **strength** and a [link](https://a.org/b).",
    "One sentence. Another one.\n\nA second paragraph.",
    "# Title\n\nText\n\n## Part\n\nMore",
    "- a\n- b\n  - c\n    1. d\n    2. e\n- f",
    "3. a\n\n   b\n\n4. c",
    "> quoted\n>\n> - list",
    "```json\n{ \"a\": [1] }\n```",
    "````text\n```\n````",
    "a\\\nb",
    "| a | b |\n| --- | --- |\n| `c\\|d` | e |",
    "<https://a.org> and `Vec<T>` and `<p>`",
    "`a < b`, 2 * 3, snake_case, 50% & more, (parentheses), *",
    "2<sup>3</sup>",
    "***",
];

/// Markdown that rustdoc would warn about or misread, and the expected output.
const REWRITTEN: &[(&str, &str)] = &[
    ("An [item] and [another][one]", "An \\[item] and \\[another]\\[one]"),
    ("A Vec<T> of <account-id>", "A Vec\\<T> of \\<account-id>"),
    ("See https://a.org/b.", "See <https://a.org/b>."),
    ("[local](page.html) and [text][ref]\n\n[ref]: https://a.org", "local and [text](https://a.org)"),
    ("![alt](https://a.org/b.png)", "[alt](https://a.org/b.png)"),
    ("a ` b", "a \\` b"),
    ("```\nlet x;\n```", "```text\nlet x;\n```"),
    ("```rust,no_run\nlet x;\n```", "```text\nlet x;\n```"),
    ("a\n\n    let x;", "a\n\n```text\nlet x;\n```"),
    ("    indented", "indented"),
    ("a ~b~ and ~~c~~", "a \\~b\\~ and \\~\\~c\\~\\~"),
    ("Title\n=====\n\n* a\n* b", "# Title\n\n- a\n- b"),
    ("with --option", "with \\--option"),
    ("a<!-- b -->c &copy;", "ac ©"),
    ("\u{feff}a\u{202e}b\u{200b}c\0", "abc"),
    // Markdown that contains HTML.
    ("**a** <b>b</b> [c](https://a.org) <code>d</code>", "**a** **b** [c](https://a.org) `d`"),
    ("# Title\n\n<p>One. Two.</p>\n\n* a <i>b</i>", "# Title\n\nOne. Two.\n\n- a _b_"),
    ("See <code>a</code>.\n\n```json\n{}\n```", "See `a`.\n\n```json\n{}\n```"),
    ("| <b>a</b> |\n|---|\n| b |", "| **a** |\n| --- |\n| b |"),
];

/// Fragments that are likely to form markup when they are combined.
const HOSTILE: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<code>",
    "</code>",
    "<ul>",
    "</ul>",
    "<ol>",
    "<li>",
    "</li>",
    "<note>",
    "</note>",
    "<dl>",
    "<dt>",
    "<dd>",
    "</dl>",
    "<a href=\"https://a.b/c_(d)\">",
    "<a>",
    "</a>",
    "<br>",
    "<pre>",
    "</pre>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<h2>",
    "</h2>",
    "<sup>",
    "</sup>",
    "<x-y>",
    "<!--",
    "-->",
    "&amp;",
    "&lt;",
    "&",
    "*",
    "**",
    "_",
    "__",
    "`",
    "``",
    "```",
    "[x]",
    "[",
    "](y)",
    "]:",
    "!",
    "# ",
    "> ",
    "- ",
    "1. ",
    "---",
    "===",
    "|",
    "\\",
    "~~",
    "*/",
    "/*",
    "]]>",
    "https://a.b/c_d",
    "http://<x>.y",
    "--opt",
    "two words",
    "A",
    ".",
    " ",
    "\n",
    "\n\n",
    "    ",
    "é",
    "\u{202e}",
    "\0",
    "[^1]",
    "<",
];

#[test]
fn html_becomes_markdown() {
    for (html, markdown) in HTML {
        assert_eq!(from_documentation(html), *markdown, "from {html}");
    }
}

#[test]
fn valid_markdown_is_not_changed() {
    for markdown in MARKDOWN {
        assert_eq!(from_documentation(markdown), *markdown);
    }
}

#[test]
fn markdown_that_rustdoc_would_misread_is_fixed() {
    for (markdown, rewritten) in REWRITTEN {
        assert_eq!(from_documentation(markdown), *rewritten, "from {markdown}");
    }
}

#[test]
fn converting_twice_has_no_further_effect() {
    let outputs = HTML.iter().chain(REWRITTEN).map(|(_, markdown)| markdown);
    for markdown in outputs {
        assert_eq!(from_documentation(markdown), *markdown);
    }
}

#[test]
fn wrapping_lines_does_not_change_the_meaning() {
    // At the start of a line, each of these markers would start a block.
    for marker in ["-", "+", "*", "#", "1.", "2)", ">", "===", "---", "|"] {
        let text = format!("<p>{}{}</p>", "word ".repeat(18), format!("{marker} ").repeat(60));
        let markdown = from_documentation(&text);
        assert!(markdown.lines().count() > 1, "{markdown}");
        assert!(markdown.lines().all(|line| line.chars().count() <= 97), "{markdown}");
        assert_eq!(shown(&markdown), squeezed(&plain_text(&text)), "{markdown}");
    }
}

#[test]
fn code_and_links_are_not_broken_across_lines() {
    let words = "word ".repeat(30);
    let text = format!("<p>a <code>{words}</code> b <a href=\"https://a.org\">{words}</a> c</p>");
    let words = words.trim();
    let expected = format!("a\n`{words}`\nb\n[{words}](https://a.org)\nc");
    assert_eq!(from_documentation(&text), expected);
}

#[test]
fn the_text_of_a_link_does_not_end_it() {
    for (text, expected) in [
        ("Guide", "[Guide](https://a.org)"),
        ("a]b` [c", "[a\\]b\\` \\[c](https://a.org)"),
        ("See [this](https://b.org) & *that*", "[See this & that](https://a.org)"),
        ("***", "<https://a.org>"),
    ] {
        assert_eq!(link(text, "https://a.org"), expected);
    }
}

#[test]
fn plain_text_contains_no_markup() {
    let html = "<p>Use <a href=\"https://a.org\"><code>b_c</code></a> <b>now</b>.</p><ul><li>d</ul>";
    assert_eq!(plain_text(html), "Use b_c now. d");
    assert_eq!(plain_text("Use [`b`](https://a.org) *now*.\n\n- c"), "Use b now. c");
    assert_eq!(plain_text("<note>x</note>"), "Note: x");
}

#[test]
fn deep_nesting_is_flattened() {
    for open in ["<ul><li>", "<note>", "<dl><dd>", "<b><i>", "<table><tr><td>", "> ", "- ", "["] {
        let markdown = from_documentation(&format!("{}x", open.repeat(20_000)));
        assert!(markdown.contains('x'), "{open}");
        assert!(markdown.lines().all(|line| line.find('x') < Some(60)) || open == "[", "{open}");
    }
}

/// Generates strings from hostile fragments. Checks that the text is rendered unchanged, and that the result contains
/// nothing that rustdoc would warn about or run.
#[test]
fn no_text_is_read_as_markup() {
    let mut seed = 0x9E37_79B9_u32;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        seed as usize % below
    };
    for _ in 0..5_000 {
        let text: String = (0..1 + next(20)).map(|_| HOSTILE[next(HOSTILE.len())]).collect();
        let markdown = from_documentation(&text);
        assert_eq!(shown(&markdown), squeezed(&plain_text(&text)), "from {text:?}:\n{markdown}");
        let in_code = markdown.contains("```");
        assert!(in_code || !markdown.contains("\n\n\n"), "from {text:?}:\n{markdown}");
        assert!(markdown.lines().all(|line| !line.ends_with(' ')), "from {text:?}:\n{markdown}");
    }
}

/// Returns the text that rustdoc displays for Markdown, without spaces. Markup that must not occur is included in the
/// text, so that comparisons fail.
fn shown(markdown: &str) -> String {
    let extensions =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut text = String::new();
    for event in Parser::new_ext(markdown, extensions) {
        match event {
            Event::Text(shown) | Event::Code(shown) => text.push_str(&shown),
            Event::InlineHtml(tag) if is_ours(&tag) => {}
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::Start(Tag::Strikethrough | Tag::Image { .. } | Tag::CodeBlock(CodeBlockKind::Indented)) => {
                text.push_str(&format!("!!{event:?}!!"))
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                assert_eq!(&*language, "text", "{markdown}");
            }
            _ => {}
        }
    }
    squeezed(&text)
}

fn is_ours(tag: &str) -> bool {
    let name = tag.trim_matches(['<', '/', '>']);
    matches!(name, "em" | "strong" | "sup" | "sub" | "br")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}
