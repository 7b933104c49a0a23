//! What stands between things: ends of lines, blank lines, comments.

/// How much of what stands between two things belongs to the first one's line, and the rest.
pub(super) fn split(text: &str) -> (usize, &str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => {
                let end = if at > 0 && bytes[at - 1] == b'\r' { at - 1 } else { at };
                return (end, &text[end..]);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at..].find("*/").map_or(bytes.len(), |end| at + end + 2)
            }
            b'#' => at = text[at..].find('\n').map_or(bytes.len(), |end| at + end),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = text[at..].find('\n').map_or(bytes.len(), |end| at + end),
            _ => at += 1,
        }
    }
    // No line ends here: only blanks and commas are in between.
    if text.trim().is_empty() { (0, text) } else { (text.trim_end().len(), "") }
}

/// What stands before something, with further comments between it and the line of that.
pub(super) fn with_comments(lead: &str, comments: &str) -> String {
    match lead.rfind('\n') {
        Some(line) => format!("{}{comments}{}", &lead[..line], &lead[line..]),
        None => lead.to_owned(),
    }
}

/// The comments among blank lines.
pub(super) fn comments(lead: &str) -> Vec<String> {
    lead.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
