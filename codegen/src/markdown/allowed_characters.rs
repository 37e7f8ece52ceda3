//! Strips strings and URLs of characters that must not occur in documentation.

/// Returns the target of a link in a form that is valid in Markdown, or `None` if it is not an http or https URL. A URL
/// without a scheme, which starts with `//`, becomes an https URL.
pub(crate) fn absolute(target: &str) -> Option<String> {
    let target = target.trim();
    let target = if target.starts_with("//") { format!("https:{target}") } else { target.to_owned() };
    let (scheme, rest) = target.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.chars().next()?;
    if !matches!(scheme.as_str(), "http" | "https") || !host.is_alphanumeric() {
        return None;
    }
    let mut url = format!("{scheme}://");
    for c in rest.chars() {
        match c {
            '\t' | '\n' | '\r' => {}
            ' ' => url.push_str("%20"),
            '"' => url.push_str("%22"),
            '<' => url.push_str("%3C"),
            '>' => url.push_str("%3E"),
            '\\' => url.push_str("%5C"),
            '`' => url.push_str("%60"),
            '|' => url.push_str("%7C"),
            c if c.is_whitespace() || is_invisible(c) => {}
            c => url.push(c),
        }
    }
    Some(url)
}

/// Removes leading and trailing blank lines from code, as well as characters that comments must not contain. Replaces
/// tabs with spaces.
pub(super) fn clean_code(code: &str) -> String {
    let line = |line: &str| {
        let visible = line.replace('\t', "    ").replace(|c: char| c != ' ' && is_hidden(c), "");
        visible.trim_end().to_owned()
    };
    let code = code.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let lines: Vec<String> = code.lines().map(line).collect();
    let from = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let to = lines.iter().rposition(|line| !line.is_empty()).map_or(from, |last| last + 1);
    lines[from..to].join("\n")
}

fn is_hidden(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Returns whether a character is invisible, such as a control character, a zero-width space, or a character that
/// changes the direction of text. The compiler rejects comments with characters of the last kind.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
